"""The edges of a real scan, each made once; and what this machine lacks for them."""

from agent.edge import Edges
from agent.edge.dns import DnsQuery
from agent.edge.https_session import HttpsEdge
from agent.edge.listen import PacketListen
from agent.edge.liveness import RawLiveness
from agent.edge.ndp import PacketNdp
from agent.edge.netmiko_session import NetmikoEdge
from agent.edge.nmap_process import NmapProcess, nmap_lacking
from agent.edge.scapy_arp import ScapyArp, raw_sockets_lacking
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.syn_sweep import SynSweep
from agent.edge.tcp import TcpTalk
from agent.edge.tls import TlsHandshake
from agent.edge.udp import UdpSocket
from agent.edge.winrm_session import WinRmEdge
from agent.probe import NMAP, RAW_SOCKETS


def real_edges() -> Edges:
    return Edges(
        arp=ScapyArp(),
        ndp=PacketNdp(),
        liveness=RawLiveness(),
        listen=PacketListen(),
        ports=SynSweep(),
        versions=NmapProcess(),
        tcp=TcpTalk(),
        udp=UdpSocket(),
        snmp=SnmpOverUdp(),
        ssh=NetmikoEdge(),
        windows=WinRmEdge(),
        web=HttpsEdge(),
        tls=TlsHandshake(),
        names=DnsQuery(),
    )


def lacking() -> dict[str, str]:
    """What probes may need -> why it is not here. Empty: nothing is lacking."""
    found = {NMAP: nmap_lacking(), RAW_SOCKETS: raw_sockets_lacking()}
    return {need: why for need, why in found.items() if why}

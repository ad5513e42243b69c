"""The edges of a real scan, each made once; and what this machine lacks for them."""

from agent.edge import Edges
from agent.edge.dns import DnsQuery
from agent.edge.netmiko_session import NetmikoEdge
from agent.edge.nmap_process import NmapProcess, nmap_lacking
from agent.edge.pysnmp_session import PysnmpEdge
from agent.edge.scapy_arp import ScapyArp, raw_sockets_lacking
from agent.edge.tls import TlsHandshake
from agent.probe import NMAP, RAW_SOCKETS


def real_edges() -> Edges:
    return Edges(arp=ScapyArp(), ports=NmapProcess(), snmp=PysnmpEdge(), ssh=NetmikoEdge(), tls=TlsHandshake(), names=DnsQuery())


def lacking() -> dict[str, str]:
    """What probes may need -> why it is not here. Empty: nothing is lacking."""
    found = {NMAP: nmap_lacking(), RAW_SOCKETS: raw_sockets_lacking()}
    return {need: why for need, why in found.items() if why}

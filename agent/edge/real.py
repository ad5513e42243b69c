"""The edges of a real scan, each made once; and what this machine lacks for them."""

from typing import Any

from agent.edge import Edges
from agent.edge.dns import DnsQuery
from agent.edge.netmiko_session import NetmikoEdge
from agent.edge.nmap_process import NmapProcess, nmap_lacking
from agent.edge.pysnmp_session import PysnmpEdge
from agent.edge.scapy_arp import ScapyArp, raw_sockets_lacking
from agent.edge.tls import TlsHandshake
from agent.probe import NMAP, RAW_SOCKETS


def real_edges() -> Edges:
    to_come: Any = None
    nmap = NmapProcess()
    return Edges(
        arp=ScapyArp(),
        ndp=to_come,
        liveness=to_come,
        listen=to_come,
        ports=nmap,
        versions=nmap,
        tcp=to_come,
        udp=to_come,
        snmp=PysnmpEdge(),
        ssh=NetmikoEdge(),
        windows=to_come,
        tls=TlsHandshake(),
        names=DnsQuery(),
    )


def lacking() -> dict[str, str]:
    """What probes may need -> why it is not here. Empty: nothing is lacking."""
    found = {NMAP: nmap_lacking(), RAW_SOCKETS: raw_sockets_lacking()}
    return {need: why for need, why in found.items() if why}

"""What listens on each open port: which service, which product, which version?

Source: nmap's version detection (nmap-service-probes), at low intensity, no script. Print ports are left out, as a printer prints what it
is sent; they keep what their number says.
"""

from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.probe import NMAP, RAW_SOCKETS, Answer, Seen, Target
from shared.observation import PortSeen

NAME = "services"
AFTER = ("ports",)
AT_ONCE = 6  # nmap takes about 40 MB for its table of services, each time
DEADLINE_S = 120.0
CREDENTIALS = False
NEEDS = (NMAP, RAW_SOCKETS)

PRINT_PORTS = frozenset({515, 631, *range(9100, 9113)})
"""LPD, IPP, and the raw ports of print servers: JetDirect has 9100-9102, others count on to 9112."""
_PACKETS_A_HOST = 40


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    found: dict[str, set[int]] = {}
    for port in seen.facts(PortSeen):
        if port.protocol == "tcp" and port.number not in PRINT_PORTS:
            found.setdefault(port.address, set()).add(port.number)
    return [Target(address, tuple(sorted(ports))) for address, ports in found.items()]


def packets(settings: Settings, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    return Answer(await edges.versions.services(target.name, target.ports, DEADLINE_S))

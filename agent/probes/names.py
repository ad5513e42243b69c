"""What does the site's own DNS call each live address?

Source: RFC 1035, PTR records. Asked is ``scan.dns_server``, else the gateway of the subnet: a small office's router knows the names of its
DHCP clients. Public resolvers are never asked, as private addresses are nobody else's business.
"""

from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.probe import Answer, Seen, Target
from shared.observation import NameSeen, NameSource, Provenance
from shared.outcome import State

NAME = "names"
AFTER = ("arp",)
AT_ONCE = 16
DEADLINE_S = 6.0
CREDENTIALS = False

_ANSWER_S = 4.0


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive()]


def packets(settings: Settings, addresses: int) -> int:
    return addresses


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    server = settings.scan.dns_server or seen.machine.gateway_of(target.name)
    if server is None:
        return Answer(state=State.UNSUPPORTED, detail="no DNS server to ask: set dns_server under [scan] in the configuration")
    name = await edges.names.reverse(target.name, server, _ANSWER_S)
    if name is None:
        return Answer(state=State.SILENT, detail=f"{server} does not answer DNS")
    if not name:
        return Answer()
    return Answer((NameSeen(address=target.name, name=name, source=NameSource.DNS, provenance=Provenance.THIRD_PARTY),))

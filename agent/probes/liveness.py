"""Which addresses answer in the subnets that this machine is not in?

Source: ICMP echo, and TCP SYN where that is silent. Only of subnets that somebody has named: a subnet that a router's table tells of is not
entered unasked. A host behind a router shows no MAC address. Where every address answers, and by TCP alone, that is a firewall on the way,
and its answers count for nobody.
"""

import ipaddress
from collections.abc import Sequence

from agent import middlebox
from agent.config import Settings
from agent.edge import Edges
from agent.probe import RAW_SOCKETS, Answer, Seen, Target
from shared.errors import Unreachable, Unsupported
from shared.observation import AddressSeen, Provenance
from shared.outcome import State

NAME = "liveness"
AFTER = ("arp",)  # one sweep at a time: the pace is that of the whole scan
AT_ONCE = 1
DEADLINE_S = 4 * 3600.0
CREDENTIALS = False
NEEDS = (RAW_SOCKETS,)

MAX_ADDRESSES = 65_536
PART_ADDRESSES = 4096
PACKETS_A_SILENT_ADDRESS = 10
"""ICMP and four TCP ports, twice."""


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    """The subnets that neither ``arp`` nor ``ndp`` reaches."""
    own = [ipaddress.ip_network(prefix) for prefix in seen.machine.own_ipv6_subnets()]
    return [
        Target(prefix)
        for prefix in settings.scan.subnets
        if not seen.machine.connections_to(prefix) and ipaddress.ip_network(prefix) not in own
    ]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    """A silent address is asked ``PACKETS_A_SILENT_ADDRESS`` times, one that answers mostly once."""
    swept = sum(network.num_addresses for target in targets(settings, seen) if (network := ipaddress.ip_network(target.name)).version == 4)
    return PACKETS_A_SILENT_ADDRESS * swept - (PACKETS_A_SILENT_ADDRESS - 1) * min(addresses, swept)


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    subnet = ipaddress.ip_network(target.name)
    if subnet.version == 6:
        raise Unsupported("an IPv6 subnet cannot be swept address by address")
    if subnet.num_addresses > MAX_ADDRESSES:
        raise Unsupported(f"{subnet} is behind a router and has more than {MAX_ADDRESSES} addresses: name the parts that are in use")
    asked = [str(address) for address in (subnet.hosts() if subnet.prefixlen < 31 else subnet)]
    answers: dict[str, str] = {}
    try:
        for start in range(0, len(asked), PART_ADDRESSES):
            answers |= await edges.liveness.sweep(asked[start : start + PART_ADDRESSES], settings.scan.packets_per_s)
    except Unreachable as error:
        raise Unsupported(f"this machine has no way to {subnet} ({error}): give it a route, or put an agent there") from None
    alive = middlebox.believed(answers, len(asked))
    found = tuple(AddressSeen(address=address, provenance=Provenance.OWN_REPLY) for address in alive)
    if len(alive) < len(answers):
        passed_over = len(answers) - len(alive)
        detail = f"a firewall on the way answers TCP for every address: {passed_over} that answered by TCP alone are not counted"
        return Answer(found, State.PARTIAL, detail)
    return Answer(found)

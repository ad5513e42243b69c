"""Who is on the agent's own segments by IPv6, and which prefixes do routers announce there?

Source: RFC 4861, RFC 4443. Asked are the segments of the scanned subnets: all nodes at once, then the addresses that the hosts seen so far
would make of their MAC addresses. Prefixes come from router advertisements, asked for at the same time, and from the machine's own
addresses. Not all addresses that answer are written down: see ``agent.ipv6_neighbours``.
"""

import asyncio
import ipaddress
from collections.abc import Iterable, Iterator, Sequence

from agent import ipv6_neighbours
from agent.config import Settings
from agent.edge import Edges
from agent.frames import icmpv6
from agent.frames.icmpv6 import RouterAdvertisement
from agent.machine import Machine, OwnInterface
from agent.probe import RAW_SOCKETS, SITE, Answer, Seen, Target
from shared.observation import AddressSeen, Observation, Provenance, SubnetSeen

NAME = "ndp"
AFTER = ("arp",)
AT_ONCE = 1
DEADLINE_S = 120.0
CREDENTIALS = False
NEEDS = (RAW_SOCKETS,)

WAIT_S = 2.0
MAX_GUESSES = 4096
MAX_PREFIXES = 8
"""Of one segment. Whoever floods it with router advertisements names more."""


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(SITE)] if segments(settings, seen.machine) else []


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return 12 + 2 * addresses


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    found: list[Observation] = []
    passed_over = 0
    for answers, observations in await asyncio.gather(
        *(_segment(interface, edges, settings, seen) for interface in segments(settings, seen.machine))
    ):
        found += observations
        passed_over += ipv6_neighbours.passed_over(answers)
    detail = f"{passed_over} IPv6 addresses with a random interface identifier are not written down" if passed_over else ""
    return Answer(tuple(found), detail=detail)


def segments(settings: Settings, machine: Machine) -> list[OwnInterface]:
    """The interfaces with IPv6 that lead to a scanned subnet."""
    wanted = [ipaddress.ip_network(prefix) for prefix in settings.scan.subnets]
    names = {connection.interface for prefix in settings.scan.subnets for connection in machine.connections_to(prefix)}
    names |= {i.name for i in machine.interfaces for own in i.addresses if not own.link_local and own.network in wanted}
    return [
        interface
        for interface in machine.interfaces
        if interface.name in names and interface.has_neighbours and any(":" in own.address for own in interface.addresses)
    ]


async def _segment(interface: OwnInterface, edges: Edges, settings: Settings, seen: Seen) -> tuple[dict[str, set[str]], list[Observation]]:
    answers, frames = await asyncio.gather(edges.ndp.neighbours(interface.name, WAIT_S), edges.listen.listen([interface.name], WAIT_S))
    routers = [told for frame in frames if (told := icmpv6.router_advertisement(frame.octets))]
    subnets = list(_subnets(interface, routers, seen.machine))
    by_ipv4 = _by_arp(interface, seen)
    prefixes = list(dict.fromkeys(subnet.prefix for subnet in subnets))
    macs = by_ipv4 | {mac for found in answers.values() for mac in found}
    guesses = [guess for guess in ipv6_neighbours.by_mac_addresses(prefixes, sorted(macs)) if guess not in answers]
    own = {held.address for held in interface.addresses}
    asked = [guess for guess in guesses if guess not in own][:MAX_GUESSES]
    if asked:
        answers = {**answers, **await edges.ndp.solicit(asked, interface.name, settings.scan.packets_per_s)}
    return answers, [*ipv6_neighbours.observations(answers, interface.name, by_ipv4), *subnets]


def _by_arp(interface: OwnInterface, seen: Seen) -> set[str]:
    """The MAC addresses that answered for an IPv4 address of the interface's own subnets."""
    near = [own.network for own in interface.addresses if own.network.version == 4]
    return {
        fact.mac
        for fact in seen.facts(AddressSeen)
        if fact.mac and fact.provenance is Provenance.OWN_REPLY and any(ipaddress.ip_address(fact.address) in network for network in near)
    }


def _subnets(interface: OwnInterface, routers: Iterable[RouterAdvertisement], machine: Machine) -> Iterator[SubnetSeen]:
    """The prefixes of the segment, each with who announces it."""
    announced: dict[str, str] = {}
    for told in routers:
        for prefix in told.prefixes:
            if len(announced) < MAX_PREFIXES:
                announced[prefix] = min(told.router, announced.get(prefix, told.router))
    default = next((gateway for name, gateway in machine.gateways if name == interface.name and ":" in gateway), None)
    for own in interface.addresses:
        if ":" in own.address and not own.link_local and own.prefix_length < 128:
            yield SubnetSeen(prefix=str(own.network), interface=interface.name, gateway=announced.pop(str(own.network), default))
    for prefix, router in sorted(announced.items()):
        yield SubnetSeen(prefix=prefix, interface=interface.name, gateway=router)

"""What listens on the open ports whose own greeting did not tell: which service, which product, which version?

Source: nmap's version detection (nmap-service-probes), at low intensity, no script. It is asked of what is new or has changed; what it said
of a port that has not changed is kept for a week (``agent.known_services``) and reported again. Print ports are left out, as a printer
prints what it is sent; they keep what their number says.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from agent import known_services
from agent.config import Settings
from agent.edge import Edges
from agent.known_services import KnownHost
from agent.probe import NMAP, RAW_SOCKETS, Answer, Seen, Target
from agent.probes.ports import found_open, worth_asking
from shared.observation import AddressSeen, PortSeen, Provenance, SaidSeen
from shared.outcome import State

NAME = "services"
AFTER = ("ports", "greetings", "http", "smb")
AT_ONCE = 6  # nmap takes about 40 MB for its table of services, each time
DEADLINE_S = 120.0
CREDENTIALS = False
NEEDS = (NMAP, RAW_SOCKETS)

_PACKETS_A_HOST = 20


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    told = {(port.address, port.number) for port in seen.facts(PortSeen) if port.protocol == "tcp" and port.examined and port.product}
    asked = {
        address: tuple(number for number in worth_asking(numbers) if (address, number) not in told)
        for address, numbers in found_open(seen).items()
    }
    return [Target(address, numbers) for address, numbers in asked.items() if numbers]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    return await examine(target, edges, settings, seen, datetime.now(UTC))


async def examine(target: Target, edges: Edges, settings: Settings, seen: Seen, now_utc: datetime) -> Answer:
    host = _host(target.name, seen)
    before = known_services.read(settings.state_dir, host)
    said = _said(target, seen)
    known = {number: port for number in target.ports if (port := before.at(number, said[number], now_utc))}
    again = tuple(port.model_copy(update={"address": target.name}) for port in known.values())
    new = [number for number in target.ports if number not in known]
    if not new:
        return Answer(again)
    try:
        found = await edges.versions.services(target.name, new, DEADLINE_S * 0.95)
    except TimeoutError as error:
        if not again:
            raise
        return Answer(again, State.PARTIAL, str(error) or "version detection of the new ports did not end in time")
    asked = {port.number: port for port in found if port.number in new}
    known_services.note(settings.state_dir, host, _still(before, target), asked, said, now_utc)
    return Answer((*again, *found))


def _host(address: str, seen: Seen) -> str:
    """The MAC address, where it answers for this address alone and no other answers; else the address itself."""
    pairs = {(a.address, a.mac) for a in seen.facts(AddressSeen) if a.mac and a.provenance is Provenance.OWN_REPLY}
    macs = [mac for at, mac in pairs if at == address and mac]
    alone = len(macs) == 1 and sum(mac == macs[0] for _, mac in pairs) == 1
    return macs[0] if alone else address


def _said(target: Target, seen: Seen) -> Mapping[int, str]:
    said: dict[int, list[SaidSeen]] = {number: [] for number in target.ports}
    for one in seen.facts(SaidSeen):
        if one.address == target.name and one.protocol == "tcp" and one.port in said:
            said[one.port].append(one)
    return {number: known_services.digest(lines) for number, lines in said.items()}


def _still(before: KnownHost, target: Target) -> KnownHost:
    """Less the ports that are open no more: what comes back there later is new."""
    return KnownHost(services=tuple(known for known in before.services if known.port.number in target.ports))

"""Which switch port is the agent itself plugged in at, and who gives and takes addresses by DHCP around it?

Source: what LLDP, CDP and DHCP say unasked. Listens beside the other probes for as long as they take, so that no scan becomes longer, and
never longer than ``LISTEN_S``: LLDP speaks every 30 s, CDP every 60 s. Silence in a short scan shows nothing, and what was heard in an
earlier one stays. Sends nothing.
"""

import time
from collections.abc import Iterator, Sequence

from agent.config import Settings
from agent.edge import Edges, Frame
from agent.frames import cdp, dhcp, lldp
from agent.machine import Machine
from agent.probe import RAW_SOCKETS, SITE, Answer, Seen, Target
from agent.probes.host import own_address
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.errors import Unparsed
from shared.observation import NameSeen, NameSource, NeighbourSeen, Observation, Provenance
from shared.outcome import State

NAME = "neighbourhood"
AFTER: tuple[str, ...] = ("host",)
AT_ONCE = 2
DEADLINE_S = 120.0
CREDENTIALS = False
NEEDS = (RAW_SOCKETS,)
BESIDE = True

LISTEN_S = 65.0
_AT_A_TIME_S = 0.5
_MAX_FRAMES = 4000
_MAX_NEIGHBOURS = 16
"""Of one interface: a cable has one, a hub or a switch that passes LLDP on has a few."""
_MAX_CLIENTS = 1000
_MAX_SERVERS = 16


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    """The machine itself for its neighbours, which are facts about it; the site for DHCP."""
    if not interfaces(seen.machine):
        return []
    own = own_address(settings, seen.machine)
    return [Target(SITE), Target(own)] if own else [Target(SITE)]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return 0


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    started = time.monotonic()
    heard: dict[Frame, None] = {}
    while not seen.is_over and time.monotonic() - started < LISTEN_S:
        for frame in await edges.listen.listen(interfaces(seen.machine), _AT_A_TIME_S):
            if len(heard) < _MAX_FRAMES:
                heard[frame] = None
    observations = tuple(_dhcp(heard) if target.name == SITE else _neighbours(heard))
    if not observations:
        what = "DHCP" if target.name == SITE else "LLDP or CDP"
        return Answer(state=State.SILENT, detail=f"no {what} in {time.monotonic() - started:.0f} s of listening")
    return Answer(observations)


def interfaces(machine: Machine) -> list[str]:
    """Every cable of the machine: also of parts of a bond, as each has a switch port of its own, but not VLANs on top of one."""
    return [
        interface.name
        for interface in machine.interfaces
        if interface.admin_up and interface.broadcast and not interface.internal and interface.kind in ("", "veth", "macvlan")
    ]


def _neighbours(frames: dict[Frame, None]) -> Iterator[Observation]:
    """Each neighbour once, by its newest word."""
    found: dict[tuple[str, str, str, str], NeighbourSeen] = {}
    for frame in frames:
        try:
            told = cdp.read(frame.octets, frame.interface) if _is_cdp(frame) else lldp.read(frame.octets, frame.interface)
        except Unparsed:
            continue  # DHCP, or a frame that says nothing readable: what others say is still good
        if told:
            found[told.protocol, told.local_port, told.chassis_id, told.port_id] = told
    for interface in sorted({told.local_port for told in found.values()}):
        yield from [told for told in found.values() if told.local_port == interface][:_MAX_NEIGHBOURS]


def _is_cdp(frame: Frame) -> bool:
    return frame.octets[:6] == cdp.GROUP


def _dhcp(frames: dict[Frame, None]) -> Iterator[Observation]:
    clients: dict[str, DhcpClientSeen] = {}
    servers: dict[tuple[str, str], DhcpServerSeen] = {}
    for frame in frames:
        try:
            told = dhcp.read(frame.octets, frame.interface)
        except Unparsed:
            continue
        for seen in told:
            if isinstance(seen, DhcpClientSeen):
                clients[seen.mac] = _fuller(seen, clients.get(seen.mac))
            elif (place := (seen.server, seen.interface)) not in servers or seen.mac:
                servers[place] = seen
    yield from list(servers.values())[:_MAX_SERVERS]
    for client in list(clients.values())[:_MAX_CLIENTS]:
        yield client
        if client.name and client.address:
            yield NameSeen(address=client.address, name=client.name, source=NameSource.DHCP, provenance=Provenance.THIRD_PARTY)


def _fuller(new: DhcpClientSeen, old: DhcpClientSeen | None) -> DhcpClientSeen:
    """What the newest message leaves out, an older one told."""
    if old is None:
        return new
    kept = {name: getattr(old, name) for name in ("address", "name", "vendor_class", "parameters") if not getattr(new, name)}
    return new.model_copy(update=kept)

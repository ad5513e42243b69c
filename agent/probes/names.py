"""What is each live address called: by the site's own DNS, and by itself?

Source: RFC 1035, PTR records; RFC 6762 (multicast DNS, asked of the one host) and RFC 4795 (LLMNR, asked of the segment), the reverse
question again. DNS is asked of ``scan.dns_server``, else of the gateway of the subnet: a small office's router knows the names of its DHCP
clients. Public resolvers are never asked, as private addresses are nobody else's business. A neighbour's own word is asked for on the
agent's own segments alone; what NetBIOS says comes with the probe ``udp``. What is no name (``agent.host_name``) is left out.
"""

import asyncio
import secrets
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges, UdpEdge
from agent.host_name import host_name
from agent.machine import Machine
from agent.probe import Answer, Seen, Target
from agent.udp import TOKEN_BYTES, UdpService, llmnr, mdns
from shared.errors import Unparsed, Unreachable, Unsupported
from shared.observation import NameSeen, NameSource, Provenance
from shared.outcome import State

NAME = "names"
AFTER = ("arp",)
AT_ONCE = 16
DEADLINE_S = 6.0
CREDENTIALS = False

QUESTIONS = 3
_ANSWER_S = 4.0
_NEIGHBOUR_S = 1.0

Names = tuple[NameSeen, ...]


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive()]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * QUESTIONS


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    server = settings.scan.dns_server or seen.machine.gateway_of(target.name)
    by_server, by_itself = await asyncio.gather(_of_server(target.name, server, edges), _of_neighbour(target.name, edges.udp, seen.machine))
    if not by_itself or by_server.state is State.ANSWERED:
        return Answer((*by_server.observations, *by_itself), by_server.state, by_server.detail)
    return Answer(by_itself, State.PARTIAL, by_server.detail)


async def _of_server(address: str, server: str | None, edges: Edges) -> Answer:
    if server is None:
        return Answer(state=State.UNSUPPORTED, detail="no DNS server to ask: set dns_server under [scan] in the configuration")
    try:
        said = await edges.names.reverse(address, server, _ANSWER_S)
    except Unsupported as error:
        return Answer(state=State.UNSUPPORTED, detail=str(error))
    except Unparsed as error:
        return Answer(state=State.UNPARSED, detail=f"{error}: {error.line}" if error.line else str(error))
    if said is None:
        return Answer(state=State.SILENT, detail=f"{server} does not answer DNS")
    name = host_name(said, address)
    return Answer((NameSeen(address=address, name=name, source=NameSource.DNS, provenance=Provenance.THIRD_PARTY),) if name else ())


async def _of_neighbour(address: str, edge: UdpEdge, machine: Machine) -> Names:
    """What a host of an own segment answers itself; nothing for any other."""
    connection = next(iter(machine.connections_to(f"{address}/32")), None) if ":" not in address else None
    if connection is None or connection.address == address:
        return ()
    token = secrets.token_bytes(TOKEN_BYTES)
    by_host, by_group = await asyncio.gather(
        _one(edge, address, mdns.PORT, mdns.reverse(address, token)),
        _group(edge, llmnr.reverse(address, token), connection.address),
    )
    return *_names(mdns, address, by_host, token), *_names(llmnr, address, by_group.get(address, []), token)


async def _one(edge: UdpEdge, address: str, port: int, question: bytes) -> list[bytes]:
    try:
        datagram = await edge.ask(address, port, question, _NEIGHBOUR_S)
    except (Unsupported, Unreachable):
        return []
    return [datagram] if datagram is not None else []


async def _group(edge: UdpEdge, question: bytes, own_address: str) -> dict[str, list[bytes]]:
    try:
        return await edge.ask_all(llmnr.LINK_GROUP, llmnr.PORT, question, own_address, _NEIGHBOUR_S)
    except Unreachable:
        return {}


def _names(service: UdpService, address: str, datagrams: Sequence[bytes], token: bytes) -> Names:
    found: dict[NameSeen, None] = {}
    for datagram in datagrams:
        if service.answers(datagram, token):
            try:
                found.update(dict.fromkeys(fact for fact in service.read(address, datagram) if isinstance(fact, NameSeen)))
            except Unparsed:
                continue  # a neighbour that speaks badly has told no name
    return tuple(found)

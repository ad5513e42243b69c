"""Which UDP services does a live address offer?

Source: ``agent.udp``, one file per protocol. One datagram with a real question each, one more where nothing came. The guard
(``agent.safety``) lets each go when the site's and the host's packets a second allow it; that wait counts against no deadline.

- An answer from that address and port, with what only a hearer of the question can know, is an open port.
- ICMP port unreachable is a closed one.
- Silence is neither: open, filtered and lost look alike over UDP. ``PortsExamined`` therefore lists the ports that answered or refused and
  no others: the collector calls closed what was examined and is not open, so that a lost datagram closes nothing, and a port that was seen
  open stays until it refuses.
"""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.config import Settings
from agent.edge import Edges, UdpEdge
from agent.probe import Answer, Seen, Target
from agent.udp import TOKEN_BYTES, UdpService, more_questions, services
from shared.errors import Refused, Unparsed, Unreachable, Unsupported
from shared.observation import Observation, PortSeen, PortsExamined
from shared.outcome import State

NAME = "udp"
AFTER = ("arp",)
AT_ONCE = 32
DEADLINE_S = 60.0
CREDENTIALS = False

ATTEMPTS = 2
_ANSWER_S = 1.0
_REFUSAL_S = 0.2


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive()]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    """Most ports of most hosts are silent, and are asked twice."""
    return addresses * ATTEMPTS * sum(len(service.ask("192.0.2.1", bytes(TOKEN_BYTES))) for service in services())


@dataclass(slots=True)
class _Found:
    """What one port of the target came to."""

    service: UdpService
    token: bytes = b""
    answered: bool = False
    refused: bool = False
    observations: list[Observation] = field(default_factory=list)
    unread: str = ""
    failure: Unreachable | Refused | None = None


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    found = [_Found(service) for service in services() if service.ask(target.name, bytes(TOKEN_BYTES))]
    for _ in range(ATTEMPTS):
        silent = [port for port in found if not (port.answered or port.refused)]
        async with asyncio.TaskGroup() as group:
            for port in silent:
                port.token = secrets.token_bytes(TOKEN_BYTES)
                group.create_task(_ask_port(edges.udp, target.name, port, port.service.ask(target.name, port.token)))
    for port in found:
        if port.answered:
            await _ask_port(edges.udp, target.name, port, more_questions(port.service, target.name, port.token))
    return _answer(target.name, found)


async def _ask_port(edge: UdpEdge, address: str, port: _Found, questions: Sequence[bytes]) -> None:
    """A second question waits a moment for the first: where that was refused it is not put."""
    async with asyncio.TaskGroup() as group:
        for place, question in enumerate(questions):
            if place:
                await asyncio.sleep(_REFUSAL_S)
            if port.refused:
                return
            group.create_task(_put(edge, address, port, question))


async def _put(edge: UdpEdge, address: str, port: _Found, question: bytes) -> None:
    try:
        datagram = await edge.ask(address, port.service.PORT, question, _ANSWER_S)
    except Unsupported:
        port.refused = not port.answered
        return
    except (Unreachable, Refused) as error:
        port.failure = error  # what other ports have said is kept
        return
    if datagram is not None and port.service.answers(datagram, port.token):
        port.answered, port.refused = True, False
        _read(address, port, datagram)


def _read(address: str, port: _Found, datagram: bytes) -> None:
    try:
        port.observations += port.service.read(address, datagram)
    except Unparsed as error:  # a service it is all the same
        port.unread = f"port {port.service.PORT}: {error}"


def _answer(address: str, found: Sequence[_Found]) -> Answer:
    told = [port for port in found if port.answered or port.refused]
    failures = [port.failure for port in found if port.failure]
    if not told and failures:
        raise failures[0]
    if not told:
        return Answer(state=State.SILENT, detail="no UDP port answered or refused")
    unread = [port.unread for port in told if port.unread]
    ranges = ",".join(str(port.service.PORT) for port in told)
    return Answer(
        (PortsExamined(address=address, protocol="udp", ranges=ranges), *_joined(address, told)),
        state=State.PARTIAL if unread else State.ANSWERED,
        detail="; ".join(unread),
    )


def _joined(address: str, found: Iterable[_Found]) -> list[Observation]:
    """Each thing once; what several answers of one port say of it in one PortSeen."""
    result: dict[Observation, None] = {}
    for port in found:
        if port.answered:
            parts = [seen for seen in port.observations if isinstance(seen, PortSeen)]
            result[_port(address, port.service, parts)] = None
            result.update(dict.fromkeys(seen for seen in port.observations if not isinstance(seen, PortSeen)))
    return list(result)


def _port(address: str, service: UdpService, parts: Sequence[PortSeen]) -> PortSeen:
    versioned = next((part for part in parts if part.product), None)
    return PortSeen(
        address=address,
        protocol="udp",
        number=service.PORT,
        service=service.SERVICE,
        product=versioned.product if versioned else "",
        version=versioned.version if versioned else "",
        extra=", ".join(dict.fromkeys(part.extra for part in parts if part.extra)),
    )

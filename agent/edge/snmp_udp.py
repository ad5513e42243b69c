"""How do an SNMP question and its answer travel? Over a connected UDP socket, with a community (v1, v2c).

Source: RFC 1157 (v1), RFC 1901 (v2c messages), RFC 3416, RFC 3417 (UDP). A connected socket hears one peer alone and is told of an ICMP
"port unreachable": a host without SNMP costs one round trip. Its price: an answer that leaves a router by another of its addresses is not
heard. ``Exchange`` is what differs between versions; ``agent.edge.snmp_v3`` has the other one. Raises Refused, Unreachable.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar, cast

from agent.edge import Oid
from agent.edge.snmp_ber import (
    OCTETS,
    RESPONSE,
    SEQUENCE,
    BerError,
    Pdu,
    Question,
    inside,
    integer,
    pdu,
    read_integer,
    read_octets,
    read_pdu,
    tlv,
)
from shared.errors import Unreachable
from shared.secret import Secret

Answer = TypeVar("Answer")

UNREADABLE = Pdu(RESPONSE, 0, -1, 0, ())
"""What stands for an answer that is no SNMP."""


class Refused(Unreachable):
    """ICMP said that nothing listens there: asking again is of no use."""


class Exchange(Protocol):
    """One question and its answer; None: silent. One question at a time."""

    bulk: bool
    """Whether this version has GETBULK."""

    async def ask(self, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> Pdu | None: ...


class Datagrams(asyncio.DatagramProtocol):
    """The socket. Whatever is not the answer to the question under way is passed over."""

    def __init__(self) -> None:
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: asyncio.Future[object] | None = None
        self._read: Callable[[bytes], object] | None = None

    async def exchange(self, question: bytes, read: Callable[[bytes], Answer | None], timeout_s: float) -> Answer | None:
        """Sends ``question`` and gives what ``read`` makes of its answer; ``read`` gives None for a datagram that is not the answer."""
        if self._transport is None:
            raise Unreachable("the socket is not open")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[object] = loop.create_future()
        self._waiting, self._read = waiting, read
        timer = loop.call_later(timeout_s, _end_waiting, waiting)
        try:
            self._transport.sendto(question)
            return cast("Answer | None", await waiting)
        finally:
            timer.cancel()
            self._waiting = self._read = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self._waiting is None or self._read is None or self._waiting.done():
            return
        answer = self._read(data)
        if answer is not None:
            self._waiting.set_result(answer)

    def error_received(self, exc: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Refused(f"nothing listens there ({exc})"))


def _end_waiting(waiting: "asyncio.Future[object]") -> None:
    if not waiting.done():
        waiting.set_result(None)


def fresh_id() -> int:
    """A number that nobody off the path can guess, for a question and its answer."""
    return secrets.randbelow(2**31 - 1) + 1


class CommunityExchange:
    """SNMP v1 and v2c."""

    def __init__(self, datagrams: Datagrams, community: Secret, bulk: bool) -> None:
        self.bulk = bulk
        self._datagrams = datagrams
        self._head = integer(1 if bulk else 0) + tlv(OCTETS, community.reveal().encode())

    async def ask(self, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> Pdu | None:
        request_id = fresh_id()
        message = tlv(SEQUENCE, self._head + pdu(question, request_id, repetitions, oids))
        return await self._datagrams.exchange(message, partial(_read, request_id), timeout_s)


def _read(request_id: int, datagram: bytes) -> Pdu | None:
    try:
        start, stop = inside(datagram, 0, len(datagram), SEQUENCE)
        _, at = read_integer(datagram, start, stop)
        _, at = read_octets(datagram, at, stop)
        found = read_pdu(datagram, at, stop)
    except BerError:
        # it has no id: it is taken as the answer, as nobody else is heard on this socket
        return UNREADABLE
    if found.kind != RESPONSE:
        return UNREADABLE
    return found if found.request_id == request_id else None

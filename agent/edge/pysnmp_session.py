"""One SNMP conversation with one agent: values by GET, subtrees by GETBULK, for SNMP v2c.

Source: RFC 3416 (protocol operations), RFC 1901 (v2c messages), RFC 3417 (UDP). pysnmp 7 builds and reads the messages; its dispatchers
are left out, because they poll for time-outs every half second, take answers from any sender and hide an ICMP "port unreachable". A
connected socket answers all three: a host without SNMP costs one round trip, a silent one ``first_timeout_s`` for each try. Its price: an
answer that leaves a router by another of its addresses is not heard.

``Exchange`` is what differs between versions; everything above it (walks, halving, guards) is the same for v1 and v3.

Raises: Unreachable (silent in the middle of a walk), Unparsed (rows out of order, endless, not readable, an error status).
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, cast

# neither library ships types
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.proto.api import v2c  # type: ignore[import-untyped]

from agent.edge import Oid, SnmpLogin, SnmpSession, Value, VarBind, dotted
from shared.errors import Unparsed, Unreachable
from shared.secret import Secret

GET_AT_ONCE = 20
"""More variables than this in one GET do not fit small agents' packets."""

NO_SUCH_NAME = 2
"""SNMP v1's way to say that a subtree has ended; proxies use it in v2c too."""


class Question(Enum):
    GET = v2c.GetRequestPDU
    GETNEXT = v2c.GetNextRequestPDU
    GETBULK = v2c.GetBulkRequestPDU


@dataclass(frozen=True, slots=True)
class Response:
    """``status`` is RFC 3416's error-status; -1: the answer could not be read."""

    status: int
    binds: tuple[VarBind, ...]


class Exchange(Protocol):
    """One question and its answer; None: silent. One question at a time."""

    async def ask(self, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> Response | None: ...


class Refused(Unreachable):
    """ICMP said that nothing listens there: asking again is of no use."""


class PysnmpEdge:
    """Sessions by SNMP v2c. ``first_*`` hold until the agent has answered once."""

    def __init__(
        self,
        first_timeout_s: float = 0.9,
        first_retries: int = 1,
        timeout_s: float = 2.0,
        retries: int = 2,
        max_repetitions: int = 20,
    ) -> None:
        self._patience = Patience(first_timeout_s, first_retries, timeout_s, retries, max_repetitions)

    @asynccontextmanager
    async def session(self, address: str, port: int, login: SnmpLogin) -> AsyncIterator[SnmpSession]:
        loop = asyncio.get_running_loop()
        community = login.community or Secret("")
        try:
            transport, exchange = await loop.create_datagram_endpoint(lambda: _CommunityExchange(community), remote_addr=(address, port))
        except OSError as error:
            raise Unreachable(f"no way to {address}: {error.strerror or error}") from None
        try:
            yield Session(exchange, self._patience)
        finally:
            transport.close()


@dataclass(frozen=True, slots=True)
class Patience:
    first_timeout_s: float
    first_retries: int
    timeout_s: float
    retries: int
    max_repetitions: int


class Session:
    """Remembers how large an answer this agent manages."""

    def __init__(self, exchange: Exchange, patience: Patience) -> None:
        self._exchange = exchange
        self._patience = patience
        self._repetitions = patience.max_repetitions
        self._heard = False

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        """Values in the order asked; None as value: the agent has none. None instead of a list: silent."""
        found: list[VarBind] = []
        for start in range(0, len(oids), GET_AT_ONCE):
            part = await self._get(oids[start : start + GET_AT_ONCE])
            if part is None:
                return found or None
            found += part
        return found

    async def _get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        response = await self._patiently(oids)
        if response is None:
            return None
        if response.status == 0:
            return list(response.binds)
        if len(oids) == 1:
            return [VarBind(oids[0], None)]
        # one variable spoils the answer to all (tooBig, genErr, a value that cannot be read): ask for them in halves
        halves = [await self._get(oids[: len(oids) // 2]), await self._get(oids[len(oids) // 2 :])]
        return [bind for half in halves for bind in half or []]

    async def _patiently(self, oids: Sequence[Oid]) -> Response | None:
        patience = self._patience
        timeout_s = patience.timeout_s if self._heard else patience.first_timeout_s
        for _ in range(1 + (patience.retries if self._heard else patience.first_retries)):
            try:
                response = await self._exchange.ask(Question.GET, oids, 0, timeout_s)
            except Refused:
                return None
            if response is not None:
                self._heard = True
                return response
        return None

    async def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        cursor, rows = root, 0
        while True:
            binds = await self._next(cursor)
            for bind in binds:
                if bind.oid[: len(root)] != root or (bind.value is None and bind.oid <= cursor):
                    return
                if bind.oid <= cursor:
                    raise Unparsed(f"rows out of order below {dotted(root)}: the agent would go on for ever", dotted(bind.oid))
                cursor = bind.oid
                if bind.value is None:
                    continue
                if rows == max_rows:
                    raise Unparsed(f"more than {max_rows} rows below {dotted(root)}")
                rows += 1
                yield bind
            if not binds:
                return

    async def _next(self, cursor: Oid) -> tuple[VarBind, ...]:
        """The rows after ``cursor``. A smaller answer is asked for until one comes; the last try is a plain GETNEXT."""
        tries_at_one = 1 + self._patience.retries
        while True:
            single = self._repetitions <= 1
            question = Question.GETNEXT if single else Question.GETBULK
            try:
                response = await self._exchange.ask(question, [cursor], self._repetitions, self._patience.timeout_s)
            except Refused as refused:
                raise Unreachable(f"stopped answering after {dotted(cursor)}: {refused}") from None
            if response is not None and response.status == 0:
                return response.binds
            if response is not None and response.status == NO_SUCH_NAME:
                return ()
            if not single:
                self._repetitions //= 2
                continue
            tries_at_one -= 1
            if response is not None:
                raise Unparsed(f"error status {response.status} after {dotted(cursor)}")
            if not tries_at_one:
                raise Unreachable(f"stopped answering after {dotted(cursor)}")


class _CommunityExchange(asyncio.DatagramProtocol):
    """SNMP v2c over a connected UDP socket."""

    def __init__(self, community: Secret) -> None:
        self._community = community
        self._transport: asyncio.DatagramTransport | None = None
        self._waiting: asyncio.Future[Response] | None = None
        self._request_id = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    async def ask(self, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> Response | None:
        if self._transport is None:
            raise Unreachable("the socket is not open")
        self._request_id = secrets.randbelow(2**31 - 1) + 1
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.sendto(_message(self._community, question, self._request_id, oids, repetitions))
        try:
            async with asyncio.timeout(timeout_s):
                return await self._waiting
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self._waiting is None or self._waiting.done():
            return
        request_id, response = _read(data)
        # an answer that cannot be read has no id: it is taken as the answer, as nobody else is heard on this socket
        if request_id in (self._request_id, None):
            self._waiting.set_result(response)

    def error_received(self, exc: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Refused(f"nothing listens there ({exc})"))


def _message(community: Secret, question: Question, request_id: int, oids: Sequence[Oid], repetitions: int) -> bytes:
    pdu = question.value()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, request_id)
    if question is Question.GETBULK:
        v2c.apiBulkPDU.set_non_repeaters(pdu, 0)
        v2c.apiBulkPDU.set_max_repetitions(pdu, repetitions)
    v2c.apiPDU.set_varbinds(pdu, [(v2c.ObjectIdentifier(oid), v2c.null) for oid in oids])
    message = v2c.Message()
    v2c.apiMessage.set_defaults(message)
    v2c.apiMessage.set_community(message, community.reveal().encode())
    v2c.apiMessage.set_pdu(message, pdu)
    return bytes(encoder.encode(message))


def _read(datagram: bytes) -> tuple[int | None, Response]:
    """(request id, response). What cannot be read is a response of status -1 without an id."""
    try:
        message, _ = decoder.decode(datagram, asn1Spec=v2c.Message())
        pdu = v2c.apiMessage.get_pdu(message)
        if not isinstance(pdu, v2c.ResponsePDU):
            return None, Response(-1, ())
        binds = tuple(VarBind(tuple(oid), _value(value)) for oid, value in v2c.apiPDU.get_varbinds(pdu))
        return int(v2c.apiPDU.get_request_id(pdu)), Response(int(v2c.apiPDU.get_error_status(pdu)), binds)
    except (PyAsn1Error, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # malformed BER surfaces from pyasn1 as any of these
        return None, Response(-1, ())


def _value(value: Any) -> Value:
    # noSuchObject, noSuchInstance and endOfMibView are Nulls, and pyasn1's Null is an OctetString
    if isinstance(value, univ.Null):
        return None
    if isinstance(value, univ.Integer):
        return int(value)
    if isinstance(value, univ.OctetString):
        return bytes(value)
    if isinstance(value, univ.ObjectIdentifier):
        return tuple(value)
    return None

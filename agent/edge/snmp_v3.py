"""How does an SNMP v3 user talk with an engine?

Source: RFC 3412 (messages), RFC 3414 (discovery, time window, the usmStats objects that a Report names), RFC 3413 (contexts). One engine's
id, boots, time and keys live in its ``Device``: a known device costs no discovery. A Report that the engine is another one or its clock has
moved (it was restarted) is heeded and the question asked again; any other Report is the device's no.

Raises Denied, saying what is wrong; Unparsed where the engine does not accept its own clock.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from agent.edge import Oid, SnmpLogin
from agent.edge.snmp_ber import (
    OCTETS,
    REPORT,
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
from agent.edge.snmp_devices import Device, Engine
from agent.edge.snmp_udp import UNREADABLE, Datagrams, Refused, fresh_id
from agent.edge.snmp_usm import SIGNATURE_BYTES, Keys, decrypt, encrypt, is_signed, keys, signed
from shared.errors import Denied, Unparsed

VERSION, USM = 3, 3
AUTH, PRIV, REPORTABLE = 1, 2, 4
MAX_MESSAGE_BYTES = 65_507
MAX_ENGINE_ID_BYTES = 64
"""RFC 3411 allows 32; some devices have more."""
ROUNDS = 3
"""A first question, one after another engine's report, one after its clock's."""

_USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
UNSUPPORTED_LEVEL, TIME_WINDOW, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_DIGEST, DECRYPTION_ERROR = ((*_USM_STATS, n) for n in range(1, 7))
UNAVAILABLE_CONTEXT, UNKNOWN_CONTEXT = (1, 3, 6, 1, 6, 3, 12, 1, 4), (1, 3, 6, 1, 6, 3, 12, 1, 5)
SYS_UP_TIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
AUTHORIZATION_ERROR = 16

_NOBODY = SnmpLogin("3")
"""Asks an engine for its id: no user, no keys."""


@dataclass(frozen=True, slots=True)
class _Received:
    pdu: Pdu
    engine: Engine
    authentic: bool


class UserExchange:
    """SNMP v3 with the user-based security model."""

    bulk = True

    def __init__(self, datagrams: Datagrams, login: SnmpLogin, device: Device, now_s: Callable[[], float] = time.monotonic) -> None:
        self._datagrams = datagrams
        self._login = login
        self._device = device
        self._now_s = now_s
        self._silent = False

    async def enter(self, first_timeout_s: float, timeout_s: float, tries: int) -> bool:
        """Finds out whether the device knows this user; True: it has just answered. Silence spares every further question.

        Raises Denied."""
        if self._login in self._device.known:
            return False
        try:
            answer = await self._first_answer(first_timeout_s, timeout_s, tries)
        except Refused:
            answer = None
        self._silent = answer is None
        if answer is not None and answer.status == AUTHORIZATION_ERROR:
            raise Denied(f"the device knows the user {self._login.user!r} and lets him read nothing at the level {level(self._login)}")
        if answer is not None and answer is not UNREADABLE:
            self._device.known.add(self._login)
        return answer is not None

    async def _first_answer(self, first_timeout_s: float, timeout_s: float, tries: int) -> Pdu | None:
        for attempt in range(tries):
            # an engine that is silent may be gone: another device stands at the address and does not say so
            if self._device.engine is None or attempt:
                await self._discover(first_timeout_s)
            if self._device.engine is not None and (answer := await self.ask(Question.GET, [SYS_UP_TIME], 0, timeout_s)) is not None:
                return answer
        await self._blame(timeout_s, tries)
        return None

    async def _blame(self, timeout_s: float, tries: int) -> None:
        """A device that cannot decrypt, or does not know a context, may say nothing. If it answers the user without, that is the cause.

        Raises Denied, or nothing where the device is silent to everything."""
        login = self._login
        plain = SnmpLogin("3", user=login.user, auth=login.auth, auth_password=login.auth_password)
        if login.context:
            await self._suspect(replace(login, context=""), f"the device knows no context {login.context!r}", timeout_s, tries)
        if login.privacy:
            await self._suspect(plain, _wrong_privacy(login), timeout_s, tries)

    async def _suspect(self, without: SnmpLogin, blame: str, timeout_s: float, tries: int) -> None:
        exchange = UserExchange(self._datagrams, without, self._device, self._now_s)
        for _ in range(tries):
            if self._device.engine is None:
                return
            received = await exchange._once(self._device.engine, Question.GET, [SYS_UP_TIME], 0, timeout_s)
            authentic = received is not None and (received.authentic or (not without.auth and received.pdu.kind != REPORT))
            if received and received.pdu is not UNREADABLE and (authentic or _reason(received.pdu) == UNSUPPORTED_LEVEL):
                raise Denied(blame)

    async def ask(self, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> Pdu | None:
        for _ in range(ROUNDS):
            engine = None if self._silent else self._device.engine or await self._discover(timeout_s)
            if engine is None:
                return None
            received = await self._once(engine, question, oids, repetitions, timeout_s)
            if received is None:
                self._device.known.discard(self._login)
                return None
            if received.pdu.kind != REPORT:
                return received.pdu
            self._heed(received)
        raise Unparsed("the device refuses its own clock (usmStatsNotInTimeWindows)")

    async def _discover(self, timeout_s: float) -> Engine | None:
        nobody = UserExchange(self._datagrams, _NOBODY, self._device, self._now_s)
        received = await nobody._once(Engine(b"", 0, 0, self._now_s()), Question.GET, [], 0, timeout_s)
        if received is None or not received.engine.id:
            return None
        self._device.meet(received.engine)
        return received.engine

    def _heed(self, received: _Received) -> None:
        """Learns what a Report teaches. Raises Denied where it is a no."""
        reason = _reason(received.pdu)
        if reason in (UNKNOWN_ENGINE, TIME_WINDOW) and received.engine.id:
            self._device.meet(received.engine)
        else:
            self._device.known.discard(self._login)
            raise Denied(_why(reason, self._login))

    async def _once(self, engine: Engine, question: Question, oids: Sequence[Oid], repetitions: int, timeout_s: float) -> _Received | None:
        number = fresh_id()
        message = self._message(engine, number, pdu(question, number, repetitions, oids))
        received = await self._datagrams.exchange(message, partial(self._read, number), timeout_s)
        if received and received.authentic and (received.engine.boots, received.engine.time_s) > (engine.boots, engine.time_s):
            self._device.meet(received.engine)
        return received

    def _keys(self, engine_id: bytes) -> Keys:
        if self._login not in self._device.keys:
            self._device.keys[self._login] = keys(self._login, engine_id)
        return self._device.keys[self._login]

    def _message(self, engine: Engine, number: int, question: bytes) -> bytes:
        login = self._login
        own = self._keys(engine.id)
        time_s = engine.time_now_s(self._now_s())
        data = tlv(SEQUENCE, tlv(OCTETS, engine.id) + tlv(OCTETS, login.context.encode()) + question)
        salt = b""
        if login.privacy:
            encrypted, salt = encrypt(login.privacy, own.privacy, engine.boots, time_s, data)
            data = tlv(OCTETS, encrypted)
        flags = REPORTABLE | (AUTH if login.auth else 0) | (PRIV if login.privacy else 0)
        head = tlv(SEQUENCE, integer(number) + integer(MAX_MESSAGE_BYTES) + tlv(OCTETS, bytes((flags,))) + integer(USM))
        size, end = SIGNATURE_BYTES[login.auth], tlv(OCTETS, salt)
        clock = integer(engine.boots) + integer(time_s)
        security = tlv(OCTETS, engine.id) + clock + tlv(OCTETS, login.user.encode()) + tlv(OCTETS, bytes(size)) + end
        message = tlv(SEQUENCE, integer(VERSION) + head + tlv(OCTETS, tlv(SEQUENCE, security)) + data)
        return signed(login.auth, own.auth, message, len(message) - len(data) - len(end) - size) if login.auth else message

    def _read(self, number: int, datagram: bytes) -> _Received | None:
        """None: not the answer, or one that proves nothing (a wrong signature, less security than was asked for)."""
        try:
            return self._understood(number, datagram)
        except BerError:
            # as nobody else is heard on this socket, it is the answer
            return _Received(UNREADABLE, Engine(b"", 0, 0, 0.0), authentic=False)

    def _understood(self, number: int, datagram: bytes) -> _Received | None:
        start, end = inside(datagram, 0, len(datagram), SEQUENCE)
        version, at = read_integer(datagram, start, end)
        head_start, head_end = inside(datagram, at, end, SEQUENCE)
        found_number, at = read_integer(datagram, head_start, head_end)
        _, at = read_integer(datagram, at, head_end)
        flags, at = read_octets(datagram, at, head_end)
        if version != VERSION or len(flags) != 1:
            raise BerError("no message of version 3")
        if found_number != number:
            return None
        outer_start, data_at = inside(datagram, head_end, end, OCTETS)
        security = _security(datagram, outer_start, data_at, self._now_s())
        authentic = bool(self._login.auth and flags[0] & AUTH)
        if authentic and not is_signed(
            self._login.auth, self._keys(security.engine.id).auth, datagram, security.signed_at, security.signature
        ):
            return None
        answer = self._scoped(flags[0], security, datagram, data_at, end)
        secure = authentic >= bool(self._login.auth) and bool(flags[0] & PRIV) >= bool(self._login.privacy)
        return _Received(answer, security.engine, authentic) if secure or answer.kind == REPORT else None

    def _scoped(self, flags: int, security: "_Security", datagram: bytes, at: int, end: int) -> Pdu:
        if flags & PRIV:
            if not (flags & AUTH and self._login.privacy):
                raise BerError("encrypted for somebody else")
            encrypted, _ = read_octets(datagram, at, end)
            engine = security.engine
            key = self._keys(engine.id).privacy
            datagram = decrypt(self._login.privacy, key, engine.boots, engine.time_s, encrypted, security.salt)
            at, end = 0, len(datagram)
        start, stop = inside(datagram, at, end, SEQUENCE)
        _, at = read_octets(datagram, start, stop)
        _, at = read_octets(datagram, at, stop)
        return read_pdu(datagram, at, stop)


@dataclass(frozen=True, slots=True)
class _Security:
    engine: Engine
    signature: bytes
    signed_at: int
    salt: bytes


def _security(datagram: bytes, at: int, end: int, now_s: float) -> _Security:
    start, stop = inside(datagram, at, end, SEQUENCE)
    engine_id, at = read_octets(datagram, start, stop)
    boots, at = read_integer(datagram, at, stop)
    time_s, at = read_integer(datagram, at, stop)
    _, at = read_octets(datagram, at, stop)
    signature, signed_end = read_octets(datagram, at, stop)
    salt, _ = read_octets(datagram, signed_end, stop)
    if len(engine_id) > MAX_ENGINE_ID_BYTES or not (0 <= boots < 2**31 and 0 <= time_s < 2**31):
        raise BerError("an engine that cannot be")
    return _Security(Engine(engine_id, boots, time_s, now_s), signature, signed_end - len(signature), salt)


def level(login: SnmpLogin) -> str:
    return "authPriv" if login.privacy else "authNoPriv" if login.auth else "noAuthNoPriv"


def _reason(report: Pdu) -> Oid:
    """The counter that a Report names, without its ``.0``."""
    return report.binds[0].oid[:-1] if report.kind == REPORT and report.binds else ()


def _wrong_privacy(login: SnmpLogin) -> str:
    return f"the privacy password of {login.user!r} is wrong, or the device encrypts with something else than {login.privacy}"


def _why(reason: Oid, login: SnmpLogin) -> str:
    """A Report's counter in plain words."""
    known = {
        UNSUPPORTED_LEVEL: f"the device does not offer the level {level(login)} to the user {login.user!r}",
        UNKNOWN_USER: f"the device knows no SNMP v3 user {login.user!r}",
        WRONG_DIGEST: f"the authentication password of {login.user!r} is wrong, or the device signs with something else than {login.auth}",
        DECRYPTION_ERROR: _wrong_privacy(login),
        UNAVAILABLE_CONTEXT: f"the device's context {login.context!r} is not available",
        UNKNOWN_CONTEXT: f"the device knows no context {login.context!r}",
    }
    return known.get(reason, f"the device refuses with the report {'.'.join(map(str, reason)) or 'without a reason'}")

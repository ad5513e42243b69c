"""Sessions that cost a credential: SNMP, SSH, WinRM, HTTPS. Each offer is asked for first (``agent.safety.offers``) and its end is noted.

One session a protocol and device at a time. An SNMP credential that must not be offered is one that is not answered, so that a probe goes
on to its next; nothing is sent for it. A login that must not be offered is Denied.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from agent.edge import (
    HostKey,
    Oid,
    SnmpEdge,
    SnmpLogin,
    SnmpSession,
    SshEdge,
    SshLogin,
    SshSession,
    VarBind,
    WebAnswer,
    WebAsk,
    WebEdge,
    WebLogin,
    WebSession,
    WindowsEdge,
    WindowsLogin,
    WindowsSession,
)
from agent.safety.guard import Guard, Look
from agent.safety.offers import NotOffered, Offered
from shared.errors import Denied, Refused, Unreachable
from shared.outcome import OfferResult

ROWS_A_PACKET, CELLS_A_PACKET = 20, 50
"""About so much comes with one GETBULK: of one column, as asked to begin with; of several, as fits a packet."""
SSH_LOGIN_PACKETS, SSH_COMMAND_PACKETS = 25, 6
WINDOWS_LOGIN_PACKETS, WINDOWS_QUERY_PACKETS = 20, 10
WEB_LOGIN_PACKETS, WEB_ASK_PACKETS = 12, 10

Session = TypeVar("Session")


@dataclass(slots=True)
class _Trial:
    """What became of an offer while its session lasts."""

    guard: Guard
    look: Look
    offered: Offered
    result: OfferResult = OfferResult.SILENT
    detail: str = ""

    def accepted(self) -> None:
        self.result = OfferResult.ACCEPTED

    def denied(self, error: Denied) -> None:
        """A right that an accepted account lacks is no refusal of it."""
        if self.result is not OfferResult.ACCEPTED:
            self.result, self.detail = OfferResult.DENIED, str(error)

    def end(self) -> None:
        self.look.offers.append(self.offered.ended(self.result, self.detail))
        if self.result is OfferResult.ACCEPTED:
            self.guard.offers.accepted(self.offered)
        elif self.result is OfferResult.DENIED:
            self.guard.offers.denied(self.offered, self.guard.now())


@asynccontextmanager
async def _opened(trial: _Trial, session: AbstractAsyncContextManager[Session]) -> AsyncIterator[Session]:
    """The session, and the end of the trial however it ends."""
    async with AsyncExitStack() as stack:
        stack.callback(trial.end)
        try:
            entered = await stack.enter_async_context(session)
        except Denied as error:
            trial.denied(error)
            raise
        except Refused as error:  # another host key than the known one: nothing of the login was sent
            trial.result, trial.detail = OfferResult.WITHHELD, str(error)
            raise
        yield entered


def _hold_back(look: Look, offered: Offered) -> None:
    look.offers.append(offered.ended(OfferResult.UNFIT if offered.unfit else OfferResult.WITHHELD, offered.withheld))


def _check_login(guard: Guard, look: Look, offered: Offered, jumps: bool = False) -> None:
    """Raises what keeps a login over TCP from being offered."""
    guard.check_port(offered.port)
    if offered.withheld:
        _hold_back(look, offered)
        raise NotOffered(f"not offered: {offered.withheld}")
    # what a port looks like from here says nothing of how it looks from a jump host
    if not jumps and guard.known.port_is_shut(offered.address, offered.port):
        raise Unreachable(f"not offered: TCP port {offered.port} is not open")


@dataclass(frozen=True, slots=True)
class GuardedSnmp:
    inner: SnmpEdge
    guard: Guard
    look: Look

    @asynccontextmanager
    async def session(self, address: str, port: int, login: SnmpLogin) -> AsyncIterator[SnmpSession]:
        self.guard.check(self.look, address)
        offered = self.guard.offers.consider(address, port, login, self.guard.now())
        if offered.withheld:
            _hold_back(self.look, offered)
            yield _NotOffered()
            return
        async with self.guard.session(self.look, "snmp", address, 1 if login.version == "3" else 0):
            trial = _Trial(self.guard, self.look, offered)
            async with _opened(trial, self.inner.session(address, port, login)) as session:
                yield _CountedSnmp(session, trial)


@dataclass(frozen=True, slots=True)
class _NotOffered:
    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        return None

    async def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        nothing: tuple[VarBind, ...] = ()
        for bind in nothing:
            yield bind

    def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        return self.walk((), max_rows)

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        return set()


@dataclass(frozen=True, slots=True)
class _CountedSnmp:
    """A packet for each GET; for a walk one to begin with, and one for each full answer."""

    inner: SnmpSession
    trial: _Trial

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        await self._turn()
        try:
            answer = await self.inner.get(oids)
        except Denied as error:
            self.trial.denied(error)
            raise
        if answer is not None:
            self.trial.accepted()
        return answer

    def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        return self._counted(self.inner.walk(root, max_rows), ROWS_A_PACKET)

    def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        return self._counted(self.inner.walk_columns(columns, max_rows), CELLS_A_PACKET)

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        await self._turn(1 + len(columns) // CELLS_A_PACKET)
        return await self.inner.present(columns)

    async def _counted(self, binds: AsyncIterator[VarBind], a_packet: int) -> AsyncIterator[VarBind]:
        await self._turn()
        rows = 0
        async for bind in binds:
            self.trial.accepted()
            yield bind
            rows += 1
            if rows % a_packet == 0:
                await self._turn()

    async def _turn(self, packets: int = 1) -> None:
        await self.trial.guard.turn(self.trial.look, self.trial.offered.address, packets)


@dataclass(frozen=True, slots=True)
class GuardedSsh:
    inner: SshEdge
    guard: Guard
    look: Look

    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        self.guard.check(self.look, address)
        offered = self.guard.offers.consider(address, port, login, self.guard.now())
        if login.jump:
            self.guard.check(self.look, login.jump.address)
            self.guard.check_port(login.jump.port)
        _check_login(self.guard, self.look, offered, jumps=login.jump is not None)
        async with self.guard.session(self.look, "ssh", address, SSH_LOGIN_PACKETS):
            if login.jump:  # no place of its own among the connections: who holds one and waits for a second may wait for ever
                await self.guard.turn(self.look, login.jump.address, SSH_LOGIN_PACKETS)
            trial = _Trial(self.guard, self.look, offered)
            async with _opened(trial, self.inner.session(address, port, platform, login)) as session:
                trial.accepted()
                yield _CountedSsh(session, trial, session.host_key, session.old_algorithms)


@dataclass(slots=True)
class _CountedSsh:
    inner: SshSession
    trial: _Trial
    host_key: HostKey
    old_algorithms: tuple[str, ...] = ()

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        await self.trial.guard.turn(self.trial.look, self.trial.offered.address, SSH_COMMAND_PACKETS)
        return await self.inner.run(command, deadline_s)


@dataclass(frozen=True, slots=True)
class GuardedWindows:
    inner: WindowsEdge
    guard: Guard
    look: Look

    @asynccontextmanager
    async def session(self, address: str, port: int, login: WindowsLogin) -> AsyncIterator[WindowsSession]:
        self.guard.check(self.look, address)
        offered = self.guard.offers.consider(address, port, login, self.guard.now())
        _check_login(self.guard, self.look, offered)
        async with self.guard.session(self.look, "winrm", address, WINDOWS_LOGIN_PACKETS):
            trial = _Trial(self.guard, self.look, offered)
            async with _opened(trial, self.inner.session(address, port, login)) as session:
                yield _CountedWindows(session, trial)


@dataclass(frozen=True, slots=True)
class _CountedWindows:
    """HTTP asks for the password with each request: one that was refused is not offered again by the next query."""

    inner: WindowsSession
    trial: _Trial

    async def query(self, wql: str, namespace: str = "root/cimv2") -> list[dict[str, str]]:
        if self.trial.result is OfferResult.DENIED:
            raise Denied(f"not offered again: {self.trial.detail}")
        await self.trial.guard.turn(self.trial.look, self.trial.offered.address, WINDOWS_QUERY_PACKETS)
        try:
            answer = await self.inner.query(wql, namespace)
        except Denied as error:
            self.trial.denied(error)
            raise
        self.trial.accepted()
        return answer


@dataclass(frozen=True, slots=True)
class GuardedWeb:
    inner: WebEdge
    guard: Guard
    look: Look

    @asynccontextmanager
    async def session(self, address: str, port: int, login: WebLogin, asks: Mapping[str, WebAsk]) -> AsyncIterator[WebSession]:
        self.guard.check(self.look, address)
        offered = self.guard.offers.consider(address, port, login, self.guard.now())
        _check_login(self.guard, self.look, offered)
        async with self.guard.session(self.look, "https", address, WEB_LOGIN_PACKETS):
            trial = _Trial(self.guard, self.look, offered)
            async with _opened(trial, self.inner.session(address, port, login, asks)) as session:
                yield _CountedWeb(session, trial)


@dataclass(frozen=True, slots=True)
class _CountedWeb:
    """The login may go with each request: one that was refused is not offered again by the next."""

    inner: WebSession
    trial: _Trial

    async def ask(self, name: str, /, **values: str) -> WebAnswer:
        if self.trial.result is OfferResult.DENIED:
            raise Denied(f"not offered again: {self.trial.detail}")
        await self.trial.guard.turn(self.trial.look, self.trial.offered.address, WEB_ASK_PACKETS)
        try:
            answer = await self.inner.ask(name, **values)
        except Denied as error:
            self.trial.denied(error)
            raise
        except Refused as error:  # another certificate, or another address than the device lets in: nobody looked at the password
            if self.trial.result is OfferResult.SILENT:
                self.trial.result, self.trial.detail = OfferResult.WITHHELD, str(error)
            raise
        self.trial.accepted()
        return answer

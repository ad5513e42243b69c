"""A synthetic network behind recording edges: every packet that a probe could cause is a call that is written down, with its time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agent.edge import (
    Edges,
    Frame,
    HostKey,
    Oid,
    PortAnswer,
    SnmpLogin,
    SnmpSession,
    SshLogin,
    SshSession,
    VarBind,
    WebAnswer,
    WebAsk,
    WebLogin,
    WebSession,
    WindowsLogin,
    WindowsSession,
)
from shared.errors import Denied
from shared.observation import CertificateSeen, PortSeen


@dataclass(frozen=True)
class Host:
    address: str
    mac: str
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sent:
    edge: str
    address: str
    port: int = 0
    at_s: float = 0.0


@dataclass
class Network:
    """All fourteen edges in one. ``login``: what a login at a host does, by its user name or community."""

    hosts: dict[str, Host] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    paces: list[int] = field(default_factory=list)
    login: Callable[[str, str], str] = lambda address, secret: "accepted"
    takes_s: float = 0.0
    round_trip: Callable[[str, float], float | None] = lambda address, now_s: 0.001
    now: int = 0
    most: int = 0

    def edges(self) -> Edges:
        return Edges(
            arp=self, ndp=self, liveness=_Liveness(self), listen=self, ports=_Ports(self), versions=self, tcp=self, udp=self,
            snmp=_Snmp(self), ssh=_Ssh(self), windows=_Windows(self), web=_Web(self), tls=self, names=self,
        )  # fmt: skip

    def note(self, edge: str, address: str, port: int = 0) -> None:
        self.sent.append(Sent(edge, address, port, asyncio.get_running_loop().time()))

    def touched(self, *edges: str) -> set[str]:
        """The addresses that these edges were asked for; all of them where none is named."""
        return {sent.address for sent in self.sent if not edges or sent.edge in edges}

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            if self.takes_s:
                await asyncio.sleep(self.takes_s)
            yield
        finally:
            self.now -= 1

    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        self.paces.append(packets_per_s)
        for address in addresses:
            self.note("arp", address)
        return {address: {self.hosts[address].mac} for address in addresses if address in self.hosts}

    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        return {}

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        for address in addresses:
            self.note("ndp", address)
        return {}

    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        return []

    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        for port in ports:
            self.note("versions", address, port)
        return ()

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        async with self.busy():
            self.note("tcp", address, port)
            return b""

    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        self.note("udp", address, port)
        return None

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        return {address: [b"here"] for address in self.hosts}

    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        self.note("tls", address, port)
        return None

    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        self.note("names", server, 53)
        return ""


@dataclass
class _Ports:
    network: Network

    async def scan(
        self, address: str, ranges: str, packets_per_s: int, deadline_s: float, host_packets_per_s: int = 0
    ) -> PortAnswer | None:
        self.network.paces.append(packets_per_s)
        self.network.note("ports", address)
        host = self.network.hosts.get(address)
        if host is None:
            return None
        return PortAnswer(ranges, tuple(PortSeen(address=address, protocol="tcp", number=port, examined=False) for port in host.ports))


@dataclass
class _Liveness:
    network: Network

    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        for address in addresses:
            self.network.note("liveness", address)
        return {address: "icmp" for address in addresses if address in self.network.hosts}

    async def round_trip_s(self, address: str, wait_s: float) -> float | None:
        self.network.note("echo", address)
        return self.network.round_trip(address, asyncio.get_running_loop().time())


@dataclass
class _Session:
    network: Network
    address: str
    secret: str
    host_key: HostKey = field(default_factory=lambda: HostKey("ssh-ed25519", "k"))
    old_algorithms: tuple[str, ...] = ()

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        self.network.note("snmp", self.address, 161)
        silent = self.network.login(self.address, self.secret) == "silent"
        return None if silent else [VarBind(oid, b"a synthetic device") for oid in oids]

    async def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        for row in range(50):
            if row % 20 == 0:
                self.network.note("snmp", self.address, 161)
            yield VarBind((*root, row), row)

    def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        return self.walk(columns[0], max_rows)

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        return set(columns)

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        self.network.note("ssh", self.address, 22)
        return ""

    async def query(self, wql: str, namespace: str = "root/cimv2") -> list[dict[str, str]]:
        self.network.note("winrm", self.address, 5986)
        if self.network.login(self.address, self.secret) == "denied":
            raise Denied("wrong password")
        return []

    async def ask(self, name: str, /, **values: str) -> WebAnswer:
        self.network.note("https", self.address, 443)
        if self.network.login(self.address, self.secret) == "denied":
            raise Denied("wrong password")
        return WebAnswer(200, b"")


@dataclass
class _Snmp:
    network: Network

    @asynccontextmanager
    async def session(self, address: str, port: int, login: SnmpLogin) -> AsyncIterator[SnmpSession]:
        secret = login.community.reveal() if login.community else login.user
        async with self.network.busy():
            if self.network.login(address, secret) == "denied":
                self.network.note("snmp", address, port)
                raise Denied("wrong key")
            yield _Session(self.network, address, secret)


@dataclass
class _Ssh:
    network: Network

    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        async with self.network.busy():
            self.network.note("ssh", address, port)
            if self.network.login(address, login.username) == "denied":
                raise Denied("wrong password")
            yield _Session(self.network, address, login.username)


@dataclass
class _Windows:
    network: Network

    @asynccontextmanager
    async def session(self, address: str, port: int, login: WindowsLogin) -> AsyncIterator[WindowsSession]:
        async with self.network.busy():
            yield _Session(self.network, address, login.username)


@dataclass
class _Web:
    network: Network

    @asynccontextmanager
    async def session(self, address: str, port: int, login: WebLogin, asks: Mapping[str, WebAsk]) -> AsyncIterator[WebSession]:
        async with self.network.busy():
            yield _Session(self.network, address, login.username)

"""The same edges, each behind the guard. What an edge itself sends for one question is estimated here, in packets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.edge import (
    ArpEdge,
    Edges,
    LivenessEdge,
    NameEdge,
    NdpEdge,
    PortAnswer,
    PortEdge,
    TcpEdge,
    TlsEdge,
    UdpEdge,
    VersionEdge,
)
from agent.safety.guard import Guard, Look
from agent.safety.print_ports import PRINT_PORTS
from agent.safety.sessions import GuardedSnmp, GuardedSsh, GuardedWeb, GuardedWindows
from shared.observation import CertificateSeen, PortSeen

TCP_PACKETS, TLS_PACKETS = 6, 10
"""A connection with a question and an answer, both ends of it closed; with a TLS handshake."""
VERSION_PACKETS_A_PORT = 10
PART_S, LEAST_PART = 10, 256
"""A sweep goes out in parts of so many seconds, so that the breaker can hold it between two of them."""


def guarded(edges: Edges, guard: Guard, look: Look) -> Edges:
    return Edges(
        arp=_Arp(edges.arp, guard, look),
        ndp=_Ndp(edges.ndp, guard, look),
        liveness=_Liveness(edges.liveness, guard, look),
        listen=edges.listen,  # sends nothing
        ports=_Ports(edges.ports, guard, look),
        versions=_Versions(edges.versions, guard, look),
        tcp=_Tcp(edges.tcp, guard, look),
        udp=_Udp(edges.udp, guard, look),
        snmp=GuardedSnmp(edges.snmp, guard, look),
        ssh=GuardedSsh(edges.ssh, guard, look),
        windows=GuardedWindows(edges.windows, guard, look),
        web=GuardedWeb(edges.web, guard, look),
        tls=_Tls(edges.tls, guard, look),
        names=_Names(edges.names, guard, look),
    )


def _parts(addresses: Sequence[str], packets_per_s: int) -> Iterator[Sequence[str]]:
    size = max(LEAST_PART, packets_per_s * PART_S) if packets_per_s else max(1, len(addresses))
    yield from (addresses[at : at + size] for at in range(0, len(addresses), size))


@dataclass(frozen=True, slots=True)
class _Arp:
    inner: ArpEdge
    guard: Guard
    look: Look

    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        async with self.guard.paced(self.look, self.guard.budget.sweep(packets_per_s)) as pace:
            for part in _parts(self.guard.sweepable(addresses), pace):
                await self.guard.unpaused(self.look)
                answers = await self.inner.sweep(self.guard.sweepable(part), interface, source, pace)
                self.guard.heard(answers)
                found |= answers
        return found


@dataclass(frozen=True, slots=True)
class _Ndp:
    inner: NdpEdge
    guard: Guard
    look: Look

    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        with self.look.waiting():
            await self.guard.budget.take(1)
        answers = await self.inner.neighbours(interface, wait_s)
        self.guard.heard(answers)
        return answers

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        async with self.guard.paced(self.look, self.guard.budget.sweep(packets_per_s)) as pace:
            for part in _parts(self.guard.sweepable(addresses), pace):
                await self.guard.unpaused(self.look)
                answers = await self.inner.solicit(self.guard.sweepable(part), interface, pace)
                self.guard.heard(answers)
                found |= answers
        return found


@dataclass(frozen=True, slots=True)
class _Liveness:
    inner: LivenessEdge
    guard: Guard
    look: Look

    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        found: dict[str, str] = {}
        async with self.guard.paced(self.look, self.guard.budget.sweep(packets_per_s)) as pace:
            for part in _parts(self.guard.sweepable(addresses), pace):
                await self.guard.unpaused(self.look)
                answers = await self.inner.sweep(self.guard.sweepable(part), pace)
                self.guard.heard(dict.fromkeys(answers, ()))
                found |= answers
        return found

    async def round_trip_s(self, address: str, wait_s: float) -> float | None:
        await self.guard.turn(self.look, address, 1)
        return await self.inner.round_trip_s(address, wait_s)


@dataclass(frozen=True, slots=True)
class _Ports:
    inner: PortEdge
    guard: Guard
    look: Look

    async def scan(
        self, address: str, ranges: str, packets_per_s: int, deadline_s: float, host_packets_per_s: int = 0
    ) -> PortAnswer | None:
        self.guard.check(self.look, address)
        async with self.guard.paced(self.look, self.guard.budget.port_scan(packets_per_s)) as pace:
            self.guard.check(self.look, address)
            return await self.inner.scan(address, ranges, pace, deadline_s, self.guard.budget.host_packets_per_s)


@dataclass(frozen=True, slots=True)
class _Versions:
    inner: VersionEdge
    guard: Guard
    look: Look

    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        self.guard.check(self.look, address)
        writable = [port for port in ports if port not in PRINT_PORTS]
        if not writable:
            return ()
        async with self.guard.connection(self.look, address, VERSION_PACKETS_A_PORT * len(writable)):
            return await self.inner.services(address, writable, deadline_s)


@dataclass(frozen=True, slots=True)
class _Tcp:
    inner: TcpEdge
    guard: Guard
    look: Look

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        self.guard.check_port(port)
        async with self.guard.connection(self.look, address, TLS_PACKETS if tls else TCP_PACKETS):
            return await self.inner.talk(address, port, send, tls, wait_s, limit_bytes)


@dataclass(frozen=True, slots=True)
class _Udp:
    inner: UdpEdge
    guard: Guard
    look: Look

    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        await self.guard.turn(self.look, address, 1)
        return await self.inner.ask(address, port, payload, wait_s)

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        with self.look.waiting():
            await self.guard.budget.take(1)
        answers = await self.inner.ask_all(group, port, payload, own_address, wait_s)
        self.guard.heard(dict.fromkeys(answers, ()))
        # a group cannot leave one member out: what an excluded one answers is not looked at
        return {address: said for address, said in answers.items() if not self.guard.exclusions.cover(address)}


@dataclass(frozen=True, slots=True)
class _Tls:
    inner: TlsEdge
    guard: Guard
    look: Look

    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        self.guard.check_port(port)
        async with self.guard.connection(self.look, address, TLS_PACKETS):
            return await self.inner.certificate(address, port, starttls, deadline_s)


@dataclass(frozen=True, slots=True)
class _Names:
    inner: NameEdge
    guard: Guard
    look: Look

    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        await self.guard.turn(self.look, server, 1)
        return await self.inner.reverse(address, server, deadline_s)

"""What no probe may touch, held once for all of them: each edge is handed out behind a guard that refuses an excluded address.

A MAC address excludes every address that is seen with it: from then on, as nothing is known of it before the ARP sweep.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from agent.edge import (
    ArpEdge,
    Edges,
    LivenessEdge,
    NameEdge,
    NdpEdge,
    PortAnswer,
    PortEdge,
    SnmpEdge,
    SnmpLogin,
    SnmpSession,
    SshEdge,
    SshLogin,
    SshSession,
    TcpEdge,
    TlsEdge,
    UdpEdge,
    VersionEdge,
    WindowsEdge,
    WindowsLogin,
    WindowsSession,
)
from shared.address import IpNetwork, normal_mac
from shared.errors import Refused
from shared.observation import AddressSeen, CertificateSeen, LeaseSeen, Observation, PortSeen, Provenance


class Exclusions:
    """``excluded``: addresses, prefixes and MAC addresses in normal form, as ``ScanSettings.exclude`` holds them."""

    def __init__(self, excluded: Iterable[str] = ()) -> None:
        self._networks: list[IpNetwork] = []
        self._macs: set[str] = set()
        self._found: set[str] = set()
        for entry in excluded:
            try:
                self._networks.append(ipaddress.ip_network(entry))
            except ValueError:
                self._macs.add(normal_mac(entry))

    def cover(self, address: str) -> bool:
        if address in self._found:
            return True
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in self._networks)

    def cover_target(self, name: str) -> bool:
        """``name`` as a probe's target: an address, or a prefix of which every address is excluded."""
        try:
            wanted = ipaddress.ip_network(name)
        except ValueError:
            return False  # ``site``
        if wanted.num_addresses == 1 and self.cover(str(wanted.network_address)):
            return True
        return any(wanted.network_address in n and wanted.broadcast_address in n for n in self._networks)

    def learn(self, observations: Iterable[Observation]) -> None:
        """Excludes the addresses that are seen with an excluded MAC address, whoever says so."""
        for seen in observations:
            if isinstance(seen, AddressSeen | LeaseSeen) and seen.mac in self._macs:
                self._found.add(seen.address)

    def without(self, observations: Iterable[Observation]) -> tuple[Observation, ...]:
        """The observations less the replies of excluded addresses; what others tell of them stays, as nobody asked them for it."""
        return tuple(
            seen
            for seen in observations
            if not (isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY and self.cover(seen.address))
        )

    def less(self, addresses: Sequence[str]) -> list[str]:
        """The addresses less those that are excluded."""
        return [address for address in addresses if not self.cover(address)]

    def check(self, address: str) -> None:
        if self.cover(address):
            raise Refused(f"{address} is excluded by the configuration: nothing was sent")


def guarded(edges: Edges, exclusions: Exclusions) -> Edges:
    """The same edges, none of which sends anything to an excluded address."""
    return Edges(
        arp=_GuardedArp(edges.arp, exclusions),
        ndp=_GuardedNdp(edges.ndp, exclusions),
        liveness=_GuardedLiveness(edges.liveness, exclusions),
        listen=edges.listen,  # sends nothing
        ports=_GuardedPorts(edges.ports, exclusions),
        versions=_GuardedVersions(edges.versions, exclusions),
        tcp=_GuardedTcp(edges.tcp, exclusions),
        udp=_GuardedUdp(edges.udp, exclusions),
        snmp=_GuardedSnmp(edges.snmp, exclusions),
        ssh=_GuardedSsh(edges.ssh, exclusions),
        windows=_GuardedWindows(edges.windows, exclusions),
        tls=_GuardedTls(edges.tls, exclusions),
        names=_GuardedNames(edges.names, exclusions),
    )


@dataclass(frozen=True, slots=True)
class _GuardedArp:
    inner: ArpEdge
    exclusions: Exclusions

    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        return await self.inner.sweep(self.exclusions.less(addresses), interface, source, packets_per_s)


@dataclass(frozen=True, slots=True)
class _GuardedPorts:
    inner: PortEdge
    exclusions: Exclusions

    async def scan(self, address: str, ranges: str, packets_per_s: int, deadline_s: float) -> PortAnswer | None:
        self.exclusions.check(address)
        return await self.inner.scan(address, ranges, packets_per_s, deadline_s)


@dataclass(frozen=True, slots=True)
class _GuardedVersions:
    inner: VersionEdge
    exclusions: Exclusions

    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        self.exclusions.check(address)
        return await self.inner.services(address, ports, deadline_s)


@dataclass(frozen=True, slots=True)
class _GuardedNdp:
    inner: NdpEdge
    exclusions: Exclusions

    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        return await self.inner.neighbours(interface, wait_s)

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        return await self.inner.solicit(self.exclusions.less(addresses), interface, packets_per_s)


@dataclass(frozen=True, slots=True)
class _GuardedLiveness:
    inner: LivenessEdge
    exclusions: Exclusions

    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        return await self.inner.sweep(self.exclusions.less(addresses), packets_per_s)

    async def round_trip_s(self, address: str, wait_s: float) -> float | None:
        self.exclusions.check(address)
        return await self.inner.round_trip_s(address, wait_s)


@dataclass(frozen=True, slots=True)
class _GuardedTcp:
    inner: TcpEdge
    exclusions: Exclusions

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        self.exclusions.check(address)
        return await self.inner.talk(address, port, send, tls, wait_s, limit_bytes)


@dataclass(frozen=True, slots=True)
class _GuardedUdp:
    inner: UdpEdge
    exclusions: Exclusions

    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        self.exclusions.check(address)
        return await self.inner.ask(address, port, payload, wait_s)

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        # a group cannot leave one member out: what an excluded one answers is not looked at
        answers = await self.inner.ask_all(group, port, payload, own_address, wait_s)
        return {address: said for address, said in answers.items() if not self.exclusions.cover(address)}


@dataclass(frozen=True, slots=True)
class _GuardedWindows:
    inner: WindowsEdge
    exclusions: Exclusions

    def session(self, address: str, port: int, login: WindowsLogin) -> AbstractAsyncContextManager[WindowsSession]:
        self.exclusions.check(address)
        return self.inner.session(address, port, login)


@dataclass(frozen=True, slots=True)
class _GuardedSnmp:
    inner: SnmpEdge
    exclusions: Exclusions

    def session(self, address: str, port: int, login: SnmpLogin) -> AbstractAsyncContextManager[SnmpSession]:
        self.exclusions.check(address)
        return self.inner.session(address, port, login)


@dataclass(frozen=True, slots=True)
class _GuardedSsh:
    inner: SshEdge
    exclusions: Exclusions

    def session(self, address: str, port: int, platform: str, login: SshLogin) -> AbstractAsyncContextManager[SshSession]:
        self.exclusions.check(address)
        return self.inner.session(address, port, platform, login)


@dataclass(frozen=True, slots=True)
class _GuardedTls:
    inner: TlsEdge
    exclusions: Exclusions

    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        self.exclusions.check(address)
        return await self.inner.certificate(address, port, starttls, deadline_s)


@dataclass(frozen=True, slots=True)
class _GuardedNames:
    inner: NameEdge
    exclusions: Exclusions

    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        self.exclusions.check(server)
        return await self.inner.reverse(address, server, deadline_s)

"""The only room that opens a socket, sends a raw frame or starts a process: each file a thin call of one library.

Each edge is a Protocol here, so that everything behind it can be tested with recorded answers, and turns its library's exceptions into
those of ``shared.errors`` (``Denied``, ``Unreachable``, ``Unsupported``, ``Missing``). ``None`` from a question means: silent.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.observation import CertificateSeen, PortSeen
from shared.secret import Secret

Oid = tuple[int, ...]
Value = int | bytes | Oid | None
"""An SNMP value: numbers, octet strings, and object identifiers; None for noSuchObject, noSuchInstance and endOfMibView."""


def dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))


@dataclass(frozen=True, slots=True)
class VarBind:
    oid: Oid
    value: Value


class ArpEdge(Protocol):
    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        """Asks, as ``source``, who has each IPv4 address: address -> the MAC addresses that answered (several: a conflict, kept).

        Raises Missing where this process has no right to raw sockets."""
        ...


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """One host's ports. ``ranges`` is what was examined, in nmap's notation."""

    ranges: str
    ports: tuple[PortSeen, ...]


class PortEdge(Protocol):
    async def scan(self, address: str, ranges: str, packets_per_s: int, deadline_s: float) -> PortAnswer | None:
        """Which TCP ports are open: SYN only, nothing is written to any of them. None: the host is down.

        Raises TimeoutError where nmap gave the host up before its last port, Missing without nmap or the right to raw sockets."""
        ...

    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        """Service, product and version of ports that are open. Never called with a print port."""
        ...


class SnmpSession(Protocol):
    """A session with one agent, with one credential."""

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        """None: silent (which SNMP v1 and v2c also are to a wrong community)."""
        ...

    def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        """The subtree below ``root`` by GETBULK. Raises Unreachable where the agent stops answering in the middle."""
        ...


class SnmpEdge(Protocol):
    def session(self, address: str, port: int, community: Secret) -> AbstractAsyncContextManager[SnmpSession]: ...


@dataclass(frozen=True, slots=True)
class HostKey:
    algorithm: str
    sha256: str
    """As ``ssh-keygen -lf`` prints it, without ``SHA256:``."""


class SshSession(Protocol):
    host_key: HostKey

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        """What the command printed. Raises Unreachable on a dropped line, Denied where the account lacks the right."""
        ...


@dataclass(frozen=True, slots=True)
class SshLogin:
    username: str
    password: Secret | None = None
    key_file: str = ""
    known_host_sha256: str = ""
    """The host key recorded at first sight; with another key nothing is sent, and ``Refused`` is raised."""


class SshEdge(Protocol):
    def session(self, address: str, port: int, platform: str, login: SshLogin) -> AbstractAsyncContextManager[SshSession]: ...


class TlsEdge(Protocol):
    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        """The leaf certificate that a service shows. ``starttls``: ``smtp``, ``imap``, ``pop3`` or empty.

        None: silent. Raises Unsupported where it answers and does not speak TLS."""
        ...


class NameEdge(Protocol):
    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        """The PTR record's name, asked of one DNS server; empty where the server says that there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Edges:
    arp: ArpEdge
    ports: PortEdge
    snmp: SnmpEdge
    ssh: SshEdge
    tls: TlsEdge
    names: NameEdge

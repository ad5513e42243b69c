"""The only room that opens a socket, sends a raw frame or starts a process: each file a thin call of one library.

Each edge is a Protocol here, so that everything behind it can be tested with recorded answers, and turns its library's exceptions into
those of ``shared.errors`` (``Denied``, ``Unreachable``, ``Unsupported``, ``Missing``). ``None`` from a question means: silent.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

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
    async def scan(
        self, address: str, ranges: str, packets_per_s: int, deadline_s: float, host_packets_per_s: int = 0
    ) -> PortAnswer | None:
        """Which TCP ports are open: SYN only, nothing is written to any of them. None: the host is down. ``packets_per_s`` is for all
        hosts that are being asked together, ``host_packets_per_s`` for this one (0: no limit); ``ranges`` of the answer are the ports of
        which the state is known.

        Raises TimeoutError where nothing was learned in time, Unreachable without a way, Missing without the right to raw sockets."""
        ...


class VersionEdge(Protocol):
    async def services(self, address: str, ports: Sequence[int], deadline_s: float) -> tuple[PortSeen, ...]:
        """Service, product and version of TCP ports that are open. Never called with a print port."""
        ...


class TcpEdge(Protocol):
    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        """Connects, sends (nothing: waits for a greeting), and gives what came until the far side closed, fell quiet, ``limit_bytes`` were
        there or ``wait_s`` was over. ``b""``: it took the connection and said nothing. None: no connection. Never called with a print port.

        Raises Unsupported where ``tls`` was asked and the far side speaks none."""
        ...


class UdpEdge(Protocol):
    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        """One datagram to one address and the first answer from it. Raises Unsupported where ICMP says that the port is closed."""
        ...

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        """One datagram to a multicast group (hop limit 1) from the interface of ``own_address``: sender -> what it answered."""
        ...


class LivenessEdge(Protocol):
    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        """Which addresses, routed ones too, answer: address -> ``icmp``, or ``tcp/443`` where a port answered, open or closed.

        Raises Missing where this process has no right to raw sockets."""
        ...

    async def round_trip_s(self, address: str, wait_s: float) -> float | None:
        """An ICMP echo's time there and back; None: lost."""
        ...


class NdpEdge(Protocol):
    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        """Who is on this segment by IPv6: address -> MAC addresses. Asks all nodes (ff02::1) by ICMPv6 echo.

        Raises Missing where this process has no right to raw sockets, Unsupported where the interface has no IPv6."""
        ...

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        """Neighbour solicitation (RFC 4861) of each IPv6 address: address -> the MAC addresses that answered."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """An Ethernet frame that passed by, from its destination address on; ``interface`` is the agent's."""

    interface: str
    octets: bytes


class ListenEdge(Protocol):
    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        """LLDP, CDP and DHCP frames that came in of themselves. Sends nothing. Raises Missing without the right to raw sockets."""
        ...


class SnmpSession(Protocol):
    """A session with one agent, with one credential."""

    async def get(self, oids: Sequence[Oid]) -> list[VarBind] | None:
        """None: silent (which SNMP v1 and v2c also are to a wrong community)."""
        ...

    def walk(self, root: Oid, max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        """The subtree below ``root`` by GETBULK. Raises Unreachable where the agent stops answering in the middle."""
        ...

    def walk_columns(self, columns: Sequence[Oid], max_rows: int = 10_000) -> AsyncIterator[VarBind]:
        """Several subtrees at once, mostly columns of one table; ``max_rows`` of each. Their rows come mixed, each subtree's in order."""
        ...

    async def present(self, columns: Sequence[Oid]) -> set[Oid]:
        """Which subtrees have a row. Where the agent does not manage the question, they are taken to have one."""
        ...


SnmpVersion = Literal["1", "2c", "3"]
SnmpAuth = Literal["", "MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
SnmpPrivacy = Literal["", "DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
"""``-C``: with the key expansion that Cisco uses; without: draft-blumenthal-aes-usm-04."""


@dataclass(frozen=True, slots=True)
class SnmpLogin:
    """Versions 1 and 2c have a community; 3 has a user, whose security level is what passwords he has."""

    version: SnmpVersion = "2c"
    community: Secret | None = None
    user: str = ""
    auth: SnmpAuth = ""
    auth_password: Secret | None = None
    privacy: SnmpPrivacy = ""
    privacy_password: Secret | None = None
    context: str = ""


class SnmpEdge(Protocol):
    def session(self, address: str, port: int, login: SnmpLogin) -> AbstractAsyncContextManager[SnmpSession]:
        """Entering raises Denied where a version 3 agent does not know the user, or the key is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class HostKey:
    algorithm: str
    sha256: str
    """As ``ssh-keygen -lf`` prints it, without ``SHA256:``."""


class SshSession(Protocol):
    host_key: HostKey
    old_algorithms: tuple[str, ...]
    """Those in use that are no longer safe: none, unless the login allows them."""

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        """What the command printed. Raises Unreachable on a dropped line, Denied where the account lacks the right."""
        ...


@dataclass(frozen=True, slots=True)
class SshJump:
    """A host that is logged in at first, as it alone gets to the device."""

    address: str
    port: int
    username: str
    password: Secret | None = None
    key_file: str = ""
    key_passphrase: Secret | None = None
    use_agent: bool = False
    known_host_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SshLogin:
    username: str
    password: Secret | None = None
    key_file: str = ""
    known_host_sha256: str = ""
    """The host key recorded at first sight; with another key nothing is sent, and ``Refused`` is raised."""
    key_passphrase: Secret | None = None
    use_agent: bool = False
    """The keys of the SSH agent that runs for this user are offered too."""
    enable_password: Secret | None = None
    old_algorithms: bool = False
    jump: SshJump | None = None
    note_key: Callable[[str, int, HostKey], None] | None = field(default=None, compare=False, repr=False)
    """Told of each host key (address, port, key) as soon as it is seen and no other is recorded, before the login; in any thread."""


class SshEdge(Protocol):
    def session(self, address: str, port: int, platform: str, login: SshLogin) -> AbstractAsyncContextManager[SshSession]: ...


class TlsEdge(Protocol):
    async def certificate(self, address: str, port: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        """The leaf certificate that a service shows. ``starttls``: ``smtp``, ``imap``, ``pop3``, ``ftp`` or empty.

        None: silent. Raises Unsupported where it answers and does not speak TLS."""
        ...


class NameEdge(Protocol):
    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        """The PTR record's name, asked of one DNS server; empty where the server says that there is none."""
        ...


@dataclass(frozen=True, slots=True)
class WindowsLogin:
    username: str
    """``DOMAIN\\user``, ``user@domain`` or a local account's name."""
    password: Secret
    tls: bool = True
    """WinRM over HTTPS (5986); without, messages are encrypted by NTLM inside HTTP (5985)."""
    certificate_sha256: str = ""
    """The certificate (hex) that a host must show over HTTPS; with another one nothing is sent, and ``Refused`` is raised."""


class WindowsSession(Protocol):
    async def query(self, wql: str, namespace: str = "root/cimv2") -> list[dict[str, str]]:
        """The objects that a WQL query finds, as property -> value. Read-only by nature. Raises Denied, Unreachable, Unparsed."""
        ...


class WindowsEdge(Protocol):
    def session(self, address: str, port: int, login: WindowsLogin) -> AbstractAsyncContextManager[WindowsSession]: ...


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What came back over HTTPS, decoded no further. ``status`` is neither a redirection nor a server's fault: those are raised."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class WebAsk:
    """One request that a platform makes over HTTPS. It reads, or logs in or out; where a vendor reads by POST, that POST is one.

    ``{name}`` in its path, query, headers and form is filled in when it is sent: ``username``, ``password`` and ``api_key`` of the login,
    by the edge alone, all others by the platform. ``{password:xml}`` and ``{password:base64}`` say how it is written there."""

    method: Literal["GET", "POST"]
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    deadline_s: float = 45.0
    judge: Callable[[WebAnswer], None] | None = field(default=None, compare=False, repr=False)
    """Looks at the answer before anybody else: raises Denied where it refuses the login or a right, Refused, Unsupported or Unparsed."""


@dataclass(frozen=True, slots=True)
class WebLogin:
    username: str = ""
    password: Secret | None = None
    api_key: Secret | None = None
    """An API key, or a username and a password."""
    certificate_sha256: str = ""
    """The certificate (hex) that a host must show; with another one nothing is sent, and ``Refused`` is raised."""


class WebSession(Protocol):
    async def ask(self, name: str, /, **values: str) -> WebAnswer:
        """Sends the request of that name. Raises Denied, Refused, Unreachable, Unsupported, Unparsed."""
        ...


class WebEdge(Protocol):
    def session(self, address: str, port: int, login: WebLogin, asks: Mapping[str, WebAsk]) -> AbstractAsyncContextManager[WebSession]:
        """``asks``: what may be asked, by name. Nothing else can be sent."""
        ...


@dataclass(frozen=True, slots=True)
class Edges:
    arp: ArpEdge
    ndp: NdpEdge
    liveness: LivenessEdge
    listen: ListenEdge
    ports: PortEdge
    versions: VersionEdge
    tcp: TcpEdge
    udp: UdpEdge
    snmp: SnmpEdge
    ssh: SshEdge
    windows: WindowsEdge
    web: WebEdge
    tls: TlsEdge
    names: NameEdge

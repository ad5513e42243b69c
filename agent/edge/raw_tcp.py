"""The raw sockets of a SYN sweep, and the octets that go through them.

Source: RFC 9293 (TCP), RFC 792 and RFC 4443 (unreachable messages), raw(7), ipv6(7). scapy builds one SYN; from then on only its ports,
its sequence number and its checksum change. The kernel routes, resolves addresses and writes the IP header, on loopback too. It also ends
each half-open connection with RST, since nobody listens on the source port: a TCP socket that is bound and no more keeps that port ours.
Raises Missing where this process may not open a raw socket, Unsupported where the machine has no such addresses.
"""

import errno
import ipaddress
import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from agent.edge.packet_filter import DROP, EQUAL, INDEX_IS_HEADER_BYTES, KEEP, LOAD_HALF, LOAD_HALF_AT_INDEX, Instruction, attach
from agent.edge.scapy_arp import NO_RAW_SOCKETS
from shared.errors import Missing, Unreachable, Unsupported

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)  # scapy warns of routes that a sweep has no use for

from scapy.compat import raw  # noqa: E402 - the level above must be set before scapy looks at the machine
from scapy.layers.inet import TCP  # noqa: E402


class Said(Enum):
    OPEN = "open"
    CLOSED = "closed"
    PROHIBITED = "prohibited"
    """A firewall says that this port may not be reached, or the host that it does not speak TCP."""
    NO_HOST = "no host"
    """A router, or this machine itself after ARP, says that there is no such host."""


@dataclass(frozen=True, slots=True)
class Heard:
    address: str
    port: int
    said: Said
    sequence: int
    """Of the SYN that it answers: what others make up does not have it."""


_SYN_ACK, _RST = 0x12, 0x04
_SYN_BYTES = 24
_SNAP_BYTES = 128
_BATCH = 256
_RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024
_SOL_RAW, _ICMP_FILTER = 255, 1
_IPV6_CHECKSUM = 7
_ICMP6_FILTER = 1
_NO_ROUTE_TO_HOST = {socket.AF_INET: {0, 1, 6, 7}, socket.AF_INET6: {0, 3}}
"""Codes of Destination Unreachable that speak of the host or its network; all others are about what was asked for."""


class RawTcp:
    """Sockets of one address family, for any number of hosts."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self.family = family
        self.sockets: list[socket.socket] = []
        try:
            self._reserved = self._open(socket.SOCK_STREAM, 0)
            self._reserved.bind(("", 0))
            self.source_port: int = self._reserved.getsockname()[1]
            self.tcp = self._open(socket.SOCK_RAW, socket.IPPROTO_TCP)
            self.icmp = self._open(socket.SOCK_RAW, socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6)
            self._narrow()
        except PermissionError:
            self.close()
            raise Missing(NO_RAW_SOCKETS) from None
        except OSError as error:
            self.close()
            raise Unsupported(f"this machine has no {'IPv4' if family == socket.AF_INET else 'IPv6'}: {error.strerror}") from None
        self._syn = bytes(raw(TCP(sport=self.source_port, dport=0, flags="S", seq=0, window=64240, options=[("MSS", 1460)], chksum=0)))

    def _open(self, kind: int, protocol: int) -> socket.socket:
        opened = socket.socket(self.family, kind, protocol)
        self.sockets.append(opened)
        opened.setblocking(False)
        if self.family == socket.AF_INET6 and kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        return opened

    def _narrow(self) -> None:
        """The kernel hands over only what answers this sweep."""
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
        attach(self.tcp, _to_port(self.source_port, self.family))
        with suppress(OSError):
            while True:  # what came in before the filter stood
                self.tcp.recv(_SNAP_BYTES)
        if self.family == socket.AF_INET:
            self.icmp.setsockopt(_SOL_RAW, _ICMP_FILTER, struct.pack("@I", 0xFFFFFFFF ^ (1 << 3)))  # all but Destination Unreachable
        else:
            self.tcp.setsockopt(socket.IPPROTO_IPV6, _IPV6_CHECKSUM, 16)
            self.icmp.setsockopt(socket.IPPROTO_ICMPV6, _ICMP6_FILTER, b"\xfd\xff\xff\xff" + b"\xff" * 28)  # all but type 1

    def close(self) -> None:
        for opened in self.sockets:
            opened.close()

    def way_to(self, address: str) -> "Way":
        """How ``address`` is reached. Raises Unreachable where there is no route. Nothing is sent."""
        scope = _only_link(address) if self.family == socket.AF_INET6 and ipaddress.IPv6Address(address).is_link_local else 0
        to = (address, 0) if self.family == socket.AF_INET else (address, 0, 0, scope)
        with socket.socket(self.family, socket.SOCK_DGRAM) as asking:
            try:
                asking.connect((to[0], 9, *to[2:]))
            except OSError as error:
                raise Unreachable(f"no way to {address}: {error.strerror}") from None
            source = asking.getsockname()[0].partition("%")[0]
        return Way(to, _sum(socket.inet_pton(self.family, source) + socket.inet_pton(self.family, address)))

    def send(self, way: "Way", port: int, sequence: int) -> bool:
        """One SYN; False: the kernel's queue is full, try again a little later. Raises Unreachable."""
        segment = self._syn[:2] + struct.pack("!HI", port, sequence) + self._syn[8:]
        if self.family == socket.AF_INET:  # for IPv6 the kernel does it
            total = way.address_sum + socket.IPPROTO_TCP + _SYN_BYTES + _sum(segment)
            segment = segment[:16] + struct.pack("!H", 0xFFFF ^ _folded(total)) + segment[18:]
        try:
            self.tcp.sendto(segment, way.to)
        except (BlockingIOError, InterruptedError):
            return False
        except PermissionError:
            return True  # a firewall of this machine keeps it back: the port then is silent, as behind any other
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                return False
            raise Unreachable(f"{way.to[0]} cannot be asked: {error.strerror}") from None
        return True

    def heard(self) -> Iterator[Heard]:
        """What has arrived since."""
        for wire, read in ((self.tcp, self._segment), (self.icmp, self._unreachable)):
            for _ in range(_BATCH):
                try:
                    octets, sender = wire.recvfrom(_SNAP_BYTES)
                except OSError:
                    break  # nothing is left
                if answer := read(octets, str(sender[0]).partition("%")[0]):
                    yield answer

    def _segment(self, octets: bytes, sender: str) -> Heard | None:
        """A TCP segment to our port: SYN+ACK, or RST."""
        if self.family == socket.AF_INET:
            octets = octets[(octets[0] & 15) * 4 :]
        if len(octets) < 20:
            return None
        port, _, _, acknowledged, _, flags = struct.unpack_from("!HHIIBB", octets)
        said = Said.OPEN if flags & _SYN_ACK == _SYN_ACK else Said.CLOSED if flags & _RST else None
        return Heard(sender, port, said, (acknowledged - 1) & 0xFFFFFFFF) if said else None

    def _unreachable(self, octets: bytes, sender: str) -> Heard | None:
        """Destination Unreachable, which quotes the SYN that it is about."""
        four = self.family == socket.AF_INET
        message = octets[(octets[0] & 15) * 4 :] if four else octets
        quoted = message[8:]
        if len(quoted) < (28 if four else 48) or quoted[9 if four else 6] != socket.IPPROTO_TCP:
            return None
        address = socket.inet_ntop(self.family, quoted[16:20] if four else quoted[24:40])
        segment = quoted[(quoted[0] & 15) * 4 :] if four else quoted[40:]
        if len(segment) < 8:
            return None
        source, port, sequence = struct.unpack_from("!HHI", segment)
        if source != self.source_port:
            return None
        return Heard(address, port, Said.NO_HOST if message[1] in _NO_ROUTE_TO_HOST[self.family] else Said.PROHIBITED, sequence)


@dataclass(frozen=True, slots=True)
class Way:
    to: tuple[str, int] | tuple[str, int, int, int]
    address_sum: int
    """Of source and destination, for the checksum (RFC 9293, 3.1)."""


def _only_link(address: str) -> int:
    links = [index for index, name in socket.if_nameindex() if name != "lo"]
    if len(links) != 1:
        raise Unsupported(f"{address} is link-local, and this machine has {len(links)} links: which one is not known")
    return links[0]


def _sum(octets: bytes) -> int:
    return sum(struct.unpack(f"!{len(octets) // 2}H", octets))


def _folded(total: int) -> int:
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def _to_port(port: int, family: socket.AddressFamily) -> list[Instruction]:
    """Segments to ``port`` and nothing else. IPv4 comes with its header, IPv6 without."""
    load = [(INDEX_IS_HEADER_BYTES, 0, 0, 0), (LOAD_HALF_AT_INDEX, 0, 0, 2)] if family == socket.AF_INET else [(LOAD_HALF, 0, 0, 2)]
    return [*load, (EQUAL, 0, 1, port), KEEP, DROP]

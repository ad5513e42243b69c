"""Neighbour discovery on the wire: the frames that ask, and what the answers say.

Source: RFC 8200 (IPv6), RFC 4443 (ICMPv6: echo; by 3.4 every host answers an unknown option of kind 10xxxxxx, though it was sent to a
group, which finds those that do not answer an echo to a group), RFC 4861 (neighbour and router discovery), RFC 4291 2.7.1 (groups for
solicitation). Frames are Ethernet's from the destination address on. Readers give None for a frame that is no answer of their kind.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from agent.frames.liveness import checksum

ALL_NODES, ALL_ROUTERS = IPv6Address("ff02::1"), IPv6Address("ff02::2")
PARAMETER_PROBLEM, ECHO_REQUEST, ECHO_REPLY, ROUTER_SOLICITATION, ROUTER_ADVERTISEMENT, SOLICITATION, ADVERTISEMENT = (
    *(4, 128, 129, 133, 134, 135, 136),
)
_ICMPV6, _DESTINATION_OPTIONS = 58, 60
_ETHERTYPE = b"\x86\xdd"
_HEADERS_BYTES = 14 + 40
_ON_LINK_HOPS = 255
"""A packet that has crossed a router has fewer left: neighbour discovery counts only with all of them."""
_UNKNOWN_OPTION = b"\x80\x00"
_PREFIX_OPTION, _MAX_OPTIONS = 3, 64
_ON_LINK_FLAG = 0x80


@dataclass(frozen=True, slots=True)
class Own:
    """Who asks: an interface's MAC address, and one of its IPv6 addresses."""

    mac: bytes
    address: IPv6Address


@dataclass(frozen=True, slots=True)
class RouterAdvertisement:
    """``prefixes``: those that hosts of this link are in. A lifetime of zero: it is no default router."""

    router: str
    mac: str
    lifetime_s: int
    prefixes: tuple[str, ...]


def echo_to_all(own: Own, token: bytes) -> bytes:
    """``token``: four octets, which the answer repeats (as identifier and sequence number)."""
    return _frame(own, ALL_NODES, ECHO_REQUEST, token)


def unknown_option_to_all(own: Own, token: bytes) -> bytes:
    """An echo behind an option that nobody knows: what is answered is that it is not known."""
    message = _message(own.address, ALL_NODES, ECHO_REQUEST, token)
    options = struct.pack("!BB", _ICMPV6, 0) + _UNKNOWN_OPTION + b"\x01\x02\x00\x00"  # then padding (PadN) to eight octets
    return _ethernet(own, ALL_NODES, _DESTINATION_OPTIONS, options + message)


def router_solicitation(own: Own) -> bytes:
    return _frame(own, ALL_ROUTERS, ROUTER_SOLICITATION, bytes(4) + b"\x01\x01" + own.mac)


def neighbour_solicitation(own: Own, address: IPv6Address) -> bytes:
    group = IPv6Address(IPv6Address("ff02::1:ff00:0").packed[:13] + address.packed[13:])
    return _frame(own, group, SOLICITATION, bytes(4) + address.packed + b"\x01\x01" + own.mac)


def neighbour(frame: bytes, token: bytes) -> tuple[str, str] | None:
    """(address, MAC address) of a host that answered us, or that asked for us in order to answer."""
    if len(frame) < _HEADERS_BYTES + 8 or frame[12:14] != _ETHERTYPE or frame[20] != _ICMPV6:
        return None
    kind, hops, message = frame[_HEADERS_BYTES], frame[21], frame[_HEADERS_BYTES:]
    source = IPv6Address(frame[22:38])
    if kind == ADVERTISEMENT and hops == _ON_LINK_HOPS and len(message) >= 24:
        source = IPv6Address(message[8:24])
    elif kind == SOLICITATION:
        if hops != _ON_LINK_HOPS:
            return None
    elif kind == ECHO_REPLY:
        if message[4:8] != token:
            return None
    elif kind != PARAMETER_PROBLEM or token not in message[8:]:
        return None
    if source.is_multicast or source.is_unspecified or source.is_loopback:
        return None
    return str(source), frame[6:12].hex(":")


def router_advertisement(frame: bytes) -> RouterAdvertisement | None:
    if len(frame) < _HEADERS_BYTES + 16 or frame[12:14] != _ETHERTYPE or frame[20] != _ICMPV6 or frame[21] != _ON_LINK_HOPS:
        return None
    message, router = frame[_HEADERS_BYTES:], IPv6Address(frame[22:38])
    if message[0] != ROUTER_ADVERTISEMENT or not router.is_link_local:
        return None
    prefixes = tuple(dict.fromkeys(_prefixes(message[16:])))
    return RouterAdvertisement(str(router), frame[6:12].hex(":"), int.from_bytes(message[6:8]), prefixes)


def _prefixes(options: bytes) -> Iterator[str]:
    """The on-link prefixes of a router advertisement's options (RFC 4861 4.6.2)."""
    at = 0
    for _ in range(_MAX_OPTIONS):
        if at + 2 > len(options) or options[at + 1] == 0:
            return
        kind, length = options[at], options[at + 1] * 8
        option = options[at : at + length]
        if kind == _PREFIX_OPTION and len(option) == 32 and option[2] <= 128 and option[3] & _ON_LINK_FLAG:
            prefix = IPv6Network((option[16:32], option[2]), strict=False)
            if option[2] and not prefix.network_address.is_link_local and not prefix.is_multicast:
                yield str(prefix)
        at += length


def _frame(own: Own, to: IPv6Address, kind: int, body: bytes) -> bytes:
    return _ethernet(own, to, _ICMPV6, _message(own.address, to, kind, body))


def _message(source: IPv6Address, to: IPv6Address, kind: int, body: bytes) -> bytes:
    unsigned = struct.pack("!BBH", kind, 0, 0) + body
    pseudo = source.packed + to.packed + struct.pack("!IxxxB", len(unsigned), _ICMPV6)
    return unsigned[:2] + struct.pack("!H", checksum(pseudo + unsigned)) + unsigned[4:]


def _ethernet(own: Own, to: IPv6Address, next_header: int, payload: bytes) -> bytes:
    """``to`` is a group: its frames go to 33:33 and the group's last four octets (RFC 2464)."""
    header = struct.pack("!IHBB", 6 << 28, len(payload), next_header, _ON_LINK_HOPS)
    return b"\x33\x33" + to.packed[12:] + own.mac + _ETHERTYPE + header + own.address.packed + to.packed + payload

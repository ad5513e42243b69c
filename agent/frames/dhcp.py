"""Who asks for an address by DHCP, and who gives one?

Source: RFC 2131 (messages), RFC 2132 (options), RFC 951 (the BOOTP message that they ride in). A client's broadcast names, when it takes an
offer, the server that made it (option 54): so a server is known though its own answers go to the client alone. Raises Unparsed.
"""

import ipaddress
from collections.abc import Iterator, Mapping

from agent.frames.liveness import ipv4_payload
from shared.address import MacKind, mac_kind, normal_mac
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.errors import Unparsed
from shared.text import one_line

_COOKIE = bytes.fromhex("63825363")
_OPTIONS_AT = 236 + len(_COOKIE)
_ROUTER, _DNS, _NAME, _DOMAIN, _WANTED, _LEASE, _MESSAGE, _SERVER, _PARAMETERS, _VENDOR = 3, 6, 12, 15, 50, 51, 53, 54, 55, 60
_PAD, _END = 0, 255
_DISCOVER, _OFFER, _REQUEST, _ACK, _INFORM = 1, 2, 3, 5, 8
_MAX_OPTIONS, _MAX_SERVERS = 128, 8


def read(frame: bytes, interface: str) -> list[DhcpClientSeen | DhcpServerSeen]:
    """What one message shows: of a client, of a server, or of both."""
    message = _message(frame)
    options = dict(_options(message[_OPTIONS_AT:]))
    kind = options.get(_MESSAGE, b"")[:1]
    if message[0] == 2 and kind in (bytes([_OFFER]), bytes([_ACK])):
        return _server(frame, interface, options)
    if message[0] == 1 and kind in (bytes([_DISCOVER]), bytes([_REQUEST]), bytes([_INFORM])):
        return [*_client(message, options), *_chosen(interface, options)]
    return []


def _message(frame: bytes) -> bytes:
    """From BOOTP's first octet on."""
    _, segment = ipv4_payload(frame[14:])
    message = segment[8:]
    if frame[12:14] != b"\x08\x00" or len(message) < _OPTIONS_AT or message[236:_OPTIONS_AT] != _COOKIE or message[1:3] != b"\x01\x06":
        raise Unparsed("no DHCP message of an Ethernet client")
    return message


def _options(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_OPTIONS):
        while octets[at : at + 1] == bytes([_PAD]):
            at += 1
        if at + 2 > len(octets) or octets[at] == _END:
            return
        length = octets[at + 1]
        value = octets[at + 2 : at + 2 + length]
        if len(value) < length:
            return  # a message that was cut
        yield octets[at], value
        at += 2 + length


def _client(message: bytes, options: Mapping[int, bytes]) -> Iterator[DhcpClientSeen]:
    mac = normal_mac(message[28:34])
    if mac_kind(mac) is MacKind.EXCLUDED:
        return
    held = next(iter([*_addresses(message[12:16]), *_addresses(options.get(_WANTED, b""))]), None)
    yield DhcpClientSeen(
        mac=mac,
        address=held,
        name=one_line(options.get(_NAME, b"").rstrip(b"\0")),
        vendor_class=one_line(options.get(_VENDOR, b"").rstrip(b"\0")),
        parameters=tuple(options.get(_PARAMETERS, b"")),
    )


def _chosen(interface: str, options: Mapping[int, bytes]) -> Iterator[DhcpServerSeen]:
    """The server whose offer a client takes."""
    for server in _addresses(options.get(_SERVER, b"")):
        yield DhcpServerSeen(server=server, interface=interface)


def _server(frame: bytes, interface: str, options: Mapping[int, bytes]) -> list[DhcpServerSeen | DhcpClientSeen]:
    mac = frame[6:12].hex(":")
    lease = options.get(_LEASE, b"")
    return [
        DhcpServerSeen(
            server=server,
            mac=None if mac_kind(mac) is MacKind.EXCLUDED else mac,
            interface=interface,
            gateway=next(iter(_addresses(options.get(_ROUTER, b""))), None),
            dns_servers=tuple(_addresses(options.get(_DNS, b"")))[:_MAX_SERVERS],
            domain=one_line(options.get(_DOMAIN, b"").rstrip(b"\0")),
            lease_s=int.from_bytes(lease) if len(lease) == 4 else None,
        )
        for server in list(_addresses(options.get(_SERVER, b"")))[:1]
    ]


def _addresses(octets: bytes) -> list[str]:
    """Addresses of hosts, four octets each; others (0.0.0.0, 255.255.255.255) are left out."""
    whole = (ipaddress.IPv4Address(octets[at : at + 4]) for at in range(0, len(octets) - 3, 4))
    return [str(a) for a in whole if not (a.is_unspecified or a.is_multicast or a.is_loopback or int(a) == 0xFFFFFFFF)]

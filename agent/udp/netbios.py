"""What does a Windows machine, or one that speaks its language, call itself, and in which workgroup or domain is it?

Source: RFC 1002 4.2.17-18 (node status of the name ``*``), MS-NBTE (suffixes: 00 a computer or a group, 20 a file server, 1C domain
controllers). The status ends with the MAC address of the card, all zero from Samba.
"""

import struct
from collections.abc import Iterator

from agent.wire import dns_message
from agent.wire.dns_message import IN
from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.observation import AddressSeen, NameSeen, NameSource, Observation, PortSeen, Provenance, SaidSeen
from shared.text import one_line

PORT = 137
SERVICE = "netbios-ns"

NODE_STATUS = 0x21
_ANYONE = ("CK" + "A" * 30,)
"""``*`` and 15 zero bytes, each half byte as a letter (RFC 1001 14.1)."""
_HEADER_BYTES = 12
_FIXED = struct.Struct("!HHIH")
_NAME = struct.Struct("!15sBH")
_GROUP = 0x8000
WORKSTATION, FILE_SERVER, DOMAIN_CONTROLLERS = 0x00, 0x20, 0x1C


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return (dns_message.written(int.from_bytes(token[:2], "big"), [(_ANYONE, NODE_STATUS, IN)]),)


def answers(datagram: bytes, token: bytes) -> bool:
    return dns_message.is_answer_to(datagram, int.from_bytes(token[:2], "big"))


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    names, mac = _status(datagram)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE)
    for suffix, name, group in names:
        if suffix in (WORKSTATION, FILE_SERVER) and name and not group:
            yield NameSeen(address=address, name=name, source=NameSource.NETBIOS)
            break
    for suffix, name, group in names:
        if suffix == WORKSTATION and name and group:
            yield _said(address, "workgroup", name)
        elif suffix == DOMAIN_CONTROLLERS and name and group:
            yield _said(address, "domain_controller_of", name)
    if mac and mac_kind(mac) is not MacKind.EXCLUDED:
        yield AddressSeen(address=address, mac=mac, provenance=Provenance.OWN_TABLE)


def _said(address: str, field: str, value: str) -> SaidSeen:
    return SaidSeen(address=address, protocol="udp", port=PORT, field=f"netbios.{field}", value=value)


def _status(datagram: bytes) -> tuple[list[tuple[int, str, bool]], str | None]:
    """(suffix, name, whether a group's) of each name, and the card's MAC address."""
    try:
        # the name of the question is repeated: a length, 32 letters, an end
        at = _HEADER_BYTES + 1 + datagram[_HEADER_BYTES] + 1
        kind, _, _, _ = _FIXED.unpack_from(datagram, at)
        at += _FIXED.size
        count = datagram[at]
        at += 1
        rows = [_NAME.unpack_from(datagram, at + i * _NAME.size) for i in range(count)]
    except (struct.error, IndexError):
        raise Unparsed("a NetBIOS status that was cut short", datagram[:60].hex()) from None
    if kind != NODE_STATUS:
        raise Unparsed("no NetBIOS status", datagram[:60].hex())
    names = [(suffix, one_line(name), bool(flags & _GROUP)) for name, suffix, flags in rows]
    card = datagram[at + count * _NAME.size :][:6]
    return names, normal_mac(card) if len(card) == 6 else None

"""What does a neighbour say of itself by LLDP?

Source: IEEE 802.1AB-2016, 8.4 and 8.5. A frame is a list of (type, 7 bits; length, 9 bits; value); the first three are who speaks
(chassis), by which port, and for how long that holds. Raises Unparsed where they are not there.
"""

import ipaddress
from collections.abc import Iterator

from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.observation import NeighbourSeen
from shared.text import one_line

ETHERTYPE = 0x88CC
_CHASSIS, _PORT, _TTL, _PORT_DESCRIPTION, _NAME, _DESCRIPTION, _ADDRESS = 1, 2, 3, 4, 5, 6, 8
_CHASSIS_IS_MAC, _CHASSIS_IS_ADDRESS = 4, 5
_PORT_IS_MAC, _PORT_IS_ADDRESS = 3, 4
_MAX_FIELDS, _MAX_ADDRESSES = 128, 8


def read(frame: bytes, interface: str) -> NeighbourSeen | None:
    """None where the neighbour says that it goes (its word holds for no time)."""
    if len(frame) < 14 or int.from_bytes(frame[12:14]) != ETHERTYPE:
        raise Unparsed("no LLDP frame")
    fields = list(_fields(frame[14:]))
    if [kind for kind, _ in fields[:3]] != [_CHASSIS, _PORT, _TTL]:
        raise Unparsed("an LLDP frame does not begin with chassis, port and time to live", frame[14:78].hex())
    (_, chassis), (_, port), (_, ttl) = fields[:3]
    if int.from_bytes(ttl[:2]) == 0:
        return None
    texts = {kind: one_line(value) for kind, value in reversed(fields) if kind in (_PORT_DESCRIPTION, _NAME, _DESCRIPTION)}
    addresses = (address for kind, value in fields if kind == _ADDRESS and value for address in _address(value[1 : 1 + value[0]]))
    mac = _mac(chassis[1:]) if chassis[:1] == bytes([_CHASSIS_IS_MAC]) else None
    return NeighbourSeen(
        protocol="lldp",
        local_port=interface,
        chassis_mac=mac,
        chassis_id=_identifier(chassis, _CHASSIS_IS_MAC, _CHASSIS_IS_ADDRESS),
        port_id=_identifier(port, _PORT_IS_MAC, _PORT_IS_ADDRESS),
        port_description=texts.get(_PORT_DESCRIPTION, ""),
        name=texts.get(_NAME, ""),
        description=texts.get(_DESCRIPTION, ""),
        addresses=tuple(dict.fromkeys(addresses))[:_MAX_ADDRESSES],
    )


def _fields(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_FIELDS):
        if at + 2 > len(octets):
            return
        head = int.from_bytes(octets[at : at + 2])
        kind, length = head >> 9, head & 0x1FF
        value = octets[at + 2 : at + 2 + length]
        if kind == 0 or len(value) < length:
            return  # the end, or a frame that was cut
        yield kind, value
        at += 2 + length


def _identifier(value: bytes, mac_subtype: int, address_subtype: int) -> str:
    subtype, rest = value[:1], value[1:]
    if subtype == bytes([mac_subtype]) and len(rest) == 6:
        return normal_mac(rest)
    if subtype == bytes([address_subtype]):
        return next(_address(rest), one_line(rest.hex()))
    return one_line(rest)


def _address(told: bytes) -> Iterator[str]:
    """A family, by IANA's address family numbers, and an address of it; nothing where it is no host's."""
    family, octets = told[:1], told[1:]
    if family in (b"\x01", b"\x02") and len(octets) == (4 if family == b"\x01" else 16):
        address = ipaddress.ip_address(octets)
        if not (address.is_unspecified or address.is_multicast or address.is_loopback or address.is_link_local):
            yield str(address)


def _mac(octets: bytes) -> str | None:
    if len(octets) != 6:
        return None
    mac = normal_mac(octets)
    return None if mac_kind(mac) is MacKind.EXCLUDED else mac

"""What does a neighbour say of itself by CDP?

Source: Cisco's description of CDP frames, as Wireshark and lldpd read them: an 802.3 frame to 01:00:0c:cc:cc:cc, LLC/SNAP header with
Cisco's 0x2000, then version, time to live, checksum, and a list of (type, length with these four octets, value). Raises Unparsed.
"""

import ipaddress
from collections.abc import Iterator

from shared.errors import Unparsed
from shared.observation import NeighbourSeen
from shared.text import one_line

GROUP = bytes.fromhex("01000ccccccc")
_SNAP = bytes.fromhex("aaaa0300000c2000")
_DEVICE, _ADDRESSES, _PORT, _VERSION, _PLATFORM, _MANAGEMENT = 1, 2, 3, 5, 6, 0x16
_MAX_FIELDS, _MAX_ADDRESSES = 128, 8
_IPV4, _IPV6 = bytes.fromhex("0101cc"), bytes.fromhex("0208aaaa0300000086dd")


def read(frame: bytes, interface: str) -> NeighbourSeen | None:
    """None where the neighbour says that it goes. Its name is what it calls itself (device ID); the description, platform and version."""
    if len(frame) < 26 or frame[:6] != GROUP or frame[14:22] != _SNAP:
        raise Unparsed("no CDP frame")
    end = 14 + int.from_bytes(frame[12:14])
    if frame[23] == 0:
        return None
    fields = dict(reversed(list(_fields(frame[26:end]))))
    if _DEVICE not in fields and _PORT not in fields:
        raise Unparsed("a CDP frame names neither device nor port", frame[22:86].hex())
    addresses = [*_addresses(fields.get(_MANAGEMENT, b"")), *_addresses(fields.get(_ADDRESSES, b""))]
    described = (one_line(fields.get(kind, b"")) for kind in (_PLATFORM, _VERSION))
    return NeighbourSeen(
        protocol="cdp",
        local_port=interface,
        chassis_id=one_line(fields.get(_DEVICE, b"")),
        port_id=one_line(fields.get(_PORT, b"")),
        name=one_line(fields.get(_DEVICE, b"")),
        description=", ".join(filter(None, described)),
        addresses=tuple(dict.fromkeys(addresses))[:_MAX_ADDRESSES],
    )


def _fields(octets: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MAX_FIELDS):
        length = int.from_bytes(octets[at + 2 : at + 4])
        if at + 4 > len(octets) or length < 4 or at + length > len(octets):
            return  # the end, or a frame that was cut
        yield int.from_bytes(octets[at : at + 2]), octets[at + 4 : at + length]
        at += length


def _addresses(value: bytes) -> Iterator[str]:
    """A count, and as many of (kind of protocol, its length, protocol, length of the address, address)."""
    at = 4
    for _ in range(min(int.from_bytes(value[:4]), _MAX_ADDRESSES)):
        protocol_end = at + 2 + int.from_bytes(value[at + 1 : at + 2])
        length = int.from_bytes(value[protocol_end : protocol_end + 2])
        address = value[protocol_end + 2 : protocol_end + 2 + length]
        protocol = value[at : at + 1] + value[at + 1 : protocol_end]
        if (protocol[:3] == _IPV4 and length == 4 == len(address)) or (protocol == _IPV6 and length == 16 == len(address)):
            parsed = ipaddress.ip_address(address)
            if not (parsed.is_unspecified or parsed.is_multicast or parsed.is_loopback or parsed.is_link_local):
                yield str(parsed)
        at = protocol_end + 2 + length

"""The smallest questions to which a living host answers: an ICMP echo, and a TCP SYN that is never followed by a connection.

Source: RFC 792 and RFC 4443 (echo), RFC 9293 (TCP: a port answers a SYN with SYN and ACK, or with RST where it is closed), RFC 1071
(checksum). The readers give None for a packet that is no answer to the question.
"""

import struct
from ipaddress import IPv4Address

_SYN = 0x02
_ACK, _RST = 0x10, 0x04
_WINDOW_BYTES = 1024
_TCP = 6


def echo_request(kind: int, identifier: int, sequence: int, token: bytes) -> bytes:
    """``kind``: 8 for ICMP, 128 for ICMPv6 (whose checksum the kernel writes)."""
    unsigned = struct.pack("!BBHHH", kind, 0, 0, identifier, sequence) + token
    return unsigned[:2] + struct.pack("!H", checksum(unsigned)) + unsigned[4:]


def is_echo_reply(message: bytes, kind: int, identifier: int, token: bytes) -> bool:
    """``message``: from ICMP's first octet on. ``kind``: 0 for ICMP, 129 for ICMPv6."""
    return len(message) >= 8 and message[0] == kind and message[4:6] == struct.pack("!H", identifier) and message[8:] == token


def syn(source: str, source_port: int, to: str, port: int, sequence: int) -> bytes:
    """A TCP header with SYN alone, and a maximum segment size as every stack sends it."""
    header = struct.pack("!HHIIBBHHHBBH", source_port, port, sequence, 0, 6 << 4, _SYN, _WINDOW_BYTES, 0, 0, 2, 4, 1460)
    pseudo = IPv4Address(source).packed + IPv4Address(to).packed + struct.pack("!BBH", 0, _TCP, len(header))
    return header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]


def answered_port(segment: bytes, own_port: int, sequence: int) -> int | None:
    """``segment``: from TCP's first octet on. The port that answered our SYN, open or closed."""
    if len(segment) < 20:
        return None
    port, to = int.from_bytes(segment[:2]), int.from_bytes(segment[2:4])
    acknowledged, flags = int.from_bytes(segment[8:12]), segment[13]
    ours = to == own_port and acknowledged == (sequence + 1) & 0xFFFFFFFF and flags & _ACK and flags & (_SYN | _RST)
    return port if ours else None


def ipv4_payload(packet: bytes) -> tuple[str, bytes]:
    """(source, what follows the header) of an IPv4 packet; empty for what is none."""
    if len(packet) < 20 or packet[0] >> 4 != 4:
        return "", b""
    return str(IPv4Address(packet[12:16])), packet[(packet[0] & 0xF) * 4 :]


def checksum(octets: bytes) -> int:
    padded = octets + b"\0" * (len(octets) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF

"""How are SNMP's questions and answers written as octets?

Source: X.690 (BER) as RFC 3417 section 8 narrows it: definite lengths only; RFC 3416 (PDUs), RFC 2578 (the types of values). Pure.

Lenient where agents in the field are sloppy and nothing is lost by it: numbers without an octet are zero, unsigned numbers may use the
sign bit, octets after the message are passed over. Everything is bounded by the datagram: no length is believed before it is compared with
what is there. Raises BerError for what cannot be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from agent.edge import Oid, Value, VarBind

INTEGER, OCTETS, NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, OPAQUE, NSAP = 0x40, 0x44, 0x45
_UNSIGNED = frozenset({0x41, 0x42, 0x43, 0x46, 0x47})
"""Counter32, Gauge32, TimeTicks, Counter64, and RFC 1442's UInteger32"""
_TEXT = frozenset({OCTETS, IP_ADDRESS, OPAQUE, NSAP, 0x03})
"""What comes as octets; also BIT STRING, which RFC 1442 had"""
_INTEGER_LIMIT_BYTES = 9
_ARC_LIMIT = 2**32


class BerError(ValueError):
    """These octets are no SNMP."""


class Question(IntEnum):
    GET = 0xA0
    GETNEXT = 0xA1
    GETBULK = 0xA5


RESPONSE, REPORT = 0xA2, 0xA8


@dataclass(frozen=True, slots=True)
class Pdu:
    """``kind`` is the tag; ``status`` and ``index`` are RFC 3416's error-status and error-index (counted from one)."""

    kind: int
    request_id: int
    status: int
    index: int
    binds: tuple[VarBind, ...]


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 128 | len(octets))) + octets + content


def integer(number: int) -> bytes:
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, signed=True))


def object_identifier(oid: Oid) -> bytes:
    first, second, *rest = (*oid, 0, 0)[:2] + oid[2:]
    octets = bytearray()
    for arc in (first * 40 + second, *rest):
        if arc < 128:
            octets.append(arc)
            continue
        groups = (arc.bit_length() + 6) // 7
        octets += bytes((arc >> 7 * at) & 127 | (128 if at else 0) for at in range(groups - 1, -1, -1))
    return tlv(OBJECT_IDENTIFIER, bytes(octets))


def pdu(question: Question, request_id: int, repetitions: int, oids: Sequence[Oid]) -> bytes:
    """A question; ``repetitions`` is of GETBULK alone, without non-repeaters."""
    bulk = repetitions if question is Question.GETBULK else 0
    asked = b"".join(tlv(SEQUENCE, object_identifier(oid) + b"\x05\x00") for oid in oids)
    return tlv(question, integer(request_id) + integer(0) + integer(bulk) + tlv(SEQUENCE, asked))


def head(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """(tag, where the content begins, where it ends) of what stands at ``at``."""
    if at + 2 > end:
        raise BerError("cut off")
    length = data[at + 1]
    start = at + 2
    if length > 127:
        octets = length & 127
        if not 0 < octets <= 4 or start + octets > end:
            raise BerError("a length that SNMP does not have")
        length = int.from_bytes(data[start : start + octets])
        start += octets
    if start + length > end:
        raise BerError("longer than the datagram")
    return data[at], start, start + length


def inside(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Begin and end of the content of what stands at ``at``, which has to be a ``tag``."""
    found, start, stop = head(data, at, end)
    if found != tag:
        raise BerError(f"tag {found:#04x} where {tag:#04x} belongs")
    return start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """(number, where it ends)"""
    start, stop = inside(data, at, end, INTEGER)
    return _number(data[start:stop], signed=True), stop


def read_octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """(octets, where they end)"""
    start, stop = inside(data, at, end, OCTETS)
    return data[start:stop], stop


def read_pdu(data: bytes, at: int, end: int) -> Pdu:
    kind, start, stop = head(data, at, end)
    if kind not in (RESPONSE, REPORT):
        raise BerError(f"a PDU {kind:#04x} is no answer")
    request_id, at = read_integer(data, start, stop)
    status, at = read_integer(data, at, stop)
    index, at = read_integer(data, at, stop)
    start, stop = inside(data, at, stop, SEQUENCE)
    return Pdu(kind, request_id, status, index, tuple(_binds(data, start, stop)))


def _binds(data: bytes, at: int, end: int) -> list[VarBind]:
    binds: list[VarBind] = []
    while at < end:
        start, stop = inside(data, at, end, SEQUENCE)
        name_start, name_stop = inside(data, start, stop, OBJECT_IDENTIFIER)
        tag, value_start, value_stop = head(data, name_stop, stop)
        binds.append(VarBind(_oid(data[name_start:name_stop]), _value(tag, data[value_start:value_stop])))
        at = stop
    return binds


def _value(tag: int, octets: bytes) -> Value:
    """None for noSuchObject, noSuchInstance, endOfMibView, and for a type that SNMP does not have."""
    if tag in _TEXT:
        return octets
    if tag == INTEGER:
        return _number(octets, signed=True)
    if tag in _UNSIGNED:
        return _number(octets, signed=False)
    return _oid(octets) if tag == OBJECT_IDENTIFIER else None


def _number(octets: bytes, signed: bool) -> int:
    if len(octets) > _INTEGER_LIMIT_BYTES:
        raise BerError("a number longer than SNMP's")
    return int.from_bytes(octets, signed=signed)


def _oid(octets: bytes) -> Oid:
    arcs = tuple(octets) if octets.isascii() else _long_arcs(octets)
    if not arcs:
        return ()
    root = min(arcs[0] // 40, 2)
    return (root, arcs[0] - 40 * root, *arcs[1:])


def _long_arcs(octets: bytes) -> Oid:
    """Arcs above 127 have several octets, all but the last with the high bit."""
    arcs: list[int] = []
    arc = 0
    for octet in octets:
        arc = arc << 7 | octet & 127
        if arc >= _ARC_LIMIT:
            raise BerError("an arc of more than 32 bits")
        if octet < 128:
            arcs.append(arc)
            arc = 0
    if octets[-1] > 127:
        raise BerError("an object identifier without its end")
    return tuple(arcs)

"""How are DNS messages written and read?  One format for DNS, multicast DNS, LLMNR and (with other names in it) NetBIOS.

Source: RFC 1035 4.1 (messages, compression), RFC 2782 (SRV), RFC 6762 18.12 (the cache-flush bit in the class), RFC 6763 6 (TXT).
Labels are kept apart, as an instance's name may hold dots. Raises Unparsed on anything cut short, on a name longer than 255 octets, and on
a pointer that does not point backwards: names that contain themselves are thereby impossible.
"""

import ipaddress
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.errors import Unparsed
from shared.text import one_line

Labels = tuple[str, ...]
Question = tuple[Labels, int, int]
"""(name, type, class)"""

A, NS, PTR, TXT, AAAA, SRV = 1, 2, 12, 16, 28, 33
IN, CHAOS = 1, 3
UNICAST_ANSWER = 0x8000
"""In a question's class (RFC 6762 5.4): answer me, not the group."""

MAX_RECORDS = 256
MAX_QUESTIONS = 64
MAX_TEXTS = 64
MAX_NAME_BYTES = 255
MAX_LABEL_BYTES = 63

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_ANSWER = 0x8000
_RECURSION_DESIRED = 0x0100


@dataclass(frozen=True, slots=True)
class Record:
    """Only what its type has is filled."""

    owner: Labels
    kind: int
    target: Labels = ()
    """PTR, NS, SRV"""
    port: int = 0
    texts: tuple[bytes, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    number: int
    answer: bool
    rcode: int
    questions: tuple[Question, ...]
    records: tuple[Record, ...]
    """Of all three sections."""

    def of(self, kind: int) -> Iterator[Record]:
        return (record for record in self.records if record.kind == kind)


def labels(name: str) -> Labels:
    return tuple(label for label in name.split(".") if label)


def written(number: int, questions: Iterable[Question], recursion: bool = False) -> bytes:
    """A query."""
    asked = list(questions)
    body = b"".join(_name(name) + struct.pack("!HH", kind, klass) for name, kind, klass in asked)
    return _HEADER.pack(number, _RECURSION_DESIRED if recursion else 0, len(asked), 0, 0, 0) + body


def is_answer_to(datagram: bytes, number: int) -> bool:
    return len(datagram) >= _HEADER.size and datagram[:2] == struct.pack("!H", number) and bool(datagram[2] & 0x80)


def read(datagram: bytes) -> Message:
    try:
        number, flags, asked, *counts = _HEADER.unpack_from(datagram)
        if asked > MAX_QUESTIONS or sum(counts) > MAX_RECORDS:
            raise Unparsed("a DNS message with more records than any answer needs", datagram[:24].hex())
        at = _HEADER.size
        questions = []
        for _ in range(asked):
            name, at = _read_name(datagram, at)
            questions.append((name, *struct.unpack_from("!HH", datagram, at)))
            at += 4
        records = []
        for _ in range(sum(counts)):
            record, at = _read_record(datagram, at)
            records.append(record)
    except (struct.error, IndexError):
        raise Unparsed("a DNS message that was cut short", datagram[:60].hex()) from None
    return Message(number, bool(flags & _ANSWER), flags & 0xF, tuple(questions), tuple(records))


def _name(name: Labels) -> bytes:
    octets = [label.encode() for label in name]
    return b"".join(bytes([len(label)]) + label for label in octets) + b"\0"


def _read_name(datagram: bytes, at: int) -> tuple[Labels, int]:
    """The name at ``at``, and where what follows it begins."""
    found: list[str] = []
    after, size, limit = -1, 0, at
    while True:
        length = datagram[at]
        if length == 0:
            return tuple(found), at + 1 if after < 0 else after
        if length >= 0xC0:
            after = at + 2 if after < 0 else after
            at = (length & 0x3F) << 8 | datagram[at + 1]
            if at >= limit:
                raise Unparsed("a DNS name that points forwards", datagram[:60].hex())
            limit = at
            continue
        size += length + 1
        label = datagram[at + 1 : at + 1 + length]
        if length > MAX_LABEL_BYTES or size > MAX_NAME_BYTES or len(label) < length:
            raise Unparsed("a DNS name that is too long", datagram[:60].hex())
        found.append(one_line(label))
        at += 1 + length


def _read_record(datagram: bytes, at: int) -> tuple[Record, int]:
    owner, at = _read_name(datagram, at)
    kind, _, _, length = _RECORD.unpack_from(datagram, at)
    at += _RECORD.size
    end = at + length
    data = datagram[at:end]
    if len(data) < length:
        raise IndexError
    if kind in (PTR, NS):
        return Record(owner, kind, target=_read_name(datagram, at)[0]), end
    if kind == SRV:
        port = struct.unpack_from("!H", data, 4)[0]
        return Record(owner, kind, target=_read_name(datagram, at + 6)[0], port=port), end
    if kind == TXT:
        return Record(owner, kind, texts=tuple(_texts(data))), end
    if (kind, length) in ((A, 4), (AAAA, 16)):
        return Record(owner, kind, address=str(ipaddress.ip_address(data))), end
    return Record(owner, kind), end


def _texts(data: bytes) -> Iterator[bytes]:
    """Character strings; what is cut short at the end is given as far as it goes."""
    at = 0
    for _ in range(MAX_TEXTS):
        if at >= len(data):
            return
        yield data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]

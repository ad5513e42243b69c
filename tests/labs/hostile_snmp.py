"""Synthetic SNMP agents that never make sense: one breaks off in the middle, one has another row for every question.

Source: RFC 3416 (PDUs), X.690 (BER). Coded by hand, as an endless table is only a test of the asker where the answers come fast.
"""

_GET, _RESPONSE, _GET_BULK = 0xA0, 0xA2, 0xA5
_MOST_ROWS = 60
"""Fits one datagram."""
_INTERFACES = bytes((0x2B, 6, 1, 2, 1, 2))
_NUMBER, _END_OF_MIB_VIEW = b"\x02\x01\x01", b"\x82\x00"


def truncated(request: bytes) -> bytes:
    """A message that ends in the middle of what it announces."""
    return b"\x30\x82\x01\x00\x02\x01\x01\x04\x0alab-public\xa2\x7f\x02"


def endless(request: bytes) -> bytes:
    """To a GET a number; to a walk below ``interfaces`` one more row, always, elsewhere the end. Version 3 gets what it sent."""
    message = _contents(_contents(request)[0][1])
    if len(message) != 3 or message[0][1] == b"\x03":
        return request
    version, community, (kind, body) = message
    number, _, repetitions, bindings = _contents(body)
    names = [_contents(binding)[0][1] for _, binding in _contents(bindings[1])]
    rows = names if kind == _GET else [name for step in range(1, _rows(kind, repetitions[1], names) + 1) for name in _after(names, step)]
    answer = b"".join(_tlv(0x30, _tlv(0x06, name) + _value(kind, name)) for name in rows)
    response = _tlv(*number) + _tlv(0x02, b"\x00") * 2 + _tlv(0x30, answer)
    return _tlv(0x30, _tlv(*version) + _tlv(*community) + _tlv(_RESPONSE, response))


def _rows(kind: int, repetitions: bytes, names: list[bytes]) -> int:
    return min(int.from_bytes(repetitions), max(1, _MOST_ROWS // len(names))) if kind == _GET_BULK else 1


def _value(kind: int, name: bytes) -> bytes:
    return _NUMBER if kind == _GET or name.startswith(_INTERFACES) else _END_OF_MIB_VIEW


def _after(names: list[bytes], step: int) -> list[bytes]:
    """The names' next ones: a last part of three octets that counts up, below the column that was asked for; at the end the same."""
    return [_counted(name, step) if name.startswith(_INTERFACES) else name for name in names]


def _counted(name: bytes, step: int) -> bytes:
    counting = len(name) > 3 and name[-3] >= 0xC0 and name[-2] >= 0x80
    stem, last = (name[:-3], _base_128(name[-3:])) if counting else (name, 1 << 20)
    last += step
    return stem + bytes((0x80 | last >> 14, 0x80 | last >> 7 & 0x7F, last & 0x7F))


def _base_128(octets: bytes) -> int:
    return (octets[0] & 0x7F) << 14 | (octets[1] & 0x7F) << 7 | octets[2]


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    return bytes((tag, size)) + content if size < 128 else bytes((tag, 0x82)) + size.to_bytes(2) + content


def _contents(octets: bytes) -> list[tuple[int, bytes]]:
    """(tag, content) of each element; as a whole message too."""
    found, at = [], 0
    while at + 2 <= len(octets):
        tag, size, at = octets[at], octets[at + 1], at + 2
        if size & 0x80:
            size, at = int.from_bytes(octets[at : at + (size & 0x7F)]), at + (size & 0x7F)
        found.append((tag, octets[at : at + size]))
        at += size
    return found

"""How are the few BER values of an SNMP message written and read?  Enough for one question and its answer, with definite lengths only.

Source: ITU-T X.690 8; RFC 3417 8 (SNMP uses definite lengths). Raises Unparsed on anything cut short.
"""

from collections.abc import Iterator

from shared.errors import Unparsed

INTEGER, OCTETS, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
MAX_VALUES = 64


def written(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(value: int) -> bytes:
    """``value`` is not negative."""
    return written(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def values(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each value that stands in ``octets``, one after the other."""
    at = 0
    for _ in range(MAX_VALUES):
        if at == len(octets):
            return
        try:
            tag, length, at = octets[at], octets[at + 1], at + 2
            if length & 0x80:
                size = length & 0x7F
                if not 1 <= size <= 4 or at + size > len(octets):
                    raise IndexError
                length, at = int.from_bytes(octets[at : at + size], "big"), at + size
            if at + length > len(octets):
                raise IndexError
        except IndexError:
            raise Unparsed("a BER value that was cut short", octets[:60].hex()) from None
        yield tag, octets[at : at + length]
        at += length


def inside(octets: bytes, tag: int) -> bytes:
    """The content of the value at the beginning, which is of that tag."""
    found, content = next(values(octets), (None, b""))
    if found != tag:
        raise Unparsed(f"a BER value of another kind than {tag:#04x}", octets[:60].hex())
    return content

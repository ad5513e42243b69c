"""Which name server is this?  It is asked for ``version.bind`` in class CHAOS, as those that run one do.

Source: RFC 1035 (messages; over TCP a length goes before), RFC 4892 (identity of a server).
"""

import struct

from agent.greeting import Said
from shared.text import one_line

_NAME = b"\x07version\x04bind\0"
_QUESTION = _NAME + struct.pack("!HH", 16, 3)
_HEADER_BYTES = 12


def question() -> bytes:
    message = struct.pack("!HHHHHH", 0x4E41, 0x0100, 1, 0, 0, 0) + _QUESTION
    return struct.pack("!H", len(message)) + message


def read(octets: bytes) -> list[Said]:
    """``dns.version``; empty text where it answers and does not tell."""
    message = octets[2:]
    if len(message) < _HEADER_BYTES or message[:2] != b"\x4e\x41" or not message[2] & 0x80:
        return []
    answers = struct.unpack_from("!H", message, 6)[0]
    place = _HEADER_BYTES + len(_QUESTION)
    if not answers or len(message) <= place:
        return [("dns.version", "")]
    place += 2 if message[place] & 0xC0 == 0xC0 else len(_NAME)
    record = message[place : place + 11]
    if len(record) < 11 or struct.unpack_from("!H", record)[0] != 16:
        return [("dns.version", "")]
    length = record[10]
    return [("dns.version", one_line(message[place + 11 : place + 11 + length]))]

"""What do the header lines of an HTTP-like message say?  SSDP and SIP answer in this form.

Source: RFC 9112 2-5, RFC 3261 7. Lines end with CRLF or LF; names are compared without case; a header that comes twice counts once.
Bounded: 16 KB, 64 headers. Raises Unparsed where the first line is no status line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Unparsed
from shared.text import one_line

MAX_BYTES = 16_384
MAX_HEADERS = 64

_STATUS = re.compile(rb"([A-Z]{3,5}/\d\.\d) (\d{3})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Answer:
    protocol: str
    """``HTTP/1.1``, ``SIP/2.0``"""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""


def read(datagram: bytes) -> Answer:
    head = datagram[:MAX_BYTES].partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    first, *lines = head.split(b"\n")[: MAX_HEADERS + 1]
    status = _STATUS.fullmatch(first)
    if not status:
        raise Unparsed("the answer has no status line", one_line(first[:200]))
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers.setdefault(one_line(name).lower(), one_line(value))
    return Answer(status[1].decode("ascii"), int(status[2]), headers)

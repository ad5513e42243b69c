"""Which camera or recorder is this?  RTSP's OPTIONS asks what can be asked, and is answered without a password.

Source: RFC 2326 10.1 and 12.36 (OPTIONS, Server).
"""

from agent.greeting import Said
from shared.text import one_line

_MAX_HEADERS = 40


def question() -> bytes:
    return b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Netario\r\n\r\n"


def read(octets: bytes) -> list[Said]:
    if not octets.startswith(b"RTSP/1."):
        return []
    for line in octets.split(b"\r\n")[1:_MAX_HEADERS]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"server":
            return [("rtsp.server", one_line(value))]
    return [("rtsp.server", "")]

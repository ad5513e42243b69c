"""What does a service say as soon as it is connected to?

Source: RFC 4253 4.2 (SSH), RFC 959 (FTP), RFC 5321 (SMTP), RFC 1939 (POP3), RFC 9051 (IMAP), RFC 854 (telnet), RFC 6143 (VNC), MySQL's
"Protocol::HandshakeV10", rsyncd's "@RSYNCD:". Which of them it is shows in what was said; the number of the port decides only where
two of them begin alike (FTP and SMTP).
"""

import re

from agent.greeting import Said
from shared.text import one_line

_IAC, _SUBNEGOTIATION, _END = 255, 250, 240
_MAX_BYTES = 2048
_SMTP_PORTS = frozenset({25, 465, 587, 2525})
_TELNET_PORTS = frozenset({23, 2323})
_DATE = re.compile(
    r"[;,]? *(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* \d{4}.*$"
)
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_STAMP = re.compile(r"<[^<>\s]*\d[^<>\s]*@[^<>\s]*>")
"""POP3's APOP, and what others put there: a number and a clock, new each time."""
_LONG_NUMBER = re.compile(r"\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{9,}\b")
_HOST_NAME = re.compile(
    r"^(?=.{4,253}$)(?!\d+(?:\.\d+){3}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}$"
)


def read(octets: bytes, port: int) -> list[Said]:
    octets = octets[:_MAX_BYTES]
    if not octets:
        return []
    if port in _TELNET_PORTS or octets[0] == _IAC:
        return _said("telnet.greeting", spoken(octets))
    if octets.startswith(b"SSH-"):
        return _said("ssh.banner", octets.splitlines()[0])
    if octets.startswith(b"RFB "):
        return _said("vnc.version", octets[4:11])
    if octets.startswith(b"@RSYNCD:"):
        return _said("rsync.version", octets.splitlines()[0][8:20])
    if version := _mysql(octets):
        return _said("mysql.version", version)
    return _line(octets, port)


def _line(octets: bytes, port: int) -> list[Said]:
    """A reply code and a sentence."""
    first = octets.splitlines()[0] if octets.splitlines() else octets
    if first.startswith((b"220", b"421", b"554", b"530")):
        protocol = "smtp" if port in _SMTP_PORTS or b"SMTP" in first.upper() else "ftp"
        return _said(f"{protocol}.greeting", _reply(octets))
    if first.startswith((b"+OK", b"-ERR")):
        return _said("pop3.greeting", first)
    if first.startswith((b"* OK", b"* PREAUTH", b"* BYE")):
        return _said("imap.greeting", first)
    return _said("tcp.greeting", octets[:256])


def _reply(octets: bytes) -> bytes:
    """The sentence of a reply that may have several lines (RFC 959, 4.2): the last one, which most say their product in; else the first."""
    lines = [line for line in octets.splitlines() if line.strip()]
    return b" ".join(lines[:3])


def _said(field: str, value: bytes) -> list[Said]:
    text = one_line(value)
    for changing in (_STAMP, _DATE, _CLOCK, _LONG_NUMBER):
        text = changing.sub("", text)
    text = one_line(text)
    return [(field, text)] if text else []


def spoken(octets: bytes) -> bytes:
    """A telnet greeting without the negotiation of options (RFC 854, "TELNET COMMAND STRUCTURE")."""
    kept = bytearray()
    place = 0
    while place < len(octets):
        octet = octets[place]
        if octet != _IAC:
            kept.append(octet)
            place += 1
        elif place + 1 < len(octets) and octets[place + 1] == _SUBNEGOTIATION:
            end = octets.find(bytes((_IAC, _END)), place)
            place = len(octets) if end < 0 else end + 2
        elif place + 1 < len(octets) and octets[place + 1] == _IAC:
            kept.append(_IAC)
            place += 2
        else:
            place += 3 if place + 1 < len(octets) and octets[place + 1] > _SUBNEGOTIATION else 2
    return bytes(kept)


def _mysql(octets: bytes) -> bytes:
    """The version of a handshake (protocol 10), which ends with NUL; MariaDB puts "5.5.5-" before its own."""
    length = int.from_bytes(octets[:3], "little")
    if len(octets) < 6 or octets[3] != 0 or octets[4] != 10 or not 20 <= length < 512:
        return b""
    version, nul, _ = octets[5:100].partition(b"\0")
    return version.removeprefix(b"5.5.5-") if nul and version.isascii() else b""


def host_name(field: str, value: str) -> str:
    """The host name that a greeting begins with (RFC 5321, 4.2: the first word is the domain); empty where it has none."""
    if field not in ("smtp.greeting", "ftp.greeting"):
        return ""
    first = re.split(r"[ -]", value, maxsplit=1)[-1].partition(" ")[0]
    return first if _HOST_NAME.match(first) else ""

"""What does an SMB server call itself, and which build of Windows is it?  No login is attempted: the challenge to one says it all.

Source: MS-SMB2 2.2.3-2.2.6 (negotiate, session set-up), MS-NLMP 2.2.1.2 (CHALLENGE_MESSAGE) and 2.2.2.1 (AV_PAIR), RFC 4178 (SPNEGO),
RFC 1002 4.3.2 (NetBIOS session request, port 139). Both requests are sent at once; an answer may hold either, or neither.
"""

import struct

from agent.greeting import Said
from shared.text import one_line

_DIALECTS = (0x0202, 0x0210, 0x0300, 0x0302)
_CHALLENGE = b"NTLMSSP\0\x02\0\0\0"
_NAMES = {1: "smb.computer", 2: "smb.domain", 3: "smb.dns_name", 4: "smb.dns_domain"}
_MAX_PAIRS = 32
_SIGNING_REQUIRED = 2
# SPNEGO 1.3.6.1.5.5.2 and NTLMSSP 1.3.6.1.4.1.311.2.2.10, as DER
_SPNEGO, _NTLMSSP = bytes.fromhex("06062b0601050502"), bytes.fromhex("060a2b06010401823702020a")
_NTLM_FLAGS = 0x20080000 | 0x02000000 | 0x8000 | 0x200 | 0x7
"""128 bit, extended session security, version; always sign; NTLM; Unicode, OEM, and: say who you are."""


def questions(port: int, client: bytes) -> bytes:
    """What to send: on port 139 a NetBIOS session to whoever serves files comes first. ``client`` are 16 octets, new for each connection:
    a server joins connections of one client (multi-channel), and loses the second question over it."""
    called = b"\x20" + _netbios("*SMBSERVER", 0x20) + b"\0" + b"\x20" + _netbios("NETARIO", 0) + b"\0"
    session = struct.pack("!BBH", 0x81, 0, len(called)) + called if port == 139 else b""
    return session + _framed(_header(0, 0) + _negotiate(client)) + _framed(_header(1, 1) + _session_setup())


def _netbios(name: str, kind: int) -> bytes:
    """RFC 1001, 14.1: each half octet as a letter."""
    octets = name.ljust(15).encode("ascii") + bytes((kind,))
    return b"".join(bytes((65 + (octet >> 4), 65 + (octet & 15))) for octet in octets)


def _framed(message: bytes) -> bytes:
    return struct.pack("!I", len(message)) + message


def _header(command: int, number: int) -> bytes:
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, 0, command, 31, 0, 0, number, 0, 0, 0, b"")


def _negotiate(client: bytes) -> bytes:
    return struct.pack("<HHHHI16sQ", 36, len(_DIALECTS), 1, 0, 0, client, 0) + struct.pack("<4H", *_DIALECTS)


def _session_setup() -> bytes:
    token = struct.pack("<8sIIQQ8s", b"NTLMSSP\0", 1, _NTLM_FLAGS, 0, 0, b"\x0a\0\0\0\0\0\0\x0f")
    wrapped = _der(0xA0, _der(0x30, _der(0xA0, _der(0x30, _NTLMSSP)) + _der(0xA2, _der(0x04, token))))
    token = _der(0x60, _SPNEGO + wrapped)
    return struct.pack("<HBBIIHHQ", 25, 0, 1, 0, 0, 64 + 24, len(token), 0) + token


def _der(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content  # all of it is shorter than 128 octets


def read(octets: bytes) -> list[Said]:
    return [*_read_negotiated(octets), *_read_challenge(octets)]


def _read_negotiated(octets: bytes) -> list[Said]:
    start = octets.find(b"\xfeSMB")
    body = octets[start + 64 : start + 72]
    if start < 0 or len(body) < 6:
        return []
    _, mode, dialect = struct.unpack_from("<HHH", body)
    if dialect not in _DIALECTS:
        return []
    signing = "required" if mode & _SIGNING_REQUIRED else "not required"
    return [("smb.dialect", f"{dialect >> 8}.{dialect >> 4 & 15}.{dialect & 15}".removesuffix(".0")), ("smb.signing", signing)]


def _read_challenge(octets: bytes) -> list[Said]:
    start = octets.find(_CHALLENGE)
    message = octets[start:] if start >= 0 else b""
    if len(message) < 56:
        return []
    length, _, offset = struct.unpack_from("<HHI", message, 40)
    said = [(_NAMES[kind], name) for kind, name in _pairs(message[offset : offset + length]).items() if kind in _NAMES and name]
    major, minor, build = struct.unpack_from("<BBH", message, 48)
    return [*said, ("smb.os_build", f"{major}.{minor}.{build}")]


def _pairs(block: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    place = 0
    while place + 4 <= len(block) and len(found) < _MAX_PAIRS:
        kind, length = struct.unpack_from("<HH", block, place)
        if kind == 0:
            break
        if kind in _NAMES:
            found.setdefault(kind, one_line(block[place + 4 : place + 4 + length].decode("utf-16-le", "replace")))
        place += 4 + length
    return found

"""How does a message travel sealed by NTLM inside plain HTTP?

Source: Microsoft [MS-WSMV] 2.2.9.1 (encrypted message types). A MIME body of two parts: what the message is and how long (bytes, before
sealing), then four bytes (little endian) with the signature's length, the signature, and the sealed message. Raises Unparsed.
"""

import re
from collections.abc import Callable

from shared.errors import Unparsed

PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
CONTENT_TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'

_ORIGINAL = "OriginalContent: type=application/soap+xml;charset=UTF-8;Length="
_OPENS, _CLOSES = b"--Encrypted Boundary\r\n", b"--Encrypted Boundary--\r\n"
_LENGTH = re.compile(rb"Length=(\d{1,9})\s")
_BYTES_FOLLOW = re.compile(rb"Content-Type:\s*application/octet-stream\r\n", re.IGNORECASE)
_MAX_SIGNATURE_BYTES = 64


def seal(message: bytes, wrap: Callable[[bytes], tuple[bytes, bytes]]) -> bytes:
    """``wrap``: message -> (signature, sealed message)."""
    signature, sealed = wrap(message)
    told = f"\tContent-Type: {PROTOCOL}\r\n\t{_ORIGINAL}{len(message)}\r\n".encode()
    return (
        _OPENS
        + told
        + _OPENS
        + b"\tContent-Type: application/octet-stream\r\n"
        + len(signature).to_bytes(4, "little")
        + signature
        + sealed
        + _CLOSES
    )


def unseal(body: bytes, unwrap: Callable[[bytes, bytes], bytes]) -> bytes:
    """``unwrap``: (signature, sealed message) -> message; it raises where the signature is not the peer's."""
    length = _LENGTH.search(body[:4096])
    follow = _BYTES_FOLLOW.search(body[:4096])
    if not length or not follow:
        raise Unparsed("WinRM answers something else than a sealed message", body[:100].decode("latin-1"))
    start = follow.end()
    signature_bytes = int.from_bytes(body[start : start + 4], "little")
    sealed_from = start + 4 + signature_bytes
    sealed = body[sealed_from : sealed_from + int(length[1])]
    if signature_bytes > _MAX_SIGNATURE_BYTES or len(sealed) != int(length[1]):
        raise Unparsed("WinRM's sealed message is shorter than it says", body[:100].decode("latin-1"))
    return unwrap(body[start + 4 : sealed_from], sealed)

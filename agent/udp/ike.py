"""Is this an IPsec gateway, and whose?

Source: RFC 2408 3 and RFC 2409 5 (IKEv1, main mode: the answer names the chosen transform and the gateway's vendor ids), RFC 7296 1.2,
3.3, 3.4 (IKEv2). Of version 2 the key exchange is for a group that is not among those proposed, so that the gateway answers
INVALID_KE_PAYLOAD or NO_PROPOSAL_CHOSEN without computing a key or keeping a state. Of version 1 one proposal is sent and no key follows.
Vendor ids are MD5 sums of texts that makers have published; the few that name a product are told as such, all are told as hex digits.
"""

import struct
from collections.abc import Iterator
from itertools import product

from shared.errors import Unparsed
from shared.observation import Observation, PortSeen, SaidSeen

PORT = 500
SERVICE = "isakmp"

_HEADER = struct.Struct("!8s8sBBBBII")
_MAIN_MODE, _SA_INIT = 2, 34
_INITIATOR, _RESPONSE = 0x08, 0x20
_SA1, _SA2, _KE2, _NONCE2 = 1, 33, 34, 40
_VENDOR_IDS = (13, 43)
MAX_PAYLOADS = 64
MAX_VENDOR_IDS = 24

# AES-256, AES-128 and 3DES; SHA2-256 and SHA1; pre-shared key and RSA signature; groups 14 and 2
_CIPHERS1 = ((7, 256), (7, 128), (5, 0))
_HASHES1, _METHODS1, _GROUPS1 = (4, 2), (1, 3), (14, 2)
# type and number: AES-CBC, PRF and integrity by HMAC with SHA2-256 and SHA1, groups 14, 19, 5 and 2
_TRANSFORMS2 = ((1, 12, 256), (1, 12, 128), (2, 5, 0), (2, 2, 0), (3, 12, 0), (3, 2, 0), (4, 14, 0), (4, 19, 0), (4, 5, 0), (4, 2, 0))
_OTHER_GROUP, _OTHER_GROUP_BYTES = 1, 96

# the beginnings of MD5("strongSwan"), MD5("MS NT5 ISAKMPOAKLEY"), MD5("KAME/racoon"), and of MD5("CISCO-UNITY")
_PRODUCTS = {
    "882fe56d6fd20dbc2251613b2ebe5beb": "strongSwan",
    "1e2b516905991c7d7c96fcbfb587e461": "Windows",
    "7003cbc1097dbe9c2600ba6983bc8b35": "racoon",
}


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    proposal = _chain(_SA1, [(_SA1, struct.pack("!II", 1, 1) + _proposal(list(_transforms1()), 1))])
    first = _message(token, 0x10, _MAIN_MODE, 0, _SA1, proposal)
    key = struct.pack("!HH", _OTHER_GROUP, 0) + token * (_OTHER_GROUP_BYTES // len(token))
    payloads = _chain(_SA2, [(_SA2, _proposal(list(_transforms2()), 1)), (_KE2, key), (_NONCE2, token + token)])
    return first, _message(token, 0x20, _SA_INIT, _INITIATOR, _SA2, payloads)


def _message(token: bytes, version: int, exchange: int, flags: int, first: int, payloads: bytes) -> bytes:
    return _HEADER.pack(token[:8], bytes(8), first, version, exchange, flags, 0, _HEADER.size + len(payloads)) + payloads


def _chain(first: int, payloads: list[tuple[int, bytes]]) -> bytes:
    """Each payload behind a header that names the kind of the next (RFC 2408 3.2)."""
    kinds = [kind for kind, _ in payloads[1:]] + [0]
    return b"".join(struct.pack("!BBH", kind, 0, 4 + len(body)) + body for kind, (_, body) in zip(kinds, payloads, strict=True))


def _proposal(transforms: list[bytes], number: int) -> bytes:
    body = b"".join(
        struct.pack("!BBH", 3 if place < len(transforms) else 0, 0, 4 + len(transform)) + transform
        for place, transform in enumerate(transforms, 1)
    )
    return struct.pack("!BBHBBBB", 0, 0, 8 + len(body), number, 1, 0, len(transforms)) + body


def _transforms1() -> Iterator[bytes]:
    combined = product(_CIPHERS1, _HASHES1, _METHODS1, _GROUPS1)
    for number, ((cipher, key_bits), digest, method, group) in enumerate(combined, 1):
        attributes = [(1, cipher), *([(14, key_bits)] if key_bits else []), (2, digest), (3, method), (4, group), (11, 1), (12, 28_800)]
        yield struct.pack("!BBH", number, 1, 0) + b"".join(struct.pack("!HH", 0x8000 | kind, value) for kind, value in attributes)


def _transforms2() -> Iterator[bytes]:
    for kind, number, key_bits in _TRANSFORMS2:
        yield struct.pack("!BBH", kind, 0, number) + (struct.pack("!HH", 0x8000 | 14, key_bits) if key_bits else b"")


def answers(datagram: bytes, token: bytes) -> bool:
    """An echo of the question is none: a gateway sets its own cookie, or says that it responds, or informs (exchange 5)."""
    if len(datagram) < _HEADER.size or datagram[:8] != token[:8]:
        return False
    return any(datagram[8:16]) or bool(datagram[19] & _RESPONSE) or datagram[18] == 5


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    try:
        _, _, kind, version, *_ = _HEADER.unpack_from(datagram)
    except struct.error:
        raise Unparsed("no IKE message", datagram[:60].hex()) from None
    if version >> 4 not in (1, 2):
        raise Unparsed(f"IKE of version {version >> 4}", datagram[:60].hex())
    ids = list(dict.fromkeys(body.hex() for found, body in _payloads(datagram, kind) if found in _VENDOR_IDS and body))[:MAX_VENDOR_IDS]
    name = next((name for start, name in _PRODUCTS.items() if any(vendor_id.startswith(start) for vendor_id in ids)), "")
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product=name, extra=f"IKEv{version >> 4}")
    for vendor_id in ids:
        yield SaidSeen(address=address, protocol="udp", port=PORT, field="ike.vendor_id", value=vendor_id)


def _payloads(datagram: bytes, kind: int) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each payload; one that is cut short ends them."""
    at = _HEADER.size
    for _ in range(MAX_PAYLOADS):
        if not kind or at + 4 > len(datagram):
            return
        following, _, length = struct.unpack_from("!BBH", datagram, at)
        if length < 4 or at + length > len(datagram):
            return
        yield kind, datagram[at + 4 : at + length]
        kind, at = following, at + length

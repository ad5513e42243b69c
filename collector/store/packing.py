"""Unpacks a gzip stream (RFC 1952) of a stranger: never more than a bound into memory, whatever the stream says.

Raises ``TooLarge``, and ``Damaged`` for what is no gzip, ends early, or goes on after its end.
"""

import zlib

from shared.errors import NetarioError

CHUNK_BYTES = 1 << 20
GZIP_WINDOW = 16 + zlib.MAX_WBITS


class TooLarge(NetarioError):
    pass


class Damaged(NetarioError):
    pass


def unpacked(packed: bytes, limit_bytes: int) -> bytes:
    stream = zlib.decompressobj(GZIP_WINDOW)
    parts, size, rest = [], 0, packed
    try:
        while not stream.eof:
            part = stream.decompress(rest, CHUNK_BYTES)
            rest = stream.unconsumed_tail
            if not part and not rest:
                break
            size += len(part)
            if size > limit_bytes:
                raise TooLarge(f"unpacked, this is larger than {limit_bytes} bytes.")
            parts.append(part)
    except zlib.error as error:
        raise Damaged(f"not a gzip stream: {error}") from None
    if not stream.eof or stream.unused_data:
        raise Damaged("the gzip stream is cut short." if not stream.eof else "something follows the gzip stream.")
    return b"".join(parts)

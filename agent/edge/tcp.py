"""What does a TCP service say, of itself or to a few octets?  asyncio's streams, bounded in octets and in time, four at a time on a host.

Source: tcp(7). Answers are whatever came: the readers are in ``agent.greeting``. Raises Unsupported where TLS was asked and is not spoken.
"""

import asyncio
import ssl
from dataclasses import dataclass, field

from agent.edge.tls import lenient_context
from shared.errors import Unsupported

AT_ONCE_ON_A_HOST = 4
_QUIET_S = 0.3
"""Whoever greets and then pauses for so long has said what he had to say."""
_QUIET_AFTER_QUESTION_S = 0.8
"""An answer may have parts, and a slow device works for each of them."""
_CHUNK_BYTES = 16_384


@dataclass(slots=True)
class _Turns:
    semaphore: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_ON_A_HOST))
    users: int = 0


class TcpTalk:
    def __init__(self) -> None:
        self._turns: dict[str, _Turns] = {}

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        """See ``agent.edge.TcpEdge``. ``wait_s`` counts from when the connection is tried."""
        turns = self._turns.setdefault(address, _Turns())
        turns.users += 1
        try:
            async with turns.semaphore:
                return await _talk(address, port, send, tls, wait_s, limit_bytes)
        finally:
            turns.users -= 1
            if not turns.users:
                self._turns.pop(address, None)


async def _talk(address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
    ends_at = asyncio.get_running_loop().time() + wait_s
    try:
        async with asyncio.timeout_at(ends_at):
            reader, writer = await asyncio.open_connection(address, port, limit=_CHUNK_BYTES)
    except (TimeoutError, OSError):
        return None
    said = bytearray()
    try:
        async with asyncio.timeout_at(ends_at):
            if tls:
                await writer.start_tls(lenient_context(), server_hostname="")
            if send:
                writer.write(send)
                await writer.drain()
            await _listen(reader, said, limit_bytes, _QUIET_AFTER_QUESTION_S if send else _QUIET_S)
    except ssl.SSLError as error:
        if not said:
            raise Unsupported(f"port {port} does not finish a TLS handshake: {error.reason or 'protocol error'}") from None
    except (TimeoutError, OSError):
        pass  # what was said until then is the answer
    finally:
        writer.transport.abort()  # the peer may never answer a close, and nothing of ours is under way
    return bytes(said)


async def _listen(reader: asyncio.StreamReader, said: bytearray, limit_bytes: int, quiet_s: float) -> None:
    """Adds to ``said`` until the end, a pause, or the limit."""
    while len(said) < limit_bytes:
        try:
            async with asyncio.timeout(quiet_s if said else None):
                chunk = await reader.read(min(_CHUNK_BYTES, limit_bytes - len(said)))
        except TimeoutError:
            return
        if not chunk:
            return
        said += chunk

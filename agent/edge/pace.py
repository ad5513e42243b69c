"""When may the next packet of a sweep go out?  Evenly, as storm control of switches counts packets in parts of a second."""

import asyncio
import socket
import time

from shared.errors import Unreachable

_TICK_S = 0.01
_BURST = 64


class Pace:
    """``packets_per_s`` 0: no limit, and only a turn for whoever reads the answers now and then."""

    def __init__(self, packets_per_s: int) -> None:
        self._packets_per_s = packets_per_s
        self._started = time.monotonic()
        self._sent = 0

    async def turn(self) -> None:
        """Waits until one more packet keeps to the pace, counted from the first."""
        early_s = self._sent / self._packets_per_s - (time.monotonic() - self._started) if self._packets_per_s else 0.0
        if early_s > 0:
            await asyncio.sleep(max(early_s, _TICK_S))
        elif self._sent % _BURST == 0:
            await asyncio.sleep(0)
        self._sent += 1


async def breathe() -> None:
    """The interface's queue is full: a moment for it to drain."""
    await asyncio.sleep(_TICK_S)


async def send_frame(wire: socket.socket, frame: bytes, what: str) -> None:
    """Through a raw socket that does not block. Raises Unreachable, saying ``what`` cannot be sent, where the interface is down."""
    while True:
        try:
            wire.send(frame)
            return
        except (BlockingIOError, InterruptedError):
            await breathe()
        except OSError as error:
            raise Unreachable(f"{what} cannot be sent: {error.strerror}") from None

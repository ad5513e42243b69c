"""Which TCP ports of a host are open?  A SYN sweep of our own: half open, nothing is ever written to a port.

All hosts that are asked at the same time share one sender and its pace, in turns, so that each gets an even share of it. The octets are in
``raw_tcp``, what is asked of one host and when in ``syn_host``. Raises Missing without the right to raw sockets, Unreachable without a
route, TimeoutError where nothing was learned before the deadline.
"""

import asyncio
import secrets
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.edge import PortAnswer
from agent.edge.raw_tcp import RawTcp, Way
from agent.edge.syn_host import SynHost
from agent.port_names import usual_name
from shared.errors import Unreachable
from shared.observation import PortSeen

_TICK_S = 0.005
_BURST = 32
"""So many questions at most before answers are read, where there is no limit on the pace."""
_AT_MOST_IDLE_S = 0.1
_BEFORE_DEADLINE = 0.95


class SynSweep:
    """The sender lives as long as somebody is asked."""

    def __init__(self) -> None:
        self._senders: dict[socket.AddressFamily, _Sender] = {}

    async def scan(
        self, address: str, ranges: str, packets_per_s: int, deadline_s: float, host_packets_per_s: int = 0
    ) -> PortAnswer | None:
        """See ``agent.edge.PortEdge``. ``packets_per_s`` is for all hosts together. ``ranges`` of the answer are the ports of which the
        state is known: fewer than asked where the host went away, or the deadline came."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        host = SynHost(listed(ranges))
        with self._sender(family) as sender:
            asking = sender.begin(address, host, packets_per_s, host_packets_per_s)
            try:
                await asyncio.wait({asking.finished}, timeout=deadline_s * _BEFORE_DEADLINE)
            finally:
                sender.end(address)
            if asking.finished.done():
                asking.finished.result()
        if host.is_gone:
            return None
        decided = host.decided
        if not decided:
            raise TimeoutError(f"{address} did not get its turn within {deadline_s:g} s: allow more packets a second")
        return PortAnswer(written(decided), tuple(_seen(address, port) for port in host.open))

    @contextmanager
    def _sender(self, family: socket.AddressFamily) -> Iterator["_Sender"]:
        sender = self._senders.get(family)
        if sender is None:
            sender = self._senders[family] = _Sender(RawTcp(family))
        sender.users += 1
        try:
            yield sender
        finally:
            sender.users -= 1
            if not sender.users:
                del self._senders[family]
                sender.close()


@dataclass(slots=True)
class _Asking:
    host: SynHost
    way: Way
    sequence: int
    packets_per_s: int
    host_packets_per_s: int
    finished: asyncio.Future[None]
    not_before: float = 0.0
    """The host's own pace lets no question go to it sooner."""


@dataclass(slots=True)
class _Sender:
    wire: RawTcp
    users: int = 0
    _asked: dict[str, _Asking] = field(default_factory=dict)
    _turns: deque[str] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _next_at: float = 0.0

    def begin(self, address: str, host: SynHost, packets_per_s: int, host_packets_per_s: int) -> _Asking:
        loop = asyncio.get_running_loop()
        asking = _Asking(host, self.wire.way_to(address), secrets.randbits(32), packets_per_s, host_packets_per_s, loop.create_future())
        self._asked[address] = asking
        self._turns.append(address)
        if self._task is None:
            for opened in (self.wire.tcp, self.wire.icmp):
                loop.add_reader(opened, self._read)
            self._task = loop.create_task(self._send())
            self._task.add_done_callback(self._ended)
        self._wake.set()
        return asking

    def end(self, address: str) -> None:
        self._asked.pop(address, None)
        if address in self._turns:
            self._turns.remove(address)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            for opened in (self.wire.tcp, self.wire.icmp):
                asyncio.get_running_loop().remove_reader(opened)
        self.wire.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The sender has no end of its own: whoever still waits for it is told of its fault."""
        error = None if task.cancelled() else task.exception()
        for asking in self._asked.values():
            if error and not asking.finished.done():
                asking.finished.set_exception(error)

    async def _send(self) -> None:
        """Asks whoever is due, in turns, at an even pace."""
        sent = 0
        while True:
            idle_s = self._one()
            if idle_s is not None:
                self._wake.clear()
                try:
                    async with asyncio.timeout(idle_s):
                        await self._wake.wait()
                except TimeoutError:
                    continue
                continue
            pace = self._pace()
            now = time.monotonic()
            if pace:
                # what a busy machine could not send in time is not made up for in a burst
                self._next_at = max(self._next_at, now - _TICK_S) + 1 / pace
                if self._next_at - now > _TICK_S:
                    await asyncio.sleep(self._next_at - now)
                    continue
            sent += 1
            if sent % _BURST == 0:
                await asyncio.sleep(0)

    def _one(self) -> float | None:
        """Sends one SYN and gives None; where nobody is due, how long to wait."""
        now = time.monotonic()
        idle_s = _AT_MOST_IDLE_S
        for _ in range(len(self._turns)):
            address = self._turns[0]
            self._turns.rotate(-1)
            asking = self._asked[address]
            due = self._due(asking, now)
            if due is None:
                continue
            port = asking.host.next_port(now) if due <= now else None
            if port is None:
                idle_s = min(idle_s, max(_TICK_S / 5, due - now))
            elif self._ask(asking, port, now):
                return None
            else:
                return _TICK_S
        return idle_s

    def _due(self, asking: _Asking, now: float) -> float | None:
        """When this host is to be asked next; None: it is done, and whoever waits for it is told."""
        due = asking.host.due_at(now)
        if due is None and not asking.finished.done():
            asking.finished.set_result(None)
        return due if due is None else max(due, asking.not_before)

    def _ask(self, asking: _Asking, port: int, now: float) -> bool:
        try:
            sent = self.wire.send(asking.way, port, asking.sequence)
        except Unreachable as error:
            if not asking.finished.done():
                asking.finished.set_exception(error)
            return True
        if sent:
            asking.host.asked(port, now)
            if asking.host_packets_per_s:
                asking.not_before = now + 1 / asking.host_packets_per_s
        else:
            asking.host.not_sent(port)
        return sent

    def _pace(self) -> int:
        return min((asking.packets_per_s for asking in self._asked.values() if asking.packets_per_s), default=0)

    def _read(self) -> None:
        now = time.monotonic()
        for heard in self.wire.heard():
            asking = self._asked.get(heard.address)
            if asking and heard.sequence == asking.sequence:
                asking.host.hear(heard.port, heard.said, now)
        self._wake.set()


def listed(ranges: str) -> list[int]:
    """The ports that nmap's notation names, each once, in order."""
    pairs = (part.split("-") for part in ranges.split(","))
    return sorted({number for pair in pairs for number in range(int(pair[0]), int(pair[-1]) + 1)})


def written(ports: list[int]) -> str:
    """Ports in order -> nmap's notation."""
    runs: list[tuple[int, int]] = []
    for port in ports:
        if runs and runs[-1][1] == port - 1:
            runs[-1] = (runs[-1][0], port)
        else:
            runs.append((port, port))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _seen(address: str, port: int) -> PortSeen:
    return PortSeen(address=address, protocol="tcp", number=port, service=usual_name(port), examined=False)

"""How many packets and connections may a scan have under way: at the site, and at one device?

Packets are counted as they pass: a token bucket for the site and one a device (``take``). A sweep or a port scan, which paces itself, is
handed its share of the rate for as long as it runs (``sweep``, ``port_scan``), and the others have what is left. Connections and sessions
have places that are waited for. Whoever comes beyond a limit waits; nothing fails. A rate of 0 is no limit.

``pause``, ``resume`` and ``ease`` are the breaker's.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

SWEEP_SHARE, PORT_SCAN_SHARE = 0.9, 0.6
"""Of the site's rate: what sweeps, and what port scans, may have together. Neither leaves the questions to hosts without a turn."""
_LEFT_SHARE = 0.1
_BURST_S = 0.1
_SHORTEST_SLEEP_S, _LONGEST_SLEEP_S = 0.001, 0.25
"""The rate may have changed by then."""
_LEAST_PACKETS_PER_S = 5
"""A sweep beside another waits for at least this much rather than crawl."""


@dataclass(slots=True)
class Bucket:
    """A token bucket whose rate may change while somebody waits. First come, first served."""

    packets_per_s: float
    _tokens: float = 1.0
    _filled_s: float | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, packets: float) -> None:
        if not self.packets_per_s:
            return
        async with self._turn:
            self._fill()
            # what nobody wanted is forgotten, so that a quiet while is followed by no burst
            self._tokens = min(max(1.0, self.packets_per_s * _BURST_S), self._tokens)
            while packets > self._tokens and self.packets_per_s:
                await asyncio.sleep(min(max((packets - self._tokens) / self.packets_per_s, _SHORTEST_SLEEP_S), _LONGEST_SLEEP_S))
                self._fill()
            self._tokens -= packets

    def _fill(self) -> None:
        now_s = asyncio.get_running_loop().time()
        since_s = now_s - (now_s if self._filled_s is None else self._filled_s)
        self._tokens += since_s * self.packets_per_s
        self._filled_s = now_s


class Budget:
    """The limits of one scan. ``host`` is whatever names a device (``Known.device``)."""

    def __init__(self, packets_per_s: int, host_packets_per_s: int, connections: int, host_connections: int) -> None:
        self._full_rate = float(packets_per_s)
        self._host_rate = float(host_packets_per_s if packets_per_s else 0)
        self._share = 1.0
        self._reserved = self._scan_share = 0.0
        self._scans = 0
        self._site = Bucket(self._full_rate)
        self._hosts: dict[str, Bucket] = {}
        self._connections = asyncio.Semaphore(connections)
        self._host_connections: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(host_connections))
        self._sessions: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._released = asyncio.Condition()
        self._open = asyncio.Event()
        self._open.set()

    async def take(self, packets: float, host: str = "") -> None:
        """Waits until so many packets may go to ``host``."""
        if host and self._host_rate:
            await self._bucket(host).take(packets)
        await self._site.take(packets)
        await self._open.wait()

    @asynccontextmanager
    async def sweep(self, asked: int) -> AsyncIterator[int]:
        """The packets a second that a sweep of many addresses may send meanwhile; 0, no limit, only where there is none."""
        await self._open.wait()
        if not self._full_rate:
            yield asked
            return
        async with self._released:
            wanted = min(asked or self._full_rate, self._rate * SWEEP_SHARE)
            await self._released.wait_for(lambda: self._rate * SWEEP_SHARE - self._reserved >= min(wanted, _LEAST_PACKETS_PER_S))
            given = min(wanted, self._rate * SWEEP_SHARE - self._reserved)
            self._reserve(given)
        try:
            yield max(1, int(given))
        finally:
            await self._release(given)

    @asynccontextmanager
    async def port_scan(self, asked: int) -> AsyncIterator[int]:
        """The packets a second of all port scans that are under way together, as ``PortEdge`` divides them evenly among its hosts."""
        await self._open.wait()
        if not self._full_rate:
            yield asked
            return
        async with self._released:
            await self._released.wait_for(lambda: self._scans > 0 or self._reserved + self._rate * PORT_SCAN_SHARE <= self._rate)
            if self._scans == 0:
                self._scan_share = self._rate * PORT_SCAN_SHARE
                self._reserve(self._scan_share)
            self._scans += 1
        try:
            await asyncio.sleep(0)  # so that those who begin at the same moment count each other
            to_hosts = self._host_rate * self._share * self._scans if self._host_rate else self._rate
            yield max(1, int(min(asked or self._rate, self._rate * PORT_SCAN_SHARE, to_hosts)))
        finally:
            self._scans -= 1
            if self._scans == 0:
                await self._release(self._scan_share)

    @asynccontextmanager
    async def connection(self, host: str) -> AsyncIterator[None]:
        """The device's place first: who waits for a slow device must not hold one of the site's."""
        async with self._host_connections[host], self._connections:
            yield

    @asynccontextmanager
    async def session(self, protocol: str, host: str, nested: bool = False) -> AsyncIterator[None]:
        """One session a protocol and device. ``nested``: its holder opens another one inside it."""
        async with AsyncExitStack() as places:
            if not nested:
                await places.enter_async_context(self._sessions[(protocol, host)])
            await places.enter_async_context(self.connection(host))
            yield

    async def unpaused(self) -> None:
        await self._open.wait()

    def pause(self) -> None:
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def ease(self) -> None:
        """Half the rate from now on, to each device too."""
        self._share /= 2
        for bucket in self._hosts.values():
            bucket.packets_per_s = self._host_rate * self._share
        self._reserve(0.0)

    @property
    def host_packets_per_s(self) -> int:
        """What one device may get from whoever paces himself; 0: no limit."""
        return max(1, int(self._host_rate * self._share)) if self._host_rate else 0

    @property
    def _rate(self) -> float:
        return self._full_rate * self._share

    def _bucket(self, host: str) -> Bucket:
        bucket = self._hosts.get(host)
        if bucket is None:
            bucket = self._hosts[host] = Bucket(self._host_rate * self._share)
        return bucket

    async def _release(self, given: float) -> None:
        self._reserve(-given)
        async with self._released:
            self._released.notify_all()

    def _reserve(self, more: float) -> None:
        self._reserved += more
        self._site.packets_per_s = max(self._rate - self._reserved, self._rate * _LEFT_SHARE)

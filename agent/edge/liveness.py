"""Which addresses answer, also behind routers; and how long does an answer take?

Source: raw(7), icmp(7). Each address gets an ICMP echo and, while it is silent, a TCP SYN to ports that firewalls usually let through; any
answer counts, a refusal too. A second pass asks only those still silent. No connection comes about: the kernel resets what it did not
open. Raises Missing without the right to raw sockets, Unreachable where there is no route, Unsupported for IPv6 (a sweep).
"""

import asyncio
import contextlib
import errno
import os
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent.edge import packet_filter
from agent.edge.pace import Pace, breathe
from agent.edge.scapy_arp import NO_RAW_SOCKETS
from agent.frames import liveness
from shared.errors import Missing, Unreachable, Unsupported

PORTS = (443, 80, 22, 445)
PASSES = 2
PACKETS_A_SILENT_ADDRESS = PASSES * (1 + len(PORTS))
ROUND_S = 0.25
"""How long to listen before those still silent are asked the next question."""
LAST_ANSWER_S = 0.6
_ICMP = 0
_BATCH = 64
_RECEIVE_BUFFER_BYTES = 1024 * 1024
_FULL = (errno.EAGAIN, errno.ENOBUFS)


class RawLiveness:
    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        if any(":" in address for address in addresses):
            raise Unsupported("a liveness sweep asks IPv4 addresses only")
        if not addresses:
            return {}
        with contextlib.ExitStack() as open_sockets:
            icmp, tcp, port, way = (open_sockets.enter_context(wire) for wire in _opened())
            sweep = _Sweep(icmp, tcp, port, way, dict.fromkeys(addresses))
            loop = asyncio.get_running_loop()
            for wire, read in ((sweep.icmp, sweep.read_icmp), (sweep.tcp, sweep.read_tcp)):
                loop.add_reader(wire, read)
                open_sockets.callback(loop.remove_reader, wire)
            for question in (_ICMP, *PORTS) * PASSES:
                await sweep.ask(question, packets_per_s)
                await sweep.answered(ROUND_S)
            await sweep.answered(LAST_ANSWER_S)
        return sweep.answers

    async def round_trip_s(self, address: str, wait_s: float) -> float | None:
        family, protocol, ask, answer = (
            (socket.AF_INET6, socket.IPPROTO_ICMPV6, 128, 129) if ":" in address else (socket.AF_INET, socket.IPPROTO_ICMP, 8, 0)
        )
        identifier, token = int.from_bytes(os.urandom(2)), os.urandom(8)
        loop = asyncio.get_running_loop()
        with _raw(family, protocol) as wire:
            started = time.monotonic()
            try:
                wire.sendto(liveness.echo_request(ask, identifier, 1, token), (address, 0))
                async with asyncio.timeout(wait_s):
                    while True:
                        packet = await loop.sock_recv(wire, 2048)
                        source, message = liveness.ipv4_payload(packet) if family == socket.AF_INET else (address, packet)
                        if source == address and liveness.is_echo_reply(message, answer, identifier, token):
                            return time.monotonic() - started
            except (OSError, TimeoutError):
                return None  # no route is a loss like any other to whoever watches the line


@dataclass(slots=True)
class _Sweep:
    icmp: socket.socket
    tcp: socket.socket
    port: socket.socket
    """Holds our TCP port, so that no other program of this machine gets it meanwhile."""
    way: socket.socket
    """Never sends: the kernel tells by it which of our addresses leads there."""
    wanted: dict[str, None]
    identifier: int = field(default_factory=lambda: int.from_bytes(os.urandom(2)))
    sequence: int = field(default_factory=lambda: int.from_bytes(os.urandom(4)))
    answers: dict[str, str] = field(default_factory=dict)
    everybody: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def token(self) -> bytes:
        return struct.pack("!I", self.sequence)

    async def ask(self, question: int, packets_per_s: int) -> None:
        """``question``: a TCP port, or ``_ICMP``. To each address that has not answered yet."""
        pace = Pace(packets_per_s)
        echo = liveness.echo_request(8, self.identifier, 1, self.token)
        own_port = self.port.getsockname()[1]
        for address in self.wanted:
            if address in self.answers:
                continue
            await pace.turn()
            if question == _ICMP:
                await _send(self.icmp, echo, address)
            elif source := self._source(address):
                await _send(self.tcp, liveness.syn(source, own_port, address, question, self.sequence), address)

    async def answered(self, wait_s: float) -> None:
        """Waits until everybody has answered, at most ``wait_s``."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.everybody.wait(), wait_s)

    def read_icmp(self) -> None:
        for source, message in _packets(self.icmp):
            if liveness.is_echo_reply(message, 0, self.identifier, self.token):
                self._answer(source, "icmp")

    def read_tcp(self) -> None:
        own_port = self.port.getsockname()[1]
        for source, segment in _packets(self.tcp):
            port = liveness.answered_port(segment, own_port, self.sequence)
            if port in PORTS:
                self._answer(source, f"tcp/{port}")

    def _answer(self, address: str, how: str) -> None:
        if address in self.wanted:
            self.answers.setdefault(address, how)
        if len(self.answers) == len(self.wanted):
            self.everybody.set()

    def _source(self, address: str) -> str | None:
        try:
            self.way.connect((address, 9))
        except OSError:
            return None
        return str(self.way.getsockname()[0])


async def _send(wire: socket.socket, packet: bytes, address: str) -> None:
    while True:
        try:
            wire.sendto(packet, (address, 0))
            return
        except OSError as error:
            if error.errno == errno.ENETUNREACH:
                raise Unreachable(f"this machine has no route to {address}") from None
            if error.errno not in _FULL:
                return  # the kernel knows better of this one address (a broadcast address, a firewall of our own): it stays silent
        await breathe()


def _packets(wire: socket.socket) -> Iterator[tuple[str, bytes]]:
    """What has arrived: (source, what follows the IPv4 header)."""
    for _ in range(_BATCH):
        try:
            packet = wire.recv(2048)
        except OSError:
            return
        yield liveness.ipv4_payload(packet)


def _opened() -> Iterator[socket.socket]:
    yield _raw(socket.AF_INET, socket.IPPROTO_ICMP)
    tcp = _raw(socket.AF_INET, socket.IPPROTO_TCP)
    yield tcp
    port = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    yield port
    port.bind(("", 0))
    header_bytes = (packet_filter.INDEX_IS_HEADER_BYTES, 0, 0, 0)
    to_port = (packet_filter.LOAD_HALF_AT_INDEX, 0, 0, 2)
    is_ours = (packet_filter.EQUAL, 0, 1, port.getsockname()[1])
    packet_filter.attach(tcp, (header_bytes, to_port, is_ours, packet_filter.KEEP, packet_filter.DROP))
    yield socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _raw(family: int, protocol: int) -> socket.socket:
    try:
        wire = socket.socket(family, socket.SOCK_RAW, protocol)
    except PermissionError:
        raise Missing(NO_RAW_SOCKETS) from None
    wire.setblocking(False)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
    return wire

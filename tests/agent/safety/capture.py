"""What really goes over the wire: every frame that leaves an interface of a network namespace, with its time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.labs.namespaces import inside_net

_ALL = 0x0003
_OUTGOING = socket.PACKET_OUTGOING


@dataclass(frozen=True)
class Frame:
    at_s: float
    octets: bytes

    @property
    def is_ip(self) -> bool:
        return self.octets[12:14] == b"\x08\x00"

    @property
    def to(self) -> str:
        """The IPv4 address that it is for."""
        return socket.inet_ntoa(self.octets[30:34]) if self.is_ip else ""

    @property
    def is_the_kernel_s(self) -> bool:
        """What an interface says by itself when it comes up: its IPv6 address, its multicast groups (MLD), a question for routers."""
        if self.octets[12:14] != b"\x86\xdd":
            return False
        return self.octets[20] == 0 or (self.octets[20] == 58 and self.octets[54] in (133, 135))

    @property
    def is_tcp_data(self) -> bool:
        """It carries octets of a TCP stream."""
        if not self.is_ip or self.octets[23] != 6:
            return False
        header = 14 + (self.octets[14] & 15) * 4
        whole = int.from_bytes(self.octets[16:18], "big")
        return whole > header - 14 + (self.octets[header + 12] >> 4) * 4

    @property
    def port(self) -> int:
        header = 14 + (self.octets[14] & 15) * 4
        return int.from_bytes(self.octets[header + 2 : header + 4], "big")


@dataclass
class Capture:
    frames: list[Frame] = field(default_factory=list)

    def to(self, address: str) -> list[Frame]:
        return [frame for frame in self.frames if frame.to == address]

    def most_in_a_second(self) -> int:
        times = sorted(frame.at_s for frame in self.frames)
        return max((sum(start <= at < start + 1 for at in times) for start in times), default=0)


@contextmanager
def captured(namespace: Path, interface: str = "eth0") -> Iterator[Capture]:
    with inside_net(namespace):
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
        wire.bind((interface, _ALL))
    wire.settimeout(0.1)
    made, ended = Capture(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            try:
                octets, sender = wire.recvfrom(2048)
            except TimeoutError:
                continue
            if sender[2] == _OUTGOING:
                made.frames.append(Frame(time.monotonic(), octets))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield made
    finally:
        time.sleep(0.2)
        ended.set()
        thread.join()
        wire.close()

"""One datagram and its answer, over real sockets: on loopback, and over a segment for groups. The far sides are synthetic."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from agent.edge.udp import MAX_ANSWERS_A_SENDER, UdpSocket
from shared.errors import Unreachable, Unsupported
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

Answering = Callable[[socket.socket, bytes, tuple[str, int]], object]
GROUP = "239.255.255.250"
IP_RECVTTL = 12  # ip(7); Python has no name for it


@contextmanager
def far_side(answer: Answering, wire: socket.socket | None = None) -> Iterator[int]:
    """Answers as it is told, until the block ends; its port."""
    if wire is None:
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.bind(("127.0.0.1", 0))
    ends = threading.Event()
    wire.settimeout(0.05)

    def serve() -> None:
        while not ends.is_set():
            try:
                datagram, sender = wire.recvfrom(65_535)
            except TimeoutError:
                continue
            answer(wire, datagram, sender)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield wire.getsockname()[1]
    finally:
        ends.set()
        thread.join()
        wire.close()


def asked(port: int, wait_s: float = 5.0, payload: bytes = b"question") -> bytes | None:
    return asyncio.run(UdpSocket().ask("127.0.0.1", port, payload, wait_s))


def test_the_first_answer_is_given() -> None:
    with far_side(lambda wire, datagram, sender: [wire.sendto(datagram + bytes([n]), sender) for n in (1, 2)]) as port:
        assert asked(port) == b"question\x01"


def test_a_datagram_of_64_kilobytes_is_given_whole() -> None:
    with far_side(lambda wire, datagram, sender: wire.sendto(bytes(65_507), sender)) as port:
        assert asked(port) == bytes(65_507)


def test_silence_is_none() -> None:
    with far_side(lambda wire, datagram, sender: None) as port:
        assert asked(port, 0.2) is None


def test_a_closed_port_is_told_from_silence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unsupported, match="is closed"):
        asked(port)


def test_nobody_else_can_answer() -> None:
    def answer(wire: socket.socket, datagram: bytes, sender: tuple[str, int]) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))
            stranger.sendto(b"forged", sender)
            stranger.sendto(b"forged", sender)
        wire.sendto(b"true", sender)

    with far_side(answer) as port:
        assert asked(port) == b"true"


def test_ipv6_is_asked_too() -> None:
    wire = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    wire.bind(("::1", 0))
    with far_side(lambda wire, datagram, sender: wire.sendto(b"six", sender), wire) as port:
        assert asyncio.run(UdpSocket().ask("::1", port, b"?", 5.0)) == b"six"


def test_no_way_there_is_unreachable(segment: Segment) -> None:
    with inside_net(segment.agent), pytest.raises(Unreachable, match=r"192\.0\.2\.1"):
        asyncio.run(UdpSocket().ask("192.0.2.1", 53, b"?", 0.2))


def member(segment: Segment) -> socket.socket:
    """A member of the group on the far side, on every address."""
    with inside_net(segment.far):
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton("10.99.0.1"))
    wire.bind(("", 1900))
    return wire


def ask_all(segment: Segment, wait_s: float) -> dict[str, list[bytes]]:
    with inside_net(segment.agent):
        return asyncio.run(UdpSocket().ask_all(GROUP, 1900, b"who?", segment.own, wait_s))


def test_a_group_answers_by_sender_and_the_question_stays_on_the_segment(segment: Segment) -> None:
    hops: list[int] = []
    wire = member(segment)
    wire.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    with inside_net(segment.far):
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("10.99.0.7", 0))

    def serve() -> None:
        _, control, _, sender = wire.recvmsg(2048, 256)
        hops.extend(struct.unpack("i", value)[0] for _, kind, value in control if kind == socket.IP_TTL)
        wire.sendto(b"one", sender)
        other.sendto(b"two", sender)
        other.sendto(b"three", sender)

    with wire, other:
        thread = threading.Thread(target=serve)
        thread.start()
        heard = ask_all(segment, 0.5)
        thread.join()
    assert {sender: sorted(datagrams) for sender, datagrams in heard.items()} == {"10.99.0.1": [b"one"], "10.99.0.7": [b"three", b"two"]}
    assert hops == [1]


def test_a_member_that_never_stops_is_bounded_in_count_and_time(segment: Segment) -> None:
    ends = time.monotonic() + 1.5

    def flood(wire: socket.socket, datagram: bytes, sender: tuple[str, int]) -> None:
        while time.monotonic() < ends:
            wire.sendto(bytes(1400), sender)

    with far_side(flood, member(segment)):
        started = time.monotonic()
        heard = ask_all(segment, 0.3)
        assert time.monotonic() - started < 1.2, "the flood goes on for longer"
    assert {sender: len(datagrams) for sender, datagrams in heard.items()} == {"10.99.0.1": MAX_ANSWERS_A_SENDER}


def test_an_interface_that_is_not_there_is_unreachable(segment: Segment) -> None:
    with inside_net(segment.agent), pytest.raises(Unreachable):
        asyncio.run(UdpSocket().ask_all(GROUP, 1900, b"who?", "10.88.0.1", 0.1))


def test_what_a_group_says_is_bounded_in_size(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.edge.udp.MAX_HEARD_BYTES", 3000)
    with far_side(lambda wire, datagram, sender: [wire.sendto(bytes(1000), sender) for _ in range(9)], member(segment)):
        assert [len(datagrams) for datagrams in ask_all(segment, 5.0).values()] == [3]

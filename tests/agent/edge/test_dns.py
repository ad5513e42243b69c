"""Reverse names, asked of a server on loopback that answers as it is told; mangled answers are synthetic."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.compat import raw
from scapy.layers.dns import DNS, DNSRR

from agent.edge.dns import DnsQuery, read
from shared.errors import Unparsed, Unsupported

QUESTION = "9.0.0.10.in-addr.arpa"


def answered(asked: bytes, name: str | None = "Printer.Example.Test.", rcode: int = 0) -> bytes:
    question = DNS(asked)
    records = [DNSRR(rrname=question.qd[0].qname, type="PTR", rdata=name)] if name else []
    return bytes(raw(DNS(id=question.id, qr=1, rcode=rcode, qd=question.qd, an=records)))


@contextmanager
def server(answer: Callable[[bytes], list[bytes]]) -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        wire.settimeout(10)

        def serve() -> None:
            while True:
                asked, whom = wire.recvfrom(4096)
                if asked == b"stop":
                    return
                for datagram in answer(asked):
                    wire.sendto(datagram, whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield wire.getsockname()[1]
        finally:
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"stop", wire.getsockname())
            thread.join()


def ask(answer: Callable[[bytes], list[bytes]], wait_s: float = 2.0) -> str | None:
    with server(answer) as port:
        return asyncio.run(DnsQuery(port).reverse("10.0.0.9", "127.0.0.1", wait_s))


def test_the_name_comes_without_its_last_dot_in_lower_case() -> None:
    assert ask(lambda asked: [answered(asked)]) == "printer.example.test"


@pytest.mark.parametrize("rcode", [0, 3])
def test_no_name_is_no_silence(rcode: int) -> None:
    assert ask(lambda asked: [answered(asked, None, rcode)]) == ""


def test_silence_is_none_and_asked_twice() -> None:
    questions: list[bytes] = []
    assert ask(lambda asked: questions.append(asked) or [], wait_s=0.4) is None  # type: ignore[func-returns-value]  # append gives None, so the list
    assert len(questions) == 2 and questions[0][:2] != questions[1][:2]


def test_a_lost_answer_is_made_good_by_the_second_question() -> None:
    count = iter(range(10))
    assert ask(lambda asked: [answered(asked)] if next(count) else [], wait_s=1.0) == "printer.example.test"


def test_an_answer_with_another_id_is_passed_over() -> None:
    def forged(asked: bytes) -> list[bytes]:
        wrong = bytes([asked[0] ^ 1]) + answered(asked, "forged.")[1:]
        return [wrong, b"", answered(asked)]

    assert ask(forged) == "printer.example.test"


def test_nobody_at_the_port_is_silence() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert asyncio.run(DnsQuery(port).reverse("10.0.0.9", "127.0.0.1", 5.0)) is None


def test_a_server_that_refuses_is_said() -> None:
    with pytest.raises(Unsupported, match="refuses"):
        ask(lambda asked: [answered(asked, None, 5)])


def test_an_answer_to_another_question_is_said() -> None:
    with pytest.raises(Unparsed, match="another question"):
        read(answered(bytes(raw(DNS(qd=DNS().qd)))), QUESTION)


@given(st.binary(max_size=200), st.integers(0, 80))
def test_a_mangled_answer_raises_unparsed_and_nothing_else(noise: bytes, cut: int) -> None:
    whole = answered(bytes(raw(DNS(qd=DNS().qd))))
    for datagram in (b"\0" * 12 + noise, whole[:cut] + noise, noise):
        try:
            read(datagram, QUESTION)
        except (Unparsed, Unsupported):
            continue

"""What is heard of real services on loopback, well-behaved and not."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from agent.edge.tcp import TcpTalk
from shared.errors import Unsupported

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def talk(
    serve: Serve, send: bytes = b"", tls: bool = False, wait_s: float = 3.0, limit_bytes: int = 4096, times: int = 1
) -> list[bytes | None]:
    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def main() -> list[bytes | None]:
        server = await asyncio.start_server(served, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        edge = TcpTalk()
        try:
            return list(await asyncio.gather(*(edge.talk("127.0.0.1", port, send, tls, wait_s, limit_bytes) for _ in range(times))))
        finally:
            server.close()

    return asyncio.run(main())


async def greets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 synthetic\r\n")
    await reader.read(1)


async def echoes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"you said " + await reader.read(100))


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for _ in range(10_000_000 // 65_536):
        writer.write(b"x" * 65_536)
        await writer.drain()


def test_a_greeting_is_heard_without_waiting_to_the_end() -> None:
    started = time.monotonic()
    assert talk(greets, wait_s=20) == [b"220 synthetic\r\n"]
    assert time.monotonic() - started < 10


def test_a_question_is_answered() -> None:
    assert talk(echoes, b"hello") == [b"you said hello"]


def test_who_says_nothing_is_told_from_who_takes_no_connection() -> None:
    assert talk(says_nothing, wait_s=0.3) == [b""]
    assert asyncio.run(TcpTalk().talk("127.0.0.1", 1, b"", False, 1.0, 100)) is None


def test_ten_megabytes_are_cut() -> None:
    assert talk(floods, limit_bytes=2048) == [b"x" * 2048]


def test_a_tar_pit_ends_in_time() -> None:
    started = time.monotonic()
    (said,) = talk(drips, wait_s=0.6)
    assert said and set(said) == {ord("x")} and len(said) < 20
    assert time.monotonic() - started < 5


def test_tls_that_never_finishes_is_silence() -> None:
    assert talk(says_nothing, tls=True, wait_s=0.4) == [b""]


def test_what_speaks_no_tls_is_said() -> None:
    with pytest.raises(Unsupported, match="TLS"):
        talk(greets, tls=True)


def test_a_host_is_asked_by_few_connections_at_a_time() -> None:
    at_once, most = 0, 0

    async def counts(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        writer.write(b"x")
        at_once -= 1

    assert talk(counts, times=12, wait_s=10) == [b"x"] * 12
    assert 1 < most <= 4


def test_who_hangs_up_said_nothing() -> None:
    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    assert talk(hangs_up) == [b""]

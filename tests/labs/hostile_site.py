"""A small site of synthetic hosts that answer as none should, and one ordinary host of real daemons (snmpd, nginx).

Each host is a network namespace on one bridge, without an uplink. The synthetic ones are sockets in those namespaces that one thread of
the test's process serves. ``10.98.0.1`` is the agent's machine.
"""

import asyncio
import socket
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from uuid import uuid4

from tests.labs.hostile_snmp import endless, truncated
from tests.labs.namespaces import inside_net

SUBNET = "10.98.0.0/24"
AGENT = "10.98.0.1"
ORDINARY = "10.98.0.10"
WRONG_COMMUNITY, WRONG_KEY, TRUNCATED, ENDLESS = "10.98.0.11", "10.98.0.12", "10.98.0.13", "10.98.0.14"
FLOOD, NOT_UTF_8, ZERO_MAC, EVERY_PORT, TAR_PIT = "10.98.0.15", "10.98.0.16", "10.98.0.17", "10.98.0.18", "10.98.0.19"
HOSTS = (ORDINARY, WRONG_COMMUNITY, WRONG_KEY, TRUNCATED, ENDLESS, FLOOD, NOT_UTF_8, ZERO_MAC, EVERY_PORT, TAR_PIT)
COMMUNITY, USER = "lab-public", "lab-reader"
PORTS = "21-25,80,110,143,443,445,8080,9100"

FLOOD_BYTES = 10_000_000
_BAD_TEXT = b"220 \xff\xfe\x00\x1b[2J\xc3( \xe2\x80\xae evil\r\n"
_BAD_PAGE = b"HTTP/1.0 200 OK\r\nServer: \xff\xfe\x1b[31m\r\n\r\n<title>\xff\x00\xc3(</title>"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class HostileSite:
    tag: str

    def namespace(self, address: str) -> Path:
        return Path("/run/netns") / self.name(address)

    def name(self, address: str) -> str:
        return f"hs-{self.tag}-{address.rpartition('.')[2]}"

    def command(self, address: str, *argv: str) -> list[str]:
        return ["nsenter", f"--net={self.namespace(address)}", "--", *argv]


@contextmanager
def hostile_site(directory: Path) -> Iterator[HostileSite]:
    site = HostileSite(uuid4().hex[:6])
    with ExitStack() as ending:
        _wire(site, ending)
        for address, settings in (
            (ORDINARY, f"rocommunity {COMMUNITY}\nsysname ordinary\nsyslocation Sala server\n"),
            (WRONG_COMMUNITY, "rocommunity another-community\n"),
            (WRONG_KEY, f'createUser {USER} SHA "the-right-password"\nrouser {USER} auth\n'),
        ):
            ending.enter_context(_daemon(site, address, directory, "snmpd", settings))
        ending.enter_context(_daemon(site, ORDINARY, directory, "nginx", ""))
        ending.enter_context(_synthetic(site))
        yield site


def _wire(site: HostileSite, ending: ExitStack) -> None:
    middle = f"hs-{site.tag}-sw"
    for name in (middle, *(site.name(address) for address in (AGENT, *HOSTS))):
        _ip("netns", "add", name)
        ending.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True, check=False)
    _ip("link", "add", "br0", "netns", middle, "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
    _ip("-n", middle, "link", "set", "br0", "up")
    for address in (AGENT, *HOSTS):
        name, port = site.name(address), f"p{address.rpartition('.')[2]}"
        _ip("link", "add", port, "netns", middle, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("-n", middle, "link", "set", port, "master", "br0", "up")
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
    _ip("-n", site.name(ZERO_MAC), "link", "set", "eth0", "arp", "off")
    redirect = (
        f"table ip trap {{ chain inward {{ type nat hook prerouting priority dstnat; tcp dport 1-65535 dnat to {EVERY_PORT}:7; }}; }}"
    )
    subprocess.run(site.command(EVERY_PORT, "nft", "-f", "-"), input=redirect, text=True, check=True, capture_output=True)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def _daemon(site: HostileSite, address: str, directory: Path, program: str, settings: str) -> Iterator[None]:
    folder = directory / f"{program}-{address}"
    folder.mkdir()
    config = folder / "config"
    if program == "snmpd":
        config.write_text(f"agentaddress udp:{address}:161\n{settings}")
        own = ["-f", "-Lf", str(folder / "log"), "-m", "", "-I", "-smux", "-C", "-c", str(config)]
    else:
        paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "index.html").write_text("<title>Ordinary host</title>\n")
        config.write_text(
            f"daemon off; user root; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
            f"http {{ access_log off; {paths} server {{ listen {address}:80; root {folder}; }} }}\n"
        )
        own = ["-c", str(config), "-e", str(folder / "log")]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SNMP_PERSISTENT_DIR": str(folder), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(site.command(address, program, *own), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _synthetic(site: HostileSite) -> Iterator[None]:
    """All synthetic hosts, served by one event loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            sockets = await _open(site)
            answering = group.create_task(_answer_arp(sockets))
            ready.set()
            await stop.wait()
            answering.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    try:
        if not ready.wait(10):
            raise AssertionError("the synthetic hosts did not start")
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _open(site: HostileSite) -> socket.socket:
    """Opens all listeners; gives the raw socket that ARP of ``ZERO_MAC`` comes in on."""
    loop = asyncio.get_running_loop()
    for address, answer in ((TRUNCATED, truncated), (ENDLESS, endless)):
        with inside_net(site.namespace(address)):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((address, 161))
        await loop.create_datagram_endpoint(lambda answer=answer: _Datagrams(answer), sock=udp)  # type: ignore[misc]
    places: tuple[tuple[str, int, Serve], ...] = (
        *((FLOOD, port, _flood) for port in (21, 22, 80)),
        (NOT_UTF_8, 21, _bad_text),
        (NOT_UTF_8, 80, _bad_page),
        (EVERY_PORT, 7, _nothing),
        *((TAR_PIT, port, _drip) for port in (21, 22, 25, 80, 443)),
    )
    for address, port, serve in places:
        with inside_net(site.namespace(address)):
            listener = socket.create_server(("0.0.0.0", port), backlog=128)
        await asyncio.start_server(serve, sock=listener)
    with inside_net(site.namespace(ZERO_MAC)):
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
    raw.bind(("eth0", 0x0806))
    raw.setblocking(False)
    return raw


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[:1] == b"\x30":
            self._transport.sendto(self._answer(data), addr)


async def _answer_arp(raw: socket.socket) -> None:
    """Who has ZERO_MAC?  00:00:00:00:00:00, from a card that has another."""
    loop = asyncio.get_running_loop()
    own = raw.getsockname()[4]
    with raw:
        while True:
            frame = await loop.sock_recv(raw, 2048)
            asked = socket.inet_aton(ZERO_MAC)
            if frame[20:22] == b"\x00\x01" and frame[38:42] == asked:
                answer = frame[6:12] + own + frame[12:20] + b"\x00\x02" + bytes(6) + asked + frame[22:32]
                await loop.sock_sendall(raw, answer)


async def _flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _say(writer, b"220 " + b"A" * FLOOD_BYTES)


async def _bad_text(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _say(writer, _BAD_TEXT)


async def _bad_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _say(writer, _BAD_PAGE)


async def _nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        await reader.read()
    writer.close()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte a second, as long as somebody listens."""
    with suppress(OSError):
        while not reader.at_eof():
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(1)
    writer.close()


async def _say(writer: asyncio.StreamWriter, text: bytes) -> None:
    with suppress(OSError):
        writer.write(text)
        await writer.drain()
    writer.close()

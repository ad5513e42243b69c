"""Who has each of these IPv4 addresses, on this interface?

Source: RFC 826 (ARP), RFC 5227 (probes and conflicts), packet(7). One raw socket that the kernel lets see nothing but ARP; the
request is built by scapy once and only its target changes, and replies are read at fixed offsets, as dissecting each would cost more
than the wire; requests go out at an even pace while answers are read. A second pass asks only those that have not answered.

Raises Missing where this process may not open a raw socket, Unreachable where the interface is down.
"""

import asyncio
import contextlib
import ipaddress
import logging
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.edge.pace import Pace, send_frame
from shared.errors import Missing, Unreachable

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)  # scapy warns of routes that an ARP sweep has no use for

from scapy.compat import raw  # noqa: E402 - the level above must be set before scapy looks at the machine
from scapy.layers.l2 import ARP, Ether  # noqa: E402

NO_RAW_SOCKETS = (
    "no right to raw sockets: run as root, or give the service AmbientCapabilities=CAP_NET_RAW as deploy/netario-agent.service does"
)

PASSES = 2
LAST_ANSWER_S = 0.35
"""How long to listen after the last request."""
BEFORE_ASKING_AGAIN_S = 0.5
CONFLICT_S = 0.05
"""How long to listen on where everybody has answered: a second machine with the same address answers as fast as the first."""
_BURST = 64
_ETHERTYPE_ARP = 0x0806
_TARGET_OFFSET = 38
_FRAME_BYTES = 42
_REPLY = b"\x00\x01\x08\x00\x06\x04\x00\x02"
"""What an ARP reply begins with: Ethernet, IPv4, addresses of six and four bytes, "is at"."""
_MAX_MACS = 8
"""Of one address. More than two is no conflict any more but a host that answers for everything."""
_RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024


class ScapyArp:
    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        with _opened(interface) as wire:
            wanted = {ipaddress.IPv4Address(address).packed: address for address in addresses}
            sweep = _Sweep(wire, _request(wire.getsockname()[4], source), wanted)
            loop = asyncio.get_running_loop()
            loop.add_reader(wire, sweep.read)
            try:
                for number in range(PASSES):
                    started = time.monotonic()
                    await sweep.ask(packets_per_s)
                    last = number == PASSES - 1
                    await sweep.answered(LAST_ANSWER_S if last else started + BEFORE_ASKING_AGAIN_S - time.monotonic())
                    if sweep.everybody.is_set():
                        await asyncio.sleep(CONFLICT_S)
                        break
            finally:
                loop.remove_reader(wire)
        return sweep.answers


@dataclass(slots=True)
class _Sweep:
    wire: socket.socket
    request: bytes
    wanted: Mapping[bytes, str]
    answers: dict[str, set[str]] = field(default_factory=dict)
    everybody: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, packets_per_s: int) -> None:
        """One request to each address that has not answered yet, never faster than the pace since the first of this pass."""
        pace, head = Pace(packets_per_s), self.request[:_TARGET_OFFSET]
        for packed, address in self.wanted.items():
            if address not in self.answers:
                await pace.turn()
                await send_frame(self.wire, head + packed, "ARP")

    async def answered(self, wait_s: float) -> None:
        """Waits until everybody has answered, at most ``wait_s``."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.everybody.wait(), max(0.0, wait_s))

    def read(self) -> None:
        """Takes in what has arrived: replies for addresses that were asked for."""
        for _ in range(_BURST):
            try:
                frame = self.wire.recv(1600)
            except OSError:
                break  # nothing is left, or the interface went down: then the next send says so
            address = self.wanted.get(frame[28:32])
            if address is None or len(frame) < _FRAME_BYTES or frame[14:22] != _REPLY:
                continue
            macs = self.answers.setdefault(address, set())
            if len(macs) < _MAX_MACS:
                macs.add(frame[22:28].hex(":"))
        if len(self.answers) == len(self.wanted):
            self.everybody.set()


def _request(mac: bytes, source: str) -> bytes:
    own = ":".join(f"{octet:02x}" for octet in mac)
    return bytes(raw(Ether(src=own, dst="ff:ff:ff:ff:ff:ff", type=_ETHERTYPE_ARP) / ARP(op=1, hwsrc=own, psrc=source, pdst=source)))


def _opened(interface: str) -> socket.socket:
    try:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETHERTYPE_ARP))
    except PermissionError:
        raise Missing(NO_RAW_SOCKETS) from None
    try:
        wire.bind((interface, _ETHERTYPE_ARP))
    except OSError as error:
        wire.close()
        raise Unreachable(f"interface {interface}: {error.strerror}") from None
    wire.setblocking(False)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
    return wire


def raw_sockets_lacking(open_socket: Callable[..., socket.socket] = socket.socket) -> str:
    """Why this process cannot send ARP; empty where it can. Nothing is sent."""
    try:
        open_socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    except PermissionError:
        return NO_RAW_SOCKETS
    return ""

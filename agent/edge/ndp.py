"""Who is on this segment by IPv6?

Source: RFC 4861 (neighbour discovery), RFC 4443 (echo), packet(7). Asked is the group of all nodes, twice, from each address of the
interface, as a host answers with an address that suits the one that asks; then single addresses by neighbour solicitation. Replies count
from addresses of the link and of the interface's own prefixes alone. Raises Missing without the right to raw sockets, Unreachable where the
interface is down, Unsupported where it has no IPv6.
"""

import asyncio
import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path

from agent.edge import packet_filter
from agent.edge.pace import Pace, send_frame
from agent.edge.scapy_arp import NO_RAW_SOCKETS
from agent.frames import icmpv6
from agent.frames.icmpv6 import Own
from shared.errors import Missing, Unreachable, Unsupported

ROUNDS = 2
LAST_ANSWER_S = 0.5
MAX_ADDRESSES = 8192
"""Of one sweep. A segment has hundreds; whoever answers for more makes them up."""
_MAX_MACS = 8
_BATCH = 64
_ETHERTYPE_IPV6 = 0x86DD
_TENTATIVE_OR_FAILED = 0x40 | 0x08
_ICMPV6_ONLY = (
    (packet_filter.LOAD_BYTE, 0, 0, 20),
    (packet_filter.EQUAL, 0, 1, socket.IPPROTO_ICMPV6),
    packet_filter.KEEP,
    packet_filter.DROP,
)


class PacketNdp:
    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        networks = [*_networks(interface)]
        with _listening(interface, networks, None) as sweep:
            for _ in range(ROUNDS):
                for address, _ in networks:
                    own = Own(sweep.mac, address)
                    await sweep.send(icmpv6.echo_to_all(own, sweep.token))
                    await sweep.send(icmpv6.unknown_option_to_all(own, sweep.token))
                await sweep.send(icmpv6.router_solicitation(Own(sweep.mac, networks[0][0])))
                await asyncio.sleep(wait_s / ROUNDS)
        return sweep.answers

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        networks = [*_networks(interface)]
        with _listening(interface, networks, frozenset(addresses)) as sweep:
            own = Own(sweep.mac, networks[0][0])
            for _ in range(ROUNDS):
                pace = Pace(packets_per_s)
                for address in addresses:
                    if address not in sweep.answers:
                        await pace.turn()
                        await sweep.send(icmpv6.neighbour_solicitation(own, IPv6Address(address)))
                if len(sweep.answers) < len(addresses):
                    await asyncio.sleep(LAST_ANSWER_S)
        return sweep.answers


@dataclass(slots=True)
class _Sweep:
    wire: socket.socket
    mac: bytes
    on_link: Sequence[IPv6Network]
    wanted: frozenset[str] | None
    """None: whoever answers."""
    token: bytes = field(default_factory=lambda: os.urandom(4))
    answers: dict[str, set[str]] = field(default_factory=dict)

    async def send(self, frame: bytes) -> None:
        await send_frame(self.wire, frame, "neighbour discovery")

    def read(self) -> None:
        for _ in range(_BATCH):
            try:
                frame = self.wire.recv(2048)
            except OSError:
                return  # nothing is left, or the interface went down: then the next send says so
            heard = icmpv6.neighbour(frame, self.token)
            if heard and frame[6:12] != self.mac and self._counts(heard[0]):
                macs = self.answers.setdefault(heard[0], set())
                if len(macs) < _MAX_MACS:
                    macs.add(heard[1])

    def _counts(self, address: str) -> bool:
        if self.wanted is not None:
            return address in self.wanted
        known = address in self.answers or len(self.answers) < MAX_ADDRESSES
        return known and any(IPv6Address(address) in network for network in self.on_link)


@contextmanager
def _listening(interface: str, networks: Sequence[tuple[IPv6Address, IPv6Network]], wanted: frozenset[str] | None) -> Iterator[_Sweep]:
    with contextlib.ExitStack() as ended:
        wire = ended.enter_context(_opened(interface))
        sweep = _Sweep(wire, wire.getsockname()[4], [network for _, network in networks], wanted)
        loop = asyncio.get_running_loop()
        loop.add_reader(wire, sweep.read)
        ended.callback(loop.remove_reader, wire)
        yield sweep


def _networks(interface: str) -> list[tuple[IPv6Address, IPv6Network]]:
    """The interface's usable addresses and their prefixes, the link-local ones first. Raises Unsupported where there is none."""
    try:
        text = Path("/proc/thread-self/net/if_inet6").read_text(encoding="ascii")
    except FileNotFoundError:
        text = ""  # a kernel without IPv6
    rows = [line.split() for line in text.splitlines()]
    usable = [row for row in rows if len(row) == 6 and row[5] == interface and not int(row[4], 16) & _TENTATIVE_OR_FAILED]
    found = [(IPv6Address(bytes.fromhex(row[0])), int(row[2], 16)) for row in usable]
    if not any(address.is_link_local for address, _ in found):
        raise Unsupported(f"interface {interface} has no IPv6")
    ordered = sorted(found, key=lambda held: (not held[0].is_link_local, held[0]))
    return [(address, ipaddress.IPv6Network((address, length), strict=False)) for address, length in ordered]


def _opened(interface: str) -> socket.socket:
    try:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError:
        raise Missing(NO_RAW_SOCKETS) from None
    try:
        packet_filter.attach(wire, _ICMPV6_ONLY)
        wire.bind((interface, _ETHERTYPE_IPV6))
    except OSError as error:
        wire.close()
        raise Unreachable(f"interface {interface}: {error.strerror}") from None
    wire.setblocking(False)
    return wire

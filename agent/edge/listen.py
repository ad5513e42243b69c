"""What do switches, DHCP servers and DHCP clients say on the agent's own segments, unasked?

Source: packet(7); IEEE 802.1AB (LLDP, to 01:80:c2:00:00:0e), Cisco's CDP (to 01:00:0c:cc:cc:cc), RFC 2131 (DHCP), RFC 4861 (router
advertisements). The kernel passes on nothing else, and the interface is not made promiscuous: it only joins the two groups. Sends nothing.
Raises Missing without the right to raw sockets, Unreachable where no interface can be listened to.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Sequence

from agent.edge import Frame
from agent.edge.packet_filter import (
    ANY_BIT,
    DROP,
    EQUAL,
    INDEX_IS_HEADER_BYTES,
    KEEP,
    LOAD_BYTE,
    LOAD_HALF,
    LOAD_HALF_AT_INDEX,
    LOAD_WORD,
    attach,
)
from agent.edge.scapy_arp import NO_RAW_SOCKETS
from shared.errors import Missing, Unreachable

MAX_FRAMES = 2000
"""Of one interface and one time of listening. Beyond, somebody floods."""
MAX_FRAME_BYTES = 1600
_GROUPS = (bytes.fromhex("0180c200000e"), bytes.fromhex("01000ccccccc"))
_ALL_PROTOCOLS = 0x0003
_ADD_MEMBERSHIP, _SOL_PACKET, _MULTICAST, _OUTGOING = 1, 263, 0, 4
_BATCH = 64

# by number of instructions skipped: LLDP; CDP; IPv4 and UDP to port 67 or 68, no later fragment; ICMPv6 router advertisement
_FILTER = (
    (LOAD_HALF, 0, 0, 12),
    (EQUAL, 18, 0, 0x88CC),
    (EQUAL, 5, 0, 0x0800),
    (EQUAL, 12, 0, 0x86DD),
    (LOAD_WORD, 0, 0, 0),
    (EQUAL, 0, 15, 0x01000CCC),
    (LOAD_HALF, 0, 0, 4),
    (EQUAL, 12, 13, 0xCCCC),
    (LOAD_BYTE, 0, 0, 23),
    (EQUAL, 0, 11, socket.IPPROTO_UDP),
    (LOAD_HALF, 0, 0, 20),
    (ANY_BIT, 9, 0, 0x1FFF),
    (INDEX_IS_HEADER_BYTES, 0, 0, 14),
    (LOAD_HALF_AT_INDEX, 0, 0, 16),
    (EQUAL, 5, 0, 67),
    (EQUAL, 4, 5, 68),
    (LOAD_BYTE, 0, 0, 20),
    (EQUAL, 0, 3, socket.IPPROTO_ICMPV6),
    (LOAD_BYTE, 0, 0, 54),
    (EQUAL, 0, 1, 134),
    KEEP,
    DROP,
)


class PacketListen:
    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        frames: list[Frame] = []
        refused: list[str] = []
        loop = asyncio.get_running_loop()
        with contextlib.ExitStack() as ended:
            for interface in interfaces:
                try:
                    wire = ended.enter_context(_opened(interface))
                except OSError as error:
                    refused.append(f"interface {interface}: {error.strerror}")
                    continue
                loop.add_reader(wire, _read, wire, interface, frames, len(interfaces) * MAX_FRAMES)
                ended.callback(loop.remove_reader, wire)
            if refused and len(refused) == len(interfaces):
                raise Unreachable("; ".join(refused))
            await asyncio.sleep(seconds)
        return frames


def _read(wire: socket.socket, interface: str, frames: list[Frame], limit: int) -> None:
    for _ in range(_BATCH):
        try:
            octets, address = wire.recvfrom(MAX_FRAME_BYTES)
        except OSError:
            return  # nothing is left, or the interface went down: it may come back
        if address[2] != _OUTGOING and len(frames) < limit:
            frames.append(Frame(interface, octets))


def _opened(interface: str) -> socket.socket:
    try:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError:
        raise Missing(NO_RAW_SOCKETS) from None
    try:
        attach(wire, _FILTER)
        wire.bind((interface, _ALL_PROTOCOLS))
        for group in _GROUPS:
            membership = struct.pack("@iHH8s", socket.if_nametoindex(interface), _MULTICAST, len(group), group)
            wire.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, membership)
    except OSError:
        wire.close()
        raise
    wire.setblocking(False)
    return wire

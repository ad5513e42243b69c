"""What does a UDP service answer to one datagram?

Source: RFC 768, RFC 1122 4.1.3.3 (an ICMP error reaches a connected socket). A socket connected to one address and port hears that
address and port alone: what anybody else sends never gets in. For a group the socket is open to all, so that answers are told apart by
their sender, and bounded: 64 datagrams of each of 1024 senders, 4 MB in all. Raises Unsupported where the port is closed, Unreachable
where this machine cannot send there.
"""

import asyncio
import ipaddress
import socket

from shared.errors import Unreachable, Unsupported

MAX_DATAGRAM_BYTES = 65_535
MAX_SENDERS = 1024
MAX_ANSWERS_A_SENDER = 64
MAX_HEARD_BYTES = 4_000_000


class UdpSocket:
    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        loop = asyncio.get_running_loop()
        with _socket(address) as wire:
            try:
                wire.connect((address, port))
                wire.send(payload)
            except ConnectionRefusedError:
                raise Unsupported(f"UDP port {port} is closed") from None
            except OSError as error:
                raise Unreachable(f"nothing can be sent to {address}: {error.strerror}") from None
            try:
                async with asyncio.timeout(wait_s):
                    return await loop.sock_recv(wire, MAX_DATAGRAM_BYTES)
            except ConnectionRefusedError:
                raise Unsupported(f"UDP port {port} is closed") from None
            except (TimeoutError, OSError):
                return None  # other ICMP errors are a firewall's or a router's: they tell nothing of the port

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        if ":" in group:
            raise Unsupported("groups of IPv6 are not asked")
        heard: dict[str, list[bytes]] = {}
        with _socket(group) as wire:
            try:
                wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, ipaddress.IPv4Address(own_address).packed)
                wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
                wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
                wire.bind((own_address, 0))
                wire.sendto(payload, (group, port))
            except OSError as error:
                raise Unreachable(f"nothing can be sent to {group} from {own_address}: {error.strerror}") from None
            try:
                async with asyncio.timeout(wait_s):
                    await _hear(wire, heard)
            except (TimeoutError, OSError):
                return heard
        return heard


def _socket(address: str) -> socket.socket:
    wire = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
    wire.setblocking(False)
    return wire


async def _hear(wire: socket.socket, heard: dict[str, list[bytes]]) -> None:
    loop = asyncio.get_running_loop()
    size_bytes = 0
    while size_bytes < MAX_HEARD_BYTES:
        datagram, (sender, *_) = await loop.sock_recvfrom(wire, MAX_DATAGRAM_BYTES)
        if sender in heard or len(heard) < MAX_SENDERS:
            answers = heard.setdefault(sender, [])
            if len(answers) < MAX_ANSWERS_A_SENDER:
                answers.append(datagram)
                size_bytes += len(datagram)
        await asyncio.sleep(0)  # a flood keeps the socket readable, and would keep the time from running out

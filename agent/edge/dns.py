"""What name has this address, says this DNS server?

Source: RFC 1035 (messages), RFC 2317 (delegation by CNAME). One PTR question over UDP, asked again once, from a port and with an id of
chance; an answer counts only from the server, with that id and that question. None: silent. Empty: the server knows no name.
Raises Unparsed where the answer is no DNS message.
"""

import asyncio
import ipaddress
import secrets
import socket
import struct

from scapy.compat import raw
from scapy.error import Scapy_Exception
from scapy.layers.dns import DNS, DNSQR

from shared.errors import Unparsed, Unsupported

_PTR = 12
_REFUSED = 5
_NAME_ERROR = 3
_ATTEMPTS = 2


class DnsQuery:
    def __init__(self, port: int = 53) -> None:
        self._port = port

    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        question = ipaddress.ip_address(address).reverse_pointer
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET6 if ":" in server else socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.setblocking(False)
            try:
                await loop.sock_connect(wire, (server, self._port))
                for _ in range(_ATTEMPTS):
                    number = secrets.randbelow(65536)
                    await loop.sock_sendall(wire, raw(DNS(id=number, rd=1, qd=DNSQR(qname=question, qtype="PTR"))))
                    name = await _answer(wire, number, question, deadline_s / _ATTEMPTS)
                    if name is not None:
                        return name
            except OSError:
                return None  # port unreachable: nobody serves DNS there
        return None


async def _answer(wire: socket.socket, number: int, question: str, wait_s: float) -> str | None:
    """The answer to our question; datagrams that answer another are passed over until the time is up."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(wait_s):
            while True:
                datagram = await loop.sock_recv(wire, 4096)
                if len(datagram) >= 12 and datagram[:2] == struct.pack("!H", number) and datagram[2] & 0x80:
                    return read(datagram, question)
    except TimeoutError:
        return None


def read(datagram: bytes, question: str) -> str:
    """The PTR record of an answer, without the last dot and in lower case; empty where there is none."""
    try:
        message = DNS(datagram)
        asked = _text(message.qd[0].qname) if message.qdcount else ""
        records = [record for record in (message.an or []) if getattr(record, "type", None) == _PTR]
        name = _text(records[0].rdata) if records else ""
    except (Scapy_Exception, ValueError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise Unparsed(f"the DNS server's answer is no DNS message: {type(error).__name__}", datagram[:60].hex()) from None
    if asked != question:
        raise Unparsed("the DNS server answered another question", asked)
    if message.rcode == _REFUSED:
        raise Unsupported("the DNS server refuses to answer this machine")
    if message.rcode not in (0, _NAME_ERROR):
        raise Unsupported(f"the DNS server cannot say (rcode {message.rcode})")
    return name


def _text(name: object) -> str:
    decoded = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return decoded.rstrip(".").lower()

"""What does a machine on this segment call itself, by link-local multicast name resolution?

Source: RFC 4795 2 (format and port, the group 224.0.0.252; the owner of an address answers for its reverse name; a query by UDP goes to
the group and never to one host, so ``ask`` has no question). Windows and systemd-resolved speak it.
"""

import ipaddress
from collections.abc import Iterator

from agent.host_name import host_name
from agent.wire import dns_message
from agent.wire.dns_message import IN, PTR, labels
from shared.observation import NameSeen, NameSource, Observation, PortSeen

PORT = 5355
SERVICE = "llmnr"
LINK_GROUP = "224.0.0.252"


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return ()


def reverse(address: str, token: bytes) -> bytes:
    """For the group: who has this address, and what is his name?"""
    question = labels(ipaddress.ip_address(address).reverse_pointer)
    return dns_message.written(int.from_bytes(token[:2], "big"), [(question, PTR, IN)])


def answers(datagram: bytes, token: bytes) -> bool:
    return dns_message.is_answer_to(datagram, int.from_bytes(token[:2], "big"))


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    own = labels(ipaddress.ip_address(address).reverse_pointer)
    message = dns_message.read(datagram)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE)
    for record in message.of(PTR):
        name = host_name(".".join(record.target), address) if record.owner == own else ""
        if name:
            yield NameSeen(address=address, name=name, source=NameSource.LLMNR)

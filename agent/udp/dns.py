"""Is this a DNS server, and which?

Source: RFC 1035; RFC 4892 and BIND's manual (``version.bind`` in class CHAOS, which dnsmasq, Unbound, Knot and PowerDNS answer too). The
name servers of the root are asked for as well, as small routers pass over the class CHAOS; without the wish for recursion, so that the
server answers from what it has.
"""

from collections.abc import Iterator

from agent.wire import dns_message
from agent.wire.dns_message import CHAOS, IN, NS, TXT, labels
from agent.wire.product import product_version
from shared.observation import Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 53
SERVICE = "domain"

VERSION = labels("version.bind")


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    number = int.from_bytes(token[:2], "big")
    return dns_message.written(number, [(VERSION, TXT, CHAOS)]), dns_message.written(number, [((), NS, IN)])


def answers(datagram: bytes, token: bytes) -> bool:
    return dns_message.is_answer_to(datagram, int.from_bytes(token[:2], "big"))


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    message = dns_message.read(datagram)
    told = [record for record in message.of(TXT) if tuple(label.lower() for label in record.owner) == VERSION]
    version = one_line(told[0].texts[0]) if told and told[0].texts else ""
    product, number = _product(version)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product=product, version=number)
    if version:
        yield SaidSeen(address=address, protocol="udp", port=PORT, field="dns.version", value=version)


def _product(version: str) -> tuple[str, str]:
    """BIND says its number alone; an operator may have it say anything."""
    product, number = product_version(version)
    if number:
        return product, number
    return ("ISC BIND", version.split("-")[0]) if version[:2] == "9." else ("", "")

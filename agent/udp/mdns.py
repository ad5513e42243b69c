"""What does a device announce of itself by multicast DNS: its name, its model, its services?

Source: RFC 6762 5.1 and 6.7 (a question from any port but 5353 is answered to its sender alone, with its number), 5.5 (a question to one
host), RFC 6763 4-9 (browsing: types, instances, SRV and TXT), and the TXT keys of Apple's Bonjour printing specification 1.2.1, AirPlay and
Google Cast. A reflector or a sleep proxy answers for others: an instance on a host whose address is told, and is not the sender's, is
passed over. What is announced is not examined: an announced port is told (``mdns.port``) and makes no open port.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.host_name import host_name
from agent.wire import dns_message
from agent.wire.dns_message import AAAA, IN, PTR, SRV, TXT, A, Labels, Message, Question, labels
from shared.errors import Unparsed
from shared.observation import NameSeen, NameSource, Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 5353
SERVICE = "mdns"
GROUP = "224.0.0.251"

TYPES = labels("_services._dns-sd._udp.local")
# asked at once, as some devices do not list their types; _device-info is never listed
_USUAL = (
    "_device-info._tcp",
    "_ipp._tcp",
    "_printer._tcp",
    "_pdl-datastream._tcp",
    "_uscan._tcp",
    "_airplay._tcp",
    "_raop._tcp",
    "_googlecast._tcp",
    "_smb._tcp",
    "_ssh._tcp",
    "_http._tcp",
    "_hap._tcp",
    "_axis-video._tcp",
    "_workstation._tcp",
)
QUESTIONS_A_MESSAGE = 15
MAX_TYPES = 60
MAX_INSTANCES = 120
MAX_SAID = 96

_FIELDS = {
    "model": "model",
    "am": "model",
    "md": "model",
    "usb_mdl": "model",
    "modelname": "model",
    "ty": "model",
    "product": "product",
    "usb_mfg": "manufacturer",
    "mfg": "manufacturer",
    "mf": "manufacturer",
    "manufacturer": "manufacturer",
    "vendor": "manufacturer",
    "osxvers": "os_version",
    "version": "version",
    "vers": "version",
    "fv": "version",
    "srcvers": "version",
    "sn": "serial",
    "serial": "serial",
    "serialnumber": "serial",
    "fn": "friendly_name",
    "note": "location",
    "deviceid": "mac",
    "mac": "mac",
    "macaddress": "mac",
}


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return (dns_message.written(_number(token), [(TYPES, PTR, IN)]),)


def reverse(address: str, token: bytes) -> bytes:
    """For the address itself: what is your name?"""
    return dns_message.written(_number(token), [reverse_question(address)])


def reverse_question(address: str) -> Question:
    return labels(ipaddress.ip_address(address).reverse_pointer), PTR, IN


def search(token: bytes) -> tuple[bytes, ...]:
    usual: list[Question] = [(labels(f"{name}.local"), PTR, IN) for name in _USUAL]
    return dns_message.written(_number(token), [(TYPES, PTR, IN)]), *_messages(usual, token)


def search_more(datagrams: Sequence[bytes], token: bytes) -> tuple[bytes, ...]:
    """The instances of types, and the SRV and TXT of instances, that nobody has told yet."""
    types: dict[Labels, None] = {}
    instances: dict[Labels, None] = {}
    told: set[tuple[Labels, int]] = set()
    for message in _read_all(datagrams):
        for record in message.records:
            told.add((record.owner, record.kind))
            if record.kind == PTR and record.owner == TYPES:
                types[record.target] = None
            elif record.kind == PTR and _is_type(record.owner):
                instances[record.target] = None
    wanted = [(name, PTR) for name in list(types)[:MAX_TYPES] if _is_type(name)]
    wanted += [(name, kind) for name in list(instances)[:MAX_INSTANCES] if len(name) >= 4 for kind in (SRV, TXT)]
    return tuple(_messages([(name, kind, IN) for name, kind in wanted if (name, kind) not in told and _fits(name)], token))


def answers(datagram: bytes, token: bytes) -> bool:
    return dns_message.is_answer_to(datagram, _number(token))


def _number(token: bytes) -> int:
    return int.from_bytes(token[:2], "big")


def _messages(questions: Sequence[Question], token: bytes) -> Iterator[bytes]:
    for at in range(0, len(questions), QUESTIONS_A_MESSAGE):
        yield dns_message.written(_number(token), questions[at : at + QUESTIONS_A_MESSAGE])


def _read_all(datagrams: Iterable[bytes]) -> Iterator[Message]:
    for datagram in datagrams:
        try:
            yield dns_message.read(datagram)
        except Unparsed:
            continue  # said where the datagram is read for what it tells of its sender


def _is_type(name: Labels) -> bool:
    """``_ipp._tcp.local``"""
    return len(name) == 3 and name[0].startswith("_") and name[1] in ("_tcp", "_udp") and name[2].lower() == "local"


def _fits(name: Labels) -> bool:
    sizes = [len(label.encode()) for label in name]
    return all(0 < size <= dns_message.MAX_LABEL_BYTES for size in sizes) and sum(sizes) + len(sizes) < dns_message.MAX_NAME_BYTES


@dataclass(slots=True)
class _Told:
    """What one datagram says, each thing once and in its order."""

    names: dict[str, None] = field(default_factory=dict)
    said: dict[tuple[str, str], None] = field(default_factory=dict)

    def say(self, name: str, value: str) -> None:
        if value and len(self.said) < MAX_SAID:
            self.said[name, value] = None


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    message = dns_message.read(datagram)
    told = _Told()
    others = _instances_of_others(message, address)
    own_reverse, *_ = reverse_question(address)
    for record in message.records:
        if record.kind == PTR and record.owner == TYPES and _is_type(record.target):
            told.say("service", ".".join(record.target[:2]))
        elif record.kind == PTR and record.owner == own_reverse:
            told.names[_host(record.target, address)] = None
        elif record.kind in (SRV, TXT) and len(record.owner) >= 4 and record.owner not in others:
            _read_instance(record, address, told)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE)
    yield from (NameSeen(address=address, name=name, source=NameSource.MDNS) for name in told.names if name)
    for name, value in told.said:
        yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"mdns.{name}", value=value)


def _host(name: Labels, address: str) -> str:
    """Without the domain that only this segment knows."""
    return host_name(".".join(name[:-1] if name[-1:] == ("local",) else name), address)


def _read_instance(record: dns_message.Record, address: str, told: _Told) -> None:
    instance, service = ".".join(record.owner[:-3]), ".".join(record.owner[-3:-1])
    told.say("service", service)
    told.say("instance", instance)
    if record.kind == SRV:
        told.names[_host(record.target, address)] = None
        told.say("port", f"{service} {record.port}" if record.port else "")
    for text in record.texts:
        key, _, value = text.partition(b"=")
        name = _FIELDS.get(one_line(key).lower(), "")
        if name:
            told.say(name, one_line(value))


def _instances_of_others(message: Message, address: str) -> set[Labels]:
    kind = AAAA if ":" in address else A
    addresses: dict[Labels, set[str]] = {}
    for record in message.of(kind):
        addresses.setdefault(record.owner, set()).add(record.address)
    return {record.owner for record in message.of(SRV) if record.target in addresses and address not in addresses[record.target]}

"""What does each device say of itself that announced itself to the agent's segment?

What ``announcements`` heard is told here under the address that said it, so that it becomes that device's. Then the documents that the
device itself pointed to are fetched: the description of a UPnP device, the metadata of one that speaks WS-Discovery. Only from the address
that spoke, at most three, 256 KB each, without following anything they point to.
"""

import ipaddress
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.config import Settings
from agent.edge import Edges
from agent.probe import Answer, Seen, Target
from agent.udp import TOKEN_BYTES, ssdp, ws_discovery
from agent.udp.ssdp import Place
from agent.wire import header_lines, xml_document
from shared.address import address_order
from shared.errors import Refused, Unparsed
from shared.observation import AddressSeen, NameSeen, Observation, PortSeen, SaidSeen
from shared.outcome import State

NAME = "announced"
AFTER = ("announcements", "udp")
AT_ONCE = 8
DEADLINE_S = 30.0
CREDENTIALS = False

MAX_DOCUMENTS = 3
PACKETS_A_DOCUMENT = 12
_ANSWER_S = 5.0
_OK = 200

Reader = Callable[[str, bytes], Iterator[Observation]]


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in sorted({fact.address for fact in _announced(seen)}, key=address_order)]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    """One device in three offers a document."""
    return addresses // 3 * PACKETS_A_DOCUMENT


def _announced(seen: Seen) -> Iterator[AddressSeen | NameSeen | PortSeen | SaidSeen]:
    """What was filed under a subnet, and where documents are, whoever asked."""
    for target, facts in seen.by_target.items():
        for fact in facts:
            if isinstance(fact, NameSeen | PortSeen | SaidSeen) and (not _is_address(target) or _location(fact)):
                yield fact


def _is_address(target: str) -> bool:
    try:
        ipaddress.ip_address(target)
    except ValueError:
        return False
    return True


def _location(fact: Observation) -> str:
    return fact.value if isinstance(fact, SaidSeen) and fact.field in ("upnp.location", "wsd.location") else ""


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    facts: dict[Observation, None] = dict.fromkeys(fact for fact in _announced(seen) if fact.address == target.name)
    failures: list[str] = []
    for document in list(_documents(target.name, list(facts)))[:MAX_DOCUMENTS]:
        try:
            facts.update(dict.fromkeys(await _fetched(target.name, document, edges)))
        except (Unparsed, Refused) as error:
            failures.append(f"port {document.place.port}: {error}")
    return Answer(tuple(facts), state=State.PARTIAL if failures else State.ANSWERED, detail="; ".join(failures))


@dataclass(frozen=True, slots=True)
class _Document:
    place: Place
    request: bytes
    read: Reader


def _documents(address: str, facts: Iterable[Observation]) -> Iterator[_Document]:
    """One a place, with the question that it takes."""
    said = [fact for fact in facts if isinstance(fact, SaidSeen)]
    endpoint = next((fact.value for fact in said if fact.field == "wsd.endpoint"), "")
    places: dict[tuple[str, Place], None] = {}
    for fact in said:
        place = ssdp.description_at(address, _location(fact))
        if place and (fact.field == "upnp.location" or endpoint):
            places[fact.field, place] = None
    for field, place in places:
        if field == "upnp.location":
            yield _Document(place, _request("GET", address, place), ssdp.read_description)
        else:
            body = ws_discovery.get(endpoint, secrets.token_bytes(TOKEN_BYTES))
            yield _Document(place, _request("POST", address, place, body), ws_discovery.read_metadata)


def _request(method: str, address: str, place: Place, body: bytes = b"") -> bytes:
    """HTTP/1.0, so that the answer comes in one piece and the connection ends with it (RFC 1945)."""
    host = f"[{address}]" if ":" in address else address
    content = f"Content-Type: application/soap+xml\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {place.path} HTTP/1.0\r\nHost: {host}:{place.port}\r\nUser-Agent: Netario\r\n{content}\r\n".encode() + body


async def _fetched(address: str, document: _Document, edges: Edges) -> list[Observation]:
    limit_bytes = xml_document.MAX_BYTES + header_lines.MAX_BYTES
    said = await edges.tcp.talk(address, document.place.port, document.request, False, _ANSWER_S, limit_bytes)
    if not said:
        raise Unparsed("the document that it announces cannot be fetched")
    answer = header_lines.read(said)
    if answer.status != _OK:
        raise Unparsed(f"the document that it announces is not there (HTTP {answer.status})")
    return list(document.read(address, said.partition(b"\r\n\r\n")[2]))

"""Looks through what is in force at all clients: who forwards 3389, which rule names 10.0.0.5, where is a tunnel to Milan?

Only the newest rows of the history are looked at. Words are looked for in the database; a port inside a range and an address inside a
network are found by reading the few items that are forwards or doors, and those rules that name the number.
"""

import ipaddress
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, and_, or_
from sqlmodel import Session, col, select

from collector.store.tables import Client, HistoryItem, Site
from shared.device_config import ExposedPort
from shared.firewall import FirewallRule, PortForward, SourceNat, VpnTunnel
from shared.inventory import Device
from shared.port_ranges import holds, parsed

Found = ExposedPort | PortForward | FirewallRule | SourceNat | VpnTunnel

KINDS: dict[str, type[Found]] = {
    "exposed_ports": ExposedPort,
    "port_forwards": PortForward,
    "firewall_rules": FirewallRule,
    "source_nat": SourceNat,
    "vpns": VpnTunnel,
}
READ_WHOLE = ("exposed_ports", "port_forwards", "vpns")
"""Few enough to be read one by one."""
MAX_HITS = 500
MAX_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class Hit:
    client_id: UUID
    client: str
    site_id: UUID
    site: str
    device_id: str
    device: str
    item: Found


@dataclass(frozen=True, slots=True)
class Hits:
    hits: tuple[Hit, ...]
    complete: bool


def search(session: Session, words: Sequence[str]) -> Hits:
    """Items that all the words fit, client by client."""
    found: list[tuple[UUID, str, UUID, str, str, Found]] = []
    looked_at = 0
    for client_id, client, site_id, site, kind, document in session.exec(_candidates(words)):  # type: ignore[call-overload]  # six columns
        looked_at += 1
        item = KINDS[kind].model_validate_json(document)
        if all(_fits(item, document, word) for word in words):
            found.append((client_id, client, site_id, site, item.device, item))
        if len(found) >= MAX_HITS or looked_at >= MAX_LOOKED_AT:
            break
    titles = _titles(session, {(site_id, device) for _, _, site_id, _, device, _ in found})
    hits = tuple(
        Hit(client_id, client, site_id, site, device, titles.get((site_id, device), device), item)
        for client_id, client, site_id, site, device, item in found
    )
    return Hits(hits, complete=len(found) < MAX_HITS and looked_at < MAX_LOOKED_AT)


def _candidates(words: Sequence[str]) -> Select[tuple[UUID, str, UUID, str, str, str]]:
    query = (
        select(Client.id, Client.name, Site.id, Site.name, HistoryItem.kind, HistoryItem.document)  # type: ignore[call-overload]  # six columns
        .join(Site, col(Site.id) == HistoryItem.site_id)
        .join(Client, col(Client.id) == Site.client_id)
        .where(col(HistoryItem.valid_to_utc).is_(None), col(HistoryItem.kind).in_(KINDS))
    )
    for word in words:
        written = json.dumps(word, ensure_ascii=False)[1:-1]
        named = col(HistoryItem.document).icontains(written, autoescape=True)
        if _is_port(word) or _network(word):
            named = or_(named, and_(col(HistoryItem.kind).in_(READ_WHOLE)))
        query = query.where(named)
    return query.order_by(Client.name, Site.name, HistoryItem.kind, HistoryItem.id)  # type: ignore[no-any-return]  # sqlmodel's overloads end at four columns


def _is_port(word: str) -> bool:
    return word.isascii() and word.isdigit() and int(word) <= 65535


def _network(word: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "." not in word and ":" not in word:
        return None
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError:
        return None


def _fits(item: Found, document: str, word: str) -> bool:
    """A number means a port where the item has such; an address means what covers it or is in it; any other word, what is written."""
    if _is_port(word):
        return int(word) in (getattr(item, "listen_port", None), -1) or any(_has_port(text, int(word)) for text in _ports(item))
    if network := _network(word):
        return any(_touches(text, network) for text in _addresses(item))
    return any(word.casefold() in value.casefold() for value in _values(json.loads(document)))


def _values(document: object) -> Iterator[str]:
    """The words of an item, without the names of its fields."""
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from _values(each)
    elif isinstance(document, str):
        yield document


def _ports(item: Found) -> Iterator[str]:
    for name in ("public_ports", "to_ports"):
        if text := getattr(item, name, ""):
            yield text
    for service in getattr(item, "services", ()):
        yield service.partition("/")[2].partition("<")[0]


def _has_port(text: str, number: int) -> bool:
    if not text or not text.replace(",", "").replace("-", "").isdigit():
        return False
    try:
        return holds(parsed(text), number)
    except ValueError:
        return False


def _addresses(item: Found) -> Iterator[str]:
    for name in ("public_address", "to_address", "to_source"):
        if text := getattr(item, name, ""):
            yield text
    for name in ("sources", "destinations", "local_addresses"):
        yield from getattr(item, name, ())
    for peer in getattr(item, "peers", ()):
        yield from (peer.endpoint.rpartition(":")[0] or peer.endpoint, *peer.allowed_prefixes)


def _touches(text: str, asked: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    first, dash, last = text.removeprefix("!").partition("-")
    try:
        if dash:
            low, high = int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
            return low <= int(asked.broadcast_address) and int(asked.network_address) <= high
        network = ipaddress.ip_network(first, strict=False)
    except ValueError:
        return False
    # everything is in 0.0.0.0/0: that a rule names it says nothing of an address
    return network.version == asked.version and network.prefixlen > 0 and network.overlaps(asked)


def _titles(session: Session, wanted: set[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    titles: dict[tuple[UUID, str], str] = {}
    for site_id, device in wanted:
        query = select(HistoryItem.document).where(
            HistoryItem.site_id == site_id,
            HistoryItem.device == device,
            HistoryItem.kind == "devices",
            col(HistoryItem.valid_to_utc).is_(None),
        )
        document = session.exec(query).first()
        if document:
            titles[site_id, device] = Device.model_validate_json(document).title
    return titles

"""The inventory of a site at any of its scans, kept as rows that are written only when an item changes.

Each item of each list of the inventory document is a row, valid from the scan that first showed it so until the scan that showed it
otherwise. The order of a list is a row of its own (kind ``order``), so that the document comes back as it was. What changes by itself
(``volatile`` fields) never makes a row: an item shows the value that it had when it last changed. A level with a ``step`` (toner, a
battery's charge) makes one when it has moved that far.

A device's ``last_seen`` would change with every scan: where it is the scan's end, its row says so (``SEEN_BY_SCAN``), and the moment is
filled in on reading. A device that a scan did not see has a row with the moment itself, which then stays the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, or_, update
from sqlmodel import Session, col, select

from collector.core.corrections import corrected
from collector.store import corrections, scans
from collector.store.tables import HistoryItem, Scan
from shared.inventory import Device, Inventory
from shared.model import Frozen
from shared.stable import stable_digest

SEEN_BY_SCAN = datetime(1970, 1, 1, tzinfo=UTC)
ORDER = "order"
KEY_CHARS = 200

KEYS: Mapping[str, tuple[str, ...]] = {
    "devices": ("id",),
    "subnets": ("prefix",),
    "vlans": ("vlan",),
    "links": ("device", "port", "to_device", "to_port", "to_mac", "vlan"),
    "firewall_rules": ("device", "key"),
    "port_forwards": ("device", "key"),
    "source_nat": ("device", "key"),
    "vpns": ("device", "key"),
    "routes": ("device", "destination", "gateway", "interface"),
    "dhcp": ("device", "key"),
    "configurations": ("device", "platform"),
    "switch_ports": ("device", "port"),
    "certificates": ("device", "address", "port", "starttls"),
    "mail": ("device", "address", "port"),
    "backups": ("device", "software", "address", "port"),
    "findings": ("code", "device", "subject"),
    "not_seen": ("probe", "target"),
}
"""What an item is called while it changes. A list that is not here calls its items by their content."""

_END = update(HistoryItem).where(col(HistoryItem.id) == bindparam("b_id")).values(valid_to_utc=bindparam("valid_to_utc"))


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    key: str
    device: str
    digest: str
    document: str


def inventory_at(session: Session, site_id: UUID, scan: Scan | None = None) -> Inventory:
    """The inventory as it was after ``scan``, or as it is now, with the corrections of today; of a site never scanned, an empty one."""
    shown = scan or scans.newest_merged(session, site_id)
    if shown is None:
        return Inventory()
    by_kind: dict[str, dict[str, str]] = {}
    for kind, key, document in session.exec(
        select(HistoryItem.kind, HistoryItem.key, HistoryItem.document).where(*_valid_at(site_id, shown.as_of_utc))
    ):
        by_kind.setdefault(kind, {})[key] = document
    lists = {kind: _restored(kind, element, by_kind, shown.finished_utc) for kind, element in _lists()}
    return corrected(Inventory(as_of_utc=shown.finished_utc, **lists), corrections.in_force(session, site_id))


def write(session: Session, site_id: UUID, inventory: Inventory, as_of: datetime) -> None:
    """Notes what has changed since the newest rows. ``as_of`` is the scan's place in the history."""
    now = {(item.kind, item.key): item for item in _items(inventory)}
    open_rows = select(HistoryItem.id, HistoryItem.kind, HistoryItem.key, HistoryItem.digest)
    open_rows = open_rows.where(HistoryItem.site_id == site_id, col(HistoryItem.valid_to_utc).is_(None))
    same, ended = set(), []
    for row_id, kind, key, digest in session.exec(open_rows):
        item = now.get((kind, key))
        if item is not None and item.digest == digest:
            same.add((kind, key))
        else:
            ended.append({"b_id": row_id, "valid_to_utc": as_of})
    begun = [_row(site_id, item, as_of) for place, item in now.items() if place not in same]
    if ended:
        session.connection().execute(_END, ended)
    if begun:
        session.connection().execute(insert(HistoryItem), begun)


def of_device(session: Session, site_id: UUID, device_id: str, limit: int = 200) -> tuple[HistoryItem, ...]:
    """What was written down of one device and of all that belongs to it, the newest first."""
    query = select(HistoryItem).where(HistoryItem.site_id == site_id, HistoryItem.device == device_id)
    return tuple(session.exec(query.order_by(col(HistoryItem.valid_from_utc).desc()).limit(limit)).all())


def forget_after(session: Session, site_id: UUID, as_of: datetime | None) -> None:
    """Takes the history back to where it was after ``as_of`` (None: to nothing), to be written again from there."""
    later = [col(HistoryItem.site_id) == site_id]
    if as_of is not None:
        reopened = update(HistoryItem).where(*later, col(HistoryItem.valid_from_utc) <= as_of, col(HistoryItem.valid_to_utc) > as_of)
        session.connection().execute(reopened.values(valid_to_utc=None))
        later.append(col(HistoryItem.valid_from_utc) > as_of)
    session.connection().execute(delete(HistoryItem).where(*later))


def _valid_at(site_id: UUID, as_of: datetime) -> tuple[Any, ...]:
    still = or_(col(HistoryItem.valid_to_utc).is_(None), col(HistoryItem.valid_to_utc) > as_of)
    return col(HistoryItem.site_id) == site_id, col(HistoryItem.valid_from_utc) <= as_of, still


def _lists() -> Iterator[tuple[str, type[Any]]]:
    """The lists of an inventory, each with the type of its items."""
    for name, field in Inventory.model_fields.items():
        arguments = get_args(field.annotation)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            yield name, arguments[0]


def _items(inventory: Inventory) -> Iterator[_Item]:
    for kind, _ in _lists():
        entries: tuple[Any, ...] = getattr(inventory, kind)
        if not entries:
            continue
        if not isinstance(entries[0], Frozen):
            yield _plain(kind, "", entries)
            continue
        items = [_item(kind, _stored_form(entry, inventory.as_of_utc)) for entry in entries]
        items = list(_told_apart(items))
        yield from items
        yield _plain(ORDER, kind, [item.key for item in items])


def _stored_form(entry: Frozen, scan_end: datetime | None) -> Frozen:
    if isinstance(entry, Device) and entry.last_seen == scan_end:
        return entry.model_copy(update={"last_seen": SEEN_BY_SCAN})
    return entry


def _item(kind: str, entry: Frozen) -> _Item:
    digest = stable_digest((entry,))
    names = KEYS.get(kind)
    key = " ".join(str(getattr(entry, name) or "-") for name in names) if names else digest
    device = entry.id if isinstance(entry, Device) else str(getattr(entry, "device", ""))
    return _Item(kind, _bounded(key), device, digest, entry.model_dump_json(by_alias=True, exclude_defaults=True))


def _plain(kind: str, key: str, values: Iterable[object]) -> _Item:
    document = json.dumps([str(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    return _Item(kind, key, "", hashlib.blake2b(document.encode(), digest_size=16).hexdigest(), document)


def _told_apart(items: Iterable[_Item]) -> Iterator[_Item]:
    """Two items of one name (a platform that numbers its rules twice) get a count."""
    met: dict[str, int] = {}
    for item in items:
        count = met[item.key] = met.get(item.key, 0) + 1
        yield item if count == 1 else _Item(item.kind, f"{item.key} #{count}", item.device, item.digest, item.document)


def _bounded(key: str) -> str:
    return key if len(key) <= KEY_CHARS else hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _row(site_id: UUID, item: _Item, as_of: datetime) -> dict[str, Any]:
    return {
        "site_id": site_id, "kind": item.kind, "key": item.key, "device": item.device, "digest": item.digest, "document": item.document,
        "valid_from_utc": as_of, "valid_to_utc": None,
    }  # fmt: skip


def _restored(kind: str, element: type[Any], by_kind: Mapping[str, Mapping[str, str]], scan_end: datetime) -> tuple[Any, ...]:
    documents = by_kind.get(kind, {})
    if not (isinstance(element, type) and issubclass(element, Frozen)):
        return tuple(json.loads(documents.get("", "[]")))
    entries = (element.model_validate_json(documents[key]) for key in json.loads(by_kind.get(ORDER, {}).get(kind, "[]")))
    return tuple(_moment_filled_in(entry, scan_end) for entry in entries)


def _moment_filled_in(entry: Frozen, scan_end: datetime) -> Frozen:
    if isinstance(entry, Device) and entry.last_seen == SEEN_BY_SCAN:
        return entry.model_copy(update={"last_seen": scan_end})
    return entry

"""What is known of a site, kept as rows and read back as ``collector.core.knowledge.KnownSite``.

Writing compares what was known before with what is known now, and touches only rows that differ: a scan of an unchanged site moves
``last_seen`` of its devices, in one statement, and nothing else. Raises ``Overtaken`` where another
process has written since the reading: begin again from a fresh one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import Session, col, select

from collector.core.knowledge import SITE, Failure, KnownDevice, KnownSite, Look, LookKey
from collector.store import tables
from collector.store.database import NotFound
from collector.store.tables import LookContent, SiteKnowledge
from shared.errors import NetarioError
from shared.observation import Observation

_OBSERVATIONS: TypeAdapter[tuple[Observation, ...]] = TypeAdapter(tuple[Observation, ...])
_FAILURES: TypeAdapter[tuple[Failure, ...]] = TypeAdapter(tuple[Failure, ...])

_DEVICE_LIFETIME = (
    update(tables.Device)
    .where(col(tables.Device.site_id) == bindparam("b_site"), col(tables.Device.id) == bindparam("b_id"))
    .values(first_seen=bindparam("first_seen"), last_seen=bindparam("last_seen"), missing_since=bindparam("missing_since"))
)
_LOOK_SEEN = (
    update(tables.Look).where(col(tables.Look.id) == bindparam("b_id")).values(at_utc=bindparam("at_utc"), digest=bindparam("digest"))
)
_LOOK_CONTENT = update(LookContent).where(col(LookContent.look_id) == bindparam("b_id")).values(observations=bindparam("observations"))

_T = TypeVar("_T")
_FullKey = tuple[str, str, str]
"""(device, probe, target)"""


class Overtaken(NetarioError):
    """Another writer was faster."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    known: KnownSite
    revision: int
    row_ids: Mapping[_FullKey, int] = field(default_factory=dict)
    """Where each look stands; right as long as the revision is."""


def load(session: Session, site_id: UUID) -> Knowledge:
    """Raises NotFound."""
    whole = session.get(SiteKnowledge, site_id)
    if whole is None:
        raise NotFound("there is no such site.")
    looks: dict[str, dict[LookKey, Look]] = {}
    row_ids: dict[_FullKey, int] = {}
    query = select(tables.Look, LookContent.observations).join(LookContent, col(LookContent.look_id) == tables.Look.id)
    for row, content in session.exec(query.where(tables.Look.site_id == site_id)):
        look = Look(row.probe, row.target, row.at_utc, row.digest, observations_of(content))
        looks.setdefault(row.device_id, {})[row.probe, row.target] = look
        row_ids[row.device_id, row.probe, row.target] = row.id or 0
    rows = session.exec(select(tables.Device).where(tables.Device.site_id == site_id)).all()
    known = KnownSite(
        devices={row.id: KnownDevice(row.id, row.first_seen, row.last_seen, row.missing_since, looks.get(row.id, {})) for row in rows},
        looks=looks.get(SITE, {}),
        failures=_FAILURES.validate_json(whole.failures),
        as_of_utc=whole.as_of_utc,
        scanned_subnets=tuple(whole.scanned_subnets),
    )
    return Knowledge(known, whole.revision, row_ids)


def claim(session: Session, site_id: UUID, revision: int) -> None:
    """Takes the right to write what was merged from ``revision``; other writers wait for this transaction. Raises Overtaken."""
    statement = update(SiteKnowledge).where(col(SiteKnowledge.site_id) == site_id, col(SiteKnowledge.revision) == revision)
    if session.connection().execute(statement.values(revision=revision + 1)).rowcount != 1:
        raise Overtaken("another process has written to this site meanwhile.")


def hold(session: Session, site_id: UUID) -> None:
    """Keeps other processes from writing to the site until this transaction ends; whoever is merging begins again."""
    statement = update(SiteKnowledge).where(col(SiteKnowledge.site_id) == site_id)
    session.connection().execute(statement.values(revision=SiteKnowledge.revision + 1))


def save(session: Session, site_id: UUID, newest_scan: UUID, loaded: Knowledge, after: KnownSite) -> None:
    """Writes what ``after`` has otherwise than ``loaded``, whose revision was claimed."""
    before = loaded.known
    _save_devices(session, site_id, before, after)
    _save_looks(session, site_id, loaded, after)
    values: dict[str, Any] = {"newest_scan": newest_scan, "as_of_utc": after.as_of_utc, "scanned_subnets": list(after.scanned_subnets)}
    if after.failures != before.failures:
        values["failures"] = failures_json(after.failures)
    session.connection().execute(update(SiteKnowledge).where(col(SiteKnowledge.site_id) == site_id).values(**values))


def observations_json(observations: tuple[Observation, ...]) -> str:
    return _OBSERVATIONS.dump_json(observations, by_alias=True, exclude_none=True).decode()


def observations_of(text: str) -> tuple[Observation, ...]:
    return _OBSERVATIONS.validate_json(text)


def failures_json(failures: tuple[Failure, ...]) -> str:
    return _FAILURES.dump_json(failures).decode()


def _save_devices(session: Session, site_id: UUID, before: KnownSite, after: KnownSite) -> None:
    table, connection = tables.Device, session.connection()
    for some in _portions([device_id for device_id in before.devices if device_id not in after.devices]):
        connection.execute(delete(table).where(col(table.site_id) == site_id, col(table.id).in_(some)))
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    seen_again: dict[datetime, list[str]] = {}
    for device in after.devices.values():
        old, row = before.devices.get(device.id), _lifetime(device)
        if old is None:
            new.append({"site_id": site_id, "id": device.id, **row})
        elif _lifetime(old) == row | {"last_seen": old.last_seen}:
            seen_again.setdefault(device.last_seen, []).append(device.id)
        else:
            changed.append({"b_site": site_id, "b_id": device.id, **row})
    if new:
        connection.execute(insert(table), new)
    if changed:
        connection.execute(_DEVICE_LIFETIME, changed)
    for moment, ids in seen_again.items():
        for some in _portions(ids):
            older = update(table).where(col(table.site_id) == site_id, col(table.id).in_(some), col(table.last_seen) != moment)
            connection.execute(older.values(last_seen=moment))


def _save_looks(session: Session, site_id: UUID, loaded: Knowledge, after: KnownSite) -> None:
    connection, old, now, row_ids = session.connection(), dict(_looks(loaded.known)), dict(_looks(after)), loaded.row_ids
    gone = [row_ids[key] for key in old if key not in now]
    for some in _portions(gone):
        connection.execute(delete(LookContent).where(col(LookContent.look_id).in_(some)))
        connection.execute(delete(tables.Look).where(col(tables.Look.id).in_(some)))
    moved, rewritten = [], []
    for key, look in now.items():
        was = old.get(key)
        if was is None:
            _add_look(session, site_id, key, look)
            continue
        if was.at_utc != look.at_utc or was.digest != look.digest:
            moved.append({"b_id": row_ids[key], "at_utc": look.at_utc, "digest": look.digest})
        if was.digest != look.digest:
            rewritten.append({"b_id": row_ids[key], "observations": observations_json(look.observations)})
    if moved:
        connection.execute(_LOOK_SEEN, moved)
    if rewritten:
        connection.execute(_LOOK_CONTENT, rewritten)


def _add_look(session: Session, site_id: UUID, key: _FullKey, look: Look) -> None:
    row = {
        "site_id": site_id,
        "device_id": key[0],
        "probe": look.probe,
        "target": look.target,
        "at_utc": look.at_utc,
        "digest": look.digest,
    }
    look_id = session.connection().execute(insert(tables.Look).values(**row).returning(col(tables.Look.id))).scalar_one()
    session.connection().execute(insert(LookContent).values(look_id=look_id, observations=observations_json(look.observations)))


def _looks(known: KnownSite) -> Iterator[tuple[_FullKey, Look]]:
    for (probe, target), look in known.looks.items():
        yield (SITE, probe, target), look
    for device in known.devices.values():
        for (probe, target), look in device.looks.items():
            yield (device.id, probe, target), look


def _lifetime(device: KnownDevice) -> dict[str, Any]:
    return {"first_seen": device.first_seen, "last_seen": device.last_seen, "missing_since": device.missing_since}


def _portions(values: list[_T], size: int = 500) -> Iterator[list[_T]]:
    """SQLite takes a bounded number of values in one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]

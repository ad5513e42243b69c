"""All that was known of a site after one of its scans, packed: where a report that comes late is folded in from.

One is made about once a day. Raw reports before a checkpoint may be forgotten, since it stands in for them.
Packed form: gzip of one JSON document, the rows of ``collector.store.devices`` in words.
"""

import gzip
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from collector.core.knowledge import Failure, KnownDevice, KnownSite, Look, LookKey
from collector.store.tables import Checkpoint
from shared.model import Frozen, Utc
from shared.observation import Observation
from shared.text import OneLine

EVERY = timedelta(days=1)


class _Look(Frozen):
    probe: str
    target: str
    at_utc: Utc
    digest: str
    observations: tuple[Observation, ...]


class _Device(Frozen):
    id: str
    first_seen: Utc
    last_seen: Utc
    missing_since: Utc | None = None
    looks: tuple[_Look, ...]


class _Failure(Frozen):
    probe: OneLine
    target: OneLine
    state: OneLine
    detail: OneLine


class _Document(Frozen):
    devices: tuple[_Device, ...]
    looks: tuple[_Look, ...]
    failures: tuple[_Failure, ...]
    as_of_utc: Utc | None = None
    scanned_subnets: tuple[str, ...]


def add(session: Session, site_id: UUID, as_of: datetime, known: KnownSite) -> None:
    session.add(Checkpoint(site_id=site_id, as_of_utc=as_of, packed=packed(known)))
    session.flush()


def moments(session: Session, site_id: UUID) -> tuple[datetime, ...]:
    """Of all checkpoints of the site, the oldest first."""
    query = select(Checkpoint.as_of_utc).where(Checkpoint.site_id == site_id).order_by(col(Checkpoint.as_of_utc))
    return tuple(session.exec(query).all())


def newest_before(session: Session, site_id: UUID, moment: datetime) -> tuple[datetime, KnownSite] | None:
    query = select(Checkpoint).where(Checkpoint.site_id == site_id, Checkpoint.as_of_utc < moment)
    row = session.exec(query.order_by(col(Checkpoint.as_of_utc).desc()).limit(1)).first()
    return (row.as_of_utc, unpacked(row.packed)) if row else None


def forget(session: Session, site_id: UUID, some: list[datetime]) -> None:
    if some:
        statement = delete(Checkpoint).where(col(Checkpoint.site_id) == site_id, col(Checkpoint.as_of_utc).in_(some))
        session.connection().execute(statement)


def packed(known: KnownSite) -> bytes:
    document = _Document(
        devices=tuple(
            _Device(
                id=device.id, first_seen=device.first_seen, last_seen=device.last_seen, missing_since=device.missing_since,
                looks=_rows(device.looks),
            )
            for device in known.devices.values()
        ),
        looks=_rows(known.looks),
        failures=tuple(_Failure(probe=f.probe, target=f.target, state=f.state, detail=f.detail) for f in known.failures),
        as_of_utc=known.as_of_utc,
        scanned_subnets=known.scanned_subnets,
    )  # fmt: skip
    return gzip.compress(document.model_dump_json(by_alias=True, exclude_none=True).encode(), mtime=0)


def unpacked(data: bytes) -> KnownSite:
    document = _Document.model_validate_json(gzip.decompress(data))
    return KnownSite(
        devices={d.id: KnownDevice(d.id, d.first_seen, d.last_seen, d.missing_since, _looks(d.looks)) for d in document.devices},
        looks=_looks(document.looks),
        failures=tuple(Failure(f.probe, f.target, f.state, f.detail) for f in document.failures),
        as_of_utc=document.as_of_utc,
        scanned_subnets=document.scanned_subnets,
    )


def _rows(looks: Mapping[LookKey, Look]) -> tuple[_Look, ...]:
    return tuple(
        _Look.model_construct(probe=x.probe, target=x.target, at_utc=x.at_utc, digest=x.digest, observations=x.observations)
        for x in looks.values()
    )


def _looks(rows: tuple[_Look, ...]) -> dict[LookKey, Look]:
    return {(x.probe, x.target): Look(x.probe, x.target, x.at_utc, x.digest, x.observations) for x in rows}

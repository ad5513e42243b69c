"""Takes a report in: raw report, scan, what is known of the site, and the site's history, in one transaction, once.

    report -> merge -> inventory -> one transaction

What is read and merged is computed before the transaction begins, so that the database is locked for the writing alone. The revision
that was read is claimed in the transaction: whoever was overtaken by another process begins again. Within this process a lock for each
site keeps writers from doing work for nothing.

A report that ended before the newest one (two agents at one site, a spool that was cut off) has its place in the middle: the site is
taken back to the last checkpoint before it and the reports from there are folded in again, so that the order of arrival does not matter.
Raises ``Contradicted`` where another report of the same id is there, ``Overtaken`` where others were faster too often.
"""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from collector.core.inventory import build_inventory
from collector.core.knowledge import KnownSite, Look, LookKey
from collector.core.merge import merge
from collector.store import agents, checkpoints, configurations, corrections, devices, history, packing, scans
from collector.store.database import Database
from collector.store.devices import Knowledge, Overtaken
from collector.store.tables import RawReport, Scan
from shared.errors import Refused
from shared.inventory import Inventory
from shared.outcome import State
from shared.report import MAX_REPORT_BYTES, Report
from shared.wire import Intake, Receipt

ATTEMPTS = 8
PROBES_COUNTED = 50
"""A report names as many probes as it likes."""
MICROSECOND = timedelta(microseconds=1)


class Contradicted(Refused):
    """This id belongs to a report with other content."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that is in order, and how it came."""

    report: Report
    packed: bytes
    digest: str
    agent_id: UUID
    site_id: UUID
    address: str
    received_utc: datetime
    texts: Mapping[str, str] = field(default_factory=dict)
    """The configurations' texts, by their digests: taken out of the report by ``take``."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the folding begins: the state there, its place in the history (none: before everything), and the scans after it."""

    known: KnownSite
    as_of: datetime | None
    later: tuple[Scan, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One report folded in."""

    report: Report
    as_of: datetime
    before: KnownSite
    before_as_of: datetime | None
    after: KnownSite
    inventory: Inventory | None
    """None where it is as it was before."""


def digest_of(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def take(database: Database, arrival: Arrival) -> Receipt:
    """The receipt is given when the report is on the disk. Raises Contradicted, Overtaken."""
    report, texts = configurations.taken_out(arrival.report)
    arrival = replace(arrival, report=report, texts=texts)
    with database.lock_of_site(arrival.site_id):
        for attempt in range(ATTEMPTS):
            try:
                return _take(database, arrival)
            except (Overtaken, IntegrityError):
                if attempt == ATTEMPTS - 1:
                    raise
    raise Overtaken("others write to this site all the time. Try again later.")


def _take(database: Database, arrival: Arrival) -> Receipt:
    with database.reading() as session:
        there = scans.find(session, arrival.report.id)
        if there is None:
            loaded = devices.load(session, arrival.site_id)
            start = _start(session, arrival, loaded)
    if there is not None:
        return _known_already(database, arrival, there)
    in_order = start is not None and not start.later
    steps = [_step(start.known, start.as_of, arrival.report)] if start and in_order else None
    with database.writing() as session:
        devices.claim(session, arrival.site_id, loaded.revision)
        configurations.keep(session, arrival.site_id, arrival.texts, arrival.received_utc)
        agents.note_report(session, arrival.agent_id, arrival.report.agent, arrival.address, arrival.received_utc)
        if start is None:
            _store_only(session, arrival)
        elif steps:
            _write(session, arrival, loaded, steps)
        else:
            history.forget_after(session, arrival.site_id, start.as_of)
            late = [moment for moment in checkpoints.moments(session, arrival.site_id) if start.as_of is None or moment > start.as_of]
            checkpoints.forget(session, arrival.site_id, late)
            _write(session, arrival, loaded, _refold(session, arrival, start))
    return Receipt(report=arrival.report.id, intake=Intake.STORED)


def _known_already(database: Database, arrival: Arrival, there: Scan) -> Receipt:
    if there.agent_id != arrival.agent_id or there.digest != arrival.digest:
        raise Contradicted("there is another report with this id. Scan again: a new report gets a new id.")
    with database.writing() as session:
        agents.note_contact(session, arrival.agent_id, arrival.address, arrival.received_utc)
    return Receipt(report=arrival.report.id, intake=Intake.DUPLICATE)


def _start(session: Session, arrival: Arrival, loaded: Knowledge) -> _Start | None:
    """None where the report is older than all that can be folded again."""
    newest, place = scans.newest_merged(session, arrival.site_id), (arrival.report.finished_utc, arrival.report.id)
    if newest is None or place > (newest.finished_utc, newest.id):
        return _Start(loaded.known, newest.as_of_utc if newest else None, ())
    found = checkpoints.newest_before(session, arrival.site_id, arrival.report.finished_utc)
    as_of, known = found or (None, KnownSite())
    later = tuple(scan for scan in scans.since(session, arrival.site_id, as_of) if scan.merged)
    kept = set(session.exec(select(RawReport.scan_id).join(Scan, col(Scan.id) == RawReport.scan_id).where(Scan.site_id == arrival.site_id)))
    return _Start(known, as_of, later) if all(scan.id in kept for scan in later) else None


def _step(known: KnownSite, as_of: datetime | None, report: Report) -> _Step:
    place = report.finished_utc if as_of is None else max(report.finished_utc, as_of + MICROSECOND)
    after = merge(known, report)
    return _Step(report, place, known, as_of, after, None if _says_the_same(known, after) else build_inventory(after))


def _says_the_same(before: KnownSite, after: KnownSite) -> bool:
    """Whether the inventory can only be the same, but for when devices were last seen: most scans end here, and cost next to nothing.

    Merging leaves a look that says nothing new as the object that it was. What depends on the date alone (a certificate that nears its
    end) is looked at with the first scan of each day.
    """
    if before.as_of_utc is None or after.as_of_utc is None or before.as_of_utc.date() != after.as_of_utc.date():
        return False
    if before.devices.keys() != after.devices.keys() or not _same_looks(before.looks, after.looks):
        return False
    if before.failures != after.failures or before.scanned_subnets != after.scanned_subnets:
        return False
    return all(
        old.missing_since == new.missing_since
        and old.first_seen == new.first_seen
        and (old.last_seen == before.as_of_utc) == (new.last_seen == after.as_of_utc)
        and _same_looks(old.looks, new.looks)
        for old, new in ((old, after.devices[old.id]) for old in before.devices.values())
    )


def _same_looks(before: Mapping[LookKey, Look], after: Mapping[LookKey, Look]) -> bool:
    return before.keys() == after.keys() and all(after[key] is look for key, look in before.items())


def _refold(session: Session, arrival: Arrival, start: _Start) -> Iterator[_Step]:
    """The reports after a checkpoint with the new one in its place, one by one: only one inventory is in memory."""
    known, as_of = start.known, start.as_of
    order = sorted((*((scan.finished_utc, scan.id) for scan in start.later), (arrival.report.finished_utc, arrival.report.id)))
    for _, report_id in order:
        report = arrival.report if report_id == arrival.report.id else _raw_report(session, report_id)
        step = _step(known, as_of, report)
        yield step
        known, as_of = step.after, step.as_of


def _raw_report(session: Session, scan_id: UUID) -> Report:
    packed = scans.raw(session, scan_id)
    if packed is None:
        raise Overtaken("a report was forgotten meanwhile.")
    return configurations.taken_out(Report.model_validate_json(packing.unpacked(packed, MAX_REPORT_BYTES)))[0]


def _write(session: Session, arrival: Arrival, loaded: Knowledge, steps: Iterator[_Step] | list[_Step]) -> None:
    last, places = None, {}
    newest_checkpoint = max(checkpoints.moments(session, arrival.site_id), default=None)
    for last in steps:
        if last.before_as_of and (newest_checkpoint is None or last.before_as_of - newest_checkpoint >= checkpoints.EVERY):
            newest_checkpoint = last.before_as_of
            checkpoints.add(session, arrival.site_id, newest_checkpoint, last.before)
        if last.inventory is not None:
            history.write(session, arrival.site_id, last.inventory, last.as_of)
        corrections.follow(session, arrival.site_id, last.after.absorbed, arrival.received_utc)
        places[last.report.id] = (last.as_of, sum(device.missing_since is None for device in last.after.devices.values()))
    if last is None:
        raise Overtaken("nothing was folded.")
    _move(session, arrival, places)
    session.add(_scan(arrival, *places[arrival.report.id]))
    session.flush()
    session.add(RawReport(scan_id=arrival.report.id, packed=arrival.packed))
    devices.save(session, arrival.site_id, last.report.id, loaded, last.after)


def _move(session: Session, arrival: Arrival, places: dict[UUID, tuple[datetime, int]]) -> None:
    """Scans that were folded again: the latest first, as a place may only be taken when it is free."""
    for scan in reversed(scans.since(session, arrival.site_id, None) if len(places) > 1 else ()):
        if scan.id in places:
            scan.as_of_utc, scan.devices = places[scan.id]
            session.flush()


def _store_only(session: Session, arrival: Arrival) -> None:
    place = scans.free_moment(session, arrival.site_id, arrival.report.finished_utc)
    session.add(_scan(arrival, place, 0, merged=False))
    session.flush()
    session.add(RawReport(scan_id=arrival.report.id, packed=arrival.packed))


def _scan(arrival: Arrival, as_of: datetime, device_count: int, *, merged: bool = True) -> Scan:
    report = arrival.report
    failed = Counter(o.probe for o in report.outcomes if o.state not in (State.ANSWERED, State.PARTIAL))
    return Scan(
        id=report.id, site_id=arrival.site_id, agent_id=arrival.agent_id, started_utc=report.started_utc, finished_utc=report.finished_utc,
        received_utc=arrival.received_utc, as_of_utc=as_of, complete=report.complete, merged=merged, digest=arrival.digest,
        packed_bytes=len(arrival.packed), answered=len(report.outcomes) - failed.total(), failed=failed.total(),
        failed_by_probe=dict(failed.most_common(PROBES_COUNTED)), devices=device_count,
    )  # fmt: skip


def packed_again(document: bytes) -> bytes:
    """For a report that came unpacked."""
    return gzip.compress(document, mtime=0)

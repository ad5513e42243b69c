"""A site's inventory now and at any of its scans, its scans, and what changed between two of them, for other programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session

from collector.accounts.guard import technician
from collector.core.diff import diff
from collector.running import Running, running
from collector.store import history, scans, sites
from collector.store.tables import Scan
from shared.change import Changes
from shared.inventory import Inventory
from shared.model import Frozen, Utc

router = APIRouter(prefix="/api/v1/sites/{site_id}", tags=["sites"], dependencies=[Depends(technician)])
Here = Annotated[Running, Depends(running)]


class ScanOut(Frozen):
    id: UUID
    agent: UUID
    started_utc: Utc
    finished_utc: Utc
    received_utc: Utc
    complete: bool
    merged: bool
    answered: int
    failed: int
    devices: int


@router.get("/inventory")
def inventory(site_id: UUID, here: Here, at: UUID | None = None) -> Inventory:
    """``at``: a scan's id; the newest if none is given."""
    with here.database.reading() as session:
        sites.get(session, site_id)
        return history.inventory_at(session, site_id, _scan(session, site_id, at) if at else None)


@router.get("/scans")
def all_scans(site_id: UUID, here: Here, limit: Annotated[int, Query(ge=1, le=1000)] = 100, before: Utc | None = None) -> list[ScanOut]:
    """The newest first; ``before`` is the ``finished_utc`` that the last page ended with."""
    with here.database.reading() as session:
        sites.get(session, site_id)
        return [_shown(scan) for scan in scans.of_site(session, site_id, limit, before)]


@router.get("/changes")
def changes(
    site_id: UUID, here: Here, from_scan: Annotated[UUID, Query(alias="from")], to_scan: Annotated[UUID, Query(alias="to")]
) -> Changes:
    with here.database.reading() as session:
        older, newer = _scan(session, site_id, from_scan), _scan(session, site_id, to_scan)
        found = diff(history.inventory_at(session, site_id, older), history.inventory_at(session, site_id, newer))
    return Changes(from_utc=older.finished_utc, to_utc=newer.finished_utc, changes=found)


def _scan(session: Session, site_id: UUID, scan_id: UUID) -> Scan:
    return scans.of_this_site(session, site_id, scan_id)


def _shown(scan: Scan) -> ScanOut:
    return ScanOut(
        id=scan.id, agent=scan.agent_id, started_utc=scan.started_utc, finished_utc=scan.finished_utc, received_utc=scan.received_utc,
        complete=scan.complete, merged=scan.merged, answered=scan.answered, failed=scan.failed, devices=scan.devices,
    )  # fmt: skip

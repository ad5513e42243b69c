"""Scans of a site: the reports that were taken, and where each stands in the site's history."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from collector.store.database import NotFound
from collector.store.tables import RawReport, Scan


def get(session: Session, scan_id: UUID) -> Scan:
    """Raises NotFound."""
    scan = find(session, scan_id)
    if scan is None:
        raise NotFound("there is no such scan.")
    return scan


def of_this_site(session: Session, site_id: UUID, scan_id: UUID) -> Scan:
    """Raises NotFound, also for a scan of another site."""
    scan = get(session, scan_id)
    if scan.site_id != site_id:
        raise NotFound("this site has no such scan.")
    return scan


def find(session: Session, scan_id: UUID) -> Scan | None:
    return session.get(Scan, scan_id)


def of_site(session: Session, site_id: UUID, limit: int = 100, before: datetime | None = None) -> tuple[Scan, ...]:
    """The newest first; ``before`` is the ``as_of_utc`` that the page before ended with."""
    query = select(Scan).where(Scan.site_id == site_id)
    if before is not None:
        query = query.where(Scan.as_of_utc < before)
    return tuple(session.exec(query.order_by(col(Scan.as_of_utc).desc()).limit(limit)).all())


def of_agent(session: Session, agent_id: UUID, limit: int = 1) -> tuple[Scan, ...]:
    """The newest first."""
    query = select(Scan).where(Scan.agent_id == agent_id).order_by(col(Scan.as_of_utc).desc()).limit(limit)
    return tuple(session.exec(query).all())


def newest(session: Session, site_id: UUID) -> Scan | None:
    return next(iter(of_site(session, site_id, limit=1)), None)


def newest_merged(session: Session, site_id: UUID) -> Scan | None:
    """The newest scan that the site's knowledge holds."""
    query = select(Scan).where(Scan.site_id == site_id, col(Scan.merged).is_(True)).order_by(col(Scan.as_of_utc).desc()).limit(1)
    return session.exec(query).first()


def before(session: Session, scan: Scan) -> Scan | None:
    """The scan of the same site that came before it."""
    return next(iter(of_site(session, scan.site_id, limit=1, before=scan.as_of_utc)), None)


def since(session: Session, site_id: UUID, as_of: datetime | None) -> tuple[Scan, ...]:
    """Those after a moment of the site's history (None: all), the oldest first."""
    query = select(Scan).where(Scan.site_id == site_id)
    if as_of is not None:
        query = query.where(Scan.as_of_utc > as_of)
    return tuple(session.exec(query.order_by(col(Scan.as_of_utc))).all())


def raw(session: Session, scan_id: UUID) -> bytes | None:
    """The report as it was pushed, gzip; None where its retention has ended."""
    row = session.get(RawReport, scan_id)
    return row.packed if row else None


def free_moment(session: Session, site_id: UUID, finished: datetime) -> datetime:
    """``finished``, or the first microsecond after it that no scan of the site has: its place in the history."""
    taken = set(session.exec(select(Scan.as_of_utc).where(Scan.site_id == site_id, Scan.as_of_utc >= finished)).all())
    while finished in taken:
        finished += timedelta(microseconds=1)
    return finished


def forget_raw(session: Session, site_id: UUID, until: datetime) -> int:
    """Deletes the raw reports of scans up to a place in the site's history; how many. The scans themselves stay."""
    old = select(Scan.id).where(Scan.site_id == site_id, Scan.as_of_utc <= until)
    return session.connection().execute(delete(RawReport).where(col(RawReport.scan_id).in_(old))).rowcount

"""Clients, and what a list of them shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlmodel import Session, col, select

from collector.store.database import NotFound
from collector.store.tables import Agent, Client, Device, Scan, Site, SiteKnowledge
from shared.errors import BadInput
from shared.text import one_line


@dataclass(frozen=True, slots=True)
class SiteSummary:
    id: UUID
    client_id: UUID
    name: str
    devices: int
    """Those known, without the missing."""
    missing: int
    agents: int
    """Without the revoked."""
    newest_scan: UUID | None
    last_scan_utc: datetime | None


@dataclass(frozen=True, slots=True)
class ClientSummary:
    id: UUID
    name: str
    note: str
    sites: tuple[SiteSummary, ...]


def create(session: Session, name: str, now: datetime, note: str = "") -> Client:
    """Raises BadInput for an empty name or one that is taken."""
    name = named(name, "client")
    if by_name(session, name):
        raise BadInput(f"there is a client named {name} already.")
    client = Client(id=uuid4(), name=name, note=note, created_utc=now)
    session.add(client)
    session.flush()
    return client


def get(session: Session, client_id: UUID) -> Client:
    """Raises NotFound."""
    client = session.get(Client, client_id)
    if client is None:
        raise NotFound("there is no such client.")
    return client


def by_name(session: Session, name: str) -> Client | None:
    return session.exec(select(Client).where(Client.name == one_line(name))).first()


def rename(session: Session, client_id: UUID, name: str, note: str) -> Client:
    """Raises NotFound, BadInput."""
    client, name = get(session, client_id), named(name, "client")
    other = by_name(session, name)
    if other is not None and other.id != client.id:
        raise BadInput(f"there is a client named {name} already.")
    client.name, client.note = name, note
    session.flush()
    return client


def overview(session: Session) -> tuple[ClientSummary, ...]:
    """Every client with its sites, by name."""
    sites = site_summaries(session)
    rows = session.exec(select(Client)).all()
    return tuple(
        ClientSummary(client.id, client.name, client.note, tuple(site for site in sites if site.client_id == client.id))
        for client in sorted(rows, key=lambda client: client.name.casefold())
    )


def summary(session: Session, client_id: UUID) -> ClientSummary:
    """Raises NotFound."""
    client = get(session, client_id)
    return ClientSummary(client.id, client.name, client.note, site_summaries(session, client_id))


def site_summaries(session: Session, client_id: UUID | None = None) -> tuple[SiteSummary, ...]:
    """The sites of one client, or of all, by name."""
    query = select(Site, SiteKnowledge.newest_scan, Scan.finished_utc)
    query = query.join(SiteKnowledge, col(SiteKnowledge.site_id) == Site.id)
    query = query.outerjoin(Scan, col(Scan.id) == SiteKnowledge.newest_scan)
    if client_id is not None:
        query = query.where(Site.client_id == client_id)
    there = _counted(session, select(Device.site_id, func.count()).where(col(Device.missing_since).is_(None)).group_by(col(Device.site_id)))
    gone = _counted(
        session, select(Device.site_id, func.count()).where(col(Device.missing_since).is_not(None)).group_by(col(Device.site_id))
    )
    agents = _counted(session, select(Agent.site_id, func.count()).where(col(Agent.revoked_utc).is_(None)).group_by(col(Agent.site_id)))
    summaries = (
        SiteSummary(
            site.id, site.client_id, site.name, there.get(site.id, 0), gone.get(site.id, 0), agents.get(site.id, 0), newest, finished
        )
        for site, newest, finished in session.exec(query).all()
    )
    return tuple(sorted(summaries, key=lambda site: site.name.casefold()))


def named(name: str, what: str) -> str:
    """A name as a person types it, in one line. Raises BadInput where nothing is left of it, or too much."""
    clean = one_line(name)
    if not clean:
        raise BadInput(f"the {what} needs a name.")
    if len(clean) > 200:
        raise BadInput(f"the {what}'s name is longer than 200 characters.")
    return clean


def _counted(session: Session, query: object) -> dict[UUID, int]:
    return dict(session.exec(query).all())  # type: ignore[call-overload]  # one shape of many

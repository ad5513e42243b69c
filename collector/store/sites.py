"""Sites of a client. Each has its knowledge from the start, empty, so that a merge is always an UPDATE with a condition."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, select

from collector.store import clients
from collector.store.database import NotFound
from collector.store.tables import Site, SiteKnowledge
from shared.errors import BadInput
from shared.text import one_line


def create(session: Session, client_id: UUID, name: str, now: datetime) -> Site:
    """Raises NotFound for the client, BadInput for a name that is empty or taken."""
    clients.get(session, client_id)
    name = clients.named(name, "site")
    if by_name(session, client_id, name):
        raise BadInput(f"this client has a site named {name} already.")
    site = Site(id=uuid4(), client_id=client_id, name=name, created_utc=now)
    session.add(site)
    session.flush()
    session.add(SiteKnowledge(site_id=site.id, revision=0))
    session.flush()
    return site


def get(session: Session, site_id: UUID) -> Site:
    """Raises NotFound."""
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound("there is no such site.")
    return site


def by_name(session: Session, client_id: UUID, name: str) -> Site | None:
    return session.exec(select(Site).where(Site.client_id == client_id, Site.name == one_line(name))).first()


def of_client(session: Session, client_id: UUID) -> tuple[Site, ...]:
    """By name."""
    rows = session.exec(select(Site).where(Site.client_id == client_id)).all()
    return tuple(sorted(rows, key=lambda site: site.name.casefold()))


def all_ids(session: Session) -> tuple[UUID, ...]:
    return tuple(session.exec(select(Site.id)).all())

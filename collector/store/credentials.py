"""Stored logins, as rows: what they are for, and the sealed value that only ``collector.vault`` makes and opens."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from collector.store.database import NotFound
from collector.store.tables import Credential


def get(session: Session, credential_id: UUID) -> Credential:
    """Raises NotFound."""
    credential = session.get(Credential, credential_id)
    if credential is None:
        raise NotFound("there is no such credential.")
    return credential


def of_client(session: Session, client_id: UUID, area: str | None = None, device_id: str | None = None) -> tuple[Credential, ...]:
    """All of a client, of one of its areas, or of one device; by name."""
    query = select(Credential).where(Credential.client_id == client_id)
    if area is not None:
        query = query.where(Credential.area == area)
    if device_id is not None:
        query = query.where(Credential.device_id == device_id)
    return tuple(sorted(session.exec(query).all(), key=lambda row: (row.name.casefold(), str(row.id))))


def any_sealed(session: Session) -> bool:
    return session.exec(select(Credential.id).limit(1)).first() is not None


def add(session: Session, credential: Credential) -> None:
    session.add(credential)
    session.flush()


def delete(session: Session, credential_id: UUID) -> Credential:
    """Gives what was deleted. Raises NotFound."""
    credential = get(session, credential_id)
    session.delete(credential)
    session.flush()
    return credential


def describe(
    session: Session, credential_id: UUID, *, area: str, name: str, username: str, url: str, note: str, device_id: str | None,
    by: str, now: datetime,
) -> Credential:  # fmt: skip
    """Changes all but the value. Raises NotFound."""
    credential = get(session, credential_id)
    credential.area, credential.name, credential.username = area, name, username
    credential.url, credential.note, credential.device_id = url, note, device_id
    credential.updated_by, credential.updated_utc = by, now
    session.flush()
    return credential

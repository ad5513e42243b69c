"""Technicians and their sessions, as rows. Passwords and tokens are made and checked in ``collector.accounts``."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from collector.store import clients
from collector.store.database import NotFound
from collector.store.tables import FailedSignIn, Person, PersonSession
from shared.errors import BadInput
from shared.text import one_line


def create(session: Session, name: str, password_hash: str, now: datetime) -> Person:
    """Raises BadInput for a name that is empty or taken."""
    name = clients.named(name, "account").lower()
    if by_name(session, name):
        raise BadInput(f"there is an account named {name} already.")
    person = Person(id=uuid4(), name=name, password_hash=password_hash, created_utc=now)
    session.add(person)
    session.flush()
    return person


def get(session: Session, person_id: UUID) -> Person:
    """Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("there is no such account.")
    return person


def by_name(session: Session, name: str) -> Person | None:
    return session.exec(select(Person).where(Person.name == one_line(name).lower())).first()


def everyone(session: Session) -> tuple[Person, ...]:
    return tuple(session.exec(select(Person).order_by(Person.name)).all())


def set_language(session: Session, person_id: UUID, language: str) -> None:
    get(session, person_id).language = language
    session.flush()


def open_session(session: Session, token_hash: str, person_id: UUID, address: str, now: datetime, expires: datetime) -> PersonSession:
    row = PersonSession(token_hash=token_hash, person_id=person_id, created_utc=now, expires_utc=expires, address=address)
    session.add(row)
    session.flush()
    return row


def by_session(session: Session, token_hash: str, now: datetime) -> Person | None:
    """Who is signed in with this session; None where it has ended or the account is disabled."""
    query = select(Person).join(PersonSession, col(PersonSession.person_id) == Person.id)
    query = query.where(PersonSession.token_hash == token_hash, PersonSession.expires_utc > now, col(Person.disabled_utc).is_(None))
    return session.exec(query).first()


def close_session(session: Session, token_hash: str) -> None:
    session.connection().execute(delete(PersonSession).where(col(PersonSession.token_hash) == token_hash))


def forget_sessions(session: Session, now: datetime) -> int:
    """Deletes sessions that have ended; how many."""
    return session.connection().execute(delete(PersonSession).where(col(PersonSession.expires_utc) <= now)).rowcount


def note_failure(session: Session, name_hash: str, address: str, now: datetime) -> None:
    session.add(FailedSignIn(name_hash=name_hash, address=address, at_utc=now))
    session.flush()


def failures(session: Session, since: datetime, name_hash: str | None = None, address: str | None = None) -> int:
    """How many sign-ins have failed since a moment, for a name, an address, or both."""
    query = select(func.count()).select_from(FailedSignIn).where(FailedSignIn.at_utc > since)
    if name_hash is not None:
        query = query.where(FailedSignIn.name_hash == name_hash)
    if address is not None:
        query = query.where(FailedSignIn.address == address)
    return session.exec(query).one()


def forget_failures(session: Session, before: datetime) -> int:
    return session.connection().execute(delete(FailedSignIn).where(col(FailedSignIn.at_utc) < before)).rowcount

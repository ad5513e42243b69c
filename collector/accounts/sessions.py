"""Signing in and out. A session is 256 random bits in a cookie; the database keeps their SHA-256 only.

The token against forged forms (CSRF) is drawn from the session's token by SHA-256: whoever sees the one cannot compute the other back,
and nothing more is stored. Guessing is limited for each account and address, and for each address alone.
Raises Refused for a wrong name or password (the same words for both), TooMany.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Response

from collector.accounts import passwords
from collector.running import TooMany
from collector.store import audit, people
from collector.store.database import Database
from collector.store.tables import Person
from shared.errors import Refused
from shared.secret import Secret

COOKIE = "netario_session"
WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT_AND_ADDRESS = 5
FAILURES_PER_ADDRESS = 30


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks. ``csrf`` goes into every form as the hidden field ``csrf``, or into the header ``X-CSRF-Token``."""

    person_id: UUID
    name: str
    language: str
    csrf: str


def random_secret() -> Secret:
    """256 random bits, in letters that a URL, a header and a shell take as they are."""
    return Secret(secrets.token_urlsafe(32))


def sign_in(database: Database, name: str, password: Secret, address: str, now: datetime, valid: timedelta) -> tuple[SignedIn, Secret]:
    """Who it is, and the session's token for the cookie. Raises Refused, TooMany."""
    name_hash = _digest("name", name.strip().lower())
    with database.reading() as session:
        close = people.failures(session, now - WINDOW, name_hash, address) >= FAILURES_PER_ACCOUNT_AND_ADDRESS
        close = close or people.failures(session, now - WINDOW, address=address) >= FAILURES_PER_ADDRESS
        person = people.by_name(session, name)
    if close:
        raise TooMany("too many wrong sign-ins from here. Wait a quarter of an hour, then try again.", int(WINDOW.total_seconds()))
    known = person if person is not None and person.disabled_utc is None else None
    if not passwords.matches(password, known.password_hash if known else None) or known is None:
        with database.writing() as session:
            people.note_failure(session, name_hash, address, now)
        raise Refused("the name or the password is not right.")
    token = random_secret()
    with database.writing() as session:
        people.open_session(session, _digest("session", token.reveal()), known.id, address, now, now + valid)
        audit.write(session, known.name, "person.sign_in", known.id, now, address=address)
    return _signed_in(known, token), token


def of_token(database: Database, token: Secret, now: datetime) -> SignedIn | None:
    with database.reading() as session:
        person = people.by_session(session, _digest("session", token.reveal()), now)
    return _signed_in(person, token) if person else None


def sign_out(database: Database, token: Secret) -> None:
    with database.writing() as session:
        people.close_session(session, _digest("session", token.reveal()))


def set_cookie(response: Response, token: Secret, valid: timedelta, *, https: bool) -> None:
    response.set_cookie(COOKIE, token.reveal(), max_age=int(valid.total_seconds()), path="/", secure=https, httponly=True, samesite="lax")


def clear_cookie(response: Response, *, https: bool) -> None:
    response.delete_cookie(COOKIE, path="/", secure=https, httponly=True, samesite="lax")


def _signed_in(person: Person, token: Secret) -> SignedIn:
    return SignedIn(person.id, person.name, person.language, csrf=_digest("csrf", token.reveal()))


def _digest(purpose: str, text: str) -> str:
    return hashlib.sha256(f"netario {purpose}\0{text}".encode()).hexdigest()

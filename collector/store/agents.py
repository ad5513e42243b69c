"""Agents, the one-time tokens that enrol them, and their keys. A token or key is kept as its SHA-256 only.

Raises ``TokenRefused`` for a token that is unknown, used or past its time.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from collector.store import audit, sites
from collector.store.database import NotFound
from collector.store.tables import Agent, EnrolmentToken, Site
from shared.errors import Refused
from shared.report import AgentAbout
from shared.secret import Secret

TOKEN_VALID = timedelta(hours=24)


class TokenRefused(Refused):
    """``known`` is False for a token that was never made here, or so long ago that it is forgotten."""

    def __init__(self, message: str, *, known: bool) -> None:
        super().__init__(message)
        self.known = known


def hashed(secret: Secret) -> str:
    return hashlib.sha256(secret.reveal().encode()).hexdigest()


def create_token(session: Session, site_id: UUID, token: Secret, by: str, now: datetime, valid: timedelta = TOKEN_VALID) -> EnrolmentToken:
    """Keeps the hash of ``token``, which the caller made at random (``collector.accounts.sessions.random_secret``) and shows once."""
    sites.get(session, site_id)
    row = EnrolmentToken(id=uuid4(), site_id=site_id, token_hash=hashed(token), created_by=by, created_utc=now, expires_utc=now + valid)
    session.add(row)
    session.flush()
    return row


def open_tokens(session: Session, site_id: UUID, now: datetime) -> tuple[EnrolmentToken, ...]:
    """Neither used nor expired, the newest first."""
    query = select(EnrolmentToken).where(
        EnrolmentToken.site_id == site_id, col(EnrolmentToken.used_utc).is_(None), EnrolmentToken.expires_utc > now
    )
    return tuple(session.exec(query.order_by(col(EnrolmentToken.created_utc).desc())).all())


def enrol(session: Session, token: Secret, key: Secret, name: str, version: str, address: str, now: datetime) -> Agent:
    """Uses the token up and makes the agent. Of two that come at the same time with one token, one wins. Raises TokenRefused."""
    row = session.exec(select(EnrolmentToken).where(EnrolmentToken.token_hash == hashed(token))).first()
    if row is None:
        raise TokenRefused("this token is not known here. Make a new one on the page Agents, and copy all of it.", known=False)
    if row.used_utc is not None:
        raise TokenRefused("this token has been used already. Each enrols one agent: make a new one on the page Agents.", known=True)
    if row.expires_utc <= now:
        raise TokenRefused("this token's time is over. Make a new one on the page Agents.", known=True)
    agent = Agent(
        id=uuid4(), site_id=row.site_id, name=name, version=version, key_hash=hashed(key), enrolled_utc=now, last_contact_utc=now,
        last_address=address,
    )  # fmt: skip
    claim = update(EnrolmentToken).where(col(EnrolmentToken.id) == row.id, col(EnrolmentToken.used_utc).is_(None))
    if session.connection().execute(claim.values(used_utc=now, used_by_agent=agent.id)).rowcount != 1:
        raise TokenRefused("this token has been used already. Each enrols one agent: make a new one on the page Agents.", known=True)
    session.add(agent)
    session.flush()
    client_id = sites.get(session, row.site_id).client_id
    audit.write(session, f"agent {name}", "agent.enrol", agent.id, now, client_id=client_id, address=address)
    return agent


def by_key(session: Session, key: Secret) -> Agent | None:
    """The agent of this key, revoked or not."""
    return session.exec(select(Agent).where(Agent.key_hash == hashed(key))).first()


def get(session: Session, agent_id: UUID) -> Agent:
    """Raises NotFound."""
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise NotFound("there is no such agent.")
    return agent


def of_site(session: Session, site_id: UUID) -> tuple[Agent, ...]:
    """With the revoked ones, the newest first."""
    query = select(Agent).where(Agent.site_id == site_id).order_by(col(Agent.enrolled_utc).desc())
    return tuple(session.exec(query).all())


def of_client(session: Session, client_id: UUID) -> tuple[tuple[Site, Agent], ...]:
    query = select(Site, Agent).join(Agent, col(Agent.site_id) == Site.id).where(Site.client_id == client_id)
    return tuple(session.exec(query.order_by(col(Agent.enrolled_utc).desc())).all())


def everywhere(session: Session) -> tuple[tuple[Site, Agent], ...]:
    query = select(Site, Agent).join(Agent, col(Agent.site_id) == Site.id)
    return tuple(session.exec(query.order_by(col(Agent.enrolled_utc).desc())).all())


def revoke(session: Session, agent_id: UUID, now: datetime) -> Agent:
    """Its key is refused from now on; what it reported stays. Raises NotFound."""
    agent = get(session, agent_id)
    agent.revoked_utc = agent.revoked_utc or now
    session.flush()
    return agent


def note_contact(session: Session, agent_id: UUID, address: str, now: datetime) -> None:
    statement = update(Agent).where(col(Agent.id) == agent_id).values(last_contact_utc=now, last_address=address)
    session.connection().execute(statement)


def note_report(session: Session, agent_id: UUID, about: AgentAbout, address: str, now: datetime) -> None:
    """What the agent says of itself in a report."""
    said = {"version": about.version, "lacking": list(about.lacking), "last_contact_utc": now, "last_address": address}
    session.connection().execute(update(Agent).where(col(Agent.id) == agent_id).values(**said))


def forget_tokens(session: Session, before: datetime) -> int:
    """Deletes tokens that expired before a moment; how many."""
    return session.connection().execute(delete(EnrolmentToken).where(col(EnrolmentToken.expires_utc) < before)).rowcount

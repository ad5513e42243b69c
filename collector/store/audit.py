"""Who did what: written beside what was done, in the same transaction, and never changed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from collector.store.tables import AuditEntry

COMMAND_LINE = "command line"


def write(
    session: Session, actor: str, action: str, subject: UUID | str, now: datetime, *, client_id: UUID | None = None, detail: str = "",
    address: str = "",
) -> None:  # fmt: skip
    """``action``: ``credential.reveal``, ``credential.add``, ``agent.revoke`` ... ``detail`` is never a secret."""
    entry = AuditEntry(at_utc=now, actor=actor, action=action, client_id=client_id, subject=str(subject), detail=detail, address=address)
    session.add(entry)
    session.flush()


def of_subject(session: Session, subject: UUID | str, action: str | None = None, limit: int = 50) -> tuple[AuditEntry, ...]:
    """What was done to one thing, the newest first."""
    query = select(AuditEntry).where(AuditEntry.subject == str(subject))
    if action is not None:
        query = query.where(AuditEntry.action == action)
    return tuple(session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)).all())


def of_client(session: Session, client_id: UUID, action: str | None = None, limit: int = 200) -> tuple[AuditEntry, ...]:
    """What was done at one client, the newest first."""
    query = select(AuditEntry).where(AuditEntry.client_id == client_id)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    return tuple(session.exec(query.order_by(col(AuditEntry.id).desc()).limit(limit)).all())

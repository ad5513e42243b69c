"""What technicians wrote about the areas of a client."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from collector.store import clients
from collector.store.database import NotFound
from collector.store.tables import Record
from shared.text import many_lines


def create(
    session: Session,
    client_id: UUID,
    area: str,
    title: str,
    fields: Mapping[str, str],
    by: str,
    now: datetime,
    device_id: str | None = None,
) -> Record:
    """Raises NotFound for the client, BadInput for the title."""
    clients.get(session, client_id)
    record = Record(
        id=uuid4(), client_id=client_id, device_id=device_id, area=area, title=clients.named(title, "record"), fields=_clean(fields),
        created_by=by, created_utc=now, updated_by=by, updated_utc=now,
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def get(session: Session, record_id: UUID) -> Record:
    """Raises NotFound."""
    record = session.get(Record, record_id)
    if record is None:
        raise NotFound("there is no such record.")
    return record


def of_client(session: Session, client_id: UUID, area: str | None = None, device_id: str | None = None) -> tuple[Record, ...]:
    """All of a client, of one of its areas, or of one device; the newest change first."""
    query = select(Record).where(Record.client_id == client_id)
    if area is not None:
        query = query.where(Record.area == area)
    if device_id is not None:
        query = query.where(Record.device_id == device_id)
    return tuple(session.exec(query.order_by(col(Record.updated_utc).desc())).all())


def change(
    session: Session, record_id: UUID, title: str, fields: Mapping[str, str], by: str, now: datetime, device_id: str | None = None
) -> Record:
    """Raises NotFound, BadInput."""
    record = get(session, record_id)
    record.title, record.fields, record.device_id = clients.named(title, "record"), _clean(fields), device_id
    record.updated_by, record.updated_utc = by, now
    session.flush()
    return record


def delete(session: Session, record_id: UUID) -> Record:
    """Gives what was deleted. Raises NotFound."""
    record = get(session, record_id)
    session.delete(record)
    session.flush()
    return record


def _clean(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: many_lines(value) for name, value in fields.items()}

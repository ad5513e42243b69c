"""What technicians have corrected of devices: each correction from when until when, and by whom, so that nothing is forgotten.

A correction belongs to a device by its id, and follows it where the device turns out to be another (``follow``). It is no part of the
site's history: ``collector.store.history`` lays those in force over whatever it reads.
Raises NotFound for a site or correction that is not there, BadInput for a field or value that cannot be.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from collector.core.corrections import FIELDS
from collector.core.corrections import Correction as InForce
from collector.store import sites
from collector.store.database import NotFound
from collector.store.tables import Correction
from shared.errors import BadInput
from shared.inventory import Kind
from shared.text import one_line

VALUE_CHARS = 200


def in_force(session: Session, site_id: UUID, device_id: str | None = None) -> tuple[InForce, ...]:
    """Of a site, or of one of its devices."""
    query = select(Correction).where(Correction.site_id == site_id, col(Correction.valid_to_utc).is_(None))
    if device_id is not None:
        query = query.where(Correction.device_id == device_id)
    rows = session.exec(query.order_by(col(Correction.device_id), col(Correction.field))).all()
    return tuple(InForce(row.device_id, row.field, row.value, row.made_by, row.valid_from_utc) for row in rows)


def of_device(session: Session, site_id: UUID, device_id: str) -> tuple[Correction, ...]:
    """All that there ever were, the newest first."""
    query = select(Correction).where(Correction.site_id == site_id, Correction.device_id == device_id)
    return tuple(session.exec(query.order_by(col(Correction.valid_from_utc).desc(), col(Correction.field))).all())


def write(session: Session, site_id: UUID, device_id: str, field: str, value: str, by: str, now: datetime) -> Correction | None:
    """The correction that holds from now on; None where it held already. Raises NotFound, BadInput."""
    client_id = sites.get(session, site_id).client_id
    clean = cleaned(field, value)
    before = _current(session, site_id, device_id, field)
    if before is not None and before.value == clean:
        return None
    if before is not None:
        before.valid_to_utc, before.ended_by = now, by
    made = Correction(
        id=uuid4(), client_id=client_id, site_id=site_id, device_id=device_id, field=field, value=clean, made_by=by, valid_from_utc=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, site_id: UUID, device_id: str, field: str, by: str, now: datetime) -> Correction:
    """What was seen holds again. Raises NotFound."""
    before = _current(session, site_id, device_id, field)
    if before is None:
        raise NotFound("there is no such correction.")
    before.valid_to_utc, before.ended_by = now, by
    session.flush()
    return before


def follow(session: Session, site_id: UUID, absorbed: Mapping[str, str], now: datetime) -> None:
    """``absorbed``: the id of a device that turned out to be another -> that one's, whose own corrections stay where both have one."""
    for old, new in absorbed.items():
        for row in of_device(session, site_id, old):
            if row.valid_to_utc is None and _current(session, site_id, new, row.field) is not None:
                row.valid_to_utc, row.ended_by = now, ""
            row.device_id = new
            session.flush()


def cleaned(field: str, value: str) -> str:
    """Raises BadInput."""
    clean = one_line(value)
    if field not in FIELDS:
        raise BadInput(f"there is no such field. Those that can be corrected: {', '.join(FIELDS)}.")
    if not clean or len(clean) > VALUE_CHARS:
        raise BadInput(f"{field}: 1 to {VALUE_CHARS} characters.")
    if field == "kind" and clean not in {kind.value for kind in Kind}:
        raise BadInput(f"kind: one of {', '.join(kind.value for kind in Kind)}.")
    return clean


def _current(session: Session, site_id: UUID, device_id: str, field: str) -> Correction | None:
    query = select(Correction).where(Correction.site_id == site_id, Correction.device_id == device_id, Correction.field == field)
    return session.exec(query.where(col(Correction.valid_to_utc).is_(None))).first()

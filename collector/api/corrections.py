"""What technicians correct of a device, for other programs: read, written and withdrawn, field by field."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from collector.accounts.guard import Technician, technician
from collector.running import Running, running
from collector.store import audit, corrections, sites
from collector.store.database import NotFound
from collector.store.history import inventory_at
from collector.store.tables import Correction
from shared.model import Frozen, Utc
from shared.text import OneLine

router = APIRouter(
    prefix="/api/v1/sites/{site_id}/devices/{device_id}/corrections", tags=["corrections"], dependencies=[Depends(technician)]
)
Here = Annotated[Running, Depends(running)]


class CorrectionOut(Frozen):
    field: str
    value: str
    by: str
    valid_from_utc: Utc
    valid_to_utc: Utc | None
    """None: it holds."""
    ended_by: str


class CorrectionIn(Frozen, extra="forbid"):
    value: OneLine


@router.get("")
def of_device(site_id: UUID, device_id: str, here: Here) -> list[CorrectionOut]:
    """All that there ever were, the newest first."""
    with here.database.reading() as session:
        sites.get(session, site_id)
        return [_shown(row) for row in corrections.of_device(session, site_id, device_id)]


@router.put("/{field}", responses={201: {"model": CorrectionOut}})
def write(
    site_id: UUID, device_id: str, field: str, wanted: CorrectionIn, response: Response, here: Here, who: Technician
) -> CorrectionOut:
    """201: it holds from now on; 200: it held already."""
    now = here.now()
    with here.database.writing() as session:
        client_id = sites.get(session, site_id).client_id
        if all(device.id != device_id for device in inventory_at(session, site_id).devices):
            raise NotFound("this site has no such device.")
        made = corrections.write(session, site_id, device_id, field, wanted.value, who.name, now)
        if made is not None:
            audit.write(session, who.name, "correction.write", device_id, now, client_id=client_id, detail=f"{field}: {made.value}")
            response.status_code = 201
        held = next(row for row in corrections.of_device(session, site_id, device_id) if row.field == field and row.valid_to_utc is None)
        return _shown(held)


@router.delete("/{field}")
def withdraw(site_id: UUID, device_id: str, field: str, here: Here, who: Technician) -> CorrectionOut:
    now = here.now()
    with here.database.writing() as session:
        client_id = sites.get(session, site_id).client_id
        ended = corrections.withdraw(session, site_id, device_id, field, who.name, now)
        audit.write(session, who.name, "correction.withdraw", device_id, now, client_id=client_id, detail=f"{field}: {ended.value}")
        return _shown(ended)


def _shown(row: Correction) -> CorrectionOut:
    return CorrectionOut(
        field=row.field, value=row.value, by=row.made_by, valid_from_utc=row.valid_from_utc, valid_to_utc=row.valid_to_utc,
        ended_by=row.ended_by,
    )  # fmt: skip

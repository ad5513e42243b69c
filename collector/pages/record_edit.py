"""Adding, changing and deleting what a technician writes about an area, with the fields that the area asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from collector.pages.forms import FormField, area_fields, identifier, read_area_fields, required_name
from collector.pages.reading import ClientHead, Session, client_crumbs, client_head, devices_of, record_about
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visit, Visitor
from collector.sections import Area, area_named
from collector.sections.parts.model import N_, FieldKind, Record, Text, phrase
from collector.store import audit, records
from collector.store.database import NotFound

ROUTER = APIRouter()


@dataclass(frozen=True, slots=True)
class RecordEditContext:
    shell: Shell
    client: ClientHead
    record: Record | None
    """None for a new one."""
    area: str
    area_title: Text
    form: tuple[FormField, ...]
    faults: tuple[Text, ...]
    action: str


@dataclass(frozen=True, slots=True)
class _Typed:
    title: str
    device: str
    written: Mapping[str, str]
    faults: Mapping[str, Text]


@ROUTER.get("/clients/{client_id}/records/new")
def new(visit: Visitor, client_id: str) -> Response:
    area = _area(visit.asked("area"))
    with visit.here.database.reading() as session:
        client, devices = client_head(session, client_id), devices_of(session, client_id)
    title = phrase(area.title).said(visit.language.translator)
    return _page(visit, client, area, None, _Typed(title, visit.asked("device"), {}, {}), devices)


@ROUTER.post("/clients/{client_id}/records/new")
def add(visit: Visitor, client_id: str, form: Submitted) -> Response:
    area = _area(form.get("area", ""))
    with visit.here.database.writing() as session:
        client, devices = client_head(session, client_id), devices_of(session, client_id)
        typed = _read(area, form, devices)
        if not typed.faults:
            made = records.create(
                session, UUID(client.id), area.name, typed.title, typed.written, visit.name, visit.now_utc, typed.device or None
            )
            _note(session, visit, "record.add", made.id, client, typed.title)
            return visit.to(_place(client, area), "record-saved")
    return _page(visit, client, area, None, typed, devices, 422)


@ROUTER.get("/records/{record_id}")
def edit(visit: Visitor, record_id: str) -> Response:
    with visit.here.database.reading() as session:
        client, record = record_about(session, record_id)
        devices = devices_of(session, client.id)
    return _page(visit, client, _area(record.area), record, _Typed(record.title, record.device, record.fields, {}), devices)


@ROUTER.post("/records/{record_id}")
def change(visit: Visitor, record_id: str, form: Submitted) -> Response:
    with visit.here.database.writing() as session:
        client, record = record_about(session, record_id)
        area, devices = _area(record.area), devices_of(session, client.id)
        typed = _read(area, form, (*devices, (record.device, "")))
        if not typed.faults:
            kept = {name: value for name, value in record.fields.items() if area.field(name) is None}
            written = {**kept, **typed.written}
            records.change(session, UUID(record.id), typed.title, written, visit.name, visit.now_utc, typed.device or None)
            _note(session, visit, "record.change", record.id, client, typed.title)
            return visit.to(_place(client, area), "record-saved")
    return _page(visit, client, area, record, typed, devices, 422)


@ROUTER.post("/records/{record_id}/delete")
def delete(visit: Visitor, record_id: str, form: Submitted) -> Response:
    with visit.here.database.writing() as session:
        client, record = record_about(session, record_id)
        records.delete(session, identifier(record_id))
        _note(session, visit, "record.delete", record.id, client, record.title)
    return visit.to(f"/clients/{client.id}", "record-deleted")


def _area(name: str) -> Area:
    area = area_named(name)
    if area is None:
        raise NotFound("there is no such area.")
    return area


def _place(client: ClientHead, area: Area) -> str:
    return f"/clients/{client.id}#{area.name}"


def _note(session: Session, visit: Visit, action: str, subject: object, client: ClientHead, title: str) -> None:
    audit.write(session, visit.name, action, str(subject), visit.now_utc, client_id=UUID(client.id), detail=title, address=visit.address)


def _read(area: Area, form: Mapping[str, str], devices: tuple[tuple[str, str], ...]) -> _Typed:
    title, fault = required_name(form.get("title", ""))
    written, faults = read_area_fields(area.fields, form)
    device = form.get("device", "")
    if fault:
        faults["title"] = fault
    if device and device not in {known for known, _ in devices}:
        faults["device"] = phrase(N_("Choose one of the list."))
    return _Typed(title, device, written, faults)


def _page(
    visit: Visit,
    client: ClientHead,
    area: Area,
    record: Record | None,
    typed: _Typed,
    devices: tuple[tuple[str, str], ...],
    status: int = 200,
) -> Response:
    faults = typed.faults
    form = (
        FormField("title", phrase(N_("Title")), value=typed.title, required=True, fault=faults.get("title", "")),
        FormField("device", phrase(N_("Device")), FieldKind.CHOICE, typed.device, choices=devices, fault=faults.get("device", "")),
        *area_fields(area.fields, typed.written, faults),
    )
    action = f"/records/{record.id}" if record else f"/clients/{client.id}/records/new"
    title = record.title if record else phrase(N_("New note"))
    crumbs = (*client_crumbs(client), Crumb(phrase(area.title), _place(client, area)), Crumb(title, ""))
    context = RecordEditContext(
        visit.shell(*crumbs, place="clients"), client, record, area.name, phrase(area.title), form, tuple(faults.values()), action
    )
    return visit.page("record_edit.html", context, status)

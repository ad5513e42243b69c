"""Correcting what is said of a device: what a technician writes here goes before all that was seen, until the field is emptied again."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from collector.core.corrections import FIELDS, documented, seen
from collector.pages.forms import FormField
from collector.pages.reading import Session, SiteHead, SiteView, site_view
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visit, Visitor
from collector.sections.parts.kinds import FIELDS as FIELD_NAMES
from collector.sections.parts.kinds import kind_phrase
from collector.sections.parts.model import N_, FieldKind, Text, phrase
from collector.store import audit, corrections
from collector.store.corrections import VALUE_CHARS
from collector.store.database import NotFound
from shared.inventory import Device, Kind
from shared.text import one_line

ROUTER = APIRouter()
LABELS = {**FIELD_NAMES, "name": FIELD_NAMES["hostname"]}


@dataclass(frozen=True, slots=True)
class CorrectContext:
    shell: Shell
    site: SiteHead
    id: str
    title: str
    form: tuple[FormField, ...]
    faults: tuple[Text, ...]


@ROUTER.get("/sites/{site_id}/devices/{device_id}/correct")
def edit(visit: Visitor, site_id: str, device_id: str) -> Response:
    with visit.here.database.reading() as session:
        view, device = _device(session, site_id, device_id)
    return _page(visit, view, device, _in_force(device), {})


@ROUTER.post("/sites/{site_id}/devices/{device_id}/correct")
def change(visit: Visitor, site_id: str, device_id: str, form: Submitted) -> Response:
    typed, faults = _read(form)
    with visit.here.database.writing() as session:
        view, device = _device(session, site_id, device_id)
        if not faults:
            for field, value in typed.items():
                _write(session, visit, view, device, field, value)
            return visit.to(f"/sites/{view.site.id}/devices/{device.id}", "correction-saved")
    return _page(visit, view, device, typed, faults, 422)


def _device(session: Session, site_id: str, device_id: str) -> tuple[SiteView, Device]:
    view = site_view(session, site_id)
    device = next((one for one in view.inventory.devices if one.id == device_id), None)
    if device is None:
        raise NotFound("this site has no such device.")
    return view, device


def _in_force(device: Device) -> dict[str, str]:
    return {field: found.value for field in FIELDS if (found := documented(device, field)) is not None}


def _read(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Text]]:
    """By field: what was typed, empty for what was seen; and what is wrong. A field that the form lacks stays as it is."""
    typed = {field: one_line(form[field]) for field in FIELDS if field in form}
    faults: dict[str, Text] = {
        field: phrase(N_("At most %(count)s characters."), count=VALUE_CHARS) for field, value in typed.items() if len(value) > VALUE_CHARS
    }
    if typed.get("kind") and typed["kind"] not in {kind.value for kind in Kind}:
        faults["kind"] = phrase(N_("Choose one of the list."))
    return typed, faults


def _write(session: Session, visit: Visit, view: SiteView, device: Device, field: str, value: str) -> None:
    """Notes who did what, where it changes something."""
    before, site = _in_force(device).get(field, ""), UUID(view.site.id)
    if value == before:
        return
    if value:
        corrections.write(session, site, device.id, field, value, visit.name, visit.now_utc)
    else:
        corrections.withdraw(session, site, device.id, field, visit.name, visit.now_utc)
    action, detail = ("correction.write", value) if value else ("correction.withdraw", before)
    client_id = UUID(view.client.id)
    audit.write(
        session, visit.name, action, device.id, visit.now_utc, client_id=client_id, detail=f"{field}: {detail}", address=visit.address
    )


def _page(
    visit: Visit, view: SiteView, device: Device, typed: Mapping[str, str], faults: Mapping[str, Text], status: int = 200
) -> Response:
    path = f"/sites/{view.site.id}/devices/{device.id}"
    crumbs = (*view.crumbs(), Crumb(device.title, path), Crumb(phrase(N_("Correct")), ""))
    form = tuple(_field(visit, device, field, typed.get(field, ""), faults.get(field, "")) for field in FIELDS)
    shell = visit.shell(*crumbs, place="clients")
    context = CorrectContext(shell, view.site, device.id, device.title, form, tuple(faults.values()))
    return visit.page("correct.html", context, status)


def _field(visit: Visit, device: Device, field: str, value: str, fault: Text) -> FormField:
    found = seen(device, field)
    if field == "kind" and found:
        found = kind_phrase(Kind(found)).said(visit.language.translator)
    hint = phrase(N_("Seen: %(value)s"), value=found) if found else phrase(N_("Nothing was seen."))
    label = phrase(LABELS[field])
    if field != "kind":
        return FormField(field, label, FieldKind.LINE, value, hint, fault=fault)
    kinds: tuple[tuple[str, Text], ...] = tuple((kind.value, kind_phrase(kind)) for kind in Kind)
    return FormField(field, label, FieldKind.CHOICE, value, hint, kinds, fault=fault)

"""Adding, changing and deleting a login. The value goes in and never comes out here: an empty field leaves it as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from collector.pages.forms import LINE_CHARS, LINES_CHARS, FormField, identifier, required_name
from collector.pages.reading import ClientHead, client_crumbs, client_head, credential_about
from collector.pages.reading import devices_of as devices_of_client
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visit, Visitor
from collector.sections import area_named, areas
from collector.sections.parts.model import N_, CredentialAbout, FieldKind, Text, phrase
from collector.vault import access
from shared.secret import Secret

ROUTER = APIRouter()
PASSWORD = "password"  # noqa: S105  # a kind of input field


@dataclass(frozen=True, slots=True)
class CredentialEditContext:
    shell: Shell
    client: ClientHead
    credential: CredentialAbout | None
    """None for a new one."""
    form: tuple[FormField, ...]
    faults: tuple[Text, ...]
    action: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed, cleaned by ``_read``; the value apart, so that it never reaches a form again."""

    name: str = ""
    username: str = ""
    web_address: str = ""
    area: str = ""
    device: str = ""
    note: str = ""


@ROUTER.get("/clients/{client_id}/credentials/new")
def new(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client, devices = client_head(session, client_id), devices_of_client(session, client_id)
    typed = _Typed(area=visit.asked("area"), device=visit.asked("device"))
    return _page(visit, client, None, typed, devices, {})


@ROUTER.post("/clients/{client_id}/credentials/new")
def add(visit: Visitor, client_id: str, form: Submitted) -> Response:
    typed, value, faults = _read(form, value_needed=True)
    with visit.here.database.writing() as session:
        client, devices = client_head(session, client_id), devices_of_client(session, client_id)
        faults |= _unknown_device(typed, devices)
        if not faults:
            access.add(
                session,
                visit.here.keys,
                UUID(client.id),
                value,
                name=typed.name,
                by=visit.name,
                now=visit.now_utc,
                address=visit.address,
                area=typed.area,
                username=typed.username,
                url=typed.web_address,
                note=typed.note,
                device_id=typed.device or None,
            )
            return visit.to(f"/clients/{client.id}/credentials", "credential-saved")
    return _page(visit, client, None, typed, devices, faults, 422)


@ROUTER.get("/credentials/{credential_id}")
def edit(visit: Visitor, credential_id: str) -> Response:
    with visit.here.database.reading() as session:
        client, credential = credential_about(session, credential_id)
        devices = devices_of_client(session, client.id)
    typed = _Typed(credential.name, credential.username, credential.web_address, credential.area, credential.device, credential.note)
    return _page(visit, client, credential, typed, devices, {})


@ROUTER.post("/credentials/{credential_id}")
def change(visit: Visitor, credential_id: str, form: Submitted) -> Response:
    typed, value, faults = _read(form, value_needed=False)
    with visit.here.database.writing() as session:
        client, credential = credential_about(session, credential_id)
        devices = devices_of_client(session, client.id)
        if typed.device != credential.device:
            faults |= _unknown_device(typed, devices)
        if not faults:
            access.change(
                session,
                visit.here.keys,
                UUID(credential.id),
                value or None,
                name=typed.name,
                by=visit.name,
                now=visit.now_utc,
                address=visit.address,
                area=typed.area,
                username=typed.username,
                url=typed.web_address,
                note=typed.note,
                device_id=typed.device or None,
            )
            return visit.to(f"/clients/{client.id}/credentials", "credential-saved")
    return _page(visit, client, credential, typed, devices, faults, 422)


@ROUTER.post("/credentials/{credential_id}/delete")
def delete(visit: Visitor, credential_id: str, form: Submitted) -> Response:
    with visit.here.database.writing() as session:
        gone = access.delete(session, identifier(credential_id), visit.name, visit.now_utc, visit.address)
        client_id = gone.client_id
    return visit.to(f"/clients/{client_id}/credentials", "credential-deleted")


def _read(form: Mapping[str, str], *, value_needed: bool) -> tuple[_Typed, Secret, dict[str, Text]]:
    name, fault = required_name(form.get("name", ""))
    faults: dict[str, Text] = {"name": fault} if fault else {}
    for field, limit in (("username", LINE_CHARS), ("web_address", LINE_CHARS), ("note", LINES_CHARS), ("value", access.VALUE_CHARS)):
        if len(form.get(field, "")) > limit:
            faults[field] = phrase(N_("At most %(count)s characters."), count=limit)
    value = Secret(form.get("value", ""))
    if value_needed and not value:
        faults["value"] = phrase(N_("A password, key or code is needed."))
    area = form.get("area", "")
    if area and area_named(area) is None:
        faults["area"] = phrase(N_("Choose one of the list."))
    bounded = {field: form.get(field, "")[:LINES_CHARS] for field in ("username", "web_address", "device", "note")}
    return _Typed(name=name, area=area, **bounded), value, faults


def _unknown_device(typed: _Typed, devices: tuple[tuple[str, str], ...]) -> dict[str, Text]:
    unknown = typed.device and typed.device not in {device for device, _ in devices}
    return {"device": phrase(N_("Choose one of the list."))} if unknown else {}


def _page(
    visit: Visit,
    client: ClientHead,
    credential: CredentialAbout | None,
    typed: _Typed,
    devices: tuple[tuple[str, str], ...],
    faults: Mapping[str, Text],
    status: int = 200,
) -> Response:
    action = f"/credentials/{credential.id}" if credential else f"/clients/{client.id}/credentials/new"
    last = Crumb(credential.name if credential else phrase(N_("New credential")), "")
    credentials = Crumb(phrase(N_("Credentials")), f"/clients/{client.id}/credentials")
    shell = visit.shell(*client_crumbs(client), credentials, last, place="clients")
    form = _form(typed, devices, faults, kept=credential is not None)
    return visit.page(
        "credential_edit.html", CredentialEditContext(shell, client, credential, form, tuple(faults.values()), action), status
    )


def _form(typed: _Typed, devices: tuple[tuple[str, str], ...], faults: Mapping[str, Text], *, kept: bool) -> tuple[FormField, ...]:
    chosen_areas: tuple[tuple[str, Text], ...] = tuple((area.name, phrase(area.title)) for area in areas())
    value_hint = (
        phrase(N_("Left empty, it stays as it is.")) if kept else phrase(N_("Sealed before it is stored. Each look at it is recorded."))
    )
    return (
        FormField("name", phrase(N_("What it is for")), value=typed.name, required=True, fault=faults.get("name", "")),
        FormField("username", phrase(N_("User name")), value=typed.username, fault=faults.get("username", "")),
        FormField(
            "value",
            phrase(N_("Password, key or code")),
            kind=PASSWORD,
            hint=value_hint,
            required=not kept,
            fault=faults.get("value", ""),
            complete="new-password",
        ),
        FormField("web_address", phrase(N_("Web address")), FieldKind.WEB_ADDRESS, typed.web_address, fault=faults.get("web_address", "")),
        FormField("area", phrase(N_("Area")), FieldKind.CHOICE, typed.area, choices=chosen_areas, fault=faults.get("area", "")),
        FormField("device", phrase(N_("Device")), FieldKind.CHOICE, typed.device, choices=devices, fault=faults.get("device", "")),
        FormField(
            "note",
            phrase(N_("Note")),
            FieldKind.LINES,
            typed.note,
            hint=phrase(N_("Shown beside the name: nothing secret here.")),
            fault=faults.get("note", ""),
        ),
    )

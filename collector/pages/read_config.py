"""Reads a saved configuration or a backup that a technician uploads: shows what it says, and how it differs from the device's own.

Nothing of the file is kept. It is bounded, read in a thread of its own, and its secrets are gone before anything of it is shown.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from collector.core.diff import diff
from collector.core.wording import sentence
from collector.pages.reading import ClientHead, Session, SiteView, client_crumbs, client_head, site_view
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visit, Visitor
from collector.sections.parts.devices import directory
from collector.sections.parts.firewall import dhcp_table, forwards_table, routes_table, rules_table, source_nat_table, vpn_table
from collector.sections.parts.model import N_, Table, Text, phrase
from collector.sections.parts.settings import exposed_table, secrets_table, settings_tables, unread_table
from shared.change import Change
from shared.configs import MAX_CONFIG_BYTES, Understood, formats, looks_like, read_config
from shared.device_config import DeviceConfiguration, ReadConfig, Settings
from shared.errors import BadInput, Unparsed
from shared.inventory import Device, Inventory

ROUTER = APIRouter()
MAX_CHANGES = 500


@dataclass(frozen=True, slots=True)
class FormatChoice:
    platform: str
    title: str
    experimental: bool


@dataclass(frozen=True, slots=True)
class ReadConfigContext:
    shell: Shell
    client: ClientHead
    site: str
    device: str
    device_title: str
    formats: tuple[FormatChoice, ...]
    platform: str
    fault: Text
    read: ReadConfig | None
    tables: tuple[Table, ...]
    changes: tuple[str, ...] | None
    """What the file would change on the device; none where it was not compared."""


@ROUTER.get("/clients/{client_id}/read-config")
def ask(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        view, device = _device(session, visit.asked("site"), visit.asked("device"), client)
    platform = next((one.platform for one in view.inventory.configurations if device and one.device == device.id), "") if view else ""
    return _page(visit, client, view, device, platform)


@ROUTER.post("/clients/{client_id}/read-config")
async def read(visit: Visitor, client_id: str, request: Request) -> Response:
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get("file")
        content = await sent.read(MAX_CONFIG_BYTES + 1) if isinstance(sent, UploadFile) else b""
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_answer, visit, client_id, fields, content)


def _answer(visit: Visit, client_id: str, fields: dict[str, str], content: bytes) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        view, device = _device(session, fields.get("site", ""), fields.get("device", ""), client)
    platform = fields.get("platform", "")
    if not content.strip():
        return _page(visit, client, view, device, platform, fault=phrase(N_("Choose a file.")), status=422)
    text = content.decode("utf-8-sig", "replace")
    if not platform:
        fitting = looks_like(text)
        if len(fitting) != 1:
            return _page(visit, client, view, device, "", fault=phrase(N_("The format was not recognised: choose it.")), status=422)
        platform = fitting[0]
    try:
        understood = read_config(platform, text)
    except (Unparsed, BadInput) as error:
        return _page(visit, client, view, device, platform, fault=str(error), status=422)
    return _page(visit, client, view, device, platform, understood=understood)


def _device(session: Session, site_id: str, device_id: str, client: ClientHead) -> tuple[SiteView | None, Device | None]:
    if not site_id:
        return None, None
    view = site_view(session, site_id)
    if view.client.id != client.id:
        return None, None
    return view, next((one for one in view.inventory.devices if one.id == device_id), None)


def _page(
    visit: Visit,
    client: ClientHead,
    view: SiteView | None,
    device: Device | None,
    platform: str,
    *,
    fault: Text = "",
    understood: Understood | None = None,
    status: int = 200,
) -> Response:
    document = understood.document if understood else None
    context = ReadConfigContext(
        shell=visit.shell(*client_crumbs(client), Crumb(phrase(N_("Read a configuration")), ""), place="clients"),
        client=client,
        site=view.site.id if view else "",
        device=device.id if device else "",
        device_title=device.title if device else "",
        formats=tuple(
            FormatChoice(one.platform, one.title, one.experimental)
            for one in sorted(formats().values(), key=lambda each: each.title.lower())
        ),
        platform=platform,
        fault=fault,
        read=document,
        tables=_tables(document) if document else (),
        changes=_changes(visit, view, device, document) if view and device and document else None,
    )
    return visit.page("read_config.html", context, status)


def _tables(document: ReadConfig) -> tuple[Table, ...]:
    nobody = directory(Inventory())
    tables = (
        exposed_table(document.exposed_ports, nobody, None),
        rules_table(document.firewall_rules, None),
        forwards_table(document.port_forwards, nobody, None),
        source_nat_table(document.source_nat, None),
        vpn_table(document.vpns, None),
        *settings_tables(document, None),
        routes_table(document.routes, nobody, None),
        dhcp_table(document.dhcp, None),
        secrets_table(document.secrets_removed.places),
        unread_table(document.unread),
    )
    return tuple(table for table in tables if table.rows)


def _changes(visit: Visit, view: SiteView, device: Device, document: ReadConfig) -> tuple[str, ...]:
    """As if the file were loaded: from what the device has now to what the file says."""
    now = _only(view.inventory, device)
    found = diff(now, _as_loaded(now, device, document))
    return tuple(sentence(change, visit.language.translator.gettext) for change in found if _tells(change))[:MAX_CHANGES]


def _tells(change: Change) -> bool:
    """Fingerprints of the file are made by no agent: that a secret differs cannot be known, and the text's digest differs by it."""
    return change.subject not in ("secret", "configuration") and change.field != "secret_fingerprints"


def _only(inventory: Inventory, device: Device) -> Inventory:
    lists = ("firewall_rules", "port_forwards", "source_nat", "vpns", "dhcp", "configurations", "exposed_ports")
    kept = {name: tuple(item for item in getattr(inventory, name) if item.device == device.id) for name in lists}
    return Inventory(devices=(device,)).model_copy(update=kept)


def _as_loaded(now: Inventory, device: Device, document: ReadConfig) -> Inventory:
    lists = ("firewall_rules", "port_forwards", "source_nat", "vpns", "dhcp", "exposed_ports")
    loaded = {name: tuple(item.model_copy(update={"device": device.id}) for item in getattr(document, name)) for name in lists}
    settings = Settings.model_validate({name: getattr(document, name) for name in Settings.model_fields})
    as_configured = DeviceConfiguration(device=device.id, platform=document.platform, stable_sha256="", settings=settings)
    return now.model_copy(update={**loaded, "configurations": (as_configured,)})

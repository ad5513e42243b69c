"""One device: what it is and who says so, its addresses, ports, interfaces, where it is plugged in, what it lets through, its logins."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Response

from collector.pages.reading import ClientHead, SiteHead, SiteView, credentials_of, records_of, site_view
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visitor
from collector.sections import areas
from collector.sections.parts import about_device
from collector.sections.parts.about_device import EvidenceLine
from collector.sections.parts.devices import Directory, directory
from collector.sections.parts.kinds import kind_phrase
from collector.sections.parts.model import CredentialAbout, Fact, Field, Phrase, Record, Table
from collector.store.database import NotFound
from shared.inventory import Device

ROUTER = APIRouter()


@dataclass(frozen=True, slots=True)
class DeviceContext:
    shell: Shell
    client: ClientHead
    site: SiteHead
    id: str
    title: str
    names: tuple[str, ...]
    kind: Phrase
    facts: tuple[Fact, ...]
    first_seen_utc: datetime
    last_seen_utc: datetime
    missing_since_utc: datetime | None
    configured: bool
    """Its configuration was read, and has a page of its own."""
    tables: tuple[Table, ...]
    evidence: tuple[EvidenceLine, ...]
    credentials: tuple[CredentialAbout, ...]
    records: tuple[Record, ...]
    fields: dict[str, tuple[Field, ...]]


@ROUTER.get("/sites/{site_id}/devices/{device_id}")
def show(visit: Visitor, site_id: str, device_id: str) -> Response:
    with visit.here.database.reading() as session:
        view = site_view(session, site_id)
        device = next((one for one in view.inventory.devices if one.id == device_id), None)
        if device is None:
            raise NotFound("this site has no such device.")
        credentials = credentials_of(session, view.client, device_id)
        records = records_of(session, view.client, device_id)
    return visit.page("device.html", _device(visit, view, device, credentials, records))


def _device(
    visit: Visitor, view: SiteView, device: Device, credentials: tuple[CredentialAbout, ...], records: tuple[Record, ...]
) -> DeviceContext:
    known = directory(view.inventory)
    return DeviceContext(
        shell=visit.shell(*view.crumbs(), Crumb(device.title, ""), place="clients"),
        client=view.client,
        site=view.site,
        id=device.id,
        title=device.title,
        names=device.hostnames[1:],
        kind=kind_phrase(device.kind),
        facts=about_device.facts(device, known),
        first_seen_utc=device.first_seen,
        last_seen_utc=device.last_seen,
        missing_since_utc=device.missing_since,
        configured=any(one.device == device.id for one in view.inventory.configurations),
        tables=_tables(device, known, visit),
        evidence=about_device.evidence_lines(device),
        credentials=credentials,
        records=records,
        fields={area.name: area.fields for area in areas()},
    )


def _tables(device: Device, known: Directory, visit: Visitor) -> tuple[Table, ...]:
    """Those that have something to show."""
    everything = (*about_device.own_tables(device, known), *about_device.firewall_tables(device, known, visit.day))
    return tuple(table for table in everything if table.rows)

"""A client's book at one of its sites: the four areas, the devices, the subnets, and what could not be looked at."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from collector.core.diff import diff
from collector.pages.reading import (
    ClientHead,
    ScanHead,
    Session,
    SiteHead,
    SiteView,
    client_crumbs,
    client_head,
    credentials_of,
    records_of,
    site_heads,
    site_view,
)
from collector.pages.render import Shell
from collector.pages.visit import Visit, Visitor
from collector.sections import areas
from collector.sections.parts.devices import directory
from collector.sections.parts.findings import FindingLine, finding_lines
from collector.sections.parts.kinds import kind_phrase
from collector.sections.parts.model import ClientAbout, CredentialAbout, Field, Record, Section, Table
from collector.sections.parts.network import devices_table, matches, not_seen_table, subnets_table, vlans_table
from collector.sections.parts.not_contacted import not_contacted_table
from collector.store import agents, clients, scans
from collector.store.database import NotFound
from collector.store.history import inventory_at
from shared.change import Change, Grade

ROUTER = APIRouter()


@dataclass(frozen=True, slots=True)
class Glance:
    """The first lines of the book: what a technician asks first."""

    devices: int
    missing_devices: int
    findings: int
    risky_findings: int
    gaps: int
    """What the areas miss."""
    changes: int | None
    """Since the scan before; None where there is none to compare with."""
    risky_changes: int
    public_addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookContext:
    shell: Shell
    client: ClientHead
    sites: tuple[SiteHead, ...]
    site: SiteHead
    scan: ScanHead | None
    enrolled: bool
    """Some agent is enrolled at this site."""
    glance: Glance
    sections: tuple[Section, ...]
    fields: dict[str, tuple[Field, ...]]
    """Of each area."""
    devices: Table
    filtered: str
    findings: tuple[FindingLine, ...]
    not_contacted: Table
    subnets: Table
    vlans: Table
    not_seen: Table


@dataclass(frozen=True, slots=True)
class BookWithoutSiteContext:
    shell: Shell
    client: ClientHead


@dataclass(frozen=True, slots=True)
class _Loaded:
    view: SiteView
    changes: tuple[Change, ...] | None
    records: tuple[Record, ...]
    credentials: tuple[CredentialAbout, ...]
    enrolled: bool


@ROUTER.get("/clients/{client_id}")
def show(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        found = site_heads(session, client)
        if not found:
            return visit.page(
                "book_without_site.html", BookWithoutSiteContext(visit.shell(*client_crumbs(client), place="clients"), client)
            )
        loaded = _load(session, client, _asked_site(session, client, found, visit.asked("site")))
    return visit.page("book.html", _book(visit, loaded))


def _asked_site(session: Session, client: ClientHead, found: tuple[SiteHead, ...], asked: str) -> SiteHead:
    """The site asked for, else the first that was scanned, else the first."""
    if not asked:
        scanned = {str(site.id) for site in clients.site_summaries(session, UUID(client.id)) if site.last_scan_utc is not None}
        return next((site for site in found if site.id in scanned), found[0])
    for site in found:
        if site.id == asked:
            return site
    raise NotFound("this client has no such site.")


def _load(session: Session, client: ClientHead, site: SiteHead) -> _Loaded:
    view, site_id = site_view(session, site.id), UUID(site.id)
    newest = scans.newest_merged(session, site_id)
    earlier = scans.before(session, newest) if newest else None
    changes = diff(inventory_at(session, site_id, earlier), view.inventory) if earlier else None
    enrolled = any(agent.revoked_utc is None for agent in agents.of_site(session, site_id))
    return _Loaded(view, changes, records_of(session, client), credentials_of(session, client), enrolled)


def _book(visit: Visit, loaded: _Loaded) -> BookContext:
    view = loaded.view
    inventory, known = view.inventory, directory(view.inventory)
    about = ClientAbout(view.client.name, view.site.name, visit.day)
    sections = tuple(
        area.build(
            inventory,
            tuple(record for record in loaded.records if record.area == area.name),
            tuple(credential for credential in loaded.credentials if credential.area == area.name),
            about,
        )
        for area in areas()
    )
    filtered = visit.asked("q").strip()
    translator = visit.language.translator
    shown = [device for device in inventory.devices if matches(device, filtered, kind_phrase(device.kind).said(translator))]
    return BookContext(
        shell=visit.shell(*view.crumbs(), place="clients"),
        client=view.client,
        sites=view.sites,
        site=view.site,
        scan=view.scan,
        enrolled=loaded.enrolled,
        glance=_glance(loaded, sections),
        sections=sections,
        fields={area.name: area.fields for area in areas()},
        devices=devices_table(shown, known, view.scan.started_utc if view.scan else None),
        filtered=filtered,
        findings=finding_lines(inventory, known),
        not_contacted=not_contacted_table(known),
        subnets=subnets_table(known),
        vlans=vlans_table(known),
        not_seen=not_seen_table(known),
    )


def _glance(loaded: _Loaded, sections: tuple[Section, ...]) -> Glance:
    inventory, changes = loaded.view.inventory, loaded.changes
    missing = sum(device.missing_since is not None for device in inventory.devices)
    return Glance(
        devices=len(inventory.devices) - missing,
        missing_devices=missing,
        findings=len(inventory.findings),
        risky_findings=sum(finding.grade == "risky" for finding in inventory.findings),
        gaps=sum(len(section.missing) for section in sections),
        changes=None if changes is None else len(changes),
        risky_changes=sum(change.grade is Grade.RISKY for change in changes or ()),
        public_addresses=tuple(inventory.public_addresses),
    )

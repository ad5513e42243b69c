"""What pages read of a client: rows of the store, turned into the words of sections, so that no row reaches a template.

Functions that take a ``visit`` and ``session`` raise NotFound where the address names nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from collector.pages.forms import identifier
from collector.pages.render import Crumb
from collector.sections.parts.model import N_, CredentialAbout, Record, phrase
from collector.sections.parts.network import device_order
from collector.store import audit, clients, credentials, records, scans, sites
from collector.store.history import inventory_at
from shared.inventory import Inventory

Session = Any
"""An open reading of ``collector.store.database``, and ``Any`` for its rows: pages know neither SQL nor tables."""
REVEAL = "credential.reveal"
LABEL_CHARS = 120


@dataclass(frozen=True, slots=True)
class ClientHead:
    id: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class SiteHead:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ScanHead:
    """``moment_utc`` is the end of the scan by the agent's clock."""

    id: str
    started_utc: datetime
    moment_utc: datetime
    complete: bool
    failed: int
    devices: int
    merged: bool


@dataclass(frozen=True, slots=True)
class SiteView:
    """A site as one of its scans left it."""

    client: ClientHead
    site: SiteHead
    scan: ScanHead | None
    inventory: Inventory
    sites: tuple[SiteHead, ...]

    def crumbs(self) -> tuple[Crumb, ...]:
        """Client, and the site where the client has several."""
        book = f"/clients/{self.client.id}"
        several = (Crumb(self.site.name, f"{book}?site={self.site.id}"),) if len(self.sites) > 1 else ()
        return (*client_crumbs(self.client), *several)


def client_crumbs(client: ClientHead) -> tuple[Crumb, ...]:
    return Crumb(phrase(N_("Clients")), "/clients"), Crumb(client.name, f"/clients/{client.id}")


def client_head(session: Session, client_id: str) -> ClientHead:
    row = clients.get(session, identifier(client_id))
    return ClientHead(str(row.id), row.name, row.note)


def site_heads(session: Session, client: ClientHead) -> tuple[SiteHead, ...]:
    return tuple(SiteHead(str(row.id), row.name) for row in sites.of_client(session, UUID(client.id)))


def scan_head(row: Any) -> ScanHead:
    """``row``: a scan of the store."""
    return ScanHead(str(row.id), row.started_utc, row.finished_utc, row.complete, row.failed, row.devices, row.merged)


def site_view(session: Session, site_id: str) -> SiteView:
    """The site as its newest scan left it."""
    row = sites.get(session, identifier(site_id))
    client = client_head(session, str(row.client_id))
    newest = scans.newest_merged(session, row.id)
    inventory = inventory_at(session, row.id)
    scan = scan_head(newest) if newest else None
    return SiteView(client, SiteHead(str(row.id), row.name), scan, inventory, site_heads(session, client))


def records_of(session: Session, client: ClientHead, device: str | None = None) -> tuple[Record, ...]:
    rows = records.of_client(session, UUID(client.id), device_id=device)
    return tuple(
        Record(str(row.id), row.area, row.title, dict(row.fields), row.updated_by, row.updated_utc, row.device_id or "") for row in rows
    )


def credentials_of(session: Session, client: ClientHead, device: str | None = None) -> tuple[CredentialAbout, ...]:
    rows = credentials.of_client(session, UUID(client.id), device_id=device)
    last = _last_reveals(audit.of_client(session, UUID(client.id), REVEAL, limit=1000))
    return tuple(_credential(row, last) for row in rows)


def credential_about(session: Session, credential_id: str) -> tuple[ClientHead, CredentialAbout]:
    row = credentials.get(session, identifier(credential_id))
    last = _last_reveals(audit.of_subject(session, row.id, REVEAL, limit=1))
    return client_head(session, str(row.client_id)), _credential(row, last)


def _credential(row: Any, last: dict[str, tuple[str, datetime]]) -> CredentialAbout:
    by, at_utc = last.get(str(row.id), ("", None))
    return CredentialAbout(
        id=str(row.id),
        name=row.name,
        username=row.username,
        web_address=row.url,
        area=row.area,
        device=row.device_id or "",
        note=row.note,
        changed_utc=row.updated_utc,
        revealed_utc=at_utc,
        revealed_by=by,
    )


def _last_reveals(entries: Iterable[Any]) -> dict[str, tuple[str, datetime]]:
    """The newest reveal of each credential; ``entries`` come newest first."""
    last: dict[str, tuple[str, datetime]] = {}
    for entry in entries:
        last.setdefault(entry.subject, (entry.actor, entry.at_utc))
    return last


@dataclass(frozen=True, slots=True)
class Reveal:
    person: str
    at_utc: datetime
    address: str


def reveals_of(session: Session, credential_id: str, limit: int = 10) -> tuple[Reveal, ...]:
    """Who has seen a credential's value, the newest first."""
    entries = audit.of_subject(session, identifier(credential_id), REVEAL, limit=limit)
    return tuple(Reveal(entry.actor, entry.at_utc, entry.address) for entry in entries)


def record_about(session: Session, record_id: str) -> tuple[ClientHead, Record]:
    row = records.get(session, identifier(record_id))
    client = client_head(session, str(row.client_id))
    return client, Record(str(row.id), row.area, row.title, dict(row.fields), row.updated_by, row.updated_utc, row.device_id or "")


def devices_of(session: Session, client_id: str) -> tuple[tuple[str, str], ...]:
    """Every device of a client for a list to choose from: its id, and what a person calls it."""
    found: list[tuple[str, str]] = []
    for row in sites.of_client(session, identifier(client_id)):
        for device in sorted(inventory_at(session, row.id).devices, key=device_order):
            address = device.addresses[0].address if device.addresses else ""
            label = f"{device.title} ({address})" if address and device.hostnames else device.title
            found.append((device.id, label[:LABEL_CHARS]))
    return tuple(found)

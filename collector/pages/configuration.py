"""A device's configuration: which versions it had and when, the text of one, what changed between two, and where secrets stood."""

import difflib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from collector.pages.reading import ClientHead, SiteHead, site_view
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visitor
from collector.sections.parts.model import N_, Table, phrase
from collector.sections.parts.settings import secrets_table
from collector.store import configurations
from collector.store.configurations import Version
from collector.store.database import NotFound
from shared.device_config import DeviceConfiguration

ROUTER = APIRouter()
CONTEXT_LINES = 3
MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class TextLine:
    mark: str
    """``+`` added, ``-`` removed, ``@`` a place that was left out, empty: as it was."""
    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    digest: str
    platform: str
    from_utc: datetime
    to_utc: datetime | None
    chosen: bool
    against: bool


@dataclass(frozen=True, slots=True)
class ConfigurationContext:
    shell: Shell
    client: ClientHead
    site: SiteHead
    id: str
    title: str
    versions: tuple[VersionLine, ...]
    about: DeviceConfiguration | None
    """What is said of the version in force; none where another one is shown."""
    lines: tuple[TextLine, ...]
    compared: bool
    clipped: bool
    tables: tuple[Table, ...]


@ROUTER.get("/sites/{site_id}/devices/{device_id}/configuration")
def show(visit: Visitor, site_id: str, device_id: str) -> Response:
    with visit.here.database.reading() as session:
        view = site_view(session, site_id)
        device = next((one for one in view.inventory.devices if one.id == device_id), None)
        site = UUID(view.site.id)
        versions = configurations.versions(session, site, device_id) if device else []
        if device is None or not versions:
            raise NotFound("no configuration of such a device was read.")
        chosen = _version(versions, visit.asked("version")) or versions[0]
        against = _version(versions, visit.asked("against"))
        text = configurations.text(session, site, chosen.stable_sha256) or ""
        before = configurations.text(session, site, against.stable_sha256) if against else None
    about = next((one for one in view.inventory.configurations if one.device == device_id), None)
    in_force = about if about and about.stable_sha256 == chosen.stable_sha256 else None
    lines = _difference(before, text) if before is not None else _numbered(text)
    context = ConfigurationContext(
        shell=visit.shell(
            *view.crumbs(),
            Crumb(device.title, f"/sites/{view.site.id}/devices/{device.id}"),
            Crumb(phrase(N_("Configuration")), ""),
            place="clients",
        ),
        client=view.client,
        site=view.site,
        id=device.id,
        title=device.title,
        versions=tuple(_line(one, chosen, against) for one in versions),
        about=in_force,
        lines=lines[:MAX_LINES],
        compared=before is not None,
        clipped=len(lines) > MAX_LINES,
        tables=(secrets_table(in_force.secrets),) if in_force and in_force.secrets else (),
    )
    return visit.page("configuration.html", context)


def _version(versions: list[Version], digest: str) -> Version | None:
    return next((one for one in versions if digest and one.stable_sha256 == digest), None)


def _line(version: Version, chosen: Version, against: Version | None) -> VersionLine:
    return VersionLine(
        version.stable_sha256,
        version.platform,
        version.from_utc,
        version.to_utc,
        version is chosen,
        against is not None and version is against,
    )


def _numbered(text: str) -> tuple[TextLine, ...]:
    return tuple(TextLine("", number, line) for number, line in enumerate(text.splitlines(), 1))


def _difference(before: str, after: str) -> tuple[TextLine, ...]:
    """A unified difference; the numbers are those of the later text."""
    lines: list[TextLine] = []
    number = 0
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=CONTEXT_LINES):
        if line.startswith(("---", "+++")) and not lines:
            continue
        if line.startswith("@@"):
            number = int(line.split("+")[1].split(",")[0].split(" ")[0]) - 1
            lines.append(TextLine("@", None, ""))
        elif line.startswith("-"):
            lines.append(TextLine("-", None, line[1:]))
        else:
            number += 1
            lines.append(TextLine("+" if line.startswith("+") else "", number, line[1:]))
    return tuple(lines)

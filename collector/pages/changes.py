"""What changed at a site between two of its scans, by how pressing it is, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from collector.core.diff import diff
from collector.core.wording import sentence
from collector.pages.forms import identifier
from collector.pages.reading import ClientHead, ScanHead, Session, SiteHead, SiteView, scan_head, site_view
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visit, Visitor
from collector.sections.parts.model import N_, Phrase, Tone, phrase
from collector.store import scans
from collector.store.history import inventory_at
from shared.change import Change, ChangeKind, Grade

ROUTER = APIRouter()
SCANS_OFFERED = 200

GRADES = (
    (Grade.RISKY, N_("Risky: look at it today"), Tone.RISKY),
    (Grade.NOTABLE, N_("Notable"), Tone.NOTABLE),
    (Grade.ROUTINE, N_("Routine"), Tone.QUIET),
)
KINDS = {
    ChangeKind.APPEARED: (N_("new"), Tone.PLAIN),
    ChangeKind.MISSING: (N_("gone"), Tone.NOTABLE),
    ChangeKind.RETURNED: (N_("back"), Tone.PLAIN),
    ChangeKind.CHANGED: (N_("changed"), Tone.QUIET),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    kind: Phrase
    tone: Tone
    sentence: str
    device: str
    """Its id where the newer scan knows the device."""
    device_title: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    title: Phrase
    tone: Tone
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ScanChoice:
    id: str
    moment_utc: datetime
    complete: bool


@dataclass(frozen=True, slots=True)
class ChangesContext:
    shell: Shell
    client: ClientHead
    site: SiteHead
    scans: tuple[ScanChoice, ...]
    """The newest first."""
    earlier: ScanHead | None
    later: ScanHead | None
    swapped: bool
    groups: tuple[ChangeGroup, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Compared:
    earlier: ScanHead | None
    later: ScanHead | None
    changes: tuple[Change, ...]
    known: frozenset[str]
    swapped: bool = False


@ROUTER.get("/sites/{site_id}/changes")
def show(visit: Visitor, site_id: str) -> Response:
    with visit.here.database.reading() as session:
        view = site_view(session, site_id)
        rows = [row for row in scans.of_site(session, UUID(view.site.id), limit=SCANS_OFFERED) if row.merged]
        compared = _compare(session, visit, view)
    choices = tuple(ScanChoice(str(row.id), row.finished_utc, row.complete) for row in rows)
    return visit.page("changes.html", _context(visit, view, choices, compared))


def _compare(session: Session, visit: Visit, view: SiteView) -> _Compared:
    """The two scans asked for, else the newest with the one before it. Put into the order of time."""
    site_id = UUID(view.site.id)
    to_asked, from_asked = visit.asked("to"), visit.asked("from")
    later = scans.of_this_site(session, site_id, identifier(to_asked)) if to_asked else scans.newest_merged(session, site_id)
    if later is None:
        return _Compared(None, None, (), frozenset())
    earlier = scans.of_this_site(session, site_id, identifier(from_asked)) if from_asked else scans.before(session, later)
    if earlier is None:
        return _Compared(None, scan_head(later), (), frozenset())
    swapped = earlier.as_of_utc > later.as_of_utc
    if swapped:
        earlier, later = later, earlier
    after = inventory_at(session, site_id, later)
    changes = diff(inventory_at(session, site_id, earlier), after)
    return _Compared(scan_head(earlier), scan_head(later), changes, frozenset(device.id for device in view.inventory.devices), swapped)


def _context(visit: Visit, view: SiteView, choices: tuple[ScanChoice, ...], compared: _Compared) -> ChangesContext:
    translate = visit.language.translator.gettext
    groups = tuple(
        ChangeGroup(
            phrase(title),
            tone,
            tuple(_line(change, sentence(change, translate), compared.known) for change in compared.changes if change.grade is grade),
        )
        for grade, title, tone in GRADES
    )
    return ChangesContext(
        shell=visit.shell(*view.crumbs(), Crumb(phrase(N_("Changes")), ""), place="clients"),
        client=view.client,
        site=view.site,
        scans=choices,
        earlier=compared.earlier,
        later=compared.later,
        swapped=compared.swapped,
        groups=tuple(group for group in groups if group.lines),
        count=len(compared.changes),
    )


def _line(change: Change, said: str, known: frozenset[str]) -> ChangeLine:
    word, tone = KINDS[change.kind]
    return ChangeLine(phrase(word), tone, said, change.device if change.device in known else "", change.device_title)

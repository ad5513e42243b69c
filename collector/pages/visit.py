"""Who asks for a page, in which language, and how the answer leaves: the frame that every page's handlers share.

A handler authorises by its parameter (``Visitor``: somebody signed in; ``Guest``: anybody), loads, builds its context, and ends with
``visit.page`` or ``visit.to``. Nothing of the answers is kept by a browser or a proxy (``Cache-Control: no-store``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from collector.accounts.guard import Technician, anyone
from collector.accounts.sessions import SignedIn
from collector.pages.language import COOKIE, PARAMETER, Language, chosen, languages
from collector.pages.render import Crumb, LanguageLink, Shell, render
from collector.running import Running, caller_address, running
from collector.sections.parts.model import N_, Text, phrase
from collector.store import people
from shared.text import one_line

NO_STORE = {"Cache-Control": "no-store"}
LANGUAGE_COOKIE_S = 365 * 24 * 3600
PATH_CHARS = 2000

DONE = {
    "client-added": N_("The client has been added. Next: enrol an agent at its site."),
    "client-saved": N_("The client has been saved."),
    "site-added": N_("The site has been added."),
    "correction-saved": N_("The corrections have been saved."),
    "credential-saved": N_("The credential has been saved."),
    "credential-deleted": N_("The credential has been deleted."),
    "record-saved": N_("The note has been saved."),
    "record-deleted": N_("The note has been deleted."),
    "agent-revoked": N_("The agent has been revoked: its key is refused from now on."),
    "signed-out": N_("You have signed out."),
}
"""What a page that one was sent back to may say: named in its address, so that no state is kept for it."""


@dataclass(frozen=True, slots=True)
class Visit:
    request: Request
    here: Running
    language: Language
    now_utc: datetime
    person: SignedIn | None = None

    @property
    def name(self) -> str:
        return self.person.name if self.person else ""

    @property
    def address(self) -> str:
        return caller_address(self.request)

    @property
    def day(self) -> date:
        return self.now_utc.astimezone().date()

    def asked(self, name: str) -> str:
        """A parameter of the address, in one line: it may be shown again, and came from whoever made the link."""
        return one_line(self.request.query_params.get(name, ""))

    def shell(self, *crumbs: Crumb, place: str = "") -> Shell:
        done = DONE.get(self.asked("done"))
        return Shell(
            language=self.language.code,
            languages=_language_links(self.request, self.language.code),
            now_utc=self.now_utc,
            zone=self.now_utc.astimezone().tzname() or "UTC",
            person=self.name,
            csrf=self.person.csrf if self.person else "",
            here=_own_path(self.request),
            place=place,
            crumbs=crumbs,
            notice=phrase(done) if done else "",
        )

    def page(self, template: str, context: object, status: int = 200) -> Response:
        answer = HTMLResponse(render(self.language.code, template, context), status, headers=NO_STORE)
        if self.asked(PARAMETER) == self.language.code:
            answer.set_cookie(COOKIE, self.language.code, max_age=LANGUAGE_COOKIE_S, path="/", httponly=True, samesite="lax")
        return answer

    def to(self, path: str, done: str = "") -> Response:
        """Sends the browser on after a form was taken (303: it asks with GET). ``path`` may end in a ``#place``."""
        way, hash_sign, place = path.partition("#")
        mark = f"{'&' if '?' in way else '?'}done={done}" if done else ""
        return RedirectResponse(way + mark + hash_sign + place, 303, headers=NO_STORE)


def local_path(path: str, otherwise: str) -> str:
    """``path`` where it is a page of ours; what came with a form may not lead to another web site."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= PATH_CHARS
    return path if own else otherwise


def _own_path(request: Request) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name not in {"done", PARAMETER}]
    path = request.url.path + (f"?{urlencode(kept)}" if kept else "")
    return local_path(path, "/clients")


def _language_links(request: Request, current: str) -> tuple[LanguageLink, ...]:
    """The same page in each language; the answer to a form has no address of its own, so there it is the page before."""
    path = _own_path(request) if request.method == "GET" else "/clients"
    joined = path + ("&" if "?" in path else "?")
    return tuple(LanguageLink(code, one.name, f"{joined}{PARAMETER}={code}", code == current) for code, one in languages().items())


def language_of(request: Request, person: SignedIn | None) -> Language:
    return chosen(
        request.query_params.get(PARAMETER, ""),
        request.cookies.get(COOKIE, ""),
        person.language if person else "",
        request.headers.get("accept-language", ""),
    )


def _visitor(request: Request, person: Technician) -> Visit:
    here, language = running(request), language_of(request, person)
    if request.query_params.get(PARAMETER) == language.code and person.language != language.code:
        with here.database.writing() as session:
            people.set_language(session, person.person_id, language.code)
    return Visit(request, here, language, here.now(), person)


def by_nobody(request: Request) -> Visit:
    here = running(request)
    return Visit(request, here, language_of(request, None), here.now())


def _guest(request: Request, _nobody: Annotated[None, Depends(anyone)]) -> Visit:
    return by_nobody(request)


async def _submitted(request: Request, _signed_in: Technician) -> Mapping[str, str]:
    """The form's text fields; files and repeated names are not taken."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def _submitted_by_anyone(request: Request, _nobody: Annotated[None, Depends(anyone)]) -> Mapping[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Visitor = Annotated[Visit, Depends(_visitor)]
Guest = Annotated[Visit, Depends(_guest)]
Submitted = Annotated[Mapping[str, str], Depends(_submitted)]
SubmittedByAnyone = Annotated[Mapping[str, str], Depends(_submitted_by_anyone)]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form was not taken. ``field`` is the field's name."""

    field: str
    text: Text

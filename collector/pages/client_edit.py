"""A client's name and note, and its sites."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from collector.pages.forms import LINES_CHARS, FormField, required_name
from collector.pages.reading import ClientHead, SiteHead, client_crumbs, client_head, site_heads
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visit, Visitor
from collector.sections.parts.model import N_, FieldKind, Text, phrase
from collector.store import audit, clients, sites
from shared.text import many_lines

ROUTER = APIRouter()


@dataclass(frozen=True, slots=True)
class ClientEditContext:
    shell: Shell
    client: ClientHead
    sites: tuple[SiteHead, ...]
    form: tuple[FormField, ...]
    site_form: tuple[FormField, ...]


@ROUTER.get("/clients/{client_id}/edit")
def show(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        found = site_heads(session, client)
    return _page(visit, client, found, _form(client.name, client.note), _site_form())


@ROUTER.post("/clients/{client_id}/edit")
def change(visit: Visitor, client_id: str, form: Submitted) -> Response:
    name, fault = required_name(form.get("name", ""))
    note, too_long = many_lines(form.get("note", "")).strip(), len(form.get("note", "")) > LINES_CHARS
    with visit.here.database.writing() as session:
        client = client_head(session, client_id)
        other = clients.by_name(session, name) if not fault else None
        if other is not None and str(other.id) != client.id:
            fault = phrase(N_("There is a client with this name already."))
        if not fault and not too_long:
            clients.rename(session, UUID(client.id), name, note)
            audit.write(
                session,
                visit.name,
                "client.change",
                client.id,
                visit.now_utc,
                client_id=UUID(client.id),
                detail=name,
                address=visit.address,
            )
            return visit.to(f"/clients/{client.id}", "client-saved")
        found = site_heads(session, client)
    note_fault = phrase(N_("At most %(count)s characters."), count=LINES_CHARS) if too_long else ""
    return _page(visit, client, found, _form(name, note[:LINES_CHARS], fault, note_fault), _site_form(), 422)


@ROUTER.post("/clients/{client_id}/sites")
def add_site(visit: Visitor, client_id: str, form: Submitted) -> Response:
    name, fault = required_name(form.get("site", ""))
    with visit.here.database.writing() as session:
        client = client_head(session, client_id)
        if not fault and sites.by_name(session, UUID(client.id), name) is not None:
            fault = phrase(N_("This client has a site with this name already."))
        if not fault:
            site = sites.create(session, UUID(client.id), name, visit.now_utc)
            audit.write(
                session, visit.name, "site.add", site.id, visit.now_utc, client_id=UUID(client.id), detail=name, address=visit.address
            )
            return visit.to(f"/clients/{client.id}?site={site.id}", "site-added")
        found = site_heads(session, client)
    return _page(visit, client, found, _form(client.name, client.note), _site_form(name, fault), 422)


def _form(name: str, note: str, fault: Text = "", note_fault: Text = "") -> tuple[FormField, ...]:
    hint = phrase(N_("Shown at the top of the client's book: what everybody must know first."))
    return (
        FormField("name", phrase(N_("Client's name")), value=name, required=True, fault=fault),
        FormField("note", phrase(N_("Note")), FieldKind.LINES, note, hint=hint, fault=note_fault),
    )


def _site_form(name: str = "", fault: Text = "") -> tuple[FormField, ...]:
    return (FormField("site", phrase(N_("Name of the site")), value=name, required=True, fault=fault),)


def _page(
    visit: Visit,
    client: ClientHead,
    found: tuple[SiteHead, ...],
    form: tuple[FormField, ...],
    site_form: tuple[FormField, ...],
    status: int = 200,
) -> Response:
    shell = visit.shell(*client_crumbs(client), Crumb(phrase(N_("Client and sites")), ""), place="clients")
    return visit.page("client_edit.html", ClientEditContext(shell, client, found, form, site_form), status)

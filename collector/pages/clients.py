"""All clients with their sites: which were scanned when, how many devices, and a search that finds a client in one step."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from collector.pages.forms import FormField, required_name
from collector.pages.render import Shell
from collector.pages.visit import Submitted, Visit, Visitor
from collector.sections.parts.model import N_, Text, phrase
from collector.store import audit, clients, sites
from collector.store.clients import ClientSummary

ROUTER = APIRouter()
QUIET_AFTER = timedelta(days=2)
"""A site whose newest scan is older than this is marked: its agent has stopped."""


@dataclass(frozen=True, slots=True)
class SiteLine:
    id: str
    name: str
    devices: int
    missing: int
    agents: int
    last_scan_utc: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ClientLine:
    id: str
    name: str
    note: str
    sites: tuple[SiteLine, ...]


@dataclass(frozen=True, slots=True)
class ClientsContext:
    shell: Shell
    clients: tuple[ClientLine, ...]
    total: int
    searched: str
    form: tuple[FormField, ...]
    form_open: bool


@ROUTER.get("/")
def first(visit: Visitor) -> Response:
    return visit.to("/clients")


@ROUTER.get("/clients")
def show(visit: Visitor) -> Response:
    return _page(visit, _form())


@ROUTER.post("/clients")
def add(visit: Visitor, form: Submitted) -> Response:
    name, fault = required_name(form.get("name", ""))
    site_name, site_fault = required_name(form.get("site", "") or visit.language.translator.gettext("Main site"))
    with visit.here.database.writing() as session:
        if not fault and clients.by_name(session, name) is not None:
            fault = phrase(N_("There is a client with this name already."))
        if not fault and not site_fault:
            client = clients.create(session, name, visit.now_utc)
            site = sites.create(session, client.id, site_name, visit.now_utc)
            audit.write(
                session, visit.name, "client.add", client.id, visit.now_utc, client_id=client.id, detail=name, address=visit.address
            )
            audit.write(
                session, visit.name, "site.add", site.id, visit.now_utc, client_id=client.id, detail=site_name, address=visit.address
            )
            return visit.to(f"/clients/{client.id}", "client-added")
    return _page(visit, _form(form.get("name", ""), form.get("site", ""), fault, site_fault), form_open=True, status=422)


def _form(name: str = "", site: str = "", fault: Text = "", site_fault: Text = "") -> tuple[FormField, ...]:
    hint = phrase(N_("Left empty: “Main site”. More sites can be added later."))
    return (
        FormField("name", phrase(N_("Client's name")), value=name, required=True, fault=fault),
        FormField("site", phrase(N_("First site")), value=site, hint=hint, fault=site_fault),
    )


def _page(visit: Visit, form: tuple[FormField, ...], *, form_open: bool = False, status: int = 200) -> Response:
    with visit.here.database.reading() as session:
        summaries = clients.overview(session)
    searched = visit.asked("q").strip()
    lines = tuple(line for summary in summaries if (line := _found(_line(summary, visit.now_utc), searched)) is not None)
    shell = visit.shell(place="clients")
    return visit.page("clients.html", ClientsContext(shell, lines, len(summaries), searched, form, form_open), status)


def _line(summary: ClientSummary, now_utc: datetime) -> ClientLine:
    return ClientLine(
        id=str(summary.id),
        name=summary.name,
        note=summary.note,
        sites=tuple(
            SiteLine(
                id=str(site.id),
                name=site.name,
                devices=site.devices,
                missing=site.missing,
                agents=site.agents,
                last_scan_utc=site.last_scan_utc,
                overdue=site.last_scan_utc is not None and now_utc - site.last_scan_utc > QUIET_AFTER,
            )
            for site in summary.sites
        ),
    )


def _found(line: ClientLine, searched: str) -> ClientLine | None:
    """The client with the sites that the search means: all of them where the client itself is meant."""
    words = searched.casefold().split()
    if all(word in f"{line.name}\n{line.note}".casefold() for word in words):
        return line
    meant = tuple(site for site in line.sites if all(word in f"{line.name}\n{site.name}".casefold() for word in words))
    return replace(line, sites=meant) if meant else None

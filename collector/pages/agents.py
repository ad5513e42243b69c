"""Agents and their last scan, of all clients or of one; enrolling another, and revoking one whose machine is lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from collector.accounts.sessions import random_secret
from collector.pages.forms import identifier
from collector.pages.reading import ClientHead, Session, SiteHead, client_crumbs, client_head, site_heads
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visitor
from collector.sections.parts.model import N_, Phrase, Tone, phrase
from collector.store import agents, audit, clients, scans, sites
from collector.store.agents import TOKEN_VALID
from collector.store.clients import ClientSummary

ROUTER = APIRouter()
QUIET_AFTER = timedelta(hours=3)
"""Three times the usual hour between two scans: an agent that was silent for longer is marked."""


@dataclass(frozen=True, slots=True)
class AgentScan:
    finished_utc: datetime
    complete: bool
    answered: int
    failed: int
    failed_by_probe: tuple[tuple[str, int], ...]
    devices: int


@dataclass(frozen=True, slots=True)
class AgentLine:
    id: str
    name: str
    version: str
    state: Phrase
    tone: Tone
    last_contact_utc: datetime | None
    last_address: str
    enrolled_utc: datetime
    lacking: tuple[str, ...]
    scan: AgentScan | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    created_by: str
    expires_utc: datetime


@dataclass(frozen=True, slots=True)
class AgentSite:
    client: ClientHead
    site: SiteHead
    agents: tuple[AgentLine, ...]
    tokens: tuple[TokenLine, ...]


@dataclass(frozen=True, slots=True)
class AgentsContext:
    shell: Shell
    client: ClientHead | None
    """None: those of all clients."""
    sites: tuple[AgentSite, ...]
    clients: int


@dataclass(frozen=True, slots=True)
class EnrolmentContext:
    shell: Shell
    client: ClientHead
    site: SiteHead
    command: str
    """With the token in it: this page alone shows it."""
    expires_utc: datetime
    plain_http: bool


@ROUTER.get("/agents")
def everywhere(visit: Visitor) -> Response:
    with visit.here.database.reading() as session:
        summaries = clients.overview(session)
        lines = tuple(_site(session, _head(one), SiteHead(str(s.id), s.name), visit.now_utc) for one in summaries for s in one.sites)
    shell = visit.shell(Crumb(phrase(N_("Agents")), ""), place="agents")
    return visit.page("agents.html", AgentsContext(shell, None, lines, len(summaries)))


@ROUTER.get("/clients/{client_id}/agents")
def of_client(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        lines = tuple(_site(session, client, site, visit.now_utc) for site in site_heads(session, client))
    shell = visit.shell(*client_crumbs(client), Crumb(phrase(N_("Agents")), ""), place="agents")
    return visit.page("agents.html", AgentsContext(shell, client, lines, 1))


@ROUTER.post("/sites/{site_id}/enrolment")
def enrol(visit: Visitor, site_id: str, form: Submitted) -> Response:
    token = random_secret()
    with visit.here.database.writing() as session:
        site = sites.get(session, identifier(site_id))
        client = client_head(session, str(site.client_id))
        made = agents.create_token(session, site.id, token, visit.name, visit.now_utc)
        audit.write(
            session,
            visit.name,
            "enrolment_token.add",
            made.id,
            visit.now_utc,
            client_id=UUID(client.id),
            detail=site.name,
            address=visit.address,
        )
        head = SiteHead(str(site.id), site.name)
    own = visit.request.base_url
    command = f"netario-agent enroll {str(own).rstrip('/')} --token {token.reveal()}"
    here = Crumb(phrase(N_("Agents")), f"/clients/{client.id}/agents")
    shell = visit.shell(*client_crumbs(client), here, Crumb(phrase(N_("Enrol an agent")), ""), place="agents")
    return visit.page("enrolment.html", EnrolmentContext(shell, client, head, command, visit.now_utc + TOKEN_VALID, own.scheme == "http"))


@ROUTER.get("/sites/{site_id}/enrolment")
def shown_once(visit: Visitor, site_id: str) -> Response:
    """Somebody loaded the address of a shown token again: it takes a new one."""
    with visit.here.database.reading() as session:
        site = sites.get(session, identifier(site_id))
        path = f"/clients/{site.client_id}/agents"
    return visit.to(path)


@ROUTER.post("/agents/{agent_id}/revoke")
def revoke(visit: Visitor, agent_id: str, form: Submitted) -> Response:
    with visit.here.database.writing() as session:
        agent = agents.revoke(session, identifier(agent_id), visit.now_utc)
        client_id = sites.get(session, agent.site_id).client_id
        audit.write(
            session, visit.name, "agent.revoke", agent.id, visit.now_utc, client_id=client_id, detail=agent.name, address=visit.address
        )
    return visit.to(f"/clients/{client_id}/agents", "agent-revoked")


def _head(summary: ClientSummary) -> ClientHead:
    return ClientHead(str(summary.id), summary.name, summary.note)


def _site(session: Session, client: ClientHead, site: SiteHead, now_utc: datetime) -> AgentSite:
    site_id = UUID(site.id)
    rows = agents.of_site(session, site_id)
    tokens = tuple(TokenLine(row.created_by, row.expires_utc) for row in agents.open_tokens(session, site_id, now_utc))
    lines = (_agent(row, next(iter(scans.of_agent(session, row.id)), None), now_utc) for row in rows)
    return AgentSite(client, site, tuple(lines), tokens)


def _agent(row: Any, scan: Any, now_utc: datetime) -> AgentLine:
    """``row``, ``scan``: an agent and its newest scan, of the store."""
    state, tone = _state(row, scan, now_utc)
    return AgentLine(
        id=str(row.id),
        name=row.name,
        version=row.version,
        state=state,
        tone=tone,
        last_contact_utc=row.last_contact_utc,
        last_address=row.last_address,
        enrolled_utc=row.enrolled_utc,
        lacking=tuple(row.lacking),
        scan=_scan(scan) if scan else None,
        revoked=row.revoked_utc is not None,
    )


def _scan(scan: Any) -> AgentScan:
    failed = tuple(sorted(scan.failed_by_probe.items()))
    return AgentScan(scan.finished_utc, scan.complete, scan.answered, scan.failed, failed, scan.devices)


def _state(row: Any, scan: Any, now_utc: datetime) -> tuple[Phrase, Tone]:
    if row.revoked_utc is not None:
        return phrase(N_("revoked")), Tone.QUIET
    if scan is None:
        return phrase(N_("waiting for the first scan")), Tone.QUIET
    if row.last_contact_utc is None or now_utc - row.last_contact_utc > QUIET_AFTER:
        return phrase(N_("silent")), Tone.NOTABLE
    return phrase(N_("reporting")), Tone.GOOD

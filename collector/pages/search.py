"""A search over the rules, forwards and tunnels in force at all clients: “who forwards 3389?”, “where does 10.0.0.5 appear?”."""

from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Response

from collector.core.diff_rules import forward_title, rule_title
from collector.core.diff_settings import exposed_title
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visitor
from collector.sections.parts.model import N_, Phrase, Tone, phrase
from collector.store.search import MAX_HITS, Found, Hit, search
from shared.device_config import ExposedPort
from shared.firewall import FirewallRule, PortForward, VpnTunnel

ROUTER = APIRouter()
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class HitLine:
    kind: Phrase
    tone: Tone
    text: str
    off: bool
    site_id: str
    site: str
    device_id: str
    device: str


@dataclass(frozen=True, slots=True)
class ClientHits:
    id: str
    name: str
    lines: tuple[HitLine, ...]


@dataclass(frozen=True, slots=True)
class SearchContext:
    shell: Shell
    searched: str
    clients: tuple[ClientHits, ...]
    count: int
    complete: bool
    limit: int


@ROUTER.get("/search")
def show(visit: Visitor) -> Response:
    searched = visit.asked("q").strip()
    words = searched.split()[:MAX_WORDS]
    if words:
        with visit.here.database.reading() as session:
            found = search(session, words)
    hits, complete = (found.hits, found.complete) if words else ((), True)
    clients = tuple(
        ClientHits(str(client_id), name, tuple(map(_line, group)))
        for (client_id, name), group in groupby(hits, key=lambda hit: (hit.client_id, hit.client))
    )
    shell = visit.shell(Crumb(phrase(N_("Rules of all clients")), ""), place="search")
    return visit.page("search.html", SearchContext(shell, searched, clients, len(hits), complete, MAX_HITS))


def _line(hit: Hit) -> HitLine:
    kind, tone, text, off = _told(hit.item)
    return HitLine(kind, tone, text, off, str(hit.site_id), hit.site, hit.device_id, hit.device)


def _told(item: Found) -> tuple[Phrase, Tone, str, bool]:
    if isinstance(item, ExposedPort):
        tone = Tone.RISKY if item.open else Tone.QUIET
        return phrase(N_("open from outside")) if item.open else phrase(N_("closed")), tone, exposed_title(item), not item.open
    if isinstance(item, PortForward):
        return phrase(N_("port-forward")), Tone.NOTABLE, forward_title(item), not item.enabled
    if isinstance(item, FirewallRule):
        return phrase(N_("rule")), Tone.PLAIN, rule_title(item), not (item.enabled and item.bound)
    if isinstance(item, VpnTunnel):
        peers = ", ".join(filter(None, (peer.endpoint or peer.name for peer in item.peers)))
        return phrase(N_("VPN")), Tone.PLAIN, f"{item.kind.value} {item.name} {peers}".strip(), not item.enabled
    shown = f"{', '.join(item.sources)} → {', '.join(item.destinations)} {item.to_source}".strip()
    return phrase(N_("source translation")), Tone.QUIET, shown, not item.enabled

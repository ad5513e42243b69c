"""What does the start page of each web server say: title, Server, the realm that it asks a password for?

``GET /`` on ports where the web usually is, with TLS where that is usual, else without; a redirection on the same service is followed once.
Nothing else is fetched, no script is run, no password offered. Of a page 64 KB are read.
"""

import asyncio
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.greeting import Said, http
from agent.greeting.seen import observations
from agent.probe import Answer, Seen, Target
from agent.probes.ports import found_open, worth_asking
from shared.errors import Unsupported
from shared.observation import Observation
from shared.outcome import State

NAME = "http"
AFTER = ("ports",)
AT_ONCE = 32
DEADLINE_S = 60.0
CREDENTIALS = False

TLS_PORTS = frozenset({443, 4443, 5001, 5480, 5986, 6443, 7443, 8006, 8089, 8443, 8444, 9443, 10443})
PLAIN_PORTS = frozenset(
    {80, 81, 83, 3000, 3128, 5000, 5357, 5984, 5985, 7000, 8000, 8001, 8008, 8080, 8081, 8088, 8333, 8888, 9000, 9090, 9200, 10000, 16992}
    | {32400}
)
WEB_PORTS = TLS_PORTS | PLAIN_PORTS
_ANSWER_S = 5.0
_LIMIT_BYTES = 65_536
_PACKETS_A_HOST = 15
_TLS_ALERT = b"\x15\x03"
"""What a TLS service answers to a question in plain text (RFC 8446, 6)."""


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    asked = {address: tuple(sorted(WEB_PORTS & set(worth_asking(numbers)))) for address, numbers in found_open(seen).items()}
    return [Target(address, ports) for address, ports in asked.items() if ports]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    pages = await asyncio.gather(*(_one(edges, target.name, port) for port in target.ports))
    found = tuple(observation for page in pages for observation in page or ())
    silent = [str(port) for port, page in zip(target.ports, pages, strict=True) if page is None]
    if silent:
        state = State.PARTIAL if found else State.SILENT
        return Answer(found, state, f"no answer to GET in time on port {', '.join(silent)}")
    return Answer(found)


async def _one(edges: Edges, address: str, port: int) -> list[Observation] | None:
    """None: it took no connection, or said nothing."""
    first = port in TLS_PORTS
    for tls in (first, not first):
        try:
            octets = await _get(edges, address, port, tls, "/")
        except Unsupported:
            continue
        page = http.read(octets) if octets else None
        if page and not page.wants_tls:
            return list(observations(address, port, await _said(edges, address, port, tls, page), tls))
        if tls or not octets or not (page or octets.startswith(_TLS_ALERT)):
            return [] if octets else None  # it is no web server, or says nothing: asking in another way would cost as much again
    return []


async def _said(edges: Edges, address: str, port: int, tls: bool, page: http.Page) -> list[Said]:
    """What the page says, and what the one says that it sends to."""
    said = http.said(page)
    if path := http.next_path(page, address, port, tls):
        following = http.read(await _get(edges, address, port, tls, path) or b"")
        told = {name for name, _ in said}
        said += [(name, value) for name, value in (http.said(following) if following else []) if name not in told]
    return said or [("http.server", "")]


async def _get(edges: Edges, address: str, port: int, tls: bool, path: str) -> bytes | None:
    return await edges.tcp.talk(address, port, http.request(address, port, path), tls, _ANSWER_S, _LIMIT_BYTES)

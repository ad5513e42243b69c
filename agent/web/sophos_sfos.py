"""Sophos Firewall (SFOS): its configuration, one kind of entity a request, over the XML API of the web admin console.

Source: Sophos Firewall 19.0 administrator help, "API configuration" (POST to ``/webconsole/APIController``, form field ``reqxml``, login in
each request); "List of tags used in API" (``Request``, ``Login``, ``Get``); Sophos' own sophosfirewall-python 0.1 (Apache 2.0): the
entities' names, ``Authentication Failure``, status 532 (the API is off), 534 (this address may not ask), 529 (no such entity) and "No. of
records Zero.". That client itself is not used: it honours proxies of the environment and reads answers of any size; nor can it pin a
certificate. Each request is a ``Get``: this file has no other. Version and serial number are not part of this interface.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial

from agent.edge import WebAnswer, WebAsk
from agent.web import Configuration, Talk
from shared.errors import Denied, Refused, Unparsed, Unsupported

PLATFORM = "sophos_sfos"
TITLE = "Sophos Firewall"
EXPERIMENTAL = True
LOGIN = "password"
RIGHTS = (
    "an administrator whose profile is read-only for everything; API configuration switched on, with this agent's address among the "
    "allowed; the admin port (4444) open to it"
)

ENTITIES = (
    *("FirewallRule", "NATRule", "Zone", "Interface", "VLAN", "Alias", "LAG", "BridgePair"),
    *("IPHost", "IPHostGroup", "FQDNHost", "FQDNHostGroup", "MACHost", "Services", "ServiceGroup"),
    *("UnicastRoute", "DHCPServer", "DHCPRelay", "DNS", "Time", "SyslogServers"),
    *("SSLVPNPolicy", "SSLTunnelAccessSettings", "LocalServiceACL", "AdminSettings", "AdministrationProfile", "User"),
)
NESTED = {"VPNIPSecConnection": "<Configuration></Configuration>"}
"""Entities that answer only to a question for what is in them."""

_PATH = "/webconsole/APIController"
_LOGIN = "<Login><Username>{username:xml}</Username><Password>{password:xml}</Password></Login>"
_HEAD = re.compile(r"\s*(?:<\?xml[^>]*\?>)?\s*<Response(?P<attributes>[^<>]*)>\s*(?:<Login>.{0,400}?</Login>)?", re.DOTALL)
_TAIL = re.compile(r"\s*</Response>\s*\Z")
_LOGIN_SAID = re.compile(r"<Login>\s*<status>(.{0,200}?)</status>", re.DOTALL | re.IGNORECASE)
_STATUS = re.compile(r"<Status\b(?:\s+code=\"(?P<code>\d{3})\")?\s*>(?P<text>[^<]{0,200})</Status>")
_HEAD_CHARS = 4_000
OFF, NOT_FROM_HERE, NO_SUCH_ENTITY, FIRST_FAILURE = 532, 534, 529, 300


def judged(answer: WebAnswer) -> None:
    """What the head of an answer says of the login, and of a question as a whole."""
    head = answer.body[:_HEAD_CHARS].decode("utf-8", "replace")
    whole = _HEAD.match(head)
    if answer.status != 200 or whole is None:
        raise Unsupported(f"there is no XML API: HTTP status {answer.status}, and no answer of its form")
    said = _LOGIN_SAID.search(head)
    if said is not None and "successful" not in said[1].lower():
        raise Denied("the login was refused; it was tried once")
    status = _STATUS.match(head[whole.end() :].lstrip())
    if status is not None and status["code"]:
        _refused(int(status["code"]))


def _refused(code: int) -> None:
    if code == OFF:
        raise Refused("the API is switched off on the firewall (status 532)")
    if code == NOT_FROM_HERE:
        raise Refused("the firewall does not let this agent's address use the API (status 534)")
    if code == NO_SUCH_ENTITY:
        raise Unsupported("this version has no such entity (status 529)")
    if code >= FIRST_FAILURE:
        raise Unparsed(f"the firewall answers with status {code}")


def _ask(asked: str) -> WebAsk:
    return WebAsk(
        "POST", _PATH, headers={"Accept": "application/xml"}, form={"reqxml": f"<Request>{_LOGIN}{asked}</Request>"}, judge=judged
    )


ASKS: Mapping[str, WebAsk] = {
    "login": _ask(""),
    **{entity: _ask(f"<Get><{entity}></{entity}></Get>") for entity in ENTITIES},
    **{entity: _ask(f"<Get><{entity}>{inner}</{entity}></Get>") for entity, inner in NESTED.items()},
}


async def converse(talk: Talk) -> None:
    if _LOGIN_SAID.search((await talk.ask("login")).body[:_HEAD_CHARS].decode("utf-8", "replace")) is None:
        raise Unsupported(f"{talk.target} does not say that somebody has logged in to its XML API")
    given: list[bytes] = []
    lacks: list[str] = []
    for entity in (*ENTITIES, *NESTED):
        try:
            answer = await talk.ask(entity)
            problem(answer.body, entity)
            given.append(answer.body)
        except Unsupported:
            talk.absent.append(entity)
        except (Denied, Unparsed) as error:
            lacks.append(entity)
            talk.failures.append(f"{entity}: {error}" + (f". The account needs: {RIGHTS}" if isinstance(error, Denied) else ""))
    if given:
        talk.configurations.append(Configuration(partial(document, given), tuple(lacks)))


def problem(body: bytes, entity: str) -> None:
    """Raises what an entity's own status says instead of a list of it: a right that lacks, mostly."""
    head = body[:_HEAD_CHARS].decode("utf-8", "replace")
    begun = _HEAD.match(head)
    if begun is None:
        raise Unparsed("the answer has another form than expected")
    own = re.match(rf"\s*<{entity}\b[^<>]*>\s*(?:<Configuration>\s*)?", head[begun.end() :])
    status = _STATUS.match(head[begun.end() :][own.end() :]) if own else None
    if status is not None and status["code"] and int(status["code"]) >= FIRST_FAILURE:
        raise Denied(f"the firewall does not give it (status {status['code']})")


def document(answers: Sequence[bytes]) -> str:
    """All entities in one ``Response``, as if they had been asked for together. Raises Unparsed."""
    parts: list[str] = []
    attributes = ""
    for answer in answers:
        text = answer.decode("utf-8", "replace")
        begun, ended = _HEAD.match(text), _TAIL.search(text, max(0, len(text) - 100))
        if begun is None or ended is None:
            raise Unparsed("an answer of the XML API has no end")
        attributes = attributes or begun["attributes"]
        parts.append(text[begun.end() : ended.start()].strip())
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<Response{attributes}>", *filter(None, parts), "</Response>", ""])

"""Stormshield Network Security: version, interfaces, the active filter and NAT rules and their objects, by NSRPC over the admin's HTTPS.

Sources: "CLI/Serverd commands reference guide" v4 (each command below has a page with its level and its answer), and Stormshield's own
python-SNS-API 1.1.2 (stormshield.sns.sslclient, Apache 2.0, last release July 2026) for how a session goes: ``/auth/admin.html``,
``/api/auth/login``, ``/api/command``, ``/api/auth/logout``. That client itself is not used: it takes any certificate, or one of a known
authority, and cannot be held to a recorded one; it honours proxies of the environment, reads answers of any size without a limit of time,
writes whole answers to the log, and takes ``<`` and ``>`` in a command for files to upload. ``MODIFY ON``, without which nothing can be
changed, is never sent; whether the server would narrow the session by ``reqlevel`` is not documented, so it is not asked for.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from agent.edge import WebAnswer, WebAsk
from agent.web import Configuration, Talk
from agent.web.nws import DONE, Section, judged, read
from agent.web.sns_files import GROUPS, Told, document, is_name
from shared.address import normal_ip
from shared.errors import Denied, NetarioError, Unparsed, Unsupported
from shared.observation import InterfaceAddress, InterfaceSeen, Observation, SystemSeen

PLATFORM = "stormshield_sns"
TITLE = "Stormshield SNS"
EXPERIMENTAL = True
LOGIN = "password"
RIGHTS = "an administrator with the privileges base, filter_read and vpn_read, without modify and without a one-time password"

MAX_OBJECT_PAGES, MAX_GROUPS = 100, 200
_APP = "sslclient"
"""The name that the vendor's own client gives; no other is documented."""
_SLOT = re.compile(r"\d{1,2}")


def logged_in(answer: WebAnswer) -> None:
    nws = read(answer)
    if nws.said == "AUTH_SUCCESS":
        return
    told = {
        "ERR_BRUTEFORCE": "the firewall lets nobody log in for a while, as too many have failed",
        "NEED_TOTP_AUTH": "the account wants a one-time password, which an agent does not have",
    }
    raise Denied(told.get(nws.said, "the login was refused; it was tried once"))


def opened(answer: WebAnswer) -> None:
    nws = read(answer)
    if nws.code != DONE or not nws.session:
        raise Denied(f"the firewall opens no session (code {nws.code})")


def _command(command: str) -> WebAsk:
    return WebAsk("GET", "/api/command", query={"sessionid": "{session}", "cmd": command}, judge=judged)


ASKS: Mapping[str, WebAsk] = {
    "login": WebAsk(
        "POST", "/auth/admin.html", form={"uid": "{username:base64}", "pswd": "{password:base64}", "app": _APP}, judge=logged_in
    ),
    "open": WebAsk("POST", "/api/auth/login", form={"app": _APP, "id": "0"}, judge=opened),
    "property": _command("SYSTEM PROPERTY"),
    "interfaces": _command("CONFIG NETWORK INTERFACE SHOW"),
    "slots": _command("CONFIG SLOT LIST type=filter"),
    "filter": _command("CONFIG FILTER EXPLICIT index={slot} type=filter"),
    "nat": _command("CONFIG FILTER EXPLICIT index={slot} type=nat"),
    "objects": _command("CONFIG OBJECT LIST type=host,range,fqdn,network,group,protocol,service,servicegroup start={start}"),
    "group": _command("CONFIG OBJECT GROUP SHOW name={name}"),
    "servicegroup": _command("CONFIG OBJECT SERVICEGROUP SHOW name={name}"),
    "logout": WebAsk("GET", "/api/auth/logout", query={"sessionid": "{session}"}, deadline_s=5.0),
}


async def converse(talk: Talk) -> None:
    await talk.ask("login")
    session = read(await talk.ask("open")).session
    try:
        with talk.part("property"):
            talk.tell(system(read(await talk.ask("property", session=session)).sections))
        shown: list[Section] = []
        with talk.part("interfaces"):
            shown = read(await talk.ask("interfaces", session=session)).sections
            talk.tell(interfaces(shown))
        with talk.part("configuration"):
            await _configuration(talk, session, shown)
    finally:
        with suppress(NetarioError):
            await talk.ask("logout", session=session)


async def _configuration(talk: Talk, session: str, shown: Sequence[Section]) -> None:
    slots = read(await talk.ask("slots", session=session)).sections
    told = Told(active_slot(slots), slots, shown)
    lacks: list[str] = []
    for kind in ("filter", "nat"):
        try:
            answer = read(await talk.ask(kind, session=session, slot=told.slot))
            told.rules[kind] = [line for section in answer.sections for line in section.lines]
        except (Denied, Unparsed, Unsupported) as error:
            lacks.append(kind)
            talk.failures.append(f"{kind}: {error}. The account needs: {RIGHTS}")
    try:
        objects = await _objects(talk, session)
        told.members = await _members(talk, session, objects)
        lacks += ["objects whose names no file can hold"] if not all(is_name(row.get("name", "")) for row in objects) else []
        told.objects = objects  # all of them or none: a group without its members would make rules look as if they had no effect
    except (Denied, Unparsed, Unsupported) as error:
        lacks.append("objects")
        talk.failures.append(f"objects: {error}")
    if told.rules:
        talk.configurations.append(Configuration(partial(document, told), tuple(lacks)))


async def _objects(talk: Talk, session: str) -> list[dict[str, str]]:
    """A page has at most 100 of them."""
    found: list[dict[str, str]] = []
    for _ in range(MAX_OBJECT_PAGES):
        nws = read(await talk.ask("objects", session=session, start=str(len(found))))
        new = [row for section in nws.sections for row in section.rows]
        found += new
        if not new or nws.total is None or len(found) >= nws.total:
            return found
    raise Unparsed(f"the list of objects has no end: {len(found)} were given and more were promised")


async def _members(talk: Talk, session: str, objects: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], list[str]]:
    groups = [(row.get("type", ""), row.get("name", "")) for row in objects if row.get("type") in GROUPS and is_name(row.get("name", ""))]
    if len(groups) > MAX_GROUPS:
        raise Unparsed(f"there are {len(groups)} groups, more than are asked for")
    found: dict[tuple[str, str], list[str]] = {}
    for kind, name in groups:
        nws = read(await talk.ask(kind, session=session, name=name))
        found[kind, name] = [row["name"] for section in nws.sections for row in section.rows if is_name(row.get("name", ""))]
        if nws.total is not None and nws.total > len(found[kind, name]):
            raise Unparsed(f"of a group only {len(found[kind, name])} of {nws.total} members were given")
    return found


def active_slot(sections: Sequence[Section]) -> str:
    """``[Global] active=10``: the number that the rules are asked by."""
    slot = next((row.get("active", "") for section in sections if section.title.lower() == "global" for row in section.rows), "")
    if not _SLOT.fullmatch(slot):
        raise Unparsed("the firewall does not say which filter policy is active")
    return slot


def system(sections: Sequence[Section]) -> Iterator[Observation]:
    said = {name: value for section in sections for row in section.rows for name, value in row.items()}
    yield SystemSeen(
        vendor="Stormshield", os="SNS", model=said.get("model", ""), os_version=said.get("version", ""), serial=said.get("serialnumber", "")
    )


def interfaces(sections: Sequence[Section]) -> Iterator[Observation]:
    """One section each, named as the system names it; its ``Name`` is the operator's. Counted from 1, as they have no index."""
    for index, section in enumerate(sections, 1):
        said = section.rows[0] if section.rows else {}
        state = said.get("state", "")
        yield InterfaceSeen(
            index=index, name=section.title, alias=said.get("name", ""), description=said.get("comment", ""),
            admin_up=None if state not in ("0", "1") else state == "1", addresses=tuple(_addresses(said)),
        )  # fmt: skip


def _addresses(said: Mapping[str, str]) -> Iterator[InterfaceAddress]:
    address, mask = said.get("address", ""), said.get("mask", "")
    if address and not address.upper().startswith("DHCP"):
        yield InterfaceAddress(
            address=normal_ip(address), prefix_length=ipaddress.ip_network(f"0.0.0.0/{mask}").prefixlen if mask else None
        )

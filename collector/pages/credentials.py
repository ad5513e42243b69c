"""All logins of a client by area, who saw which last, and the way to each value: one press, written down before it is shown."""

from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Response

from collector.pages.reading import ClientHead, client_crumbs, client_head, credentials_of
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Visitor
from collector.sections import area_named, areas
from collector.sections.parts.model import N_, CredentialAbout, Phrase, phrase

ROUTER = APIRouter()


@dataclass(frozen=True, slots=True)
class CredentialGroup:
    area: str
    title: Phrase
    credentials: tuple[CredentialAbout, ...]


@dataclass(frozen=True, slots=True)
class CredentialsContext:
    shell: Shell
    client: ClientHead
    groups: tuple[CredentialGroup, ...]
    filtered: str
    total: int


@ROUTER.get("/clients/{client_id}/credentials")
def show(visit: Visitor, client_id: str) -> Response:
    with visit.here.database.reading() as session:
        client = client_head(session, client_id)
        found = credentials_of(session, client)
    filtered = visit.asked("q").strip()
    groups = _grouped(tuple(one for one in found if _meant(one, filtered)))
    shell = visit.shell(*client_crumbs(client), Crumb(phrase(N_("Credentials")), ""), place="clients")
    return visit.page("credentials.html", CredentialsContext(shell, client, groups, filtered, len(found)))


def _meant(credential: CredentialAbout, filtered: str) -> bool:
    text = "\n".join((credential.name, credential.username, credential.web_address, credential.note)).casefold()
    return all(word in text for word in filtered.casefold().split())


def _grouped(credentials: tuple[CredentialAbout, ...]) -> tuple[CredentialGroup, ...]:
    """By area in the order of the book; those of no area last."""
    places = {area.name: place for place, area in enumerate(areas())}
    ordered = sorted(credentials, key=lambda one: (places.get(one.area, len(places)), one.name.casefold(), one.id))
    return tuple(
        CredentialGroup(name, phrase(area.title) if (area := area_named(name)) else phrase(N_("Other")), tuple(group))
        for name, group in groupby(ordered, key=lambda one: one.area if one.area in places else "")
    )

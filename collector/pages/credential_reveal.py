"""The value of one login, shown once. Who asked is written down before it leaves the vault; the page leaves by itself after 30 seconds."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from collector.pages.forms import identifier
from collector.pages.reading import Reveal, client_crumbs, credential_about, reveals_of
from collector.pages.render import Crumb, Shell
from collector.pages.visit import Submitted, Visitor, local_path
from collector.sections.parts.model import N_, CredentialAbout, phrase
from collector.vault import access

ROUTER = APIRouter()
SHOWN_S = 30


@dataclass(frozen=True, slots=True)
class CredentialRevealContext:
    shell: Shell
    credential: CredentialAbout
    value: str
    """The secret itself: this page alone holds it."""
    back: str
    shown_s: int
    reveals: tuple[Reveal, ...]


@ROUTER.post("/credentials/{credential_id}/reveal")
def reveal(visit: Visitor, credential_id: str, form: Submitted) -> Response:
    here = visit.here
    value = access.reveal(here.database, here.keys, visit.name, identifier(credential_id), visit.now_utc, visit.address)
    with here.database.reading() as session:
        client, credential = credential_about(session, credential_id)
        reveals = reveals_of(session, credential_id)
    back = local_path(form.get("back", ""), f"/clients/{client.id}/credentials")
    credentials = Crumb(phrase(N_("Credentials")), f"/clients/{client.id}/credentials")
    shell = visit.shell(*client_crumbs(client), credentials, Crumb(credential.name, ""), place="clients")
    context = CredentialRevealContext(shell, credential, value.reveal(), back, SHOWN_S, reveals)
    answer = visit.page("credential_reveal.html", context)
    answer.headers["Refresh"] = f"{SHOWN_S}; url={back}"
    return answer


@ROUTER.get("/credentials/{credential_id}/reveal")
def hidden_again(visit: Visitor, credential_id: str) -> Response:
    """Somebody loaded the address of a shown value again: it takes a new press to see it."""
    with visit.here.database.reading() as session:
        client, _ = credential_about(session, credential_id)
    return visit.to(f"/clients/{client.id}/credentials")

"""The one way in: every page and every call of the API depends on one of the three functions here; a test holds that.

``technician``: a person with a session. What changes something (any method but GET, HEAD, OPTIONS) must bring the session's CSRF token,
as the form's field ``csrf`` or the header ``X-CSRF-Token``. ``agent``: an agent with its key. ``anyone``: says in so many words that
nothing is asked for (sign-in, health, enrolment, which looks at its own token). Roles come later, and come here.
Raises NotSignedIn, Forbidden.
"""

import hmac
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from collector.accounts import sessions
from collector.accounts.sessions import COOKIE, SignedIn
from collector.running import Forbidden, NotSignedIn, running
from collector.store import agents
from collector.store.tables import Agent
from shared.secret import Secret

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def technician(request: Request) -> SignedIn:
    """Who is signed in. Raises NotSignedIn, Forbidden."""
    token = request.cookies.get(COOKIE)
    here = running(request)
    person = await run_in_threadpool(sessions.of_token, here.database, Secret(token), here.now()) if token else None
    if person is None:
        raise NotSignedIn("sign in first.")
    if request.method not in SAFE_METHODS and not hmac.compare_digest(await _csrf(request), person.csrf.encode()):
        raise Forbidden("this form was not made for your session, or you signed in anew meanwhile. Load the page again, then repeat it.")
    return person


def agent(request: Request) -> Agent:
    """Which agent calls. Raises NotSignedIn."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    here = running(request)
    caller = None
    if scheme.lower() == "bearer" and key.strip():
        with here.database.reading() as session:
            caller = agents.by_key(session, Secret(key.strip()))
    if caller is None:
        raise NotSignedIn("this agent key is not known here. Enrol the agent again: netario-agent enroll URL --token T")
    if caller.revoked_utc is not None:
        raise NotSignedIn("this agent was revoked. If that was a mistake, enrol it again: netario-agent enroll URL --token T")
    return caller


def anyone(request: Request) -> None:
    """Nobody need be signed in. A form that another web site sends is refused all the same. Raises Forbidden."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin", "")
    if request.headers.get("sec-fetch-site") == "cross-site" or (origin and urlsplit(origin).netloc != request.headers.get("host")):
        raise Forbidden("this form came from another web site. Open the page here, then try again.")


async def _csrf(request: Request) -> bytes:
    brought = request.headers.get("x-csrf-token")
    if brought is None and request.headers.get("content-type", "").startswith(FORM_TYPES):
        field = (await request.form()).get("csrf")
        brought = field if isinstance(field, str) else None
    return (brought or "").encode()


Technician = Annotated[SignedIn, Depends(technician)]
AgentCaller = Annotated[Agent, Depends(agent)]

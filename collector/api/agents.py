"""How an agent becomes one of ours: a token that a person made, once, for a key of its own."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from collector.accounts.guard import anyone
from collector.accounts.sessions import random_secret
from collector.api.problems import ProblemError
from collector.running import Running, caller_address, running
from collector.store import agents, clients, sites
from collector.store.agents import TokenRefused
from shared.wire import Enrolment, EnrolmentRequest

router = APIRouter(prefix="/api/v1/agents", tags=["agents"])


@router.post("/enroll", dependencies=[Depends(anyone)])
def enroll(request: Request, asked: EnrolmentRequest, here: Annotated[Running, Depends(running)]) -> Enrolment:
    """One token, one agent. The key in the answer is shown this once."""
    try:
        return _enrolled(here, asked, caller_address(request), here.now())
    except TokenRefused as refusal:
        raise ProblemError(410 if refusal.known else 403, str(refusal), field="token") from None


def _enrolled(here: Running, asked: EnrolmentRequest, address: str, now: datetime) -> Enrolment:
    key = random_secret()
    with here.database.writing() as session:
        agent = agents.enrol(session, asked.token, key, asked.hostname, asked.version, address, now)
        site = sites.get(session, agent.site_id)
        client = clients.get(session, site.client_id)
    return Enrolment(agent=agent.id, site=site.id, client_name=client.name, site_name=site.name, key=key.reveal())

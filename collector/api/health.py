"""Is the collector there, and can it use its database?  For a load balancer, a monitor and an agent's ``doctor``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import text

from collector.accounts.guard import anyone
from collector.running import Running, running
from shared import VERSION
from shared.model import Frozen, Utc

router = APIRouter(tags=["health"])


class Health(Frozen):
    status: Literal["ok"] = "ok"
    version: str
    time_utc: Utc
    """For an agent that doubts its clock."""


@router.get("/healthz", dependencies=[Depends(anyone)])
def healthz(here: Annotated[Running, Depends(running)]) -> Health:
    with here.database.reading() as session:
        session.connection().execute(text("SELECT 1"))
    return Health(version=VERSION, time_utc=here.now())

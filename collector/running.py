"""What a request finds of the collector that runs: its settings, database, vault and clock, and the errors that become answers.

``Annotated[Running, Depends(running)]`` in a handler. Errors that a handler may raise, and the status they become (``app.py``):
NotFound 404, BadInput 422, NotSignedIn 401 (a page leads to the sign-in), Forbidden 403, TooMany 429, ``api.problems.ProblemError``
its own.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from fastapi import Request

from collector.config import Settings
from collector.store.database import Database
from collector.vault.keys import KeyRing
from shared.errors import Refused


@dataclass(frozen=True, slots=True)
class Running:
    settings: Settings
    database: Database
    keys: KeyRing
    now: Callable[[], datetime]
    intake_slots: asyncio.Semaphore
    """Reports unpacked at a time."""
    pushing: Counter[UUID] = field(default_factory=Counter)
    """How many pushes of each agent are under way."""


class NotSignedIn(Refused):
    """There is no session, or it has ended."""


class Forbidden(Refused):
    """This caller may not do this: a form of another session, an agent of another site."""


class TooMany(Refused):
    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def running(request: Request) -> Running:
    state: Running = request.app.state.running
    return state


def caller_address(request: Request) -> str:
    """Where the request came from; behind a proxy on this machine, what the proxy says (uvicorn sees to that)."""
    return request.client.host if request.client else ""

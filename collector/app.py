"""Puts the collector together: settings in, an ASGI application out.

``app.state.running`` is what handlers find (``collector.running``). ``collector.pages.mount(app)`` adds the pages; it may put a function
``error_page(request, problem) -> Response`` into ``app.state``, which then makes the answer where a page's handler raised (sign-in needed,
nothing there, form expired): the API always answers with ``shared.wire.Problem``.
"""

import asyncio
import importlib
import logging
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI

from collector import api, pages
from collector.api import problems
from collector.api.bounded import BoundedBody
from collector.api.headers import SecurityHeaders
from collector.config import Settings
from collector.jobs.schedule import scheduler
from collector.running import Running
from collector.store import credentials, migrate
from collector.store.database import Database
from collector.vault import keys
from collector.vault.keys import KeyFault, KeyRing
from shared import VERSION

log = logging.getLogger("collector.app")

REPORTS_AT_ONCE = 2


def utc_now() -> datetime:
    return datetime.now(UTC)


def start(settings: Settings, now: Callable[[], datetime] = utc_now) -> Running:
    """Opens the database, brought up to date where it is the embedded one, and the vault. Raises NetarioError."""
    database = migrate.opened(settings.database_url.reveal())
    ring = key_ring(settings, database)
    return Running(settings, database, ring, now, asyncio.Semaphore(REPORTS_AT_ONCE))


def key_ring(settings: Settings, database: Database) -> KeyRing:
    """The vault's key. A new one is made only while nothing has been sealed: a lost key must be noticed, not replaced."""
    path = settings.master_key_file
    if path.exists():
        return keys.load(path)
    with database.reading() as session:
        if credentials.any_sealed(session):
            raise KeyFault(f"the database holds sealed credentials, and their master key {path} is not there. Put it back.")
    log.info("a new master key was made, keep a copy apart from the backups: file=%s", path)
    return keys.create(path)


def create_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """Raises NetarioError where the database or the master key cannot be used."""
    here = start(settings, now)
    app = FastAPI(
        title="Netario collector",
        version=VERSION,
        lifespan=_lifespan,
        docs_url=None,  # these load scripts from elsewhere
        redoc_url=None,
    )
    app.state.running = here
    problems.install(app)
    for module in pkgutil.iter_modules(api.__path__):
        router = getattr(importlib.import_module(f"collector.api.{module.name}"), "router", None)
        if router is not None:
            app.include_router(router)
    pages.mount(app)
    app.add_middleware(BoundedBody)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    here: Running = app.state.running
    jobs = scheduler(here)
    jobs.start()
    try:
        yield
    finally:
        jobs.shutdown(wait=True)
        here.database.close()

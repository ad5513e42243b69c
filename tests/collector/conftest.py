"""What the collector's tests share: both databases, a collector in this process with a clock that is set, an enrolled agent."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from psycopg import sql

from collector.accounts import passwords, sessions
from collector.accounts.sessions import random_secret
from collector.app import create_app
from collector.config import Settings
from collector.running import Running
from collector.store import agents, clients, people, sites
from collector.store.database import Database, default_url
from collector.store.migrate import opened, upgrade
from shared.report import Report
from shared.secret import Secret
from tests.collector import databases
from tests.collector.harness import PASSWORD, Clock, Enrol, Enrolled, Push
from tests.collector.synthetic import FIRST_SCAN, document, packed

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    with databases.postgresql() as folder, psycopg.connect(_plain(databases.url(folder, "postgres")), autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_netario")
        made = Database(databases.url(folder, "template_netario"))
        upgrade(made)
        made.close()
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that holds nothing, not even tables."""
    yield from _database_url(request, tmp_path, "template0")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the tables of this release."""
    for url in _database_url(request, tmp_path, "template_netario"):
        opened(url).close()
        yield url


def _database_url(request: pytest.FixtureRequest, folder: Path, template: str) -> Iterator[str]:
    if request.param == "sqlite":
        yield default_url(folder)
        return
    server, name = request.getfixturevalue("postgresql_folder"), f"test_{next(_numbers)}"
    with psycopg.connect(_plain(databases.url(server, "postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        yield databases.url(server, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


@pytest.fixture
def clock() -> Clock:
    return Clock(FIRST_SCAN + timedelta(minutes=1))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=Secret(database_url), master_key_file=tmp_path / "master.key")


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[FastAPI]:
    made = create_app(settings, clock)
    yield made
    made.state.running.database.close()


@pytest.fixture
def here(app: FastAPI) -> Running:
    running: Running = app.state.running
    return running


@pytest.fixture
def database(here: Running) -> Database:
    return here.database


@pytest.fixture
def web(app: FastAPI) -> Iterator[TestClient]:
    """Nobody has signed in. One event loop for all requests, as in ``serve``."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def enrol(database: Database, clock: Clock) -> Enrol:
    """``enrol("name")`` makes a client with a site and an agent there; ``enrol("name", other.site)`` a second agent at a site."""

    def enrolled(name: str, site: UUID | None = None) -> Enrolled:
        token, key = random_secret(), random_secret()
        with database.writing() as session:
            if site is None:
                site = sites.create(session, clients.create(session, name, clock()).id, "Main site", clock()).id
            agents.create_token(session, site, token, "test", clock())
            agent = agents.enrol(session, token, key, f"{name}-agent", "0.1.0", "127.0.0.1", clock())
            client = sites.get(session, site).client_id
        return Enrolled(agent.id, site, client, key)

    return enrolled


@pytest.fixture
def agent(enrol: Enrol) -> Enrolled:
    return enrol("Synthetic Ltd")


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: argon2 is slow by design."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def technician(app: FastAPI, database: Database, clock: Clock, password_hash: str) -> TestClient:
    """A client of the API that has signed in; ``X-CSRF-Token`` is set."""
    with database.writing() as session:
        people.create(session, "anna", password_hash, clock())
    who, token = sessions.sign_in(database, "anna", PASSWORD, "testclient", clock(), timedelta(hours=12))
    signed_in = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    signed_in.cookies.set(sessions.COOKIE, token.reveal())
    signed_in.headers["X-CSRF-Token"] = who.csrf
    return signed_in


@pytest.fixture
def push(web: TestClient) -> Push:
    def pushed(agent: Enrolled, report: Report, *, gzipped: bool = True) -> httpx.Response:
        body, encoding = (packed(report), {"Content-Encoding": "gzip"}) if gzipped else (document(report), {})
        return web.post("/api/v1/reports", content=body, headers={"Authorization": f"Bearer {agent.key.reveal()}", **encoding})

    return pushed

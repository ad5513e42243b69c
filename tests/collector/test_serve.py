"""The real process: killed in the middle of a push it loses nothing; it ends when told; sockets are handed to it; no secret leaves it."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import SQLModel, select

from collector.config import Settings
from collector.core.inventory import build_inventory
from collector.core.merge import fold
from collector.store import clients, history, scans, sites
from collector.store.database import Database
from collector.store.migrate import opened
from collector.vault import access, keys
from shared.report import Report
from shared.secret import Secret
from shared.wire import Enrolment
from tests.collector.harness import Enrolled
from tests.collector.synthetic import FIRST_SCAN, HOSTS, Host, packed, report
from tests.labs.collector_process import CollectorProcess
from tests.labs.technician import Technician

KILLS = 3
REPORTS = 8


@pytest.fixture
def process(tmp_path: Path, database_url: str) -> Iterator[CollectorProcess]:
    collector = CollectorProcess(tmp_path / "data", database=database_url)
    yield collector
    collector.stop()


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.close()


def enrolled(process: CollectorProcess) -> tuple[Enrolled, Secret]:
    process.run("add-client", "Synthetic Ltd")
    token = process.run("enrol-token", "--client", "Synthetic Ltd").strip()
    with httpx.Client(base_url=process.url, trust_env=False) as web:
        answer = web.post("/api/v1/agents/enroll", json={"token": token, "hostname": "box", "version": "0.1.0"}).raise_for_status()
    made = Enrolment.model_validate_json(answer.text)
    return Enrolled(made.agent, made.site, made.site, Secret(made.key)), Secret(token)


def push(process: CollectorProcess, agent: Enrolled, made: Report) -> int:
    """The status, or 0 where the collector was not there."""
    headers = {"Authorization": f"Bearer {agent.key.reveal()}", "Content-Encoding": "gzip"}
    try:
        with httpx.Client(trust_env=False, timeout=30) as web:
            return web.post(f"{process.url}/api/v1/reports", content=packed(made), headers=headers).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.slow
def test_killed_in_the_middle_of_pushes_it_loses_nothing(process: CollectorProcess, store: Database) -> None:
    chance = random.Random(1)  # noqa: S311  chosen by a seed, so that it can be repeated
    process.start()
    agent, _ = enrolled(process)
    start = datetime.now(UTC) - timedelta(days=2)
    made = [
        agent.own(
            report(f"r{n}", tuple(Host(h, interfaces=10) for h in range(1, 60 + n)), after=start - FIRST_SCAN + n * timedelta(hours=1))
        )
        for n in range(REPORTS)
    ]
    acknowledged: list[Report] = []
    done = threading.Event()

    def agent_pushes() -> None:
        """As the agent's spool does: the oldest first, again until there is a receipt."""
        for each in made:
            while push(process, agent, each) not in (200, 201):
                time.sleep(0.05)
            acknowledged.append(each)
        done.set()

    pushing = threading.Thread(target=agent_pushes)
    pushing.start()
    for _ in range(KILLS):
        done.wait(chance.uniform(0.05, 0.9))
        process.kill()
        certain = list(acknowledged)
        with store.reading() as session:
            there = {scan.id for scan in scans.since(session, agent.site, None)}
        assert {each.id for each in certain} <= there, "a receipt was given for a report that is lost"
        process.start()
    pushing.join(timeout=120)
    assert done.is_set()
    assert {push(process, agent, each) for each in made} == {200}
    process.stop()
    with store.reading() as session:
        assert [scan.id for scan in scans.since(session, agent.site, None)] == [each.id for each in made]
        assert history.inventory_at(session, agent.site) == build_inventory(fold(made))


@pytest.mark.slow
def test_it_ends_when_told_and_says_where_it_listens(process: CollectorProcess) -> None:
    process.start()
    running = process.process
    assert running is not None
    process.stop()
    assert running.returncode == 0
    assert f"listening on {process.url}" in process.log.read_text()


@pytest.mark.slow
def test_no_secret_is_in_the_database_the_log_or_a_page(process: CollectorProcess, store: Database, tmp_path: Path) -> None:
    process.start()
    password = process.create_admin("anna")
    agent, token = enrolled(process)
    now = datetime.now(UTC)
    made = agent.own(report("first", HOSTS, after=now - FIRST_SCAN - timedelta(hours=1)))
    assert (push(process, agent, made), push(process, agent, made)) == (201, 200)
    ring = keys.load(Settings(data_dir=process.data, database_url=Secret(""), master_key_file=process.data / "master.key").master_key_file)
    planted = Secret("planted-Secret-0815")
    with store.writing() as session:
        client = sites.get(session, agent.site).client_id
        access.add(session, ring, client, planted, name="Firewall", by="anna", now=now, username="admin")
    with Technician.signed_in(process.url, "anna", password) as person:
        cookie = next(iter(person.web.cookies.values()))
        pages = [
            person.web.get(path).text for path in ("/clients", f"/clients/{client}", f"/clients/{client}/credentials", "/api/v1/clients")
        ]
        person.web.post("/sign-in", data={"name": "anna", "password": password + "x"})
    process.stop()
    secrets = [password, agent.key.reveal(), token.reveal(), planted.reveal(), cookie]
    assert all(len(secret) > 10 for secret in secrets)
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "master.key")
    everything += "".join(pages).encode() + _rows(store).encode()
    assert b"Firewall" in everything and b"Synthetic Ltd" in everything, "looked at the right place"
    assert [secret for secret in secrets if secret.encode() in everything] == []
    assert (process.data / "master.key").read_bytes().strip() not in everything


def _rows(store: Database) -> str:
    with store.reading() as session:
        assert clients.overview(session)
        tables = SQLModel.metadata.sorted_tables
        return "".join(repr(tuple(row)) for table in tables for row in session.connection().execute(select(table)).all())

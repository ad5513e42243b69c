"""A report comes in: stored once, whatever happens; and what is not in order is refused with what to do, and leaves nothing."""

import gzip
import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func
from sqlmodel import SQLModel, select

from collector.api.reports import LARGE_BYTES, PUSHES_OF_AN_AGENT
from collector.running import Running
from collector.store import agents, scans
from collector.store.database import Database
from collector.store.tables import HistoryItem, RawReport, Scan, SiteKnowledge
from shared.outcome import State
from shared.report import MAX_PACKED_BYTES, MAX_REPORT_BYTES
from shared.wire import Problem, Receipt
from tests.collector.harness import Clock, Enrol, Enrolled, Push
from tests.collector.synthetic import HOSTS, document, packed, report

HOUR = timedelta(hours=1)


def count(database: Database, table: type[SQLModel]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def problem(answer: httpx.Response, status: int) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = Problem.model_validate_json(answer.text)
    assert found.status == status
    assert found.detail
    return found


def send(web: TestClient, agent: Enrolled, body: bytes, **headers: str) -> httpx.Response:
    return web.post("/api/v1/reports", content=body, headers={"Authorization": f"Bearer {agent.key.reveal()}", **headers})


def send_packed(web: TestClient, agent: Enrolled, body: bytes) -> httpx.Response:
    return send(web, agent, body, **{"Content-Encoding": "gzip"})


def test_a_report_is_stored_once(push: Push, agent: Enrolled, database: Database) -> None:
    made = agent.own(report("first"))
    first, again = push(agent, made), push(agent, made)
    assert (first.status_code, again.status_code) == (201, 200)
    assert Receipt.model_validate_json(first.text).intake == "stored"
    assert Receipt.model_validate_json(again.text) == Receipt(report=made.id, intake="duplicate")
    assert count(database, Scan) == count(database, RawReport) == 1
    with database.reading() as session:
        scan = scans.get(session, made.id)
        assert gzip.decompress(scans.raw(session, made.id) or b"") == document(made)
    assert (scan.devices, scan.answered, scan.failed) == (len(HOSTS), 10, 0)


def test_a_report_may_come_unpacked(push: Push, agent: Enrolled, database: Database) -> None:
    made = agent.own(report("first"))
    assert push(agent, made, gzipped=False).status_code == 201
    assert push(agent, made).status_code == 200


def test_the_same_report_at_the_same_time_from_many_threads_is_one_scan(push: Push, agent: Enrolled, database: Database) -> None:
    made = agent.own(report("first"))
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: push(agent, made).status_code, range(8)))
    assert sorted(answers) == [200] * 7 + [201]
    assert count(database, Scan) == count(database, RawReport) == 1


def test_many_reports_at_the_same_time_are_all_kept_in_order(push: Push, agent: Enrolled, database: Database, enrol: Enrol) -> None:
    second = enrol("Second agent", agent.site)
    made = [(agent, second)[n % 2].own(report(f"r{n}", after=n * timedelta(minutes=1))) for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: push((agent, second)[n % 2], made[n]).status_code, range(8)))
    assert answers == [201] * 8
    with database.reading() as session:
        found = scans.of_site(session, agent.site)
        knowledge = session.get(SiteKnowledge, agent.site)
    assert [scan.id for scan in found] == [each.id for each in reversed(made)]
    assert knowledge is not None and (knowledge.newest_scan, knowledge.revision) == (made[-1].id, 8)


def test_another_report_of_the_same_id_is_refused(push: Push, agent: Enrolled, enrol: Enrol) -> None:
    assert push(agent, agent.own(report("first"))).status_code == 201
    other = problem(push(agent, agent.own(report("first", HOSTS[:2]))), 409)
    assert (other.field, other.keep) == ("id", False)
    stranger = enrol("Other Ltd")
    assert problem(push(stranger, stranger.own(report("first"))), 409).field == "id"


def test_the_report_of_another_agent_or_site_is_refused(push: Push, agent: Enrolled, enrol: Enrol, database: Database) -> None:
    other = enrol("Other Ltd")
    made = report("first")
    assert problem(push(agent, other.own(made)), 403).field == "agent.id"
    astray = agent.own(made)
    astray = astray.model_copy(update={"agent": astray.agent.model_copy(update={"site": other.site})})
    assert problem(push(agent, astray), 403).field == "agent.site"
    assert problem(push(agent, made), 403).field == "agent.id", "a scan that was made without a collector belongs to nobody"
    assert count(database, Scan) == 0


def test_an_unknown_key_and_a_revoked_one_are_refused(
    push: Push, agent: Enrolled, web: TestClient, database: Database, clock: Clock
) -> None:
    made = agent.own(report("first"))
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        refused = web.post("/api/v1/reports", content=packed(made), headers={"Content-Encoding": "gzip", **headers})
        assert "netario-agent enroll" in problem(refused, 401).detail
    with database.writing() as session:
        agents.revoke(session, agent.id, clock())
    assert "revoked" in problem(push(agent, made), 401).detail
    assert count(database, Scan) == 0


def test_malformed_reports_are_refused_with_the_field(agent: Enrolled, web: TestClient, database: Database) -> None:
    good = json.loads(document(agent.own(report("first"))))
    faults: list[tuple[dict[str, Any], str]] = [
        ({**good, "id": "no uuid"}, "id"),
        ({**good, "started_utc": "2026-03-02T08:00:00"}, "started_utc"),
        ({**good, "document": "something"}, "document"),
        ({**good, "plan": {"subnets": ["300.0.0.0/8"], "probes": []}}, "plan.subnets.0"),
        ({**good, "outcomes": [{**good["outcomes"][0], "state": "fine"}]}, "outcomes.0.state"),
        ({**good, "started_utc": "2027-03-02T08:00:00Z"}, "started_utc"),
        ({**good, "finished_utc": "2026-03-04T08:00:00Z"}, "finished_utc"),
    ]
    for bad, field in faults:
        assert problem(send_packed(web, agent, gzip.compress(json.dumps(bad).encode())), 422).field == field
    for body in (b"", b"{", b"[]", b"null", b'{"id": "\\ud800"}', b"[" * 100_000, b"\xff\xfe"):
        assert problem(send_packed(web, agent, gzip.compress(body)), 422).field
    assert count(database, Scan) == 0


def test_what_is_no_gzip_or_ends_early_is_refused(agent: Enrolled, web: TestClient) -> None:
    good = packed(agent.own(report("first")))
    for body in (b"", b"plain", good[:-1], good[: len(good) // 2], good + b"more", good + good, good[:20] + b"\0\0\0\0" + good[24:]):
        assert problem(send_packed(web, agent, body), 422).field == "body"
    assert problem(send(web, agent, good, **{"Content-Encoding": "br"}), 415).field == "Content-Encoding"
    assert problem(send(web, agent, good), 422).field == "body"


def test_a_gzip_bomb_is_not_unpacked(agent: Enrolled, web: TestClient) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(2 * MAX_REPORT_BYTES >> 20)) + packer.flush()
    assert len(bomb) < 200_000
    problem(send_packed(web, agent, bomb), 413)


def test_an_oversized_report_is_refused(agent: Enrolled, web: TestClient) -> None:
    problem(send_packed(web, agent, b"\x1f\x8b" + bytes(MAX_PACKED_BYTES)), 413)


def test_one_agent_may_not_fill_the_memory(web: TestClient, push: Push, agent: Enrolled, here: Running) -> None:
    here.pushing[agent.id] = PUSHES_OF_AN_AGENT
    refused = push(agent, agent.own(report("first")))
    assert "One after the other" in problem(refused, 429).detail
    assert refused.headers["retry-after"] == "30"
    here.pushing.clear()
    assert push(agent, agent.own(report("first"))).status_code == 201
    assert push(agent, report("first")).status_code == 403
    assert not here.pushing


def test_a_large_report_is_taken(push: Push, agent: Enrolled) -> None:
    made = agent.own(report("first"))
    failed = made.outcomes[0].model_copy(update={"state": State.SILENT, "observations": (), "detail": "x" * 1000})
    large = made.model_copy(update={"outcomes": (*made.outcomes, *[failed] * (LARGE_BYTES // 1000))})
    assert len(document(large)) > LARGE_BYTES
    assert push(agent, large).status_code == 201


def test_a_newer_document_is_to_be_kept(agent: Enrolled, web: TestClient) -> None:
    good = json.loads(document(agent.own(report("first"))))
    for newer in ({**good, "version": 2}, {"document": "netario-report", "version": 2, "shape": "another"}):
        refused = problem(send_packed(web, agent, gzip.compress(json.dumps(newer).encode())), 409)
        assert refused.keep
        assert "Update the collector" in refused.detail


def test_unknown_fields_are_passed_over_and_kept_in_the_raw_report(agent: Enrolled, web: TestClient, database: Database) -> None:
    good = json.loads(document(agent.own(report("first"))))
    body = json.dumps({**good, "moon_phase": "full"}).encode()
    assert send_packed(web, agent, gzip.compress(body)).status_code == 201
    with database.reading() as session:
        assert gzip.decompress(scans.raw(session, report("first").id) or b"") == body


def test_an_unchanged_scan_writes_no_history(push: Push, agent: Enrolled, database: Database) -> None:
    push(agent, agent.own(report("first")))
    rows = count(database, HistoryItem)
    assert push(agent, agent.own(report("second", after=HOUR))).status_code == 201
    assert count(database, HistoryItem) == rows
    assert count(database, Scan) == 2


def test_the_agent_s_last_contact_and_own_account_are_noted(push: Push, agent: Enrolled, database: Database, clock: Clock) -> None:
    clock.pass_by(HOUR)
    made = agent.own(report("first"))
    made = made.model_copy(update={"agent": made.agent.model_copy(update={"version": "0.2.0", "lacking": ("nmap: install it",)})})
    push(agent, made)
    with database.reading() as session:
        row = agents.get(session, agent.id)
    assert (row.last_contact_utc, row.last_address, row.version, row.lacking) == (clock(), "testclient", "0.2.0", ["nmap: install it"])


@pytest.mark.parametrize("path", ["/api/v1/agents/enroll", "/sign-in"])
def test_other_bodies_are_bounded(web: TestClient, path: str) -> None:
    assert web.post(path, content=b"x" * 2_000_000).status_code == 413
    endless = (b"x" * 100_000 for _ in range(20))
    assert web.post(path, content=endless, headers={"content-type": "application/json"}).status_code >= 400

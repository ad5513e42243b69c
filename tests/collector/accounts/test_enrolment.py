"""A token enrols one agent, once, in its time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
from fastapi.testclient import TestClient
from sqlmodel import select

from collector.accounts.sessions import random_secret
from collector.jobs import forget
from collector.running import Running
from collector.store import agents
from collector.store.tables import Agent, EnrolmentToken
from shared.secret import Secret
from shared.wire import Enrolment, Problem
from tests.collector.harness import Clock, Enrolled, Push
from tests.collector.synthetic import report


def token_of(here: Running, agent: Enrolled, **given: timedelta) -> Secret:
    token = random_secret()
    with here.database.writing() as session:
        agents.create_token(session, agent.site, token, "anna", here.now(), **given)
    return token


def enroll(web: TestClient, token: str) -> httpx.Response:
    return web.post("/api/v1/agents/enroll", json={"token": token, "hostname": "box\u202e\x00", "version": "0.1.0"})


def test_a_token_makes_an_agent_that_may_report(web: TestClient, here: Running, agent: Enrolled, push: Push) -> None:
    answer = enroll(web, token_of(here, agent).reveal())
    made = Enrolment.model_validate_json(answer.text)
    assert (answer.status_code, made.site, made.client_name, made.site_name) == (200, agent.site, "Synthetic Ltd", "Main site")
    second = Enrolled(made.agent, made.site, agent.client, Secret(made.key))
    assert push(second, second.own(report("first"))).status_code == 201
    with here.database.reading() as session:
        row = agents.get(session, made.agent)
    assert (row.name, row.last_address, made.key in row.key_hash) == ("box", "testclient", False)


def test_used_expired_and_unknown_tokens_say_what_to_do(web: TestClient, here: Running, agent: Enrolled, clock: Clock) -> None:
    used, expired = token_of(here, agent), token_of(here, agent, valid=timedelta(hours=1))
    assert enroll(web, used.reveal()).status_code == 200
    clock.pass_by(timedelta(hours=1))
    for token, status, word in ((used.reveal(), 410, "used"), (expired.reveal(), 410, "over"), ("guess", 403, "not known")):
        answer = enroll(web, token)
        problem = Problem.model_validate_json(answer.text)
        assert (answer.status_code, problem.status, problem.field, problem.keep) == (status, status, "token", False)
        assert word in problem.detail and "make a new one" in problem.detail.lower()
        assert token not in answer.text
    with here.database.reading() as session:
        assert len(session.exec(select(Agent)).all()) == 2


def test_of_many_with_one_token_one_wins(web: TestClient, here: Running, agent: Enrolled) -> None:
    token = token_of(here, agent).reveal()
    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(lambda _: enroll(web, token).status_code, range(6)))
    assert answers == [200] + [410] * 5
    with here.database.reading() as session:
        assert len(session.exec(select(Agent)).all()) == 2


def test_a_malformed_request_is_refused_without_its_token(web: TestClient) -> None:
    answer = web.post("/api/v1/agents/enroll", json={"token": ["planted-token"], "hostname": "x", "version": "1"})
    assert (answer.status_code, "planted-token" in answer.text) == (422, False)
    assert Problem.model_validate_json(answer.text).field == "token"


def test_old_tokens_are_forgotten(here: Running, agent: Enrolled, clock: Clock) -> None:
    token_of(here, agent)
    clock.pass_by(timedelta(days=30))
    forget.run(here)
    with here.database.reading() as session:
        assert session.exec(select(EnrolmentToken)).all() != []
    clock.pass_by(timedelta(days=2))
    forget.run(here)
    with here.database.reading() as session:
        assert session.exec(select(EnrolmentToken)).all() == []

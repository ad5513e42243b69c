"""Who may come in: passwords, sessions, the limit on guessing, CSRF, and that no door was forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from collector.accounts import guard, passwords, sessions
from collector.jobs import forget
from collector.running import Running, TooMany
from collector.store import people
from collector.store.tables import FailedSignIn, Person, PersonSession
from shared.errors import BadInput, Refused
from shared.secret import Secret
from tests.collector.harness import PASSWORD, Clock, Enrolled

HOURS = timedelta(hours=12)
WRONG = Secret("not the password")


@pytest.fixture
def anna(here: Running, password_hash: str) -> Person:
    with here.database.writing() as session:
        return people.create(session, " Anna ", password_hash, here.now())


def sign_in(here: Running, name: str = "anna", password: Secret = PASSWORD, address: str = "192.0.2.1") -> Secret:
    return sessions.sign_in(here.database, name, password, address, here.now(), HOURS)[1]


def test_passwords_are_kept_as_argon2id_and_bounded() -> None:
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(PASSWORD, kept)
    assert not passwords.matches(WRONG, kept)
    assert not passwords.matches(PASSWORD, None)
    assert not passwords.matches(PASSWORD, "no hash")
    for bad in ("short", "x" * 1025):
        with pytest.raises(BadInput):
            passwords.hashed(Secret(bad))
    made = {passwords.generated().reveal() for _ in range(50)}
    assert len(made) == 50 and all(len(one) == 23 for one in made)


def test_a_session_lasts_its_time_and_ends_with_sign_out(here: Running, anna: Person, clock: Clock) -> None:
    token = sign_in(here, " ANNA")
    who = sessions.of_token(here.database, token, clock())
    assert who is not None and (who.person_id, who.name) == (anna.id, "anna")
    assert sessions.of_token(here.database, Secret(token.reveal() + "x"), clock()) is None
    with here.database.reading() as session:
        row = session.exec(select(PersonSession)).one()
    assert token.reveal() not in row.token_hash and who.csrf != row.token_hash
    clock.pass_by(HOURS - timedelta(seconds=1))
    assert sessions.of_token(here.database, token, clock()) is not None
    clock.pass_by(timedelta(seconds=1))
    assert sessions.of_token(here.database, token, clock()) is None
    forget.run(here)
    second = sign_in(here)
    sessions.sign_out(here.database, second)
    assert sessions.of_token(here.database, second, clock()) is None
    with here.database.reading() as session:
        assert session.exec(select(PersonSession)).all() == []


def test_a_disabled_account_is_out_at_once(here: Running, anna: Person, clock: Clock) -> None:
    token = sign_in(here)
    with here.database.writing() as session:
        people.get(session, anna.id).disabled_utc = clock()
    assert sessions.of_token(here.database, token, clock()) is None
    with pytest.raises(Refused):
        sign_in(here)


def test_wrong_name_and_wrong_password_say_the_same(here: Running, anna: Person) -> None:
    said = []
    for name, password in (("anna", WRONG), ("nobody", PASSWORD)):
        with pytest.raises(Refused) as refusal:
            sign_in(here, name, password)
        said.append(str(refusal.value))
    assert said[0] == said[1]
    with here.database.reading() as session:
        assert all("nobody" not in row.name_hash for row in session.exec(select(FailedSignIn)).all())


def test_guessing_is_limited_for_account_and_address(here: Running, anna: Person, clock: Clock) -> None:
    for _ in range(sessions.FAILURES_PER_ACCOUNT_AND_ADDRESS):
        with pytest.raises(Refused):
            sign_in(here, password=WRONG)
    with pytest.raises(TooMany) as stopped:
        sign_in(here)
    assert stopped.value.retry_after_s == 900
    sign_in(here, address="192.0.2.2")  # another address is not locked out
    clock.pass_by(sessions.WINDOW)
    sign_in(here)


def test_one_address_may_not_try_many_accounts(here: Running, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)  # else this takes as long as the guessing would
    for number in range(sessions.FAILURES_PER_ADDRESS):
        with pytest.raises(Refused):
            sign_in(here, f"name{number}", WRONG)
    with pytest.raises(TooMany):
        sign_in(here)


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(web: TestClient, anna: Person) -> None:
    form = {"name": "anna", "password": PASSWORD.reveal()}
    plain = web.post("/sign-in", data=form).headers["set-cookie"].lower()
    assert "httponly" in plain and "samesite=lax" in plain and "secure" not in plain
    secure = TestClient(web.app, base_url="https://testserver", follow_redirects=False).post("/sign-in", data=form)
    assert "secure" in secure.headers["set-cookie"].lower()
    assert "strict-transport-security" in secure.headers


def test_a_form_of_another_site_cannot_sign_in(web: TestClient, anna: Person) -> None:
    form = {"name": "anna", "password": PASSWORD.reveal()}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = web.post("/sign-in", data=form, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_what_changes_something_needs_the_session_s_token(technician: TestClient, agent: Enrolled) -> None:
    right = technician.headers.pop("X-CSRF-Token")
    form = {"name": "New Ltd", "site": "Main site"}
    for token in ("", "wrong", right[:-1], right.upper()):
        assert technician.post("/clients", data={**form, "csrf": token}).status_code == 403, token
    assert technician.post("/clients", data=form).status_code == 403
    assert technician.post("/clients", json={"csrf": right}).status_code == 403
    assert [client["name"] for client in technician.get("/api/v1/clients").json()] == ["Synthetic Ltd"]
    assert technician.post("/clients", data=form, headers={"X-CSRF-Token": right}).status_code != 403


def test_names_and_addresses_with_what_cannot_be_stored(web: TestClient, technician: TestClient) -> None:
    """PostgreSQL refuses NUL characters: that is the caller's fault, not a fault of ours."""
    for name in ("\x00", "anna\x00x", "\u202e", "x" * 100_000):
        assert web.post("/sign-in", data={"name": name, "password": "y"}).status_code in (403, 429)
    for path in ("/clients/%00", "/clients/%ff", "/api/v1/clients/%00", "/clients/x/devices/%00"):
        assert technician.get(path).status_code in (404, 422), path


def test_an_agent_key_opens_only_the_intake(web: TestClient, agent: Enrolled) -> None:
    headers = {"Authorization": f"Bearer {agent.key.reveal()}"}
    for path in ("/api/v1/clients", f"/api/v1/sites/{agent.site}/inventory"):
        assert web.get(path, headers=headers).status_code == 401


def test_every_door_has_a_guard(app: FastAPI) -> None:
    """Each route depends on a function of ``guard``; only these doors may be open to anyone."""
    open_doors = {"/api/v1/agents/enroll", "/healthz", "/sign-in"}
    unguarded, anyone = set(), set()
    for route in _routes(app):
        calls = set(_calls(route.dependant))
        if guard.technician not in calls and guard.agent not in calls:
            (anyone if guard.anyone in calls or route.methods <= guard.SAFE_METHODS else unguarded).add(route.path)
    assert unguarded == set()
    assert anyone - {"/"} == open_doors
    assert len(list(_routes(app))) > 15


def _routes(app: FastAPI) -> Iterator[Any]:
    stack = list(app.routes)
    while stack:
        route = stack.pop()
        if hasattr(route, "dependant"):
            yield route
        stack.extend(getattr(getattr(route, "original_router", None), "routes", ()))


def _calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)

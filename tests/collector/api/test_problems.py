"""Whatever a handler raises, the caller gets a problem that tells nothing of what was sent, and the log has the reason."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.exc import DataError, OperationalError

from collector.api import problems
from collector.running import Forbidden, NotSignedIn, TooMany
from collector.store.database import NotFound
from collector.store.devices import Overtaken
from shared.errors import BadInput, Missing
from shared.wire import Problem

RAISED: list[tuple[Exception, int, str]] = [
    (NotFound("there is no such client."), 404, "there is no such client."),
    (BadInput("the client needs a name."), 422, "the client needs a name."),
    (NotSignedIn("sign in first."), 401, "sign in first."),
    (Forbidden("not yours."), 403, "not yours."),
    (TooMany("wait.", int(timedelta(minutes=1).total_seconds())), 429, "wait."),
    (Overtaken("others write."), 503, "others write."),
    (Missing("a part is missing."), 500, "a part is missing."),
    (problems.ProblemError(409, "twice.", field="id", keep=True), 409, "twice."),
    (DataError("SELECT planted", {}, ValueError("NUL")), 422, "characters that cannot be stored"),
    (OperationalError("SELECT planted", {}, ValueError("locked")), 503, "Try again later"),
    (RuntimeError("planted"), 500, "a fault of ours"),
]


@pytest.mark.parametrize(("error", "status", "words"), RAISED, ids=lambda value: type(value).__name__)
def test_what_a_handler_raises_becomes_a_problem(error: Exception, status: int, words: str) -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise error

    answer = TestClient(app, raise_server_exceptions=False).get("/api/v1/broken")
    found = Problem.model_validate_json(answer.text)
    assert (answer.status_code, found.status, answer.headers["content-type"]) == (status, status, "application/problem+json")
    assert words in found.detail and "planted" not in answer.text
    assert answer.headers.get("retry-after") == ("60" if status == 429 else None)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert found.keep == (status == 409)

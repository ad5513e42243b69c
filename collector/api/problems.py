"""Errors as answers: every 4xx and 5xx of the API is a ``shared.wire.Problem`` (after RFC 9457, ``application/problem+json``).

What a caller sent is never repeated in one, as it may be a secret.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from collector.api.headers import HEADERS
from collector.running import Forbidden, NotSignedIn, TooMany
from collector.store.database import NotFound
from collector.store.devices import Overtaken
from shared.errors import BadInput, NetarioError
from shared.wire import Problem

log = logging.getLogger("collector.api")

STATUS: tuple[tuple[type[NetarioError], int], ...] = (
    (NotFound, 404),
    (BadInput, 422),
    (NotSignedIn, 401),
    (Forbidden, 403),
    (TooMany, 429),
    (Overtaken, 503),
)


class ProblemError(Exception):
    """An answer that is a problem."""

    def __init__(self, status: int, detail: str, *, field: str = "", keep: bool = False) -> None:
        super().__init__(detail)
        self.problem = Problem(title=title(status), status=status, detail=detail, field=field, keep=keep)


def title(status: int) -> str:
    return HTTPStatus(status).phrase


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    more = {"Cache-Control": "no-store", **(headers or {})}
    return Response(problem.model_dump_json(), problem.status, more, media_type="application/problem+json")


def first_fault(error: ValidationError | RequestValidationError) -> tuple[str, str]:
    """The first field at fault, as a path, and what is wrong with it."""
    fault = error.errors()[0]
    place = [str(part) for part in fault["loc"] if str(part).isidentifier() or isinstance(part, int)]  # pydantic adds names of types
    if isinstance(error, RequestValidationError) and len(place) > 1:
        place = place[1:]  # where it stood: body, query, path
    return ".".join(place), str(fault["msg"])


def answer(request: Request, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A page for people where ``collector.pages`` has put ``error_page`` into the application's state, else the problem as JSON."""
    page = getattr(request.app.state, "error_page", None)
    if page is None or request.url.path.startswith(("/api/", "/healthz", "/openapi.json")):
        return response(problem, headers)
    shown: Response = page(request, problem)
    shown.headers.update(headers or {})
    return shown


def install(app: FastAPI) -> None:
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(NetarioError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for away in (OperationalError, InterfaceError, TimeoutError):
        app.add_exception_handler(away, _database)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(Exception, _broken)


def _problem(request: Request, error: Exception) -> Response:
    return answer(request, error.problem) if isinstance(error, ProblemError) else _broken(request, error)


def _ours(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooMany) else {}
    if isinstance(error, NotSignedIn) and request.url.path.startswith("/api/"):
        headers["WWW-Authenticate"] = "Bearer"
    return answer(request, Problem(title=title(status), status=status, detail=str(error)), headers)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _broken(request, error)
    detail = "" if error.detail == title(error.status_code) else str(error.detail)
    return answer(request, Problem(title=title(error.status_code), status=error.status_code, detail=detail), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        return _broken(request, error)
    field, fault = first_fault(error)
    return answer(request, Problem(title=title(422), status=422, detail=fault, field=field))


def _database(request: Request, error: Exception) -> Response:
    """Locked, full, or away: the same request may work later."""
    log.error("database error=%s path=%s", type(error).__name__, request.url.path, exc_info=error)
    return answer(request, Problem(title=title(503), status=503, detail="the database is not available. Try again later."))


def _unstorable(request: Request, error: Exception) -> Response:
    """PostgreSQL takes no NUL character, for one. What comes by a form or a report is cleaned before; an address is as it was typed."""
    log.warning("unstorable error=%s path=%r", type(error).__name__, request.url.path)
    return answer(request, Problem(title=title(422), status=422, detail="this holds characters that cannot be stored."))


def _broken(request: Request, error: Exception) -> Response:
    """The traceback is logged by the server, to which the error goes on; this answer leaves outside of all middleware."""
    log.error("broken error=%s method=%s path=%r", type(error).__name__, request.method, request.url.path)
    shown = answer(request, Problem(title=title(500), status=500, detail="a fault of ours. The collector's log has the reason."))
    shown.headers.update({name.decode(): value.decode() for name, value in HEADERS})
    return shown

"""Signing in and out."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from collector.accounts import sessions
from collector.accounts.sessions import COOKIE
from collector.pages.render import Shell
from collector.pages.visit import Guest, Submitted, SubmittedByAnyone, Visitor, local_path
from collector.running import TooMany
from collector.sections.parts.model import N_, Text, phrase
from shared.errors import Refused
from shared.secret import Secret

ROUTER = APIRouter()
FIRST_PAGE = "/clients"
NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class SignInContext:
    shell: Shell
    fault: Text
    name: str
    next: str


@ROUTER.get("/sign-in")
def show(visit: Guest) -> Response:
    next_page = local_path(visit.asked("next"), FIRST_PAGE)
    return visit.page("sign_in.html", SignInContext(visit.shell(), "", "", next_page))


@ROUTER.post("/sign-in")
def sign_in(visit: Guest, form: SubmittedByAnyone) -> Response:
    name, next_page = form.get("name", ""), local_path(form.get("next", ""), FIRST_PAGE)
    here = visit.here
    try:
        password = Secret(form.get("password", ""))
        _, token = sessions.sign_in(here.database, name[:NAME_CHARS], password, visit.address, visit.now_utc, here.settings.session_valid)
    except TooMany as many:
        fault = phrase(N_("Too many wrong sign-ins from here. Wait a quarter of an hour, then try again."))
        answer = visit.page("sign_in.html", SignInContext(visit.shell(), fault, name[:NAME_CHARS], next_page), 429)
        answer.headers["Retry-After"] = str(many.retry_after_s)
        return answer
    except Refused:
        fault = phrase(N_("The name or the password is not right."))
        return visit.page("sign_in.html", SignInContext(visit.shell(), fault, name[:NAME_CHARS], next_page), 403)
    answer = visit.to(next_page)
    sessions.set_cookie(answer, token, here.settings.session_valid, https=visit.request.url.scheme == "https")
    return answer


@ROUTER.post("/sign-out")
def sign_out(visit: Visitor, form: Submitted) -> Response:
    sessions.sign_out(visit.here.database, Secret(visit.request.cookies.get(COOKIE, "")))
    answer = visit.to("/sign-in", "signed-out")
    sessions.clear_cookie(answer, https=visit.request.url.scheme == "https")
    return answer

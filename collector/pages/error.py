"""What a person sees where a page cannot be shown: in their language, with what to do next."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from collector.pages.render import Shell
from collector.pages.visit import NO_STORE, by_nobody
from collector.sections.parts.model import N_, Text, phrase
from shared.wire import Problem

TITLES = {
    400: (N_("This request was not understood"), N_("Go back, load the page again, and repeat it.")),
    403: (
        N_("This form has expired"),
        N_("It was made for another session, or you have signed in again since. Go back, load the page again, and repeat it."),
    ),
    404: (N_("There is nothing here"), N_("It may have been deleted, or the address was copied in part.")),
    405: (N_("This request was not understood"), N_("Go back, load the page again, and repeat it.")),
    413: (N_("This is too large"), N_("Shorten what you have written and send it again.")),
    422: (N_("This could not be saved"), N_("Go back and correct what is written there.")),
    429: (N_("Too many attempts"), N_("Wait a quarter of an hour, then try again.")),
    503: (N_("The collector is busy"), N_("Nothing was lost. Try again in a minute.")),
}
OTHER = (
    N_("A fault of ours"),
    N_("It has been written into the collector's log. Try again; if it stays, send that log to whoever runs the collector."),
)


@dataclass(frozen=True, slots=True)
class ErrorContext:
    shell: Shell
    status: int
    headline: Text
    advice: Text


def error_page(request: Request, problem: Problem) -> Response:
    """Nobody signed in: leads to the sign-in, and back from there. Everything else: a page that says what to do."""
    if problem.status == 401:
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        query = f"?{urlencode({'next': wanted})}" if request.method == "GET" and request.url.path != "/" else ""
        return RedirectResponse(f"/sign-in{query}", 303, headers=NO_STORE)
    headline, advice = TITLES.get(problem.status, OTHER)
    visit = by_nobody(request)
    return visit.page("error.html", ErrorContext(visit.shell(), problem.status, phrase(headline), phrase(advice)), problem.status)

"""Puts a bound on what a request may send: plain ASGI, so that nothing is held in memory for it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.api import problems
from shared.wire import Problem

MAX_BODY_BYTES = 1024 * 1024
"""Of forms and small calls. A report has its own, larger bound, in ``collector.api.reports``."""
OWN_BOUND = frozenset({"/api/v1/reports"})


class BoundedBody:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OWN_BOUND:
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > MAX_BODY_BYTES:
            detail = f"more than {MAX_BODY_BYTES} bytes were sent."
            await problems.response(Problem(title=problems.title(413), status=413, detail=detail))(scope, receive, send)
            return
        await self.app(scope, _counting(receive), send)


def _counting(receive: Receive) -> Receive:
    """Ends a body that goes past the bound without having said so: the handler sees a caller that went away."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return {"type": "http.disconnect"} if size > MAX_BODY_BYTES else message

    return counted

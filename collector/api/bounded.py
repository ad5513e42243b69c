"""Puts a bound on what a request may send: plain ASGI, so that nothing is held in memory for it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.api import problems
from shared.configs import MAX_CONFIG_BYTES
from shared.wire import Problem

MAX_BODY_BYTES = 1024 * 1024
"""Of forms and small calls. A report has its own, larger bound, in ``collector.api.reports``."""
OWN_BOUND = frozenset({"/api/v1/reports"})
UPLOAD = "/read-config"
MAX_UPLOAD_BYTES = MAX_CONFIG_BYTES + MAX_BODY_BYTES
"""Of the page that reads a saved configuration."""


class BoundedBody:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OWN_BOUND:
            await self.app(scope, receive, send)
            return
        limit = MAX_UPLOAD_BYTES if scope["path"].endswith(UPLOAD) else MAX_BODY_BYTES
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            detail = f"more than {limit} bytes were sent."
            await problems.response(Problem(title=problems.title(413), status=413, detail=detail))(scope, receive, send)
            return
        await self.app(scope, _counting(receive, limit), send)


def _counting(receive: Receive, limit: int) -> Receive:
    """Ends a body that goes past the bound without having said so: the handler sees a caller that went away."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return {"type": "http.disconnect"} if size > limit else message

    return counted

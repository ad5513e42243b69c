"""One HTTPS conversation with one device's own interface: the certificate first, then only requests that its platform has declared.

Carried by httpx. The certificate must be the one that the login names (``agent.edge.pinned_tls``). No proxy of the environment, no
redirection, one connection, HTTP/1.1. Username, password and API key are put into a request here and nowhere else, each in its writing
(RFC 3986 for addresses, XML 1.0, RFC 4648 base64); they are in no message. Bounded: an answer in bytes and seconds, a session in requests
and bytes.

Raises: Denied (login or rights), Refused (another certificate, or what is not declared), Unreachable (no connection, no end, nobody
behind the web server), Unsupported (a redirection), Unparsed (a server's fault, more than is read), and what ``WebAsk.judge`` raises.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import httpx

from agent.edge import WebAnswer, WebAsk, WebLogin, WebSession
from agent.edge.pinned_tls import any_certificate, only
from shared.errors import Refused, Unparsed, Unreachable, Unsupported

CONNECT_S, QUIET_S = 6.0, 20.0
MAX_ANSWER_BYTES, MAX_SESSION_BYTES = 8_000_000, 48_000_000
MAX_ASKS = 500
_NOBODY_BEHIND = (502, 503, 504)

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "": str,
    "xml": lambda value: escape(value, {'"': "&quot;", "'": "&apos;"}),
    "base64": lambda value: base64.b64encode(value.encode()).decode("ascii"),
}
_OF_THE_LOGIN = frozenset({"username", "password", "api_key"})


class HttpsEdge:
    @asynccontextmanager
    async def session(self, address: str, port: int, login: WebLogin, asks: Mapping[str, WebAsk]) -> AsyncIterator[WebSession]:
        if not login.certificate_sha256:
            raise Refused("HTTPS without a recorded certificate: nothing was sent")
        session = HttpsSession(address, port, login, asks)
        try:
            yield session
        finally:
            await session.close()


class HttpsSession:
    def __init__(self, address: str, port: int, login: WebLogin, asks: Mapping[str, WebAsk]) -> None:
        host = f"[{address}]" if ":" in address else address
        self._address, self._base, self._asks, self._login = address, f"https://{host}:{port}", asks, login
        self._left_asks, self._left_bytes = MAX_ASKS, MAX_SESSION_BYTES
        self._client = httpx.AsyncClient(
            verify=any_certificate(),
            trust_env=False,
            timeout=httpx.Timeout(QUIET_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            headers={"User-Agent": "netario", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, name: str, /, **values: str) -> WebAnswer:
        ask = self._asks.get(name)
        if ask is None or values.keys() & _OF_THE_LOGIN:
            raise Refused(f"{name!r} is no request that this platform declares: nothing was sent")
        if self._left_asks <= 0:
            raise Unparsed(f"more than {MAX_ASKS} requests would be needed")
        self._left_asks -= 1
        try:
            async with asyncio.timeout(ask.deadline_s):
                answer = await self._sent(self._request(ask, values))
        except TimeoutError:
            raise Unreachable(f"no end of the answer to {name!r} within {ask.deadline_s:g} s") from None
        if ask.judge is not None:
            ask.judge(answer)
        return answer

    def _request(self, ask: WebAsk, values: Mapping[str, str]) -> httpx.Request:
        def filled(text: str, also: Callable[[str], str] = str) -> str:
            return _PLACE.sub(lambda place: also(_WRITTEN[place[2] or ""](self._value(place[1], values))), text)

        url = self._base + filled(ask.path, lambda value: quote(value, safe=""))
        if ask.query:
            url += "?" + urlencode({key: filled(value) for key, value in ask.query.items()}, quote_via=quote)
        headers = {key: filled(value) for key, value in ask.headers.items()}
        content = b""
        if ask.form:
            content = urlencode({key: filled(value) for key, value in ask.form.items()}).encode("ascii")
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._client.build_request(
            ask.method, url, headers=headers, content=content or None, extensions={"trace": only(self._login.certificate_sha256)}
        )

    def _value(self, name: str, values: Mapping[str, str]) -> str:
        if name not in _OF_THE_LOGIN:
            return values[name]
        value = getattr(self._login, name)
        if not value:
            raise Refused(f"the credential has no {name}, which this platform asks for: nothing was sent")
        return value if isinstance(value, str) else str(value.reveal())

    async def _sent(self, request: httpx.Request) -> WebAnswer:
        try:
            answer = await self._client.send(request, stream=True)
            try:
                return await self._read(answer)
            finally:
                await answer.aclose()
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            # what a library says of a request that it cannot write holds the request, with the login in it
            told = "" if isinstance(error, httpx.LocalProtocolError | httpx.InvalidURL) else " ".join(str(error).split())[:160]
            raise Unreachable(f"no HTTPS conversation with {self._address}: {told or type(error).__name__}") from None

    async def _read(self, answer: httpx.Response) -> WebAnswer:
        if answer.is_redirect:
            raise Unsupported(
                f"{self._address} sends us elsewhere (HTTP status {answer.status_code}): this is no interface of that platform"
            )
        if answer.is_server_error:
            told = f"{self._address} answers with HTTP status {answer.status_code}"
            raise Unreachable(told) if answer.status_code in _NOBODY_BEHIND else Unparsed(told)
        if answer.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Unparsed(f"{self._address} answers in an encoding that nobody asked for")
        return WebAnswer(answer.status_code, await self._bounded(answer))

    async def _bounded(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        limit = min(MAX_ANSWER_BYTES, self._left_bytes)
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > limit:
                raise Unparsed(f"{self._address} answers with more than {limit} bytes")
        self._left_bytes -= len(body)
        return bytes(body)

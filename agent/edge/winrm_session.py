"""One WinRM conversation with one Windows: the certificate first, then one login by NTLM, then WQL queries. It only reads.

Logged in and sealed by pyspnego (MIT; the library that pypsrp and pywinrm log in with), carried by httpx, written and read by
``agent.windows.wsman``: pypsrp 0.9.1 and pywinrm 0.5.0 themselves bring requests, honour proxies of the environment, and read an answer of
any size whole before they look at it; and neither has WQL. Sources: Microsoft [MS-WSMV], [MS-NLMP], RFC 4559, RFC 5929.

Over HTTPS the certificate must be the one that the login names, as self-signed ones are the rule; the TLS channel is bound to the login
(tls-server-end-point). Over HTTP every message is sealed by NTLM. Never Basic, never Kerberos, never in clear, never by a proxy, never
redirected; a password is tried once. An answer is bounded in bytes, a query in objects, pages and seconds.

Raises: Denied (login or rights), Refused (another certificate), Unreachable (no connection, no end), Unsupported (no WinRM there, no NTLM,
no such class), Unparsed.
"""

import asyncio
import base64
import binascii
import hashlib
import struct
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from uuid import uuid4

import httpx
import spnego
from cryptography import x509
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from agent.edge import WindowsLogin, WindowsSession
from agent.edge.pinned_tls import any_certificate, only
from agent.windows import sealed, wsman
from shared.errors import Denied, Refused, Unparsed, Unreachable, Unsupported

Result = TypeVar("Result")

CONNECT_S, QUIET_S = 6.0, 12.0
LOGIN_S, QUERY_S = 15.0, 25.0
MAX_ANSWER_BYTES = 4_000_000
MAX_OBJECTS, MAX_PAGES = 5_000, 50

_PLAIN = "application/soap+xml;charset=UTF-8"
_MALFORMED = (SpnegoError, ValueError, LookupError, TypeError, struct.error)
"""What pyspnego raises for a token that is none."""


class WinRmEdge:
    @asynccontextmanager
    async def session(self, address: str, port: int, login: WindowsLogin) -> AsyncIterator[WindowsSession]:
        if login.tls and not login.certificate_sha256:
            raise Refused("WinRM over HTTPS without a recorded certificate: nothing was sent")
        line = _Line(address, port, login)
        try:
            context = await _within(LOGIN_S, line.log_in(), "the login")
            yield WinRmSession(line, context)
        finally:
            await line.close()


class WinRmSession:
    """Queries over a line that is logged in, one at a time."""

    def __init__(self, line: "_Line", context: spnego.ContextProxy) -> None:
        self._line, self._context = line, context

    async def query(self, wql: str, namespace: str = "root/cimv2") -> list[dict[str, str]]:
        return await _within(QUERY_S, self._query(wql, namespace), "the answer")

    async def _query(self, wql: str, namespace: str) -> list[dict[str, str]]:
        request = wsman.enumerate_request(self._line.url, uuid4(), namespace, wql)
        found: list[dict[str, str]] = []
        for _ in range(MAX_PAGES):
            # in a thread, as a large answer takes its time to parse
            page = await asyncio.to_thread(wsman.read_page, await self._line.ask(self._context, request))
            found += page.objects
            if not page.context:
                return found
            if len(found) > MAX_OBJECTS:
                break
            request = wsman.pull_request(self._line.url, uuid4(), namespace, page.context)
        raise Unparsed(f"the enumeration has no end: {len(found)} objects were given and more were promised")


class _Line:
    """One TCP connection that NTLM has logged in: the login is the connection's, not the request's."""

    def __init__(self, address: str, port: int, login: WindowsLogin) -> None:
        host = f"[{address}]" if ":" in address else address
        self.url = f"{'https' if login.tls else 'http'}://{host}:{port}/wsman"
        self._address, self._login = address, login
        self._certificate = b""
        self._client = httpx.AsyncClient(
            verify=any_certificate(),
            trust_env=False,
            timeout=httpx.Timeout(QUIET_S, connect=CONNECT_S),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            headers={"User-Agent": "netario", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def log_in(self) -> spnego.ContextProxy:
        """Two messages of NTLM there, one back. Nothing of the password is sent before the certificate was looked at."""
        if self._login.tls:
            await self._post(b"", {})  # opens the connection: NTLM's messages are bound to the certificate that it shows
        context = self._new_context()
        negotiate = _token(context, None)
        status, headers, _ = await self._post(b"", {"Authorization": f"Negotiate {_text(negotiate)}"})
        challenge = _challenge(headers.get("www-authenticate", ""))
        if status != httpx.codes.UNAUTHORIZED or not challenge:
            raise Unsupported(_why_no_ntlm(status, headers.get("www-authenticate", "")))
        authenticate = _token(context, challenge)
        if not context.context_attr & spnego.ContextReq.confidentiality:
            raise Refused(f"{self._address} would take messages in clear: the login was not finished")
        status, headers, _ = await self._post(b"", {"Authorization": f"Negotiate {_text(authenticate)}"})
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Denied(f"{self._address} refused the login of {self._login.username!r}; it was tried once")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unreachable(f"{self._address} answers the login with HTTP status {status}")
        return context

    def _new_context(self) -> spnego.ContextProxy:
        return spnego.client(
            self._login.username,
            self._login.password.reveal(),
            hostname=self._address,
            service="http",
            protocol="ntlm",
            channel_bindings=_binding(self._certificate) if self._certificate else None,
            options=spnego.NegotiateOptions.wrapping_winrm,
        )

    async def ask(self, context: spnego.ContextProxy, message: bytes) -> bytes:
        """One SOAP message and its answer, a fault too."""
        if self._login.tls:
            status, headers, body = await self._post(message, {"Content-Type": _PLAIN})
        else:
            status, headers, body = await self._post(sealed.seal(message, partial(_wrap, context)), {"Content-Type": sealed.CONTENT_TYPE})
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Denied(f"{self._address} lets {self._login.username!r} in and refuses WinRM: the account needs the right to use it")
        if status not in (httpx.codes.OK, httpx.codes.INTERNAL_SERVER_ERROR):
            raise Unparsed(f"WinRM answers with HTTP status {status}")
        if self._login.tls:
            return body
        if "multipart/encrypted" not in headers.get("content-type", ""):
            raise Unparsed("WinRM answers a sealed message in clear")
        return sealed.unseal(body, partial(_unwrap, context))

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        extensions = {"trace": only(self._login.certificate_sha256, self._keep)}
        try:
            async with self._client.stream("POST", self.url, content=body, headers=headers, extensions=extensions) as answer:
                return answer.status_code, answer.headers, await _bounded(answer)
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            told = " ".join(str(error).split())[:160] or type(error).__name__
            raise Unreachable(f"no WinRM conversation with {self._address}: {told}") from None

    def _keep(self, certificate: bytes) -> None:
        self._certificate = certificate


def _wrap(context: spnego.ContextProxy, message: bytes) -> tuple[bytes, bytes]:
    result = context.wrap_winrm(message)
    return result.header, result.data


def _unwrap(context: spnego.ContextProxy, signature: bytes, message: bytes) -> bytes:
    try:
        return context.unwrap_winrm(signature, message)
    except _MALFORMED as error:
        raise Unparsed(f"WinRM's sealed message has a wrong signature ({type(error).__name__})") from None


async def _bounded(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise Unparsed(f"WinRM answers with more than {MAX_ANSWER_BYTES} bytes")
    return bytes(body)


async def _within(seconds: float, work: Awaitable[Result], what: str) -> Result:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise Unreachable(f"no end of {what} within {seconds:g} s") from None


def _token(context: spnego.ContextProxy, challenge: bytes | None) -> bytes:
    try:
        return context.step(challenge) or b""
    except _MALFORMED as error:
        raise Unparsed(f"WinRM's NTLM challenge cannot be read ({type(error).__name__})") from None


def _text(token: bytes) -> str:
    return base64.b64encode(token).decode("ascii")


def _challenge(header: str) -> bytes:
    """The token of ``WWW-Authenticate: Negotiate TOKEN``; empty where there is none."""
    for part in header.split(","):
        scheme, _, token = part.strip().partition(" ")
        if scheme.lower() == "negotiate" and token:
            try:
                return base64.b64decode(token.strip(), validate=True)
            except (binascii.Error, ValueError):
                raise Unparsed("WinRM's NTLM challenge is no base64", header) from None
    return b""


def _why_no_ntlm(status: int, told: str) -> str:
    if status == httpx.codes.UNAUTHORIZED:
        return f"WinRM there offers no NTLM ({told[:80] or 'nothing'}); the password was not sent"
    return f"there is no WinRM: HTTP status {status} instead of a login; the password was not sent"


def _binding(certificate: bytes) -> GssChannelBindings:
    """RFC 5929, section 4.1: hashed by the certificate's own algorithm, by SHA-256 where that is MD5 or SHA-1."""
    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except ValueError:
        raise Unparsed("WinRM's certificate cannot be read") from None
    name = algorithm.name if algorithm and algorithm.name in ("sha384", "sha512") else "sha256"
    return GssChannelBindings(application_data=b"tls-server-end-point:" + hashlib.new(name, certificate).digest())

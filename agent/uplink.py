"""The only talk with the collector: enrolment, reports, health.

Source: ``shared.wire``; RFC 9110 (Retry-After), RFC 9457 (problem documents). Redirects are not followed, as the key would go along;
proxies and credentials in the environment are not used. Raises Unreachable where trying again may help, Refused where it will not.
"""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import ValidationError

from agent.identity import Identity
from shared import VERSION
from shared.errors import BadInput, Refused, Unreachable
from shared.model import Frozen
from shared.wire import Enrolment, EnrolmentRequest, Problem, Receipt

_MAX_ANSWER_BYTES = 256 * 1024
_MAX_ANSWER_S = 300.0
_TIMEOUTS = httpx.Timeout(10.0, read=120.0, write=120.0)
# a refusal that the same request meets again however often; 404 and 405 are a wrong address or a proxy in between, and may be put right
_FOR_GOOD = frozenset({400, 401, 403, 409, 410, 413, 415, 422})
_MAX_RETRY_AFTER_S = 3600.0

Model = TypeVar("Model", bound=Frozen)


class Later(Unreachable):
    """Not now. ``after_s`` is how long the collector asks to be left alone; None: it did not say."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Health:
    """``clock_ahead_s``: this machine's clock against the collector's; None where it did not say the time."""

    ok: bool
    clock_ahead_s: float | None = None


class Uplink:
    """Talk with one collector. ``transport`` takes the network's place in tests."""

    def __init__(self, url: str, ca_file: Path | None = None, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.Client(
            verify=_trust(ca_file),
            timeout=_TIMEOUTS,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={"User-Agent": f"netario-agent/{VERSION}", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> "Uplink":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def enrol(self, request: EnrolmentRequest) -> Enrolment:
        body = {"token": request.token.reveal(), "hostname": request.hostname, "version": request.version}
        status, headers, text = self._ask("POST", "/api/v1/agents/enroll", json=body)
        _raise_for(status, headers, text)
        return _read(Enrolment, text, self._url)

    def send(self, packed: bytes, report: UUID, identity: Identity) -> Receipt:
        """Hands one report over; back only with the collector's receipt for it."""
        headers = {
            "Authorization": f"Bearer {identity.key.reveal()}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Idempotency-Key": str(report),
        }
        status, answered, text = self._ask("POST", "/api/v1/reports", content=packed, headers=headers)
        _raise_for(status, answered, text)
        receipt = _read(Receipt, text, self._url)
        if receipt.report != report:
            raise Later(f"{self._url} gave a receipt for another report")
        return receipt

    def health(self, now: datetime) -> Health:
        status, headers, _ = self._ask("GET", "/healthz")
        return Health(status == 200, _clock_ahead_s(headers.get("date", ""), now))

    def _ask(self, method: str, path: str, **content: object) -> tuple[int, Mapping[str, str], bytes]:
        with _named(self._url), self._client.stream(method, self._url + path, **content) as response:  # type: ignore[arg-type]  # httpx's own keywords, named by the three callers above
            text, until_s = b"", time.monotonic() + _MAX_ANSWER_S
            for part in response.iter_raw():
                text += part
                if len(text) > _MAX_ANSWER_BYTES or time.monotonic() > until_s:
                    raise Later(f"{self._url} answers more than a collector would: is something in between?")
            return response.status_code, response.headers, text


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """The system's authorities, and that of the configuration."""
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(f"{ca_file}: no certificates to trust (collector.ca_file): {error}") from None
    return context


@contextmanager
def _named(url: str) -> Iterator[None]:
    """httpx's exceptions -> ours."""
    try:
        yield
    except httpx.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise Later(
                f"{url}: its certificate is not trusted here. Set ca_file under [collector] to the authority that signed it."
            ) from None
        raise Later(f"{url} cannot be reached: {error}. Is the address right, and the collector running?") from None
    except httpx.TimeoutException:
        raise Later(f"{url} does not answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Later(f"{url}: the talk broke off: {error or type(error).__name__}") from None


def _raise_for(status: int, headers: Mapping[str, str], text: bytes) -> None:
    """Raises what an answer that is no success stands for."""
    if status in (200, 201):
        return
    problem = _problem(status, text)
    said = f"{problem.title}: {problem.detail}" if problem.detail else problem.title
    if status in _FOR_GOOD and not problem.keep:
        raise Refused(f"{said} (HTTP {status})")
    raise Later(f"the collector cannot take it now: {said} (HTTP {status})", _retry_after_s(headers.get("retry-after", "")))


def _problem(status: int, text: bytes) -> Problem:
    try:
        return Problem.model_validate_json(text)
    except ValidationError:
        # not the collector's own words, so a proxy's: it may be put right, but one report too large for it must not stop the others
        return Problem(title="no answer of a Netario collector: is the address right?", status=status, keep=status != 413)


def _read(model: type[Model], text: bytes, url: str) -> Model:
    try:
        return model.model_validate_json(text)
    except ValidationError:
        raise Later(f"{url} answers, but not as a Netario collector does: is the address right?") from None


def _retry_after_s(text: str) -> float | None:
    return min(float(text), _MAX_RETRY_AFTER_S) if text.isdecimal() else None


def _clock_ahead_s(date: str, now: datetime) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (now - theirs.astimezone(UTC)).total_seconds()

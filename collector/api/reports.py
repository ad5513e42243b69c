"""Takes the reports of agents in. What a report holds is looked at before it comes near the database; what it costs is bounded.

Answers: 201 stored, 200 had it already; 401 key unknown or revoked, 403 of another agent or site, 409 another report of this id (or,
with ``keep``, a document of a newer version), 413 too large, 415 an encoding that is not gzip, 422 malformed, with the field.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from pydantic_core import from_json

from collector.accounts.guard import AgentCaller
from collector.api.problems import ProblemError, first_fault
from collector.running import Running, TooMany, caller_address, running
from collector.store import intake, packing
from collector.store.intake import Arrival, Contradicted
from collector.store.tables import Agent
from shared.report import MAX_PACKED_BYTES, MAX_REPORT_BYTES, REPORT_VERSION, Report
from shared.wire import Intake, Receipt

log = logging.getLogger("collector.api")
router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

CLOCK_AHEAD = timedelta(days=1)
RECEIVE_TIMEOUT_S = 300.0
PUSHES_OF_AN_AGENT = 4
RETRY_AFTER_S = 30
LARGE_BYTES = 8 * 1024 * 1024
_LARGE_ONE_BY_ONE = Lock()
"""A report of 64 MB may take 1.3 GB while it is read; that much once is enough."""


@router.post("", status_code=201, responses={200: {"model": Receipt}})
async def push(request: Request, response: Response, agent: AgentCaller, here: Annotated[Running, Depends(running)]) -> Receipt:
    """The report as JSON, ``Content-Encoding: gzip``. The answer comes when it is stored."""
    encoding = _encoding(request)
    with _place_of(agent, here):
        body = await _body(request)
        async with here.intake_slots:
            receipt = await run_in_threadpool(_take, here, agent, body, encoding, caller_address(request))
    log.info("report=%s site=%s agent=%s bytes=%d intake=%s", receipt.report, agent.site_id, agent.id, len(body), receipt.intake.value)
    if receipt.intake is Intake.DUPLICATE:
        response.status_code = 200
    return receipt


@contextmanager
def _place_of(agent: Agent, here: Running) -> Iterator[None]:
    """What has arrived waits in memory: no agent may have it filled."""
    if here.pushing[agent.id] >= PUSHES_OF_AN_AGENT:
        raise TooMany("this agent pushes several reports already. One after the other is enough.", RETRY_AFTER_S)
    here.pushing[agent.id] += 1
    try:
        yield
    finally:
        here.pushing[agent.id] -= 1
        if not here.pushing[agent.id]:
            del here.pushing[agent.id]


def _take(here: Running, agent: Agent, body: bytes, encoding: str, address: str) -> Receipt:
    document = _unpacked(body, encoding)
    with _LARGE_ONE_BY_ONE if len(document) > LARGE_BYTES else nullcontext():
        return _stored(here, agent, document, body if encoding == "gzip" else intake.packed_again(document), address)


def _stored(here: Running, agent: Agent, document: bytes, packed: bytes, address: str) -> Receipt:
    report = _report(document)
    _belongs(report, agent)
    now = here.now()
    if report.finished_utc > now + CLOCK_AHEAD:
        raise ProblemError(422, f"this lies ahead of the collector's clock ({now:%F %T} UTC). Set the agent's clock.", field="finished_utc")
    if report.started_utc > report.finished_utc:
        raise ProblemError(422, "the scan began after it ended.", field="started_utc")
    try:
        return intake.take(here.database, Arrival(report, packed, intake.digest_of(document), agent.id, agent.site_id, address, now))
    except Contradicted as refusal:
        raise ProblemError(409, str(refusal), field="id") from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(RECEIVE_TIMEOUT_S):
            async for part in request.stream():
                body += part
                if len(body) > MAX_PACKED_BYTES:
                    raise ProblemError(413, f"the report is larger than {MAX_PACKED_BYTES} bytes, packed.")
    except TimeoutError:
        raise ProblemError(408, f"the report did not arrive within {RECEIVE_TIMEOUT_S:.0f} s.", keep=True) from None
    return bytes(body)


def _encoding(request: Request) -> str:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"gzip", "identity"}:
        raise ProblemError(415, "send the report as gzip, or as it is.", field="Content-Encoding")
    return encoding


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return body
    try:
        return packing.unpacked(body, MAX_REPORT_BYTES)
    except packing.TooLarge as fault:
        raise ProblemError(413, str(fault)) from None
    except packing.Damaged as fault:
        raise ProblemError(422, str(fault), field="body") from None


def _report(document: bytes) -> Report:
    try:
        report = Report.model_validate_json(document)
    except ValidationError as error:
        _if_newer(_version(document))
        field, fault = first_fault(error)
        raise ProblemError(422, fault, field=field or "body") from None
    _if_newer(report.version)
    return report


def _version(document: bytes) -> int:
    """The version that a document which is not understood says it has; 0 for none."""
    try:
        parsed = from_json(document)
    except ValueError:
        return 0
    version = parsed.get("version") if isinstance(parsed, Mapping) else None
    return version if isinstance(version, int) else 0


def _if_newer(version: int) -> None:
    if version > REPORT_VERSION:
        detail = f"the agent is newer than the collector: its report has version {version}, here {REPORT_VERSION} is known."
        raise ProblemError(409, f"{detail} Update the collector; the report waits.", field="version", keep=True)


def _belongs(report: Report, agent: Agent) -> None:
    if report.agent.id != agent.id:
        raise ProblemError(403, "this is the report of another agent.", field="agent.id")
    if report.agent.site != agent.site_id:
        raise ProblemError(403, "this is the report of another site.", field="agent.site")

"""What agent and collector say to each other over HTTP, besides the report itself."""

from enum import StrEnum
from uuid import UUID

from shared.model import Frozen
from shared.secret import Secret
from shared.text import OneLine


class EnrolmentRequest(Frozen):
    token: Secret
    hostname: OneLine
    version: OneLine


class Enrolment(Frozen):
    """The collector's answer to a good token. ``key`` is shown this once; the collector keeps only its hash."""

    agent: UUID
    site: UUID
    client_name: OneLine
    site_name: OneLine
    key: str


class Intake(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    """The collector has this report already: the agent may forget it."""


class Receipt(Frozen):
    """The collector has the report safely; the agent may delete its copy."""

    report: UUID
    intake: Intake


class Problem(Frozen):
    """Every 4xx and 5xx of the API, after RFC 9457. ``keep`` tells an agent that the same report may be taken later."""

    title: OneLine
    status: int
    detail: OneLine = ""
    field: OneLine = ""
    keep: bool = False

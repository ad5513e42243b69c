"""One scan of one site, as the agent made it: what it meant to look at, how each look ended, and what was seen."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.address import Prefix
from shared.model import Frozen, Utc
from shared.outcome import Outcome
from shared.text import OneLine

REPORT_VERSION = 1
MAX_REPORT_BYTES = 64 * 1024 * 1024
"""A report's JSON, unpacked. A site of 1,000 devices is about 4 MB."""
MAX_PACKED_BYTES = 16 * 1024 * 1024
MAX_OUTCOMES = 500_000


class AgentAbout(Frozen):
    """The agent's own account of itself."""

    id: UUID | None = None
    """Given at enrolment; none for a scan made without a collector."""
    site: UUID | None = None
    version: OneLine
    hostname: OneLine
    lacking: tuple[OneLine, ...] = ()
    """What it cannot do here and why: ``raw sockets: run as root or with CAP_NET_RAW``."""


class Plan(Frozen):
    """What the scan set out to examine. Absence counts only within it."""

    subnets: tuple[Prefix, ...]
    probes: tuple[OneLine, ...]
    excluded: tuple[OneLine, ...] = ()


class Report(Frozen):
    document: Literal["netario-report"] = "netario-report"
    version: Annotated[int, Field(ge=1)] = REPORT_VERSION
    id: UUID
    """Made by the agent; the same id twice is the same report."""
    agent: AgentAbout
    started_utc: Utc
    finished_utc: Utc
    complete: bool = True
    """False where the scan was cut short: by its deadline, a breaker, or a person."""
    why_incomplete: OneLine = ""
    not_done: tuple[OneLine, ...] = ()
    """For a person: what was left out, held back or slowed down, and why: exclusions found on the way, budgets, the breaker."""
    plan: Plan
    outcomes: Annotated[tuple[Outcome, ...], Field(max_length=MAX_OUTCOMES)] = ()

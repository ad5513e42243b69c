"""What the fixtures of ``conftest.py`` give."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import httpx

from shared.report import Report
from shared.secret import Secret

PASSWORD = Secret("correct horse battery staple")


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@dataclass(frozen=True)
class Enrolled:
    id: UUID
    site: UUID
    client: UUID
    key: Secret

    def own(self, report: Report) -> Report:
        """The report as this agent would have made it."""
        return report.model_copy(update={"agent": report.agent.model_copy(update={"id": self.id, "site": self.site})})


class Enrol(Protocol):
    def __call__(self, name: str, site: UUID | None = None) -> Enrolled: ...


class Push(Protocol):
    def __call__(self, agent: Enrolled, report: Report, *, gzipped: bool = True) -> httpx.Response: ...

"""The agent as a service: scans on a schedule, keeps every report, carries it to the collector.

The first scan starts at once. Never two at a time: not in this process (one instance a job), and not with a scan started by hand
(``agent.scan`` holds a lock on the disk). Reports are pushed after each scan, and every minute while some wait, less often while the
collector does not answer. SIGTERM and SIGINT cut a scan short; what it has seen is kept in the spool as an incomplete report.
"""

import asyncio
import logging
import signal
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from agent import last_scan
from agent.config import Settings
from agent.execute import Event
from agent.identity import load
from agent.lock import Busy
from agent.push import Pushed, push
from agent.scan import Prepared, prepare, scan
from agent.spool import Spool
from agent.uplink import Uplink
from shared.errors import BadInput, Missing, NetarioError
from shared.report import Report

log = logging.getLogger(__name__)

PUSH_EVERY_S = 60
MAX_BACKOFF_S = 900.0


@dataclass(slots=True)
class Backoff:
    """When to try the collector again: soon at first, at most every quarter of an hour, never before it asked for. Times are monotonic."""

    failures: int = 0
    not_before_s: float = 0.0

    def allows(self, now_s: float) -> bool:
        return now_s >= self.not_before_s

    def succeeded(self) -> None:
        self.failures, self.not_before_s = 0, 0.0

    def failed(self, now_s: float, asked_s: float | None) -> None:
        self.failures += 1
        own_s = min(MAX_BACKOFF_S, PUSH_EVERY_S * 2.0 ** min(self.failures - 1, 10))
        # a little less than the wait, so that the job that comes by every minute is not too early by a hair
        self.not_before_s = now_s + (own_s if asked_s is None else max(asked_s, 1.0)) - 1.0


@dataclass(slots=True)
class Service:
    settings: Settings
    spool: Spool
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    backoff: Backoff = field(default_factory=Backoff)
    unsaved: list[Report] = field(default_factory=list)
    """Reports that the disk did not take; tried again every minute."""

    async def scan_once(self) -> None:
        try:
            prepared = await asyncio.to_thread(self._prepare)
            log.info("scan begins", extra={"subnets": ",".join(prepared.plan.subnets), "addresses": prepared.plan.addresses})
            report = await scan(prepared, load(self.settings.state_dir), self.stop, _note)
        except NetarioError as error:
            log.error("no scan", extra={"reason": str(error)})
            return
        last = last_scan.note(self.settings.state_dir, report)
        told = {"complete": last.complete, "duration_s": last.duration_s, **last.outcomes}
        log.info("scan ended", extra={"report": report.id, **told})
        self._keep(report)
        if not self.stop.is_set():
            await self.push_once()

    async def push_once(self) -> None:
        """Carries what waits, where the back-off allows it."""
        for report in [*self.unsaved]:
            self.unsaved.remove(report)
            self._keep(report)
        if not self.spool.waiting() or not self.backoff.allows(time.monotonic()):
            return
        try:
            pushed = await asyncio.to_thread(self._push)
        except Busy:
            return  # the other process carries them
        except NetarioError as error:
            log.error("reports wait in the spool", extra={"reason": str(error)})
            return
        self._after(pushed)

    def _push(self) -> Pushed:
        """The identity is read each time: the agent may have been enrolled anew since."""
        identity = load(self.settings.state_dir)
        with Uplink(identity.url, self.settings.collector.ca_file) as uplink:
            return push(self.spool, identity, uplink, self.stop.is_set)

    def _after(self, pushed: Pushed) -> None:
        counts = {"sent": pushed.sent, "rejected": pushed.rejected, "left": pushed.left}
        if pushed.why:
            self.backoff.failed(time.monotonic(), pushed.retry_after_s)
            log.warning("reports wait in the spool", extra={**counts, "reason": pushed.why})
        else:
            self.backoff.succeeded()
            log.info("reports carried", extra=counts)

    def _keep(self, report: Report) -> None:
        try:
            self.spool.put(report)
        except Missing as error:
            log.error("report kept in memory only", extra={"report": report.id, "reason": str(error)})
            self.unsaved = [*self.unsaved, report][-4:]

    def _prepare(self) -> Prepared:
        prepared = prepare(self.settings)
        scan_settings = self.settings.scan
        named = bool(scan_settings.subnets)  # what the machine happens to be in is not what somebody meant
        if unusual := prepared.plan.needs_yes(named and scan_settings.allow_large, named and scan_settings.allow_public):
            raise BadInput(
                f"{unusual}: {prepared.plan.size()}. "
                "Name what is meant, as subnets under [scan] in the configuration, with allow_large or allow_public"
            )
        return prepared


def _note(event: Event) -> None:
    if event.done == event.total:
        log.info("probe ended", extra={"probe": event.probe, "targets": event.total})


async def serve(service: Service) -> None:
    """Runs until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stop.set)
    scan_settings = service.settings.scan
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None})
    every = IntervalTrigger(seconds=scan_settings.every_s, jitter=scan_settings.jitter_s or None, timezone=UTC)
    running: set[asyncio.Task[None]] = set()

    async def tracked_scan() -> None:
        task = asyncio.ensure_future(service.scan_once())
        running.add(task)
        task.add_done_callback(running.discard)
        await task

    scheduler.add_job(tracked_scan, every, next_run_time=datetime.now(UTC), id="scan")
    scheduler.add_job(service.push_once, IntervalTrigger(seconds=PUSH_EVERY_S, timezone=UTC), next_run_time=datetime.now(UTC), id="push")
    scheduler.start()
    await service.stop.wait()
    log.info("agent stops")
    # no new job; the scan under way ends by itself, as it watches the same event, and keeps what it has seen
    scheduler.pause()
    await asyncio.gather(*running)
    scheduler.shutdown(wait=False)


def run(settings: Settings) -> None:
    """The command ``run``. Raises Missing where the agent is not enrolled."""
    identity = load(settings.state_dir)
    log.info("agent runs", extra={"client": identity.client_name, "site": identity.site_name, "every_s": settings.scan.every_s})

    async def main() -> None:
        await serve(Service(settings, Spool(settings.state_dir, settings.spool_limit_bytes)))

    asyncio.run(main())

"""One scan from settings to report: looks at the machine, plans, executes. What the commands ``scan`` and ``run`` have in common."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from agent import last_scan, plan
from agent.config import Settings
from agent.edge.iproute import this_machine
from agent.edge.real import lacking, real_edges
from agent.execute import Clock, Event, execute, ignore
from agent.identity import Identity
from agent.lock import locked
from agent.machine import Machine
from agent.probe import Probe, needs
from agent.probes import all_probes
from shared import VERSION
from shared.report import AgentAbout, Plan, Report

REAL_CLOCK = Clock(now=lambda: datetime.now(UTC), elapsed_s=time.monotonic)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scan that could start now. ``settings`` has its subnets."""

    settings: Settings
    probes: tuple[Probe, ...]
    machine: Machine
    lacking: Mapping[str, str]
    plan: plan.ScanPlan


def prepare(settings: Settings) -> Prepared:
    """Looks at this machine; sends nothing. Raises BadInput, Missing."""
    probes = tuple(plan.chosen(all_probes(), settings.scan.only))
    machine, absent = this_machine(), lacking()
    settings = plan.with_subnets(settings, machine)
    last = last_scan.read(settings.state_dir)
    counted = last.alive if last and last.complete and last.subnets == settings.scan.subnets else 0
    return Prepared(settings, probes, machine, absent, plan.make(settings, probes, absent, machine, counted))


async def scan(
    prepared: Prepared,
    identity: Identity | None,
    stop: asyncio.Event,
    watch: Callable[[Event], None] = ignore,
    clock: Clock = REAL_CLOCK,
) -> Report:
    """Scans now. Raises Missing where nothing could be done here, agent.lock.Busy while another process of this machine scans."""
    plan.check_possible(prepared.probes, prepared.lacking)
    settings = prepared.settings
    with locked(settings.state_dir / "scan.lock", "another scan is running on this machine: wait for its end, or stop it"):
        started = clock.now()
        done = await execute(settings, prepared.probes, real_edges(), prepared.machine, clock, stop, prepared.lacking, watch)
    used = {need: why for need, why in prepared.lacking.items() if any(need in needs(probe) for probe in prepared.probes)}
    return Report(
        id=uuid4(),
        agent=AgentAbout(
            id=identity.agent if identity else None,
            site=identity.site if identity else None,
            version=VERSION,
            hostname=prepared.machine.hostname,
            lacking=tuple(f"{need}: {why}" for need, why in used.items()),
        ),
        started_utc=started,
        finished_utc=clock.now(),
        complete=done.complete,
        why_incomplete=done.why_incomplete,
        not_done=done.not_done,
        plan=Plan(
            subnets=settings.scan.subnets, probes=tuple(probe.NAME for probe in prepared.probes), excluded=tuple(settings.scan.exclude)
        ),
        outcomes=done.outcomes,
    )

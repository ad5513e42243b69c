"""Runs the probes of one scan, step by step, and turns every end of every look into an outcome. The failure of a probe is data.

Within a step each probe asks up to ``AT_ONCE`` targets at a time, each under its ``DEADLINE_S``. The scan as a whole ends at its own
deadline or when ``stop`` is set: what was seen until then is kept, and the result says that it is not complete. A look that was under
way then has no outcome: nothing is known of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from agent.config import Settings
from agent.edge import Edges
from agent.exclusions import Exclusions, guarded
from agent.machine import Machine
from agent.plan import reason
from agent.probe import SITE, Probe, Seen, Target, in_order
from shared.errors import Denied, Missing, Refused, Unparsed, Unreachable, Unsupported
from shared.outcome import Outcome, State

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# the first that fits is taken
_STATES: tuple[tuple[type[Exception], State], ...] = (
    (Denied, State.DENIED),
    (Refused, State.DENIED),
    (Unreachable, State.SILENT),
    (TimeoutError, State.SILENT),
    (Unsupported, State.UNSUPPORTED),
    (Missing, State.UNSUPPORTED),
    (Unparsed, State.UNPARSED),
)


@dataclass(frozen=True, slots=True)
class Event:
    """A probe's progress, for whoever watches. ``outcome`` is the one that has just come in; None where the probe begins."""

    probe: str
    done: int
    total: int
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Executed:
    outcomes: tuple[Outcome, ...]
    complete: bool
    why_incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """``now`` for what is written down, ``elapsed_s`` for how long things take: it never jumps."""

    now: Callable[[], datetime]
    elapsed_s: Callable[[], float]


def ignore(event: Event) -> None:
    """For a scan that nobody watches."""


@dataclass(slots=True)
class _Scan:
    settings: Settings
    edges: Edges
    seen: Seen
    exclusions: Exclusions
    lacking: Mapping[str, str]
    clock: Clock
    watch: Callable[[Event], None]
    outcomes: list[Outcome] = field(default_factory=list)

    async def run(self, steps: list[list[Probe]]) -> None:
        for step in steps:
            before = len(self.outcomes)
            async with asyncio.TaskGroup() as group:
                for probe in step:
                    group.create_task(self._probe(probe))
            for outcome in self.outcomes[before:]:
                self.seen.add(outcome.target, outcome.observations)

    async def _probe(self, probe: Probe) -> None:
        """Asks every target of one probe, ``AT_ONCE`` at a time."""
        targets = await self._targets(probe)
        turns = asyncio.Semaphore(probe.AT_ONCE)
        done = 0
        self.watch(Event(probe.NAME, 0, len(targets)))

        async def one(target: Target) -> None:
            nonlocal done
            async with turns:
                outcome = await self._ask(probe, target)
            self.outcomes.append(outcome)
            done += 1
            self.watch(Event(probe.NAME, done, len(targets), outcome))

        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(one(target))

    async def _targets(self, probe: Probe) -> list[Target]:
        async def listed() -> Sequence[Target]:
            return probe.targets(self.settings, self.seen)

        answer = await self._attempt(probe, Target(SITE), listed())
        if isinstance(answer, Outcome):
            self.outcomes.append(answer)
            return []
        return [target for target in answer if not self.exclusions.cover_target(target.name)]

    async def _ask(self, probe: Probe, target: Target) -> Outcome:
        at_utc, started_s = self.clock.now(), self.clock.elapsed_s()
        lack = reason(probe, self.lacking)
        if lack:
            return Outcome(probe=probe.NAME, target=target.name, state=State.UNSUPPORTED, at_utc=at_utc, duration_ms=0, detail=lack)
        answer = await self._attempt(probe, target, probe.ask(target, self.edges, self.settings, self.seen))
        if isinstance(answer, Outcome):
            return answer
        self.exclusions.learn(answer.observations)
        return Outcome(
            probe=probe.NAME,
            target=target.name,
            state=answer.state,
            at_utc=at_utc,
            duration_ms=self._since_ms(started_s),
            detail=answer.detail,
            credential=answer.credential,
            observations=self.exclusions.without(answer.observations),
        )

    async def _attempt(self, probe: Probe, target: Target, work: Awaitable[Result]) -> Result | Outcome:
        """What ``work`` gives; the outcome of its failure where it raises."""
        at_utc, started_s = self.clock.now(), self.clock.elapsed_s()
        result = await attempt(work, probe.DEADLINE_S, probe.NAME, target.name)
        if not isinstance(result, Failed):
            return result
        return Outcome(
            probe=probe.NAME,
            target=target.name,
            state=result.state,
            at_utc=at_utc,
            duration_ms=self._since_ms(started_s),
            detail=result.detail,
        )

    def _since_ms(self, started_s: float) -> int:
        return max(0, round((self.clock.elapsed_s() - started_s) * 1000))


@dataclass(frozen=True, slots=True)
class Failed:
    state: State
    detail: str
    """For a person."""


async def attempt(work: Awaitable[Result], deadline_s: float, probe: str, target: str) -> Result | Failed:
    """What ``work`` gives, or how it failed."""
    try:
        async with asyncio.timeout(deadline_s):
            return await work
    except Exception as error:  # the agent's only blanket except: no fault of one probe may cost the scan
        state, detail = _ended(error, deadline_s)
        if state is State.BROKEN:
            log.exception("probe broke", extra={"probe": probe, "target": target})
        return Failed(state, detail)


def _ended(error: Exception, deadline_s: float) -> tuple[State, str]:
    """The state that an exception stands for, and what a person reads of it."""
    state = next((state for kind, state in _STATES if isinstance(error, kind)), State.BROKEN)
    if state is State.BROKEN:
        return state, f"a fault of the probe ({type(error).__name__}); the agent's log has more"
    if isinstance(error, TimeoutError) and not str(error):
        return state, f"no end within {deadline_s:g} s"
    line = f": {error.line}" if isinstance(error, Unparsed) and error.line else ""
    return state, f"{error}{line}"


async def execute(
    settings: Settings,
    probes: Sequence[Probe],
    edges: Edges,
    machine: Machine,
    clock: Clock,
    stop: asyncio.Event,
    lacking: Mapping[str, str] | None = None,
    watch: Callable[[Event], None] = ignore,
) -> Executed:
    """One scan. Ends at ``settings.scan.deadline_s``, or soon after ``stop`` is set; never raises for what a probe met."""
    exclusions = Exclusions(settings.scan.exclude)
    scan = _Scan(settings, guarded(edges, exclusions), Seen(machine=machine), exclusions, lacking or {}, clock, watch)
    work = asyncio.create_task(scan.run(in_order(probes)))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopped}, timeout=settings.scan.deadline_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        finished = work.done()
        work.cancel()
        stopped.cancel()
        await asyncio.gather(work, stopped, return_exceptions=True)
    if finished:
        work.result()
        return Executed(tuple(scan.outcomes), complete=True)
    why = "it was interrupted" if stop.is_set() else f"its deadline of {settings.scan.deadline_s:g} s was over"
    return Executed(tuple(scan.outcomes), complete=False, why_incomplete=why)

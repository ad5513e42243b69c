"""Runs the probes of one scan, step by step, and turns every end of every look into an outcome. The failure of a probe is data.

Within a step each probe asks up to ``AT_ONCE`` targets at a time, each under its ``DEADLINE_S``. A probe that only listens runs beside all
steps. The scan as a whole ends at its own deadline, when ``stop`` is set, or when the breaker says that it harms the network: what was seen
until then is kept, and the result says that it is not complete. A look that was under way then has no outcome: nothing is known of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from agent.config import Settings
from agent.edge import Edges
from agent.machine import Machine
from agent.plan import reason
from agent.probe import SITE, Probe, Seen, Target, in_order, is_beside
from agent.safety import breaker
from agent.safety.guard import Guard, Look
from agent.safety.guarded import guarded
from shared.errors import Denied, Missing, Refused, Unparsed, Unreachable, Unsupported
from shared.outcome import OfferResult, Outcome, State

log = logging.getLogger(__name__)

Result = TypeVar("Result")

_TOLD_WAIT_S = 5.0
"""Less than this, waited in all, is not worth a line in the report."""
_MAX_TOLD = 100

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
    not_done: tuple[str, ...] = ()
    """For a person: what was left out, held back or slowed down, and why."""


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
    guard: Guard
    lacking: Mapping[str, str]
    clock: Clock
    watch: Callable[[Event], None]
    outcomes: list[Outcome] = field(default_factory=list)
    left: dict[str, int | None] = field(default_factory=dict)
    """Of each probe that has not ended, how many targets have no outcome; None where it has not begun."""
    told: list[str] = field(default_factory=list)
    waited_s: float = 0.0

    async def run(self, probes: Sequence[Probe]) -> None:
        self.left = {probe.NAME: None for probe in probes}
        beside = [probe for probe in probes if is_beside(probe)]
        steps = in_order((probe for probe in probes if not is_beside(probe)), credentials_last=self.guard.needs_a_kind)
        async with asyncio.TaskGroup() as group:
            for probe in beside:
                group.create_task(self._probe(probe))
            await self._steps(steps)
            self.seen.is_over = bool(steps)

    async def _steps(self, steps: list[list[Probe]]) -> None:
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
        self.left[probe.NAME] = len(targets)
        self.watch(Event(probe.NAME, 0, len(targets)))

        async def one(target: Target) -> None:
            nonlocal done
            async with turns:
                # an answer that has come in since the targets were listed may exclude it
                outcome = None if self.guard.exclusions.cover_target(target.name) else await self._ask(probe, target)
            if outcome:
                self.outcomes.append(outcome)
            done += 1
            self.left[probe.NAME] = len(targets) - done
            self.watch(Event(probe.NAME, done, len(targets), outcome))

        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(one(target))
        del self.left[probe.NAME]

    async def _targets(self, probe: Probe) -> list[Target]:
        async def listed() -> Sequence[Target]:
            return probe.targets(self.settings, self.seen)

        answer = await self._attempt(probe, Target(SITE), listed(), Look())
        if isinstance(answer, Outcome):
            self.outcomes.append(answer)
            return []
        return [target for target in answer if not self.guard.exclusions.cover_target(target.name)]

    async def _ask(self, probe: Probe, target: Target) -> Outcome:
        at_utc, started_s = self.clock.now(), self.clock.elapsed_s()
        lack = reason(probe, self.lacking)
        if lack:
            return Outcome(probe=probe.NAME, target=target.name, state=State.UNSUPPORTED, at_utc=at_utc, duration_ms=0, detail=lack)
        look = Look()
        edges = guarded(self.edges, self.guard, look)
        answer = await self._attempt(probe, target, probe.ask(target, edges, self.settings, self.seen), look)
        self.waited_s += look.waited_s
        if isinstance(answer, Outcome):
            return _with_offers(answer, look)
        self.guard.learn(target.name, answer.observations)
        outcome = Outcome(
            probe=probe.NAME,
            target=target.name,
            state=answer.state,
            at_utc=at_utc,
            duration_ms=self._since_ms(started_s),
            detail=answer.detail,
            credential=answer.credential,
            observations=self.guard.exclusions.without(answer.observations),
        )
        return _with_offers(outcome, look)

    async def _attempt(self, probe: Probe, target: Target, work: Awaitable[Result], look: Look) -> Result | Outcome:
        """What ``work`` gives; the outcome of its failure where it raises."""
        at_utc, started_s = self.clock.now(), self.clock.elapsed_s()
        result = await attempt(work, probe.DEADLINE_S, probe.NAME, target.name, look)
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

    def not_done(self) -> tuple[str, ...]:
        """What was left out, held back or slowed down, and why."""
        found = self.guard.exclusions.found
        excluded = [f"{address}: nothing more was sent to it, as {entry} is excluded" for address, entry in found.items()]
        left = [f"{name}: not begun" if count is None else f"{name}: {count} targets not asked" for name, count in self.left.items()]
        scan = self.settings.scan
        limits = f"{scan.packets_per_s} packets a second ({scan.host_packets_per_s} to one device)"
        slowed = [f"slowed down by its budget of {limits}"] if self.waited_s >= _TOLD_WAIT_S else []
        return (*self.told, *excluded[:_MAX_TOLD], *left, *slowed)


def _with_offers(outcome: Outcome, look: Look) -> Outcome:
    """With what was offered; where every credential was held back, the outcome says that and no more: the target was not asked."""
    offers = tuple(look.offers)
    held_back = all(offer.result in (OfferResult.WITHHELD, OfferResult.UNFIT) for offer in offers)
    if not offers or not held_back or outcome.state not in (State.SILENT, State.DENIED):
        return outcome.model_copy(update={"offers": offers})
    unfit = all(offer.result is OfferResult.UNFIT for offer in offers)
    detail = "; ".join(dict.fromkeys(f"{offer.credential}: {offer.detail}" for offer in offers))
    state = outcome.state if unfit else State.DENIED
    return outcome.model_copy(update={"offers": offers, "state": state, "detail": f"not offered: {detail}", "credential": ""})


@dataclass(frozen=True, slots=True)
class Failed:
    state: State
    detail: str
    """For a person."""


async def attempt(work: Awaitable[Result], deadline_s: float, probe: str, target: str, look: Look | None = None) -> Result | Failed:
    """What ``work`` gives, or how it failed. The deadline is ``look``'s: it stands still while that waits for its turn."""
    try:
        async with (look or Look()).limited(deadline_s):
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
    rhythm: breaker.Rhythm = breaker.EVERY_TWO_SECONDS,
) -> Executed:
    """One scan. Ends at ``settings.scan.deadline_s``, or soon after ``stop`` is set; never raises for what a probe met."""
    guard = Guard(settings, machine, clock.now)
    scan = _Scan(settings, edges, Seen(machine=machine), guard, lacking or {}, clock, watch)
    ping = guarded(edges, guard, Look()).liveness.round_trip_s
    before_s, without = await breaker.before(ping, breaker.gateways(machine, settings.scan.subnets), rhythm)
    scan.told += without
    work = asyncio.create_task(scan.run(probes))
    stopped = asyncio.create_task(stop.wait())
    harm = asyncio.create_task(breaker.watched(breaker.Breaker(before_s), ping, guard.budget, rhythm, scan.told.append))
    try:
        await asyncio.wait({work, stopped, harm}, timeout=settings.scan.deadline_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        finished, harmed = work.done(), harm.done()
        for task in (work, stopped, harm):
            task.cancel()
        await asyncio.gather(work, stopped, harm, return_exceptions=True)
    if finished:
        work.result()
        return Executed(tuple(scan.outcomes), complete=True, not_done=scan.not_done())
    why = "it was interrupted" if stop.is_set() else f"its deadline of {settings.scan.deadline_s:g} s was over"
    why = harm.result() if harmed else why
    return Executed(tuple(scan.outcomes), complete=False, why_incomplete=why, not_done=scan.not_done())

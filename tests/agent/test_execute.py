"""The failure of a probe is data; exclusions, deadlines and interrupts hold whatever a probe does. Probes and edges are synthetic."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.execute import Clock, Event, Executed, execute
from agent.machine import Machine
from agent.probe import NMAP, Answer, Probe, Seen, Target
from shared.errors import BadInput, Denied, Missing, Refused, Unparsed, Unreachable, Unsupported
from shared.observation import AddressSeen, NameSeen, NameSource, Provenance
from shared.outcome import State

CLOCK = Clock(lambda: datetime.now(UTC), time.monotonic)
Ask = Callable[[Target, Edges, Settings, Seen], Awaitable[Answer]]


@dataclass
class SyntheticProbe:
    NAME: str
    ask: Ask
    names: tuple[str, ...] | Callable[[Seen], Sequence[str]] = ("10.0.0.1",)
    AFTER: tuple[str, ...] = ()
    AT_ONCE: int = 4
    DEADLINE_S: float = 5.0
    CREDENTIALS: bool = False
    NEEDS: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def targets(self, settings: Settings, seen: Seen) -> list[Target]:
        return [Target(name) for name in (self.names(seen) if callable(self.names) else self.names)]

    def packets(self, settings: Settings, seen: Seen, addresses: int) -> int:
        return 0


@dataclass
class SyntheticArp:
    """Answers for all that it is asked for."""

    asked: list[str] = field(default_factory=list)

    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        self.asked += addresses
        return {}


def edges(**parts: Any) -> Edges:
    return cast(Edges, SimpleNamespace(**{part.name: None for part in fields(Edges)} | parts))


def probes(*made: SyntheticProbe) -> list[Probe]:
    return [cast(Probe, probe) for probe in made]


async def run(*made: SyntheticProbe, stop: asyncio.Event | None = None, use: Edges | None = None, **rest: Any) -> Executed:
    scan = {key: rest.pop(key) for key in list(rest) if key in ScanSettings.model_fields}
    settings = Settings(scan=ScanSettings(**scan))
    return await execute(settings, probes(*made), use or edges(), Machine(), CLOCK, stop or asyncio.Event(), **rest)


def raising(error: Exception) -> Ask:
    async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        raise error

    return ask


async def silent(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    return Answer()


def seeing(*found: AddressSeen) -> Ask:
    async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        return Answer(found)

    return ask


def address(text: str, mac: str | None = None, provenance: Provenance = Provenance.OWN_REPLY) -> AddressSeen:
    return AddressSeen(address=text, mac=mac, provenance=provenance)


@pytest.mark.parametrize(
    ("error", "state", "detail"),
    [
        (Denied("wrong password"), State.DENIED, "wrong password"),
        (Refused("another host key"), State.DENIED, "another host key"),
        (Unreachable("gone"), State.SILENT, "gone"),
        (TimeoutError("late"), State.SILENT, "late"),
        (Unsupported("no such table"), State.UNSUPPORTED, "no such table"),
        (Missing("install nmap"), State.UNSUPPORTED, "install nmap"),
        (Unparsed("what is this", "row 7"), State.UNPARSED, "what is this: row 7"),
        (KeyError("secret"), State.BROKEN, "a fault of the probe (KeyError); the agent's log has more"),
        (BadInput("odd"), State.BROKEN, "a fault of the probe (BadInput); the agent's log has more"),
        (ExceptionGroup("several", [ValueError()]), State.BROKEN, "a fault of the probe (ExceptionGroup); the agent's log has more"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_failure_becomes_an_outcome_and_costs_nothing_else(
    error: Exception, state: State, detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.run(run(SyntheticProbe("faulty", raising(error)), SyntheticProbe("well", silent)))
    outcomes = {outcome.probe: outcome for outcome in done.outcomes}
    assert (outcomes["faulty"].state, outcomes["faulty"].detail) == (state, detail)
    assert outcomes["well"].state is State.ANSWERED and done.complete
    assert ("Traceback" in caplog.text) is (state is State.BROKEN)


def test_a_probe_whose_targets_cannot_be_listed_is_broken_and_costs_nothing_else() -> None:
    def broken(seen: Seen) -> Sequence[str]:
        raise ZeroDivisionError

    done = asyncio.run(run(SyntheticProbe("faulty", silent, broken), SyntheticProbe("well", silent)))
    assert {(o.probe, o.target, o.state) for o in done.outcomes} == {
        ("faulty", "site", State.BROKEN),
        ("well", "10.0.0.1", State.ANSWERED),
    }


def test_a_target_that_never_ends_is_given_up() -> None:
    async def endless(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        if target.name == "10.0.0.1":
            await asyncio.sleep(60)
        return Answer()

    done = asyncio.run(run(SyntheticProbe("slow", endless, ("10.0.0.1", "10.0.0.2"), DEADLINE_S=0.05)))
    states = {outcome.target: (outcome.state, outcome.detail) for outcome in done.outcomes}
    assert states == {"10.0.0.1": (State.SILENT, "no end within 0.05 s"), "10.0.0.2": (State.ANSWERED, "")}


def test_no_more_targets_at_a_time_than_the_probe_allows() -> None:
    now = most = 0

    async def counted(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.01)
        now -= 1
        return Answer()

    asyncio.run(run(SyntheticProbe("counted", counted, tuple(f"10.0.0.{i}" for i in range(1, 20)), AT_ONCE=3)))
    assert most == 3


def test_a_step_sees_what_earlier_steps_have_seen() -> None:
    second = SyntheticProbe("second", silent, lambda seen: seen.alive(), AFTER=("first",))
    done = asyncio.run(run(second, SyntheticProbe("first", seeing(address("10.0.0.9"), address("10.0.0.10")))))
    assert [outcome.target for outcome in done.outcomes if outcome.probe == "second"] == ["10.0.0.9", "10.0.0.10"]


def test_the_scan_s_deadline_keeps_what_was_seen() -> None:
    async def slow(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        await asyncio.sleep(60)
        return Answer()

    started = time.monotonic()
    done = asyncio.run(
        run(
            SyntheticProbe("fast", seeing(address("10.0.0.9"))),
            SyntheticProbe("slow", slow, AFTER=("fast",), DEADLINE_S=60),
            deadline_s=0.1,
        )
    )
    assert time.monotonic() - started < 5
    assert not done.complete and "deadline" in done.why_incomplete
    assert [(outcome.probe, len(outcome.observations)) for outcome in done.outcomes] == [("fast", 1)]


def test_an_interrupt_keeps_what_was_seen() -> None:
    async def main() -> Executed:
        stop = asyncio.Event()

        async def interrupted(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
            stop.set()
            await asyncio.sleep(60)
            return Answer()

        later = SyntheticProbe("later", interrupted, AFTER=("first",), DEADLINE_S=60)
        return await run(SyntheticProbe("first", seeing(address("10.0.0.9"))), later, stop=stop)

    done = asyncio.run(main())
    assert not done.complete and done.why_incomplete == "it was interrupted"
    assert [outcome.probe for outcome in done.outcomes] == ["first"]


@pytest.mark.parametrize("excluded", ["10.0.0.7", "10.0.0.0/29", "00:1b:21:00:00:07"])
def test_an_excluded_address_is_never_asked_and_not_reported(excluded: str) -> None:
    found = (address("10.0.0.7", "00:1b:21:00:00:07"), address("10.0.0.9", "00:1b:21:00:00:09"))
    asked: list[str] = []

    async def note(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        asked.append(target.name)
        return Answer()

    first = SyntheticProbe("arp", seeing(*found), ("10.0.0.0/24",))
    done = asyncio.run(
        run(first, SyntheticProbe("later", note, lambda seen: ["10.0.0.7", *seen.alive()], AFTER=("arp",)), exclude=(excluded,))
    )
    assert asked == ["10.0.0.9"]
    assert [o.address for outcome in done.outcomes for o in outcome.observations if isinstance(o, AddressSeen)] == ["10.0.0.9"]


def test_an_address_of_which_one_mac_is_excluded_is_dropped_with_both() -> None:
    found = (address("10.0.0.7", "00:1b:21:00:00:07"), address("10.0.0.7", "00:1b:21:00:00:08"))
    done = asyncio.run(run(SyntheticProbe("arp", seeing(*found)), exclude=("00:1b:21:00:00:08",)))
    assert done.outcomes[0].observations == ()


def test_an_excluded_mac_that_another_device_tells_of_keeps_that_address_from_being_asked() -> None:
    told = address("10.0.0.7", "00:1b:21:00:00:07", Provenance.THIRD_PARTY)
    later = SyntheticProbe("later", silent, ("10.0.0.7",), AFTER=("snmp",))
    done = asyncio.run(run(SyntheticProbe("snmp", seeing(told)), later, exclude=("00:1b:21:00:00:07",)))
    assert [(outcome.probe, outcome.observations) for outcome in done.outcomes] == [("snmp", (told,))]


def test_no_edge_reaches_an_excluded_address_whatever_a_probe_asks_for() -> None:
    arp = SyntheticArp()

    async def reckless(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        await edges.arp.sweep(["10.0.0.6", "10.0.0.7"], "eth0", "10.0.0.2", 0)
        name = await edges.names.reverse("10.0.0.6", "10.0.0.7", 1.0)
        return Answer((NameSeen(address="10.0.0.6", name=name or "", source=NameSource.DNS),))

    done = asyncio.run(run(SyntheticProbe("reckless", reckless), use=edges(arp=arp), exclude=("10.0.0.7",)))
    assert arp.asked == ["10.0.0.6"]
    assert done.outcomes[0].state is State.DENIED and "10.0.0.7 is excluded" in done.outcomes[0].detail


def test_what_the_machine_lacks_is_said_and_nothing_is_asked() -> None:
    async def never(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        raise AssertionError("asked")

    done = asyncio.run(run(SyntheticProbe("ports", never, NEEDS=(NMAP,)), lacking={NMAP: "apt install nmap"}))
    assert [(o.state, o.detail) for o in done.outcomes] == [(State.UNSUPPORTED, "apt install nmap")]


def test_whoever_watches_sees_each_outcome_once() -> None:
    events: list[Event] = []
    asyncio.run(run(SyntheticProbe("some", silent, ("10.0.0.1", "10.0.0.2")), watch=events.append))
    assert [(e.done, e.total, e.outcome is None) for e in events] == [(0, 2, True), (1, 2, False), (2, 2, False)]

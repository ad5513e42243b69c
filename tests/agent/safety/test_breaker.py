"""When the breaker trips, what it does, and when there is none. Networks and time are synthetic here; the lab is in ``test_lab``."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.execute import Executed, execute
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import Answer, Seen, Target
from agent.safety.breaker import BAD, LATE_S, LATE_TIMES, WINDOW, Action, Breaker, Echo, gateways, verdict
from tests.agent.safety.network import Host, Network
from tests.agent.safety.test_guard import CLOCK, OWN, SUBNET, Probe, sweep
from tests.agent.safety.virtual_time import run

GATEWAY = "10.0.0.1"
MACHINE = Machine(
    interfaces=(OwnInterface(2, "eth0", "02:00:00:00:00:02", addresses=(OwnAddress(OWN, 24),)),), gateways=(("eth0", GATEWAY),)
)
echoes = st.lists(st.one_of(st.none(), st.floats(0.0001, 3)), max_size=12)


@given(st.floats(0.0001, 0.5), echoes)
def test_it_trips_exactly_where_three_of_the_last_five_are_lost_or_late(before_s: float, seen: list[Echo]) -> None:
    bad = [echo is None or echo > max(LATE_TIMES * before_s, LATE_S) for echo in seen]
    assert bool(verdict(before_s, seen)) is (sum(bad[-WINDOW:]) >= BAD)


@given(st.floats(0.0001, 0.5), st.lists(st.floats(0, 1), max_size=30))
def test_what_is_no_slower_than_before_never_trips(before_s: float, shares: list[float]) -> None:
    breaker = Breaker({GATEWAY: before_s})
    assert {breaker.tell(GATEWAY, share * before_s) for share in shares} <= {Action.GO_ON}


@given(echoes, echoes)
def test_it_pauses_at_most_once_and_then_stops(first: list[Echo], second: list[Echo]) -> None:
    breaker = Breaker({GATEWAY: 0.001})
    actions = [breaker.tell(GATEWAY, echo) for echo in [*first, *second]]
    told = [action for action in actions if action is not Action.GO_ON]
    assert told.count(Action.PAUSE) <= 1 and (not told or told[0] is Action.PAUSE)


def test_a_fast_network_s_jitter_is_no_harm() -> None:
    assert verdict(0.0002, [0.05] * 5) == "" and "120 ms" in verdict(0.0002, [0.12] * 5)


async def keep_on(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    for _ in range(1000):
        await edges.udp.ask("10.0.0.9", 161, b"?", 1.0)
        await asyncio.sleep(0.1)
    return Answer()


def scanned(round_trip: Callable[[str, float], Echo], **scan: object) -> tuple[Executed, Network]:
    network = Network({address: Host(address, f"00:1b:21:00:00:{n:02x}") for n, address in enumerate(SUBNET)}, round_trip=round_trip)

    async def main() -> Executed:
        config = Settings(scan=ScanSettings(subnets=("10.0.0.0/24",), **scan))  # type: ignore[arg-type]
        probes = [Probe("arp", sweep), Probe("long", keep_on, ("arp",))]
        probes[1].DEADLINE_S = 3000.0
        return await execute(config, probes, network.edges(), MACHINE, CLOCK, asyncio.Event())

    return run(main()), network


def test_a_well_gateway_stops_nothing() -> None:
    done, network = scanned(lambda address, now_s: 0.002)
    assert done.complete and done.not_done == () and network.touched("echo") == {GATEWAY}


@pytest.mark.parametrize(("fault", "said"), [(None, "lost 3 of"), (0.9, "answers in 900 ms instead of 2 ms")])
def test_a_gateway_that_goes_bad_ends_the_scan_and_keeps_what_was_seen(fault: Echo, said: str) -> None:
    done, network = scanned(lambda address, now_s: 0.002 if now_s < 20 else fault)
    assert not done.complete and f"the gateway {GATEWAY} {said}" in done.why_incomplete
    assert any("paused for 10 s, then went on at half the rate" in line for line in done.not_done)
    assert "long: 1 targets not asked" in done.not_done
    assert [outcome.probe for outcome in done.outcomes] == ["arp"]
    sent = [one.at_s for one in network.sent if one.edge == "udp"]
    assert max(sent) < 50
    assert not [at for at in sent if 25 < at < 33], "nothing is sent while it pauses"


def test_a_gateway_that_gets_well_again_costs_a_pause_and_half_the_rate() -> None:
    done, _ = scanned(lambda address, now_s: None if 20 < now_s < 30 else 0.002)
    assert done.complete and any("half the rate" in line for line in done.not_done)


@pytest.mark.parametrize(
    ("round_trip", "scan", "why"),
    [
        (lambda address, now_s: None, {}, "it does not answer ICMP echo"),
        (lambda address, now_s: 0.002, {"exclude": (GATEWAY,)}, "is excluded by the configuration"),
    ],
)
def test_where_there_is_no_breaker_it_is_said(round_trip: Callable[[str, float], Echo], scan: dict[str, object], why: str) -> None:
    done, network = scanned(round_trip, **scan)
    assert done.complete and len(done.not_done) == 1
    assert done.not_done[0].startswith(f"no breaker for the gateway {GATEWAY}: ") and why in done.not_done[0]
    assert network.touched("echo") == (set() if scan else {GATEWAY})


def test_the_gateways_are_those_on_the_way() -> None:
    assert gateways(MACHINE, ["10.0.0.0/24", "10.9.0.0/24"]) == [GATEWAY]
    assert gateways(Machine(), ["10.0.0.0/24"]) == []

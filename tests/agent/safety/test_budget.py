"""The budgets hold whatever is asked of them, nobody waits for ever, and a wait costs no look its deadline. Time is virtual."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.execute import execute
from agent.machine import Machine
from agent.probe import Answer, Seen, Target
from agent.safety.budget import Budget
from agent.safety.guard import Guard, Look
from agent.safety.guarded import guarded
from shared.outcome import State
from tests.agent.safety.network import Host, Network
from tests.agent.safety.test_guard import CLOCK, MACHINE, SUBNET, Probe, executed, sweep
from tests.agent.safety.virtual_time import run

takes = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 12), st.floats(0, 3)), min_size=1, max_size=40)


def most_in_a_second(passed: list[tuple[float, int]]) -> int:
    return max(sum(packets for at, packets in passed if start <= at < start + 1) for start, _ in passed)


@settings(max_examples=50, deadline=None)
@given(takes, st.integers(5, 60), st.integers(5, 60))
def test_no_second_has_more_packets_than_the_rate_and_what_comes_at_once(asked: list[tuple[str, int, float]], site: int, host: int) -> None:
    passed: list[tuple[str, float, int]] = []

    async def main() -> float:
        budget = Budget(site, host, 512, 10)

        async def one(to: str, packets: int, after_s: float) -> None:
            await asyncio.sleep(after_s)
            await budget.take(packets, to)
            passed.append((to, asyncio.get_running_loop().time(), packets))

        await asyncio.gather(*(one(*take) for take in asked))
        return asyncio.get_running_loop().time()

    took_s = run(main())
    largest = max(packets for _, packets, _ in asked)
    # the largest question goes out as a whole, when all of it has been waited for
    assert most_in_a_second([(at, packets) for _, at, packets in passed]) <= site * 1.1 + largest + 1
    for one in "abc":
        if to_one := [(at, packets) for to, at, packets in passed if to == one]:
            assert most_in_a_second(to_one) <= host * 1.1 + largest + 1
    by_host: dict[str, int] = defaultdict(int)
    for to, packets, _ in asked:
        by_host[to] += packets
    assert len(passed) == len(asked)
    assert took_s <= 3 + sum(by_host.values()) / site + max(by_host.values()) / host + 1, "nobody waits longer than the rates ask for"


def test_sweeps_port_scans_and_questions_share_one_rate() -> None:
    async def main() -> None:
        budget = Budget(100, 40, 512, 10)
        async with budget.sweep(100) as sweeping:
            assert sweeping == 90
            began = asyncio.get_running_loop().time()
            await budget.take(21)
            assert asyncio.get_running_loop().time() - began == pytest.approx(2, abs=0.2), "a tenth is left for the others"
        async with budget.port_scan(100) as alone:
            assert alone == 40, "one device has no more than its own limit"
        many = [asyncio.create_task(_given(budget)) for _ in range(10)]
        assert await asyncio.gather(*many) == [60] * 10

    run(main())


async def _given(budget: Budget) -> int:
    async with budget.port_scan(100) as pace:
        await asyncio.sleep(1)
        return pace


def test_a_port_scan_waits_for_a_sweep_to_end() -> None:
    async def main() -> None:
        budget = Budget(100, 0, 512, 10)
        loop = asyncio.get_running_loop()

        async def sweeping() -> None:
            async with budget.sweep(100):
                await asyncio.sleep(5)

        task = asyncio.create_task(sweeping())
        await asyncio.sleep(1)
        async with budget.port_scan(100):
            assert loop.time() == 5
        await task

    run(main())


def test_without_a_limit_nobody_waits() -> None:
    async def main() -> None:
        budget = Budget(0, 40, 512, 10)
        await budget.take(1_000_000, "a")
        async with budget.sweep(0) as sweeping, budget.port_scan(0) as scanning:
            assert (sweeping, scanning) == (0, 0)
        assert asyncio.get_running_loop().time() == 0

    run(main())


def test_after_easing_everything_takes_twice_as_long() -> None:
    async def main() -> None:
        budget = Budget(100, 10, 512, 10)
        await budget.take(1, "a")
        budget.ease()
        began = asyncio.get_running_loop().time()
        await budget.take(20, "a")
        assert asyncio.get_running_loop().time() - began == pytest.approx(4, abs=0.5)
        async with budget.sweep(100) as sweeping:
            assert sweeping == 45

    run(main())


async def _at_once(network: Network, addresses: list[str], each: int, ask: Callable[[Edges, str], Any], **limits: int) -> None:
    config = Settings.model_validate(
        {
            "state_dir": "/nonexistent",
            "scan": ScanSettings(packets_per_s=0, **limits),
            "snmp": [{"name": "lan", "community": "c", "subnets": ["10.0.0.0/24"]}],
            "ssh": [{"name": "fw", "platform": "linux", "hosts": SUBNET, "username": "u", "password": "p"}],
        }
    )
    guard = Guard(config, Machine(), CLOCK.now)
    guard.heard({address: {host.mac} for address, host in network.hosts.items()})
    await asyncio.gather(*(ask(guarded(network.edges(), guard, Look()), address) for address in addresses for _ in range(each)))


def lan(count: int, same_mac: bool = False) -> Network:
    macs = [f"00:1b:21:00:00:{0 if same_mac else number:02x}" for number in range(count)]
    return Network({address: Host(address, mac) for address, mac in zip(SUBNET[:count], macs, strict=True)}, takes_s=1.0)


async def talk(edges: Edges, address: str) -> None:
    await edges.tcp.talk(address, 80, b"", False, 1.0, 10)


async def walk(edges: Edges, address: str) -> None:
    from agent.credentials import SnmpCredential

    login = SnmpCredential(name="lan", community="c", subnets=("10.0.0.0/24",)).login()
    async with edges.snmp.session(address, 161, login) as session, edges.snmp.session(address, 161, login):
        assert [bind async for bind in session.walk((1, 3))]


async def log_in(edges: Edges, address: str) -> None:
    from agent.edge import SshLogin
    from shared.secret import Secret

    async with edges.ssh.session(address, 22, "linux", SshLogin("u", Secret("p"))) as session:
        await session.run("uname")


@pytest.mark.parametrize(("hosts", "each", "most"), [(1, 30, 10), (8, 20, 24)])
def test_no_more_connections_than_the_limits_allow(hosts: int, each: int, most: int) -> None:
    network = lan(hosts)
    run(_at_once(network, SUBNET[:hosts], each, talk, host_connections=10, connections=24))
    assert network.most == most and len(network.sent) == hosts * each


@pytest.mark.parametrize("ask", [walk, log_in])
def test_one_session_a_device_however_many_addresses_it_has(ask: Callable[[Edges, str], Any]) -> None:
    one_device, two_devices = lan(2, same_mac=True), lan(2)
    nested = 2 if ask is walk else 1
    run(_at_once(one_device, SUBNET[:2], 3, ask))
    run(_at_once(two_devices, SUBNET[:2], 3, ask))
    assert (one_device.most, two_devices.most) == (nested, 2 * nested)


def test_waiting_for_a_turn_costs_no_look_its_deadline_and_is_told() -> None:
    """Sixteen hosts, 200 questions each, 20 packets a second: more than two minutes, with a deadline of 60 s a look."""
    network = Network({address: Host(address, f"00:1b:21:00:00:{number:02x}") for number, address in enumerate(SUBNET)})

    async def ask_much(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        for _ in range(200):
            await edges.udp.ask(target.name, 161, b"?", 1.0)
        return Answer()

    async def main() -> Any:
        probes = [Probe("arp", sweep), Probe("much", ask_much, ("arp",), lambda seen: seen.alive())]
        config = Settings(scan=ScanSettings(packets_per_s=20, host_packets_per_s=40))
        return await execute(config, probes, network.edges(), MACHINE, CLOCK, asyncio.Event())

    done = run(main())
    assert done.complete and {outcome.state for outcome in done.outcomes} == {State.ANSWERED}
    assert len([sent for sent in network.sent if sent.edge == "udp"]) == 16 * 200
    assert max(sent.at_s for sent in network.sent) > 150
    assert any("20 packets a second" in line for line in done.not_done)


def test_a_look_that_hangs_still_ends_at_its_deadline() -> None:
    async def hang(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        await edges.udp.ask("10.0.0.9", 161, b"?", 1.0)
        await asyncio.sleep(10_000)
        return Answer()

    network = Network({"10.0.0.9": Host("10.0.0.9", "00:1b:21:00:00:09")})
    done = executed(network, Probe("arp", sweep), Probe("hang", hang, ("arp",)))
    assert [outcome.detail for outcome in done.outcomes if outcome.probe == "hang"] == ["no end within 60 s"]

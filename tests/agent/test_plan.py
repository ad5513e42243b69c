"""What a scan is going to do is known before it does it."""

from typing import Any

import pytest

from agent import plan
from agent.config import ScanSettings, Settings
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import NMAP, RAW_SOCKETS
from agent.probes import all_probes
from shared.errors import BadInput, Missing

NO_NMAP, NO_RAW = {NMAP: "apt install nmap"}, {RAW_SOCKETS: "run as root"}


HERE = Machine(interfaces=(OwnInterface(2, "eth0", "00:1b:21:00:00:02", addresses=(OwnAddress("10.0.0.2", 24),)),))


def settings(**scan: Any) -> Settings:
    return Settings(scan=ScanSettings(**{"subnets": ("10.0.0.0/24",)} | scan))


def made(**scan: Any) -> plan.ScanPlan:
    return plan.make(settings(**scan), all_probes(), {}, HERE)


def test_overlapping_subnets_count_once() -> None:
    assert made(subnets=("10.0.0.0/24", "10.0.0.0/25", "10.0.1.0/24", "2001:db8::/64")).addresses == 512


def test_packets_of_the_sweep_count_two_for_the_silent_and_one_for_the_rest() -> None:
    figures = {probe.name: probe.packets for probe in made().probes}
    assert figures["arp"] == 2 * 256 - 51 and figures["ports"] == 51 * 123 and figures["host"] == 0


def test_a_subnet_behind_a_router_costs_ten_packets_for_each_silent_address() -> None:
    figures = {probe.name: probe.packets for probe in made(subnets=("10.0.1.0/24",)).probes}
    assert figures["arp"] == 0 and figures["liveness"] == 10 * 256 - 9 * 51


def test_the_pace_decides_how_long_it_takes() -> None:
    assert made(packets_per_s=15).minutes > made(packets_per_s=150).minutes > made(packets_per_s=0).minutes


@pytest.mark.parametrize(("prefix", "large"), [("10.0.0.0/20", False), ("10.0.0.0/19", True)])
def test_more_than_a_20_is_large(prefix: str, large: bool) -> None:
    assert made(subnets=(prefix,)).is_large is large


def test_what_the_last_scan_counted_goes_before_the_guess() -> None:
    guessed, counted = (plan.make(settings(), all_probes(), {}, counted=number) for number in (0, 13))
    assert (guessed.alive, guessed.counted, counted.alive, counted.counted) == (51, False, 13, True)
    assert counted.packets < guessed.packets and plan.make(settings(), all_probes(), {}, counted=9999).alive == 256


def test_a_probe_that_cannot_work_here_sends_nothing() -> None:
    planned = {probe.name: probe for probe in plan.make(settings(), all_probes(), NO_NMAP).probes}
    assert planned["services"].packets == 0 and planned["ports"].packets > 0


@pytest.mark.parametrize(
    ("prefixes", "reason"),
    [
        (("10.0.0.0/21", "172.16.0.0/21", "192.168.1.0/24"), "the range is large"),
        (("10.0.0.0/21", "172.16.0.0/21"), ""),
        (("10.0.0.0/20", "10.0.0.0/24", "10.0.0.0/20"), ""),
        (("8.8.8.0/24",), "8.8.8.0/24 is in no private range"),
        (("100.64.0.0/24",), "100.64.0.0/24 is in no private range"),
        (("10.0.0.0/16", "1.1.1.0/24"), "the range is large; 1.1.1.0/24 is in no private range"),
        (("fd00:1::/64",), ""),
        (("2001:db8::/64",), ""),  # the agent's own segment
        (("2001:db8:1::/64",), "2001:db8:1::/64 is in no private range"),
    ],
)
def test_what_is_unusual_needs_a_yes(prefixes: tuple[str, ...], reason: str) -> None:
    machine = Machine(interfaces=(OwnInterface(2, "eth0", addresses=(OwnAddress("2001:db8::2", 64),)),))
    planned = plan.make(settings(subnets=prefixes), all_probes(), {}, machine)
    assert planned.needs_yes().startswith(reason) and bool(planned.needs_yes()) is bool(reason)
    assert planned.needs_yes(large_is_meant=True, public_is_meant=True) == ""


def test_a_probe_that_is_none_is_named_beside_those_that_are() -> None:
    with pytest.raises(BadInput, match=r"zork.*arp.*services"):
        plan.chosen(all_probes(), ["arp", "zork"])
    assert [probe.NAME for probe in plan.chosen(all_probes(), ["ports", "arp"])] == ["arp", "ports"]


def test_without_a_subnet_it_says_what_to_do() -> None:
    with pytest.raises(Missing, match="--subnet"):
        plan.with_subnets(settings(subnets=()), Machine())


def test_without_nmap_the_sweep_can_still_be_done_and_the_plan_says_what_cannot() -> None:
    plan.check_possible(all_probes(), NO_NMAP)
    reasons = {probe.name: probe.lacking for probe in plan.make(settings(), all_probes(), NO_NMAP).probes}
    assert reasons["services"] == "apt install nmap" and reasons["arp"] == reasons["ports"] == ""


@pytest.mark.parametrize(
    ("only", "lacking", "why"),
    [("", NO_RAW, "run as root"), ("arp,names", NO_RAW, "run as root"), ("services", NO_NMAP, "apt install nmap")],
)
def test_where_nothing_of_use_could_be_done_it_says_so(only: str, lacking: dict[str, str], why: str) -> None:
    with pytest.raises(Missing, match=why):
        plan.check_possible(plan.chosen(all_probes(), [name for name in only.split(",") if name]), lacking)

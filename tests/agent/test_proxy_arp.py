"""Proxy ARP, as real kernels do it, makes no devices; and the synthetic cases that tell it from hosts with several addresses."""

import asyncio
import ipaddress
import subprocess
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import pytest

from agent import middlebox, proxy_arp
from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.edge.iproute import this_machine
from agent.edge.liveness import RawLiveness
from agent.edge.scapy_arp import ScapyArp
from agent.probe import Answer, Seen, Target
from agent.probes import arp
from shared.observation import AddressSeen, Provenance
from shared.outcome import State
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

ROUTER, HOST, ZERO = "00:1b:21:00:00:01", "00:1b:21:00:00:07", "00:00:00:00:00:00"


def run(name: str, *commands: str) -> str:
    return subprocess.run(
        ["ip", "netns", "exec", name, "sh", "-ec", "; ".join(commands)], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def behind(segment: Segment) -> Iterator[str]:
    """A third machine, 10.99.0.130, on a cable of its own behind the far one, which routes 10.99.0.128/25 there."""
    name = f"na-{uuid4().hex[:8]}-behind"
    try:
        subprocess.run(["ip", "netns", "add", name], check=True)
        run(segment.far.name, f"ip link add inner type veth peer name eth0 netns {name}", "ip link set inner up")
        run(segment.far.name, "ip addr del 10.99.0.200/24 dev eth0", "ip addr del 10.99.0.254/24 dev eth0")
        run(segment.far.name, "ip route add 10.99.0.128/25 dev inner", "ip route add default dev inner")
        run(name, "ip link set eth0 up", "ip addr add 10.99.0.130/24 dev eth0", "ip route add default dev eth0")
        both = ("echo 1 > /proc/sys/net/ipv4/ip_forward", "echo 0 > /proc/sys/net/ipv4/neigh/eth0/proxy_delay")
        run(
            segment.far.name,
            *both,
            "echo 0 > /proc/sys/net/ipv4/neigh/inner/proxy_delay",
            "echo 1 > /proc/sys/net/ipv4/conf/inner/proxy_arp",
        )
        yield name
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)


def swept(segment: Segment, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setattr("agent.edge.liveness.ROUND_S", 0.05)
    edges = cast(Edges, SimpleNamespace(arp=ScapyArp(), liveness=RawLiveness()))
    settings = Settings(scan=ScanSettings(subnets=(prefix,), packets_per_s=0))
    with inside_net(segment.agent):
        return asyncio.run(arp.ask(Target(prefix), edges, settings, Seen(machine=this_machine())))


def alive(answer: Answer) -> dict[str, str | None]:
    return {o.address: o.mac for o in answer.observations if isinstance(o, AddressSeen) and o.provenance is Provenance.OWN_REPLY}


def doubtful(answer: Answer) -> set[str]:
    return {o.address for o in answer.observations if isinstance(o, AddressSeen) and o.doubt == "proxy_arp"}


def test_a_router_that_answers_for_what_is_behind_it(segment: Segment, behind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run(segment.far.name, "echo 1 > /proc/sys/net/ipv4/conf/eth0/proxy_arp")
    answer = swept(segment, "10.99.0.120/29", monkeypatch)
    assert answer.detail == "", "nothing behind the router is asked for"
    answer = swept(segment, "10.99.0.128/28", monkeypatch)
    assert alive(answer) == {"10.99.0.130": None}, "the one that is there, without the router's MAC address"
    assert doubtful(answer) == {f"10.99.0.{i}" for i in range(128, 144)} - {"10.99.0.130"}
    assert "proxy ARP" in answer.detail and answer.state is State.ANSWERED
    few = swept(segment, "10.99.0.128/30", monkeypatch)
    assert alive(few) == {"10.99.0.130": None} and len(doubtful(few)) == 3, "known by the address that is nowhere, not by their number"


def test_a_router_that_keeps_hosts_of_one_segment_apart(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> None:
    run(
        segment.far.name,
        *("echo 1 > /proc/sys/net/ipv4/ip_forward", "echo 0 > /proc/sys/net/ipv4/neigh/eth0/proxy_delay"),
        "echo 1 > /proc/sys/net/ipv4/conf/eth0/proxy_arp_pvlan",
    )
    answer = swept(segment, "10.99.0.0/28", monkeypatch)
    own = {"10.99.0.2"}
    assert alive(answer).keys() == {"10.99.0.1", "10.99.0.7"} | own
    assert len(doubtful(answer)) == 12 and not doubtful(answer) & alive(answer).keys()


def test_a_machine_with_several_addresses_keeps_them_all(segment: Segment, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = swept(segment, "10.99.0.0/24", monkeypatch)
    mac = run(segment.far.name, "cat /sys/class/net/eth0/address").strip()
    assert {address: found for address, found in alive(answer).items() if address != segment.own} == dict.fromkeys(segment.neighbours, mac)
    assert doubtful(answer) == set() and answer.detail == ""


def test_a_synthetic_router_with_one_address_here_is_not_doubted_though_it_does_proxy_arp() -> None:
    found = proxy_arp.judged({"10.0.0.1": {ROUTER}, "10.0.0.7": {HOST}}, bait_taken={ROUTER}, gateways=())
    assert found.own == {"10.0.0.1": {ROUTER}, "10.0.0.7": {HOST}} and found.doubtful == {}


def test_a_synthetic_gateway_keeps_its_address_and_a_host_its_own() -> None:
    answers = {"10.0.0.1": {ROUTER}, "10.0.0.7": {HOST, ROUTER}, "10.0.0.9": {ROUTER}}
    found = proxy_arp.judged(answers, bait_taken={ROUTER}, gateways={"10.0.0.1"})
    assert found.own == {"10.0.0.1": {ROUTER}, "10.0.0.7": {HOST}} and found.doubtful == {"10.0.0.9": {ROUTER}}


@pytest.mark.parametrize(("count", "doubted"), [(proxy_arp.MAX_OWN_ADDRESSES, 0), (proxy_arp.MAX_OWN_ADDRESSES + 1, 9)])
def test_a_synthetic_machine_may_have_several_addresses_but_not_any_number(count: int, doubted: int) -> None:
    found = proxy_arp.judged({f"10.0.0.{i}": {HOST} for i in range(count)}, bait_taken=(), gateways=())
    assert len(found.doubtful) == doubted


def test_a_synthetic_conflict_of_two_machines_is_kept() -> None:
    found = proxy_arp.judged({"10.0.0.7": {HOST, ROUTER}}, bait_taken=(), gateways=())
    assert {seen.mac for seen in proxy_arp.observations(found, ())} == {HOST, ROUTER}


@pytest.mark.parametrize("mac", [ZERO, "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"])
def test_a_synthetic_mac_address_that_names_nothing_is_marked_and_not_kept(mac: str) -> None:
    (seen,) = proxy_arp.observations(proxy_arp.judged({"10.0.0.7": {mac}}, (), ()), ())
    assert (seen.mac, seen.doubt, seen.provenance) == (None, "unusable_mac", Provenance.OWN_REPLY)
    both = list(proxy_arp.observations(proxy_arp.judged({"10.0.0.7": {mac, HOST}}, (), ()), ()))
    assert [seen.mac for seen in both] == [HOST]


def test_the_bait_is_in_no_network_of_ours() -> None:
    assert proxy_arp.bait([]) == "192.0.2.1"
    assert proxy_arp.bait([ipaddress.ip_network("192.0.0.0/16")]) == "198.51.100.1"
    assert proxy_arp.bait([ipaddress.ip_network("0.0.0.0/0")]) is None


@pytest.mark.parametrize(
    ("answers", "asked", "counted"),
    [
        ({f"10.0.0.{i}": "tcp/443" for i in range(250)} | {"10.0.0.253": "icmp"}, 254, ["10.0.0.253"]),
        ({f"10.0.0.{i}": "tcp/443" for i in range(3)}, 254, ["10.0.0.0", "10.0.0.1", "10.0.0.2"]),
        ({f"10.0.0.{i}": "tcp/443" for i in range(2)}, 2, ["10.0.0.0", "10.0.0.1"]),
    ],
)
def test_a_synthetic_firewall_that_answers_tcp_for_all_counts_for_nobody(answers: dict[str, str], asked: int, counted: list[str]) -> None:
    assert middlebox.believed(answers, asked) == counted

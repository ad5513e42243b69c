"""Whom the probes that find hosts ask, and what they make of answers: IPv6, routed subnets, what is overheard. Edges are synthetic."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent import ipv6_neighbours
from agent.config import ScanSettings, Settings
from agent.edge import Edges, Frame
from agent.execute import Clock, execute
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import SITE, Answer, Probe, Seen, Target, in_order
from agent.probes import all_probes, arp, liveness, ndp, neighbourhood
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.errors import Unsupported
from shared.observation import AddressSeen, NameSeen, NeighbourSeen, Provenance, SubnetSeen
from shared.outcome import State
from tests.agent.conftest import AT
from tests.agent.frames.test_neighbours_said import PREFIX, advertised, synthetic_dhcp, synthetic_lldp

MAC = "00:1b:21:00:00:02"
OWN = (OwnAddress("10.0.0.2", 24), OwnAddress("fe80::2", 64, link_local=True), OwnAddress("2001:db8:1::2", 64))
MACHINE = Machine("agent", interfaces=(OwnInterface(2, "eth0", MAC, addresses=OWN),), gateways=(("eth0", "10.0.0.1"), ("eth0", "fe80::1")))
PHONE, PRINTER, SERVER = "02:00:00:00:00:07", "00:1b:21:00:00:09", "00:1b:21:00:00:0a"


def settings(*subnets: str) -> Settings:
    return Settings(scan=ScanSettings(subnets=subnets or ("10.0.0.0/24",)))


def seen(*facts: Any, machine: Machine = MACHINE) -> Seen:
    known = Seen(machine=machine)
    known.add("synthetic", facts)
    return known


def edges(**parts: Any) -> Edges:
    return cast(Edges, SimpleNamespace(**parts))


def own_reply(address: str, mac: str | None = None, **more: Any) -> AddressSeen:
    return AddressSeen(address=address, mac=mac, provenance=Provenance.OWN_REPLY, **more)


def test_a_subnet_is_for_exactly_one_of_the_finders() -> None:
    wanted = settings("10.0.0.0/24", "10.0.0.128/25", "10.9.0.0/24", "2001:db8:1::/64", "2001:db8:9::/64")
    assert [target.name for target in arp.targets(wanted, seen())] == ["10.0.0.0/24", "10.0.0.128/25"]
    assert [target.name for target in liveness.targets(wanted, seen())] == ["10.9.0.0/24", "2001:db8:9::/64"]
    assert [target.name for target in ndp.targets(wanted, seen())] == [SITE]
    assert ndp.targets(settings("10.9.0.0/24"), seen()) == [], "a segment that nobody named is left alone"


def test_who_waits_for_arp_waits_for_every_finder() -> None:
    steps = [{probe.NAME for probe in step} for step in in_order(cast(list[Probe], [*all_probes()]))]
    found = max(number for number, step in enumerate(steps) if step & {"arp", "ndp", "liveness"})
    assert all(found < number for number, step in enumerate(steps) if step & {"ports", "snmp", "names"})


class SyntheticLiveness:
    def __init__(self, answers: dict[str, str]) -> None:
        self.answers, self.asked = answers, [""]

    async def sweep(self, addresses: Sequence[str], packets_per_s: int) -> dict[str, str]:
        self.asked = list(addresses)
        return {address: how for address, how in self.answers.items() if address in addresses}


def swept(prefix: str, answers: dict[str, str]) -> tuple[Answer, list[str]]:
    wire = SyntheticLiveness(answers)
    return asyncio.run(liveness.ask(Target(prefix), edges(liveness=wire), settings(prefix), seen())), wire.asked


def test_a_routed_subnet_is_asked_by_icmp_and_tcp_and_shows_no_mac_addresses() -> None:
    answer, asked = swept("10.9.0.0/29", {"10.9.0.1": "icmp", "10.9.0.3": "tcp/445"})
    assert asked == [f"10.9.0.{i}" for i in range(1, 7)]
    assert answer == Answer((own_reply("10.9.0.1"), own_reply("10.9.0.3")))


def test_a_firewall_that_answers_for_a_whole_routed_subnet_makes_no_devices() -> None:
    answer, asked = swept("10.9.0.0/24", {f"10.9.0.{i}": "tcp/443" for i in range(2, 255)} | {"10.9.0.1": "icmp"})
    assert len(asked) == 254 and answer.observations == (own_reply("10.9.0.1"),)
    assert answer.state is State.PARTIAL and "firewall" in answer.detail


@pytest.mark.parametrize("prefix", ["2001:db8:9::/64", "10.0.0.0/8"])
def test_what_cannot_be_swept_is_said(prefix: str) -> None:
    with pytest.raises(Unsupported):
        asyncio.run(liveness.ask(Target(prefix), edges(), settings(prefix), seen()))


class SyntheticSegment:
    """``found`` answers the group, ``more`` is there and answers only when asked."""

    def __init__(self, found: dict[str, set[str]], more: dict[str, set[str]] | None = None, frames: Sequence[bytes] = ()) -> None:
        self.found, self.more, self.frames, self.solicited = found, more or {}, frames, [""]

    async def neighbours(self, interface: str, wait_s: float) -> dict[str, set[str]]:
        return self.found

    async def solicit(self, addresses: Sequence[str], interface: str, packets_per_s: int) -> dict[str, set[str]]:
        self.solicited = list(addresses)
        return {address: macs for address, macs in self.more.items() if address in addresses}

    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        return [Frame("eth0", octets) for octets in self.frames]


def neighbours(wire: SyntheticSegment, *facts: AddressSeen, machine: Machine = MACHINE) -> Answer:
    return asyncio.run(ndp.ask(Target(SITE), edges(ndp=wire, listen=wire), settings(), seen(*facts, machine=machine)))


def addresses(answer: Answer) -> list[tuple[str, str | None, str]]:
    return [(o.address, o.mac, o.interface) for o in answer.observations if isinstance(o, AddressSeen)]


def test_hosts_are_asked_by_the_address_that_they_would_make_of_their_mac_address() -> None:
    wire = SyntheticSegment({}, {"2001:db8:1:0:21b:21ff:fe00:9": {PRINTER}})
    answer = neighbours(wire, own_reply("10.0.0.9", PRINTER), own_reply("10.77.0.1", SERVER))
    assert wire.solicited == ["2001:db8:1:0:21b:21ff:fe00:9"], "not those of another segment"
    assert addresses(answer) == [("2001:db8:1:0:21b:21ff:fe00:9", PRINTER, "")]


def test_an_ipv6_only_host_is_seen_and_one_that_is_known_is_not_named_twice() -> None:
    wire = SyntheticSegment(
        {"fe80::21b:21ff:fe00:a": {SERVER}, "2001:db8:1::a": {SERVER}, "fe80::7": {PHONE}, "fe80::21b:21ff:fe00:9": {PRINTER}}
    )
    answer = neighbours(wire, own_reply("10.0.0.9", PRINTER))
    # a server with an address of its own, a phone with nothing but that of the link; the printer is there by IPv4
    assert addresses(answer) == [("2001:db8:1::a", SERVER, ""), ("fe80::7", PHONE, "eth0")]


def test_addresses_that_are_gone_tomorrow_are_counted_only() -> None:
    random = {f"2001:db8:1::{i:x}fc3:9a1e:77d1:{i}" for i in range(1, 4)}
    wire = SyntheticSegment({address: {PHONE} for address in random} | {"fe80::9c3:1:2:3": {PHONE}})
    answer = neighbours(wire)
    assert addresses(answer) == [("fe80::9c3:1:2:3", PHONE, "eth0")] and answer.detail.startswith("3 IPv6 addresses")


def test_a_host_that_answers_for_a_thousand_addresses_gets_a_few() -> None:
    wire = SyntheticSegment({f"2001:db8:1::{i:x}": {SERVER} for i in range(1000)})
    assert len(addresses(neighbours(wire))) == ipv6_neighbours.MAX_ADDRESSES_A_MAC


def test_a_router_s_prefix_is_a_subnet_with_that_gateway() -> None:
    wire = SyntheticSegment({}, frames=[advertised(PREFIX), synthetic_lldp()])
    bare = Machine(interfaces=(OwnInterface(2, "eth0", MAC, addresses=OWN[:2]),))
    announced = SubnetSeen(prefix="2001:db8:1::/64", interface="eth0", gateway="fe80::1")
    assert neighbours(wire, machine=bare).observations == (announced,)
    assert neighbours(SyntheticSegment({})).observations == (announced,), "told by the machine's own address and route too"


def test_later_probes_ask_a_device_once_and_nobody_by_an_address_of_the_link() -> None:
    known = seen(
        *(own_reply("10.0.0.9", PRINTER), own_reply("2001:db8:1::9", PRINTER)),
        *(own_reply("2001:db8:1::a", SERVER), own_reply("fe80::7", PHONE, interface="eth0")),
        AddressSeen(address="10.0.0.66", provenance=Provenance.THIRD_PARTY, doubt="proxy_arp"),
    )
    assert known.alive() == ["10.0.0.9", "2001:db8:1::a"]


class SyntheticWire:
    def __init__(self, seen: Seen, frames: Sequence[bytes], over_after: int) -> None:
        self.seen, self.frames, self.left = seen, frames, over_after

    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        self.left -= 1
        self.seen.is_over = self.left <= 0
        return [Frame(interface, octets) for interface in interfaces for octets in self.frames]


def overheard(target: str, *frames: bytes, over_after: int = 3) -> Answer:
    known = seen()
    wire = SyntheticWire(known, frames, over_after)
    return asyncio.run(neighbourhood.ask(Target(target), edges(listen=wire), settings(), known))


def test_the_switch_port_is_a_fact_about_the_agents_own_machine() -> None:
    assert [target.name for target in neighbourhood.targets(settings(), seen())] == [SITE, "10.0.0.2"]
    answer = overheard("10.0.0.2", synthetic_lldp(), synthetic_lldp(b"\x07other"), synthetic_dhcp(3, b""), b"\x00" * 60)
    found = [o for o in answer.observations if isinstance(o, NeighbourSeen)]
    assert [(o.protocol, o.local_port, o.chassis_id) for o in found] == [("lldp", "eth0", "00:1b:21:00:00:09"), ("lldp", "eth0", "other")]
    assert len(answer.observations) == 2


def test_dhcp_is_a_fact_about_the_site_and_names_the_client() -> None:
    discover = synthetic_dhcp(1, b"\x3c\x08MSFT 5.0")
    request = synthetic_dhcp(3, b"\x32\x04\x0a\x00\x00\x32\x36\x04\x0a\x00\x00\x01\x0c\x04pc-7")
    answer = overheard(SITE, discover, request, synthetic_dhcp(5, b"\x36\x04\x0a\x00\x00\x01", reply=True), synthetic_lldp())
    server, client, name = answer.observations
    assert server == DhcpServerSeen(server="10.0.0.1", mac="00:1b:21:00:00:01", interface="eth0")
    assert isinstance(client, DhcpClientSeen) and (client.name, client.vendor_class) == ("pc-7", "MSFT 5.0")
    assert isinstance(name, NameSeen) and (name.address, name.name, name.provenance) == ("10.0.0.50", "pc-7", Provenance.THIRD_PARTY)


@pytest.mark.parametrize(("target", "what"), [(SITE, "DHCP"), ("10.0.0.2", "LLDP or CDP")])
def test_silence_is_said_and_shows_nothing(target: str, what: str) -> None:
    answer = overheard(target)
    assert answer.state is State.SILENT and what in answer.detail and answer.observations == ()


def test_a_flood_of_neighbours_is_bounded() -> None:
    answer = overheard("10.0.0.2", *(synthetic_lldp(b"\x07" + str(i).encode()) for i in range(200)))
    assert len(answer.observations) == 16


class SyntheticCable:
    def __init__(self) -> None:
        self.listened_s = 0.0

    async def listen(self, interfaces: Sequence[str], seconds: float) -> list[Frame]:
        await asyncio.sleep(seconds / 10)
        self.listened_s += seconds / 10
        return [Frame("eth0", synthetic_lldp())]


def test_it_listens_as_long_as_the_others_work_and_no_longer() -> None:
    async def working(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        assert seen.is_over is False
        await asyncio.sleep(0.4)
        return Answer()

    names = {"NAME": "work", "AFTER": (), "AT_ONCE": 1, "DEADLINE_S": 5.0, "CREDENTIALS": False, "NEEDS": ()}
    work = SimpleNamespace(**names, targets=lambda settings, seen: [Target("10.0.0.9")], packets=lambda settings, addresses: 0, ask=working)
    cable = SyntheticCable()
    wires = cast(Edges, SimpleNamespace(**{part.name: None for part in fields(Edges)} | {"listen": cable}))
    machine = Machine("agent", interfaces=MACHINE.interfaces)
    clock = Clock(lambda: AT, time.monotonic)
    probes = [cast(Probe, work), cast(Probe, neighbourhood)]
    done = asyncio.run(execute(settings(), probes, wires, machine, clock, asyncio.Event()))
    states = {(outcome.probe, outcome.target): outcome.state for outcome in done.outcomes}
    assert states[("neighbourhood", "10.0.0.2")] is State.ANSWERED and states[("neighbourhood", SITE)] is State.SILENT
    assert done.complete and 0.3 < cable.listened_s / 2 < neighbourhood.LISTEN_S / 10, "two targets, each beside the work"

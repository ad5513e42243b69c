"""What an address is called: by a server, by itself, or by nobody. The edges are synthetic; real avahi is asked in test_announcements."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import Answer, Seen, Target
from agent.probes import names
from agent.udp import llmnr
from agent.wire import dns_message
from agent.wire.dns_message import IN, PTR
from shared.errors import Unparsed, Unreachable, Unsupported
from shared.observation import NameSeen, NameSource, Provenance
from shared.outcome import State

ETH0 = OwnInterface(2, "eth0", "00:1b:21:00:00:02", addresses=(OwnAddress("10.0.0.2", 24),))
MACHINE = Machine("agent", interfaces=(ETH0,), gateways=(("eth0", "10.0.0.1"),))


class SyntheticNames:
    def __init__(self, name: str | Exception | None) -> None:
        self.name = name
        self.servers: list[str] = []

    async def reverse(self, address: str, server: str, deadline_s: float) -> str | None:
        self.servers.append(server)
        if isinstance(self.name, Exception):
            raise self.name
        return self.name


def named(question: bytes, name: str, number: bytes = b"") -> bytes:
    """The question, with its answer behind it."""
    target = dns_message.written(0, [(dns_message.labels(name), PTR, IN)])[12:-4]
    head = (number or question[:2]) + b"\x84\0\0\x01\0\x01\0\0\0\0"
    return head + question[12:] + b"\xc0\x0c\0\x0c\0\x01\0\0\0\x0a" + len(target).to_bytes(2, "big") + target


class SyntheticUdp:
    """A neighbour that answers the reverse question by multicast DNS and a segment that answers it by LLMNR."""

    def __init__(self, mdns: str | Exception = "", llmnr: dict[str, str] | None = None, number: bytes = b"") -> None:
        self.mdns, self.llmnr, self.number = mdns, llmnr or {}, number
        self.asked: list[tuple[str, int]] = []

    async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
        self.asked.append((address, port))
        if isinstance(self.mdns, Exception):
            raise self.mdns
        return named(payload, self.mdns, self.number) if self.mdns else None

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        assert own_address == "10.0.0.2"
        self.asked.append((group, port))
        return {sender: [b"\0", named(payload, name, self.number)] for sender, name in self.llmnr.items()}


def asked(server: SyntheticNames, udp: Any = None, target: str = "10.0.0.9", machine: Machine = MACHINE, **scan: Any) -> Answer:
    edges = cast(Edges, SimpleNamespace(names=server, udp=udp or SyntheticUdp()))
    return asyncio.run(names.ask(Target(target), edges, Settings(scan=ScanSettings(**scan)), Seen(machine=machine)))


def found(answer: Answer) -> dict[NameSource, str]:
    return {fact.source: fact.name for fact in answer.observations if isinstance(fact, NameSeen)}


@pytest.mark.parametrize(("name", "state", "count"), [("a.test", State.ANSWERED, 1), ("", State.ANSWERED, 0), (None, State.SILENT, 0)])
def test_no_name_and_no_server_are_told_apart(name: str | None, state: State, count: int) -> None:
    server = SyntheticNames(name)
    answer = asked(server)
    assert (answer.state, len(answer.observations), server.servers) == (state, count, ["10.0.0.1"])
    assert all(isinstance(o, NameSeen) and o.provenance is Provenance.THIRD_PARTY for o in answer.observations)


def test_the_configured_dns_server_is_asked() -> None:
    server = SyntheticNames("")
    asked(server, dns_server="10.0.0.53")
    assert server.servers == ["10.0.0.53"]


def test_without_a_dns_server_it_says_what_to_do() -> None:
    answer = asked(SyntheticNames(""), machine=Machine())
    assert answer.state is State.UNSUPPORTED and "dns_server" in answer.detail


@pytest.mark.parametrize("name", ["localhost", "10-0-0-9.dhcp.test", "9.0.0.10.in-addr.arpa", "unknown.test"])
def test_what_is_no_name_is_left_out(name: str) -> None:
    answer = asked(SyntheticNames(name), SyntheticUdp(f"{name}.local", {"10.0.0.9": name}))
    assert answer.state is State.ANSWERED and answer.observations == ()


def test_a_neighbour_tells_its_own_name_and_nobody_else_does() -> None:
    answer = asked(SyntheticNames("printer.test"), SyntheticUdp("Hall.local", {"10.0.0.9": "HALL", "10.0.0.66": "FORGED"}))
    assert found(answer) == {NameSource.DNS: "printer.test", NameSource.MDNS: "Hall", NameSource.LLMNR: "HALL"}
    own = [fact for fact in answer.observations if isinstance(fact, NameSeen) and fact.source is not NameSource.DNS]
    assert all(fact.provenance is Provenance.OWN_REPLY for fact in own)


def test_an_answer_to_another_question_names_nobody() -> None:
    class Elsewhere(SyntheticUdp):
        async def ask(self, address: str, port: int, payload: bytes, wait_s: float) -> bytes | None:
            return named(payload, "Hall.local", bytes(octet ^ 0xFF for octet in payload[:2]))

    assert found(asked(SyntheticNames(""), Elsewhere())) == {}


@pytest.mark.parametrize("error", [Unsupported("closed"), Unreachable("no way")])
def test_a_neighbour_without_multicast_dns_costs_nothing(error: Exception) -> None:
    assert found(asked(SyntheticNames("a.test"), SyntheticUdp(error))) == {NameSource.DNS: "a.test"}


def test_only_the_own_segment_is_asked_beyond_dns() -> None:
    for target in ("192.168.7.9", "10.0.0.2", "2001:db8::9"):
        udp = SyntheticUdp("Hall.local")
        asked(SyntheticNames("a.test"), udp, target)
        assert udp.asked == []
    udp = SyntheticUdp()
    asked(SyntheticNames("a.test"), udp)
    assert sorted(udp.asked) == [("10.0.0.9", 5353), (llmnr.LINK_GROUP, 5355)]


@pytest.mark.parametrize(
    ("said", "state", "why"),
    [
        (None, State.SILENT, "does not answer DNS"),
        (Unsupported("it refuses"), State.UNSUPPORTED, "it refuses"),
        (Unparsed("no DNS message", "ff"), State.UNPARSED, "no DNS message: ff"),
    ],
)
def test_a_servers_failure_does_not_cost_the_neighbours_word(said: Exception | None, state: State, why: str) -> None:
    alone, helped = asked(SyntheticNames(said)), asked(SyntheticNames(said), SyntheticUdp("Hall.local"))
    assert (alone.state, helped.state) == (state, State.PARTIAL) and why in alone.detail and why in helped.detail
    assert found(helped) == {NameSource.MDNS: "Hall"}


def test_the_plan_counts_each_question() -> None:
    udp, server = SyntheticUdp(), SyntheticNames("")
    asked(server, udp)
    assert names.packets(Settings(), Seen(), 5) == 5 * (len(udp.asked) + len(server.servers))

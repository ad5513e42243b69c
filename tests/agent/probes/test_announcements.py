"""What a segment's devices announce, and what becomes of it: real avahi, wsdd and miniupnpd in a namespace; else synthetic edges."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.edge.tcp import TcpTalk
from agent.edge.udp import UdpSocket
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import Answer, Seen, Target
from agent.probes import announced, announcements, names
from agent.udp import mdns
from agent.wire import dns_message
from agent.wire.dns_message import IN, PTR, labels
from shared.errors import Refused
from shared.observation import AddressSeen, NameSeen, NameSource, Observation, PortSeen, Provenance, SaidSeen
from shared.outcome import State
from tests.agent.conftest import Segment
from tests.agent.udp import daemons
from tests.labs.namespaces import inside_net

PREFIX = "10.99.0.0/24"
MACHINE = Machine(interfaces=(OwnInterface(2, "eth0", "00:1b:21:00:00:02", addresses=(OwnAddress("10.99.0.2", 24),)),))
SETTINGS = Settings(scan=ScanSettings(subnets=(PREFIX, "10.50.0.0/24")))


def edges(udp: object = None, tcp: object = None) -> Edges:
    return cast(Edges, SimpleNamespace(udp=udp, tcp=tcp))


def gathered(wire: Edges) -> tuple[Answer, Seen]:
    seen = Seen(machine=MACHINE)
    (target,) = announcements.targets(SETTINGS, seen)
    assert target == Target(PREFIX), "a subnet that the machine is not in cannot hear it"
    answer = asyncio.run(announcements.ask(target, wire, SETTINGS, seen))
    seen.add(target.name, answer.observations)
    return answer, seen


def told(wire: Edges, seen: Seen) -> dict[str, Answer]:
    return {t.name: asyncio.run(announced.ask(t, wire, SETTINGS, seen)) for t in announced.targets(SETTINGS, seen)}


def said(observations: Sequence[Observation]) -> set[tuple[str, str]]:
    return {(fact.field, fact.value) for fact in observations if isinstance(fact, SaidSeen)}


WANTED = {
    ("mdns.model", "HP LaserJet Pro M404dn"),
    ("mdns.manufacturer", "HP"),
    ("mdns.service", "_ipp._tcp"),
    ("mdns.service", "_http._tcp"),
    ("mdns.port", "_ipp._tcp 631"),
    ("upnp.model", "R1"),
    ("upnp.manufacturer", "Officina"),
    ("upnp.type", "urn:schemas-upnp-org:device:InternetGatewayDevice:2"),
    ("wsd.types", "Computer"),
    ("wsd.workgroup", "OFFICINA"),
}
NAMES = {("printer-hall", NameSource.MDNS), ("PC-UFFICIO", NameSource.WSD)}


def test_real_daemons_are_heard_and_their_documents_read(segment: Segment, tmp_path: Path) -> None:
    wire = edges(UdpSocket(), TcpTalk())
    commands = [daemon(tmp_path) for daemon in (daemons.avahi, daemons.wsdd, daemons.miniupnpd)]
    with daemons.running(segment, tmp_path, commands), inside_net(segment.agent):
        for _ in range(8):  # avahi first makes sure that its name is free
            answer, seen = gathered(wire)
            by_address = told(wire, seen)
            facts = [fact for told_by in by_address.values() for fact in told_by.observations]
            if said(facts) >= WANTED:
                break
        (printer,) = {fact.address for fact in facts if isinstance(fact, SaidSeen) and fact.field == "mdns.model"}
        called = asyncio.run(names.ask(Target(printer), wire, SETTINGS, Seen(machine=MACHINE))).observations
    assert said(facts) >= WANTED
    assert {(fact.name, fact.source) for fact in facts if isinstance(fact, NameSeen)} >= NAMES
    assert called == (NameSeen(address=printer, name="printer-hall", source=NameSource.MDNS),), "the reverse question, to it alone"
    assert {told_by.state for told_by in by_address.values()} == {State.ANSWERED}
    assert {fact.number for fact in facts if isinstance(fact, PortSeen)} == {1900, 3702, 5353}, "what is announced is not seen open"
    alive = {fact.address for fact in answer.observations if isinstance(fact, AddressSeen) and fact.provenance is Provenance.OWN_REPLY}
    assert alive == set(by_address) <= set(segment.neighbours)
    assert all(
        fact.address == address for address, told_by in by_address.items() for fact in told_by.observations if hasattr(fact, "address")
    )


class SyntheticGroup:
    """Answers each question of a group with what ``answer`` makes of it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    async def ask_all(self, group: str, port: int, payload: bytes, own_address: str, wait_s: float) -> dict[str, list[bytes]]:
        self.asked.append((group, own_address))
        return cast(dict[str, list[bytes]], self.answer(port, payload))


def types(payload: bytes, *names: str) -> bytes:
    """A synthetic answer: these types of services are here."""
    question = dns_message.written(0, [(mdns.TYPES, PTR, IN)])[12:-4]
    body = b""
    for name in names:
        target = dns_message.written(0, [(labels(name), PTR, IN)])[12:-4]
        body += question + b"\0\x0c\0\x01\0\0\0\x0a" + len(target).to_bytes(2, "big") + target
    return payload[:2] + b"\x84\0\0\0" + len(names).to_bytes(2, "big") + b"\0\0\0\0" + body


def test_answers_from_outside_the_subnet_and_to_other_questions_are_passed_over() -> None:
    def answer(port: int, payload: bytes) -> dict[str, list[bytes]]:
        if port != 5353:
            return {}
        right, wrong = types(payload, "_ssh._tcp.local"), types(b"\xff\xff" if payload[:2] != b"\xff\xff" else b"\0\0", "_ipp._tcp.local")
        return {"8.8.8.8": [right], "10.99.0.9": [wrong], "10.99.0.7": [right, wrong, b"\0"]}

    answer_, seen = gathered(edges(SyntheticGroup(answer)))
    assert {fact.address for fact in answer_.observations if isinstance(fact, AddressSeen)} == {"10.99.0.7"}
    assert said(answer_.observations) == {("mdns.service", "_ssh._tcp")}
    assert [target.name for target in announced.targets(SETTINGS, seen)] == ["10.99.0.7"]


def test_a_device_that_announces_without_end_is_asked_and_told_within_bounds() -> None:
    endless = [types(b"xx", *(f"_{n}-{m}._tcp.local" for m in range(200)))[2:] for n in range(64)]

    def answer(port: int, payload: bytes) -> dict[str, list[bytes]]:
        return {"10.99.0.7": [payload[:2] + datagram for datagram in endless]} if port == 5353 else {}

    wire = SyntheticGroup(answer)
    answer_, _ = gathered(edges(wire))
    assert len(wire.asked) <= announcements.ROUNDS * announcements.MAX_QUESTIONS_A_ROUND
    assert len(answer_.observations) <= announcements.MAX_FACTS_AN_ADDRESS


def test_forged_senders_beyond_number_are_bounded() -> None:
    def answer(port: int, payload: bytes) -> dict[str, list[bytes]]:
        said = types(payload, "_ssh._tcp.local")
        return {f"10.99.{n // 250}.{n % 250 + 1}": [said] * 64 for n in range(200)} if port == 5353 else {}

    answer_, _ = gathered(edges(SyntheticGroup(answer)))
    assert len({fact.address for fact in answer_.observations if isinstance(fact, AddressSeen)}) <= announcements.MAX_DATAGRAMS // 64


def test_what_cannot_be_read_is_said_and_the_rest_is_kept() -> None:
    def answer(port: int, payload: bytes) -> dict[str, list[bytes]]:
        return {"10.99.0.7": [types(payload, "_ssh._tcp.local"), payload[:2] + b"\x84\0\0\0\0\x09\0\0\0\0"]} if port == 5353 else {}

    answer_, _ = gathered(edges(SyntheticGroup(answer)))
    assert said(answer_.observations) == {("mdns.service", "_ssh._tcp")} and answer_.state is State.PARTIAL
    assert "10.99.0.7: a DNS message that was cut short" in answer_.detail


DESCRIPTION = b"HTTP/1.1 200 OK\r\n\r\n<root><device><manufacturer>Synology</manufacturer><modelName>DS920+</modelName></device></root>"


class SyntheticWeb:
    def __init__(self, answer: bytes | Exception | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, int, bytes]] = []

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        self.asked.append((address, port, send))
        assert limit_bytes <= 300_000
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def located(*locations: str, address: str = "10.99.0.7") -> Seen:
    seen = Seen(machine=MACHINE)
    seen.add(address, [SaidSeen(address=address, protocol="udp", port=1900, field="upnp.location", value=value) for value in locations])
    return seen


def test_a_description_is_fetched_from_the_host_that_answered() -> None:
    web = SyntheticWeb(DESCRIPTION)
    answers = told(edges(tcp=web), located("http://10.99.0.7:49152/desc.xml?x=1"))
    assert said(answers["10.99.0.7"].observations) >= {("upnp.manufacturer", "Synology"), ("upnp.model", "DS920+")}
    ((address, port, request),) = web.asked
    assert (address, port) == ("10.99.0.7", 49152) and request.startswith(b"GET /desc.xml?x=1 HTTP/1.0\r\nHost: 10.99.0.7:49152\r\n")


@pytest.mark.parametrize(
    "location",
    [
        *("http://10.99.0.8/d.xml", "http://8.8.8.8/d.xml", "http://nas.example/d.xml", "https://10.99.0.7/d.xml", "file:///etc/passwd"),
        *(
            "http://10.99.0.7:99999/",
            "http://[::1/",
            "",
            "http://10.99.0.7/\r\nX: y",
            "http://10.99.0.7/" + "a" * 2000,
            "http://10.99.0.7@8.8.8.8/",
        ),
    ],
)
def test_a_location_elsewhere_or_of_another_kind_is_not_fetched(location: str) -> None:
    web = SyntheticWeb(DESCRIPTION)
    told(edges(tcp=web), located(location))
    assert all(address == "10.99.0.7" and b"\r\nX:" not in request for address, _, request in web.asked)
    assert not web.asked or "X: y" in location


def test_three_documents_at_most_are_fetched() -> None:
    web = SyntheticWeb(DESCRIPTION)
    told(edges(tcp=web), located(*(f"http://10.99.0.7/{n}.xml" for n in range(50))))
    assert len(web.asked) == announced.MAX_DOCUMENTS


BOMB = (
    b'HTTP/1.0 200 OK\r\n\r\n<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<root><device><modelName>&b;</modelName></device></root>"
)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "cannot be fetched"),
        (b"", "cannot be fetched"),
        (b"\x16\x03\x01", "no status line"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "HTTP 404"),
        (b"HTTP/1.0 200 OK\r\n\r\n<html>", "not XML"),
        (b"HTTP/1.0 200 OK\r\n\r\n<a/>", "without a device"),
        (BOMB, "declares a type"),
        (
            BOMB.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + BOMB.partition(b"\r\n\r\n")[2].decode().encode("utf-16"),
            "declares a type|not XML",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"<a>" * 5000, "more elements or levels"),
        (b"HTTP/1.0 200 OK\r\n\r\n<a>" + b"x" * 300_000, "more than 262144 bytes"),
        (Refused("a print port"), "a print port"),
    ],
)
def test_a_bad_document_costs_nothing_but_itself(answer: bytes | Exception | None, why: str) -> None:
    (found,) = told(edges(tcp=SyntheticWeb(answer)), located("http://10.99.0.7/d.xml")).values()
    assert found.state is State.PARTIAL and [part for part in why.split("|") if part in found.detail], found.detail
    assert ("upnp.location", "http://10.99.0.7/d.xml") in said(found.observations)

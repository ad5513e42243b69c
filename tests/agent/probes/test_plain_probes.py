"""Whom the plain probes ask and what they make of answers. The edges and the machine are synthetic."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.config import ScanSettings, Settings
from agent.edge import Edges, PortAnswer
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import Answer, Seen, Target
from agent.probes import all_probes, arp, certificates, host, ports, services
from shared.errors import Unsupported
from shared.observation import AddressSeen, CertificateSeen, PortSeen, PortsExamined, Provenance, SubnetSeen
from shared.outcome import State
from tests.agent.conftest import AT

MAC = "00:1b:21:00:00:02"
ETH0 = OwnInterface(2, "eth0", MAC, addresses=(OwnAddress("10.0.0.2", 24), OwnAddress("fe80::2", 64, link_local=True)))
MACHINE = Machine("agent", interfaces=(ETH0,), gateways=(("eth0", "10.0.0.1"),))


def settings(**scan: Any) -> Settings:
    return Settings(scan=ScanSettings(**{"subnets": ("10.0.0.0/24",)} | scan))


def edges(**parts: Any) -> Edges:
    return cast(Edges, SimpleNamespace(**parts))


def seen(*facts: Any, machine: Machine = MACHINE) -> Seen:
    known = Seen(machine=machine)
    known.add("synthetic", facts)
    return known


def alive(address: str) -> AddressSeen:
    return AddressSeen(address=address, provenance=Provenance.OWN_REPLY)


def port(number: int, service: str = "", address: str = "10.0.0.9", examined: bool = True) -> PortSeen:
    return PortSeen(address=address, protocol="tcp", number=number, service=service, examined=examined)


class SyntheticArp:
    def __init__(self, answers: dict[str, set[str]]) -> None:
        self.answers = answers
        self.sweeps: list[tuple[int, str, str, str, int]] = []
        self.asked: list[str] = []

    async def sweep(self, addresses: Sequence[str], interface: str, source: str, packets_per_s: int) -> dict[str, set[str]]:
        self.sweeps.append((len(addresses), addresses[0], interface, source, packets_per_s))
        self.asked += addresses
        return {address: macs for address, macs in self.answers.items() if address in addresses}


def swept(wire: SyntheticArp, prefix: str, machine: Machine = MACHINE) -> Answer:
    return asyncio.run(arp.ask(Target(prefix), edges(arp=wire), settings(subnets=(prefix,)), seen(machine=machine)))


def test_arp_asks_all_but_itself_the_network_and_broadcast_addresses() -> None:
    wire = SyntheticArp({"10.0.0.9": {"00:1b:21:00:00:09", "00:1b:21:00:00:0a"}})
    answer = swept(wire, "10.0.0.0/24")
    assert wire.asked[0] == "192.0.2.1", "first the address that nobody should answer for"
    assert wire.sweeps == [(254, "192.0.2.1", "eth0", "10.0.0.2", 150)] and wire.asked[1] == "10.0.0.1"
    assert not {"10.0.0.0", "10.0.0.2", "10.0.0.255"} & set(wire.asked)
    found = [(o.address, o.mac, o.provenance) for o in answer.observations if isinstance(o, AddressSeen)]
    own = Provenance.OWN_REPLY
    assert found == [("10.0.0.2", MAC, own), ("10.0.0.9", "00:1b:21:00:00:09", own), ("10.0.0.9", "00:1b:21:00:00:0a", own)]
    assert answer.state is State.ANSWERED


def test_arp_sweeps_a_large_subnet_in_parts() -> None:
    wire = SyntheticArp({})
    large = Machine(interfaces=(OwnInterface(2, "eth0", MAC, addresses=(OwnAddress("10.0.0.2", 16),)),))
    swept(wire, "10.0.0.0/16", large)
    assert max(size for size, *_ in wire.sweeps) == 4097 and sum(size for size, *_ in wire.sweeps) == 65536 - 3 + 1


def test_arp_of_a_part_of_the_own_subnet_asks_that_part() -> None:
    wire = SyntheticArp({})
    answer = swept(wire, "10.0.0.128/25")
    assert wire.asked[1:] == [f"10.0.0.{i}" for i in range(128, 255)] and answer.observations == () and answer.state is State.ANSWERED


def test_arp_of_more_than_the_own_subnet_is_partial_and_says_why() -> None:
    wire = SyntheticArp({})
    answer = swept(wire, "10.0.0.0/16")
    assert len(wire.asked) == 254 and answer.state is State.PARTIAL and "10.0.0.0/24 only" in answer.detail


@pytest.mark.parametrize(("prefix", "why"), [("10.1.0.0/24", "not in 10.1.0.0/24"), ("2001:db8::/64", "IPv6")])
def test_arp_of_another_subnet_is_unsupported(prefix: str, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        swept(SyntheticArp({}), prefix)


def test_host_documents_the_agents_own_machine() -> None:
    targets = host.targets(settings(), seen())
    assert [target.name for target in targets] == ["site", "10.0.0.2"]
    site, own = (asyncio.run(host.ask(target, edges(), settings(), seen())) for target in targets)
    assert site.observations == (SubnetSeen(prefix="10.0.0.0/24", interface="eth0", gateway="10.0.0.1"),)
    kinds = [observation.type for observation in own.observations]
    assert kinds == ["system_seen", "name_seen", "interface_seen", "address_seen"]
    assert all(o.address == "10.0.0.2" for o in own.observations if isinstance(o, AddressSeen))


class SyntheticPorts:
    def __init__(self, answer: PortAnswer | None) -> None:
        self.answer = answer
        self.paces: list[int] = []

    async def scan(
        self, address: str, ranges: str, packets_per_s: int, deadline_s: float, host_packets_per_s: int = 0
    ) -> PortAnswer | None:
        self.paces.append(packets_per_s)
        return self.answer


def test_every_host_is_asked_at_the_pace_of_all_of_them() -> None:
    wire = SyntheticPorts(PortAnswer("22", ()))
    known = seen(*(alive(f"10.0.0.{i}") for i in range(1, 11)))
    assert len(ports.targets(settings(), known)) == 10
    answer = asyncio.run(ports.ask(Target("10.0.0.1"), edges(ports=wire), settings(packets_per_s=150, ports="22"), known))
    assert wire.paces == [150]
    assert answer == Answer((PortsExamined(address="10.0.0.1", protocol="tcp", ranges="22"),))


def test_a_host_of_which_not_all_is_known_and_one_that_answers_for_everything_are_partial() -> None:
    cut = asyncio.run(ports.ask(Target("10.0.0.9"), edges(ports=SyntheticPorts(PortAnswer("22-24", ()))), settings(ports="22-30"), seen()))
    assert cut.state is State.PARTIAL and "6 of 9 ports is not known" in cut.detail
    pit = PortAnswer("1-123", tuple(port(number, examined=False) for number in range(1, 124)))
    answer = asyncio.run(ports.ask(Target("10.0.0.9"), edges(ports=SyntheticPorts(pit)), settings(ports="1-123"), seen()))
    assert answer.state is State.PARTIAL and "tar pit" in answer.detail
    assert ports.worth_asking(range(1, 124)) == (21, 22, 23, 25, 53, 80, 110)


def test_a_host_that_has_gone_closes_no_port() -> None:
    answer = asyncio.run(ports.ask(Target("10.0.0.9"), edges(ports=SyntheticPorts(None)), settings(), seen()))
    assert answer.state is State.SILENT and answer.observations == ()


def test_the_usual_ports_can_be_reported_and_hold_what_offices_run() -> None:
    PortsExamined(address="10.0.0.9", protocol="tcp", ranges=ports.USUAL_PORTS)
    assert ports.count(ports.USUAL_PORTS) == 123
    pairs = [part.split("-") for part in ports.USUAL_PORTS.split(",")]
    listed = {number for pair in pairs for number in range(int(pair[0]), int(pair[-1]) + 1)}
    assert {22, 25, 53, 80, 110, 139, 143, 443, 445, 515, 631, 873, 993, 3389, 5000, 8080, 9100} <= listed


def test_services_never_asks_a_print_port() -> None:
    found = seen(
        *(port(number, examined=False) for number in (22, 515, 631, 9099, *range(9100, 9113), 9113)), port(9100, address="10.0.0.8")
    )
    assert services.targets(settings(), found) == [Target("10.0.0.9", (22, 9099, 9113))]


class SyntheticTls:
    def __init__(self, silent: Sequence[int] = (), without: Sequence[int] = ()) -> None:
        self.silent, self.without = silent, without
        self.asked: dict[int, str] = {}

    async def certificate(self, address: str, number: int, starttls: str, deadline_s: float) -> CertificateSeen | None:
        self.asked[number] = starttls
        if number in self.without:
            raise Unsupported("no STARTTLS")
        if number in self.silent:
            return None
        return CertificateSeen(address=address, port=number, starttls=starttls, not_before_utc=AT, not_after_utc=AT, sha256="00")


MAIL = (port(25, "smtp"), port(587, "submission"), port(143, "imap"), port(110, "pop3"), port(993, "imaps"), port(2525, "smtp"))


def certified(wire: SyntheticTls, *facts: PortSeen) -> Answer:
    known = seen(*facts)
    (target,) = certificates.targets(settings(), known)
    return asyncio.run(certificates.ask(target, edges(tls=wire), settings(), known))


def test_each_service_is_asked_in_its_own_dialect() -> None:
    wire = SyntheticTls()
    odd = (port(8006, "https"), port(4433, "ssl/unknown"), port(443, examined=False), port(22, "ssh"), port(80, "http"))
    assert len(certified(wire, *MAIL, *odd).observations) == 9
    assert wire.asked == {25: "smtp", 587: "smtp", 143: "imap", 110: "pop3", 993: "", 2525: "smtp", 8006: "", 4433: "", 443: ""}


def test_a_service_that_was_heard_outweighs_its_number() -> None:
    wire = SyntheticTls()
    certified(wire, port(587, "submission", examined=False), port(587, "smtps"))
    assert wire.asked == {587: ""}


@pytest.mark.parametrize(
    ("silent", "without", "state", "found"),
    [((), (25,), State.ANSWERED, 5), ((25,), (), State.PARTIAL, 5), ((25, 587, 143, 110, 993, 2525), (), State.SILENT, 0)],
)
def test_what_is_silent_is_not_taken_for_a_service_without_a_certificate(
    silent: Sequence[int], without: Sequence[int], state: State, found: int
) -> None:
    answer = certified(SyntheticTls(silent, without), *MAIL)
    assert (answer.state, len(answer.observations)) == (state, found)


def test_every_file_of_the_folder_is_a_probe_and_no_probe_waits_for_one_that_is_not() -> None:
    found = {probe.NAME: probe for probe in all_probes()}
    assert {"arp", "certificates", "host", "names", "ports", "services"} <= found.keys()
    assert all(set(probe.AFTER) <= found.keys() for probe in found.values())

"""Whatever probes ask for, nothing goes where it must not: exclusions of every form, liveness, print ports. Networks are synthetic."""

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settings_of_a_test
from hypothesis import strategies as st

from agent.config import ScanSettings, Settings
from agent.edge import Edges
from agent.execute import Clock, Executed, execute
from agent.machine import Machine, OwnAddress, OwnInterface
from agent.probe import Answer, Seen, Target, in_order
from agent.safety.print_ports import PRINT_PORTS
from shared.address import address_order
from shared.errors import NetarioError
from shared.observation import AddressSeen, Observation, PortsExamined, Provenance
from shared.oui import maker
from shared.outcome import State
from tests.agent.safety.network import Host, Network
from tests.agent.safety.virtual_time import run

CLOCK = Clock(lambda: datetime(2026, 3, 1, tzinfo=UTC), lambda: 0.0)
SUBNET = [f"10.0.0.{number}" for number in range(1, 17)]
OWN = "10.0.0.2"
MACHINE = Machine(interfaces=(OwnInterface(2, "eth0", "02:00:00:00:00:02", addresses=(OwnAddress(OWN, 24),)),))
OTHER_EDGES = ("ports", "versions", "tcp", "udp", "tls", "snmp", "ssh", "winrm", "https", "echo")
LOGIN = {"username": "reader", "password": "secret"}


class Probe:
    """A probe that thinks of nothing."""

    AT_ONCE, DEADLINE_S, CREDENTIALS = 8, 60.0, False

    def __init__(self, name: str, ask: Callable[..., Any], after: tuple[str, ...] = (), targets: Any = ("site",)) -> None:
        self.NAME, self.AFTER, self._ask, self._targets = name, after, ask, targets

    def targets(self, settings: Settings, seen: Seen) -> list[Target]:
        return [Target(name) for name in (self._targets(seen) if callable(self._targets) else self._targets)]

    def packets(self, settings: Settings, seen: Seen, addresses: int) -> int:
        return 0

    async def ask(self, target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        answer: Answer = await self._ask(target, edges, settings, seen)
        return answer


async def sweep(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    answers = await edges.arp.sweep(SUBNET, "eth0", OWN, 0)
    found = [AddressSeen(address=a, mac=mac, provenance=Provenance.OWN_REPLY) for a, macs in answers.items() for mac in macs]
    return Answer(tuple(found))


async def scan_ports(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    found: list[Observation] = []
    for address in SUBNET:
        try:
            answer = await edges.ports.scan(address, "1-10000", 0, 10.0)
        except NetarioError:
            continue
        if answer:
            found += [PortsExamined(address=address, protocol="tcp", ranges=answer.ranges), *answer.ports]
    return Answer(tuple(found))


async def everything(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    """Asks every address everything, and goes on whatever it is told."""
    for address in SUBNET:
        asked: list[Callable[[], Any]] = [
            lambda a=address: edges.udp.ask(a, 53, b"?", 1.0),
            lambda a=address: edges.tls.certificate(a, 443, "", 1.0),
            lambda a=address: edges.liveness.round_trip_s(a, 1.0),
            *(lambda a=address, p=port: edges.tcp.talk(a, p, b"?", False, 1.0, 10) for port in (80, *sorted(PRINT_PORTS))),
            *(lambda a=address, p=port: edges.tls.certificate(a, p, "", 1.0) for port in sorted(PRINT_PORTS)),
            lambda a=address: edges.versions.services(a, (80, *PRINT_PORTS), 1.0),
            lambda a=address: edges.versions.services(a, sorted(PRINT_PORTS), 1.0),
            *(lambda a=address, c=c: _get(edges, a, c) for c in settings.snmp),
        ]
        for ask in asked:
            try:
                await ask()
            except NetarioError:
                continue
    return Answer()


async def _get(edges: Edges, address: str, credential: Any) -> None:
    async with edges.snmp.session(address, credential.port, credential.login()) as session:
        await session.get([(1, 3, 6)])


def settings(**scan: Any) -> Settings:
    snmp = [{"name": "lan", "community": "c", "subnets": ["10.0.0.0/24"]}]
    return Settings.model_validate({"state_dir": "/nonexistent", "snmp": snmp, "scan": ScanSettings(packets_per_s=0, **scan)})


def executed(network: Network, *probes: Probe, **scan: Any) -> Executed:
    import asyncio

    async def main() -> Executed:
        return await execute(settings(**scan), probes, network.edges(), MACHINE, CLOCK, asyncio.Event())

    return run(main())


THREE = (Probe("arp", sweep), Probe("ports", scan_ports, ("arp",)), Probe("everything", everything, ("ports",)))

# Siemens, HP, Intel, VMware: makers whom every registry knows
PREFIXES = ("00:0e:8c", "00:1b:78", "00:1b:21", "00:50:56")
hosts = st.builds(
    lambda number, prefix, last, ports: Host(f"10.0.0.{number}", f"{prefix}:00:00:{last:02x}", ports),
    st.integers(3, 16),
    st.sampled_from(PREFIXES),
    st.integers(1, 6),
    st.sampled_from([(), (80,), (9100, 80), (515, 631), (22, 443)]),
)
networks = st.lists(hosts, min_size=1, max_size=8, unique_by=lambda host: host.address)
exclusions = st.lists(
    st.one_of(
        st.integers(1, 16).map(lambda number: f"10.0.0.{number}"),
        st.sampled_from(["10.0.0.0/29", "10.0.0.8/30"]),
        hosts.map(lambda host: host.mac),
        st.sampled_from(PREFIXES),
        st.sampled_from([f"vendor:{maker(f'{prefix}:00:00:01')}" for prefix in PREFIXES]),
        st.just("kind:printer"),
    ),
    max_size=3,
)


def in_subnet(entry: str, host: Host) -> bool:
    return "." in entry and ipaddress.ip_address(host.address) in ipaddress.ip_network(entry)


def excluded_by(entry: str, host: Host, all_hosts: list[Host], entries: list[str]) -> bool:
    """By first principles: does the entry exclude the host, or another address of the same device?

    What kind of device is at an address that is itself excluded nobody can know, as nobody may ask."""

    def itself(one: Host) -> bool:
        if entry.startswith("kind:"):
            return 9100 in one.ports or {515, 631} <= set(one.ports)
        if entry.startswith("vendor:"):
            return maker(one.mac) == entry.removeprefix("vendor:")
        return one.mac.startswith(entry)

    if "." in entry:
        return in_subnet(entry, host)
    asked = [other for other in all_hosts if other.mac == host.mac and not any(in_subnet(one, other) for one in entries)]
    return any(itself(other) for other in asked)


@settings_of_a_test(max_examples=40, deadline=None)
@given(networks, exclusions)
def test_no_call_touches_an_excluded_address_after_it_could_be_known(alive: list[Host], entries: list[str]) -> None:
    network = Network({host.address: host for host in alive})
    executed(network, *THREE, exclude=tuple(entries))
    for entry in entries:
        for host in alive:
            if not excluded_by(entry, host, alive, entries):
                continue
            touched = {sent.edge for sent in network.sent if sent.address == host.address}
            known_after = set() if "." in entry else {"arp", "ports"} if entry.startswith("kind:") else {"arp"}
            assert touched <= known_after, f"{host} is excluded by {entry}"


@settings_of_a_test(max_examples=40, deadline=None)
@given(networks, exclusions)
def test_what_is_not_excluded_is_asked(alive: list[Host], entries: list[str]) -> None:
    network = Network({host.address: host for host in alive})
    executed(network, *THREE, exclude=tuple(entries))
    free = {host.address for host in alive if not any(in_subnet(e, host) or excluded_by(e, host, alive, entries) for e in entries)}
    assert free <= network.touched("tcp") & network.touched("snmp") & network.touched("ports")


@settings_of_a_test(max_examples=25, deadline=None)
@given(networks)
def test_nothing_but_a_sweep_goes_to_an_address_that_has_not_answered(alive: list[Host]) -> None:
    network = Network({host.address: host for host in alive})
    executed(network, *THREE)
    assert network.touched("arp") == set(SUBNET)
    assert network.touched(*OTHER_EDGES) == {OWN, *(host.address for host in alive)}


@settings_of_a_test(max_examples=25, deadline=None)
@given(networks)
def test_no_print_port_is_written_to(alive: list[Host]) -> None:
    network = Network({host.address: host for host in alive})
    executed(network, *THREE)
    written = {sent.port for sent in network.sent if sent.edge in ("tcp", "tls", "versions")}
    assert written == {80, 443}


def test_what_a_stranger_s_packet_says_of_others_sends_the_agent_nowhere() -> None:
    network = Network({"8.8.8.8": Host("8.8.8.8", "00:1b:21:00:00:01"), "10.0.0.9": Host("10.0.0.9", "00:1b:21:00:00:02")})
    outcomes: list[str] = []

    async def believe(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        for address in await edges.udp.ask_all("224.0.0.251", 5353, b"?", OWN, 1.0):
            try:
                await edges.tcp.talk(address, 80, b"", False, 1.0, 10)
            except NetarioError as error:
                outcomes.append(str(error))
        return Answer()

    executed(network, Probe("mdns", believe), subnets=("10.0.0.0/24",))
    assert network.touched("tcp") == {"10.0.0.9"} and "none of the subnets" in outcomes[0]


def test_a_sweep_leaves_the_planned_subnets_alone() -> None:
    network = Network()
    executed(network, Probe("arp", sweep), subnets=("10.0.0.0/29",))
    assert sorted(network.touched(), key=address_order) == [f"10.0.0.{number}" for number in range(1, 8)]


def test_a_look_that_is_over_sends_no_more() -> None:
    import asyncio

    network = Network({"10.0.0.9": Host("10.0.0.9", "00:1b:21:00:00:02")})
    left: list[asyncio.Task[Any]] = []

    async def leave_behind(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        async def late() -> None:
            await asyncio.sleep(5)
            await edges.udp.ask("10.0.0.9", 53, b"?", 1.0)

        left.append(asyncio.create_task(late()))
        return Answer()

    async def wait(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        await asyncio.sleep(10)
        return Answer()

    executed(network, Probe("arp", sweep), Probe("orphan", leave_behind, ("arp",)), Probe("wait", wait, ("orphan",)))
    assert not network.touched("udp") and "this look is over" in str(left[0].exception())


def test_what_was_found_to_be_excluded_is_told() -> None:
    printer = Host("10.0.0.9", "00:1b:21:00:00:09", (9100, 80))
    done = executed(Network({printer.address: printer}), *THREE, exclude=("kind:printer",))
    assert "10.0.0.9: nothing more was sent to it, as kind:printer is excluded" in done.not_done
    assert done.complete and {outcome.state for outcome in done.outcomes} == {State.ANSWERED}


def test_where_vendor_or_kind_decides_whoever_offers_credentials_comes_last() -> None:
    made = {
        name: Probe(name, everything, after) for name, after in [("arp", ()), ("ports", ("arp",)), ("snmp", ("arp",)), ("late", ("snmp",))]
    }
    made["snmp"].CREDENTIALS = True
    usual, patient = (
        [sorted(probe.NAME for probe in step) for step in in_order(made.values(), credentials_last=last)] for last in (False, True)
    )
    assert usual == [["arp"], ["ports", "snmp"], ["late"]]
    assert patient == [["arp"], ["ports"], ["snmp"], ["late"]]


def test_a_printer_that_is_excluded_by_kind_is_asked_for_no_credential_s_sake() -> None:
    printer = Host("10.0.0.9", "00:1b:21:00:00:09", (9100, 80))
    network = Network({printer.address: printer})
    snmp = Probe("snmp", everything, ("arp",))
    snmp.CREDENTIALS = True
    executed(network, Probe("arp", sweep), Probe("ports", scan_ports, ("arp",)), snmp, exclude=("kind:printer",))
    assert {sent.edge for sent in network.sent if sent.address == printer.address} == {"arp", "ports"}


@pytest.mark.parametrize("named", ["dns_server", "gateway", "login"])
def test_what_the_settings_name_may_be_asked_before_it_has_answered(named: str) -> None:
    import asyncio

    async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        await edges.names.reverse("10.0.0.9", "10.0.0.1", 1.0)
        return Answer()

    ssh = [{"name": "fw", "platform": "linux", "hosts": ["10.0.0.1"], **LOGIN}] if named == "login" else []
    scan = ScanSettings(subnets=("10.0.0.0/24",), dns_server="10.0.0.1" if named == "dns_server" else None)
    machine = Machine(gateways=(("eth0", "10.0.0.1"),) if named == "gateway" else ())
    network = Network()
    config = Settings.model_validate({"state_dir": "/nonexistent", "ssh": ssh, "scan": scan})
    done = run(execute(config, [Probe("names", ask)], network.edges(), machine, CLOCK, asyncio.Event()))
    assert [outcome.state for outcome in done.outcomes] == [State.ANSWERED] and network.touched("names") == {"10.0.0.1"}

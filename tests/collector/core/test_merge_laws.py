"""The laws that merging and comparing obey, whatever the reports say. Hosts and reports are synthetic."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.core.diff import diff
from collector.core.inventory import build_inventory
from collector.core.knowledge import KnownSite
from collector.core.merge import fold, merge
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.core import synthetic as s

MACS = [f"00:1b:21:00:00:{n:02x}" for n in range(6)] + ["02:42:ac:11:00:02", "00:00:5e:00:01:01", None]
ADDRESSES = [f"10.9.0.{n}" for n in range(1, 9)] + ["10.8.0.1", "10.8.0.2"]
PORTS = [
    (22, "ssh", "OpenSSH", "9.2"),
    (80, "http", "nginx", "1.22"),
    (80, "http", "", ""),
    (443, "https", "", ""),
    (9100, "jetdirect", "", ""),
]

hosts = st.builds(
    s.Host,
    name=st.sampled_from(["a", "b", "c", "d"]),
    address=st.sampled_from(ADDRESSES),
    mac=st.sampled_from(MACS),
    ports=st.lists(st.sampled_from(PORTS), max_size=3, unique_by=lambda port: port[0]).map(tuple),
)
states = st.sampled_from([State.ANSWERED, State.ANSWERED, State.PARTIAL, State.SILENT, State.BROKEN])


@st.composite
def scans(draw: st.DrawFn, minute: int) -> Report:
    found = draw(st.lists(hosts, max_size=6))
    outcomes: list[Outcome] = []
    for subnet in ("10.9.0.0/24", "10.8.0.0/24"):
        inside = [host for host in found if host.address.startswith(subnet[:5])]
        outcomes.append(s.arp(inside, subnet, draw(states)))
    for host in {host.address: host for host in found}.values():
        outcomes += [
            s.ports(host, draw(st.sampled_from(["1-1024", "80", "1-1024,9100"])), draw(states)),
            s.services(host, draw(states)),
        ]
        if draw(st.booleans()):
            listed = draw(st.lists(hosts, max_size=3))
            cards = [s.interface(i, f"eth{i}", each.mac, f"{each.address}/24") for i, each in enumerate([host, *listed])]
            outcomes.append(s.outcome("snmp", host.address, *cards, state=draw(states)))
    return s.report(*draw(st.permutations(outcomes)), minute=minute, complete=draw(st.booleans()))


histories = st.tuples(*(scans(minute) for minute in (0, 60, 120)))


@settings(max_examples=150, deadline=None)
@given(histories)
def test_the_same_report_twice_is_once(reports: tuple[Report, ...]) -> None:
    known = KnownSite()
    for report in reports:
        known = merge(known, report)
        assert merge(known, report) is known
    assert fold([*reports, *reports]) == known


@settings(max_examples=100, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(reports: tuple[Report, ...], random: object) -> None:
    shuffled = []
    for report in reports:
        outcomes = list(report.outcomes)
        random.shuffle(outcomes)  # type: ignore[attr-defined] - hypothesis gives a random.Random
        shuffled.append(report.model_copy(update={"outcomes": tuple(outcomes)}))
    assert fold(shuffled) == fold(reports)


@settings(max_examples=50, deadline=None)
@given(histories.flatmap(lambda reports: st.tuples(st.just(reports), st.permutations([*reports, reports[1]]))))
def test_the_order_of_reports_does_not_matter(both: tuple[tuple[Report, ...], list[Report]]) -> None:
    in_order, mixed = both
    assert fold(mixed) == fold(in_order)


@settings(max_examples=100, deadline=None)
@given(histories)
def test_nothing_has_changed_between_an_inventory_and_itself(reports: tuple[Report, ...]) -> None:
    known = fold(reports)
    inventory = build_inventory(known)
    assert diff(inventory, inventory) == ()
    assert build_inventory(known).model_dump_json() == inventory.model_dump_json()


@settings(max_examples=100, deadline=None)
@given(histories, scans(180))
def test_failed_probes_blank_nothing(reports: tuple[Report, ...], last: Report) -> None:
    known = fold(reports)
    failed = last.model_copy(update={"outcomes": tuple(o.model_copy(update={"state": State.SILENT}) for o in last.outcomes)})
    after = merge(known, failed)
    assert after.devices == known.devices
    assert after.looks == known.looks


@settings(max_examples=100, deadline=None)
@given(histories)
def test_a_partial_scan_takes_no_open_port_away_from_who_stays(reports: tuple[Report, ...]) -> None:
    known = fold(reports[:2])
    partly = tuple(o.model_copy(update={"state": State.PARTIAL}) if o.state is State.ANSWERED else o for o in reports[2].outcomes)
    after = merge(known, reports[2].model_copy(update={"outcomes": partly}))
    before, now = _open_ports(known), _open_ports(after)
    for device_id in before.keys() & now.keys():
        moved = _addresses(known, device_id) - _addresses(after, device_id)
        assert {port for port in before[device_id] if port[0] not in moved} <= now[device_id]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(ADDRESSES[:8]), min_size=1, max_size=6), st.sampled_from(MACS[:6]))
def test_the_id_is_stable_over_changes_of_address(addresses: list[str], mac: str) -> None:
    host = s.Host("roaming", addresses[0], mac)
    reports = [s.report(s.arp([replace(host, address=address)]), minute=60 * i) for i, address in enumerate(addresses)]
    known = fold(reports)
    assert list(known.devices) == list(fold(reports[:1]).devices)
    (device,) = build_inventory(known).devices
    assert [held.address for held in device.addresses] == [addresses[-1]]


@settings(max_examples=100, deadline=None)
@given(histories)
def test_no_device_holds_what_nobody_said(reports: tuple[Report, ...]) -> None:
    said = {
        o for report in reports for outcome in report.outcomes for o in outcome.observations if o.type in ("address_seen", "system_seen")
    }
    for device in fold(reports).devices.values():
        for look in device.looks.values():
            assert {o for o in look.observations if o.type in ("address_seen", "system_seen")} <= said


def _open_ports(known: KnownSite) -> Mapping[str, set[tuple[str, int]]]:
    return {d.id: {(p.address, p.number) for p in d.ports} for d in build_inventory(known).devices}


def _addresses(known: KnownSite, device_id: str) -> set[str]:
    return {held.address for d in build_inventory(known).devices if d.id == device_id for held in d.addresses}

"""Supplies, batteries and parts on their way into the inventory, and which of their changes count. All devices here are synthetic."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from collector.core import diff_hardware, looks
from collector.core.diff import diff
from collector.core.findings import findings
from collector.core.inventory import build_inventory
from collector.core.merge import fold, merge
from shared.change import Change, Grade
from shared.hardware import HostSeen, ModuleSeen, PrinterSeen, SupplySeen, SupplyState, UpsSeen, VolumeSeen, WifiClient, WifiClientsSeen
from shared.inventory import Inventory
from shared.observation import NeighbourSeen, Observation, SystemSeen
from shared.outcome import State
from tests.collector.core import synthetic as s

KINDS = get_args(get_args(Observation)[0])


def site(*seen: Observation, minute: float = 0, state: State = State.ANSWERED) -> Any:
    outcomes = [*s.from_outside(s.OFFICE), s.outcome("snmp", s.MAIL.address, SystemSeen(name="mail"), *seen, state=state, minute=minute)]
    return s.report(*outcomes, *s.host_probe(), minute=minute)


def two_scans(before: Sequence[Observation], after: Sequence[Observation]) -> tuple[Inventory, Inventory]:
    known = fold([site(*before)])
    return build_inventory(known), build_inventory(merge(known, site(*after, minute=60)))


def changes(before: Sequence[Observation], after: Sequence[Observation]) -> list[Change]:
    return list(diff(*two_scans(before, after)))


def mail(inventory: Inventory) -> Any:
    return next(device for device in inventory.devices if device.addresses[0].address == s.MAIL.address)


def part(index: int, serial: str, name: str = "") -> ModuleSeen:
    return ModuleSeen(index=index, kind="power-supply", name=name or f"PSU {index}", model="PWR-715", serial=serial)


def toner(percent: int, state: SupplyState = SupplyState.OK) -> SupplySeen:
    return SupplySeen(index="1.1", name="Black", kind="toner", percent=percent, level=percent, capacity=100, state=state)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_observation_has_a_subject(kind: type) -> None:
    """One without would end the merge of the first report in which it differs."""
    subject = looks.subject(TypeAdapter(kind).validate_python(_minimal(kind)))
    assert subject[0] == kind.__name__


def _minimal(kind: type) -> object:
    return kind.model_construct(
        **{name: None for name, field in kind.model_fields.items() if field.is_required()}
        | dict.fromkeys(("rule", "forward", "nat", "vpn", "pool", "route"), _Keyed())
    )  # type: ignore[attr-defined]


class _Keyed:
    key, destination, gateway, interface = "k", "d", "g", "i"


def test_what_a_device_is_made_of_stands_in_the_inventory() -> None:
    seen = [
        toner(63),
        PrinterSeen(pages=100),
        UpsSeen(output="online"),
        part(1, "A"),
        HostSeen(memory_bytes=2**34),
        VolumeSeen(name="/", size_bytes=9),
    ]
    found = mail(build_inventory(fold([site(*seen)]))).hardware
    assert [supply.percent for supply in found.supplies] == [63]
    assert (found.ups.output, found.modules[0].serial, found.host.memory_bytes, found.volumes[0].name) == ("online", "A", 2**34, "/")


def test_levels_are_renewed_in_steps_and_are_no_changes() -> None:
    before, after = two_scans([toner(63)], [toner(61)])
    assert mail(after).hardware.supplies[0].percent == 63 and diff(before, after) == ()
    before, after = two_scans([toner(63)], [toner(8, SupplyState.LOW)])
    assert mail(after).hardware.supplies[0].percent == 8 and diff(before, after) == ()


def test_a_power_cut_and_wifi_clients_are_no_changes() -> None:
    calm = [UpsSeen(output="online", battery="normal", charge_percent=100), WifiClientsSeen(clients=(WifiClient(mac="00:1b:54:aa:bb:cc"),))]
    cut = [UpsSeen(output="on-battery", battery="low", charge_percent=20), WifiClientsSeen(clients=(WifiClient(mac="00:1b:54:aa:bb:dd"),))]
    before, after = two_scans(calm, cut)
    assert diff(before, after) == () and mail(after).hardware.ups.output == "on-battery"
    assert len(after.devices) == len(before.devices)


def test_a_part_that_was_replaced_added_or_taken_out_is_a_change() -> None:
    found = changes([part(1, "A"), part(2, "B"), part(3, "C")], [part(1, "A"), part(2, "B2"), part(4, "D")])
    assert {(c.kind.value, c.title, c.before, c.after) for c in found} == {
        ("changed", "PSU 2", "B", "B2"),
        ("missing", "PSU 3 PWR-715 C", "", ""),
        ("appeared", "PSU 4 PWR-715 D", "", ""),
    }
    assert {c.grade for c in found} == {Grade.NOTABLE} and {c.subject for c in found} == {"part"}


def test_parts_that_are_numbered_anew_are_no_change() -> None:
    assert changes([part(1, "A", "left"), part(2, "B", "right")], [part(7, "B", "right"), part(9, "A", "left")]) == []


def test_what_was_never_told_before_is_no_change() -> None:
    assert changes([], [part(1, "A"), UpsSeen(replace_battery=True), HostSeen(memory_bytes=2**34)]) == []
    assert changes([part(1, "")], [part(1, "A")]) == []


def test_a_battery_that_is_due_is_a_change_and_a_finding() -> None:
    good, due = UpsSeen(output="online", battery="normal", replace_battery=False), UpsSeen(battery="normal", replace_battery=True)
    (change,) = changes([good], [due])
    assert (change.field, change.before, change.after) == ("battery", "normal", "replace")
    after = two_scans([good], [due])[1]
    assert [finding.code for finding in findings(after, s.moment(60)) if finding.code.startswith("ups")] == ["ups_battery_due"]


def test_memory_counts_where_it_is_more_than_a_kernel_s_own_share() -> None:
    assert changes([HostSeen(memory_bytes=2**34)], [HostSeen(memory_bytes=2**34 - 2**28)]) == []
    (change,) = changes([HostSeen(memory_bytes=2**34)], [HostSeen(memory_bytes=2**35)])
    assert (change.field, change.before, change.after) == ("memory", "16.0 GiB", "32.0 GiB")


def test_the_device_s_own_serial_number_is_told_once() -> None:
    device = mail(build_inventory(fold([site(part(1, "A"))])))
    before, after = (device.model_copy(update={"serial": serial, "hardware": _with(device, serial)}) for serial in ("A", "B"))
    assert list(diff_hardware.changes(before, after)) == []


def _with(device: Any, serial: str) -> Any:
    (chassis,) = device.hardware.modules
    return device.hardware.model_copy(update={"modules": (chassis.model_copy(update={"serial": serial}),)})


def test_one_cable_with_lldp_and_cdp_is_one_link() -> None:
    heard = {"local_port": "Gi1/0/1", "chassis_mac": s.SWITCH.mac, "port_id": "24"}
    by_cdp = NeighbourSeen(protocol="cdp", local_port="Gi1/0/1", name="sw", port_id="GigabitEthernet24", addresses=(s.SWITCH.address,))
    both = build_inventory(fold([site(NeighbourSeen.model_validate(heard), by_cdp)])).links
    assert [(link.port, link.known_by) for link in both] == [("Gi1/0/1", "lldp")]
    alone = build_inventory(fold([site(by_cdp)])).links
    assert [(link.port, link.known_by, bool(link.to_device)) for link in alone] == [("Gi1/0/1", "cdp", True)]

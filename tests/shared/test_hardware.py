"""Which moves of a level renew what is kept, and what of a device's hardware is put together how."""

from datetime import UTC, datetime

import pytest

from shared.hardware import Hardware, ModuleSeen, PowerPortSeen, Supply, SupplySeen, Ups, UpsSeen, hardware
from shared.inventory import Device
from shared.observation import OBSERVATIONS
from shared.stable import stable_digest, stable_json

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def toner(percent: int | None, level: int | None = None) -> SupplySeen:
    return SupplySeen(index="1.1", name="Black", percent=percent, level=level)


def device(percent: int, charge_percent: int) -> Device:
    parts = Hardware(
        supplies=(Supply(index="1.1", name="Black", percent=percent),), ups=Ups(output="online", charge_percent=charge_percent)
    )
    return Device(id="d", first_seen=NOON, last_seen=NOON, hardware=parts)


@pytest.mark.parametrize(("before", "after", "same"), [(54, 50, True), (50, 49, False), (None, 50, False), (None, None, True)])
def test_a_level_is_renewed_in_steps(before: int | None, after: int | None, same: bool) -> None:
    assert (stable_json(toner(before, level=7)) == stable_json(toner(after, level=3))) is same


def test_so_it_is_inside_a_device() -> None:
    assert stable_digest([device(50, 100)]) == stable_digest([device(54, 105)])
    assert stable_digest([device(50, 100)]) != stable_digest([device(49, 100)])
    assert stable_digest([device(50, 100)]) != stable_digest([device(50, 90)])


def test_a_battery_is_optional_and_its_load_volatile_all_the_same() -> None:
    """A field that is a model or None, not a list of models."""
    assert "charge" not in stable_json(device(50, 100)).split("} ", 1)[0]


def test_numbers_in_names_are_in_the_order_of_numbers_and_each_thing_is_told_once() -> None:
    ports = [PowerPortSeen(port=f"Gi1/0/{number}") for number in (10, 9, 1, 10)]
    found = hardware(
        [*ports, SupplySeen(index="tray 1.1", name="Tray"), SupplySeen(index="1.10", name="J"), SupplySeen(index="1.9", name="I")]
    )
    assert [port.port for port in found.power_ports] == ["Gi1/0/1", "Gi1/0/9", "Gi1/0/10"]
    assert [supply.name for supply in found.supplies] == ["I", "J", "Tray"]
    assert type(found.supplies[0]) is Supply
    assert hardware([]) == Hardware()


def test_an_observation_comes_back_from_json() -> None:
    for seen in (toner(5), UpsSeen(output="online"), ModuleSeen(index=1, kind="chassis")):
        assert OBSERVATIONS.validate_json(OBSERVATIONS.dump_json(seen)) == seen

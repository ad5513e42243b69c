"""What has changed of what a device is made of: parts with a serial number, the battery, memory, processors.

Levels, loads and what is plugged in at a powered port change by themselves and are no changes; nor is a supply that runs low, or a UPS that
runs on its battery for a while. What only one of the two inventories was told is none either.
"""

from collections.abc import Iterator, Mapping

from shared.change import Change, ChangeKind, Grade
from shared.hardware import Module, Ups
from shared.inventory import Device

MEMORY_SHARE = 0.05
"""A new kernel keeps more or less of the memory to itself."""
_BROKEN_BATTERY = ("fault", "absent")


def changes(before: Device, after: Device) -> Iterator[Change]:
    yield from _parts(before, after)
    if before.hardware.ups and after.hardware.ups:
        yield from _battery(after, before.hardware.ups, after.hardware.ups)
    yield from _host(before, after)


def _parts(before: Device, after: Device) -> Iterator[Change]:
    old, new = _by_serial(before), _by_serial(after)
    if not old or not new:
        return
    gone = {_place(old[serial]): old[serial] for serial in sorted(old.keys() - new.keys())}
    come = {_place(new[serial]): new[serial] for serial in sorted(new.keys() - old.keys())}
    own = {before.serial, after.serial}
    for place in sorted(gone.keys() | come.keys()):
        had, has = gone.get(place), come.get(place)
        if {part.serial for part in (had, has) if part} <= own:
            continue  # the device's own number is told there
        if had and has:
            yield _change(after, ChangeKind.CHANGED, place, Grade.NOTABLE, "serial", had.serial, has.serial)
        else:
            part = has or had
            title = " ".join(filter(None, (place, part.model if part else "", part.serial if part else "")))
            yield _change(after, ChangeKind.APPEARED if has else ChangeKind.MISSING, title, Grade.NOTABLE)


def _by_serial(device: Device) -> Mapping[str, Module]:
    return {part.serial: part for part in reversed(device.hardware.modules) if part.serial}


def _place(part: Module) -> str:
    return part.name or part.description or part.kind


def _battery(device: Device, before: Ups, after: Ups) -> Iterator[Change]:
    had, has = _battery_state(before), _battery_state(after)
    if had and has and had != has:
        yield _change(device, ChangeKind.CHANGED, "UPS", Grade.NOTABLE, "battery", had, has)
    if before.battery_replaced_on and after.battery_replaced_on and before.battery_replaced_on != after.battery_replaced_on:
        days = before.battery_replaced_on, after.battery_replaced_on
        yield _change(device, ChangeKind.CHANGED, "UPS", Grade.ROUTINE, "battery_replaced_on", *days)


def _battery_state(ups: Ups) -> str:
    """What does not change by itself: whether it is good, due, broken or not there."""
    if ups.battery in _BROKEN_BATTERY:
        return ups.battery
    if ups.replace_battery:
        return "replace"
    return "normal" if ups.battery or ups.replace_battery is False else ""


def _host(before: Device, after: Device) -> Iterator[Change]:
    old, new = before.hardware.host, after.hardware.host
    if old is None or new is None:
        return
    if old.memory_bytes and new.memory_bytes and abs(old.memory_bytes - new.memory_bytes) > MEMORY_SHARE * old.memory_bytes:
        sizes = (f"{size / 2**30:.1f} GiB" for size in (old.memory_bytes, new.memory_bytes))
        yield _change(after, ChangeKind.CHANGED, "RAM", Grade.ROUTINE, "memory", *sizes)
    if old.processors and new.processors and old.processors != new.processors:
        yield _change(after, ChangeKind.CHANGED, "CPU", Grade.ROUTINE, "processors", str(old.processors), str(new.processors))


def _change(device: Device, kind: ChangeKind, title: str, grade: Grade, field: str = "", before: str = "", after: str = "") -> Change:
    return Change(
        kind=kind,
        subject="part",
        grade=grade,
        device=device.id,
        device_title=device.title,
        key=title,
        title=title,
        field=field,
        before=before,
        after=after,
    )

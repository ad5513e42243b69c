"""What has changed in a device's configuration besides its rules: who administers it, by which ways it is reached, what is exposed?

Only devices whose configuration was read before and now are compared. What follows from another change is not told again: a port that is
open because its forward is new is told with the forward.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from collector.core.comparison import Comparison, by
from shared.change import Change, ChangeKind, Grade
from shared.device_config import AdminUser, DeviceConfiguration, ExposedPort, RemoteAccess, SwitchPort, Zone
from shared.firewall import ANY
from shared.model import Frozen

Item = TypeVar("Item", AdminUser, RemoteAccess, SwitchPort, Zone)
_Subject = Literal["exposed_port", "configuration", "admin_user", "remote_access", "secret", "zone", "switch_port"]


def changes(comparison: Comparison) -> Iterator[Change]:
    old, new = (by(inventory.configurations, lambda each: (each.device, each.platform)) for inventory in (comparison.a, comparison.b))
    for place in sorted(old.keys() & new.keys()):
        if comparison.is_told_of(place[0]):
            yield from _of_device(comparison, old[place], new[place])
    yield from _exposed(comparison)


def _of_device(comparison: Comparison, old: DeviceConfiguration, new: DeviceConfiguration) -> Iterator[Change]:
    def make(subject: _Subject, kind: ChangeKind, title: str, grade: Grade, field: str = "", before: str = "", after: str = "") -> Change:
        return Change(
            kind=kind, subject=subject, grade=grade, device=new.device, device_title=comparison.title(new.device), key=title, title=title,
            field=field, before=before, after=after,
        )  # fmt: skip

    if old.stable_sha256 != new.stable_sha256:
        yield make("configuration", ChangeKind.CHANGED, new.platform, Grade.ROUTINE, "text", str(old.lines), str(new.lines))
    yield from _items("admin_user", old.settings.users, new.settings.users, lambda user: user.name, Grade.RISKY, make)
    yield from _items("remote_access", _open_ways(old), _open_ways(new), _way, Grade.NOTABLE, make)
    yield from _items("zone", old.settings.zones, new.settings.zones, lambda zone: zone.name, Grade.NOTABLE, make)
    yield from _items("switch_port", old.settings.switch_ports, new.settings.switch_ports, lambda port: port.name, Grade.ROUTINE, make)
    yield from _secrets(old, new, make)


_Make = Callable[..., Change]


def _open_ways(configuration: DeviceConfiguration) -> list[RemoteAccess]:
    return [way for way in configuration.settings.remote_access if way.enabled]


def _way(way: RemoteAccess) -> str:
    return f"{way.service} ({way.protocol}/{way.port})" if way.port is not None else way.service


def _items(
    subject: _Subject, old: Sequence[Item], new: Sequence[Item], name: Callable[[Item], str], added: Grade, make: _Make
) -> Iterator[Change]:
    before, after = by(old, name), by(new, name)
    yield from (make(subject, ChangeKind.APPEARED, key, added) for key in after if key not in before)
    yield from (make(subject, ChangeKind.MISSING, key, Grade.NOTABLE) for key in before if key not in after)
    for key in before:
        if key in after:
            for field, was, now in _fields(before[key], after[key]):
                grade = Grade.ROUTINE if subject == "switch_port" else Grade.NOTABLE
                yield make(subject, ChangeKind.CHANGED, key, grade, field, was, now)


def _fields(old: Frozen, new: Frozen) -> Iterator[tuple[str, str, str]]:
    for field in type(new).model_fields:
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield field, _shown(was), _shown(now)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _secrets(old: DeviceConfiguration, new: DeviceConfiguration, make: _Make) -> Iterator[Change]:
    """By its place: the same place with another fingerprint. A place that is there several times is not told apart."""
    before, after = _fingerprints(old), _fingerprints(new)
    for path in before.keys() & after.keys():
        if before[path] and after[path] and before[path] != after[path]:
            yield make("secret", ChangeKind.CHANGED, path, Grade.NOTABLE)


def _fingerprints(configuration: DeviceConfiguration) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for place in configuration.secrets:
        found[place.path] = "" if place.path in found else place.fingerprint
    return found


def _exposed(comparison: Comparison) -> Iterator[Change]:
    old, new = (by((each for each in i.exposed_ports if each.open), _door) for i in (comparison.a, comparison.b))
    told_before = {port.device for port in comparison.a.exposed_ports} | {rule.device for rule in comparison.a.firewall_rules}
    forwards_before = {(forward.device, forward.key) for forward in comparison.a.port_forwards}
    forwards_now = {(forward.device, forward.key) for forward in comparison.b.port_forwards}
    for door in sorted(old.keys() | new.keys()):
        had, has = old.get(door), new.get(door)
        shown = has or had
        if shown is None or not comparison.is_told_of(shown.device) or shown.device not in told_before:
            continue
        if had and has:
            if had.sources != has.sources:
                grade = Grade.RISKY if ANY in has.sources else Grade.NOTABLE
                before, after = ", ".join(had.sources), ", ".join(has.sources)
                yield _exposure(comparison, has, ChangeKind.CHANGED, grade, "sources", before, after)
        elif has and not (has.forward and (has.device, has.forward) not in forwards_before):
            yield _exposure(comparison, has, ChangeKind.APPEARED, Grade.RISKY)
        elif had and not (had.forward and (had.device, had.forward) not in forwards_now):
            yield _exposure(comparison, had, ChangeKind.MISSING, Grade.NOTABLE)


def _door(port: ExposedPort) -> tuple[str, ...]:
    return port.device, port.via.value, port.protocol, port.public_address, port.public_ports, port.to_address, port.to_ports, port.title


def exposed_title(port: ExposedPort) -> str:
    """``tcp/8443 → 10.0.0.5:443 (web shop)``"""
    public = port.public_ports if port.public_address == ANY else f"{port.public_address}:{port.public_ports}"
    inside = "" if port.to_address == "self" else f" → {port.to_address}{f':{port.to_ports}' if port.to_ports else ''}"
    return f"{port.protocol}/{public}{inside}" + (f" ({port.title})" if port.title else "")


def _exposure(
    comparison: Comparison, port: ExposedPort, kind: ChangeKind, grade: Grade, field: str = "", before: str = "", after: str = ""
) -> Change:
    return Change(
        kind=kind, subject="exposed_port", grade=grade, device=port.device, device_title=comparison.title(port.device),
        key=f"{port.protocol}/{port.public_ports}", title=exposed_title(port), field=field, before=before, after=after,
    )  # fmt: skip

"""What has changed between two inventories of a site?

What changes by itself is no change: when a device was last seen, a lease's end, a handshake, the order of a list, a switch's or a
router's memory of who was there. What follows from another change is not told again: the ports of a device that has appeared or gone,
the certificate of a port that has opened. What was not looked at before is not new: a port counts as opened where the first inventory
had looked at it, a rule as added where the first had read the device's rules. ``diff(x, x)`` is empty.
"""

from collections.abc import Iterable, Iterator, Mapping

from collector.core import diff_devices, diff_items, diff_rules, diff_settings
from collector.core.comparison import Comparison
from shared.change import Change, ChangeKind, Grade
from shared.inventory import Device, Inventory

_GRADES = {Grade.RISKY: 0, Grade.NOTABLE: 1, Grade.ROUTINE: 2}
_IN_A_CONFIGURATION = frozenset(
    {
        *("firewall_rule", "port_forward", "source_nat", "vpn", "route", "dhcp", "vlan"),
        *("exposed_port", "admin_user", "remote_access", "secret", "zone", "switch_port"),
    }
)
_KINDS = {kind: number for number, kind in enumerate(ChangeKind)}


def diff(a: Inventory, b: Inventory) -> tuple[Change, ...]:
    """The changes from ``a`` to ``b``, those that matter most first."""
    comparison = Comparison.of(a, b)
    found = [*_devices(comparison), *diff_rules.changes(comparison), *diff_settings.changes(comparison), *diff_items.changes(comparison)]
    return tuple(sorted(_without_echoes(found), key=_order))


def _without_echoes(found: Iterable[Change]) -> Iterator[Change]:
    """That a configuration's text has changed is told where nothing else says what has changed in it."""
    found = list(found)
    explained = {change.device for change in found if change.subject in _IN_A_CONFIGURATION}
    yield from (change for change in found if change.subject != "configuration" or change.device not in explained)


def _order(change: Change) -> tuple[int, str, str, int, str, str, str]:
    return (
        _GRADES[change.grade],
        change.device_title,
        change.subject,
        _KINDS[change.kind],
        change.key,
        change.field,
        change.model_dump_json(),
    )


def _devices(comparison: Comparison) -> Iterator[Change]:
    for device_id in sorted(comparison.before.keys() | comparison.after.keys()):
        before, after = comparison.before.get(device_id), comparison.after.get(device_id)
        kind = _presence(before, after, comparison.after)
        shown = after or before
        if kind is not None and shown is not None:
            grade = Grade.ROUTINE if kind is ChangeKind.RETURNED else Grade.NOTABLE
            title = ", ".join(held.address for held in shown.addresses[:3])
            yield Change(kind=kind, subject="device", grade=grade, device=device_id, device_title=shown.title, key=device_id, title=title)
        if before is not None and after is not None and after.missing_since is None:
            yield from diff_devices.changes(before, after, comparison.missing_addresses)


def _presence(before: Device | None, after: Device | None, now: Mapping[str, Device]) -> ChangeKind | None:
    was_there = before is not None and before.missing_since is None
    is_there = after is not None and after.missing_since is None
    if was_there == is_there:
        return None
    if is_there:
        return ChangeKind.RETURNED if before is not None else ChangeKind.APPEARED
    if after is None and before is not None and _is_part_of_another(before, now.values()):
        return None
    return ChangeKind.MISSING


def _is_part_of_another(gone: Device, now: Iterable[Device]) -> bool:
    """Two devices turned out to be one: what the one had, the other has now."""
    addresses = {held.address for held in gone.addresses}
    return any(addresses <= {held.address for held in device.addresses} for device in now) and bool(addresses)

"""What has changed of one device that was and is there: what it is, where it is, what is open, its interfaces, its parts."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from collector.core import diff_hardware, names
from collector.core.comparison import by
from collector.core.subnets import is_public
from shared import port_ranges
from shared.change import Change, ChangeKind, Grade
from shared.inventory import Device, DeviceInterface, DevicePort, Kind
from shared.observation import Provenance

_LEARNED_FIELDS = ("kind", "vendor", "model", "os", "os_version", "serial")
"""Concluded by rules: that nothing is concluded any more is no change of the device."""
_WRITTEN_FIELDS = ("location", "contact")
"""Written by a person: blank is a value."""
_INTERFACE_FIELDS = ("alias", "description", "admin_up", "mac", "mtu_bytes", "kind")
"""Whether the line is up, and how fast, follows who is switched on at the other end."""
# made and unmade by containers, virtual machines and dial-in sessions
_EPHEMERAL = re.compile(r"^(?:veth|tap|vnet|ppp|br-[0-9a-f]{12}|cali|flannel|fwbr|fwpr|fwln|tun\d{2,}|<)", re.IGNORECASE)
_CLEAR_TEXT = frozenset({21, 23, 512, 513, 514})


def changes(before: Device, after: Device, missing_addresses: Collection[str]) -> Iterator[Change]:
    """``missing_addresses`` are those of devices that are missing now."""
    yield from _fields(before, after)
    yield from _hostnames(before, after)
    yield from _addresses(before, after, missing_addresses)
    yield from _ports(before, after)
    yield from _interfaces(before, after)
    yield from diff_hardware.changes(before, after)


def _changed(device: Device, field: str, before: object, after: object, grade: Grade = Grade.ROUTINE) -> Change:
    return Change(
        kind=ChangeKind.CHANGED,
        subject="device",
        grade=grade,
        device=device.id,
        device_title=device.title,
        key=field,
        field=field,
        before=_text(before),
        after=_text(after),
    )


def _text(value: object) -> str:
    return "" if value is None else value.value if isinstance(value, Kind) else str(value)


def _fields(before: Device, after: Device) -> Iterator[Change]:
    for field in (*_LEARNED_FIELDS, *_WRITTEN_FIELDS):
        old, new = getattr(before, field), getattr(after, field)
        if old == new or (field in _LEARNED_FIELDS and new in ("", Kind.OTHER)):
            continue
        grade = Grade.NOTABLE if field == "serial" and old else Grade.ROUTINE
        yield _changed(after, field, old, new, grade)


def _hostnames(before: Device, after: Device) -> Iterator[Change]:
    """The best name counts; that it is now known in full is no new name."""
    if not before.hostnames or not after.hostnames:
        return
    old, new = before.hostnames[0], after.hostnames[0]
    same = old == new or (names.short(old) == names.short(new) and "." not in (old if "." in new else new))
    if not same and new not in before.hostnames:
        yield _changed(after, "hostname", old, new, Grade.NOTABLE)


def _addresses(before: Device, after: Device, missing: Collection[str]) -> Iterator[Change]:
    """What it has in tables only counts where both inventories had its table."""
    old, new = by(before.addresses, lambda held: held.address), by(after.addresses, lambda held: held.address)
    gone = [held for address, held in old.items() if address not in new]
    come = [held for address, held in new.items() if address not in old]
    if len(gone) == len(come) == 1:
        yield _address(after, ChangeKind.CHANGED, come[0].address, before=gone[0].address, after=come[0].address)
        return
    had_table, has_table = (any(h.provenance is not Provenance.OWN_REPLY for h in d.addresses) for d in (before, after))
    for held in gone:
        if (has_table or held.provenance is Provenance.OWN_REPLY) and held.address not in missing:
            yield _address(after, ChangeKind.MISSING, held.address)
    for held in come:
        if had_table or held.provenance is Provenance.OWN_REPLY:
            yield _address(after, ChangeKind.APPEARED, held.address)


def _address(device: Device, kind: ChangeKind, address: str, before: str = "", after: str = "") -> Change:
    return Change(
        kind=kind,
        subject="address",
        device=device.id,
        device_title=device.title,
        key=address,
        title=address,
        field="address" if before else "",
        before=before,
        after=after,
    )


_PortKey = tuple[str, str, int]


def _ports(before: Device, after: Device) -> Iterator[Change]:
    old, new = _by_place(before, after), _by_place(after, before)
    several = len({address for address, _, _ in new.keys() | old.keys()}) > 1
    for place in sorted(new.keys() - old.keys()):
        if was_looked_at(before, place):
            yield _port(after, ChangeKind.APPEARED, new[place], several, _opened_grade(new[place]))
    for place in sorted(old.keys() - new.keys()):
        yield _port(after, ChangeKind.MISSING, old[place], several, Grade.ROUTINE)
    for place in sorted(old.keys() & new.keys()):
        yield from _service(after, old[place], new[place], several)


def _by_place(device: Device, other: Device) -> Mapping[_PortKey, DevicePort]:
    """Ports by address and number; by number alone where the two have no address in common, as the device has moved."""
    common = {held.address for held in device.addresses} & {held.address for held in other.addresses}
    if common:
        return {(p.address, p.protocol, p.number): p for p in device.ports if p.address in common}
    return {("", p.protocol, p.number): p for p in reversed(device.ports)}


def was_looked_at(before: Device, place: _PortKey) -> bool:
    """Whether the port would have been seen open before. Where nothing is said of what was looked at, open ports themselves say it."""
    address, protocol, number = place
    looks = [look for look in before.ports_looked_at if look.protocol == protocol and address in ("", look.address)]
    if looks:
        return any(port_ranges.holds(port_ranges.parsed(look.ranges), number) for look in looks)
    return any(port.protocol == protocol and address in ("", port.address) for port in before.ports)


def _opened_grade(port: DevicePort) -> Grade:
    return Grade.RISKY if is_public(port.address) or (port.protocol == "tcp" and port.number in _CLEAR_TEXT) else Grade.NOTABLE


def _port(device: Device, kind: ChangeKind, port: DevicePort, several: bool, grade: Grade) -> Change:
    return Change(
        kind=kind,
        subject="port",
        grade=grade,
        device=device.id,
        device_title=device.title,
        key=_port_name(port, several),
        title=" ".join(filter(None, (port.service, port.product, port.version))),
    )


def _port_name(port: DevicePort, several: bool) -> str:
    return f"{port.protocol}/{port.number}" + (f" {port.address}" if several else "")


def _service(device: Device, old: DevicePort, new: DevicePort, several: bool) -> Iterator[Change]:
    """A blank is no evidence, before or after: the service did not say."""
    for field in ("service", "product", "version"):
        before, after = getattr(old, field), getattr(new, field)
        if before and after and before != after:
            yield Change(
                kind=ChangeKind.CHANGED,
                subject="port",
                device=device.id,
                device_title=device.title,
                key=_port_name(new, several),
                title=new.service,
                field=field,
                before=before,
                after=after,
            )


def _interfaces(before: Device, after: Device) -> Iterator[Change]:
    if not before.interfaces or not after.interfaces:
        return
    old, new = _lasting(before.interfaces), _lasting(after.interfaces)
    for name in sorted(new.keys() - old.keys()):
        yield _interface(after, ChangeKind.APPEARED, name)
    for name in sorted(old.keys() - new.keys()):
        yield _interface(after, ChangeKind.MISSING, name)
    for name in sorted(old.keys() & new.keys()):
        for field in _INTERFACE_FIELDS:
            had, has = getattr(old[name], field), getattr(new[name], field)
            if had != has and has is not None and had is not None and (field == "alias" or (had != "" and has != "")):
                yield _interface(after, ChangeKind.CHANGED, name, field, _text(had), _text(has))


def _lasting(interfaces: Iterable[DeviceInterface]) -> Mapping[str, DeviceInterface]:
    return by((each for each in interfaces if not _EPHEMERAL.match(each.name)), lambda each: each.name or f"#{each.index}")


def _interface(device: Device, kind: ChangeKind, name: str, field: str = "", before: str = "", after: str = "") -> Change:
    return Change(
        kind=kind,
        subject="interface",
        device=device.id,
        device_title=device.title,
        key=name,
        title=name,
        field=field,
        before=before,
        after=after,
    )

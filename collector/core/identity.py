"""Which known device is each sighting?  A device keeps its id when its address changes; an address used by another is another device.

In this order, the first that names exactly one device decides:

1. a MAC address seen on the wire or in its own interface table (one held by two known devices names none);
2. a serial number;
3. an address in its own interface table, or the address it had, where no MAC address contradicts.

A sighting that nothing names is a new device. Two known devices turn out to be one where a sighting holds all that names the other:
the elder keeps its id. Matching is recoverable (a later report parts them again), so what is doubtful stays apart.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from collector.core import holdings
from collector.core.holdings import Holdings
from collector.core.knowledge import KnownDevice
from collector.core.sightings import Sighting


@dataclass(slots=True)
class Identified:
    """Who is who: ``device_of[i]`` is the id of the device that sighting ``i`` shows."""

    device_of: list[str]
    absorbed: dict[str, str] = field(default_factory=dict)
    """The id of a device that turned out to be another -> the id of that one."""


@dataclass(slots=True)
class Register:
    """What every known device holds, and who holds what."""

    devices: Mapping[str, KnownDevice]
    held: dict[str, Holdings]
    by_mac: dict[str, set[str]] = field(default_factory=dict)
    by_serial: dict[str, set[str]] = field(default_factory=dict)
    by_address: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, devices: Mapping[str, KnownDevice]) -> "Register":
        register = cls(devices, {device_id: holdings.of_device(device) for device_id, device in devices.items()})
        for device_id, held in register.held.items():
            for index, values in (
                (register.by_mac, held.macs),
                (register.by_serial, held.serials),
                (register.by_address, held.own_addresses | held.table_addresses),
            ):
                for value in values:
                    index.setdefault(value, set()).add(device_id)
        return register

    def shared_macs(self) -> set[str]:
        return {mac for mac, ids in self.by_mac.items() if len(ids) > 1}

    def holder(self, address: str) -> str | None:
        """Who is most likely at an address: one that answered there before one that only lists it, one that is there, the latest."""
        ids = self.by_address.get(address, set())
        return min(ids, key=lambda device_id: self._likelihood(device_id, address), default=None)

    def _likelihood(self, device_id: str, address: str) -> tuple[bool, bool, float, str]:
        device = self.devices[device_id]
        listed_only = address not in self.held[device_id].own_addresses
        return listed_only, device.missing_since is not None, -device.last_seen.timestamp(), device_id

    def elder(self, ids: Iterable[str]) -> str:
        return min(ids, key=lambda device_id: (self.devices[device_id].first_seen, device_id))


def identify(sightings: list[Sighting], register: Register, report_id: uuid.UUID) -> Identified:
    """The device of each sighting, in the order of ``sightings``; new ids depend on the report and the evidence alone."""
    found: list[str | None] = [None] * len(sightings)
    absorbed: dict[str, str] = {}
    for number, sighting in enumerate(sightings):
        ids = _by_mac(sighting, register)
        if ids:
            found[number] = register.elder(ids)
            absorbed.update({i: found[number] or "" for i in ids if i != found[number] and _accounts_for(sighting, register.held[i])})
    absorbed = {device_id: _last(device_id, absorbed) for device_id in absorbed}
    found = [absorbed.get(device_id, device_id) if device_id else None for device_id in found]
    placed = {device_id for device_id in found if device_id}
    _by_serial(sightings, register, found)
    for number, sighting in enumerate(sightings):
        if found[number] is None:
            found[number] = _by_address(sighting, register, placed, absorbed)
    return Identified([device_id or _new_id(report_id, sightings[number]) for number, device_id in enumerate(found)], absorbed)


def _last(device_id: str, absorbed: Mapping[str, str]) -> str:
    """The end of the chain; each step leads to an elder device, so that there is one."""
    while device_id in absorbed:
        device_id = absorbed[device_id]
    return device_id


def _by_mac(sighting: Sighting, register: Register) -> set[str]:
    """A MAC address that two known devices hold is not among what a sighting holds."""
    return set().union(*(register.by_mac.get(mac, set()) for mac in sighting.holds.macs))


def _accounts_for(sighting: Sighting, other: Holdings) -> bool:
    """Whether all that names another device is held by this sighting: then they are one."""
    holds = sighting.holds
    return (
        other.macs <= holds.macs and other.own_addresses <= holds.own_addresses | holds.table_addresses and other.serials <= holds.serials
    )


def _by_serial(sightings: list[Sighting], register: Register, found: list[str | None]) -> None:
    sighted: dict[str, list[int]] = {}
    for number, sighting in enumerate(sightings):
        for serial in sighting.holds.serials:
            sighted.setdefault(serial, []).append(number)
    for serial, numbers in sorted(sighted.items()):
        holders = register.by_serial.get(serial, set())
        if len(numbers) == 1 and len(holders) == 1 and found[numbers[0]] is None and not holders & set(found):
            found[numbers[0]] = next(iter(holders))


def _by_address(sighting: Sighting, register: Register, taken: Collection[str], absorbed: Mapping[str, str]) -> str | None:
    """``taken`` are those that a MAC address has placed: they are at another address as well only where their own table lists it."""
    for address, mac in sighting.claims:
        holder = register.holder(address)
        if holder is None:
            continue
        device_id, held = absorbed.get(holder, holder), register.held[holder]
        if device_id in taken and address not in register.held[device_id].table_addresses:
            continue
        if sighting.holds.wire_macs and held.wire_macs and not sighting.holds.wire_macs & held.wire_macs:
            continue
        if mac and held.listed_macs and sighting.holds.wire_macs and mac not in held.listed_macs | held.wire_macs:
            continue
        return device_id
    return None


def _new_id(report_id: uuid.UUID, sighting: Sighting) -> str:
    address, mac = sighting.claims[0]
    return str(uuid.uuid5(report_id, f"{address} {mac or ''}"))

"""Which device an address or an id is, and who says so as of when: what every section and table needs of an inventory."""

from collections.abc import Mapping
from dataclasses import dataclass

from collector.sections.parts.model import Source, Value
from shared.inventory import Device, Inventory


@dataclass(frozen=True, slots=True)
class Directory:
    """An inventory's devices by id and by address."""

    inventory: Inventory
    by_id: Mapping[str, Device]
    by_address: Mapping[str, Device]

    def title(self, device: str) -> str:
        known = self.by_id.get(device)
        return known.title if known else device

    def device_value(self, device: str) -> Value:
        return Value(self.title(device), device=device if device in self.by_id else "")

    def address_value(self, address: str) -> Value:
        """An address, and the device that holds it where one does."""
        holder = self.by_address.get(address)
        if holder is None or not holder.hostnames:
            return Value(address, code=True, device=holder.id if holder else "")
        return Value(address, code=True, device=holder.id, note=holder.title)

    def source(self, probe: str, device: str) -> Source:
        """``probe`` read this of ``device``; it is unconfirmed where the newest scan's look at one of its addresses failed."""
        known = self.by_id.get(device)
        addresses = {held.address for held in known.addresses} if known else set()
        failed = [miss for miss in self.inventory.not_seen if miss.probe == probe and miss.target in addresses]
        unconfirmed = (failed[0].detail or failed[0].state) if failed else ""
        at_utc = known.last_seen if known and known.missing_since else self.inventory.as_of_utc
        return Source(probe, device if known else "", self.title(device), at_utc, unconfirmed)


def directory(inventory: Inventory) -> Directory:
    by_address = {held.address: device for device in inventory.devices for held in device.addresses}
    return Directory(inventory, {device.id: device for device in inventory.devices}, by_address)

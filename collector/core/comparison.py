"""Two inventories side by side: whose items can be compared, and what a device is called in a change."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shared.inventory import Device, Inventory

FROM_OUTSIDE = frozenset(
    {
        "announced",
        "announcements",
        "arp",
        "certificates",
        "greetings",
        "http",
        "liveness",
        "names",
        "ndp",
        "ports",
        "services",
        "smb",
        "udp",
    }
)
"""The agent's probes that see what a device shows to anyone; the others read its own tables."""

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Comparison:
    a: Inventory
    b: Inventory
    before: Mapping[str, Device]
    after: Mapping[str, Device]

    @classmethod
    def of(cls, a: Inventory, b: Inventory) -> "Comparison":
        return cls(a, b, {device.id: device for device in a.devices}, {device.id: device for device in b.devices})

    @property
    def missing_addresses(self) -> frozenset[str]:
        return frozenset(held.address for device in self.after.values() if device.missing_since is not None for held in device.addresses)

    def is_told_of(self, device_id: str) -> bool:
        """Whether changes of a device's items are worth telling: it was known before, and is there now. Items of no device always are."""
        if not device_id:
            return True
        before, after = self.before.get(device_id), self.after.get(device_id)
        return before is not None and after is not None and after.missing_since is None

    def is_there(self, device_id: str) -> bool:
        device = self.after.get(device_id)
        return device is not None and device.missing_since is None

    def title(self, device_id: str) -> str:
        device = self.after.get(device_id) or self.before.get(device_id)
        return device.title if device else device_id

    def newly_answered(self, device_id: str, probes_from_outside: bool = False) -> bool:
        """Whether the device tells by a probe that it did not answer before: what it tells may have been so all along.

        From outside only what it shows to anyone is seen; its rules and tables come by the other probes.
        """
        before, after = self.before.get(device_id), self.after.get(device_id)
        if before is None or after is None:
            return False
        return any((probe in FROM_OUTSIDE) is probes_from_outside for probe in set(after.answered) - set(before.answered))


def by(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, Item]:
    """The items by what they are called; of two that are called the same, the first."""
    found: dict[Key, Item] = {}
    for item in items:
        found.setdefault(key(item), item)
    return found

"""What is gathered of a RouterOS export until its end, where names that stand apart are put together.

An export is written menu by menu, so that an interface's address, its list, its bridge and its DHCP server stand far from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.routeros_match import Lists
from shared.configs.routeros_text import Entry


@dataclass(slots=True)
class Interface:
    name: str
    kind: str = ""
    label: str = ""
    """Its name as it left the works, where it was renamed."""
    comment: str = ""
    enabled: bool = True
    parent: str = ""
    vlan: int | None = None
    mac: str | None = None
    mtu: int | None = None
    members: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    dhcp_client: bool = False
    is_wan: bool = False
    poe: bool | None = None
    speed: str = ""
    entry: Entry | None = None


@dataclass(slots=True)
class Box:
    reading: Reading
    lists: Lists = field(default_factory=Lists)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    list_members: dict[str, list[str]] = field(default_factory=dict)
    list_includes: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    """Interface list -> lists that it includes, and excludes."""
    list_comments: dict[str, str] = field(default_factory=dict)
    filtering_bridges: set[str] = field(default_factory=set)
    kept: dict[str, list[Entry]] = field(default_factory=dict)
    """Entries that are put together at the end, by menu."""
    is_export: bool = False
    """The text begins as a whole export does: what it does not say is at its default."""

    def is_off(self, entry: Entry) -> bool:
        """DHCP's entries were made disabled up to version 6, so that one that runs says so."""
        return entry.disabled or ("disabled" not in entry.attrs and self.reading.os_version.startswith(("5.", "6.")))

    def of(self, menu: str) -> list[Entry]:
        return self.kept.get(menu, [])

    def interface(self, name: str, kind: str = "") -> Interface:
        found = self.interfaces.get(name)
        if found is None:
            found = self.interfaces[name] = Interface(name, kind or guessed_kind(name))
        return found


Handler = Callable[[Box, Entry], bool | None]
"""False: not understood."""


def guessed_kind(name: str) -> str:
    """Of an interface that the export names and does not change: it has its name from the works."""
    starts = (
        ("ether", "ethernet"), ("sfp", "ethernet"), ("qsfp", "ethernet"), ("combo", "ethernet"), ("wlan", "wireless"), ("wifi", "wireless"),
        ("lte", "ppp"), ("lo", "loopback"), ("bridge", "bridge"),
    )  # fmt: skip
    return next((kind for start, kind in starts if name.startswith(start)), "")


def keep(box: Box, entry: Entry) -> None:
    """To be put together at the end."""
    box.kept.setdefault(entry.menu, []).append(entry)


def nothing(box: Box, entry: Entry) -> None:
    """Understood, and has no field of its own."""


def whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def seconds(text: str) -> int | None:
    """``1w2d3h4m5s``, ``1d00:10:00``, ``00:30:00`` or a number of seconds. None for what is no time."""
    days, clock, total = text, "", 0
    if ":" in text:
        cut = max((text.rfind(unit) for unit in "wd"), default=-1) + 1
        days, clock = text[:cut], text[cut:]
    number = ""
    for char in days:
        if char.isdigit() and char.isascii():
            number += char
        elif char in _UNITS and number:
            total += int(number[:9]) * _UNITS[char]
            number = ""
        else:
            return None
    total += int(number[:9] or 0)
    for part in clock.split(":") if clock else ():
        if not (part.isascii() and part.isdigit()) or len(part) > 3:
            return None
    if clock:
        parts = [int(part) for part in clock.split(":")]
        total += sum(part * 60**power for power, part in enumerate(reversed(parts[:3])))
    return total if text else None

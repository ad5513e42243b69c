"""What is known of a FortiGate while it is read: one ``Vdom`` a virtual domain, with its tables as they stand in the text.

Objects, zones and policies refer to each other across tables, so that rules are made when all tables are in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.fortios.entries import Entry
from shared.configs.reading import Reading
from shared.device_config import ConfiguredInterface
from shared.firewall import ANY

MAX_RESOLVED = 1_000_000
"""Values of all rules together: a hostile text may have each of many rules refer to the largest of groups."""
IPV4, IPV6 = "ipv4", "ipv6"
ROOT = "root"


@dataclass(slots=True)
class Names:
    """Objects of one kind: what each stands for, and which are groups of others."""

    own: dict[str, Sequence[str]] = field(default_factory=dict)
    members: dict[str, Sequence[str]] = field(default_factory=dict)
    told: bool = False
    """Whether the text has such a table at all: in an excerpt without it, no name can be called undefined."""
    _resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _undefined: dict[str, str] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        return name in self.own or name in self.members

    def undefined(self, name: str) -> str:
        """The first name behind this one that nothing defines; empty: all are defined. Of an excerpt without objects nothing is said."""
        if self.told and name not in self._undefined:
            self._undefined[name] = self._first_undefined(name)
        return self._undefined.get(name, "")

    def _first_undefined(self, name: str) -> str:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            here = waiting.pop()
            if not self.knows(here):
                return here
            if here not in seen:
                seen.add(here)
                waiting += reversed(self.members.get(here, ()))
        return ""

    def forget(self) -> None:
        """What was resolved holds no more: objects have come in."""
        self._resolved.clear()

    def resolved(self, name: str) -> tuple[str, ...]:
        """The values behind the name; the name itself where it cannot be resolved."""
        if name not in self._resolved:
            try:
                self._resolved[name] = values.resolved(name, self.own, self.members)
            except ValueError:
                self._resolved[name] = (name,)
        return self._resolved[name]


@dataclass(slots=True)
class Vdom:
    name: str
    tables: dict[str, dict[str, Entry]] = field(default_factory=dict)
    """``firewall policy`` -> its entries."""
    settings: dict[str, Entry] = field(default_factory=dict)
    """``vpn ssl settings`` -> its attributes."""
    addresses: Names = field(default_factory=Names)
    addresses6: Names = field(default_factory=Names)
    services: Names = field(default_factory=Names)
    forwards: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """A virtual IP's name, or a group's of them -> the addresses inside."""
    pools: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    """An interface's name -> its zone's."""

    def table(self, name: str) -> dict[str, Entry]:
        return self.tables.get(name, {})

    def setting(self, name: str) -> Entry | None:
        return self.settings.get(name)

    @property
    def central_nat(self) -> bool:
        """In an excerpt without the settings, a central table with entries tells it."""
        own = self.setting("system settings")
        return own.on("central-nat") if own is not None else bool(self.table("firewall central-snat-map"))


@dataclass(slots=True)
class Box:
    reading: Reading
    vdoms: dict[str, Vdom] = field(default_factory=dict)
    shared: Vdom = field(default_factory=lambda: Vdom(""))
    """What stands in ``config global``, or outside of any virtual domain."""
    budget: int = MAX_RESOLVED
    interfaces: list[ConfiguredInterface] = field(default_factory=list)
    trusted: list[tuple[str, ...]] = field(default_factory=list)
    """Each administrator's trusted hosts; empty: from anywhere."""

    @property
    def has_vdoms(self) -> bool:
        return bool(self.vdoms)

    def domains(self) -> Iterable[Vdom]:
        """Those that have rules and objects: the virtual domains, or the box itself where it has none."""
        return self.vdoms.values() if self.vdoms else (self.shared,)

    def key(self, vdom: Vdom, name: str) -> str:
        """An id that is one in the whole box."""
        return f"{vdom.name}/{name}" if vdom.name else name

    def table_name(self, vdom: Vdom) -> str:
        """The routing table that the domain is: the first is the main one."""
        return vdom.name if self.has_vdoms and vdom.name != ROOT else ""

    def resolve(self, names: Names, wanted: Iterable[str], *, negated: bool = False) -> tuple[str, ...]:
        """The values behind several names, each once. Beyond the budget the names stand for themselves."""
        found: dict[str, None] = {}
        for name in wanted:
            if self.budget <= 0:
                found[name] = None
                continue
            behind = names.resolved(name)
            self.budget -= len(behind)
            found.update(dict.fromkeys(behind))
        return shown(found, negated=negated)


def shown(found: Mapping[str, None] | Sequence[str], *, negated: bool = False) -> tuple[str, ...]:
    """Values as a rule shows them: ``any`` swallows the others; negated ones have ``!`` before each."""
    if negated:
        return tuple(value[1:] if value.startswith("!") else f"!{value}" for value in found)
    if ANY in found and not any(value.startswith("!") for value in found):
        return (ANY,)
    return tuple(found)

"""What do the names in a rule stand for?  Objects and groups of one kind, resolved to values, with what nobody defines told apart.

For platforms whose rules name objects: a name may be defined after it is used, and a group may hold groups. Bounded, as a hostile text
may nest groups without end and name the largest in every rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.device_config import AddressObject, ServiceObject
from shared.firewall import ANY

MAX_VALUES_IN_ALL = 1_000_000
"""Of all rules together; after that a rule says the names alone."""


@dataclass(slots=True)
class Named:
    """``own``: an object's values; ``members``: a group's names. ``fold``: the platform takes no heed of capitals."""

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    fold: bool = False
    _known: dict[str, str] = field(default_factory=dict)
    _resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _spent: int = 0

    def add(self, name: str, found: Iterable[str], comment: str = "") -> None:
        self.own[name] = tuple(found) or (name,)
        self._note(name, comment)

    def group(self, name: str, members: Iterable[str], comment: str = "") -> None:
        self.members.setdefault(name, []).extend(members)
        self._note(name, comment)

    def _note(self, name: str, comment: str) -> None:
        if comment:
            self.comments[name] = comment
        if self.fold:
            self._known.setdefault(name.lower(), name)

    def spelled(self, name: str) -> str:
        """The name as its object is defined."""
        return self._known.get(name.lower(), name) if self.fold else name

    def knows(self, name: str) -> bool:
        own = self.spelled(name)
        return own in self.own or own in self.members

    def close(self) -> None:
        """All is defined: members are spelled as the objects are, and what was looked up before is forgotten."""
        if self.fold:
            self.members = {name: [self.spelled(member) for member in held] for name, held in self.members.items()}
        self._resolved.clear()
        self._missing.clear()

    def values(self, name: str) -> tuple[str, ...]:
        """What a name stands for; the name itself where nobody says, or where it would be too much."""
        own = self.spelled(name)
        if own not in self._resolved:
            try:
                self._resolved[own] = values.resolved(own, self.own, self.members) or (name,)
            except ValueError:
                self._resolved[own] = (name,)
        found = self._resolved[own]
        self._spent += len(found)
        return found if self._spent <= MAX_VALUES_IN_ALL else (name,)

    def all_values(self, names: Sequence[str]) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(value for name in names for value in self.values(name)))
        return (ANY,) if ANY in found or not found else found

    def missing(self, name: str) -> tuple[str, ...]:
        """The names, through groups, that nobody defines."""
        own = self.spelled(name)
        if own not in self._missing:
            found, passed, waiting = dict[str, None](), set[str](), [own]
            while waiting:
                here = waiting.pop()
                if here in passed:
                    continue
                passed.add(here)
                if here in self.members:
                    waiting.extend(reversed(self.members[here]))
                elif here not in self.own:
                    found[here] = None
            self._missing[own] = tuple(found)
        return self._missing[own]

    def address_objects(self) -> list[AddressObject]:
        objects = [AddressObject(name=name, values=own, comment=self.comments.get(name, "")) for name, own in self.own.items()]
        return objects + [
            AddressObject(
                name=name, kind="group", values=self.values(name), members=tuple(held), comment=self.comments.get(name, "")
            )
            for name, held in self.members.items()
        ]  # fmt: skip

    def service_objects(self) -> list[ServiceObject]:
        objects = [ServiceObject(name=name, values=own, comment=self.comments.get(name, "")) for name, own in self.own.items()]
        return objects + [
            ServiceObject(
                name=name, kind="group", values=self.values(name), members=tuple(held), comment=self.comments.get(name, "")
            )
            for name, held in self.members.items()
        ]  # fmt: skip


def undefined(*found: Sequence[str], kind: str = "object") -> str:
    """``object X is not defined``, of the first names that nobody defines; empty where all are."""
    names = list(dict.fromkeys(name for part in found for name in part))
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{kind} {names[0]}{more} is not defined" if not more else f"{kind}s {names[0]}{more} are not defined"


def by_protocol(services: Sequence[str]) -> list[tuple[str, str]]:
    """Services as a forward says them: (protocol, ports), the ports joined by commas; ``tcp+udp`` where both have the same.

    ``any`` is ``("any", "any")``; what has no ports of its own (``esp``, ``icmp``) goes by its name."""
    found: dict[str, list[str]] = {}
    for service in services:
        protocol, _, ports = service.partition("<")[0].partition("/")
        found.setdefault(protocol, []).append(ports or ANY)
    if ANY in found or not found:
        return [(ANY, ANY)]
    joined = {protocol: ANY if ANY in ports else ",".join(dict.fromkeys(ports)) for protocol, ports in found.items()}
    if joined.get("tcp") and joined.get("tcp") == joined.get("udp"):
        both = joined.pop("tcp")
        joined.pop("udp")
        return [("tcp+udp", both), *joined.items()]
    return list(joined.items())

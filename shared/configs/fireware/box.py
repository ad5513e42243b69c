"""What is known of the box while its profile is read: addresses, aliases, services and interfaces by their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.pf.box import Keys, attempt, known
from shared.configs.reading import Reading
from shared.configs.xml_tree import Element, Tree
from shared.firewall import ANY

__all__ = ["GROUPS", "Box", "Keys", "Member", "attempt", "known"]
GROUPS = {"1": "Any-Trusted", "2": "Any-External", "3": "Any-Optional"}
"""What an interface's ``if-property`` puts it into. 5 carries VLANs, 8 is a custom one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an alias: an address at an interface, of a user; any of them may be any."""

    address: str = ANY
    interface: str = ANY
    user: str = ""
    device: str = ""


@dataclass(slots=True)
class Box:
    tree: Tree
    reading: Reading
    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Address groups and their values."""
    aliases: dict[str, list[Member | str]] = field(default_factory=dict)
    """Members, or the names of further aliases."""
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forwards: dict[str, Element] = field(default_factory=dict)
    """Static NAT actions."""
    keys: Keys = field(default_factory=Keys)

    def find(self, *path: str) -> Element | None:
        here: Element | None = self.tree.root
        for name in path:
            here = here.child(name) if here is not None else None
        return here

    def each(self, *path: str) -> list[Element]:
        """The whole elements of the last name below the path."""
        parent = self.find(*path[:-1])
        return [] if parent is None else parent.all(path[-1])

    def members(self, name: str) -> Iterator[Member]:
        """Of an alias, through the aliases in it; one that nobody defines is an address of its own name."""
        waiting, passed, count = [name], set[str](), 0
        while waiting:
            here = waiting.pop()
            if here in passed:
                continue
            passed.add(here)
            if here not in self.aliases:
                yield Member(address=here)
                continue
            waiting.extend(member for member in reversed(self.aliases[here]) if isinstance(member, str))
            for member in self.aliases[here]:
                if isinstance(member, Member):
                    count += 1
                    yield member
            if count > values.MAX_VALUES:
                raise ValueError(f"{name} has more than {values.MAX_VALUES} members")

    def address(self, name: str) -> tuple[str, ...]:
        """The values of an address group; a name that nobody defines stands for itself."""
        if name == "Firebox":
            return ("self",)
        return self.addresses.get(name, (name,))

    def missing(self, names: Sequence[str]) -> str:
        """Why a rule that refers to these aliases has no effect: one of them, or an address in it, is not defined."""
        passed, waiting = set[str](), list(names)
        while waiting:
            here = waiting.pop()
            if here in passed:
                continue
            passed.add(here)
            if here not in self.aliases:
                return f"alias {here} is not defined"
            for member in self.aliases[here]:
                if isinstance(member, str):
                    waiting.append(member)
                elif member.address not in (ANY, "Firebox") and member.address not in self.addresses:
                    return f"address {member.address} is not defined"
        return ""


def switched(element: Element, name: str) -> bool:
    """``1`` or ``true``; False where it is not said."""
    return element.get(name).lower() in ("1", "true", "yes")


def or_any(text: str) -> str:
    return ANY if text.lower() in ("", "any") else text

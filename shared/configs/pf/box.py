"""What is known of the box while its file is read, and what is left over at the end: each leaf that nobody has looked at."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.xml_tree import Element, Tree
from shared.device_config import ConfiguredInterface

HOUSEKEEPING = ("created", "updated", "audit")
"""Who changed a rule, and when: changes by itself when a rule is only saved."""


@dataclass(slots=True)
class Keys:
    """Keys of a list: the platform's own, else a hash of the content; numbered where they come again."""

    seen: Counter[str] = field(default_factory=Counter)

    def of(self, native: str, content: str) -> str:
        key = native or hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=8).hexdigest()
        self.seen[key] += 1
        return key if self.seen[key] == 1 else f"{key}-{self.seen[key]}"


@dataclass(slots=True)
class Gateway:
    name: str
    interface: str
    address: str = ""
    family: str = "inet"
    default: bool = False
    enabled: bool = True


@dataclass(slots=True)
class Box:
    tree: Tree
    reading: Reading
    opnsense: bool = False
    interfaces: dict[str, ConfiguredInterface] = field(default_factory=dict)
    """By label: ``wan``, ``lan``, ``opt1``."""
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Interface groups and their labels."""
    group_order: dict[str, int] = field(default_factory=dict)
    gateways: dict[str, Gateway] = field(default_factory=dict)
    virtual_addresses: list[str] = field(default_factory=list)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Aliases and the addresses behind them."""
    ports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Aliases for ports, and the ports."""
    missing_names: Mapping[str, str] = field(default_factory=dict)
    """Aliases that are there and do not hold: switched off."""

    def find(self, *path: str) -> Element | None:
        here: Element | None = self.tree.root
        for name in path:
            here = here.child(name) if here is not None else None
        return here

    def raw(self, element: Element) -> str:
        return self.tree.raw(element, HOUSEKEEPING)

    def content(self, element: Element) -> str:
        """What a key is made of: the raw text without what numbers it or says whether it is in force."""
        return self.tree.raw(element, (*HOUSEKEEPING, "tracker", "id", "sequence", "disabled", "enabled"))

    def each(self, *path: str) -> list[Element]:
        """The whole elements of the last name below the path."""
        parent = self.find(*path[:-1])
        return [] if parent is None else [each for each in parent.all(path[-1]) if each.children or each.text]


def mark_housekeeping(element: Element) -> None:
    for name in HOUSEKEEPING:
        if found := element.child(name):
            found.mark()


def known(element: Element, names: Collection[str]) -> None:
    """Marks settings that are known and have no field here; one that nobody knows stays unread."""
    for child in element.children:
        if child.tag in names:
            child.mark()


def attempt(read: Callable[[Element], None], element: Element) -> None:
    """An element that is otherwise than its reader expects is one that is not understood: all its leaves are unread."""
    try:
        read(element)
    except (ValueError, LookupError):
        for each in element.walk():
            each.read = False


def words(text: str, separators: str = ",") -> list[str]:
    """A list in a text: by commas, or by other separators, and by white space always."""
    for separator in separators:
        text = text.replace(separator, " ")
    return text.split()


def unseen(section: Element) -> Iterator[Element]:
    return (leaf for leaf in section.leaves() if not leaf.read)

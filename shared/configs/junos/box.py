"""What is gathered of a Junos device while its parts are read, so that one part can look up what another defines."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.word_tree import Node, Tree
from shared.device_config import AddressObject, ServiceObject


@dataclass(slots=True)
class Book:
    """An address book: the values of its addresses and the members of its sets."""

    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class Box:
    reading: Reading
    tree: Tree
    books: dict[str, Book] = field(default_factory=dict)
    """By zone; the global one under an empty name."""
    addresses: list[AddressObject] = field(default_factory=list)
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    service_members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    service_objects: list[ServiceObject] = field(default_factory=list)
    prefix_lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    zone_of: dict[str, str] = field(default_factory=dict)
    """Interface (``ge-0/0/0.0``) -> zone."""
    zones: set[str] = field(default_factory=set)
    services_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Interface -> the device's own services that its zone lets in."""
    filters_in: dict[str, list[str]] = field(default_factory=dict)
    """``inet NAME`` -> the interfaces where the filter looks at what comes in; ``filters_out`` alike."""
    filters_out: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], tuple[tuple[str, ...], str]] = field(default_factory=dict)

    @property
    def root(self) -> Node:
        return self.tree.root

    def at(self, *path: str) -> Node:
        """What stands at the path, an empty node if nothing does. It may be switched off: whoever reads rules asks ``active``."""
        here = self.root
        for name in path:
            if name not in here.children:
                return Node("")
            here = here.children[name].use()
        return here

    def attempt(self, read: Callable[..., object], node: Node, *args: object, **named: object) -> None:
        """Reads one thing; what is otherwise than expected is unread, and the rest goes on."""
        try:
            read(self, node, *args, **named)
        except (ValueError, LookupError):
            for each in node.walk():
                each.used = False
                if each.origin is not None:
                    each.origin.used = False

    def passed(self, node: Node, sections: dict[str, str]) -> None:
        """The named children are known and not modelled."""
        for name, section in sections.items():
            node.pass_over(section, name)

"""What is known of a gateway while its JSON is read, and the words that its parts share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.json_tree import ITEM
from shared.configs.pf.box import Keys, attempt, known
from shared.configs.reading import Reading
from shared.configs.xml_tree import Element, Tree
from shared.firewall import ANY

__all__ = ["Box", "Keys", "attempt", "known"]


@dataclass(slots=True)
class Box:
    tree: Tree
    reading: Reading
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Sets of addresses or ports, by name."""

    def part(self, *path: str) -> Element | None:
        here: Element | None = self.tree.root
        for name in path:
            here = here.child(name) if here is not None else None
        return here

    def each(self, *path: str) -> Iterator[Element]:
        yield from items(self.part(*path))


def items(element: Element | None) -> Iterator[Element]:
    """The whole members of a list."""
    if element is not None:
        yield from element.all(ITEM)


def words(element: Element | None, name: str) -> list[str]:
    """The texts of a list; a single text is a list of one."""
    found = element.child(name) if element is not None else None
    if found is None:
        return []
    found.read = True
    return found.texts(ITEM) if found.children else [found.text] if found.text else []


def said(element: Element | None, name: str, *, default: bool = True) -> bool:
    text = element.get(name).lower() if element is not None else ""
    return default if not text else text in ("true", "1", "enabled", "yes")


def identifier(element: Element | None, name: str) -> str:
    """``{"id": "eth0"}`` or ``"eth0"``."""
    found = element.child(name) if element is not None else None
    if found is None:
        return ""
    found.read = True
    return found.get("id") if found.children else found.text


def networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Lists and ranges in the common spelling; ``!`` stays."""
    found: dict[str, None] = {}
    for text in texts:
        for part in text.split(","):
            part = part.strip()
            negated, bare = ("!", part[1:]) if part.startswith("!") else ("", part)
            low, dash, high = bare.partition("-")
            if dash and values.is_address(low) and values.is_address(high):
                bare = values.span(low, high)
            elif values.is_network(bare):
                bare = values.network(bare)
            if bare:
                found[f"{negated}{bare}"] = None
    return tuple(found) or (ANY,)


def ports(texts: Iterable[str]) -> str:
    """``80,443``, ``5000:5010`` -> ``80,443``, ``5000-5010``."""
    found = [values.port_range(part) for text in texts for part in text.split(",") if part.strip()]
    return ANY if not found or ANY in found else ",".join(dict.fromkeys(found))

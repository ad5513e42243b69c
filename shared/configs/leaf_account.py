"""What is left over of a tree of leaves: parts that are known and not modelled, by their place; and the rest, which is unread.

A place is the path below the root. The longest listed beginning of a path decides; ``*`` stands for one name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.configs.reading import Reading
from shared.configs.xml_tree import Element, Tree

MAX_PLACE = 8


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts by place."""

    places: Mapping[str, str]

    def of(self, place: Sequence[str]) -> str:
        for size in range(min(MAX_PLACE, len(place)), 0, -1):
            if part := self.places.get("/".join(place[:size])):
                return part
        for size in range(min(MAX_PLACE, len(place)), 0, -1):
            for star in range(size):
                if part := self.places.get("/".join((*place[:star], "*", *place[star + 1 : size]))):
                    return part
        return ""


def parts(listed: Mapping[str, str]) -> Parts:
    """``{"certificates": "ca cert crl"}``: the part, and its places as words."""
    return Parts({place: part for part, places in listed.items() for place in places.split()})


def account(reading: Reading, tree: Tree, known: Parts, *, empty: str = "settings without a value") -> None:
    """Every leaf is read, passed over or unread. ``empty``: the part that a leaf without a value belongs to."""
    root = tree.root
    reading.lines = sum(1 for _ in root.leaves()) if root.children else 0
    found: dict[str, str] = {}
    for leaf, place in _unseen(root):
        text = "/".join(place)
        if text not in found:
            found[text] = known.of(place)
        if part := found[text] or ("" if leaf.text else empty):
            reading.pass_over_lines(part, 1)
        else:
            reading.unread_line(leaf.line, f"{text} = {leaf.text}" if leaf.text else text)


def _unseen(root: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    waiting: list[tuple[Element, tuple[str, ...]]] = [(child, (child.tag,)) for child in reversed(root.children)]
    while waiting:
        here, place = waiting.pop()
        if here.children:
            waiting.extend((child, (*place, child.tag)) for child in reversed(here.children))
        elif not here.read:
            yield here, place

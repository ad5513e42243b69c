"""In which order do rules stand?  Each says so: at the top, at the bottom, after or before another one.

An export lists them in their order and says it again (each stands after the one before it); a file that was written for the API may say
anything, and is read as the box would add its rules one by one. IPv4 and IPv6 are rule bases of their own.
"""

from collections.abc import Iterator

from shared.configs.sfos.box import Box
from shared.configs.xml_tree import Element


def in_order(box: Box, tag: str) -> Iterator[tuple[str, Element]]:
    """The rules of both families, with their family."""
    lost: list[str] = []
    placed: dict[str, list[tuple[str, Element]]] = {"ipv4": [], "ipv6": []}
    for element in box.each(tag):
        listed = placed["ipv6" if element.get("IPFamily").lower() == "ipv6" else "ipv4"]
        name = element.get("Name") or element.get("RuleName")
        index = _place(listed, element)
        if index is None:
            lost.append(name)
            index = len(listed)
        listed.insert(index, (name, element))
    if lost:
        box.reading.warnings.append(
            f"{len(lost)} {tag} stand after or before one that is not in the text ({', '.join(lost[:5])}): they are in the order of the "
            f"text"
        )
    yield from ((family, element) for family, listed in placed.items() for _, element in listed)


def _place(listed: list[tuple[str, Element]], element: Element) -> int | None:
    """None where the text does not say it."""
    position = element.get("Position").lower()
    if position == "top":
        return 0
    if position in ("after", "before"):
        anchor = element.child(position.capitalize())
        name = anchor.get("Name") if anchor is not None else ""
        if listed and listed[-1][0] == name and position == "after":
            return len(listed)
        found = next((index for index, (each, _) in enumerate(listed) if each == name), None)
        return None if found is None else found + (position == "after")
    return len(listed) if position in ("bottom", "") else None

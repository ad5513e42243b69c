"""What do the elements of a small XML document say?  UPnP descriptions and WS-Discovery answers come as XML from strangers.

Source: XML 1.0; expat. A document type declaration is refused, and with it every entity but the five of XML: nothing grows and nothing
is fetched. Bounded: 256 KB, 4096 elements, 32 levels. Raises Unparsed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from shared.errors import Unparsed
from shared.text import one_line

MAX_BYTES = 262_144
MAX_ELEMENTS = 4096
MAX_DEPTH = 32


@dataclass(slots=True)
class Element:
    """``name`` without its namespace; ``text`` is one line."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def every(self, name: str) -> Iterator["Element"]:
        """All elements of that name below this one, in the document's order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.every(name)

    def first(self, name: str) -> str:
        """The text of the first child of that name; empty: there is none."""
        return next((child.text for child in self.children if child.name == name), "")


class _Builder:
    def __init__(self) -> None:
        self.root = Element("")
        self._open: list[tuple[Element, list[str]]] = [(self.root, [])]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise Unparsed("an XML document with more elements or levels than any device needs")
        element = Element(name.rpartition(" ")[2])
        self._open[-1][0].children.append(element)
        self._open.append((element, []))

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, name: str) -> None:
        element, parts = self._open.pop()
        element.text = one_line("".join(parts))

    def doctype(self, *declared: object) -> None:
        raise Unparsed("an XML document that declares a type: its entities could be anything")


def read(document: bytes) -> Element:
    """A nameless element that holds the document's root."""
    if len(document) > MAX_BYTES:
        raise Unparsed(f"an XML document of more than {MAX_BYTES} bytes")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.CharacterDataHandler = builder.data
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding that does not exist
        raise Unparsed(f"not XML: {error}", one_line(document[:200])) from None
    return builder.root

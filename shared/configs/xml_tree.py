"""The grammar of configurations in XML (pfSense, OPNsense ...): elements with their lines, and the text with its secrets replaced in place.

The standard library's expat reads; it is asked for places only, and never for an entity or a DTD: a DOCTYPE ends the reading. Source: XML
1.0 (5th edition). Raw: text with any declared encoding (it has been decoded). What PHP writes beside the standard is put right first:
HTML's named entities and bare ``&`` become what they mean, characters that XML does not allow become spaces. A text that stops in the
middle gives what was read until there; what lies behind is not kept either, as nobody has looked for secrets in it. Lines stay where they
are: a value of several lines that is replaced leaves its line breaks.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from shared.configs.xml_text import escaped, lawful, meaning
from shared.errors import Unparsed

MAX_DEPTH = 60
MAX_ELEMENTS = 400_000

Redact = Callable[[str, str, int], str]
"""(path, value, line) -> the value without its secrets."""


@dataclass(slots=True, eq=False)
class Element:
    """One element. ``text`` is a leaf's text, without white space around it and without its secrets."""

    tag: str
    line: int
    parent: "Element | None"
    start: int
    """Where it begins, in bytes."""
    attributes: dict[str, str] | None = None
    text: str = ""
    end: int = 0
    children: list["Element"] = field(default_factory=list)
    complete: bool = False
    """False where the text ends within it: what it lacks is not known."""
    read: bool = False
    """Somebody has looked at it: a leaf that nobody has is unread."""

    def child(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.tag == name), None)

    def all(self, name: str) -> list["Element"]:
        """Its children of a name that are whole."""
        return [child for child in self.children if child.tag == name and child.complete]

    def get(self, name: str) -> str:
        """The text of a child, which counts as read, as does one that says the same again; empty where there is none."""
        found: Element | None = None
        for child in self.children:
            if child.tag == name and (found is None or child.text == found.text):
                found = found or child
                child.read = True
        return found.text if found is not None else ""

    def texts(self, name: str) -> list[str]:
        """The texts of all children of a name that have one."""
        found = [child for child in self.children if child.tag == name]
        for each in found:
            each.read = True
        return [each.text for each in found if each.text]

    def flag(self, name: str, *, empty: bool = True) -> bool:
        """Whether a switch is on: there, and neither ``0`` nor ``no``. ``empty``: what it means to be there without a value."""
        found = self.child(name)
        if found is None:
            return False
        found.read = True
        return found.text.lower() not in ("0", "no", "off", "false", "disabled", "none") if found.text else empty

    def mark(self) -> "Element":
        """It and all below count as read."""
        for each in self.walk():
            each.read = True
        return self

    def walk(self) -> Iterator["Element"]:
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.children))

    def leaves(self) -> Iterator["Element"]:
        return (each for each in self.walk() if not each.children)

    @property
    def path(self) -> str:
        parts, here = [self.tag], self.parent
        while here is not None:
            parts.append(here.tag)
            here = here.parent
        return "/".join(reversed(parts))


@dataclass(slots=True)
class Tree:
    """A document: its root, and the text that is kept."""

    root: Element
    source: bytes
    edits: list[tuple[int, int, bytes]]
    """What is replaced, by place; no two overlap."""
    stopped: str = ""
    """Why the reading ended before the text did; empty: it did not."""
    before: str = ""
    """White space before the first element."""

    def text(self) -> str:
        return f"{self.before}{self._between(0, len(self.source))}"

    def raw(self, element: Element, without: Collection[str] = ()) -> str:
        """The element as it is kept, without some of its children, its indent taken off."""
        parts: list[str] = []
        at = element.start
        for child in element.children:
            if child.tag in without:
                parts.append(self._between(at, child.start).rstrip())
                at = child.end
        lines = f"{''.join(parts)}{self._between(at, element.end)}".split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
        return "\n".join((lines[0], *(line[indent:] for line in lines[1:])))

    def _between(self, start: int, end: int) -> str:
        parts: list[bytes] = []
        at = start
        for place in range(bisect_left(self.edits, (start,)), len(self.edits)):
            first, last, new = self.edits[place]
            if last > end:
                break
            parts.extend((self.source[at:first], new))
            at = last
        return b"".join((*parts, self.source[at:end])).decode("utf-8", "replace")


def parse(text: str, root: str, redact: Redact) -> Tree:
    """Raises Unparsed where no element ``root`` begins."""
    bare = text.lstrip("\ufeff \t\r\n")
    before = text[: len(text) - len(bare)].lstrip("\ufeff")
    reader = _Reader(lawful(bare).encode("utf-8", "replace"), redact, before.count("\n"))
    stopped = reader.run()
    if reader.root is None or reader.root.tag != root:
        raise Unparsed(f"the text holds no element {root}", "")
    if not stopped:
        return Tree(reader.root, reader.source, sorted(reader.edits), "", before)
    cut = reader.cut()
    edits = [edit for edit in sorted(reader.edits) if edit[1] <= cut]
    return Tree(reader.root, reader.source[:cut], edits, "" if reader.root.complete else stopped, before)


class _Stopped(Exception):
    """Further reading makes no sense."""


_TAG_END = re.compile(rb"<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")


class _Reader:
    """Takes expat's events. Between two events lies plain text: a leaf's value, or what stands between elements."""

    def __init__(self, source: bytes, redact: Redact, lines_before: int) -> None:
        self.source, self.redact, self.lines_before = source, redact, lines_before
        self.edits: list[tuple[int, int, bytes]] = []
        self.root: Element | None = None
        self.here: Element | None = None
        self.path = ""
        self.safe = 0
        """Up to here, everything was looked at."""
        self.count = self.depth = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = self._doctype

    def run(self) -> str:
        """Empty, or why it ended early."""
        try:
            self.parser.Parse(self.source, True)
        except expat.ExpatError as error:
            return f"line {error.lineno + self.lines_before}: {expat.ErrorString(error.code)}"
        except _Stopped as error:
            return f"line {self._line()}: {error}"
        return ""

    def cut(self) -> int:
        """How much of the text may be kept when it ends early: a value that was begun is not part of it."""
        begun = self.here is not None and not self.here.children and self.here.end
        return begun or self.safe

    def _line(self) -> int:
        return self.parser.CurrentLineNumber + self.lines_before

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        parent = self.here
        self.count += 1
        self._between(at)
        element = Element(tag, self._line(), parent, at)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self.path = f"{self.path}/{tag}" if parent is not None else tag
        self.here = element
        end = self.source.find(b">", at) + 1
        if attributes:
            found = _TAG_END.match(self.source, at)
            end = found.end() if found else end
            self._attributes(element, attributes, at, end)
        self.safe = end
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Stopped(f"elements are nested deeper than {MAX_DEPTH}")
        if self.count > MAX_ELEMENTS:
            raise _Stopped(f"more than {MAX_ELEMENTS} elements")

    def _attributes(self, element: Element, attributes: dict[str, str], at: int, end: int) -> None:
        clean = {name: self.redact(f"{self.path}/{name}", value, element.line) for name, value in attributes.items()}
        element.attributes = clean
        if clean != attributes:
            written = "".join(f' {name}="{escaped(value, quotes=True)}"' for name, value in clean.items())
            close = "/>" if self.source[end - 2 : end] == b"/>" else ">"
            self.edits.append((at, end, f"<{element.tag}{written}{close}".encode()))

    def _end(self, tag: str) -> None:
        at = self.parser.CurrentByteIndex
        element = self.here
        assert element is not None  # noqa: S101 - expat calls no end without its start
        if at == self.safe and self.source[at - 2 : at] == b"/>":
            # <tag/> : the second event stands behind it
            element.end = at
        else:
            if element.children:
                self._between(at)
            else:
                self._leaf(element, at)
            element.end = self.source.find(b">", at) + 1
        element.complete = True
        self.safe = element.end
        self.here = element.parent
        self.depth -= 1
        self.path = self.path[: -len(tag) - 1]

    def _leaf(self, element: Element, at: int) -> None:
        first = element.end or self.safe
        raw = self.source[first:at]
        if not raw or raw.isspace():
            return
        value = meaning(raw)
        element.text = clean = self.redact(self.path, value, element.line)
        if clean != value:
            self._replace(first, at, value, clean)
        element.text = clean.strip()

    def _replace(self, first: int, at: int, value: str, clean: str) -> None:
        """A comment within a value goes with the value; white space around it and the count of lines stay."""
        while self.edits and self.edits[-1][0] >= first:
            self.edits.pop()
        stripped = value.strip()
        lead, tail = value.partition(stripped)[::2] if clean == clean.strip() else ("", "")
        new = f"{lead}{escaped(clean)}"
        lost = self.source.count(b"\n", first, at) - new.count("\n") - tail.count("\n")
        self.edits.append((first, at, f"{new}{chr(10) * lost}{tail}".encode("utf-8", "replace")))

    def _between(self, at: int) -> None:
        """Text that stands beside elements: nothing but white space, unless somebody has written there."""
        raw = self.source[self.safe : at]
        if self.here is None or not raw or raw.isspace():
            return
        first = self.here.end if not self.here.children and self.here.end else self.safe
        raw = self.source[first:at]
        value = meaning(raw)
        clean = self.redact(f"{self.path}/text", value, self.here.line)
        if clean != value:
            self._replace(first, at, value, clean)

    def _comment(self, data: str) -> None:
        at = self.parser.CurrentByteIndex
        end = self.source.find(b"-->", at) + 3
        self._aside(at, end, data, "<!--", "-->")

    def _instruction(self, target: str, data: str) -> None:
        at = self.parser.CurrentByteIndex
        end = self.source.find(b"?>", at) + 2
        self._aside(at, end, data, f"<?{target} ", "?>")

    def _aside(self, at: int, end: int, data: str, opens: str, closes: str) -> None:
        element = self.here
        if element is not None and not element.children and not element.end:
            # a leaf's value may go on behind it: remember where the value began
            element.end = self.safe
        elif element is not None and element.children:
            self._between(at)
        clean = self.redact(f"{self.path}/comment", data, self._line())
        if clean != data:
            kept = clean + "\n" * (data.count("\n") - clean.count("\n"))
            self.edits.append((at, end, f"{opens}{kept}{closes}".encode("utf-8", "replace")))
        self.safe = end

    def _doctype(self, *_: object) -> None:
        raise _Stopped("a DOCTYPE, which no configuration has")

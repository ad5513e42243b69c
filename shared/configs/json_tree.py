"""The grammar of configurations in JSON: the same elements as XML's, with their lines, and the text with its secrets replaced in place.

A key is an element of its name, each member of a list an element ``item``; ``true`` and numbers are the text as written, ``null`` an empty
one. Source: RFC 8259. Raw: a text that stops in the middle, or is damaged, gives what was read until there, and what lies behind is not
kept, as nobody has looked for secrets in it. No recursion; depth and number are bounded.
"""

import json
import re

from shared.configs.xml_tree import MAX_ELEMENTS, Element, Redact, Tree
from shared.errors import Unparsed

MAX_DEPTH = 60
ITEM = "item"
_TOKEN = re.compile(rb'\s*(?:([{}\[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s{}\[\],:"]+))', re.DOTALL)


def parse(text: str, redact: Redact) -> Tree:
    """Raises Unparsed where no object begins."""
    source = text.lstrip("\ufeff").encode("utf-8", "replace")
    reader = _Reader(source, redact)
    stopped = reader.run()
    if reader.root is None:
        raise Unparsed("the text is no JSON object", "")
    cut = reader.safe if stopped else len(source)
    edits = sorted(edit for edit in reader.edits if edit[1] <= cut)
    return Tree(reader.root, source[:cut], edits, stopped)


class _Reader:
    def __init__(self, source: bytes, redact: Redact) -> None:
        self.source, self.redact = source, redact
        self.root: Element | None = None
        self.open: list[tuple[Element, bool, str]] = []
        """The elements that are open, whether they are lists, and their paths."""
        self.edits: list[tuple[int, int, bytes]] = []
        self.key: tuple[str, int] | None = None
        """A key whose value has not come, and where it begins."""
        self.named = False
        """Its colon has come."""
        self.at = self.line = self.safe = self.counted = 0
        self.count = 0

    def run(self) -> str:
        """Empty, or why it ended early."""
        self.line = 1
        while found := _TOKEN.match(self.source, self.at):
            start = found.start(found.lastindex or 0)
            self.line += self.source.count(b"\n", self.counted, start)
            self.counted = start
            if not self.open and self.root is not None:
                return f"line {self.line}: something follows the end"
            if problem := self._take(found, start):
                return f"line {self.line}: {problem}"
            self.at = found.end()
            if self.key is None:
                self.safe = self.at
        if self.open:
            return f"line {self.line}: the text ends in the middle"
        return "" if not self.source[self.at :].strip() else f"line {self.line}: a string has no end"

    def _take(self, found: re.Match[bytes], start: int) -> str:
        sign = found[1]
        if sign in (b"{", b"["):
            return self._begin(start, is_list=sign == b"[")
        if sign in (b"}", b"]"):
            return self._finish(found.end(), is_list=sign == b"]")
        if sign == b":":
            self.named = True
            return "" if self.key is not None else "a colon without a name"
        if sign == b",":
            return "" if self.open else "a comma outside"
        if found[2] is not None and self.open and not self.open[-1][1] and self.key is None:
            self.key, self.named = (_string(found[2]), start), False
            return ""
        return self._leaf(found, start)

    def _element(self, start: int) -> tuple[Element, str] | None:
        """A new element where one may stand."""
        if not self.open:
            return None
        parent, is_list, path = self.open[-1]
        if is_list:
            tag, begin = ITEM, start
        elif self.key is not None and self.named:
            tag, begin = self.key
            path = f"{path}/{tag}" if path else tag
        else:
            return None
        self.key = None
        self.count += 1
        element = Element(tag, self.line, parent, begin)
        parent.children.append(element)
        return element, path

    def _begin(self, start: int, *, is_list: bool) -> str:
        if self.root is None:
            if is_list:
                return "a list, and no object"
            self.root = Element("", self.line, None, start)
            self.open.append((self.root, False, ""))
            return ""
        made = self._element(start)
        if made is None:
            return "a value without a name"
        self.open.append((made[0], is_list, made[1]))
        if len(self.open) > MAX_DEPTH:
            return f"values are nested deeper than {MAX_DEPTH}"
        return "" if self.count <= MAX_ELEMENTS else f"more than {MAX_ELEMENTS} values"

    def _finish(self, end: int, *, is_list: bool) -> str:
        if not self.open or self.open[-1][1] is not is_list or self.key is not None:
            return "a bracket that does not fit"
        element = self.open.pop()[0]
        element.complete, element.end = True, end
        return ""

    def _leaf(self, found: re.Match[bytes], start: int) -> str:
        made = self._element(start)
        if made is None:
            return "a value without a name"
        element, path = made
        raw = found[2] or found[3]
        value = _string(raw) if found[2] is not None else raw.decode("utf-8", "replace")
        element.text = "" if found[2] is None and value == "null" else value.strip()
        if element.text:
            clean = self.redact(path, value, self.line)
            if clean != value:
                self.edits.append((start, found.end(), json.dumps(clean, ensure_ascii=False).encode("utf-8", "replace")))
                element.text = clean.strip()
        element.complete, element.end = True, found.end()
        return "" if self.count <= MAX_ELEMENTS else f"more than {MAX_ELEMENTS} values"


def _string(raw: bytes) -> str:
    text = raw[1:-1].decode("utf-8", "replace")
    if "\\" not in text:
        return text
    try:
        return str(json.loads(raw, strict=False)).encode("utf-8", "replace").decode("utf-8")
    except ValueError:
        return text

"""Configurations that are one tree of words: Junos and PAN-OS, whichever of their forms a text has (braces, set lines, XML).

``policy p1 { match { source-address [ a b ]; } }`` and ``set ... policy p1 match source-address a`` are the same branches, so one reader
reads all forms. Readers take what they know by ``get``, ``value``, ``values`` and ``each``, which note that it was understood;
``pass_over`` names a part that is known and not modelled. What nobody took is unread: ``account`` says so line by line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.statement import Document, Statement

_WORD = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|(\S+)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\"\\])")
MAX_DEPTH = 150
"""Words from the top to the end of a statement. Real configurations have up to 30."""
SWITCHED_OFF = "switched off"


@dataclass(slots=True, eq=False)
class Node:
    """A word of the configuration, with the words that may follow it."""

    name: str
    parent: "Node | None" = None
    depth: int = 0
    children: dict[str, "Node"] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Of the document's statements: those that end in this word, each with the block that belongs to it."""
    inactive: bool = False
    used: bool = False
    section: str = ""
    """The part that this and all below it belongs to, where it is not modelled."""
    origin: "Node | None" = None
    """What this is a copy of, where it is inherited."""

    @property
    def active(self) -> bool:
        here: Node | None = self
        while here is not None:
            if here.inactive:
                return False
            here = here.parent
        return True

    def path(self) -> list[str]:
        found: list[str] = []
        here: Node | None = self
        while here is not None and here.parent is not None:
            found.append(here.name)
            here = here.parent
        return found[::-1]

    def use(self) -> "Node":
        here: Node | None = self
        while here is not None and not here.used:
            here.used = True
            here = here.origin
        return self

    def add(self, name: str) -> "Node":
        """The child of this name, made if it is not there."""
        child = self.children.get(name)
        if child is None:
            child = self.children[name] = Node(name, self, self.depth + 1)
        return child

    def get(self, *names: str) -> "Node | None":
        """What stands below, by its path, if it is in force."""
        here = self
        for name in names:
            child = here.children.get(name)
            if child is None or child.inactive:
                return None
            here = child.use()
        return here

    def has(self, *names: str) -> bool:
        return self.get(*names) is not None

    def each(self, *names: str, inactive: bool = False) -> list["Node"]:
        """All that stand below a path; those that are switched off too where it is asked."""
        here = self
        for name in names:
            child = here.children.get(name)
            if child is None or (child.inactive and not inactive):
                return []
            here = child.use()
        return [child.use() for child in here.children.values() if inactive or not child.inactive]

    def each_active(self) -> list["Node"]:
        """The children, unless they or anything above is switched off."""
        return self.each() if self.active else []

    def values(self, *names: str) -> list[str]:
        return [child.name for child in self.each(*names)]

    def value(self, *names: str) -> str:
        """The one word that follows; of several the last, and what is inherited only if nothing else is there."""
        found = self.each(*names)
        own = [child.name for child in found if child.origin is None]
        return own[-1] if own else found[0].name if found else ""

    def number(self, *names: str) -> int | None:
        text = self.value(*names)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def leave(self, section: str) -> None:
        """This and all below belong to a part that is known and not modelled."""
        self.section = self.section or section
        for each in self.walk():
            if each.origin is not None:
                each.origin.section = each.origin.section or section

    def pass_over(self, section: str, *names: str) -> None:
        """The named children belong to a part that is known and not modelled."""
        for name in names:
            if child := self.children.get(name):
                child.leave(section)

    def take_rest(self, *but: str) -> list[str]:
        """What no reader has taken from below this one, as text: ``dscp ef``. It is then taken."""
        return [" ".join(words) for child in list(self.children.values()) if not child.used and child.name not in but and not child.section
                and not child.inactive for words in child.taken()]  # fmt: skip

    def taken(self) -> Iterator[list[str]]:
        """The words of each branch from this one to its end."""
        self.use()
        below = [child for child in self.children.values() if not child.inactive]
        if not below:
            yield [self.name]
        for child in below:
            for words in child.taken():
                yield [self.name, *words]

    def taken_words(self) -> list[str]:
        """All words below, in one list. They are then taken."""
        return [word for words in self.taken() for word in words[1:]]

    def walk(self) -> Iterator["Node"]:
        waiting = [self]
        while waiting:
            here = waiting.pop()
            yield here
            waiting.extend(reversed(here.children.values()))


@dataclass(slots=True)
class Tree:
    document: Document
    root: Node = field(default_factory=lambda: Node("", used=True))
    targets: list[tuple[Statement, list[Node]]] = field(default_factory=list)
    """Each statement with the words that it ends in; none where it could not be placed."""

    def add(self, base: Node, words: list[str], statement: Statement, span: tuple[int, int]) -> list[Node]:
        """Puts a statement's words below ``base``. A list in square brackets becomes several branches."""
        path, listed = split_list(words)
        if base.depth + len(path) + 1 > MAX_DEPTH:
            self.targets.append((statement, []))
            return []
        here = base
        for word in path:
            here = here.add(word)
        ends = [here.add(word) for word in listed] if listed else [here]
        for end in ends:
            end.spans.append(span)
        self.targets.append((statement, ends))
        return ends

    def line(self, node: Node) -> int | None:
        """Where it begins, from 1."""
        found = self._spans(node)
        return self.document.statements[found[0][0]].line if found else None

    def raw(self, node: Node) -> str:
        """The statements that the node is made of, as written. Of something inherited, what it was inherited from."""
        statements = self.document.statements
        lines: list[str] = []
        end_of_last = -1
        for first, end in self._spans(node):
            if first < end_of_last:
                continue
            indent = len(statements[first].indent)
            lines += [f"{each.indent[indent:]}{each.text}" for each in statements[first:end]]
            end_of_last = end
        return "\n".join(lines)

    def _spans(self, node: Node) -> list[tuple[int, int]]:
        own = {span for each in node.walk() for span in each.spans}
        return sorted(own or {span for each in node.walk() if each.origin is not None for span in each.origin.spans})

    def account(self, reading: Reading) -> None:
        """Every statement is understood, of a part that is passed over, or unread."""
        for statement, ends in self.targets:
            sections = [_section(end) for end in ends]
            if not ends or None in sections:
                reading.unread_line(statement.line, statement.text)
            elif any(sections):
                reading.pass_over_lines(next(section for section in sections if section), 1)


def _section(end: Node) -> str | None:
    """Empty: understood. None: nobody knows it."""
    if end.used:
        return ""
    here: Node | None = end
    switched_off = False
    while here is not None:
        if here.section:
            return here.section
        switched_off = switched_off or here.inactive
        here = here.parent
    return SWITCHED_OFF if switched_off else None


def split_list(words: list[str]) -> tuple[list[str], list[str]]:
    """``source [ a b ]`` -> ``["source"]``, ``["a", "b"]``; PAN-OS writes ``[ a b]``."""
    if "[" not in words:
        return words, []
    at = words.index("[")
    listed = [word for word in words[at + 1 :] if word != "]"]
    if listed and words[-1] == listed[-1] and listed[-1].endswith("]") and not listed[-1].startswith("["):
        listed[-1] = listed[-1][:-1]
    return words[:at], listed


def words_of(text: str) -> list[str]:
    """As ``statement.words``, but a backslash keeps only a quote or a backslash: ``"rossi\\anna"`` is a user of a domain."""
    if '"' not in text and "'" not in text:
        return text.split()
    return [
        single if quote == "'" else bare or (_ESCAPED.sub(r"\1", double) if "\\" in double else double)
        for double, single, bare, quote in ((m[1] or "", m[2] or "", m[3] or "", m[0][0]) for m in _WORD.finditer(text))
    ]

r"""The configuration tree of Vyatta's children, EdgeOS and VyOS, from both forms in which it is printed.

Braces (``show configuration``, ``config.boot``)::

    firewall {
        name WAN_IN {
            rule 10 {
                action accept

and commands (``show configuration commands``)::

    set firewall name WAN_IN rule 10 action 'accept'

Both come to the same tree of words: ``firewall`` / ``name`` / ``WAN_IN`` / ``rule`` / ``10`` / ``action`` / ``accept``. A reader takes
what it understands and passes over parts that it knows; each line belongs to the deepest word that it adds, so that what nobody took is
found. Source: VyOS documentation, "Command Line Interface"; EdgeOS user guide; ``config.boot`` of both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.secrets import Redactor
from shared.configs.statement import Statement
from shared.configs.vyatta_words import brace_words, quote_after, shell_words

MAX_DEPTH = 60
MAX_QUOTED_LINES = 100
_NONE, _READ, _PASSED = range(3)
_SESSION = re.compile(
    r"^(?:configure|commit|save|exit|quit|end|edit|top|up|load|sudo|comment)(?:\s|$)|^\S+@\S+[:~][^ ]*[$#>]|^\[edit[^\]]*\]$"
)
_INNER_BRACES = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|(?<!\S)([{}])(?!\S)')


@dataclass(slots=True, eq=False)
class Node:
    """A word of the tree with what follows it."""

    name: str
    parent: "Node | None" = None
    line: int = 0
    """Where it first stands; 0: nowhere."""
    children: dict[str, "Node"] = field(default_factory=dict)
    state: int = _NONE
    section: str = ""

    def read(self) -> "Node":
        self.state = _READ
        return self

    def get(self, *path: str) -> "Node | None":
        """The node below, without taking it."""
        here: Node | None = self
        for word in path:
            here = here.children.get(word) if here else None
        return here

    def take(self, *path: str) -> "Node":
        """The node below, taken; an empty one where there is none."""
        here = self
        for word in path:
            found = here.children.get(word)
            if found is None:
                return Node(word)
            here = found.read()
        return here

    def has(self, *path: str) -> bool:
        """Whether it is there; with ``disable`` behind it (``log disable``) it is not meant."""
        found = self.get(*path)
        if found is None:
            return False
        self.take(*path)
        told = found.children.keys() & {"disable", "enable", "false", "true"}
        for word in told:
            found.children[word].read()
        return not told & {"disable", "false"}

    def value(self, *path: str) -> str:
        """What stands behind the word: ``action accept`` -> accept. Empty: nothing."""
        node = self.take(*path)
        for child in node.children.values():
            return child.read().name
        return ""

    def values(self, *path: str) -> tuple[str, ...]:
        """All that stand behind the word, in their order."""
        return tuple(child.read().name for child in self.take(*path).children.values())

    def tags(self, *path: str) -> "list[Node]":
        """The nodes behind the word, taken themselves: ``rule 10``, ``rule 20`` -> their nodes."""
        return [child.read() for child in self.take(*path).children.values()]

    def walk(self) -> Iterator["Node"]:
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children.values()))

    def read_all(self) -> None:
        for node in self.walk():
            node.state = _READ

    def pass_over(self, section: str, *names: str) -> None:
        """The named nodes below belong to a part that is known and not modelled."""
        for name in names:
            if name in self.children:
                self.children[name].pass_over_all(section)

    def pass_over_all(self, section: str) -> None:
        """Itself and whatever below nobody takes."""
        self.state, self.section = _PASSED, section

    def pass_over_rest(self, section: str) -> None:
        """What is below and was not taken."""
        for child in self.children.values():
            if child.state == _NONE:
                child.pass_over_all(section)

    def written(self) -> str:
        """``tcp flags SYN``: itself and all below in one line, as the platform would say it."""
        parts = [node.name for node in self.walk()]
        return " ".join(parts[:40])


@dataclass(slots=True)
class Tree:
    root: Node = field(default_factory=lambda: Node(""))
    statements: list[Statement] = field(default_factory=list)
    tails: list[str] = field(default_factory=list)
    """What stands behind each statement and is none of its words: `` {``."""
    ends: list[tuple[Statement, Node]] = field(default_factory=list)
    """Each statement with the deepest word that it adds."""
    session: list[Statement] = field(default_factory=list)
    unknown: list[Statement] = field(default_factory=list)
    complete: bool = True

    def text(self) -> str:
        return "".join(f"{each.indent}{each.text}{tail}\n" for each, tail in zip(self.statements, self.tails, strict=True))

    def lines(self) -> int:
        return sum(not statement.noise for statement in self.statements)

    def settle(self, reading: Reading) -> None:
        """What nobody took is unread; what was passed over is counted."""
        for statement in self.unknown:
            reading.unread_line(statement.line, statement.text)
        reading.pass_over_lines("commands of a session", len(self.session)) if self.session else None
        touched: dict[int, bool] = {}
        for statement, node in self.ends:
            section = _section(node)
            if node.state == _READ or (node.state == _NONE and not section and _is_touched(node, touched)):
                continue
            if section:
                reading.pass_over_lines(section, 1)
            else:
                reading.unread_line(statement.line, statement.text)


def _section(node: Node) -> str:
    here: Node | None = node
    while here is not None:
        if here.state == _PASSED:
            return here.section
        here = here.parent
    return ""


def _is_touched(node: Node, known: dict[int, bool]) -> bool:
    """A block whose inside was read is itself read."""
    if id(node) not in known:
        known[id(node)] = any(each.state != _NONE for each in node.walk())
    return known[id(node)]


def parse(text: str, redactor: Redactor) -> Tree:
    lines = text.splitlines()
    commands = sum(line.lstrip().startswith("set ") for line in lines[:400])
    tree = Tree()
    if commands * 2 > sum(1 for line in lines[:400] if line.strip()):
        words = _parse_commands(tree, lines, redactor)
    else:
        words = _parse_braces(tree, lines, redactor)
    for statement, path in words:
        tree.ends.append((statement, _grow(tree.root, path, statement.line)))
    return tree


def _grow(node: Node, path: Sequence[str], line: int) -> Node:
    for word in path:
        found = node.children.get(word)
        if found is None:
            found = node.children[word] = Node(word, node, line)
        node = found
    return node


# --- commands ---


def _parse_commands(tree: Tree, lines: list[str], redactor: Redactor) -> list[tuple[Statement, list[str]]]:
    found: list[Statement] = []
    at = 0
    while at < len(lines):
        raw = lines[at]
        stripped = raw.strip()
        statement = Statement(at + 1, stripped, raw[: len(raw) - len(raw.lstrip())])
        tree.statements.append(statement)
        tree.tails.append("")
        at += 1
        if not stripped or stripped[0] in "#!" or stripped.startswith(("/*", "//")):
            statement.noise = True
        elif stripped.startswith("set "):
            at = _whole_quotes(tree, statement, lines, at, "\"'")
            found.append(statement)
        elif _SESSION.match(stripped):
            tree.session.append(statement)
        else:
            tree.unknown.append(statement)
    redactor.statements(tree.statements)
    return [(statement, shell_words(statement.text)[1:][:MAX_DEPTH]) for statement in found]


def _whole_quotes(tree: Tree, statement: Statement, lines: list[str], at: int, quotes: str) -> int:
    """A quoted value may go on over lines; where its end is not found, the line stands alone."""
    quote = quote_after(statement.text, "", quotes)
    last = at
    while quote and last < min(len(lines), at + MAX_QUOTED_LINES):
        if lines[last].startswith("set ") or lines[last].endswith(" {") or lines[last].strip() == "}":
            break
        quote = quote_after(lines[last], quote, quotes)
        last += 1
    if not quote:
        statement.text = "\n".join((statement.text, *lines[at:last]))
        return last
    tree.complete = tree.complete and last < len(lines)
    return at


# --- braces ---


def _parse_braces(tree: Tree, lines: list[str], redactor: Redactor) -> list[tuple[Statement, list[str]]]:
    found: list[Statement] = []
    open_blocks: list[Statement] = []
    in_comment = False
    at = 0
    while at < len(lines):
        raw = lines[at]
        stripped = raw.strip()
        indent = raw[: len(raw) - len(raw.lstrip())]
        line = at + 1
        at += 1
        if in_comment or not stripped or stripped.startswith(("/*", "//", "#")):
            in_comment = (in_comment or stripped.startswith("/*")) and "*/" not in stripped
            _add(tree, Statement(line, stripped, indent, noise=True))
            continue
        for part in _parts(stripped):
            if part == "}":
                if open_blocks:
                    open_blocks.pop()
                _add(tree, Statement(line, part, indent, noise=True))
                continue
            opens = part.endswith(" {") or part == "{"
            statement = Statement(line, part[:-1].rstrip() if opens else part, indent)
            if not opens and '"' in part:
                at = _whole_quotes(tree, statement, lines, at, '"')
            if not open_blocks and _SESSION.match(part):
                tree.session.append(statement)
            elif len(open_blocks) >= MAX_DEPTH:
                tree.unknown.append(statement)
            else:
                statement.parent = open_blocks[-1] if open_blocks else None
                found.append(statement)
            if opens:
                open_blocks.append(statement)
            _add(tree, statement, " {" if opens else "")
    tree.complete = tree.complete and not open_blocks
    redactor.statements(tree.statements)
    return list(_paths(found))


def _add(tree: Tree, statement: Statement, tail: str = "") -> None:
    tree.statements.append(statement)
    tree.tails.append(tail)


def _parts(line: str) -> list[str]:
    """A line is one statement, or a block's beginning, or its end; written by hand it may be several: ``interface eth1 { }``."""
    if "}" not in line[1:] and "{" not in line[:-1]:
        return [line]
    parts, start = [], 0
    for found in _INNER_BRACES.finditer(line):
        if found[2]:
            before = line[start : found.start()].strip()
            if found[2] == "{":
                parts.append(f"{before} {{" if before else "{")
            else:
                parts += [before, "}"] if before else ["}"]
            start = found.end()
    rest = line[start:].strip()
    return [*parts, rest] if rest else parts


def _paths(found: list[Statement]) -> Iterator[tuple[Statement, list[str]]]:
    """Each statement with all words above it. Parents come before their children."""
    known: dict[int, list[str]] = {}
    for statement in found:
        above = known.get(id(statement.parent), []) if statement.parent is not None else []
        path = [*above, *brace_words(statement.text)][:MAX_DEPTH]
        known[id(statement)] = path
        yield statement, path

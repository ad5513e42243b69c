"""UCI, OpenWrt's configuration: what ``uci export`` and ``uci show`` print, and the files below /etc/config.

Source: OpenWrt's "The UCI system" (22.03 to 24.10). ``package NAME`` begins a file, ``config TYPE ['NAME']`` a section, ``option NAME
VALUE`` and ``list NAME VALUE`` are its settings. ``uci show`` prints ``network.lan=interface`` and ``network.lan.dns='a' 'b'``. A value in
quotes may have several lines; a quote in single quotes is written ``'\\''``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.configs.statement import Document, Statement

_WORD = re.compile(r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+""", re.DOTALL)
_PART = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)""", re.DOTALL)
_SHOWN = re.compile(r"([\w-]+)\.(@?[\w-]+(?:\[-?\d+\])?)(?:\.([\w-]+))?=(.*)$", re.DOTALL)
_OUTSIDE = re.compile(r"""\\.|['"]""")
_IN_DOUBLE = re.compile(r"""\\.|\"""")
MAX_VALUE_LINES = 2_000
MAX_OPEN_ENDS = 100
"""Quotes that nothing closes. With more of them a text is no configuration, and each line stands for itself."""


def words(text: str) -> list[str]:
    """``option ssid 'it'\\''s'`` -> option, ssid, it's"""
    return [
        "".join(single or double or escaped or bare for single, double, escaped, bare in _PART.findall(word))
        for word in _WORD.findall(text)
    ]


@dataclass(slots=True, eq=False)
class Section:
    """One section. ``settings``: name -> values in their order; ``lines``: name -> its statements."""

    package: str
    kind: str
    name: str
    statement: Statement
    settings: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[Statement]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def add(self, name: str, values: list[str], statement: Statement, *, is_list: bool) -> None:
        if is_list:
            self.settings.setdefault(name, []).extend(values)
        else:
            self.settings[name] = values
        self.lines.setdefault(name, []).append(statement)

    def values(self, name: str) -> list[str]:
        """The values of a list, or the words of an option that stands for one."""
        self.taken.add(name)
        return [word for value in self.settings.get(name, ()) for word in value.split()]

    def text(self, *names: str) -> str:
        """The first of these settings that says something."""
        self.taken.update(names)
        return next((self.settings[name][0] for name in names if self.settings.get(name)), "")

    def is_on(self, name: str, default: bool = False) -> bool:
        told = self.text(name).lower()
        return told in ("1", "yes", "on", "true", "enabled") if told else default

    def left(self) -> Iterator[tuple[str, list[Statement]]]:
        """The settings that nobody has asked for."""
        for name, statements in self.lines.items():
            if name not in self.taken:
                yield name, statements

    def raw(self) -> str:
        return "\n".join([self.statement.text, *(statement.text for statements in self.lines.values() for statement in statements)])


def parse(text: str) -> Document:
    """Packages are roots, or sections where no package is named; settings are below their sections."""
    document = Document()
    package: Statement | None = None
    section: Statement | None = None
    lines = text.splitlines()
    at = open_ends = 0
    while at < len(lines):
        raw = lines[at]
        statement = Statement(at + 1, raw.strip(), raw[: len(raw) - len(raw.lstrip())])
        after = _whole(statement, lines, at) if open_ends < MAX_OPEN_ENDS else at + 1
        open_ends += after == at + 1 and bool(_open_quote(statement.text, ""))
        at = after
        document.statements.append(statement)
        first = statement.text.split(None, 1)[0] if statement.text else ""
        if not first or first[0] == "#":
            statement.noise = True
        elif first == "package":
            package, section = statement, None
            document.roots.append(statement)
        elif first == "config":
            section = statement
            _below(document, package, statement)
        elif first in ("option", "list"):
            _below(document, section, statement)
        else:
            document.roots.append(statement)
    last = document.statements[-1].text if document.statements else ""
    document.complete = last.startswith("#") or not _open_quote(last, "")
    return document


def _below(document: Document, parent: Statement | None, statement: Statement) -> None:
    statement.parent = parent
    (parent.children if parent else document.roots).append(statement)


def _whole(statement: Statement, lines: list[str], at: int) -> int:
    """Takes further lines into a statement whose quotes are open; the number of the line after it. Without an end nothing is taken."""
    quote = "" if statement.text.startswith("#") else _open_quote(statement.text, "")
    if quote:
        for last in range(at + 1, min(len(lines), at + 1 + MAX_VALUE_LINES)):
            quote = _open_quote(lines[last], quote)
            if not quote:
                statement.text = "\n".join((statement.text, *lines[at + 1 : last + 1]))
                return last + 1
    return at + 1


def _open_quote(text: str, quote: str) -> str:
    """The quote that is open at the text's end; ``quote``: the one that is open at its beginning."""
    at = 0
    while at < len(text):
        if quote == "'":
            at = text.find("'", at)
            if at < 0:
                return quote
            quote = ""
        elif found := (_IN_DOUBLE if quote else _OUTSIDE).search(text, at):
            at = found.end() - 1
            if found[0] in ("'", '"'):
                quote = "" if quote else found[0]
        else:
            return quote
        at += 1
    return quote


def sections(document: Document) -> Iterator[Section]:
    """All sections with their settings; call it once secrets are out."""
    yield from _exported(document.roots, "")
    yield from _shown(document)


def _exported(statements: list[Statement], package: str) -> Iterator[Section]:
    for statement in statements:
        if statement.text.startswith("package"):
            told = words(statement.text)
            yield from _exported(statement.children, told[1] if len(told) > 1 else "")
        elif statement.text.startswith("config"):
            told = words(statement.text)
            if len(told) < 2:
                continue
            section = Section(package, told[1], told[2] if len(told) > 2 else "", statement)
            for child in statement.children:
                parts = words(child.text)
                if len(parts) >= 2:
                    section.add(parts[1], [" ".join(parts[2:])] if len(parts) > 2 else [""], child, is_list=parts[0] == "list")
            yield section


def _shown(document: Document) -> Iterator[Section]:
    found: dict[tuple[str, str], Section] = {}
    for statement in document.roots:
        shown = _SHOWN.match(statement.text)
        if not shown:
            continue
        package, name, option, value = shown.groups()
        if option is None:
            anonymous = name.startswith("@") or bool(re.fullmatch(r"cfg[0-9a-f]{6}", name))
            found[package, name] = Section(package, "".join(words(value)), "" if anonymous else name, statement)
        elif (package, name) in found:
            found[package, name].add(option, words(value), statement, is_list=True)
    yield from found.values()


def is_shown(statement: Statement) -> bool:
    return bool(_SHOWN.match(statement.text))

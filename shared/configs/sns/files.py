"""Several files of ``/usr/Firewall/ConfigFiles`` in one text, as statements: file, section, line.

Each file is headed by its path below that folder, ``#### Filter/05``, or as ``tail`` heads it, ``==> Filter/05 <==``. A text without any
head is one file, told by its sections: rules, or objects. Files are INI-like: ``[Section]``, then ``Key=value`` or, in slots and groups, a
rule or a name a line. ``#`` begins a comment.
"""

import re

from shared.configs.statement import Document, Statement

_HEAD = re.compile(r"^(?:#### |==> )\s*(?:\S*/ConfigFiles/)?(?P<path>[\w./-]{1,120})(?: <==)?\s*$")
_SECTION = re.compile(r"^\[(?P<name>[^\]]*)\]\s*(?:#.*)?$")
UNNAMED = "(one file)"


def parse(text: str) -> Document:
    document = Document()
    file: Statement | None = None
    section: Statement | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        stripped = raw.strip()
        statement = Statement(number, stripped, raw[: len(raw) - len(raw.lstrip())])
        document.statements.append(statement)
        if head := _HEAD.match(stripped):
            # a head is no line of the configuration: it only says where the next ones stand
            file = Statement(number, head["path"])
            document.roots.append(file)
            statement.noise, section = True, None
            continue
        if not stripped or stripped.startswith("#"):
            statement.noise = True
            continue
        if file is None:
            file = Statement(number, UNNAMED)
            document.roots.append(file)
        if _SECTION.match(stripped):
            section = statement
            _below(file, statement)
        else:
            _below(section or file, statement)
    return document


def _below(parent: Statement, statement: Statement) -> None:
    statement.parent = parent
    parent.children.append(statement)


def name_of(section: Statement) -> str:
    """``[Host]`` -> ``Host``; empty for a line that is no section."""
    found = _SECTION.match(section.text)
    return found["name"].strip() if found else ""


def without_comment(text: str) -> tuple[str, str]:
    """What stands before a ``#`` outside double quotes, and the comment."""
    quoted = False
    for place, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == "#" and not quoted:
            return text[:place].strip(), text[place + 1 :].strip()
    return text.strip(), ""


def pair(statement: Statement) -> tuple[str, str, str]:
    """``Name=value # comment`` -> its three parts; ValueError for a line without ``=``."""
    body, comment = without_comment(statement.text)
    key, equals, value = body.partition("=")
    if not equals or not key.strip():
        raise ValueError("a line without a key")
    return key.strip(), value.strip().strip('"'), comment

"""FortiOS's grammar: ``config`` opens a table or a group of settings, ``edit`` an entry, ``next`` and ``end`` close them.

Within stand ``set``, ``unset``, ``append``, ``select`` and, in scripts, ``move``, ``clone``, ``rename``, ``delete``. Values in double
quotes may go on over many lines (keys, banners, pages of HTML); a backslash keeps the next character. ``#`` begins a comment; the first
lines of a backup are comments that tell model and version. Source: Fortinet's FortiOS Administration Guide, "CLI basics"; backups of 5.2
to 7.4.
"""

import re

from shared.configs.statement import Document, Statement

MAX_DEPTH = 60
"""FortiOS nests five deep; whatever goes deeper stands at this depth."""
MAX_VALUE_LINES = 20_000
_ESCAPED = re.compile(r"\\.")
_PROMPT = re.compile(r"[\w.-]+ (?:\([\w ./-]*\) )?[#$](?: .*)?$")
_PAGER = re.compile(r"--More-- ?(?:\r *\r)?")
_KEYWORDS = frozenset(
    ("config", "edit", "set", "unset", "append", "select", "unselect", "move", "clone", "rename", "delete", "purge", "clear", "next", "end")
)
_LEADS = re.compile(r"(?:set|unset|append|select|config|edit) \S|(?:next|end)$")
_CLOSERS = frozenset(("next", "end"))


def parse(text: str) -> Document:
    document = Document()
    # what is open: whether an ``edit``, and the statement that what comes is below of
    stack: list[tuple[bool, Statement]] = []
    lines = (_PAGER.sub("", text) if "--More--" in text else text).split("\n")
    if lines and not lines[-1]:
        lines.pop()
    at = 0
    while at < len(lines):
        raw = lines[at].rstrip("\r")
        stripped = raw.strip()
        statement = Statement(at + 1, stripped, raw[: len(raw) - len(raw.lstrip())])
        document.statements.append(statement)
        at += 1
        if '"' in stripped and _is_open(stripped):
            at, closed = _value_lines(statement, lines, at)
            document.complete &= closed
        keyword = stripped.partition(" ")[0]
        if keyword in _CLOSERS:
            statement.noise = True
            _close(stack, keyword)
        elif not stripped or stripped[0] == "#" or (keyword not in _KEYWORDS and _PROMPT.match(stripped)):
            statement.noise = True
        else:
            if keyword == "edit" and stack and stack[-1][0]:
                stack.pop()
            _place(document, stack, statement)
            if keyword in ("config", "edit"):
                stack.append((keyword == "edit", statement if len(stack) < MAX_DEPTH else stack[-1][1]))
    document.complete &= not stack
    return document


def _place(document: Document, stack: list[tuple[bool, Statement]], statement: Statement) -> None:
    if stack:
        statement.parent = stack[-1][1]
        statement.parent.children.append(statement)
    else:
        document.roots.append(statement)


def _close(stack: list[tuple[bool, Statement]], keyword: str) -> None:
    """``next`` ends an entry; ``end`` its table, with an entry in it that is still open."""
    if keyword == "next":
        if stack and stack[-1][0]:
            stack.pop()
        return
    while stack and stack.pop()[0]:
        continue


def _is_open(line: str) -> bool:
    """Whether a quote that begins in the line does not end there."""
    return (_ESCAPED.sub("", line) if "\\" in line else line).count('"') % 2 == 1


def _value_lines(statement: Statement, lines: list[str], at: int) -> tuple[int, bool]:
    """Takes the lines of a value into its statement; the number of the line after it, and whether its quote was closed.

    After a closing quote comes a space or nothing. Where something else does, or no quote comes at all, a quote is missing: the value
    then ends where a line looks like the next statement, so that one damaged line takes no rule with it."""
    for last in range(at, min(len(lines), at + MAX_VALUE_LINES)):
        if '"' not in lines[last]:
            continue
        bare = _ESCAPED.sub("", lines[last])
        _, quote, rest = bare.partition('"')
        if not quote:
            continue
        if rest.strip() and not rest[0].isspace():
            break
        if rest.count('"') % 2 == 0:
            return _taken(statement, lines, at, last + 1), True
    end = at
    while end < min(len(lines), at + MAX_VALUE_LINES) and not _LEADS.match(lines[end].strip()):
        end += 1
    return _taken(statement, lines, at, end), False


def _taken(statement: Statement, lines: list[str], at: int, end: int) -> int:
    statement.text = "\n".join((statement.text, *(line.rstrip("\r") for line in lines[at:end])))
    return end

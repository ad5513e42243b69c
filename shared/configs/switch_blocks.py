"""Configurations of switches whose blocks end with ``exit``, indented or not; and those whose parts are set apart by a lone ``#``.

FASTPATH (Dell N-Series, Netgear) prints blocks without any indent, ArubaOS-Switch with one that is lost where a text is pasted; Comware
indents by one blank what is below a block and what stands alone as well. So a block here is told by what opens it, by ``exit``, by indent
and by the mark between parts, whichever the text has. Sources: the makes' CLI references.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.configs.indented import Heredoc, any_begin, indent_of, take_heredocs
from shared.configs.reading import Reading
from shared.configs.statement import Document, Statement

MAX_DEPTH = 40
"""What is indented deeper stands beside the deepest: a hostile text may nest without end."""
_TRANSCRIPT = re.compile(
    r"(?:\S{1,64}[#>] ?)?(?:(?:show run|show startup|show config|display cur|display saved|enable$|no page|term\w* len)[\w -]*)?$"
)
"""The command that was typed and the prompt around it, where a text is taken off a screen."""

_TYPED = ("show run", "show startup", "show config", "display cur", "display saved", "enable", "no page", "term")


@dataclass(frozen=True, slots=True)
class Marks:
    """How a make's text is divided."""

    comments: str = "!"
    ends: frozenset[str] = frozenset({"exit"})
    opens: re.Pattern[str] | None = None
    """Lines that begin a block which goes on until ``exit``, indented or not."""
    on_top: re.Pattern[str] | None = None
    """Lines that never stand inside a block: they end all that are open."""
    leaves: re.Pattern[str] | None = None
    """Blocks in which nothing opens another: ``vlan database``."""
    divider: str = ""
    """A line that ends all open blocks."""
    noise: frozenset[str] = frozenset()
    heredocs: Sequence[Heredoc] = ()
    closes: bool = False
    """The make ends each of its blocks with ``exit``: a text in which one is open at the end is cut off."""


@dataclass(slots=True)
class _Open:
    indent: int
    statement: Statement
    by_exit: bool


def parse(text: str, marks: Marks) -> Document:
    """A text that ends inside a block that wants its ``exit`` is not complete."""
    document = Document()
    statements = document.statements
    begins = any_begin(tuple(marks.heredocs))
    open_blocks: list[_Open] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        raw = lines[at]
        stripped = raw.strip()
        indent = indent_of(raw, stripped)
        at += 1
        statement = Statement(at, stripped, raw[:indent])
        statements.append(statement)
        if not stripped:
            statement.noise = True
            continue
        if stripped == marks.divider:
            open_blocks.clear()
        if stripped[0] in marks.comments or stripped in marks.noise or stripped == marks.divider or _is_transcript(stripped):
            statement.noise = True
            continue
        while open_blocks and not open_blocks[-1].by_exit and indent <= open_blocks[-1].indent:
            open_blocks.pop()
        if stripped in marks.ends:
            statement.noise = True
            if open_blocks:
                open_blocks.pop()
            continue
        if begins and begins.match(raw):
            at = take_heredocs(statement, lines, at, marks.heredocs)
        if marks.on_top and marks.on_top.match(stripped):
            open_blocks.clear()
        _place(document, statement, open_blocks)
        inside = statement.parent.text if statement.parent else ""
        by_exit = bool(marks.opens and marks.opens.match(stripped)) and not (marks.leaves and marks.leaves.match(inside))
        if len(open_blocks) < MAX_DEPTH:
            open_blocks.append(_Open(indent, statement, by_exit))
    document.complete = not (marks.closes and any(block.by_exit for block in open_blocks))
    return document


def _is_transcript(line: str) -> bool:
    return (line.startswith(_TYPED) or "#" in line or ">" in line) and bool(_TRANSCRIPT.match(line))


def _place(document: Document, statement: Statement, open_blocks: list[_Open]) -> None:
    if open_blocks:
        statement.parent = open_blocks[-1].statement
        statement.parent.children.append(statement)
    else:
        document.roots.append(statement)


def ended(reading: Reading, document: Document) -> None:
    """Says of a text that ends within a block that it does."""
    if not document.complete:
        reading.complete = False
        reading.warnings.append("the text ends within a block: what follows is missing")

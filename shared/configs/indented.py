"""Configurations whose blocks are told by indentation: Cisco IOS, ASA, Small Business, Aruba, Dell, TP-Link, Netgear and their kin.

A line that is indented deeper than the one before it belongs to that one. ``!`` and ``#`` (as the platform says) begin comments. Banners,
certificates and the like go on until their end mark: what ``Heredoc`` names becomes one statement of several lines. Source: the vendors'
configuration guides; Cisco IOS Configuration Fundamentals for banners.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.configs.statement import Document, Statement


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A statement that goes on over lines. ``begin`` matches its first line; its group ``end``, or ``end`` here, ends it."""

    begin: re.Pattern[str]
    end: str = ""
    """A regular expression of the last line; empty: the literal text that the group ``end`` of ``begin`` has found, anywhere in a line."""


BANNER = Heredoc(re.compile(r"^banner \w+(?:-\w+)* (?P<end>\^C|\S)", re.ASCII))
CERTIFICATE = Heredoc(re.compile(r"^\s+certificate (?:ca |self-signed |rollover )?[0-9A-Fa-f]+$", re.ASCII), r"^\s*quit\s*$")
MAX_HEREDOC_LINES = 5_000


def parse(
    text: str, comments: str = "!", heredocs: Sequence[Heredoc] = (BANNER, CERTIFICATE), ends: frozenset[str] = frozenset()
) -> Document:
    """``comments``: the characters that begin one. ``ends``: whole lines that end a block and say nothing (``exit``)."""
    document = Document()
    statements, roots = document.statements, document.roots
    begins = any_begin(tuple(heredocs))
    open_blocks: list[tuple[int, Statement]] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        raw = lines[at]
        stripped = raw.strip()
        indent = indent_of(raw, stripped)
        at += 1
        statement = Statement(at, stripped, raw[:indent])
        statements.append(statement)
        if not stripped or stripped[0] in comments or stripped in ends:
            statement.noise = True
            continue
        if begins and begins.match(raw):
            at = take_heredocs(statement, lines, at, heredocs)
        while open_blocks and open_blocks[-1][0] >= indent:
            open_blocks.pop()
        if open_blocks:
            statement.parent = parent = open_blocks[-1][1]
            parent.children.append(statement)
        else:
            roots.append(statement)
        open_blocks.append((indent, statement))
    return document


def indent_of(raw: str, stripped: str) -> int:
    """How many characters a line begins with before its text; of a blank line all."""
    if not stripped:
        return len(raw)
    return 0 if raw[0] == stripped[0] else raw.index(stripped[0])


@lru_cache(maxsize=64)
def any_begin(heredocs: tuple[Heredoc, ...]) -> re.Pattern[str] | None:
    """One expression that fits wherever one of them begins: most lines are done with after it."""
    patterns = (heredoc.begin.pattern.replace("(?P<end>", "(?:") for heredoc in heredocs)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if heredocs else None


def take_heredocs(statement: Statement, lines: list[str], at: int, heredocs: Sequence[Heredoc]) -> int:
    """As ``take_heredoc``, for the first that begins with the statement."""
    for heredoc in heredocs:
        if begun := heredoc.begin.match(lines[at - 1]):
            return take_heredoc(statement, lines, at, begun, heredoc)
    return at


def take_heredoc(statement: Statement, lines: list[str], at: int, begun: re.Match[str], heredoc: Heredoc) -> int:
    """Takes the lines up to the end mark into the statement; the number of the line after them. Without an end mark nothing is taken."""
    literal = "" if heredoc.end else begun["end"]
    if literal and literal in lines[at - 1][begun.end("end") :]:
        return at
    ends = re.compile(heredoc.end) if heredoc.end else None
    for last in range(at, min(len(lines), at + MAX_HEREDOC_LINES)):
        if ends.match(lines[last]) if ends else literal in lines[last]:
            statement.text = "\n".join((statement.text, *lines[at : last + 1]))
            return last + 1
    return at

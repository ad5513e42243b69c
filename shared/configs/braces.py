"""Configurations in braces, as Junos (``show configuration``) and PAN-OS (``show config running``) print them.

``name { ... }``, ``name value;``, ``[ a b ]``, quoted strings that may go on over lines, ``/* */``, ``#`` and ``##`` comments, and Junos's
marks before a statement (``inactive:``, ``protect:``, ``replace:``). Source: Junos CLI user guide, "Junos OS CLI configuration statement
hierarchy"; PAN-OS CLI quick start. As a rule a line is a statement; what has several on one line is cut at its braces and semicolons.
"""

import re

from shared.configs.statement import Document, Statement
from shared.configs.word_tree import Node, Tree, words_of

MARKS = re.compile(r"^(?:(?:inactive|protect|replace|active|unprotect|delete):\s*)+")
_COMMENT_AT_END = re.compile(r"([;{}])\s*(?:##? .*|/\*.*?\*/)$")
_BLOCK_END = re.compile(r"^\}[;\s]*$")
_CUT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^'\n]*'|;(?=\s|\}|$)|(?<![^\s;{}])\{(?=\s|\}|$)|\}", re.DOTALL)
PROMPT = re.compile(
    r"^(?:\{\w{1,20}(?::\w{1,20})?\}(?:\[edit.*\])?|\[edit.*\]|[\w.-]{1,80}@[\w.:-]{1,80}[>#%].*|---\(more.*\)---|={1,20}[\w ]{0,60}={1,20}"
    r"|(?:configure|commit|quit|exit|cli|top)(?: [\w-]{1,40}){0,4})$"
)
"""What a session leaves between the statements."""
MAX_OPEN = 60
MAX_COMMENTED = 20_000
MAX_TEXT_LINES = 2_000
"""Of one quoted value."""


def parse(text: str) -> Document:
    """Statements with parents. ``complete`` is False where a block is still open at the end, or a text in quotes."""
    document = Document()
    open_blocks: list[Statement] = []
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        raw = lines[at]
        body = raw.strip()
        indent = raw[: len(raw) - len(raw.lstrip())]
        number = at + 1
        at += 1
        if body.startswith("/*"):
            at = _comment(lines, at, body)
            _noise(document, number, "\n".join((body, *lines[number:at])), indent)
        elif not body or body[0] == "#" or PROMPT.match(body):
            _noise(document, number, body, indent)
        elif _BLOCK_END.match(body):
            _close(document, open_blocks, number, body, indent)
        else:
            if body.count('"') % 2:
                at, body = _quoted(document, lines, at, body)
            for piece in _pieces(body):
                if piece == "}":
                    _close(document, open_blocks, number, piece, indent)
                    continue
                _open(document, open_blocks, Statement(number, piece, indent))
    document.complete = document.complete and not open_blocks
    return document


def _noise(document: Document, number: int, text: str, indent: str) -> None:
    document.statements.append(Statement(number, text, indent, noise=True))


def _open(document: Document, open_blocks: list[Statement], statement: Statement) -> None:
    document.statements.append(statement)
    if open_blocks:
        statement.parent = open_blocks[min(len(open_blocks), MAX_OPEN) - 1]
        statement.parent.children.append(statement)
    else:
        document.roots.append(statement)
    if bare(statement.text).endswith("{"):
        open_blocks.append(statement)


def _close(document: Document, open_blocks: list[Statement], number: int, text: str, indent: str) -> None:
    _noise(document, number, text, indent)
    if open_blocks:
        open_blocks.pop()


def _comment(lines: list[str], at: int, body: str) -> int:
    """The line after a comment that may go on; a comment that nobody ends is its first line alone."""
    if "*/" in body:
        return at
    for end in range(at, min(len(lines), at + MAX_TEXT_LINES)):
        if "*/" in lines[end]:
            return end + 1
    return at


def _quoted(document: Document, lines: list[str], at: int, body: str) -> tuple[int, str]:
    """Takes the lines up to the one that ends a text in quotes."""
    quotes = body.replace('\\"', "").count('"')
    end = at
    while quotes % 2 and end < len(lines) and end - at < MAX_TEXT_LINES:
        quotes += lines[end].replace('\\"', "").count('"')
        end += 1
    if quotes % 2:
        document.complete = document.complete and end < len(lines)
        return at, body
    return end, "\n".join((body, *lines[at:end])).rstrip()


def _pieces(body: str) -> list[str]:
    """One statement or block head each. Nearly always the line is one."""
    end = body[-1]
    if (end == ";" and body.count(";") == 1 and "{" not in body and "}" not in body) or (
        end == "{" and body.count("{") == 1 and ";" not in body and "}" not in body
    ):
        return [body]
    pieces, start = [], 0
    commented = _COMMENT_AT_END.search(body) if len(body) < MAX_COMMENTED else None
    stop = commented.end(1) if commented and body[: commented.end(1)].count('"') % 2 == 0 else len(body)
    for found in _CUT.finditer(body, 0, stop):
        if found[0] not in (";", "{", "}"):
            continue
        piece = body[start : found.start()].strip()
        if found[0] == "}":
            pieces += [piece, "}"] if piece else ["}"]
        elif piece or found[0] == "{":
            pieces.append(f"{piece}{' {' if found[0] == '{' else ';'}".strip())
        start = found.end()
    rest = body[start:].strip()
    if pieces and pieces[-1] != "}" and commented and rest:
        pieces[-1] = f"{pieces[-1]} {rest}"
    elif rest and not (pieces and rest.startswith(("#", "/*"))):
        pieces.append(rest)
    return pieces


def bare(text: str) -> str:
    """A statement without the comment after it."""
    if len(text) > MAX_COMMENTED or ("##" not in text and "/*" not in text and "# " not in text):
        return text
    found = _COMMENT_AT_END.search(text)
    return text[: found.end(1)] if found else text


def tree(document: Document) -> Tree:
    """The statements' words as one tree. Secrets must be out of the texts before."""
    made = Tree(document)
    ends_of: dict[Statement, list[Node]] = {}
    spans = _spans(document)
    for index, statement in enumerate(document.statements):
        if statement.noise:
            continue
        text = bare(statement.text)
        mark = MARKS.match(text)
        said = words_of(text[mark.end() if mark else 0 :].rstrip().removesuffix(";").removesuffix("{").rstrip())
        bases = [made.root] if statement.parent is None else ends_of.get(statement.parent, [])
        if not bases:
            made.targets.append((statement, []))
            continue
        ends = made.add(bases[0], said, statement, (index, spans.get(statement, index + 1)))
        ends_of[statement] = ends
        if mark and "inactive:" in mark[0]:
            for end in ends:
                end.inactive = True
    return made


def _spans(document: Document) -> dict[Statement, int]:
    """The index after each block's end."""
    ends: dict[Statement, int] = {}
    open_blocks: list[Statement] = []
    for index, statement in enumerate(document.statements):
        if statement.noise:
            if open_blocks and statement.text.startswith("}"):
                ends[open_blocks.pop()] = index + 1
        elif bare(statement.text).endswith("{"):
            open_blocks.append(statement)
    ends.update(dict.fromkeys(open_blocks, len(document.statements)))
    return ends

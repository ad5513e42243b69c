"""The statements of a configuration: the one form that all line-based formats are brought into, before secrets are taken out.

A format's grammar (``indented``, ``braces``, ``fortios_blocks`` ...) gives a ``Document``; ``shared.configs.secrets`` replaces the
secrets in its texts; a platform's reader then reads the statements' words. So no reader ever sees a secret, and the kept text is the very
text that was read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|(\S+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True, eq=False)
class Statement:
    """One statement, with those below it. ``text`` is as written, without its indent; several lines where a value has several."""

    line: int
    """Its first line in the text as given, from 1."""
    text: str
    indent: str = ""
    parent: "Statement | None" = None
    children: list["Statement"] = field(default_factory=list)
    noise: bool = False
    """A comment, a blank line, a block's end: kept, and nothing to read."""
    _words: list[str] | None = None

    @property
    def words(self) -> list[str]:
        """The text's words, quotes taken off. Made once: secrets must be out before."""
        if self._words is None:
            self._words = words(self.text)
        return self._words

    @property
    def path(self) -> str:
        """``config firewall policy / edit 12 / set name "x"``: the parents' texts and its own, long ones clipped."""
        parts, here = [self.text], self.parent
        while here is not None:
            parts.append(here.text)
            here = here.parent
        return " / ".join(part.split("\n", 1)[0][:120] for part in reversed(parts))

    def walk(self) -> Iterator["Statement"]:
        """Itself and all below, in the order of the text, without noise."""
        # without recursion: a hostile text may be indented without end
        waiting = [self]
        while waiting:
            here = waiting.pop()
            if not here.noise:
                yield here
            waiting.extend(reversed(here.children))


@dataclass(slots=True)
class Document:
    """All statements in the order of the text (noise among them), and those on top."""

    statements: list[Statement] = field(default_factory=list)
    roots: list[Statement] = field(default_factory=list)
    complete: bool = True
    """False where a block that was opened is not closed at the end."""

    def text(self) -> str:
        """The configuration again: what is kept and shown, once secrets are out."""
        return "".join(f"{statement.indent}{statement.text}\n" for statement in self.statements)

    def lines(self) -> int:
        return sum(not statement.noise for statement in self.statements)


def words(text: str) -> list[str]:
    """``set name "a b"`` -> ``["set", "name", "a b"]``. A backslash keeps the next character in double quotes."""
    if '"' not in text and "'" not in text:
        return text.split()
    return [
        single if quote == "'" else bare or (_ESCAPED.sub(r"\1", double) if "\\" in double else double)
        for double, single, bare, quote in ((m[1] or "", m[2] or "", m[3] or "", m[0][0]) for m in _WORD.finditer(text))
    ]

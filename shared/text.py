"""Text that came from a network, made safe to store, to print and to compare.

Banners, host names and descriptions are written by whoever controls the device. They may hold NUL bytes (PostgreSQL refuses them),
lone surrogates (JSON encoders raise), terminal escapes, or direction overrides that make a page show something else than it says.
What remains is one line (``OneLine``) or several (``ManyLines``) of printable Unicode of bounded length.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator

ONE_LINE_CHARS = 1024
MANY_LINES_CHARS = 65_536

_SPACE_RUN = re.compile(r"\s+")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def _printable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) in _UNSAFE_CATEGORIES else char for char in text)


def _clipped(text: str, limit_chars: int) -> str:
    return text if len(text) <= limit_chars else text[: limit_chars - 1] + "…"


def one_line(text: object) -> str:
    """One line of at most ``ONE_LINE_CHARS`` characters; runs of white space and control characters become one space.

    Bytes are read as UTF-8 where that is valid, else as Latin-1, which never fails and keeps what an old device meant.
    """
    if text == "":
        return ""
    if isinstance(text, str) and len(text) <= ONE_LINE_CHARS and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    raw = _decoded(text)[: 4 * ONE_LINE_CHARS]
    return _clipped(_SPACE_RUN.sub(" ", _printable(raw)).strip(), ONE_LINE_CHARS)


def many_lines(text: object) -> str:
    """Several lines joined by ``\\n``, at most ``MANY_LINES_CHARS`` characters in all; tabs are kept."""
    if isinstance(text, str) and len(text) <= MANY_LINES_CHARS and text.isascii() and text.replace("\n", "").isprintable():
        return "\n".join(line.rstrip() for line in text.split("\n")) if " \n" in text or text.endswith(" ") else text
    raw = _decoded(text)[: 2 * MANY_LINES_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    lines = ("\t".join(_printable(cell) for cell in line.split("\t")) for line in raw.split("\n"))
    return _clipped("\n".join(line.rstrip() for line in lines), MANY_LINES_CHARS)


def _decoded(text: object) -> str:
    if isinstance(text, bytes | bytearray):
        try:
            return bytes(text).decode("utf-8")
        except UnicodeDecodeError:
            return bytes(text).decode("latin-1")
    if isinstance(text, str):
        return text
    raise ValueError(f"text expected, not {type(text).__name__}")


OneLine = Annotated[str, BeforeValidator(one_line)]
ManyLines = Annotated[str, BeforeValidator(many_lines)]

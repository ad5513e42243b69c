"""The words of a line as EdgeOS and VyOS quote them: like a shell in commands, by double quotes in braces."""

import re

_BRACE_WORD = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|\'[^\']*\'|\S+', re.DOTALL)
_SHELL_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|\'[^\']*\'|\\.|[^\s"\'\\]+|["\'\\]|\s+', re.DOTALL)
_QUOTES = re.compile(r"\\.|[\"']")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def shell_words(text: str) -> list[str]:
    """``description 'it'\\''s'`` -> its words, as a shell reads them."""
    if '"' not in text and "'" not in text and "\\" not in text:
        return text.split()
    before, quote, value = text.partition(" '")
    if quote and value.endswith("'") and value.count("'") == 1 and not any(char in before for char in "\"'\\"):
        # nearly all lines: one value, quoted, at the end
        return [*before.split(), value[:-1]]
    words: list[str] = []
    current: list[str] | None = None
    for found in _SHELL_PIECE.finditer(text):
        piece = found[0]
        if piece.isspace():
            if current is not None:
                words.append("".join(current))
            current = None
            continue
        current = current if current is not None else []
        if len(piece) >= 2 and piece[0] == piece[-1] == "'":
            current.append(piece[1:-1])
        elif len(piece) >= 2 and piece[0] == piece[-1] == '"':
            current.append(_ESCAPE.sub(r"\1", piece[1:-1]))
        else:
            current.append(piece[1:] if piece[0] == "\\" and len(piece) == 2 else piece)
    if current is not None:
        words.append("".join(current))
    return words


def brace_words(text: str) -> list[str]:
    if '"' not in text and "'" not in text:
        return text.split()
    return [
        _ESCAPE.sub(r"\1", word[1:-1]) if word[0] == '"' and len(word) > 1 and word[-1] == '"'
        else word[1:-1] if word[0] == "'" and len(word) > 1 and word[-1] == "'"
        else word
        for word in _BRACE_WORD.findall(text)
    ]  # fmt: skip


def quote_after(text: str, quote: str, quotes: str) -> str:
    """The quote that is open at the text's end, where ``quote`` was at its beginning. In braces an apostrophe is a letter."""
    for found in _QUOTES.finditer(text):
        char = found[0]
        if len(char) == 1 and char in quotes:
            quote = "" if quote == char else quote or char
    return quote

"""The words of nft's language, with the lines that they stand in. Source: nft(8), nftables 1.0.6."""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_TOKENS = 2_000_000
MAX_VALUE = 5_000
"""Words that one definition stands for. One that names others many times over ends there."""


@dataclass(slots=True)
class Tokens:
    """(token, line), with a place. A line's end is a token; inside braces of a set it is skipped."""

    found: list[tuple[str, int]]
    at: int = 0

    def at_end(self) -> bool:
        return self.at >= len(self.found)

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.found[place][0] if place < len(self.found) else ""

    def line(self) -> int:
        return self.found[min(self.at, len(self.found) - 1)][1] if self.found else 0

    def line_before(self) -> int:
        return self.found[min(self.at, len(self.found)) - 1][1] if self.found else 0

    def take(self) -> str:
        word = self.peek()
        self.at += 1
        return unquoted(word)

    def skip(self, *words: str) -> bool:
        if self.at < len(self.found) and self.found[self.at][0] in words:
            self.at += 1
            return True
        return False

    def skip_lines(self) -> None:
        while self.skip("\n"):
            pass

    def rest_of_line(self) -> list[str]:
        words: list[str] = []
        while not self.at_end() and self.peek() not in ("\n", ";", "}"):
            if self.peek() == "{":
                self.skip_block()
            else:
                words.append(self.take())
        return words

    def skip_block(self) -> None:
        """From here over the next braces to the one that closes them."""
        depth = 0
        while not self.at_end():
            word = self.peek()
            self.at += 1
            depth += (word == "{") - (word == "}")
            if depth <= 0 and word in ("}", "\n"):
                return


def unquoted(word: str) -> str:
    """A range of quoted words is without them all: ``"22:00"-"23:00"``."""
    if len(word) < 2 or not word[0] == word[-1] == '"':
        return word
    return word[1:-1].replace('"-"', "-").replace('\\"', '"')


def without_definitions(words: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """``define WAN = wan0``, and every ``$WAN`` after it with its value in its place."""
    found: list[tuple[str, int]] = []
    defined: dict[str, list[str]] = {}
    at = 0
    while at < len(words) and len(found) < MAX_TOKENS:
        word, line = words[at]
        at += 1
        if word in ("define", "redefine") and (not found or found[-1][0] == "\n") and at < len(words):
            name = f"${words[at][0]}"
            value, at = _value(words, at + 1, defined)
            defined[name] = value[:MAX_VALUE]
        elif word in defined:
            found += [(each, line) for each in defined[word]]
        else:
            found.append((word, line))
    return found


def _value(words: Sequence[tuple[str, int]], at: int, defined: dict[str, list[str]]) -> tuple[list[str], int]:
    """A definition's words, up to the end of its line or of its braces, and the place behind them."""
    value: list[str] = []
    depth = 0
    while at < len(words):
        word = words[at][0]
        if word in ("\n", ";") and not depth:
            break
        depth += (word == "{") - (word == "}")
        if word != "\n" and not (word == "=" and not value):
            value += defined.get(word, [word])
        at += 1
    return value, at

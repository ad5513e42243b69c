"""Sends each statement to the function that reads it, by its first words: the longest prefix that is listed.

A function gives False where it does not understand the statement, which then is unread. Its children are its own matter: it dispatches
them, reads them or gives them to ``Reading.unread``; a statement that nobody is listed for is unread with all below it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from shared.configs.reading import Reading
from shared.configs.statement import Statement

State = TypeVar("State")
Handler = Callable[[State, Statement], bool | None]
MAX_PREFIX = 4


def dispatch(
    reading: Reading,
    state: State,
    statements: Iterable[Statement],
    handlers: Mapping[str, Handler[State]],
    passed: Mapping[str, str] | None = None,
) -> None:
    """``passed``: first words -> the part that is known and not modelled. ``handlers`` go before it where both fit equally."""
    passed = passed or _NONE
    sizes_of = _sizes(handlers, passed)
    for statement in statements:
        if statement.noise:
            continue
        words = statement.words
        for size in sizes_of.get(words[0], ()) if words else ():
            if size > len(words):
                continue
            prefix = words[0] if size == 1 else " ".join(words[:size])
            if handler := handlers.get(prefix):
                if _understood(handler, state, statement) is False:
                    reading.unread(statement)
                break
            if section := passed.get(prefix):
                reading.pass_over(section, statement)
                break
        else:
            reading.unread(statement)


Sizes = Mapping[str, tuple[int, ...]]
_seen: dict[tuple[int, int], tuple[Mapping[str, object], Mapping[str, str], int, Sizes]] = {}
"""The tables that were in use last: they are held, so none of another takes their place in memory."""
MAX_SEEN = 256
_NONE: Mapping[str, str] = {}


def _sizes(handlers: Mapping[str, object], passed: Mapping[str, str]) -> Sizes:
    """How many words the prefixes have that begin with a word, the longest first: most statements need one look."""
    known = _seen.get((id(handlers), id(passed)))
    total = len(handlers) + len(passed)
    if known is not None and known[2] == total:
        return known[3]
    found: dict[str, set[int]] = {}
    for table in (handlers, passed):
        for prefix in table:
            found.setdefault(prefix.partition(" ")[0], set()).add(prefix.count(" ") + 1)
    sizes = {word: tuple(sorted((size for size in each if size <= MAX_PREFIX), reverse=True)) for word, each in found.items()}
    if len(_seen) >= MAX_SEEN:
        _seen.clear()
    _seen[id(handlers), id(passed)] = (handlers, passed, total, sizes)
    return sizes


def _understood(handler: Handler[State], state: State, statement: Statement) -> bool | None:
    """A statement that is shorter or otherwise than its function expects is one that is not understood."""
    try:
        return handler(state, statement)
    except (ValueError, LookupError):
        return False

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
    passed = passed or {}
    for statement in statements:
        if statement.noise:
            continue
        words = statement.words
        for size in range(min(MAX_PREFIX, len(words)), 0, -1):
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


def _understood(handler: Handler[State], state: State, statement: Statement) -> bool | None:
    """A statement that is shorter or otherwise than its function expects is one that is not understood."""
    try:
        return handler(state, statement)
    except (ValueError, LookupError):
        return False

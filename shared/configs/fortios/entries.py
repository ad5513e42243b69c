"""Tables and entries: what ``set``, ``unset``, ``append`` and their like leave in force, and what of it was understood.

An entry that is edited again is changed, not made anew; ``move``, ``clone``, ``rename`` and ``delete`` act as on the device. What a reader
asks for is understood; what it names as known goes to its part; any other attribute is unread.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from shared.configs import values
from shared.configs.reading import Reading
from shared.configs.statement import Statement

Value = TypeVar("Value")
OFF = frozenset(("", "disable", "0", "none", "0.0.0.0", "0.0.0.0 0.0.0.0", "::/0", "::", "0x00", "unset"))  # noqa: S104 - no listener
"""Values by which an attribute says that it asks for nothing."""
_SETS = frozenset(("set", "select"))


def names(text: str) -> frozenset[str]:
    """Attributes' names, written in a row."""
    return frozenset(text.split())


@dataclass(slots=True)
class Entry:
    """One ``edit``, or the settings of a ``config`` without entries."""

    name: str
    statement: Statement
    values: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, Statement] = field(default_factory=dict)
    """The ``config`` blocks in it, by their names."""
    statements: list[Statement] = field(default_factory=list)
    """All that was said of it, in order."""
    inherited: int = 0
    """How many of these were said of the entry that it was cloned from, and are accounted for there."""

    @property
    def own_statements(self) -> list[Statement]:
        return self.statements[self.inherited :]

    def apply(self, statement: Statement) -> None:
        """Takes in what stands below the statement."""
        for child in statement.children:
            if child.noise:
                continue
            self.statements.append(child)
            words = child.words
            if words[0] == "config":
                self.tables[" ".join(words[1:])] = child
            elif len(words) > 1:
                self._change(words[0], words[1], words[2:])

    def _change(self, verb: str, attribute: str, values: list[str]) -> None:
        if verb in _SETS:
            self.values[attribute] = values
        elif verb == "append":
            self.values[attribute] = [*self.values.get(attribute, ()), *values]
        elif verb == "unselect":
            self.values[attribute] = [value for value in self.values.get(attribute, ()) if value not in values]
        elif verb in ("unset", "clear"):
            self.values.pop(attribute, None)

    def all(self, attribute: str) -> list[str]:
        """The values, empty ones left out."""
        return [value for value in self.values.get(attribute, ()) if value]

    def get(self, attribute: str, default: str = "") -> str:
        """All values of an attribute as one text; ``default`` where it is not set or empty."""
        return " ".join(self.values.get(attribute, ())) or default

    def on(self, attribute: str, default: bool = False) -> bool:
        return self.get(attribute, "enable" if default else "disable") == "enable"

    def copy(self, name: str, *, cloned: bool) -> "Entry":
        copied = {attribute: list(values) for attribute, values in self.values.items()}
        inherited = len(self.statements) if cloned else self.inherited
        return Entry(name, self.statement, copied, dict(self.tables), list(self.statements), inherited)


def settings(statement: Statement) -> Entry:
    """A ``config`` without entries."""
    entry = Entry("", statement)
    entry.apply(statement)
    return entry


def table(reading: Reading, statement: Statement, into: dict[str, Entry] | None = None) -> dict[str, Entry]:
    """The entries of a table in their order. ``into``: what is known of it from before, which is changed."""
    entries = {} if into is None else into
    for child in statement.children:
        if child.noise:
            continue
        words = child.words
        if words[0] == "edit" and len(words) == 2:
            entry = _edited(entries, words[1], child)
            entry.apply(child)
        elif not _scripted(entries, words):
            reading.unread(child)
    return entries


def _edited(entries: dict[str, Entry], name: str, statement: Statement) -> Entry:
    """``edit 0`` is a new entry each time, with a number that the device chooses."""
    if name == "0":
        count = sum(each == "0" or each.startswith("0#") for each in entries)
        name = f"0#{count + 1}" if count else name
    return entries.setdefault(name, Entry(name, statement))


def _scripted(entries: dict[str, Entry], words: Sequence[str]) -> bool:
    """``delete A``, ``purge``, ``rename A to B``, ``clone A to B``, ``move A before B``; False for what does not fit the table."""
    verb, name = words[0], words[1] if len(words) > 1 else ""
    if verb == "purge":
        entries.clear()
        return True
    if name not in entries:
        return False
    if verb == "delete":
        del entries[name]
    elif verb in ("rename", "clone") and len(words) == 4 and words[2] == "to":
        _put(entries, words[3], entries[name].copy(words[3], cloned=verb == "clone"), beside=name, keep=verb == "clone")
    elif verb == "move" and len(words) == 4 and words[2] in ("before", "after") and words[3] in entries:
        entry = entries.pop(name)
        order = list(entries.items())
        at = list(entries).index(words[3]) + (words[2] == "after") if words[3] in entries else len(order)
        order.insert(at, (name, entry))
        entries.clear()
        entries.update(order)
    else:
        return False
    return True


def _put(entries: dict[str, Entry], name: str, entry: Entry, *, beside: str, keep: bool) -> None:
    """A clone goes to the table's end; a renamed entry keeps its place."""
    if keep:
        entries[name] = entry
        return
    order = [(name, entry) if each == beside else (each, old) for each, old in entries.items()]
    entries.clear()
    entries.update(order)


def account(reading: Reading, entry: Entry, read: Collection[str], known: Collection[str] = (), part: str = "") -> None:
    """Every statement of the entry to its place: ``read`` is understood, ``known`` belongs to ``part``, the rest is unread.

    Sub-tables go by their name, as attributes do."""
    for statement in entry.own_statements:
        words = statement.words
        if len(words) < 2:
            reading.unread(statement)
        elif words[0] == "config":
            name = " ".join(words[1:])
            if name in known or words[1] in known:
                reading.pass_over(part, statement)
            elif name not in read:
                reading.unread(statement)
        elif words[1] in read or words[0] == "unset":
            continue
        elif words[1] in known:
            reading.pass_over(part, statement)
        else:
            reading.unread(statement)


def taken(reading: Reading, entry: Entry, attribute: str, make: Callable[[list[str]], Value]) -> Value | None:
    """What ``make`` makes of an attribute's values; None where it is not set. What ``make`` does not understand is unread."""
    words = entry.all(attribute)
    if not words:
        return None
    try:
        return make(words)
    except (ValueError, LookupError):
        unread_attribute(reading, entry, attribute)
        return None


def network(words: Sequence[str]) -> str:
    """``10.0.0.0 255.255.255.0`` or ``10.0.0.0/24``, as a rule names it."""
    return values.network(words[0], words[1] if len(words) > 1 else "")


def unread_attribute(reading: Reading, entry: Entry, attribute: str) -> None:
    for statement in entry.own_statements:
        if len(statement.words) > 1 and statement.words[1] == attribute and statement.words[0] != "config":
            reading.unread(statement)


def each(reading: Reading, entries: Mapping[str, Entry], build: Callable[[Entry], Value | None]) -> Iterator[Value]:
    """What ``build`` makes of each entry. An entry that it does not understand is unread, and takes no other with it."""
    for entry in entries.values():
        try:
            built = build(entry)
        except (ValueError, LookupError):
            reading.unread(entry.statement)
        else:
            if built is not None:
                yield built


def raw(entry: Entry) -> str:
    """The entry as it is printed, secrets removed."""
    lines = [entry.statement.text]
    for statement in entry.statements:
        lines += [f"    {below.text}" for below in statement.walk()]
    return "\n".join([*lines, "next"])

"""The words of a section: what was found with who says so, what people wrote, and what is missing with how to get it.

Texts for a reader are ``Phrase``: an English message id and its values, put into the reader's language when the page is made. Values
that come from a network or a person are plain strings; the template escapes both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from shared.inventory import Inventory


def N_(msgid: str) -> str:
    """Marks a message id for the catalogue; it is translated where it is shown."""
    return msgid


def NN_(singular: str, plural: str) -> tuple[str, str]:
    """Marks a pair of message ids for a count."""
    return singular, plural


class Translator(Protocol):
    """What ``gettext.NullTranslations`` offers."""

    def gettext(self, message: str, /) -> str: ...
    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Phrase:
    """``msgid`` holds ``%(name)s`` places, filled from ``values``. With ``plural`` the form goes by ``values["count"]``."""

    msgid: str
    plural: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    def said(self, translator: Translator) -> str:
        count = self.values.get("count")
        if self.plural and isinstance(count, int):
            return translator.ngettext(self.msgid, self.plural, count) % self.values
        text = translator.gettext(self.msgid)
        return text % self.values if self.values else text


def phrase(msgid: str, **values: str | int) -> Phrase:
    return Phrase(msgid, values=values)


def counted(forms: tuple[str, str], count: int, **values: str | int) -> Phrase:
    return Phrase(forms[0], forms[1], {"count": count, **values})


Text = str | Phrase
"""Plain strings are data: shown as they are, in no language."""


class Tone(StrEnum):
    """How a chip or a value is to be read at a glance. The words say it too: colour alone says nothing."""

    PLAIN = ""
    GOOD = "good"
    NOTABLE = "notable"
    RISKY = "risky"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Value:
    text: Text
    device: str = ""
    """The id of the device that a click on it opens."""
    tone: Tone = Tone.PLAIN
    chip: bool = False
    code: bool = False
    """An address, a port, a fingerprint: shown in the fixed-width face."""
    note: Text = ""
    usual: bool = False
    """Says nothing out of the ordinary (``any``): a narrow screen leaves a cell of such values out."""
    day: date | None = None
    """Shown in the reader's form of a date, after the text."""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: which probe, of which device, as of which scan; ``unconfirmed`` where the newest scan could not read it again."""

    probe: str
    device: str = ""
    device_title: str = ""
    at_utc: datetime | None = None
    unconfirmed: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: Text
    values: tuple[Value, ...]
    source: Source | None = None


Cell = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    muted: bool = False
    """In force nowhere: switched off, or bound to nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    """For the address of the page: ``#rules``."""
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    folded: bool = False
    source: Source | None = None


def table(
    name: str, title: Text, columns: tuple[Text, ...], rows: tuple[Row, ...], *, folded: bool = False, source: Source | None = None
) -> Table:
    """A table without the columns that hold nothing in any of its rows."""
    kept = [place for place in range(len(columns)) if any(row.cells[place] for row in rows)] or list(range(len(columns)))
    narrowed = tuple(Row(tuple(row.cells[place] for place in kept), row.muted) for row in rows)
    return Table(name, title, tuple(columns[place] for place in kept), narrowed, folded, source)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the book ought to hold. ``how`` tells what to do; ``action`` which button helps (``record``, ``credential``...)."""

    what: Text
    how: Text
    action: str = ""


class FieldKind(StrEnum):
    LINE = "line"
    LINES = "lines"
    DATE = "date"
    CHOICE = "choice"
    WEB_ADDRESS = "web_address"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a technician writes down for an area. Never a secret: those are credentials."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Stored value and its message id."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a technician wrote. ``fields`` by the field's name."""

    id: str
    area: str
    title: str
    fields: Mapping[str, str]
    author: str
    changed_utc: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class CredentialAbout:
    """All of a credential but its value."""

    id: str
    name: str
    username: str = ""
    web_address: str = ""
    area: str = ""
    device: str = ""
    note: str = ""
    changed_utc: datetime | None = None
    revealed_utc: datetime | None = None
    revealed_by: str = ""


@dataclass(frozen=True, slots=True)
class ClientAbout:
    """Whose book it is, which of its sites the inventory is of, and the day of reading."""

    name: str
    site: str
    day: date


@dataclass(frozen=True, slots=True)
class Section:
    area: str
    title: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    records: tuple[Record, ...] = ()
    credentials: tuple[CredentialAbout, ...] = ()
    missing: tuple[Missing, ...] = ()


Build = Callable[[Inventory, tuple[Record, ...], tuple[CredentialAbout, ...], ClientAbout], Section]

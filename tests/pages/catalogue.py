"""Which sentences do the pages say, and which of them has a language's catalogue? Also brings a catalogue up to date.

``python -m tests.pages.catalogue`` adds new message ids to each ``collector/locale/*/LC_MESSAGES/netario.po``, without a translation, and
takes those out that nothing says any more. A test fails until each has been translated.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from shared import VERSION

COLLECTOR = Path(__file__).parents[2] / "collector"
KEYWORDS = {"N_": None, "NN_": (1, 2), "gettext": None, "ngettext": (1, 2)}
JINJA_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
PYTHON = ("pages", "sections", "core/wording.py")

MessageId = str | tuple[str, str]


def said() -> dict[MessageId, set[str]]:
    """Every message id with the files that say it."""
    found: dict[MessageId, set[str]] = {}
    for place, message in (*_in_python(), *_in_templates()):
        found.setdefault(message, set()).add(place)
    return found


def _in_python() -> Iterator[tuple[str, MessageId]]:
    for room in PYTHON:
        path = COLLECTOR / room
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            with source.open("rb") as text:
                for _, message, _, _ in extract("python", text, keywords=KEYWORDS):
                    yield str(source.relative_to(COLLECTOR.parent)), _message_id(message)


def _in_templates() -> Iterator[tuple[str, MessageId]]:
    for source in sorted((COLLECTOR / "templates").rglob("*.html")):
        with source.open("rb") as text:
            for _, _, message, _ in babel_extract(text, ("_", "gettext", "ngettext"), (), JINJA_OPTIONS):
                if message and any(message):  # _(field.label) says what Python marks
                    yield str(source.relative_to(COLLECTOR.parent)), _message_id(message)


def _message_id(message: str | tuple[str | None, ...]) -> MessageId:
    if isinstance(message, str):
        return message
    words = tuple(word for word in message if isinstance(word, str))
    return (words[0], words[1]) if len(words) > 1 else words[0]


def catalogues() -> dict[str, Path]:
    return {path.parents[1].name: path for path in sorted(COLLECTOR.glob("locale/*/LC_MESSAGES/netario.po"))}


def read(path: Path) -> Catalog:
    with path.open("rb") as text:
        return read_po(text, locale=path.parents[1].name)


def brought_up_to_date(path: Path) -> Catalog:
    """What the catalogue has of what is said, and an empty place for the rest."""
    old = read(path)
    new = Catalog(
        locale=path.parents[1].name,
        project="netario",
        version=VERSION,
        header_comment="# Netario: what the pages say.",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for message, places in sorted(said().items(), key=lambda entry: (sorted(entry[1])[0], str(entry[0]))):
        known = old.get(message if isinstance(message, str) else message[0])
        new.add(message, known.string if known else "", locations=[(place, 0) for place in sorted(places)])
    return new


if __name__ == "__main__":
    for catalogue in catalogues().values():
        fresh = brought_up_to_date(catalogue)
        with catalogue.open("wb") as file:
            write_po(file, fresh, width=140, include_lineno=False)

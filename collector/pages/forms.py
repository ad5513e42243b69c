"""What a person typed into a form, cleaned and bounded, and what is wrong with it in words for the reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from collector.sections.parts.model import N_, Field, FieldKind, Text, phrase
from collector.store.database import NotFound
from shared.text import many_lines, one_line

NAME_CHARS = 200
LINE_CHARS = 1000
LINES_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form as the template shows it."""

    name: str
    label: Text
    kind: str = FieldKind.LINE
    value: str = ""
    hint: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = False
    fault: Text = ""
    complete: str = "off"
    """The ``autocomplete`` token."""


def required_name(text: str) -> tuple[str, Text]:
    """The cleaned name and, where it cannot be used, why."""
    clean = one_line(text)
    if not clean:
        return "", phrase(N_("A name is needed."))
    if len(clean) > NAME_CHARS:
        return clean[:NAME_CHARS], phrase(N_("At most %(count)s characters."), count=NAME_CHARS)
    return clean, ""


def area_fields(fields: tuple[Field, ...], written: Mapping[str, str], faults: Mapping[str, Text]) -> tuple[FormField, ...]:
    return tuple(
        FormField(
            name=f"field-{field.name}",
            label=phrase(field.label),
            kind=field.kind,
            value=written.get(field.name, ""),
            hint=phrase(field.hint) if field.hint else "",
            choices=tuple((value, phrase(label)) for value, label in field.choices),
            fault=faults.get(field.name, ""),
        )
        for field in fields
    )


def read_area_fields(fields: tuple[Field, ...], form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Text]]:
    """What was written, by field name, empty ones left out; and what is wrong, by field name. The raw text stays in the form."""
    written: dict[str, str] = {}
    faults: dict[str, Text] = {}
    for field in fields:
        raw = form.get(f"field-{field.name}", "")
        clean = (many_lines(raw) if field.kind is FieldKind.LINES else one_line(raw)).strip()
        fault = _fault(field, clean, len(raw))
        if fault:
            faults[field.name] = fault
        if clean:
            written[field.name] = clean
    return written, faults


def _fault(field: Field, clean: str, raw_chars: int) -> Text:
    limit = LINES_CHARS if field.kind is FieldKind.LINES else LINE_CHARS
    if raw_chars > limit:
        return phrase(N_("At most %(count)s characters."), count=limit)
    if not clean:
        return ""
    if field.kind is FieldKind.DATE and day_or_none(clean) is None:
        return phrase(N_("A date is needed here, written like 2026-05-31."))
    if field.kind is FieldKind.CHOICE and clean not in {value for value, _ in field.choices}:
        return phrase(N_("Choose one of the list."))
    return ""


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def identifier(text: str) -> UUID:
    """An id out of an address or a form. Raises NotFound: whatever is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is nothing at this address.") from None

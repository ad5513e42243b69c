"""Puts a page's declared context into the template of the page's name, in the reader's language.

Everything is escaped: autoescape is on for every template, and nothing marks text as safe. A name that a template uses and a context
does not declare stops the page (``StrictUndefined``); a test compares the two beforehand.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from collector.pages.language import Language, languages
from collector.sections.parts.model import Phrase, Text

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Crumb:
    text: Text
    href: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every page. ``person`` is empty where nobody has signed in."""

    language: str
    languages: tuple[LanguageLink, ...]
    now_utc: datetime
    zone: str
    person: str = ""
    csrf: str = ""
    here: str = ""
    """The page's own path and query: forms that come back here carry it."""
    place: str = ""
    """Which entry of the header is lit: ``clients``, ``agents`` or none."""
    crumbs: tuple[Crumb, ...] = ()
    notice: Text = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """The filters of one language's templates."""

    language: Language

    def said(self, text: Text) -> str:
        return text.said(self.language.translator) if isinstance(text, Phrase) else text

    def moment(self, at_utc: datetime) -> str:
        return self.language.moment(at_utc)

    def day(self, day: date) -> str:
        return self.language.day(day)

    def written_day(self, text: str) -> str:
        """A day that a person wrote in a form, in the reader's form; what is none stays as it is."""
        try:
            return self.language.day(date.fromisoformat(text))
        except ValueError:
            return text

    def ago(self, at_utc: datetime, now_utc: datetime) -> str:
        return self.language.ago(at_utc, now_utc)

    def number(self, number: float) -> str:
        return self.language.number(number)


def web_link(address: str) -> str:
    """The address where it is one that a browser may follow (http, https), else nothing: ``javascript:`` is shown, never linked."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in {"http", "https"} and parts.netloc else ""


def path_part(text: str) -> str:
    return quote(text, safe="")


@cache
def environment(code: str) -> Environment:
    language = languages()[code]
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(language.translator, newstyle=True)  # type: ignore[attr-defined]  # the i18n extension adds it
    speaker = Speaker(language)
    made.filters.update(
        said=speaker.said,
        moment=speaker.moment,
        day=speaker.day,
        written_day=speaker.written_day,
        ago=speaker.ago,
        number=speaker.number,
        web_link=web_link,
        path_part=path_part,
    )
    return made


def render(language: str, template: str, context: object) -> str:
    """``context`` is a page's frozen dataclass; its fields are the names that the template sees."""
    declared = {field.name: getattr(context, field.name) for field in fields(context)}  # type: ignore[arg-type]  # any dataclass
    return environment(language).get_template(template).render(declared)

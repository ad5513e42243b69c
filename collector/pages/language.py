"""In which language is this page, and how are words, dates and numbers written in it?

A language is a folder of ``collector/locale`` with a gettext catalogue (``LC_MESSAGES/netario.po``), read with babel when the collector
starts; English is the language of the message ids and needs none. The reader's language is the one that ``?lang=`` asks for, else the
cookie's, else the person's own, else the first of Accept-Language (RFC 9110 12.5.4) that there is, else English.

Dates are written in the collector's own time zone; every page's foot names it.
"""

import gettext
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALE_FOLDER = Path(__file__).parents[1] / "locale"
COOKIE = "netario_language"
PARAMETER = "lang"
ENGLISH = "en"
TERRITORIES = {ENGLISH: "GB"}
"""Whose dates a language uses where its name alone would give another's: European English puts the day first."""


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    """In itself: ``Italiano``."""
    locale: Locale
    translator: gettext.NullTranslations

    def moment(self, at_utc: datetime) -> str:
        return format_datetime(at_utc.astimezone(), "d MMM yyyy, HH:mm", tzinfo=at_utc.astimezone().tzinfo, locale=self.locale)

    def day(self, day: date) -> str:
        return format_date(day, "d MMM yyyy", locale=self.locale)

    def ago(self, at_utc: datetime, now_utc: datetime) -> str:
        return format_timedelta(at_utc - now_utc, add_direction=True, locale=self.locale)

    def number(self, number: float) -> str:
        return format_decimal(number, locale=self.locale)


@cache
def languages() -> dict[str, Language]:
    """All languages by code, English first."""
    found = {ENGLISH: _language(ENGLISH, gettext.NullTranslations())}
    for folder in sorted(LOCALE_FOLDER.iterdir()):
        catalogue = folder / "LC_MESSAGES" / "netario.po"
        if catalogue.is_file():
            found[folder.name] = _language(folder.name, _translations(catalogue))
    return found


def _language(code: str, translator: gettext.NullTranslations) -> Language:
    locale = Locale(code, TERRITORIES.get(code))
    return Language(code, (Locale(code).get_display_name(code) or code).capitalize(), locale, translator)


def _translations(catalogue: Path) -> gettext.GNUTranslations:
    with catalogue.open("rb") as text:
        messages = read_po(text)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen(asked: str, cookie: str, person: str, accepted: str) -> Language:
    """The reader's language. Whatever the four say, the answer is one that there is."""
    known = languages()
    for code in (asked, cookie, person, *_by_preference(accepted)):
        if code in known:
            return known[code]
    return known[ENGLISH]


def _by_preference(accepted: str) -> Iterable[str]:
    """``it-IT,it;q=0.9,en;q=0.8`` -> it, it, en; those with q=0 are left out, and a malformed q counts as 0."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:1000].split(",")[:30]):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters)
        if weight > 0:
            weighed.append((-weight, place, tag.split("-")[0].strip().lower()))
    return [code for _, _, code in sorted(weighed)]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0

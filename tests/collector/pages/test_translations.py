"""Every sentence of the pages is in every catalogue, not fuzzy, with the places for values that the English one has."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from collector.pages.language import chosen, languages
from tests.pages.catalogue import MessageId, brought_up_to_date, catalogues, read, said

PLACES = re.compile(r"%\((\w+)\)s|(<[^>]+>)")


def forms(message: MessageId) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


def test_the_extraction_finds_what_the_pages_say() -> None:
    messages = said()
    assert len(messages) > 500
    for known in ("Remote access", "%(device)s: port %(key)s opened", ("%(num)s gap", "%(num)s gaps"), "Sign in", "no answer"):
        assert known in messages


@pytest.mark.parametrize("code", catalogues())
def test_every_message_is_translated(code: str) -> None:
    catalogue = read(catalogues()[code])
    faults = []
    for message, places in said().items():
        known = catalogue.get(forms(message)[0])
        strings = () if known is None else (known.string if isinstance(known.string, tuple) else (known.string,))
        if known is None or known.fuzzy or not strings or not all(strings):
            faults.append(f"{message!r} of {sorted(places)}")
    assert faults == [], "run python -m tests.pages.catalogue, then translate"


@pytest.mark.parametrize("code", catalogues())
def test_translations_hold_the_same_places(code: str) -> None:
    catalogue = read(catalogues()[code])
    for message in said():
        known = catalogue.get(forms(message)[0])
        assert known is not None
        for string in known.string if isinstance(known.string, tuple) else (known.string,):
            assert sorted(PLACES.findall(str(string))) == sorted(PLACES.findall(forms(message)[-1])), f"{message!r} -> {string!r}"


@pytest.mark.parametrize("code", catalogues())
def test_a_catalogue_holds_nothing_that_nobody_says(code: str) -> None:
    path = catalogues()[code]
    assert {message.id for message in read(path)} == {message.id for message in brought_up_to_date(path)}


@pytest.mark.parametrize(
    ("asked", "cookie", "person", "accepted", "answer"),
    [
        ("it", "en", "en", "en", "it"),
        ("xx", "it", "", "", "it"),
        ("", "", "it", "en", "it"),
        ("", "", "", "de-DE,de;q=0.9,it-CH;q=0.8,en;q=0.7", "it"),
        ("", "", "", "en;q=0.2,it;q=0.3", "it"),
        ("", "", "", "it;q=0,en", "en"),
        ("", "", "", "it;q=x, *", "en"),
        ("../../etc", "<script>", "\0", "," * 5000, "en"),
    ],
)
def test_the_reader_s_language(asked: str, cookie: str, person: str, accepted: str, answer: str) -> None:
    assert chosen(asked, cookie, person, accepted).code == answer


def test_dates_and_numbers_are_written_as_the_reader_does() -> None:
    english, italian = languages()["en"], languages()["it"]
    assert (english.day(date(2026, 5, 31)), italian.day(date(2026, 5, 31))) == ("31 May 2026", "31 mag 2026")
    assert (english.number(1234.5), italian.number(1234.5)) == ("1,234.5", "1.234,5")
    now = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
    assert (english.ago(now - timedelta(hours=2), now), italian.ago(now - timedelta(hours=2), now)) == ("2 hours ago", "2 ore fa")

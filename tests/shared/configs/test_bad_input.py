"""Texts that are cut off, damaged, of another make, binary or far too large: an outcome that says so, never another exception."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from shared.configs import formats, looks_like, read_config
from shared.errors import BadInput, Unparsed
from tests.shared.configs.texts import KEY, name_of, texts, understood

TEXTS = texts()


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_synthetic_cuts_and_damage_never_raise_anything_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    chance = random.Random(path.name)  # noqa: S311 - repeatable damage
    for _ in range(25):
        damaged = list(text[: chance.randrange(len(text) // 4, len(text))])
        for _ in range(chance.randint(0, 12)):
            at = chance.randrange(len(damaged) + 1)
            damaged[at : at + chance.choice((0, 1, 60))] = chance.choice(
                ("", "{", "}", '"', "'", "\\", "é", "\n", "\x1b[31m", "999999999", " ")
            )
        with suppress(Unparsed):
            read_config(path.parent.name, "".join(damaged), KEY)


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_another_makes_text_is_refused_by_name(path: Path) -> None:
    """Where a text is clearly of one make, no other reads it as its own."""
    text = path.read_text(encoding="utf-8")
    own = looks_like(text)
    for platform in formats():
        if platform not in own:
            with pytest.raises(Unparsed, match=r"looks like"):
                read_config(platform, text, KEY)


@pytest.mark.parametrize("platform", sorted(formats()))
def test_binary_is_no_configuration(platform: str) -> None:
    with pytest.raises(Unparsed, match="no text"):
        read_config(platform, random.Random(1).randbytes(20_000).decode("utf-8", "replace"), KEY)  # noqa: S311 - not a secret


def test_an_unknown_platform_is_told_which_there_are() -> None:
    with pytest.raises(BadInput, match="cisco_s300"):
        read_config("toaster", "hostname x")


def test_what_is_too_large_is_read_as_far_as_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.configs.MAX_CONFIG_BYTES", 50_000)
    path = next(path for path in TEXTS if path.parent.name == "cisco_s300")
    text = path.read_text(encoding="utf-8")
    filler = "!\n" * 25_000
    told = read_config("cisco_s300", text + filler, KEY)
    assert not told.document.complete
    assert "larger than" in told.document.warnings[-1]
    assert told.document.interfaces == understood(path).document.interfaces

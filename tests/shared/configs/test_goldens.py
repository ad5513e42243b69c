"""Every configuration reads as its golden says; ``NETARIO_UPDATE_GOLDENS=1 pytest ...`` writes the goldens anew, to be read in review."""

import json
from pathlib import Path

import pytest

from shared.configs import format_of, looks_like, read_config
from tests.shared.configs.texts import KEY, UPDATE, golden_of, name_of, shown, texts, understood

TEXTS = texts()


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_configuration_reads_as_its_golden(path: Path) -> None:
    golden = golden_of(path)
    if UPDATE:
        golden.write_text(shown(understood(path)), encoding="utf-8")
    assert json.loads(shown(understood(path))) == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_every_line_is_understood_or_listed(path: Path) -> None:
    """What is passed over and what is unread is never more than there is, and little is unread of what we wrote ourselves."""
    document = understood(path).document
    assert document.lines > 0
    assert len(document.unread) + sum(part.lines for part in document.passed_over) <= document.lines
    assert len(document.unread) <= 0.02 * document.lines + 3, document.unread


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_the_kept_text_reads_as_the_same(path: Path) -> None:
    """The collector reads a kept text again when a reader has become better: without the secrets it must say the same."""
    once = understood(path)
    again = read_config(path.parent.name, once.text, b"another key")
    volatile = {"secrets_removed", "unread"}
    assert again.document.model_dump(exclude=volatile) == once.document.model_dump(exclude=volatile)
    assert again.text == once.text
    assert {place.fingerprint for place in again.document.secrets_removed.places} == {
        place.fingerprint for place in once.document.secrets_removed.places
    }


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_its_platform_is_recognised(path: Path) -> None:
    """By its own platform alone, or by one that shares the format."""
    assert path.parent.name in looks_like(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_lines_that_change_by_themselves_make_no_new_version(path: Path) -> None:
    """Each volatile line of the text is changed in its digits; where the text has none, nothing is shown."""
    chosen = format_of(path.parent.name)
    lines = understood(path).text.splitlines()
    moved = [
        "".join("7" if c.isdigit() else c for c in line) if chosen.volatile and chosen.volatile.search(line.rstrip()) else line
        for line in lines
    ]
    again = read_config(path.parent.name, "\n".join(moved), KEY)
    assert again.stable_sha256 == understood(path).stable_sha256
    ignored = {"lines", "os_version", "unread", "secrets_removed"}
    assert again.document.model_dump(exclude=ignored) == understood(path).document.model_dump(exclude=ignored)

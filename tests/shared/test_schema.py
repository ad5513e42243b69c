"""The published JSON forms are those of the code: others' programs rely on them, so a change must be seen in review."""

from pathlib import Path

import pytest

from shared.schema import DOCUMENTS, schema

PUBLISHED = Path(__file__).parents[2] / "deploy/schema"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_form_changes_only_on_purpose(name: str) -> None:
    told = (
        "the form has changed: if on purpose, run python -m shared.schema deploy/schema, and raise its version where a reader would break"
    )
    assert (PUBLISHED / f"{name}.json").read_text(encoding="utf-8") == schema(DOCUMENTS[name]), told


def test_every_published_form_is_one_of_ours() -> None:
    assert {path.stem for path in PUBLISHED.glob("*.json")} == set(DOCUMENTS)

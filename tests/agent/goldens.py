"""Compares what a reader yields with the golden beside its recording; ``NETARIO_UPDATE_GOLDENS=1 pytest ...`` writes the golden anew.

A recording whose name begins with ``synthetic_`` was written by hand; any other was printed by the program that its name tells.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from shared.model import Frozen

GOLDEN = Path(__file__).parents[1] / "golden"
UPDATE = os.environ.get("NETARIO_UPDATE_GOLDENS") == "1"


def recordings(room: str, pattern: str) -> list[Path]:
    found = sorted((GOLDEN / room).rglob(pattern))
    assert found, f"{room} holds no recording: the test would hold of nothing"
    return found


def assert_golden(recording: Path, observations: Iterable[Frozen], notes: object) -> None:
    """``notes``: what the reader said besides its observations."""
    shown = {
        "notes": notes,
        "observations": [o.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"type": o.type} for o in observations],  # type: ignore[attr-defined]  # observations have a type
    }
    golden = recording.with_suffix(".json")
    text = json.dumps(shown, indent=1, ensure_ascii=False) + "\n"
    if UPDATE:
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"{golden.name} is not there; NETARIO_UPDATE_GOLDENS=1 writes it"
    assert json.loads(text) == json.loads(golden.read_text(encoding="utf-8"))

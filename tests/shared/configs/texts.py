"""The configurations in ``tests/golden/configs``: one folder a platform.

``synthetic_*`` were written by hand in the maker's format; ``recorded_*`` were printed by the program that the name tells. ``canaries*``
hold places for secrets: ``test_canaries`` fills them.
"""

import json
import os
from functools import cache
from pathlib import Path

from shared.configs import Understood, read_config

GOLDEN = Path(__file__).parents[2] / "golden" / "configs"
UPDATE = os.environ.get("NETARIO_UPDATE_GOLDENS") == "1"
KEY = b"a key of these tests"


def texts(pattern: str = "*") -> list[Path]:
    found = [
        path
        for path in sorted(GOLDEN.glob(f"*/{pattern}"))
        if not path.name.endswith(".golden.json") and not (pattern == "*" and path.name.startswith("canaries"))
    ]
    assert found, "there is no text: the test would hold of nothing"
    return found


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def understood(path: Path) -> Understood:
    return read_config(path.parent.name, path.read_text(encoding="utf-8"), KEY)


def golden_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.golden.json")


def shown(of: Understood) -> str:
    document = of.document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

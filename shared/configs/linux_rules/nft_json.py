"""The objects of ``nft -j list ruleset``, one a line, without what changes by itself: the form that is kept, shown and read.

Source: libnftables-json(5), nftables 1.0.6. Handles, counters, time-outs that run down and the members of sets that rules fill are left
out; sets are sorted, as nft prints them in an order that changes when the rule set is loaded. A document that is cut off gives the objects
before the cut."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.configs.linux_rules.nft_ruleset import is_dynamic
from shared.configs.secrets import Redactor

BEGIN = re.compile(r'\{\s*"nftables"\s*:\s*\[')
HEAD, TAIL = '{"nftables": [', "]}"
_BETWEEN = re.compile(r"[\s,]*")
_PASSING = ("handle", "expires", "used", "used_unit", "index")
MAX_DEPTH = 60


@dataclass(slots=True)
class Told:
    objects: list[dict[str, Any]] = field(default_factory=list)
    end: int = 0
    """Where the document ends in the text."""
    complete: bool = False


def told(text: str, at: int) -> Told:
    """The objects of the document that begins at ``at``."""
    begun = BEGIN.match(text, at)
    found = Told(end=len(text))
    if begun is None:
        return found
    decoder, here = json.JSONDecoder(), begun.end()
    while True:
        space = _BETWEEN.match(text, here)
        here = space.end() if space else here
        if text.startswith("]", here):
            closed = re.compile(r"\]\s*\}?").match(text, here)
            found.end, found.complete = (closed.end() if closed else here), bool(closed and closed[0].endswith("}"))
            return found
        try:
            entry, here = decoder.raw_decode(text, here)
        except (ValueError, RecursionError):
            return found
        if isinstance(entry, dict):
            found.objects.append(entry)


def cleaned(entry: dict[str, Any], redactor: Redactor, line: int) -> dict[str, Any]:
    """An object without its secrets and without what changes by itself."""
    known: dict[tuple[str, str], None] = {}

    def text(path: str, value: str) -> str:
        # the words of the language come again and again
        if (path, value) in known:
            return value
        clean = redactor.leaf(path, value, line)
        if clean == value:
            known[path, value] = None
        return clean

    found: dict[str, Any] = _clean(entry, "nftables", text, 0)
    for kind, body in found.items():
        if isinstance(body, dict):
            _still(kind, body)
    return found


def _clean(value: Any, path: str, text: Callable[[str, str], str], depth: int) -> Any:
    if isinstance(value, str):
        return text(path, value)
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_clean(part, path, text, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    return {key: _inner(key, inner, f"{path}/{key}", text, depth + 1) for key, inner in value.items() if key not in _PASSING}


def _inner(key: str, inner: Any, path: str, text: Callable[[str, str], str], depth: int) -> Any:
    if key == "counter" and isinstance(inner, dict) and "name" not in inner:
        return {"packets": 0, "bytes": 0}
    found = _clean(inner, path, text, depth)
    if key in ("set", "elem") and isinstance(found, list):
        found.sort(key=lambda part: json.dumps(part, sort_keys=True))
    return found


def _still(kind: str, body: dict[str, Any]) -> None:
    if kind == "counter":
        body.update({key: 0 for key in ("packets", "bytes") if key in body})
    elif kind in ("set", "map") and is_dynamic(body):
        body.pop("elem", None)


def written(objects: list[dict[str, Any]], complete: bool) -> Iterator[str]:
    """The document's lines."""
    yield HEAD
    for number, entry in enumerate(objects, 1):
        yield json.dumps(entry, ensure_ascii=False) + ("," if number < len(objects) else "")
    if complete:
        yield TAIL

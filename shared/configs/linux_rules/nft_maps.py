"""Rules that decide by a map, written out as one rule for each of its entries.

``tcp dport vmap { 22 : accept, 23 : drop }`` says as much as two rules, and ``dnat to tcp dport map { 80 : 10.0.0.5 }`` as one; written
out, they are read like any other. Source: libnftables-json(5), "vmap" and "map". A map that is not known, or larger than ``MAX_ENTRIES``,
stays as it is and is shown in nft's own words.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.configs.linux_rules.nft_text import natural_order, text_of

MAX_ENTRIES = 200
"""Rules that one rule may stand for. The entries of several maps in one rule multiply."""

Maps = Mapping[str, list[Any]]
"""name -> entries, each [key, value]"""

_TRANSLATIONS = ("dnat", "snat", "redirect")


def written_out(statements: list[Any], maps: Maps, at_most: int = MAX_ENTRIES) -> Iterator[list[Any]]:
    """The rule itself, or the rules that it stands for."""
    for at, statement in enumerate(statements):
        entries = list(_entries(statement, maps)) if isinstance(statement, dict) else []
        if 0 < len(entries) <= at_most:
            for replacement in entries:
                yield from written_out(
                    [*statements[:at], *replacement, *statements[at + 1 :]], maps, min(at_most // len(entries), at_most - 1)
                )
            return
    yield statements


def _entries(statement: dict[str, Any], maps: Maps) -> Iterator[list[Any]]:
    """For each entry of the statement's map the statements that stand for it."""
    if isinstance(statement.get("vmap"), dict):
        for key, verdict in _pairs(statement["vmap"], maps):
            yield [*_matches(statement["vmap"].get("key"), key), verdict]
    for kind in _TRANSLATIONS:
        body = statement.get(kind)
        if not isinstance(body, dict):
            continue
        address = body.get("addr")
        if isinstance(address, dict) and isinstance(address.get("map"), dict):
            for key, target in _pairs(address["map"], maps):
                yield [*_matches(address["map"].get("key"), key), {kind: {**body, **_translated(target)}}]


def _pairs(body: dict[str, Any], maps: Maps) -> list[tuple[Any, Any]]:
    data = body.get("data")
    entries = data.get("set") if isinstance(data, dict) else maps.get(str(data).removeprefix("@"))
    pairs = [(_value(entry[0]), entry[1]) for entry in entries or () if isinstance(entry, list) and len(entry) == 2]
    # a map has no order, but for the entry that takes what is left
    pairs.sort(key=lambda pair: (pair[0] == "*", natural_order(text_of(pair[0]))))
    return pairs if len(pairs) <= MAX_ENTRIES else []


def _value(key: Any) -> Any:
    """An element that carries a comment or a counter is wrapped."""
    return key["elem"].get("val") if isinstance(key, dict) and isinstance(key.get("elem"), dict) else key


def _matches(left: Any, right: Any) -> list[Any]:
    """``left`` is ``right``, as matches; a joined key gives one for each of its parts. ``*`` is every other key."""
    if right == "*":
        return []
    joined = left.get("concat") if isinstance(left, dict) else None
    parts = right.get("concat") if isinstance(right, dict) else None
    if isinstance(joined, list) and isinstance(parts, list) and len(joined) == len(parts):
        return [{"match": {"op": "==", "left": one, "right": other}} for one, other in zip(joined, parts, strict=True)]
    return [{"match": {"op": "==", "left": left, "right": right}}]


def _translated(target: Any) -> dict[str, Any]:
    """An entry's value: an address, or an address joined with a port."""
    joined = target.get("concat") if isinstance(target, dict) else None
    return {"addr": joined[0], "port": joined[1]} if isinstance(joined, list) and len(joined) == 2 else {"addr": target}

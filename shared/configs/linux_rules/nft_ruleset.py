"""nft's objects as tables with chains, sets and maps.

Source: libnftables-json(5), nftables 1.0.6: one list of objects ``table``, ``chain``, ``rule``, ``set``, ``map`` in the order in which
nft keeps them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.configs.linux_rules.chains import Chain, ChainKey
from shared.configs.linux_rules.nft_match import NamedSet, set_elements
from shared.errors import Unparsed

CALLS = ("jump", "goto")
MAX_OBJECTS = 50_000
"""Tables, chains and rules. The largest rule bases of small sites have some thousands."""

Objects = Iterable[tuple[int, dict[str, Any]]]
"""(line, object)"""


@dataclass(slots=True)
class Ruleset:
    chains: dict[ChainKey, Chain] = field(default_factory=dict)
    bodies: dict[ChainKey, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    """chain -> (line, rule)"""
    sets: dict[tuple[str, str], dict[str, NamedSet]] = field(default_factory=dict)
    maps: dict[tuple[str, str], dict[str, list[Any]]] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    """Objects of kinds that are not modelled: kind -> how many."""

    def targets(self, chain: Chain, statements: Iterable[Any]) -> Iterator[ChainKey]:
        """The chains that the statements, or the verdicts of their maps, jump to."""
        for statement in statements:
            for verdict in self._verdicts(statement, chain):
                for call in CALLS:
                    body = verdict.get(call) if isinstance(verdict, dict) else None
                    name = body.get("target") if isinstance(body, dict) else body
                    if isinstance(name, str) and (*chain.key[:2], name) in self.chains:
                        yield (*chain.key[:2], name)

    def _verdicts(self, statement: Any, chain: Chain) -> Iterator[Any]:
        yield statement
        body = statement.get("vmap") if isinstance(statement, dict) else None
        data = body.get("data") if isinstance(body, dict) else None
        named = self.maps.get(chain.key[:2], {}).get(str(data).removeprefix("@"), [])
        for entry in as_list(data["set"]) if isinstance(data, dict) and "set" in data else named:
            if isinstance(entry, list) and len(entry) == 2:
                yield entry[1]


def ruleset(objects: Objects) -> Ruleset:
    found = Ruleset()
    dormant: set[tuple[str, str]] = set()
    for count, (line, kind, body) in enumerate(_kinds(objects)):
        if count > MAX_OBJECTS:
            raise Unparsed(f"nft's rule set has more than {MAX_OBJECTS} parts")
        key = (str(body.get("family", "")), str(body.get("table", body.get("name", ""))))
        if kind == "table":
            if "dormant" in as_list(body.get("flags")):
                dormant.add(key)
        elif kind == "chain":
            _add_chain(found, (*key, str(body.get("name", ""))), body, line)
        elif kind == "rule":
            place = (*key, str(body.get("chain", "")))
            found.chains.setdefault(place, Chain(place))
            found.bodies.setdefault(place, []).append((line, body))
        elif kind == "set":
            found.sets.setdefault(key, {})[str(body.get("name"))] = NamedSet(set_elements(as_list(body.get("elem"))), is_dynamic(body))
        elif kind == "map":
            found.maps.setdefault(key, {})[str(body.get("name"))] = as_list(body.get("elem"))
        elif kind != "metainfo":
            found.others[kind] = found.others.get(kind, 0) + 1
    for chain in found.chains.values():
        chain.dormant = chain.key[:2] in dormant
    return found


def is_dynamic(body: dict[str, Any]) -> bool:
    """Rules or time-outs change the set: its elements are no configuration."""
    flags = as_list(body.get("flags"))
    return "dynamic" in flags or "timeout" in flags or "timeout" in body


def _add_chain(found: Ruleset, key: ChainKey, body: dict[str, Any], line: int) -> None:
    """A chain may be told more than once: its rules stay."""
    chain = found.chains.setdefault(key, Chain(key))
    chain.kind, chain.hook, chain.line = str(body.get("type", "")), str(body.get("hook", "")), line
    chain.policy = str(body.get("policy", "accept"))
    chain.shows_policy = chain.kind in ("filter", "route") and bool(chain.hook)


def _kinds(objects: Objects) -> Iterator[tuple[int, str, dict[str, Any]]]:
    for line, entry in objects:
        yield from ((line, kind, body) for kind, body in entry.items() if isinstance(body, dict))


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]

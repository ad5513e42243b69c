"""nft's JSON as chains with their rules, and which traffic reaches each chain.

Source: libnftables-json(5), nftables 1.0.6: one list of objects ``table``, ``chain``, ``rule``, ``set``, ``map`` in the order in which
nft keeps them. A chain with a hook is called by the kernel; any other one only by a jump. Raises Unparsed for text that is no such
document.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.ssh.nft_match import NamedSet, set_elements
from shared.errors import Unparsed

ChainKey = tuple[str, str, str]
"""family, table, chain"""

CALLS = ("jump", "goto")
MAX_OBJECTS = 50_000
"""Tables, chains and rules. The largest rule bases of small sites have some thousands."""


@dataclass(slots=True)
class Chain:
    key: ChainKey
    kind: str = ""
    """``filter``, ``nat``, ``route``; empty: no hook."""
    hook: str = ""
    policy: str = ""
    rules: list[dict[str, Any]] = field(default_factory=list)
    reached_from: list["Chain"] = field(default_factory=list)
    """The chains with a hook whose packets may come here; itself, where it has a hook."""

    @property
    def name(self) -> str:
        return " ".join(self.key)


@dataclass(slots=True)
class Ruleset:
    chains: dict[ChainKey, Chain] = field(default_factory=dict)
    sets: dict[tuple[str, str], dict[str, NamedSet]] = field(default_factory=dict)
    maps: dict[tuple[str, str], dict[str, list[Any]]] = field(default_factory=dict)
    dormant: set[tuple[str, str]] = field(default_factory=set)

    def target(self, chain: Chain, statement: Any) -> Chain | None:
        """The chain that a statement of ``chain`` jumps to."""
        for call in CALLS:
            body = statement.get(call) if isinstance(statement, dict) else None
            name = body.get("target") if isinstance(body, dict) else body
            if isinstance(name, str):
                return self.chains.get((*chain.key[:2], name))
        return None


def parse(text: str) -> Ruleset:
    ruleset = Ruleset()
    for kind, body in _objects(text):
        key = (str(body.get("family", "")), str(body.get("table", body.get("name", ""))))
        if kind == "table" and "dormant" in _list(body.get("flags")):
            ruleset.dormant.add(key)
        elif kind == "chain":
            chain = Chain((*key, str(body.get("name", ""))), str(body.get("type", "")), str(body.get("hook", "")))
            chain.policy = str(body.get("policy", "accept"))
            ruleset.chains[chain.key] = chain
        elif kind == "rule":
            place = (*key, str(body.get("chain", "")))
            ruleset.chains.setdefault(place, Chain(place)).rules.append(body)
        elif kind == "set":
            dynamic = "dynamic" in _list(body.get("flags")) or "timeout" in body or "timeout" in _list(body.get("flags"))
            ruleset.sets.setdefault(key, {})[str(body.get("name"))] = NamedSet(set_elements(_list(body.get("elem"))), dynamic)
        elif kind == "map":
            ruleset.maps.setdefault(key, {})[str(body.get("name"))] = _list(body.get("elem"))
    _follow_jumps(ruleset)
    return ruleset


def _objects(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        entries = json.loads(text)["nftables"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unparsed("nft did not print its rule set as JSON", text) from None
    if len(_list(entries)) > MAX_OBJECTS:
        raise Unparsed(f"nft's rule set has more than {MAX_OBJECTS} parts")
    for entry in _list(entries):
        if isinstance(entry, dict):
            yield from ((kind, body) for kind, body in entry.items() if isinstance(body, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _follow_jumps(ruleset: Ruleset) -> None:
    for base in [chain for chain in ruleset.chains.values() if chain.hook]:
        waiting = [base]
        while waiting:
            chain = waiting.pop()
            if base in chain.reached_from:
                continue
            chain.reached_from.append(base)
            for rule in chain.rules:
                waiting += [target for verdict in verdicts(rule, ruleset, chain) if (target := ruleset.target(chain, verdict))]


def verdicts(rule: dict[str, Any], ruleset: Ruleset, chain: Chain) -> Iterator[Any]:
    """The rule's statements, and the verdicts of the maps that it decides by."""
    for statement in _list(rule.get("expr")):
        yield statement
        body = statement.get("vmap") if isinstance(statement, dict) else None
        data = body.get("data") if isinstance(body, dict) else None
        named = ruleset.maps.get(chain.key[:2], {}).get(str(data).removeprefix("@"), [])
        for entry in _list(data["set"]) if isinstance(data, dict) and "set" in data else named:
            if isinstance(entry, list) and len(entry) == 2:
                yield entry[1]

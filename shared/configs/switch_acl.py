"""A switch's access lists as firewall rules: the lists in the order of the text, where they are applied, and what they imply at the end.

Cisco-like lists end in an unwritten ``deny any``; Comware's packet filters let through what no rule fits. A list that is applied nowhere
is not bound. Applied on the way in: ``from`` names the interfaces; on the way out: ``to``; both ways: ``conditions`` say so, as a rule has
but one pair of sides. Sources: the makes' security guides; RFC 8519 for the terms.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.configs import values
from shared.configs.reading import Reading
from shared.firewall import ANY, Action, FirewallRule, Scope

Direction = Literal["in", "out", "self"]


@dataclass(slots=True)
class Term:
    """One rule of a list, as it is read."""

    action: Action
    line: int
    raw: str
    number: str = ""
    native: str = ""
    protocol: str = "ip"
    source: str = ANY
    destination: str = ANY
    ports: str = ANY
    source_ports: str = ANY
    log: bool = False
    states: tuple[str, ...] = ()
    schedule: str = ""
    comment: str = ""
    enabled: bool = True
    conditions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class AccessList:
    name: str
    family: str = "ipv4"
    terms: list[Term] = field(default_factory=list)
    implies_deny: bool = True
    line: int = 0
    remark: str = ""


@dataclass(slots=True)
class AccessLists:
    lists: dict[str, AccessList] = field(default_factory=dict)
    applied: dict[str, list[tuple[Direction, str]]] = field(default_factory=dict)
    other_names: dict[str, str] = field(default_factory=dict)
    """A list's number -> its name, where a make gives both."""
    addresses: dict[str, list[str]] = field(default_factory=dict)
    """Named groups of addresses, where a make has them."""
    ports: dict[str, list[str]] = field(default_factory=dict)

    def named(self, name: str, line: int, *, family: str = "ipv4", implies_deny: bool = True) -> AccessList:
        if name not in self.lists:
            self.lists[name] = AccessList(name, family, implies_deny=implies_deny, line=line)
        return self.lists[name]

    def apply(self, name: str, direction: Direction, place: str) -> None:
        held = self.applied.setdefault(name, [])
        if (direction, place) not in held:
            held.append((direction, place))

    def allowed_sources(self, name: str) -> list[str]:
        """What a list lets in, for a service that it guards."""
        found = self.lists.get(self.other_names.get(name, name))
        return [term.source for term in found.terms if term.action is Action.ALLOW] if found else []

    def finish(self, reading: Reading) -> None:
        for number, name in self.other_names.items():
            for direction, place in self.applied.pop(number, ()) if number != name else ():
                self.apply(name, direction, place)
        for each in self.lists.values():
            seen: Counter[str] = Counter()
            for term in each.terms:
                reading.firewall_rules.append(self._rule(each, term, _key(each, term, seen), len(reading.firewall_rules) + 1))
            if each.implies_deny and each.terms:
                last = Term(Action.DENY, each.line, "")
                order = len(reading.firewall_rules) + 1
                rule = self._rule(each, last, f"{each.name} implicit", order)
                reading.firewall_rules.append(rule.model_copy(update={"implicit": True, "line": None}))
        for name in self.applied.keys() - self.lists.keys():
            reading.warnings.append(f"access list {name} is applied and not defined")

    def _rule(self, of: AccessList, term: Term, key: str, order: int) -> FirewallRule:
        sources, source_names = self._resolved(term.source, self.addresses)
        destinations, destination_names = self._resolved(term.destination, self.addresses)
        services, service_names = self._services(term)
        missing = [
            name for name in (*source_names, *destination_names) if name not in self.addresses
        ] + [name for name in service_names if name not in self.ports]  # fmt: skip
        held = self.applied.get(of.name, [])
        return FirewallRule.model_validate(
            {
                "key": key, "order": order, "ruleset": of.name, "family": of.family, "enabled": term.enabled, "bound": bool(held),
                "action": term.action, "native_action": term.native, "sources": sources,
                "destinations": destinations, "services": services, "source_names": source_names, "log": term.log,
                "destination_names": destination_names, "service_names": service_names, "states": term.states,
                "schedule": term.schedule, "comment": term.comment, "raw": term.raw, "line": term.line or None,
                "why_without_effect": f"{missing[0]} is not defined" if missing else "", **_sides(held, term.conditions),
            }
        )  # fmt: skip

    def _resolved(self, value: str, groups: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if value == ANY or not value.startswith("@"):
            return (value,), ()
        name = value[1:]
        return tuple(groups.get(name) or (name,)), (name,)

    def _services(self, term: Term) -> tuple[tuple[str, ...], tuple[str, ...]]:
        protocol = "any" if term.protocol in ("ip", "any", "ipv6") else term.protocol
        names = tuple(each[1:] for each in (term.ports, term.source_ports) if each.startswith("@"))
        to_ports, _ = self._resolved(term.ports, self.ports)
        from_ports, _ = self._resolved(term.source_ports, self.ports)
        return tuple(values.service(protocol, to, at) for to in to_ports for at in from_ports), names


def _sides(held: Sequence[tuple[Direction, str]], conditions: Sequence[str]) -> dict[str, object]:
    """Where the list is applied, as a rule tells it."""
    sides: dict[str, list[str]] = {"in": [], "out": [], "self": []}
    for direction, place in held:
        sides[direction].append(place)
    if sides["self"] and not (sides["in"] or sides["out"]):
        return {"scope": Scope.INPUT, "conditions": (*conditions, f"applied to {', '.join(sides['self'])}")}
    if sides["in"] and sides["out"]:
        both = (f"applied in on {', '.join(sides['in'])}", f"applied out on {', '.join(sides['out'])}")
        return {"conditions": (*conditions, *both)}
    return {"from": sides["in"] or (ANY,), "to": sides["out"] or (ANY,), "conditions": tuple(conditions)}


def _key(of: AccessList, term: Term, seen: Counter[str]) -> str:
    if term.number:
        return f"{of.name} {term.number}"
    key = f"{of.name} {hashlib.blake2b(term.raw.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"

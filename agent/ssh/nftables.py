"""A Linux firewall's rules, port-forwards and source translation, as ``nft -j list ruleset`` prints them.

Source: libnftables-json(5), nft(8), nftables 1.0.6. Raw: one JSON document. Every rule is told, in nft's order: those of chains that
nothing jumps to as unbound, a chain's policy as an implicit rule at its end. A rule of a nat chain that translates is a port-forward or a
source translation; what its chain was called with counts as its own condition.

A rule's key is a hash of what it does, not nft's handle, which changes when the rule set is loaded again, and without its counters and its
comment; rules that do the same in the same chain are numbered. Raises Unparsed for text that is no rule set, and, after all else is told,
for rules that iptables-nft has made of extensions which nft cannot show.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.ssh.nft_maps import written_out
from agent.ssh.nft_match import ANY_OF, Terms, add_match
from agent.ssh.nft_ruleset import Chain, Ruleset, parse
from agent.ssh.nft_text import rule_text, statement_text, text_of
from shared.errors import Unparsed
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, SourceNat, SourceNatKind
from shared.observation import FirewallRuleSeen, Observation, PortForwardSeen, SourceNatSeen
from shared.text import one_line

_VERDICTS = {
    "accept": Action.ALLOW,
    "drop": Action.DENY,
    "reject": Action.REJECT,
    "jump": Action.JUMP,
    "goto": Action.JUMP,
    "return": Action.RETURN,
}
_SCOPES = {"input": Scope.INPUT, "forward": Scope.FORWARD, "output": Scope.OUTPUT}
_FAMILIES = {"ip": "ipv4", "ip6": "ipv6"}
_CONDITIONS = {"limit", "quota", "ct count", "meter"}
"""Statements that ask something of the packet without being matches."""
_DESTINATION_NAT, _SOURCE_NAT = ("dnat", "redirect"), ("snat", "masquerade")
THIS_DEVICE = "self"


@dataclass(slots=True)
class _Rule:
    """One rule, understood."""

    chain: Chain
    key: str
    order: int
    comment: str
    raw: str
    enabled: bool
    terms: Terms = field(default_factory=Terms)
    action: Action | None = None
    native_action: str = ""
    log: bool = False
    nat: tuple[str, Any] | None = None


def read(text: str) -> Iterator[Observation]:
    ruleset = parse(text)
    outer = _callers(ruleset)
    order, seen = 0, Counter[str]()
    for chain in ruleset.chains.values():
        for body in chain.rules:
            for statements in written_out(_statements(body), ruleset.maps.get(chain.key[:2], {})):
                order += 1
                rule = _understood(ruleset, chain, statements, str(body.get("comment", "")), order, seen)
                yield _observation(rule, outer)
        if chain.kind in ("filter", "route"):
            order += 1
            yield FirewallRuleSeen(rule=_policy(chain, order, chain.key[:2] not in ruleset.dormant))
    foreign = sum("xt" in statement for c in ruleset.chains.values() for b in c.rules for statement in _statements(b))
    if foreign:
        raise Unparsed(f"{foreign} matches or targets are iptables' own, and nft does not show what they ask; see their rules' conditions")


def _statements(body: dict[str, Any]) -> list[Any]:
    statements = body.get("expr")
    return statements if isinstance(statements, list) else []


def _understood(ruleset: Ruleset, chain: Chain, statements: list[Any], comment: str, order: int, seen: Counter[str]) -> _Rule:
    digest = _digest(chain, statements)
    seen[digest] += 1
    key = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    rule = _Rule(chain, key, order, one_line(comment), rule_text(statements, comment), chain.key[:2] not in ruleset.dormant)
    sets = ruleset.sets.get(chain.key[:2], {})
    effects: list[str] = []
    for statement in statements:
        name, body = next(iter(statement.items()), ("", None)) if isinstance(statement, dict) else (text_of(statement), None)
        if name == "match":
            add_match(rule.terms, statement, sets)
        elif name in _VERDICTS:
            rule.action, rule.native_action = _VERDICTS[name], statement_text(statement)
        elif name in (*_DESTINATION_NAT, *_SOURCE_NAT):
            rule.nat, rule.native_action = (name, body if isinstance(body, dict) else {}), statement_text(statement)
        elif name == "log":
            rule.log = True
        elif name in _CONDITIONS or (name == "xt" and isinstance(body, dict) and body.get("type") == "match"):
            rule.terms.conditions.append(statement_text(statement))
        elif name != "counter":
            effects.append(statement_text(statement))
    _give_action(rule, effects)
    return rule


def _give_action(rule: _Rule, effects: list[str]) -> None:
    """A rule without a verdict only notes or changes something; with one, what else it does is kept among its conditions."""
    if rule.action is None and rule.nat is None:
        rule.action = Action.OTHER if effects or not rule.log else Action.LOG
        rule.native_action = "; ".join(effects)
    else:
        rule.terms.conditions += effects


def _digest(chain: Chain, statements: list[Any]) -> str:
    text = json.dumps([chain.key, [_without_counters(statement) for statement in statements]], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _without_counters(statement: Any) -> Any:
    """The statement without the numbers in it that count."""
    if not isinstance(statement, dict):
        return statement
    if isinstance(statement.get("counter"), dict):
        return "counter"
    if isinstance(statement.get("quota"), dict):
        return {"quota": {key: value for key, value in statement["quota"].items() if not key.startswith("used")}}
    return "last" if "last" in statement else _in_order(statement)


def _in_order(value: Any) -> Any:
    """The expression with its sets sorted: nft prints them in an order that changes when the rule set is loaded."""
    if isinstance(value, list):
        return [_in_order(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: sorted((_in_order(part) for part in inner), key=json.dumps) if key == "set" and isinstance(inner, list) else _in_order(inner)
        for key, inner in value.items()
    }


def _callers(ruleset: Ruleset) -> dict[tuple[str, str, str], list[_Rule]]:
    """Chain -> the rules that jump to it."""
    found: dict[tuple[str, str, str], list[_Rule]] = {}
    for chain in ruleset.chains.values():
        for body in chain.rules:
            for statements in written_out(_statements(body), ruleset.maps.get(chain.key[:2], {})):
                for target in {t.key: t for s in statements if (t := ruleset.target(chain, s))}.values():
                    found.setdefault(target.key, []).append(_understood(ruleset, chain, statements, "", 0, Counter()))
    return found


def _observation(rule: _Rule, callers: dict[tuple[str, str, str], list[_Rule]]) -> Observation:
    kinds = {base.kind for base in rule.chain.reached_from}
    exempted = rule.action in (Action.ALLOW, Action.RETURN) and kinds == {"nat"} and _hooks(rule.chain) == {"postrouting"}
    if rule.nat or exempted:
        _inherit(rule, callers)
    if rule.nat and rule.nat[0] in _DESTINATION_NAT:
        return PortForwardSeen(forward=_port_forward(rule))
    if rule.nat or exempted:
        return SourceNatSeen(nat=_source_nat(rule))
    return FirewallRuleSeen(rule=_firewall_rule(rule, "nat" in kinds))


def _inherit(rule: _Rule, callers: dict[tuple[str, str, str], list[_Rule]]) -> None:
    """Adds the conditions of the jumps that lead here, as long as there is one way only."""
    chain, passed = rule.chain, set[tuple[str, str, str]]()
    while not chain.hook and chain.key not in passed:
        passed.add(chain.key)
        ways = callers.get(chain.key, [])
        if len(ways) != 1:
            rule.terms.conditions.append(f"reached from {', '.join(sorted({way.chain.name for way in ways})) or 'nowhere'}")
            rule.enabled = rule.enabled and bool(ways)
            return
        rule.terms.inherit(ways[0].terms)
        chain = ways[0].chain
    rule.enabled = rule.enabled and bool(chain.hook)


def _hooks(chain: Chain) -> set[str]:
    return {base.hook for base in chain.reached_from}


def _scope(chain: Chain) -> Scope:
    scopes = {_SCOPES.get(hook, Scope.OTHER) for hook in _hooks(chain)}
    return scopes.pop() if len(scopes) == 1 and chain.key[0] in ("ip", "ip6", "inet") else Scope.OTHER


def _firewall_rule(rule: _Rule, nat: bool) -> FirewallRule:
    terms = rule.terms
    hooks = _hooks(rule.chain)
    conditions = [*terms.conditions, *([f"reached from {', '.join(sorted(hooks))}"] if len(hooks) > 1 else [])]
    return FirewallRule(
        key=rule.key,
        order=rule.order,
        ruleset=rule.chain.name,
        scope=_scope(rule.chain),
        family=terms.family or _FAMILIES.get(rule.chain.key[0], ANY),
        enabled=rule.enabled,
        bound=bool(hooks),
        action=rule.action or Action.OTHER,
        native_action=rule.native_action,
        from_=terms.from_,
        to=terms.to,
        sources=terms.sources,
        destinations=terms.destinations,
        services=terms.services(),
        states=terms.states,
        schedule=", ".join(terms.schedule),
        log=rule.log,
        nat=nat,
        comment=rule.comment,
        conditions=tuple(conditions),
        raw=rule.raw,
    )


def _policy(chain: Chain, order: int, enabled: bool) -> FirewallRule:
    return FirewallRule(
        key=f"policy/{'/'.join(chain.key)}",
        order=order,
        ruleset=chain.name,
        scope=_scope(chain),
        family=_FAMILIES.get(chain.key[0], ANY),
        enabled=enabled,
        implicit=True,
        action=_VERDICTS.get(chain.policy, Action.OTHER),
        native_action=f"policy {chain.policy}",
        raw=f"policy {chain.policy}",
    )


def _conditions(rule: _Rule) -> tuple[str, ...]:
    terms = rule.terms
    states = [f"ct state {','.join(terms.states)}"] if terms.states else []
    return (*terms.conditions, *states, *terms.schedule)


def _port_forward(rule: _Rule) -> PortForward:
    kind, body = rule.nat or ("", {})
    terms = rule.terms
    protocols, ports = _protocols_and_ports(terms)
    outputs = [f"oifname {', '.join(terms.to)}"] if terms.to != ANY_OF else []
    local = ["from this device itself"] if _hooks(rule.chain) == {"output"} else []
    return PortForward(
        key=rule.key,
        order=rule.order,
        enabled=rule.enabled,
        protocol=protocols,
        from_=terms.from_,
        public_address=", ".join(terms.destinations),
        public_ports=ports,
        sources=terms.sources,
        to_address=THIS_DEVICE if kind == "redirect" else text_of(body.get("addr", "")),
        to_ports="" if body.get("port") is None else text_of(body["port"]),
        comment=rule.comment,
        conditions=(*_conditions(rule), *outputs, *local),
        raw=rule.raw,
    )


def _protocols_and_ports(terms: Terms) -> tuple[str, str]:
    """(``tcp+udp``, ``80,443``)"""
    if terms.ports is None:
        return "+".join(terms.protocols) or ANY, ANY
    protocol, values = terms.ports
    return "+".join(terms.protocols) if protocol == "th" and terms.protocols else protocol, ",".join(values)


def _source_nat(rule: _Rule) -> SourceNat:
    kind, body = rule.nat or ("", {})
    terms = rule.terms
    inputs = [f"iifname {', '.join(terms.from_)}"] if terms.from_ != ANY_OF else []
    address, port = body.get("addr"), body.get("port")
    return SourceNat(
        key=rule.key,
        order=rule.order,
        enabled=rule.enabled,
        kind={"masquerade": SourceNatKind.MASQUERADE, "snat": SourceNatKind.SOURCE}.get(kind, SourceNatKind.NONE),
        to=terms.to,
        sources=terms.sources,
        destinations=terms.destinations,
        services=terms.services(),
        to_source=("" if address is None else text_of(address)) + ("" if port is None else f":{text_of(port)}"),
        comment=rule.comment,
        conditions=(*_conditions(rule), *inputs),
        raw=rule.raw,
    )

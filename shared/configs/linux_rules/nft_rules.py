"""nftables' rules, from the objects of ``nft -j list ruleset`` (or of the same told as text).

Source: libnftables-json(5), nft(8), nftables 1.0.6. Every rule is told, in nft's order. A rule's digest is of what it does, not nft's
handle, which changes when the rule set is loaded again, and without its counters and its comment."""

import hashlib
import json
from typing import Any

from shared.configs.linux_rules.chains import DESTINATION_NAT, SOURCE_NAT, Chain, Rule, Translation
from shared.configs.linux_rules.nft_maps import written_out
from shared.configs.linux_rules.nft_match import add_match
from shared.configs.linux_rules.nft_ruleset import Ruleset, as_list
from shared.configs.linux_rules.nft_text import rule_text, statement_text, text_of
from shared.firewall import Action
from shared.text import one_line

_VERDICTS = {
    "accept": Action.ALLOW,
    "drop": Action.DENY,
    "reject": Action.REJECT,
    "jump": Action.JUMP,
    "goto": Action.JUMP,
    "return": Action.RETURN,
}
_CONDITIONS = {"limit", "quota", "ct count", "meter", "words"}
"""Statements that ask something of the packet without being matches."""


def understand(ruleset: Ruleset) -> int:
    """Puts the rules into their chains. How many matches and targets are iptables' own, which nft does not show."""
    foreign = 0
    for key, bodies in ruleset.bodies.items():
        chain = ruleset.chains[key]
        for line, body in bodies:
            foreign += sum("xt" in statement for statement in as_list(body.get("expr")) if isinstance(statement, dict))
            for statements in written_out(as_list(body.get("expr")), ruleset.maps.get(chain.key[:2], {})):
                chain.rules.append(_understood(ruleset, chain, statements, str(body.get("comment", "")), line))
    return foreign


def _understood(ruleset: Ruleset, chain: Chain, statements: list[Any], comment: str, line: int) -> Rule:
    rule = Rule(chain, _digest(chain, statements), one_line(comment), rule_text(statements, comment), line)
    rule.calls = tuple(ruleset.targets(chain, statements))
    sets = ruleset.sets.get(chain.key[:2], {})
    effects: list[str] = []
    for statement in statements:
        name, body = next(iter(statement.items()), ("", None)) if isinstance(statement, dict) else (text_of(statement), None)
        if name == "match":
            add_match(rule.terms, statement, sets)
        elif name in _VERDICTS:
            rule.action, rule.native_action = _VERDICTS[name], statement_text(statement)
        elif name in (*DESTINATION_NAT, *SOURCE_NAT):
            rule.nat, rule.native_action = _translation(name, body), statement_text(statement)
            rule.terms.conditions += _flags(body)
        elif name == "log":
            rule.log = True
        elif name in _CONDITIONS or (name == "xt" and isinstance(body, dict) and body.get("type") == "match"):
            rule.terms.conditions.append(statement_text(statement))
        elif name != "counter":
            effects.append(statement_text(statement))
    rule.terms.settle()
    _give_action(rule, effects)
    return rule


def _translation(kind: str, body: Any) -> Translation:
    address, port = (body.get("addr"), body.get("port")) if isinstance(body, dict) else (None, None)
    return Translation(kind, "" if address is None else text_of(address), "" if port is None else text_of(port))


def _flags(body: Any) -> list[str]:
    """``random``, ``persistent`` ..."""
    return [str(flag) for flag in as_list(body.get("flags"))] if isinstance(body, dict) else []


def _give_action(rule: Rule, effects: list[str]) -> None:
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

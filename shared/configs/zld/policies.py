"""Secure policies (``firewall`` before ZLD 4.10), by their number, which is their order; what none decides is the default rule's.

A policy to the zone ``ZyWALL`` (``Device`` in later releases) is for the device itself; one without ``to`` is for everything, the device
among it. Destination translation comes first: a policy names the machine inside. Source: ZLD CLI reference guide 4.x, "Secure Policy";
web help of ATP 4.60 and USG 4.70, "Security Policy".
"""

from dataclasses import dataclass, field

from shared.configs.named_objects import undefined
from shared.configs.statement import Statement
from shared.configs.to_itself import with_own
from shared.configs.zld.box import DEVICE, Box
from shared.firewall import ANY, Action, FirewallRule, Scope

RULESET = "secure-policy"
_ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY, "reject": Action.REJECT}
_PROFILES = {
    "app-profile": "application patrol", "anti-virus": "anti-virus", "content-filter": "content filter", "idp": "IDP",
    "anti-spam": "anti-spam", "ssl-inspection": "SSL inspection", "email-security": "e-mail security", "anti-malware": "anti-malware",
    "cf-profile": "content filter", "sandboxing": "sandboxing", "reputation-filter": "reputation filter", "ips": "IPS",
    "bwm-profile": "bandwidth", "secure-reporter": "reporter",
}  # fmt: skip
_TEXT = ("name", "schedule", "user", "from", "to")
_SIDES = ("sourceip", "sourceip6", "destinationip", "destinationip6", "service", "sourceport", "device")


@dataclass(slots=True)
class _Policy:
    text: dict[str, str] = field(default_factory=dict)
    sides: dict[str, list[str]] = field(default_factory=dict)
    enabled: bool = True
    """A new policy is, and not every release prints it."""
    log: bool = False
    action: str = "allow"
    comment: str = ""
    profiles: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


def keep(box: Box, statement: Statement) -> None:
    """``secure-policy 3``, ``secure-policy6 1``, ``firewall 3``, ``firewall WAN LAN 2``: read when all objects are known."""
    box.policies.append(statement)


def default_rule(box: Box, statement: Statement) -> None:
    """``secure-policy default-rule action deny no log``"""
    words = statement.words
    box.default_action = words[words.index("action") + 1]
    box.default_log = "log" in words and "no" not in words[words.index("action") :]


def switch(box: Box, statement: Statement) -> None:
    box.active = statement.words[0] != "no"


def finish(box: Box) -> None:
    rules = []
    for statement in box.policies:
        try:
            rules.append(_rule(box, statement))
        except (ValueError, LookupError):
            box.reading.unread(statement)
    if not rules:
        return
    told = [*with_own(rules), *(_default(box, scope) for scope in (Scope.FORWARD, Scope.INPUT))]
    box.reading.firewall_rules += [rule.model_copy(update={"order": order}) for order, rule in enumerate(told, start=1)]


def _default(box: Box, scope: Scope) -> FirewallRule:
    """With the switch off nothing is looked at."""
    action = _ACTIONS.get(box.default_action, Action.OTHER) if box.active else Action.ALLOW
    return FirewallRule(
        key=f"default-rule {scope.value}", order=0, ruleset=RULESET, name="default-rule" if box.active else "policies are switched off",
        scope=scope, implicit=True, action=action, native_action=box.default_action, log=box.default_log,
        destinations=(ANY,) if scope is Scope.FORWARD else ("self",),
    )  # fmt: skip


def _rule(box: Box, statement: Statement) -> FirewallRule:
    words = statement.words
    policy = _Policy()
    if len(words) == 4:
        policy.text["from"], policy.text["to"] = words[1], words[2]
    int(words[-1])
    for child in (child for child in statement.children if not child.noise):
        try:
            known = _line(policy, child.words)
        except (ValueError, LookupError):
            known = False
        if not known:
            policy.conditions.append(child.text)
            box.reading.unread(child)
    return _model(box, policy, statement)


def _line(policy: _Policy, words: list[str]) -> bool:
    first = words[0]
    rest = " ".join(words[1:])
    if first in _TEXT and rest:
        policy.text[first] = rest
    elif first in _SIDES and rest:
        policy.sides[first] = words[1:]
    elif first == "action":
        policy.action = words[1]
    elif words in (["activate"], ["no", "deactivate"]):
        policy.enabled = True
    elif words in (["no", "activate"], ["deactivate"]):
        policy.enabled = False
    elif first == "log":
        policy.log = True
    elif first == "description":
        policy.comment = rest
    elif first in _PROFILES:
        policy.profiles.append(f"{_PROFILES[first]} {words[1] if len(words) > 1 else ''}".strip())
    else:
        # "no to", "no schedule": nothing is asked
        return first == "no" and len(words) == 2 and words[1] in (*_TEXT, *_SIDES, *_PROFILES, "log", "description")
    return True


def _zone(name: str) -> tuple[str, ...]:
    return (ANY,) if not name or name.lower() == ANY else (name,)


def _model(box: Box, policy: _Policy, statement: Statement) -> FirewallRule:
    six = statement.words[0].endswith("6")
    source = policy.sides.get("sourceip6" if six else "sourceip", [])
    destination = policy.sides.get("destinationip6" if six else "destinationip", [])
    service = [name for name in policy.sides.get("service", []) if name.lower() != ANY]
    own = policy.text.get("to", "").lower() in DEVICE
    table = box.addresses6 if six else box.addresses
    conditions = [
        *policy.conditions,
        *(f"{name} {' '.join(policy.sides[name])}" for name in ("sourceport", "device") if name in policy.sides),
    ]
    missing = box.missing([*source, *destination], table)
    user = policy.text.get("user", "")
    return FirewallRule.model_validate(
        {
            "key": box.keys.numbered(" ".join(statement.words[1:] if not six else statement.words)),
            "order": 0, "ruleset": RULESET, "name": policy.text.get("name", ""), "family": "ipv6" if six else "ipv4",
            "scope": Scope.INPUT if own else Scope.FORWARD, "enabled": policy.enabled and box.active,
            "action": _ACTIONS.get(policy.action, Action.OTHER), "native_action": policy.action,
            "from": _zone(policy.text.get("from", "")), "to": (ANY,) if own else _zone(policy.text.get("to", "")),
            "sources": box.addresses_of(source, six=six),
            "destinations": ("self",) if own and not destination else box.addresses_of(destination, six=six),
            "services": box.services.all_values(service) if service else (ANY,),
            "source_names": tuple(source), "destination_names": tuple(destination), "service_names": tuple(service),
            "users": (user,) if user and user.lower() != ANY else (), "schedule": _asked(policy.text.get("schedule", "")),
            "profiles": tuple(policy.profiles), "log": policy.log, "comment": policy.comment, "conditions": tuple(conditions),
            "why_without_effect": undefined(missing, kind="address object")
            or undefined(box.missing(service, box.services), kind="service object"),
            "raw": raw(statement), "line": statement.line,
        }
    )  # fmt: skip


def _asked(text: str) -> str:
    return "" if text.lower() in ("none", "always", ANY) else text


def raw(statement: Statement) -> str:
    return "\n".join((statement.text, *(f" {child.text}" for child in statement.children if not child.noise)))

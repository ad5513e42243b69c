"""Who may talk to whom? Security rules of each virtual system, with Panorama's before and after, and the two that stand at the end.

The first rule that fits decides. What fits none is allowed within a zone and dropped between zones, unless ``default-security-rules``
say otherwise. Addresses are those before translation, zones those after. Source: PAN-OS administrator's guide, "Security policy".
"""

from shared.configs.panos import box as places
from shared.configs.panos.box import PUSHED, Box, Scope
from shared.configs.word_tree import Node
from shared.firewall import Action, FirewallRule

ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY, "drop": Action.DENY, "reset-client": Action.REJECT, "reset-server": Action.REJECT,
           "reset-both": Action.REJECT, "drop-all-packets": Action.DENY}  # fmt: skip
BASES = (("pre-rulebase", "pre"), ("rulebase", ""), ("post-rulebase", "post"))
_OPTIONS = ("log-setting", "option", "qos", "icmp-unreachable", "group-tag", "disable-server-response-inspection", "uuid",
"disable-inspect",
            "saas-tenant-list", "saas-user-list", "loc")  # fmt: skip
_CONDITIONS = ("category", "hip-profiles", "source-hip", "destination-hip", "source-imsi", "source-imei", "source-nw-slice",
               "source-subscriber")  # fmt: skip
_OTHER_BASES = {
    "pbf": "policy-based forwarding", "qos": "quality of service", "decryption": "decryption rules", "dos": "denial of service rules",
    "application-override": "application override rules", "captive-portal": "authentication rules", "tunnel-inspect": "tunnel inspection",
    "authentication": "authentication rules", "sdwan": "SD-WAN rules", "network-packet-broker": "packet broker rules",
}  # fmt: skip


def read(box: Box) -> None:
    """In the order in which they are asked: Panorama's first rules, the device's own, Panorama's last, the defaults."""
    for base, place in BASES:
        for scope in _order(box, base):
            node = scope.node.get(base)
            if node is None:
                continue
            for name, section in _OTHER_BASES.items():
                node.pass_over(section, name)
            for rule in node.each("security", "rules"):
                box.attempt(_rule, rule, scope, f"{scope.name} {place}".strip(), _ruleset(box, scope))
    for scope in box.scopes:
        _defaults(box, scope)


def _order(box: Box, base: str) -> list[Scope]:
    """Shared rules go first before the own ones, and last after them."""
    ranks = {"shared": 0, "device-group": 1, "vsys": 2}
    return sorted(box.scopes, key=lambda scope: ranks[scope.kind] * (-1 if base == "post-rulebase" else 1))


def _ruleset(box: Box, scope: Scope) -> str:
    """Panorama's rules before and after are of one list with the device's own."""
    own = [each.name for each in box.scopes if each.kind == "vsys" and not each.name.endswith(PUSHED)]
    if scope.kind == "shared" and len(own) == 1:
        return own[0]
    return scope.name.removesuffix(PUSHED)


def _log(rule: Node) -> bool:
    """The end of a session is noted unless it is said otherwise."""
    ends, starts = rule.value("log-end"), rule.value("log-start")
    return ends != "no" or starts == "yes"


def _side(box: Box, scope: Scope, rule: Node, side: str, wrong: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = rule.values(side)
    negated = rule.value(f"negate-{side}") == "yes"
    found: dict[str, None] = {}
    for name in names:
        values, why = places.address(box, scope, name)
        found.update(dict.fromkeys(values))
        wrong += [why] if why else []
    if negated and found and "any" not in found:
        return tuple(f"!{each}" for each in found), tuple(names)
    return tuple(found) or ("any",), tuple(names)


def _services(scope: Scope, names: list[str], wrong: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        values, why = places.service(scope, name)
        found.update(dict.fromkeys(values))
        wrong += [why] if why else []
    return tuple(found) or ("any",)


def _profiles(rule: Node) -> list[str]:
    setting = rule.get("profile-setting")
    if setting is None:
        return []
    found = [f"group {name}" for name in setting.values("group")]
    return [*found, *(f"{kind.name} {name}" for kind in setting.each("profiles") for name in kind.values())]


def _conditions(rule: Node) -> list[str]:
    found = [f"{name} {value}" for name in _CONDITIONS for value in rule.values(name) if value not in ("any", "")]
    kind = rule.value("rule-type")
    found += [f"rule-type {kind}"] if kind not in ("", "universal") else []
    target = rule.get("target")
    if target is not None:
        negated = "not " if target.value("negate") == "yes" else ""
        found += [f"target {negated}{device}" for device in target.values("devices")]
        target.take_rest()
    return found


def _rule(box: Box, rule: Node, scope: Scope, place: str, ruleset: str) -> None:
    wrong: list[str] = []
    sources, source_names = _side(box, scope, rule, "source", wrong)
    destinations, destination_names = _side(box, scope, rule, "destination", wrong)
    service_names = rule.values("service")
    services = _services(scope, service_names, wrong)
    action = rule.value("action")
    schedule = rule.value("schedule")
    if schedule and not any(schedule in names.schedules for names in scope.names):
        wrong.append(f"schedule {schedule} is not defined")
    rule.values("tag")
    rule.pass_over("rule options", *_OPTIONS)
    said = {
        "key": f"{place}/{rule.name}", "order": len(box.reading.firewall_rules) + 1, "ruleset": ruleset, "name": rule.name,
        "enabled": rule.value("disabled") != "yes" and rule.active, "action": ACTIONS.get(action, Action.OTHER),
        "native_action": action or "no action", "from": tuple(rule.values("from")) or ("any",), "to": tuple(rule.values("to")) or ("any",),
        "sources": sources, "destinations": destinations, "services": services, "source_names": source_names,
        "destination_names": destination_names, "service_names": tuple(service_names),
        "application": ",".join(name for name in rule.values("application") if name != "any"),
        "users": tuple(name for name in rule.values("source-user") if name != "any"), "profiles": tuple(_profiles(rule)),
        "schedule": schedule, "log": _log(rule), "comment": rule.value("description"),
        "raw": box.tree.raw(rule), "line": box.tree.line(rule),
    }  # fmt: skip
    conditions = [*_conditions(rule), *rule.take_rest()]
    effect = "; ".join(dict.fromkeys(wrong))
    box.reading.firewall_rules.append(FirewallRule.model_validate({**said, "conditions": tuple(conditions), "why_without_effect": effect}))


def _defaults(box: Box, scope: Scope) -> None:
    """``intrazone-default`` and ``interzone-default``, as they come or as they are changed."""
    said: dict[str, Node] = {}
    for base, _ in BASES:
        for rule in scope.node.each(base, "default-security-rules", "rules"):
            said.setdefault(rule.name, rule)
    has_rules = any(base in scope.node.children for base, _ in BASES) or "zone" in scope.node.children
    if not said and (scope.kind != "vsys" or not has_rules or scope.name.endswith(PUSHED)):
        return
    for name, native in (("intrazone-default", "allow"), ("interzone-default", "deny")):
        rule = said.get(name) or Node(name)
        action = rule.value("action") or native
        log = "yes" in (rule.value("log-end"), rule.value("log-start"))
        rule.pass_over("rule options", *_OPTIONS)
        rule.values("tag")
        box.reading.firewall_rules.append(
            FirewallRule.model_validate(
                {
                    "key": f"{scope.name}/{name}", "order": len(box.reading.firewall_rules) + 1, "ruleset": scope.name, "name": name,
                    "implicit": True, "action": ACTIONS.get(action, Action.OTHER), "native_action": action, "log": log,
                    "profiles": tuple(_profiles(rule)), "line": box.tree.line(rule) if name in said else None,
                    "raw": box.tree.raw(rule) if name in said else "", "comment": rule.value("description"),
                    "conditions": (f"rule-type {name.removesuffix('-default')}", *rule.take_rest()),
                }
            )
        )  # fmt: skip

"""The packet filter of EdgeOS and VyOS: rule sets, and where they are used.

A rule set counts where an interface (``firewall in name X``; ``local`` is traffic to the box itself), a zone (``from LAN firewall name
X``) or a ``jump`` uses it. Since VyOS 1.4 there are base chains (``firewall ipv4 forward filter``) that need no binding. Rules are asked
by number; ``default-action`` is the end: drop in a rule set of one's own, accept in a base chain. A rule that is used in several places
says so in a condition where places and zones would otherwise mix. Source: VyOS documentation 1.2 to 1.5, "Firewall"; EdgeOS user guide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.configs.reading import Reading
from shared.configs.vyatta_match import Groups, match
from shared.configs.vyatta_tree import Node
from shared.device_config import Zone
from shared.firewall import ANY, Action, FirewallRule, Scope

_ACTIONS = {
    "accept": Action.ALLOW, "drop": Action.DENY, "reject": Action.REJECT, "jump": Action.JUMP, "return": Action.RETURN,
    "offload": Action.ALLOW,
}  # fmt: skip
_BASE = {
    ("forward", "filter"): Scope.FORWARD, ("input", "filter"): Scope.INPUT, ("output", "filter"): Scope.OUTPUT, ("output",
    "raw"): Scope.OTHER,
    ("prerouting", "raw"): Scope.OTHER, ("prerouting", "filter"): Scope.OTHER,
}  # fmt: skip
_RULE_SETS = {"name": "ipv4", "ipv6-name": "ipv6", "modify": "ipv4", "ipv6-modify": "ipv6"}
_DETAILS = (
    "all-ping", "broadcast-ping", "config-trap", "ipv6-receive-redirects", "ipv6-src-route", "ip-src-route", "log-martians",
    "receive-redirects",
    "send-redirects", "source-validation", "ipv6-source-validation", "syn-cookies", "twa-hazards-protection", "options", "resolver-cache",
    "resolver-interval", "flowtable", "directed-broadcast", "url-cache", "conntrack-expect-table-size", "conntrack-hash-size",
    "conntrack-table-size", "conntrack-tcp-loose", "apply-to-bridged-traffic", "timeout", "resolver-internal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a rule set is used."""

    scope: Scope
    came_by: str = ANY
    goes_by: str = ANY

    def __str__(self) -> str:
        return f"{self.came_by} -> {self.goes_by}"


@dataclass(slots=True)
class Uses:
    """Rule sets by kind and name (``("name", "WAN_IN")``), and where they are used."""

    of: dict[tuple[str, str], list[Use]] = field(default_factory=dict)

    def add(self, kind: str, name: str, use: Use) -> None:
        known = self.of.setdefault((kind, name), [])
        if use not in known:
            known.append(use)


@dataclass(slots=True)
class RuleSet:
    title: str
    """``name WAN_IN``, ``ipv4 forward filter``: how the platform calls it."""
    name: str
    family: str
    node: Node
    base: Scope | None = None
    is_modify: bool = False


def read_zones(reading: Reading, zones: Iterable[Node], uses: Uses) -> None:
    """Who uses which rule set, by zones. The local zone is the box itself."""
    nodes = list(zones)
    local = {zone.name for zone in nodes if zone.has("local-zone")}
    for zone in nodes:
        zone.read()
        interfaces = [*zone.values("interface"), *zone.values("member", "interface"), *zone.values("member", "vrf")]
        intra = zone.get("intra-zone-filtering")
        action = zone.value("intra-zone-filtering", "action") if intra else ""
        reading.zones.append(
            Zone.model_validate(
                {
                    "name": zone.name, "interfaces": tuple(interfaces), "comment": zone.value("description"),
                    "intrazone": "deny" if action == "drop" else "allow" if action == "accept" or not intra else "",
                }
            )
        )  # fmt: skip
        for kind, name in _rule_sets_of(intra.take("firewall") if intra else Node("")):
            uses.add(kind, name, Use(Scope.FORWARD, zone.name, zone.name))
        for start in zone.tags("from"):
            scope = Scope.INPUT if zone.name in local else Scope.OUTPUT if start.name in local else Scope.FORWARD
            for kind, name in _rule_sets_of(start.take("firewall")):
                uses.add(kind, name, Use(scope, start.name, zone.name))
        for kind, name in _rule_sets_of(zone.take("default-firewall")):
            uses.add(kind, name, Use(Scope.INPUT if zone.name in local else Scope.FORWARD, ANY, zone.name))
        zone.take("default-action").read_all()
        zone.take("default-log").read_all()
        zone.take("enable-default-log").read_all()


def zone_defaults(reading: Reading, zones: Iterable[Node], order: int) -> Iterator[FirewallRule]:
    """What comes to a zone from one that nothing is said of: dropped, unless ``default-action`` says otherwise."""
    nodes = list(zones)
    for zone in nodes:
        order += 1
        action = zone.value("default-action") or "drop"
        yield FirewallRule.model_validate(
            {
                "key": f"zone {zone.name} default-action", "order": order, "ruleset": f"zone {zone.name}", "implicit": True,
                "scope": Scope.INPUT if zone.get("local-zone") else Scope.FORWARD, "action": _ACTIONS.get(action, Action.DENY),
                "to": (zone.name,), "log": zone.get("default-log") is not None or zone.get("enable-default-log") is not None,
            }
        )  # fmt: skip


def _rule_sets_of(node: Node) -> Iterator[tuple[str, str]]:
    for kind in _RULE_SETS:
        for name in node.values(kind):
            yield kind, name


def attach(firewall: Node, interface: str, uses: Uses) -> None:
    """``interfaces ethernet eth0 firewall in name WAN_IN``."""
    for direction in firewall.tags():
        use = {
            "in": Use(Scope.FORWARD, interface, ANY), "out": Use(Scope.FORWARD, ANY, interface), "local": Use(Scope.INPUT, interface, ANY),
        }.get(direction.name)  # fmt: skip
        for kind, name in _rule_sets_of(direction):
            if use is not None:
                uses.add(kind, name, use)


def rule_sets(firewall: Node) -> Iterator[RuleSet]:
    """In the order of the text."""
    for node in firewall.children.values():
        if node.name in _RULE_SETS:
            for each in node.read().children.values():
                yield RuleSet(f"{node.name} {each.name}", each.name, _RULE_SETS[node.name], each.read(), is_modify="modify" in node.name)
        elif node.name in ("ipv4", "ipv6", "bridge"):
            family = node.name if node.name != "bridge" else ANY
            for hook in node.read().children.values():
                yield from _of_hook(node.name, family, hook.read())


def _of_hook(where: str, family: str, hook: Node) -> Iterator[RuleSet]:
    for each in hook.children.values():
        if hook.name == "name":
            yield RuleSet(f"{where} name {each.name}", each.name, family, each.read())
        else:
            scope = Scope.OTHER if where == "bridge" else _BASE.get((hook.name, each.name), Scope.OTHER)
            yield RuleSet(f"{where} {hook.name} {each.name}", f"{hook.name} {each.name}", family, each.read(), base=scope)


def read_rules(reading: Reading, firewall: Node, groups: Groups, uses: Uses) -> None:
    sets = list(rule_sets(firewall))
    _follow_jumps(sets, uses)
    _state_policy(reading, firewall)
    for each in sets:
        used = _uses_of(each, uses)
        each.node.value("description")
        rules = [rule for rule in each.node.tags("rule") if rule.name.isascii() and rule.name.isdigit()]
        for rule in sorted(rules, key=lambda node: int(node.name[:12])):
            try:
                reading.firewall_rules.append(_rule(each, rule, groups, used, len(reading.firewall_rules) + 1))
            except ValueError:
                # nothing of it is taken: it is unread as a whole
                for node in rule.walk():
                    node.state = 0
        reading.firewall_rules.append(_default(each, used, len(reading.firewall_rules) + 1))
    firewall.pass_over("settings of the firewall", *_DETAILS)
    if options := firewall.get("global-options"):
        options.pass_over_all("settings of the firewall")


def _kind_of(each: RuleSet) -> str:
    return each.title.split()[0] if each.title.split()[0] in _RULE_SETS else "ipv6-name" if each.family == "ipv6" else "name"


def _uses_of(each: RuleSet, uses: Uses) -> list[Use]:
    return [Use(each.base)] if each.base is not None else uses.of.get((_kind_of(each), each.name), [])


def _follow_jumps(sets: list[RuleSet], uses: Uses) -> None:
    """A rule set that a used one jumps to is used as that one is."""
    by_key = {(_kind_of(each), each.name): each for each in sets if each.base is None}
    waiting = [each for each in sets if _uses_of(each, uses)]
    steps = 0
    while waiting and steps < 100_000:
        each = waiting.pop()
        for rule in each.node.children.get("rule", Node("")).children.values():
            steps += 1
            target = rule.get("jump-target")
            name = next(iter(target.children), "") if target else ""
            kind = "ipv6-name" if each.family == "ipv6" else "name"
            if (kind, name) in by_key and "disable" not in rule.children:
                known = len(uses.of.get((kind, name), []))
                for use in _uses_of(each, uses):
                    uses.add(kind, name, use)
                if len(uses.of.get((kind, name), [])) > known:
                    waiting.append(by_key[kind, name])


def _state_policy(reading: Reading, firewall: Node) -> None:
    """What holds before all rules: ``state-policy established action accept``."""
    for place in (firewall, firewall.take("global-options")):
        for state in place.tags("state-policy"):
            action = state.value("action")
            if action in _ACTIONS:
                reading.firewall_rules.append(
                    FirewallRule.model_validate(
                        {
                            "key": f"state-policy {state.name}", "order": len(reading.firewall_rules) + 1, "ruleset": "state-policy",
                            "implicit": True, "scope": Scope.OTHER, "action": _ACTIONS[action], "states": (state.name,),
                            "log": state.has("log") or state.value("log", "enable") != "", "line": state.line or None,
                        }
                    )
                )  # fmt: skip


def _places(used: list[Use]) -> tuple[Scope, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Scope, from, to, and a condition where the zones that it is used between are not all pairs."""
    if not used:
        return Scope.FORWARD, (ANY,), (ANY,), ()
    came, goes = tuple(dict.fromkeys(use.came_by for use in used)), tuple(dict.fromkeys(use.goes_by for use in used))
    scopes = {use.scope for use in used}
    scope = used[0].scope if len(scopes) == 1 else Scope.FORWARD if Scope.FORWARD in scopes else Scope.INPUT
    pairs = {(use.came_by, use.goes_by) for use in used}
    whole = len(scopes) == 1 and (len(pairs) == len(came) * len(goes) or (ANY, ANY) in pairs)
    conditions = () if whole else (f"used for {', '.join(f'{use} ({use.scope})' for use in used)}",)
    return scope, (ANY,) if ANY in came else came, (ANY,) if ANY in goes else goes, conditions


def _rule(each: RuleSet, rule: Node, groups: Groups, used: list[Use], order: int) -> FirewallRule:
    found = match(rule, groups, each.family)
    scope, came, goes, conditions = _places(used)
    raw = "\n".join(as_commands(f"{each.title} rule {rule.name}", rule))
    told = rule.value("action") or ("modify" if each.is_modify else "drop")
    native = _native(rule, told)
    return FirewallRule.model_validate(
        {
            "key": f"{each.title} rule {rule.name}", "order": order, "ruleset": each.name, "name": rule.name, "family": each.family,
            "scope": Scope.OTHER if each.is_modify else scope, "enabled": not rule.has("disable"), "bound": bool(used),
            "action": _ACTIONS.get(told, Action.OTHER), "native_action": native, "log": rule.has("log"),
            "from": found.from_ if found.from_ != (ANY,) else came, "to": found.to if found.to != (ANY,) else goes,
            "sources": found.source.addresses, "destinations": found.destination.addresses, "services": found.services,
            "source_names": found.source.names, "destination_names": found.destination.names, "service_names": found.service_names,
            "application": found.application, "states": found.states, "schedule": found.schedule, "comment": rule.value("description"),
            "why_without_effect": found.why, "conditions": (*found.conditions, *conditions), "raw": raw, "line": rule.line or None,
        }
    )  # fmt: skip


def _native(rule: Node, told: str) -> str:
    if told == "jump":
        return rule.value("jump-target")
    deeds = []
    for name in ("modify", "set", "jump-target"):
        if node := rule.get(name):
            deeds.append(node.written())
            node.read_all()
    if deeds:
        return ", ".join(deeds)
    return told if told not in ("accept", "drop", "reject", "return") else ""


def as_commands(title: str, rule: Node) -> Iterator[str]:
    """The rule in the form of commands, whichever form the text had."""
    paths: list[tuple[str, Node]] = [(title, rule)]
    lines = 0
    while paths and lines < 500:
        path, node = paths.pop()
        if not node.children:
            lines += 1
            yield path
        paths.extend((f"{path} {_quoted(child.name)}", child) for child in reversed(node.children.values()))


def _quoted(word: str) -> str:
    return f'"{word}"' if not word or any(char.isspace() for char in word) else word


def _default(each: RuleSet, used: list[Use], order: int) -> FirewallRule:
    told = each.node.value("default-action") or ("accept" if each.base is not None or each.is_modify else "drop")
    scope, came, goes, conditions = _places(used)
    jump = each.node.value("default-jump-target")
    return FirewallRule.model_validate(
        {
            "key": f"{each.title} default-action", "order": order, "ruleset": each.name, "family": each.family, "implicit": True,
            "scope": Scope.OTHER if each.is_modify else scope, "bound": bool(used), "action": _ACTIONS.get(told, Action.OTHER),
            "native_action": jump if told == "jump" else "",
            "from": came, "to": goes, "conditions": conditions, "log": each.node.has("enable-default-log") or each.node.has("default-log"),
        }
    )  # fmt: skip

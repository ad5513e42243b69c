"""Which packets do the stateless filters let through, and where do they stand? ``[edit firewall]``.

The first term that fits decides; a term without ``accept``, ``discard``, ``reject`` or ``next term`` accepts; what no term fits is
discarded. A filter counts where an interface names it; on ``lo0`` it guards the device itself. Source: Junos "Firewall filter match
conditions" and "Firewall filter terminating actions".
"""

from collections.abc import Iterator

from shared.configs import values
from shared.configs.junos import words
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.firewall import Action, FirewallRule, Scope

_ADDRESSES = {"source": ("source-address", "ip-source-address", "ip6-source-address"),
              "destination": ("destination-address", "ip-destination-address", "ip6-destination-address")}  # fmt: skip
_LISTS = {"source": "source-prefix-list", "destination": "destination-prefix-list"}
_PROTOCOLS = ("protocol", "next-header", "payload-protocol", "ip-protocol")
_ICMP = ("icmp-type", "icmp-code")
_ENDS = {"accept": Action.ALLOW, "discard": Action.DENY, "reject": Action.REJECT}
_GOES_ON = ("routing-instance", "logical-system", "next-ip", "next-ip6", "next-interface", "decapsulate", "encapsulate")
_FAMILIES = {"inet": "ipv4", "inet6": "ipv6"}
_FILTER_OPTIONS = (
    "physical-interface-filter",
    "accounting-profile",
    "enhanced-mode",
    "fast-lookup-filter",
    "instance-shared",
    "interface-shared",
    "no-enhanced-mode",
    "force-premium",
    "promote",
    "scale-optimized",
    "max-sessions",
)
_OTHER_PARTS = {
    "policer": "policers", "three-color-policer": "policers", "hierarchical-policer": "policers", "interface-set": "policers",
    "load-balance-group": "policers", "atm-policer": "policers", "shared-bandwidth-policer": "policers",
}  # fmt: skip


def read(box: Box) -> None:
    top = box.at("firewall")
    box.passed(top, _OTHER_PARTS)
    families = [("inet", top), *((family.name, family) for family in top.each("family", inactive=True))]
    jumps = {each for family, node in families for each in _targets(family, node)}
    for family, node in families:
        node.pass_over("filter options", "prefix-action", "dialer-filter", "service-filter", "simple-filter", "fast-update-filter")
        for each in node.each("filter", inactive=True):
            box.attempt(_filter, each, family, jumped=f"{family} {each.name}" in jumps)


def _targets(family: str, node: Node) -> Iterator[str]:
    """The filters that terms of others go on in."""
    for each in node.each("filter"):
        for term in each.each("term"):
            if name := term.value("filter"):
                yield f"{family} {name}"


def _filter(box: Box, node: Node, family: str, *, jumped: bool) -> None:
    node.pass_over("filter options", *_FILTER_OPTIONS)
    name = f"{family} {node.name}"
    inside, outside = box.filters_in.get(name, []), box.filters_out.get(name, [])
    place = {
        "ruleset": node.name if family == "inet" else name, "family": _FAMILIES.get(family, "any"),
        "bound": bool(inside or outside or jumped),
        "scope": _scope(inside, outside), "from": tuple(inside) or ("any",), "to": tuple(outside) or ("any",),
        "enabled": node.active,
    }  # fmt: skip
    prefix = f"filter {node.name}" if family == "inet" else f"filter {family} {node.name}"
    for term in node.each("term", inactive=True):
        box.attempt(_term, term, {**place, "enabled": term.active, "key": f"{prefix}/{term.name}", "name": term.name})
    if node.children.keys() & {"from", "then"}:
        _term(box, node, {**place, "key": f"{prefix}/", "name": node.name})
    box.reading.firewall_rules.append(
        FirewallRule.model_validate(
            {**place, "key": f"{prefix}/implicit", "name": "implicit rule", "order": len(box.reading.firewall_rules) + 1,
             "implicit": True, "action": Action.DENY, "native_action": "discard"}
        )
    )  # fmt: skip


def _scope(inside: list[str], outside: list[str]) -> Scope:
    if inside and all(name.split(".", 1)[0] == "lo0" for name in inside):
        return Scope.INPUT
    if outside and not inside and all(name.split(".", 1)[0] == "lo0" for name in outside):
        return Scope.OUTPUT
    return Scope.FORWARD


def _term(box: Box, term: Node, place: dict[str, object]) -> None:
    asked = term.children.get("from") or Node("from")
    asked.use()
    conditions: list[str] = []
    wrong: list[str] = []
    sources, source_names = _side(box, asked, "source", conditions, wrong)
    destinations, destination_names = _side(box, asked, "destination", conditions, wrong)
    services = _services(asked, conditions)
    states = ("established",) if asked.has("tcp-established") else ()
    conditions += asked.take_rest()
    then = term.children.get("then") or Node("then")
    then.use()
    action, native = _then(term, then)
    log = any([then.has("log"), then.has("syslog")])
    then.pass_over("filter options", "count", "policer", "loss-priority", "forwarding-class", "sample", "port-mirror", "dscp", "log",
                   "three-color-policer", "port-mirror-instance", "traffic-class", "service-accounting", "analyzer", "packet-capture",
                   "service-filter-hit", "hierarchical-policer", "syslog", "prefix-action", "clear-policy-map",
                   "force-premium")  # fmt: skip
    conditions += [f"then {each}" for each in then.take_rest()]
    box.reading.firewall_rules.append(
        FirewallRule.model_validate(
            {
                **place, "order": len(box.reading.firewall_rules) + 1, "action": action, "native_action": native,
                "sources": sources, "destinations": destinations, "services": services,
                "source_names": source_names, "destination_names": destination_names, "states": states,
                "conditions": tuple(conditions), "log": log, "why_without_effect": "; ".join(wrong),
                "comment": term.value("description"), "raw": box.tree.raw(term), "line": box.tree.line(term),
            }
        )
    )  # fmt: skip


def _side(box: Box, asked: Node, side: str, conditions: list[str], wrong: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses and prefix-lists together: ``except`` takes out what is more specific."""
    found: dict[str, None] = {}
    names: list[str] = []
    for name in _ADDRESSES[side]:
        for each in asked.each(name):
            value = values.network(each.name) if values.is_network(each.name) else each.name
            found[f"!{value}" if each.has("except") else value] = None
    for each in asked.each(_LISTS[side]):
        names.append(each.name)
        excepted = each.has("except")
        if each.name not in box.prefix_lists:
            wrong.append(f"prefix-list {each.name} is not defined")
        for value in box.prefix_lists.get(each.name, (each.name,)):
            found[f"!{value}" if excepted else value] = None
        if not box.prefix_lists.get(each.name, (each.name,)):
            conditions.append(f"{side} prefix-list {each.name} is empty")
    if len(found) > 1 and "any" in found:
        # 0.0.0.0/0 with exceptions: all but those
        found = {value: None for value in found if value.startswith("!")} or {"any": None}
    return tuple(found) or ("any",), tuple(names)


def _services(asked: Node, conditions: list[str]) -> tuple[str, ...]:
    protocols = [words.protocol(name) for field in _PROTOCOLS for name in asked.values(field)]
    excluded = [words.protocol(name) for name in asked.values("protocol-except")]
    targets = [words.ports(each) for each in asked.values("destination-port")]
    origins = [words.ports(each) for each in asked.values("source-port")]
    either = [words.ports(each) for each in asked.values("port")]
    types, codes = asked.values("icmp-type"), asked.values("icmp-code")
    if excluded:
        return tuple(f"!{each}" for each in excluded)
    if (types or codes) and (not protocols or set(protocols) <= {"icmp", "icmp6"}):
        return tuple(each for protocol in protocols or ["icmp"] for each in words.icmp(protocol, types, codes))
    conditions += [f"{field} {each}" for field, listed in zip(_ICMP, (types, codes), strict=True) for each in listed]
    if not (targets or origins or either):
        return tuple(dict.fromkeys(protocols)) or ("any",)
    found: list[str] = []
    for protocol in protocols or ["tcp", "udp"]:
        found += [values.service(protocol, target, origin) for target in targets or (["any"] if origins else [])
                  for origin in origins or ["any"]]  # fmt: skip
        for port in either:
            found += [values.service(protocol, port), values.service(protocol, "any", port)]
    return tuple(dict.fromkeys(found))


def _then(term: Node, then: Node) -> tuple[Action, str]:
    """The action, and the platform's word for it."""
    if (name := term.value("filter")) and not then.children:
        return Action.JUMP, f"jump {name}"
    # a switch's filter may write ``then accept`` and the like as a word of its own
    for name, action in _ENDS.items():
        if (end := then.get(name)) is not None:
            return action, " ".join((name, *end.values()))
    if (then.get("next")) is not None:
        then.values("next")
        return Action.LOG, "next term"
    for name in _GOES_ON:
        if (end := then.get(name)) is not None:
            return Action.OTHER, " ".join((name, *end.take_rest()))
    for name in ("vlan", "interface"):
        if (end := then.get(name)) is not None:
            return Action.OTHER, " ".join((name, *end.take_rest()))
    return Action.ALLOW, "accept (nothing else is said)"

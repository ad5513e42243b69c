"""Who may talk to whom through the firewall? ``[edit security policies]`` and the zones that they stand between.

Policies of a pair of zones are asked first, in their order, then the global ones, then the default policy, which denies unless it is
``permit-all``. Source: Junos "Security policies overview", "Global security policies", "Unified policies".
"""

from collections.abc import Iterator

from shared.configs.junos import addresses, applications
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.device_config import Zone
from shared.firewall import Action, FirewallRule, Scope

HOST = "junos-host"
RULESET = "security policies"
"""One list: whatever pair of zones, the first policy that fits decides, and after all of them the default."""
_ACTIONS = {"permit": Action.ALLOW, "deny": Action.DENY, "reject": Action.REJECT}
_PROFILES = {
    "idp": "idp", "idp-policy": "idp", "utm-policy": "utm", "application-firewall": "application firewall", "ssl-proxy": "ssl proxy",
    "security-intelligence-policy": "security intelligence", "security-intelligence": "security intelligence",
    "advanced-anti-malware-policy": "anti-malware", "gprs-gtp-profile": "gtp", "gprs-sctp-profile": "sctp", "uac-policy": "uac",
    "application-traffic-control": "traffic control", "web-proxy": "web proxy", "icap-redirect": "icap", "redirect-wx": "wx",
    "reverse-redirect-wx": "wx", "packet-capture": "packet capture",
}  # fmt: skip
_OTHER_PARTS = {
    "policy-rematch": "policy options", "policy-stats": "policy options", "traceoptions": "traces", "unified-policy": "policy options",
    "pre-id-default-policy": "policy options", "unified-policy-explicit-match": "policy options", "stateful-failover": "policy options",
}  # fmt: skip


def read_zones(box: Box) -> None:
    zones = box.at("security", "zones")
    for node in zones.each("security-zone", inactive=True):
        box.attempt(_zone, node, node.name)
    for node in zones.each("functional-zone"):
        box.attempt(_zone, node, node.name)


def _zone(box: Box, node: Node, name: str) -> None:
    box.passed(node, {"screen": "screens", "tcp-rst": "zone options", "application-tracking": "zone options",
                      "source-identity-log": "zone options", "enable-reverse-reroute": "zone options",
                      "advance-policy-based-routing-profile": "zone options", "unidirectional-session-refreshing": "zone options",
                      "advanced-connection-tracking": "zone options", "address-book": "address books"} if node.active
               else {})  # fmt: skip
    if not node.active:
        return
    box.zones.add(name)
    inbound = _inbound(node)
    interfaces: list[str] = []
    for interface in node.each("interfaces"):
        box.passed(interface, {"protocols": "zone options"})
        interfaces.append(interface.name)
        box.zone_of[interface.name] = name
        own = _inbound(interface)
        box.services_of[interface.name] = (inbound or ()) if own is None else own
    box.reading.zones.append(Zone(name=name, interfaces=tuple(interfaces), comment=node.value("description")))


def _inbound(node: Node) -> tuple[str, ...] | None:
    """What may come in to the device itself. None: nothing is said here, so the zone's own holds."""
    inbound = node.get("host-inbound-traffic")
    if inbound is None:
        return None
    inbound.pass_over("routing protocols that a zone lets in", "protocols")
    named = inbound.each("system-services")
    excepted = {each.name for each in named if each.has("except")}
    return (*(each.name for each in named if each.name not in excepted), *(f"!{name}" for name in excepted))


def read(box: Box) -> None:
    top = box.at("security", "policies")
    box.passed(top, _OTHER_PARTS)
    for from_zone in top.each("from-zone", inactive=True):
        for to_zone in from_zone.each("to-zone", inactive=True):
            ruleset = f"from-zone {from_zone.name} to-zone {to_zone.name}"
            for policy in to_zone.each("policy", inactive=True):
                box.attempt(_rule, policy, ruleset, [from_zone.name], [to_zone.name])
    for policy in top.each("global", "policy", inactive=True):
        match = policy.children.get("match")
        zones = [match.values(side) if match else [] for side in ("from-zone", "to-zone")]
        box.attempt(_rule, policy, "global", *zones)
    if top.children or box.zones:
        _default(box, top)


def _default(box: Box, top: Node) -> None:
    permits = "permit-all" in top.values("default-policy")
    action = Action.ALLOW if permits else Action.DENY
    box.reading.firewall_rules.append(
        FirewallRule(
            key="default-policy", order=len(box.reading.firewall_rules) + 1, ruleset=RULESET, name="default-policy",
            implicit=True, action=action, native_action="permit-all" if permits else "deny-all",
        )
    )  # fmt: skip

    if box.zones:
        # to the device itself: what a zone lets in passes, unless a policy to junos-host says otherwise
        box.reading.firewall_rules.append(
            FirewallRule(
                key="self-traffic-policy", order=len(box.reading.firewall_rules) + 1, ruleset=RULESET, name="self-traffic-policy",
                scope=Scope.INPUT, implicit=True, action=Action.ALLOW, native_action="permit", to=(HOST,),
            )
        )  # fmt: skip


def _rule(box: Box, policy: Node, ruleset: str, from_zones: list[str], to_zones: list[str]) -> None:
    match = policy.children.get("match") or Node("match")
    match.use()
    wrong: list[str] = []
    sides = [_side(box, match, name, zones, wrong) for name, zones in (("source-address", from_zones), ("destination-address", to_zones))]
    asked = match.values("application")
    services: dict[str, None] = {}
    for name in asked:
        found, why = applications.resolved(box, name)
        services.update(dict.fromkeys(found))
        wrong += [why] if why else []
    then = policy.children.get("then") or Node("then")
    then.use()
    action, native, profiles, conditions = _then(then)
    dynamic = match.values("dynamic-application")
    users = tuple(name for name in match.values("source-identity") if name != "any")
    conditions += [f"url-category {name}" for name in match.values("url-category") if name not in ("any", "none")]
    conditions += match.take_rest("from-zone", "to-zone")
    box.passed(policy, {"report-skip": "policy options"})
    wrong += [f"zone {zone} is not defined" for zone in (*from_zones, *to_zones)
              if box.zones and zone not in box.zones and zone not in (HOST, "any")]  # fmt: skip
    log = then.get("log") is not None
    box.reading.firewall_rules.append(
        FirewallRule.model_validate(
            {
                "key": f"{ruleset}/{policy.name}", "order": len(box.reading.firewall_rules) + 1, "ruleset": RULESET, "name": policy.name,
                "scope": Scope.INPUT if to_zones == [HOST] else Scope.OUTPUT if from_zones == [HOST] else Scope.FORWARD,
                "enabled": policy.active, "action": action, "native_action": native,
                "from": tuple(from_zones) or ("any",), "to": tuple(to_zones) or ("any",),
                "sources": sides[0][0], "destinations": sides[1][0], "services": tuple(services) or ("any",),
                "source_names": sides[0][1], "destination_names": sides[1][1], "service_names": tuple(asked),
                "application": ",".join(name for name in dynamic if name not in ("any", "none")),
                "users": users,
                "profiles": tuple(profiles), "schedule": policy.value("scheduler-name"), "log": log,
                "comment": policy.value("description"), "conditions": tuple(conditions),
                "why_without_effect": "; ".join(dict.fromkeys(wrong)), "raw": box.tree.raw(policy), "line": box.tree.line(policy),
            }
        )
    )  # fmt: skip


def _side(box: Box, match: Node, name: str, zones: list[str], wrong: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values and the names of one side; ``source-address-excluded`` turns them round."""
    names = match.values(name)
    excluded = match.has(f"{name}-excluded")
    found: dict[str, None] = {}
    for each in names:
        resolved, why = addresses.resolved(box, zones, each)
        found.update(dict.fromkeys(resolved))
        wrong += [why] if why else []
    return tuple(f"!{each}" if excluded else each for each in found) or ("any",), tuple(names)


def _then(then: Node) -> tuple[Action, str, list[str], list[str]]:
    """The action, in the platform's word too, the profiles that look into what is let through, and what narrows it."""
    native = next((name for name in _ACTIONS if name in then.children and not then.children[name].inactive), "")
    profiles: list[str] = []
    conditions: list[str] = []
    permit = then.get("permit")
    if permit is not None:
        profiles += _profiles(permit.get("application-services") or Node(""))
        conditions += permit.take_rest("tcp-options", "services-offload", "no-services-offload")
        permit.pass_over("policy options", "tcp-options", "services-offload", "no-services-offload")
    for name in ("deny", "reject"):
        if (refused := then.get(name)) is not None:
            profiles += _profiles(refused.get("application-services") or Node(""))
            refused.pass_over("policy options", *refused.children)
    then.pass_over("policy options", "count")
    if (log := then.get("log")) is not None:
        log.values()
    conditions += then.take_rest()
    return _ACTIONS.get(native, Action.OTHER), native or "no action", profiles, conditions


def _profiles(services: Node) -> Iterator[str]:
    for child in services.each():
        words = child.values("profile-name") or child.values("rule-set") or child.values()
        yield " ".join((_PROFILES.get(child.name, child.name), *words))

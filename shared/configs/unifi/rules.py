"""Rules and translation of a UniFi gateway: ``firewall/filter`` (chains with their rules), ``firewall/nat``, ``firewall/sets``.

The chains are iptables' own and the box's (``UBIOS_WAN_LOCAL_USER``): a target is a verdict or another chain. A ``!`` before a value, or
``negateInInterface``, turns it round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from shared.configs.pf.listed import listed
from shared.configs.unifi.box import Box, Keys, attempt, identifier, items, known, networks, ports, said, words
from shared.configs.xml_tree import Element
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, SourceNat, SourceNatKind

_ACTIONS: Mapping[str, Action] = {
    "ACCEPT": Action.ALLOW, "DROP": Action.DENY, "REJECT": Action.REJECT, "RETURN": Action.RETURN, "LOG": Action.LOG, "NFLOG": Action.LOG,
}  # fmt: skip
_SCOPES = {"INPUT": Scope.INPUT, "OUTPUT": Scope.OUTPUT, "FORWARD": Scope.FORWARD}
_PROTOCOLS = {"all": ANY, "any": ANY, "": ANY, "tcp_udp": "tcp+udp", "ipv6-icmp": "icmpv6"}
_READ = listed(
    "id target protocol description comment enabled ipVersion source destination inInterface outInterface negateInInterface "
    "negateOutInterface",
    "connectionState log icmpType icmpv6Type translation triggerTag ruleIndex index",
)


@dataclass(frozen=True, slots=True)
class Side:
    values: tuple[str, ...]
    names: tuple[str, ...]
    ports: str
    conditions: tuple[str, ...]
    missing: str


def read_sets(box: Box) -> None:
    for element in box.each("firewall/sets"):
        attempt(lambda each: _set(box, each), element)


def _set(box: Box, element: Element) -> None:
    about = element.child("identification")
    if about is None:
        raise ValueError("a set without a name")
    known(about, ("type", "id", "ipVersion"))
    box.sets[about.get("name") or about.get("id")] = tuple(words(element, "entries"))


def read_rules(box: Box) -> None:
    keys = Keys()
    listed_ = box.part("firewall/filter")
    # the last one, too, where the text ends within it
    chains = {element.get("name"): element for element in (listed_.children if listed_ is not None else ())}
    scopes = _scopes(chains)
    for name, chain in chains.items():
        policy = chain.get("defaultAction") or chain.get("policy")
        known(chain, ("description", "id"))
        for rule in items(chain.child("rules")):
            attempt(partial(_rule, box, keys, name, scopes.get(name, Scope.OTHER)), rule)
        # iptables' own chains let through what no rule decides; the box writes "allow" as RETURN to them
        policy = policy or ("ACCEPT" if name in _SCOPES and chain.complete else "")
        if policy.upper() in _ACTIONS:
            _add(box, {"key": keys.of(f"{name} default", ""), "ruleset": name, "scope": scopes.get(name, Scope.OTHER), "implicit": True,
                       "action": _ACTIONS[policy.upper()], "native_action": policy})  # fmt: skip


def _scopes(chains: Mapping[str, Element]) -> dict[str, Scope]:
    """By the hook that a chain is called from, through other chains."""
    found = {name: scope for name in chains for word, scope in _SCOPES.items() if name == word}
    waiting = list(found)
    while waiting:
        here = waiting.pop()
        for rule in items(chains[here].child("rules")):
            target = rule.get("target")
            if target in chains and target not in found:
                found[target] = found[here]
                waiting.append(target)
    named = {"_LOCAL": Scope.INPUT, "_IN_": Scope.FORWARD, "_OUT_": Scope.FORWARD, "INPUT": Scope.INPUT, "FORWARD": Scope.FORWARD,
             "OUTPUT": Scope.OUTPUT}  # fmt: skip
    for name in chains:
        if name not in found:
            found[name] = next((scope for word, scope in named.items() if word in name), Scope.OTHER)
    return found


def _side(box: Box, rule: Element, name: str) -> Side:
    side = rule.child(name)
    if side is None:
        return Side((ANY,), (), ANY, (), "")
    sets = words(side, "sets")
    addresses = [*words(side, "address"), *words(side, "addresses")]
    asked = words(side, "port") + words(side, "ports")
    found, conditions, missing = list(addresses), [], ""
    for each in sets:
        bare = each.removeprefix("!")
        sign = "!" if each.startswith("!") else ""
        if bare not in box.sets:
            # sets that the box fills itself: the networks and addresses of an interface
            found.append(f"{sign}{_own_set(bare)}")
            missing = missing or ("" if _own_set(bare) != bare else f"set {bare} is not defined")
        elif not box.sets[bare]:
            found.append(each)
            missing = missing or ("" if sign else f"set {bare} is empty")
        elif all(part.replace("-", "").isdigit() for part in box.sets[bare]):
            asked += [",".join(box.sets[bare])] if not sign else []
            conditions += [f"{name} port not in {bare}"] if sign else []
        else:
            found += [f"{sign}{part}" for part in box.sets[bare]]
    macs = words(side, "mac")
    for child in side.children:
        if child.tag not in ("sets", "address", "addresses", "port", "ports", "mac") and (text := _text(child)):
            conditions.append(f"{name} {child.tag} {text}")
    people = tuple(f"mac:{mac.lower()}" for mac in macs)
    return Side((*networks(found), *people) if found or not macs else people, tuple(sets), ports(asked), tuple(conditions), missing)


def _own_set(name: str) -> str:
    """``ADDRv4_eth4`` -> the address of eth4, ``NETv4_br0`` -> the network behind br0."""
    for word, prefix in (("ADDRv4_", "interface:"), ("ADDRv6_", "interface:"), ("NETv4_", "net:"), ("NETv6_", "net:")):
        if word in name:
            return f"{prefix}{name.partition(word)[2]}"
    return name


def _text(element: Element) -> str:
    element.mark()
    return " ".join(leaf.text for leaf in element.leaves() if leaf.text and leaf.text != "false")


def _interfaces(rule: Element, name: str, negate: str) -> tuple[str, ...]:
    found = identifier(rule, name)
    turned = said(rule, negate, default=False)
    return (f"!{found}" if turned else found,) if found else (ANY,)


def _services(rule: Element, source: str, destination: str) -> tuple[str, ...]:
    word = rule.get("protocol").lower()
    negated, bare = ("!", word[1:]) if word.startswith("!") else ("", word)
    protocol = _PROTOCOLS.get(bare, bare)
    kind = rule.get("icmpType") or rule.get("icmpv6Type")
    if kind and protocol in ("icmp", "icmpv6"):
        return (f"{negated}{protocol}/{kind}",)
    if destination == ANY and source == ANY:
        return (f"{negated}{protocol}" if protocol != ANY else ANY,)
    both = ("tcp", "udp") if protocol in (ANY, "tcp+udp") else (protocol,)
    asked = f"/{destination}" if destination != ANY or source != ANY else ""
    return tuple(f"{negated}{each}{asked}{f'<{source}' if source != ANY else ''}" for each in both)


def _rule(box: Box, keys: Keys, chain: str, scope: Scope, rule: Element) -> None:
    source, destination = _side(box, rule, "source"), _side(box, rule, "destination")
    target, version = rule.get("target"), rule.get("ipVersion").lower()
    states = rule.child("connectionState")
    listed_states = [
        *words(rule, "connectionState"),
        *(child.tag for child in (states.children if states is not None else ()) if child.text == "true"),
    ]
    if states is not None:
        states.mark()
    log = rule.child("log")
    logs = log is not None and any(leaf.text == "true" for leaf in log.mark().leaves())
    comment = rule.get("description") or rule.get("comment")
    action = _ACTIONS.get(target.upper(), Action.JUMP if target else Action.OTHER)
    conditions = [*source.conditions, *destination.conditions]
    conditions += [f"{child.tag} {text}" for child in rule.children if child.tag not in _READ and (text := _text(child))]
    native = rule.get("id")
    _add(
        box,
        {
            "key": keys.of(f"{chain}/{native}" if native else "", box.tree.raw(rule)), "ruleset": chain, "name": comment, "scope": scope,
            "family": {"v4only": "ipv4", "v4": "ipv4", "v6only": "ipv6", "v6": "ipv6"}.get(version, ANY), "enabled": said(rule, "enabled"),
            "action": action, "native_action": f"jump {target}" if action is Action.JUMP else target,
            "from": _interfaces(rule, "inInterface", "negateInInterface"), "to": _interfaces(rule, "outInterface", "negateOutInterface"),
            "sources": source.values, "destinations": destination.values, "services": _services(rule, source.ports, destination.ports),
            "source_names": source.names, "destination_names": destination.names, "states": tuple(s.lower() for s in listed_states),
            "log": logs, "comment": comment, "conditions": tuple(conditions), "why_without_effect": source.missing or destination.missing,
            "raw": box.tree.raw(rule), "line": rule.line,
        },
    )  # fmt: skip


def _add(box: Box, about: dict[str, object]) -> None:
    box.reading.firewall_rules.append(FirewallRule.model_validate({"order": len(box.reading.firewall_rules) + 1, **about}))


def read_nat(box: Box) -> None:
    keys = Keys()
    for rule in box.each("firewall/nat"):
        attempt(lambda each: _nat(box, keys, each), rule)


def _nat(box: Box, keys: Keys, rule: Element) -> None:
    source, destination = _side(box, rule, "source"), _side(box, rule, "destination")
    target, native, comment = rule.get("target").upper(), rule.get("id"), rule.get("description") or rule.get("comment")
    translation = rule.child("translation")
    to_address = translation.get("address") if translation is not None else ""
    to_port = translation.get("port") if translation is not None else ""
    rule.get("triggerTag")
    rule.get("ipVersion")
    protocol = rule.get("protocol").lower()
    conditions = [*source.conditions, *destination.conditions, *filter(None, (source.missing, destination.missing))]
    conditions += [f"{child.tag} {text}" for child in rule.children if child.tag not in _READ and (text := _text(child))]
    if rule.child("log") is not None:
        _text(rule.children[[child.tag for child in rule.children].index("log")])
    about: dict[str, object] = {
        "key": keys.of(native, box.tree.raw(rule)), "name": comment, "enabled": said(rule, "enabled"), "comment": comment,
        "conditions": tuple(conditions), "from": _interfaces(rule, "inInterface", "negateInInterface"), "sources": source.values,
        "raw": box.tree.raw(rule), "line": rule.line,
    }  # fmt: skip
    if target == "DNAT":
        _forward(box, rule, about, destination, protocol, (to_address, to_port))
        return
    kinds = {
        "MASQUERADE": SourceNatKind.MASQUERADE,
        "SNAT": SourceNatKind.SOURCE,
        "ACCEPT": SourceNatKind.NONE,
        "RETURN": SourceNatKind.NONE,
    }
    if target not in kinds:
        raise ValueError(f"translation by {target}")
    box.reading.source_nat.append(
        SourceNat.model_validate(
            {
                **about, "order": len(box.reading.source_nat) + 1, "kind": kinds[target], "destinations": destination.values,
                "to": _interfaces(rule, "outInterface", "negateOutInterface"), "services": _services(rule, source.ports, destination.ports),
                "to_source": to_address,
            }
        )
    )  # fmt: skip


def _forward(box: Box, rule: Element, about: dict[str, object], destination: Side, protocol: str, to: tuple[str, str]) -> None:
    if not to[0]:
        raise ValueError("a port forward to nowhere")
    box.reading.port_forwards.append(
        PortForward.model_validate(
            {
                **about, "order": len(box.reading.port_forwards) + 1, "protocol": _PROTOCOLS.get(protocol, protocol),
                "public_address": ", ".join(destination.values), "public_ports": destination.ports, "to_address": to[0],
                "to_ports": ports([to[1]]) if to[1] else "", "to": _interfaces(rule, "outInterface", "negateOutInterface"),
            }
        )
    )  # fmt: skip

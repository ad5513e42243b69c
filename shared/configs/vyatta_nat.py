"""Address translation of EdgeOS (``service nat``, ``port-forward``) and VyOS (``nat source | destination | static``, ``nat66``).

EdgeOS keeps both directions in one list and tells them by ``type``; its ``port-forward`` opens the firewall by itself where
``auto-firewall`` is on. ``exclude`` is an exception. VyOS's static translation holds both ways. Source: VyOS documentation, "NAT"; EdgeOS
user guide, "NAT" and "Port forwarding".
"""

from collections.abc import Iterable

from shared.configs.reading import Reading
from shared.configs.vyatta_match import Groups, Match, address, match, ports
from shared.configs.vyatta_rules import as_commands
from shared.configs.vyatta_tree import Node
from shared.firewall import ANY, Action, FirewallRule, PortForward, SourceNat, SourceNatKind


def read_nat(reading: Reading, root: Node, groups: Groups) -> None:
    for name in ("nat", "nat66"):
        for kind in ("destination", "static", "source"):
            node = root.take(name).take(kind)
            for rule in _by_number(node.tags("rule")):
                _guarded(reading, rule, f"{name} {kind} rule {rule.name}", kind, groups)
    service = root.get("service", "nat")
    if service:
        service.read()
        for rule in _by_number(service.tags("rule")):
            _guarded(reading, rule, f"service nat rule {rule.name}", rule.value("type"), groups)
    for name in ("nat64", "nat-pt"):
        if found := root.get(name):
            found.pass_over_all("translation between IPv4 and IPv6")
    if cgnat := root.get("nat", "cgnat"):
        cgnat.pass_over_all("carrier NAT")


def _by_number(rules: Iterable[Node]) -> list[Node]:
    return sorted((rule for rule in rules if rule.name.isascii() and rule.name.isdigit()), key=lambda node: int(node.name[:12]))


def _guarded(reading: Reading, rule: Node, key: str, kind: str, groups: Groups) -> None:
    try:
        found = match(rule, groups, "ipv6" if key.startswith("nat66") else "ipv4")
        excluded = rule.has("exclude")
        if kind in ("source", "masquerade") or (excluded and kind == "destination"):
            reading.source_nat.append(_source(rule, found, key, kind, excluded, len(reading.source_nat) + 1))
        elif kind in ("destination", "static"):
            reading.port_forwards.append(_forward(rule, found, key, kind, len(reading.port_forwards) + 1))
        else:
            raise ValueError("a type that is not known")
    except ValueError:
        for node in rule.walk():
            node.state = 0


def _translation(rule: Node, inner: str) -> tuple[str, str, list[str]]:
    """To which address and port, and what is told of it besides."""
    node = rule.take("translation") if rule.get("translation") else rule.take(inner)
    rule.take("source").read()
    told = node.value("address") or node.value("prefix")
    number = node.value("port") or node.value("redirect", "port")
    if node.get("redirect"):
        told = told or "self"
    more = []
    for name, child in node.children.items():
        if name not in ("address", "prefix", "port", "redirect"):
            # port mapping and the like say how, not what
            child.read_all()
            if name != "options":
                more.append(f"{node.name} {child.written()}")
    if backends := rule.get("load-balance"):
        told = told or ",".join(child.name for child in backends.take("backend").children.values())
        backends.read_all()
        more.append("load-balance")
    return told, number, more


def _common(rule: Node, found: Match, key: str, order: int) -> dict[str, object]:
    comment = rule.value("description")
    rule.value("type")
    rule.has("log")
    if found.why:
        found.conditions.append(f"without effect: {found.why}")
    return {
        "key": key, "order": order, "name": comment, "comment": comment, "enabled": not rule.has("disable"), "from": found.from_,
        "to": found.to,
        "raw": "\n".join(as_commands(key, rule)), "line": rule.line or None,
    }  # fmt: skip


def _protocol(rule: Node) -> str:
    told = rule.value("protocol").lower()
    return {"tcp_udp": "tcp+udp", "all": ANY, "": ANY}.get(told, told)


def _forward(rule: Node, found: Match, key: str, kind: str, order: int) -> PortForward:
    told, number, more = _translation(rule, "inside-address")
    common = _common(rule, found, key, order)
    public_ports = ",".join(found.destination.ports)
    if found.source.ports != (ANY,):
        found.conditions.append(f"source port {','.join(found.source.ports)}")
    conditions = (*found.conditions, *more)
    return PortForward.model_validate(
        {
            **common, "protocol": _protocol(rule), "public_address": ",".join(found.destination.addresses), "public_ports": public_ports,
            "sources": found.source.addresses, "to_address": told or "self", "to_ports": "" if number == public_ports else number,
            "bidirectional": kind == "static", "conditions": conditions,
        }
    )  # fmt: skip


def _source(rule: Node, found: Match, key: str, kind: str, excluded: bool, order: int) -> SourceNat:
    told, number, more = _translation(rule, "outside-address")
    common = _common(rule, found, key, order)
    is_masquerade = kind == "masquerade" or told == "masquerade"
    if excluded and kind == "destination":
        more.append("destination nat")
    own = "" if told == "masquerade" else told
    chosen = SourceNatKind.NONE if excluded else SourceNatKind.MASQUERADE if is_masquerade else SourceNatKind.SOURCE
    return SourceNat.model_validate(
        {
            **common, "kind": chosen, "sources": found.source.addresses, "destinations": found.destination.addresses,
            "services": found.services,
            "to_source": f"{own}:{number}" if own and number else own or (f"port {number}" if number else ""),
            "conditions": (*found.conditions, *more),
        }
    )  # fmt: skip


def read_port_forwards(reading: Reading, node: Node) -> None:
    """EdgeOS's ``port-forward``. Its openings in the firewall come before all rules."""
    wan = tuple(node.values("wan-interface")) or (ANY,)
    lan = tuple(node.values("lan-interface"))
    opens = node.has("auto-firewall")
    hairpin = node.has("hairpin-nat")
    openings = []
    for rule in _by_number(node.tags("rule")):
        key = f"port-forward rule {rule.name}"
        to = rule.take("forward-to")
        protocol = _protocol(rule) if rule.get("protocol") else "tcp+udp"
        protocol = "tcp+udp" if protocol == ANY else protocol
        try:
            public = ",".join(ports(rule.value("original-port")) or [ANY])
            target, number, comment = address(to.value("address")), to.value("port"), rule.value("description")
            enabled = not rule.has("disable")
            opening = f"{key} auto-firewall"
            reading.port_forwards.append(
                PortForward.model_validate(
                    {
                        "key": key, "order": len(reading.port_forwards) + 1, "name": comment, "comment": comment, "enabled": enabled,
                        "protocol": protocol, "from": wan, "public_ports": public, "to_address": target,
                        "to_ports": "" if number == public else number, "to": lan or (ANY,), "linked_rule": opening if opens else "",
                        "raw": "\n".join(as_commands(key, rule)), "line": rule.line or None,
                    }
                )
            )  # fmt: skip
            if opens:
                services = [f"{each}/{one}" for each in protocol.split("+") for one in (number or public).split(",")]
                openings.append({"key": opening, "enabled": enabled, "from": wan, "destinations": (target,), "services": services})
        except ValueError:
            for each in rule.walk():
                each.state = 0
    reading.firewall_rules[:0] = [
        FirewallRule.model_validate({**each, "order": number, "ruleset": "port-forward", "implicit": True, "action": Action.ALLOW})
        for number, each in enumerate(openings, start=1)
    ]
    if openings:
        reading.firewall_rules[:] = [
            rule if rule.order == number else rule.model_copy(update={"order": number})
            for number, rule in enumerate(reading.firewall_rules, start=1)
        ]
    if hairpin and lan:
        reading.source_nat.append(
            SourceNat.model_validate(
                {
                    "key": "port-forward hairpin-nat", "order": len(reading.source_nat) + 1, "kind": SourceNatKind.MASQUERADE, "from": lan,
                    "to": lan, "conditions": ("what a port forward sends back to where it came from",),
                }
            )
        )  # fmt: skip

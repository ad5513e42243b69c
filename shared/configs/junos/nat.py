"""What is translated into what? ``[edit security nat]``: source, destination and static rule-sets, with their pools.

Static rules are asked first, then destination, then source rules. ``off`` is an exception: not translated. Source: Junos "NAT user guide".
"""

from shared.configs import values
from shared.configs.junos import addresses, applications, words
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.firewall import PortForward, SourceNat, SourceNatKind

_POOL_OPTIONS = ("port", "host-address-base", "overflow-pool", "address-pooling", "address-shared", "raise-threshold",
"pool-utilization-alarm",
                 "routing-instance", "description", "address-persistent", "limit-ports-per-host", "mapping-timeout",
                 "translation")  # fmt: skip
_OPTIONS = ("address-persistent", "interface", "pool-utilization-alarm", "port-randomization", "pool-default-port-range",
"session-drop-hold-down",
            "pool-default-twin-port-range", "port-round-robin", "session-persistence-scan", "pool-distribution")  # fmt: skip
_RULE_OPTIONS = ("rule-session-count-alarm",)


def read(box: Box) -> None:
    top = box.at("security", "nat")
    top.pass_over("proxy ARP", "proxy-arp", "proxy-ndp")
    top.pass_over("NAT options", "traceoptions", "natv6v4", "allow-overlapping-pools", "allow-overlapping-nat-pools")
    for part in ("source", "destination", "static"):
        if part in top.children:
            top.children[part].use().pass_over("NAT options", *_OPTIONS)
    for kind, read_rule in (("static", _static), ("destination", _destination), ("source", _source)):
        for ruleset in top.each(kind, "rule-set", inactive=True):
            ruleset.pass_over("descriptions", "description")
            ends = {side: _ends(ruleset, side) for side in ("from", "to")}
            for rule in ruleset.each("rule", inactive=True):
                rule.pass_over("NAT options", *_RULE_OPTIONS)
                box.attempt(read_rule, rule, ruleset, ends)
    for kind in ("source", "destination"):
        for pool in top.each(kind, "pool", inactive=True):
            pool.pass_over("NAT pool options", *(name for name in _POOL_OPTIONS if name != "port" or kind == "source"))
            for each in pool.each("address"):
                each.values("to")
                each.values("port")


def _ends(ruleset: Node, side: str) -> tuple[str, ...]:
    """Zones, interfaces or routing instances, as the rule-set names them."""
    found = ruleset.get(side) or Node(side)
    named = [*found.values("zone"), *found.values("interface")]
    return (*named, *(f"routing-instance {name}" for name in found.values("routing-instance"))) or ("any",)


def _addresses(box: Box, match: Node, side: str, wrong: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in match.each(f"{side}-address"):
        last = each.value("to")
        address = each.name
        if last and values.is_address(address.split("/")[0]) and values.is_address(last.split("/")[0]):
            address = f"{address.split('/')[0]}-{last.split('/')[0]}"
        elif values.is_network(address):
            address = values.network(address)
        found[address] = None
    for name in match.values(f"{side}-address-name"):
        resolved, why = addresses.resolved(box, [], name)
        wrong += [why] if why else []
        found.update(dict.fromkeys(resolved))
    return tuple(found) or ("any",)


def _ports(match: Node, name: str) -> list[str]:
    found = []
    for each in match.each(name):
        last = each.value("to")
        found.append(words.ports(f"{each.name}-{last}" if last else each.name))
    return found


def _services(box: Box, match: Node, wrong: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in match.values("application"):
        resolved, why = applications.resolved(box, name)
        found.update(dict.fromkeys(resolved))
        wrong += [why] if why else []
    protocols = [words.protocol(name) for name in match.values("protocol")]
    targets, origins = _ports(match, "destination-port"), _ports(match, "source-port")
    if protocols or targets or origins:
        found.update(
            dict.fromkeys(
                values.service(protocol, target, origin)
                for protocol in protocols or (["tcp", "udp"] if targets or origins else ["any"])
                for target in targets or ["any"]
                for origin in origins or ["any"]
            )
        )
    return tuple(found) or ("any",)


def _public(services: tuple[str, ...]) -> tuple[str, str, list[str]]:
    """Protocol and ports of a forward, and the conditions that these cannot say."""
    if services == ("any",):
        return "any", "any", []
    protocols, ports, more = set[str](), dict[str, None](), []
    for service in services:
        own, _, origin = service.partition("<")
        protocol, _, port = own.partition("/")
        protocols.add(protocol)
        ports[port or "any"] = None
        more += [f"service {service}"] if origin or protocol not in ("tcp", "udp") else []
    if len({service.partition("/")[2] for service in services if service.startswith("tcp")}) != len(ports) and len(protocols) > 1:
        more = [f"service {service}" for service in services]
    protocol = "tcp+udp" if protocols == {"tcp", "udp"} else protocols.pop() if len(protocols) == 1 else "any"
    return protocol, "any" if "any" in ports else ",".join(ports), more


def _pool(box: Box, kind: str, name: str, wrong: list[str]) -> tuple[str, str]:
    """The addresses of a pool, and its port."""
    pool = box.at("security", "nat", kind, "pool", name)
    if not pool.name or not pool.active:
        wrong.append(f"pool {name} is not defined")
        return name, ""
    found, port = [], ""
    for each in pool.each("address"):
        last, port = each.value("to"), each.value("port") or port
        if last:
            found.append(f"{each.name.split('/')[0]}-{last.split('/')[0]}")
        elif each.name == "port":
            port = each.values()[0]
        else:
            found.append(values.network(each.name) if values.is_network(each.name) else each.name)
    return ",".join(found), port


def _about(box: Box, kind: str, ruleset: Node, rule: Node) -> dict[str, object]:
    return {"key": f"{kind}/{ruleset.name}/{rule.name}", "name": rule.name, "enabled": rule.active, "comment": rule.value("description"),
            "raw": box.tree.raw(rule), "line": box.tree.line(rule)}  # fmt: skip


def _source(box: Box, rule: Node, ruleset: Node, ends: dict[str, tuple[str, ...]]) -> None:
    match, then, wrong = _parts(rule, "source-nat")
    about = {
        **_about(box, "source", ruleset, rule), "order": len(box.reading.source_nat) + 1, "from": ends["from"], "to": ends["to"],
        "sources": _addresses(box, match, "source", wrong), "destinations": _addresses(box, match, "destination", wrong),
        "services": _services(box, match, wrong),
    }  # fmt: skip
    kind, to_source = SourceNatKind.SOURCE, ""
    options = [name for name in ("off", "interface", "pool") if (found := then.children.get(name)) is not None and not found.inactive]
    if "off" in options:
        then.get("off")
        kind = SourceNatKind.NONE
    elif "interface" in options:
        kind = SourceNatKind.MASQUERADE
        if (interface := then.get("interface")) is not None:
            interface.pass_over("NAT options", *interface.children)
    elif "pool" in options:
        names = [name for name in then.values("pool") if name != "persistent-nat"]
        if (pool := then.get("pool")) is not None:
            pool.pass_over("NAT options", "persistent-nat")
            for each in pool.each():
                each.pass_over("NAT options", "persistent-nat")
        to_source = ",".join(_pool(box, "source", name, wrong)[0] for name in names)
    conditions = (*wrong, *match.take_rest(), *(f"then {each}" for each in then.take_rest()))
    box.reading.source_nat.append(SourceNat.model_validate({**about, "kind": kind, "to_source": to_source, "conditions": conditions}))


def _parts(rule: Node, what: str) -> tuple[Node, Node, list[str]]:
    match, then = rule.children.get("match") or Node("match"), rule.get("then", what) or Node("then")
    return match.use(), then, []


def _destination(box: Box, rule: Node, ruleset: Node, ends: dict[str, tuple[str, ...]]) -> None:
    match, then, wrong = _parts(rule, "destination-nat")
    sources, destinations = _addresses(box, match, "source", wrong), _addresses(box, match, "destination", wrong)
    services = _services(box, match, wrong)
    about = _about(box, "destination", ruleset, rule)
    if then.has("off"):
        conditions = ("not translated: destination-nat off", *wrong, *match.take_rest())
        box.reading.source_nat.append(
            SourceNat.model_validate(
                {**about, "order": len(box.reading.source_nat) + 1, "kind": SourceNatKind.NONE, "from": ends["from"], "sources": sources,
                 "destinations": destinations, "services": services, "conditions": conditions}
            )
        )  # fmt: skip
        return
    names = then.values("pool")
    to_address, to_port = _pool(box, "destination", names[-1], wrong) if names else ("", "")
    protocol, ports, more = _public(services)
    conditions = (*wrong, *more, *match.take_rest(), *(f"then {each}" for each in then.take_rest()))
    box.reading.port_forwards.append(
        PortForward.model_validate(
            {**about, "order": len(box.reading.port_forwards) + 1, "protocol": protocol, "from": ends["from"],
             "public_address": ",".join(destinations), "public_ports": ports, "sources": sources, "to_address": to_address,
             "to_ports": to_port, "conditions": conditions}
        )
    )  # fmt: skip


def _static(box: Box, rule: Node, ruleset: Node, ends: dict[str, tuple[str, ...]]) -> None:
    match, then, wrong = _parts(rule, "static-nat")
    ports = _ports(match, "destination-port")
    names = then.values("prefix-name")
    named = then.get("prefix-name") or Node("")
    prefix = then.get("prefix") or Node("")
    targets = [each.name for each in (*prefix.each(), *named.each()) if each.name not in ("mapped-port", "routing-instance")]
    mapped: list[str] = []
    for holder in (prefix, named, *prefix.children.values(), *named.children.values()):
        mapped += _ports(holder, "mapped-port")
        holder.pass_over("NAT options", "routing-instance")
    if names:
        targets = [value for name in targets for value in addresses.resolved(box, [], name)[0]]
        wrong += [why for name in names if name not in ("mapped-port", "routing-instance") if (why := addresses.resolved(box, [], name)[1])]
    conditions = (*wrong, *(f"source-port {port}" for port in _ports(match, "source-port")))
    sources, destinations = _addresses(box, match, "source", wrong), _addresses(box, match, "destination", wrong)
    conditions = (*conditions, *match.take_rest(), *(f"then {each}" for each in then.take_rest()))
    box.reading.port_forwards.append(
        PortForward.model_validate(
            {
                **_about(box, "static", ruleset, rule), "order": len(box.reading.port_forwards) + 1,
                "protocol": "tcp+udp" if ports else "any", "from": ends["from"], "public_address": ",".join(destinations),
                "public_ports": ",".join(ports) or "any", "sources": sources, "bidirectional": True, "to_ports": ",".join(mapped),
                "to_address": ",".join(values.network(each) if values.is_network(each) else each for each in targets) or "inet",
                "conditions": conditions,
            }
        )
    )  # fmt: skip

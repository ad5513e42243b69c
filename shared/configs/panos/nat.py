"""What is translated into what? NAT rules of each virtual system. Source: PAN-OS administrator's guide, "NAT policy rules".

A rule that translates the destination is a port forward; a static source translation in both directions is one too, seen from outside.
A rule that translates nothing is an exception.
"""

from shared.configs.panos import box as places
from shared.configs.panos.box import Box, Scope
from shared.configs.panos.security import BASES
from shared.configs.word_tree import Node
from shared.firewall import PortForward, SourceNat, SourceNatKind

_OPTIONS = ("uuid", "group-tag", "loc", "active-active-device-binding")


def read(box: Box) -> None:
    for base, place in BASES:
        for scope in box.scopes:
            for rule in scope.node.each(base, "nat", "rules"):
                box.attempt(_rule, rule, scope, f"{scope.name} {place}".strip())


def _addresses(box: Box, scope: Scope, names: list[str], wrong: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        resolved, why = places.address(box, scope, name)
        found.update(dict.fromkeys(resolved))
        wrong += [why] if why else []
    return tuple(found) or ("any",)


def _rule(box: Box, rule: Node, scope: Scope, ruleset: str) -> None:
    wrong: list[str] = []
    sources = _addresses(box, scope, rule.values("source"), wrong)
    destinations = _addresses(box, scope, rule.values("destination"), wrong)
    services: dict[str, None] = {}
    for name in rule.values("service"):
        found, why = places.service(scope, name)
        services.update(dict.fromkeys(found))
        wrong += [why] if why else []
    rule.values("tag")
    rule.pass_over("rule options", *_OPTIONS)
    about = {
        "key": f"{ruleset}/{rule.name}", "name": rule.name, "enabled": rule.value("disabled") != "yes" and rule.active,
        "comment": rule.value("description"), "raw": box.tree.raw(rule), "line": box.tree.line(rule),
    }  # fmt: skip
    from_, to = tuple(rule.values("from")) or ("any",), tuple(rule.values("to")) or ("any",)
    kind, to_source, both_ways = _source(box, scope, rule, wrong)
    to_destination, to_port = _destination(box, scope, rule, wrong)
    more = [f"{name} {value}" for name in ("to-interface", "nat-type") if (value := rule.value(name)) not in ("", "any", "ipv4")]
    target = rule.get("target")
    if target is not None:
        more += [f"target {'not ' if target.value('negate') == 'yes' else ''}{device}" for device in target.values("devices")]
        target.take_rest()
    more += rule.take_rest()
    conditions = (*dict.fromkeys(wrong), *more)
    if to_destination:
        _forward(
            box, about, from_, to, (sources, destinations, tuple(services) or ("any",)), to_destination, to_port, conditions, to_source
        )
    if both_ways:
        said = {"protocol": "any", "from": to, "to": from_, "public_address": to_source, "to_address": ",".join(sources),
                "sources": destinations, "bidirectional": True, "conditions": conditions}  # fmt: skip
        box.reading.port_forwards.append(PortForward.model_validate({**about, **said, "order": len(box.reading.port_forwards) + 1}))
    elif kind is not SourceNatKind.NONE or not to_destination:
        said = {"kind": kind, "from": from_, "to": to, "sources": sources, "destinations": destinations,
                "services": tuple(services) or ("any",), "to_source": to_source, "to_destination": to_destination,
                "conditions": conditions}  # fmt: skip
        box.reading.source_nat.append(SourceNat.model_validate({**about, **said, "order": len(box.reading.source_nat) + 1}))


def _forward(
    box: Box, about: dict[str, object], from_: tuple[str, ...], to: tuple[str, ...],
    asked: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], target: str, port: str, conditions: tuple[str, ...], to_source: str,
) -> None:  # fmt: skip
    sources, destinations, services = asked
    protocols = {service.partition("/")[0] for service in services} - {"any"}
    by_protocol = {protocol: [service.partition("/")[2] or "any" for service in services if service.split("/")[0] == protocol]
                   for protocol in sorted(protocols)}  # fmt: skip
    ports = list(dict.fromkeys(each for listed in by_protocol.values() for each in listed))
    uneven = (
        len({tuple(listed) for listed in by_protocol.values()}) > 1 or any("<" in each for each in ports) or not protocols <= {"tcp", "udp"}
    )
    more = [f"service {service}" for service in services] if uneven and protocols else []
    more += [f"zone {'/'.join(to)} before translation"] if to != ("any",) and to != from_ else []
    more += [f"source translated to {to_source}"] if to_source else []
    protocol = "tcp+udp" if protocols == {"tcp", "udp"} else protocols.pop() if len(protocols) == 1 else "any"
    said = {
        "protocol": protocol, "from": from_, "public_address": ",".join(destinations), "sources": sources, "to_address": target,
        "public_ports": ",".join(each.split("<")[0] for each in ports) if ports and "any" not in ports else "any", "to_ports": port,
        "conditions": (*conditions, *more), "order": len(box.reading.port_forwards) + 1,
    }  # fmt: skip
    box.reading.port_forwards.append(PortForward.model_validate({**about, **said}))


def _source(box: Box, scope: Scope, rule: Node, wrong: list[str]) -> tuple[SourceNatKind, str, bool]:
    """Kind, what it appears as, and whether it holds in both directions."""
    translation = rule.get("source-translation")
    if translation is None:
        return SourceNatKind.NONE, "", False
    static = translation.get("static-ip")
    if static is not None:
        both_ways = static.value("bi-directional") == "yes"
        return SourceNatKind.SOURCE, ",".join(_addresses(box, scope, static.values("translated-address"), wrong)), both_ways
    for name in ("dynamic-ip-and-port", "dynamic-ip"):
        pool = translation.get(name)
        if pool is None:
            continue
        own = pool.get("interface-address")
        if own is not None:
            own.value("interface")
            ip = own.value("ip") or own.value("floating-ip")
            return SourceNatKind.MASQUERADE, ",".join(_addresses(box, scope, [ip], wrong)) if ip else "", False
        pool.pass_over("rule options", "fallback")
        names = pool.values("translated-address")
        return SourceNatKind.SOURCE, ",".join(_addresses(box, scope, names, wrong)) if names else "", False
    return SourceNatKind.NONE, "", False


def _destination(box: Box, scope: Scope, rule: Node, wrong: list[str]) -> tuple[str, str]:
    for name in ("destination-translation", "dynamic-destination-translation"):
        translation = rule.get(name)
        if translation is not None:
            # written twice, the later holds
            names = [target] if (target := translation.value("translated-address")) else []
            translation.pass_over("rule options", "dns-rewrite", "distribution")
            return ",".join(_addresses(box, scope, names, wrong)) if names else "", translation.value("translated-port")
    return "", ""

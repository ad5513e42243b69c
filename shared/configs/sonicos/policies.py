"""Access rules, in the order of the text, which is that of their priority. A rule sees the address that a packet was sent to, before
translation, and the zone that it goes to after.

``from``, ``to``, addresses, service, schedule, users and limits narrow a rule; what is not known of it stands in its conditions and is
unread. Rules that SonicOS makes for management and tunnels by itself are not printed while nobody has changed them: they are implied here,
service by service, where no rule of the text speaks of it. Source: outputs of SonicOS 6.2 and 6.5; SonicOS 7 API reference, "Access Rules".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from shared.configs.named_objects import undefined
from shared.configs.sonicos.box import Box, Chosen, chosen
from shared.configs.statement import Statement
from shared.filtering import asked_ports
from shared.firewall import ANY, Action, FirewallRule, Scope
from shared.port_ranges import holds

RULESET = "access rules"
_ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY, "discard": Action.DENY}
_QUIET = frozenset(
    (
        "from", "to", "fragments", "sip", "h323", "flow-reporting", "packet-monitoring", "management", "priority", "tcp", "udp",
        "quality-of-service", "cos-override", "auto-rule", "uuid", "id", "bandwidth-management", "dns-doctoring", "reflexive",
        "single-sign-on", "connection-limit", "max-connections", "block", "geo-ip-filter", "botnet-filter", "dpi", "dpi-ssl", "log",
        "name", "comment", "schedule", "logging", "enable", "dpi-ssl-client", "dpi-ssl-server", "sip-transformation",
        "h323-transformation", "redirect-unauthenticated-users-to-log-in", "redirect-unauthenticated-users", "websense", "type",
        "trust-users", "guest-services",
    )
)  # fmt: skip
_NARROWS = frozenset(("geo-ip-filter", "botnet-filter", "connection-limit"))


@dataclass(slots=True)
class _Rule:
    fields: dict[str, str] = field(default_factory=dict)
    """``from``, ``to``, ``action``, ``name``, ``comment``, ``schedule``, ``uuid``, ``id``"""
    sides: dict[str, Chosen] = field(default_factory=dict)
    """``source``, ``port``, ``service``, ``destination``"""
    enabled: bool = True
    log: bool = False
    users: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)


def keep(box: Box, statement: Statement) -> None:
    """Read when all objects and interfaces are known."""
    box.rules.append(statement)


def finish(box: Box) -> None:
    reading = box.reading
    for statement in box.rules:
        try:
            reading.firewall_rules.append(_rule(box, statement, len(reading.firewall_rules) + 1))
        except (ValueError, LookupError):
            reading.unread(statement)
    if box.rules:
        for rule in _implied(box):
            reading.firewall_rules.append(rule.model_copy(update={"order": len(reading.firewall_rules) + 1}))


def _rule(box: Box, statement: Statement, order: int) -> FirewallRule:
    asked = _Rule()
    words = statement.words[1:]
    family = words.pop(0) if words[0] in ("ipv4", "ipv6") else "ipv4"
    _head(asked, words)
    for child in (child for child in statement.children if not child.noise):
        try:
            known = _line(asked, list(child.words)) and not child.children
        except (ValueError, LookupError):
            known = False
        if not known:
            asked.conditions.append(child.text)
            box.reading.unread(child)
    return _model(box, asked, statement, order, family)


def _head(asked: _Rule, words: list[str]) -> None:
    """``from LAN to WAN action deny source address group "LAN Subnets" port name "VNC" service name "VNC" destination address any``"""
    while words:
        word = words.pop(0)
        if word in ("from", "to", "action"):
            asked.fields[word] = words.pop(0)
        elif word == "source" and words[0] == "port":
            continue
        elif word in ("source", "destination") and words[0] == "address":
            words.pop(0)
            asked.sides[word] = chosen(words)
        elif word in ("port", "service"):
            asked.sides[word] = chosen(words)
        else:
            raise ValueError(f"{word} is not known in the head of an access rule")


def _line(asked: _Rule, words: list[str]) -> bool:
    on = words[0] != "no"
    if not on:
        words = words[1:]
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first in ("from", "to", "action", "uuid", "id", "comment") and on:
        asked.fields[first] = second
    elif first == "name" and on:
        asked.fields["name"] = second
    elif first == "enable":
        asked.enabled = on
    elif first == "logging":
        asked.log = on
    elif (first, second) in (("source", "address"), ("destination", "address"), ("source", "port")) and on:
        rest = words[2:]
        asked.sides["port" if second == "port" else first] = chosen(rest)
        return not rest
    elif first == "service" and on:
        rest = words[1:]
        asked.sides["service"] = chosen(rest)
        return not rest
    elif first == "schedule":
        asked.fields["schedule"] = "" if not on or second in ("always-on", "always") else words[-1]
    elif first == "users" and on:
        return _users(asked, words)
    elif first in ("dpi", "dpi-ssl") and on:
        asked.profiles.append(" ".join(words))
    elif first == "max-connections" and on:
        asked.conditions += [" ".join(words)] if second != "100" else []
    elif on and first in _NARROWS:
        asked.conditions.append(" ".join(words))
    else:
        return first in _QUIET
    return True


def _users(asked: _Rule, words: list[str]) -> bool:
    """``users included group "Contabilità"``, ``users excluded none``"""
    if words[1] == "included":
        asked.users += [] if words[2] == "all" else [words[-1]]
    elif words[1] == "excluded":
        asked.users += [] if words[2] == "none" else [f"!{words[-1]}"]
    else:
        return False
    return True


def _model(box: Box, asked: _Rule, statement: Statement, order: int, family: str) -> FirewallRule:
    source, destination = asked.sides.get("source", Chosen()), asked.sides.get("destination", Chosen())
    services, service_names, missing_services = _services(box, asked)
    own = _is_own(box, destination, asked.fields.get("to", ANY))
    missing = box.missing_addresses((*source.names, *destination.names))
    keys = asked.fields.get("uuid") or asked.fields.get("id")
    return FirewallRule.model_validate(
        {
            "key": box.keys.numbered(keys) if keys else box.keys.of("rule", _content(statement)),
            "order": order, "ruleset": RULESET, "name": asked.fields.get("name", ""), "family": family,
            "scope": Scope.INPUT if own else Scope.FORWARD, "enabled": asked.enabled,
            "action": _ACTIONS.get(asked.fields["action"], Action.OTHER), "native_action": asked.fields["action"],
            "from": _zone(asked.fields.get("from", ANY)), "to": (ANY,) if own else _zone(asked.fields.get("to", ANY)),
            "sources": side_values(box, source), "destinations": side_values(box, destination), "services": services,
            "source_names": source.names, "destination_names": destination.names, "service_names": service_names,
            "users": tuple(asked.users), "profiles": tuple(asked.profiles), "schedule": asked.fields.get("schedule", ""),
            "log": asked.log, "comment": asked.fields.get("comment", ""), "conditions": tuple(asked.conditions),
            "why_without_effect": undefined(missing, kind="address object") or undefined(missing_services, kind="service object"),
            "raw": raw(statement), "line": statement.line,
        }
    )  # fmt: skip


def raw(statement: Statement) -> str:
    return "\n".join((statement.text, *(f"    {child.text}" for child in statement.children if not child.noise)))


def _content(statement: Statement) -> str:
    """Without what says where it stands."""
    return "\n".join(line for line in raw(statement).splitlines() if not line.strip().startswith("priority "))


def _zone(name: str) -> tuple[str, ...]:
    return (ANY,) if name.lower() in (ANY, "all") else (name,)


def side_values(box: Box, side: Chosen) -> tuple[str, ...]:
    if side.literal:
        return side.literal
    found = tuple(dict.fromkeys(value for name in side.names for value in box.address(name)))
    return (ANY,) if ANY in found or not found else found


def _is_own(box: Box, destination: Chosen, to_zone: str) -> bool:
    """Whether it is for the firewall itself: its own addresses, in the zone that they are in. In another zone is the machine that a NAT
    policy sends it on to."""
    return bool(destination.names) and all(not box.addresses.knows(name) and to_zone in box.own_zones(name) for name in destination.names)


def _services(box: Box, asked: _Rule) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """The values, with the source ports that are asked besides; the names; what is missing."""
    service, port = asked.sides.get("service", Chosen()), asked.sides.get("port", Chosen())
    # a text without any service object is a part of one, or leaves out those that SonicOS comes with
    missing = [each for name in (*service.names, *port.names) for each in box.services.missing(name)] if box.services.own else []
    found = box.services.all_values(service.names) if service.names else (ANY,)
    if port.everything:
        return found, service.names, missing
    sources = box.services.all_values(port.names)
    return _with_source_ports(asked, found, sources, port.names), service.names, missing


def _with_source_ports(asked: _Rule, services: tuple[str, ...], sources: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """``tcp/443`` and source ports ``tcp/1024-2000`` -> ``tcp/443<1024-2000``"""
    asked.conditions.append(f"source port {', '.join(names)}")
    pairs = [
        (protocol, ports) for value in sources for protocol, _, ports in [value.partition("/")] if protocol in ("tcp", "udp") and ports
    ]
    if services == (ANY,):
        return tuple(f"{protocol}/any<{ports}" for protocol, ports in pairs) or services
    found = []
    for value in services:
        own = [ports for protocol, ports in pairs if protocol == value.partition("/")[0]]
        found += [f"{value if '/' in value else f'{value}/any'}<{ports}" for ports in own] or [value]
    return tuple(dict.fromkeys(found))


# --- what SonicOS lets in by itself ---


def _implied(box: Box) -> Iterator[FirewallRule]:
    rules = [rule for rule in box.reading.firewall_rules if rule.scope is Scope.INPUT and rule.enabled]
    for zone, service, what in dict.fromkeys(_own_services(box)):
        if not any(_speaks_of(rule, zone, service) for rule in rules):
            yield FirewallRule(
                key=f"implied {zone} {service}", order=0, ruleset=RULESET, name=f"implied: {what}", scope=Scope.INPUT, implicit=True,
                action=Action.ALLOW, from_=(zone,), destinations=("self",), services=(service,),
            )  # fmt: skip
    for scope in (Scope.FORWARD, Scope.INPUT):
        yield FirewallRule(
            key=f"implicit deny {scope.value}",
            order=0,
            ruleset=RULESET,
            name="implicit deny",
            scope=scope,
            implicit=True,
            action=Action.DENY,
        )


def _own_services(box: Box) -> Iterable[tuple[str, str, str]]:
    for port in box.ports.values():
        for name in port.management:
            if port.zone and name == "ping":
                yield port.zone, "icmp/echo-request", "ping"
            elif port.zone and name in box.management_ports:
                yield port.zone, f"{'udp' if name == 'snmp' else 'tcp'}/{box.management_ports[name]}", f"management by {name}"
    if any(vpn.enabled for vpn in box.reading.vpns):
        for zone in sorted({port.zone for port in box.ports.values() if port.zone} & box.wan_zones()):
            yield zone, "udp/500", "IKE"
            yield zone, "udp/4500", "IKE"
            yield zone, "esp", "IPsec"
    if box.ssl_port is not None:
        for zone in box.ssl_zones:
            yield zone, f"tcp/{box.ssl_port}", "SSL VPN"


def _speaks_of(rule: FirewallRule, zone: str, service: str) -> bool:
    protocol, _, port = service.partition("/")
    if ANY not in rule.from_ and zone not in rule.from_:
        return False
    if not port.isdigit():
        return service in rule.services or ANY in rule.services
    return holds(asked_ports(rule.services, protocol), int(port))

"""Firewall policies of a UniFi site, from zone to zone, in the order of their ``index``: those that the system made stand last.

A filter of a kind that has no field in a rule, and everything in one that nobody knows, becomes a condition in the platform's own words:
a rule must not look wider than it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from shared.configs import values
from shared.configs.pf.box import Keys, attempt
from shared.configs.unifi_api.lists import ITSELF, Box, Named, is_on, items, texts
from shared.configs.xml_tree import Element
from shared.firewall import ANY, Action, FirewallRule, Scope

_ACTIONS: Mapping[str, Action] = {"ALLOW": Action.ALLOW, "BLOCK": Action.DENY, "REJECT": Action.REJECT}
_FAMILIES = {"IPV4": "ipv4", "IPV6": "ipv6", "IPV4_AND_IPV6": ANY}
_PORTED = ("tcp", "udp")


@dataclass(slots=True)
class Side:
    """Source or destination of a policy."""

    zone: str = ANY
    values: tuple[str, ...] = (ANY,)
    names: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    not_ports: bool = False
    port_name: str = ""
    conditions: list[str] = field(default_factory=list)
    missing: str = ""


def read_policies(box: Box) -> None:
    keys = Keys()
    found = list(box.each("firewallPolicies"))
    for order, element in enumerate(sorted(found, key=_index), 1):
        attempt(partial(_policy, box, keys, order), element)


def _index(element: Element) -> int:
    text = element.get("index")
    return int(text) if text.isdecimal() else 0


def _policy(box: Box, keys: Keys, order: int, element: Element) -> None:
    source, destination = _side(box, element, "source"), _side(box, element, "destination")
    action = element.child("action")
    native = action.get("type") if action is not None else ""
    family = _family(element)
    services, protocol_conditions = _services(element, source, destination)
    metadata = element.child("metadata")
    returns = action is not None and action.get("allowReturnTraffic") == "true"
    ipsec, ident = element.get("ipsecFilter"), element.get("id")
    conditions = [*source.conditions, *destination.conditions, *protocol_conditions]
    conditions += [f"ipsecFilter {ipsec}"] if ipsec else []
    rule = FirewallRule.model_validate(
        {
            "key": keys.of(ident, "" if ident else box.tree.raw(element, ("index", "enabled"))), "order": order,
            "ruleset": f"{source.zone} > {destination.zone}", "name": element.get("name"),
            "scope": _scope(source, destination), "family": family, "enabled": is_on(element, "enabled"),
            "implicit": metadata is not None and metadata.get("origin") == "SYSTEM_DEFINED",
            "action": _ACTIONS.get(native, Action.OTHER), "native_action": f"{native} with return traffic" if returns else native,
            "from": (source.zone,), "to": (destination.zone,), "sources": source.values, "destinations": destination.values,
            "services": services, "source_names": source.names, "destination_names": destination.names,
            "service_names": tuple(filter(None, (source.port_name, destination.port_name))),
            "states": tuple(state.lower() for state in texts(element, "connectionStateFilter")), "schedule": _schedule(element),
            "log": is_on(element, "loggingEnabled", default=False), "comment": element.get("description"),
            "why_without_effect": source.missing or destination.missing, "conditions": tuple(conditions),
            "raw": box.tree.raw(element), "line": element.line,
        }
    )  # fmt: skip
    box.reading.firewall_rules.append(rule)


def _scope(source: Side, destination: Side) -> Scope:
    if destination.zone == ITSELF:
        return Scope.INPUT
    return Scope.OUTPUT if source.zone == ITSELF else Scope.FORWARD


def _family(element: Element) -> str:
    scope = element.child("ipProtocolScope")
    return _FAMILIES[scope.get("ipVersion")] if scope is not None else ANY


def _schedule(element: Element) -> str:
    found = element.child("schedule")
    return ", ".join(_told(found)) if found is not None else ""


# --- one side


def _side(box: Box, element: Element, name: str) -> Side:
    side = Side()
    found = element.child(name)
    if found is None:
        return side
    ident = found.get("zoneId")
    side.zone = box.zones.get(ident, ident or ANY)
    if ident and ident not in box.zones and box.zones:
        side.missing = f"zone {ident} is not defined"
    filters = found.child("trafficFilter")
    if filters is not None:
        filters.get("type")
        _filter(box, side, filters)
    # a filter without a field, and what is in one besides what is known
    side.conditions += [f"{name} {told}" for told in _told(found)]
    return side


def _filter(box: Box, side: Side, filters: Element) -> None:
    for found in filters.children:
        if found.tag == "portFilter":
            _ports(box, side, found)
        if side.values != (ANY,):  # a second filter beside the first narrows it: a condition
            continue
        match found.tag:
            case "networkFilter":
                _take(side, found, [(ident, box.networks.get(ident)) for ident in texts(found, "networkIds")], "network")
            case "ipAddressFilter":
                _take(side, found, _listed(box, found), "list")
            case "macAddressFilter":
                _take(side, found, [("", Named("", tuple(f"mac:{each.lower()}" for each in texts(found, "macAddresses"))))], "")
            case "regionFilter":
                _take(side, found, [("", Named("", tuple(f"geo:{each}" for each in texts(found, "regions"))))], "")
            case "domainFilter":
                _take(side, found, [("", Named("", tuple(texts(found, "domains"))))], "")


def _listed(box: Box, found: Element) -> list[tuple[str, Named | None]]:
    """What a filter names by a list, or by itself."""
    if found.get("type") == "TRAFFIC_MATCHING_LIST":
        ident = found.get("trafficMatchingListId")
        return [(ident, box.lists.get(ident))]
    return [("", Named("", tuple(items(found))))]


def _take(side: Side, found: Element, named: Sequence[tuple[str, Named | None]], kind: str) -> None:
    opposite = "!" if is_on(found, "matchOpposite", default=False) else ""
    all_values = [f"{opposite}{value}" for _, each in named for value in (each.values if each else ())]
    side.names += tuple(each.name for _, each in named if each and each.name)
    for ident, each in named:
        if each is None:
            side.missing = side.missing or f"{kind} {ident} is not defined"
            all_values.append(f"{opposite}{ident}")
    if all_values:
        side.values = tuple(dict.fromkeys(all_values))


def _ports(box: Box, side: Side, found: Element) -> None:
    side.not_ports = is_on(found, "matchOpposite", default=False)
    for ident, named in _listed(box, found):
        if named is None:
            side.missing = side.missing or f"list {ident} is not defined"
            side.ports = (ident,)
            continue
        side.port_name = named.name
        side.ports = named.values


def _told(element: Element) -> Iterator[str]:
    """Every leaf that nobody has read, by its path below the element; it counts as read then."""
    for leaf in element.leaves():
        if leaf.read or not leaf.text:
            continue
        leaf.read = True
        path, here = [leaf.tag], leaf.parent
        while here is not None and here is not element:
            path.append(here.tag)
            here = here.parent
        yield f"{'.'.join(part for part in reversed(path) if part != 'item')} {leaf.text}"


# --- services


def _services(element: Element, source: Side, destination: Side) -> tuple[tuple[str, ...], list[str]]:
    scope = element.child("ipProtocolScope")
    asked = scope.child("protocolFilter") if scope is not None else None
    protocols, opposite = _protocols(asked)
    conditions = [f"protocol {told}" for told in _told(scope)] if scope is not None else []
    if not source.ports and not destination.ports:
        return tuple(f"{opposite}{protocol}" for protocol in protocols) or (ANY,), conditions
    if opposite:  # all protocols but one have no ports of their own: told as it stands
        conditions.append(f"protocol not {'+'.join(protocols)}, ports {_turned(source)} to {_turned(destination)}")
        return (ANY,), conditions
    # "not these ports" of a protocol has no spelling of its own, and !tcp/80 would be every other protocol too
    conditions += [f"{name} ports {_turned(side)}" for name, side in (("source", source), ("destination", destination)) if side.not_ports]
    found: dict[str, None] = {}
    for protocol in protocols or _PORTED:
        for port in () if destination.not_ports else destination.ports or (ANY,):
            for own in (ANY,) if source.not_ports else source.ports or (ANY,):
                found[values.service(protocol, port, own)] = None
        if destination.not_ports:
            found[protocol] = None
    return tuple(found), conditions


def _turned(side: Side) -> str:
    return f"{'not ' if side.not_ports else ''}{','.join(side.ports) or ANY}"


def _protocols(asked: Element | None) -> tuple[tuple[str, ...], str]:
    """The protocols that a policy names, and ``!`` where it means all others."""
    if asked is None:
        return (), ""
    kind = asked.get("type")
    opposite = "!" if is_on(asked, "matchOpposite", default=False) else ""
    named = asked.child("protocol") or asked.child("preset")
    name = named.get("name").lower() if named is not None else ""
    if kind == "PRESET" and name == "tcp_udp":
        return _PORTED, opposite
    if kind == "NAMED_PROTOCOL" and name:
        return ({"icmpv6": "icmpv6", "ipv6-icmp": "icmpv6"}.get(name, name),), opposite
    for leaf in asked.leaves():  # of a kind that nobody knows: told as it stands
        leaf.read = False
    return (), ""

"""Which interfaces, VLANs and switch ports are there? ``[edit interfaces]``, ``[edit vlans]``, spanning tree, PoE and 802.1X of ports.

A physical interface has units; ``ge-0/0/0.0`` is unit 0. An ``interface-range`` stands for its members. On switches a unit with the family
``ethernet-switching`` is a port: ``interface-mode`` (ELS: EX2300 and newer, SRX) or ``port-mode`` (older EX). Source: Junos "Interfaces
fundamentals", "Ethernet switching user guide".
"""

import re
from collections.abc import Iterator

from shared.configs import values
from shared.configs.junos import ports
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.device_config import ConfiguredInterface

_PHYSICAL_OPTIONS = (
    *("hold-time", "traps", "no-traps", "per-unit-scheduler", "flexible-vlan-tagging", "vlan-tagging", "stacked-vlan-tagging"),
    *("link-mode", "auto-negotiation", "no-auto-negotiation", "encapsulation", "gratuitous-arp-reply", "no-gratuitous-arp-request"),
    *("optics-options", "damping", "accounting-profile", "clocking", "t1-options", "e1-options", "sonet-options", "serial-options"),
    *("ppp-options", "dsl-options", "vdsl-options", "wlan-options", "cellular-options", "modem-options", "dialer-options", "act-sim"),
    *("aggregated-ether-options", "redundant-ether-options", "fabric-options", "forwarding-class-accounting", "passive-monitor-mode"),
    *("bridge-domain-type", "hierarchical-scheduler", "otn-options", "multiservice-options", "services-options", "unidirectional", "speed"),
    *("traceoptions", "layer2-policer", "no-gratuitous-arp-reply", "promiscuous-mode", "esi", "atm-options", "logical-tunnel-options"),
)
_UNIT_OPTIONS = (
    *("bandwidth", "point-to-point", "traps", "no-traps", "encapsulation", "proxy-arp", "ppp-options", "accounting-profile", "arp-resp"),
    *("swap-by-poppush", "input-vlan-map", "output-vlan-map", "inner-vlan-id", "vlan-tags", "dialer-options", "keepalives", "peer-unit"),
    *("rpm", "multipoint", "interface-shared-with", "backup-options", "compression", "dhcp-client-options", "esi", "service-domain"),
    *(
        "no-keepalives",
        "mac",
        *("virtual-gateway-accept-data", "virtual-gateway-v4-mac", "virtual-gateway-v6-mac", "no-dhcp-flood", "enable"),
        "disable-mlppp-inner-ppp-pfc",
        "fragment-threshold",
        "actual-transit-statistics",
        "copy-tos-to-outer-ip-header",
    ),
)
_FAMILY_OPTIONS = (
    *(
        "mtu",
        "no-redirects",
        "rpf-check",
        "sampling",
        "policer",
        "targeted-broadcast",
        "primary",
        "unnumbered-address",
        "no-neighbor-learn",
    ),
    *(
        "tcp-mss",
        "arp",
        "accounting",
        "service",
        "simple-filter",
        "keep-address-and-control",
        "dad-disable",
        "nd6-stale-time",
        "mac-validate",
    ),
    *(
        "simple-filter",
        "arp-max-cache",
        "ndp-proxy",
        "nd6-max-cache",
        "dhcpv6-client",
        "rate-limit-icmp",
        "next-hop-tunnel",
        "demux-source",
    ),
)
_OTHER_FAMILIES = ("iso", "mpls", "mlppp", "ccc", "tcc", "vpls", "bridge", "any", "fabric", "mlfr-end-to-end")
_PORT_OPTIONS = ("802.3ad", "gigether-options", "ether-options", "fastether-options")
_KINDS = (
    (r"(?:ge|xe|et|fe|mge|fxp|em|me|vme|fab|swfab)-?\d*", "ethernet"), (r"(?:ae|reth)\d", "lag"), (r"(?:irb|vlan)(?:\.|$)", "vlan"),
    (r"lo\d", "loopback"), (r"(?:st\d|gr-|ip-|lt-|vt-)", "tunnel"), (r"(?:pp\d|dl\d|umd\d|cl-|t1-|e1-|pt-|at-)", "ppp"), (r"wl-",
    "wireless"),
)  # fmt: skip
MANAGEMENT = re.compile(r"^(?:fxp|em|me|vme)\d*(?:\.\d+)?$")
MAX_RANGE = 2_000
MAX_SPREAD = 200_000


def read(box: Box) -> None:
    top = box.at("interfaces")
    top.pass_over("interface options", "traceoptions", "interface-set", "trace-options")
    _spread_ranges(box, top)
    for node in top.each(inactive=True):
        if node.name not in ("interface-range", "traceoptions", "interface-set", "trace-options"):
            box.attempt(_interface, node)
    ports.read(box, top)


def _spread_ranges(box: Box, top: Node) -> None:
    """What an interface-range says holds of each member, unless the member says otherwise."""
    left = MAX_SPREAD
    for each in top.each("interface-range"):
        members = [member for text in each.values("member") for member in _expand(text)]
        for first in each.each("member-range"):
            members += list(_between(first.name, first.value("to")))
        each.pass_over("descriptions", "description")
        for member in members[:MAX_RANGE]:
            left -= sum(1 for _ in each.walk())
            if left < 0:
                raise ValueError("interface ranges with more than there can be")
            target = top.add(member).use()
            for name, child in list(each.children.items()):
                if name not in ("member", "member-range", "description"):
                    child.use()
                    _inherit(target, child, MAX_RANGE)


def _inherit(target: Node, source: Node, depth: int) -> None:
    made = target.children.get(source.name)
    if made is None:
        made = target.children[source.name] = Node(source.name, target, target.depth + 1, origin=source, inactive=source.inactive)
    for child in source.children.values():
        _inherit(made, child, depth - 1)


def _expand(text: str) -> Iterator[str]:
    """``ge-0/0/[0-3]`` and ``ge-0/0/[1,3]``; a ``*`` stays, as nobody says which there are."""
    found = re.fullmatch(r"([^\[\]]*)\[([\d,-]+)\]([^\[\]]*)", text)
    if found is None:
        if "*" not in text:
            yield text
        return
    for part in found[2].split(","):
        first, _, last = part.partition("-")
        for number in range(int(first), min(int(last or first), int(first) + MAX_RANGE) + 1):
            yield f"{found[1]}{number}{found[3]}"


def _between(first: str, last: str) -> Iterator[str]:
    low, high = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if low is None or high is None or low[1] != high[1]:
        yield from (name for name in (first, last) if name)
        return
    for number in range(int(low[2]), min(int(high[2]), int(low[2]) + MAX_RANGE) + 1):
        yield f"{low[1]}{number}"


def _kind(name: str) -> str:
    return next((kind for pattern, kind in _KINDS if re.match(pattern, name)), "")


def _interface(box: Box, node: Node) -> None:
    node.pass_over("interface options", *_PHYSICAL_OPTIONS)
    parent = _parent(node)
    enabled = node.active and not node.has("disable")
    description = node.value("description")
    units = node.each("unit", inactive=True)
    node.values("native-vlan-id")
    mac = node.value("mac")
    box.reading.interfaces.append(
        ConfiguredInterface.model_validate(
            {"name": node.name, "description": description, "enabled": enabled, "kind": _kind(node.name),
             "role": "management" if MANAGEMENT.match(node.name) else "", "mtu_bytes": node.number("mtu"), "parent": parent,
             "mac": mac if re.fullmatch(r"[0-9A-Fa-f:]{17}", mac) else None}
        )
    )  # fmt: skip
    for unit in units:
        if found := _unit(box, node, unit, enabled=enabled):
            box.reading.interfaces.append(found)


def _parent(node: Node) -> str:
    """The aggregate, or the redundant interface of a cluster, that a port is a member of."""
    found = ""
    for name in _PORT_OPTIONS:
        options = node.get(name)
        if options is not None:
            member = options.get("802.3ad") or (options if name == "802.3ad" else None)
            names = [word for word in member.values() if word not in ("lacp", "port-priority", "link-protection")] if member else []
            found = found or (names[0] if names else options.value("redundant-parent"))
            options.pass_over("interface options", *(set(options.children) - {"802.3ad", "redundant-parent"}))
            if member is not None:
                member.pass_over("interface options", "lacp", "port-priority", "link-protection")
    return found


def _unit(box: Box, parent: Node, unit: Node, *, enabled: bool) -> ConfiguredInterface | None:
    name = f"{parent.name}.{unit.name}"
    unit.pass_over("interface options", *_UNIT_OPTIONS)
    addresses: list[str] = []
    dhcp = False
    families = unit.each("family", inactive=True)
    for family in families:
        if family.name in _OTHER_FAMILIES:
            family.pass_over("interface options", *(name for name in family.children if name != "filter"))
            _filters(box, name, family)
        elif family.name in ("inet", "inet6"):
            dhcp = _inet(box, name, family, addresses) or dhcp
    pppoe = unit.get("pppoe-options") is not None
    for part in ("pppoe-options", "tunnel"):
        unit.pass_over("PPPoE" if part == "pppoe-options" else "tunnel options", part)
    vlan = unit.number("vlan-id")
    unit.pass_over("interface options", "vlan-id-list", "vlan-id-range")
    description = unit.value("description")
    if {family.name for family in families} <= {"ethernet-switching", *_OTHER_FAMILIES} and not (vlan or pppoe) and families:
        return None
    zone = box.zone_of.get(name, "")
    return ConfiguredInterface.model_validate(
        {
            "name": name, "description": description, "enabled": enabled and unit.active and not unit.has("disable"),
            "kind": "vlan" if vlan else _kind(name), "addresses": tuple(addresses), "dhcp_client": dhcp, "parent": parent.name,
            "role": "management" if MANAGEMENT.match(name) else "wan" if pppoe else "", "vlan": vlan if vlan and vlan < 4096 else None,
            "zone": zone, "management": box.services_of.get(name, ()),
            "access_list_in": ",".join(_names(box.filters_in, name)), "access_list_out": ",".join(_names(box.filters_out, name)),
        }
    )  # fmt: skip


def _names(filters: dict[str, list[str]], interface: str) -> list[str]:
    return [name.partition(" ")[2] for name, interfaces in filters.items() if interface in interfaces]


def _inet(box: Box, interface: str, family: Node, addresses: list[str]) -> bool:
    """Fills ``addresses``; whether the interface asks a DHCP server for its own."""
    family.pass_over("interface options", *_FAMILY_OPTIONS)
    for address in family.each("address"):
        virtual = [each for group in ("vrrp-group", "vrrp-inet6-group") for each in address.each(group)]
        if values.is_network(address.name):
            addresses.append(values.with_length(address.name))
        else:
            # neither an address nor empty: ``address dhcp`` of other makes
            address.used = False
        length = address.name.partition("/")[2]
        for group in virtual:
            shared = (*group.values("virtual-address"), *group.values("virtual-inet6-address"))
            addresses += [values.with_length(each, length) for each in shared if values.is_address(each)]
            group.pass_over("VRRP", *(set(group.children) - {"virtual-address", "virtual-inet6-address"}))
        address.pass_over("interface options", "primary", "preferred", "arp", "eui-64", "web-authentication", "broadcast", "destination",
                          "virtual-gateway-address", "ndp", "master-only", "vrrp-group", "vrrp-inet6-group",
                          "subnet-router-anycast")  # fmt: skip
    _filters(box, interface, family)
    asks = False
    for name in ("dhcp", "dhcp-client", "negotiate-address"):
        if family.has(name):
            asks = True
            family.pass_over("DHCP client options", name)
    return asks


def _filters(box: Box, interface: str, family: Node) -> None:
    node = family.get("filter")
    if node is None or not family.active:
        return
    # a filter without a family is one of inet
    for way, places in (("input", box.filters_in), ("output", box.filters_out)):
        for name in (*node.values(way), *node.values(f"{way}-list")):
            places.setdefault(f"{family.name} {name}", []).append(interface)
    node.pass_over("interface options", "group")

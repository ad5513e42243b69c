"""Which interfaces, zones, routes and DHCP servers are there? ``network`` of the device, and the zones of each virtual system.

Source: PAN-OS networking administrator's guide. An interface is of layer 3, layer 2, a virtual wire, a tap or for high availability; it is
managed by what its interface management profile allows.
"""

import ipaddress
import re
from collections.abc import Iterator

from shared.configs import values
from shared.configs.panos.box import Box, Names
from shared.configs.word_tree import Node
from shared.device_config import ConfiguredInterface, RemoteAccess, SwitchPort, Zone
from shared.firewall import DhcpPool, DhcpReservation, Route

_KINDS = {"ethernet": "ethernet", "aggregate-ethernet": "lag", "vlan": "vlan", "loopback": "loopback", "tunnel": "tunnel",
"sdwan": "tunnel",
          "cellular": "ppp"}  # fmt: skip
_MODES = ("layer3", "layer2", "virtual-wire", "tap", "ha", "decrypt-mirror", "log-card")
_OPTIONS = ("lldp", "ndp-proxy", "adjust-tcp-mss", "untagged-sub-interface", "netflow-profile", "traffic-interface", "lacp", "link-duplex",
            "ip-arp", "arp", "bonjour", "sdwan-link-settings", "df-ignore", "decrypt-forward", "cluster-interconnect", "poe", "ddns-config",
            "fw-packet-capture", "ipv6-client", "policer", "link-tag", "neighbor-discovery", "lacp-profile")  # fmt: skip
_SERVICES = {"https": ("https", 443, "tcp"), "http": ("http", 80, "tcp"), "ssh": ("ssh", 22, "tcp"), "telnet": ("telnet", 23, "tcp"),
             "snmp": ("snmp", 161, "udp")}  # fmt: skip
_PARTS = {
    "profiles": "network profiles", "qos": "quality of service", "lldp": "LLDP", "shared-gateway": "shared gateways",
    "vlan": "VLAN forwarding",
    "virtual-wire": "virtual wires", "dns-proxy": "DNS proxy", "secure-web-gateway": "proxy", "underlay-net": "network profiles",
    "routing-profile": "routing", "virtual-switch": "VLAN forwarding", "sdwan": "network profiles", "multicast": "routing",
    "pan-dhcp-ipv6": "network profiles", "rule": "network profiles", "tunnel-monitor": "network profiles",
}  # fmt: skip


def read_zones(box: Box) -> None:
    for scope in box.scopes:
        for node in scope.node.each("zone"):
            box.attempt(_zone, node, scope.name if len([s for s in box.scopes if s.kind == "vsys"]) > 1 else "")


def _zone(box: Box, node: Node, vsys: str) -> None:
    interfaces = [name for kind in node.each("network") if kind.name in ("layer3", "layer2", "virtual-wire", "tap", "external", "tunnel")
                  for name in kind.values()]  # fmt: skip
    if (network := node.get("network")) is not None:
        network.pass_over("zone options", "zone-protection-profile", "log-setting", "enable-packet-buffer-protection", "net-inspection")
    node.pass_over("zone options", "enable-user-identification", "enable-device-identification", "user-acl", "device-acl", "uuid", "loc")
    for name in interfaces:
        box.zone_of[name] = node.name
    box.reading.zones.append(Zone(name=node.name, interfaces=tuple(interfaces), comment=f"virtual system {vsys}" if vsys else ""))


def intrazone(box: Box) -> None:
    """Whether traffic within a zone passes, as the rule at the end says."""
    rule = next((each for each in box.reading.firewall_rules if each.name == "intrazone-default" and each.implicit), None)
    if rule is not None:
        passes = "allow" if rule.action == "allow" else "deny"
        box.reading.zones = [zone.model_copy(update={"intrazone": passes}) for zone in box.reading.zones]


def read(box: Box) -> None:
    names = list(box.names_of.values())
    for network in box.parts("network"):
        for profile in network.each("profiles", "interface-management-profile"):
            open_ = tuple(each.name for each in profile.each() if each.name != "permitted-ip" and profile.value(each.name) == "yes")
            box.profiles[profile.name] = (
                open_,
                tuple(values.network(each) for each in profile.values("permitted-ip") if values.is_network(each)),
            )
            for each in profile.each():
                each.values()
            for each in profile.each("permitted-ip"):
                each.values()
        _profiles_passed(network)
        for kind in network.each("interface"):
            if kind.name in _KINDS:
                # ``loopback``, ``tunnel`` and ``vlan`` are interfaces themselves, besides their units
                own = kind.name in ("loopback", "tunnel", "vlan")
                for node in kind.each("units") if own else kind.each():
                    box.attempt(_interface, node, _KINDS[kind.name], names)
                if own and kind.children.keys() - {"units"}:
                    box.attempt(_itself, kind, _KINDS[kind.name], names)
            else:
                kind.leave("interface options")
        for name in ("virtual-router", "logical-router"):
            for router in network.each(name):
                _router(box, router, names)
        for interface in network.each("dhcp", "interface"):
            box.attempt(_dhcp, interface)
        for name, section in _PARTS.items():
            if name != "profiles":
                network.pass_over(section, name)
    for access in _management(box):
        box.reading.remote_access.append(access)


def _profiles_passed(network: Node) -> None:
    profiles = network.get("profiles")
    if profiles is not None:
        profiles.pass_over("network profiles", *(name for name in profiles.children if name != "interface-management-profile"))


def _interface(box: Box, node: Node, kind: str, names: list[Names]) -> None:
    comment = node.value("comment")
    mode = next((name for name in _MODES if name in node.children), "")
    body = node.get(mode) or Node("") if mode else node
    speed, enabled = node.value("link-speed"), node.value("link-state") != "down"
    group = node.value("aggregate-group")
    node.pass_over("interface options", *_OPTIONS)
    if mode in ("tap", "ha", "decrypt-mirror", "log-card", "virtual-wire"):
        body.pass_over("interface options", *(name for name in body.children if name != "units"))
    box.reading.interfaces.append(_made(box, node.name, body, kind, names, comment=comment, parent=group, enabled=enabled))
    if mode in ("layer2", "virtual-wire"):
        box.reading.switch_ports.append(
            SwitchPort(name=node.name, description=comment, enabled=enabled, lag=group, speed="" if speed == "auto" else speed)
        )
    for unit in body.each("units"):
        own = unit.value("comment")
        unit.pass_over("interface options", *_OPTIONS)
        box.reading.interfaces.append(_made(box, unit.name, unit, "vlan", names, comment=own, parent=node.name, enabled=enabled))


def _itself(box: Box, kind: Node, word: str, names: list[Names]) -> None:
    comment = kind.value("comment")
    box.reading.interfaces.append(_made(box, kind.name, kind, word, names, comment=comment, parent="", enabled=True))


def _made(
    box: Box, name: str, body: Node, kind: str, names: list[Names], *, comment: str, parent: str, enabled: bool
) -> ConfiguredInterface:  # fmt: skip
    addresses: list[str] = []
    for each in body.each("ip"):
        found = _resolved(each.name, names)
        addresses += found
        each.used = bool(found)
        each.pass_over("interface options", *each.children)
    six = body.get("ipv6")
    if six is not None:
        for each in six.each("address"):
            own = _resolved(each.name, names)
            addresses += own
            each.used = bool(own)
            each.pass_over("interface options", *each.children)
        six.pass_over("interface options", *(set(six.children) - {"address"}))
    pppoe, dhcp = body.get("pppoe"), body.get("dhcp-client")
    on_pppoe = pppoe is not None and pppoe.value("enable") != "no"
    on_dhcp = dhcp is not None and dhcp.value("enable") != "no"
    body.pass_over("PPPoE", "pppoe")
    body.pass_over("DHCP client options", "dhcp-client")
    tag = body.value("tag")
    profile = body.value("interface-management-profile")
    body.pass_over("interface options", *_OPTIONS)
    mtu = body.number("mtu")
    return ConfiguredInterface.model_validate(
        {
            "name": name, "description": comment, "enabled": enabled, "kind": kind, "addresses": tuple(addresses), "parent": parent,
            "dhcp_client": on_dhcp or on_pppoe, "role": "wan" if on_pppoe or _takes_default(dhcp) else "",
            "zone": box.zone_of.get(name, ""),
            "vlan": int(tag) if re.fullmatch(r"\d{1,4}", tag) and int(tag) < 4096 else None, "mtu_bytes": mtu,
            "management": box.profiles.get(profile, ((), ()))[0], "label": profile,
        }
    )  # fmt: skip


def _takes_default(dhcp: Node | None) -> bool:
    """The address comes with a default route, unless that is switched off."""
    return dhcp is not None and dhcp.value("enable") != "no" and dhcp.value("create-default-route") != "no"


def _resolved(text: str, names: list[Names]) -> list[str]:
    """An interface's address may be the name of an object."""
    for each in names:
        if text in each.written:
            return [values.with_length(each.written[text])]
    return [values.with_length(text)] if values.is_network(text) else []


def _management(box: Box) -> Iterator[RemoteAccess]:
    """The services of the device that a profile opens, with the interfaces that carry it."""
    for name, (services, sources) in box.profiles.items():
        interfaces = tuple(each.name for each in box.reading.interfaces if each.label == name)
        for service in services:
            if service in _SERVICES and interfaces:
                shown, port, protocol = _SERVICES[service]
                yield RemoteAccess.model_validate(
                    {"service": shown, "port": port, "protocol": protocol, "interfaces": interfaces, "sources": sources or ("any",),
                     "detail": f"management profile {name}"}
                )  # fmt: skip
    box.reading.interfaces = [each.model_copy(update={"label": ""}) for each in box.reading.interfaces]


def _router(box: Box, router: Node, names: list[Names]) -> None:
    """``virtual-router default``; with the advanced routing engine ``logical-router default vrf default``."""
    holders = [router, *router.each("vrf")]
    for holder in holders:
        holder.values("interface")
        for family in holder.each("routing-table"):
            for route in family.each("static-route"):
                box.attempt(_route, route, "" if router.name == "default" else router.name, names)
        holder.pass_over("routing", *(set(holder.children) - {"interface", "routing-table", "vrf"}))


def _route(box: Box, route: Node, table: str, names: list[Names]) -> None:
    destination = (_resolved(route.value("destination"), names) or [""])[0]
    hop = route.get("nexthop") or Node("")
    gateway, interface = "", route.value("interface")
    for kind in hop.each():
        text = (kind.values() or [""])[0]
        if kind.name in ("ip-address", "ipv6-address"):
            gateway = next((each.split("/")[0] for each in _resolved(text, names)), "")
        elif kind.name in ("next-vr", "next-lr", "fqdn"):
            interface = interface or f"{kind.name} {text}"
        else:
            interface = interface or kind.name
    metric = route.number("metric")
    route.pass_over("routing", "path-monitor", "bfd", "route-table", "option", "admin-dist", "monitor")
    disabled = "no-install" in [each.name for each in (route.get("option") or Node("")).children.values()]
    box.reading.routes.append(
        Route.model_validate(
            {"destination": destination, "gateway": gateway if values.is_address(gateway) else None, "interface": interface,
            "metric": metric,
             "table": table, "origin": "static", "comment": route.name, "enabled": not disabled}
        )
    )  # fmt: skip


def mark_outside(box: Box) -> None:
    """An interface behind which the default route goes is one to the outside."""
    default = [each for each in box.reading.routes if each.destination in ("0.0.0.0/0", "::/0")]
    gateways = [ipaddress.ip_address(each.gateway) for each in default if each.gateway]
    names = {each.interface for each in default if each.interface}
    for at, each in enumerate(box.reading.interfaces):
        networks = [ipaddress.ip_interface(text).network for text in each.addresses if values.is_network(text)]
        if not each.role and (each.name in names or any(gateway in network for gateway in gateways for network in networks)):
            box.reading.interfaces[at] = each.model_copy(update={"role": "wan"})


def _dhcp(box: Box, interface: Node) -> None:
    relay = interface.get("relay")
    if relay is not None:
        to = [name for family in relay.each() for name in family.values("server") if values.is_address(name)]
        enabled = "no" not in {family.value("enabled") for family in relay.each()}
        relay.take_rest()
        for family in relay.each():
            family.pass_over("DHCP relay options", *(set(family.children) - {"server", "enabled"}))
        box.reading.dhcp.append(DhcpPool(key=f"relay {interface.name}", interface=interface.name, relay_to=tuple(to), enabled=enabled))
    server = interface.get("server")
    if server is not None:
        _server(box, interface.name, server)


def _server(box: Box, interface: str, server: Node) -> None:
    options = server.get("option") or Node("")
    reserved = []
    for each in server.each("reserved"):
        mac = each.value("mac")
        if values.is_address(each.name) and re.fullmatch(r"[0-9A-Fa-f:.-]{12,17}", mac):
            reserved.append(DhcpReservation(mac=mac, address=each.name, name=each.value("description")))
    dns = [name for kind in ("primary", "secondary") for name in options.values("dns", kind) if values.is_address(name)]
    gateway, mask, minutes = options.value("gateway"), options.value("subnet-mask"), options.number("lease", "timeout")
    options.values("lease")
    prefix = f"{gateway}/{mask}" if values.is_address(gateway) and mask else ""
    further = [f"{name} {' '.join(child.taken_words())}".strip() for name in ("ntp", "wins", "nis", "pop3-server", "smtp-server",
    "inheritance",
               "user-defined") if (child := options.get(name)) is not None]  # fmt: skip
    domain = options.value("dns-suffix")
    mode = server.value("mode")
    server.pass_over("DHCP server options", "probe-ip")
    pools = server.values("ip-pool") or [""]
    for at, pool in enumerate(pools):
        first, dash, last = pool.partition("-")
        whole = values.is_network(pool) and not dash
        box.reading.dhcp.append(
            DhcpPool.model_validate(
                {
                    "key": interface if len(pools) == 1 else f"{interface} {at + 1}", "interface": interface, "enabled": mode != "disabled",
                    "prefix": pool if whole and not prefix else prefix if values.is_network(prefix) else None,
                    "first_address": first if dash and values.is_address(first) else None,
                    "last_address": last if dash and values.is_address(last) else None,
                    "gateway": gateway if values.is_address(gateway) else None, "dns_servers": tuple(dns), "domain": domain,
                    "lease_s": minutes * 60 if minutes is not None else None, "options": tuple(further),
                    "reservations": tuple(reserved) if at == 0 else (),
                }
            )
        )  # fmt: skip

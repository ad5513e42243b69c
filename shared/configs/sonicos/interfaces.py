"""Zones, interfaces with their VLANs, and route policies.

``interface X2 vlan 77`` is called ``X2:V77`` everywhere else in the text. An interface that leads to the world has its gateway below its
``ip-assignment``: that is the default route. Source: outputs of SonicOS 6.2 and 6.5; SonicOS 7 API reference, "interfaces".
"""

from collections.abc import Callable

from shared.address import normal_mac
from shared.configs import values
from shared.configs.dispatch import dispatch
from shared.configs.sonicos.box import Box, Port, ZoneText, chosen, switched
from shared.configs.statement import Statement
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone
from shared.firewall import ANY, Route

_ROLES = {"untrusted": "wan", "trusted": "lan", "public": "dmz", "management": "management"}
_ROLE_OF_ZONE = {"WAN": "wan", "LAN": "lan", "DMZ": "dmz", "MGMT": "management"}
_ZONE_PASSED = frozenset(
    (
        "uuid", "auto-generate-access-rules", "client", "gateway-anti-virus", "intrusion-prevention", "anti-spyware", "app-control",
        "dpi-ssl-client", "dpi-ssl-server", "dpi-ssh", "create-group-vpn", "ssl-control", "sslvpn-access", "guest-services", "wireless",
        "local-radius-server", "content-filtering", "name", "websense-content-filtering", "capture-client", "capture-atp",
        "enforce-dns-proxy", "radius-server",
    )
)  # fmt: skip
_PORT_PASSED = frozenset(
    (
        "https-redirect", "link-speed", "flow-reporting", "multicast", "cos-8021p", "exclude-route", "asymmetric-route", "port",
        "routed-mode", "auto-discovery", "native-bridge", "fragment-packets", "ignore-df-bit", "send-icmp-fragmentation",
        "default-8021p-cos", "bandwidth-management", "user-login", "sonicpoint", "ipv6-traffic", "listen-router-advertisement",
        "stateless-address-autoconfig", "duplicate-address-detection-transmits", "reachable-time", "max", "lldp", "dhcp-server", "802.1x",
        "on-board-dhcp", "wire-mode", "bypass-mode", "tunnel", "jumbo-frame", "poe", "shutdown-schedule", "dns-proxy", "dns", "uuid",
        "router-advertisement", "flow-control", "dhcp", "advertise", "zone", "wxa", "isatap", "name-server",
    )
)  # fmt: skip
_ASSIGNED_PASSED = frozenset(
    (
        "hostname", "renew-on-startup", "renew-on-link-up", "initiate-renewals-with-discover", "force-discover-interval",
        "inactivity", "unlock-interface", "lcp-echo-packets", "reconnect", "server-name", "service-name", "user-name", "password",
        "schedule", "address-range", "lan", "stateful-inspection", "gratuitous-arp-wan-forward", "block-non-ip-traffic",
        "never-route", "only-sniff", "disable-stateful-inspection", "engage-physical-bypass", "router-advertisement", "advertise",
        "domain", "mtu-discovery", "dhcp-mode", "rapid-commit", "send-preferred-delegated-prefix", "ip-address",
    )
)  # fmt: skip


def zone(box: Box, statement: Statement) -> None:
    found = box.zones.setdefault(statement.words[1], ZoneText(statement.words[1]))
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        if words[0] == "security-type":
            found.security = words[1]
        elif words[0] == "interface-trust":
            found.trust = on
        elif words[0] in _ZONE_PASSED:
            box.reading.pass_over("zone settings", child)
        else:
            box.reading.unread(child)


def interface(box: Box, statement: Statement) -> bool | None:
    """``interface X0``, ``interface X2 vlan 77``, ``interface ipv6 X0``, ``interface tunnel "Milano"``"""
    words = statement.words[1:]
    if words[0] == "ipv6":
        words = words[1:]
    kind = "ethernet"
    if words[0] in ("tunnel", "tunnel-interface", "wlan-tunnel", "4to6-tunnel"):
        kind, words = "tunnel", words[1:]
        words = words[1:] if len(words) > 1 else words
    name = words[0]
    vlan = int(words[words.index("vlan") + 1]) if "vlan" in words[1:] else None
    port = box.port(f"{name}:V{vlan}" if vlan is not None else name, statement.line)
    port.kind = "vlan" if vlan is not None else kind
    if vlan is not None:
        port.parent, port.vlan = name, vlan
    state = _Inside(box, port)
    dispatch(box.reading, state, statement.children, _PORT, {**_SECTIONS, **{f"no {name}": part for name, part in _SECTIONS.items()}})
    return None


class _Inside:
    def __init__(self, box: Box, port: Port) -> None:
        self.box, self.port = box, port


def _assignment(here: _Inside, statement: Statement) -> bool | None:
    """``ip-assignment LAN static`` with the address below; below ``interface ipv6`` the zone is not said again."""
    words = statement.words[1:]
    how = words[-1]
    if len(words) > 1:
        here.port.zone = words[0]
        how = words[1]
    here.port.dhcp = here.port.dhcp or how == "dhcp"
    here.port.ppp = here.port.ppp or how in ("pppoe", "pptp", "l2tp")
    if how in ("portshield", "layer2-bridge", "l2-bridge", "native-bridge", "transparent"):
        here.port.parent = here.port.parent or (words[2] if len(words) > 2 else "")
        here.port.member = True
    address = mask = ""
    for child in (child for child in statement.children if not child.noise):
        on, inner = switched(child)
        value = inner[1] if len(inner) > 1 else ""
        if not on:
            here.box.leave("interface settings", child)
        elif inner[0] == "ip" and values.is_address(value):
            address = value
        elif inner[0] in ("netmask", "prefix-length"):
            mask = value
        elif inner[0] == "gateway" and values.is_address(value):
            here.port.gateway = here.port.gateway or ("" if _is_nothing(value) else value)
        elif inner[0] == "dns":
            _name_server(here.box, inner)
        elif inner[0] in _ASSIGNED_PASSED:
            here.box.reading.pass_over("interface settings", child)
        else:
            here.box.reading.unread(child)
    if address and mask and not _is_nothing(address):
        here.port.addresses.append(values.with_length(address, mask))
    return None


def _is_nothing(address: str) -> bool:
    return address in ("::", "0.0.0.0")  # noqa: S104 - no listener


def _name_server(box: Box, words: list[str]) -> None:
    for word in words[1:]:
        if values.is_address(word) and not _is_nothing(word) and word not in box.reading.dns_servers:
            box.reading.dns_servers.append(word)


def _no_assignment(here: _Inside, statement: Statement) -> None:
    here.box.leave("interface settings", statement)


def _comment(here: _Inside, statement: Statement) -> None:
    here.port.description = here.port.description or statement.words[1]


def _management(here: _Inside, statement: Statement) -> None:
    """``management https``; ``management fqdn-assignment NAME`` is a name and no service."""
    words = statement.words
    if words[1] == "fqdn-assignment":
        here.box.leave("interface settings", statement)
    elif words[1] not in here.port.management:
        here.port.management.append(words[1])


def _shutdown(here: _Inside, statement: Statement) -> None:
    here.port.enabled = False


def _quiet(here: _Inside, statement: Statement) -> None:
    pass


def _mtu(here: _Inside, statement: Statement) -> None:
    here.port.mtu = int(statement.words[1])


def _mac(here: _Inside, statement: Statement) -> None:
    if statement.words[1] not in ("default",):
        here.port.mac = normal_mac(statement.words[-1])


_PORT: dict[str, Callable[[_Inside, Statement], bool | None]] = {
    "ip-assignment": _assignment,
    "no ip-assignment": _no_assignment,
    "comment": _comment,
    "no comment": _quiet,
    "management": _management,
    "no management": _quiet,
    "shutdown-port": _shutdown,
    "no shutdown-port": _quiet,
    "mtu": _mtu,
    "mac": _mac,
}
_SECTIONS = dict.fromkeys(_PORT_PASSED, "interface settings")


def route(box: Box, statement: Statement) -> None:
    """Kept until all objects are known."""
    box.routes.append(statement)


_ROUTE_PASSED = frozenset(
    (
        "uuid", "id", "auto-add-access-rules", "probe", "disable-on-interface-down", "wxa-group", "vpn-precedence", "type",
        "standard-route", "default-probe-state", "probe-default-state", "path-profile", "permit-tcp-acceleration", "nexthop-number",
        "distance", "admin-distance", "vpn-path", "tcp-acceleration", "priority",
    )
)  # fmt: skip


def finish_routes(box: Box) -> None:
    for statement in box.routes:
        try:
            _route(box, statement)
        except (ValueError, LookupError):
            box.reading.unread(statement)


def _route(box: Box, statement: Statement) -> None:
    asked: dict[str, tuple[str, ...]] = {"source": (), "destination": (), "service": (), "gateway": ()}
    text = {"interface": "", "metric": "", "name": "", "comment": ""}
    enabled = True
    narrowed: list[str] = []
    head = statement.words[2:] if statement.words[1] in ("ipv4", "ipv6") else statement.words[1:]
    lines = [(statement, each) for each in _fields(head)]
    lines += [(child, list(child.words)) for child in statement.children if not child.noise]
    for where, words in lines:
        if words[0] in ("no", "enable", "disable"):
            enabled = False if words == ["no", "enable"] or words[0] == "disable" else enabled
        elif words[0] in asked:
            field = words[0]
            asked[field] = () if words[1] in ("default", "standard") else _route_values(box, field, words[1:])
        elif words[0] in text:
            text[words[0]] = words[1]
        elif words[0] in ("tos", "tos-mask", "app", "interface2", "interface3", "interface4", "gateway2", "gateway3", "gateway4"):
            if words[-1] not in ("any", "0"):
                narrowed.append(" ".join(words))
        elif words[0] not in _ROUTE_PASSED:
            box.reading.unread(where)
    narrowed += [f"{field} {', '.join(asked[field])}" for field in ("source", "service") if asked[field]]
    gateway = next((each for each in asked["gateway"] if values.is_address(each)), None)
    whole = "::/0" if statement.words[1] == "ipv6" else "0.0.0.0/0"
    for destination in asked["destination"] or (whole,):
        if not values.is_network(destination):
            narrowed.append(f"destination {destination}")
            continue
        box.reading.routes.append(
            Route(
                destination=destination, gateway=gateway, interface=text["interface"],
                metric=int(text["metric"]) if text["metric"] else None,
                enabled=enabled, comment="; ".join(filter(None, (text["name"], text["comment"], *narrowed))),
                table="route policy" if narrowed else "", origin="static",
            )
        )  # fmt: skip
    if asked["destination"] and not any(values.is_network(each) for each in asked["destination"]):
        box.reading.unread(statement)


def _route_values(box: Box, field: str, words: list[str]) -> tuple[str, ...]:
    found = chosen(list(words))
    names = found.names
    table = box.services.all_values if field == "service" else (lambda all_names: tuple(v for n in all_names for v in box.address(n)))
    resolved = tuple(table(names)) if names else found.literal
    return () if resolved == (ANY,) else resolved


def _fields(words: list[str]) -> list[list[str]]:
    """``interface X1 metric 20 source any destination name "Sede"`` -> its fields, each with its words."""
    begins = ("interface", "metric", "source", "destination", "service", "gateway")
    found: list[list[str]] = []
    for word in words:
        if word in begins or not found:
            found.append([word])
        else:
            found[-1].append(word)
    return [each for each in found if len(each) > 1]


def finish(box: Box) -> None:
    reading = box.reading
    for port in box.ports.values():
        reading.interfaces.append(
            ConfiguredInterface.model_validate(
                {
                    "name": port.name, "description": port.description, "enabled": port.enabled, "kind": "ppp" if port.ppp else port.kind,
                    "addresses": tuple(dict.fromkeys(port.addresses)), "dhcp_client": port.dhcp, "role": _role(box, port),
                    "zone": port.zone, "parent": port.parent, "vlan": port.vlan, "mac": port.mac or None, "mtu_bytes": port.mtu,
                    "management": tuple(port.management),
                }
            )
        )  # fmt: skip
        if port.vlan is not None:
            reading.vlans.append(
                ConfiguredVlan(vlan=port.vlan, name=port.description, addresses=tuple(port.addresses), tagged_ports=(port.parent,))
            )
        if port.gateway:
            default = "::/0" if ":" in port.gateway else "0.0.0.0/0"
            reading.routes.append(Route(destination=default, gateway=port.gateway, interface=port.name, origin="static"))
    names = dict.fromkeys((*box.zones, *(port.zone for port in box.ports.values() if port.zone)))
    for name in names:
        known = box.zones.get(name, ZoneText(name))
        trust = {True: "allow", False: "deny", None: ""}[known.trust]
        inside = tuple(port.name for port in box.ports.values() if port.zone == name)
        reading.zones.append(Zone.model_validate({"name": name, "interfaces": inside, "intrazone": trust, "comment": known.security}))


def _role(box: Box, port: Port) -> str:
    known = box.zones.get(port.zone)
    return _ROLES.get(known.security, "") if known and known.security else _ROLE_OF_ZONE.get(port.zone, "")

"""Interfaces, zones, static routes and DHCP. Source: ZLD CLI reference guide 4.x, "Interfaces", "Zones", "DHCP", "Static Routes"."""

import ipaddress
from collections.abc import Callable

from shared.address import normal_mac
from shared.configs import values
from shared.configs.dispatch import dispatch
from shared.configs.statement import Statement
from shared.configs.zld.box import Box, Port, ZoneText
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone
from shared.firewall import DhcpPool, DhcpReservation, Route

_PASSED = dict.fromkeys(
    (
        "upstream", "downstream", "ping-check", "no ping-check", "igmp", "no igmp", "ip rip", "no ip rip", "ip ospf", "no ip ospf", "ipv6",
        "no ipv6", "use-defined-mac", "no use-defined-mac", "mac", "traffic-prioritize", "connectivity", "local-address", "remote-address",
        "account", "mss", "tunnel", "encapsulation", "duplex-full", "speed", "no upstream", "no downstream", "qlimit", "proxy-arp",
        "no proxy-arp", "priority-code", "cellular", "interface-group", "metric", "no mac", "ip address rip", "ip dhcp", "no ip dhcp",
        "no description", "no ip gateway", "no mtu", "no ip dhcp-pool", "no ip helper-address", "no ip address", "arp", "pin", "apn",
        "dial-string",
    ),
    "interface settings",
)  # fmt: skip
_KINDS = (("vlan", "vlan"), ("br", "bridge"), ("ppp", "ppp"), ("wan1_ppp", "ppp"), ("tunnel", "tunnel"), ("vti", "tunnel"), ("lag", "lag"),
          ("cellular", "wireless"), ("wlan", "wireless"))  # fmt: skip


class _Inside:
    def __init__(self, box: Box, port: Port) -> None:
        self.box, self.port = box, port


def interface(box: Box, statement: Statement) -> None:
    name = statement.words[1]
    port = box.port(name)
    port.kind = "ppp" if "ppp" in name else next((kind for start, kind in _KINDS if name.startswith(start)), "ethernet")
    dispatch(box.reading, _Inside(box, port), statement.children, _PORT, _PASSED)


def interface_name(box: Box, statement: Statement) -> None:
    """``interface-name ge1 wan1``: the port and what it is called everywhere else."""
    box.labels[statement.words[2]] = statement.words[1]


def _type(here: _Inside, statement: Statement) -> None:
    here.port.type = statement.words[1]


def _ip(here: _Inside, statement: Statement) -> bool | None:
    """``ip address 10.0.0.1 255.255.255.0``, ``ip address dhcp [metric 1]``"""
    words = statement.words[2:]
    if words[0] == "dhcp":
        here.port.dhcp = True
        return None
    here.port.addresses.append(values.with_length(words[0], words[1]))
    return None


def _gateway(here: _Inside, statement: Statement) -> None:
    words = statement.words
    if words[2] != "0.0.0.0":  # noqa: S104 - no listener
        here.port.gateway = str(ipaddress.ip_address(words[2]))
        here.port.metric = int(words[words.index("metric") + 1]) if "metric" in words else None


def _description(here: _Inside, statement: Statement) -> None:
    here.port.description = " ".join(statement.words[1:])


def _shutdown(here: _Inside, statement: Statement) -> None:
    here.port.enabled = statement.words[0] == "no"


def _mtu(here: _Inside, statement: Statement) -> None:
    here.port.mtu = int(statement.words[1])


def _vlan(here: _Inside, statement: Statement) -> None:
    here.port.vlan = int(statement.words[1])


def _parent(here: _Inside, statement: Statement) -> None:
    here.port.parent = statement.words[1]


def _member(here: _Inside, statement: Statement) -> None:
    here.port.members.append(statement.words[1])


def _pool(here: _Inside, statement: Statement) -> None:
    here.port.pool = statement.words[2]


def _relay(here: _Inside, statement: Statement) -> None:
    here.port.relay.append(str(ipaddress.ip_address(statement.words[2])))


_PORT: dict[str, Callable[[_Inside, Statement], bool | None]] = {
    "type": _type,
    "ip address": _ip,
    "ip gateway": _gateway,
    "description": _description,
    "shutdown": _shutdown,
    "no shutdown": _shutdown,
    "mtu": _mtu,
    "vlan-id": _vlan,
    "port": _parent,
    "bind": _parent,
    "join": _member,
    "ip dhcp-pool": _pool,
    "ip helper-address": _relay,
}


def zone(box: Box, statement: Statement) -> None:
    """A zone holds interfaces and tunnels."""
    found = box.zones.setdefault(statement.words[1], ZoneText(statement.words[1]))
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("interface", "crypto", "sslvpn") and len(words) > 1:
            found.interfaces.append(" ".join(words[1:]))
        elif words in (["block"], ["no", "block"]):
            found.block = words[0] == "block"
        elif words[0] == "description":
            box.reading.pass_over("zone settings", child)
        else:
            box.reading.unread(child)


def route(box: Box, statement: Statement) -> None:
    """``ip route 10.20.0.0 255.255.0.0 192.168.1.254 5``, or with an interface in the gateway's place"""
    words = statement.words[2:]
    by_address = values.is_address(words[2])
    box.reading.routes.append(
        Route(
            destination=str(ipaddress.ip_network(f"{words[0]}/{words[1]}", strict=False)), gateway=words[2] if by_address else None,
            interface="" if by_address else words[2], metric=int(words[3]) if len(words) > 3 else None, origin="static",
        )
    )  # fmt: skip


def finish(box: Box) -> None:
    reading = box.reading
    zone_of = {name: zone.name for zone in box.zones.values() for name in zone.interfaces}
    for port in box.ports.values():
        reading.interfaces.append(
            ConfiguredInterface.model_validate(
                {
                    "name": port.name, "label": box.labels.get(port.name, ""), "description": port.description, "enabled": port.enabled,
                    "kind": port.kind, "addresses": tuple(port.addresses), "dhcp_client": port.dhcp, "zone": zone_of.get(port.name, ""),
                    "role": _role(port, zone_of), "parent": port.parent, "members": tuple(port.members), "vlan": port.vlan,
                    "mtu_bytes": port.mtu,
                }
            )
        )  # fmt: skip
        if port.vlan is not None:
            tagged = (port.parent,) if port.parent else ()
            reading.vlans.append(
                ConfiguredVlan(vlan=port.vlan, name=port.description, addresses=tuple(port.addresses), tagged_ports=tagged)
            )
        if port.gateway:
            reading.routes.append(
                Route(destination="0.0.0.0/0", gateway=port.gateway, interface=port.name, metric=port.metric, origin="static")
            )
        if port.relay:
            reading.dhcp.append(DhcpPool(key=f"{port.name} relay", interface=port.name, relay_to=tuple(port.relay)))
    for each in box.zones.values():
        intrazone = {True: "deny", False: "allow", None: ""}[each.block]
        reading.zones.append(Zone.model_validate({"name": each.name, "interfaces": tuple(each.interfaces), "intrazone": intrazone}))
    users = {port.pool: port.name for port in box.ports.values() if port.pool}
    reading.dhcp[:] = [pool.model_copy(update={"interface": pool.interface or users.get(pool.key, "")}) for pool in reading.dhcp]


def _role(port: Port, zone_of: dict[str, str]) -> str:
    """What it is said to be; one to dial in by is to the world, whatever."""
    if port.type == "external" or (port.kind == "ppp" and not port.type):
        return "wan"
    if port.type == "internal":
        return "dmz" if zone_of.get(port.name) == "DMZ" else "lan"
    return ""


_POOL_PASSED = frozenset(
    ("first-wins-server", "second-wins-server", "third-dns-server", "dhcp-option", "client-identifier", "description", "no", "lease-time")
)


def dhcp_pool(box: Box, statement: Statement) -> bool | None:
    """A range (``starting-address A pool-size N``), or one machine (``host A``, ``hardware-address M``)."""
    name = statement.words[3]
    said: dict[str, list[str]] = {}
    servers: list[str] = []
    options: list[str] = []
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("first-dns-server", "second-dns-server", "third-dns-server"):
            servers += [words[1]] if values.is_address(words[1]) else []
            options += [] if values.is_address(words[1]) else [f"dns {' '.join(words[1:])}"]
        elif words[0] in (
            "network",
            "default-router",
            "starting-address",
            "lease",
            "host",
            "hardware-address",
            "client-name",
            "domain-name",
        ):
            said[words[0]] = words[1:]
        elif words[0] in _POOL_PASSED:
            box.reading.pass_over("DHCP settings", child)
        else:
            box.reading.unread(child)
    if "host" in said and "hardware-address" in said:
        return _reserve(box, said, name)
    first, last = _range(said.get("starting-address", []))
    box.reading.dhcp.append(
        DhcpPool.model_validate(
            {
                "key": name, "prefix": _prefix(said), "first_address": first, "last_address": last,
                "gateway": next(iter(said.get("default-router", [])), None), "dns_servers": tuple(servers),
                "domain": next(iter(said.get("domain-name", [])), ""), "lease_s": _lease(said.get("lease", [])), "options": tuple(options),
            }
        )
    )  # fmt: skip
    return None


def _prefix(said: dict[str, list[str]]) -> str | None:
    if "network" not in said:
        return None
    return str(ipaddress.ip_network("/".join(said["network"][:2]).replace("//", "/"), strict=False))


def _range(words: list[str]) -> tuple[str | None, str | None]:
    if not words:
        return None, None
    first = ipaddress.ip_address(words[0])
    size = int(words[words.index("pool-size") + 1]) if "pool-size" in words else 1
    return str(first), str(first + max(size - 1, 0))


def _lease(words: list[str]) -> int | None:
    """``2 0 0``: days, hours, minutes"""
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        return None
    days, hours, minutes = (int(word) for word in (*words, "0", "0")[:3])
    return 60 * (minutes + 60 * (hours + 24 * days))


def _reserve(box: Box, said: dict[str, list[str]], name: str) -> bool:
    address = ipaddress.ip_address(said["host"][0])
    kept = DhcpReservation(
        mac=normal_mac(said["hardware-address"][0]), address=str(address), name=next(iter(said.get("client-name", [])), "")
    )
    for place, pool in enumerate(box.reading.dhcp):
        if pool.prefix and address in ipaddress.ip_network(pool.prefix):
            box.reading.dhcp[place] = pool.model_copy(update={"reservations": (*pool.reservations, kept)})
            return True
    box.reading.dhcp.append(DhcpPool(key=name, reservations=(kept,)))
    return True

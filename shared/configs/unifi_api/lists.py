"""Networks, zones, lists and tunnels of a UniFi site, and what is known by their ids when its policies are read."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from shared.address import Ip, normal_ip
from shared.configs import values
from shared.configs.json_tree import ITEM
from shared.configs.pf.box import attempt, known
from shared.configs.reading import Reading
from shared.configs.xml_tree import Element, Tree
from shared.device_config import AddressObject, ConfiguredInterface, ConfiguredVlan, ServiceObject, Zone
from shared.firewall import DhcpPool, VpnKind, VpnTunnel

OUTSIDE, ITSELF = "External", "Gateway"
"""Two of the zones that every UniFi gateway has: all its WAN ports, and itself."""

_SERVERS: Mapping[str, VpnKind] = {"WIREGUARD": VpnKind.WIREGUARD, "OPENVPN": VpnKind.OPENVPN, "L2TP": VpnKind.L2TP, "PPTP": VpnKind.PPTP}
_TUNNELS: Mapping[str, VpnKind] = {"IPSEC": VpnKind.IPSEC, "OPENVPN": VpnKind.OPENVPN, "WIREGUARD": VpnKind.WIREGUARD}


@dataclass(slots=True)
class Named:
    name: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Box:
    tree: Tree
    reading: Reading
    zones: dict[str, str] = field(default_factory=dict)
    zone_of: dict[str, str] = field(default_factory=dict)
    """A network's id and its zone's name."""
    networks: dict[str, Named] = field(default_factory=dict)
    lists: dict[str, Named] = field(default_factory=dict)
    """Lists of addresses or of ports."""

    def each(self, name: str) -> Iterator[Element]:
        found = self.tree.root.child(name)
        yield from found.all(ITEM) if found is not None else ()


def texts(element: Element | None, name: str) -> list[str]:
    found = element.child(name) if element is not None else None
    return found.texts(ITEM) if found is not None else []


def is_on(element: Element, name: str, *, default: bool = True) -> bool:
    text = element.get(name)
    return text == "true" if text else default


# --- lists


def read_lists(box: Box) -> None:
    for element in box.each("trafficMatchingLists"):
        attempt(partial(_list, box), element)


def _list(box: Box, element: Element) -> None:
    kind, found = element.get("type"), tuple(items(element))
    named = Named(element.get("name"), found)
    box.lists[element.get("id")] = named
    if kind == "PORTS":
        both = tuple(f"{protocol}/{port}" for protocol in ("tcp", "udp") for port in found)
        box.reading.service_objects.append(ServiceObject(name=named.name, kind="group", values=both))
    else:
        box.reading.address_objects.append(AddressObject(name=named.name, kind="group", values=found))


def items(element: Element) -> Iterator[str]:
    """What a list or a filter names. ValueError for an item of another kind."""
    found = element.child("items")
    for item in found.all(ITEM) if found is not None else ():
        match item.get("type"):
            case "IP_ADDRESS" | "SUBNET":
                yield values.network(item.get("value"))
            case "IP_ADDRESS_RANGE":
                yield values.span(item.get("start"), item.get("stop"))
            case "PORT_NUMBER":
                yield values.port_range(item.get("value"))
            case "PORT_NUMBER_RANGE":
                yield values.port_range(f"{item.get('start')}-{item.get('stop')}")
            case other:
                raise ValueError(f"an item of the kind {other}")


# --- zones and networks


def read_zones(box: Box) -> None:
    for element in box.each("firewallZones"):
        attempt(partial(_zone, box), element)


def _zone(box: Box, element: Element) -> None:
    name = element.get("name")
    box.zones[element.get("id")] = name
    box.zone_of.update(dict.fromkeys(texts(element, "networkIds"), name))


def read_networks(box: Box) -> None:
    inside: dict[str, list[str]] = {name: [] for name in box.zones.values()}
    for element in box.each("networks"):
        attempt(partial(_network, box, inside), element)
    for element in box.each("wans"):
        known(element, ("id",))
        name = element.get("name")
        box.reading.interfaces.append(ConfiguredInterface(name=name, role="wan", zone=OUTSIDE if OUTSIDE in inside else ""))
        inside.setdefault(OUTSIDE, []).append(name)
    box.reading.zones += [Zone(name=name, interfaces=tuple(members)) for name, members in inside.items()]


def _network(box: Box, inside: dict[str, list[str]], element: Element) -> None:
    ident, name, number = element.get("id"), element.get("name"), int(element.get("vlanId") or 1)
    enabled, zone = is_on(element, "enabled"), box.zone_of.get(ident, "")
    ipv4 = element.child("ipv4Configuration")
    host = _host(ipv4)
    address = str(host) if host else ""
    box.networks[ident] = Named(name, (str(host.network),) if host else (f"net:{name}",))
    box.reading.vlans.append(ConfiguredVlan(vlan=number, name=name, addresses=(address,) if address else ()))
    if element.get("management") == "UNMANAGED":
        return
    box.reading.interfaces.append(
        ConfiguredInterface(
            name=name, enabled=enabled, kind="vlan", vlan=number, addresses=(address,) if address else (), zone=zone, role="lan"
        )
    )
    if zone:
        inside[zone].append(name)
    dhcp = ipv4.child("dhcpConfiguration") if ipv4 is not None else None
    if host and dhcp is not None:
        attempt(partial(_dhcp, box, ident, name, host), dhcp)


def _host(ipv4: Element | None) -> ipaddress.IPv4Interface | None:
    if ipv4 is None or not ipv4.get("hostIpAddress"):
        return None
    return ipaddress.IPv4Interface(f"{ipv4.get('hostIpAddress')}/{ipv4.get('prefixLength')}")


def _dhcp(box: Box, ident: str, name: str, host: ipaddress.IPv4Interface, dhcp: Element) -> None:
    mode = dhcp.get("mode")
    if mode not in ("SERVER", "RELAY"):
        raise ValueError(f"DHCP in the mode {mode}")
    span = dhcp.child("ipAddressRange")
    relays = [normal_ip(each) for each in texts(dhcp, "dhcpServerIpAddresses")]
    box.reading.dhcp.append(
        DhcpPool(
            key=ident, interface=name, prefix=str(host.network), gateway=str(host.ip) if mode == "SERVER" else None,
            first_address=_ip(span, "start"), last_address=_ip(span, "stop"), domain=dhcp.get("domainName"),
            dns_servers=tuple(normal_ip(each) for each in texts(dhcp, "dnsServerIpAddressesOverride")),
            lease_s=int(dhcp.get("leaseTimeSeconds")) if dhcp.get("leaseTimeSeconds") else None, relay_to=tuple(relays),
        )
    )  # fmt: skip


def _ip(element: Element | None, name: str) -> Ip | None:
    text = element.get(name) if element is not None else ""
    return normal_ip(text) if text else None


# --- tunnels


def read_tunnels(box: Box) -> None:
    for part, kinds in (("vpnServers", _SERVERS), ("siteToSiteVpnTunnels", _TUNNELS)):
        for element in box.each(part):
            attempt(partial(_tunnel, box, kinds), element)


def _tunnel(box: Box, kinds: Mapping[str, VpnKind], element: Element) -> None:
    kind = element.get("type")
    box.reading.vpns.append(
        VpnTunnel(
            key=element.get("id"), name=element.get("name"), kind=kinds.get(kind, VpnKind.OTHER), enabled=is_on(element, "enabled"),
            protocol="" if kind in kinds else kind, line=element.line,
        )
    )  # fmt: skip

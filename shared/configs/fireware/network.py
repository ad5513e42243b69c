"""Interfaces, their groups, VLANs and static routes: ``interface-list``, ``system-parameters/route``.

An interface item is physical (``item-type`` 1), a VLAN (2) or a tunnel (4). An external interface has an address of its own, or is a DHCP
client (``external-type`` 2), or PPPoE.
"""

from shared.configs import values
from shared.configs.fireware.box import GROUPS, Box, attempt, known
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone
from shared.firewall import DhcpPool, Route

_SILENT = listed(
    "netflow multicast-if dns-forwarding dnswatch auto-negotiation link-speed full-duplex mac-address-enable anti-spoof anti-scan",
    "block-notification dos-prevention intra-inspection vpn-min-pmtu vpn-aging-pmtu vpn-df-bit qos static-mac-ip-binds static-mac-acl",
    "swap-if ip-node-type intra-vlan-inspection if-num ip6 ipv6 wireless-if system-alias",
)
_ROLES = {"1": "lan", "2": "wan", "3": "dmz"}
_BUILT_IN = "4"


def read_network(box: Box) -> None:
    groups: dict[str, list[str]] = {name: [] for name in GROUPS.values()}
    for element in box.each("interface-list", "interface"):
        if element.get("property") == _BUILT_IN:
            element.mark()
            continue
        attempt(lambda each: _interface(box, each, groups), element)
    built_in = {element.get("name") for element in box.each("interface-list", "interface") if element.get("property") == _BUILT_IN}
    for name, members in groups.items():
        if members or name in built_in:
            box.reading.zones.append(Zone(name=name, interfaces=tuple(members)))
    for element in box.each("system-parameters", "route", "route-entry"):
        attempt(lambda each: _route(box, each), element)


def _interface(box: Box, element: Element, groups: dict[str, list[str]]) -> None:
    name, comment = element.get("name"), element.get("description")
    known(element, _SILENT)
    for holder in element.all("if-item-list"):
        for item in holder.all("item"):
            kind = item.get("item-type")
            place = item.child("physical-if") or item.child("vlan-if")
            if place is not None:
                _place(box, name, comment, place, groups)
            elif kind == "4" and item.child("ipsec-action") is not None:
                item.get("ipsec-action")
                box.reading.interfaces.append(ConfiguredInterface(name=name, description=comment, kind="tunnel"))
            else:
                raise ValueError(f"an interface of kind {kind}")


def _place(box: Box, name: str, comment: str, place: Element, groups: dict[str, list[str]]) -> None:
    is_vlan = place.tag == "vlan-if"
    device, vlan = place.get("if-dev-name"), int(place.get("vlan-id")) if is_vlan else None
    belongs = place.get("vif-property" if is_vlan else "if-property")
    zone = GROUPS.get(belongs, "")
    if zone:
        groups[zone].append(name)
    members = tuple(each.get("if-dev-name") for holder in place.all("member-list") for each in holder.all("member"))
    for holder in place.all("member-list"):
        holder.mark()
    known(place, _SILENT)
    outside = place.child("external-if")
    mac, mtu = place.get("mac-address"), place.get("mtu")
    box.reading.interfaces.append(
        ConfiguredInterface.model_validate(
            {
                "name": name,
                "label": device,
                "description": comment,
                "enabled": True if is_vlan else place.get("enabled") != "0",
                "kind": "vlan" if is_vlan else "ethernet",
                "addresses": tuple(_addresses(place)),
                "dhcp_client": outside is not None and _outside(outside) == "2",
                "role": _ROLES.get(belongs, ""),
                "zone": zone,
                "parent": members[0] if len(members) == 1 else "",
                "members": members if len(members) > 1 else (),
                "vlan": vlan,
                "mac": mac or None,
                "mtu_bytes": int(mtu) if mtu else None,
            }
        )
    )
    if vlan is not None:
        box.reading.vlans.append(ConfiguredVlan(vlan=vlan, name=name, addresses=tuple(_addresses(place)), tagged_ports=members))
    if gateway := place.get("default-gateway"):
        box.reading.routes.append(Route(destination="0.0.0.0/0", gateway=gateway, interface=name, origin="static"))
    for server in place.all("dhcp-server"):
        attempt(lambda each: _dhcp(box, each, name), server)


def _outside(element: Element) -> str:
    kind = element.get("external-type")
    element.get("ddns")
    for client in element.all("dhcp-client"):
        client.get("lease-time")
        client.get("force-renew")
    return kind


def _addresses(place: Element) -> list[str]:
    address, mask = place.get("ip"), place.get("netmask")
    found = [values.with_length(address, mask)] if address not in ("", "0.0.0.0") else []  # noqa: S104 - the file's own word for none
    for holder in place.all("secondary-ip-list"):
        found += [values.with_length(each.get("ip"), each.get("netmask")) for each in holder.all("secondary-ip")]
    return found


def _dhcp(box: Box, element: Element, interface: str) -> None:
    """A server that is off is none. What a server hands out has names that no source tells: it stays unread."""
    if element.get("server-type") != "0":
        box.reading.dhcp.append(DhcpPool(key=interface, interface=interface))


def _route(box: Box, element: Element) -> None:
    known(element, ("port-type", "card-id", "distance"))
    destination = values.network(element.get("dest-address"), element.get("mask"))
    metric = element.get("metric")
    box.reading.routes.append(
        Route(
            destination="0.0.0.0/0" if destination == "any" else destination,
            gateway=element.get("gateway-ip") or None,
            metric=int(metric) if metric else None,
            origin="static",
        )
    )

"""Zones, interfaces, VLANs, aggregates, bridges, static routes and DHCP: Zone, Interface, VLAN, LAG, BridgePair, Alias, UnicastRoute,
DHCPServer, DHCPRelay.
"""

from shared.configs import values
from shared.configs.pf.listed import listed
from shared.configs.sfos.box import Box, Keys, attempt, known, members
from shared.configs.xml_tree import Element
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone
from shared.firewall import DhcpPool, DhcpReservation, Route

_KINDS = {"Interface": "ethernet", "VLAN": "vlan", "LAG": "lag", "BridgePair": "bridge", "XFRMInterface": "tunnel", "REDDevice": "tunnel"}
_SILENT = listed(
    "DHCPRapidCommit InterfaceSpeed AutoNegotiation FEC BreakoutMembers BreakoutSource MSS Mode XmitHashPolicy IPv6Configuration "
    "IPv6Assignment",
    "IPv6GatewayName IPv6GatewayAddress LocalIP Hardware GatewayName IPAssignment InterfaceType RoutingOnBridgePair Description Bandwidth",
)
_ROLES = {"WAN": "wan", "LAN": "lan", "DMZ": "dmz"}


def read_network(box: Box) -> None:
    types = {element.get("Name"): element.get("Type").upper() for element in box.each("Zone")}
    inside: dict[str, list[str]] = {name: [] for name in types}
    for tag in _KINDS:
        for element in box.each(tag):
            attempt(lambda each: _interface(box, each, types, inside), element)
    for element in box.each("Alias"):
        attempt(lambda each: _alias(box, each), element)
    for element in box.each("Zone"):
        name = element.get("Name")
        comment = element.get("Description")
        told = [each for each in _words(element.get("Members")) if each not in inside[name]]
        box.reading.zones.append(Zone(name=name, interfaces=(*inside[name], *told), comment=comment))
    for element in box.each("UnicastRoute"):
        attempt(lambda each: _route(box, each), element)
    keys = Keys()
    for element in box.each("DHCPServer"):
        attempt(lambda each: _dhcp(box, keys, each), element)
    for element in box.each("DHCPRelay"):
        attempt(lambda each: _relay(box, keys, each), element)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _interface(box: Box, element: Element, types: dict[str, str], inside: dict[str, list[str]]) -> None:
    hardware = element.get("Hardware")
    name = element.get("Name") or hardware
    if not name:
        raise ValueError("an interface without a name")
    zone = element.get("NetworkZone") or element.get("Zone")
    zone = "" if zone.lower() == "none" else zone
    inside.setdefault(zone, []).append(name) if zone else None
    mac, mtu, status = element.get("MACAddress"), element.get("MTU"), element.get("Status").lower()
    vlan = element.get("VLANID")
    assigned = (element.get("IPv4Assignment") or element.get("IPAssignment")).lower()
    known(element, _SILENT)
    addresses = _addresses(element)
    box.reading.interfaces.append(
        ConfiguredInterface.model_validate(
            {
                "name": name, "label": hardware if hardware != name else "", "kind": "ppp" if assigned == "pppoe" else _KINDS[element.tag],
                "enabled": status not in ("disabled", "disable", "off"), "addresses": tuple(addresses), "dhcp_client": assigned == "dhcp",
                "zone": zone, "role": _ROLES.get(types.get(zone, zone), ""), "parent": element.get("Interface") if vlan else "",
                "members": (*members(element, "MemberInterface", "Interface"), *_bridged(element)), "vlan": int(vlan) if vlan else None,
                "mac": mac if mac and mac.lower() != "default" else None, "mtu_bytes": int(mtu) if mtu else None,
            }
        )
    )  # fmt: skip
    if vlan:
        box.reading.vlans.append(ConfiguredVlan(vlan=int(vlan), name=name, addresses=tuple(addresses)))
    gateway = element.get("GatewayIP") or element.get("GatewayAddress")
    if gateway:
        box.reading.routes.append(Route(destination="0.0.0.0/0", gateway=gateway, interface=name, origin="static"))


def _bridged(element: Element) -> list[str]:
    return [member.get("Interface") for block in element.all("BridgeMembers") for member in block.all("Member")]


def _addresses(element: Element) -> list[str]:
    found = []
    configured = element.get("IPv4Configuration").lower() != "disable"
    address, mask = element.get("IPAddress") or element.get("IPv4Address"), element.get("Netmask")
    if address and configured:
        found.append(values.with_length(address, mask))
    six, length = element.get("IPv6Address"), element.get("IPv6Prefix")
    if six:
        found.append(values.with_length(six, length))
    return found


def _alias(box: Box, element: Element) -> None:
    """A further address of an interface."""
    parent = element.get("Interface")
    known(element, ("Name", "IPFamily"))
    address = values.with_length(element.get("IPAddress") or element.get("IPv6"), element.get("Netmask") or element.get("Prefix"))
    for number, own in enumerate(box.reading.interfaces):
        if own.name == parent:
            box.reading.interfaces[number] = own.model_copy(update={"addresses": (*own.addresses, address)})
            return
    raise ValueError("an alias of an interface that is not there")


def _route(box: Box, element: Element) -> None:
    known(element, ("IPFamily", "AdministrativeDistance"))
    destination, metric = element.get("DestinationIP"), element.get("Distance")
    network = values.network(destination, element.get("Netmask") or element.get("Prefix"))
    status = element.get("Status").lower()
    box.reading.routes.append(
        Route(
            destination=("::/0" if ":" in destination else "0.0.0.0/0") if network == "any" else network,
            gateway=element.get("Gateway") or None,
            interface=element.get("Interface"), metric=int(metric) if metric else None, enabled=status not in ("off", "disable", "0"),
            origin="static",
        )
    )  # fmt: skip


def _dhcp(box: Box, keys: Keys, element: Element) -> None:
    name, interface = element.get("Name"), element.get("Interface")
    ranges = [text.partition("-") for text in members(element, "IPLease", "IP")]
    gateway, mask, lease = element.get("Gateway"), element.get("SubnetMask"), element.get("DefaultLeaseTime")
    known(element, ("UseInterfaceIPasGateway", "MaxLeaseTime", "ConflictDetection", "LeaseForRelay", "UseApplianceDNSSettings"))
    servers = [text for tag in ("PrimaryDNSServer", "SecondaryDNSServer") if values.is_address(text := element.get(tag))]
    options = [
        f"{tag} {text}" for tag in ("PrimaryWINSServer", "SecondaryWINSServer", "BootServer", "BootFile") if (text := element.get(tag))
    ]
    options += [f"range {low}-{high}" for low, _, high in ranges[1:]]
    first = ranges[0] if ranges else ("", "", "")
    known_address = gateway or first[0].strip()
    box.reading.dhcp.append(
        DhcpPool.model_validate(
            {
                "key": keys.of(name, ""), "interface": interface, "prefix": values.network(known_address,
                mask) if known_address and mask else None,
                "first_address": first[0].strip() or None, "last_address": first[2].strip() or None, "gateway": gateway or None,
                "dns_servers": tuple(servers), "domain": element.get("DomainName"), "lease_s": 60 * int(lease) if lease.isdigit() else None,
                "enabled": element.get("Status").lower() not in ("0", "disable", "off"), "options": tuple(options),
                "reservations": tuple(_reserved(each) for block in element.all("StaticLease") for each in block.all("Lease")),
            }
        )
    )  # fmt: skip


def _reserved(element: Element) -> DhcpReservation:
    return DhcpReservation(mac=element.get("MACAddress"), address=element.get("IPAddress"), name=element.get("HostName"))


def _relay(box: Box, keys: Keys, element: Element) -> None:
    known(element, ("IPFamily", "RelayThroughIPSec"))
    servers = [text for text in (*element.texts("DHCPServerIP"), *members(element, "DHCPServerIP", "IP")) if values.is_address(text)]
    box.reading.dhcp.append(
        DhcpPool.model_validate(
            {"key": keys.of(element.get("Name"), ""), "interface": element.get("Interface"), "relay_to": tuple(servers)}
        )
    )

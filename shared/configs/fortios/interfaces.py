"""Interfaces, zones, SD-WAN, static routes and DHCP servers.

``show`` leaves defaults out: an interface is up, has a static address and no services. Source: Fortinet's CLI reference, system >
interface, zone, sdwan, virtual-switch, dhcp server; router > static.
"""

from collections.abc import Iterator, Sequence

from shared.address import normal_mac
from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, settings, table, taken
from shared.configs.fortios.known import INTERFACE_SETTINGS, IPV6_SETTINGS, SDWAN_SETTINGS
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone
from shared.firewall import DhcpPool

_READ = names(
    "vdom mode ip allowaccess status type alias description role interface vlanid member macaddr mtu mtu-override"
    " secondary-IP secondaryip dhcp-relay-service dhcp-relay-ip dedicated-to ipv6 trust-ip-1 trust-ip-2 trust-ip-3 remote-ip"
    " management-ip username password trust-ip6-1 trust-ip6-2 trust-ip6-3 defaultgw"
)
_READ_6 = names("ip6-address ip6-allowaccess ip6-mode ip6-extra-addr")
_KINDS = {
    "physical": "ethernet", "vlan": "vlan", "aggregate": "lag", "redundant": "lag", "tunnel": "tunnel", "loopback": "loopback",
    "switch": "bridge", "hard-switch": "bridge", "vap-switch": "wireless", "wl-mesh": "wireless", "emac-vlan": "vlan", "vxlan": "tunnel",
    "geneve": "tunnel", "vdom-link": "link", "wwan": "wireless", "ppp": "ppp", "hdlc": "serial", "switch-vlan": "vlan",
}  # fmt: skip
_SWITCH_PART = names("physical-switch span vlan span-source-port span-dest-port span-direction vdom type intra-switch-policy mac-ttl")
_NO_ADDRESS = ("0.0.0.0", "::", "::/0", "0.0.0.0/0")  # noqa: S104 - no listener


def read(box: Box) -> None:
    """All interfaces; each belongs to a virtual domain, whichever part of the text it stands in."""
    members = _switch_members(box)
    for vdom in _places(box):
        for entry in vdom.table("system interface").values():
            account(box.reading, entry, _READ, INTERFACE_SETTINGS, "interface settings")
    zones = _zones(box)
    for vdom in _places(box):
        found = each(box.reading, vdom.table("system interface"), lambda entry: _interface(box, entry, zones, members))
        box.interfaces += found
        box.reading.dhcp += each(box.reading, vdom.table("system interface"), lambda entry: _relay(box, entry))
    _vlans(box)


def _places(box: Box) -> tuple[Vdom, ...]:
    return (box.shared, *box.vdoms.values())


def _switch_members(box: Box) -> dict[str, tuple[str, ...]]:
    """Ports of the switches in the box: a switch is an interface of the same name."""
    found: dict[str, tuple[str, ...]] = {}
    for vdom in _places(box):
        for entry in vdom.table("system virtual-switch").values():
            account(box.reading, entry, ("port",), _SWITCH_PART, "switches in the box")
            ports = table(box.reading, entry.tables["port"]) if "port" in entry.tables else {}
            for port in ports.values():
                account(box.reading, port, (), ("speed", "status", "alias", "poe-status"), "switches in the box")
            found[entry.name] = tuple(ports)
        for entry in vdom.table("system switch-interface").values():
            account(box.reading, entry, ("member",), _SWITCH_PART, "switches in the box")
            found[entry.name] = tuple(entry.all("member"))
    return found


def _interface(box: Box, entry: Entry, zones: dict[str, str], members: dict[str, tuple[str, ...]]) -> ConfiguredInterface:
    ipv6 = _ipv6(box, entry)
    addresses = [*_own_addresses(box, entry), *ipv6[0]]
    vlan = taken(box.reading, entry, "vlanid", _vlan_number)
    kind = entry.get("type") or ("vlan" if vlan else "")
    return ConfiguredInterface.model_validate(
        {
            "name": entry.name, "label": entry.get("alias"), "description": entry.get("description"),
            "enabled": entry.get("status", "up") == "up", "kind": _KINDS.get(kind, kind), "addresses": tuple(dict.fromkeys(addresses)),
            "dhcp_client": entry.get("mode") == "dhcp", "role": _role(entry), "zone": zones.get(entry.name, ""),
            "parent": entry.get("interface"), "members": tuple(entry.all("member")) or members.get(entry.name, ()), "vlan": vlan or None,
            "mac": taken(box.reading, entry, "macaddr", lambda words: normal_mac(words[0])),
            "mtu_bytes": taken(box.reading, entry, "mtu", lambda words: int(words[0])) if entry.on("mtu-override") else None,
            "management": tuple(dict.fromkeys([*entry.all("allowaccess"), *ipv6[1]])),
        }
    )  # fmt: skip


def _vlan_number(words: Sequence[str]) -> int:
    number = int(words[0])
    if not 0 <= number <= 4095:
        raise ValueError(f"{number} is no VLAN")
    return number


def _role(entry: Entry) -> str:
    if entry.get("dedicated-to") == "management":
        return "management"
    role = entry.get("role")
    if role in ("wan", "lan", "dmz"):
        return role
    return "wan" if entry.get("mode") == "pppoe" else ""


def _own_addresses(box: Box, entry: Entry) -> Iterator[str]:
    if found := taken(box.reading, entry, "ip", _with_length):
        yield from found
    if found := taken(box.reading, entry, "management-ip", _with_length):
        yield from found
    if "secondaryip" in entry.tables:
        for second in table(box.reading, entry.tables["secondaryip"]).values():
            known = ("secip-relay-ip", "gwdetect", "ping-serv-status", "detectserver", "detectprotocol", "ha-priority", "allowaccess")
            account(box.reading, second, ("ip",), known, "interface settings")
            yield from taken(box.reading, second, "ip", _with_length) or ()


def _with_length(words: Sequence[str]) -> tuple[str, ...]:
    if words[0] in _NO_ADDRESS:
        return ()
    return (values.with_length(words[0], words[1] if len(words) > 1 else ""),)


def _ipv6(box: Box, entry: Entry) -> tuple[list[str], list[str]]:
    """Addresses, and services that are open over IPv6."""
    if "ipv6" not in entry.tables:
        return [], []
    own = settings(entry.tables["ipv6"])
    account(box.reading, own, _READ_6, IPV6_SETTINGS, "interface settings")
    addresses = list(taken(box.reading, own, "ip6-address", _with_length) or ())
    if "ip6-extra-addr" in own.tables:
        extra = table(box.reading, own.tables["ip6-extra-addr"])
        addresses += each(box.reading, extra, lambda one: values.with_length(one.name))
    return addresses, own.all("ip6-allowaccess")


def _relay(box: Box, entry: Entry) -> DhcpPool | None:
    if not entry.on("dhcp-relay-service") or not entry.all("dhcp-relay-ip"):
        return None
    servers = [server for server in entry.all("dhcp-relay-ip") if values.is_address(server)]
    return DhcpPool(key=f"relay/{entry.name}", interface=entry.name, relay_to=tuple(servers))


def _vlans(box: Box) -> None:
    for interface in box.interfaces:
        if interface.vlan is not None and interface.kind in ("vlan", ""):
            box.reading.vlans.append(
                ConfiguredVlan(
                    vlan=interface.vlan, name=interface.label or interface.name, addresses=interface.addresses,
                    tagged_ports=(interface.parent,) if interface.parent else (),
                )
            )  # fmt: skip


# --- zones ---


def _zones(box: Box) -> dict[str, str]:
    """An interface's name -> its zone's. SD-WAN's zones are zones like others."""
    found: dict[str, str] = {}
    for vdom in _places(box):
        for entry in vdom.table("system zone").values():
            account(box.reading, entry, ("interface", "intrazone", "description"), ("tagging",), "zone settings")
            intrazone = "allow" if entry.get("intrazone") == "allow" else "deny"
            _add_zone(box, vdom, found, Zone(
                name=entry.name, interfaces=tuple(entry.all("interface")), intrazone=intrazone, comment=entry.get("description"),
            ))  # fmt: skip
        for name in ("system sdwan", "system virtual-wan-link"):
            if own := vdom.setting(name):
                _sdwan(box, vdom, own, found)
    return found


def _add_zone(box: Box, vdom: Vdom, found: dict[str, str], zone: Zone) -> None:
    box.reading.zones.append(zone)
    for name in zone.interfaces:
        found[name] = zone.name
        vdom.zones[name] = zone.name


SDWAN_ZONE = "virtual-wan-link"
_MEMBER = names("interface zone gateway gateway6 status comment")
_MEMBER_PART = names(
    "source source6 cost weight priority priority6 spillover-threshold ingress-spillover-threshold volume-ratio"
    " transport-group preferred-source priority-in-sla priority-out-sla"
)


def _sdwan(box: Box, vdom: Vdom, own: Entry, found: dict[str, str]) -> None:
    account(box.reading, own, ("status", "zone", "members"), SDWAN_SETTINGS, "SD-WAN settings")
    zones: dict[str, list[str]] = {name: [] for name in (table(box.reading, own.tables["zone"]) if "zone" in own.tables else {})}
    gateways: dict[str, list[str]] = {}
    for member in (table(box.reading, own.tables["members"]) if "members" in own.tables else {}).values():
        account(box.reading, member, _MEMBER, _MEMBER_PART, "SD-WAN settings")
        interface, zone = member.get("interface"), member.get("zone", SDWAN_ZONE)
        if not interface:
            continue
        zones.setdefault(zone, []).append(interface)
        note = f"{interface} by {member.get('gateway')}" if member.get("gateway", "0.0.0.0") not in _NO_ADDRESS else interface  # noqa: S104
        gateways.setdefault(zone, []).append(note if member.get("status", "enable") == "enable" else f"{note} (off)")
    for zone, interfaces in zones.items():
        if interfaces or zone != SDWAN_ZONE:
            comment = f"SD-WAN: {', '.join(gateways.get(zone, ()))}" if interfaces else "SD-WAN"
            _add_zone(box, vdom, found, Zone(name=zone, interfaces=tuple(interfaces), comment=comment))

"""RouterOS's interfaces, bridges, VLANs, interface lists and addresses.

A port that the export does not name is as it left the works, and not in the text. A bridge's VLANs (``/interface bridge vlan``) hold only
where it filters (``vlan-filtering=yes``); ``pvid`` is the port's untagged VLAN. Source: MikroTik's documentation, "Bridging and Switching",
"Interface Lists", "VLAN".
"""

from collections.abc import Sequence

from shared.configs import values, vlan_list
from shared.configs.routeros_box import Box, Handler, Interface, keep, nothing, whole_number
from shared.configs.routeros_text import Entry
from shared.configs.ways_out import is_behind
from shared.device_config import ConfiguredInterface, ConfiguredVlan, SwitchPort, Zone

KINDS = {
    "ethernet": "ethernet", "bridge": "bridge", "vlan": "vlan", "bonding": "lag", "wireless": "wireless", "wifi": "wireless",
    "wifiwave2": "wireless", "w60g": "wireless", "pppoe-client": "ppp", "ppp-client": "ppp", "lte": "ppp", "wireguard": "tunnel",
    "gre": "tunnel", "gre6": "tunnel", "eoip": "tunnel", "eoipv6": "tunnel", "ipip": "tunnel", "ipipv6": "tunnel", "6to4": "tunnel",
    "vxlan": "tunnel", "l2tp-client": "tunnel", "sstp-client": "tunnel", "ovpn-client": "tunnel", "pptp-client": "tunnel",
    "l2tp-server": "tunnel", "sstp-server": "tunnel", "ovpn-server": "tunnel", "pptp-server": "tunnel", "pppoe-server": "ppp",
    "vrrp": "vrrp", "macvlan": "ethernet", "veth": "ethernet", "dummy": "loopback", "macsec": "tunnel", "vpls": "tunnel", "mesh": "bridge",
    "virtual-ethernet": "ethernet", "traffic-eng": "tunnel", "l2tp-ether": "tunnel", "zerotier": "tunnel",
}  # fmt: skip
# these are made disabled, and an export does not name what is at its default
_OFF_UNLESS_SAID = frozenset({"pppoe-client", "ppp-client", "l2tp-client", "pptp-client", "sstp-client", "ovpn-client"})
MAX_LIST_DEPTH = 50


def _interface(box: Box, entry: Entry) -> bool | None:
    kind = entry.menu.split()[1]
    target = entry.target.removeprefix("default-name=").strip('"')
    if entry.verb not in ("add", "set"):
        return False
    name = entry.get("name") or target or entry.get("default-name")
    if entry.verb == "set" and not target and not entry.get("name"):
        return None
    own = box.interface(name, KINDS[kind])
    own.kind = KINDS[kind]
    own.entry = entry
    if entry.target.startswith("default-name=") and target != name:
        own.label = target
    own.comment = entry.get("comment", own.comment)
    own.enabled = not (entry.disabled or (kind in _OFF_UNLESS_SAID and "disabled" not in entry.attrs))
    own.parent = entry.get("interface") or entry.get("master-interface") or entry.get("parent")
    own.vlan = whole_number(entry.get("vlan-id")) if kind == "vlan" else None
    own.mac = _mac(entry)
    own.mtu = whole_number(entry.get("mtu"))
    own.members = [member for member in entry.get("slaves").split(",") if member]
    own.poe = entry.get("poe-out") != "off" if entry.get("poe-out") else None
    own.speed = entry.get("speed")
    # ``/interface pppoe-client`` and a mobile modem are ways out by their nature
    own.is_wan = kind in ("pppoe-client", "ppp-client", "lte") and entry.get("add-default-route") != "no"
    if kind == "bridge" and entry.get("vlan-filtering") == "yes":
        box.filtering_bridges.add(name)
    if kind in ("wireguard", "vxlan"):
        keep(box, entry)
    elif KINDS[kind] == "tunnel" and kind not in ("macsec", "vpls", "traffic-eng", "zerotier", "l2tp-ether"):
        box.kept.setdefault("tunnels", []).append(entry)
    return None


def _mac(entry: Entry) -> str | None:
    written = entry.get("admin-mac") or entry.get("mac-address")
    digits = written.replace(":", "")
    return written if len(digits) == 12 and all(char in "0123456789abcdefABCDEF" for char in digits) else None


def _list(box: Box, entry: Entry) -> None:
    name = entry.get("name") or entry.target.removeprefix("name=")
    box.list_members.setdefault(name, [])
    box.list_comments[name] = entry.get("comment")
    include, exclude = (list(filter(None, entry.get(side).split(","))) for side in ("include", "exclude"))
    box.list_includes[name] = (include, exclude)


def _list_member(box: Box, entry: Entry) -> None:
    if not entry.disabled:
        box.list_members.setdefault(entry.attrs["list"], []).append(entry.attrs["interface"])


def _address(box: Box, entry: Entry) -> bool | None:
    """An address without a length is one host; a pool's prefix (``from-pool``) is not known yet."""
    name = entry.get("interface") or entry.get("actual-interface")
    if not entry.disabled:
        written = entry.get("address")
        if "/" not in written and "/" in entry.get("netmask", ""):
            return False
        if entry.get("from-pool"):
            # what the provider will give is not known
            return None
        mask = "" if "/" in written else entry.get("netmask") or ("64" if entry.menu.startswith("ipv6") else "")
        box.interface(name).addresses.append(values.with_length(written, mask))
    return None


def _dhcp_client(box: Box, entry: Entry) -> None:
    if entry.get("interface") and not box.is_off(entry):
        own = box.interface(entry.get("interface"))
        own.dhcp_client = True
        own.is_wan = own.is_wan or entry.get("add-default-route") not in ("no",)


def finish_lists(box: Box) -> None:
    """Interface lists hold their members, those of the lists that they include, and not those that they exclude."""
    for name in {**box.list_members, **box.list_includes}:
        box.lists.interfaces[name] = _members(box, name, ())
    for name, members in box.lists.interfaces.items():
        if name not in ("all", "none", "dynamic", "static") or members:
            box.reading.zones.append(Zone(name=name, interfaces=tuple(members), comment=box.list_comments.get(name, "")))


def _members(box: Box, name: str, above: tuple[str, ...]) -> list[str]:
    if name in above or len(above) > MAX_LIST_DEPTH:
        return []
    include, exclude = box.list_includes.get(name, ([], []))
    members = dict.fromkeys(box.list_members.get(name, ()))
    if "all" in include:
        members.update(dict.fromkeys(box.interfaces))
    for other in include:
        members.update(dict.fromkeys(_members(box, other, (*above, name))))
    without = {member for other in exclude for member in _members(box, other, (*above, name))}
    return [member for member in members if member not in without]


def finish_interfaces(box: Box) -> None:
    for entry in box.of("interface bridge port"):
        if entry.get("interface") and entry.verb == "add":
            box.interface(entry.get("bridge"), "bridge").members.append(entry.get("interface"))
            if entry.get("interface") not in box.lists.interfaces:
                box.interface(entry.get("interface"))
    wan, lan = set(box.lists.interfaces.get("WAN", ())), set(box.lists.interfaces.get("LAN", ()))
    zone_of = {member: name for name, members in reversed(box.lists.interfaces.items()) for member in members}
    defaults = [r for r in box.reading.routes if r.destination in ("0.0.0.0/0", "::/0") and not r.table and r.enabled]
    out = {route.interface for route in defaults}
    gateways = [route.gateway for route in defaults if route.gateway]
    for own in box.interfaces.values():
        is_out = own.name in out or is_behind(own.addresses, gateways)
        role = "wan" if own.name in wan or own.is_wan or (is_out and own.name not in lan) else "lan" if own.name in lan else ""
        try:
            box.reading.interfaces.append(_configured(own, role, zone_of.get(own.name, "")))
        except ValueError:
            if own.entry is None:
                raise
            box.reading.unread(own.entry.statement)


def _configured(own: Interface, role: str, zone: str) -> ConfiguredInterface:
    return ConfiguredInterface.model_validate(
        {
            "name": own.name, "label": own.label, "description": own.comment, "enabled": own.enabled, "kind": own.kind,
            "addresses": tuple(own.addresses), "dhcp_client": own.dhcp_client, "role": role, "zone": zone, "parent": own.parent,
            "members": tuple(own.members), "vlan": own.vlan, "mac": own.mac, "mtu_bytes": own.mtu,
        }
    )  # fmt: skip


def finish_vlans(box: Box) -> None:
    """Of VLAN interfaces and of bridges' tables; a filtering bridge's ports become switch ports."""
    names: dict[int, str] = {}
    addresses: dict[int, list[str]] = {}
    tagged: dict[int, list[str]] = {}
    untagged: dict[int, list[str]] = {}
    for own in box.interfaces.values():
        if own.vlan is not None and own.vlan <= 4095:
            names[own.vlan] = names.get(own.vlan) or own.name
            addresses.setdefault(own.vlan, []).extend(own.addresses)
    for entry in box.of("interface bridge vlan"):
        _bridge_vlan(box, entry, names, tagged, untagged)
    ports = _ports(box)
    for name, (_, pvid, _) in ports.items():
        if pvid is not None and name not in untagged.setdefault(pvid, []):
            untagged[pvid].append(name)
    for number in sorted({*names, *tagged, *untagged}):
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=names.get(number, ""), addresses=tuple(addresses.get(number, ())),
                tagged_ports=tuple(tagged.get(number, ())), untagged_ports=tuple(untagged.get(number, ())),
            )
        )  # fmt: skip
    for name, (entry, pvid, mode) in ports.items():
        box.reading.switch_ports.append(_switch_port(box, name, entry, pvid, mode, [n for n, on in tagged.items() if name in on]))


def _bridge_vlan(box: Box, entry: Entry, names: dict[int, str], tagged: dict[int, list[str]], untagged: dict[int, list[str]]) -> None:
    if entry.disabled:
        return
    try:
        numbers = vlan_list.numbers(entry.get("vlan-ids"))
    except ValueError:
        numbers = [5000]
    if any(not 0 <= number <= 4095 for number in numbers):
        box.reading.unread(entry.statement)
        return
    for number in numbers:
        names[number] = names.get(number) or entry.get("comment")
        for side, known in (("tagged", tagged), ("untagged", untagged)):
            listed = known.setdefault(number, [])
            listed += [port for port in entry.get(side).split(",") if port and port not in listed]


def _ports(box: Box) -> dict[str, tuple[Entry, int | None, str]]:
    """Ports of bridges: the entry, the untagged VLAN and the mode, both only where the bridge filters."""
    ports: dict[str, tuple[Entry, int | None, str]] = {}
    for entry in box.of("interface bridge port"):
        name = entry.get("interface")
        if not name or entry.verb != "add":
            continue
        filters = entry.get("bridge") in box.filtering_bridges
        frames = entry.get("frame-types")
        mode = "access" if "untagged" in frames and frames != "admit-all" else "trunk" if frames == "admit-only-vlan-tagged" else ""
        pvid = whole_number(entry.get("pvid", "1")) if filters and mode != "trunk" else None
        ports[name] = (entry, pvid if pvid is not None and pvid <= 4095 else None, mode if filters else "")
    return ports


def _switch_port(box: Box, name: str, entry: Entry, pvid: int | None, mode: str, tagged: Sequence[int]) -> SwitchPort:
    own = box.interface(name)
    return SwitchPort.model_validate(
        {
            "name": name, "description": own.comment or entry.get("comment"), "enabled": own.enabled and not entry.disabled,
            "mode": mode or ("trunk" if tagged else "access" if pvid is not None else ""), "untagged_vlan": pvid,
            "tagged_vlans": vlan_list.written(tagged),
            "lag": next((o.name for o in box.interfaces.values() if o.kind == "lag" and name in o.members), ""),
            "poe": own.poe, "speed": own.speed, "port_security": "802.1X" if name in _dot1x(box) else "",
            "spanning_tree": "bpdu guard" if entry.get("bpdu-guard") == "yes" else "edge" if entry.get("edge") == "yes" else "",
        }
    )  # fmt: skip


def _dot1x(box: Box) -> set[str]:
    return {entry.get("interface") for entry in box.of("interface dot1x server") if not entry.disabled}


HANDLERS: dict[str, Handler] = {
    **{f"interface {kind}": _interface for kind in KINDS},
    "interface list": _list,
    "interface list member": _list_member,
    "interface bridge port": keep,
    "interface bridge vlan": keep,
    "interface dot1x server": keep,
    "ip address": _address,
    "ipv6 address": _address,
    "ip dhcp-client": _dhcp_client,
    "ipv6 dhcp-client": _dhcp_client,
    "interface": nothing,
}
KNOWN: dict[str, frozenset[str]] = {
    "interface list": frozenset({"name", "comment", "include", "exclude"}),
    "interface list member": frozenset({"list", "interface", "comment", "disabled", "dynamic"}),
    "ip address": frozenset({"address", "interface", "network", "netmask", "comment", "disabled", "broadcast", "actual-interface"}),
    "ipv6 address": frozenset(
        {"address", "interface", "comment", "disabled", "advertise", "eui-64", "from-pool", "no-dad", "auto-link-local"}
    ),
    "ip dhcp-client": frozenset(
        {
            "interface",
            "comment",
            "disabled",
            "add-default-route",
            "default-route-distance",
            "dhcp-options",
            "use-peer-dns",
            "use-peer-ntp",
            "script",
            "name",
            "default-route-tables",
            "allow-reconfigure",
            "check-gateway",
            "use-broadcast",
            "vrf",
        }
    ),
    "interface bridge vlan": frozenset({"bridge", "tagged", "untagged", "vlan-ids", "comment", "disabled", "mvrp-forbidden"}),
}

"""Interfaces: the assigned ones with their addresses, VLANs, aggregates, bridges, PPP sessions, groups and virtual addresses.

An assigned interface has a label (``wan``, ``lan``, ``opt1``), a device (``igb1.20``) and a description; the rules name the label. ``wan``
and ``lan`` are what they are called; besides, an interface with a gateway of its own or one that dials is to the outside.
"""

from dataclasses import dataclass, field
from typing import Literal

from shared.address import normal_mac
from shared.configs import values
from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed, pairs
from shared.configs.xml_tree import Element
from shared.device_config import ConfiguredInterface, ConfiguredVlan, Zone

_DYNAMIC = ("dhcp", "dhcp6", "pppoe", "ppp", "pptp", "l2tp", "track6", "idassoc6", "slaac", "6rd", "6to4", "none", "linklocal")
_DIALS = ("pppoe", "ppp", "pptp", "l2tp")
_KINDS = pairs(
    "ovpn=tunnel ovpns=tunnel ovpnc=tunnel wg=tunnel tun_wg=tunnel gif=tunnel gre=tunnel ipsec=tunnel vxlan=tunnel tailscale=tunnel",
    "zt=tunnel pppoe=ppp ppp=ppp pptp=ppp l2tp=ppp lo=loopback lagg=lag bridge=bridge vlan=vlan qinq=vlan ath=wireless iwm=wireless",
)

_VLAN = listed("pcp proto created updated")
_LAGG = listed(
    "proto descr lacp_fast_timeout lacptimeout lacp_strict use_flowid lagghash mtu failovermaster primary_member created updated",
)
_BRIDGE = listed(
    "descr maxaddr timeout maxage fwdelay hellotime priority proto holdcnt ifpriority ifpathcost span edge autoedge ptp autoptp static",
    "private stp enablestp linklocal ip6linklocal bridge_vip created updated",
)
_PPP = listed(
    "ptpid type username password provider descr bandwidth mtu mru mrru ondemand idletimeout uptime apn apnum phone simpin pin-wait",
    "initstr connect-timeout gateway subnet localip vjcomp tcpmssfix shortseq acfcomp protocomp pppoe-reset-type pppoe-monthly",
    "pppoe-weekly pppoe-daily pppoe-multilink-over-singlelink hostuniq host_uniq created updated secret pppoe-max-payload",
    "pppoerestartinterval",
)
_VIP = listed(
    "mode interface vhid vhid6 advskew advbase password descr type noexpand nobind uniqid gateway noarp nosync peer peer6 category",
)


@dataclass(slots=True)
class _Devices:
    """Devices that are made of others: their parents, members and VLAN numbers."""

    parent: dict[str, str] = field(default_factory=dict)
    vlan: dict[str, int] = field(default_factory=dict)
    vlan_names: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)


def read_interfaces(box: Box) -> None:
    devices = _read_devices(box)
    _read_groups(box)
    added = _read_virtual_addresses(box)
    section = box.find("interfaces")
    for element in section.children if section is not None else ():
        if element.complete and element.children:
            attempt(lambda each: _interface(box, devices, added.get(each.tag, ()), each), element)
    for label, addresses in added.items():
        if label not in box.interfaces:
            box.virtual_addresses += addresses
    box.reading.interfaces += box.interfaces.values()
    _vlans(box, devices)
    for name, labels in box.groups.items():
        box.reading.zones.append(Zone(name=name, interfaces=labels))


def _read_devices(box: Box) -> _Devices:
    devices = _Devices()

    def vlan(element: Element) -> None:
        device = element.get("vlanif") or f"{element.get('if')}.{element.get('tag')}"
        devices.parent[device], devices.vlan[device] = element.get("if"), int(element.get("tag"))
        devices.kind[device], devices.vlan_names[device] = "vlan", element.get("descr")
        known(element, _VLAN)

    def lagg(element: Element) -> None:
        devices.members[element.get("laggif")] = tuple(words(element.get("members")))
        devices.kind[element.get("laggif")] = "lag"
        known(element, _LAGG)

    def bridge(element: Element) -> None:
        devices.members[element.get("bridgeif")] = tuple(words(element.get("members")))
        devices.kind[element.get("bridgeif")] = "bridge"
        known(element, _BRIDGE)

    def session(element: Element) -> None:
        devices.parent[element.get("if")] = element.get("ports").partition(",")[0]
        devices.kind[element.get("if")] = "ppp"
        known(element, _PPP)

    for path, read in (
        (("vlans", "vlan"), vlan), (("laggs", "lagg"), lagg), (("bridges", "bridged"), bridge), (("ppps", "ppp"), session),
    ):  # fmt: skip
        for element in box.each(*path):
            attempt(read, element)
    return devices


def _read_groups(box: Box) -> None:
    def group(element: Element) -> None:
        name = element.get("ifname")
        if not name:
            raise ValueError("a group without a name")
        box.groups[name] = tuple(words(element.get("members")))
        order = element.get("sequence")
        box.group_order[name] = int(order) if order.isdigit() else 0
        known(element, ("descr", "nogroup"))

    for element in box.each("ifgroups", "ifgroupentry"):
        attempt(group, element)


def _read_virtual_addresses(box: Box) -> dict[str, list[str]]:
    """Addresses beside an interface's own, by its label. One may lie on another (``_vip5c0a4b6139b05``)."""
    added: dict[str, list[str]] = {}
    elements = box.each("virtualip", "vip")
    on = {f"_vip{element.get('uniqid')}": element.get("interface") for element in elements}

    def virtual(element: Element) -> None:
        label = element.get("interface")
        for _ in range(4):
            label = on.get(label, label)
        mode = element.get("mode")
        address = values.with_length(element.get("subnet"), element.get("subnet_bits") or "32")
        added.setdefault(label, []).append(address)
        known(element, _VIP)
        if mode in ("proxyarp", "other"):
            # the box answers for it, or is routed to it, and does not have it
            box.virtual_addresses.append(added[label].pop())

    for element in elements:
        attempt(virtual, element)
    return added


def _interface(box: Box, devices: _Devices, added: tuple[str, ...] | list[str], element: Element) -> None:
    device = element.get("if")
    if element.get("type") == "group":
        box.groups.setdefault(element.tag, tuple(words(element.get("networks"))))
        element.mark()
        return
    address, address6 = element.get("ipaddr"), element.get("ipaddrv6")
    mac, mtu = element.get("spoofmac"), element.get("mtu")
    box.interfaces[element.tag] = ConfiguredInterface.model_validate(
        {
            "name": device or element.tag, "label": element.tag, "description": element.get("descr"), "enabled": element.flag("enable"),
            "kind": _kind(device, devices, element), "addresses": (*_addresses(element, address, address6), *added),
            "dhcp_client": "dhcp" in (address, address6[:4]), "role": _role(box, element, address),
            "parent": devices.parent.get(device, ""), "members": devices.members.get(device, ()), "vlan": devices.vlan.get(device),
            "mac": normal_mac(mac) if mac else None, "mtu_bytes": int(mtu) if mtu.isdigit() else None,
        }
    )  # fmt: skip
    # the filter reads these when it says what it implies
    for name in ("blockpriv", "blockbogons", "gateway", "gatewayv6", "media", "mediaopt", "mss"):
        element.get(name)


def _addresses(element: Element, address: str, address6: str) -> tuple[str, ...]:
    lengths = {address: element.get("subnet") or "32", address6: element.get("subnetv6") or "128"}
    static = [each for each in (address, address6) if each and each not in _DYNAMIC]
    return tuple(values.with_length(each, lengths[each]) for each in static)


def _kind(device: str, devices: _Devices, element: Element) -> str:
    if device in devices.kind:
        return devices.kind[device]
    if element.child("wireless") is not None:
        return "wireless"
    if "." in device or "_vlan" in device:
        return "vlan"
    return _KINDS.get(device.rstrip("0123456789_"), "ethernet")


def _role(box: Box, element: Element, address: str) -> Literal["", "wan", "lan"]:
    if element.tag in ("wan", "lan"):
        return "wan" if element.tag == "wan" else "lan"
    has_gateway = any(element.get(name) not in ("", "none") for name in ("gateway", "gatewayv6"))
    return "wan" if has_gateway or address in _DIALS else ""


def _vlans(box: Box, devices: _Devices) -> None:
    by_device = {interface.name: interface for interface in box.interfaces.values()}
    for device, number in devices.vlan.items():
        interface = by_device.get(device)
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=devices.vlan_names[device] or (interface.description if interface else ""),
                addresses=interface.addresses if interface else (), tagged_ports=(devices.parent[device],),
            )
        )  # fmt: skip

"""Interfaces, VLANs, bridges and switch ports of EdgeOS and VyOS.

``vif 10`` below ``ethernet eth0`` is the interface eth0.10; ``vif-s``/``vif-c`` are double tags; EdgeOS writes ``pppoe 0`` below the
interface that it runs on and has a ``switch`` with ``pvid`` and ``vid`` a port; VyOS's bridge has ``native-vlan`` and ``allowed-vlan``.
Source: VyOS documentation, "Interfaces"; EdgeOS user guide.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs import values, vlan_list
from shared.configs.reading import Reading
from shared.configs.vyatta_tree import Node
from shared.device_config import ConfiguredInterface, ConfiguredVlan, SwitchPort

KINDS = {
    "ethernet": "ethernet", "loopback": "loopback", "dummy": "loopback", "bonding": "lag", "bridge": "bridge", "switch": "bridge",
    "pppoe": "ppp", "wireguard": "tunnel", "openvpn": "tunnel", "tunnel": "tunnel", "vti": "tunnel", "vxlan": "tunnel", "geneve": "tunnel",
    "l2tpv3": "tunnel", "l2tp-client": "tunnel", "pptp-client": "tunnel", "sstpc": "tunnel", "wireless": "wireless", "wwan": "ppp",
    "wirelessmodem": "ppp", "pseudo-ethernet": "ethernet", "virtual-ethernet": "ethernet", "macsec": "tunnel", "input": "input",
    "ifb": "input",
    "ipv6-tunnel": "tunnel", "adsl": "ppp", "serial": "ppp",
}  # fmt: skip
_TUNNELS = ("wireguard", "openvpn", "tunnel", "vxlan", "pptp-client", "l2tp-client", "sstpc", "l2tpv3", "geneve")
_DETAILS = (
    "duplex", "speed", "smp-affinity", "smp_affinity", "offload", "offload-options", "ring-buffer", "ip", "ipv6", "dhcp-options",
    "dhcpv6-options",
    "dhcpv6-pd", "redirect", "mirror", "traffic-policy", "xdp", "disable-flow-control", "disable-link-detect", "evpn", "switchdev",
    "interrupt-coalescing", "stp", "aging", "forwarding-delay", "hello-time", "max-age", "priority", "igmp", "hash-policy", "mode",
    "lacp-rate",
    "min-links", "primary", "arp-monitor", "system-mac", "mii-mon-interval", "authentication", "connect-on-demand", "no-peer-dns",
    "service-name", "access-concentrator", "idle-timeout", "local-address", "remote-address", "holdoff", "host-uniq", "name-server",
    "default-route", "default-route-distance", "password", "user-id", "multi-link", "dhcp-client", "eapol", "ingress-qos", "egress-qos",
    "channel", "country-code", "ssid", "security", "type", "physical-device", "capabilities", "max-stations", "reduce-transmit-power",
    "expunge-failing-stations", "isolate-stations", "mgmt-frame-protection", "disable-broadcast-ssid", "network", "apn", "enable", "policy",
    "source-validation", "vlan-to-vni", "promiscuous", "bandwidth", "multicast", "hw-offload", "switch-port", "poe", "protocol",
    "proxy-arp",
    "l2tp-udp-checksum", "peer-name", "per-client-thread", "mru", "require-mppe", "server-ip", "pado-delay", "kernel-mode",
    "user", "mtu-mss", "enable-vlan", "vrf", "isolated-port", "dialup",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What interfaces tell other parts."""

    tunnels: list[tuple[str, Node]] = field(default_factory=list)
    """Kind and node."""
    addresses: dict[str, list[str]] = field(default_factory=dict)
    wan: set[str] = field(default_factory=set)


Attach = Callable[[Node, str], None]


def read_interfaces(reading: Reading, node: Node, attach: Attach) -> Found:
    """``attach`` is told of each ``firewall`` below an interface."""
    found = Found()
    vlans: dict[int, ConfiguredVlan] = {}
    for kind, label in KINDS.items():
        for own in node.tags(kind) if node.get(kind) else ():
            _interface(reading, own, own.name, label, attach, found, vlans, 0)
            if kind in _TUNNELS:
                found.tunnels.append((kind, own))
            if kind in ("switch", "bridge"):
                _switch(reading, own, vlans)
    _poe(reading, node)
    reading.vlans += [vlans[number] for number in sorted(vlans)]
    return found


def _interface(
    reading: Reading,
    own: Node,
    name: str,
    kind: str,
    attach: Attach,
    found: Found,
    vlans: dict[int, ConfiguredVlan],
    depth: int,
    parent: str = "",
) -> None:
    written = own.values("address")
    addresses = [values.with_length(each) for each in written if values.is_network(each) and "/" in each]
    for each in written:
        if not values.is_network(each) and each not in ("dhcp", "dhcpv6", "no-default-link-local", "autoconf"):
            own.take("address").children[each].state = 0
    virtual = [each.name for group in own.tags("vrrp") for each in group.walk() if values.is_network(each.name) and "/" in each.name]
    if own.get("vrrp"):
        own.take("vrrp").pass_over_all("VRRP")
    found.addresses[name] = addresses
    is_ppp = kind == "ppp"
    if is_ppp or "dhcp" in written:
        found.wan.add(name)
    if own.get("firewall"):
        attach(own.take("firewall"), name)
    members = [*own.values("member", "interface"), *(own.values("switch-port", "interface") if kind == "bridge" else ())]
    vlan = _vlan_number(own, name)
    mtu = own.value("mtu")
    mac = own.value("mac") or own.value("hw-id")
    description = own.value("description")
    upper = parent or own.value("source-interface") or own.value("link")
    group = own.value("bond-group") or own.value("bridge-group", "bridge")
    own.take("bridge-group").read_all()
    fields = {
        "name": name, "description": description, "enabled": not own.has("disable"), "kind": kind,
        "addresses": (*addresses, *virtual), "dhcp_client": "dhcp" in written, "role": "wan" if is_ppp or "dhcp" in written else "",
        "parent": upper or group, "members": tuple(members), "vlan": vlan, "mac": mac if len(mac) == 17 else None,
        "mtu_bytes": int(mtu) if mtu.isdigit() and len(mtu) < 7 else None,
    }  # fmt: skip
    reading.interfaces.append(ConfiguredInterface.model_validate(fields))
    if vlan is not None and depth:
        known = vlans.get(vlan, ConfiguredVlan(vlan=vlan))
        vlans[vlan] = known.model_copy(update={"name": known.name or description, "addresses": (*known.addresses, *addresses)})
    own.pass_over("details of interfaces", *(name for name in _DETAILS if name not in ("switch-port",)))
    if depth < 4:
        for key in ("vif", "vif-s", "vif-c"):
            for child in own.tags(key):
                _interface(reading, child, f"{name}.{child.name}", "vlan", attach, found, vlans, depth + 1, parent=name)
        for child in own.tags("pppoe") if own.get("pppoe") else ():
            _interface(reading, child, f"pppoe{child.name}", "ppp", attach, found, vlans, depth + 1, parent=name)


def _vlan_number(own: Node, name: str) -> int | None:
    last = name.rpartition(".")[2] if "." in name else ""
    return int(last) if last.isascii() and last.isdigit() and len(last) < 5 and int(last) <= 4095 else None


def _switch(reading: Reading, own: Node, vlans: dict[int, ConfiguredVlan]) -> None:
    """EdgeOS: ``switch-port interface eth1 vlan pvid 10``; VyOS: ``member interface eth1 native-vlan 10``."""
    ports = own.take("switch-port")
    aware = ports.value("vlan-aware") == "enable"
    for port in (*ports.tags("interface"), *own.tags("member", "interface")):
        native = port.value("vlan", "pvid") or port.value("native-vlan")
        tagged = (*port.values("vlan", "vid"), *port.values("allowed-vlan"))
        numbers: set[int] = set()
        for each in tagged:
            try:
                numbers.update(vlan_list.numbers(each))
            except ValueError:
                reading.warnings.append(f"{port.name}: the list of its VLANs cannot be right, and was left out")
        untagged = int(native) if native.isdigit() and int(native) <= 4095 else None
        numbers = {number for number in numbers if number <= 4095} - ({untagged} if untagged is not None else set())
        port.pass_over("details of interfaces", "cost", "priority", "isolated", "bpdu-guard", "root-guard")
        if not (numbers or untagged is not None or ports.children):
            continue
        mode = "trunk" if numbers else "access" if untagged is not None or aware else ""
        reading.switch_ports.append(
            SwitchPort.model_validate(
                {"name": port.name, "mode": mode, "untagged_vlan": untagged, "tagged_vlans": vlan_list.written(numbers)}
            )
        )
        _in_vlans(vlans, port.name, untagged, numbers)


def _in_vlans(vlans: dict[int, ConfiguredVlan], port: str, untagged: int | None, tagged: set[int]) -> None:
    for number in sorted({*tagged, *(() if untagged is None else (untagged,))}):
        known = vlans.get(number, ConfiguredVlan(vlan=number))
        side = "untagged_ports" if number == untagged else "tagged_ports"
        vlans[number] = known.model_copy(update={side: (*getattr(known, side), port)})


def _poe(reading: Reading, node: Node) -> None:
    """``poe output off`` of EdgeOS, at the ports of its switch."""
    outputs = {
        own.name: own.children["poe"].value("output")
        for own in node.children.get("ethernet", Node("")).children.values()
        if "poe" in own.children
    }
    reading.switch_ports[:] = [
        port.model_copy(update={"poe": outputs[port.name] != "off"}) if outputs.get(port.name) else port for port in reading.switch_ports
    ]

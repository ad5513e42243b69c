"""OpenWrt's package ``network``: interfaces, devices, VLANs, routes and tunnels.

Source: OpenWrt's "Network basics", "DSA mini-tutorial", "Switch documentation" and "Tunneling interface protocols" (22.03 to 24.10); before
21.02 a bridge was an option of the interface (``type bridge``) and a device was called ``ifname``.
"""

from shared.configs import values
from shared.configs.openwrt_parts.router import Router, address, number, port_number
from shared.configs.uci import Section
from shared.device_config import ConfiguredInterface, ConfiguredVlan, SwitchPort
from shared.firewall import Route, VpnKind, VpnPeer, VpnTunnel

_DIALS = ("pppoe", "pppoa", "ppp", "3g", "qmi", "ncm", "mbim", "wwan", "modemmanager", "l2tp", "pptp", "hnet", "map", "dslite")
_TUNNELS = {
    "gre": VpnKind.GRE, "gretap": VpnKind.GRE, "grev6": VpnKind.GRE, "grev6tap": VpnKind.GRE, "vxlan": VpnKind.VXLAN,
    "vxlan6": VpnKind.VXLAN,
    "l2tp": VpnKind.L2TP, "pptp": VpnKind.PPTP, "sstp": VpnKind.SSTP, "openconnect": VpnKind.SSL, "6in4": VpnKind.OTHER,
    "vti": VpnKind.IPSEC, "vti6": VpnKind.IPSEC, "xfrm": VpnKind.IPSEC, "ipip": VpnKind.OTHER, "vpnc": VpnKind.IPSEC,
}  # fmt: skip
_KINDS = {
    "bridge": "bridge",
    "8021q": "vlan",
    "8021ad": "vlan",
    "macvlan": "macvlan",
    "veth": "veth",
    "tunnel": "tunnel",
    "bonding": "lag",
    "vrf": "vrf",
}


def interface(router: Router, section: Section) -> None:
    name, proto = section.name, section.text("proto")
    device = section.text("device", "ifname")
    addresses = [address(each, section.text("netmask")) for each in section.values("ipaddr")]
    addresses += [address(each) for each in (*section.values("ip6addr"), *section.values("addresses"))]
    members = tuple(device.split()) if section.text("type") == "bridge" else ()
    vlan = number(device.rpartition(".")[2]) if "." in device and not members else None
    kind = "bridge" if members else "tunnel" if proto == "wireguard" or proto in _TUNNELS else "ppp" if proto in _DIALS else ""
    on = not section.is_on("disabled") and section.is_on("auto", default=True)
    router.networks[name] = ConfiguredInterface.model_validate(
        {
            "name": name, "label": "" if members else device, "description": section.text("description"), "enabled": on,
            "kind": kind or "ethernet",
            "addresses": tuple(addresses), "dhcp_client": proto in ("dhcp", "dhcpv6"), "members": members,
            "role": "wan" if proto in _DIALS or section.text("gateway") or (proto == "dhcp" and "wan" in name) else "",
            "parent": "" if members else device, "vlan": vlan if vlan and vlan < 4096 else None,
            "mac": section.text("macaddr") if ":" in section.text("macaddr") else None, "mtu_bytes": number(section.text("mtu")),
        }
    )  # fmt: skip
    router.reading.dns_servers += [each for each in section.values("dns") if values.is_address(each)]
    for setting, target in (("gateway", "0.0.0.0/0"), ("ip6gw", "::/0")):
        if values.is_address(gateway := section.text(setting)):
            metric = number(section.text("metric"))
            router.reading.routes.append(
                Route(destination=target, gateway=gateway, interface=name, metric=metric, enabled=on, origin="static")
            )
    if proto == "wireguard":
        _wireguard(router, section, on)
    elif proto in _TUNNELS:
        _tunnel(router, section, _TUNNELS[proto], on)


def _wireguard(router: Router, section: Section, enabled: bool) -> None:
    router.reading.vpns.append(
        VpnTunnel(
            key=f"wireguard/{section.name}", name=section.name, kind=VpnKind.WIREGUARD, enabled=enabled, interface=section.name,
            local_addresses=tuple(section.values("addresses")), listen_port=port_number(section.text("listen_port")), protocol="udp",
            line=section.statement.line,
        )
    )  # fmt: skip


def wireguard_peer(router: Router, section: Section) -> None:
    host, port = section.text("endpoint_host"), section.text("endpoint_port") or "51820"
    off = " (off)" if section.is_on("disabled") else ""
    router.peers.setdefault(section.kind.removeprefix("wireguard_"), []).append(
        VpnPeer(
            name=f"{section.text('description') or section.name}{off}", public_key=section.text("public_key"),
            endpoint=f"{host}:{port}" if host else "", allowed_prefixes=tuple(section.values("allowed_ips")),
        )
    )  # fmt: skip


def _tunnel(router: Router, section: Section, kind: VpnKind, enabled: bool) -> None:
    peer = section.text("peeraddr", "peer6addr", "server", "remote")
    router.reading.vpns.append(
        VpnTunnel(
            key=f"{section.text('proto')}/{section.name}", name=section.name, kind=kind, enabled=enabled, interface=section.name,
            local_addresses=tuple(filter(None, (section.text("ipaddr", "ip6addr"),))), protocol=section.text("proto"),
            peers=(VpnPeer(endpoint=peer),) if peer else (), users=tuple(filter(None, (section.text("username"),))),
            auth=("user",) if section.text("username") else (), line=section.statement.line,
        )
    )  # fmt: skip


def device(router: Router, section: Section) -> None:
    name = section.text("name") or section.name
    vlan = number(section.text("vid"))
    router.reading.interfaces.append(
        ConfiguredInterface.model_validate(
            {
                "name": name, "kind": _KINDS.get(section.text("type"), section.text("type") or "ethernet"),
                "parent": section.text("ifname"),
                "members": tuple(section.values("ports")), "vlan": vlan if vlan is not None and vlan < 4096 else None,
                "enabled": section.is_on("enabled", default=True), "mtu_bytes": number(section.text("mtu")),
                "mac": section.text("macaddr") if ":" in section.text("macaddr") else None,
            }
        )
    )  # fmt: skip


def bridge_vlan(router: Router, section: Section) -> None:
    """``lan1:t`` is tagged, ``lan2`` and ``lan2:u*`` untagged; ``*`` is where untagged frames go."""
    vlan = int(section.text("vlan"))
    ports = [port.partition(":")[::2] for port in section.values("ports")]
    _add_vlan(router, vlan, [p for p, how in ports if "t" in how], [p for p, how in ports if "t" not in how], section.text("name"))


def switch_vlan(router: Router, section: Section) -> None:
    """``0 1 2 6t``: ports of a switch chip by number."""
    chip = section.text("device")
    ports = section.values("ports")
    vlan = int(section.text("vid") or section.text("vlan"))
    section.text("vlan")
    tagged = [f"{chip} {port.rstrip('t*u')}" for port in ports if port.endswith("t")]
    untagged = [f"{chip} {port.rstrip('t*u')}" for port in ports if not port.endswith("t")]
    _add_vlan(router, vlan, tagged, untagged, section.text("description"))


def _add_vlan(router: Router, vlan: int, tagged: list[str], untagged: list[str], name: str) -> None:
    router.reading.vlans.append(ConfiguredVlan(vlan=vlan, name=name, tagged_ports=tuple(tagged), untagged_ports=tuple(untagged)))


def route(router: Router, section: Section) -> None:
    target, mask = section.text("target"), section.text("netmask")
    kind = section.text("type")
    destination = "::/0" if section.kind == "route6" and target in ("", "default") else "0.0.0.0/0" if target in ("", "default") else target
    router.reading.routes.append(
        Route(
            destination=f"{destination}/{values.prefix_length(mask)}" if mask and "/" not in destination else destination,
            gateway=section.text("gateway") or None, interface=section.text("interface"), metric=number(section.text("metric")),
            enabled=not section.is_on("disabled"), table=section.text("table"), origin=kind if kind and kind != "unicast" else "static",
        )
    )  # fmt: skip


def finish(router: Router) -> None:
    """WireGuard's peers stand in sections of their own, and zones in another package; ports are known once all VLANs are."""
    reading = router.reading
    for name, known in router.networks.items():
        reading.interfaces.append(known.model_copy(update={"zone": router.zone_of.get(name, "")}))
    reading.vpns = [
        vpn.model_copy(update={"peers": tuple(router.peers.get(vpn.interface, ()))}) if vpn.kind is VpnKind.WIREGUARD else vpn
        for vpn in reading.vpns
    ]
    ports: dict[str, SwitchPort] = {}
    for vlan in reading.vlans:
        for port in (*vlan.tagged_ports, *vlan.untagged_ports):
            ports.setdefault(port, SwitchPort(name=port))
    for name in ports:
        tagged = [vlan.vlan for vlan in reading.vlans if name in vlan.tagged_ports]
        untagged = [vlan.vlan for vlan in reading.vlans if name in vlan.untagged_ports]
        reading.switch_ports.append(
            SwitchPort(
                name=name, mode="trunk" if tagged else "access", untagged_vlan=untagged[0] if untagged else None,
                tagged_vlans=",".join(str(number) for number in sorted(set(tagged))),
            )
        )  # fmt: skip

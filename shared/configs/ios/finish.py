"""Interfaces, switch ports and VLANs of an IOS box, once all statements are read."""

from collections import defaultdict
from collections.abc import Set as AbstractSet

from shared.address import normal_mac
from shared.configs import vlan_list
from shared.configs.ios.state import Box, Port
from shared.configs.ios.switch_ports import ALL_VLANS
from shared.device_config import ConfiguredInterface, ConfiguredVlan, SwitchPort

_ROLES = {"inside": "lan", "outside": "wan"}


def finish_interfaces(box: Box) -> None:
    is_switch = any(port.switched or port.lag for port in box.ports.values())
    members: dict[str, list[str]] = defaultdict(list)
    for port in box.ports.values():
        if port.lag:
            members[port.lag.lower()].append(port.name)
    exits = {route.interface for route in box.reading.routes if route.destination in ("0.0.0.0/0", "::/0") and not route.table}
    for port in box.ports.values():
        box.reading.interfaces.append(_interface(port, _role(port, exits), tuple(members.get(port.name.lower(), ()))))
        if is_switch and _is_port(port):
            box.reading.switch_ports.append(_switch_port(port))
    _vlans(box)


def _interface(port: Port, role: str, members: tuple[str, ...]) -> ConfiguredInterface:
    return ConfiguredInterface.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "kind": port.kind, "addresses": port.addresses,
            "dhcp_client": port.dhcp_client, "role": role, "zone": port.zone, "parent": port.parent, "members": members,
            "vlan": _vlan(port), "mac": _mac(port.mac), "mtu_bytes": port.mtu_bytes,
            "access_list_in": port.lists.get(("in", "ipv4")) or port.lists.get(("in", "ipv6"), ""),
            "access_list_out": port.lists.get(("out", "ipv4")) or port.lists.get(("out", "ipv6"), ""),
        }
    )  # fmt: skip


def _mac(text: str) -> str | None:
    try:
        return normal_mac(text) if text else None
    except ValueError:
        return None


def _role(port: Port, exits: AbstractSet[str]) -> str:
    """By address translation; else the side of a default route, or of a PPP session."""
    if port.nat in _ROLES:
        return _ROLES[port.nat]
    if port.name in exits or (port.ppp and port.dialer):
        return "wan"
    return ""


def _vlan(port: Port) -> int | None:
    if port.dot1q is not None:
        return port.dot1q if port.dot1q <= 4095 else None
    digits = port.name[4:] if port.name.startswith("Vlan") else port.name[4:] if port.name.startswith("vlan") else ""
    return int(digits) if digits.isdigit() and int(digits) <= 4095 else None


def _is_port(port: Port) -> bool:
    if "." in port.name or port.name == "Null0" or port.kind not in ("ethernet", "lag"):
        return False
    return port.switched or (not (port.routed and port.addresses) and not port.vrf)


def _switch_port(port: Port) -> SwitchPort:
    mode = _mode(port)
    untagged: int | None = None
    if mode == "access" or (mode == "" and port.mode == "dynamic"):
        untagged = 1 if port.access_vlan is None else port.access_vlan
    elif mode == "trunk":
        untagged = port.native_vlan or 1
    tagged = ""
    if mode == "trunk":
        carried = port.allowed
        tagged = "all" if carried is None or len(carried) >= ALL_VLANS - 1 else vlan_list.written(carried - {untagged or 1})
    return SwitchPort.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "mode": mode,
            "untagged_vlan": untagged, "tagged_vlans": tagged, "voice_vlan": port.voice_vlan, "lag": port.lag, "poe": port.poe,
            "speed": port.speed, "duplex": port.duplex, "port_security": ", ".join(dict.fromkeys(port.security)),
            "spanning_tree": ", ".join(dict.fromkeys(port.stp)),
        }
    )  # fmt: skip


def _mode(port: Port) -> str:
    if port.routed and not port.switched:
        return "routed"
    if port.mode in ("access", "trunk"):
        return port.mode
    if port.mode in ("dot1q-tunnel", "private-vlan"):
        return "access"
    return "" if port.mode == "dynamic" or port.allowed is not None or port.native_vlan is not None else "access"


def _vlans(box: Box) -> None:
    own = {number: port for port in box.ports.values() if port.kind == "vlan" and (number := _vlan(port)) is not None}
    used = {each.untagged_vlan for each in box.reading.switch_ports if each.untagged_vlan}
    voice = {each.voice_vlan for each in box.reading.switch_ports if each.voice_vlan}
    tagged = {each.name: vlan_list.members(each.tagged_vlans) for each in box.reading.switch_ports if each.tagged_vlans not in ("", "all")}
    listed = {number for numbers in set(tagged.values()) if len(numbers) < 200 for number in numbers}
    marked: dict[int, list[str]] = defaultdict(list)
    plain: dict[int, list[str]] = defaultdict(list)
    numbers = {*box.vlans, *own, *used, *voice, *listed}
    for each in box.reading.switch_ports:
        for number in numbers & {*tagged.get(each.name, ()), each.voice_vlan}:
            marked[number].append(each.name)
        if each.untagged_vlan is not None and each.mode in ("access", "trunk"):
            plain[each.untagged_vlan].append(each.name)
    for number in sorted(numbers):
        port = own.get(number)
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=box.vlans.get(number, ""), addresses=tuple(port.addresses) if port else (),
                tagged_ports=tuple(marked[number]), untagged_ports=tuple(plain[number]),
            )
        )  # fmt: skip

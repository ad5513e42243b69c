"""What is each port of a switch? VLANs, trunks, aggregates, voice VLAN, PoE, 802.1X, spanning tree. Source: Junos "Ethernet switching"."""

import re
from collections.abc import Iterator

from shared.configs import vlan_list
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.device_config import ConfiguredVlan, SwitchPort

_VLAN_OPTIONS = (
    *("filter", "forwarding-options", "dot1q-tunneling", "vxlan", "mac-limit", "no-mac-learning", "service-id", "switch-options"),
    *("mcast-options", "isolated-vlan", "community-vlans", "private-vlan", "primary-vlan", "no-local-switching", "pvlan", "domain-type"),
    *("mac-table-aging-time", "no-irb-layer-2-copy", "mac-statistics", "isolation-id", "pvlan-trunk", "extend-secondary-vlan-id"),
)
_PORT_OPTIONS = ("storm-control", "recovery-timeout", "vlan-rewrite", "reflective-relay", "policer", "inner-vlan-id-list", "primary-vlan")


def read(box: Box, top: Node) -> None:
    vlans = _vlans(box)
    members: dict[str, list[str]] = {}
    by_name = {vlan.name: numbers for vlan, numbers, _ in vlans}
    for vlan, _, interfaces in vlans:
        for interface in interfaces:
            members.setdefault(interface, []).append(vlan.name)
    port_of: dict[str, SwitchPort] = {}
    security, voice = _security(box), _voice(box, by_name)
    edges, power = _edges(box), _power(box)
    for node in top.each():
        for unit in node.each("unit"):
            family = unit.get("family", "ethernet-switching")
            if family is not None:
                name = f"{node.name}.{unit.name}"
                port = _port(box, node, name, family, members.get(name, []), by_name)
                said = {"port_security": _of(security, name), "voice_vlan": _of(voice, name), "spanning_tree": _of(edges, name) or "",
                        "poe": _of(power, name)}  # fmt: skip
                port_of[name] = port.model_copy(update={key: value for key, value in said.items() if value is not None})
    box.reading.switch_ports += port_of.values()
    for vlan, numbers, _ in vlans:
        _add_vlan(box, vlan, numbers, port_of)


def _of(said: "dict[str, object]", name: str) -> object:
    """What is said of a port, by its unit, its own name, or of all."""
    return next((said[key] for key in (name, name.split(".", 1)[0], "all") if key in said), None)


def _vlans(box: Box) -> list[tuple[Node, list[int], list[str]]]:
    found = []
    for vlan in box.at("vlans").each():
        vlan.pass_over("VLAN options", *_VLAN_OPTIONS)
        numbers = [number for text in (*vlan.values("vlan-id"), *vlan.values("vlan-id-list"), *vlan.values("vlan-range"))
                   if re.fullmatch(r"[\d-]+", text) for number in vlan_list.numbers(text)]  # fmt: skip
        interfaces = []
        for interface in vlan.each("interface"):
            interfaces.append(interface.name)
            interface.pass_over("VLAN options", *interface.children)
        found.append((vlan, [number for number in numbers if number < 4096], interfaces))
    return found


def _add_vlan(box: Box, vlan: Node, numbers: list[int], port_of: dict[str, SwitchPort]) -> None:
    gateway = vlan.value("l3-interface")
    vlan.pass_over("VLAN options", "l3-interface")
    addresses = next((each.addresses for each in box.reading.interfaces if each.name == gateway), ())
    for number in numbers:
        tagged = tuple(name for name, port in port_of.items() if _is_tagged(port, number))
        untagged = tuple(name for name, port in port_of.items() if port.untagged_vlan == number)
        name = vlan.name if len(numbers) == 1 else f"{vlan.name} {number}"
        box.reading.vlans.append(ConfiguredVlan(vlan=number, name=name, addresses=addresses, tagged_ports=tagged, untagged_ports=untagged))
    vlan.value("description")


def _is_tagged(port: SwitchPort, number: int) -> bool:
    if port.tagged_vlans == "all":
        return port.untagged_vlan != number
    return any(int(first) <= number <= int(last or first) for first, _, last in
               (part.partition("-") for part in port.tagged_vlans.split(",") if part))  # fmt: skip


def _port(box: Box, node: Node, name: str, family: Node, members: list[str], by_name: dict[str, list[int]]) -> SwitchPort:
    family.pass_over("port options", *_PORT_OPTIONS)
    if (filters := family.get("filter")) is not None:
        for way, places in (("input", box.filters_in), ("output", box.filters_out)):
            for each in filters.values(way):
                places.setdefault(f"ethernet-switching {each}", []).append(name)
    mode = family.value("interface-mode") or family.value("port-mode") or "access"
    listed = family.values("vlan", "members") + members
    everything = "all" in listed
    numbers = sorted({number for each in listed for number in _numbers(each, by_name)})
    native = family.value("native-vlan-id") or node.value("native-vlan-id")
    native_number = next(iter(_numbers(native, by_name)), None) if native else None
    trunk = mode in ("trunk", "tagged-access")
    untagged = native_number if trunk else numbers[0] if numbers else None if listed else 1
    lag = next((each.parent for each in box.reading.interfaces if each.name == node.name), "")
    return SwitchPort.model_validate(
        {
            "name": name, "description": node.value("description"), "enabled": not node.has("disable"),
            "mode": "trunk" if trunk else "access",
            "untagged_vlan": untagged, "lag": lag, "speed": node.value("speed"), "duplex": node.value("link-mode"),
            "tagged_vlans": "all" if trunk and everything else vlan_list.written(set(numbers) - {untagged or 0}) if trunk else "",
        }
    )  # fmt: skip


def _numbers(text: str, by_name: dict[str, list[int]]) -> Iterator[int]:
    if text in by_name:
        yield from by_name[text]
    elif re.fullmatch(r"\d{1,4}(?:-\d{1,4})?", text):
        yield from (number for number in vlan_list.numbers(text) if number < 4096)


def _security(box: Box) -> dict[str, object]:
    found: dict[str, object] = {}
    authenticator = box.at("protocols", "dot1x", "authenticator")
    for each in authenticator.each("interface"):
        found[each.name] = "802.1X"
    for top, limit in ((box.at("ethernet-switching-options", "secure-access-port"), "mac-limit"),
                       (box.at("switch-options"), "interface-mac-limit")):  # fmt: skip
        for each in top.each("interface"):
            if number := next(filter(str.isdigit, each.values(limit)), ""):
                found.setdefault(each.name, f"{number} MAC addresses")
    return found


def _voice(box: Box, by_name: dict[str, list[int]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for top in (box.at("switch-options", "voip"), box.at("ethernet-switching-options", "voip")):
        for each in top.each("interface"):
            number = next(iter(_numbers(each.value("vlan"), by_name)), None)
            found.update({each.name: number} if number is not None else {})
            each.pass_over("voice VLAN", "forwarding-class")
    return found


def _edges(box: Box) -> dict[str, object]:
    found: dict[str, object] = {}
    for protocol in ("rstp", "mstp", "vstp", "stp"):
        top = box.at("protocols", protocol)
        guard = top.has("bpdu-block-on-edge")
        for each in top.each("interface"):
            if each.has("disable"):
                found[each.name] = "off"
            elif each.has("edge"):
                found[each.name] = "edge, bpdu guard" if guard else "edge"
    return found


def _power(box: Box) -> dict[str, object]:
    return {each.name: not each.has("disable") for each in box.at("poe").each("interface")}

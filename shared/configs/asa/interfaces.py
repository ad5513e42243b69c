"""Interfaces of an ASA or PIX.

Source: ASA General Operations CLI Configuration Guide, "Basic Interface Configuration"; PIX 6.3 command reference for the flat form
(``nameif ethernet0 outside security0``, ``ip address outside ...``).
"""

import re
from collections.abc import Mapping

from shared.address import normal_mac
from shared.configs import values, vlan_list
from shared.configs.asa.state import Box, Port, with_no
from shared.configs.cisco_lists import Way
from shared.configs.dispatch import Handler, dispatch
from shared.configs.statement import Statement
from shared.device_config import ConfiguredInterface, ConfiguredVlan, SwitchPort, Zone

_LEVEL = re.compile(r"^security(\d+)$")


def interface(box: Box, statement: Statement) -> bool | None:
    """With its settings below; PIX 6 has ``interface ethernet0 auto [shutdown]``."""
    words = statement.words
    name = "".join(words[1:3]) if len(words) > 2 and words[2][:1].isdigit() and words[1].isalpha() else words[1]
    port = box.ports.setdefault(name, Port(name, statement.line))
    if "shutdown" in words[2:]:
        port.enabled = False
    dispatch(box.reading, (box, port), statement.children, _PORT, _PASSED)
    return None


_Here = tuple[Box, Port]


def _nameif(here: _Here, statement: Statement) -> None:
    here[1].nameif = statement.words[1]


def _level(here: _Here, statement: Statement) -> None:
    here[1].level = int(statement.words[1])


def _address(here: _Here, statement: Statement) -> bool | None:
    """``ip address 10.0.0.1 255.255.255.0 [standby 10.0.0.2]``, ``dhcp setroute``, ``pppoe setroute``"""
    return _set_address(here[0], here[1], statement.words[2:])


def _set_address(box: Box, port: Port, words: list[str]) -> bool | None:
    if words[0] in ("dhcp", "pppoe"):
        port.dhcp_client, port.ppp, port.default_route = words[0] == "dhcp", words[0] == "pppoe", "setroute" in words
        return None
    mask = words[1] if len(words) > 1 and "." in words[1] else ""
    port.addresses.append(values.with_length(box.address(words[0]), mask))
    if not mask:
        raise ValueError("an address without a mask")
    return None


def _address6(here: _Here, statement: Statement) -> None:
    words = statement.words
    if "/" in words[2]:
        here[1].addresses.append(values.with_length(words[2]))
    elif words[2] in ("autoconfig", "dhcp"):
        here[1].dhcp_client = here[1].dhcp_client or words[2] == "dhcp"


def _description(here: _Here, statement: Statement) -> None:
    here[1].description = " ".join(statement.words[1:])


def _shutdown(here: _Here, statement: Statement) -> None:
    here[1].enabled = statement.words[0] == "no"


def _management(here: _Here, statement: Statement) -> None:
    here[1].management = statement.words[0] != "no"


def _vlan(here: _Here, statement: Statement) -> None:
    here[1].vlan = int(statement.words[1])


def _mac(here: _Here, statement: Statement) -> None:
    here[1].mac = statement.words[1]


def _lag(here: _Here, statement: Statement) -> None:
    here[1].lag = f"Port-channel{statement.words[1]}"


def _bridge(here: _Here, statement: Statement) -> None:
    here[1].bridge = f"BVI{statement.words[1]}"


def _speed(here: _Here, statement: Statement) -> None:
    setattr(here[1], statement.words[0], statement.words[1])


def _access_vlan(here: _Here, statement: Statement) -> None:
    here[1].switched, here[1].access_vlan = True, int(statement.words[3])


def _trunk(here: _Here, statement: Statement) -> None:
    here[1].switched, here[1].mode = True, "trunk"
    here[1].allowed = vlan_list.written(vlan_list.numbers(" ".join(statement.words[4:])))


def _mode(here: _Here, statement: Statement) -> None:
    here[1].switched, here[1].mode = True, statement.words[2]


def _tunnel(here: _Here, statement: Statement) -> None:
    """``tunnel source interface outside``, ``tunnel destination 192.0.2.1``, ``tunnel protection ipsec profile P``"""
    words = statement.words
    here[1].tunnel[words[1]] = words[-1] if words[1] in ("source", "protection", "destination") else " ".join(words[2:])


def _understood(here: _Here, statement: Statement) -> None:
    """The default."""


_PORT: dict[str, Handler[_Here]] = {
    "nameif": _nameif,
    "no nameif": _understood,
    "security-level": _level,
    "no security-level": _understood,
    "ip address": _address,
    "no ip address": _understood,
    "ipv6 address": _address6,
    "description": _description,
    "shutdown": _shutdown,
    "no shutdown": _shutdown,
    "no shut": _shutdown,
    "management-only": _management,
    "no management-only": _management,
    "vlan": _vlan,
    "no vlan": _understood,
    "mac-address": _mac,
    "channel-group": _lag,
    "bridge-group": _bridge,
    "speed": _speed,
    "duplex": _speed,
    "switchport access vlan": _access_vlan,
    "switchport trunk allowed vlan": _trunk,
    "switchport mode": _mode,
    "switchport": _understood,
    "no switchport": _understood,
    "tunnel": _tunnel,
}
_PASSED = with_no(
    {
        "interface settings": (
            "ipv6", "ospf", "rip", "eigrp", "igmp", "pim", "authentication", "hello-interval", "hold-time", "delay", "flowcontrol",
            "member-interface", "lacp", "port-channel", "policy-route", "zone-member", "dhcprelay", "dhcp", "ddns", "pppoe",
            "split-horizon",
            "summary-address", "switchport trunk native", "switchport protected", "switchport monitor", "poe", "power", "cts",
            "lldp", "mtu",
            "isis", "traffic-forward", "nve-only", "vtep-nve", "segment-id", "allow-ssc-mgmt", "backup", "forward", "cluster", "hardware",
            "mfib", "multicast", "asr-group", "join-failover-group", "hold-queue", "rate-limit", "route-map", "bfd", "vni", "secondary",
            "load-interval", "negotiation", "fec", "site-id", "site-ip", "lacp", "proxy",
        )
    }
)  # fmt: skip


# --- PIX 6 ---


def flat_nameif(box: Box, statement: Statement) -> bool | None:
    """``nameif ethernet0 outside security0``"""
    words = statement.words
    port = box.ports.setdefault(words[1], Port(words[1], statement.line))
    port.nameif = words[2]
    if len(words) > 3 and (found := _LEVEL.match(words[3])):
        port.level = int(found[1])
    return None


def flat_address(box: Box, statement: Statement) -> bool | None:
    """``ip address outside 192.0.2.1 255.255.255.0``"""
    words = statement.words
    port = box.named(words[2])
    return False if port is None else _set_address(box, port, words[3:])


def mtu(box: Box, statement: Statement) -> bool | None:
    """``mtu outside 1400``"""
    words = statement.words
    port = box.named(words[1])
    if port is None or len(words) < 3:
        box.reading.pass_over("interface settings", statement)
    else:
        port.mtu_bytes = int(words[2])
    return None


# --- as they are ---


def finish(box: Box) -> None:
    lists: dict[tuple[str, Way], str] = {(use.place, use.way): name for name, use in box.uses if use.way in ("in", "out")}
    lowest = min((port.security_level for port in box.ports.values() if port.security_level is not None), default=None)
    if any(port.switched for port in box.ports.values()):
        # a box with a switch of its own (5505): what it does not say of a port is the default, VLAN 1
        for port in box.ports.values():
            port.switched = port.switched or (port.name.lower().startswith("ethernet") and not port.nameif)
    for port in box.ports.values():
        box.reading.interfaces.append(_interface(box, port, lists, lowest))
        if port.nameif:
            told = "" if port.security_level is None else f"security level {port.security_level}"
            inner = "allow" if "intra-interface" in box.same_level else "deny"
            box.reading.zones.append(
                Zone.model_validate({"name": port.nameif, "interfaces": (port.name,), "intrazone": inner, "comment": told})
            )
        if port.switched:
            box.reading.switch_ports.append(_switch_port(port))
    _vlans(box)


def _interface(box: Box, port: Port, lists: Mapping[tuple[str, Way], str], lowest: int | None) -> ConfiguredInterface:
    own = [each.name for each in box.ports.values() if port.name in (each.lag, each.bridge)]
    return ConfiguredInterface.model_validate(
        {
            "name": port.name, "label": port.nameif, "description": port.description, "enabled": port.enabled, "kind": _kind(port),
            "addresses": port.addresses, "dhcp_client": port.dhcp_client, "role": _role(box, port, lowest), "zone": port.nameif,
            "parent": port.name.partition(".")[0] if "." in port.name else "", "members": own, "vlan": _vlan_of(port),
            "mac": _mac_of(port.mac),
            "mtu_bytes": port.mtu_bytes, "security_level": port.security_level, "management": _open(box, port),
            "access_list_in": lists.get((port.nameif, "in"), ""), "access_list_out": lists.get((port.nameif, "out"), ""),
        }
    )  # fmt: skip


def _open(box: Box, port: Port) -> tuple[str, ...]:
    return tuple(service for service, places in box.allowed.items() if port.nameif and port.nameif in places)


def _kind(port: Port) -> str:
    lowered = port.name.lower()
    for start, kind in (("vlan", "vlan"), ("port-channel", "lag"), ("bvi", "bridge"), ("tunnel", "tunnel"), ("loopback", "loopback")):
        if lowered.startswith(start):
            return kind if "." not in lowered else "vlan"
    return "vlan" if "." in port.name else "ethernet"


def _role(box: Box, port: Port, lowest: int | None) -> str:
    """By its name and its side of the default route; the levels between the two ends are a perimeter's."""
    if not port.nameif:
        return ""
    if port.management:
        return "management"
    defaults = {route.interface for route in box.reading.routes if route.destination in ("0.0.0.0/0", "::/0")}
    if port.nameif in defaults or port.default_route or port.ppp:
        return "wan"
    if port.nameif.lower() == "outside" or (port.security_level == 0 and lowest == 0 and not defaults):
        return "wan"
    if port.security_level == 100:
        return "lan"
    return "dmz" if port.level is not None and 0 < port.level < 100 else ""


def _vlan_of(port: Port) -> int | None:
    digits = port.name[4:] if port.name.lower().startswith("vlan") else ""
    number = port.vlan if port.vlan is not None else int(digits) if digits.isdigit() else None
    return number if number is None or number <= 4095 else None


def _mac_of(text: str) -> str | None:
    try:
        return normal_mac(text) if text else None
    except ValueError:
        return None


def _switch_port(port: Port) -> SwitchPort:
    trunk = port.mode == "trunk"
    return SwitchPort.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "mode": "trunk" if trunk else "access",
            "untagged_vlan": None if trunk else port.access_vlan if port.access_vlan is not None else 1, "tagged_vlans": port.allowed,
            "speed": port.speed, "duplex": port.duplex,
        }
    )  # fmt: skip


def _vlans(box: Box) -> None:
    own = {number: port for port in box.ports.values() if (number := _vlan_of(port)) is not None}
    access = {each.untagged_vlan for each in box.reading.switch_ports if each.untagged_vlan is not None}
    for number in sorted({*own, *access}):
        port = own.get(number)
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=port.nameif if port else "", addresses=tuple(port.addresses) if port else (),
                untagged_ports=tuple(each.name for each in box.reading.switch_ports if each.untagged_vlan == number),
                tagged_ports=tuple(
                    each.name for each in box.reading.switch_ports if number in vlan_list.numbers(each.tagged_vlans)
                ) + ((port.name,) if port and "." in port.name else ()),
            )
        )  # fmt: skip


HANDLERS: dict[str, Handler[Box]] = {
    "interface": interface,
    "nameif": flat_nameif,
    "ip address": flat_address,
    "mtu": mtu,
}

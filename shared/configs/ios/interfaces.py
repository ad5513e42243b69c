"""Interfaces, switch ports and VLANs of IOS.

Source: Cisco IOS Interface and Hardware Component Command Reference; Catalyst 2960 and 9200 Layer 2 guides. A port without ``switchport
mode`` is dynamic: it becomes a trunk only where the other end wants one, so its access VLAN counts. A trunk without a list carries all
VLANs; its native one goes untagged.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.configs import values, vlan_list
from shared.configs.cisco_lists import Use
from shared.configs.dispatch import Handler, dispatch
from shared.configs.ios.interface_passed import PASSED
from shared.configs.ios.state import Box, Port, full_name
from shared.configs.ios.switch_ports import SWITCHED
from shared.configs.statement import Statement


@dataclass(slots=True)
class Here:
    """The interfaces that the statements of a block are about: several under ``interface range``."""

    box: Box
    ports: list[Port]


Part = Callable[[Box, Port, list[str]], bool | None]


def interface(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[1] == "range":
        listed = list(vlan_list.ports("".join(words[2:])))
    else:
        # words after the name say what kind of link it is: "point-to-point", "multipoint"
        listed = [full_name("".join(words[1:3])) if len(words) > 2 and words[2][:1].isdigit() else words[1]]
    here = Here(box, [box.ports.setdefault(name, Port(name, statement.line)) for name in listed])
    dispatch(box.reading, here, statement.children, _PORT, PASSED)


def _each(part: Part) -> Handler[Here]:
    def handle(here: Here, statement: Statement) -> bool | None:
        understood: bool | None = None
        for port in here.ports:
            if part(here.box, port, statement.words) is False:
                understood = False
        return understood

    return handle


# --- addresses ---


def _address(box: Box, port: Port, words: list[str]) -> bool | None:
    """``ip address 10.0.0.1 255.255.255.0 [secondary]``, ``dhcp``, ``negotiated``; FRR: ``ip address 10.0.0.1/24``."""
    port.routed = True
    if words[2] in ("dhcp", "negotiated", "pool", "autoconfig"):
        port.dhcp_client, port.ppp = words[2] == "dhcp", words[2] == "negotiated"
        return None
    mask = words[3] if len(words) > 3 and "." in words[3] else ""
    port.addresses.append(values.with_length(words[2], mask))
    return None


def _address6(box: Box, port: Port, words: list[str]) -> bool | None:
    """``2001:db8::1/64 [eui-64]``; a link's own address is told by each box itself."""
    port.routed = True
    word = words[2]
    if word in ("dhcp", "autoconfig"):
        port.dhcp_client = port.dhcp_client or word == "dhcp"
    elif "/" in word and values.is_network(word):
        # with eui-64 the text has the network, not the address
        port.addresses.append(str(values.with_length(word)))
    elif words[-1] != "link-local" and not values.is_network(word.partition("/")[0]):
        # "ipv6 address PREFIX-NAME ::1/64": the prefix comes from the provider
        port.unnumbered = " ".join(words[2:])
    return None


def _no_address(box: Box, port: Port, words: list[str]) -> None:
    port.routed = True


def _unnumbered(box: Box, port: Port, words: list[str]) -> None:
    port.routed, port.unnumbered = True, full_name("".join(words[2:]))


def _helper(box: Box, port: Port, words: list[str]) -> None:
    """``ip helper-address [global | vrf X] 10.0.0.1``"""
    port.helpers.append(next(word for word in words[2:] if values.is_address(word)))


# --- filters ---


def _access_group(box: Box, port: Port, words: list[str]) -> bool | None:
    """``ip access-group X in``; on a switch port ``ipv6 traffic-filter X in``."""
    way = words[3]
    if way not in ("in", "out"):
        return False
    port.lists[way, "ipv6" if words[0] == "ipv6" else "ipv4"] = words[2]
    box.use(words[2], Use("in" if way == "in" else "out", port.name))
    return None


def _zone(box: Box, port: Port, words: list[str]) -> None:
    port.zone = words[2]
    box.zones.setdefault(words[2], "")


def _nat(box: Box, port: Port, words: list[str]) -> bool | None:
    if words[2] not in ("inside", "outside", "enable"):
        return False
    port.nat = words[2]
    return None


def _crypto(box: Box, port: Port, words: list[str]) -> None:
    port.crypto_map = words[2]


# --- how it is ---


def _shutdown(box: Box, port: Port, words: list[str]) -> None:
    port.enabled = words[0] == "no"


def _description(box: Box, port: Port, words: list[str]) -> None:
    port.description = " ".join(words[1:])


def _understood(box: Box, port: Port, words: list[str]) -> None:
    """The default, or what has no field of its own."""


def _vrf(box: Box, port: Port, words: list[str]) -> None:
    port.vrf, port.routed = words[-1], True


def _dot1q(box: Box, port: Port, words: list[str]) -> bool | None:
    if words[1] in ("dot1Q", "dot1q", "isl"):
        port.dot1q = int(words[2])
        return None
    port.ppp = port.ppp or words[1] == "ppp"
    return None


def _mtu(box: Box, port: Port, words: list[str]) -> None:
    port.mtu_bytes = int(words[1])


def _mac(box: Box, port: Port, words: list[str]) -> None:
    port.mac = words[1]


def _speed(box: Box, port: Port, words: list[str]) -> None:
    port.speed = " ".join(words[1:])


def _duplex(box: Box, port: Port, words: list[str]) -> None:
    port.duplex = words[1] if words[0] == "duplex" else words[0].removesuffix("-duplex")


def _dialer(box: Box, port: Port, words: list[str]) -> None:
    """``dialer pool 1`` on a dialer, ``pppoe-client dial-pool-number 1`` on the line below it."""
    if words[0] == "dialer" and words[1] == "pool":
        port.dialer = words[2]


def _power(box: Box, port: Port, words: list[str]) -> None:
    port.poe = words[2] != "never" and words[0] != "no"


# --- tunnels ---


def _tunnel(box: Box, port: Port, words: list[str]) -> bool | None:
    kind, rest = words[1], words[2:]
    if kind == "source":
        port.tunnel.source = full_name("".join(rest))
    elif kind == "destination":
        port.tunnel.destination = " ".join(rest)
    elif kind == "mode":
        port.tunnel.mode = " ".join(rest)
    elif kind == "protection":
        port.tunnel.profile = rest[2]
    else:
        return False
    return None


def _nhrp(box: Box, port: Port, words: list[str]) -> None:
    """``ip nhrp nhs 10.0.0.1 nbma 1.2.3.4 multicast``, ``ip nhrp map 10.0.0.1 1.2.3.4``: who the hub is."""
    if words[2] == "nhs":
        at = words.index("nbma") + 1 if "nbma" in words else 3
        port.tunnel.nhrp.append(words[at])
    elif words[2] == "map" and len(words) > 4 and values.is_address(words[3]):
        port.tunnel.nhrp.append(words[4])


_PARTS: dict[str, Part] = {
    "description": _description,
    "shutdown": _shutdown,
    "no shutdown": _shutdown,
    "no shut": _shutdown,
    "ip address": _address,
    "no ip address": _no_address,
    "ipv6 address": _address6,
    "ip unnumbered": _unnumbered,
    "ip helper-address": _helper,
    "ip access-group": _access_group,
    "ipv6 traffic-filter": _access_group,
    "zone-member security": _zone,
    "ip nat": _nat,
    "crypto map": _crypto,
    "vrf forwarding": _vrf,
    "ip vrf forwarding": _vrf,
    "encapsulation": _dot1q,
    "mtu": _mtu,
    "mac-address": _mac,
    "speed": _speed,
    "duplex": _duplex,
    "full-duplex": _duplex,
    "half-duplex": _duplex,
    "dialer pool": _dialer,
    "power inline": _power,
    "no power inline": _power,
    **SWITCHED,
    "tunnel source": _tunnel,
    "tunnel destination": _tunnel,
    "tunnel mode": _tunnel,
    "tunnel protection": _tunnel,
    "ip nhrp nhs": _nhrp,
    "ip nhrp map": _nhrp,
}
_PORT: dict[str, Handler[Here]] = {first: _each(part) for first, part in _PARTS.items()}


# --- VLANs ---


def vlan(box: Box, statement: Statement) -> bool | None:
    """``vlan 12`` with its name below; ``vlan 100,200-210`` has none."""
    words = statement.words
    if not words[1][:1].isdigit():
        return False
    numbers = vlan_list.numbers("".join(words[1:2]))
    for number in numbers:
        box.vlans.setdefault(number, "")
    if words[2:3] == ["name"]:
        box.vlans[numbers[0]] = words[3]
    for child in statement.children:
        if not child.noise and child.words[0] == "name":
            for number in numbers:
                box.vlans[number] = " ".join(child.words[1:])
        elif not child.noise:
            box.reading.pass_over("VLAN settings", child)
    return None


HANDLERS: dict[str, Handler[Box]] = {"interface": interface, "vlan": vlan}

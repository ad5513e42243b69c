"""The switch sw01: an HP 2530-24G (J9776A): 24 copper ports and 4 for fibre.

Source: RFC 4188 (BRIDGE-MIB), RFC 4363 (Q-BRIDGE-MIB), RFC 6933 (ENTITY-MIB), IEEE 802.1AB-2005 (LLDP-MIB); the object identifier is
hpSwitchJ9776A of HP-ICF-OID. What is plugged in where is ``truth.links``.
"""

from collections.abc import Iterator

from tests.labs.demo.recordings import (
    DOWN,
    ETHERNET,
    GAUGE,
    HEX,
    INTEGER,
    OBJECT,
    TEXT,
    UP,
    Row,
    hex_mac,
    interface,
    lines,
    mac_index,
    own_address,
    system,
)
from tests.labs.demo.truth import Host, Truth

OBJECT_ID = "1.3.6.1.4.1.11.2.3.7.11.140"
PORTS = 28
_PROP_VIRTUAL = 53
_VLAN_INDEX = 57
"""ifIndex of VLAN 1's own interface, which has the address."""
_BRIDGE = "1.3.6.1.2.1.17"
_LLDP = "1.0.8802.1.1.2.1"
_LEARNED = 3
_LAN_VLAN = 1
_CHASSIS_BY_MAC, _PORT_BY_NAME, _PORT_LOCAL = 4, 5, 7


def _port_mac(host: Host, port: int) -> str:
    """Counted down from the end of the block that the base address begins, as the maker does."""
    return f"{host.mac[:-2]}{0xFF - port:02x}"


def _interfaces(host: Host, truth: Truth) -> Iterator[Row]:
    for port in range(1, PORTS + 1):
        host_there = truth.links[port][0] if port in truth.links else None
        state, alias = (UP, host_there.switch_alias) if host_there else (DOWN, "")
        yield from interface(port, str(port), ETHERNET, _port_mac(host, port), state, 1000, alias)
    yield from interface(_VLAN_INDEX, truth.vlans[_LAN_VLAN], _PROP_VIRTUAL, host.mac, UP, 1000)
    yield "1.3.6.1.2.1.2.1.0", INTEGER, PORTS + 1


def _bridge(host: Host, truth: Truth) -> Iterator[Row]:
    yield f"{_BRIDGE}.1.1.0", HEX, hex_mac(host.mac)
    yield f"{_BRIDGE}.1.2.0", INTEGER, PORTS
    yield f"{_BRIDGE}.1.3.0", INTEGER, 2
    for port in range(1, PORTS + 1):
        yield f"{_BRIDGE}.1.4.1.1.{port}", INTEGER, port
        yield f"{_BRIDGE}.1.4.1.2.{port}", INTEGER, port
        yield f"{_BRIDGE}.7.1.4.5.1.1.{port}", GAUGE, truth.vlan(truth.links[port][1]) if port in truth.links else _LAN_VLAN
    for port, (_, plugged) in truth.links.items():
        if plugged.mac is None:
            raise ValueError(f"port {port} of the switch leads to an interface without a MAC address")
        vlan = truth.vlan(plugged)
        row = mac_index(plugged.mac)
        yield f"{_BRIDGE}.4.3.1.1.{row}", HEX, hex_mac(plugged.mac)
        yield f"{_BRIDGE}.4.3.1.2.{row}", INTEGER, port
        yield f"{_BRIDGE}.4.3.1.3.{row}", INTEGER, _LEARNED
        yield f"{_BRIDGE}.7.1.2.2.1.2.{vlan}.{row}", INTEGER, port
        yield f"{_BRIDGE}.7.1.2.2.1.3.{vlan}.{row}", INTEGER, _LEARNED


def _vlans(truth: Truth) -> Iterator[Row]:
    for vlan, name in truth.vlans.items():
        yield f"{_BRIDGE}.7.1.4.2.1.3.0.{vlan}", GAUGE, vlan
        yield f"{_BRIDGE}.7.1.4.3.1.1.{vlan}", TEXT, name
        yield f"{_BRIDGE}.7.1.4.3.1.5.{vlan}", INTEGER, 1


def _chassis(host: Host) -> Iterator[Row]:
    table = "1.3.6.1.2.1.47.1.1.1.1"
    yield f"{table}.2.1", TEXT, f"HP J9776A {host.model} Switch"
    yield f"{table}.3.1", OBJECT, OBJECT_ID
    yield f"{table}.4.1", INTEGER, 0
    yield f"{table}.5.1", INTEGER, 3
    yield f"{table}.6.1", INTEGER, -1
    yield f"{table}.7.1", TEXT, "Chassis"
    yield f"{table}.9.1", TEXT, "YA.15.20"
    yield f"{table}.10.1", TEXT, "YA.16.11.0015"
    yield f"{table}.11.1", TEXT, host.serial
    yield f"{table}.12.1", TEXT, "Hewlett-Packard"
    yield f"{table}.13.1", TEXT, "J9776A"
    yield f"{table}.16.1", INTEGER, 1


def _lldp(host: Host, truth: Truth) -> Iterator[Row]:
    """What the switch says of itself, and that it hears the firewall."""
    yield f"{_LLDP}.3.1.0", INTEGER, _CHASSIS_BY_MAC
    yield f"{_LLDP}.3.2.0", HEX, hex_mac(host.mac)
    yield f"{_LLDP}.3.3.0", TEXT, host.name
    yield f"{_LLDP}.3.4.0", TEXT, host.description
    for port in range(1, PORTS + 1):
        yield f"{_LLDP}.3.7.1.2.{port}", INTEGER, _PORT_LOCAL
        yield f"{_LLDP}.3.7.1.3.{port}", TEXT, str(port)
        yield f"{_LLDP}.3.7.1.4.{port}", TEXT, str(port)
    firewall = truth.host(truth.firewall.host)
    inside = firewall.lan
    if inside is None or firewall.switch_port is None:
        return
    row = f"0.{firewall.switch_port}.1"
    yield f"{_LLDP}.4.1.1.4.{row}", INTEGER, _CHASSIS_BY_MAC
    yield f"{_LLDP}.4.1.1.5.{row}", HEX, hex_mac(firewall.mac)
    yield f"{_LLDP}.4.1.1.6.{row}", INTEGER, _PORT_BY_NAME
    yield f"{_LLDP}.4.1.1.7.{row}", TEXT, inside.name
    yield f"{_LLDP}.4.1.1.8.{row}", TEXT, inside.name
    yield f"{_LLDP}.4.1.1.9.{row}", TEXT, f"{firewall.name}.{truth.domain}"
    yield f"{_LLDP}.4.1.1.10.{row}", TEXT, "Debian GNU/Linux"
    yield f"{_LLDP}.4.1.1.11.{row}", HEX, "2800"
    yield f"{_LLDP}.4.1.1.12.{row}", HEX, "0800"
    yield f"{_LLDP}.4.2.1.3.{row}.1.4.{inside.address}", INTEGER, 2
    yield f"{_LLDP}.4.2.1.4.{row}.1.4.{inside.address}", INTEGER, 2
    yield f"{_LLDP}.4.2.1.5.{row}.1.4.{inside.address}", OBJECT, "1.3.6.1.2.1.31.1.1.1.1.2"


def recording(host: Host, truth: Truth) -> str:
    rows: list[Row] = [*system(host, truth, OBJECT_ID, services=2, days_up=74), *_interfaces(host, truth), *own_address(host, _VLAN_INDEX)]
    return lines([*rows, *_bridge(host, truth), *_vlans(truth), *_chassis(host), *_lldp(host, truth)])

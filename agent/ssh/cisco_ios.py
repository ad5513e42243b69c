"""Cisco IOS and IOS-XE over SSH. Source: Cisco's IOS command references; netmiko's driver of this name; tables by ntc-templates.

Some tables print a port's short name (``Gi1/0/1``), others the whole one; here they all have the whole one, so that they can be joined.
Each command fails by itself where the box has no such feature: a router has no MAC address table, a switch no DHCP bindings.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    InterfaceAddress,
    InterfaceSeen,
    LeaseSeen,
    NeighbourSeen,
    Observation,
    Provenance,
    RouteSeen,
    SystemSeen,
    VlanSeen,
)

PLATFORM = "cisco_ios"
CHANNEL = "shell"
TYPES = ("terminal width 511", "terminal length 0", "enable")
RIGHTS = "a user of privilege level 15, or one who may run show running-config view full; level 1 sees the tables and no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.9.1"), Description("Cisco IOS Software"), Description("Cisco Internetwork Operating System"))

ASK = {
    "running_config": ("show running-config", "show running-config view full"),
    "version": ("show version",),
    "interfaces": ("show interfaces",),
    "arp": ("show ip arp",),
    "mac_table": ("show mac address-table", "show mac-address-table"),
    "lldp": ("show lldp neighbors detail",),
    "cdp": ("show cdp neighbors detail",),
    "routes": ("show ip route",),
    "vlans": ("show vlan brief", "show vlan"),
    "leases": ("show ip dhcp binding",),
}
CONFIGURATION = ("running_config",)
_LONG = {
    "Gi": "GigabitEthernet", "Fa": "FastEthernet", "Te": "TenGigabitEthernet", "Eth": "Ethernet", "Et": "Ethernet", "Po": "Port-channel",
    "Tw": "TwoGigabitEthernet", "Two": "TwoGigabitEthernet", "Fi": "FiveGigabitEthernet", "Twe": "TwentyFiveGigE",
    "Fo": "FortyGigabitEthernet",
    "Hu": "HundredGigE", "Vl": "Vlan", "Lo": "Loopback", "Tu": "Tunnel", "Se": "Serial", "Ap": "AppGigabitEthernet", "mgmt": "mgmt",
}  # fmt: skip
_SHORT = re.compile(r"^([A-Za-z]+?)\s*(\d[\d/.:]*)$")
_ORIGINS = {"C": "connected", "L": "local", "S": "static", "R": "rip", "O": "ospf", "B": "bgp", "D": "eigrp", "i": "isis", "M": "mobile"}


def whole_name(port: str) -> str:
    """``Gi1/0/1`` -> ``GigabitEthernet1/0/1``"""
    found = _SHORT.match(port.strip())
    return f"{_LONG.get(found[1], found[1])}{found[2]}" if found else port.strip()


def read_version(text: str) -> Iterator[Observation]:
    found = rows(PLATFORM, "show version", text)
    if not found:
        raise Unparsed("the answer to 'show version' has another form than is known", text)
    row = found[0]
    model, serial = cell(row, "hardware").partition(",")[0], cell(row, "serial").partition(",")[0]
    xe = "IOS-XE" in text or "IOS XE" in text
    yield SystemSeen(
        name=cell(row, "hostname"), vendor="Cisco", model=model, serial=serial, os="IOS XE" if xe else "IOS", os_version=cell(row,
        "version"),
    )  # fmt: skip


def read_interfaces(text: str) -> Iterator[Observation]:
    """Their numbers are counted: the box's own are those of SNMP."""
    for index, row in enumerate(rows(PLATFORM, "show interfaces", text), start=1):
        address, length = cell(row, "ip_address"), cell(row, "prefix_length")
        own = (InterfaceAddress(address=address, prefix_length=int(length) if length.isdigit() else None),) if address else ()
        mac, mtu, status = cell(row, "mac_address"), cell(row, "mtu"), cell(row, "link_status")
        yield InterfaceSeen(
            index=index, name=cell(row, "interface"), alias=cell(row, "description"), description=cell(row, "hardware_type"),
            mac=normal_mac(mac) if mac else None, admin_up="administratively down" not in status,
            oper_up=cell(row, "protocol_status").startswith("up"), speed_bps=_speed(cell(row, "speed")),
            mtu_bytes=int(mtu) if mtu.isdigit() else None, addresses=own,
        )  # fmt: skip


def _speed(text: str) -> int | None:
    """``1000Mb/s``, ``10Gb/s``, ``100 Mbps``"""
    found = re.match(r"(\d+)\s*([MG])b", text)
    return int(found[1]) * (1_000_000 if found[2] == "M" else 1_000_000_000) if found else None


def read_arp(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show ip arp", text):
        if (mac := cell(row, "mac_address")) != "Incomplete":
            provenance = Provenance.OWN_TABLE if cell(row, "age") == "-" else Provenance.THIRD_PARTY
            yield AddressSeen(address=cell(row, "ip_address"), mac=normal_mac(mac), provenance=provenance, interface=cell(row, "interface"))


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show mac address-table", text):
        vlan, ports = cell(row, "vlan_id"), row["destination_port"]
        for port in ports if isinstance(ports, list) else [ports]:
            # the box's own addresses stand behind its processor
            if port and port not in ("CPU", "Router", "Switch", "Drop", "-") and cell(row, "type").upper() != "STATIC":
                yield BridgeEntrySeen(
                    mac=normal_mac(cell(row, "destination_address")), port=whole_name(port), vlan=int(vlan) if vlan.isdigit() else None
                )


def read_lldp(text: str) -> Iterator[Observation]:
    if re.match(r"\s*% ?LLDP is not enabled", text):
        return
    for row in rows(PLATFORM, "show lldp neighbors detail", text):
        chassis, address = cell(row, "chassis_id"), cell(row, "mgmt_address")
        yield NeighbourSeen(
            protocol="lldp", local_port=whole_name(cell(row, "local_interface")), chassis_mac=_mac(chassis), chassis_id=chassis,
            port_id=cell(row, "neighbor_port_id"), port_description=cell(row, "neighbor_interface"), name=cell(row, "neighbor_name"),
            description=cell(row, "neighbor_description"), addresses=(address,) if re.fullmatch(r"[\d.]+", address) else (),
        )  # fmt: skip


def read_cdp(text: str) -> Iterator[Observation]:
    if re.match(r"\s*% ?CDP is not enabled", text):
        return
    for row in rows(PLATFORM, "show cdp neighbors detail", text):
        address = cell(row, "mgmt_address")
        yield NeighbourSeen(
            protocol="cdp", local_port=whole_name(cell(row, "local_interface")), port_id=whole_name(cell(row, "neighbor_interface")),
            name=cell(row, "neighbor_name"), description=f"{cell(row, 'platform')} {cell(row, 'neighbor_description')}".strip(),
            addresses=(address,) if re.fullmatch(r"[\d.]+", address) else (),
        )  # fmt: skip


def _mac(text: str) -> str | None:
    try:
        return normal_mac(text)
    except ValueError:
        return None


def read_routes(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show ip route", text):
        letter, length, metric = cell(row, "protocol"), cell(row, "prefix_length"), cell(row, "metric")
        yield RouteSeen(
            route=Route(
                destination=f"{cell(row, 'network')}/{length}", gateway=cell(row, "nexthop_ip") or None,
                interface=whole_name(cell(row, "nexthop_if")), metric=int(metric) if metric.isdigit() else None, table=cell(row, "vrf"),
                origin=_ORIGINS.get(letter, letter),
            )
        )  # fmt: skip


def read_vlans(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show vlan", text):
        number = int(cell(row, "vlan_id"))
        if 1 <= number <= 4094:
            yield VlanSeen(vlan=number, name=cell(row, "vlan_name"))


_LEASE = re.compile(r"^(\d+\.\d+\.\d+\.\d+)\s+([0-9A-Fa-f.]{14,24})\b", re.MULTILINE)


def read_leases(text: str) -> Iterator[Observation]:
    """By hand: a client's identifier may go on over lines, which no template knows. ``0100.1b21.aabb.cc``: 01 is Ethernet."""
    if "IP address" not in text:
        raise Unparsed("the answer to 'show ip dhcp binding' has another form than is known", text)
    for found in _LEASE.finditer(text):
        digits = found[2].replace(".", "")
        if mac := _mac(digits[2:] if len(digits) == 14 and digits.startswith("01") else digits):
            yield LeaseSeen(address=found[1], mac=mac)

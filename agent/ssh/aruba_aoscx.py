"""Aruba AOS-CX switches over SSH. Source: AOS-CX 10.13 Fundamentals and Monitoring guides; ntc-templates' of this name."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, address_of, learned, neighbour, speed_bps
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.errors import Unparsed
from shared.observation import InterfaceSeen, Observation, SystemSeen, VlanSeen

PLATFORM = "aruba_aoscx"
CHANNEL = "shell"
TYPES = ("no page",)
RIGHTS = "a user of the group administrators; operators see no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.47196.4.1.1"), Description("Aruba JL"), Description("Aruba R"), Description("ArubaOS-CX"))

ASK = {
    "running_config": ("show running-config",),
    "system": ("show system",),
    "interfaces": ("show interface",),
    "vlans": ("show vlan",),
    "mac_table": ("show mac-address-table",),
    "neighbours": ("show lldp neighbor-info detail", "show lldp neighbors-info detail"),
    "arp": ("show arp all-vrfs", "show arp"),
}
CONFIGURATION = ("running_config",)
_NEIGHBOUR = {
    "chassis": ("chassis_id",), "port": ("neighbor_port_id",), "name": ("neighbor_name",), "description": ("neighbor_description",),
    "port_description": ("neighbor_interface",), "address": ("mgmt_address",),
}  # fmt: skip


def read_system(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show system", text):
        yield SystemSeen(
            name=cell(row, "hostname"), location=cell(row, "location"), contact=cell(row, "contact"), vendor=cell(row, "vendor"),
            model=cell(row, "product"), serial=cell(row, "serial"), os="AOS-CX", os_version=cell(row, "version"),
        )  # fmt: skip


_BEGIN = re.compile(r"^\s*(?:Interface|Aggregate) (\S+) is (up|down)", re.MULTILINE)


def read_interfaces(text: str) -> Iterator[Observation]:
    """By hand: releases add lines that stop the template."""
    starts = list(_BEGIN.finditer(text))
    if not starts and text.strip():
        raise Unparsed("no interface is told", text)
    for index, begun in enumerate(starts, 1):
        end = starts[index].start() if index < len(starts) else len(text)
        said = text[begun.start() : end][:4_000]
        mac = re.search(rf"MAC Address\s*: ({MAC})", said)
        mtu = re.search(r"^\s*MTU (\d{2,5})", said, re.MULTILINE)
        speed = re.search(r"^\s*Speed (\d+) Mb/s", said, re.MULTILINE)
        described = re.search(r"^\s*Description: *(\S[^\n]*)", said, re.MULTILINE)
        yield InterfaceSeen(
            index=index, name=begun[1], alias=described[1].strip() if described else "", oper_up=begun[2] == "up",
            admin_up="Admin state is up" in said, mac=normal_mac(mac[1]) if mac else None, mtu_bytes=int(mtu[1]) if mtu else None,
            speed_bps=speed_bps(speed[1]) if speed and speed[1] != "0" else None,
        )  # fmt: skip


_VLAN = re.compile(r"^(\d{1,4})\s+(\S.*?)\s+(?:up|down)\s", re.MULTILINE)


def read_vlans(text: str) -> Iterator[Observation]:
    for number, name in _VLAN.findall(text):
        if 1 <= int(number) <= 4094:
            yield VlanSeen(vlan=int(number), name=name)


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show mac-address-table", text):
        yield from learned(cell(row, "mac_address"), cell(row, "port"), cell(row, "vlan_id"))


def read_neighbours(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show lldp neighbors-info detail", text):
        said = {name: value for name, value in row.items() if isinstance(value, str)}
        yield from neighbour(cell(row, "local_interface"), said, _NEIGHBOUR)


def read_arp(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show arp all-vrfs", text):
        yield address_of(cell(row, "ip_address"), cell(row, "mac_address"), cell(row, "port_id"))

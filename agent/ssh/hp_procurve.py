"""HP ProCurve and ArubaOS-Switch over SSH. Source: ArubaOS-Switch Basic Operation guide 16.10; ntc-templates' of this name."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, arp_lines, facts, interfaces, learned, neighbour
from agent.ssh.tables import cell, rows
from shared.observation import Observation, SystemSeen, VlanSeen

PLATFORM = "hp_procurve"
CHANNEL = "shell"
TYPES = ("enable", "no page", "terminal width 511")
RIGHTS = "a manager; an operator sees no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.11.2.3.7.11"), Description("ProCurve"), Description("HP J"), Description("Aruba J"))

ASK = {
    "running_config": ("show running-config",),
    "system": ("show system", "show system information"),
    "interfaces": ("show interfaces brief",),
    "vlans": ("show vlans",),
    "mac_table": ("show mac-address",),
    "neighbours": ("show lldp info remote-device detail",),
    "arp": ("show arp",),
}
CONFIGURATION = ("running_config",)
_NEIGHBOUR = {
    "chassis": ("chassis_id",), "port": ("neighbor_interface",), "name": ("neighbor_name",), "description": ("neighbor_description",),
    "port_description": ("neighbor_interface_description",), "address": ("mgmt_address",),
}  # fmt: skip


def read_system(text: str) -> Iterator[Observation]:
    said = facts(re.sub(r"\s{2,}(?=(?:Base MAC|Serial Number|Memory|Free|Packet|Buffers)\b)", "\n", text))
    yield SystemSeen(
        vendor="HPE", name=said.get("system name", ""), location=said.get("system location", ""), contact=said.get("system contact", ""),
        os_version=said.get("software revision", ""), serial=said.get("serial number", ""),
    )  # fmt: skip


def read_interfaces(text: str) -> Iterator[Observation]:
    found = rows(PLATFORM, "show interfaces brief", text)
    # a trunk's member is told as 49-Trk1
    named = [{**row, "port": cell(row, "port").partition("-Trk")[0]} for row in found]
    yield from interfaces(named, "port", ("status", "up"), speed="mode", enabled="enabled")


def read_vlans(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show vlans", text):
        yield VlanSeen(vlan=int(cell(row, "vlan_id")), name=cell(row, "vlan_name"))


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show mac-address", text):
        yield from learned(cell(row, "mac_address"), cell(row, "port"), cell(row, "vlan_id"))


def read_neighbours(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show lldp info remote-device detail", text):
        said = {name: value for name, value in row.items() if isinstance(value, str)}
        yield from neighbour(cell(row, "local_interface"), said, _NEIGHBOUR)


_ARP = re.compile(rf"^\s*(?P<ip>\d+(?:\.\d+){{3}})\s+(?P<mac>{MAC})\s+\S+\s*(?P<interface>\S*)")


def read_arp(text: str) -> Iterator[Observation]:
    yield from arp_lines(text, _ARP)

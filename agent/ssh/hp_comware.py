"""HPE Comware and H3C switches over SSH. Source: HPE 5130 EI command references (Comware 7); ntc-templates' of this name."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, arp_lines, learned, neighbour
from agent.ssh.tables import cell, rows
from shared.observation import InterfaceSeen, Observation, SystemSeen, VlanSeen
from shared.text import one_line

PLATFORM = "hp_comware"
CHANNEL = "shell"
TYPES = ("screen-length disable",)
RIGHTS = "a user with the role network-operator; the configuration with its secrets wants network-admin or level 3"
RECOGNISE = (
    SysObjectId("1.3.6.1.4.1.25506"), Description("HP Comware"), Description("HPE Comware"), Description("H3C Comware"),
)  # fmt: skip

ASK = {
    "running_config": ("display current-configuration",),
    "version": ("display version",),
    "hardware": ("display device manuinfo",),
    "interfaces": ("display interface brief",),
    "vlans": ("display vlan brief",),
    "mac_table": ("display mac-address",),
    "neighbours": ("display lldp neighbor-information verbose", "display lldp neighbor-information"),
    "arp": ("display arp",),
}
CONFIGURATION = ("running_config",)
_NEIGHBOUR = {
    "chassis": ("chassis_id",), "port": ("neighbor_interface",), "name": ("neighbor_name",), "address": ("mgmt_address",),
    "port_description": ("neighbor_interface_description",),
}  # fmt: skip


def read_version(text: str) -> Iterator[Observation]:
    """``HPE Comware Software, Version 7.1.070, Release 3507P02``, then ``HPE 5130-48G-PoE+-4SFP+ ... uptime is 2 weeks``"""
    version = re.search(r"Software,\s+Version\s+(\S+?),\s+([\w ]+)", text)
    model = re.search(r"^((?:HPE?|H3C) \S[^\n]{2,80}?) uptime is", text, re.MULTILINE)
    yield SystemSeen(
        vendor="H3C" if text.lstrip().startswith("H3C") else "HPE", os="Comware", model=one_line(model[1]) if model else "",
        os_version=one_line(f"{version[1]}, {version[2].strip()}") if version else "",
    )  # fmt: skip


def read_hardware(text: str) -> Iterator[Observation]:
    """The first slot's; the others of a stack have serial numbers of their own."""
    for row in rows(PLATFORM, "display device manuinfo", text):
        if serial := cell(row, "device_serial_number"):
            yield SystemSeen(model=cell(row, "device_name").strip(), serial=serial)
            return


def read_interfaces(text: str) -> Iterator[Observation]:
    for index, row in enumerate(rows(PLATFORM, "display interface brief", text), 1):
        link = cell(row, "link").upper()
        yield InterfaceSeen(
            index=index, name=cell(row, "interface"), alias=cell(row, "description"), oper_up=link.startswith("UP"),
            admin_up=not link.startswith(("ADM", "*")),
        )  # fmt: skip


def read_vlans(text: str) -> Iterator[Observation]:
    for number, name in re.findall(r"^(\d{1,4})\s+(\S.*?)(?:\s{2,}.*)?$", text, re.MULTILINE):
        if 1 <= int(number) <= 4094:
            yield VlanSeen(vlan=int(number), name=name)


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "display mac-address", text):
        yield from learned(cell(row, "mac_address"), cell(row, "interface"), cell(row, "vlan_id"))


def read_neighbours(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "display lldp neighbor-information verbose", text):
        said = {name: value for name, value in row.items() if isinstance(value, str)}
        yield from neighbour(cell(row, "local_interface"), said, _NEIGHBOUR)


_ARP = re.compile(rf"^\s*(?P<ip>\d+(?:\.\d+){{3}})\s+(?P<mac>{MAC})\s+\S+\s+(?P<interface>\S+)")


def read_arp(text: str) -> Iterator[Observation]:
    yield from arp_lines(text, _ARP)

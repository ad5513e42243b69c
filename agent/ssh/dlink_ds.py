"""D-Link's managed switches over SSH. Source: D-Link DGS-3420 and DES-3528 CLI reference guides; ntc-templates for the ARP table."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, address_of, blocks, facts, learned_lines, neighbour
from agent.ssh.tables import cell, rows
from shared.address import MacKind, mac_kind, normal_mac
from shared.observation import Observation, SystemSeen

PLATFORM = "dlink_ds"
CHANNEL = "shell"
TYPES = ()
RIGHTS = "an account of the level admin. Long answers are read page by page"
RECOGNISE = (
    SysObjectId("1.3.6.1.4.1.171.10"),
    Description("D-Link DES"),
    Description("D-Link DGS"),
    Description("DGS-"),
    Description("DES-"),
)

ASK = {
    "running_config": ("show config current_config", "show config effective"),
    "switch": ("show switch",),
    "mac_table": ("show fdb",),
    "neighbours": ("show lldp remote_ports mode detailed", "show lldp remote_ports mode normal"),
    "arp": ("show arpentry",),
}
CONFIGURATION = ("running_config",)
_ROW = re.compile(rf"^\s*(?P<vlan>\d{{1,4}})\s+\S+\s+(?P<mac>{MAC})\s+(?P<port>\d+(?::\d+)?|CPU)\s+\w+")
_BEGIN = re.compile(r"^\s*Port ID ?: (\d+(?::\d+)?)\s*$", re.MULTILINE)
_NEIGHBOUR = {
    "chassis": ("chassis id",), "port": ("port id",), "name": ("system name",), "description": ("system description",),
    "port_description": ("port description",), "address": ("management address", "address"),
}  # fmt: skip


def read_switch(text: str) -> Iterator[Observation]:
    """``Device Type : DGS-3420-28TC Gigabit Ethernet Switch``"""
    said = facts(text)
    yield SystemSeen(
        vendor="D-Link", name=said.get("system name", ""), location=said.get("system location", ""), contact=said.get("system contact", ""),
        model=said.get("device type", "").split(" ")[0], os_version=said.get("firmware version", ""),
        serial=said.get("system serial number") or said.get("serial number", ""),
    )  # fmt: skip


def read_mac_table(text: str) -> Iterator[Observation]:
    yield from learned_lines(text, _ROW)


def read_neighbours(text: str) -> Iterator[Observation]:
    """A port's part begins with its own number; what the neighbour calls its port comes after ``Entity 1``."""
    for begun, said in blocks(text, _BEGIN):
        _, _, remote = said.partition("Entity")
        yield from neighbour(begun[1], facts(remote), _NEIGHBOUR)


def read_arp(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show arpentry", text):
        if mac_kind(normal_mac(cell(row, "mac_address"))) is not MacKind.EXCLUDED:
            yield address_of(cell(row, "ip_address"), cell(row, "mac_address"), cell(row, "interface"))

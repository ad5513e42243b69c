"""Dell SmartFabric OS10 switches over SSH. Source: Dell SmartFabric OS10 user guide 10.5.6."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, arp_lines, blocks, facts, learned_lines, neighbour
from shared.observation import InterfaceSeen, Observation, SystemSeen

PLATFORM = "dell_os10"
CHANNEL = "shell"
TYPES = ("terminal length 0",)
RIGHTS = "a user of the role netoperator; the configuration with its secrets wants sysadmin"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.674.11000.5000.100"), Description("Dell EMC Networking OS10"), Description("Dell SmartFabric OS10"))

ASK = {
    "running_config": ("show running-configuration",),
    "version": ("show version",),
    "interfaces": ("show interface status",),
    "mac_table": ("show mac address-table",),
    "neighbours": ("show lldp neighbors detail",),
    "arp": ("show ip arp",),
}
CONFIGURATION = ("running_config",)
_ROW = re.compile(rf"^\s*(?P<vlan>\d{{1,4}})\s+(?P<mac>{MAC})\s+\w+\s+(?P<port>[a-z-]+\d\S*)")
_ARP = re.compile(rf"^\s*(?P<ip>\d+(?:\.\d+){{3}})\s+(?P<mac>{MAC})\s+(?P<interface>\S+)")
_STATUS = re.compile(r"^(Eth|Po|Ma|Vl)\S* ?(\d[\d/:]*)\s+(.*?)\s{1,}(up|down)\s+(\S+)", re.MULTILINE)
_BEGIN = re.compile(r"^\s*Remote Chassis ID Subtype", re.MULTILINE)
_NEIGHBOUR = {
    "chassis": ("remote chassis id",), "port": ("remote port id",), "name": ("remote system name",),
    "description": ("remote system desc", "remote system description"), "port_description": ("remote port description",),
    "address": ("remote management address (ipv4)", "remote management address"),
}  # fmt: skip
_NAMES = {"Eth": "ethernet", "Po": "port-channel", "Ma": "mgmt", "Vl": "vlan"}
_UNITS = {"G": 10**9, "M": 10**6}


def read_version(text: str) -> Iterator[Observation]:
    said = facts(text)
    yield SystemSeen(vendor="Dell", os="OS10", os_version=said.get("os version", ""), model=said.get("system type", ""))


def read_interfaces(text: str) -> Iterator[Observation]:
    """``Eth 1/1/1   server 1   up   10G   full ...``: named at length, as the configuration does."""
    for index, (kind, place, alias, state, speed) in enumerate(_STATUS.findall(text), 1):
        bps = (
            int(speed[:-1]) * _UNITS[speed[-1]]
            if speed[:-1].isdigit() and len(speed) < 6 and speed[-1] in _UNITS and state == "up"
            else None
        )
        yield InterfaceSeen(index=index, name=f"{_NAMES[kind]}{place}", alias=alias.strip(), oper_up=state == "up", speed_bps=bps)


def read_mac_table(text: str) -> Iterator[Observation]:
    yield from learned_lines(text, _ROW)


def read_neighbours(text: str) -> Iterator[Observation]:
    for _, block in blocks(text, _BEGIN):
        said = facts(block)
        yield from neighbour(said.get("local port id", ""), said, _NEIGHBOUR)


def read_arp(text: str) -> Iterator[Observation]:
    yield from arp_lines(text, _ARP)

"""Cisco Small Business switches over SSH. Source: Cisco's CLI guides of the 350/550X and CBS350 series; ntc-templates' of this name."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import columns, facts, learned, neighbour, port_states
from agent.ssh.tables import cell, rows
from shared.observation import Observation, SystemSeen

PLATFORM = "cisco_s300"
CHANNEL = "shell"
TYPES = ("terminal width 511", "terminal datadump")
RIGHTS = "a user of privilege level 15; a lower level sees no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.9.6.1"), Description("SG"), Description("SF"), Description("CBS"))

ASK = {
    "running_config": ("show running-config",),
    "version": ("show version",),
    "system": ("show system",),
    "system_id": ("show system id",),
    "interfaces": ("show interfaces status",),
    "mac_table": ("show mac address-table",),
    "neighbours": ("show lldp neighbors",),
}
CONFIGURATION = ("running_config",)


def read_version(text: str) -> Iterator[Observation]:
    """``SW version 1.4.11.2``, or ``Version: 3.3.0.16`` below the active image"""
    if found := re.search(r"^(?:SW version\s+|\s+Version:\s*)(\d[\w.]+)", text, re.MULTILINE):
        yield SystemSeen(vendor="Cisco", os_version=found[1])


def read_system(text: str) -> Iterator[Observation]:
    said = facts(text)
    yield SystemSeen(
        vendor="Cisco", description=said.get("system description", ""), name=said.get("system name", ""),
        location=said.get("system location", ""), contact=said.get("system contact", ""),
        object_id=said.get("system object id", "").removeprefix("."),
    )  # fmt: skip


def read_system_id(text: str) -> Iterator[Observation]:
    """``Serial number : DNI1234567X``; of a stack a row a unit, of which the first is the device's."""
    if found := re.search(r"^\s*(?:Serial number\s*:\s*|1\s+)(\w{8,})\s*$", text, re.MULTILINE | re.IGNORECASE):
        yield SystemSeen(vendor="Cisco", serial=found[1])


def read_interfaces(text: str) -> Iterator[Observation]:
    yield from port_states(text)


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show mac address-table", text):
        yield from learned(cell(row, "destination_address"), cell(row, "destination_port"), cell(row, "vlan_id"))


def read_neighbours(text: str) -> Iterator[Observation]:
    """By hand: the template wants the capabilities in one word. Long values go on in the next line."""
    for row in columns(text):
        if len(row) >= 4:
            said = dict(zip(("chassis", "port", "name"), row[1:4], strict=True))
            yield from neighbour(row[0], said, {name: (name,) for name in said})

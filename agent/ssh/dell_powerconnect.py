"""Dell PowerConnect switches over SSH. Source: Dell PowerConnect 5400 and 5500 CLI references; ntc-templates' of this name."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import facts, learned, port_states
from agent.ssh.tables import cell, rows
from shared.observation import Observation, SystemSeen

PLATFORM = "dell_powerconnect"
CHANNEL = "shell"
TYPES = ("enable", "terminal datadump")
RIGHTS = "a user of level 15; a lower level sees no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.674.10895.30"), Description("PowerConnect"), Description("Powerconnect"))

ASK = {
    "running_config": ("show running-config",),
    "system": ("show system",),
    "version": ("show version",),
    "interfaces": ("show interfaces status",),
    "mac_table": ("show bridge address-table",),
}
CONFIGURATION = ("running_config",)


def read_system(text: str) -> Iterator[Observation]:
    said = facts(text)
    yield SystemSeen(
        vendor="Dell", description=said.get("system description", ""), name=said.get("system name", ""),
        location=said.get("system location", ""), contact=said.get("system contact", ""), serial=said.get("service tag", ""),
    )  # fmt: skip


def read_version(text: str) -> Iterator[Observation]:
    if found := re.search(r"^SW version\s+(\d[\w.]+)", text, re.MULTILINE):
        yield SystemSeen(vendor="Dell", os_version=found[1])


def read_interfaces(text: str) -> Iterator[Observation]:
    yield from port_states(text)


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show bridge address-table", text):
        yield from learned(cell(row, "destination_address"), cell(row, "destination_port"), cell(row, "vlan_id"))

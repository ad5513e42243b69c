"""TP-Link JetStream switches over SSH. Source: TP-Link's CLI reference guides for the T2600G and SG3428 series."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, blocks, facts, learned_lines, neighbour
from shared.observation import Observation, SystemSeen

PLATFORM = "tplink_jetstream"
CHANNEL = "shell"
TYPES = ("enable",)
RIGHTS = "a user of the level admin; below it there is no configuration to see. Long answers are read page by page"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.11863.1"), SysObjectId("1.3.6.1.4.1.11863.5"), Description("JetStream"))

ASK = {
    "running_config": ("show running-config",),
    "system": ("show system-info",),
    "mac_table": ("show mac address-table all", "show mac address-table"),
    "neighbours": ("show lldp neighbor-information interface",),
}
CONFIGURATION = ("running_config",)
_ROW = re.compile(rf"^\s*(?P<mac>{MAC})\s+(?P<vlan>\d{{1,4}})\s+(?P<port>[A-Za-z]+\d+(?:/\d+)*|LAG\d+)\s+\w+")
_BEGIN = re.compile(
    r"^LLDP Neighbor Information of port ((?:Gi|Te|Fa|Tw|gigabitEthernet|ten-gigabitEthernet)\s?[\d/]+)|^(?:[a-z-]+Ethernet )([\d/]+):?$",
    re.MULTILINE | re.IGNORECASE,
)  # fmt: skip
_NEIGHBOUR = {
    "chassis": ("chassis id",), "port": ("port id",), "name": ("system name",), "description": ("system description",),
    "port_description": ("port description",), "address": ("management address",),
}  # fmt: skip


def read_system(text: str) -> Iterator[Observation]:
    """``Software Version - 1.0.5 Build 20200812`` with hyphens or colons"""
    said = facts(re.sub(r"\s+-\s+", " : ", text))
    yield SystemSeen(
        vendor="TP-Link", name=said.get("system name") or said.get("device name", ""), location=said.get("system location", ""),
        contact=said.get("contact information", ""), model=said.get("hardware version", "").split(" ")[0],
        os_version=said.get("software version") or said.get("firmware version", ""), serial=said.get("serial number", ""),
        description=said.get("system description", ""),
    )  # fmt: skip


def read_mac_table(text: str) -> Iterator[Observation]:
    yield from learned_lines(text, _ROW)


def read_neighbours(text: str) -> Iterator[Observation]:
    for begun, said in blocks(text, _BEGIN):
        yield from neighbour(begun[1] or begun[2], facts(said), _NEIGHBOUR)

"""Netgear's managed switches over SSH. Source: Netgear M4300 CLI manual."""

from collections.abc import Iterator

from agent.ssh import Description, SysObjectId, switch_fastpath
from shared.observation import Observation

PLATFORM = "netgear_prosafe"
CHANNEL = "shell"
TYPES = ("enable", "terminal length 0")
RIGHTS = "a user of privilege level 15 (read and write); others see no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.4526.100"), Description("M4"), Description("GSM"), Description("NETGEAR"))

ASK = {
    "running_config": ("show running-config",),
    "version": ("show version",),
    "mac_table": ("show mac-addr-table",),
    "neighbours": ("show lldp remote-device detail all",),
    "arp": ("show arp",),
}
CONFIGURATION = ("running_config",)

read_mac_table = switch_fastpath.read_mac_table
read_neighbours = switch_fastpath.read_neighbours
read_arp = switch_fastpath.read_arp


def read_version(text: str) -> Iterator[Observation]:
    yield from switch_fastpath.read_version(text, "Netgear", "")

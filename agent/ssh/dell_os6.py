"""Dell N-Series switches (OS6) over SSH. Source: Dell N-Series CLI reference 6.6."""

from collections.abc import Iterator

from agent.ssh import Description, SysObjectId, switch_fastpath
from shared.observation import Observation

PLATFORM = "dell_os6"
CHANNEL = "shell"
TYPES = ("enable", "terminal length 0")
RIGHTS = "a user of privilege level 15; below it there is no configuration to see"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.674.10895"), Description("Dell EMC Networking N"), Description("Dell Networking N"))

ASK = {
    "running_config": ("show running-config",),
    "version": ("show version",),
    "mac_table": ("show mac address-table", "show bridge address-table"),
    "neighbours": ("show lldp remote-device detail all", "show lldp remote-device all"),
    "arp": ("show arp",),
}
CONFIGURATION = ("running_config",)

read_mac_table = switch_fastpath.read_mac_table
read_neighbours = switch_fastpath.read_neighbours
read_arp = switch_fastpath.read_arp


def read_version(text: str) -> Iterator[Observation]:
    yield from switch_fastpath.read_version(text, "Dell", "DNOS 6")

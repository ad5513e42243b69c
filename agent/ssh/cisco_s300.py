"""Cisco Small Business switches over SSH. Source: Cisco's CLI guides of the 350/550X and CBS350 series; netmiko's driver of this name."""

from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.observation import BridgeEntrySeen, Observation

PLATFORM = "cisco_s300"
CHANNEL = "shell"
TYPES = ("terminal width 511", "terminal datadump")
RIGHTS = "a user of privilege level 15; a lower level sees no configuration"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.9.6.1"), Description("SG"), Description("SF"), Description("CBS"))

ASK = {
    "running_config": ("show running-config",),
    "mac_table": ("show mac address-table",),
}
CONFIGURATION = ("running_config",)


def read_mac_table(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show mac address-table", text):
        vlan = cell(row, "vlan_id")
        # "0" is the switch's own port
        if (port := cell(row, "destination_port")) and port != "0":
            mac = normal_mac(cell(row, "destination_address"))
            yield BridgeEntrySeen(mac=mac, port=port, vlan=int(vlan) if vlan.isdigit() else None)

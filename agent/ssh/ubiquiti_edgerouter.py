"""Ubiquiti EdgeRouter (EdgeOS) over SSH. Source: EdgeOS user guide; netmiko's driver of this name; Oxidized's model ``edgeos``.

See ``agent.ssh.vyatta`` for the tables.
"""

from collections.abc import Iterator

from agent.ssh import Description, SysObjectId, vyatta
from shared.observation import Observation

PLATFORM = "ubiquiti_edgerouter"
CHANNEL = "shell"
TYPES = ("terminal width 512", "terminal length 0")
RIGHTS = "a user of level operator, which does not see secrets, or admin"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.41112.1.5"), Description("EdgeOS"))

ASK = {
    "configuration": ("show configuration commands | no-more",),
    "version": ("show version",),
    "interfaces": ("show interfaces",),
    "arp": ("show arp",),
    "routes": ("show ip route",),
    "leases": ("show dhcp leases",),
    "lldp": ("show lldp neighbors detail",),
}
CONFIGURATION = ("configuration",)

read_interfaces = vyatta.read_interfaces
read_arp = vyatta.read_arp
read_routes = vyatta.read_routes
read_leases = vyatta.read_leases
read_lldp = vyatta.read_lldp


def read_version(text: str) -> Iterator[Observation]:
    return vyatta.read_version(text, "Ubiquiti", "EdgeOS")

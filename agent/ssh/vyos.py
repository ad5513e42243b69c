"""VyOS over SSH. Source: VyOS documentation 1.2 to 1.5; netmiko's driver of this name; see ``agent.ssh.vyatta`` for the tables."""

from collections.abc import Iterator

from agent.ssh import Description, SysObjectId, vyatta
from shared.observation import Observation

PLATFORM = "vyos"
CHANNEL = "shell"
TYPES = ("set terminal width 512", "set terminal length 0")
RIGHTS = "a user of level operator or admin; an operator does not see secrets"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.44641"), Description("VyOS"), Description("Vyatta VyOS"))

ASK = {
    "configuration": ("show configuration commands | no-more",),
    "version": ("show version",),
    "interfaces": ("show interfaces",),
    "arp": ("show arp", "show ip neighbors"),
    "routes": ("show ip route",),
    "leases": ("show dhcp server leases",),
    "lldp": ("show lldp neighbors detail",),
}
CONFIGURATION = ("configuration",)

read_interfaces = vyatta.read_interfaces
read_arp = vyatta.read_arp
read_routes = vyatta.read_routes
read_leases = vyatta.read_leases
read_lldp = vyatta.read_lldp


def read_version(text: str) -> Iterator[Observation]:
    return vyatta.read_version(text, "VyOS", "VyOS")

"""OPNsense over SSH, by exec channels: a login of root would end in its menu. Sources: Oxidized's model of this name; OPNsense's manual.

The configuration is readable for root alone, or for a member of ``wheel`` with sudo. ``opnsense-version`` prints
``OPNsense 24.7.12_4 (amd64)``.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, freebsd
from agent.ssh.pfsense import read_hardware, read_serial
from shared.errors import Unparsed
from shared.observation import Observation, SystemSeen

PLATFORM = "opnsense"
CHANNEL = "exec"
RIGHTS = "root; or a member of the group wheel with sudo without a password for cat"
RECOGNISE = (Description("OPNsense"),)

ASK = {
    "config": ("cat /conf/config.xml", "sudo -n cat /conf/config.xml"),
    "version": ("opnsense-version", "/usr/local/sbin/opnsense-version"),
    "hardware": ("kenv -q smbios.system.product", "/bin/kenv -q smbios.system.product"),
    "serial": ("kenv -q smbios.system.serial", "/bin/kenv -q smbios.system.serial"),
    "interfaces": ("ifconfig -a", "/sbin/ifconfig -a"),
    "arp": ("arp -an", "/usr/sbin/arp -an"),
    "routes": ("netstat -rnW", "/usr/bin/netstat -rnW"),
    "leases": ("cat /var/dhcpd/var/db/dhcpd.leases", "cat /var/db/kea/kea-leases4.csv"),
}
CONFIGURATION = ("config",)

__all__ = ["read_hardware", "read_serial"]
read_interfaces = freebsd.read_interfaces
read_arp = freebsd.read_arp
read_routes = freebsd.read_routes
read_leases = freebsd.read_leases


def read_version(text: str) -> Iterator[Observation]:
    found = re.search(r"OPNsense (?:\w+ )?(\d+\.[\w.-]+)", text)
    if found is None:
        raise Unparsed("this is no version of OPNsense", text)
    yield SystemSeen(vendor="Deciso", os="OPNsense", os_version=found[1])

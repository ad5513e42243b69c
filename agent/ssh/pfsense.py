"""pfSense over SSH, by exec channels: a login would end in its menu. Sources: Oxidized's model of this name; pfSense's manual on the shell.

The account ``admin`` and ``root`` may read all; another needs shell access (``user-shell-access``) and sudo for the configuration.
``/etc/version`` holds the release, e.g. ``2.7.2-RELEASE``; the kernel's environment (kenv) knows what the box is.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, freebsd
from shared.errors import Unparsed
from shared.observation import Observation, SystemSeen
from shared.text import one_line

PLATFORM = "pfsense"
CHANNEL = "exec"
RIGHTS = "admin or root; or a user with shell access (user-shell-access) and sudo without a password for cat"
RECOGNISE = (Description("pfSense"),)

ASK = {
    "config": ("cat /cf/conf/config.xml", "cat /conf/config.xml", "sudo -n cat /cf/conf/config.xml"),
    "version": ("cat /etc/version",),
    "hardware": ("kenv -q smbios.system.product", "/bin/kenv -q smbios.system.product"),
    "serial": ("kenv -q smbios.system.serial", "/bin/kenv -q smbios.system.serial"),
    "interfaces": ("ifconfig -a", "/sbin/ifconfig -a"),
    "arp": ("arp -an", "/usr/sbin/arp -an"),
    "routes": ("netstat -rnW", "/usr/bin/netstat -rnW"),
    "leases": ("cat /var/dhcpd/var/db/dhcpd.leases", "cat /var/lib/kea/dhcp4.leases"),
}
CONFIGURATION = ("config",)

read_interfaces = freebsd.read_interfaces
read_arp = freebsd.read_arp
read_routes = freebsd.read_routes
read_leases = freebsd.read_leases


def read_version(text: str) -> Iterator[Observation]:
    found = re.match(r"\s*(\d+\.\d[\w.-]*)", text)
    if found is None:
        raise Unparsed("this is no version", text)
    yield SystemSeen(vendor="Netgate", os="pfSense", os_version=found[1])


def read_hardware(text: str) -> Iterator[Observation]:
    if (model := one_line(text)) and not model.startswith("kenv:"):
        yield SystemSeen(model=model)


def read_serial(text: str) -> Iterator[Observation]:
    """Boxes that somebody built have a filler in its place."""
    serial = one_line(text)
    if re.fullmatch(r"[\w.-]{4,40}", serial) and not re.match(r"(?i)default|none|not|to|system|0+$|123456", serial):
        yield SystemSeen(serial=serial)

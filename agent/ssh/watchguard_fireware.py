"""WatchGuard Firebox (Fireware) over SSH, which listens on port 4118. Source: Fireware CLI reference; netmiko's driver of this name; the
table by ntc-templates (``watchguard_firebox``).

``export config to console`` prints the same XML as the file that Policy Manager keeps. How ``show sysinfo`` looks is known from the
reference alone: what of it is in ``name : value`` is read, whatever the column.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import facts
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.configs.values import is_address
from shared.errors import Unparsed
from shared.observation import AddressSeen, Observation, Provenance, SystemSeen

PLATFORM = "watchguard_fireware"
CHANNEL = "shell"
TYPES = ()
RIGHTS = "an account of the role Device Monitor (status) for the tables; for the configuration the role Device Administrator (admin)"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.3097"), Description("Fireware"), Description("WatchGuard"))

ASK = {
    "running_config": ("export config to console",),
    "sysinfo": ("show sysinfo",),
    "arp": ("show arp",),
}
CONFIGURATION = ("running_config",)

_VERSION = re.compile(r"v?(\d+(?:\.\w+)+)")


def read_sysinfo(text: str) -> Iterator[Observation]:
    """``System Name : Firebox-T45``"""
    told = facts(text)
    name, model, serial = (
        _first(told, *names) for names in (("system name", "name"), ("system model", "model"), ("serial number", "serial"))
    )
    version = _VERSION.match(_first(told, "system version", "fireware version", "version", "os version"))
    if not (name or model or serial or version):
        raise Unparsed("the answer to 'show sysinfo' has another form than is known", text)
    yield SystemSeen(
        vendor="WatchGuard", os="Fireware", name=name, model=model, serial=serial, os_version=version[1] if version else "",
        location=_first(told, "system location", "location"), contact=_first(told, "system contact", "contact"),
    )  # fmt: skip


def _first(told: dict[str, str], *names: str) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def read_arp(text: str) -> Iterator[Observation]:
    for row in rows("watchguard_firebox", "show arp", text):
        address, mac = cell(row, "ip_address"), cell(row, "mac_address")
        if is_address(address) and mac != "incomplete":
            yield AddressSeen(address=address, mac=normal_mac(mac), provenance=Provenance.THIRD_PARTY, interface=cell(row, "interface"))

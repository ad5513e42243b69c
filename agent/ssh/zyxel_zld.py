"""Zyxel firewalls with ZLD over SSH. Source: ZLD CLI reference guide 4.x ("Status", "ARP"); the commands of the maker's own web pages."""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.switch_tables import MAC, arp_lines, facts
from shared.errors import Unparsed
from shared.observation import Observation, SystemSeen

PLATFORM = "zyxel_zld"
CHANNEL = "shell"
RIGHTS = "a user of type admin; a limited-admin reads most of it"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.890.1.15"), Description("ZyWALL"), Description("USG"), Description("ATP"), Description("VPN"))

ASK = {
    "running_config": ("show running-config",),
    "version": ("show version",),
    "serial": ("show serial-number",),
    "arp": ("show arp-table",),
}
CONFIGURATION = ("running_config",)

_ARP = re.compile(rf"^(?P<ip>\d{{1,3}}(?:\.\d{{1,3}}){{3}})\s+\S+\s+(?P<mac>{MAC})\s+\S+(?:\s+\S+)?\s+(?P<interface>\S+)\s*$")


def read_version(text: str) -> Iterator[Observation]:
    """``model : USG FLEX 200``, ``firmware version : 5.37(ABUI.1)``"""
    said = facts(text)
    if "firmware version" not in said and "model" not in said:
        raise Unparsed("the answer to 'show version' has another form than is known", text)
    yield SystemSeen(vendor="Zyxel", model=said.get("model", ""), os="ZLD", os_version=said.get("firmware version", ""))


def read_serial(text: str) -> Iterator[Observation]:
    if serial := facts(text).get("serial number", ""):
        yield SystemSeen(serial=serial)


def read_arp(text: str) -> Iterator[Observation]:
    """``192.168.1.10  ether  00:1b:21:aa:bb:cc  C  lan1``: entries that are not complete have no MAC address."""
    yield from arp_lines(text, _ARP)

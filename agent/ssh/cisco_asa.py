"""Cisco ASA over SSH. Source: ASA command reference (S to show z); netmiko's driver of this name; tables by ntc-templates.

``show running-config`` prints keys as stars: they are not wanted. ARP and routes are read by hand: a box with names prints them where the
templates want addresses.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.configs.values import is_address, prefix_length
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import (
    AddressSeen,
    InterfaceAddress,
    InterfaceSeen,
    LeaseSeen,
    Observation,
    Provenance,
    RouteSeen,
    SystemSeen,
)

PLATFORM = "cisco_asa"
CHANNEL = "shell"
TYPES = ("terminal pager 0", "enable")
RIGHTS = "a user of privilege level 15 and the enable password; level 5 with command authorization sees the tables and no configuration"
RECOGNISE = (Description("Cisco Adaptive Security Appliance"), Description("Cisco PIX"), SysObjectId("1.3.6.1.4.1.9.1.745"))

ASK = {
    "running_config": ("show running-config",),
    "version": ("show version",),
    "interfaces": ("show interface",),
    "arp": ("show arp",),
    "routes": ("show route",),
    "leases": ("show dhcpd binding",),
}
CONFIGURATION = ("running_config",)


def read_version(text: str) -> Iterator[Observation]:
    """The model is what ``Hardware:`` begins with."""
    version = re.search(r"Software Version (\S+)", text)
    if version is None:
        raise Unparsed("the answer to 'show version' has another form than is known", text)
    model = re.search(r"^Hardware:\s+([^,\s]+)", text, re.MULTILINE)
    serial = re.search(r"^Serial Number:\s*(\S+)", text, re.MULTILINE)
    name = re.search(r"^(\S+) up \d", text, re.MULTILINE)
    yield SystemSeen(
        name=name[1] if name else "", vendor="Cisco", model=model[1] if model else "", serial=serial[1] if serial else "", os="ASA",
        os_version=version[1],
    )  # fmt: skip


def read_interfaces(text: str) -> Iterator[Observation]:
    """``alias`` is what the rules call it; their numbers are counted."""
    for index, row in enumerate(rows(PLATFORM, "show interface", text), start=1):
        address, mask = cell(row, "ip_address"), cell(row, "netmask")
        own = (InterfaceAddress(address=address, prefix_length=prefix_length(mask) if mask else None),) if address else ()
        mac, mtu, status = cell(row, "mac_address"), cell(row, "mtu"), cell(row, "link_status")
        yield InterfaceSeen(
            index=index, name=cell(row, "interface"), alias=cell(row, "interface_zone"), description=cell(row, "description"),
            mac=normal_mac(mac) if mac else None, admin_up="administratively down" not in status,
            oper_up=cell(row, "protocol_status").startswith("up"), mtu_bytes=int(mtu) if mtu.isdigit() else None, addresses=own,
        )  # fmt: skip


_ARP = re.compile(r"^\s*(\S+) (\S+) ([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}) (\S+)", re.MULTILINE)


def read_arp(text: str) -> Iterator[Observation]:
    """``inside 10.0.0.5 001b.21aa.bbcc 12``: a name that stands in an address' place says nothing here."""
    found = list(_ARP.finditer(text))
    if not found and text.strip():
        raise Unparsed("the answer to 'show arp' has another form than is known", text)
    for entry in found:
        if is_address(entry[2]):
            yield AddressSeen(address=entry[2], mac=normal_mac(entry[3]), provenance=Provenance.THIRD_PARTY, interface=entry[1])


_ROUTE = re.compile(r"^([A-Za-z])\*?\s*(?:[A-Z][A-Z0-9])?\*?\s+(\d+\.\d+\.\d+\.\d+)\s+(\d+\.\d+\.\d+\.\d+)\s*(.*)$")
_VIA = re.compile(r"\[(\d+)/(\d+)\] via (\d+\.\d+\.\d+\.\d+)(?:, ([^,\s]+))?(?:, ([^,\s]+))?\s*$")
_CONNECTED = re.compile(r"(?:directly connected|connected by VPN \(advertised\)), (\S+)")
_ORIGINS = {"C": "connected", "L": "local", "S": "static", "R": "rip", "O": "ospf", "B": "bgp", "D": "eigrp", "V": "vpn", "i": "isis"}


def read_routes(text: str) -> Iterator[Observation]:
    """A route's second line has its gateway where the first was too long for both, and further gateways."""
    letter = destination = ""
    for line in text.splitlines():
        if begun := _ROUTE.match(line):
            letter, destination, rest = begun[1], f"{begun[2]}/{prefix_length(begun[3])}", begun[4]
        elif line.startswith(" ") and destination:
            rest = line.strip()
        else:
            letter = destination = ""
            continue
        if via := _VIA.search(rest):
            side = via[5] or via[4] or ""
            yield _route(destination, via[3], side, letter, int(via[2]))
        elif connected := _CONNECTED.search(rest):
            yield _route(destination, None, connected[1], letter, None)


def _route(destination: str, gateway: str | None, side: str, letter: str, metric: int | None) -> RouteSeen:
    return RouteSeen(
        route=Route(destination=destination, gateway=gateway, interface=side, metric=metric, origin=_ORIGINS.get(letter, letter))
    )


_LEASE = re.compile(r"^\s*(\d+\.\d+\.\d+\.\d+)\s+([0-9A-Fa-f.]{14,24})\s", re.MULTILINE)


def read_leases(text: str) -> Iterator[Observation]:
    """``10.0.0.10  0100.1b21.aabb.cc  3500 seconds  Automatic``: 01 is Ethernet."""
    if "IP" not in text and text.strip():
        raise Unparsed("the answer to 'show dhcpd binding' has another form than is known", text)
    for found in _LEASE.finditer(text):
        digits = found[2].replace(".", "")
        if len(digits) in (12, 14):
            yield LeaseSeen(address=found[1], mac=normal_mac(digits[-12:]))

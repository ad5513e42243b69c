"""Fortinet FortiOS over SSH: FortiGate and FortiWiFi. Source: Fortinet's CLI reference, "get" and "execute"; Oxidized's model of this name
for ``show | grep .``, whose answer comes without a pager; output of FortiOS 5.6 to 7.4.

The console's pager is a setting of the box, which is not ours to change: nothing is typed besides the questions. ntc-templates has
templates for these tables that stop at the first field of a newer release, so that they are read by hand here. Tables of one virtual
domain only are answered where the box has several and the account stands in one.
"""

import ipaddress
import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from shared.address import normal_mac
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import AddressSeen, InterfaceAddress, InterfaceSeen, LeaseSeen, Observation, Provenance, RouteSeen, SystemSeen

PLATFORM = "fortinet"
CHANNEL = "shell"
TYPES = ()
RIGHTS = "an administrator whose access profile has read on everything; the configuration of all virtual domains needs super_admin_readonly"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.12356.101"), Description("FortiGate"), Description("Fortinet"))

ASK = {
    "configuration": ("show | grep .", "show"),
    "status": ("get system status",),
    "interfaces": ("get system interface",),
    "arp": ("get system arp",),
    "routes": ("get router info routing-table all",),
    "leases": ("execute dhcp lease-list",),
}
CONFIGURATION = ("configuration",)


def read_status(text: str) -> Iterator[Observation]:
    """``Version: FortiGate-60F v7.2.8,build1639,240313 (GA.M)`` and ``Name: value`` lines."""
    said = dict(re.findall(r"^([A-Za-z][\w /-]*?): +(.*?)\s*$", text, re.MULTILINE))
    version = re.match(r"(\S+) v(\d[\d.]*)", said.get("Version", ""))
    if version is None:
        raise Unparsed("the answer tells no version", text)
    serial = said.get("Serial-Number", "")
    yield SystemSeen(
        name=said.get("Hostname", ""),
        vendor="Fortinet",
        model=version[1],
        os="FortiOS",
        os_version=version[2],
        serial=serial,
        forwards=True,
    )


_FIELD = re.compile(r"([a-z][\w-]*): ((?:(?![a-z][\w-]*: ).)*)")
_KINDS = {"physical": "ethernetCsmacd", "vlan": "l2vlan", "aggregate": "ieee8023adLag", "redundant": "ieee8023adLag", "tunnel": "tunnel"}
_KINDS |= {"loopback": "softwareLoopback", "hard-switch": "bridge", "switch": "bridge"}


def read_interfaces(text: str) -> Iterator[Observation]:
    """A line an interface: ``name: port1 mode: static ip: 192.0.2.1 255.255.255.0 status: up type: physical ...``. It gives no index."""
    lines = [line for line in text.splitlines() if line.startswith("name: ")]
    if not lines:
        raise Unparsed("the answer lists no interface", text)
    for index, line in enumerate(lines, 1):
        fields = {name: value.strip() for name, value in _FIELD.findall(line)}
        status = fields.get("status")
        yield InterfaceSeen(
            index=index, name=fields["name"], kind=_KINDS.get(fields.get("type", ""), fields.get("type", "")),
            admin_up=None if status is None else status == "up", addresses=tuple(_addresses(fields.get("ip", ""))),
        )  # fmt: skip


def _addresses(text: str) -> Iterator[InterfaceAddress]:
    address, _, mask = text.partition(" ")
    if address and address != "0.0.0.0" and mask:  # noqa: S104 - what FortiOS prints for no address
        interface = ipaddress.ip_interface(f"{address}/{mask}")
        yield InterfaceAddress(address=str(interface.ip), prefix_length=interface.network.prefixlen)


_ARP = re.compile(r"^(\d+\.\d+\.\d+\.\d+)\s+(?:\d+|-)\s+([0-9a-f:]{17})\s+(\S+)", re.MULTILINE)


def read_arp(text: str) -> Iterator[Observation]:
    """``192.0.2.7        2          00:1b:21:aa:bb:cc internal``"""
    if "Hardware Addr" not in text and not _ARP.search(text):
        raise Unparsed("the answer is no ARP table", text)
    for address, mac, interface in _ARP.findall(text):
        if mac != "00:00:00:00:00:00":
            yield AddressSeen(address=address, mac=normal_mac(mac), provenance=Provenance.THIRD_PARTY, interface=interface)


_ROUTE = re.compile(r"^([KCSRBOi])(?:[* ][A-Z0-9a-z ]{0,4})? +(\d[\d.]*/\d+) *(.*)$")
_MORE = re.compile(r"^ {8,}(?:\*> +)?(\[\d+/\d+\] via .*)$")
_METRIC = re.compile(r"\[\d+/(\d+)\] ")
_WAYS = (
    re.compile(r"via (?P<gateway>[\d.]+) \(recursive[^,]*, *(?P<interface>[^\s,)]+)"),
    re.compile(r"via (?P<interface>\S+) tunnel (?P<gateway>[\d.]+)"),
    re.compile(r"via (?P<gateway>[\d.]+)[^,]*, *(?P<interface>[^\s,]+)"),
    re.compile(r"is (?:directly connected|a summary), *(?P<interface>[^\s,]+)"),
)
_ORIGINS = {"K": "kernel", "C": "connected", "S": "static", "R": "rip", "B": "bgp", "O": "ospf", "i": "isis"}


def read_routes(text: str) -> Iterator[Observation]:
    """``S*      0.0.0.0/0 [10/0] via 192.0.2.1, wan1, [1/0]``; further ways to the same net stand on lines of their own."""
    if "Codes:" not in text and not any(_ROUTE.match(line) for line in text.splitlines()):
        raise Unparsed("the answer is no routing table", text)
    origin = destination = ""
    for line in text.splitlines():
        if found := _ROUTE.match(line):
            origin, destination, rest = _ORIGINS[found[1]], found[2], found[3]
        elif destination and (more := _MORE.match(line)):
            rest = more[1]
        else:
            continue
        if way := next((way for pattern in _WAYS if (way := pattern.search(rest))), None):
            metric = _METRIC.match(rest)
            about = {"metric": int(metric[1]) if metric else None, "origin": origin, **way.groupdict()}
            yield RouteSeen(route=Route.model_validate({"destination": destination, **about}))


_LEASE = re.compile(r"^\s+(\d+\.\d+\.\d+\.\d+)\s+([0-9a-fA-F:]{17})(?:\s|$)")
_EXPIRY = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+\w{3}\s+\d+\s+\d+:\d+:\d+\s+\d{4}\s*$")


def read_leases(text: str) -> Iterator[Observation]:
    """Under each interface's name a table; ``Hostname`` begins below its heading, columns that say nothing are blank.

    Until when a lease is good is told in the box's own time, which it does not name: it is left out."""
    column = None
    if text.strip() and "MAC-Address" not in text:
        raise Unparsed("the answer is no list of leases", text)
    for line in map(str.expandtabs, text.splitlines()):
        if "MAC-Address" in line:
            column = line.index("Hostname") if "Hostname" in line else None
        elif found := _LEASE.match(line):
            yield LeaseSeen(address=found[1], mac=normal_mac(found[2]), name=_host_name(line, column, found.end(2)))


def _host_name(line: str, column: int | None, after_mac: int) -> str:
    """It is a host's name only where it begins where the heading says."""
    if column is None or after_mac > column or len(line) <= column or line[column].isspace():
        return ""
    name = re.split(r"\s{2,}", line[column:], maxsplit=1)[0]
    return "" if _EXPIRY.match(name) else name

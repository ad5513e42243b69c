"""Juniper Junos over SSH: SRX, EX, MX. Source: Junos CLI reference; ntc-templates; Oxidized's model for the account's class.

Single commands over exec channels. An account other than root has the CLI as its shell; root has a Unix shell, where ``cli -c`` asks the
CLI, the second choice of each command. Tables are read by hand where ntc-templates' template knows only some names of VLANs or stops at a
port without a description.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId
from agent.ssh.tables import cell, rows
from shared.address import normal_mac
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    InterfaceAddress,
    InterfaceSeen,
    LeaseSeen,
    NeighbourSeen,
    Observation,
    Provenance,
    RouteSeen,
    SystemSeen,
    VlanSeen,
)

PLATFORM = "juniper_junos"
CHANNEL = "exec"
RIGHTS = "a class with the permissions view and view-configuration; secrets are shown to nobody without the permission secret, nor needed"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.2636"), Description("Juniper Networks"))


def _asked(command: str) -> tuple[str, str]:
    return f"{command} | no-more", f'cli -c "{command} | no-more"'


ASK = {
    "configuration": _asked("show configuration"),
    "version": _asked("show version"),
    "hardware": _asked("show chassis hardware"),
    "interfaces": _asked("show interfaces terse"),
    "arp": _asked("show arp no-resolve"),
    "routes": _asked("show route"),
    "mac_table": _asked("show ethernet-switching table"),
    "vlans": _asked("show vlans"),
    "lldp": _asked("show lldp neighbors"),
    "leases": _asked("show dhcp server binding"),
}
CONFIGURATION = ("configuration",)
_MAC = r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}"


def _refused(text: str) -> bool:
    """``error: syntax error``, ``error: command is not valid on the srx300``, ``show: Command not found.``"""
    return bool(re.search(r"^\s*(?:error:|unknown command|syntax error|\S+: [Cc]ommand not found)", text, re.MULTILINE))


def _known(text: str, head: str) -> None:
    """Raises Unparsed for an answer without the table's head."""
    if text.strip() and not re.search(head, text, re.MULTILINE):
        raise Unparsed("the device refused the question" if _refused(text) else "the answer is no table that is known", text)


def read_version(text: str) -> Iterator[Observation]:
    said = dict(re.findall(r"^(Hostname|Model|Junos|Serial Number): *(\S+)", text, re.MULTILINE))
    software = re.search(r"^JUNOS (?:Software Release|\S.*?(?:boot|Suite)) \[(\S+?)\]", text, re.MULTILINE)
    version = said.get("Junos") or (software[1] if software else "")
    if not version:
        raise Unparsed("the answer tells no version", text)
    model = said.get("Model", "").upper()
    # virtual chassis: the serial of each member is in the list of hardware
    yield SystemSeen(name=said.get("Hostname", ""), vendor="Juniper", model=model, os="Junos", os_version=version)


def read_hardware(text: str) -> Iterator[Observation]:
    """``Chassis                                CV2619AF0001      SRX340``"""
    found = re.search(r"^Chassis +(?:\S+ +)??(\S+) +(\S+(?: \S+)*)\s*$", text, re.MULTILINE)
    if found is None:
        raise Unparsed("the answer tells no chassis", text)
    yield SystemSeen(vendor="Juniper", serial=found[1], model=found[2].upper())


_KINDS = (("irb", "l2vlan"), ("vlan", "l2vlan"), ("ae", "ieee8023adLag"), ("reth", "ieee8023adLag"), ("lo0", "softwareLoopback"),
          ("st0", "tunnel"), ("gr-", "tunnel"), ("ip-", "tunnel"), ("pp0", "ppp"))  # fmt: skip
_ETHERNET = re.compile(r"(?:ge|xe|et|fe|mge)-\d|fxp|em\d|me\d|vme")


def read_interfaces(text: str) -> Iterator[Observation]:
    """``ge-0/0/0.0  up  up  inet  10.0.0.1/24``; further addresses follow on lines of their own. Index: the count of lines."""
    _known(text, r"^Interface +Admin +Link")
    rows_: list[tuple[str, str, str, list[str]]] = []
    for line in text.splitlines():
        if found := re.match(r"^(\S+) +(up|down) +(up|down)(?: +(.*))?$", line):
            rows_.append((found[1], found[2], found[3], []))
        elif not line.startswith(" ") or not rows_:
            continue
        if rows_:
            rows_[-1][3].extend(re.findall(r"(?<![\w.:])([0-9a-fA-F.:]*[.:][0-9a-fA-F.:]*/\d{1,3})(?!\w)", line))
    for index, (name, admin, link, addresses) in enumerate(rows_, 1):
        kind = next((kind for start, kind in _KINDS if name.startswith(start)), "ethernetCsmacd" if _ETHERNET.match(name) else "")
        yield InterfaceSeen(
            index=index, name=name, kind=kind, admin_up=admin == "up", oper_up=link == "up", addresses=tuple(map(_address, addresses))
        )


def _address(text: str) -> InterfaceAddress:
    address, _, length = text.partition("/")
    return InterfaceAddress(address=address, prefix_length=int(length))


def read_arp(text: str) -> Iterator[Observation]:
    for row in rows(PLATFORM, "show arp no-resolve", text):
        mac = normal_mac(cell(row, "mac_address"))
        interface = cell(row, "interface").split("[", 1)[0]
        yield AddressSeen(address=cell(row, "ip_address"), mac=mac, provenance=Provenance.THIRD_PARTY, interface=interface)


_ROUTE = re.compile(r"^(\S+/\d+) +[*+ ]*\*\[(\w+)/(\d+)\]")
_HOP = re.compile(r"^ +(?:> +)?(?:to (\S+) )?(?:via|Local via) (\S+)")
_ORIGINS = {"Direct": "connected", "Local": "local", "Access-internal": "dhcp"}


def read_routes(text: str) -> Iterator[Observation]:
    """The active ones (``*``) of IPv4 and IPv6; the first of several next hops. A table's head: ``inet.0: 12 destinations, ...``"""
    _known(text, r"^\S+inet6?\.\d+: |^inet6?\.\d+: ")
    table, waiting = "", ("", "", "")
    for line in text.splitlines():
        if head := re.match(r"^(\S+): \d+ destinations", line):
            table = head[1]
        elif found := _ROUTE.match(line):
            waiting = (found[1], found[2], found[3])
        elif re.match(r"^\S", line):
            waiting = ("", "", "")
        if (hop := _HOP.match(line)) and waiting[0] and waiting[1] != "Local":
            name = table.removesuffix(".inet.0").removesuffix(".inet6.0")
            yield RouteSeen(
                route=Route(
                    destination=waiting[0], gateway=hop[1], interface=hop[2].rstrip(","), metric=int(waiting[2]),
                    origin=_ORIGINS.get(waiting[1], waiting[1].lower()), table="" if name in ("inet.0", "inet6.0") else name,
                )
            )  # fmt: skip
            waiting = ("", "", "")


_ENTRY = re.compile(rf"^ *(\S+) +({_MAC}) +\S+ +(?:\S+ +)?([a-z]\S*\d(?:\.\d+)?)(?: |$)", re.MULTILINE)


def read_mac_table(text: str) -> Iterator[Observation]:
    """Newer (``name  MAC  flags  age  interface``) and older (``VLAN  MAC  Learn  age  interface``) switches; VLANs by their names."""
    _known(text, r"(?i)^ *vlan +mac")
    for vlan, mac, port in _ENTRY.findall(text):
        number = re.fullmatch(r"(?i)(?:vlan|v)[-_]?(\d{1,4})", vlan)
        yield BridgeEntrySeen(mac=normal_mac(mac), port=port, vlan=int(number[1]) if number else None)


def read_vlans(text: str) -> Iterator[Observation]:
    """Newer: ``Routing instance  VLAN name  Tag  Interfaces``; older: ``Name  Tag  Interfaces``. Ports follow on lines of their own."""
    _known(text, r"^(?:Routing instance +VLAN name|Name +Tag) ")
    newer = bool(re.search(r"^Routing instance", text, re.MULTILINE))
    row = re.compile(rf"^{'[^ ]+ +' if newer else ''}(\S+) +(\d{{1,4}})(?: |$)", re.MULTILINE)
    for name, tag in row.findall(text):
        if 0 < int(tag) < 4095:
            yield VlanSeen(vlan=int(tag), name=name)


_NEIGHBOUR = re.compile(r"^(\S+) +(\S+) +(\S+) +(\S.*?)(?: {2,}(\S.*?))?\s*$", re.MULTILINE)


def read_lldp(text: str) -> Iterator[Observation]:
    """``Local Interface  Parent Interface  Chassis Id  Port info  System Name``; the last may be empty, and a port's name have spaces."""
    _known(text, r"^Local Interface +Parent")
    for local, _, chassis, port, name in _NEIGHBOUR.findall(text):
        if local == "Local":
            continue
        mac = chassis if re.fullmatch(_MAC, chassis) else None
        yield NeighbourSeen(local_port=local, chassis_mac=mac, chassis_id="" if mac else chassis, port_id=port, name=name)


_BINDING = re.compile(rf"^(\d+\.\d+\.\d+\.\d+) +\d+ +({_MAC}) +\d+ +BOUND", re.MULTILINE)


def read_leases(text: str) -> Iterator[Observation]:
    """``IP address  Session Id  Hardware address  Expires  State  Interface``; when it expires is told in seconds from now: not kept."""
    _known(text, r"^IP address +Session Id")
    for address, mac in _BINDING.findall(text):
        yield LeaseSeen(address=address, mac=mac)

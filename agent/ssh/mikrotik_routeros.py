"""MikroTik RouterOS 6 and 7 over SSH: single commands over exec channels. Source: MikroTik's documentation; Oxidized's model of this name.

Tables are asked as ``print terse``: one entry a line, ``NUMBER FLAGS name=value ...``, values with spaces unquoted. The order of the
values differs between versions, so they are read by name. ntc-templates' templates of these tables hold one order each, and stop at a
line that has another.

Version 7 exports without secrets; version 6 has to be told so, in a word that version 7 does not know.
"""

import re
from collections.abc import Iterator, Mapping

from agent.ssh import Description, SysObjectId
from shared.address import normal_mac
from shared.configs import values
from shared.configs.routeros_box import seconds
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    InterfaceSeen,
    LeaseSeen,
    NeighbourSeen,
    Observation,
    Provenance,
    RouteSeen,
    SubnetSeen,
    SystemSeen,
)

PLATFORM = "mikrotik_routeros"
CHANNEL = "exec"
RIGHTS = "a user of a group with the policies ssh and read; with sensitive as well, version 6 would print secrets, which are not asked for"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.14988.1"), Description("RouterOS"))

ASK = {
    "export": ("/export hide-sensitive", "/export"),
    "identity": ("/system identity print",),
    "resource": ("/system resource print",),
    "routerboard": ("/system routerboard print",),
    "interfaces": ("/interface print terse without-paging",),
    "addresses": ("/ip address print terse without-paging",),
    "arp": ("/ip arp print terse without-paging",),
    "routes": ("/ip route print terse without-paging",),
    "bridge_hosts": ("/interface bridge host print terse without-paging",),
    "leases": ("/ip dhcp-server lease print terse without-paging",),
    "neighbours": ("/ip neighbor print terse without-paging",),
}
CONFIGURATION = ("export",)

_ENTRY = re.compile(r"^\s*(\d+)\s+([A-Za-z +]*?)\s*(?=(?:comment|[a-z][a-z0-9-]*)=)")
_VALUE = re.compile(r"(?:^|\s)([a-z][a-z0-9-]*)=")
_IF_TYPES = {"ether": "ethernetCsmacd", "bridge": "bridge", "vlan": "l2vlan", "loopback": "softwareLoopback", "bond": "ieee8023adLag",
             "wlan": "ieee80211", "pppoe-out": "ppp"}  # fmt: skip
_ORIGINS = {
    "C": "connected",
    "c": "connected",
    "S": "static",
    "s": "static",
    "d": "dhcp",
    "D": "dynamic",
    "o": "ospf",
    "b": "bgp",
    "r": "rip",
}


def _settings(text: str) -> Mapping[str, str]:
    """``      version: 7.18.2 (stable)`` -> its name and value."""
    found = dict(re.findall(r"^\s*([a-z-]+): +(\S.*?)\s*$", text[:20_000], re.MULTILINE))
    if not found:
        raise Unparsed("no settings in the answer", text.strip().split("\n", 1)[0])
    return found


def _entries(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Flags and values of each line; an empty table has no line."""
    for line in text.splitlines():
        if not line.strip() or line.startswith(("Flags:", "Columns:", "#")) or " echo: " in line:
            continue
        begun = _ENTRY.match(line)
        if begun is None:
            raise Unparsed("a line that is no entry of a table", line)
        rest = line[begun.end() :]
        marks = list(_VALUE.finditer(rest))
        ends = [mark.start() for mark in marks[1:]] + [len(rest)]
        yield begun[2].replace(" ", ""), {mark[1]: rest[mark.end() : end].strip().strip('"') for mark, end in zip(marks, ends, strict=True)}


def read_identity(text: str) -> Iterator[Observation]:
    yield SystemSeen(name=_settings(text)["name"])


def read_resource(text: str) -> Iterator[Observation]:
    told = _settings(text)
    yield SystemSeen(
        vendor="MikroTik", os="RouterOS", os_version=told["version"].split(" ")[0], model=told.get("board-name", ""),
        uptime_s=seconds(told.get("uptime", "")),
    )  # fmt: skip


def read_routerboard(text: str) -> Iterator[Observation]:
    told = _settings(text)
    if told.get("routerboard") == "yes":
        yield SystemSeen(vendor="MikroTik", model=told.get("model", ""), serial=told.get("serial-number", ""))


def read_interfaces(text: str) -> Iterator[Observation]:
    for number, (flags, entry) in enumerate(_entries(text), start=1):
        mac, mtu = entry.get("mac-address", ""), entry.get("actual-mtu") or entry.get("mtu", "")
        yield InterfaceSeen(
            index=number, name=entry["name"], alias=entry.get("comment", ""), kind=_IF_TYPES.get(entry.get("type", ""), entry.get("type",
            "")),
            mac=normal_mac(mac) if mac and mac != "00:00:00:00:00:00" else None, admin_up="X" not in flags, oper_up="R" in flags,
            mtu_bytes=int(mtu) if mtu.isdigit() and len(mtu) < 7 else None,
        )  # fmt: skip


def read_addresses(text: str) -> Iterator[Observation]:
    for flags, entry in _entries(text):
        if "X" not in flags and "I" not in flags:
            yield AddressSeen(
                address=entry["address"].split("/")[0],
                provenance=Provenance.OWN_TABLE,
                interface=entry.get("actual-interface") or entry["interface"],
            )
            if not entry["address"].endswith(("/32", "/128")):
                yield SubnetSeen(prefix=entry["address"], interface=entry.get("actual-interface") or entry["interface"])


def read_arp(text: str) -> Iterator[Observation]:
    for flags, entry in _entries(text):
        if "X" not in flags and entry.get("mac-address"):
            yield AddressSeen(
                address=entry["address"], mac=entry["mac-address"], provenance=Provenance.THIRD_PARTY, interface=entry.get("interface", "")
            )


def read_routes(text: str) -> Iterator[Observation]:
    """Those that are active. A gateway is an address, an interface, or both as ``10.0.0.1%ether1``."""
    for flags, entry in _entries(text):
        if "A" not in flags or "dst-address" not in entry:
            continue
        gateway, _, interface = entry.get("gateway", "").split(",")[0].partition("%")
        is_address = values.is_address(gateway)
        distance = entry.get("distance", "")
        origin = next((_ORIGINS[flag] for flag in flags if flag in _ORIGINS and flag != "D"), "dynamic" if "D" in flags else "")
        table = entry.get("routing-table") or entry.get("routing-mark", "")
        yield RouteSeen(
            route=Route.model_validate(
                {
                    "destination": entry["dst-address"], "gateway": gateway if is_address else None,
                    "interface": interface or ("" if is_address else gateway),
                    "metric": int(distance) if distance.isdigit() and len(distance) < 5 else None, "origin": origin,
                    "comment": entry.get("comment", ""), "table": "" if table == "main" else table,
                }
            )
        )  # fmt: skip


def read_bridge_hosts(text: str) -> Iterator[Observation]:
    """``L`` is the bridge's own address."""
    for flags, entry in _entries(text):
        if "L" not in flags and "X" not in flags:
            vlan = entry.get("vid", "")
            port = entry.get("on-interface") or entry["interface"]
            yield BridgeEntrySeen(mac=entry["mac-address"], port=port, vlan=int(vlan) if vlan.isdigit() else None)


def read_leases(text: str) -> Iterator[Observation]:
    for flags, entry in _entries(text):
        address, mac = entry.get("active-address") or entry.get("address", ""), entry.get("active-mac-address") or entry.get("mac-address")
        if entry.get("status") == "bound" and "X" not in flags and values.is_address(address) and mac:
            yield LeaseSeen(address=address, mac=mac, name=entry.get("host-name") or entry.get("comment", ""))


def read_neighbours(text: str) -> Iterator[Observation]:
    """What it heard by MNDP, CDP or LLDP: kept as LLDP, unless the entry says that it was CDP alone."""
    for _, entry in _entries(text):
        heard = entry.get("discovered-by", "lldp")
        addresses = [entry.get(name, "") for name in ("address", "address4", "address6")]
        mac = entry.get("mac-address", "")
        yield NeighbourSeen(
            protocol="cdp" if heard == "cdp" else "lldp", local_port=entry["interface"].split(",")[0], chassis_mac=mac or None,
            port_id=entry.get("interface-name", ""), name=entry.get("identity", ""),
            description=" ".join(filter(None, (entry.get("platform", ""), entry.get("board", ""), entry.get("version", "")))),
            addresses=tuple(each for each in dict.fromkeys(addresses) if values.is_address(each)),
        )  # fmt: skip

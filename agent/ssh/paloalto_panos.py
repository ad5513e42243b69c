"""Palo Alto Networks PAN-OS over SSH. Source: PAN-OS CLI quick start; ntc-templates of this name; Oxidized's model ``panos``.

A shell; ``set cli`` changes this session's output and nothing of the firewall. What an answer does not know of (``Invalid syntax``) is
told as such.
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
)

PLATFORM = "paloalto_panos"
CHANNEL = "shell"
TYPES = ("set cli pager off", "set cli terminal width 500")
RIGHTS = "an administrator of the role superuser (read-only), or a custom role whose command line is superreader"
RECOGNISE = (SysObjectId("1.3.6.1.4.1.25461"), Description("Palo Alto Networks"))

ASK = {
    "configuration": ("show config running",),
    "system": ("show system info",),
    "interfaces": ("show interface all",),
    "arp": ("show arp all",),
    "routes": ("show routing route", "show advanced-routing route"),
    "mac_table": ("show mac all",),
    "lldp": ("show lldp neighbors all",),
    "leases": ("show dhcp server lease all", "show dhcp server lease interface all"),
}
CONFIGURATION = ("configuration",)
_MAC = r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}"


def _refuse(text: str) -> None:
    """Raises Unparsed for what is no answer."""
    if re.search(r"^\s*(?:Invalid syntax|Unknown command|Server error)", text, re.MULTILINE):
        raise Unparsed("the device refused the question", text)


def read_system(text: str) -> Iterator[Observation]:
    """``key: value`` lines."""
    said = dict(re.findall(r"^([a-z][a-z0-9-]*): +(.*?)\s*$", text, re.MULTILINE))
    if "sw-version" not in said:
        raise Unparsed("the answer tells no version", text)
    uptime = re.match(r"(?:(\d+) days?, )?(\d+):(\d+):(\d+)", said.get("uptime", ""))
    days, hours, minutes, seconds = (int(part or 0) for part in uptime.groups()) if uptime else (0, 0, 0, 0)
    yield SystemSeen(
        name=said.get("hostname", ""), vendor="Palo Alto Networks", model=said.get("model", ""), os="PAN-OS", os_version=said["sw-version"],
        serial=said.get("serial", ""), uptime_s=86400 * days + 3600 * hours + 60 * minutes + seconds if uptime else None, forwards=True,
    )  # fmt: skip
    if re.fullmatch(_MAC, said.get("mac-address", "")) and re.fullmatch(r"[\d.]+", said.get("ip-address", "")):
        yield AddressSeen(
            address=said["ip-address"], mac=said["mac-address"], provenance=Provenance.OWN_TABLE, interface="management"
        )  # fmt: skip


_HARDWARE = re.compile(rf"^(\S+) +(\d+) +(\[n/a\]|\w+)/(?:\[n/a\]|\w+)/(up|down|\S+?)(?:/\S+)? +({_MAC})\s*$", re.MULTILINE)
_LOGICAL = re.compile(r"^(\S+) +(\d+) +(\d+) +(?:(\S+) +)?(\S+) +(\d+) +(\S+)((?:\n +\S+)*)\s*$", re.MULTILINE)
_KINDS = (("ae", "ieee8023adLag"), ("loopback", "softwareLoopback"), ("tunnel", "tunnel"), ("vlan", "l2vlan"))


def read_interfaces(text: str) -> Iterator[Observation]:
    """Two tables: the ports with speed, duplex, state and MAC; the logical ones with zone, tag and addresses. Both count by ``id``."""
    _refuse(text)
    hardware, _, logical = text.partition("total configured logical interfaces")
    if "configured hardware interfaces" not in hardware and not logical:
        raise Unparsed("the answer is no table that is known", text)
    addresses: dict[str, tuple[str, tuple[InterfaceAddress, ...]]] = {}
    for name, index, _, _, _, _, first, more in _LOGICAL.findall(logical):
        addresses[name] = index, tuple(_address(each) for each in (first, *more.split()) if re.fullmatch(r"[0-9a-fA-F.:]+/\d+", each))
    seen = set()
    for name, index, speed, state, mac in _HARDWARE.findall(hardware):
        seen.add(name)
        yield InterfaceSeen(
            index=int(index), name=name, kind=_kind(name), mac=normal_mac(mac), oper_up=state == "up",
            speed_bps=int(speed) * 1_000_000 if speed.isdigit() else None, addresses=addresses.get(name, ("", ()))[1],
        )  # fmt: skip
    for name, (index, own) in addresses.items():
        if name not in seen:
            yield InterfaceSeen(index=int(index), name=name, kind="l2vlan" if "." in name and "/" in name else _kind(name), addresses=own)


def _kind(name: str) -> str:
    return next((kind for start, kind in _KINDS if name.startswith(start)), "ethernetCsmacd")


def _address(text: str) -> InterfaceAddress:
    address, _, length = text.partition("/")
    return InterfaceAddress(address=address, prefix_length=int(length))


_ARP = re.compile(rf"^(\S+) +(\d+\.\d+\.\d+\.\d+) +({_MAC}) +(\S+) +([a-z]) +\d+\s*$", re.MULTILINE)


def read_arp(text: str) -> Iterator[Observation]:
    """``interface  ip address  hw address  port  status  ttl``; what is incomplete was not answered."""
    _refuse(text)
    if text.strip() and "hw address" not in text:
        raise Unparsed("the answer is no table that is known", text)
    for interface, address, mac, _, status in _ARP.findall(text):
        if status != "i":
            yield AddressSeen(address=address, mac=mac, provenance=Provenance.THIRD_PARTY, interface=interface)


_ROUTER = re.compile(r"^(?:VIRTUAL ROUTER|Logical Router): *(\S+)", re.MULTILINE | re.IGNORECASE)
_ORIGINS = {"C": "connected", "S": "static", "R": "rip", "O": "ospf", "B": "bgp"}


def read_routes(text: str) -> Iterator[Observation]:
    """``destination  nexthop  metric  flags  age  interface  next-AS`` for each virtual router; the active ones (flag A)."""
    _refuse(text)
    if text.strip() and not re.search(r"^destination +nexthop", text, re.MULTILINE):
        raise Unparsed("the answer is no table that is known", text)
    heads = [*_ROUTER.finditer(text)]
    for at, head in enumerate(heads):
        part = text[head.end() : heads[at + 1].start() if at + 1 < len(heads) else len(text)]
        for line in part.splitlines():
            yield from _route(line.split(), "" if head[1] == "default" else head[1])


def _route(words: list[str], table: str) -> Iterator[Observation]:
    """The flags are words of their own: ``A S``, ``A C``, ``A Oi``. A host's own address (``A H``) is no route."""
    if len(words) < 4 or not re.fullmatch(r"[0-9a-fA-F.:]+/\d+", words[0]):
        return
    metric = int(words[2]) if words[2].isdigit() else None
    rest = words[3:] if metric is not None else words[2:]
    flags = [word for word in rest if re.fullmatch(r"[?ACHS~RBEM]|O[io12]?", word)]
    interface = next((word for word in reversed(rest) if re.fullmatch(r"[a-z][\w/.-]+", word)), "")
    if "A" in flags and "H" not in flags:
        origin = next((_ORIGINS[flag[0]] for flag in flags if flag[0] in _ORIGINS), "")
        connected = origin == "connected" or words[1] in ("0.0.0.0", "::", "discard", "vr")  # noqa: S104 - what the table shows for none
        gateway = None if connected or not re.fullmatch(r"[0-9a-fA-F.:]+", words[1]) else words[1]
        yield RouteSeen(route=Route(destination=words[0], gateway=gateway, interface=interface, metric=metric, origin=origin, table=table))


def read_mac_table(text: str) -> Iterator[Observation]:
    _refuse(text)
    for row in rows(PLATFORM, "show mac all", text):
        vlan = cell(row, "vlan_id")
        yield BridgeEntrySeen(
            mac=normal_mac(cell(row, "mac_address")), port=cell(row, "interface"), vlan=int(vlan) if vlan.isdigit() else None
        )


def read_lldp(text: str) -> Iterator[Observation]:
    _refuse(text)
    for row in rows(PLATFORM, "show lldp neighbors all", text):
        chassis = cell(row, "chassis_id")
        mac = chassis if re.fullmatch(_MAC, chassis) else None
        address = cell(row, "mgmt_address")
        yield NeighbourSeen(
            local_port=cell(row, "local_interface"), chassis_mac=mac, chassis_id="" if mac else chassis,
            port_id=cell(row, "neighbor_interface"), port_description=cell(row, "neighbor_interface_description"),
            name=cell(row, "neighbor_name"), description=cell(row, "neighbor_description"),
            addresses=(address,) if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", address) else (),
        )  # fmt: skip


_LEASE = re.compile(rf"^ *(\d+\.\d+\.\d+\.\d+) +({_MAC})(?: +(\S+))? +(committed|reserved)\b", re.MULTILINE)


def read_leases(text: str) -> Iterator[Observation]:
    """``ip  mac  hostname  state  duration  lease_time`` for each interface; the host name may be empty."""
    _refuse(text)
    if text.strip() and not re.search(r"^ip +mac +", text, re.MULTILINE) and "interface:" not in text:
        raise Unparsed("the answer is no table that is known", text)
    for address, mac, name, _ in _LEASE.findall(text):
        yield LeaseSeen(address=address, mac=mac, name=name)

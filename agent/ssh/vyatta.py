"""The tables that EdgeOS and VyOS print alike, read by their heads: the columns differ between versions.

Source: VyOS documentation ("show" commands of 1.2 to 1.5), EdgeOS user guide; ntc-templates' samples of both. Raises Unparsed for a text
without the table's head.
"""

import re
from collections.abc import Iterator, Mapping

from shared.address import normal_mac
from shared.configs import values
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import (
    AddressSeen,
    InterfaceAddress,
    InterfaceSeen,
    LeaseSeen,
    NeighbourSeen,
    Observation,
    Provenance,
    RouteSeen,
    SystemSeen,
)

_MAC = re.compile(r"^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$")
_STATE = re.compile(r"^[uAD]/[uD]$")
_ROUTE = re.compile(
    r"^(?P<code>[A-Za-z]+)(?P<marks>[ >*]*)\s+(?P<to>[0-9a-fA-F.:]+/\d+)(?: \[(?P<distance>\d+)/\d+\])?"
    r"(?: via (?P<via>[0-9a-fA-F.:]+)| is directly connected)?(?:, (?P<interface>[\w.@-]+))?"
)
_ORIGINS = {"C": "connected", "S": "static", "K": "kernel", "O": "ospf", "B": "bgp", "R": "rip", "I": "isis", "L": "local"}


def read_version(text: str, vendor: str, os: str) -> Iterator[Observation]:
    told = dict(re.findall(r"^([A-Z][\w /-]*?):\s+(\S.*?)\s*$", text[:20_000], re.MULTILINE))
    if "Version" not in told:
        raise Unparsed("no version in the answer", text.strip().split("\n", 1)[0])
    model = told.get("HW model") or told.get("Hardware model", "")
    serial = told.get("HW S/N") or told.get("Hardware S/N", "")
    yield SystemSeen(
        vendor=vendor, os=os, os_version=told["Version"].removeprefix("VyOS ").removeprefix("v"), model=model if model != "Unknown" else "",
        serial=serial if serial not in ("Unknown", "Not Specified") else "",
    )  # fmt: skip


def read_interfaces(text: str) -> Iterator[Observation]:
    """``eth0  192.0.2.1/24  u/u  WAN``, since VyOS 1.4 with MAC, VRF and MTU; further addresses stand in lines of their own."""
    _head(text, "Interface")
    rows: list[tuple[str, list[str], list[str]]] = []
    for line in text.splitlines():
        cells = line.split()
        if not cells or set(line) <= {"-", " "} or cells[0] in ("Codes:", "Interface"):
            continue
        if line[0].isspace():
            if rows and values.is_network(cells[0]):
                rows[-1][1].append(cells[0])
            continue
        rows.append((cells[0], [cell for cell in cells[1:2] if values.is_network(cell)], cells[1:]))
    for number, (name, addresses, cells) in enumerate(rows, start=1):
        at = next((place for place, cell in enumerate(cells) if _STATE.match(cell)), None)
        if at is None:
            raise Unparsed("an interface without its state", name)
        mac = next((cell for cell in cells if _MAC.match(cell)), "")
        mtu = cells[at - 1] if at and cells[at - 1].isdigit() and len(cells[at - 1]) < 7 else ""
        yield InterfaceSeen(
            index=number, name=name, alias=" ".join(cells[at + 1 :]), mac=normal_mac(mac) if mac and mac != "00:00:00:00:00:00" else None,
            admin_up=cells[at][0] != "A", oper_up=cells[at][2] == "u", mtu_bytes=int(mtu) if mtu else None,
            addresses=tuple(InterfaceAddress(address=each.split("/")[0], prefix_length=_length(each)) for each in addresses),
        )  # fmt: skip


def _length(text: str) -> int | None:
    length = text.partition("/")[2]
    return int(length) if length.isdigit() else None


def _head(text: str, word: str) -> None:
    if not re.search(rf"^{word}\b", text[:4_000], re.MULTILINE):
        raise Unparsed(f"no table that begins with {word}", text.strip().split("\n", 1)[0])


def read_arp(text: str) -> Iterator[Observation]:
    """``Address HWtype HWaddress Flags Iface``, since VyOS 1.4 ``Address Interface Link layer address State``."""
    _head(text, "Address")
    for line in text.splitlines():
        cells = line.split()
        mac = next((cell for cell in cells if _MAC.match(cell)), "")
        if mac and values.is_address(cells[0]):
            interface = cells[1] if len(cells) > 1 and cells[1] not in ("ether", mac) else cells[-1]
            yield AddressSeen(address=cells[0], mac=mac, provenance=Provenance.THIRD_PARTY, interface=interface)


def read_leases(text: str) -> Iterator[Observation]:
    """EdgeOS: ``address MAC date time pool name``; VyOS: ``address MAC state start end remaining pool name origin``. The head says
    where.
    """
    _head(text, "IP [Aa]ddress")
    at = -1
    for line in text.splitlines():
        cells = line.split()
        if line.startswith("IP "):
            at = max(line.find("Hostname"), line.find("Client Name"))
        elif len(cells) > 2 and values.is_address(cells[0]) and _MAC.match(cells[1]) and cells[2] not in ("free", "expired", "released"):
            name = line[at:].split()[0] if at > 0 and line[at:].strip() else ""
            yield LeaseSeen(address=cells[0], mac=cells[1], name=name if name not in ("?", "-") else "")


def read_routes(text: str) -> Iterator[Observation]:
    """Those that are in use (``>``)."""
    if "Codes:" not in text[:2_000] and not text.strip().startswith("IP Route"):
        raise Unparsed("no table of routes", text.strip().split("\n", 1)[0])
    for line in text.splitlines():
        found = _ROUTE.match(line)
        if found and ">" in found["marks"]:
            yield RouteSeen(
                route=Route.model_validate(
                    {
                        "destination": found["to"], "gateway": found["via"], "interface": found["interface"] or "",
                        "metric": int(found["distance"]) if found["distance"] else None, "origin": _ORIGINS.get(found["code"][0], ""),
                    }
                )
            )  # fmt: skip


def read_lldp(text: str) -> Iterator[Observation]:
    """``show lldp neighbors detail``: lldpd's own form, blocks that begin with ``Interface:``."""
    blocks = re.split(r"^Interface:\s+", text, flags=re.MULTILINE)
    if len(blocks) == 1 and "LLDP" not in text:
        raise Unparsed("no neighbours in the answer", text.strip().split("\n", 1)[0])
    for block in blocks[1:]:
        told: Mapping[str, str] = dict(re.findall(r"^[ \t]+(\w+):[ \t]+(\S.*?)[ \t]*$", block, re.MULTILINE))
        kind, _, chassis = told.get("ChassisID", "").partition(" ")
        addresses = tuple(each for each in re.findall(r"^\s+MgmtIP:\s+(\S+)", block, re.MULTILINE) if values.is_address(each))
        yield NeighbourSeen(
            protocol="cdp" if "via: CDP" in block.split("\n", 1)[0] else "lldp", local_port=block.split(",")[0].strip(),
            chassis_mac=chassis if kind == "mac" else None, chassis_id="" if kind == "mac" else chassis, port_id=told.get("PortID",
            "").partition(" ")[2],
            port_description=told.get("PortDescr", ""), name=told.get("SysName", ""), description=told.get("SysDescr", ""),
            addresses=addresses,
        )  # fmt: skip

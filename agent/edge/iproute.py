"""Which interfaces, addresses and default routes has this machine, and what is it?

Source: ``ip -d -j addr`` and ``ip -j route`` (iproute2), os-release(5), proc(5), and the firmware's own words in /sys/class/dmi/id.
Raises Missing where iproute2 is not installed.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.machine import Machine, OwnAddress, OwnInterface
from shared.errors import Missing, Unparsed
from shared.observation import SystemSeen

_TIMEOUT_S = 10.0
# what makers of boards leave in the firmware where a serial number or a model should stand: it names nothing
_PLACEHOLDERS = frozenset({"", "none", "n/a", "default string", "not specified", "not applicable", "unknown", "0", "123456789"})
_PLACEHOLDER_STARTS = ("to be filled", "system serial", "system product", "system manufacturer", "o.e.m")


def this_machine() -> Machine:
    """The machine as it is now."""
    release = _os_release(_text(Path("/etc/os-release")))
    kernel = os.uname()
    system = SystemSeen(
        description=f"{kernel.sysname} {kernel.release} {kernel.machine}",
        name=kernel.nodename,
        uptime_s=_uptime_s(_text(Path("/proc/uptime"))),
        vendor=_firmware("sys_vendor"),
        model=_firmware("product_name"),
        serial=_firmware("product_serial"),
        os=release.get("NAME", kernel.sysname),
        os_version=release.get("VERSION_ID", kernel.release),
        forwards=_text(Path("/proc/sys/net/ipv4/ip_forward")).strip() == "1",
    )
    routes = [*_ip("-4", "route", "show", "default"), *_ip("-6", "route", "show", "default")]
    return Machine(kernel.nodename, system, read_interfaces(_ip("-d", "addr", "show")), read_gateways(routes))


def read_interfaces(rows: list[dict[str, Any]]) -> tuple[OwnInterface, ...]:
    """``ip -d -j addr show`` -> interfaces."""
    named = [row for row in rows if "ifname" in row]
    kinds = {str(row["ifname"]): _kind(row) for row in named}
    members: dict[str, list[str]] = {}
    for row in named:
        if row.get("master"):
            members.setdefault(str(row["master"]), []).append(str(row["ifname"]))
    return tuple(_interface(row, kinds, members) for row in named)


def _kind(row: dict[str, Any]) -> str:
    info = row.get("linkinfo")
    return str(info.get("info_kind", "")) if isinstance(info, dict) else ""


def _has_cable(name: str, kinds: Mapping[str, str], members: Mapping[str, Sequence[str]]) -> bool | None:
    """Whether a part of the bridge is hardware, or a bond or VLAN of such. A veth pair's other end is a container."""
    if kinds.get(name) != "bridge":
        return None
    return any(kinds.get(member) in ("", "bond", "team", "vlan", "macvlan") for member in members.get(name, ()))


def read_gateways(rows: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """``ip -j route show default`` -> (interface, gateway), lowest metric first."""
    with_gateway = [row for row in rows if row.get("gateway") and row.get("dev")]
    return tuple((str(row["dev"]), str(row["gateway"])) for row in sorted(with_gateway, key=lambda row: int(row.get("metric", 0))))


def _interface(row: dict[str, Any], kinds: Mapping[str, str], members: Mapping[str, Sequence[str]]) -> OwnInterface:
    flags, name = set(row.get("flags", ())), str(row["ifname"])
    state = row.get("operstate", "UNKNOWN")
    return OwnInterface(
        index=int(row["ifindex"]),
        name=name,
        mac=str(row["address"]) if row.get("link_type") == "ether" else None,
        mtu_bytes=row.get("mtu"),
        admin_up="UP" in flags,
        oper_up=None if state == "UNKNOWN" else state == "UP",
        broadcast="BROADCAST" in flags and "NOARP" not in flags,
        loopback="LOOPBACK" in flags,
        kind=kinds.get(name, ""),
        member_of=kinds.get(str(row.get("master", "")), ""),
        has_cable=_has_cable(name, kinds, members),
        addresses=tuple(
            OwnAddress(str(held["local"]), int(held["prefixlen"]), held.get("scope") == "link")
            for held in row.get("addr_info", ())
            if "local" in held
        ),
    )


def _ip(*words: str) -> list[dict[str, Any]]:
    try:
        done = subprocess.run(["ip", "-j", *words], capture_output=True, timeout=_TIMEOUT_S, check=False)  # noqa: S603, S607 - fixed words, and ip is where the system has it
    except FileNotFoundError:
        raise Missing("the program ip is not here: apt install iproute2") from None
    if done.returncode or not done.stdout.strip():
        return []  # a kernel without IPv6 answers so to ip -6
    rows = json.loads(done.stdout)
    if not isinstance(rows, list):
        raise Unparsed("ip -j printed no list", done.stdout[:200].decode("utf-8", "replace"))
    return rows


def _os_release(text: str) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {key: value.strip().strip("\"'") for key, value in pairs}


def _uptime_s(text: str) -> int | None:
    return int(float(text.split()[0])) if text.split() else None


def _firmware(name: str) -> str:
    value = _text(Path("/sys/class/dmi/id") / name).strip()
    lowered = value.lower()
    return "" if lowered in _PLACEHOLDERS or lowered.startswith(_PLACEHOLDER_STARTS) else value


def _text(path: Path) -> str:
    """The file's text; empty where this machine has no such file, or keeps it from us."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

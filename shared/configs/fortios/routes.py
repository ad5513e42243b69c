"""Static routes, by address, by named address and through SD-WAN. Source: Fortinet's CLI reference, router > static, static6."""

import ipaddress
from collections.abc import Sequence
from functools import partial

from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, taken
from shared.firewall import ANY, Route

_ROUTE = names(
    "status dst gateway device distance priority blackhole dynamic-gateway sdwan sdwan-zone virtual-wan-link dstaddr comment vrf"
)
_ROUTE_PART = names("src weight bfd link-monitor-exempt tag preferred-source devindex")
_BY_SERVICE = frozenset(("internet-service", "internet-service-custom", "internet-service-fortiguard"))


def read_routes(box: Box, vdom: Vdom) -> None:
    for name, everything in (("router static", "0.0.0.0/0"), ("router static6", "::/0")):
        for found in each(box.reading, vdom.table(name), partial(_routes, box, vdom, everything)):
            box.reading.routes += found


def _routes(box: Box, vdom: Vdom, everything: str, entry: Entry) -> list[Route]:
    """One entry is several routes where it names a group of addresses, or several SD-WAN zones."""
    account(box.reading, entry, _ROUTE, _ROUTE_PART, "settings of routes")
    if any(entry.get(name, "0") not in ("0", "") for name in _BY_SERVICE):
        box.reading.pass_over("routes by internet service", entry.statement)
        return []
    zones = entry.all("sdwan-zone") or (["virtual-wan-link"] if entry.on("sdwan") or entry.on("virtual-wan-link") else [])
    interfaces = ["blackhole"] if entry.on("blackhole") else zones or [entry.get("device")]
    gateway = entry.get("gateway")
    about = {
        "gateway": gateway if gateway not in ("", "0.0.0.0", "::") else None, "metric": int(entry.get("distance", "10")),  # noqa: S104
        "enabled": entry.get("status", "enable") == "enable", "comment": entry.get("comment"), "origin": "static",
        "table": box.table_name(vdom) or ("" if entry.get("vrf", "0") == "0" else f"VRF {entry.get('vrf')}"),
    }  # fmt: skip
    return [
        Route.model_validate({"destination": destination, "interface": interface, **about})
        for destination in _destinations(box, vdom, entry, everything)
        for interface in interfaces
    ]


def _destinations(box: Box, vdom: Vdom, entry: Entry, everything: str) -> list[str]:
    if name := entry.get("dstaddr"):
        found = vdom.addresses.resolved(name) if ":" not in everything else vdom.addresses6.resolved(name)
        prefixes = [everything if value == ANY else value for value in found]
        if not all(values.is_network(prefix) for prefix in prefixes):
            raise ValueError(f"{name} is no network")
        return prefixes
    return [taken(box.reading, entry, "dst", _prefix) or everything]


def _prefix(words: Sequence[str]) -> str:
    return str(ipaddress.ip_network(f"{words[0]}/{values.prefix_length(words[1])}" if len(words) > 1 else words[0], strict=False))

"""Interfaces, addresses, routes and neighbours as ``ip -j`` prints them.

Source: ip-address(8), ip-route(8), ip-neighbour(8) of iproute2 5.9 to 6.1. Raw: one JSON list. Left out, because they change by
themselves or say nothing of a site: temporary and tentative IPv6 addresses, one end of a container's cable, local and multicast routes,
neighbours that did not answer. Raises Unparsed where the text is no such list (BusyBox's ip has no JSON).
"""

import ipaddress
import json
from collections.abc import Iterator
from typing import Any

from agent.join import names_a_host
from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import AddressSeen, InterfaceAddress, InterfaceSeen, Observation, Provenance, RouteSeen

_KINDS = {"vlan": "l2vlan", "bridge": "bridge", "bond": "ieee8023adLag", "team": "ieee8023adLag", "dummy": "propVirtual"}
_TUNNELS = {"wireguard", "tun", "gre", "gretap", "ip6gre", "ipip", "sit", "vti", "xfrm", "vxlan", "geneve", "ip6tnl"}
_LINK_TYPES = {"ether": "ethernetCsmacd", "loopback": "softwareLoopback", "ppp": "ppp", "none": "tunnel"}
_ORIGINS = {"kernel": "connected", "boot": "static", "static": "static", "": "static"}
_PASSING = {"temporary", "tentative", "dadfailed", "deprecated"}
_GONE = {"FAILED", "INCOMPLETE", "NONE"}


def entries(text: str) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(text or "[]")
    except ValueError:
        raise Unparsed("ip did not print JSON; iproute2 4.12 or newer does", text) from None
    if not isinstance(document, list):
        raise Unparsed("ip printed JSON of another form", text)
    # iproute2 prints {} for what its filter has left out
    yield from (entry for entry in document if isinstance(entry, dict) and entry)


def read_addresses(text: str) -> Iterator[Observation]:
    for link in entries(text):
        kind = _text(_object(link, "linkinfo"), "info_kind")
        index = link.get("ifindex")
        if not isinstance(index, int) or (kind == "veth" and _text(link, "master").startswith(("docker", "br-", "cni", "virbr"))):
            continue
        flags = link.get("flags") or []
        mtu = link.get("mtu")
        yield InterfaceSeen(
            index=index,
            name=_text(link, "ifname"),
            alias=_text(link, "ifalias"),
            kind=_kind(kind, _text(link, "link_type")),
            mac=_mac(_text(link, "address")),
            admin_up="UP" in flags,
            oper_up={"UP": True, "DOWN": False, "LOWERLAYERDOWN": False}.get(_text(link, "operstate"), "LOWER_UP" in flags),
            mtu_bytes=mtu if isinstance(mtu, int) and mtu > 0 else None,
            addresses=tuple(_interface_addresses(link)),
        )


def _kind(info_kind: str, link_type: str) -> str:
    return _KINDS.get(info_kind) or ("tunnel" if info_kind in _TUNNELS else _LINK_TYPES.get(link_type, link_type))


def _interface_addresses(link: dict[str, Any]) -> Iterator[InterfaceAddress]:
    for info in link.get("addr_info") or ():
        if isinstance(info, dict) and _text(info, "local") and not _PASSING & info.keys():
            yield InterfaceAddress(address=_text(info, "local"), prefix_length=info.get("prefixlen"))


def read_routes(text: str) -> Iterator[Observation]:
    yield from _routes(text, "0.0.0.0/0")


def read_routes_ipv6(text: str) -> Iterator[Observation]:
    yield from _routes(text, "::/0")


def _routes(text: str, default: str) -> Iterator[Observation]:
    for entry in entries(text):
        kind = _text(entry, "type")
        if kind in ("local", "broadcast", "multicast", "anycast"):
            continue
        destination = default if entry.get("dst") == "default" else _text(entry, "dst")
        network = ipaddress.ip_network(destination, strict=False)
        if network.is_link_local or network.is_multicast or network.is_loopback:
            continue
        origin = kind or _ORIGINS.get(_text(entry, "protocol"), _text(entry, "protocol"))
        metric = entry.get("metric")
        for hop in entry.get("nexthops") or [entry]:
            yield RouteSeen(
                route=Route(
                    destination=str(network),
                    gateway=_text(hop, "gateway") or _text(_object(hop, "via"), "host") or None,
                    interface=_text(hop, "dev"),
                    metric=metric if isinstance(metric, int) else None,
                    origin=origin,
                )
            )


def read_neighbours(text: str) -> Iterator[Observation]:
    for entry in entries(text):
        mac, address = _mac(_text(entry, "lladdr")), _text(entry, "dst")
        states = entry.get("state") or []
        if mac and mac_kind(mac) is not MacKind.EXCLUDED and not _GONE & set(states) and names_a_host(address):
            yield AddressSeen(address=address, mac=mac, provenance=Provenance.THIRD_PARTY, interface=_text(entry, "dev"))


def _mac(text: str) -> str | None:
    """A tunnel's link address is an IP address or nothing: no MAC address."""
    try:
        mac = normal_mac(text)
    except ValueError:
        return None
    return None if mac_kind(mac) is MacKind.EXCLUDED else mac


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _object(entry: dict[str, Any], key: str) -> dict[str, Any]:
    value = entry.get(key)
    return value if isinstance(value, dict) else {}

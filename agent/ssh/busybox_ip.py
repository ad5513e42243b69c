"""Interfaces, routes and neighbours as BusyBox prints them, which has no JSON.

Source: BusyBox 1.36 (``ip address show``, ``ip route show``), which prints what iproute2 does without -j; proc(5), "/proc/net/arp". Left
out is the same as in ``iproute2``: link-local and loopback routes, neighbours without an answer."""

import ipaddress
import re
from collections.abc import Iterator
from itertools import pairwise

from agent.join import names_a_host
from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.firewall import Route
from shared.observation import AddressSeen, InterfaceAddress, InterfaceSeen, Observation, Provenance, RouteSeen

_LINK = re.compile(r"^(\d{1,9}): ([^:@\s]+)(?:@\S+)?: <([^>]*)>(?:.*? mtu (\d{1,9}))?")
_MAC = re.compile(r"^\s+link/(\S+) ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\b")
_KIND = re.compile(r"^\s+link/(\S+)")
_ADDRESS = re.compile(r"^\s+inet6? ([0-9a-f.:]+)(?:/(\d{1,3}))?( .*)?$")
_KINDS = {"ether": "ethernetCsmacd", "loopback": "softwareLoopback", "ppp": "ppp", "none": "tunnel", "gre": "tunnel", "sit": "tunnel"}
_ROUTE = re.compile(r"^(?:(blackhole|unreachable|prohibit|throw|local|broadcast|multicast|anycast) )?(\S+)(.*)$")
_ARP = re.compile(r"^(\S+)\s+0x\S+\s+0x(\S+)\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})\s+\S+\s+(\S+)$", re.MULTILINE)


def read_addresses(text: str) -> Iterator[Observation]:
    blocks = re.split(r"^(?=\d+: )", text, flags=re.MULTILINE)
    links = [(found, block) for block in blocks if (found := _LINK.match(block))]
    if text.strip() and not links:
        raise Unparsed("ip printed no interface that is known here", text)
    for found, block in links:
        lines = block.splitlines()[1:]
        flags = found[3].split(",")
        mac = next((normal_mac(m[2]) for line in lines if (m := _MAC.match(line))), "")
        kind = next((m[1] for line in lines if (m := _KIND.match(line))), "")
        yield InterfaceSeen(
            index=int(found[1]),
            name=found[2],
            kind=_KINDS.get(kind, kind),
            mac=mac if mac and mac_kind(mac) is not MacKind.EXCLUDED else None,
            admin_up="UP" in flags,
            oper_up="LOWER_UP" in flags,
            mtu_bytes=int(found[4]) if found[4] else None,
            addresses=tuple(
                InterfaceAddress(address=m[1], prefix_length=int(m[2]) if m[2] else None)
                for line in lines
                if (m := _ADDRESS.match(line)) and not {"temporary", "tentative", "deprecated"} & set((m[3] or "").split())
            ),
        )


def read_routes(text: str, default: str) -> Iterator[Observation]:
    for line in text.splitlines():
        found = _ROUTE.match(line.strip())
        if not found or found[1] in ("local", "broadcast", "multicast", "anycast"):
            continue
        network = ipaddress.ip_network(default if found[2] == "default" else found[2], strict=False)
        if network.is_link_local or network.is_multicast or network.is_loopback:
            continue
        words = found[3].split()
        told = dict(pairwise(words))
        origin = {"kernel": "connected", "boot": "static", "static": "static"}.get(told.get("proto", ""), told.get("proto", "static"))
        metric = told.get("metric", "")
        yield RouteSeen(
            route=Route(
                destination=str(network),
                gateway=told.get("via"),
                interface=told.get("dev", ""),
                metric=int(metric) if metric.isdecimal() else None,
                origin=found[1] or origin,
            )
        )


def read_arp(text: str) -> Iterator[Observation]:
    for address, flags, mac, interface in _ARP.findall(text):
        normal = normal_mac(mac)
        if flags != "0" and mac_kind(normal) is not MacKind.EXCLUDED and names_a_host(address):
            yield AddressSeen(address=address, mac=normal, provenance=Provenance.THIRD_PARTY, interface=interface)

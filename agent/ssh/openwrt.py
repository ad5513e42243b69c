"""OpenWrt over SSH (dropbear, root). Source: OpenWrt's user guide (19.07 to 24.10): "The UCI system", "ubus"; the tools' man pages.

Its configuration is ``uci export``. Of the rules in force only those are told that are not made from it: fw4 writes its own table
``inet fw4`` out of UCI's rules, and each rule is to be told once. BusyBox's ip has no JSON: its plain text is read then.
"""

import json
import re
from collections.abc import Iterator

from agent.ssh import Description, bridge, busybox_ip, dnsmasq, iproute2, wireguard
from shared.configs import read_config
from shared.configs.observations import observations
from shared.errors import Unparsed
from shared.observation import FirewallRuleSeen, Observation, SystemSeen
from shared.text import one_line

PLATFORM = "openwrt"
CHANNEL = "exec"
RIGHTS = "root, which is the only account that OpenWrt has unless others were made; a key is enough"
RECOGNISE = (Description("OpenWrt"), Description("Linux OpenWrt"))

_WG = ("public-key", "listen-port", "endpoints", "allowed-ips", "latest-handshakes")
ASK = {
    "release": ("cat /etc/openwrt_release",),
    "board": ("ubus call system board",),
    "uname": ("uname -srm",),
    "uci": ("uci export",),
    "addresses": ("ip -j -d address show", "ip address show"),
    "routes": ("ip -j route show", "ip route show"),
    "routes_ipv6": ("ip -j -6 route show", "ip -6 route show"),
    "neighbours": ("ip -j neighbour show", "cat /proc/net/arp"),
    "rules": ("nft -j list ruleset",),
    "wireguard": (f" && echo {wireguard.SECTION} && ".join(f"wg show all {part}" for part in _WG),),
    "bridge_macs": ("bridge -j fdb show",),
    "leases": ("cat /tmp/dhcp.leases",),
}
CONFIGURATION = ("uci",)

read_wireguard = wireguard.read
read_bridge_macs = bridge.read_macs
read_leases = dnsmasq.read_leases

_RELEASE = re.compile(r"^DISTRIB_(\w+)=['\"]?([^'\"\n]*)", re.MULTILINE)
_OWN_TABLE = "inet fw4 "


def read_release(text: str) -> Iterator[Observation]:
    told = dict(_RELEASE.findall(text[:65_536]))
    yield SystemSeen(os=told.get("ID", ""), os_version=told.get("RELEASE", ""))


def read_board(text: str) -> Iterator[Observation]:
    """``{"kernel": ..., "hostname": ..., "model": "Linksys E8450", "release": {"distribution": "OpenWrt", "version": "23.05.3"}}``"""
    try:
        board = json.loads(text)
    except ValueError:
        raise Unparsed("ubus did not print JSON", text) from None
    release = board.get("release") if isinstance(board.get("release"), dict) else {}
    yield SystemSeen(
        name=str(board.get("hostname", "")),
        model=str(board.get("model", "")),
        os=str(release.get("distribution", "")),
        os_version=str(release.get("version", "")),
    )


def read_uname(text: str) -> Iterator[Observation]:
    yield SystemSeen(description=one_line(text))


def read_addresses(text: str) -> Iterator[Observation]:
    yield from iproute2.read_addresses(text) if _is_json(text) else busybox_ip.read_addresses(text)


def read_routes(text: str) -> Iterator[Observation]:
    yield from iproute2.read_routes(text) if _is_json(text) else busybox_ip.read_routes(text, "0.0.0.0/0")


def read_routes_ipv6(text: str) -> Iterator[Observation]:
    yield from iproute2.read_routes_ipv6(text) if _is_json(text) else busybox_ip.read_routes(text, "::/0")


def read_neighbours(text: str) -> Iterator[Observation]:
    yield from iproute2.read_neighbours(text) if _is_json(text) else busybox_ip.read_arp(text)


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("[", "{")


def read_rules(text: str) -> Iterator[Observation]:
    """Port forwards and source translation do not say their table, and fw4's are UCI's own: of other tables the rules alone are told."""
    for seen in observations(read_config("linux", text)):
        if isinstance(seen, FirewallRuleSeen) and not seen.rule.ruleset.startswith(_OWN_TABLE):
            yield seen

"""UniFi gateways over SSH: Dream Machine, UXG, Cloud Gateway (root) and the USG (the site's device account). Source: UniFi's help pages on
SSH and on ``mca-ctrl -t dump-cfg``; the gateways' own scripts, which read ``udapi-net-cfg.json``; iproute2's man pages.

The file of the newer ones first: where there is none, the box is a USG, whose command prints the settings that the controller gave it.
"""

from collections.abc import Iterator

from agent.ssh import Description, bridge, busybox_ip, dnsmasq, iproute2
from shared.observation import Observation, SystemSeen
from shared.text import one_line

PLATFORM = "ubiquiti_unifi"
CHANNEL = "exec"
RIGHTS = "root with the console's SSH password (Dream Machine, UXG, Cloud Gateway), or the site's device account (USG)"
RECOGNISE = (Description("UniFi"), Description("UDM"), Description("UXG"), Description("UCG"), Description("USG"))

ASK = {
    "settings": ("cat /data/udapi-config/udapi-net-cfg.json", "mca-ctrl -t dump-cfg"),
    "uname": ("uname -srm",),
    "hostname": ("hostname",),
    "addresses": ("ip -j -d address show", "ip address show"),
    "routes": ("ip -j route show", "ip route show"),
    "neighbours": ("ip -j neighbour show", "cat /proc/net/arp"),
    "bridge_macs": ("bridge -j fdb show",),
    "leases": ("cat /data/udapi-config/dnsmasq.lease", "cat /run/dnsmasq.leases", "cat /config/dnsmasq.leases"),
}
CONFIGURATION = ("settings",)

read_bridge_macs = bridge.read_macs
read_leases = dnsmasq.read_leases


def read_uname(text: str) -> Iterator[Observation]:
    yield SystemSeen(vendor="Ubiquiti", description=one_line(text))


def read_hostname(text: str) -> Iterator[Observation]:
    yield SystemSeen(name=one_line(text))


def read_addresses(text: str) -> Iterator[Observation]:
    yield from iproute2.read_addresses(text) if _is_json(text) else busybox_ip.read_addresses(text)


def read_routes(text: str) -> Iterator[Observation]:
    yield from iproute2.read_routes(text) if _is_json(text) else busybox_ip.read_routes(text, "0.0.0.0/0")


def read_neighbours(text: str) -> Iterator[Observation]:
    yield from iproute2.read_neighbours(text) if _is_json(text) else busybox_ip.read_arp(text)


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("[", "{")

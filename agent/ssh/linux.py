"""Linux with the usual tools: a firewall or server built on Debian, Ubuntu, Red Hat, Alpine ... Source: the tools' man pages, see below.

Raw: text of one command each, UTF-8. JSON where the tool has it (nft 1.0, iproute2 5 and newer). Commands that need rights are tried as
they are and then by ``sudo -n``; the first of the account's own is enough for root. ``wg show ... dump`` and ``wg showconf`` print
private keys and are never asked, nor is anything of strongSwan but its connections. Of OpenVPN's files only lines without secrets leave the
device.

The rules are what nft and iptables-save both say, in one answer: nft does not show what iptables' extensions ask, iptables-save does not
show nft's own tables, and each rule is to be told once. ``shared.configs.linux`` reads them.
"""

import re
from collections.abc import Iterator

from agent.ssh import Description, SysObjectId, bridge, dnsmasq, iproute2, openvpn, strongswan, wireguard
from shared.observation import ListenerSeen, Observation, SystemSeen
from shared.text import one_line

PLATFORM = "linux"
CHANNEL = "exec"
RIGHTS = (
    "any account; for the rules, tunnels and listeners root, or sudo without a password for nft, iptables-save, ip6tables-save, ipset, wg,"
    " swanctl, cat and ss"
)
RECOGNISE = (SysObjectId("1.3.6.1.4.1.8072.3.2.10"), Description("Linux "))


def _root(command: str) -> tuple[str, ...]:
    """As the account itself, then by sudo. An account that is not root has /usr/sbin seldom in its path, sudo has."""
    return command, f"sudo -n {command}"


def _rules(sudo: str = "") -> tuple[str, str, str]:
    """nft's rules with iptables' where there are any, the same from an nft without JSON, or iptables' alone on a machine without nft."""
    more = f"{sudo}ip6tables-save; {sudo}ipset save; true"
    nft = [f"{sudo}nft {form}list ruleset && {{ echo; {sudo}iptables-save && {more}; true; }}" for form in ("-j ", "")]
    return nft[0], nft[1], f"{sudo}iptables-save && {{ {more}; }}"


_WG = ("public-key", "listen-port", "endpoints", "allowed-ips", "latest-handshakes")

ASK = {
    "uname": ("uname -srm",),
    "os_release": ("cat /etc/os-release", "cat /usr/lib/os-release"),
    "hostname": ("hostname", "cat /proc/sys/kernel/hostname"),
    "ip_forward": ("cat /proc/sys/net/ipv4/ip_forward",),
    "addresses": ("ip -j -d address show", "/sbin/ip -j -d address show"),
    "routes": ("ip -j route show", "/sbin/ip -j route show"),
    "routes_ipv6": ("ip -j -6 route show", "/sbin/ip -j -6 route show"),
    "neighbours": ("ip -j neighbour show", "/sbin/ip -j neighbour show"),
    # by sudo before the next tool: an account without rights has nft nevertheless
    "rules": tuple(command for both in zip(_rules(), _rules("sudo -n "), strict=True) for command in both),
    "wireguard": tuple(f" && echo {wireguard.SECTION} && ".join(f"{sudo}wg show all {part}" for part in _WG) for sudo in ("", "sudo -n ")),
    "strongswan": _root("swanctl --list-conns"),
    "openvpn": (openvpn.command(), openvpn.command("sudo -n ")),
    "bridge_vlans": ("bridge -j vlan show", "/sbin/bridge -j vlan show"),
    "bridge_macs": ("bridge -j fdb show", "/sbin/bridge -j fdb show"),
    # sudo first: without rights ss leaves the programs out and says nothing
    "listeners": ("sudo -n ss -Hlntup", "ss -Hlntup"),
    # world-readable where dnsmasq keeps them; sudo would only turn "not there" into "not allowed"
    "dnsmasq": ("cat /etc/dnsmasq.conf",),
    "leases": ("cat /var/lib/misc/dnsmasq.leases", "cat /var/lib/dnsmasq/dnsmasq.leases", "cat /tmp/dhcp.leases"),
}
CONFIGURATION = ("rules",)

read_addresses = iproute2.read_addresses
read_routes = iproute2.read_routes
read_routes_ipv6 = iproute2.read_routes_ipv6
read_neighbours = iproute2.read_neighbours
read_wireguard = wireguard.read
read_strongswan = strongswan.read
read_bridge_vlans = bridge.read_vlans
read_bridge_macs = bridge.read_macs
read_openvpn = openvpn.read
read_dnsmasq = dnsmasq.read_config
read_leases = dnsmasq.read_leases


def read_uname(text: str) -> Iterator[Observation]:
    yield SystemSeen(description=one_line(text))


def read_os_release(text: str) -> Iterator[Observation]:
    """os-release(5): shell assignments, one a line."""
    values = dict(re.findall(r"^([A-Z_]+)=[\"']?(.*?)[\"']?$", text[:65_536], re.MULTILINE))
    version = values.get("VERSION_ID") or values.get("BUILD_ID", "")
    yield SystemSeen(os=values.get("NAME", ""), os_version=version)


def read_hostname(text: str) -> Iterator[Observation]:
    yield SystemSeen(name=one_line(text))


def read_ip_forward(text: str) -> Iterator[Observation]:
    yield SystemSeen(forwards={"1": True, "0": False}.get(text.strip()))


_LISTENER = re.compile(r"^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:\(\(\"([^\"]*)\")?", re.MULTILINE)


def read_listeners(text: str) -> Iterator[Observation]:
    """ss(8): ``tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=4))``; ``*`` is both families, ``%lo`` an interface."""
    for protocol, address, number, program in _LISTENER.findall(text):
        bare = address.split("%", 1)[0].strip("[]")
        if int(number) <= 65535:
            yield ListenerSeen(address="::" if bare == "*" else bare, protocol=protocol, number=int(number), program=program)

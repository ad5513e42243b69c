"""What the agent knows of the machine it runs on: its interfaces, the subnets they are in, and what it calls itself.

Values only; ``agent.edge.iproute`` reads them. A scan looks at the machine once, before its first packet.
"""

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

from shared.address import IpNetwork
from shared.observation import SystemSeen

# What container engines and hypervisors make for themselves, by the names they give it: nobody's office is on them. The names count only
# where the kernel does not say what a bridge holds together.
_INTERNAL_NAMES = (
    *("docker", "br-", "virbr", "veth", "vnet", "cni", "flannel", "cali", "cilium", "lxc", "lxdbr", "incusbr", "podman", "kube-"),
    *("vmnet", "vboxnet", "weave", "antrea", "ovn", "waydroid"),
)
# ip-link(8)'s names of kinds of interface: what stands for nothing outside, and what ends somewhere else than on this segment
_NO_CABLE = frozenset({"dummy", "ifb", "nlmon", "netdevsim", "macvtap", "ipvtap", "netkit"})
_TUNNELS = frozenset(
    (
        *("tun", "wireguard", "ppp", "xfrm", "vti", "vti6", "ipip", "sit", "ip6tnl", "gre", "gretap", "ip6gre", "ip6gretap", "erspan"),
        *("vxlan", "geneve", "bareudp", "gtp", "amt", "rmnet"),
    )
)
_GUESTS = frozenset({"veth", "tun"})
"""As a part of a bridge: the cable of a container or of a virtual machine."""
_BUNDLES = frozenset({"bridge", "bond", "team"})
"""Their members have no addresses of their own worth asking from: the bundle has them."""


@dataclass(frozen=True, slots=True)
class OwnAddress:
    address: str
    prefix_length: int
    link_local: bool = False

    @property
    def network(self) -> IpNetwork:
        return ipaddress.ip_network(f"{self.address}/{self.prefix_length}", strict=False)


@dataclass(frozen=True, slots=True)
class OwnInterface:
    """``broadcast``: it speaks ARP (Ethernet and Wi-Fi do; loopback and tunnels do not)."""

    index: int
    name: str
    mac: str | None = None
    mtu_bytes: int | None = None
    admin_up: bool = True
    oper_up: bool | None = None
    broadcast: bool = True
    loopback: bool = False
    addresses: tuple[OwnAddress, ...] = ()
    kind: str = ""
    """ip-link(8)'s: ``bridge``, ``vlan``, ``bond``, ``veth`` ...; empty: hardware, or not known."""
    member_of: str = ""
    """The kind of the bundle that it is a part of: ``bridge``, ``bond``, ``team``, ``vrf`` ..."""
    has_cable: bool | None = None
    """Of a bridge: whether a part of it leads out of this machine. None: not known."""

    @property
    def internal(self) -> bool:
        """Nobody but this machine and its guests is there."""
        if self.loopback or self.kind in _NO_CABLE or (self.kind in _GUESTS and self.member_of):
            return True
        return not self.has_cable if self.has_cable is not None else self.name.startswith(_INTERNAL_NAMES)

    @property
    def has_neighbours(self) -> bool:
        """Whether others can be asked through it: it is up, is an Ethernet or a Wi-Fi, and is no mere part of a bridge or bond."""
        segment = self.broadcast and not self.loopback and self.kind not in _TUNNELS
        return self.admin_up and segment and self.member_of not in _BUNDLES


@dataclass(frozen=True, slots=True)
class Connection:
    """A subnet that the machine is in, and as whom."""

    prefix: str
    interface: str
    address: str
    mac: str | None
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    hostname: str = ""
    system: SystemSeen = field(default_factory=SystemSeen)
    interfaces: tuple[OwnInterface, ...] = ()
    gateways: tuple[tuple[str, str], ...] = ()
    """(interface, gateway) of each default route, the preferred one first."""

    def connections(self) -> list[Connection]:
        """Every IPv4 subnet that the machine can ask by ARP, in the order of its interfaces."""
        return [
            Connection(str(own.network), interface.name, own.address, interface.mac, self._gateway(interface.name, own.network))
            for interface in self.interfaces
            if interface.has_neighbours
            for own in interface.addresses
            if own.network.version == 4 and not own.link_local
        ]

    def own_subnets(self) -> tuple[str, ...]:
        """The subnets to document where nobody has said which: those connected, less what container engines made."""
        internal = {interface.name for interface in self.interfaces if interface.internal}
        found = [c.prefix for c in self.connections() if c.interface not in internal and ipaddress.ip_network(c.prefix).prefixlen < 31]
        return tuple(dict.fromkeys(found))

    def own_ipv6_subnets(self) -> tuple[str, ...]:
        """The IPv6 prefixes, link-local left out, that the machine is in where others are."""
        found = [str(own.network) for i in self.interfaces if i.has_neighbours for own in i.addresses if not own.link_local]
        return tuple(dict.fromkeys(prefix for prefix in found if ":" in prefix and not prefix.endswith("/128")))

    def connections_to(self, prefix: str) -> list[Connection]:
        """The connection whose subnet holds all of ``prefix``; else every one that holds a part of it."""
        wanted = _network(prefix)
        near = [c for c in self.connections() if wanted.version == 4 and _network(c.prefix).overlaps(wanted)]
        whole = [c for c in near if _network(c.prefix).prefixlen <= wanted.prefixlen]
        return [max(whole, key=lambda c: _network(c.prefix).prefixlen)] if whole else near

    def gateway_of(self, address: str) -> str | None:
        """The gateway of the connected subnet that ``address`` is in; else that of the preferred default route."""
        parsed = ipaddress.ip_address(address)
        for connection in self.connections():
            if parsed in _network(connection.prefix) and connection.gateway:
                return connection.gateway
        return next((gateway for _, gateway in self.gateways if ipaddress.ip_address(gateway).version == parsed.version), None)

    def own_addresses(self) -> list[OwnAddress]:
        """Addresses that others can reach the machine by."""
        return [own for i in self.interfaces if not i.internal and i.admin_up for own in i.addresses if not own.link_local]

    def _gateway(self, interface: str, network: IpNetwork) -> str | None:
        return next((gateway for name, gateway in self.gateways if name == interface and ipaddress.ip_address(gateway) in network), None)


@lru_cache(maxsize=1024)
def _network(prefix: str) -> IpNetwork:
    return ipaddress.ip_network(prefix)

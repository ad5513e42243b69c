"""What is known of an IOS box while its configuration is read: the parts refer to each other by name, in any order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.cisco_ace import Dialect
from shared.configs.cisco_lists import AccessList, Use
from shared.configs.cisco_objects import Objects
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.firewall import ANY, Action, DhcpReservation, Scope

_KINDS = (
    (re.compile(r"(?:\w*Ethernet|ethernet|eth|FortyGigE|HundredGigE|TwentyFiveGigE|FastEtheret|Serial|ATM|Cellular|Async)"), "ethernet"),
    (re.compile(r"Vlan|BVI|BDI|br", re.IGNORECASE), "vlan"),
    (re.compile(r"Port-?channel|bond", re.IGNORECASE), "lag"),
    (re.compile(r"Loopback|lo", re.IGNORECASE), "loopback"),
    (re.compile(r"Tunnel|Virtual-Template|VirtualPortGroup|nve|gre|wg", re.IGNORECASE), "tunnel"),
    (re.compile(r"Dialer|Virtual-PPP|Multilink|ppp", re.IGNORECASE), "ppp"),
    (re.compile(r"Dot11Radio|Wlan", re.IGNORECASE), "wireless"),
)
_SHORT = {"Serial": "serial", "ATM": "dsl", "Cellular": "cellular", "Async": "serial"}


@dataclass(slots=True)
class Tunnel:
    """What makes an interface a tunnel's end."""

    source: str = ""
    destination: str = ""
    mode: str = ""
    profile: str = ""
    nhrp: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Port:
    """An interface, with all that its statements say."""

    name: str
    line: int = 0
    description: str = ""
    enabled: bool = True
    addresses: list[str] = field(default_factory=list)
    unnumbered: str = ""
    dhcp_client: bool = False
    ppp: bool = False
    nat: str = ""
    zone: str = ""
    vrf: str = ""
    lists: dict[tuple[str, str], str] = field(default_factory=dict)
    """(``in`` or ``out``, family) -> access list."""
    crypto_map: str = ""
    helpers: list[str] = field(default_factory=list)
    dot1q: int | None = None
    mac: str = ""
    mtu_bytes: int | None = None
    lag: str = ""
    dialer: str = ""
    tunnel: Tunnel = field(default_factory=Tunnel)
    routed: bool = False
    """It says so: ``no switchport``, or an address, or that there is none."""
    switched: bool = False
    mode: str = ""
    access_vlan: int | None = None
    native_vlan: int | None = None
    voice_vlan: int | None = None
    allowed: set[int] | None = None
    poe: bool | None = None
    speed: str = ""
    duplex: str = ""
    security: list[str] = field(default_factory=list)
    stp: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        for pattern, kind in _KINDS:
            if found := pattern.match(self.name):
                if kind == "ethernet" and "." in self.name:
                    return "vlan"
                return _SHORT.get(found[0], kind)
        return ""

    @property
    def parent(self) -> str:
        return self.name.partition(".")[0] if "." in self.name else ""


@dataclass(slots=True)
class Pool:
    """A DHCP pool as it is written."""

    name: str
    prefix: str = ""
    host: str = ""
    mac: str = ""
    client_name: str = ""
    gateway: str = ""
    dns: list[str] = field(default_factory=list)
    domain: str = ""
    lease_s: int | None = 86_400
    options: list[str] = field(default_factory=list)
    reservations: list[DhcpReservation] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """``line vty 0 4``: a way to the command line."""

    name: str
    transport: list[str] | None = None
    access_class: list[str] = field(default_factory=list)
    access_class6: list[str] = field(default_factory=list)
    detail: list[str] = field(default_factory=list)


@dataclass(slots=True)
class NatStatement:
    """``ip nat ...``: read at the end, when lists, pools and interfaces are known."""

    statement: Statement
    line: int


@dataclass(slots=True)
class CryptoEntry:
    """An entry of a crypto map, or a dynamic one, or an IPsec profile."""

    name: str
    number: str = ""
    line: int = 0
    peers: list[str] = field(default_factory=list)
    acl: str = ""
    transforms: list[str] = field(default_factory=list)
    pfs: str = ""
    lifetime_s: int | None = None
    ikev2_profile: str = ""
    isakmp_profile: str = ""
    dynamic: str = ""
    manual: bool = False
    description: str = ""


@dataclass(slots=True)
class IkeProfile:
    """An ISAKMP or IKEv2 profile, keyring entry or client group: who may speak to whom, and how each proves itself."""

    name: str
    keyring: str = ""
    identities: list[str] = field(default_factory=list)
    local_id: str = ""
    auth: list[str] = field(default_factory=list)
    group: str = ""
    virtual_template: str = ""


@dataclass(slots=True)
class Key:
    """A pre-shared key: for whom, and its fingerprint."""

    peer: str
    fingerprint: str
    keyring: str = ""


@dataclass(slots=True)
class ZonePair:
    name: str
    source: str
    destination: str
    statement: Statement
    policy: str = ""


@dataclass(slots=True)
class ClassMap:
    name: str
    match_all: bool = True
    matches: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class PolicyClass:
    class_map: str
    action: str
    statement: Statement
    log: bool = False
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which a class may fit."""

    action: Action = Action.ALLOW
    """``DENY``: an entry of a list that says that this is not of the class."""
    sources: tuple[str, ...] = (ANY,)
    destinations: tuple[str, ...] = (ANY,)
    services: tuple[str, ...] = (ANY,)
    source_names: tuple[str, ...] = ()
    destination_names: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(slots=True)
class Box:
    reading: Reading
    objects: Objects = field(default_factory=Objects)
    acls: dict[str, AccessList] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    vlans: dict[int, str] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    excluded: list[tuple[str, str]] = field(default_factory=list)
    nat: list[NatStatement] = field(default_factory=list)
    nat_pools: dict[str, str] = field(default_factory=dict)
    route_maps: dict[str, list[str]] = field(default_factory=dict)
    """Route map -> the access lists that it matches."""
    lines: list[Line] = field(default_factory=list)
    services: dict[str, dict[str, object]] = field(default_factory=dict)
    """HTTP, HTTPS ... -> what ``RemoteAccess`` wants."""
    zones: dict[str, str] = field(default_factory=dict)
    pairs: list[ZonePair] = field(default_factory=list)
    classes: dict[str, ClassMap] = field(default_factory=dict)
    policies: dict[str, list[PolicyClass]] = field(default_factory=dict)
    matches: dict[str, list[Match]] = field(default_factory=dict)
    """What a class fits, worked out once: classes hold classes."""
    crypto_maps: dict[str, list[CryptoEntry]] = field(default_factory=dict)
    ipsec_profiles: dict[str, CryptoEntry] = field(default_factory=dict)
    transforms: dict[str, str] = field(default_factory=dict)
    ike1: dict[str, dict[str, str]] = field(default_factory=dict)
    ike2: dict[str, str] = field(default_factory=dict)
    ike_profiles: dict[str, IkeProfile] = field(default_factory=dict)
    client_groups: dict[str, dict[str, str]] = field(default_factory=dict)
    address_pools: dict[str, str] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    uses: list[tuple[str, Use]] = field(default_factory=list)
    """Which list is used where: told to the lists when all are known."""

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.objects, wildcards=True)

    def acl(self, name: str, family: str = "") -> AccessList:
        found = self.acls.setdefault(name, AccessList(name, entering=Scope.EITHER))
        if family:
            found.family = family
        return found

    def use(self, name: str, use: Use) -> None:
        self.uses.append((name, use))

    def address_of(self, interface: str) -> str:
        """Its own address where the configuration says it, else ``interface:NAME``."""
        port = self.ports.get(full_name(interface))
        addresses = [a.partition("/")[0] for a in port.addresses] if port else []
        return addresses[0] if addresses and values.is_address(addresses[0]) else f"interface:{full_name(interface)}"


def full_name(interface: str) -> str:
    """``FastEthernet 0/1`` -> ``FastEthernet0/1``"""
    return interface.replace(" ", "")


def with_no(sections: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Section -> first words, as ``dispatch`` wants it, with each one's ``no`` and ``default``."""
    return {f"{prefix}{first}": section for section, firsts in sections.items() for first in firsts for prefix in ("", "no ", "default ")}

"""What is known of an ASA while its configuration is read: the parts refer to each other by name, in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.cisco_ace import Dialect
from shared.configs.cisco_lists import AccessList, Use
from shared.configs.cisco_objects import Objects
from shared.configs.reading import Reading
from shared.configs.statement import Statement


@dataclass(slots=True)
class Port:
    """An interface; ``nameif`` is what the rules call it."""

    name: str
    line: int = 0
    nameif: str = ""
    level: int | None = None
    description: str = ""
    enabled: bool = True
    addresses: list[str] = field(default_factory=list)
    dhcp_client: bool = False
    ppp: bool = False
    default_route: bool = False
    """``setroute``: the default route comes with the address."""
    management: bool = False
    vlan: int | None = None
    mac: str = ""
    mtu_bytes: int | None = None
    lag: str = ""
    bridge: str = ""
    switched: bool = False
    mode: str = ""
    access_vlan: int | None = None
    allowed: str = ""
    speed: str = ""
    duplex: str = ""
    tunnel: dict[str, str] = field(default_factory=dict)

    @property
    def security_level(self) -> int | None:
        """The level that counts: ``inside`` is 100 and all else 0 where nothing is said."""
        if not self.nameif:
            return None
        return self.level if self.level is not None else 100 if self.nameif == "inside" else 0


@dataclass(slots=True)
class CryptoEntry:
    name: str
    number: str
    line: int
    acl: str = ""
    peers: list[str] = field(default_factory=list)
    transforms: list[str] = field(default_factory=list)
    ike: str = ""
    pfs: str = ""
    lifetime_s: int | None = None
    dynamic: str = ""
    comment: str = ""


@dataclass(slots=True)
class TunnelGroup:
    """Whom the box speaks to, and how each proves itself."""

    name: str
    line: int = 0
    kind: str = ""
    fingerprints: list[str] = field(default_factory=list)
    auth: list[str] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)
    policy: str = ""
    servers: str = ""
    aliases: list[str] = field(default_factory=list)
    comment: str = ""
    has_general: bool = False


@dataclass(slots=True)
class GroupPolicy:
    protocols: list[str] = field(default_factory=list)
    pools: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    reading: Reading
    objects: Objects = field(default_factory=Objects)
    names: dict[str, str] = field(default_factory=dict)
    acls: dict[str, AccessList] = field(default_factory=dict)
    ports: dict[str, Port] = field(default_factory=dict)
    """By the physical name."""
    uses: list[tuple[str, Use]] = field(default_factory=list)
    global_list: str = ""
    same_level: set[str] = field(default_factory=set)
    """``inter-interface``, ``intra-interface``"""
    nat: list[Statement] = field(default_factory=list)
    """Twice NAT, and all of the old form."""
    object_nat: list[tuple[str, Statement]] = field(default_factory=list)
    allowed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Service of the box -> interface -> sources."""
    services: dict[str, dict[str, object]] = field(default_factory=dict)
    snmp_hosts: dict[str, list[str]] = field(default_factory=dict)
    dhcp: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    crypto: dict[tuple[str, str], CryptoEntry] = field(default_factory=dict)
    crypto_on: dict[str, list[str]] = field(default_factory=dict)
    transforms: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, CryptoEntry] = field(default_factory=dict)
    ike1: dict[str, dict[str, str]] = field(default_factory=dict)
    ike2: dict[str, dict[str, str]] = field(default_factory=dict)
    ike_on: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, TunnelGroup] = field(default_factory=dict)
    policies: dict[str, GroupPolicy] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)
    ssl_on: list[str] = field(default_factory=list)
    ssl_port: int = 443

    @property
    def dialect(self) -> Dialect:
        return Dialect(self.objects, wildcards=False, names=self.names, interface=self.address_of)

    def acl(self, name: str) -> AccessList:
        return self.acls.setdefault(name, AccessList(name))

    def use(self, name: str, use: Use) -> None:
        self.uses.append((name, use))

    def named(self, nameif: str) -> Port | None:
        return next((port for port in self.ports.values() if port.nameif == nameif), None)

    def address_of(self, nameif: str) -> str:
        """Its own address where the configuration says it, else ``interface:NAME``."""
        port = self.named(nameif)
        own = [address.partition("/")[0] for address in port.addresses] if port else []
        return own[0] if own else f"interface:{nameif}"

    def address(self, word: str) -> str:
        """A plain address, or one that ``name`` has given a name to. ValueError for what is none."""
        known = self.names.get(word, word)
        if not values.is_address(known):
            raise ValueError(f"{word} is no address")
        return known

    def network(self, words: Sequence[str]) -> str:
        """``10.0.0.0 255.0.0.0``, ``0 0``, ``2001:db8::/32``"""
        first = {"0": "0.0.0.0"}.get(words[0], self.names.get(words[0], words[0]))  # noqa: S104 - an address in a text
        if "/" in first or ":" in first:
            return values.network(first)
        mask = {"0": "0.0.0.0"}.get(words[1], words[1]) if len(words) > 1 else ""  # noqa: S104 - a mask in a text
        return values.network(first, mask)


def with_no(sections: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Section -> first words, as ``dispatch`` wants it, with each one's ``no``."""
    return {f"{prefix}{first}": section for section, firsts in sections.items() for first in firsts for prefix in ("", "no ", "clear ")}

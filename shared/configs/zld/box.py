"""What is known of a ZLD device while its text is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.cisco_lists import Keys
from shared.configs.named_objects import Named
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.firewall import ANY

DEVICE = frozenset(("zywall", "device", "self"))
"""How a policy names the device itself, by release."""


@dataclass(slots=True)
class Port:
    """An interface, to be made a model at the end."""

    name: str
    type: str = ""
    """``external``, ``internal``, ``general``"""
    kind: str = "ethernet"
    label: str = ""
    description: str = ""
    enabled: bool = True
    addresses: list[str] = field(default_factory=list)
    dhcp: bool = False
    gateway: str = ""
    metric: int | None = None
    parent: str = ""
    members: list[str] = field(default_factory=list)
    vlan: int | None = None
    mtu: int | None = None
    pool: str = ""
    relay: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ZoneText:
    name: str
    interfaces: list[str] = field(default_factory=list)
    block: bool | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule of who may reach a service of the device: in order, the first that fits."""

    group: str
    zone: str
    accept: bool


@dataclass(slots=True)
class Service:
    name: str
    port: int
    protocol: str = "tcp"
    enabled: bool | None = None
    guards: list[Guard] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    reading: Reading
    addresses: Named = field(default_factory=Named)
    addresses6: Named = field(default_factory=Named)
    services: Named = field(default_factory=Named)
    ports: dict[str, Port] = field(default_factory=dict)
    zones: dict[str, ZoneText] = field(default_factory=dict)
    policies: list[Statement] = field(default_factory=list)
    servers: list[Statement] = field(default_factory=list)
    routes: list[Statement] = field(default_factory=list)
    phase1: dict[str, Statement] = field(default_factory=dict)
    phase2: list[Statement] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)
    default_action: str = "deny"
    default_log: bool = False
    active: bool = True
    """The switch for all policies."""
    own: dict[str, Service] = field(
        default_factory=lambda: {
            "http": Service("http", 80), "https": Service("https", 443), "ssh": Service("ssh", 22), "telnet": Service("telnet", 23),
            "ftp": Service("ftp", 21), "snmp": Service("snmp", 161, "udp"),
        }
    )  # fmt: skip
    l2tp: dict[str, str] = field(default_factory=dict)
    default_snat: Statement | None = None
    labels: dict[str, str] = field(default_factory=dict)
    """``interface-name``: the port's own name by the one that a person gave."""

    def port(self, name: str) -> Port:
        return self.ports.setdefault(name, Port(name))

    def close(self) -> None:
        """All is known: objects of an interface become its address, where it has one of its own."""
        for name, found in self.addresses.own.items():
            kind, _, place = found[0].partition(":")
            port = self.ports.get(place)
            if port and port.addresses and kind in ("interface", "net"):
                self.addresses.own[name] = tuple(a.partition("/")[0] if kind == "interface" else values.network(a) for a in port.addresses)
        for table in (self.addresses, self.addresses6, self.services):
            table.close()

    def addresses_of(self, names: Sequence[str], *, six: bool = False) -> tuple[str, ...]:
        table = self.addresses6 if six else self.addresses
        found = dict.fromkeys(value for name in names for value in ((ANY,) if name.lower() == ANY else self._values(table, name)))
        return (ANY,) if ANY in found or not found else tuple(found)

    def _values(self, table: Named, name: str) -> tuple[str, ...]:
        if not table.knows(name) and values.is_network(name):
            return (values.network(name),)
        return table.values(name)

    def missing(self, names: Sequence[str], table: Named) -> list[str]:
        """A text without any such object is a part of one: then nothing is missing."""
        if not table.own:
            return []
        return [each for name in names if name.lower() != ANY for each in table.missing(name) if not values.is_network(each)]

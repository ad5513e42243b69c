"""What is known of a SonicWall while its text is read, and words that its parts share.

SonicOS repeats in a block all that its head line says (``access-rule ipv4 from LAN to WAN action allow``): what the block says goes before.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.cisco_lists import Keys
from shared.configs.named_objects import Named
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.firewall import ANY

_OWN_NAMES = re.compile(
    r"(?:[XUWT]\d+(?::V\d+)?|MGMT) .*(?:IP|Subnet|Address(?:es)?|Gateway)$|Default Active WAN IP$|W(?:LAN|AN) RemoteAccess Networks$"
)
"""Objects that SonicOS has without printing them, of interfaces that the text may not name."""


@dataclass(slots=True)
class Port:
    """An interface, to be made a model at the end."""

    name: str
    line: int
    kind: str = "ethernet"
    zone: str = ""
    description: str = ""
    enabled: bool = True
    addresses: list[str] = field(default_factory=list)
    dhcp: bool = False
    ppp: bool = False
    gateway: str = ""
    parent: str = ""
    vlan: int | None = None
    mtu: int | None = None
    mac: str = ""
    management: list[str] = field(default_factory=list)
    member: bool = False
    """A port of another interface: it has no network of its own."""

    def networks(self, *, six: bool = False) -> tuple[str, ...]:
        found = tuple(values.network(address) for address in self.addresses if (":" in address) is six)
        return found or (() if six or self.member else (f"net:{self.name}",))

    def own(self, *, six: bool = False) -> tuple[str, ...]:
        found = tuple(address.partition("/")[0] for address in self.addresses if (":" in address) is six)
        return found or (() if six or self.member else (f"interface:{self.name}",))


@dataclass(slots=True)
class ZoneText:
    name: str
    security: str = ""
    trust: bool | None = None


@dataclass(slots=True)
class Box:
    reading: Reading
    addresses: Named = field(default_factory=Named)
    services: Named = field(default_factory=Named)
    ports: dict[str, Port] = field(default_factory=dict)
    zones: dict[str, ZoneText] = field(default_factory=dict)
    rules: list[Statement] = field(default_factory=list)
    nat: list[Statement] = field(default_factory=list)
    routes: list[Statement] = field(default_factory=list)
    tunnels: list[Statement] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)
    management_ports: dict[str, int] = field(default_factory=lambda: {"https": 443, "http": 80, "ssh": 22, "snmp": 161})
    vpn: bool = True
    """The switch for all tunnels."""
    ssl_port: int | None = None
    ssl_zones: list[str] = field(default_factory=list)
    ssl_pool: str = ""

    def port(self, name: str, line: int) -> Port:
        return self.ports.setdefault(name, Port(name, line))

    def wan_zones(self) -> set[str]:
        return {zone.name for zone in self.zones.values() if zone.security == "untrusted" and zone.name != "MULTICAST"} | {"WAN"}

    def leave(self, section: str, statement: Statement) -> None:
        """The one statement belongs to a part that is not modelled; what is below it is told apart."""
        self.reading.pass_over_lines(section, 1)

    def own_addresses(self, name: str) -> tuple[str, ...] | None:
        """Addresses of the device itself, by the names that SonicOS gives them; None for another name."""
        return _own_addresses(self, name)

    def own_zones(self, name: str) -> set[str]:
        """The zones of the interfaces whose own addresses a name means."""
        words = name.split()
        return {port.zone for port in _meant(self, words[:-1]) or ()} if self.own_addresses(name) is not None else set()

    def address(self, name: str) -> tuple[str, ...]:
        if not self.addresses.knows(name) and (found := self.own_addresses(name) or _own_networks(self, name)):
            return found
        return self.addresses.values(name)

    def missing_addresses(self, names: Iterable[str]) -> list[str]:
        return [each for name in names for each in self.addresses.missing(name) if not self._is_built_in(each)]

    def _is_built_in(self, name: str) -> bool:
        known = self.own_addresses(name) is not None or _own_networks(self, name) is not None
        return known or values.is_network(name) or bool(_OWN_NAMES.match(name))

    def built_in_members(self) -> None:
        """Groups name built-in objects too: these become known, so that a group resolves."""
        named = {member for held in self.addresses.members.values() for member in held}
        for name in sorted(named):
            if not self.addresses.knows(name) and (found := self.own_addresses(name) or _own_networks(self, name)):
                self.addresses.own[name] = found
        self.addresses.close()


_WORDS_BETWEEN = frozenset(("All", "Management", "Interface", "Primary", "IPv4", "IPv6", "Static", "Dynamic", "Link-Local"))


def _own_addresses(box: Box, name: str) -> tuple[str, ...] | None:
    """``X1 IP``, ``All X1 Management IP``, ``WAN Interface IP``, ``All WAN IP``, ``X0 IPv6 Primary Static Address`` ..."""
    words = name.split()
    if len(words) < 2 or words[-1] not in ("IP", "Address", "Addresses"):
        return None
    ports = _meant(box, words[:-1])
    return None if ports is None else _all(port.own(six="IPv6" in words) for port in ports)


def _own_networks(box: Box, name: str) -> tuple[str, ...] | None:
    """``X0 Subnet``, ``LAN Subnets``, ``LAN IPv6 Subnets``, ``Firewalled Subnets``, ``X1 Default Gateway``."""
    words = name.split()
    if words[-2:] == ["Default", "Gateway"] and len(words) == 3 and words[0] in box.ports:
        return (box.ports[words[0]].gateway,) if box.ports[words[0]].gateway else None
    if len(words) < 2 or words[-1] not in ("Subnet", "Subnets"):
        return None
    if words[0] == "Firewalled":
        wan = box.wan_zones()
        return _all(port.networks(six="IPv6" in words) for port in box.ports.values() if port.zone and port.zone not in wan)
    ports = _meant(box, [word for word in words[:-1] if word != "Address"])
    return None if ports is None else _all(port.networks(six="IPv6" in words) for port in ports)


def _meant(box: Box, words: list[str]) -> list[Port] | None:
    """The interfaces that a name speaks of: one, those of a zone, or all."""
    inner = [word for word in words if word not in _WORDS_BETWEEN]
    if not inner:
        return [port for port in box.ports.values() if port.zone] if {"Interface", "Management"} & set(words) else None
    place = " ".join(inner)
    if place in box.ports:
        return [box.ports[place]]
    return [port for port in box.ports.values() if port.zone == place] if place in box.zones else None


def _all(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for values_of_one in found for value in values_of_one))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a policy asks of one field: the names as written, and the values where they stand there themselves."""

    names: tuple[str, ...] = ()
    literal: tuple[str, ...] = ()
    original: bool = False

    @property
    def everything(self) -> bool:
        return not self.names and not self.literal


def chosen(words: list[str]) -> Chosen:
    """Takes ``any``, ``original``, ``none``, ``name N``, ``group N``, ``host IP``, ``network IP MASK``, ``range A B`` off the words' front.

    ValueError for another form."""
    kind = words.pop(0)
    if kind in (ANY, "none", "all"):
        return Chosen()
    if kind == "original":
        return Chosen(original=True)
    if kind in ("name", "group", "built-in"):
        return Chosen((words.pop(0),))
    if kind == "host":
        return Chosen(literal=(values.network(words.pop(0)),))
    if kind == "network":
        return Chosen(literal=(values.network(words.pop(0), words.pop(0)),))
    if kind == "range":
        return Chosen(literal=(values.span(words.pop(0), words.pop(0)),))
    raise ValueError(f"{kind} is no choice of SonicOS")


def switched(statement: Statement) -> tuple[bool, list[str]]:
    """``no enable`` -> (False, ["enable"])"""
    words = statement.words
    return (False, words[1:]) if words[0] == "no" else (True, list(words))

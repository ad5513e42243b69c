"""What is known of a Stormshield firewall while its files are read. Names of objects and interfaces hold without regard to capitals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.cisco_lists import Keys
from shared.configs.named_objects import Named
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.firewall import ANY

PREDEFINED = {
    "http": ("tcp/80",), "https": ("tcp/443",), "ssh": ("tcp/22",), "ftp": ("tcp/21",), "smtp": ("tcp/25",), "telnet": ("tcp/23",),
    "dns_udp": ("udp/53",), "dns_tcp": ("tcp/53",), "dns": ("tcp/53", "udp/53"), "pop3": ("tcp/110",), "imap": ("tcp/143",),
    "ntp": ("udp/123",), "snmp": ("udp/161",), "ldap": ("tcp/389",), "firewall_srv": ("tcp/1300",), "syslog": ("udp/514",),
}  # fmt: skip
"""Services that SNS comes with, for a text without its object file."""


@dataclass(slots=True)
class Port:
    name: str
    section: str
    kind: str
    enabled: bool = True
    protected: bool | None = None
    addresses: list[str] = field(default_factory=list)
    dhcp: bool = False
    comment: str = ""
    bridge: str = ""
    parent: str = ""
    vlan: int | None = None
    mtu: int | None = None


@dataclass(slots=True)
class Slot:
    """A policy: one of ten, of which one is active. ``folder``: ``Filter`` or ``Global/Filter``."""

    folder: str
    number: str
    rules: list[Statement] = field(default_factory=list)
    nat: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    reading: Reading
    addresses: Named = field(default_factory=lambda: Named(fold=True))
    services: Named = field(default_factory=lambda: Named(fold=True))
    ports: dict[str, Port] = field(default_factory=dict)
    """By their names in small letters."""
    slots: list[Slot] = field(default_factory=list)
    active: dict[str, str] = field(default_factory=dict)
    """Folder -> the number of its active slot."""
    slot_names: dict[str, str] = field(default_factory=dict)
    default_route: str = ""
    dns: list[str] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)

    def close(self) -> None:
        """All objects are known: those that the firewall makes of its interfaces are added."""
        internals: list[str] = []
        for port in self.ports.values():
            own = tuple(address.partition("/")[0] for address in port.addresses) or (f"interface:{port.name}",)
            network = tuple(values.network(address) for address in port.addresses) or (f"net:{port.name}",)
            self._built_in(f"Firewall_{port.name}", own)
            self._built_in(f"Network_{port.name}", network)
            internals += network if port.protected else ()
        if self.ports:
            self._built_in("firewall_all", ("self",))
            self._built_in("Network_internals", internals or ("Network_internals",))
            self._built_in("Internet", tuple(f"!{network}" for network in internals) or ("Internet",))
        for name, found in PREDEFINED.items():
            if not self.services.knows(name):
                self.services.add(name, found)
        self.addresses.close()
        self.services.close()

    def _built_in(self, name: str, found: Sequence[str]) -> None:
        if not self.addresses.knows(name):
            self.addresses.add(name, found)

    def is_own(self, name: str) -> bool:
        """Whether a name means the firewall itself."""
        small = name.lower()
        return small == "firewall_all" or (small.startswith("firewall_") and small.removeprefix("firewall_") in self.ports)

    def missing(self, names: Sequence[str], table: Named, *, told: bool) -> list[str]:
        """``told``: the text has such objects at all; else nothing can be missing."""
        if not told:
            return []
        return [each for name in names if name.lower() != ANY for each in table.missing(name) if not values.is_network(each)]

    def addresses_of(self, names: Sequence[str], *, negated: bool) -> tuple[str, ...]:
        if any(name.lower() == ANY for name in names) or not names:
            return (ANY,)
        # "everything but" in a list of several says nothing that a list of values can say
        alone = len(names) == 1 and not negated
        found: dict[str, None] = {}
        for name in names:
            for value in self.addresses.values(name):
                found[name if value.startswith("!") and not alone else value] = None
        return tuple(f"!{value}" for value in found) if negated else tuple(found)

"""What is known of the box while its entities are read: hosts, services, interfaces and zones by their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.pf.box import Keys, attempt, known
from shared.configs.reading import Reading
from shared.configs.sfos.countries import COUNTRIES
from shared.configs.xml_tree import Element, Tree
from shared.firewall import ANY

__all__ = ["Box", "Keys", "attempt", "known"]


@dataclass(slots=True)
class Box:
    tree: Tree
    reading: Reading
    entities: dict[str, list[Element]] = field(default_factory=dict)
    """Whole entities by their names, from wherever the API puts them."""
    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    address_groups: dict[str, list[str]] = field(default_factory=dict)
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    service_groups: dict[str, list[str]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {"HTTPS": 4444, "UserPortal": 443, "VPNPortal": 443})
    """Of the box's own services, where they can be moved."""
    ssl_vpn: str = "tcp/8443"

    def each(self, name: str) -> list[Element]:
        return self.entities.get(name, [])

    def network(self, name: str) -> tuple[str, ...]:
        """The values of a host, a group, or a host that the system has for a port of its own (``#Port1``)."""
        if name.lower() in ("any", "any ipv4", "any ipv6"):
            return (ANY,)
        if name not in self.addresses and name not in self.address_groups and name.startswith("#") and not name.startswith("##"):
            return (f"interface:{name[1:]}",)
        if name in COUNTRIES and name not in self.addresses and name not in self.address_groups:
            return (f"geo:{name}",)
        return values.resolved(name, self.addresses, self.address_groups)

    def service(self, name: str) -> tuple[str, ...]:
        return (ANY,) if name.lower() == "any" else values.resolved(name, self.services, self.service_groups)

    def missing(self, networks: Iterable[str], services: Iterable[str]) -> str:
        """What a rule refers to and the text does not define; nothing is said of kinds that were not exported at all."""
        for name in networks if self.addresses else ():
            if undefined := self._undefined(name, self.addresses, self.address_groups):
                return f"host {undefined} is not defined"
        for name in services if self.services else ():
            if undefined := self._undefined(name, self.services, self.service_groups):
                return f"service {undefined} is not defined"
        return ""

    @staticmethod
    def _undefined(name: str, own: Mapping[str, object], groups: Mapping[str, list[str]]) -> str:
        waiting, passed = [name], set[str]()
        while waiting:
            here = waiting.pop()
            if here in passed or here in own or here in COUNTRIES or here.lower().startswith(("any", "#", "geo:")):
                continue
            passed.add(here)
            if here not in groups:
                return here
            waiting += groups[here]
        return ""


def on(element: Element, name: str) -> bool:
    return element.get(name).lower() in ("enable", "enabled", "on", "yes", "1", "true", "active", "y")


def members(element: Element | None, block: str, name: str) -> list[str]:
    """The names in a list element; none where the element is not there."""
    found = element.child(block) if element is not None else None
    if found is None:
        return []
    found.read = True
    return found.texts(name)

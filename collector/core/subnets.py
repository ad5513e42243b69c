"""Which subnets and VLANs does the site have, and which of its addresses are public?

A subnet is known because the agent looked at it, stands in it, or a device has an interface in it.
"""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collector.core import holdings
from collector.core.facts import DeviceFacts, site_observations
from collector.core.knowledge import KnownSite
from shared.address import address_order
from shared.inventory import Subnet, Vlan
from shared.observation import (
    InterfaceSeen,
    PortForwardSeen,
    RouteSeen,
    SourceNatSeen,
    SubnetSeen,
    SystemSeen,
    VlanSeen,
)

AGENT = "agent"
DEFAULT_ROUTES = ("0.0.0.0/0", "::/0")
# RFC 5737 and RFC 3849: kept for documentation; they stand for public addresses in examples and test networks
_DOCUMENTATION = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
_VLAN_IN_NAME = re.compile(r"(?:^vlan|\.)(\d{1,4})$", re.IGNORECASE)


@dataclass(slots=True)
class _Known:
    vlans: set[int] = field(default_factory=set)
    gateways: set[str] = field(default_factory=set)
    known_by: set[str] = field(default_factory=set)


def subnets(known: KnownSite, devices: Sequence[DeviceFacts]) -> tuple[Subnet, ...]:
    found: dict[str, _Known] = {prefix: _Known() for prefix in known.scanned_subnets}
    for seen in site_observations(known, SubnetSeen):
        entry = found.setdefault(seen.prefix, _Known())
        entry.known_by.add(AGENT)
        entry.gateways.update([seen.gateway] if seen.gateway else [])
    for facts in devices:
        for prefix, vlan in _own(facts):
            entry = found.setdefault(prefix, _Known())
            entry.known_by.add(facts.id)
            entry.vlans.update([vlan] if vlan else [])
    _add_gateways(found, devices)
    return tuple(_subnet(prefix, found[prefix], known.scanned_subnets) for prefix in sorted(found, key=_order))


def _subnet(prefix: str, entry: _Known, scanned: Iterable[str]) -> Subnet:
    return Subnet(
        prefix=prefix,
        vlan=next(iter(entry.vlans)) if len(entry.vlans) == 1 else None,
        gateway=min(entry.gateways, key=address_order, default=None),
        scanned=prefix in scanned,
        known_by=tuple(sorted(entry.known_by)),
    )


def _order(prefix: str) -> tuple[tuple[int, int], int]:
    address, _, length = prefix.partition("/")
    return address_order(address), int(length)


def _own(facts: DeviceFacts) -> Iterator[tuple[str, int | None]]:
    for interface in facts.of(InterfaceSeen):
        match = _VLAN_IN_NAME.search(interface.name)
        vlan = int(match.group(1)) if match and 1 <= int(match.group(1)) <= 4094 else None
        for held in interface.addresses:
            bits = ipaddress.ip_address(held.address).max_prefixlen
            if holdings.names_a_host(held.address) and held.prefix_length and held.prefix_length < bits:
                yield str(ipaddress.ip_network(f"{held.address}/{held.prefix_length}", strict=False)), vlan
    for seen in facts.of(SubnetSeen):
        yield seen.prefix, None


def _add_gateways(found: Mapping[str, _Known], devices: Iterable[DeviceFacts]) -> None:
    """A device's default route names the gateway of the subnet that it stands in."""
    networks = {prefix: ipaddress.ip_network(prefix) for prefix in found}
    for facts in devices:
        for gateway in {r.route.gateway for r in facts.of(RouteSeen) if r.route.destination in DEFAULT_ROUTES and r.route.gateway}:
            address = ipaddress.ip_address(gateway)
            for prefix, network in networks.items():
                if network.version == address.version and network.prefixlen and address in network:
                    found[prefix].gateways.add(gateway)


def vlans(devices: Iterable[DeviceFacts]) -> tuple[Vlan, ...]:
    """A VLAN has the name that most devices give it."""
    names: dict[int, Counter[str]] = {}
    held_by: dict[int, set[str]] = {}
    for facts in devices:
        for seen in facts.of(VlanSeen):
            held_by.setdefault(seen.vlan, set()).add(facts.id)
            names.setdefault(seen.vlan, Counter()).update([seen.name] if seen.name else [])
    return tuple(
        Vlan(
            vlan=number,
            name=min(names[number], key=lambda name: (-names[number][name], name), default=""),
            devices=tuple(sorted(held_by[number])),
        )
        for number in sorted(held_by)
    )


def is_public(address: str) -> bool:
    """Reachable from anywhere, or standing for such an address in an example network."""
    parsed = ipaddress.ip_address(address)
    if any(parsed.version == network.version and parsed in network for network in _DOCUMENTATION):
        return True
    return parsed.is_global and not parsed.is_multicast


def public_addresses(devices: Iterable[DeviceFacts]) -> tuple[str, ...]:
    """The public addresses on outward interfaces, and those that port-forwards and translations name."""
    found: set[str] = set()
    for facts in devices:
        outward = outward_interfaces(facts)
        for interface in facts.of(InterfaceSeen):
            if interface.name in outward:
                found.update(held.address for held in interface.addresses if is_public(held.address))
        named = [seen.forward.public_address for seen in facts.of(PortForwardSeen)] + [s.nat.to_source for s in facts.of(SourceNatSeen)]
        found.update(address for address in named if holdings.is_address(address) and is_public(address))
    return tuple(sorted(found, key=address_order))


def outward_interfaces(facts: DeviceFacts) -> frozenset[str]:
    """The interfaces by which a router leaves the site: those of its default routes, and those with a public IPv4 address."""
    if not any(seen.forwards for seen in facts.of(SystemSeen)) and not facts.of(SourceNatSeen) and not facts.of(PortForwardSeen):
        return frozenset()
    by_route = {seen.route.interface for seen in facts.of(RouteSeen) if seen.route.destination in DEFAULT_ROUTES}
    by_address = {
        interface.name
        for interface in facts.of(InterfaceSeen)
        if any(ipaddress.ip_address(held.address).version == 4 and is_public(held.address) for held in interface.addresses)
    }
    return frozenset((by_route | by_address) - {""})

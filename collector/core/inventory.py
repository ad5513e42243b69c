"""What does the site consist of?  The inventory document, built from what is known.

Pure and in a fixed order: equal knowledge gives equal JSON. Each list has a function of its own; this one joins what needs more than one
device: names and MAC addresses that others tell, and whose rule base, route or lease pool it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from collector.core import configurations, findings, holdings, links, services, switch_ports
from collector.core import facts as site_facts
from collector.core import subnets as site_subnets
from collector.core.device import device
from collector.core.facts import DeviceFacts
from collector.core.knowledge import KnownSite
from collector.core.not_contacted import not_contacted
from shared.address import address_order
from shared.dhcp_seen import DhcpServerSeen
from shared.firewall import DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel
from shared.inventory import Device, Inventory, NotSeen
from shared.observation import (
    AddressSeen,
    DhcpPoolSeen,
    FirewallRuleSeen,
    LeaseSeen,
    NameSource,
    NeighbourSeen,
    PortForwardSeen,
    Provenance,
    RouteSeen,
    SourceNatSeen,
    VpnSeen,
)

Item = TypeVar("Item", FirewallRule, PortForward, SourceNat, VpnTunnel, DhcpPool)


def build_inventory(known: KnownSite) -> Inventory:
    devices = site_facts.of_site(known)
    subnets = site_subnets.subnets(known, devices)
    built = _devices(devices, [subnet.prefix for subnet in subnets])
    certificates = services.certificates(devices)
    directory = links.Directory.of(devices, {each.id: each.hostnames for each in built})
    rules = tuple(_ordered((f.id, seen.rule) for f in devices for seen in f.of(FirewallRuleSeen)))
    forwards = tuple(_ordered((f.id, seen.forward) for f in devices for seen in f.of(PortForwardSeen)))
    vpns = tuple(_ordered((f.id, seen.vpn) for f in devices for seen in f.of(VpnSeen)))
    found_links = links.links(devices, directory)
    inventory = Inventory(
        as_of_utc=known.as_of_utc,
        devices=tuple(built),
        subnets=subnets,
        vlans=site_subnets.vlans(devices),
        links=found_links,
        firewall_rules=rules,
        port_forwards=forwards,
        source_nat=tuple(_ordered((f.id, seen.nat) for f in devices for seen in f.of(SourceNatSeen))),
        exposed_ports=tuple(configurations.exposed(devices, rules, forwards, vpns)),
        configurations=tuple(configurations.configurations(devices)),
        switch_ports=tuple(switch_ports.switch_ports(devices, built, directory, found_links)),
        vpns=vpns,
        routes=tuple(_routes(devices)),
        dhcp=tuple(_ordered((f.id, seen.pool) for f in devices for seen in f.of(DhcpPoolSeen))),
        certificates=certificates,
        mail=services.mail(built, certificates),
        backups=services.backups(built),
        public_addresses=site_subnets.public_addresses(devices),
        not_contacted=not_contacted(devices, built, subnets),
        not_seen=tuple(NotSeen(probe=f.probe, target=f.target, state=f.state, detail=f.detail) for f in known.failures),
    )
    now = known.as_of_utc or datetime.min.replace(tzinfo=UTC)
    return inventory.model_copy(update={"findings": findings.findings(inventory, now, site_facts.site_observations(known, DhcpServerSeen))})


def _devices(devices: Sequence[DeviceFacts], subnets: Sequence[str]) -> list[Device]:
    """In the order of their addresses."""
    names, macs = _told_by_others(devices)
    built = [device(facts, subnets, names.get(facts.id, ()), macs) for facts in devices]
    return sorted(built, key=lambda each: (address_order(each.addresses[0].address) if each.addresses else (99, 0), each.id))


def _told_by_others(devices: Sequence[DeviceFacts]) -> tuple[Mapping[str, list[tuple[NameSource, str]]], Mapping[str, str]]:
    """Names by leases and neighbours, per device, and MAC addresses by routers' tables, per address. Only for devices that are known."""
    owner_of_mac: dict[str, set[str]] = {}
    for facts in devices:
        for mac in holdings.of_device(facts.device).macs:
            owner_of_mac.setdefault(mac, set()).add(facts.id)
    names: dict[str, list[tuple[NameSource, str]]] = {}
    macs: dict[str, set[str]] = {}
    for source, mac, name in _names(devices):
        owners = owner_of_mac.get(mac, set())
        if name and len(owners) == 1:
            names.setdefault(next(iter(owners)), []).append((source, name))
    for facts in devices:
        for seen in facts.of(AddressSeen):
            if seen.provenance is Provenance.THIRD_PARTY and seen.mac and holdings.names_a_device(seen.mac):
                macs.setdefault(seen.address, set()).add(seen.mac)
    return names, {address: next(iter(found)) for address, found in macs.items() if len(found) == 1}


def _names(devices: Iterable[DeviceFacts]) -> Iterator[tuple[NameSource, str, str]]:
    for facts in devices:
        yield from ((NameSource.DHCP, lease.mac, lease.name) for lease in facts.of(LeaseSeen))
        yield from ((NameSource.DHCP, r.mac, r.name) for seen in facts.of(DhcpPoolSeen) for r in seen.pool.reservations)
        yield from ((NameSource.LLDP, heard.chassis_mac, heard.name) for heard in facts.of(NeighbourSeen) if heard.chassis_mac)


def _ordered(items: Iterable[tuple[str, Item]]) -> Iterator[Item]:
    """Each with its device's id; in the platform's order where it has one. What two looks tell of one device counts once."""
    unique: dict[tuple[str, str], Item] = {}
    for device_id, item in items:
        key, count = item.key, 1
        while (device_id, key) in unique and unique[device_id, key] != item.model_copy(update={"device": device_id}):
            count += 1
            key = f"{item.key} #{count}"
        unique.setdefault((device_id, key), item.model_copy(update={"device": device_id}))
    yield from sorted(unique.values(), key=lambda item: (item.device, getattr(item, "order", 0), item.key))


def _routes(devices: Iterable[DeviceFacts]) -> Iterator[Route]:
    """The same route by SSH and by SNMP counts once: a gateway of all zeros is none, and the fuller account is kept."""
    for facts in devices:
        found: dict[tuple[str, str | None], Route] = {}
        for seen in facts.of(RouteSeen):
            gateway = None if seen.route.gateway in ("0.0.0.0", "::") else seen.route.gateway  # noqa: S104 - no socket is bound
            route = seen.route.model_copy(update={"gateway": gateway, "device": facts.id})
            place = (route.destination, gateway or route.interface)
            found.setdefault(place, route)
        yield from sorted(found.values(), key=_route_order)


def _route_order(route: Route) -> tuple[tuple[int, int], int, str, str]:
    address, _, length = route.destination.partition("/")
    return address_order(address), int(length), route.gateway or "", route.interface

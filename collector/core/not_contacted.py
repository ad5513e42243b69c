"""Which addresses does the site have that no device of the inventory answers at?

A router's ARP and neighbour tables name hosts of every subnet that it stands in, those too that the agent is not in or was told to leave
alone. That is a third party's word: it makes no device, as nobody knows whether the host is still there, and it is worth a line.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence

from collector.core import holdings
from collector.core.facts import DeviceFacts
from shared.address import address_order
from shared.inventory import Device, NotContacted, Subnet
from shared.observation import AddressSeen, Provenance
from shared.oui import maker

MAX_ADDRESSES = 5_000
"""More is a router of a provider, and no page for a person."""


def not_contacted(facts: Iterable[DeviceFacts], devices: Sequence[Device], subnets: Sequence[Subnet]) -> tuple[NotContacted, ...]:
    """In the order of the addresses, then of the MAC addresses: two at one address are a conflict, and both are told."""
    answered = {held.address for device in devices for held in device.addresses}
    told: dict[tuple[str, str], set[str]] = {}
    for device in facts:
        for seen in device.of(AddressSeen):
            if seen.provenance is Provenance.THIRD_PARTY and seen.address not in answered and holdings.names_a_host(seen.address):
                told.setdefault((seen.address, seen.mac or ""), set()).add(device.id)
    known_macs = _owners(devices)
    in_order = sorted(told, key=lambda each: (address_order(each[0]), each[1]))[:MAX_ADDRESSES]
    return tuple(
        NotContacted(
            address=address,
            mac=mac or None,
            subnet=_subnet(address, subnets),
            vendor=maker(mac) if mac else "",
            device=known_macs.get(mac, ""),
            told_by=tuple(sorted(told[address, mac])),
        )
        for address, mac in in_order
    )


def _owners(devices: Iterable[Device]) -> Mapping[str, str]:
    """MAC address -> the one device that has it."""
    owners: dict[str, set[str]] = {}
    for device in devices:
        for mac in [*(held.mac for held in device.addresses), *(interface.mac for interface in device.interfaces)]:
            if mac and holdings.names_a_device(mac):
                owners.setdefault(mac, set()).add(device.id)
    return {mac: next(iter(ids)) for mac, ids in owners.items() if len(ids) == 1}


def _subnet(address: str, subnets: Iterable[Subnet]) -> str | None:
    """The narrowest that holds the address."""
    around = [subnet.prefix for subnet in subnets if _lies_in(address, subnet.prefix)]
    return max(around, key=lambda prefix: int(prefix.partition("/")[2]), default=None)


def _lies_in(address: str, prefix: str) -> bool:
    parsed, network = ipaddress.ip_address(address), ipaddress.ip_network(prefix)
    return parsed.version == network.version and parsed in network

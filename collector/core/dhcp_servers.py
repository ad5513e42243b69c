"""Is there a DHCP server on a segment that does not belong there?

Source: what the agent heard (RFC 2131: servers' answers, and whose offers clients take), and whose lease pools are documented. One server
is taken for the right one, whoever it is; with a second one, those count as strangers of whom no pool is known, all where none is known.
Two servers that back each other up are known by their pools once a login shows them.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from shared.address import address_order
from shared.dhcp_seen import DhcpServerSeen
from shared.inventory import Device, Finding, Inventory


def findings(inventory: Inventory, heard: Iterable[DhcpServerSeen]) -> Iterator[Finding]:
    with_pools = {pool.device for pool in inventory.dhcp}
    documented = [device for device in inventory.devices if device.id in with_pools and device.missing_since is None]
    by_segment: dict[str, dict[str, DhcpServerSeen]] = {}
    for seen in heard:
        servers = by_segment.setdefault(seen.interface, {})
        if seen.server not in servers or seen.mac:
            servers[seen.server] = seen
    for _, servers in sorted(by_segment.items()):
        yield from _strangers(servers, documented, inventory)


def _strangers(servers: Mapping[str, DhcpServerSeen], documented: Iterable[Device], inventory: Inventory) -> Iterator[Finding]:
    holders = {held.address: device.id for device in reversed(inventory.devices) for held in device.addresses}
    near = {d.id for d in documented if any(_same_subnet(held.address, s, inventory) for held in d.addresses for s in servers)}
    heard_of = {server: holders.get(server, server) for server in servers}
    if len({*heard_of.values(), *near}) < 2:
        return
    if not near:
        everyone = ", ".join(_named(servers[server]) for server in sorted(servers, key=address_order))
        yield Finding(code="second_dhcp_server", grade="risky", subject=everyone)
        return
    known = sorted((address for address, holder in holders.items() if holder in near), key=address_order)
    for server in sorted(servers, key=address_order):
        if heard_of[server] not in near:
            subject = f"{_named(servers[server])} ≠ {', '.join(known)}"
            yield Finding(code="second_dhcp_server", grade="risky", device=holders.get(server, ""), subject=subject)


def _named(seen: DhcpServerSeen) -> str:
    return f"{seen.server} ({seen.mac})" if seen.mac else seen.server


def _same_subnet(one: str, other: str, inventory: Inventory) -> bool:
    first, second = ipaddress.ip_address(one), ipaddress.ip_address(other)
    networks = (ipaddress.ip_network(subnet.prefix) for subnet in inventory.subnets)
    return first.version == second.version and any(first in n and second in n for n in networks if n.version == first.version)

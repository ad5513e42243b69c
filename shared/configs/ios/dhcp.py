"""DHCP of IOS: pools, what is excluded from them, hosts with a fixed address, and relays.

Source: Cisco IOS IP Addressing: DHCP Configuration Guide. A pool leases all of its network but what ``ip dhcp excluded-address`` takes out.
A pool of one ``host`` is a reservation in the network that its address is in. Clients are told by their identifier, ``01`` and the MAC.
"""

import ipaddress
from collections.abc import Iterator

from shared.address import normal_mac
from shared.configs import values
from shared.configs.dispatch import Handler, dispatch
from shared.configs.ios.state import Box, Pool
from shared.configs.statement import Statement
from shared.firewall import DhcpPool, DhcpReservation

_SECONDS = (86_400, 3_600, 60)


def pool(box: Box, statement: Statement) -> None:
    name = " ".join(statement.words[3:])
    here = box.pools.setdefault(name, Pool(name))
    dispatch(box.reading, here, statement.children, _POOL, {"import": "DHCP settings", "no": "DHCP settings"})


def excluded(box: Box, statement: Statement) -> None:
    words = statement.words[3:]
    words = words[2:] if words[0] == "vrf" else words
    span = values.span(words[0], words[-1])
    first, _, last = span.partition("-")
    box.excluded.append((first, last or first))


def _network(pool: Pool, statement: Statement) -> None:
    words = statement.words
    pool.prefix = str(ipaddress.ip_network(f"{words[1]}/{values.prefix_length(words[2])}" if len(words) > 2 else words[1], strict=False))


def _host(pool: Pool, statement: Statement) -> None:
    pool.host = values.network(statement.words[1])


def _identifier(pool: Pool, statement: Statement) -> bool | None:
    """``client-identifier 0100.1b21.aabb.cc``, ``hardware-address 001b.21aa.bbcc [ethernet]``"""
    digits = "".join(char for char in statement.words[1] if char.isalnum())
    pool.mac = normal_mac(digits[2:] if len(digits) == 14 and digits.startswith("01") else digits)
    return None


def _client_name(pool: Pool, statement: Statement) -> None:
    pool.client_name = statement.words[1]


def _router(pool: Pool, statement: Statement) -> None:
    pool.gateway = next(word for word in statement.words[1:] if values.is_address(word))


def _dns(pool: Pool, statement: Statement) -> None:
    pool.dns += [word for word in statement.words[1:] if values.is_address(word)]


def _domain(pool: Pool, statement: Statement) -> None:
    pool.domain = statement.words[1]


def _lease(pool: Pool, statement: Statement) -> None:
    words = statement.words[1:]
    pool.lease_s = None if words[0] == "infinite" else sum(int(n) * unit for n, unit in zip(words, _SECONDS, strict=False))


def _option(pool: Pool, statement: Statement) -> None:
    words = statement.words
    pool.options.append(" ".join(words[1:] if words[0] == "option" else words))


def _reserved(pool: Pool, statement: Statement) -> bool | None:
    """``address 10.0.0.5 client-id 0100... [ascii]``, ``address 10.0.0.5 hardware-address 001b.21aa.bbcc``"""
    words = statement.words
    digits = "".join(char for char in words[3] if char.isalnum())
    mac = normal_mac(digits[2:] if len(digits) == 14 else digits)
    pool.reservations.append(DhcpReservation(mac=mac, address=words[1]))
    return None


_POOL: dict[str, Handler[Pool]] = {
    "network": _network,
    "host": _host,
    "client-identifier": _identifier,
    "hardware-address": _identifier,
    "client-name": _client_name,
    "default-router": _router,
    "dns-server": _dns,
    "domain-name": _domain,
    "lease": _lease,
    "option": _option,
    "address": _reserved,
    **dict.fromkeys(
        ("netbios-name-server", "netbios-node-type", "next-server", "bootfile", "update", "subnet", "class", "vrf", "utilization",
         "renew", "reserved-only", "remember", "accounting", "origin", "override", "relay", "ip", "server", "static"),
        _option,
    ),
}  # fmt: skip


# --- the pools as they are ---


def finish(box: Box) -> None:
    hosts = [each for each in box.pools.values() if each.host]
    for each in box.pools.values():
        if not each.host:
            box.reading.dhcp.append(_pool(box, each, hosts))
    homeless = [host for host in hosts if not any(_holds(each.prefix, host.host) for each in box.pools.values() if not each.host)]
    for host in homeless:
        box.reading.dhcp.append(
            DhcpPool(key=host.name, interface=_interface(box, host.host), gateway=host.gateway or None, dns_servers=_dns_of(host),
                     domain=host.domain, options=tuple(host.options), reservations=tuple(_reservations(host)))
        )  # fmt: skip
    for port in box.ports.values():
        if port.helpers:
            box.reading.dhcp.append(DhcpPool(key=f"relay {port.name}", interface=port.name, relay_to=tuple(dict.fromkeys(port.helpers))))


def _pool(box: Box, pool: Pool, hosts: list[Pool]) -> DhcpPool:
    reservations = [*pool.reservations, *(found for host in hosts if _holds(pool.prefix, host.host) for found in _reservations(host))]
    excluded = [pair for pair in box.excluded if _holds(pool.prefix, pair[0]) or _holds(pool.prefix, pair[1])]
    first, last = _leased(pool.prefix, excluded)
    options = [*pool.options, *(f"excluded {values.span(low, high)}" for low, high in excluded)]
    return DhcpPool(
        key=pool.name, interface=_interface(box, pool.gateway or first), prefix=pool.prefix or None, first_address=first or None,
        last_address=last or None, gateway=pool.gateway or None, dns_servers=_dns_of(pool), domain=pool.domain, lease_s=pool.lease_s,
        options=tuple(options), reservations=tuple(reservations),
    )  # fmt: skip


def _dns_of(pool: Pool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pool.dns))


def _reservations(host: Pool) -> Iterator[DhcpReservation]:
    if host.mac:
        yield DhcpReservation(mac=host.mac, address=host.host, name=host.client_name or host.name)


def _holds(prefix: str, address: str) -> bool:
    return bool(prefix) and values.is_address(address) and values.is_on(prefix, address)


def _leased(prefix: str, excluded: list[tuple[str, str]]) -> tuple[str, str]:
    """The first and the last address that may be given away: what is excluded in between is told beside."""
    if not prefix:
        return "", ""
    network = ipaddress.ip_network(prefix)
    edge = 1 if network.num_addresses > 2 else 0
    low, high = int(network[0]) + edge, int(network[-1]) - edge
    taken = sorted((int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))) for first, last in excluded)
    for first, last in taken:
        if first <= low <= last:
            low = last + 1
    for first, last in reversed(taken):
        if first <= high <= last:
            high = first - 1
    make = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return (str(make(low)), str(make(high))) if low <= high else ("", "")


def _interface(box: Box, address: str) -> str:
    """The interface whose network an address is in."""
    if not values.is_address(address):
        return ""
    return next((port.name for port in box.ports.values() for own in port.addresses if values.is_on(own, address)), "")


HANDLERS: dict[str, Handler[Box]] = {"ip dhcp pool": pool, "ip dhcp excluded-address": excluded}
PASSED = {
    "DHCP settings": (
        "ip dhcp", "ipv6 dhcp", "ip dhcp-server", "ip dhcp-client", "service dhcp", "ip helper-address", "ip forward-protocol",
        "ip bootp", "ip boot",
    )
}  # fmt: skip

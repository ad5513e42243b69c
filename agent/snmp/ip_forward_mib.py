"""Which routes has the device?

Source: IP-FORWARD-MIB, inetCidrRouteTable (RFC 4292, both families) and ipCidrRouteTable (RFC 2096, IPv4), which many devices serve alone.
The destination and the next hop stand in the index. Routes to multicast, loopback and link-local prefixes say nothing of a site.
"""

import ipaddress
from collections.abc import Iterable, Iterator

from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows, ip, take_address, take_counted
from shared.firewall import Route
from shared.observation import Observation, RouteSeen

_ipForward = (1, 3, 6, 1, 2, 1, 4, 24)

ipCidrRouteIfIndex = (*_ipForward, 4, 1, 5)
ipCidrRouteType = (*_ipForward, 4, 1, 6)
ipCidrRouteProto = (*_ipForward, 4, 1, 7)
ipCidrRouteMetric1 = (*_ipForward, 4, 1, 11)
inetCidrRouteIfIndex = (*_ipForward, 7, 1, 7)
inetCidrRouteType = (*_ipForward, 7, 1, 8)
inetCidrRouteProto = (*_ipForward, 7, 1, 9)
inetCidrRouteMetric1 = (*_ipForward, 7, 1, 12)

RANK = 80
GET = ()
WALK = (
    (inetCidrRouteIfIndex, inetCidrRouteType, inetCidrRouteProto, inetCidrRouteMetric1),
    (ipCidrRouteIfIndex, ipCidrRouteType, ipCidrRouteProto, ipCidrRouteMetric1),
)

# IANAipRouteProtocol
_ORIGINS = {
    2: "connected",
    3: "static",
    4: "icmp",
    5: "egp",
    6: "ggp",
    7: "hello",
    8: "rip",
    9: "isis",
    10: "esis",
    11: "igrp",
    13: "ospf",
    14: "bgp",
    15: "idpr",
    16: "eigrp",
    17: "dvmrp",
}
TYPE_LOCAL = 3


def read(rows: Rows) -> Iterator[Observation]:
    names = if_mib.names(rows)
    table, build = (WALK[0], _inet_route) if any(True for _ in rows.column(inetCidrRouteIfIndex)) else (WALK[1], _ip_route)
    yield from rows.each("routes", table, lambda row: build(row, names))


def _inet_route(row: Row, names: dict[int, str]) -> Iterable[Observation]:
    destination, rest = take_address(row.index)
    length, rest = rest[0], rest[1:]
    _, rest = take_counted(rest)
    gateway, _ = take_address(rest)
    if destination is not None:
        interface = names.get(row.integer(inetCidrRouteIfIndex) or 0, "")
        yield from route(f"{destination}/{length}", gateway, interface, row, (inetCidrRouteProto, inetCidrRouteType, inetCidrRouteMetric1))


def _ip_route(row: Row, names: dict[int, str]) -> Iterable[Observation]:
    if len(row.index) != 13:
        raise ValueError("destination, mask, service and next hop expected")
    prefix = f"{ip(row.index[:4])}/{ip(row.index[4:8])}"
    interface = names.get(row.integer(ipCidrRouteIfIndex) or 0, "")
    yield from route(prefix, ip(row.index[9:]), interface, row, (ipCidrRouteProto, ipCidrRouteType, ipCidrRouteMetric1))


def route(
    prefix: str, gateway: str | None, interface: str, row: Row, columns: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
) -> Iterator[RouteSeen]:
    """One route from its parts; ``columns``: protocol, type, metric."""
    protocol, kind, metric = (row.integer(column) for column in columns)
    network = ipaddress.ip_network(prefix, strict=False)
    if network.is_multicast or network.is_loopback or network.is_link_local or str(network) == "255.255.255.255/32":
        return
    if kind == TYPE_LOCAL and network.num_addresses == 1:  # the device's own address, as Linux keeps it in a table of its own
        return
    next_hop = None if gateway is None or ipaddress.ip_address(gateway).is_unspecified else gateway
    # net-snmp calls every route local, others call every one netmgmt: the next hop and the type know better
    origin = _ORIGINS.get(protocol or 0, "")
    if next_hop is None and kind == TYPE_LOCAL:
        origin = "connected"
    elif next_hop is not None and origin == "connected":
        origin = ""
    # -1: the metric is not used (RFC 4292); 0 is what an agent says that knows none
    yield RouteSeen(
        route=Route(
            destination=str(network),
            gateway=next_hop,
            interface=interface,
            metric=metric if metric and metric > 0 else None,
            origin=origin,
        )
    )

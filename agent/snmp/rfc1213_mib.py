"""Which routes has a device that knows only the oldest routing table?

Source: RFC1213-MIB, ipRouteTable (RFC 1213), withdrawn since 1996 and still the only one that many small switches, printers and phones
serve. Where IP-FORWARD-MIB has answered, this table is passed by: it cannot tell two masks of one destination apart.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import if_mib, ip_forward_mib
from agent.snmp.rows import Row, Rows, ip
from shared.observation import Observation

_ipRouteEntry = (1, 3, 6, 1, 2, 1, 4, 21, 1)

ipRouteIfIndex = (*_ipRouteEntry, 2)
ipRouteMetric1 = (*_ipRouteEntry, 3)
ipRouteNextHop = (*_ipRouteEntry, 7)
ipRouteType = (*_ipRouteEntry, 8)
ipRouteProto = (*_ipRouteEntry, 9)
ipRouteMask = (*_ipRouteEntry, 11)

RANK = 81
GET = ()
WALK = ((ipRouteNextHop, ipRouteIfIndex, ipRouteMetric1, ipRouteType, ipRouteProto, ipRouteMask),)


def read(rows: Rows) -> Iterator[Observation]:
    newer = (ip_forward_mib.inetCidrRouteIfIndex, ip_forward_mib.ipCidrRouteIfIndex)
    if any(True for column in newer for _ in rows.column(column)):
        return
    yield from rows.each("routes", WALK[0], _route(if_mib.names(rows)))


def _route(names: dict[int, str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        prefix = f"{ip(row.index)}/{ip(row.octets(ipRouteMask))}"
        interface = names.get(row.integer(ipRouteIfIndex) or 0, "")
        columns = (ipRouteProto, ipRouteType, ipRouteMetric1)
        yield from ip_forward_mib.route(prefix, ip(row.octets(ipRouteNextHop)), interface, row, columns)

    return build

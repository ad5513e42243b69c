"""Which interfaces has the device?

Source: IF-MIB, ifTable and ifXTable (RFC 2863). ifSpeed is in bit/s and stands at 2^32-1 where it is too small for the truth; ifHighSpeed
is in Mbit/s. ifPhysAddress is empty, or zeros, for what has no MAC address.
"""

from collections.abc import Iterable, Iterator

from agent.snmp.iana_if_type import if_type_name
from agent.snmp.rows import Row, Rows
from shared.observation import InterfaceSeen, Observation
from shared.text import one_line

_ifEntry = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_ifXEntry = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)

ifDescr = (*_ifEntry, 2)
ifType = (*_ifEntry, 3)
ifMtu = (*_ifEntry, 4)
ifSpeed = (*_ifEntry, 5)
ifPhysAddress = (*_ifEntry, 6)
ifAdminStatus = (*_ifEntry, 7)
ifOperStatus = (*_ifEntry, 8)
ifName = (*_ifXEntry, 1)
ifHighSpeed = (*_ifXEntry, 15)
ifAlias = (*_ifXEntry, 18)

RANK = 20
GET = ()
WALK = (
    (ifDescr, ifType, ifMtu, ifSpeed, ifPhysAddress, ifAdminStatus, ifOperStatus),
    (ifName, ifHighSpeed, ifAlias),
)

_UP = {1: True, 2: False, 6: False, 7: False}
"""up, down, notPresent, lowerLayerDown; testing, unknown and dormant say neither."""


def read(rows: Rows) -> Iterator[Observation]:
    # ifXTable only augments ifTable (RFC 2863): a row of it alone is no interface, unless all are so
    listed = {row.index for row in rows.table(WALK[0])}
    yield from rows.each("interfaces", (*WALK[0], *WALK[1]), lambda row: () if listed and row.index not in listed else _interface(row))


def _interface(row: Row) -> Iterable[Observation]:
    (index,) = row.index
    name = row.text(ifName)
    description = row.text(ifDescr)
    yield InterfaceSeen(
        index=index,
        name=name or description or f"if{index}",
        description=description,
        alias=row.text(ifAlias),
        kind=if_type_name(row.integer(ifType)),
        mac=row.mac(ifPhysAddress),
        admin_up=_UP.get(row.integer(ifAdminStatus) or 0),
        oper_up=_UP.get(row.integer(ifOperStatus) or 0),
        speed_bps=_speed_bps(row),
        mtu_bytes=row.count(ifMtu),
    )


def _speed_bps(row: Row) -> int | None:
    speed_bps = row.count(ifSpeed)
    if speed_bps is None or speed_bps >= 2**32 - 1:
        high_mbps = row.count(ifHighSpeed)
        return high_mbps * 1_000_000 if high_mbps else None
    return speed_bps


def names(rows: Rows) -> dict[int, str]:
    """ifIndex -> the interface's name, as ``read`` calls it. For the MIBs that point at interfaces."""
    found: dict[int, str] = {}
    for column in (ifName, ifDescr):
        for index, value in rows.column(column):
            if len(index) == 1 and isinstance(value, bytes):
                found.setdefault(index[0], "")
                found[index[0]] = found[index[0]] or one_line(value.rstrip(b"\0"))
    return {index: name or f"if{index}" for index, name in found.items()}

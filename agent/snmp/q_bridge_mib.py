"""Which MAC addresses has the switch learned in which VLAN, and what are the VLANs called?

Source: Q-BRIDGE-MIB (RFC 4363). dot1qTpFdbTable is indexed by a filtering database, not by a VLAN: dot1qVlanCurrentTable says which VLAN
uses which; where it is absent, the two numbers are the same, as on most switches.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import bridge_mib
from agent.snmp.rows import Row, Rows, mac
from shared.observation import BridgeEntrySeen, Observation, VlanSeen

_dot1q = (1, 3, 6, 1, 2, 1, 17, 7, 1)

dot1qTpFdbPort = (*_dot1q, 2, 2, 1, 2)
dot1qTpFdbStatus = (*_dot1q, 2, 2, 1, 3)
dot1qVlanFdbId = (*_dot1q, 4, 2, 1, 3)
dot1qVlanStaticName = (*_dot1q, 4, 3, 1, 1)

RANK = 61
GET = ()
WALK = (
    (dot1qVlanStaticName,),
    (dot1qVlanFdbId,),
    (dot1qTpFdbPort, dot1qTpFdbStatus),
)

INVALID, SELF = 2, 4
VLANS = range(1, 4095)


def read(rows: Rows) -> Iterator[Observation]:
    yield from rows.each("VLANs", WALK[0], _vlan)
    yield from rows.each("forwarding entries", WALK[2], _entry(bridge_mib.port_names(rows), _vlans(rows)))


def _vlan(row: Row) -> Iterable[Observation]:
    (vlan,) = row.index
    yield VlanSeen(vlan=vlan, name=row.text(dot1qVlanStaticName))


def _vlans(rows: Rows) -> dict[int, int | None]:
    """Filtering database -> VLAN; None where several VLANs share one."""
    users: dict[int, set[int]] = {}
    for index, fdb in rows.column(dot1qVlanFdbId):
        if isinstance(fdb, int) and index and index[-1] in VLANS:
            users.setdefault(fdb, set()).add(index[-1])
    return {fdb: next(iter(vlans)) if len(vlans) == 1 else None for fdb, vlans in users.items()}


def _entry(ports: dict[int, str], vlans: dict[int, int | None]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        fdb, address = row.index[0], mac(bytes(row.index[1:]))
        port = row.integer(dot1qTpFdbPort)
        vlan = vlans.get(fdb) if vlans else fdb
        if address and port and row.integer(dot1qTpFdbStatus) not in (INVALID, SELF):
            yield BridgeEntrySeen(mac=address, port=ports.get(port, f"port {port}"), vlan=vlan if vlan in VLANS else None)

    return build

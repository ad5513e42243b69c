"""Which MAC addresses has the switch learned, on which port?

Source: BRIDGE-MIB (RFC 4188): dot1dBasePortTable gives the interface of a bridge port, dot1dTpFdbTable the port of a MAC address. Entries
of the bridge itself (status self) are left out. VLANs: see ``q_bridge_mib``.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows, mac
from shared.observation import BridgeEntrySeen, Observation, SystemSeen

_dot1d = (1, 3, 6, 1, 2, 1, 17)

dot1dBaseNumPorts = (*_dot1d, 1, 2, 0)
dot1dBasePortIfIndex = (*_dot1d, 1, 4, 1, 2)
dot1dTpFdbPort = (*_dot1d, 4, 3, 1, 2)
dot1dTpFdbStatus = (*_dot1d, 4, 3, 1, 3)

RANK = 60
GET = (dot1dBaseNumPorts,)
WALK = (
    (dot1dBasePortIfIndex,),
    (dot1dTpFdbPort, dot1dTpFdbStatus),
)

INVALID, SELF = 2, 4


def read(rows: Rows) -> Iterator[Observation]:
    ports = rows.integer(dot1dBaseNumPorts)
    if ports is not None and ports >= 0:
        yield SystemSeen(bridge_ports=ports)
    yield from rows.each("forwarding entries", WALK[1], _entry(port_names(rows)))


def port_names(rows: Rows) -> dict[int, str]:
    """Bridge port -> interface name. A bridge without dot1dBasePortTable numbers its ports as its interfaces."""
    names = if_mib.names(rows)
    ports = {
        index[0]: names.get(value, f"if{value}")
        for index, value in rows.column(dot1dBasePortIfIndex)
        if len(index) == 1 and isinstance(value, int)
    }
    return ports or names


def _entry(ports: dict[int, str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        address = mac(bytes(row.index))
        port = row.integer(dot1dTpFdbPort)
        # port 0: learned, but not known where
        if address and port and row.integer(dot1dTpFdbStatus) not in (INVALID, SELF):
            yield BridgeEntrySeen(mac=address, port=ports.get(port, f"port {port}"))

    return build

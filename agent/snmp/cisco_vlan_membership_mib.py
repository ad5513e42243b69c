"""In which VLAN is an access port of a Cisco switch?

Source: CISCO-VLAN-MEMBERSHIP-MIB, vmMembershipTable, indexed by ifIndex. It lists the ports that are no trunks: those stand in
``cisco_vtp_mib``. VLAN 0: none.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import cisco_vtp_mib, if_mib
from agent.snmp.rows import Row, Rows
from shared.hardware import PortVlansSeen
from shared.observation import Observation

vmVlan = (1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1, 2)

RANK = 64
GET = ()
WALK = ((vmVlan,),)
ENTERPRISES = (9,)

PORTS = 4096


def read(rows: Rows) -> Iterator[Observation]:
    trunks = {
        index
        for index, status in rows.column(cisco_vtp_mib.vlanTrunkPortDynamicStatus)
        if isinstance(status, int) and status == cisco_vtp_mib.TRUNKING
    }
    yield from rows.each("VLANs of ports", WALK[0], _port(if_mib.names(rows), trunks), PORTS)


def _port(interfaces: dict[int, str], trunks: set[tuple[int, ...]]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        (interface,) = row.index
        vlan = row.integer(vmVlan)
        if row.index not in trunks and vlan in cisco_vtp_mib.VLANS:
            yield PortVlansSeen(port=interfaces.get(interface, f"if{interface}"), untagged=vlan)

    return build

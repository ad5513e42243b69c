"""Which VLANs has the switch, which of its ports carry them, and which MAC addresses has it learned in them?

Source: Q-BRIDGE-MIB (RFC 4363). dot1qTpFdbTable is indexed by a filtering database, not by a VLAN: dot1qVlanCurrentTable says which VLAN
uses which; where it is absent, the two numbers are the same, as on most switches. A PortList has a bit for each bridge port, the highest of
the first octet for port 1; a port that a VLAN leaves by, and not untagged, carries it with a tag.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import bridge_mib
from agent.snmp.rows import Row, Rows, mac
from shared.hardware import PortVlansSeen
from shared.observation import BridgeEntrySeen, Observation, VlanSeen

_dot1q = (1, 3, 6, 1, 2, 1, 17, 7, 1)

dot1qTpFdbPort = (*_dot1q, 2, 2, 1, 2)
dot1qTpFdbStatus = (*_dot1q, 2, 2, 1, 3)
dot1qVlanFdbId = (*_dot1q, 4, 2, 1, 3)
dot1qVlanStaticName = (*_dot1q, 4, 3, 1, 1)
dot1qVlanStaticEgressPorts = (*_dot1q, 4, 3, 1, 2)
dot1qVlanStaticUntaggedPorts = (*_dot1q, 4, 3, 1, 4)
dot1qPvid = (*_dot1q, 4, 5, 1, 1)

RANK = 61
GET = ()
WALK = (
    (dot1qVlanStaticName, dot1qVlanStaticEgressPorts, dot1qVlanStaticUntaggedPorts),
    (dot1qVlanFdbId,),
    (dot1qTpFdbPort, dot1qTpFdbStatus),
    (dot1qPvid,),
)

INVALID, SELF = 2, 4
VLANS = range(1, 4095)
PORT_LIST_OCTETS = 256
MEMBERSHIPS = 200_000
"""Of all ports in all VLANs: a stack of eight with trunks of a thousand VLANs has fewer."""


def read(rows: Rows) -> Iterator[Observation]:
    yield from rows.each("VLANs", WALK[0], _vlan)
    names = bridge_mib.port_names(rows)
    yield from rows.each("forwarding entries", WALK[2], _entry(names, _vlans(rows)))
    yield from _port_vlans(rows, names)


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


def _port_vlans(rows: Rows, names: dict[int, str]) -> Iterator[Observation]:
    untagged = {index[0]: value for index, value in rows.column(dot1qPvid) if len(index) == 1 and value in VLANS}
    tagged: dict[int, list[int]] = {}
    memberships = 0
    for row in rows.table((dot1qVlanStaticEgressPorts, dot1qVlanStaticUntaggedPorts)):
        if len(row.index) != 1 or row.index[0] not in VLANS:
            continue
        without_tag = set(ports_in(row.octets(dot1qVlanStaticUntaggedPorts)))
        for port in ports_in(row.octets(dot1qVlanStaticEgressPorts)):
            memberships += 1
            if memberships > MEMBERSHIPS:
                rows.passed_over["VLANs of ports"] += 1
                return
            if port not in without_tag:
                tagged.setdefault(port, []).append(row.index[0])
    for port in sorted(untagged.keys() | tagged.keys()):
        # a port list may name ports that the switch could have, and has not
        if port in names:
            yield PortVlansSeen.model_validate({"port": names[port], "untagged": untagged.get(port), "tagged": tagged.get(port, ())})


def ports_in(port_list: bytes) -> Iterator[int]:
    for at, octet in enumerate(port_list[:PORT_LIST_OCTETS]):
        for bit in range(8) if octet else ():
            if octet & (0x80 >> bit):
                yield 8 * at + bit + 1

"""Which VLANs has the Cisco switch, and which of them do its trunks carry?

Source: CISCO-VTP-MIB. vtpVlanTable is indexed by management domain and VLAN; VLANs 1002 to 1005 are of FDDI and Token Ring and left out by
their type. A trunk's allowed VLANs stand in four bitmaps of 1024, the highest bit of the first octet for the first VLAN; what is
allowed and does not exist is not carried. Access ports: see ``cisco_vlan_membership_mib``.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows
from shared.hardware import PortVlansSeen
from shared.observation import Observation, VlanSeen

_vtp = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1)

vtpVlanType = (*_vtp, 3, 1, 1, 3)
vtpVlanName = (*_vtp, 3, 1, 1, 4)
vlanTrunkPortVlansEnabled = (*_vtp, 6, 1, 1, 4)
vlanTrunkPortNativeVlan = (*_vtp, 6, 1, 1, 5)
vlanTrunkPortDynamicStatus = (*_vtp, 6, 1, 1, 14)
vlanTrunkPortVlansEnabled2k = (*_vtp, 6, 1, 1, 17)
vlanTrunkPortVlansEnabled3k = (*_vtp, 6, 1, 1, 18)
vlanTrunkPortVlansEnabled4k = (*_vtp, 6, 1, 1, 19)

RANK = 63
GET = ()
WALK = (
    (vtpVlanName, vtpVlanType),
    (
        *(vlanTrunkPortDynamicStatus, vlanTrunkPortNativeVlan, vlanTrunkPortVlansEnabled),
        *(vlanTrunkPortVlansEnabled2k, vlanTrunkPortVlansEnabled3k, vlanTrunkPortVlansEnabled4k),
    ),
)
ASK_FIRST = 1
ENTERPRISES = (9,)

ETHERNET = 1
TRUNKING = 1
VLANS = range(1, 4095)
TRUNKS = 2048


def read(rows: Rows) -> Iterator[Observation]:
    known: set[int] = set()
    for fact in rows.each("VLANs", WALK[0], _vlan, len(VLANS)):
        if isinstance(fact, VlanSeen):
            known.add(fact.vlan)
        yield fact
    yield from rows.each("trunks", WALK[1], _trunk(if_mib.names(rows), sorted(known)), TRUNKS)


def _vlan(row: Row) -> Iterable[Observation]:
    _, vlan = row.index
    if row.integer(vtpVlanType) in (None, ETHERNET):
        yield VlanSeen(vlan=vlan, name=row.text(vtpVlanName))


def _trunk(interfaces: dict[int, str], known: list[int]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        (interface,) = row.index
        if row.integer(vlanTrunkPortDynamicStatus) != TRUNKING:
            return
        native = row.integer(vlanTrunkPortNativeVlan)
        maps = (vlanTrunkPortVlansEnabled, vlanTrunkPortVlansEnabled2k, vlanTrunkPortVlansEnabled3k, vlanTrunkPortVlansEnabled4k)
        enabled = [row.octets(column) for column in maps]
        yield PortVlansSeen(
            port=interfaces.get(interface, f"if{interface}"),
            untagged=native if native in VLANS else None,
            tagged=tuple(vlan for vlan in known if vlan != native and _is_set(enabled[vlan // 1024], vlan % 1024)),
        )

    return build


def _is_set(bitmap: bytes, place: int) -> bool:
    return place // 8 < len(bitmap) and bool(bitmap[place // 8] & (0x80 >> place % 8))

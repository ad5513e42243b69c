"""Which ports feed power over Ethernet, and how much has the switch to give?

Source: POWER-ETHERNET-MIB (RFC 3621), in watts; a port is told by group (of a stack: the member) and number. What a port draws is not in
it: CISCO-POWER-ETHERNET-EXT-MIB has that for Cisco's switches, in milliwatts. No object names the interface: Cisco's gives the
port's entry in ENTITY-MIB; else the number is the bridge port's where there is one group.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import bridge_mib, if_mib
from agent.snmp.rows import Row, Rows, word
from shared.hardware import PowerPortSeen, PowerSourceSeen
from shared.observation import Observation

_peth = (1, 3, 6, 1, 2, 1, 105, 1)
_cpeExtPsePortEntry = (1, 3, 6, 1, 4, 1, 9, 9, 402, 1, 2, 1)

pethPsePortAdminEnable = (*_peth, 1, 1, 3)
pethPsePortDetectionStatus = (*_peth, 1, 1, 6)
pethPsePortPowerPriority = (*_peth, 1, 1, 7)
pethPsePortPowerClassifications = (*_peth, 1, 1, 10)
pethMainPsePower = (*_peth, 3, 1, 1, 2)
pethMainPseOperStatus = (*_peth, 3, 1, 1, 3)
pethMainPseConsumptionPower = (*_peth, 3, 1, 1, 4)
cpeExtPsePortPwrConsumption = (*_cpeExtPsePortEntry, 9)
cpeExtPsePortEntPhyIndex = (*_cpeExtPsePortEntry, 11)
entPhysicalName = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 7)

RANK = 90
GET = ()
WALK = (
    (pethPsePortDetectionStatus, pethPsePortAdminEnable, pethPsePortPowerPriority, pethPsePortPowerClassifications),
    (pethMainPsePower, pethMainPseOperStatus, pethMainPseConsumptionPower),
    (cpeExtPsePortPwrConsumption, cpeExtPsePortEntPhyIndex),
)
ASK_FIRST = 1

GROUPS, PORTS = 64, 2048
TRUE, FALSE = 1, 2
_STATUSES = ("", "disabled", "searching", "delivering", "fault", "test", "fault")
_PRIORITIES = ("", "critical", "high", "low")
_STATES = ("", "on", "off", "faulty")


def read(rows: Rows) -> Iterator[Observation]:
    yield from rows.each("power sources", WALK[1], _source, GROUPS)
    yield from rows.each("powered ports", (*WALK[0], *WALK[2]), _port(_names(rows)), PORTS)


def _source(row: Row) -> Iterable[Observation]:
    (group,) = row.index
    used_w = row.integer(pethMainPseConsumptionPower)
    yield PowerSourceSeen(
        group=group,
        state=word(_STATES, row.integer(pethMainPseOperStatus)),
        budget_w=row.count(pethMainPsePower),
        used_w=used_w if used_w is not None and used_w >= 0 else None,
    )


def _port(names: Callable[[int, int, int], str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        group, number = row.index
        status = word(_STATUSES, row.integer(pethPsePortDetectionStatus))
        draw_mw = row.integer(cpeExtPsePortPwrConsumption)
        power_class = row.count(pethPsePortPowerClassifications)
        yield PowerPortSeen(
            port=names(group, number, row.integer(cpeExtPsePortEntPhyIndex) or 0),
            enabled={TRUE: True, FALSE: False}.get(row.integer(pethPsePortAdminEnable) or 0),
            status=status,
            # the class is that of the device that is fed: it means nothing before
            power_class=power_class - 1 if power_class and status == "delivering" else None,
            priority=word(_PRIORITIES, row.integer(pethPsePortPowerPriority)),
            draw_mw=draw_mw if draw_mw is not None and draw_mw >= 0 else None,
        )

    return build


def _names(rows: Rows) -> Callable[[int, int, int], str]:
    """(group, number, entity) -> the interface's name."""
    interfaces = if_mib.names(rows)
    by_text = {row.text(if_mib.ifDescr): interfaces[row.index[0]] for row in rows.table([if_mib.ifDescr]) if row.index[0] in interfaces}
    by_text |= {name: name for name in interfaces.values()}
    entities = {row.index: row.text(entPhysicalName) for row in rows.table([entPhysicalName])}
    bridge = bridge_mib.port_names(rows)
    groups = {index[0] for index, _ in rows.column(pethPsePortDetectionStatus) if index}

    def name(group: int, number: int, entity: int) -> str:
        known = by_text.get(entities.get((entity,), ""), "")
        return known or (bridge.get(number, "") if len(groups) == 1 else "") or _member_port(interfaces, group, number)

    return name


def _member_port(interfaces: dict[int, str], group: int, number: int) -> str:
    """The one interface that is numbered so, as ``Gi2/0/7`` or ``2:7``; else the numbers themselves."""
    ends = (f"{group}/0/{number}", f"{group}:{number}", f"{group}/{number}")
    found = {name for name in interfaces.values() if any(name.lstrip(_LETTERS) == end for end in ends)}
    return found.pop() if len(found) == 1 else f"{group}/{number}"


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"

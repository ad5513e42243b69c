"""How is the Eaton UPS: on mains or battery, how full, how loaded, is its battery due?

Source: XUPS-MIB of Eaton, once Powerware (enterprise 534). xupsBatTimeRemaining is in seconds, capacity and load are percents.
"""

from collections.abc import Iterator

from agent.snmp.rows import Rows, word
from agent.snmp.ups_mib import percent
from shared.hardware import UpsSeen
from shared.observation import Observation

_xups = (1, 3, 6, 1, 4, 1, 534, 1)

xupsBattery = (*_xups, 2)
xupsBatTimeRemaining = (*xupsBattery, 1, 0)
xupsBatCapacity = (*xupsBattery, 4, 0)
xupsBatteryLastReplacedDate = (*xupsBattery, 6, 0)
xupsBatteryFailure = (*xupsBattery, 7, 0)
xupsBatteryNotPresent = (*xupsBattery, 8, 0)
xupsBatteryAged = (*xupsBattery, 9, 0)
xupsBatteryLowCapacity = (*xupsBattery, 10, 0)
xupsOutputLoad = (*_xups, 4, 1)
xupsOutputSource = (*_xups, 4, 5)

RANK = 47
GET = ()
WALK = ((xupsBattery,), (xupsOutputLoad,), (xupsOutputSource,))
ASK_FIRST = 1
ENTERPRISES = (534,)

YES = 1
MONTH_S = 31 * 24 * 3600
_SOURCES = ("", "other", "off", "online", "bypass", "on-battery", "boost", "trim", "online", "online", "eco", "bypass", "eco")
# the date that the card has when nobody has written one
_FACTORY_DATE = "01/01/2001"


def read(rows: Rows) -> Iterator[Observation]:
    left_s = rows.integer(xupsBatTimeRemaining)
    replaced_on = rows.text(xupsBatteryLastReplacedDate)
    told = UpsSeen(
        output=word(_SOURCES, rows.integer((*xupsOutputSource, 0))),
        battery=_battery(rows),
        replace_battery=_replace(rows),
        battery_replaced_on="" if replaced_on == _FACTORY_DATE else replaced_on,
        charge_percent=percent(rows.integer(xupsBatCapacity)),
        runtime_s=left_s if left_s is not None and 0 <= left_s < MONTH_S else None,
        load_percent=percent(rows.integer((*xupsOutputLoad, 0))),
    )
    if told != UpsSeen():
        yield told


def _battery(rows: Rows) -> str:
    states = ((xupsBatteryNotPresent, "absent"), (xupsBatteryFailure, "fault"), (xupsBatteryLowCapacity, "low"))
    said = [rows.integer(scalar) for scalar, _ in states]
    return next((name for value, (_, name) in zip(said, states, strict=True) if value == YES), "normal" if any(said) else "")


def _replace(rows: Rows) -> bool | None:
    said = [value for value in (rows.integer(xupsBatteryFailure), rows.integer(xupsBatteryAged)) if value is not None]
    return YES in said if said else None

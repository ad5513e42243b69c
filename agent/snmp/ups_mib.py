"""How is the UPS: on mains or battery, how full, how loaded?

Source: UPS-MIB (RFC 1628), which Eaton, Riello, Socomec, CyberPower, Vertiv, Tripp Lite and others serve besides MIBs of their own.
upsEstimatedMinutesRemaining is in minutes, upsSecondsOnBattery in seconds, loads are percents of each output line: the highest is told.
"""

from collections.abc import Iterator

from agent.snmp.rows import Rows, word
from shared.hardware import UpsSeen
from shared.observation import Observation

_upsObjects = (1, 3, 6, 1, 2, 1, 33, 1)

upsBattery = (*_upsObjects, 2)
upsBatteryStatus = (*upsBattery, 1, 0)
upsSecondsOnBattery = (*upsBattery, 2, 0)
upsEstimatedMinutesRemaining = (*upsBattery, 3, 0)
upsEstimatedChargeRemaining = (*upsBattery, 4, 0)
upsBatteryTemperature = (*upsBattery, 7, 0)
upsOutputSource = (*_upsObjects, 4, 1)
upsOutputPercentLoad = (*_upsObjects, 4, 4, 1, 5)

RANK = 48
GET = ()
WALK = ((upsBattery,), (upsOutputSource,), (upsOutputPercentLoad,))
ASK_FIRST = 1

_BATTERIES = ("", "", "normal", "low", "depleted")
_SOURCES = ("", "other", "off", "online", "bypass", "on-battery", "boost", "trim")


def read(rows: Rows) -> Iterator[Observation]:
    minutes = rows.integer(upsEstimatedMinutesRemaining)
    loads = [value for _, value in rows.column(upsOutputPercentLoad) if isinstance(value, int)]
    told = UpsSeen(
        output=word(_SOURCES, rows.integer((*upsOutputSource, 0))),
        battery=word(_BATTERIES, rows.integer(upsBatteryStatus)),
        charge_percent=percent(rows.integer(upsEstimatedChargeRemaining)),
        # no battery lasts a month: agents write the largest number where they do not know
        runtime_s=minutes * 60 if minutes is not None and 0 <= minutes < 31 * 24 * 60 else None,
        load_percent=percent(max(loads, default=None)),
        on_battery_s=_seconds(rows.integer(upsSecondsOnBattery)),
        battery_celsius=celsius(rows.integer(upsBatteryTemperature)),
    )
    if told != UpsSeen():
        yield told


def percent(value: int | None) -> int | None:
    """Charge or load; an overloaded UPS is above 100. None for what can be none."""
    return value if value is not None and 0 <= value <= 300 else None


def celsius(value: int | None) -> int | None:
    """APC's agents write 255 where there is no sensor, others 0."""
    return value if value is not None and 0 < value < 150 else None


def _seconds(value: int | None) -> int | None:
    return value if value is not None and value >= 0 else None

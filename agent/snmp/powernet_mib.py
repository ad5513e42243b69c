"""How is the APC UPS: on mains or battery, how full, how loaded, is its battery due?

Source: PowerNet-MIB of APC by Schneider Electric, group ups (enterprise 318). upsAdvBatteryRunTimeRemaining and
upsBasicBatteryTimeOnBattery are in hundredths of a second; the high-precision objects in tenths of a percent.
"""

from collections.abc import Iterator

from agent.snmp.rows import Rows, word
from agent.snmp.ups_mib import celsius, percent
from shared.hardware import UpsSeen
from shared.observation import Observation

_ups = (1, 3, 6, 1, 4, 1, 318, 1, 1, 1)

upsBasicBattery = (*_ups, 2, 1)
upsBasicBatteryStatus = (*upsBasicBattery, 1, 0)
upsBasicBatteryTimeOnBattery = (*upsBasicBattery, 2, 0)
upsBasicBatteryLastReplaceDate = (*upsBasicBattery, 3, 0)
upsAdvBattery = (*_ups, 2, 2)
upsAdvBatteryCapacity = (*upsAdvBattery, 1, 0)
upsAdvBatteryTemperature = (*upsAdvBattery, 2, 0)
upsAdvBatteryRunTimeRemaining = (*upsAdvBattery, 3, 0)
upsAdvBatteryReplaceIndicator = (*upsAdvBattery, 4, 0)
upsHighPrecBatteryCapacity = (*_ups, 2, 3, 1)
upsBasicOutputStatus = (*_ups, 4, 1, 1)
upsAdvOutputLoad = (*_ups, 4, 2, 3)
upsHighPrecOutputLoad = (*_ups, 4, 3, 3)

RANK = 46
GET = ()
WALK = (
    (upsAdvBattery,),
    (upsBasicOutputStatus,),
    (upsBasicBattery,),
    (upsHighPrecBatteryCapacity,),
    (upsAdvOutputLoad,),
    (upsHighPrecOutputLoad,),
)
ASK_FIRST = 2
ENTERPRISES = (318,)

NO_LONGER = 31 * 24 * 3600 * 100
_BATTERIES = ("", "", "normal", "low", "fault", "absent")
_OUTPUTS = (
    *("", "", "online", "on-battery", "boost", "off", "bypass", "off", "off", "bypass", "bypass", "off", "trim", "eco", "other"),
    *("on-battery", "bypass", "bypass", "eco", "other", "eco", *("other",) * 8),
)
"""The many words of upsBasicOutputStatus, as those that other makers know too: asleep and rebooting are off, a battery test is battery."""


def read(rows: Rows) -> Iterator[Observation]:
    replace = rows.integer(upsAdvBatteryReplaceIndicator)
    told = UpsSeen(
        output=word(_OUTPUTS, rows.integer((*upsBasicOutputStatus, 0))),
        battery=word(_BATTERIES, rows.integer(upsBasicBatteryStatus)),
        replace_battery={1: False, 2: True}.get(replace or 0),
        battery_replaced_on=rows.text(upsBasicBatteryLastReplaceDate),
        charge_percent=_precise(rows, upsHighPrecBatteryCapacity, upsAdvBatteryCapacity),
        runtime_s=_seconds(rows.integer(upsAdvBatteryRunTimeRemaining)),
        load_percent=_precise(rows, upsHighPrecOutputLoad, (*upsAdvOutputLoad, 0)),
        on_battery_s=_seconds(rows.integer(upsBasicBatteryTimeOnBattery)),
        battery_celsius=celsius(rows.integer(upsAdvBatteryTemperature)),
    )
    if told != UpsSeen():
        yield told


def _precise(rows: Rows, tenths: tuple[int, ...], whole: tuple[int, ...]) -> int | None:
    value = percent(rows.integer(whole))
    precise = rows.integer((*tenths, 0))
    return value if value is not None or precise is None else percent(round(precise / 10))


def _seconds(hundredths: int | None) -> int | None:
    return hundredths // 100 if hundredths is not None and 0 <= hundredths < NO_LONGER else None

"""Which serial number has the printer, what is left of its supplies and paper, and what ails it?

Source: Printer-MIB (RFC 3805), indexed by hrDeviceIndex, and hrPrinterTable of HOST-RESOURCES-MIB (RFC 2790), which it goes with. Levels
are in the units that stand beside them; -1: no limit, -2: not known, -3: something is left. Of a supply that is filled (a waste box), the
level is the room that remains.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp.rows import Row, Rows, word
from shared.hardware import PrinterSeen, SupplySeen, SupplyState
from shared.observation import Observation, SystemSeen

_prt = (1, 3, 6, 1, 2, 1, 43)
_hrPrinterEntry = (1, 3, 6, 1, 2, 1, 25, 3, 5, 1)

prtGeneralConfigChanges = (*_prt, 5, 1, 1, 1)
prtGeneralSerialNumber = (*_prt, 5, 1, 1, 17)
prtInputMaxCapacity = (*_prt, 8, 2, 1, 9)
prtInputCurrentLevel = (*_prt, 8, 2, 1, 10)
prtInputMediaName = (*_prt, 8, 2, 1, 12)
prtInputName = (*_prt, 8, 2, 1, 13)
prtInputDescription = (*_prt, 8, 2, 1, 18)
prtMarkerLifeCount = (*_prt, 10, 2, 1, 4)
prtMarkerSuppliesColorantIndex = (*_prt, 11, 1, 1, 3)
prtMarkerSuppliesClass = (*_prt, 11, 1, 1, 4)
prtMarkerSuppliesType = (*_prt, 11, 1, 1, 5)
prtMarkerSuppliesDescription = (*_prt, 11, 1, 1, 6)
prtMarkerSuppliesSupplyUnit = (*_prt, 11, 1, 1, 7)
prtMarkerSuppliesMaxCapacity = (*_prt, 11, 1, 1, 8)
prtMarkerSuppliesLevel = (*_prt, 11, 1, 1, 9)
prtMarkerColorantValue = (*_prt, 12, 1, 1, 4)
prtConsoleDisplayBufferText = (*_prt, 16, 5, 1, 2)
hrPrinterStatus = (*_hrPrinterEntry, 1)
hrPrinterDetectedErrorState = (*_hrPrinterEntry, 2)

RANK = 35
GET = ()
WALK = (
    # serial number and printer name came with RFC 3805; the count of changes is in every prtGeneralTable
    (prtGeneralConfigChanges, prtGeneralSerialNumber),
    (
        *(prtMarkerSuppliesDescription, prtMarkerSuppliesType, prtMarkerSuppliesMaxCapacity, prtMarkerSuppliesLevel),
        *(prtMarkerSuppliesClass, prtMarkerSuppliesSupplyUnit, prtMarkerSuppliesColorantIndex),
    ),
    (prtMarkerColorantValue,),
    (prtInputName, prtInputMaxCapacity, prtInputCurrentLevel, prtInputMediaName, prtInputDescription),
    (prtMarkerLifeCount,),
    (hrPrinterStatus, hrPrinterDetectedErrorState),
    (prtConsoleDisplayBufferText,),
)
ASK_FIRST = 2
"""A device with neither of these tables is no printer, and is not asked for the rest."""

SUPPLIES, TRAYS, PRINTERS, DISPLAY_LINES = 128, 32, 32, 8
RECEPTACLE = 4
PERCENT = 19
SOME_LEFT = -3
LOW_PERCENT = 10

_TYPES = (
    *("", "other", "unknown", "toner", "waste-toner", "ink", "ink-cartridge", "ink-ribbon", "waste-ink", "drum", "developer", "fuser-oil"),
    *("wax", "ribbon-wax", "waste-wax", "fuser", "corona-wire", "fuser-oil-wick", "cleaner-unit", "fuser-cleaning-pad", "transfer-unit"),
    *(
        "toner-cartridge",
        "fuser-oiler",
        "water",
        "waste-water",
        "glue",
        "waste-paper",
        "binding-supply",
        "banding-supply",
        "stitching-wire",
    ),
    *("shrink-wrap", "paper-wrap", "staples", "inserts", "covers"),
)
"""PrtMarkerSuppliesTypeTC, by number (IANA-PRINTER-MIB)."""

_UNITS = (
    *("", "", "", "ten-thousandths-of-inches", "micrometers", "", "", "impressions", "sheets", "", "", "hours", "thousandths-of-ounces"),
    *("tenths-of-grams", "hundredths-of-fluid-ounces", "tenths-of-milliliters", "feet", "meters", "items", "percent"),
)

_STATUSES = ("", "other", "unknown", "idle", "printing", "warmup")

_PROBLEMS = (
    *("low-paper", "no-paper", "low-toner", "no-toner", "door-open", "jammed", "offline", "service-requested", "input-tray-missing"),
    *("output-tray-missing", "marker-supply-missing", "output-near-full", "output-full", "input-tray-empty", "overdue-maintenance"),
)
"""Bits of hrPrinterDetectedErrorState, the highest of the first octet first."""


def read(rows: Rows) -> Iterator[Observation]:
    for row in rows.table(WALK[0]):
        if row.text(prtGeneralSerialNumber):
            yield SystemSeen(serial=row.text(prtGeneralSerialNumber))
    yield from rows.each("supplies", WALK[1], _supply(_colorants(rows)), SUPPLIES)
    yield from rows.each("paper trays", WALK[3], _tray, TRAYS)
    yield from _printers(rows)


def _colorants(rows: Rows) -> dict[tuple[int, ...], str]:
    return {row.index: row.text(prtMarkerColorantValue) for row in rows.table(WALK[2])}


def _supply(colorants: dict[tuple[int, ...], str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        printer, number = row.index
        unit = row.integer(prtMarkerSuppliesSupplyUnit) or 0
        color = colorants.get((printer, row.integer(prtMarkerSuppliesColorantIndex) or 0), "")
        level, capacity = row.integer(prtMarkerSuppliesLevel), row.count(prtMarkerSuppliesMaxCapacity)
        percent = _percent(level, 100 if unit == PERCENT and capacity is None else capacity)
        is_waste = row.integer(prtMarkerSuppliesClass) == RECEPTACLE
        yield SupplySeen(
            index=f"{printer}.{number}",
            name=row.text(prtMarkerSuppliesDescription) or f"supply {number}",
            kind=word(_TYPES, row.integer(prtMarkerSuppliesType)),
            color="" if color.lower() in ("none", "unknown", "other") else color.lower(),
            unit=word(_UNITS, unit),
            capacity=capacity,
            level=level if level is not None and level >= 0 else None,
            percent=percent,
            state=_state(level, percent, is_waste),
        )

    return build


def _tray(row: Row) -> Iterable[Observation]:
    printer, number = row.index
    level, capacity = row.integer(prtInputCurrentLevel), row.count(prtInputMaxCapacity)
    percent = _percent(level, capacity)
    yield SupplySeen(
        index=f"tray {printer}.{number}",
        name=row.text(prtInputName) or row.text(prtInputDescription) or f"tray {number}",
        kind="paper-tray",
        media=row.text(prtInputMediaName),
        capacity=capacity,
        level=level if level is not None and level >= 0 else None,
        percent=percent,
        state=_state(level, percent, is_waste=False),
    )


def _percent(level: int | None, capacity: int | None) -> int | None:
    if level is None or capacity is None or level < 0:
        return None
    return min(100, round(100 * level / capacity))


def _state(level: int | None, percent: int | None, is_waste: bool) -> SupplyState:
    if level == SOME_LEFT:
        return SupplyState.OK
    if level == 0:
        return SupplyState.FULL if is_waste else SupplyState.EMPTY
    if percent is None:
        return SupplyState.UNKNOWN
    return SupplyState.LOW if percent <= LOW_PERCENT else SupplyState.OK


def _printers(rows: Rows) -> Iterator[Observation]:
    """Those that Printer-MIB describes: a print server lists others' printers in hrPrinterTable."""
    states = {row.index: row for row in rows.table(WALK[5])}
    own = {index[:1] for table in (WALK[0], WALK[1]) for row in rows.table(table) if (index := row.index)}
    for (number,) in sorted(own)[:PRINTERS]:
        state = states.get((number,))
        pages = [row.count(prtMarkerLifeCount) or 0 for row in rows.table(WALK[4]) if row.index[:1] == (number,)]
        display = [row.text(prtConsoleDisplayBufferText) for row in rows.table(WALK[6]) if row.index[:1] == (number,)]
        told = PrinterSeen(
            index=number,
            status=word(_STATUSES, state.integer(hrPrinterStatus)) if state else "",
            problems=_problems(state.octets(hrPrinterDetectedErrorState)) if state else (),
            # one printer may have several print units; each counts its own pages
            pages=sum(pages) or None,
            display=tuple(filter(None, display[:DISPLAY_LINES])),
        )
        if told != PrinterSeen(index=number):
            yield told


def _problems(octets: bytes) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(_PROBLEMS) if bit // 8 < len(octets) and octets[bit // 8] & (0x80 >> bit % 8))

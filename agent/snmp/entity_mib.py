"""Which hardware is it: model, serial number, version, and of which parts is it made?

Source: ENTITY-MIB, entPhysicalTable (RFC 6933). The chassis speaks for the device; of a stack, its first chassis that has a
serial number. Where the chassis has no
software version, the first module that has one is believed, since the version then stands at the supervisor.

A part is told where it can be taken out and has something to say: a chassis, a power supply, a module with a model, or whatever has a
serial number of its own (a port with one is a transceiver). Many a fixed switch repeats its own serial number at each of its boards.
"""

from collections.abc import Iterable, Iterator

from agent.snmp.rows import Row, Rows, word
from shared.hardware import ModuleSeen
from shared.observation import Observation, SystemSeen

_entPhysicalEntry = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)

entPhysicalDescr = (*_entPhysicalEntry, 2)
entPhysicalContainedIn = (*_entPhysicalEntry, 4)
entPhysicalClass = (*_entPhysicalEntry, 5)
entPhysicalName = (*_entPhysicalEntry, 7)
entPhysicalHardwareRev = (*_entPhysicalEntry, 8)
entPhysicalFirmwareRev = (*_entPhysicalEntry, 9)
entPhysicalSoftwareRev = (*_entPhysicalEntry, 10)
entPhysicalSerialNum = (*_entPhysicalEntry, 11)
entPhysicalMfgName = (*_entPhysicalEntry, 12)
entPhysicalModelName = (*_entPhysicalEntry, 13)

RANK = 40
GET = ()
WALK = (
    (entPhysicalClass, entPhysicalSoftwareRev, entPhysicalSerialNum, entPhysicalMfgName, entPhysicalModelName),
    (entPhysicalName, entPhysicalDescr, entPhysicalContainedIn, entPhysicalHardwareRev, entPhysicalFirmwareRev),
)
ASK_FIRST = 1

CHASSIS, POWER_SUPPLY, MODULE, STACK = 3, 6, 9, 11
PARTS = 1024
_KINDS = (
    *("", "other", "", "chassis", "backplane", "", "power-supply", "fan", "", "module", "port", "stack"),
    *("", "", "battery", "disk"),
)
"""IANAPhysicalClass, by number; blank: not told as a part (unknown, container, sensor, processor, energy object)."""


def read(rows: Rows) -> Iterator[Observation]:
    parts = list(rows.table(WALK[0]))
    yield from _system(parts)
    own = {part.text(entPhysicalSerialNum) for part in parts if part.integer(entPhysicalClass) == CHASSIS}
    told = rows.each("parts", (*WALK[0], *WALK[1]), lambda row: _part(row, own))
    for number, part in enumerate(told):
        if number == PARTS:
            rows.passed_over["parts"] += 1
            break
        yield part


def _system(parts: Iterable[Row]) -> Iterator[Observation]:
    parts = list(parts)
    chassis = sorted((part for part in parts if part.integer(entPhysicalClass) == CHASSIS), key=_says_nothing)
    # one chassis speaks, so that model and serial number belong together; the stack that it is in has at most a name
    bodies = [*chassis[:1], *(part for part in parts if part.integer(entPhysicalClass) == STACK)]
    modules = [part for part in parts if part.integer(entPhysicalClass) == MODULE]
    if bodies:
        yield SystemSeen(
            vendor=_first(bodies, entPhysicalMfgName),
            model=_first(bodies, entPhysicalModelName),
            serial=_first(bodies, entPhysicalSerialNum),
            os_version=_first([*bodies, *chassis, *modules], entPhysicalSoftwareRev),
        )


def _says_nothing(part: Row) -> bool:
    return not _first([part], entPhysicalSerialNum)


def _first(parts: list[Row], column: tuple[int, ...]) -> str:
    return next((text for part in parts if (text := part.text(column)) and text.lower() not in _NOTHING), "")


def _part(row: Row, own: set[str]) -> Iterable[Observation]:
    """``own``: the serial numbers of the chassis."""
    (index,) = row.index
    number = row.integer(entPhysicalClass) or 0
    serial, model = _first([row], entPhysicalSerialNum), _first([row], entPhysicalModelName)
    if number != CHASSIS and serial in own:
        serial = ""
    names = row.text(entPhysicalName) or row.text(entPhysicalDescr)
    told = serial or (number in (CHASSIS, POWER_SUPPLY) and (model or names)) or (number == MODULE and model)
    if not (told and word(_KINDS, number)):
        return
    yield ModuleSeen(
        index=index,
        inside=row.count(entPhysicalContainedIn) or 0,
        kind=word(_KINDS, number),
        name=row.text(entPhysicalName),
        description=row.text(entPhysicalDescr),
        vendor=_first([row], entPhysicalMfgName),
        model=model,
        serial=serial,
        hardware_revision=_first([row], entPhysicalHardwareRev),
        firmware_revision=_first([row], entPhysicalFirmwareRev),
        software_revision=_first([row], entPhysicalSoftwareRev),
    )


_NOTHING = {"n/a", "na", "none", "unknown", "not specified", "-", "0"}
"""What devices write where they have nothing to say."""

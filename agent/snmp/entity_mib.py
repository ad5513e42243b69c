"""Which hardware is it: model, serial number, version?

Source: ENTITY-MIB, entPhysicalTable (RFC 6933). The chassis speaks for the device; of a stack, its first chassis that has a
serial number. Where the chassis has no
software version, the first module that has one is believed, since the version then stands at the supervisor.
"""

from collections.abc import Iterator

from agent.snmp.rows import Row, Rows
from shared.observation import Observation, SystemSeen

_entPhysicalEntry = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)

entPhysicalClass = (*_entPhysicalEntry, 5)
entPhysicalSoftwareRev = (*_entPhysicalEntry, 10)
entPhysicalSerialNum = (*_entPhysicalEntry, 11)
entPhysicalMfgName = (*_entPhysicalEntry, 12)
entPhysicalModelName = (*_entPhysicalEntry, 13)

RANK = 40
GET = ()
WALK = ((entPhysicalClass, entPhysicalSoftwareRev, entPhysicalSerialNum, entPhysicalMfgName, entPhysicalModelName),)

CHASSIS, MODULE, STACK = 3, 9, 11


def read(rows: Rows) -> Iterator[Observation]:
    parts = list(rows.table(WALK[0]))
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


_NOTHING = {"n/a", "na", "none", "unknown", "not specified", "-", "0"}
"""What devices write where they have nothing to say."""

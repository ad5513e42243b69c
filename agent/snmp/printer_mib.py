"""Which serial number has the printer?

Source: Printer-MIB, prtGeneralTable (RFC 3805), indexed by hrDeviceIndex.
"""

from collections.abc import Iterator

from agent.snmp.rows import Rows
from shared.observation import Observation, SystemSeen

_prtGeneralEntry = (1, 3, 6, 1, 2, 1, 43, 5, 1, 1)

prtGeneralConfigChanges = (*_prtGeneralEntry, 1)
prtGeneralSerialNumber = (*_prtGeneralEntry, 17)

RANK = 35
GET = ()
# serial number and printer name came with RFC 3805; the count of changes is in every prtGeneralTable
WALK = ((prtGeneralConfigChanges, prtGeneralSerialNumber),)


def read(rows: Rows) -> Iterator[Observation]:
    for row in rows.table(WALK[0]):
        if row.text(prtGeneralSerialNumber):
            yield SystemSeen(serial=row.text(prtGeneralSerialNumber))

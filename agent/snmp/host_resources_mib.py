"""Which printer is it?

Source: HOST-RESOURCES-MIB, hrDeviceTable (RFC 2790). Of a printer, hrDeviceDescr of its hrDevicePrinter row is the model's full name. A
print server lists foreign printers there too: a row counts only where Printer-MIB describes the same index, or where it is the first
device.
"""

from collections.abc import Iterator

from agent.snmp import printer_mib
from agent.snmp.rows import Rows
from shared.observation import Observation, SystemSeen

_hrDeviceEntry = (1, 3, 6, 1, 2, 1, 25, 3, 2, 1)

hrDeviceType = (*_hrDeviceEntry, 2)
hrDeviceDescr = (*_hrDeviceEntry, 3)
hrDevicePrinter = (1, 3, 6, 1, 2, 1, 25, 3, 1, 5)

RANK = 45
GET = ()
WALK = ((hrDeviceType, hrDeviceDescr),)


def read(rows: Rows) -> Iterator[Observation]:
    own = {row.index for row in rows.table(printer_mib.WALK[0])} | {(1,)}
    for row in rows.table(WALK[0]):
        if row.oid(hrDeviceType) == hrDevicePrinter and row.index in own and row.text(hrDeviceDescr):
            yield SystemSeen(model=row.text(hrDeviceDescr))

"""What does the device say of itself as a whole?

Source: SNMPv2-MIB, group system (RFC 3418). sysUpTime is in hundredths of a second and kept as seconds; it starts again when the agent
does, and after 497 days.
"""

from collections.abc import Iterator

from agent.snmp.rows import Rows
from shared.observation import Observation, SystemSeen

sysDescr = (1, 3, 6, 1, 2, 1, 1, 1, 0)
sysObjectID = (1, 3, 6, 1, 2, 1, 1, 2, 0)
sysUpTime = (1, 3, 6, 1, 2, 1, 1, 3, 0)
sysContact = (1, 3, 6, 1, 2, 1, 1, 4, 0)
sysName = (1, 3, 6, 1, 2, 1, 1, 5, 0)
sysLocation = (1, 3, 6, 1, 2, 1, 1, 6, 0)

RANK = 10
GET = (sysDescr, sysObjectID, sysUpTime, sysContact, sysName, sysLocation)
WALK = ()


def read(rows: Rows) -> Iterator[Observation]:
    uptime_cs = rows.integer(sysUpTime)
    yield SystemSeen(
        description=rows.text(sysDescr),
        object_id=".".join(map(str, rows.oid(sysObjectID) or ())),
        uptime_s=None if uptime_cs is None or uptime_cs < 0 else uptime_cs // 100,
        contact=rows.text(sysContact),
        name=rows.text(sysName),
        location=rows.text(sysLocation),
    )

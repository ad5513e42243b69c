"""Who is on the MikroTik's Wi-Fi?

Source: MIKROTIK-MIB, mtxrWlRtabTable, indexed by the client's MAC address (six numbers) and the interface; strength in dBm. It is filled by
the wireless package.
"""

from collections.abc import Iterator

from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows, mac
from agent.snmp.wifi_clients import wifi_clients
from shared.hardware import WifiClient
from shared.observation import Observation

mtxrWlRtabStrength = (1, 3, 6, 1, 4, 1, 14988, 1, 1, 1, 2, 1, 3)

RANK = 92
GET = ()
WALK = ((mtxrWlRtabStrength,),)
ENTERPRISES = (14988,)


def read(rows: Rows) -> Iterator[Observation]:
    interfaces = if_mib.names(rows)
    yield from wifi_clients(rows, WALK[0], lambda row: _client(row, interfaces))


def _client(row: Row, interfaces: dict[int, str]) -> WifiClient | None:
    if len(row.index) != 7:
        raise ValueError("an index that is no MAC address and interface")
    address = mac(bytes(row.index[:6]))
    strength = row.integer(mtxrWlRtabStrength)
    signal_dbm = strength if strength is not None and -200 < strength < 0 else None
    return WifiClient(mac=address, interface=interfaces.get(row.index[6], ""), signal_dbm=signal_dbm) if address else None

"""Who is on the Wi-Fi of an Aruba controller (ArubaOS)?

Source: WLSX-USER-MIB, wlsxUserTable (enterprise 14823), indexed by the client's MAC address and IPv4 address: a client with two addresses
stands there twice. Wired users stand there too, without an access point. Who the user is (nUserName) is not asked.
"""

from collections.abc import Iterator

from agent.snmp.rows import Row, Rows, ip, mac
from agent.snmp.wifi_clients import wifi_clients
from shared.hardware import WifiClient
from shared.observation import Observation

_wlsxUserEntry = (1, 3, 6, 1, 4, 1, 14823, 2, 2, 1, 4, 1, 2, 1)

nUserApLocation = (*_wlsxUserEntry, 10)
nUserApBSSID = (*_wlsxUserEntry, 11)

RANK = 94
GET = ()
WALK = ((nUserApBSSID, nUserApLocation),)
ENTERPRISES = (14823,)


def read(rows: Rows) -> Iterator[Observation]:
    yield from wifi_clients(rows, WALK[0], _client)


def _client(row: Row) -> WifiClient | None:
    access_point = row.mac(nUserApBSSID)
    if len(row.index) != 10:
        raise ValueError("an index that is no MAC address and IPv4 address")
    client = mac(bytes(row.index[:6]))
    if client is None or access_point is None:
        return None
    octets = bytes(row.index[6:])
    return WifiClient(mac=client, address=ip(octets) if any(octets) else None, interface=row.text(nUserApLocation) or access_point)

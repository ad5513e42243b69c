"""Who is on the Wi-Fi of a Cisco wireless controller (AireOS)?

Source: AIRESPACE-WIRELESS-MIB, bsnMobileStationTable (enterprise 14179; the controller itself names Cisco's). The access point is told by
its MAC address. Who the user is (bsnMobileStationUserName) is not asked.
"""

from collections.abc import Iterator

from agent.snmp.rows import Row, Rows, ip
from agent.snmp.wifi_clients import wifi_clients
from shared.hardware import WifiClient
from shared.observation import Observation

_bsnMobileStationEntry = (1, 3, 6, 1, 4, 1, 14179, 2, 1, 4, 1)

bsnMobileStationMacAddress = (*_bsnMobileStationEntry, 1)
bsnMobileStationIpAddress = (*_bsnMobileStationEntry, 2)
bsnMobileStationAPMacAddr = (*_bsnMobileStationEntry, 4)
bsnMobileStationSsid = (*_bsnMobileStationEntry, 7)

RANK = 93
GET = ()
WALK = ((bsnMobileStationMacAddress, bsnMobileStationIpAddress, bsnMobileStationAPMacAddr, bsnMobileStationSsid),)
ENTERPRISES = (9, 14179)


def read(rows: Rows) -> Iterator[Observation]:
    yield from wifi_clients(rows, WALK[0], _client)


def _client(row: Row) -> WifiClient | None:
    mac = row.mac(bsnMobileStationMacAddress)
    octets = row.octets(bsnMobileStationIpAddress)
    if mac is None:
        return None
    return WifiClient(
        mac=mac,
        address=ip(octets) if len(octets) == 4 and any(octets) else None,
        ssid=row.text(bsnMobileStationSsid),
        interface=row.mac(bsnMobileStationAPMacAddr) or "",
    )

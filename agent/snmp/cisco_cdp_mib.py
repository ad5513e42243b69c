"""Which neighbours has the device heard by CDP, on which port?

Source: CISCO-CDP-MIB, cdpCacheTable, indexed by ifIndex and a number; Cisco and HP ProCurve serve it. The device's id is its host name,
with its domain on routers and its serial number on some switches, or its MAC address; cdpCacheAddress is of type ip(1) in four
octets or ipv6(20) in sixteen.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows, ip
from shared.address import MacKind, mac_kind, normal_mac
from shared.observation import NeighbourSeen, Observation
from shared.text import one_line

_cdpCacheEntry = (1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1)

cdpCacheAddressType = (*_cdpCacheEntry, 3)
cdpCacheAddress = (*_cdpCacheEntry, 4)
cdpCacheVersion = (*_cdpCacheEntry, 5)
cdpCacheDeviceId = (*_cdpCacheEntry, 6)
cdpCacheDevicePort = (*_cdpCacheEntry, 7)
cdpCachePlatform = (*_cdpCacheEntry, 8)
cdpCacheSysName = (*_cdpCacheEntry, 17)
cdpCachePrimaryMgmtAddr = (*_cdpCacheEntry, 20)

RANK = 51
GET = ()
WALK = (
    (
        *(cdpCacheDeviceId, cdpCacheAddressType, cdpCacheAddress, cdpCacheVersion, cdpCacheDevicePort, cdpCachePlatform),
        *(cdpCacheSysName, cdpCachePrimaryMgmtAddr),
    ),
)
ENTERPRISES = (9, 11, 14179)

NEIGHBOURS = 4096
IP, IPV6 = 1, 20
_WITH_BRACKETS = re.compile(r"([^()]+?)\s*\(([^()]{1,40})\)")
_SERIAL = re.compile(r"[A-Z]{3}[0-9]{4}[0-9A-Z]{4}|[A-Z]{3}[0-9]{6,8}[A-Z]?|[0-9]{6,10}")
# telephones and their adapters
_NAMED_AS_MAC = re.compile(r"(?:SEP|ATA|VGC)([0-9A-F]{12})")
_BARE_MAC = re.compile(r"(?:[0-9a-f]{2}([-:]?))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.IGNORECASE)


def read(rows: Rows) -> Iterator[Observation]:
    yield from rows.each("CDP neighbours", WALK[0], _neighbour(if_mib.names(rows)), NEIGHBOURS)


def _neighbour(interfaces: dict[int, str]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        interface, _ = row.index
        told, mac = _device_id(row)
        version = row.text(cdpCacheVersion).strip('"')
        yield NeighbourSeen(
            protocol="cdp",
            local_port=interfaces.get(interface, f"if{interface}"),
            chassis_mac=mac,
            chassis_id=told or mac or "",
            port_id=row.text(cdpCacheDevicePort),
            name=row.text(cdpCacheSysName) or _name(told),
            description=one_line(" ".join(filter(None, (row.text(cdpCachePlatform), version)))),
            addresses=tuple(dict.fromkeys(_addresses(row))),
        )

    return build


def _device_id(row: Row) -> tuple[str, str | None]:
    """The id as text, and as a MAC address where it is one, be it in six octets or in words."""
    octets = row.octets(cdpCacheDeviceId)
    told = one_line(octets.rstrip(b"\0"))
    telephone = _NAMED_AS_MAC.fullmatch(told)
    is_octets = len(octets) == 6 and not (told.isascii() and told.isprintable() and len(told) == 6)
    if not (is_octets or telephone or _BARE_MAC.fullmatch(told)):
        return told, None
    mac = normal_mac(octets if is_octets else telephone[1] if telephone else told)
    return told if telephone else "", None if mac_kind(mac) is MacKind.EXCLUDED else mac


def _name(told: str) -> str:
    """The host name in an id: Nexus write ``name(serial)``, old Catalysts ``serial(name)``."""
    both = _WITH_BRACKETS.fullmatch(told)
    if both is None:
        return told
    return both[2] if _SERIAL.fullmatch(both[1]) else both[1]


def _addresses(row: Row) -> Iterator[str]:
    octets = row.octets(cdpCacheAddress)
    length = {IP: 4, IPV6: 16}.get(row.integer(cdpCacheAddressType) or 0)
    for candidate in (octets if len(octets) == length else b"", row.octets(cdpCachePrimaryMgmtAddr)):
        # all zeros: it is reached by no network protocol
        if len(candidate) in (4, 16) and any(candidate):
            yield ip(candidate)

"""Which addresses has the device, whom has it seen as a neighbour, and does it route?

Source: IP-MIB (RFC 4293): ipAddressTable and ipNetToPhysicalTable for both families, and the older ipAddrTable and ipNetToMediaTable for
IPv4, which many devices serve alone. A prefix length is the last number of ipAddressPrefix, a pointer into another table. Neighbours are
third-hand knowledge: they were heard, which says nothing of now.
"""

import ipaddress
from collections.abc import Callable, Iterable, Iterator

from agent.join import names_a_host
from agent.snmp import if_mib
from agent.snmp.rows import Row, Rows, ip, take_address
from shared.observation import AddressSeen, InterfaceAddress, InterfaceSeen, Observation, Provenance, SystemSeen

_ip = (1, 3, 6, 1, 2, 1, 4)

ipForwarding = (*_ip, 1, 0)
ipAdEntIfIndex = (*_ip, 20, 1, 2)
ipAdEntNetMask = (*_ip, 20, 1, 3)
ipNetToMediaPhysAddress = (*_ip, 22, 1, 2)
ipNetToMediaType = (*_ip, 22, 1, 4)
ipAddressIfIndex = (*_ip, 34, 1, 3)
ipAddressType = (*_ip, 34, 1, 4)
ipAddressPrefix = (*_ip, 34, 1, 5)
ipNetToPhysicalPhysAddress = (*_ip, 35, 1, 4)
ipNetToPhysicalType = (*_ip, 35, 1, 6)
ipNetToPhysicalState = (*_ip, 35, 1, 7)

RANK = 30
GET = (ipForwarding,)
WALK = (
    (ipAdEntIfIndex, ipAdEntNetMask),
    (ipAddressIfIndex, ipAddressType, ipAddressPrefix),
    (ipNetToMediaPhysAddress, ipNetToMediaType),
    (ipNetToPhysicalPhysAddress, ipNetToPhysicalType, ipNetToPhysicalState),
)

FORWARDING = {1: True, 2: False}
UNICAST = 1
INVALID, LOCAL = 2, 5
STATE_INVALID, STATE_INCOMPLETE = 5, 7


def read(rows: Rows) -> Iterator[Observation]:
    yield SystemSeen(forwards=FORWARDING.get(rows.integer(ipForwarding) or 0))
    yield from rows.each("addresses", WALK[0], _old_address)
    yield from rows.each("addresses", WALK[1], _address)
    names = if_mib.names(rows)
    yield from rows.each("ARP entries", WALK[2], _neighbour_of(names, _old_neighbour))
    yield from rows.each("ARP entries", WALK[3], _neighbour_of(names, _neighbour))


def _old_address(row: Row) -> Iterable[Observation]:
    return _on_interface(row.integer(ipAdEntIfIndex), ip(row.index), _mask_length(row.octets(ipAdEntNetMask)))


def _mask_length(mask: bytes) -> int | None:
    """255.255.255.0 -> 24; None for what is no mask."""
    bits = "".join(f"{octet:08b}" for octet in mask)
    return bits.count("1") if len(bits) == 32 and "01" not in bits else None


def _address(row: Row) -> Iterable[Observation]:
    address, _ = take_address(row.index)
    if address is None or row.integer(ipAddressType) not in (None, UNICAST):
        return ()
    return _on_interface(row.integer(ipAddressIfIndex), address, _pointed_length(row, address))


def _pointed_length(row: Row, address: str) -> int | None:
    """ipAddressPrefix points at a row of ipAddressPrefixTable, whose index ends with the length; zeroDotZero: not known."""
    pointer = row.oid(ipAddressPrefix)
    widest = ipaddress.ip_address(address).max_prefixlen
    return pointer[-1] if pointer and len(pointer) > 2 and pointer[-1] <= widest else None


def _on_interface(index: int | None, address: str, prefix_length: int | None) -> Iterable[Observation]:
    if index is not None and not ipaddress.ip_address(address).is_unspecified:
        yield InterfaceSeen(index=index, name="", addresses=(InterfaceAddress(address=address, prefix_length=prefix_length),))


def _neighbour_of(names: dict[int, str], parts: Callable[[Row], tuple[str, str] | None]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        found = parts(row)
        if found and names_a_host(found[0]):
            interface = names.get(row.index[0], "")
            yield AddressSeen(address=found[0], mac=found[1], provenance=Provenance.THIRD_PARTY, interface=interface)

    return build


def _old_neighbour(row: Row) -> tuple[str, str] | None:
    mac = row.mac(ipNetToMediaPhysAddress)
    return (ip(row.index[1:]), mac) if mac and row.integer(ipNetToMediaType) != INVALID else None


def _neighbour(row: Row) -> tuple[str, str] | None:
    address, _ = take_address(row.index[1:])
    mac = row.mac(ipNetToPhysicalPhysAddress)
    gone = row.integer(ipNetToPhysicalState) in (STATE_INVALID, STATE_INCOMPLETE) or row.integer(ipNetToPhysicalType) in (INVALID, LOCAL)
    return (address, mac) if address and mac and not gone else None

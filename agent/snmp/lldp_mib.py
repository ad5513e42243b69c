"""Which neighbours has the device heard by LLDP, on which port?

Source: LLDP-MIB (IEEE 802.1AB-2005). The index of lldpRemTable is time mark, local port, neighbour; some devices leave the time mark out,
so it is read from its end. A local port's number is none of the interface's: lldpLocPortTable names it, by interface name, by MAC address
or by a text of the maker's, and the interface is looked for in that order.
"""

from collections.abc import Callable, Iterable, Iterator

from agent.snmp import bridge_mib, if_mib
from agent.snmp.rows import Row, Rows, ip, mac
from shared.observation import NeighbourSeen, Observation
from shared.text import one_line

_lldp = (1, 0, 8802, 1, 1, 2, 1)

lldpLocPortIdSubtype = (*_lldp, 3, 7, 1, 2)
lldpLocPortId = (*_lldp, 3, 7, 1, 3)
lldpLocPortDesc = (*_lldp, 3, 7, 1, 4)
lldpRemChassisIdSubtype = (*_lldp, 4, 1, 1, 4)
lldpRemChassisId = (*_lldp, 4, 1, 1, 5)
lldpRemPortIdSubtype = (*_lldp, 4, 1, 1, 6)
lldpRemPortId = (*_lldp, 4, 1, 1, 7)
lldpRemPortDesc = (*_lldp, 4, 1, 1, 8)
lldpRemSysName = (*_lldp, 4, 1, 1, 9)
lldpRemSysDesc = (*_lldp, 4, 1, 1, 10)
lldpRemManAddrIfSubtype = (*_lldp, 4, 2, 1, 3)

RANK = 50
GET = ()
WALK = (
    (
        *(lldpRemChassisIdSubtype, lldpRemChassisId, lldpRemPortIdSubtype, lldpRemPortId),
        *(lldpRemPortDesc, lldpRemSysName, lldpRemSysDesc),
    ),
    (lldpRemManAddrIfSubtype,),
    (lldpLocPortIdSubtype, lldpLocPortId, lldpLocPortDesc),
)
ASK_FIRST = 1

# LldpChassisIdSubtype and LldpPortIdSubtype number the same kinds differently
CHASSIS_MAC, CHASSIS_ADDRESS = 4, 5
PORT_MAC, PORT_ADDRESS = 3, 4
IANA_FAMILIES = (1, 2)


def read(rows: Rows) -> Iterator[Observation]:
    yield from rows.each("LLDP neighbours", WALK[0], _neighbour(_local_ports(rows), _management_addresses(rows)))


def _neighbour(ports: dict[int, str], addresses: dict[tuple[int, int], list[str]]) -> Callable[[Row], Iterable[Observation]]:
    def build(row: Row) -> Iterable[Observation]:
        port, neighbour = row.index[-2:]
        chassis = row.octets(lldpRemChassisId)
        chassis_kind = row.integer(lldpRemChassisIdSubtype)
        yield NeighbourSeen(
            local_port=ports.get(port, f"port {port}"),
            chassis_mac=mac(chassis) if chassis_kind == CHASSIS_MAC and len(chassis) in (6, 17) else None,
            chassis_id=_identifier(chassis, chassis_kind == CHASSIS_MAC, chassis_kind == CHASSIS_ADDRESS),
            port_id=_identifier(
                row.octets(lldpRemPortId), row.integer(lldpRemPortIdSubtype) == PORT_MAC, row.integer(lldpRemPortIdSubtype) == PORT_ADDRESS
            ),
            port_description=row.text(lldpRemPortDesc),
            name=row.text(lldpRemSysName),
            description=row.text(lldpRemSysDesc),
            addresses=tuple(addresses.get((port, neighbour), ())),
        )

    return build


def _identifier(octets: bytes, is_mac: bool, is_address: bool) -> str:
    """A chassis or port identifier as text. Devices err in the subtype, so the length has to fit too."""
    if is_mac and len(octets) == 6:
        return octets.hex(":")
    if is_address and octets[:1] in (b"\1", b"\2") and len(octets) in (5, 17):
        return ip(octets[1:])
    return one_line(octets.rstrip(b"\0"))


def _management_addresses(rows: Rows) -> dict[tuple[int, int], list[str]]:
    """(local port, neighbour) -> addresses. The index ends: port, neighbour, IANA address family, length, octets."""
    found: dict[tuple[int, int], list[str]] = {}
    for index, _ in rows.column(lldpRemManAddrIfSubtype):
        for length in (4, 16):
            if len(index) >= length + 4 and index[-length - 1] == length and index[-length - 2] in IANA_FAMILIES:
                octets = index[-length:]
                if max(octets) > 255:
                    rows.passed_over["LLDP addresses"] += 1
                    break
                found.setdefault((index[-length - 4], index[-length - 3]), []).append(ip(octets))
                break
        else:
            rows.passed_over["LLDP addresses"] += 1
    return found


def _local_ports(rows: Rows) -> dict[int, str]:
    """Local port number -> interface name."""
    interfaces = if_mib.names(rows)
    by_mac = {row.octets(if_mib.ifPhysAddress): interfaces.get(row.index[0], "") for row in rows.table([if_mib.ifPhysAddress]) if row.index}
    bridge = bridge_mib.port_names(rows)
    known = set(interfaces.values())
    found: dict[int, str] = {}
    for row in rows.table(WALK[2]):
        number = row.index[-1] if row.index else 0
        identifier, description = row.octets(lldpLocPortId), row.text(lldpLocPortDesc)
        is_mac = row.integer(lldpLocPortIdSubtype) == PORT_MAC
        text = _identifier(identifier, is_mac, False)
        by_text = next((candidate for candidate in (text, description) if candidate in known), "")
        by_address = by_mac.get(identifier, "") if is_mac else ""
        found[number] = by_text or by_address or bridge.get(number) or interfaces.get(number) or description or text
    return {**interfaces, **bridge, **found}

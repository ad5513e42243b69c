"""Is there an SNMP agent, and whose? Told by the discovery of its engine, which version 3 answers without any credential.

Source: RFC 3414 4 (discovery: an empty user and engine bring a report with the engine's id), RFC 3411 5 (SnmpEngineID: the maker's
enterprise number; a MAC or IP address or a text where the format says so). Boots and time of the engine change and are not told. An agent
that speaks version 1 or 2c alone is silent here: no community is tried, as that would be offering a credential.
"""

import ipaddress
from collections.abc import Iterator

from agent.wire import ber
from agent.wire.ber import INTEGER, OCTETS, SEQUENCE
from shared.address import MacKind, mac_kind, normal_mac
from shared.errors import Unparsed
from shared.observation import Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 161
SERVICE = "snmp"

_GET = 0xA0
_REPORTABLE = 0x04
_USER_BASED = 3
_MAX_SIZE_BYTES = 1400
_ENTERPRISE_FORMAT = 0x80
IPV4, IPV6, MAC, TEXT = 1, 2, 3, 4


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    number, nobody = ber.integer(_number(token)), ber.written(OCTETS)
    flags = ber.written(OCTETS, bytes([_REPORTABLE]))
    header = ber.written(SEQUENCE, number, ber.integer(_MAX_SIZE_BYTES), flags, ber.integer(_USER_BASED))
    security = ber.written(SEQUENCE, nobody, ber.integer(0), ber.integer(0), nobody, nobody, nobody)
    get = ber.written(_GET, number, ber.integer(0), ber.integer(0), ber.written(SEQUENCE))
    return (ber.written(SEQUENCE, ber.integer(3), header, ber.written(OCTETS, security), ber.written(SEQUENCE, nobody, nobody, get)),)


def _number(token: bytes) -> int:
    return int.from_bytes(token[:4], "big") & 0x7FFFFFFF


def answers(datagram: bytes, token: bytes) -> bool:
    try:
        _, header, _, scoped = _parts(datagram)
        kinds = [tag for tag, _ in ber.values(scoped)]
        return int.from_bytes(ber.inside(header, INTEGER), "big") == _number(token) and _GET not in kinds
    except Unparsed:
        return False


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    _, _, security, *_ = _parts(datagram)
    engine = ber.inside(ber.inside(security, SEQUENCE), OCTETS)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, extra="version 3")
    for field, value in _engine(engine):
        yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"snmp.{field}", value=value)


def _parts(datagram: bytes) -> tuple[bytes, ...]:
    """The contents of version, header, security parameters and scoped PDU."""
    parts = tuple(content for _, content in ber.values(ber.inside(datagram, SEQUENCE)))
    if len(parts) != 4 or parts[0] != b"\x03":
        raise Unparsed("no SNMP version 3 message", datagram[:60].hex())
    return parts


def _engine(engine: bytes) -> Iterator[tuple[str, str]]:
    if not 5 <= len(engine) <= 32:
        return  # an engine without an id, or with more than the standard allows
    yield "engine_id", engine.hex()
    yield "engine_enterprise", str(int.from_bytes(engine[:4], "big") & 0x7FFFFFFF)
    form, rest = engine[4], engine[5:]
    if not engine[0] & _ENTERPRISE_FORMAT:
        return  # of before 1999: twelve octets as the maker liked
    if form == MAC and len(rest) == 6 and mac_kind(normal_mac(rest)) is not MacKind.EXCLUDED:
        yield "engine_mac", normal_mac(rest)
    elif (form, len(rest)) in ((IPV4, 4), (IPV6, 16)):
        yield "engine_address", str(ipaddress.ip_address(rest))
    elif form == TEXT and one_line(rest):
        yield "engine_text", one_line(rest)

"""Is this a time server, which, and how far from a clock?

Source: RFC 5905 7.3 (client packet, mode 3; kiss-o'-death), RFC 9327 (control message ``readvar``, mode 6). An answer repeats the time
that the client said it was, here 8 bytes of chance. ``readvar`` is one small question that most servers refuse; ``monlist`` (mode 7) is
never asked. Of a server's reference only the clock of a primary one is told: others change theirs by themselves.
"""

import re
import struct
from collections.abc import Iterator

from agent.wire.product import product_version
from shared.errors import Unparsed
from shared.observation import Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 123
SERVICE = "ntp"

SERVER, CONTROL = 4, 6
PRIMARY, UNSYNCHRONISED = 1, 16
_PACKET_BYTES = 48
_CONTROL_BYTES = 12
_READVAR = 2
_VARIABLE = re.compile(r'\b(version|system|processor)="([^"]{1,200})"')


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return (bytes([0b00_100_011]) + bytes(39) + token[:8],)


def ask_more(address: str, token: bytes) -> tuple[bytes, ...]:
    return (struct.pack("!BB2s4H", 0b00_010_110, _READVAR, token[:2], 0, 0, 0, 0),)


def answers(datagram: bytes, token: bytes) -> bool:
    mode = datagram[0] & 7 if datagram else 0
    if mode == SERVER:
        return len(datagram) >= _PACKET_BYTES and datagram[24:32] == token[:8]
    return mode == CONTROL and len(datagram) >= _CONTROL_BYTES and datagram[1] & 0x9F == 0x80 | _READVAR and datagram[2:4] == token[:2]


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    mode = datagram[0] & 7 if datagram else 0
    if mode == SERVER and len(datagram) >= _PACKET_BYTES:
        yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE)
        yield from _clock(address, datagram)
    elif mode == CONTROL and len(datagram) >= _CONTROL_BYTES:
        yield from _variables(address, one_line(datagram[_CONTROL_BYTES:]))
    else:
        raise Unparsed("no packet of a time server", datagram[:60].hex())


def _clock(address: str, datagram: bytes) -> Iterator[Observation]:
    stratum = datagram[1]
    if not 1 <= stratum <= UNSYNCHRONISED:
        return  # 0: a kiss-o'-death; a server all the same
    yield SaidSeen(address=address, protocol="udp", port=PORT, field="ntp.stratum", value=str(stratum))
    clock = one_line(datagram[12:16].rstrip(b"\0"))
    if stratum == PRIMARY and clock:
        yield SaidSeen(address=address, protocol="udp", port=PORT, field="ntp.reference", value=clock)


def _variables(address: str, text: str) -> Iterator[Observation]:
    variables = dict(_VARIABLE.findall(text))
    product, version = product_version(variables.get("version", ""))
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product=product, version=version)
    for name, value in sorted(variables.items()):
        yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"ntp.{name}", value=value)

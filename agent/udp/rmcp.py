"""Is this the management controller (BMC) of a server?

Source: DMTF DSP0136 3.2 (RMCP, ASF presence ping and pong), IPMI 2.0 13.2.3-4: a controller answers a ping without any login, and says
whether it speaks IPMI. The tag comes back as it was; 255 would mean that no answer is wanted.
"""

import struct
from collections.abc import Iterator

from shared.errors import Unparsed
from shared.observation import Observation, PortSeen, SaidSeen

PORT = 623
SERVICE = "asf-rmcp"

_RMCP = bytes((6, 0, 0xFF, 6))
_ASF_NUMBER = struct.pack("!I", 4542)
_PING, _PONG = 0x80, 0x40
_PONG_BYTES = 28
_IPMI = 0x80


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return (_RMCP + _ASF_NUMBER + bytes((_PING, token[0] & 0x7F, 0, 0)),)


def answers(datagram: bytes, token: bytes) -> bool:
    return datagram[:1] == b"\x06" and datagram[4:10] == _ASF_NUMBER + bytes((_PONG, token[0] & 0x7F))


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    if len(datagram) < _PONG_BYTES or datagram[4:9] != _ASF_NUMBER + bytes((_PONG,)):
        raise Unparsed("no ASF presence pong", datagram[:60].hex())
    enterprise, entities = struct.unpack_from("!I4xB", datagram, 12)
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, extra="IPMI" if entities & _IPMI else "")
    for field, value in (("enterprise", str(enterprise)), ("ipmi", "yes" if entities & _IPMI else "no")):
        yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"rmcp.{field}", value=value)

"""Is this an OpenVPN server?

Source: OpenVPN's network protocol ("Wire protocol", doxygen: P_CONTROL_HARD_RESET_CLIENT_V2 is opcode 7, the server's is 8; each side has
a session id of 8 bytes, and an acknowledgement repeats the other's). The first packet of a handshake is sent and nothing after it. A server
with ``tls-auth`` or ``tls-crypt`` drops what is not signed with its key: from outside it is silent, like a closed port behind a firewall.
"""

from collections.abc import Iterator

from shared.errors import Unparsed
from shared.observation import Observation, PortSeen

PORT = 1194
SERVICE = "openvpn"

_CLIENT_RESET, _SERVER_RESET = 7 << 3, 8 << 3
_SESSION_BYTES = 8
_ACKED_AT = 1 + _SESSION_BYTES


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return (bytes([_CLIENT_RESET]) + token[:_SESSION_BYTES] + bytes(5),)


def answers(datagram: bytes, token: bytes) -> bool:
    return datagram[:1] == bytes([_SERVER_RESET]) and _acknowledged(datagram) == token[:_SESSION_BYTES]


def _acknowledged(datagram: bytes) -> bytes:
    """The session that the packet answers: it stands behind the list of acknowledged packet numbers."""
    count = datagram[_ACKED_AT] if len(datagram) > _ACKED_AT else 0
    at = _ACKED_AT + 1 + 4 * count
    return datagram[at : at + _SESSION_BYTES] if count else b""


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    if datagram[:1] != bytes([_SERVER_RESET]) or len(_acknowledged(datagram)) != _SESSION_BYTES:
        raise Unparsed("no answer of an OpenVPN server", datagram[:60].hex())
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product="OpenVPN", extra="without tls-auth")

"""Is this a telephone, a telephone exchange or a SIP proxy, and which?

Source: RFC 3261 11 (OPTIONS), 16.3 (with no hops left a proxy answers itself and passes nothing on), RFC 3581 (``rport``: answer where it
came from). Any status is an answer; User-Agent is what phones say, Server what exchanges say. No call and no registration is made.
"""

from collections.abc import Iterator

from agent.wire import header_lines
from agent.wire.product import product_version
from shared.errors import Unparsed
from shared.observation import Observation, PortSeen, SaidSeen

PORT = 5060
SERVICE = "sip"

_OPTIONS = (
    "OPTIONS sip:{host} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP netario.invalid;branch=z9hG4bK{token};rport\r\n"
    "Max-Forwards: 0\r\n"
    "From: <sip:netario@netario.invalid>;tag={token}\r\n"
    "To: <sip:{host}>\r\n"
    "Call-ID: {token}@netario.invalid\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Accept: application/sdp\r\n"
    "Content-Length: 0\r\n\r\n"
)


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    host = f"[{address}]" if ":" in address else address
    return (_OPTIONS.format(host=host, token=token.hex()).encode(),)


def answers(datagram: bytes, token: bytes) -> bool:
    return datagram.startswith(b"SIP/2.0 ") and token.hex().encode() in datagram


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    answer = header_lines.read(datagram)
    if answer.protocol != "SIP/2.0":
        raise Unparsed("no answer of a SIP server", answer.protocol)
    said = {"user_agent": answer.headers.get("user-agent", ""), "server": answer.headers.get("server", "")}
    product, version = product_version(said["user_agent"] or said["server"])
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product=product, version=version)
    for field, value in said.items():
        if value:
            yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"sip.{field}", value=value)

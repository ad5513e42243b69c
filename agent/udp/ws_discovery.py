"""Is this a camera, a printer or a Windows machine that announces itself to web services, and what does it say?

Source: OASIS WS-Discovery 1.1 and the submission of April 2005 that devices speak (SOAP over UDP, port 3702, a Probe), ONVIF
Core 7.3.2 (scopes: name, hardware, location, MAC), DPWS 1.0 and MS-PBSD (``pub:Computer`` in the metadata). An answer relates to the
message id that the question had.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID
from xml.sax.saxutils import escape

from agent.host_name import host_name
from agent.wire import xml_document
from agent.wire.xml_document import Element
from shared.errors import Unparsed
from shared.observation import NameSeen, NameSource, Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 3702
SERVICE = "ws-discovery"
GROUP = "239.255.255.250"

_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="{discovery}"><s:Header><a:Action>{action}</a:Action><a:MessageID>urn:uuid:{uuid}</a:MessageID><a:To>{to}</a:To>{reply_to}'
    "</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_EVERYBODY = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"
_GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
_REPLY_TO_SENDER = "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
# for anything, as cameras and printers answer, and for what is a device by DPWS: Windows answers that alone
_WANTED = (
    "<d:Probe/>",
    '<d:Probe><d:Types xmlns:wsdp="http://schemas.xmlsoap.org/ws/2006/02/devprof">wsdp:Device</d:Types></d:Probe>',
)
_RESOLVE = "<d:Resolve><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference></d:Resolve>"
_METADATA = {
    "FriendlyName": "friendly_name",
    "FirmwareVersion": "version",
    "SerialNumber": "serial",
    "Manufacturer": "manufacturer",
    "ModelName": "model",
    "ModelNumber": "model_number",
}
MAX_SAID = 48
MAX_MATCHES = 8
MAX_RESOLVED = 16
_SAME_BYTES = 14


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    return tuple(_question(token, place, "Probe", probe) for place, probe in enumerate(_WANTED))


def search(token: bytes) -> tuple[bytes, ...]:
    return ask("", token)


def search_more(datagrams: Sequence[bytes], token: bytes) -> tuple[bytes, ...]:
    """Where the metadata is of those that have not said it."""
    places: dict[str, str] = {}
    for datagram in datagrams:
        try:
            found = [(endpoint, match) for match in _matches(datagram) for endpoint in _endpoints(match)]
        except Unparsed:
            continue  # said where the datagram is read for what it tells of its sender
        for endpoint, match in found:
            places[endpoint] = places.get(endpoint, "") or match.first("XAddrs")
    unknown = [endpoint for endpoint, place in places.items() if endpoint and not place][:MAX_RESOLVED]
    resolves = (_RESOLVE.format(endpoint=escape(endpoint)) for endpoint in unknown)
    return tuple(_question(token, place, "Resolve", body) for place, body in enumerate(resolves, len(_WANTED)))


def _question(token: bytes, place: int, action: str, body: str) -> bytes:
    uuid = UUID(bytes=token[:_SAME_BYTES] + place.to_bytes(2, "big"))  # who has seen an id before takes it for the same question again
    action = f"{_DISCOVERY}/{action}"
    return _ENVELOPE.format(discovery=_DISCOVERY, action=action, uuid=uuid, to=_EVERYBODY, reply_to="", body=body).encode()


def answers(datagram: bytes, token: bytes) -> bool:
    beginning = str(UUID(bytes=token[:_SAME_BYTES] + bytes(2)))[:-4]
    return b"RelatesTo" in datagram and beginning.encode() in datagram.lower()


def _matches(datagram: bytes) -> Iterator[Element]:
    root = xml_document.read(datagram)
    found = [match for name in ("ProbeMatch", "ResolveMatch") for match in root.every(name)]
    if not found and not next(root.every("ProbeMatches"), None):
        raise Unparsed("no answer to a search for web services", one_line(datagram[:200]))
    yield from found[:MAX_MATCHES]


def _endpoints(match: Element) -> list[str]:
    return [reference.first("Address") for reference in match.every("EndpointReference")]


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    matches = list(_matches(datagram))
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE)
    said: dict[tuple[str, str], None] = {}
    for match in matches:
        said.update(dict.fromkeys(("types", kind.rpartition(":")[2]) for kind in match.first("Types").split()))
        said.update(dict.fromkeys(("scopes", scope) for scope in match.first("Scopes").split()))
        said.update(dict.fromkeys(("endpoint", endpoint) for endpoint in _endpoints(match)))
        said.update(dict.fromkeys(("location", place) for place in match.first("XAddrs").split()))
    yield from _said(address, said)


def _said(address: str, said: dict[tuple[str, str], None]) -> Iterator[Observation]:
    for field, value in list(said)[:MAX_SAID]:
        if value:
            yield SaidSeen(address=address, protocol="udp", port=PORT, field=f"wsd.{field}", value=value)


def get(endpoint: str, token: bytes) -> bytes:
    """The question for the metadata of one endpoint."""
    uuid = UUID(bytes=token)
    to = escape(endpoint)
    return _ENVELOPE.format(discovery=_DISCOVERY, action=_GET, uuid=uuid, to=to, reply_to=_REPLY_TO_SENDER, body="").encode()


def read_metadata(address: str, document: bytes) -> Iterator[Observation]:
    """Raises Unparsed."""
    root = xml_document.read(document)
    said = {(field, element.text): None for name, field in _METADATA.items() for element in root.every(name)}
    for element in root.every("Computer"):
        computer, _, membership = element.text.partition("/")
        kind, _, group = membership.partition(":")
        if group and kind.lower() in ("workgroup", "domain"):
            said[kind.lower(), group] = None
        name = host_name(computer.partition("\\")[0], address)
        if name:
            yield NameSeen(address=address, name=name, source=NameSource.WSD)
    yield from _said(address, said)

"""What does a device say of itself by UPnP: who made it, which model it is, what it offers?

Source: UPnP Device Architecture 2.0, 1.3.2-1.3.3 (M-SEARCH to the group, or to one host without MX) and 2.3 (the description). The protocol
has no number that an answer repeats: that it comes from the address asked is all that can be told. The description is fetched only from
the host that answered, whatever its LOCATION says.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.host_name import host_name
from agent.wire import header_lines, xml_document
from shared.errors import Unparsed
from shared.observation import NameSeen, NameSource, Observation, PortSeen, SaidSeen
from shared.text import one_line

PORT = 1900
SERVICE = "upnp"
GROUP = "239.255.255.250"

_TO_ONE = "upnp:rootdevice"
_TO_ALL = ("upnp:rootdevice", "ssdp:all")
_HEADERS = {"server": "server", "st": "type", "location": "location"}
_ELEMENTS = {
    "manufacturer": "manufacturer",
    "modelName": "model",
    "modelNumber": "model_number",
    "modelDescription": "model_description",
    "serialNumber": "serial",
    "friendlyName": "friendly_name",
    "deviceType": "type",
    "UDN": "udn",
}
MAX_PATH_CHARS = 512
_SOFTWARE = re.compile(r"\bUPnP/\d\.\d,? (\S{1,80})/(\d[\w.+~-]{0,40})")
"""Behind the operating system and the version of UPnP (1.3.3, SERVER)."""


def ask(address: str, token: bytes) -> tuple[bytes, ...]:
    host = f"[{address}]" if ":" in address else address
    return (_search(f"{host}:{PORT}", _TO_ONE, ""),)


def search(token: bytes) -> tuple[bytes, ...]:
    return tuple(_search(f"{GROUP}:{PORT}", target, "MX: 1\r\n") for target in _TO_ALL)


def search_more(datagrams: Sequence[bytes], token: bytes) -> tuple[bytes, ...]:
    return ()


def _search(host: str, target: str, wait: str) -> bytes:
    return f'M-SEARCH * HTTP/1.1\r\nHOST: {host}\r\nMAN: "ssdp:discover"\r\n{wait}ST: {target}\r\n\r\n'.encode()


def answers(datagram: bytes, token: bytes) -> bool:
    return datagram.startswith(b"HTTP/1.")


def read(address: str, datagram: bytes) -> Iterator[Observation]:
    answer = header_lines.read(datagram)
    if not answer.protocol.startswith("HTTP/1."):
        raise Unparsed("no answer to a search for UPnP devices", answer.protocol)
    software = _SOFTWARE.search(answer.headers.get("server", ""))
    product, version = (software[1], software[2]) if software else ("", "")
    yield PortSeen(address=address, protocol="udp", number=PORT, service=SERVICE, product=product, version=version)
    for header, field in _HEADERS.items():
        value = answer.headers.get(header, "")
        if value and not value.startswith("uuid:"):
            yield _said(address, field, value)


def _said(address: str, field: str, value: str) -> SaidSeen:
    return SaidSeen(address=address, protocol="udp", port=PORT, field=f"upnp.{field}", value=value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a description is; ``path`` begins with a slash."""

    port: int
    path: str


def description_at(address: str, location: str) -> Place | None:
    """None where the location is not on the host that gave it, or is no plain http."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname or "", parts.port or 80
        own = ipaddress.ip_address(host) == ipaddress.ip_address(address)
    except ValueError:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not own or parts.scheme != "http" or len(path) > MAX_PATH_CHARS or not path.isascii() or not path.isprintable() or " " in path:
        return None
    return Place(port, path)


def read_description(address: str, document: bytes) -> Iterator[Observation]:
    """The root device of a description. Raises Unparsed."""
    device = next(xml_document.read(document).every("device"), None)
    if device is None:
        raise Unparsed("a UPnP description without a device", one_line(document[:200]))
    for element, field in _ELEMENTS.items():
        value = device.first(element)
        if value:
            yield _said(address, field, value)
    name = host_name(device.first("friendlyName"), address)
    if name and " " not in name:
        yield NameSeen(address=address, name=name, source=NameSource.UPNP)

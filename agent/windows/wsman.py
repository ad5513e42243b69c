"""How is a WQL query put to Windows over WS-Management, and what is in the answer?

Source: DMTF DSP0226 (WS-Management 1.1, section 8: Enumerate, Pull, OptimizeEnumeration), DSP0227 (CIM binding), Microsoft [MS-WSMV] 2.2.4
(faults, WSManFault) and 3.1.4.1.30 (WQL filters). SOAP 1.2, UTF-8. A query that names properties is answered by ``XmlFragment`` elements,
``SELECT *`` by elements named as the class; both hold one element a property. A property that is an array repeats.

SOAP forbids document types (SOAP 1.2 part 1, section 5): a text with one is refused before it is parsed, so no entity is ever expanded.
Raises Denied and Unsupported for faults, Unparsed for what is no answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from shared.errors import Denied, Unparsed, Unsupported

MAX_VALUE_CHARS = 4096
MAX_PROPERTIES = 256
PAGE_OBJECTS = 500
# what WinRM allows at its factory settings is at least this much (MaxEnvelopeSizekb)
MAX_ENVELOPE_BYTES = 153_600
ANSWER_WITHIN_S = 15

_SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
_WSMAN = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
_FAULT = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}WSManFault"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

_ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
    '<a:To>{to}</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">'
    "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    '<a:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/enumeration/{verb}</a:Action>'
    '<a:MessageID>uuid:{message}</a:MessageID><w:MaxEnvelopeSize s:mustUnderstand="true">{envelope_bytes}</w:MaxEnvelopeSize>'
    '<w:OperationTimeout>PT{within_s}S</w:OperationTimeout><w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>'
    "</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_ENUMERATE = (
    "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>{page}</w:MaxElements>"
    '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">{wql}</w:Filter></n:Enumerate>'
)
_PULL = "<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext><n:MaxElements>{page}</n:MaxElements></n:Pull>"

_ACCESS_DENIED = frozenset({"5", "2147942405", "2147749891", "2150858840"})
"""ERROR_ACCESS_DENIED, E_ACCESSDENIED, WBEM_E_ACCESS_DENIED, ERROR_WSMAN_ACCESS_DENIED."""
_NOT_THERE = frozenset({"2147749902", "2147749904", "2147749890", "2150858752", "2150859002"})
"""WBEM_E_INVALID_NAMESPACE, WBEM_E_INVALID_CLASS, WBEM_E_NOT_FOUND and WS-Management's words for a resource that is not there."""


@dataclass(frozen=True, slots=True)
class Page:
    """Objects as property -> value, an array's values on lines of their own. ``context`` asks for the next page; empty: that was all."""

    objects: tuple[dict[str, str], ...]
    context: str


def enumerate_request(url: str, message: UUID, namespace: str, wql: str) -> bytes:
    return _envelope(url, message, namespace, "Enumerate", _ENUMERATE.format(page=PAGE_OBJECTS, wql=escape(wql)))


def pull_request(url: str, message: UUID, namespace: str, context: str) -> bytes:
    return _envelope(url, message, namespace, "Pull", _PULL.format(page=PAGE_OBJECTS, context=escape(context)))


def _envelope(url: str, message: UUID, namespace: str, verb: str, body: str) -> bytes:
    return _ENVELOPE.format(
        to=escape(url),
        verb=verb,
        message=message,
        envelope_bytes=MAX_ENVELOPE_BYTES,
        within_s=ANSWER_WITHIN_S,
        resource=f"http://schemas.microsoft.com/wbem/wsman/1/wmi/{escape(namespace)}/*",
        body=body,
    ).encode()


def read_page(answer: bytes) -> Page:
    """The objects of one answer to Enumerate or Pull."""
    body = _body(answer)
    if (fault := body.find(f"{_SOAP}Fault")) is not None:
        raise _failure(fault)
    response = next((e for e in body if e.tag in {f"{{{_ENUMERATION}}}EnumerateResponse", f"{{{_ENUMERATION}}}PullResponse"}), None)
    if response is None:
        raise Unparsed("WinRM answers something else than an enumeration", body[0].tag if len(body) else "")
    context = response.findtext(f"{{{_ENUMERATION}}}EnumerationContext", "").strip()
    ended = any(response.find(f"{space}EndOfSequence") is not None for space in (_WSMAN, f"{{{_ENUMERATION}}}"))
    return Page(tuple(_objects(response)), "" if ended else context[:MAX_VALUE_CHARS])


def _body(answer: bytes) -> ElementTree.Element:
    try:
        text = answer.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            raise Unparsed("WinRM answers with a document type, which SOAP forbids", text)
        envelope = ElementTree.fromstring(text)  # noqa: S314  no document type, so nothing to expand; the edge bounds the size
    except UnicodeDecodeError:
        raise Unparsed("WinRM answers something else than UTF-8", answer[:60].hex()) from None
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise Unparsed(f"WinRM answers no XML: {error}", answer[:200].decode("latin-1")) from None
    body = envelope.find(f"{_SOAP}Body")
    if body is None:
        raise Unparsed("WinRM answers no SOAP envelope", envelope.tag)
    return body


def _objects(response: ElementTree.Element) -> Iterator[dict[str, str]]:
    for items in (response.find(f"{_WSMAN}Items"), response.find(f"{{{_ENUMERATION}}}Items")):
        for item in items if items is not None else ():
            yield _properties(item)


def _properties(item: ElementTree.Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in item:
        name = element.tag.rpartition("}")[2]
        if element.get(_NIL) == "true" or (name not in values and len(values) >= MAX_PROPERTIES):
            continue
        # a date is an element inside the property (CIM binding, DSP0230)
        value = "".join(element.itertext()).strip()
        values[name] = f"{values[name]}\n{value}"[:MAX_VALUE_CHARS] if name in values else value[:MAX_VALUE_CHARS]
    return values


def _failure(fault: ElementTree.Element) -> Exception:
    """What a fault means for the asker. The words are Windows' own, in its language; the code is what counts."""
    told = fault.find(f".//{_FAULT}")
    code = told.get("Code", "") if told is not None else ""
    words = " ".join("".join(fault.itertext()).split())[:300]
    subcode = fault.findtext(f"{_SOAP}Code/{_SOAP}Subcode/{_SOAP}Value", "").rpartition(":")[2]
    # a fault of WMI itself stands inside the text of the fault
    if code in _ACCESS_DENIED or subcode == "AccessDenied" or "0x80041003" in words:
        return Denied("Windows refuses the account this query: it needs the right to read WMI (Remote Enable) and to use WinRM")
    if code in _NOT_THERE or subcode in {"DestinationUnreachable", "InvalidResourceURI"}:
        return Unsupported(f"this Windows does not have what was asked for (code {code or 'none'})")
    return Unparsed(f"WinRM answers with a fault (code {code or 'none'})", words)

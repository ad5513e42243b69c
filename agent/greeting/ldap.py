"""Which directory does this LDAP server hold, and what does it call itself?  The root entry, which a server shows to anybody.

Source: RFC 4511 (LDAP, in BER), RFC 4512 5.1 (the root DSE), RFC 3045 (vendorName), Microsoft's "rootDSE" (dnsHostName,
defaultNamingContext). Nobody signs in: the search is an anonymous one of the root alone.
"""

from collections.abc import Iterator

from agent.greeting import Said
from shared.text import one_line

_FIELDS = {
    "dnshostname": "ldap.dns_name",
    "defaultnamingcontext": "ldap.domain",
    "vendorname": "ldap.vendor",
    "vendorversion": "ldap.version",
}
_SEQUENCE, _INTEGER, _OCTETS, _ENUMERATED, _BOOLEAN = 0x30, 0x02, 0x04, 0x0A, 0x01
_SEARCH, _PRESENT, _ENTRY, _DONE = 0x63, 0x87, 0x64, 0x65
_MAX_ATTRIBUTES = 64


def question() -> bytes:
    wanted = b"".join(_tlv(_OCTETS, name.encode()) for name in ("dnsHostName", "defaultNamingContext", "vendorName", "vendorVersion"))
    nothing = _tlv(_ENUMERATED, b"\0")
    limits = _tlv(_INTEGER, b"\1") + _tlv(_INTEGER, b"\5") + _tlv(_BOOLEAN, b"\0")
    search = _tlv(_OCTETS, b"") + nothing + nothing + limits + _tlv(_PRESENT, b"objectClass") + _tlv(_SEQUENCE, wanted)
    return _tlv(_SEQUENCE, _tlv(_INTEGER, b"\1") + _tlv(_SEARCH, search))


def read(octets: bytes) -> list[Said]:
    """A field without a value where it speaks LDAP and tells nothing."""
    found: list[Said] = []
    spoke = False
    for _, message in _parts(octets):
        parts = list(_parts(message))
        if len(parts) < 2 or parts[0][0] != _INTEGER or parts[1][0] not in (_ENTRY, _DONE):
            continue
        spoke = True
        if parts[1][0] == _ENTRY:
            found += _attributes(parts[1][1])
    return found or ([("ldap.domain", "")] if spoke else [])


def _attributes(entry: bytes) -> Iterator[Said]:
    for _, attributes in list(_parts(entry))[1:2]:
        for _, attribute in list(_parts(attributes))[:_MAX_ATTRIBUTES]:
            parts = list(_parts(attribute))
            values = list(_parts(parts[1][1])) if len(parts) == 2 else []
            field = _FIELDS.get(one_line(parts[0][1]).lower()) if values else None
            if field:
                value = one_line(values[0][1])
                yield field, _domain(value) if field == "ldap.domain" else value


def _domain(name: str) -> str:
    """``DC=firm,DC=local`` -> ``firm.local`` (RFC 2247); anything else as it is."""
    labels = [part.strip() for part in name.split(",")]
    return ".".join(label[3:] for label in labels) if all(label.lower().startswith("dc=") for label in labels) else name


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content  # all of it is shorter than 128 octets


def _parts(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) one after the other, as far as they are whole (X.690, 8.1; definite lengths)."""
    place = 0
    while place + 2 <= len(octets):
        tag, length, place = octets[place], octets[place + 1], place + 2
        if length & 0x80:
            size = length & 0x7F
            length, place = int.from_bytes(octets[place : place + size]), place + size
        if place + length > len(octets):
            return
        yield tag, octets[place : place + length]
        place += length

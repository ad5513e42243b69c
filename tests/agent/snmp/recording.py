"""Recordings in snmpsim's form: a line ``OID|tag|value`` for each variable; the tag is the BER type, with ``x`` for hexadecimal octets."""

import ipaddress
from collections.abc import Iterator

from agent.edge import Oid, Value, VarBind

OCTETS, OBJECT_IDENTIFIER, IP_ADDRESS = "4", "6", "64"


def oid_of(text: str) -> Oid:
    return tuple(int(part) for part in text.split("."))


def binds(text: str) -> Iterator[VarBind]:
    for line in text.splitlines():
        oid, tag, value = line.split("|", 2)
        yield VarBind(oid_of(oid), _value(tag, value))


def _value(tag: str, value: str) -> Value:
    if tag.endswith("x"):
        return bytes.fromhex(value)
    if tag == OCTETS:
        return value.encode("latin-1")
    if tag == OBJECT_IDENTIFIER:
        return oid_of(value)
    if tag == IP_ADDRESS:
        return ipaddress.IPv4Address(value).packed
    return int(value)

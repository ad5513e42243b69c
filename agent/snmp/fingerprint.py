"""Which objects does a device hold that tell what it is, beyond the standard MIBs?

Source: the rules of ``shared.fingerprints.snmp``, each with its own source. sysObjectID and sysDescr say which rules may hold; the objects
that those read are asked for, and go into the report as they were answered, so that a better rule can read them again. Pure.
"""

from collections.abc import Iterable, Iterator

from agent.edge import Oid, Value, VarBind, dotted
from shared.fingerprints.snmp_rules import SYS_DESCR, SYS_OBJECT_ID, evidence, objects_wanted
from shared.observation import ObjectSeen
from shared.text import one_line

ROWS_A_COLUMN = 256


def to_ask(binds: Iterable[VarBind]) -> tuple[list[Oid], list[Oid]]:
    """(scalars, columns) that the rules want to know and that are not among the answers so far."""
    values = {dotted(bind.oid): bind.value for bind in binds}
    scalars, columns = objects_wanted(text(values.get(SYS_OBJECT_ID)), one_line(text(values.get(SYS_DESCR))))
    known = {name.rsplit(".", depth)[0] for name, value in values.items() if value is not None for depth in (1, 2)}
    return [oid(each) for each in sorted(scalars - values.keys())], [oid(each) for each in sorted(columns - known)]


def read(binds: Iterable[VarBind]) -> Iterator[ObjectSeen]:
    values = {dotted(bind.oid): bind for bind in binds if bind.value is not None}
    scalars, columns = objects_wanted(_said(values, SYS_OBJECT_ID), one_line(_said(values, SYS_DESCR)))
    roots = {oid(column) for column in columns}
    depths = sorted({len(root) for root in roots})
    told = {
        name: text(bind.value)
        for name, bind in values.items()
        if name in scalars or name in (SYS_DESCR, SYS_OBJECT_ID) or any(bind.oid[:depth] in roots for depth in depths)
    }
    for name, value in sorted(evidence(told).items()):
        yield ObjectSeen(oid=name, value=value)


def _said(values: dict[str, VarBind], name: str) -> str:
    return text(values[name].value) if name in values else ""


def text(value: Value) -> str:
    """Text as it is, numbers in digits, identifiers dotted, other bytes as ``0x…``."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            said = value.decode()
        except UnicodeDecodeError:
            return f"0x{value.hex()}"
        return said if said.rstrip("\0").translate(_SPACES).isprintable() else f"0x{value.hex()}"
    return dotted(value) if isinstance(value, tuple) else str(value)


_SPACES = str.maketrans("\r\n\t", "   ")


def oid(name: str) -> Oid:
    return tuple(map(int, name.split(".")))

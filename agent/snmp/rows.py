"""An SNMP agent's answers as scalars and table rows, with every cell checked for its type.

What an agent says is hostile: a cell of the wrong type reads as absent, a row whose index is too short or whose values make no sense is
passed over. Both are counted in ``passed_over``, by the name of what was read, so that an outcome can say so. Units are the MIB's own.
"""

import bisect
import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agent.edge import Oid, Value, VarBind
from shared.address import MacKind, mac_kind, normal_mac
from shared.observation import Observation
from shared.text import one_line

MAX_INT = 2**63 - 1
IPV4 = 1
"""InetAddressType (RFC 4001)"""

Default = TypeVar("Default")


class Rows:
    """All that one agent has answered, by OID."""

    def __init__(self, binds: Iterable[VarBind]) -> None:
        self._values: dict[Oid, Value] = {bind.oid: bind.value for bind in binds if bind.value is not None}
        self._order = sorted(self._values)
        self.passed_over: Counter[str] = Counter()

    def text(self, scalar: Oid) -> str:
        return self._cells([scalar]).text(scalar)

    def integer(self, scalar: Oid) -> int | None:
        return self._cells([scalar]).integer(scalar)

    def oid(self, scalar: Oid) -> Oid | None:
        return self._cells([scalar]).oid(scalar)

    def _cells(self, scalars: Iterable[Oid]) -> "Row":
        return Row((), {scalar: self._values[scalar] for scalar in scalars if scalar in self._values}, self.passed_over)

    def column(self, column: Oid) -> Iterator[tuple[Oid, Value]]:
        """(index, value) of each cell, in the agent's order."""
        for at in range(bisect.bisect_right(self._order, column), len(self._order)):
            oid = self._order[at]
            if oid[: len(column)] != column:
                return
            yield oid[len(column) :], self._values[oid]

    def table(self, columns: Iterable[Oid]) -> Iterator["Row"]:
        """Rows that have at least one of the columns."""
        cells: dict[Oid, dict[Oid, Value]] = {}
        for column in columns:
            for index, value in self.column(column):
                cells.setdefault(index, {})[column] = value
        for index in sorted(cells):
            yield Row(index, cells[index], self.passed_over)

    def each(
        self, name: str, columns: Iterable[Oid], build: Callable[["Row"], Iterable[Observation]], limit: int | None = None
    ) -> Iterator[Observation]:
        """What ``build`` makes of each row. A row for which it raises ValueError or LookupError, or above ``limit``, is passed over and
        counted."""
        for number, row in enumerate(self.table(columns)):
            if limit is not None and number >= limit:
                self.passed_over[name] += 1
                continue
            try:
                built = tuple(build(row))
            except (ValueError, LookupError):
                self.passed_over[name] += 1
                continue
            yield from built


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its index and its cells by column."""

    index: Oid
    cells: Mapping[Oid, Value]
    passed_over: Counter[str]

    def text(self, column: Oid) -> str:
        value = self.cells.get(column)
        return one_line(value.rstrip(b"\0")) if isinstance(value, bytes) else self._absent(value, "")

    def octets(self, column: Oid) -> bytes:
        value = self.cells.get(column)
        return value if isinstance(value, bytes) else self._absent(value, b"")

    def integer(self, column: Oid) -> int | None:
        """A number that a database's integer holds."""
        value = self.cells.get(column)
        return value if isinstance(value, int) and abs(value) <= MAX_INT else self._absent(value, None)

    def count(self, column: Oid) -> int | None:
        """A number above zero."""
        value = self.integer(column)
        return value if value is not None and value > 0 else None

    def oid(self, column: Oid) -> Oid | None:
        value = self.cells.get(column)
        return value if isinstance(value, tuple) else self._absent(value, None)

    def mac(self, column: Oid) -> str | None:
        """A MAC address that names something; interfaces without one give nothing, zeros or eight bytes."""
        value = self.octets(column)
        return mac(value) if len(value) in (6, 17) else None

    def _absent(self, value: Value, default: Default) -> Default:
        if value is not None:
            self.passed_over["values of an unexpected type"] += 1
        return default


def mac(octets: bytes) -> str | None:
    """Six bytes, or a text of 17 characters as some agents give; None for what names no interface. ValueError for neither."""
    address = normal_mac(octets if len(octets) == 6 else octets.decode("ascii"))
    return None if mac_kind(address) is MacKind.EXCLUDED else address


def ip(octets: bytes | Oid) -> str:
    """4 or 16 octets, or such with the 4 octets of a zone (InetAddress ipv4z, ipv6z; RFC 4001). ValueError otherwise."""
    octets = bytes(octets)
    if len(octets) in (8, 20):
        octets = octets[:-4]
    if len(octets) not in (4, 16):
        raise ValueError(f"an address of {len(octets)} octets")
    return str(ipaddress.ip_address(octets))


def word(words: Sequence[str], number: int | None) -> str:
    """The word for a number of an enumeration, whose words stand in the order of their numbers from 0; blank for one not known."""
    return words[number] if number is not None and 0 <= number < len(words) else ""


def take_counted(index: Oid) -> tuple[Oid, Oid]:
    """A part of an index that is preceded by its length, and what follows it."""
    length = index[0]
    if length > len(index) - 1:
        raise ValueError("an index shorter than it says")
    return index[1 : 1 + length], index[1 + length :]


def take_address(index: Oid) -> tuple[str | None, Oid]:
    """InetAddressType and InetAddress as parts of an index, and what follows; None for an address of type unknown(0)."""
    if index[0] == IPV4 and len(index) == 5:  # Cisco ASA leaves the length out
        return ip(index[1:]), ()
    octets, rest = take_counted(index[1:])
    return (ip(octets) if index[0] in (1, 2, 3, 4) else None), rest

"""What an SNMP device is, from the values that it answered: vendor, model, os, os_version, serial, kind, each with its evidence.

The rules are data, one TOML file a maker in ``shared/fingerprints/snmp/``, each headed by its source and date:

    source = "FORTINET-FORTIGATE-MIB 7.4"      # where the object names and numbers come from
    date = 2026-11-23

    [[rule]]
    name = "fortigate"
    object_id = ["1.3.6.1.4.1.12356.101.1"]    # sysObjectID starts with one of these (whole numbers, not text)
    description = '^FortiGate'                 # and sysDescr matches (optional; case does not count)
    present = { "1.3.6.1.4.1.12356.100.1.1.1.0" = '^FG' }      # and these objects exist and match ('' = any value)
    weight = 0                                 # ranks above others of the same precision (default 0)
    vendor = "Fortinet"
    os = "FortiOS"
    kind = "firewall"
    read = [                                   # per field the first line that gives a value wins
      { field = "serial", oid = "1.3.6.1.4.1.12356.100.1.1.1.0" },
      { field = "os_version", oid = "1.3.6.1.4.1.12356.101.4.1.1.0", pattern = 'v(\\d[\\d.]+)' },
      { field = "model", oid = "1.3.6.1.2.1.47.1.1.1.1.13.*", pattern = '^FGT_(\\S+)', value = 'FortiGate \\1' },
    ]

An ``oid`` that ends in ``.*`` is a column: its rows are tried in order, or only those whose neighbour in another column matches
(``where = { "1.3.6.1.2.1.47.1.1.1.1.5" = '^3$' }``: the chassis of ENTITY-MIB). ``pattern`` is searched; its first group (or the
whole match) is the answer, or ``value`` with its groups filled in. ``as = "mac"`` turns six bytes into a MAC address, ``as = "hex"``
bytes into digits, and a ``map`` turns an enumerated value (what ``pattern`` took out, where there is one) into a word. An ``oid`` may
start with ``@N``: the first N arcs of the device's own sysObjectID, for makers who root a MIB at each product. A rule without
``object_id``, ``description`` and ``present`` holds of every device. All rules that hold are asked, the most precise first; a field's
first answer stays.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from shared.model import Frozen
from shared.text import one_line

FIELDS = ("vendor", "model", "os", "os_version", "serial", "kind")
RULES = Path(__file__).parent / "snmp"

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"

ROWS_KEPT = 32
"""Rows of one column that a report keeps."""
ANYTHING = -4
"""Rules of this weight and below hold of devices of any make: standard MIBs, net-snmp on a system of some kind."""

# Written in the field of a board whose maker did not fill it in: never a serial number or a model
PLACEHOLDER = re.compile(
    r"^(0+|[x*?.\-_ ]+|n/?a|none|null|unknown|default string|to be filled by o\.?e\.?m\.?|system (serial number|product name)|"
    r"not (specified|available|applicable|set|present)|serial ?(number|no\.?)|1234567890?|unset|empty|undefined|invalid|<private>)$",
    re.IGNORECASE,
)


class Read(Frozen, extra="forbid"):
    """Where a field's value stands and how it is taken out."""

    field: Literal["vendor", "model", "os", "os_version", "serial", "kind"]
    oid: str
    pattern: str = ""
    value: str = ""
    as_: Literal["text", "mac", "hex"] = Field(default="text", alias="as")
    map: Mapping[str, str] = {}
    where: Mapping[str, str] = {}


class Rule(Frozen, extra="forbid"):
    name: str
    object_id: tuple[str, ...] = ()
    description: str = ""
    present: Mapping[str, str] = {}
    weight: int = 0
    vendor: str = ""
    model: str = ""
    os: str = ""
    kind: str = ""
    read: tuple[Read, ...] = ()

    def holds_so_far(self, object_id: str, description: str) -> int | None:
        """How precisely sysObjectID and sysDescr match (in steps of the tree), or None where they do not."""
        precision = 0
        if self.object_id:
            matched = [prefix for prefix in self.object_id if f"{object_id}.".startswith(f"{prefix}.")]
            if not matched:
                return None
            precision = max(prefix.count(".") for prefix in matched) * 10
        if self.description:
            if not _search(self.description, description):
                return None
            precision += 15
        return precision


class Claim(Frozen):
    """One field's value, and why."""

    value: str
    rule: str
    oid: str = ""
    """The object that said so; empty: the rule itself."""
    sureness: float


class RuleFile(Frozen, extra="forbid"):
    source: str
    date: Any
    rule: tuple[Rule, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their files."""
    found: list[Rule] = []
    for path in sorted(RULES.glob("*.toml")):
        found += RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).rule
    return tuple(found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return _compiled(pattern).search(text)


@lru_cache(maxsize=1024)
def _candidates(object_id: str, description: str) -> tuple[tuple[int, Rule], ...]:
    """(precision, rule) of those that may hold of a device with this sysObjectID and sysDescr."""
    return tuple((precision, rule) for rule in rules() if (precision := rule.holds_so_far(object_id, description)) is not None)


def _named(values: Mapping[str, str]) -> tuple[str, str]:
    return values.get(SYS_OBJECT_ID, "").lstrip("."), one_line(values.get(SYS_DESCR, ""))


def objects_wanted(object_id: str, description: str) -> tuple[frozenset[str], frozenset[str]]:
    """(scalars, columns) that the rules which may hold of this device read: what to ask it for, beyond the standard MIBs."""
    scalars: set[str] = set()
    columns: set[str] = set()
    for _, rule in _candidates(object_id, description):
        asked = [*rule.present, *(read.oid for read in rule.read), *(f"{column}.*" for read in rule.read for column in read.where)]
        for oid in filter(None, (_rooted(oid, object_id) for oid in asked)):
            if oid.endswith(".*"):
                columns.add(oid[:-2])
            else:
                scalars.add(oid)
    return frozenset(scalars), frozenset(columns)


def evidence(values: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that a rule may read of this device: what a report keeps, so that a better rule can read it anew."""
    object_id, description = _named(values)
    kept = {oid: values[oid] for oid in (SYS_DESCR, SYS_OBJECT_ID) if oid in values}
    for _, rule in _candidates(object_id, description):
        for oid in rule.present:
            kept.update(islice(_rows(values, _rooted(oid, object_id)), ROWS_KEPT))
        for read in rule.read:
            for oid, raw, index in islice(_matching_rows(values, read, object_id), ROWS_KEPT):
                kept[oid] = raw
                kept.update({cell: values[cell] for column in read.where if (cell := f"{column}.{index}") in values})
    return kept


def _rooted(oid: str, object_id: str) -> str:
    """``oid`` with its ``@N`` filled in; empty where sysObjectID has fewer arcs than that."""
    if not oid.startswith("@"):
        return oid
    count, _, rest = oid[1:].partition(".")
    arcs = object_id.split(".")
    return ".".join([*arcs[: int(count)], rest]) if len(arcs) >= int(count) and all(map(str.isdecimal, arcs)) else ""


def identify(values: Mapping[str, str]) -> dict[str, Claim]:
    """Field -> claim, from OID -> value. Values are text; bytes that are no text stand as ``0x…``."""
    object_id, description = _named(values)
    held = [
        (rule.weight, precision + 12 * len(rule.present), rule)
        for precision, rule in _candidates(object_id, description)
        if all(_is_present(values, _rooted(oid, object_id), pattern) for oid, pattern in rule.present.items())
    ]
    held.sort(key=lambda entry: entry[:2], reverse=True)
    claims: dict[str, Claim] = {}
    for weight, precision, rule in held:
        for field, value, oid in _answers(rule, values, object_id):
            # a kernel's version is not that of the system on top of it
            other_system = field == "os_version" and weight <= ANYTHING and rule.os and "os" in claims and claims["os"].value != rule.os
            if field not in claims and not other_system:
                claims[field] = Claim(value=value, rule=rule.name, oid=oid, sureness=_sureness(field, weight, precision))
    return claims


def _sureness(field: str, weight: int, precision: int) -> float:
    """A maker's own rule is surer than what a device says in standard tables; one that holds of anything is less sure than those."""
    if weight <= ANYTHING:
        return 0.55
    return min(0.97, 0.5 + precision / 200) if field == "kind" else min(0.99, 0.96 + precision / 10_000)


def _answers(rule: Rule, values: Mapping[str, str], object_id: str) -> Iterator[tuple[str, str, str]]:
    for read in rule.read:
        for oid, raw, _ in _matching_rows(values, read, object_id):
            value = _taken(read, raw)
            if value and not (read.field in {"serial", "model"} and PLACEHOLDER.match(value)):
                yield read.field, value, oid
                break
    for field in ("vendor", "model", "os", "kind"):
        if value := getattr(rule, field):
            yield field, value, ""


def _matching_rows(values: Mapping[str, str], read: Read, object_id: str) -> Iterator[tuple[str, str, str]]:
    """(OID, value, index) of the rows that ``read`` asks for."""
    wanted = _rooted(read.oid, object_id)
    for oid, raw in _rows(values, wanted):
        index = oid[len(wanted) - 1 :]
        if all(_search(pattern, one_line(values.get(f"{column}.{index}", ""))) for column, pattern in read.where.items()):
            yield oid, raw, index


def _rows(values: Mapping[str, str], oid: str) -> Iterator[tuple[str, str]]:
    if not oid.endswith(".*"):
        if oid in values:
            yield oid, values[oid]
        return
    prefix = oid[:-1]
    rows = [key for key in values if key.startswith(prefix)]
    for key in sorted(rows, key=lambda row: [int(part) for part in row.split(".")]):
        yield key, values[key]


def _is_present(values: Mapping[str, str], oid: str, pattern: str) -> bool:
    return any(not pattern or _search(pattern, one_line(raw)) for _, raw in _rows(values, oid))


def _taken(read: Read, raw: str) -> str:
    if read.as_ != "text":
        digits = raw[2:] if raw.startswith("0x") else raw.encode().hex()
        if read.as_ == "hex":
            return digits
        return ":".join(digits[i : i + 2] for i in range(0, 12, 2)) if len(digits) == 12 else ""
    text = one_line(raw)
    if not read.pattern:
        return read.map.get(text, "") if read.map else "" if text.startswith("0x") else text
    match = _search(read.pattern, text)
    if not match:
        return ""
    if read.value:
        return one_line(match.expand(read.value))
    found = (next((group for group in match.groups() if group), "") if match.groups() else match.group()).strip(" ,;")
    return read.map.get(found, "") if read.map else found

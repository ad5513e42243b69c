"""What do the rule files of this package say?  Read once; each rule has a name, as evidence shows it to a person.

Raises ValueError, naming file and rule, where a file does not fit: a broken rule stops the program at its first use, and the tests.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

FIELDS = ("kind", "vendor", "model", "os", "os_version", "serial")
DEFAULT_SURENESS = {"enterprise_numbers": 0.7, "services": 0.6, "ports": 0.4, "traits": 0.5}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds where the rule fits. Which of the conditions are set depends on the file."""

    name: str
    sureness: float
    gives: Mapping[str, str]
    pattern: re.Pattern[str] | None = None
    service: str = ""
    all_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BackupRule:
    software: str
    ports: frozenset[str]
    product: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Rules:
    enterprises: Mapping[int, Rule]
    services: tuple[Rule, ...]
    ports: tuple[Rule, ...]
    traits: tuple[Rule, ...]
    vendors: tuple[tuple[re.Pattern[str], str], ...]
    backups: tuple[BackupRule, ...]

    def vendor_name(self, spelling: str) -> str:
        """The maker's usual name, however the device spells it."""
        return next((name for pattern, name in self.vendors if pattern.fullmatch(spelling)), spelling)


@cache
def rules() -> Rules:
    return Rules(
        enterprises={int(number): _enterprise(number, vendor) for number, vendor in _tsv("enterprise_numbers.tsv", 2)},
        services=tuple(_rule("services", table) for table in _toml("services")),
        ports=tuple(_rule("ports", table) for table in _toml("ports")),
        traits=tuple(_rule("traits", table) for table in _toml("traits")),
        vendors=tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _tsv("vendors.tsv", 2)),
        backups=tuple(_backup(table) for table in _toml("backups")),
    )


@cache
def component_makers() -> Mapping[str, str]:
    """Makers whose network cards stand in other makers' devices: usual name -> ``chip``, ``board`` or ``virtual``."""
    return dict(_tsv("component_makers.tsv", 2))


def _text(name: str) -> str:
    return resources.files("shared.fingerprints").joinpath(name).read_text(encoding="utf-8")


def _tsv(name: str, columns: int) -> Iterator[list[str]]:
    for number, line in enumerate(_text(name).splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != columns:
            raise ValueError(f"{name}:{number}: {columns} columns expected, {len(cells)} found")
        yield cells


def _toml(stem: str) -> list[Mapping[str, object]]:
    tables = tomllib.loads(_text(f"{stem}.toml")).get("rule", [])
    if not isinstance(tables, list):
        raise ValueError(f"{stem}.toml: [[rule]] tables expected")
    return tables


def _enterprise(number: str, vendor: str) -> Rule:
    return Rule(f"enterprise-{number}", DEFAULT_SURENESS["enterprise_numbers"], {} if vendor == "-" else {"vendor": vendor})


def _rule(stem: str, table: Mapping[str, object]) -> Rule:
    name = str(table.get("name", ""))
    strangers = table.keys() - {"name", "sureness", "product", "service", "all", "none", *FIELDS}
    if not name or strangers:
        raise ValueError(f"{stem}.toml: rule {name or '(without a name)'}: not known: {', '.join(sorted(strangers)) or 'name is missing'}")
    product = table.get("product")
    sureness = table.get("sureness", DEFAULT_SURENESS[stem])
    if not isinstance(sureness, int | float) or not 0 < sureness <= 1:
        raise ValueError(f"{stem}.toml: rule {name}: sureness is a number above 0, up to 1")
    return Rule(
        name=name,
        sureness=float(sureness),
        gives={field: str(table[field]) for field in FIELDS if field in table},
        pattern=_pattern(f"{stem}.toml: rule {name}", str(product)) if product else None,
        service=str(table.get("service", "")),
        all_of=_words(table.get("all", [])),
        none_of=_words(table.get("none", [])),
    )


def _backup(table: Mapping[str, object]) -> BackupRule:
    software, product = str(table.get("software", "")), table.get("product")
    if not software or not (table.get("ports") or product):
        raise ValueError(f"backups.toml: rule {software or '(without software)'}: ports or product is missing")
    pattern = _pattern(f"backups.toml: {software}", str(product)) if product else None
    return BackupRule(software, _words(table.get("ports", [])), pattern)


def _pattern(place: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{place}: not a pattern: {error}") from None


def _words(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise ValueError(f"a list expected, not {value!r}")
    return frozenset(str(word) for word in value)

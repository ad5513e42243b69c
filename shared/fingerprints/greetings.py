"""Which product does a service name in its own greeting, beyond doubt?  The rules are in ``greetings.toml``.

Raises ValueError, naming the rule, where the file does not fit.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FILE = "greetings.toml"
_KEYS = {"field", "pattern", "service", "product"}
_GROUPS = {"product", "version", "extra"}


@dataclass(frozen=True, slots=True)
class Named:
    service: str
    """Empty: as whoever asked knows it."""
    product: str
    version: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class GreetingRule:
    field: str
    pattern: re.Pattern[str]
    service: str
    product: str


def product(field: str, value: str) -> Named | None:
    """None: no rule knows it."""
    for rule in greeting_rules():
        if rule.field == field and (found := rule.pattern.search(value)):
            groups = {name: text or "" for name, text in found.groupdict().items()}
            return Named(rule.service, rule.product or groups.get("product", ""), groups.get("version", ""), groups.get("extra", ""))
    return None


@cache
def greeting_rules() -> tuple[GreetingRule, ...]:
    tables = tomllib.loads(resources.files("shared.fingerprints").joinpath(_FILE).read_text(encoding="utf-8")).get("rule", [])
    return tuple(_rule(number, table) for number, table in enumerate(tables, 1))


def _rule(number: int, table: Mapping[str, object]) -> GreetingRule:
    place = f"{_FILE}: rule {number} ({table.get('field', 'without a field')})"
    if strangers := table.keys() - _KEYS:
        raise ValueError(f"{place}: not known: {', '.join(sorted(strangers))}")
    try:
        pattern = re.compile(str(table["pattern"]), re.IGNORECASE)
    except (KeyError, re.error) as error:
        raise ValueError(f"{place}: not a pattern: {error}") from None
    if pattern.groupindex.keys() - _GROUPS or not ("product" in table) ^ ("product" in pattern.groupindex):
        raise ValueError(f"{place}: a product is wanted, once; groups are {', '.join(sorted(_GROUPS))}")
    return GreetingRule(str(table["field"]), pattern, str(table.get("service", "")), str(table.get("product", "")))

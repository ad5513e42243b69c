"""What the words of a device's services, names and network card say: vendor, model, os, os_version, serial, kind, each with its rule.

The rules are data, one TOML file a protocol in ``shared/fingerprints/said/``, each headed by its source and date:

    source = "vendor documentation; banners collected by the Recog project (BSD-2-Clause)"
    date = 2026-11-23

    [[rule]]
    name = "http-qnap"
    said = { "http.title" = '^QNAP (?P<model>T[SV]S?-\\S+)' }   # each of these fields was said, and some value of it matches
    all = ["tcp/8080"]                         # all of these ports are open (optional), and none of ``none``
    none = ["tcp/5001"]
    given = { kind = "storage" }               # holds only where the other rules have come to this (optional)
    sureness = 0.85
    vendor = "QNAP"
    os = "QTS"
    maps = { os_version = { "17763" = "Server 2019" } }         # what the group of this name holds -> the value, else nothing

A field's value is given, or taken from the named group of the first pattern in ``said``; a given value may hold ``\\g<name>``. Patterns
are searched, case does not count. A field is the protocol's name and the field's (``SaidSeen``), and besides: ``tls.subject`` and
``tls.issuer`` of a certificate, ``mac.maker`` (the usual name of who made the card, ``shared.oui``), ``name.host`` (any name of it).

``component_makers.tsv`` names the makers whose cards stand in other makers' devices. Raises ValueError for a file that does not fit.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import Field

from shared import oui
from shared.fingerprints.rules import component_makers
from shared.fingerprints.snmp_rules import PLACEHOLDER
from shared.model import Frozen
from shared.observation import AddressSeen, CertificateSeen, InterfaceSeen, NameSeen, Observation, Provenance, SaidSeen
from shared.text import one_line

RULES = Path(__file__).parent / "said"
FIELDS = ("vendor", "model", "os", "os_version", "serial", "kind")
VALUES_A_FIELD = 64
"""So many different texts of one field are looked at: a device may have thousands of names."""
MAKER_SURENESS = {"": 0.45, "board": 0.2}
"""How surely the card's maker is the device's, by what ``component_makers.tsv`` says of it; not at all where it is not here."""

Said = Mapping[str, Mapping[str, Observation]]
"""Field -> what was said -> an observation of it."""
_FieldName = Literal["vendor", "model", "os", "os_version", "serial", "kind"]


class Rule(Frozen, extra="forbid"):
    name: str
    said: Mapping[str, str] = Field(min_length=1)
    all: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    given: Mapping[_FieldName, str] = {}
    sureness: float = Field(gt=0, le=1)
    maps: Mapping[_FieldName, Mapping[str, str]] = {}
    vendor: str = ""
    model: str = ""
    os: str = ""
    os_version: str = ""
    serial: str = ""
    kind: str = ""


class RuleFile(Frozen, extra="forbid"):
    source: str = Field(min_length=1)
    date: Any
    rule: tuple[Rule, ...]


class Claim(Frozen):
    field: str
    value: str
    rule: str
    sureness: float
    because: Observation


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of their files."""
    found: list[Rule] = []
    for path in sorted(RULES.glob("*.toml")):
        file = RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        found += file.rule
    return tuple(found)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def what_was_said(observations: Iterable[Observation]) -> Said:
    """By field; of equal texts the first observation in a fixed order stands for all."""
    said: dict[str, dict[str, Observation]] = {}
    told = ((field, text, seen) for seen in observations for field, text in _texts(seen) if text)
    for field, text, seen in sorted(told, key=lambda one: (one[0], one[1], one[2].model_dump_json())):
        texts = said.setdefault(field, {})
        if text not in texts and len(texts) < VALUES_A_FIELD:
            texts[text] = seen
    return said


def _texts(seen: Observation) -> tuple[tuple[str, str], ...]:
    match seen:
        case SaidSeen(field="wsd.scopes"):
            return ((seen.field, unquote(seen.value)),)
        case SaidSeen():
            return ((seen.field, seen.value),)
        case CertificateSeen():
            return ("tls.subject", seen.subject), ("tls.issuer", seen.issuer)
        case NameSeen():
            return (("name.host", seen.name.partition(".")[0]),)
        case AddressSeen(provenance=Provenance.OWN_REPLY) | InterfaceSeen() if seen.mac:
            return (("mac.maker", oui.maker(seen.mac)),)
        case _:
            return ()


def by_maker(said: Said) -> list[Claim]:
    """Who made the network card, where that says who made the device; what only a card's maker is, says nothing."""
    parts = component_makers()
    return [
        Claim(field="vendor", value=name, rule=f"mac-{parts.get(name, 'maker')}", sureness=sureness, because=seen)
        for name, seen in said.get("mac.maker", {}).items()
        if (sureness := MAKER_SURENESS.get(parts.get(name, "")))
    ]


def identify(said: Said, open_ports: Collection[str], given: Mapping[str, str] | None) -> list[Claim]:
    """``given`` None: what the rules say that need no conclusion; else what those say that need one, and it is these."""
    claims: list[Claim] = []
    for rule in rules():
        if bool(rule.given) is (given is not None) and _holds(rule, said, set(open_ports), given or {}):
            pattern = next(iter(rule.said.values()))
            for text, seen in said[next(iter(rule.said))].items():
                if match := compiled(pattern).search(text):
                    claims += _claims(rule, match, seen)
    return claims


def _holds(rule: Rule, said: Said, open_ports: set[str], given: Mapping[str, str]) -> bool:
    if not rule.said.keys() <= said.keys() or not rule.all <= open_ports or rule.none & open_ports:
        return False
    if any(given.get(field) != value for field, value in rule.given.items()):
        return False
    return all(any(compiled(pattern).search(text) for text in said[field]) for field, pattern in rule.said.items())


def _claims(rule: Rule, match: re.Match[str], seen: Observation) -> Iterable[Claim]:
    groups = match.groupdict()
    for field in FIELDS:
        written, taken = str(getattr(rule, field)), (groups.get(field) or "").strip(" ,;\"'")
        if field in rule.maps:
            taken = rule.maps[field].get(taken, "")  # type: ignore[index]  # field is one of the names, which mypy cannot see
        value = one_line(match.expand(written) if "\\" in written else written or taken)
        if value and not (field in ("serial", "model") and PLACEHOLDER.match(value)):
            yield Claim(field=field, value=value, rule=rule.name, sureness=rule.sureness, because=seen)

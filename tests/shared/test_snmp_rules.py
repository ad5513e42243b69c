"""Do the rules about SNMP devices say of each example in tests/golden/fingerprints what its makers would say, and can none of them be
made to hang?  The examples are synthetic: a device's form, no device's numbers."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.fingerprints.snmp_rules import RULES, SYS_DESCR, SYS_OBJECT_ID, Rule, identify, objects_wanted, rules
from shared.inventory import Kind

GOLDEN = Path(__file__).parents[1] / "golden" / "fingerprints"
# What an agent walks on every device, whatever the rules want
WALKED = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.1.1.1.1.", "1.3.6.1.2.1.25.3.2.1.3.", "1.3.6.1.2.1.43.5.1.1.17.1")
LIMIT_S = 0.2
"""For one pattern on one text; a well-behaved one takes microseconds."""


def _examples() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("synthetic_*.json")):
        for number, example in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            yield pytest.param(example, id=f"{path.stem.removeprefix('synthetic_')}-{number}")


@pytest.mark.parametrize("example", list(_examples()))
def test_example(example: dict[str, Any]) -> None:
    object_id, description = example["sysObjectID"], example["sysDescr"]
    scalars, columns = objects_wanted(object_id, description)
    wanted = (*WALKED, *(f"{column}." for column in columns))
    asked = {oid: value for oid, value in example["values"].items() if oid in scalars or oid.startswith(wanted)}
    claims = identify({SYS_OBJECT_ID: object_id, SYS_DESCR: description} | asked)
    said = {field: claims[field].value if field in claims else "" for field in example["expect"]}
    assert said == example["expect"]


def test_every_file_of_rules_has_an_example() -> None:
    without = (
        {path.stem for path in RULES.glob("*.toml")}
        - {"standard"}
        - {path.stem.removeprefix("synthetic_") for path in GOLDEN.glob("*.json")}
    )
    assert not without


def test_names_are_unique() -> None:
    assert not [name for name, times in Counter(rule.name for rule in rules()).items() if times > 1]


def test_kinds_are_known() -> None:
    kinds = {rule.kind for rule in rules()} - {""}
    for rule in rules():
        for read in rule.read:
            if read.field == "kind":
                kinds |= {read.value} if read.value else set(read.map.values())
    assert kinds <= set(Kind)


def test_object_identifiers_are_numbers() -> None:
    for rule in rules():
        named = [
            *rule.object_id,
            *rule.present,
            *(read.oid for read in rule.read),
            *(column for read in rule.read for column in read.where),
        ]
        assert all(re.fullmatch(r"(?:@\d+|\d+)(?:\.\d+)+(?:\.\*)?", oid) for oid in named), rule.name


def _patterns(rule: Rule) -> list[str]:
    return [pattern for pattern in (rule.description, *rule.present.values(), *(read.pattern for read in rule.read)) if pattern]


def test_patterns_compile_and_their_answers_exist() -> None:
    for rule in rules():
        assert all(re.compile(pattern) for pattern in _patterns(rule))
        for read in rule.read:
            groups = re.compile(read.pattern).groups
            assert all(int(number) <= groups for number in re.findall(r"\\(?:g<)?(\d+)", read.value)), (rule.name, read.value)


def _hostile(pattern: str) -> Iterator[str]:
    """Texts that make a careless pattern try everything: one character again and again, or what it looks for, again and again."""
    yield from (text * 1024 for text in ("a", "0", " ", "1.", "A1-", "v1.0 ", "(", ", "))
    literal = re.sub(r"\\[sSwWdDbB.+()]|[\\^$.*+?{}\[\]()|]", " ", pattern)
    for word in {word for word in literal.split() if len(word) > 1}:
        yield (word + " 1.0 A1 ") * 256


def test_no_pattern_hangs() -> None:
    for pattern in {pattern for rule in rules() for pattern in _patterns(rule)}:
        compiled = re.compile(pattern, re.IGNORECASE)
        for text in _hostile(pattern):
            started_s = time.perf_counter()
            compiled.search(text[:1024])
            assert time.perf_counter() - started_s < LIMIT_S, (pattern, text[:40])


@pytest.mark.parametrize("text", ["HW_REV: VENDOR: MODEL: ", "A1-", "1.", "Version ", "x"])
def test_a_megabyte_in_every_answer_takes_bounded_time(text: str) -> None:
    hostile = (text * (1_000_000 // len(text) + 1))[:1_000_000]
    object_id = "1.3.6.1.4.1.9.1.1"
    scalars, columns = objects_wanted(object_id, hostile)
    values = dict.fromkeys(scalars, hostile) | {f"{column}.{row}": hostile for column in columns for row in range(1, 20)}
    started_s = time.perf_counter()
    claims = identify(values | {SYS_OBJECT_ID: object_id, SYS_DESCR: hostile})
    assert time.perf_counter() - started_s < 10
    assert all(len(claim.value) <= 1024 for claim in claims.values())

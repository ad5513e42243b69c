"""What services, names and network cards say: every rule file has examples, each gives what it should, and no two rules contradict."""

import time
import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.fingerprints import FIELDS, Conclusion, best, identify, rules, said_rules
from shared.fingerprints.said_rules import RULES, VALUES_A_FIELD, RuleFile
from shared.inventory import Kind
from shared.observation import (
    AddressSeen,
    CertificateSeen,
    InterfaceSeen,
    NameSeen,
    NameSource,
    Observation,
    PortSeen,
    Provenance,
    SaidSeen,
    SystemSeen,
)

GOLDEN = Path(__file__).parents[2] / "golden/fingerprints/said"
HERE = "10.9.0.9"
DAY = "2026-11-23T00:00:00Z"
WEAK = 0.5
"""Below, a rule is a hint that any other outweighs: two hints may differ."""


def example_list() -> list[Any]:
    found = []
    for path in sorted(GOLDEN.glob("*.toml")):
        for number, example in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["example"], 1):
            found.append(pytest.param(example, id=f"{path.stem}-{number}"))
    return found


def said(field: str, value: str, port: int = 80) -> SaidSeen:
    return SaidSeen(address=HERE, protocol="tcp", port=port, field=field, value=value)


def observations(example: dict[str, Any]) -> list[Observation]:
    words = example.get("said", {})
    seen: list[Observation] = [said(field, value) for field, value in words.items() if not field.startswith("tls.")]
    if "tls.subject" in words:
        certificate = {"address": HERE, "port": 443, "not_before_utc": DAY, "not_after_utc": DAY, "sha256": "ab"}
        seen.append(CertificateSeen.model_validate({**certificate, "subject": words["tls.subject"], "issuer": words.get("tls.issuer", "")}))
    if mac := example.get("mac"):
        seen.append(AddressSeen(address=HERE, mac=mac, provenance=Provenance.OWN_REPLY))
    seen += [NameSeen(address=HERE, name=name, source=NameSource.DNS) for name in example.get("names", ())]
    for port in example.get("ports", ()):
        protocol, _, number = port.partition("/")
        seen.append(PortSeen(address=HERE, protocol=protocol, number=int(number)))
    return seen


def by_words_alone(example: dict[str, Any]) -> list[Conclusion]:
    """What open ports alone say is left out: they are there to support the words."""
    alone = {rule.name for rule in rules().ports}
    return [conclusion for conclusion in identify(observations(example)) if conclusion.rule not in alone]


@pytest.mark.parametrize("path", sorted(RULES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_rule_file_names_its_source_and_has_examples_that_it_answers(path: Path) -> None:
    file = RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    golden = tomllib.loads((GOLDEN / path.name).read_text(encoding="utf-8"))
    own = {rule.name for rule in file.rule}
    told = {conclusion.rule for example in golden["example"] for conclusion in identify(observations(example))}
    assert golden["source"] and file.date and own & told


@pytest.mark.parametrize("example", example_list())
def test_each_example_gives_what_it_should(example: dict[str, Any]) -> None:
    found = {field: conclusion.value for field, conclusion in best(by_words_alone(example)).items()}
    assert {field: found.get(field) for field in example["expect"]} == example["expect"]
    if not example["expect"]:
        assert found == {}


@pytest.mark.parametrize("example", example_list())
def test_no_rule_contradicts_another(example: dict[str, Any]) -> None:
    sure = [c for c in by_words_alone(example) if c.sureness >= WEAK]
    clashes = [
        (one.rule, one.value, other.rule, other.value)
        for one, other in combinations(sure, 2)
        if one.field == other.field != "kind" and one.value != other.value and one.sureness == other.sureness
    ]
    assert clashes == []
    assert len({c.value for c in sure if c.field == "vendor"}) <= 1


def test_rules_have_names_of_their_own_and_give_something_that_exists() -> None:
    names = [rule.name for rule in said_rules.rules()]
    others = [rule.name for rule in (*rules().services, *rules().ports, *rules().traits)]
    assert len({*names, *others}) == len(names) + len(others)
    kinds = {kind.value for kind in Kind}
    for rule in said_rules.rules():
        groups = set(said_rules.compiled(next(iter(rule.said.values()))).groupindex) & set(FIELDS)
        assert groups or any(getattr(rule, field) for field in FIELDS), rule.name
        assert set(rule.maps) <= groups, rule.name
        assert not rule.kind or rule.kind in kinds, rule.name
        assert rules().vendor_name(rule.vendor) == rule.vendor, rule.name
        assert all(said_rules.compiled(pattern) for pattern in rule.said.values())


@pytest.mark.parametrize(
    "filler", ["a", "a ", "-", ",", "AVM ", "1.", "O=", "O=Dell Inc CN=idrac", "FRITZ!Box ", "DS1", "HP LaserJet ", "((("]
)
def test_no_pattern_takes_long_whatever_is_said(filler: str) -> None:
    fields = sorted({field for rule in said_rules.rules() for field in rule.said if not field.startswith(("mac.", "name."))})
    starts = ["", "FRITZ!Box ", "CN=idrac-", "HP LaserJet ", "onvif://www.onvif.org/hardware/", "SSH-2.0-OpenSSH_1 Debian-"]
    seen = [said(field, (start + filler * 1024)[:1024]) for field in fields if not field.startswith("tls.") for start in starts]
    identify(seen[:1])
    began = time.process_time()
    identify(seen)
    assert time.process_time() - began < 2


def test_ten_thousand_words_are_bounded() -> None:
    assert len(said_rules.what_was_said([said("http.title", f"page {number}") for number in range(1000)])["http.title"]) == VALUES_A_FIELD
    began = time.process_time()
    identify([said("http.title", f"page {number}") for number in range(10_000)])
    assert time.process_time() - began < 4


def test_the_maker_of_a_card_is_the_weakest_evidence_and_a_part_s_maker_is_none() -> None:
    dell = AddressSeen(address=HERE, mac="f8:bc:12:00:00:01", provenance=Provenance.OWN_REPLY)
    intel = InterfaceSeen(index=2, name="eth1", mac="fc:77:74:00:00:02")
    found = identify([dell, intel])
    assert [(c.value, c.rule, c.because) for c in found if c.field == "vendor"] == [("Dell", "mac-maker", dell)]
    assert best(identify([dell, SystemSeen(vendor="HP")]))["vendor"].value == "HP"
    by_third = AddressSeen(address=HERE, mac="f8:bc:12:00:00:01", provenance=Provenance.THIRD_PARTY)
    assert identify([by_third]) == ()


def test_an_snmp_engine_id_names_its_maker() -> None:
    """RFC 3411's own form; 9 is Cisco, 8072 net-snmp, which runs on anything."""
    assert best(identify([said("snmp.engine_id", "0x80:00:00:09:03:00:00:5e:00:53:01")]))["vendor"].value == "Cisco"
    assert identify([said("snmp.engine_id", "80001f888000000000")]) == ()
    assert identify([said("snmp.engine_id", "00000009")]) == () == identify([said("snmp.engine_id", "")])


def test_what_is_concluded_of_a_kind_chooses_the_name_of_a_build_that_two_systems_share() -> None:
    build = said("smb.os_build", "10.0.17763", 445)
    server = SystemSeen(object_id="1.3.6.1.4.1.311.1.1.3.1.2")
    assert best(identify([build, server]))["os_version"].value == "Server 2019 (build 17763)"
    assert "os_version" not in best(identify([build, PortSeen(address=HERE, protocol="tcp", number=443)]))


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "n", "sureness": 0.5},
        {"name": "n", "sureness": 0.5, "said": {}},
        {"name": "n", "sureness": 2, "said": {"http.title": "x"}},
        {"name": "n", "sureness": 0.5, "said": {"http.title": "x"}, "vendors": "x"},
    ],
)
def test_a_broken_rule_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RuleFile.model_validate({"source": "s", "date": "d", "rule": [rule]})

"""Who made a network card: real blocks of IEEE's registry, and files that are missing or broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import oui
from shared.fingerprints import rules, snmp_rules
from shared.fingerprints.maker_names import holder, usual_name
from shared.fingerprints.rules import component_makers
from shared.oui import maker


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Synthetic files of Debian's package in a folder of the test's own."""
    monkeypatch.setattr(oui, "DEBIAN", tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    for cached in (oui._debian, oui._debian_is_newer, oui._maker):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("mac", "name"),
    [
        ("3c:d9:2b:00:00:01", "HP"),
        ("f8:bc:12:00:00:01", "Dell"),
        ("ac:1f:6b:00:00:01", "Supermicro"),
        ("00:0d:b9:00:00:01", "PC Engines"),
        ("e4:5f:01:00:00:01", "Raspberry Pi"),
        ("fc:77:74:00:00:01", "Intel"),
        ("00:09:0f:00:00:01", "Fortinet"),
        ("b8:69:f4:00:00:01", "MikroTik"),
        ("10:e9:92:00:00:01", "INGRAM MICRO SERVICES"),
    ],
)
def test_a_card_s_maker(mac: str, name: str) -> None:
    assert maker(mac) == name


@pytest.mark.parametrize("mac", ["02:42:ac:11:00:02", "da:a1:19:00:00:01", "00:00:5e:00:01:0a", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"])
def test_what_no_maker_was_assigned_has_none(mac: str) -> None:
    assert maker(mac) == ""


def test_a_block_that_ieee_has_cut_up_needs_the_longer_prefix(debian: Path) -> None:
    assert maker("70:b3:d5:f2:f0:01") == ""
    (debian / "oui36.csv").write_text('Registry,Assignment,Organization Name,Organization Address\nMA-S,70B3D5F2F,"Synthetic, Inc.",x\n')
    (debian / "mam.csv").write_text("Registry,Assignment,Organization Name,Organization Address\nMA-M,208593B,Axis Communications AB,x\n")
    forget()
    assert maker("70:b3:d5:f2:f0:01") == "Synthetic"
    assert maker("20:85:93:b0:00:01") == "Axis"


@pytest.mark.parametrize(("as_of", "expected"), [("99999999999", "Synthetic"), ("1", "Dell"), ("soon", "Dell"), (None, "Dell")])
def test_the_newer_registry_is_believed(debian: Path, as_of: str | None, expected: str) -> None:
    (debian / "oui.csv").write_text("Registry,Assignment,Organization Name,Organization Address\nMA-L,F8BC12,Synthetic Ltd,x\n")
    if as_of is not None:
        (debian / ".lastupdate").write_text(as_of)
    assert maker("f8:bc:12:00:00:01") == expected


def test_a_broken_or_oversized_file_knows_nothing(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (debian / "mam.csv").write_bytes(b"\x00\xff\xfe,\n" * 100 + b'"unclosed')
    assert maker("f8:bc:12:00:00:01") == "Dell"
    monkeypatch.setattr(oui, "MAX_FILE_BYTES", 10)
    (debian / "oui36.csv").write_text("MA-S,70B3D5F2F,Synthetic,x\n")
    forget()
    assert maker("70:b3:d5:f2:f0:01") == ""


@pytest.mark.parametrize(
    ("registered", "name"),
    [
        ("Hewlett Packard Enterprise", "HPE"),
        ("Aruba, a Hewlett Packard Enterprise Company", "Aruba"),
        ("Hon Hai Precision Ind. Co.,Ltd.", "Foxconn"),
        ("Synthetic Widgets Co., Ltd.", "Synthetic Widgets"),
        ("Private", ""),
        ("IEEE Registration Authority", ""),
        ("Ag", "Ag"),
    ],
)
def test_names_are_those_that_people_use(registered: str, name: str) -> None:
    assert usual_name(registered) == name


def test_every_name_is_its_own_usual_name() -> None:
    """One maker has one name, whether a rule, a device or the registry says it."""
    known = rules()
    by_rules = {rule.vendor for rule in snmp_rules.rules() if rule.vendor} | {
        r.gives["vendor"] for r in known.enterprises.values() if r.gives
    }
    names = by_rules | {name for _, name in known.vendors} | set(component_makers())
    assert {name: known.vendor_name(name) for name in names if known.vendor_name(name) != name} == {}
    assert set(component_makers().values()) <= {"chip", "board", "virtual"}


def test_a_number_says_who_made_the_device_or_nothing() -> None:
    """9 is in our own list, 37459 in IANA's alone; 8072 is net-snmp, which runs on anybody's device; the last is nobody's."""
    held = {number: (rule.gives["vendor"], rule.sureness) if (rule := holder(number)) else None for number in (9, 37459, 8072, 4_000_000)}
    assert held == {9: ("Cisco", 0.7), 37459: ("Yealink", 0.5), 8072: None, 4_000_000: None}

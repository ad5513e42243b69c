"""FortiOS: texts that go on, end early, or come from a terminal; damage and hostile texts."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.configs import looks_like, read_config
from shared.configs.fortios.blocks import parse
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import FirewallRule
from tests.benchmarks.config_counts.fortinet import count

KEY = b"a key of these tests"


def document(text: str) -> ReadConfig:
    return read_config("fortinet", text, KEY).document


def policies(*bodies: str, objects: str = "") -> list[FirewallRule]:
    entries = "\n".join(f"    edit {number}\n{body}\n    next" for number, body in enumerate(bodies, 1))
    return [rule for rule in document(f"{objects}\nconfig firewall policy\n{entries}\nend\n").firewall_rules if not rule.implicit]


FULL = 'set srcintf "a"\nset dstintf "b"\nset srcaddr "all"\nset dstaddr "all"\nset schedule "always"\nset service "ALL"\n'


def test_a_value_of_many_lines_is_one_statement_whatever_stands_in_it() -> None:
    page = 'config system replacemsg a "b"\nset buffer "<p>\n next\n end\n config x\n say \\"hi\\"\n"\nend\n'
    text = f"{page}config firewall policy\nedit 1\n{FULL}next\nend\n"
    read = document(text)
    assert [rule.key for rule in read.firewall_rules] == ["1", "implicit-deny"]
    assert (read.complete, read.unread) == (True, ())


def test_a_missing_quote_takes_no_rule_with_it() -> None:
    text = f'config firewall policy\nedit 1\nset name "broken\n{FULL}next\nedit 2\nset name "whole"\n{FULL}next\nend\n'
    read = document(text)
    assert [rule.key for rule in read.firewall_rules] == ["1", "2", "implicit-deny"]
    assert not read.complete


def test_a_missing_quote_does_not_reach_for_the_next_value_of_many_lines() -> None:
    page = 'config system replacemsg a "b"\nset buffer "<p>\nlong\n"\nend\n'
    text = f'config firewall policy\nedit 1\nset name "broken\n{FULL}next\nend\n{page}config firewall policy\nedit 2\n{FULL}next\nend\n'
    read = document(text)
    assert [rule.key for rule in read.firewall_rules] == ["1", "2", "implicit-deny"]
    assert read.firewall_rules[0].destinations == ("any",)
    assert read.firewall_rules[0].to == ("b",)


def test_the_end_of_the_text_in_a_key_gives_nothing_of_it_away() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq9\nQ2hpYXZlU2VncmV0YTEyMzQ1\n"
    text = f'config vpn certificate local\nedit "x"\nset private-key "{key}'
    told = read_config("fortinet", text, KEY)
    assert "MIIEow" not in told.text and "Q2hpYX" not in told.text
    assert not told.document.complete


def test_a_terminals_prompt_pager_and_line_ends_are_no_statements() -> None:
    head = "FGT60F # show | grep .\r\n#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0\r\n"
    policy = f"config firewall policy\r\n--More-- \r         \r    edit 1\r\n{FULL}next\r\nend\r\n"
    text = f"{head}{policy}\r\nFGT60F (root) # \r\n"
    read = document(text)
    assert [rule.key for rule in read.firewall_rules] == ["1", "implicit-deny"]
    assert (read.unread, read.model, read.os_version) == ((), "FortiGate-60F", "7.2.8")


def test_an_encrypted_backup_says_so() -> None:
    with pytest.raises(Unparsed, match="encrypted"):
        read_config("fortinet", "#FGBK|4|FGT60F|7|02|1639|abc", KEY)


def test_nesting_without_end_is_bounded() -> None:
    text = "config system admin\n" + 'config a\nedit "b"\n' * 20_000
    begun = time.perf_counter()
    document(text)
    assert time.perf_counter() - begun < 10


def test_many_rules_with_the_largest_groups_are_bounded() -> None:
    members = " ".join(f'"m{n}"' for n in range(3_000))
    addresses = "".join(f'edit "m{n}"\nset subnet 10.{n // 250}.{n % 250}.0/24\nnext\n' for n in range(3_000))
    head = f'config firewall address\n{addresses}end\nconfig firewall addrgrp\nedit "g"\nset member {members}\nnext\nend\n'
    body = FULL.replace('srcaddr "all"', 'srcaddr "g"')
    rules = "".join(f"edit {n}\n{body}next\n" for n in range(1, 1_001))
    read = document(f"{head}config firewall policy\n{rules}end\n")
    assert sum(len(rule.sources) for rule in read.firewall_rules) < 1_100_000
    assert read.firewall_rules[-2].sources == ("g",)


def test_a_ucis_configuration_is_not_taken_for_one() -> None:
    assert "fortinet" not in looks_like("config system\n\toption hostname 'OpenWrt'\n\nconfig timeserver 'ntp'\n")


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12).map(lambda t: t.replace("\\", "\\\\").replace('"', '\\"')),
        min_size=1, max_size=12,
    )
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_text_comes_back_whatever_stands_between_quotes(names: list[str]) -> None:
    text = "".join(f'config firewall policy\n    edit 1\n        set name "{name}"\n    next\nend\n' for name in names)
    parsed = parse(text)
    assert parsed.text() == text
    assert parsed.complete
    assert len(parsed.roots) == len(names)


@given(st.lists(st.integers(1, 999), unique=True, min_size=1, max_size=20), st.data())
@settings(max_examples=40, deadline=None)
def test_every_policy_is_read_once_in_the_order_of_the_text(numbers: list[int], data: st.DataObject) -> None:
    bodies = [data.draw(st.sampled_from(["set status disable\n", "set action accept\n", "set nat enable\n", ""])) for _ in numbers]
    text = "config firewall policy\n" + "".join(f"edit {n}\n{FULL}{b}next\n" for n, b in zip(numbers, bodies, strict=True)) + "end\n"
    read = document(text)
    rules, nats = count(text)
    assert [rule.key for rule in read.firewall_rules if not rule.implicit] == rules
    assert [nat.key for nat in read.source_nat] == nats

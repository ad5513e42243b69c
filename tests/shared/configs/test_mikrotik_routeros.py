"""What the goldens do not show of RouterOS: joined lines, escapes, defaults of the versions, chains, lists, and hostile text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config
from shared.configs.routeros_box import seconds
from shared.configs.routeros_match import opposite
from shared.configs.routeros_text import unescaped, wrapped
from shared.device_config import ReadConfig
from shared.firewall import Action, Scope, SourceNatKind, VpnKind

HEADER = "# 2025-01-02 10:11:12 by RouterOS {}\n# software id = AAAA-BBBB\n"


def read(text: str, version: str = "7.15") -> ReadConfig:
    return read_config("mikrotik_routeros", HEADER.format(version) + text, b"key").document


def test_a_line_is_joined_without_the_next_ones_leading_space() -> None:
    document = read('/ip firewall filter\nadd action=drop chain=in\\\n    put comment=\\\n    "a b" src-address=\\\n    10.0.0.0/8\n')
    rule = document.firewall_rules[0]
    assert (rule.ruleset, rule.comment, rule.sources, rule.line) == ("input", "a b", ("10.0.0.0/8",), 4)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\"b\\c", 'a"b\\c'),
        (r"riga\r\nnuova", "riga\r\nnuova"),
        (r"costa 5\$ \3A ok\?", "costa 5$ : ok?"),
        (r"Citt\C3\A0", "Città"),
        (r"\C2\EE\F0", "Âîð"),
        (r"due\_spazi", "due spazi"),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    assert unescaped(written) == meant


@pytest.mark.parametrize(
    "form",
    [
        "/ip firewall filter\nadd action=drop chain=input dst-port=22 protocol=tcp\n",
        "/ip firewall filter add action=drop chain=input dst-port=22 protocol=tcp\n",
        "/ip/firewall/filter add action=drop chain=input dst-port=22 protocol=tcp\n",
        '/ip firewall filter\nadd action=drop chain=input !src-port dst-port=22 protocol=tcp src-address-list="" log=no\n',
    ],
)
def test_all_forms_of_an_export_say_the_same(form: str) -> None:
    rule = read(form).firewall_rules[0]
    assert (rule.action, rule.services, rule.sources, rule.conditions) == (Action.DENY, ("tcp/22",), ("any",), ())


def test_a_key_stays_when_other_rules_come_and_go_and_is_numbered_when_repeated() -> None:
    rule = "add action=accept chain=forward src-address=10.0.0.{}\n"
    first = read("/ip firewall filter\n" + rule.format(1) + rule.format(2) + rule.format(2))
    second = read("/ip firewall filter\n" + rule.format(9) + rule.format(2))
    assert first.firewall_rules[1].key == second.firewall_rules[1].key
    assert first.firewall_rules[2].key == first.firewall_rules[1].key + "-2"


def test_what_a_comment_says_changes_no_key_and_no_attribute() -> None:
    plain = read("/ip firewall filter\nadd action=drop chain=input disabled=yes\n").firewall_rules[0]
    told = read('/ip firewall filter\nadd action=drop chain=input comment="the admin password" disabled=yes\n').firewall_rules[0]
    assert told.key == plain.key
    assert not told.enabled
    word = read(
        "/ip ipsec identity\nadd auth-method=pre-shared-key disabled=yes peer=x\n/ip ipsec peer\nadd address=1.2.3.4 name=x\n"
    ).vpns[0]
    assert (word.auth, word.enabled) == (("psk",), False)


def test_chains_are_bound_by_jumps_through_other_chains() -> None:
    document = read(
        "/ip firewall filter\nadd action=jump chain=forward jump-target=a\nadd action=jump chain=a jump-target=b\n"
        "add action=jump chain=b jump-target=a\nadd action=drop chain=b\nadd action=drop chain=c\n"
        "add action=jump chain=input disabled=yes jump-target=c\n"
    )
    by_set = {rule.ruleset: rule for rule in document.firewall_rules}
    assert (by_set["b"].scope, by_set["b"].bound) == (Scope.FORWARD, True)
    assert not by_set["c"].bound
    assert [rule.ruleset for rule in document.firewall_rules if rule.implicit] == ["forward", "input"]


def test_lists_are_resolved_and_what_is_missing_is_told() -> None:
    document = read(
        "/interface list\nadd name=A\nadd include=A,B name=B\n/interface list member\nadd interface=ether1 list=A\n"
        "/ip firewall address-list\nadd address=10.0.0.0/8 list=x\nadd address=www.example.org list=x\nadd address=0.0.0.0/0 "
        "disabled=yes list=x\n"
        "/ip firewall filter\nadd chain=input src-address-list=!x in-interface-list=B\nadd chain=input src-address-list=none-such\n"
        "add chain=input src-address-list=learned\nadd action=add-src-to-address-list address-list=learned chain=input\n"
    )
    rules = document.firewall_rules
    assert rules[0].sources == ("!10.0.0.0/8", "!www.example.org")
    assert rules[0].source_names == ("!x",)
    assert document.zones[1].interfaces == ("ether1",)
    assert rules[1].why_without_effect == "address list none-such is not defined"
    assert rules[2].why_without_effect == ""


def test_a_second_matcher_of_the_same_side_is_a_condition() -> None:
    rule = read(
        "/ip firewall address-list\nadd address=10.1.0.0/16 list=x\n"
        "/ip firewall filter\nadd chain=forward in-interface=ether2 in-interface-list=all limit=1,5:packet src-address=10.0.0.0/8 "
        "src-address-list=x\n"
    ).firewall_rules[0]
    assert rule.sources == ("10.0.0.0/8",)
    assert set(rule.conditions) == {"limit=1,5:packet", "src-address-list=x"}


@pytest.mark.parametrize(("version", "runs"), [("6.49.10", False), ("7.15", True)])
def test_dhcp_is_off_by_default_up_to_version_6(version: str, runs: bool) -> None:
    document = read("/ip dhcp-server\nadd interface=bridge name=lan\n/ip dhcp-client\nadd interface=ether1\n", version)
    assert document.dhcp[0].enabled is runs
    assert any(interface.dhcp_client for interface in document.interfaces) is runs


def test_services_that_a_whole_export_does_not_name_are_at_their_default() -> None:
    ways = {way.service: way for way in read("/ip service\nset telnet disabled=yes\nset www-ssl port=8443\n").remote_access}
    assert not ways["telnet"].enabled
    assert ways["winbox"].enabled
    assert ways["winbox"].detail
    assert (ways["https"].enabled, ways["https"].port) == (False, 8443)
    snippet = read_config("mikrotik_routeros", "/ip service\nset telnet disabled=yes\n").document
    assert [way.service for way in snippet.remote_access] == ["telnet"]


def test_nat_in_a_chain_of_its_own_keeps_what_the_jump_asks() -> None:
    document = read(
        "/ip firewall nat\nadd action=jump chain=dstnat dst-address=198.51.100.1 in-interface=ether1 jump-target=fwd\n"
        "add action=dst-nat chain=fwd dst-port=80 protocol=tcp to-addresses=10.0.0.2\nadd action=accept chain=srcnat\n"
        "add action=frobnicate chain=srcnat\n"
    )
    assert document.port_forwards[0].conditions == ("reached from dstnat: dst-address=198.51.100.1 in-interface=ether1",)
    assert document.source_nat[0].kind is SourceNatKind.NONE
    assert [line.text for line in document.unread] == ["add action=frobnicate chain=srcnat"]


def test_an_unknown_attribute_of_a_part_that_matters_is_unread_and_of_a_rule_a_condition() -> None:
    document = read(
        "/ip route\nadd dst-address=10.0.0.0/8 gateway=10.9.9.9 wormhole=yes\n/ip firewall filter\nadd chain=input wormhole=yes\n"
    )
    assert [line.line for line in document.unread] == [4]
    assert document.routes
    assert document.firewall_rules[0].conditions == ("wormhole=yes",)


def test_ipsec_of_the_older_kind_holds_all_in_the_peer() -> None:
    tunnel = read(
        "/ip ipsec peer\nadd address=203.0.113.9/32 dh-group=modp1024 enc-algorithm=3des hash-algorithm=md5 secret=Older1\n"
        "/ip ipsec policy\nadd dst-address=10.2.0.0/16 sa-dst-address=203.0.113.9 sa-src-address=0.0.0.0 src-address=10.1.0.0/16 "
        "tunnel=yes\n",
        "6.42",
    ).vpns[0]
    assert (tunnel.kind, tunnel.phase1, tunnel.ike_version) == (VpnKind.IPSEC, ("3des-md5-modp1024",), "1")
    assert [(pair.local, pair.remote) for pair in tunnel.selectors] == [("10.1.0.0/16", "10.2.0.0/16")]
    assert len(tunnel.secret_fingerprints) == 1


def test_a_cut_text_is_told_to_be_cut() -> None:
    document = read('/ip firewall filter\nadd action=drop chain=input comment="cut in the mid\\\n')
    assert not document.complete
    assert document.warnings


@given(st.text(alphabet='ab =\\"\n[]', max_size=80), st.integers(1, 6))
def test_wrapping_changes_the_number_of_lines_and_nothing_else(text: str, lines: int) -> None:
    text = " ".join(text.split()).strip("\\")
    if len(text) > 12 * lines:
        broken = wrapped(text, lines).split("\n")
        assert "".join(part.removesuffix("\\").removeprefix("    ") for part in broken) == text


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=6))
def test_opposite_ports_and_ports_are_all_ports(numbers: list[int]) -> None:
    others = [each for each in opposite([str(number) for number in numbers]) if each != "none"]
    held = sum(int(high or low) - int(low) + 1 for low, _, high in ((e if e != "any" else "0-65535").partition("-") for e in others))
    # a range that leaves out port 0 alone is written as all of them
    assert held + len(set(numbers)) in (65536, 65537)


@pytest.mark.parametrize(
    ("text", "value"), [("1d", 86400), ("1w2d3h4m5s", 788645), ("00:30:00", 1800), ("1d00:10:00", 87000), ("soon", None)]
)
def test_times(text: str, value: int | None) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize(
    "hostile",
    [
        "\\\n" * 50_000,
        "/ip firewall filter\nadd " + "a" * 200_000 + "\n",
        '/ip firewall filter\nadd comment="' + '\\"' * 100_000,
        "/interface list\n" + "".join(f"add include=l{n + 1} name=l{n}\n" for n in range(3000)),
        "/ip firewall filter\n" + "".join(f"add action=jump chain=c{n} jump-target=c{n + 1}\n" for n in range(3000)),
        "/interface bridge vlan\nadd vlan-ids=1-99999999 bridge=b\n",
        "[" * 100_000,
    ],
)
def test_hostile_text_takes_little_time(hostile: str) -> None:
    started = time.process_time()
    read(hostile)
    assert time.process_time() - started < 10


def test_an_escaped_quote_opens_no_value() -> None:
    document = read('/ip firewall filter\nadd chain=input comment="un pollice: 1\\""\nadd chain=input protocol=udp\n')
    assert document.complete
    assert [rule.comment for rule in document.firewall_rules if not rule.implicit] == ['un pollice: 1"', ""]

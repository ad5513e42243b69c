"""What the goldens do not show of EdgeOS and VyOS: both forms, order, attachments, groups, defaults, quotes, and hostile text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import format_of, looks_like, read_config
from shared.configs.secrets import Redactor
from shared.configs.vyatta_tree import Node, parse
from shared.configs.vyatta_words import shell_words
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import Action, Scope, SourceNatKind
from tests.shared.configs.texts import GOLDEN

BASE = "set interfaces ethernet eth0 address 198.51.100.2/30\nset interfaces ethernet eth1 address 10.0.0.1/24\n"


def read(text: str, platform: str = "vyos") -> ReadConfig:
    return read_config(platform, BASE + text, b"key").document


def commands_of(node: Node, path: tuple[str, ...] = ()) -> list[str]:
    if not node.children:
        return ["set " + " ".join("'" + word.replace("'", "'\\''") + "'" for word in path)]
    return [line for child in node.children.values() for line in commands_of(child, (*path, child.name))]


@pytest.mark.parametrize("name", ["vyos/synthetic_13_zones.txt", "ubiquiti_edgerouter/synthetic_er4_braces.txt"])
def test_both_forms_say_the_same(name: str) -> None:
    """The braces written as commands read as the braces do."""
    platform = name.split("/", maxsplit=1)[0]
    text = (GOLDEN / name).read_text(encoding="utf-8")
    lines = commands_of(parse(text, Redactor(rules=format_of(platform).secrets)).root)
    sign = "# vyatta-config-version ubnt-util\n" if platform == "ubiquiti_edgerouter" else "# vyos-config-version\n"
    once = read_config(platform, text, b"").document
    again = read_config(platform, sign + "\n".join(lines), b"").document
    changing = {"line", "os_version", "secret_fingerprints"}
    for part in (
        "firewall_rules",
        "port_forwards",
        "source_nat",
        "interfaces",
        "zones",
        "vpns",
        "dhcp",
        "routes",
        "users",
        "remote_access",
    ):
        assert [each.model_dump(exclude=changing) for each in getattr(again, part)] == [
            each.model_dump(exclude=changing) for each in getattr(once, part)
        ], part
    assert not again.unread


def test_rules_are_asked_by_number_whatever_their_place() -> None:
    document = read(
        "set firewall name X rule 100 action drop\nset firewall name X rule 9 action accept\nset firewall name X rule 20 action reject\n"
    )
    assert [(rule.name, rule.action) for rule in document.firewall_rules] == [
        ("9", Action.ALLOW), ("20", Action.REJECT), ("100", Action.DENY), ("", Action.DENY),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "scope", "came", "goes", "bound"),
    [
        ("set interfaces ethernet eth0 firewall in name X", Scope.FORWARD, ("eth0",), ("any",), True),
        ("set interfaces ethernet eth0 firewall out name X", Scope.FORWARD, ("any",), ("eth0",), True),
        ("set interfaces ethernet eth0 firewall local name X", Scope.INPUT, ("eth0",), ("any",), True),
        ("set firewall interface eth1 in name X", Scope.FORWARD, ("eth1",), ("any",), True),
        ("set zone-policy zone W local-zone\nset zone-policy zone W from L firewall name X", Scope.INPUT, ("L",), ("W",), True),
        ("set firewall zone W from L firewall name X", Scope.FORWARD, ("L",), ("W",), True),
        ("set firewall ipv4 input filter rule 1 action jump\nset firewall ipv4 input filter rule 1 jump-target X", Scope.INPUT, ("any",),
        ("any",), True),
        ("set interfaces ethernet eth0 firewall in ipv6-name X", Scope.FORWARD, ("any",), ("any",), False),
        ("set interfaces ethernet eth0 description none", Scope.FORWARD, ("any",), ("any",), False),
    ],
)  # fmt: skip
def test_where_a_rule_set_is_used(text: str, scope: Scope, came: tuple[str, ...], goes: tuple[str, ...], bound: bool) -> None:
    document = read(f"set firewall name X rule 1 action accept\n{text}\n")
    rule = next(each for each in document.firewall_rules if each.key == "name X rule 1")
    assert (rule.scope, rule.from_, rule.to, rule.bound) == (scope, came, goes, bound)


def test_a_rule_set_between_several_zones_is_not_between_all_of_them() -> None:
    document = read(
        "set firewall name X rule 1 action accept\nset firewall zone A from B firewall name X\nset firewall zone C from D firewall name X\n"
    )
    assert document.firewall_rules[0].conditions == ("used for B -> A (forward), D -> C (forward)",)


def test_groups_that_hold_each_other_end_and_undefined_ones_are_told() -> None:
    document = read(
        "set firewall group address-group A address 10.0.0.1\nset firewall group address-group A include B\n"
        "set firewall group address-group B address 10.0.0.2\nset firewall group address-group B include A\n"
        "set firewall name X rule 1 source group address-group '!A'\nset firewall name X rule 2 source group address-group C\n"
        "set firewall name X rule 3 protocol tcp\nset firewall name X rule 3 destination group port-group P\n"
    )
    rules = document.firewall_rules
    assert rules[0].sources == ("!10.0.0.1", "!10.0.0.2")
    assert rules[0].source_names == ("!A",)
    assert [rule.why_without_effect for rule in rules[1:3]] == ["address-group C is not defined", "port-group P is not defined"]


def test_what_has_no_field_is_a_condition_and_a_negated_port_all_the_others() -> None:
    rule = read(
        "set firewall name X rule 1 action accept\nset firewall name X rule 1 protocol tcp\nset firewall name X rule 1 destination port "
        "'!22,ssh'\n"
        "set firewall name X rule 1 wormhole depth 5\nset firewall name X rule 1 source wormhole yes\nset firewall name X rule 1 ttl eq 5\n"
    ).firewall_rules[0]
    assert rule.services == ("tcp/0-21", "tcp/23-65535")
    assert set(rule.conditions) == {"wormhole depth 5", "source wormhole yes", "ttl eq 5"}


@pytest.mark.parametrize(
    ("text", "last"),
    [("name X rule 1 action accept", Action.DENY), ("ipv4 forward filter rule 1 action accept", Action.ALLOW),
    ("modify X rule 1 action modify", Action.ALLOW)],
)  # fmt: skip
def test_the_end_of_a_rule_set_that_does_not_say(text: str, last: Action) -> None:
    end = read(f"set firewall {text}\n", "ubiquiti_edgerouter" if text.startswith("modify") else "vyos").firewall_rules[-1]
    assert (end.implicit, end.action) == (True, last)


def test_static_translation_is_one_thing_and_an_exception_is_no_translation() -> None:
    document = read(
        "set nat static rule 1 destination address 198.51.100.9\nset nat static rule 1 translation address 10.0.0.9\n"
        "set nat source rule 1 exclude\nset nat destination rule 5 exclude\n"
    )
    assert [forward.bidirectional for forward in document.port_forwards] == [True]
    assert [nat.kind for nat in document.source_nat] == [SourceNatKind.NONE, SourceNatKind.NONE]


def test_a_port_forward_opens_the_firewall_before_all_rules_where_it_says_so() -> None:
    text = (
        "set service gui https-port 443\nset firewall name X rule 1 action drop\nset port-forward auto-firewall {}\n"
        "set port-forward wan-interface eth0\nset port-forward rule 1 forward-to address 10.0.0.5\nset port-forward rule 1 "
        "original-port 25\n"
    )
    opened = read(text.format("enable"), "ubiquiti_edgerouter")
    assert opened.firewall_rules[0].implicit
    assert opened.port_forwards[0].linked_rule == opened.firewall_rules[0].key
    assert [rule.order for rule in opened.firewall_rules] == [1, 2, 3]
    assert read(text.format("disable"), "ubiquiti_edgerouter").port_forwards[0].linked_rule == ""


def test_an_unknown_statement_of_a_part_that_matters_is_unread() -> None:
    document = read(
        "set system wormhole 5\nset vpn ipsec site-to-site peer 203.0.113.1 wormhole 5\nset protocols static route 10.9.0.0/16 next-hop "
        "nonsense\n"
        "set service dhcp-server shared-network-name X subnet 10.0.0.0/24 wormhole 5\n"
    )
    assert [line.line for line in document.unread] == [3, 4, 5, 6]


def test_the_two_platforms_are_told_apart() -> None:
    edge = (GOLDEN / "ubiquiti_edgerouter" / "synthetic_er4_braces.txt").read_text(encoding="utf-8")
    assert looks_like(edge) == ["ubiquiti_edgerouter"]
    with pytest.raises(Unparsed, match="looks like ubiquiti_edgerouter"):
        read_config("vyos", edge)
    assert {"vyos", "ubiquiti_edgerouter"} <= set(looks_like("set interfaces ethernet eth0 address dhcp\n"))
    assert looks_like("set interfaces ge-0/0/0 unit 0 family inet\nset system login user a authentication encrypted-password x\n") != [
        "vyos"
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("set a 'b c'", ["set", "a", "b c"]),
        (r"set a 'it'\''s'", ["set", "a", "it's"]),
        ('set a "x \\" y" \'\'', ["set", "a", 'x " y', ""]),
        ("set a 'open", ["set", "a", "'open"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert shell_words(text) == words


@given(st.lists(st.text(alphabet="ab c'\"\\", min_size=1, max_size=6), min_size=1, max_size=5))
def test_what_a_shell_quotes_is_read_back(words: list[str]) -> None:
    assert shell_words(" ".join("'" + word.replace("'", "'\\''") + "'" for word in words)) == words


def test_a_cut_text_is_told_to_be_cut() -> None:
    document = read_config("vyos", "interfaces {\n    ethernet eth0 {\n        address dhcp\n").document
    assert not document.complete
    assert document.interfaces[0].dhcp_client


def test_one_line_blocks_and_values_over_lines() -> None:
    text = (
        'interfaces {\n    ethernet eth0 { }\n    ethernet eth1 {\n        description "due\nrighe"\n'
        "        address 10.0.0.1/24 }\n}\nnat {\n}\n"
    )
    document = read_config("vyos", text).document
    assert [(each.name, each.description) for each in document.interfaces] == [("eth0", ""), ("eth1", "due righe")]
    assert (document.complete, document.unread) == (True, ())


@pytest.mark.parametrize(
    "hostile",
    [
        "interfaces {\n" + "a {\n" * 20_000,
        "set firewall name " + "x " * 100_000 + "\n",
        "set firewall name X rule 1 description '" + "\\'" * 50_000,
        "".join(f"set firewall group network-group g{n} include g{n + 1}\n" for n in range(3000)) + "set firewall name X rule 1 source "
        "group network-group g0\n",
        "".join(
            f"set firewall name c{n} rule 1 action jump\nset firewall name c{n} rule 1 jump-target c{n + 1}\n" for n in range(1500)
        ),
        "set interfaces bridge br0 member interface eth9 allowed-vlan 1-99999999\n",
        "set firewall name X rule 99999999999999999999999 action accept\n",
    ],
)  # fmt: skip
def test_hostile_text_takes_little_time(hostile: str) -> None:
    started = time.process_time()
    read_config("vyos", BASE * 3 + hostile if hostile.startswith("set") else "    ethernet eth0 {\n" + hostile)
    assert time.process_time() - started < 10

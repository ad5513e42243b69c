"""Cisco ASA and PIX: the order of translations, lists and levels, and the forms of old releases."""

import random

import pytest

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import Action, FirewallRule, SourceNatKind
from tests.shared.configs.texts import KEY

HEAD = """ASA Version 9.8(4)
hostname fw
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 192.0.2.1 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 ip address 10.0.0.1 255.255.255.0
interface GigabitEthernet0/2
 nameif dmz
 security-level 50
 ip address 10.1.0.1 255.255.255.0
"""


def read(text: str) -> ReadConfig:
    return read_config("cisco_asa", HEAD + text, KEY).document


def implied(text: str) -> list[tuple[tuple[str, ...], Action, tuple[str, ...]]]:
    return [(rule.from_, rule.action, rule.to) for rule in read(text).firewall_rules if rule.implicit]


def first_rule(text: str) -> FirewallRule:
    return read(text).firewall_rules[0]


def test_levels_imply_what_no_list_says() -> None:
    assert implied("") == [
        (("outside",), Action.DENY, ("any",)),
        (("inside",), Action.ALLOW, ("outside", "dmz")),
        (("inside",), Action.DENY, ("any",)),
        (("dmz",), Action.ALLOW, ("outside",)),
        (("dmz",), Action.DENY, ("any",)),
    ]


def test_a_list_at_an_interface_takes_the_levels_place() -> None:
    text = "access-list L extended permit tcp any any eq www\naccess-group L in interface inside\n"
    assert [each for each in implied(text) if each[0] == ("inside",)] == [(("inside",), Action.DENY, ("any",))]


def test_the_global_list_is_last_and_has_the_only_deny() -> None:
    text = """access-list G extended deny ip any any log
access-list L extended permit ip any any
access-group L in interface inside
access-group G global
"""
    assert [(rule.ruleset, rule.implicit) for rule in read(text).firewall_rules] == [("L", False), ("G", False), ("G", True)]


def test_the_same_level_may_pass_only_where_it_is_said() -> None:
    more = "interface GigabitEthernet0/3\n nameif dmz2\n security-level 50\n"
    assert (("dmz",), Action.ALLOW, ("outside",)) in implied(more)
    assert (("dmz",), Action.ALLOW, ("outside", "dmz2")) in implied(more + "same-security-traffic permit inter-interface\n")


def test_translations_are_in_the_order_of_their_sections() -> None:
    text = """object network GRANDE
 subnet 10.0.0.0 255.255.255.0
object network PICCOLA
 host 10.0.0.9
object network DINAMICA
 host 10.0.0.3
object network ALTA
 host 10.0.0.200
nat (inside,outside) after-auto source dynamic any interface
nat (inside,outside) source dynamic PICCOLA interface
object network DINAMICA
 nat (inside,outside) dynamic 192.0.2.7
object network GRANDE
 nat (inside,outside) static 192.0.3.0
object network ALTA
 nat (inside,outside) static 192.0.2.200
object network PICCOLA
 nat (inside,outside) static 192.0.2.9
"""
    document = read(text)
    assert [forward.name for forward in document.port_forwards] == ["PICCOLA", "ALTA", "GRANDE"]
    assert [(nat.sources, nat.to_source) for nat in document.source_nat] == [
        (("10.0.0.9",), ""),
        (("10.0.0.3",), "192.0.2.7"),
        (("any",), ""),
    ]


def test_the_order_of_object_translations_does_not_depend_on_the_text() -> None:
    chance = random.Random(4)  # noqa: S311 - repeatable
    objects = [f"object network O{n}\n host 10.0.0.{n}\n nat (inside,outside) static 192.0.2.{n}\n" for n in range(10, 40)]
    ordered = [forward.name for forward in read("".join(objects)).port_forwards]
    chance.shuffle(objects)
    assert [forward.name for forward in read("".join(objects)).port_forwards] == ordered


def test_identity_is_an_exception_and_not_a_forward() -> None:
    text = """object network LAN
 subnet 10.0.0.0 255.255.255.0
object network REMOTA
 subnet 10.9.0.0 255.255.0.0
nat (inside,outside) source static LAN LAN destination static REMOTA REMOTA no-proxy-arp route-lookup
"""
    document = read(text)
    assert document.port_forwards == ()
    assert document.source_nat[0].kind is SourceNatKind.NONE
    assert document.source_nat[0].destinations == ("10.9.0.0/16",)


def test_ports_of_object_translation_are_real_then_mapped() -> None:
    text = "object network S\n host 10.0.0.5\n nat (inside,outside) static interface service tcp www 8080\n"
    forward = read(text).port_forwards[0]
    assert (forward.public_address, forward.public_ports, forward.to_ports, forward.bidirectional) == ("192.0.2.1", "8080", "80", False)


@pytest.mark.parametrize(
    ("words", "services"),
    [
        ("extended permit tcp any any eq https", ("tcp/443",)),
        ("extended permit udp any eq domain any", ("udp/any<53",)),
        ("extended permit icmp any any unreachable", ("icmp/unreachable",)),
        ("permit icmp any any 8", ("icmp/echo-request",)),
        ("extended permit tcp any any range 5000 5010 log 4 interval 300 inactive", ("tcp/5000-5010",)),
        ("line 3 extended permit object-group-user G any any eq 1", ()),
    ],
)
def test_entries(words: str, services: tuple[str, ...]) -> None:
    document = read(f"access-list L {words}\n")
    assert [rule.services for rule in document.firewall_rules if not rule.implicit] == ([services] if services else [])
    assert len(document.unread) == (0 if services else 1)


def test_masks_are_not_inverted_and_names_are_known() -> None:
    text = "name 10.0.0.8 server\naccess-list L extended permit ip 10.2.0.0 255.255.0.0 host server\n"
    rule = first_rule(text)
    assert (rule.sources, rule.destinations, rule.destination_names) == (("10.2.0.0/16",), ("10.0.0.8",), ("server",))


def test_a_group_of_tcp_and_udp_ports_is_narrowed_by_the_entry() -> None:
    text = "object-group service P tcp-udp\n port-object eq domain\naccess-list L extended permit tcp any any object-group P\n"
    assert first_rule(text).services == ("tcp/53",)


def test_what_is_inactive_is_kept_switched_off() -> None:
    assert not first_rule("access-list L extended permit ip any any inactive\n").enabled


def test_keys_ignore_line_numbers() -> None:
    plain = first_rule("access-list L extended permit ip any any\n")
    assert first_rule("access-list L line 7 extended permit ip any any\n").key == plain.key


def test_stars_are_no_secret() -> None:
    told = read_config("cisco_asa", HEAD + "tunnel-group 192.0.2.9 ipsec-attributes\n ikev1 pre-shared-key *****\n", KEY)
    assert told.document.secrets_removed.count == 0
    assert "*****" in told.text


def test_old_translation_appears_as_the_global_of_its_number() -> None:
    text = """access-list NO extended permit ip 10.0.0.0 255.255.255.0 10.9.0.0 255.255.0.0
global (outside) 1 interface
global (dmz) 2 10.1.0.50
nat (inside) 1 10.0.0.0 255.255.255.0
nat (inside) 2 0 0
nat (inside) 0 access-list NO
static (inside,outside) tcp interface 8080 10.0.0.5 www netmask 255.255.255.255
static (inside,outside) 192.0.2.6 10.0.0.6 netmask 255.255.255.255
"""
    document = read(text)
    assert [(nat.kind, nat.to, nat.to_source) for nat in document.source_nat] == [
        (SourceNatKind.NONE, ("any",), ""),
        (SourceNatKind.MASQUERADE, ("outside",), ""),
        (SourceNatKind.SOURCE, ("dmz",), "10.1.0.50"),
    ]
    assert [(f.protocol, f.public_address, f.public_ports, f.to_address, f.to_ports) for f in document.port_forwards] == [
        ("tcp", "192.0.2.1", "8080", "10.0.0.5", "80"),
        ("any", "192.0.2.6", "any", "10.0.0.6", ""),
    ]


def test_pix_writes_its_interfaces_flat() -> None:
    text = """PIX Version 6.3(5)
nameif ethernet0 outside security0
nameif ethernet1 inside security100
hostname pix
access-list A permit tcp any interface outside eq smtp
ip address outside 192.0.2.1 255.255.255.0
ip address inside 10.0.0.1 255.0.0.0
access-group A in interface outside
"""
    document = read_config("cisco_asa", text, KEY).document
    assert [(each.label, each.addresses, each.security_level) for each in document.interfaces] == [
        ("outside", ("192.0.2.1/24",), 0),
        ("inside", ("10.0.0.1/8",), 100),
    ]
    assert document.firewall_rules[0].destinations == ("192.0.2.1",)
    assert document.os == "PIX"


def test_a_text_that_was_cut_off_is_told() -> None:
    assert not read_config("cisco_asa", f": Saved\n:\n{HEAD}access-list L ext", KEY).document.complete
    assert read_config("cisco_asa", f": Saved\n:\n{HEAD}: end\n", KEY).document.complete

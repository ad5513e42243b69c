"""Junos's traps: groups, what is switched off, whose book a name is from, the order of policies, filters that nothing uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import Action, FirewallRule, Scope, SourceNatKind, VpnKind

ZONES = """\
set version 21.4R3
set security zones security-zone trust interfaces ge-0/0/1.0
set security zones security-zone untrust interfaces ge-0/0/0.0
"""
PAIR = "set security policies from-zone trust to-zone untrust policy"


def read(text: str) -> ReadConfig:
    return read_config("juniper_junos", text).document


def rules(text: str) -> dict[str, FirewallRule]:
    return {rule.name: rule for rule in read(ZONES + text).firewall_rules}


def policy(name: str, where: str = PAIR, source: str = "any", then: str = "permit") -> str:
    match = f"{where} {name} match"
    return f"{match} source-address {source}\n{match} destination-address any\n{match} application any\n{where} {name} then {then}\n"


def test_a_group_gives_what_is_not_there_and_takes_nothing_away() -> None:
    group = "set groups g security policies from-zone <*> to-zone <*> policy <*> then log session-close\nset apply-groups g\n"
    assert rules(group + policy("a"))["a"].log
    assert not rules(policy("a"))["a"].log
    named = "set groups g system host-name of-the-group\nset groups g system name-server 9.9.9.9\nset apply-groups g\n"
    assert read(ZONES + named).hostname == "of-the-group"
    own = read(ZONES + named + "set system host-name own\nset system name-server 1.1.1.1\n")
    assert own.hostname == "own"
    assert set(own.dns_servers) == {"1.1.1.1", "9.9.9.9"}


def test_of_two_groups_the_first_decides_and_an_exception_holds() -> None:
    two = "set groups a system host-name first\nset groups b system host-name second\nset apply-groups [ a b ]\n"
    assert read(ZONES + two).hostname == "first"
    excepted = two + "set system apply-groups-except a\n"
    assert read(ZONES + excepted).hostname == "second"


def test_a_group_that_is_switched_off_or_not_applied_gives_nothing() -> None:
    group = "set groups g system services telnet\n"
    assert not [way for way in read(ZONES + group).remote_access if way.service == "telnet"]
    off = group + "set apply-groups g\ndeactivate apply-groups g\n"
    assert not [way for way in read(ZONES + off).remote_access if way.service == "telnet"]
    assert [way for way in read(ZONES + group + "set apply-groups g\n").remote_access if way.service == "telnet"]


def test_a_group_that_is_not_defined_is_told() -> None:
    assert read(ZONES + "set apply-groups missing\n").warnings == ("the group missing is applied and not defined",)


def test_of_a_cluster_the_first_node_is_read_and_told() -> None:
    text = 'set groups node0 system host-name one\nset groups node1 system host-name two\nset apply-groups "${node}"\n'
    document = read(ZONES + text)
    assert document.hostname == "one"
    assert "cluster" in document.warnings[0]


@pytest.mark.parametrize(
    "off",
    [
        "deactivate security policies from-zone trust to-zone untrust policy a",
        "deactivate security policies from-zone trust",
        "deactivate security",
    ],
)
def test_a_policy_below_what_is_switched_off_is_kept_and_off(off: str) -> None:
    assert [rule.enabled for rule in read(ZONES + policy("a") + off).firewall_rules if rule.name == "a"] == [False]


def test_what_is_switched_off_within_a_rule_does_not_count() -> None:
    text = policy("a") + f"{PAIR} a match source-address extra\ndeactivate {PAIR[4:]} a match source-address extra\n"
    rule = rules(text)["a"]
    assert rule.sources == ("any",)
    assert not rule.why_without_effect


def test_global_policies_come_after_those_of_zones_and_the_default_at_the_end() -> None:
    text = policy("late", "set security policies global policy") + policy("early")
    found = [(rule.name, rule.implicit) for rule in read(ZONES + text).firewall_rules if rule.scope is Scope.FORWARD]
    assert found == [("early", False), ("late", False), ("default-policy", True)]
    assert [rule.order for rule in read(ZONES + text).firewall_rules] == [1, 2, 3, 4]


@pytest.mark.parametrize(("said", "action"), [("", Action.DENY), ("set security policies default-policy permit-all", Action.ALLOW)])
def test_the_default_denies_unless_it_is_said(said: str, action: Action) -> None:
    assert rules(policy("a") + said)["default-policy"].action is action


def test_a_zones_own_book_goes_before_the_global_one() -> None:
    books = """\
set security address-book global address host 10.0.0.1/32
set security zones security-zone trust address-book address host 10.9.9.9/32
"""
    assert rules(books + policy("a", source="host"))["a"].sources == ("10.9.9.9",)
    overall = policy("a", "set security policies global policy", source="host")
    assert rules(books + overall)["a"].sources == ("10.0.0.1",)


def test_sets_that_hold_themselves_end_and_an_undefined_name_is_told() -> None:
    books = """\
set security address-book global address-set a address-set b
set security address-book global address-set b address-set a
set security address-book global address-set b address gone
"""
    rule = rules(books + policy("p", source="a"))["p"]
    assert rule.sources == ("gone",)
    assert rule.why_without_effect == "address gone is not defined"


def test_an_excluded_side_is_turned_round() -> None:
    text = policy("a", source="10.0.0.0/8") + f"{PAIR} a match source-address-excluded\n"
    assert rules(text)["a"].sources == ("!10.0.0.0/8",)


def test_a_condition_that_nobody_knows_narrows_the_rule_in_its_own_words() -> None:
    rule = rules(policy("a") + f"{PAIR} a match brand-new-thing [ one two ]\n")["a"]
    assert rule.conditions == ("brand-new-thing one", "brand-new-thing two")


def test_a_zone_that_is_not_there_and_a_policy_to_the_device() -> None:
    nowhere = policy("a", "set security policies from-zone trust to-zone gone policy")
    assert rules(nowhere)["a"].why_without_effect == "zone gone is not defined"
    host = policy("h", "set security policies from-zone untrust to-zone junos-host policy")
    assert rules(host)["h"].scope is Scope.INPUT


FILTER = """\
set firewall family inet filter f term one from protocol tcp
set firewall family inet filter f term one from destination-port [ ssh 8000-8010 ]
set firewall family inet filter f term one from source-address 10.0.0.0/8
set firewall family inet filter f term one from source-address 10.1.0.0/16 except
set firewall family inet filter f term one then accept
set firewall family inet filter f term two then count all
set firewall family inet filter f term three then next term
"""


def test_a_filter_counts_where_an_interface_names_it() -> None:
    free = rules(FILTER)
    assert not free["one"].bound
    at_lo0 = rules(FILTER + "set interfaces lo0 unit 0 family inet filter input f\n")
    assert at_lo0["one"].bound
    assert at_lo0["one"].scope is Scope.INPUT
    off = FILTER + "set interfaces lo0 unit 0 family inet filter input f\ndeactivate interfaces lo0 unit 0 family inet filter\n"
    assert not rules(off)["one"].bound
    interface_off = FILTER + "set interfaces lo0 unit 0 family inet filter input f\ndeactivate interfaces lo0\n"
    assert not rules(interface_off)["one"].bound
    other_family = rules(FILTER + "set interfaces lo0 unit 0 family inet6 filter input f\n")
    assert not other_family["one"].bound


def test_a_filters_terms_services_exceptions_and_end() -> None:
    found = rules(FILTER)
    assert found["one"].services == ("tcp/22", "tcp/8000-8010")
    assert found["one"].sources == ("10.0.0.0/8", "!10.1.0.0/16")
    assert found["two"].action is Action.ALLOW, "a term without a last word accepts"
    assert found["three"].action is Action.LOG
    assert found["implicit rule"].action is Action.DENY
    assert found["implicit rule"].implicit


def test_prefix_lists_are_resolved_by_path_too() -> None:
    text = """\
set interfaces ge-0/0/1 unit 0 family inet address 10.7.7.1/24
set policy-options prefix-list own apply-path "interfaces <*> unit <*> family inet address <*>"
set firewall filter f term one from source-prefix-list own
set firewall filter f term one then accept
"""
    assert rules(text)["one"].sources == ("10.7.7.0/24",)


def test_nat_kinds() -> None:
    text = """\
set security nat source pool p address 192.0.2.5/32
set security nat source rule-set s from zone trust
set security nat source rule-set s to zone untrust
set security nat source rule-set s rule no match destination-address 10.0.0.0/8
set security nat source rule-set s rule no then source-nat off
set security nat source rule-set s rule pool then source-nat pool p
set security nat source rule-set s rule own then source-nat interface
set security nat destination pool d address 10.0.0.5/32 port 8443
set security nat destination rule-set d from zone untrust
set security nat destination rule-set d rule w match destination-address 192.0.2.1/32
set security nat destination rule-set d rule w match destination-port 443
set security nat destination rule-set d rule w match protocol tcp
set security nat destination rule-set d rule w then destination-nat pool d
set security nat static rule-set t from zone untrust
set security nat static rule-set t rule one match destination-address 192.0.2.2/32
set security nat static rule-set t rule one then static-nat prefix 10.0.0.6/32
"""
    document = read(ZONES + text)
    assert [(nat.kind, nat.to_source) for nat in document.source_nat] == [
        (SourceNatKind.NONE, ""), (SourceNatKind.SOURCE, "192.0.2.5"), (SourceNatKind.MASQUERADE, ""),
    ]  # fmt: skip
    static, forward = document.port_forwards
    assert (static.bidirectional, static.public_address, static.to_address) == (True, "192.0.2.2", "10.0.0.6")
    assert (forward.protocol, forward.public_ports, forward.to_address, forward.to_ports) == ("tcp", "443", "10.0.0.5", "8443")


def test_braces_and_set_lines_say_the_same() -> None:
    braces = """\
version 21.4R3;
security {
    zones {
        security-zone trust { interfaces { ge-0/0/1.0; } }
        security-zone untrust { interfaces { ge-0/0/0.0; } }
    }
    policies {
        from-zone trust to-zone untrust {
            inactive: policy a {
                match { source-address any; destination-address any; application [ junos-http junos-https ]; }
                then { permit; }
            }
        }
    }
}
"""
    lines = (
        policy("a").replace("application any", "application [ junos-http junos-https ]")
        + "deactivate security policies from-zone trust to-zone untrust policy a\n"
    )
    left, right = (
        [rule.model_dump(exclude={"raw", "line"}) for rule in read(text).firewall_rules] for text in (braces, ZONES + lines)
    )  # fmt: skip
    assert left == right


def test_terms_on_one_line_and_predefined_applications() -> None:
    text = """\
set applications application x term a protocol tcp destination-port 1 source-port 2
set applications application x term b protocol udp destination-port 3
set applications application-set s application x
set applications application-set s application junos-ping
"""
    found = {service.name: service.values for service in read(ZONES + text).service_objects}
    assert found["x"] == ("tcp/1<2", "udp/3")
    assert found["s"] == ("tcp/1<2", "udp/3", "icmp/echo-request")


def test_management_is_where_the_zone_lets_it_in() -> None:
    text = ZONES + "set system services ssh\nset system services telnet\n"
    closed = {way.service: way for way in read(text).remote_access}
    assert not closed["ssh"].enabled
    inside = text + "set security zones security-zone trust host-inbound-traffic system-services [ ssh all ]\n"
    inside += "set security zones security-zone trust host-inbound-traffic system-services telnet except\n"
    opened = {way.service: way for way in read(inside).remote_access}
    assert opened["ssh"].interfaces == ("ge-0/0/1.0",)
    assert not opened["telnet"].enabled
    own = inside + "set security zones security-zone trust interfaces ge-0/0/1.0 host-inbound-traffic system-services ping\n"
    assert not {way.service: way for way in read(own).remote_access}["ssh"].enabled, "the interface's own list goes before the zone's"


def test_a_dial_in_gateway_is_no_site() -> None:
    site = """\
set security ike gateway g address 198.51.100.1
set security ipsec vpn v ike gateway g
"""
    assert read(ZONES + site).vpns[0].kind is VpnKind.IPSEC
    dial_in = site + "set security ike gateway g dynamic ike-user-type shared-ike-id\n"
    assert read(ZONES + dial_in).vpns[0].kind is VpnKind.IPSEC_CLIENTS


def test_what_is_not_known_is_unread_by_line() -> None:
    text = ZONES + "set security brand-new thing\nset system name-server not-an-address\nset wholly unknown\n"
    assert [unread.text for unread in read(text).unread] == text.splitlines()[3:]


def test_a_text_that_ends_in_the_middle_is_told() -> None:
    document = read("version 21.4;\nsystem {\n    host-name x;\n    services {\n")
    assert not document.complete
    assert document.hostname == "x"
    assert "ends in the middle" in document.warnings[0]


def test_another_text_is_refused() -> None:
    with pytest.raises(Unparsed):
        read("hello world\n")


@given(st.text(alphabet='abz019 {};"[]#/*<>\\\n$-.:', max_size=400))
def test_nothing_but_unparsed_escapes(text: str) -> None:
    document = read(f"version 1;\nsystem {{\n{text}\n}}\n")
    assert document.platform == "juniper_junos"
    read(ZONES + "\n".join(f"set security policies {line}" for line in text.splitlines()))


@given(st.permutations(["a", "b", "c", "d"]))
def test_keys_do_not_hang_on_the_place(names: list[str]) -> None:
    document = read(ZONES + "".join(policy(name) for name in names))
    assert [rule.name for rule in document.firewall_rules][:4] == names
    assert {rule.key for rule in document.firewall_rules if not rule.implicit} == {
        f"from-zone trust to-zone untrust/{name}" for name in names
    }

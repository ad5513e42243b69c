"""FortiOS: order, defaults, groups, virtual IPs, quotes that go on, damage, hostile texts: what the goldens do not show by themselves."""

import pytest

from shared.configs import read_config
from shared.configs.fortios.system import model_name
from shared.device_config import ReadConfig
from shared.firewall import Action, FirewallRule, SourceNatKind

KEY = b"a key of these tests"


def document(text: str) -> ReadConfig:
    return read_config("fortinet", text, KEY).document


def policies(*bodies: str, objects: str = "") -> list[FirewallRule]:
    entries = "\n".join(f"    edit {number}\n{body}\n    next" for number, body in enumerate(bodies, 1))
    return [rule for rule in document(f"{objects}\nconfig firewall policy\n{entries}\nend\n").firewall_rules if not rule.implicit]


FULL = 'set srcintf "a"\nset dstintf "b"\nset srcaddr "all"\nset dstaddr "all"\nset schedule "always"\nset service "ALL"\n'


def test_what_a_policy_does_not_say_has_its_default() -> None:
    (rule,) = policies(FULL)
    assert (rule.action, rule.enabled, rule.nat, rule.log) == (Action.DENY, True, False, False)
    assert rule.conditions == ()
    assert rule.raw.startswith("edit 1\n")


def test_the_order_is_the_files_and_not_the_numbers() -> None:
    text = "config firewall policy\nedit 9\nnext\nedit 2\nnext\nedit 5\nnext\nmove 5 before 2\nend\n"
    rules = document(text).firewall_rules
    assert [rule.key for rule in rules] == ["9", "5", "2", "implicit-deny"]
    assert [rule.order for rule in rules] == [1, 2, 3, 4]
    assert rules[-1].implicit and rules[-1].action is Action.DENY


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        ("move 1 after 3", ["2", "3", "1"]),
        ("move 3 before 1", ["3", "1", "2"]),
        ("delete 2", ["1", "3"]),
        ("rename 2 to 20", ["1", "20", "3"]),
        ("clone 1 to 4", ["1", "2", "3", "4"]),
        ("purge", []),
    ],
)
def test_scripts_change_the_table_as_the_box_does(script: str, keys: list[str]) -> None:
    text = f"config firewall policy\nedit 1\nnext\nedit 2\nnext\nedit 3\nnext\n{script}\nend\n"
    assert [rule.key for rule in document(text).firewall_rules if not rule.implicit] == keys


def test_edit_nought_is_a_new_policy_each_time() -> None:
    text = f"config firewall policy\nedit 0\n{FULL}next\nedit 0\n{FULL}set action accept\nnext\nend\n"
    rules = [rule for rule in document(text).firewall_rules if not rule.implicit]
    assert [rule.action for rule in rules] == [Action.DENY, Action.ALLOW]
    assert len({rule.key for rule in rules}) == 2


def test_an_entry_that_is_edited_again_is_changed() -> None:
    text = f"config firewall policy\nedit 1\n{FULL}set action accept\nnext\nend\nconfig firewall policy\nedit 1\nunset action\nnext\nend\n"
    (rule,) = [rule for rule in document(text).firewall_rules if not rule.implicit]
    assert rule.action is Action.DENY


OBJECTS = """
config firewall address
edit "all"
next
edit "one"
set subnet 10.0.0.1 255.255.255.255
next
edit "two"
set type iprange
set start-ip 10.0.0.5
set end-ip 10.0.0.9
next
end
config firewall addrgrp
edit "inner"
set member "two" "gone"
next
edit "outer"
set member "one"
append member "inner"
next
edit "loop"
set member "loop" "one"
next
edit "without"
set member "inner"
set exclude enable
set exclude-member "one"
next
end
"""


def test_groups_are_resolved_through_groups_and_an_undefined_member_is_told() -> None:
    (rule,) = policies(FULL + 'set srcaddr "outer"', objects=OBJECTS)
    assert rule.sources == ("10.0.0.1", "10.0.0.5-10.0.0.9", "gone")
    assert rule.source_names == ("outer",)
    assert rule.why_without_effect == "address gone is not defined"


def test_a_group_that_holds_itself_ends() -> None:
    (rule,) = policies(FULL + 'set srcaddr "loop"', objects=OBJECTS)
    assert rule.sources == ("10.0.0.1",)
    assert rule.why_without_effect == ""


def test_negation_is_on_each_value_and_excluded_members_are_negated() -> None:
    negated, excluded = policies(FULL + 'set srcaddr "two"\nset srcaddr-negate enable', FULL + 'set srcaddr "without"', objects=OBJECTS)
    assert negated.sources == ("!10.0.0.5-10.0.0.9",)
    assert "!10.0.0.1" in excluded.sources


def test_an_excerpt_without_objects_calls_no_name_undefined() -> None:
    (rule,) = policies(FULL + 'set srcaddr "lan"')
    assert (rule.sources, rule.why_without_effect) == (("lan",), "")


def test_a_policy_is_never_wider_than_it_is() -> None:
    """What narrows it and has no field stands among the conditions, known or not; what is not known is unread as well."""
    text = (
        f"config firewall policy\nedit 1\n{FULL}set vlan-filter 10-20\nset quantum-tag blue\nset geoip-match physical-location\nnext\nend\n"
    )
    read = document(text)
    assert read.firewall_rules[0].conditions == ("vlan-filter 10-20", "quantum-tag blue")
    assert [line.text for line in read.unread] == ["set quantum-tag blue"]


def test_internet_services_stand_where_addresses_and_services_would() -> None:
    body = FULL.replace('set dstaddr "all"\n', "").replace('set service "ALL"\n', "")
    (rule,) = policies(f'{body}set internet-service enable\nset internet-service-name "Zoom"\nset internet-service-negate enable')
    assert rule.destinations == ("!internet-service:Zoom",)
    assert rule.services == ("internet-service:Zoom",)


def test_profiles_count_only_where_utm_status_is_on() -> None:
    off, on = policies(FULL + 'set av-profile "x"', FULL + 'set utm-status enable\nset av-profile "x"')
    assert (off.profiles, on.profiles) == ((), ("antivirus x",))


VIP = """
config firewall vip
edit "web"
set extip 203.0.113.5
set extintf "wan"
set mappedip "10.0.0.80"
set portforward enable
set extport 8443
set mappedport 443
next
end
"""


def test_a_policy_for_a_virtual_ip_sees_the_machine_inside_and_is_linked() -> None:
    text = f'{VIP}config firewall policy\nedit 7\n{FULL}set dstaddr "web"\nset action accept\nnext\nend\n'
    read = document(text)
    assert read.firewall_rules[0].destinations == ("10.0.0.80",)
    (forward,) = read.port_forwards
    assert (forward.linked_rule, forward.public_ports, forward.to_ports, forward.conditions) == ("7", "8443", "443", ())


def test_a_virtual_ip_that_no_policy_names_says_so_but_not_in_central_nat() -> None:
    assert document(VIP).port_forwards[0].conditions == ("no policy uses it",)
    assert document("config system settings\nset central-nat enable\nend\n" + VIP).port_forwards[0].conditions == ()


def test_a_whole_address_is_forwarded_both_ways() -> None:
    (forward,) = document(VIP.replace("set portforward enable\n", "")).port_forwards
    assert (forward.protocol, forward.public_ports, forward.to_ports, forward.bidirectional) == ("any", "any", "", True)


def test_nat_is_the_policys_unless_the_table_is_central() -> None:
    body = f"config firewall policy\nedit 1\n{FULL}set nat enable\nnext\nend\n"
    own = document(body)
    assert own.firewall_rules[0].nat
    assert [(nat.key, nat.kind) for nat in own.source_nat] == [("policy/1", SourceNatKind.MASQUERADE)]
    central = document("config system settings\nset central-nat enable\nend\n" + body)
    assert not central.firewall_rules[0].nat
    assert central.source_nat == ()


def test_services_have_their_ports_without_being_printed() -> None:
    rules = policies(FULL + 'set service "HTTPS" "PING" "DNS"', FULL + 'set service "ALL"', FULL + 'set service "Web Access"')
    assert rules[0].services == ("tcp/443", "icmp/echo-request", "tcp/53", "udp/53")
    assert rules[1].services == ("any",)
    assert rules[2].services == ("tcp/53", "udp/53", "tcp/80", "tcp/443")


def test_another_protocol_takes_back_what_was_set_for_the_one_before() -> None:
    changes = "set protocol IP\nset protocol-number 254\nset protocol ICMP\nset icmptype 5\nset protocol IP\n"
    text = f'config firewall service custom\nedit "x"\n{changes}next\nend\n'
    assert document(text).service_objects[0].values == ("any",)


def test_a_service_that_is_not_understood_does_not_open_everything() -> None:
    text = 'config firewall service custom\nedit "x"\nset tcp-portrange 70000\nnext\nend\n'
    read = document(text)
    assert read.service_objects[0].values == ("x",)
    assert len(read.unread) == 1


def test_an_address_that_is_not_understood_stands_for_itself() -> None:
    text = 'config firewall address\nedit "x"\nset subnet 10.0.0 255.0.255.0\nnext\nend\n'
    read = document(text)
    assert read.address_objects[0].values == ("x",)
    assert [line.line for line in read.unread] == [3]


def test_trusted_hosts_bound_the_ways_in_only_where_every_administrator_has_some() -> None:
    head = 'config system interface\nedit "a"\nset allowaccess https telnet\nnext\nend\n'
    head += 'config system admin\nedit "x"\nset trusthost1 10.0.0.0 255.0.0.0\nnext\n'
    bounded = document(head + "end\nconfig system global\nset admin-telnet disable\nset admin-sport 10443\nend\n")
    assert {(way.service, way.port, way.enabled, way.sources) for way in bounded.remote_access} == {
        ("https", 10443, True, ("10.0.0.0/8",)),
        ("telnet", 23, False, ("10.0.0.0/8",)),
    }
    free = document(head + 'edit "y"\nset trusthost1 0.0.0.0 0.0.0.0\nnext\nend\n')
    assert {way.sources for way in free.remote_access} == {("any",)}


def test_a_dynamic_peer_is_people_only_where_it_asks_for_users() -> None:
    one = 'config vpn ipsec phase1-interface\nedit "x"\nset type dynamic\nset interface "wan"\nset proposal aes256-sha256\n'
    assert [vpn.kind.value for vpn in document(f"{one}next\nend\n").vpns] == ["ipsec"]
    assert [vpn.kind.value for vpn in document(f"{one}set mode-cfg enable\nnext\nend\n").vpns] == ["ipsec_clients"]


def test_a_site_that_is_given_an_address_by_its_peer_is_a_site() -> None:
    text = 'config vpn ipsec phase1-interface\nedit "x"\nset interface "wan"\nset mode-cfg enable\nset remote-gw 192.0.2.1\nnext\nend\n'
    assert [vpn.kind.value for vpn in document(text).vpns] == ["ipsec"]


def test_the_same_number_in_two_virtual_domains_is_two_rules() -> None:
    policy = f"config firewall policy\nedit 1\n{FULL}next\nend\n"
    text = f"config vdom\nedit a\n{policy}end\nconfig vdom\nedit b\n{policy}end\n"
    rules = [rule for rule in document(text).firewall_rules if not rule.implicit]
    assert [(rule.key, rule.ruleset) for rule in rules] == [("a/1", "a"), ("b/1", "b")]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("FGT60F", "FortiGate-60F"),
        ("FG100F", "FortiGate-100F"),
        ("FWF61E", "FortiWiFi-61E"),
        ("FGVM64", "FortiGate-VM64"),
        ("FG3K1F", "FG3K1F"),
    ],
)
def test_models_are_called_as_people_call_them(code: str, name: str) -> None:
    assert model_name(code) == name


# --- quotes, damage, hostile texts ---

"""Cisco IOS: the traps of its access lists, translations and defaults that one golden shows once at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import Action, FirewallRule, Scope, SourceNatKind
from tests.shared.configs.texts import KEY

HEAD = "version 15.4\nhostname r1\n"


def read(text: str) -> ReadConfig:
    return read_config("cisco_ios", f"{HEAD}{text}\nend\n", KEY).document


def rules(text: str) -> list[FirewallRule]:
    return [rule for rule in read(text).firewall_rules if not rule.implicit]


def entry(words: str) -> FirewallRule:
    return rules(f"ip access-list extended L\n {words}")[0]


@pytest.mark.parametrize(
    ("words", "services"),
    [
        ("permit tcp any any eq www 443", ("tcp/80", "tcp/443")),
        ("permit udp any any neq snmp", ("udp/0-160", "udp/162-65535")),
        ("permit tcp any gt 1023 any range ftp-data ftp", ("tcp/20-21<1024-65535",)),
        ("permit tcp any any lt 1024", ("tcp/0-1023",)),
        ("permit udp any any eq syslog", ("udp/514",)),
        ("permit tcp any any eq cmd", ("tcp/514",)),
        ("permit icmp any any echo", ("icmp/echo-request",)),
        ("permit ip any any", ("any",)),
        ("permit 51 any any", ("ah",)),
        ("permit ahp any any", ("ah",)),
    ],
)
def test_services_have_numbers(words: str, services: tuple[str, ...]) -> None:
    assert entry(words).services == services


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("permit ip 10.0.0.0 0.255.255.255 any", "10.0.0.0/8"),
        ("permit ip host 10.0.0.5 any", "10.0.0.5"),
        ("permit ip 10.0.0.5 0.0.0.0 any", "10.0.0.5"),
        ("permit ip 0.0.0.0 255.255.255.255 any", "any"),
        ("permit ip 10.0.0.1 0.0.255.0 any", "10.0.0.1 0.0.255.0"),
    ],
)
def test_wildcards_are_inverted_masks(words: str, address: str) -> None:
    assert entry(words).sources == (address,)


def test_a_list_without_use_is_not_bound_and_denies_nothing() -> None:
    document = read("access-list 10 permit 10.0.0.1\naccess-list 10 deny any")
    assert [rule.bound for rule in document.firewall_rules] == [False, False]


def test_a_bound_list_ends_with_a_deny_that_is_not_printed() -> None:
    text = "interface Gi0/0\n ip access-group L in\nip access-list extended L\n permit tcp any any eq 22"
    *_, last = read(text).firewall_rules
    assert last.implicit
    assert last.action is Action.DENY
    assert last.from_ == ("Gi0/0",)


def test_an_undefined_list_lets_everything_pass_and_is_told() -> None:
    assert "lets everything pass" in read("interface Gi0/0\n ip access-group NESSUNA in").warnings[0]


def test_in_and_out_are_not_one_way_through() -> None:
    text = "interface Gi0/0\n ip access-group L in\ninterface Gi0/1\n ip access-group L out\nip access-list extended L\n permit ip any any"
    rule = rules(text)[0]
    assert rule.from_ == rule.to == ("any",)
    assert rule.conditions == ("in on Gi0/0; out on Gi0/1",)


def test_a_list_that_only_selects_filters_nothing() -> None:
    text = "ip nat inside source list 1 interface Dialer1 overload\naccess-list 1 permit 10.0.0.0 0.0.0.255"
    rule = rules(text)[0]
    assert rule.bound
    assert rule.scope is Scope.OTHER
    assert not any(each.implicit for each in read(text).firewall_rules)


def test_what_narrows_an_entry_is_kept_or_the_entry_is_unread() -> None:
    rule = entry("permit tcp any any eq 80 established dscp ef time-range ORE log tag1")
    assert (rule.states, rule.conditions, rule.schedule, rule.log) == (("established",), ("dscp ef",), "ORE", True)
    document = read("ip access-list extended L\n permit tcp any any eq 80 mai-visto")
    assert document.firewall_rules == ()
    assert [line.line for line in document.unread] == [4]


def test_sequence_numbers_decide_the_order() -> None:
    found = rules("ip access-list extended L\n 20 permit ip any any\n 10 deny tcp any any eq 25")
    assert [rule.key for rule in found] == ["L 10", "L 20"]


def test_keys_do_not_depend_on_the_place() -> None:
    before = rules("access-list 1 permit 10.0.0.1")
    after = rules("access-list 1 permit 10.0.0.9\naccess-list 1 permit 10.0.0.1")
    assert before[0].key == after[1].key


def test_remarks_belong_to_the_next_entry() -> None:
    found = rules("access-list 101 remark posta\naccess-list 101 permit tcp any any eq 25\naccess-list 101 permit tcp any any eq 80")
    assert [rule.comment for rule in found] == ["posta", ""]


def test_a_group_that_holds_itself_ends_and_an_undefined_one_is_told() -> None:
    text = "object-group network A\n host 10.0.0.1\n group-object B\nobject-group network B\n group-object A\n"
    text += "ip access-list extended L\n permit ip object-group A object-group MANCA"
    rule = rules(text)[0]
    assert rule.sources == ("10.0.0.1",)
    assert rule.source_names == ("A",)
    assert "MANCA" in rule.why_without_effect


def test_nat_exceptions_of_a_list_are_conditions() -> None:
    text = """interface Gi0/0
 ip address 192.0.2.1 255.255.255.0
 ip nat outside
ip nat inside source list N interface Gi0/0 overload
ip nat inside source static tcp 10.0.0.5 80 interface Gi0/0 8080
ip nat inside source static 10.0.0.6 192.0.2.6 route-map SOLO
ip access-list extended N
 deny ip 10.0.0.0 0.0.0.255 10.9.0.0 0.0.255.255
 permit ip 10.0.0.0 0.0.0.255 any"""
    document = read(text)
    nat = document.source_nat[0]
    assert (nat.kind, nat.sources, nat.conditions) == (SourceNatKind.MASQUERADE, ("10.0.0.0/24",), ("not from 10.0.0.0/24 to 10.9.0.0/16",))
    first, second = document.port_forwards
    assert (first.public_address, first.public_ports, first.to_address, first.to_ports) == ("192.0.2.1", "8080", "10.0.0.5", "80")
    assert not first.bidirectional
    assert second.bidirectional
    assert second.conditions == ("route-map SOLO",)


def test_a_zone_policy_without_a_class_for_it_drops() -> None:
    text = """class-map type inspect match-all C
 match protocol https
 match access-group name L
policy-map type inspect P
 class type inspect C
  inspect
zone security A
zone security B
zone-pair security AB source A destination B
 service-policy type inspect P
ip access-list extended L
 permit ip any host 10.0.0.5"""
    found = [rule for rule in read(text).firewall_rules if rule.ruleset == "AB"]
    assert [(rule.action, rule.destinations, rule.services, rule.implicit) for rule in found] == [
        (Action.ALLOW, ("10.0.0.5",), ("tcp/443",), False),
        (Action.DENY, ("any",), ("any",), True),
    ]


def test_lines_say_who_may_come_in() -> None:
    text = "access-list 5 permit 10.0.0.0 0.0.0.255\nline vty 0 4\n access-class 5 in\n transport input ssh\n"
    text += "line vty 5 15\n transport input none"
    ways = [way for way in read(text).remote_access if way.service in ("ssh", "telnet")]
    assert [(way.service, way.sources, way.enabled) for way in ways] == [("ssh", ("10.0.0.0/24",), True)]
    assert rules(text)[0].scope is Scope.INPUT


def test_a_text_that_was_cut_off_is_told() -> None:
    told = read_config("cisco_ios", "Building configuration...\n\nversion 15.4\nhostname r1\ninterface Gi0/0\n ip add", KEY).document
    assert not told.complete
    assert told.hostname == "r1"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("switchport mode trunk", ("trunk", 1, "all")),
        ("switchport mode trunk\n switchport trunk allowed vlan 10\n switchport trunk allowed vlan add 20-22", ("trunk", 1, "10,20-22")),
        ("switchport mode trunk\n switchport trunk native vlan 10\n switchport trunk allowed vlan 10,20", ("trunk", 10, "20")),
        ("switchport mode access", ("access", 1, "")),
        ("switchport access vlan 30", ("access", 30, "")),
        ("switchport mode dynamic auto\n switchport access vlan 30", ("", 30, "")),
        ("no switchport\n switchport access vlan 30\n no switchport", ("routed", None, "")),
    ],
)
def test_switch_ports(statements: str, expected: tuple[str, int | None, str]) -> None:
    port = read(f"interface GigabitEthernet1/0/1\n {statements}\ninterface GigabitEthernet1/0/2\n switchport mode access").switch_ports[0]
    assert (port.mode, port.untagged_vlan, port.tagged_vlans) == expected


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=10, unique=True))
def test_neq_is_everything_but_the_ports(ports: list[int]) -> None:
    services = entry(f"permit tcp any any neq {' '.join(map(str, ports))}").services
    covered = {0: 65536}
    allowed = [service.removeprefix("tcp").removeprefix("/") or "0-65535" for service in services]
    sizes = [int(last or first) - int(first) + 1 for first, _, last in (span.replace("any", "0-65535").partition("-") for span in allowed)]
    # a port 0 alone taken out is written as all ports of the protocol, which begin with 1
    assert sum(sizes) in (covered[0] - len(ports), covered[0]) if ports == [0] else sum(sizes) == covered[0] - len(ports)

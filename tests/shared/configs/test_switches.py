"""What the goldens of the switches do not show: where a make says the same otherwise, and texts that are cut, pasted or incomplete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config, switch_dhcp, vlan_list
from shared.configs.reading import Reading
from shared.configs.statement import Statement
from shared.configs.switch_acl_terms import term
from shared.configs.switch_box import Box
from shared.device_config import ReadConfig, SwitchPort
from shared.firewall import Action

KEY = b"a key of these tests"


def read(platform: str, *lines: str) -> ReadConfig:
    return read_config(platform, "\n".join(lines) + "\n", KEY).document


def port(document: ReadConfig, name: str) -> SwitchPort:
    return next(port for port in document.switch_ports if port.name == name)


def test_comware_text_is_read_under_the_name_of_procurve() -> None:
    told = read("hp_procurve", "#", " version 5.20, Release 1513P81", "#", " sysname vecchio", "#", "vlan 10 to 12", "#", "return")
    assert (told.hostname, told.os, [vlan.vlan for vlan in told.vlans]) == ("vecchio", "Comware", [10, 11, 12])


def test_comware_passwords_are_removed_under_the_name_of_procurve() -> None:
    lines = ("#", " version 5.20, Release 1513P81", "#", " sysname x", "#", "local-user a", " password simple Quokka-2024", "#", "return")
    told = read_config("hp_procurve", "\n".join(lines), KEY)
    assert "Quokka-2024" not in told.text
    assert told.document.secrets_removed.count == 1


def test_a_part_mark_ends_a_block_though_the_next_line_is_indented() -> None:
    """Comware writes `` stp enable`` after ``#``: it is no part of the VLAN before it."""
    told = read(
        "hp_comware", "#", " sysname x", "#", "vlan 10", "#", " ntp-service unicast-server 10.0.0.1", "#", " undo ip http enable", "return"
    )
    assert told.ntp_servers == ("10.0.0.1",)


def test_a_procurve_text_that_lost_its_indent_reads_the_same() -> None:
    lines = [
        "; J9850A Configuration Editor; Created on release #KB.15.15.0008", 'hostname "x"', "vlan 2", '   name "VLAN2"', "   untagged A1",
        "   tagged A2-A4,B1", "   ip address 10.30.60.1 255.255.255.0", "   exit", "vlan 3", '   name "terza"', "   tagged A2", "   exit",
    ]  # fmt: skip
    indented = read("hp_procurve", *lines)
    assert read("hp_procurve", *(line.strip() for line in lines)).model_dump() == indented.model_dump()
    assert (port(indented, "A2").tagged_vlans, port(indented, "A1").untagged_vlan) == ("2-3", 2)


def test_a_procurve_trunk_is_one_port_in_any_case_of_letters() -> None:
    told = read("hp_procurve", "trunk 1-2 trk1 lacp", "vlan 10", "   tagged TRK1", "   exit", "vlan 20", "   tagged Trk1", "   exit")
    assert port(told, "Trk1").tagged_vlans == "10,20"
    assert port(told, "1").lag == "Trk1"


def test_telnet_is_on_in_procurve_unless_it_is_switched_off() -> None:
    head = "; J9773A Configuration Editor; Created on release #YA.15.16.0005"
    assert {way.service: way.enabled for way in read("hp_procurve", head).remote_access} == {"telnet": True, "http": True}
    off = read("hp_procurve", head, "no telnet-server", "no web-management").remote_access
    assert {way.service: way.enabled for way in off} == {"telnet": False, "http": False}


@pytest.mark.parametrize("platform", ["hp_procurve", "dell_os6", "netgear_prosafe"])
def test_a_text_that_ends_within_a_block_is_not_complete(platform: str) -> None:
    told = read(platform, "vlan 10", 'name "Uffici"')
    assert not told.complete
    assert "within a block" in told.warnings[-1]


def test_a_comware_text_without_its_return_is_not_complete() -> None:
    assert not read("hp_comware", "#", " sysname x", "#", "vlan 10").complete


def test_a_trunk_whose_own_vlan_it_does_not_carry_has_no_untagged_one() -> None:
    told = read(
        "hp_comware", "#", "interface GigabitEthernet1/0/1", " port link-type trunk", " undo port trunk permit vlan 1",
        " port trunk permit vlan 10 to 11", "#", "interface GigabitEthernet1/0/2", " port link-type trunk",
        " port trunk permit vlan 10", "#",
        "return",
    )  # fmt: skip
    assert (port(told, "GigabitEthernet1/0/1").untagged_vlan, port(told, "GigabitEthernet1/0/1").tagged_vlans) == (None, "10-11")
    assert port(told, "GigabitEthernet1/0/2").untagged_vlan == 1


def test_a_members_vlans_are_those_of_its_aggregate() -> None:
    told = read("aruba_aoscx", "interface lag 1", "    vlan trunk allowed 10", "interface 1/1/1", "    vlan access 20", "    lag 1")
    assert (port(told, "1/1/1").mode, port(told, "1/1/1").lag) == ("", "lag 1")
    assert {vlan.vlan: (vlan.tagged_ports, vlan.untagged_ports) for vlan in told.vlans} == {10: (("lag 1",), ())}


def test_a_list_that_is_applied_and_not_defined_is_told() -> None:
    told = read("aruba_aoscx", "interface vlan 10", "    apply access-list ip MANCA in")
    assert told.warnings == ("access list MANCA is applied and not defined",)


def test_a_group_that_is_not_defined_leaves_its_rule_without_effect() -> None:
    told = read("aruba_aoscx", "access-list ip X", "    10 permit tcp any NESSUNO eq 22")
    assert told.firewall_rules[0].why_without_effect == "NESSUNO is not defined"
    assert not told.firewall_rules[0].bound


def test_a_line_of_a_list_that_is_not_understood_is_unread_and_no_wider_rule() -> None:
    told = read("dell_os10", "ip access-list X", " seq 10 permit tcp any eq", " seq 20 permit tcp any any eq 22 urg")
    assert [line.text for line in told.unread] == ["seq 10 permit tcp any eq"]
    assert told.firewall_rules[0].conditions == ("urg",)


def test_rules_without_numbers_keep_their_keys_when_others_come() -> None:
    """By their content, and apart where two say the same."""
    lines = ("ip access-list X", "permit tcp any any eq 22", "deny ip any any", "permit tcp any any eq 22", "exit")
    before = [rule.key for rule in read("dell_os6", *lines).firewall_rules]
    after = [rule.key for rule in read("dell_os6", lines[0], "permit udp any any eq 53", *lines[1:]).firewall_rules]
    assert len(set(before)) == 4
    assert after[1:] == before


@pytest.mark.parametrize(
    ("line", "inverted", "source", "destination"),
    [
        ("permit ip 10.0.0.0 0.0.0.255 any", True, "10.0.0.0/24", "any"),
        ("permit ip 10.0.0.0 255.255.255.0 any", False, "10.0.0.0/24", "any"),
        ("permit ip 0.0.0.0 255.255.255.255 host 10.0.0.9", True, "any", "10.0.0.9"),
        ("permit any 10.0.0.0/255.255.0.0 10.1.0.0/16", False, "10.0.0.0/16", "10.1.0.0/16"),
        ("permit 10.0.0.0 0.0.0.255", True, "10.0.0.0/24", "any"),
        ("permit ip 10.0.0.0 0.0.255.0 any", True, "10.0.0.0 0.0.255.0", "any"),
        ("permit every", True, "any", "any"),
    ],
)
def test_ends_of_a_rule(line: str, inverted: bool, source: str, destination: str) -> None:
    found = term(line.split(), 1, line, inverted=inverted)
    assert (found.action, found.source, found.destination) == (Action.ALLOW, source, destination)


@given(low=st.integers(2, 65_533), high=st.integers(2, 65_533))
def test_ports_of_a_rule(low: int, high: int) -> None:
    low, high = min(low, high), max(low, high)
    told = term(f"10 permit tcp any any range {low} {high}".split(), 1, "")
    assert told.ports == (f"{low}-{high}" if low != high else str(low))
    assert term(f"permit udp any gt {low} any lt {high}".split(), 1, "").source_ports == f"{low + 1}-65535"


@given(st.sets(st.integers(1, 4094), max_size=60))
def test_vlans_of_a_trunk_come_back_as_they_went_in(numbers: set[int]) -> None:
    told = read("aruba_aoscx", "interface 1/1/1", f"    vlan trunk allowed {vlan_list.written(numbers | {1})}")
    assert set(vlan_list.numbers(port(told, "1/1/1").tagged_vlans)) == numbers | {1}


def test_all_but_one_is_not_all() -> None:
    told = read("cisco_s300", "interface gi1", " switchport mode trunk", " switchport trunk allowed vlan all",
                " switchport trunk allowed vlan remove 99")  # fmt: skip
    assert port(told, "GigabitEthernet1").tagged_vlans == "2-98,100-4094"


def test_ports_of_a_range_have_the_name_that_the_text_uses() -> None:
    told = read("cisco_s300", "interface fastethernet1", " shutdown", "!", "interface range fa1-3", " switchport access vlan 5")
    assert [each.name for each in told.switch_ports] == ["fastethernet1", "fastethernet2", "fastethernet3"]
    assert not port(told, "fastethernet1").enabled


def test_old_powerconnect_ranges() -> None:
    told = read("dell_powerconnect", "interface range ethernet g(1-2,5)", "switchport access vlan 7", "exit",
                "interface range ethernet 1/e(3-4)", "shutdown", "exit")  # fmt: skip
    assert [each.name for each in told.switch_ports] == ["g1", "g2", "g5", "1/e3", "1/e4"]


def test_fastpath_vlan_one_is_untagged_until_it_is_excluded() -> None:
    lines = ("interface 0/1", "vlan participation include 10", "vlan tagging 10", "exit",
             "interface 0/2", "vlan pvid 10", "vlan participation exclude 1", "vlan participation include 10", "exit")  # fmt: skip
    told = read("netgear_prosafe", *lines)
    assert {vlan.vlan: vlan.untagged_ports for vlan in told.vlans} == {1: ("0/1",), 10: ("0/2",)}


def test_dlink_ports_are_in_the_default_vlan_until_they_are_deleted() -> None:
    told = read("dlink_ds", "config ports 1-3 speed auto state enable", "config vlan default delete 1", "create vlan A tag 10",
                "config vlan A add untagged 1-2")  # fmt: skip
    assert [port(told, str(number)).untagged_vlan for number in (1, 2, 3)] == [10, 10, 1]


def test_dlink_password_on_a_line_of_its_own_is_removed() -> None:
    told = read_config("dlink_ds", "create vlan A tag 10\ncreate account admin anna\nfjordland\nfjordland\nsave\n", KEY)
    assert "fjordland" not in told.text
    assert told.document.unread == ()


def test_a_pool_that_makes_no_sense_is_told_and_not_raised() -> None:
    box = Box(Reading())
    switch_dhcp.read_pool(box, "x", [Statement(1, "range 10.0.0.1 2001:db8::1"), Statement(2, "host nowhere"), Statement(3, "lease x")])
    assert box.reading.warnings or box.reading.unread_lines


def test_the_prompt_and_the_command_of_a_transcript_are_no_configuration() -> None:
    told = read(
        "aruba_aoscx", "sw1# show running-config", "Current configuration:", "!Version ArubaOS-CX FL.10.13.1101", "hostname sw1", "sw1#"
    )
    assert (told.hostname, told.unread) == ("sw1", ())


def test_a_hostile_list_of_ports_is_unread() -> None:
    told = read("aruba_aoscx", "interface 1/1/1-1/1/99999999", "    shutdown", "vlan 1-999999999999")
    assert told.switch_ports == ()
    assert [line.text for line in told.unread] == ["interface 1/1/1-1/1/99999999", "shutdown", "vlan 1-999999999999"]


@pytest.mark.parametrize(
    "platform", ["aruba_aoscx", "cisco_s300", "dell_os6", "dell_os10", "hp_comware", "hp_procurve", "tplink_jetstream"]
)
def test_a_text_that_nests_without_end_is_read(platform: str) -> None:
    deep = [" " * depth + "interface strange" for depth in range(3_000)]
    assert read(platform, "hostname x" if platform != "hp_comware" else "sysname x", *deep).hostname == "x"


def test_the_device_s_own_address_of_an_older_powerconnect() -> None:
    told = read("dell_powerconnect", '!System Description "PowerConnect 6248, 3.3.7.3, VxWorks 6.5"', "configure",
                "ip address 10.0.0.2 255.255.255.0",
                "ip address vlan 10", "ip default-gateway 10.0.0.1", "exit")  # fmt: skip
    assert (told.interfaces[0].addresses, told.interfaces[0].vlan, told.os_version) == (("10.0.0.2/24",), 10, "3.3.7.3")

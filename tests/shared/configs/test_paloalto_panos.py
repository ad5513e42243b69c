"""PAN-OS's traps: rules before and after, the two at the end, names above and below, negation, what a NAT rule is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import Action, FirewallRule, SourceNatKind

HEAD = "set deviceconfig system hostname fw\nset zone in network layer3 ethernet1/2\nset zone out network layer3 ethernet1/1\n"


def read(text: str) -> ReadConfig:
    return read_config("paloalto_panos", text).document


def rules(text: str) -> dict[str, FirewallRule]:
    return {rule.name: rule for rule in read(HEAD + text).firewall_rules}


def rule(name: str, base: str = "rulebase", more: str = "", **said: str) -> str:
    fields = {"from": "any", "to": "any", "source": "any", "destination": "any", "application": "any", "service": "any", "action": "allow"}
    start = f"set {base} security rules {name}"
    return "".join(f"{start} {field} {value}\n" for field, value in (fields | said).items()) + (f"{start} {more}\n" if more else "")


def nat(name: str, *said: str) -> str:
    return "".join(f"set rulebase nat rules {name} {each}\n" for each in ("from in", "to out", "service any", *said))


def test_panoramas_rules_stand_before_and_after_and_the_defaults_at_the_end() -> None:
    text = rule("own") + rule("after", "shared post-rulebase") + rule("before", "shared pre-rulebase")
    found = read(HEAD + text).firewall_rules
    assert [each.name for each in found] == ["before", "own", "after", "intrazone-default", "interzone-default"]
    assert len({each.ruleset for each in found}) == 1, "they are one list"
    assert [(each.implicit, each.action) for each in found[3:]] == [(True, Action.ALLOW), (True, Action.DENY)]


def test_after_the_own_rules_a_groups_come_before_the_shared_ones() -> None:
    """Before them it is the other way round."""
    text = rule("s2", "shared post-rulebase") + rule("o2", "post-rulebase") + rule("o1", "pre-rulebase") + rule("s1", "shared pre-rulebase")
    assert [each.name for each in read(HEAD + text).firewall_rules if not each.implicit] == ["s1", "o1", "o2", "s2"]


def test_a_default_that_is_changed_says_so() -> None:
    found = rules(rule("a") + "set rulebase default-security-rules rules intrazone-default action deny\n")
    assert found["intrazone-default"].action is Action.DENY
    assert read(HEAD + "set rulebase default-security-rules rules intrazone-default action deny\n").zones[0].intrazone == "deny"


def test_a_disabled_rule_is_kept_and_off() -> None:
    assert not rules(rule("a", more="disabled yes"))["a"].enabled
    assert rules(rule("a", more="disabled no"))["a"].enabled


@pytest.mark.parametrize(("said", "sources"), [("yes", ("!10.0.0.0/8", "!192.0.2.1")), ("no", ("10.0.0.0/8", "192.0.2.1"))])
def test_negation_is_of_every_value(said: str, sources: tuple[str, ...]) -> None:
    assert rules(rule("a", more=f"negate-source {said}", source="[ 10.0.0.0/8 192.0.2.1 ]"))["a"].sources == sources


@pytest.mark.parametrize(
    ("said", "logs"), [("", True), ("log-end no", False), ("log-end no\nset rulebase security rules a log-start yes", True)]
)
def test_the_end_of_a_session_is_logged_unless_it_is_said(said: str, logs: bool) -> None:
    assert rules(rule("a", more=said))["a"].log is logs


def test_groups_that_hold_themselves_end_and_an_undefined_name_is_told() -> None:
    text = "set address-group a static [ b gone ]\nset address-group b static [ a 10.0.0.1 ]\n"
    found = rules(text + rule("r", source="a"))["r"]
    assert found.sources == ("10.0.0.1", "gone")
    assert found.why_without_effect == "address gone is not defined"
    assert rules(rule("r", service="gone"))["r"].why_without_effect == "service gone is not defined"


def test_a_shared_groups_members_are_the_shared_ones() -> None:
    text = """\
set shared address host ip-netmask 10.0.0.1
set shared address-group group static host
set address host ip-netmask 10.9.9.9
"""
    found = rules(text + rule("r", source="[ group host ]"))["r"]
    assert found.sources == ("10.0.0.1", "10.9.9.9")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("'web'", ["w"]),
        ("'web' or 'db'", ["w", "d"]),
        ("'lab' and not ('web' or 'db')", ["t"]),
        ("('web'", []),
        ("and and", []),
    ],
)
def test_a_group_by_tag_tells_its_filter_and_what_it_finds(asked: str, names: list[str]) -> None:
    text = """\
set address w ip-netmask 10.0.0.1
set address w tag [ web lab ]
set address d ip-netmask 10.0.0.2
set address d tag [ db lab ]
set address t ip-netmask 10.0.0.3
set address t tag lab
"""
    group = next(each for each in read(HEAD + text + f'set address-group g dynamic filter "{asked}"\n').address_objects if each.name == "g")
    assert group.members == (*names, f"tag filter {asked}")


def test_services_and_countries_and_lists() -> None:
    text = "set service s protocol tcp port 80,8000-8010\nset service s protocol tcp source-port 1024-65535\n"
    text += "set external-list bad type ip url https://lists.example/x\n"
    found = rules(text + rule("r", source="[ IT bad ]", service="[ s service-https application-default ]"))["r"]
    assert found.services == ("tcp/80<1024-65535", "tcp/8000-8010<1024-65535", "tcp/443", "application-default")
    assert found.sources == ("geo:IT", "bad")
    assert not found.why_without_effect


def test_an_attribute_that_nobody_knows_narrows_the_rule_in_its_own_words() -> None:
    found = rules(rule("a", more="brand-new-thing [ one two ]"))["a"]
    assert found.conditions == ("brand-new-thing one", "brand-new-thing two")
    assert rules(rule("a", more="rule-type intrazone"))["a"].conditions == ("rule-type intrazone",)


def test_nat_kinds() -> None:
    text = (
        nat("none")
        + nat("own", "source-translation dynamic-ip-and-port interface-address interface ethernet1/1")
        + nat("pool", "source-translation dynamic-ip translated-address 192.0.2.5")
        + nat("one", "source-translation static-ip translated-address 192.0.2.6", "source 10.0.0.6")
        + nat("both", "source-translation static-ip translated-address 192.0.2.7", "source 10.0.0.7",
              "source-translation static-ip bi-directional yes")
        + nat("in", "destination 192.0.2.8", "destination-translation translated-address 10.0.0.8",
              "destination-translation translated-port 8443")
    )  # fmt: skip
    document = read(HEAD + text)
    assert [(each.name, each.kind, each.to_source) for each in document.source_nat] == [
        ("none", SourceNatKind.NONE, ""), ("own", SourceNatKind.MASQUERADE, ""), ("pool", SourceNatKind.SOURCE, "192.0.2.5"),
        ("one", SourceNatKind.SOURCE, "192.0.2.6"),
    ]  # fmt: skip
    both, inward = document.port_forwards
    assert (both.bidirectional, both.public_address, both.to_address, both.from_) == (True, "192.0.2.7", "10.0.0.7", ("out",))
    assert (inward.public_address, inward.to_address, inward.to_ports, inward.bidirectional) == ("192.0.2.8", "10.0.0.8", "8443", False)


def test_rules_that_were_moved_or_deleted() -> None:
    text = rule("a") + rule("b") + rule("c") + "move rulebase security rules c before a\ndelete rulebase security rules b\n"
    assert [each.name for each in read(HEAD + text).firewall_rules if not each.implicit] == ["c", "a"]


def test_braces_set_lines_and_xml_say_the_same() -> None:
    braces = """\
config {
  devices {
    localhost.localdomain {
      vsys {
        vsys1 {
          zone {
            in { network { layer3 ethernet1/2; } }
          }
          rulebase {
            security {
              rules {
                "a rule" {
                  from in;
                  to any;
                  source [ 10.0.0.1 10.0.0.2];
                  action drop;
                }
              }
            }
          }
        }
      }
    }
  }
}
"""
    lines = """\
set vsys vsys1 zone in network layer3 ethernet1/2
set vsys vsys1 rulebase security rules "a rule" from in
set vsys vsys1 rulebase security rules "a rule" to any
set vsys vsys1 rulebase security rules "a rule" source [ 10.0.0.1 10.0.0.2 ]
set vsys vsys1 rulebase security rules "a rule" action drop
"""
    xml = """\
<config version="10.1.0" urldb="paloaltonetworks"><devices><entry name="localhost.localdomain"><vsys><entry name="vsys1">
<zone><entry name="in"><network><layer3><member>ethernet1/2</member></layer3></network></entry></zone>
<rulebase><security><rules><entry name="a rule"><from><member>in</member></from><to><member>any</member></to>
<source><member>10.0.0.1</member><member>10.0.0.2</member></source><action>drop</action></entry></rules></security></rulebase>
</entry></vsys></entry></devices></config>
"""
    found = [[each.model_dump(exclude={"raw", "line"}) for each in read(text).firewall_rules] for text in (braces, lines, xml)]
    assert found[0] == found[1] == found[2]
    assert found[0][0]["sources"] == ("10.0.0.1", "10.0.0.2")


def test_management_sources_and_what_is_switched_off() -> None:
    text = HEAD + "set deviceconfig system permitted-ip 10.0.0.0/8\nset deviceconfig system service disable-ssh yes\n"
    found = {way.service: way for way in read(text).remote_access}
    assert (found["https"].enabled, found["https"].sources) == (True, ("10.0.0.0/8",))
    assert not found["ssh"].enabled
    assert "telnet" not in found


def test_what_is_not_known_is_unread_by_line() -> None:
    unknown = "set shared wholly unknown\nset rulebase security surprise x\nset network interface ethernet ethernet1/1 layer3 ip nobody\n"
    assert [unread.text for unread in read(HEAD + unknown).unread] == unknown.splitlines()


def test_rules_in_force_keep_their_names_and_values() -> None:
    text = '"a b; index: 3" {\n  from in;\n  to out;\n  source-region [ RU ];\n  source any;\n  application/service [ 0:dns/udp/any/53 ];\n'
    text += "  action deny;\n  icmp-unreachable: no\n  terminal yes;\n}\n"
    (found,) = read(text).firewall_rules
    assert (found.name, found.sources, found.services, found.application) == ("a b", ("geo:RU",), ("udp/53",), "dns")


def test_a_text_that_ends_in_the_middle_is_told() -> None:
    for text in ("config {\n  devices {\n", '<config urldb="x"><devices><entry name="localhost.localdomain">'):
        document = read(text)
        assert not document.complete
        assert "ends in the middle" in document.warnings[0]


@pytest.mark.parametrize("text", ["hello world\n", "<html><body/></html>", "<config"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(Unparsed):
        read(text)


@given(st.text(alphabet="abz019 {};\"'[]#/()<>\\\n$-.:,", max_size=400))
def test_nothing_but_unparsed_escapes(text: str) -> None:
    assert read(f"config {{\n{text}\n}}\n").platform == "paloalto_panos"
    read(HEAD + "\n".join(f"set rulebase {line}" for line in text.splitlines()))
    read(HEAD + "\n".join(f"set network {line}" for line in text.splitlines()))

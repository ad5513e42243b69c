"""pfSense: what its rules mean where that is not in the words themselves."""

import pytest

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import Action, Scope, SourceNatKind

INTERFACES = """<interfaces>
<wan><enable/><if>em0</if><ipaddr>203.0.113.2</ipaddr><subnet>29</subnet></wan>
<lan><enable/><if>em1</if><ipaddr>10.0.0.1</ipaddr><subnet>24</subnet></lan>
<opt1><enable/><if>em2</if></opt1><opt2><if>em3</if></opt2>
</interfaces>"""


def document(body: str, system: str = "") -> ReadConfig:
    text = f"<pfsense>\n<version>23.3</version>\n<system>{system}</system>\n{INTERFACES}\n{body}\n</pfsense>\n"
    return read_config("pfsense", text, b"key").document


def rule(inner: str, ends: str = "<source><any/></source><destination><any/></destination>") -> str:
    return f"<rule>{inner}{ends}</rule>"


def rules(*inner: str, aliases: str = "") -> list[tuple[str, str]]:
    found = document(f"<aliases>{aliases}</aliases><filter>{''.join(inner)}</filter>")
    return [(each.comment, each.why_without_effect) for each in found.firewall_rules if not each.implicit]


def test_floating_rules_come_first_then_groups_then_interfaces() -> None:
    found = document(
        "<ifgroups><ifgroupentry><ifname>G</ifname><members>lan opt1</members></ifgroupentry></ifgroups><filter>"
        + rule("<interface>lan</interface><descr>lan</descr>")
        + rule("<interface>G</interface><descr>group</descr>")
        + rule("<interface>openvpn</interface><descr>openvpn</descr>")
        + rule("<interface>lan,wan</interface><floating>yes</floating><descr>floating</descr>")
        + rule("<interface>wan</interface><descr>wan</descr>")
        + "</filter>"
    )
    assert [each.comment for each in found.firewall_rules if not each.implicit] == ["floating", "group", "openvpn", "lan", "wan"]
    assert [each.order for each in found.firewall_rules] == list(range(1, len(found.firewall_rules) + 1))


def test_only_floating_rules_without_quick_leave_the_word_to_later_ones() -> None:
    found = document(
        "<filter>"
        + rule("<interface>lan</interface>")
        + rule("<floating>yes</floating>")
        + rule("<floating>yes</floating><quick>yes</quick>")
        + "</filter>"
    )
    assert [each.last_match for each in found.firewall_rules if not each.implicit] == [True, False, False]


def test_what_a_rule_leaves_out() -> None:
    """No type is pass, no family is IPv4, ports without a protocol are TCP's."""
    ends = "<source><any/></source><destination><any/><port>53</port></destination>"
    only = next(
        each for each in document(f"<filter>{rule('<interface>lan</interface>', ends)}</filter>").firewall_rules if not each.implicit
    )
    assert (only.action, only.family, only.services) == (Action.ALLOW, "ipv4", ("tcp/53",))


@pytest.mark.parametrize("off", ["<disabled/>", "<disabled></disabled>", "<disabled>1</disabled>"])
def test_presence_is_what_switches_a_rule_off(off: str) -> None:
    assert not next(
        each for each in document(f"<filter>{rule(f'<interface>lan</interface>{off}')}</filter>").firewall_rules if not each.implicit
    ).enabled


def test_rules_that_the_system_does_not_load() -> None:
    gone = "<source><address>GONE</address></source><destination><any/></destination>"
    empty = "<source><any/></source><destination><address>EMPTY</address></destination>"
    port = "<source><any/></source><destination><any/><port>NO_PORTS</port></destination>"
    found = rules(
        rule("<interface>lan</interface><descr>a</descr>", gone),
        rule("<interface>lan</interface><descr>b</descr>", empty),
        rule("<interface>lan</interface><descr>c</descr>", port),
        rule("<interface>opt2</interface><descr>d</descr>"),
        rule("<interface>opt9</interface><descr>e</descr>"),
        aliases="<alias><name>EMPTY</name><type>host</type><address/></alias>",
    )
    assert found == [
        ("a", "alias GONE is not defined"),
        ("b", "alias EMPTY is empty"),
        ("c", "alias NO_PORTS is not defined"),
        ("d", "interface opt2 is switched off"),
        ("e", "interface opt9 is not defined"),
    ]


def test_a_setting_that_nobody_knows_is_unread_and_stands_with_the_rule() -> None:
    found = document(f"<filter>{rule('<interface>lan</interface><brandneu>montags</brandneu>')}</filter>")
    only = next(each for each in found.firewall_rules if not each.implicit)
    assert only.conditions == ("brandneu montags",)
    assert [each.text for each in found.unread] == ["pfsense/filter/rule/brandneu = montags"]


def test_what_is_for_the_box_itself() -> None:
    ends = "<source><any/></source><destination><{0}>{1}</{0}></destination>"
    for tag, value, scope in (
        ("network", "(self)", Scope.INPUT),
        ("network", "wanip", Scope.INPUT),
        ("address", "10.0.0.1", Scope.INPUT),
        ("address", "10.0.0.9", Scope.FORWARD),
    ):
        found = document(f"<filter>{rule('<interface>lan</interface>', ends.format(tag, value))}</filter>")
        assert next(each for each in found.firewall_rules if not each.implicit).scope is scope, value


def test_aliases_that_hold_one_another_end() -> None:
    found = document(
        "<aliases><alias><name>A</name><type>host</type><address>B 10.1.1.1</address></alias>"
        "<alias><name>B</name><type>host</type><address>A 10.1.1.2</address></alias></aliases>"
    )
    assert {each.name: set(each.values) for each in found.address_objects} == {
        "A": {"10.1.1.1", "10.1.1.2"},
        "B": {"10.1.1.1", "10.1.1.2"},
    }


def test_keys_do_not_depend_on_the_place() -> None:
    one, two = rule("<interface>lan</interface><descr>1</descr>"), rule("<interface>lan</interface><descr>2</descr>")
    keys = [
        {each.comment: each.key for each in document(f"<filter>{body}</filter>").firewall_rules if not each.implicit}
        for body in (one + two, two + one, two)
    ]
    assert keys[0] == keys[1]
    assert keys[0]["2"] == keys[2]["2"]
    twice = [each.key for each in document(f"<filter>{one + one}</filter>").firewall_rules if not each.implicit]
    assert twice[1] == f"{twice[0]}-2"


@pytest.mark.parametrize(
    ("mode", "kept", "automatic"),
    [("automatic", False, True), ("hybrid", True, True), ("advanced", True, False), ("disabled", False, False), ("", False, True)],
)
def test_outbound_modes(mode: str, kept: bool, automatic: bool) -> None:
    written = "<rule><interface>wan</interface><source><network>lan</network></source><destination><any/></destination></rule>"
    found = document(f"<nat><outbound><mode>{mode}</mode>{written}</outbound></nat>").source_nat
    assert [(each.key == "automatic", each.enabled) for each in found] == [(False, kept), *([(True, True)] if automatic else [])]


def test_forwards_and_the_rules_that_belong_to_them() -> None:
    def forward(inner: str) -> str:
        return (
            f"<rule><interface>wan</interface><protocol>tcp</protocol><source><any/></source>"
            f"<destination><network>wanip</network><port>80</port></destination>{inner}</rule>"
        )

    found = document(
        "<nat>"
        + forward("<target>10.0.0.8</target><local-port>80</local-port><associated-rule-id>nat_1</associated-rule-id>")
        + forward("<target>10.0.0.9</target><local-port>8080</local-port><associated-rule-id>pass</associated-rule-id>")
        + forward("<nordr/>")
        + "</nat><filter>"
        + rule("<tracker>77</tracker><interface>wan</interface><associated-rule-id>nat_1</associated-rule-id>")
        + "</filter>"
    )
    tied, passing = found.port_forwards
    assert tied.linked_rule == "77"
    implied = next(each for each in found.firewall_rules if each.key == passing.linked_rule)
    assert (implied.implicit, implied.action, implied.destinations, implied.services) == (True, Action.ALLOW, ("10.0.0.9",), ("tcp/8080",))
    assert found.source_nat[0].kind is SourceNatKind.NONE


def test_the_lan_is_never_locked_out_unless_said_so() -> None:
    def anti(system: str) -> list[tuple[str, ...]]:
        return [each.services for each in document("", system).firewall_rules if each.key == "anti-lockout"]

    assert anti("<webgui><protocol>https</protocol></webgui>") == [("tcp/443", "tcp/80")]
    assert anti("<webgui><protocol>http</protocol><port>81</port></webgui><ssh><enable>enabled</enable></ssh>") == [("tcp/81", "tcp/22")]
    assert anti("<webgui><noantilockout/></webgui>") == []


def test_a_filter_that_is_switched_off_does_nothing() -> None:
    found = document(f"<filter>{rule('<interface>lan</interface>')}</filter>", "<disablefilter/>")
    assert all("switched off" in each.why_without_effect for each in found.firewall_rules)


def test_a_rule_that_is_cut_in_the_middle_is_not_taken_for_one_that_asks_less() -> None:
    text = f"<pfsense>\n{INTERFACES}\n<filter>{rule('<interface>lan</interface>')}<rule><interface>lan</interface><source><any/></source>"
    told = read_config("pfsense", text, b"key")
    assert not told.document.complete
    assert told.document.warnings
    assert len([each for each in told.document.firewall_rules if not each.implicit]) == 1


def test_public_keys_are_kept_and_what_only_is_called_so_is_not() -> None:
    key = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
    body = "<installedpackages><x><publickey>{}</publickey></x></installedpackages>"
    for value, stays in ((key, True), ("Montebianco2024!", False)):
        text = f"<pfsense>{body.format(value)}</pfsense>"
        assert (value in read_config("pfsense", text, b"key").text) is stays


def test_harmless_openvpn_options_are_kept() -> None:
    body = "<pfsense><openvpn><openvpn-server><custom_options>{}</custom_options></openvpn-server></openvpn></pfsense>"
    for value, stays in (('push "route 10.0.0.0 255.0.0.0";tls-version-min 1.2', True), ("setenv X y;verb 3", False)):
        text = read_config("pfsense", body.format(value), b"key").text
        assert (value in text) is stays


def test_saving_without_a_change_makes_no_new_version() -> None:
    saved = (
        "<pfsense>\n<filter>\n<rule>\n<interface>lan</interface>\n<updated>\n<time>{0}</time>\n"
        "<username><![CDATA[{1} (Local Database)]]></username>\n"
        "</updated>\n</rule>\n</filter>\n<rrddata>\n<xmldata>{0}abc</xmldata>\n</rrddata>\n<revision>\n<time>{0}</time>\n"
        "<description><![CDATA[{1} (Local Database): Firewall - saved]]></description>\n</revision>\n</pfsense>\n"
    )
    first, second, other = (
        read_config("pfsense", text, b"key").stable_sha256
        for text in (
            saved.format(1700000000, "a@10.0.0.1"),
            saved.format(1700009999, "b@10.0.0.2"),
            saved.format(1, "a").replace("lan", "wan"),
        )
    )
    assert first == second != other

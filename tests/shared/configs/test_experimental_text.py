"""What the goldens of SonicOS, ZLD and Stormshield do not show: order, negation, what is not defined, who a rule is for, hostile texts."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import Action, FirewallRule, Scope, SourceNatKind

KEY = b"a key of these tests"
SONIC = (
    "zone LAN\n    security-type trusted\n    exit\n"
    "interface X1\n    ip-assignment WAN static\n        ip 203.0.113.2\n        netmask 255.255.255.0\n        exit\n"
    "    management https\n    exit\n"
)
NETWORK = (
    "#### network\n[ethernet0]\nName=out\nAddress=203.0.113.2\nMask=255.255.255.0\n"
    "[ethernet1]\nName=in\nProtected=1\nAddress=10.0.0.1\nMask=255.255.255.0\n"
)


def sonic(text: str) -> ReadConfig:
    return read_config("sonicwall_sonicos", f"{SONIC}{text}", KEY).document


def zld(text: str) -> ReadConfig:
    return read_config("zyxel_zld", f"! firmware version: 5.37(X)\n{text}", KEY).document


def sns(rules: str, more: str = "") -> ReadConfig:
    return read_config("stormshield_sns", f"{NETWORK}{more}#### Filter/05\n{rules}", KEY).document


def own(document: ReadConfig) -> list[FirewallRule]:
    return [rule for rule in document.firewall_rules if not rule.implicit]


# --- SonicOS ---


@pytest.mark.parametrize(
    ("to", "destination", "scope"),
    [
        ("WAN", 'name "X1 IP"', Scope.INPUT),
        ("LAN", 'name "X1 IP"', Scope.FORWARD),
        ("WAN", 'group "All X1 Management IP"', Scope.INPUT),
        ("WAN", "host 198.51.100.1", Scope.FORWARD),
    ],
)
def test_sonicos_a_rule_to_its_own_address_is_for_itself_only_in_its_own_zone(to: str, destination: str, scope: Scope) -> None:
    [rule] = own(sonic(f"access-rule ipv4 from WAN to {to} action allow destination address {destination}\n    enable\n    exit\n"))
    assert rule.scope is scope


def test_sonicos_management_that_no_rule_speaks_of_is_implied_and_one_that_is_narrowed_is_not() -> None:
    text = (
        "access-rule ipv4 from WAN to WAN action allow source address host 198.51.100.7 service name HTTPS"
        ' destination address name "X1 IP"\n    enable\n    exit\n'
    )
    services = "service-object HTTPS TCP 443 443\n"
    implied = [rule.name for rule in sonic(f"{services}{text.replace('WAN to WAN', 'LAN to WAN')}").firewall_rules if rule.implicit]
    assert "implied: management by https" in implied
    narrowed = sonic(f"{services}{text}")
    assert "implied: management by https" not in [rule.name for rule in narrowed.firewall_rules]
    assert [(port.public_ports, port.sources) for port in narrowed.exposed_ports if port.open] == [("443", ("198.51.100.7",))]


def test_sonicos_an_unknown_word_of_a_rule_is_a_condition_and_unread() -> None:
    document = sonic("access-rule ipv4 from LAN to WAN action allow\n    enable\n    only-on-tuesdays\n    exit\n")
    assert own(document)[0].conditions == ("only-on-tuesdays",)
    assert [line.text for line in document.unread] == ["only-on-tuesdays"]


def test_sonicos_keys_do_not_depend_on_the_place() -> None:
    one, two = (
        f"access-rule ipv4 from LAN to {zone} action allow\n    enable\n    from LAN\n    to {zone}\n    priority manual 1\n    exit\n"
        for zone in ("WAN", "DMZ")
    )
    assert {rule.key for rule in own(sonic(one + two))} == {rule.key for rule in own(sonic(two.replace("manual 1", "manual 9") + one))}


@pytest.mark.parametrize(
    ("translated", "kind", "forwards"),
    [
        ("translated-source original", SourceNatKind.NONE, 0),
        ('translated-source name "X1 IP"', SourceNatKind.MASQUERADE, 0),
        ("translated-source host 203.0.113.9", SourceNatKind.SOURCE, 0),
        ("translated-source original destination host 203.0.113.9 translated-destination host 10.0.0.9", None, 1),
    ],
)
def test_sonicos_what_a_nat_policy_is_depends_on_what_it_changes(translated: str, kind: SourceNatKind | None, forwards: int) -> None:
    document = sonic(f"nat-policy ipv4 inbound any outbound X1 source any {translated}\n    enable\n    exit\n")
    assert [nat.kind for nat in document.source_nat] == ([kind] if kind else [])
    assert len(document.port_forwards) == forwards


def test_sonicos_a_whole_text_that_lacks_its_end_is_not_complete() -> None:
    whole = f'firmware-version "SonicOS 7.0.1"\n{SONIC}checksum 1\n\nend\n'
    assert read_config("sonicwall_sonicos", whole, KEY).document.complete
    assert not read_config("sonicwall_sonicos", whole[:-30], KEY).document.complete


def test_sonicos_a_settings_export_is_refused_by_its_name() -> None:
    with pytest.raises(Unparsed, match="settings export"):
        read_config("sonicwall_sonicos", "Y2hlY2tzdW1WZXJzaW9u" * 60, KEY)


def test_sonicos_groups_that_hold_themselves_end() -> None:
    groups = "".join(
        f"address-group ipv4 g{n}\n    address-group ipv4 g{n + 1}\n    address-group ipv4 g0\n    exit\n" for n in range(2_000)
    )
    started = time.monotonic()
    document = sonic(f"{groups}access-rule ipv4 from LAN to WAN action allow source address group g0\n    enable\n    exit\n")
    assert own(document)[0].why_without_effect == "address object g2000 is not defined"
    assert time.monotonic() - started < 20


# --- ZLD ---


def test_zld_a_policy_without_a_destination_zone_is_for_the_device_too() -> None:
    document = zld("secure-policy 1\n from WAN\n action deny\n!\nsecure-policy 2\n from WAN\n to ZyWALL\n action allow\n!\n")
    assert [(rule.key, rule.scope, rule.implicit) for rule in document.firewall_rules][:3] == [
        ("1", Scope.FORWARD, False),
        ("1 self", Scope.INPUT, True),
        ("2", Scope.INPUT, False),
    ]
    assert [rule.order for rule in document.firewall_rules] == list(range(1, 6))


def test_zld_with_the_switch_off_nothing_is_denied() -> None:
    document = zld("no secure-policy activate\nsecure-policy 1\n from WAN\n to LAN1\n action deny\n activate\n!\n")
    assert not own(document)[0].enabled
    assert {rule.action for rule in document.firewall_rules if rule.implicit} == {Action.ALLOW}


def test_zld_older_policies_name_their_zones_in_the_head() -> None:
    [rule] = own(zld("firewall WAN LAN1 3\n action reject\n log\n!\n"))
    assert (rule.from_, rule.to, rule.action, rule.log, rule.key) == (("WAN",), ("LAN1",), Action.REJECT, True, "WAN LAN1 3")


def test_zld_an_object_that_is_not_defined_takes_the_effect_from_its_rule() -> None:
    groups = "address-object A 10.0.0.1\nobject-group address G\n address-object A\n address-object B\n!\n"
    text = f"{groups}secure-policy 1\n sourceip G\n action allow\n!\n"
    [rule] = own(zld(text))
    assert rule.sources == ("10.0.0.1", "B") and rule.why_without_effect == "address object B is not defined"


@pytest.mark.parametrize(
    ("rules", "ways"),
    [
        ("", [(("any",), ("any",))]),
        ("ip ssh server rule 1 access-group ALL zone WAN action deny\n", [(("!WAN",), ("any",))]),
        (
            "ip ssh server rule 1 access-group A zone WAN action accept\nip ssh server rule 2 access-group ALL zone ALL action deny\n",
            [(("WAN",), ("10.0.0.1",))],
        ),
        ("ip ssh server rule 1 access-group ALL zone ALL action deny\n", []),
    ],
)
def test_zld_who_may_reach_a_service_is_told_in_order(rules: str, ways: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    document = zld(f"address-object A 10.0.0.1\nip ssh server\n{rules}")
    assert [(way.interfaces, way.sources) for way in document.remote_access if way.service == "ssh"] == ways


# --- Stormshield ---


def test_sns_only_the_active_slot_is_bound() -> None:
    text = "#### Filter/slotinfo\n[Global]\nActive=5\n#### Filter/07\n[Filter]\npass from any to any\n"
    document = sns("[Filter]\nblock from any to any\n", text)
    assert [(rule.action, rule.bound) for rule in own(document)] == [(Action.DENY, True), (Action.ALLOW, False)]


def test_sns_which_slot_is_active_is_not_guessed() -> None:
    document = sns("[Filter]\nblock from any to any\n", "#### Filter/07\n[Filter]\npass from any to any\n")
    assert not any(rule.bound for rule in own(document))
    assert any("which of the slots" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("rule", "sources", "enabled"),
    [
        ("pass from ! Network_in to any", ("!10.0.0.0/24",), True),
        ("pass from !network_IN to any", ("!10.0.0.0/24",), True),
        ("off pass from Network_in to any", ("10.0.0.0/24",), False),
        ("pass from Internet to any", ("!10.0.0.0/24",), True),
    ],
)
def test_sns_negation_and_what_is_off(rule: str, sources: tuple[str, ...], enabled: bool) -> None:
    [read] = own(sns(f"[Filter]\n{rule}\n"))
    assert (read.sources, read.enabled) == (sources, enabled)


def test_sns_an_unknown_word_never_makes_a_rule_wider() -> None:
    document = sns("[Filter]\npass frobnicate from any on out to any\n")
    assert own(document)[0].conditions == ("not understood: frobnicate",)
    assert [line.text for line in document.unread] == ["pass frobnicate from any on out to any"]


@pytest.mark.parametrize(
    "line", ["bimap from a to b", "nat from any to any", "nat quantum from any to any -> from x to original", "nat from any to any ->"]
)
def test_sns_a_translation_that_is_not_clear_is_unread(line: str) -> None:
    document = sns(f"[Filter]\npass from any to any\n[NAT]\n{line}\n")
    assert not document.source_nat and not document.port_forwards
    assert [unread.text for unread in document.unread] == [line]


@given(st.lists(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30), max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_block_is_told_and_never_raises(lines: list[str]) -> None:
    body = "".join(f"    {line}\n" for line in lines)
    for document in (
        sonic(f"access-rule ipv4 from LAN to WAN action allow\n{body}    exit\n"),
        zld(f"secure-policy 1\n{body}!\n"),
        sns(f"[Filter]\npass from any to any\n{body}"),
    ):
        assert len(document.unread) + sum(part.lines for part in document.passed_over) <= document.lines

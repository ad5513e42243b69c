"""What is reachable from outside, from rules, forwards and services written by hand."""

from typing import Any

from shared.device_config import ConfiguredInterface, ExposedPort, Exposure, RemoteAccess
from shared.exposure import Box, exposed_ports
from shared.firewall import FirewallRule, PortForward, VpnTunnel

WAN = ConfiguredInterface(name="wan", role="wan", addresses=("198.51.100.2/24",))
LAN = ConfiguredInterface(name="lan", addresses=("10.0.0.1/24",))


def rule(order: int, action: str, **fields: Any) -> FirewallRule:
    return FirewallRule.model_validate({"key": f"r{order}", "order": order, "action": action, "ruleset": "forward", **fields})


def forward(**fields: Any) -> PortForward:
    return PortForward.model_validate(
        {"key": "f1", "order": 1, "protocol": "tcp", "public_ports": "8443", "to_address": "10.0.0.5", "to_ports": "443", **fields}
    )


def of(**parts: Any) -> list[ExposedPort]:
    return exposed_ports(Box(**{"interfaces": (WAN, LAN), **parts}))


DENY_REST = rule(99, "deny", implicit=True)


def test_a_forward_that_a_rule_lets_in_is_open_for_that_rules_sources() -> None:
    (found,) = of(
        forwards=[forward()],
        rules=[rule(1, "allow", destinations=("10.0.0.5",), services=("tcp/443",), sources=("192.0.2.0/24",)), DENY_REST],
    )
    assert (found.open, found.sources, found.public_ports, found.to_address, found.rule) == (
        True, ("192.0.2.0/24",), "8443", "10.0.0.5", "r1",
    )  # fmt: skip
    assert found.because == "rule 1 of forward"


def test_a_forward_that_no_rule_lets_in_says_so() -> None:
    (found,) = of(forwards=[forward()], rules=[rule(1, "allow", destinations=("10.0.0.6",)), DENY_REST])
    assert (found.open, found.because) == (False, "rule 99 of forward")


def test_a_forward_that_is_switched_off_is_closed() -> None:
    (found,) = of(forwards=[forward(enabled=False)])
    assert (found.open, found.because) == (False, "the forward is switched off")


def test_the_first_rule_that_fits_decides() -> None:
    closed = of(forwards=[forward()], rules=[rule(1, "deny", services=("tcp/443",)), rule(2, "allow")])
    opened = of(forwards=[forward()], rules=[rule(1, "allow"), rule(2, "deny", services=("tcp/443",))])
    assert [each.open for each in closed] == [False]
    assert [each.open for each in opened] == [True]


def test_a_later_rule_decides_where_the_platform_says_so() -> None:
    """pf's floating rules without quick: the last one that fits."""
    rules = [rule(1, "allow", last_match=True), rule(2, "deny", last_match=True, services=("tcp/443",)), DENY_REST]
    assert [each.open for each in of(forwards=[forward()], rules=rules)] == [False]


def test_only_the_part_of_a_range_that_is_let_in_is_open() -> None:
    found = of(
        forwards=[forward(public_ports="5000-5010", to_ports="6000-6010")],
        rules=[rule(1, "allow", services=("tcp/6002-6003",)), DENY_REST],
    )
    assert [(each.open, each.public_ports) for each in found if each.open] == [(True, "5002-5003")]


def test_rules_that_see_the_public_address_are_asked_with_it() -> None:
    rules = [rule(1, "allow", destinations=("198.51.100.2",), services=("tcp/8443",)), DENY_REST]
    forwards = [forward(public_address="198.51.100.2")]
    assert [each.open for each in of(forwards=forwards, rules=rules, rules_see="public")] == [True]
    assert [each.open for each in of(forwards=forwards, rules=rules, rules_see="inside")] == [False]


def test_jumps_are_followed_and_come_back() -> None:
    rules = [
        rule(1, "jump", native_action="jump web", ruleset="t input", scope="input", services=("tcp/80-99", "tcp/443")),
        rule(2, "deny", ruleset="t input", scope="input", implicit=True, native_action="policy drop"),
        rule(3, "return", ruleset="t web", scope="input", services=("tcp/80",)),
        rule(4, "allow", ruleset="t web", scope="input"),
    ]
    services = [RemoteAccess(service=str(port), port=port) for port in (80, 81, 443, 22)]
    found = {each.title: each.open for each in of(services=services, rules=rules)}
    assert found == {"80": False, "81": True, "443": True, "22": False}


def test_lists_of_several_hooks_must_all_agree() -> None:
    rules = [
        rule(1, "allow", ruleset="a input", scope="input", services=("tcp/22",)),
        rule(2, "deny", ruleset="a input", scope="input", implicit=True),
        rule(3, "deny", ruleset="b input", scope="input", services=("tcp/22",)),
        rule(4, "allow", ruleset="b input", scope="input", implicit=True),
    ]
    assert [each.open for each in of(services=[RemoteAccess(service="ssh", port=22)], rules=rules)] == [False]


def test_a_service_that_is_bound_to_the_inside_is_not_exposed() -> None:
    inside = RemoteAccess(service="https", port=443, interfaces=("lan",))
    outside = RemoteAccess(service="ssh", port=22, interfaces=("wan",), sources=("192.0.2.7",))
    assert [(each.title, each.sources) for each in of(services=[inside, outside])] == [("ssh", ("192.0.2.7",))]


def test_a_rule_for_another_interface_says_nothing() -> None:
    rules = [rule(1, "allow", **{"from": ("lan",)}), DENY_REST]
    assert [each.open for each in of(forwards=[forward()], rules=rules)] == [False]


def test_a_rule_that_is_off_unbound_or_without_effect_says_nothing() -> None:
    for how in ({"enabled": False}, {"bound": False}, {"why_without_effect": "address group X is not defined"}):
        assert [each.open for each in of(forwards=[forward()], rules=[rule(1, "allow", **how), DENY_REST])] == [False], how


def test_a_condition_on_an_allow_rule_is_told_and_one_on_a_deny_rule_keeps_nobody_out() -> None:
    (found,) = of(forwards=[forward()], rules=[rule(1, "deny", conditions=("geo CN",)), rule(2, "allow", conditions=("limit 3/minute",))])
    assert found.open
    assert found.because == "rule 2 of forward, if limit 3/minute"


def test_a_tunnels_port_counts_and_a_machine_with_a_public_address_too() -> None:
    vpn = VpnTunnel.model_validate({"key": "v", "name": "wg0", "kind": "wireguard", "listen_port": 51820})
    rules = [rule(1, "allow", **{"from": ("wan",)}, destinations=("8.8.8.8",), services=("tcp/25",)), DENY_REST]
    found = {(each.via, each.protocol, each.public_ports): each.open for each in of(vpns=[vpn], rules=rules)}
    assert found == {(Exposure.VPN, "udp", "51820"): True, (Exposure.ROUTED, "tcp", "25"): True}


def test_rules_that_call_each_other_for_ever_end() -> None:
    rules = [
        rule(1, "jump", native_action="jump b", ruleset="t a", scope="input"),
        rule(2, "jump", native_action="jump c", ruleset="t b", scope="input"),
        rule(3, "jump", native_action="jump b", ruleset="t c", scope="input"),
    ]
    of(services=[RemoteAccess(service="ssh", port=22)], rules=rules)


def test_lists_that_call_each_other_many_times_over_end() -> None:
    """Ten calls in each of sixteen lists would be ten thousand million million walks."""
    rules = [
        rule(10 * depth + n, "jump", native_action=f"jump l{depth + 1}", ruleset=f"t l{depth}", scope="input")
        for depth in range(16)
        for n in range(10)
    ]
    rules.append(rule(999, "return", ruleset="t l16", scope="input"))
    assert of(services=[RemoteAccess(service="ssh", port=22)], rules=rules)


def test_a_service_that_nobody_knows_lets_in_and_keeps_nobody_out() -> None:
    allow = rule(1, "allow", services=("application-default",), application="web-browsing")
    (found,) = of(forwards=[forward()], rules=[allow, DENY_REST])
    assert (found.open, found.because) == (True, "rule 1 of forward, if application web-browsing")
    deny = rule(1, "deny", services=("application-default",))
    assert [each.open for each in of(forwards=[forward()], rules=[deny, rule(2, "allow")])] == [True]
    assert [each.open for each in of(forwards=[forward()], rules=[rule(1, "allow", services=("esp", "icmp")), DENY_REST])] == [False]


def test_one_list_for_both_ways_is_asked_for_both() -> None:
    rules = [rule(1, "allow", scope="either", services=("tcp/443", "tcp/22")), rule(2, "deny", scope="either", implicit=True)]
    found = of(forwards=[forward()], services=[RemoteAccess(service="ssh", port=22), RemoteAccess(service="http", port=80)], rules=rules)
    assert [(each.title, each.open) for each in found] == [("", True), ("ssh", True), ("http", False)]


def test_a_list_that_input_and_forward_both_call_is_asked_for_each() -> None:
    """As Red Hat's firewall had it: one list behind both."""
    rules = [
        rule(1, "jump", native_action="jump common", ruleset="filter INPUT", scope="input"),
        rule(2, "deny", ruleset="filter INPUT", scope="input", implicit=True),
        rule(3, "jump", native_action="jump common", ruleset="filter FORWARD"),
        rule(4, "deny", ruleset="filter FORWARD", implicit=True),
        rule(5, "allow", ruleset="filter common", scope="other", services=("tcp/443",)),
    ]
    found = of(forwards=[forward()], services=[RemoteAccess(service="https", port=443)], rules=rules)
    assert [each.open for each in found] == [True, True]


def test_rules_of_one_family_say_nothing_of_the_other() -> None:
    rules = [
        rule(1, "deny", ruleset="v6", family="ipv6"),
        rule(2, "allow", ruleset="v4", family="ipv4", services=("tcp/443",)),
        rule(3, "deny", ruleset="v4", family="ipv4", implicit=True),
    ]
    assert [each.open for each in of(forwards=[forward()], rules=rules)] == [True]
    six = WAN.model_copy(update={"addresses": ("198.51.100.2/24", "2001:db8::2/64")})
    by_six = [rule(1, "deny", scope="input", family="ipv4"), rule(2, "allow", scope="input", ruleset="v6", family="ipv6")]
    found = of(interfaces=(six, LAN), services=[RemoteAccess(service="ssh", port=22)], rules=by_six)
    assert [(each.open, "IPv6" in each.because) for each in found] == [(False, False), (True, True)]

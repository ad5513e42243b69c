"""The rules load, each fits an example, conclude what they should, and none can be made slow by what a network says."""

import time

import pytest

from shared.fingerprints import FIELDS, Conclusion, best, identify, rules
from shared.fingerprints.rules import Rule, _rule
from shared.firewall import Action, FirewallRule
from shared.inventory import Kind
from shared.observation import FirewallRuleSeen, InterfaceAddress, InterfaceSeen, ObjectSeen, Observation, PortSeen, SystemSeen

DESCRIPTIONS = (
    ("Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE12, RELEASE SOFTWARE (fc2)", "1.3.6.1.4.1.9.1.716"),
    ("RouterOS RB750Gr3", "1.3.6.1.4.1.14988.1"),
    ("Linux fw 6.1.0-18-amd64 #1 SMP Debian 6.1.76-1 x86_64", "1.3.6.1.4.1.8072.3.2.10"),
)


def values(*observations: Observation) -> dict[str, str]:
    return {field: conclusion.value for field, conclusion in best(identify(observations)).items()}


def port(number: int, product: str = "", service: str = "") -> PortSeen:
    return PortSeen(address="10.9.0.9", protocol="tcp", number=number, service=service, product=product)


def every_rule() -> list[Rule]:
    known = rules()
    return [*(rule for rule in known.enterprises.values() if rule.gives), *known.services, *known.ports, *known.traits]


def test_rules_have_names_of_their_own_and_kinds_that_exist() -> None:
    names = [rule.name for rule in every_rule()]
    assert len(names) == len(set(names))
    assert {rule.gives["kind"] for rule in every_rule() if "kind" in rule.gives} <= {kind.value for kind in Kind}
    assert all(rule.gives and set(rule.gives) <= set(FIELDS) for rule in every_rule())


@pytest.mark.parametrize("filler", ["a", "a ", "-", ",", "Cisco IOS Software ", "1.", " #1", ";", "HP J1 ", "Linux TS-", "((((", "PID:"])
def test_no_pattern_takes_long_whatever_is_said(filler: str) -> None:
    starts = ["", "Cisco IOS Software, ", "Linux x ", "HP ETHERNET MULTI-ENVIRONMENT,", "Juniper Networks, Inc. ", "FreeBSD ", "; AXIS "]
    text = [(start + filler * 1024)[:1024] for start in starts]
    identify([SystemSeen(description="x", object_id="1.3.6.1.4.1.8072.3.2.10"), port(80, product="x")])  # reads the rules, once
    began = time.process_time()
    for line in text:
        identify([SystemSeen(description=line, object_id="1.3.6.1.4.1.8072.3.2.10"), port(80, product=line)])
    assert time.process_time() - began < 0.5


def test_the_longest_prefix_of_an_object_id_wins_and_the_enterprise_names_the_maker() -> None:
    assert values(SystemSeen(object_id="1.3.6.1.4.1.6876.4.6.1"))["kind"] == "management"
    assert values(SystemSeen(object_id="1.3.6.1.4.1.6876.4.1"))["kind"] == "hypervisor"
    assert values(SystemSeen(object_id="1.3.6.1.4.1.1347.99.1"))["vendor"] == "Kyocera"
    assert values(SystemSeen(object_id="1.3.6.1.4.1.8072.3.2.10"))["os"] == "Linux"


@pytest.mark.parametrize(
    "object_id", ["", "1", "1.3.6.1.4.1", "1.3.6.1.4.1.", "1.3.6.1.4.1.x.1", "1.3.6.1.4.1.99999999999999999999", "." * 900]
)
def test_a_strange_object_id_says_nothing(object_id: str) -> None:
    assert values(SystemSeen(object_id=object_id)) == {}


def test_a_maker_s_own_rule_goes_before_what_the_device_says_and_that_before_what_holds_of_anything() -> None:
    told = SystemSeen(vendor="Hewlett-Packard Company", model="X1")
    assert values(told) == {"vendor": "HP", "model": "X1"}
    router = SystemSeen(vendor="Hewlett-Packard Company", description="RouterOS RB750", object_id="1.3.6.1.4.1.14988.1")
    assert (values(router)["vendor"], values(router)["os"]) == ("MikroTik", "RouterOS")
    linux = SystemSeen(description="Linux x 6.1.0 #1 SMP x86_64", object_id="1.3.6.1.4.1.8072.3.2.10")
    assert values(linux, SystemSeen(os="Debian GNU/Linux"))["os"] == "Debian GNU/Linux"


def test_a_kernel_s_version_is_not_the_distribution_s() -> None:
    login = SystemSeen(os="Debian GNU/Linux", os_version="12")
    agent = SystemSeen(description="Linux fw 6.1.0 #1 SMP Debian 6.1.76-1 x86_64", object_id="1.3.6.1.4.1.8072.3.2.10")
    assert values(agent)["os_version"] == "6.1.0"
    assert values(login, agent)["os_version"] == "12"
    assert "os_version" not in values(SystemSeen(os="Debian GNU/Linux"), agent)


def test_objects_of_the_maker_are_read_and_are_the_evidence() -> None:
    serial = ObjectSeen(oid="1.3.6.1.4.1.12356.100.1.1.1.0", value="FG60FSYNTHETIC01")
    seen = [SystemSeen(object_id="1.3.6.1.4.1.12356.101.1.643"), serial]
    found = best(identify(seen))
    assert (found["serial"].value, found["serial"].because) == ("FG60FSYNTHETIC01", serial)
    assert found["kind"].value == "firewall"


def test_ports_alone_say_little_and_any_description_outweighs_them() -> None:
    assert values(port(9100)) == {"kind": "printer"}
    assert values(port(873), port(5000)) == {"kind": "storage"}
    assert values(port(9100), SystemSeen(description="RouterOS RB750", object_id="1.3.6.1.4.1.14988.1"))["kind"] == "router"
    assert values(port(515), port(631), port(22)) == {}


def test_a_service_s_product_says_what_runs_there() -> None:
    assert values(port(25, "Postfix smtpd"))["kind"] == "server"
    assert values(port(135, "Microsoft Windows RPC"))["os"] == "Windows"


def test_what_filters_and_routes_is_a_firewall() -> None:
    rule = FirewallRuleSeen(rule=FirewallRule(key="r", order=1, action=Action.ALLOW))
    legs = [InterfaceSeen(index=i, name=f"eth{i}", addresses=(InterfaceAddress(address=f"10.{i}.0.1"),)) for i in (1, 2)]
    forwards = SystemSeen(forwards=True, description="Linux fw 6.1.0 #1 SMP Debian 6.1.76-1")
    assert values(rule, forwards, *legs)["kind"] == "firewall"
    assert values(forwards, *legs)["kind"] == "router"
    assert values(rule, forwards, legs[0])["kind"] == "server"
    assert values(SystemSeen(bridge_ports=24))["kind"] == "switch"


def test_the_order_of_observations_does_not_matter() -> None:
    told = [SystemSeen(description=description, object_id=object_id) for description, object_id in DESCRIPTIONS]
    seen: list[Observation] = [*told, port(9100), port(25, "Postfix smtpd")]
    assert identify(seen) == identify(seen[::-1])
    assert all(isinstance(conclusion, Conclusion) and 0 < conclusion.sureness <= 1 for conclusion in identify(seen))


@pytest.mark.parametrize(
    "table",
    [
        {"product": "x"},
        {"name": "n", "produkt": "x"},
        {"name": "n", "product": "("},
        {"name": "n", "sureness": 2},
        {"name": "n", "all": "tcp/1"},
    ],
)
def test_a_broken_rule_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _rule("services", table)

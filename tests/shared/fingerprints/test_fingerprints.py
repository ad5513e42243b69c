"""The rules load, each fits an example, conclude what they should, and none can be made slow by what a network says."""

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from shared.fingerprints import FIELDS, Conclusion, best, identify, rules
from shared.fingerprints.rules import Rule, _rule
from shared.firewall import Action, FirewallRule
from shared.inventory import Kind
from shared.observation import FirewallRuleSeen, InterfaceAddress, InterfaceSeen, Observation, PortSeen, SystemSeen

EXAMPLES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text(encoding="utf-8"))["example"]


def values(*observations: Observation) -> dict[str, str]:
    return {field: conclusion.value for field, conclusion in best(identify(observations)).items()}


def port(number: int, product: str = "", service: str = "") -> PortSeen:
    return PortSeen(address="10.9.0.9", protocol="tcp", number=number, service=service, product=product)


def every_rule() -> list[Rule]:
    known = rules()
    return [*known.enterprises.values(), *known.object_ids.values(), *known.descriptions, *known.services, *known.ports, *known.traits]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["rule"])
def test_an_example_of_each_rule(example: dict[str, Any]) -> None:
    seen = SystemSeen(description=example["description"], object_id=example["object_id"])
    assert example["rule"] in {conclusion.rule for conclusion in identify([seen])}
    found = values(seen)
    assert {field: found.get(field) for field in example["expect"]} == example["expect"]


def test_each_rule_of_descriptions_has_an_example() -> None:
    assert {rule.name for rule in rules().descriptions} == {example["rule"] for example in EXAMPLES}


def test_rules_have_names_of_their_own_and_kinds_that_exist() -> None:
    names = [rule.name for rule in every_rule()]
    assert len(names) == len(set(names))
    assert {rule.gives["kind"] for rule in every_rule() if "kind" in rule.gives} <= {kind.value for kind in Kind}
    assert all(rule.gives or (rule.pattern and set(rule.pattern.groupindex) & set(FIELDS)) for rule in every_rule())


@pytest.mark.parametrize("filler", ["a", "a ", "-", ",", "Cisco IOS Software ", "1.", " #1", ";", "HP J1 ", "Linux TS-", "((((", "PID:"])
def test_no_pattern_takes_long_whatever_is_said(filler: str) -> None:
    starts = ["", "Cisco IOS Software, ", "Linux x ", "HP ETHERNET MULTI-ENVIRONMENT,", "Juniper Networks, Inc. ", "FreeBSD ", "; AXIS "]
    text = [(start + filler * 1024)[:1024] for start in starts]
    began = time.perf_counter()
    for line in text:
        identify([SystemSeen(description=line, object_id="1.3.6.1.4.1.8072.3.2.10"), port(80, product=line)])
    assert time.perf_counter() - began < 0.5


def test_the_longest_prefix_of_an_object_id_wins_and_the_enterprise_names_the_maker() -> None:
    assert values(SystemSeen(object_id="1.3.6.1.4.1.6876.4.6.1"))["kind"] == "management"
    assert values(SystemSeen(object_id="1.3.6.1.4.1.6876.4.1"))["kind"] == "hypervisor"
    assert values(SystemSeen(object_id="1.3.6.1.4.1.1347.99.1")) == {"vendor": "Kyocera"}
    assert values(SystemSeen(object_id="1.3.6.1.4.1.8072.3.2.10")) == {"os": "Linux"}


@pytest.mark.parametrize(
    "object_id", ["", "1", "1.3.6.1.4.1", "1.3.6.1.4.1.", "1.3.6.1.4.1.x.1", "1.3.6.1.4.1.99999999999999999999", "." * 900]
)
def test_a_strange_object_id_says_nothing(object_id: str) -> None:
    assert values(SystemSeen(object_id=object_id)) == {}


def test_what_the_device_says_itself_goes_first_and_makers_have_one_name() -> None:
    seen = SystemSeen(vendor="Hewlett-Packard Company", model="X1", description="RouterOS RB750", object_id="1.3.6.1.4.1.14988.1")
    assert values(seen) | {"kind": ""} == {"vendor": "HP", "model": "X1", "os": "RouterOS", "kind": ""}


def test_a_kernel_s_version_is_not_the_distribution_s() -> None:
    login = SystemSeen(os="Debian GNU/Linux", os_version="12")
    agent = SystemSeen(description="VyOS 1.4.0", object_id="1.3.6.1.4.1.44641")
    assert values(login, agent)["os_version"] == "12"
    assert "os_version" not in values(SystemSeen(os="Debian GNU/Linux"), agent)


def test_ports_alone_say_little_and_any_description_outweighs_them() -> None:
    assert values(port(9100)) == {"kind": "printer"}
    assert values(port(873), port(5000)) == {"kind": "storage"}
    assert values(port(9100), SystemSeen(description="RouterOS RB750"))["kind"] == "router"
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
    seen = [SystemSeen(description=e["description"], object_id=e["object_id"]) for e in EXAMPLES] + [port(9100), port(25, "Postfix smtpd")]
    assert identify(seen) == identify(seen[::-1])
    assert all(isinstance(conclusion, Conclusion) and 0 < conclusion.sureness <= 1 for conclusion in identify(seen))


@pytest.mark.parametrize(
    "table",
    [
        {"pattern": "x"},
        {"name": "n", "patern": "x"},
        {"name": "n", "pattern": "("},
        {"name": "n", "sureness": 2},
        {"name": "n", "all": "tcp/1"},
    ],
)
def test_a_broken_rule_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _rule("descriptions", table)

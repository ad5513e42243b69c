"""What the goldens of UniFi Network's answers do not show: what must not look wider than it is, and forms that nobody has seen."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import looks_like, read_config
from shared.device_config import ReadConfig
from shared.firewall import FirewallRule

ZONES = [{"id": "in", "name": "Internal", "networkIds": ["lan"]}, {"id": "out", "name": "External", "networkIds": []}]
LAN = {"id": "lan", "name": "LAN", "enabled": True, "vlanId": 1, "management": "GATEWAY"}


def document(**lists: Any) -> ReadConfig:
    text = json.dumps({"applicationVersion": "10.1.68", "site": {}, "networks": [LAN], "firewallZones": ZONES, **lists}, indent=1)
    return read_config("unifi_network", text, b"key").document


def policy(index: int = 1, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"source": {"zoneId": "in"}, "destination": {"zoneId": "out"}, "ipProtocolScope": {"ipVersion": "IPV4"}}
    return {"id": f"p{index}", "index": index, "name": f"p{index}", "enabled": True, "action": {"type": "ALLOW"}} | given | more


def rule(**more: Any) -> FirewallRule:
    (found,) = document(firewallPolicies=[policy(**more)]).firewall_rules
    return found


def to(**filters: Any) -> dict[str, Any]:
    return {"zoneId": "out", "trafficFilter": filters}


def ports(*numbers: int, opposite: bool = False) -> dict[str, Any]:
    return {"type": "PORTS", "matchOpposite": opposite, "items": [{"type": "PORT_NUMBER", "value": number} for number in numbers]}


TCP = {"ipVersion": "IPV4", "protocolFilter": {"type": "NAMED_PROTOCOL", "protocol": {"name": "TCP"}, "matchOpposite": False}}


def test_all_ports_but_some_are_no_other_protocol() -> None:
    found = rule(destination=to(type="PORT", portFilter=ports(80, 443, opposite=True)), ipProtocolScope=TCP)
    assert (found.services, found.conditions) == (("tcp",), ("destination ports not 80,443",))


def test_ports_without_a_protocol_are_those_of_both() -> None:
    assert rule(destination=to(type="PORT", portFilter=ports(53))).services == ("tcp/53", "udp/53")


@pytest.mark.parametrize(
    "destination",
    [
        to(type="APPLICATION", applicationFilter={"applicationIds": [7]}),
        to(type="SOMETHING_NEW", somethingNew={"deep": [{"er": "x"}]}),
        to(
            type="IP_ADDRESS",
            ipAddressFilter={"type": "IP_ADDRESSES", "items": [{"type": "IP_ADDRESS", "value": "10.0.0.1"}]},
            vpn={"id": "x"},
        ),
        {"zoneId": "out", "somethingNew": "x"},
    ],
)
def test_a_filter_that_nobody_knows_is_a_condition(destination: dict[str, Any]) -> None:
    assert rule(destination=destination).conditions


def test_an_item_that_nobody_knows_leaves_no_rule_that_looks_whole() -> None:
    filters = to(type="IP_ADDRESS", ipAddressFilter={"type": "IP_ADDRESSES", "items": [{"type": "ASN", "value": "64500"}]})
    found = document(firewallPolicies=[policy(destination=filters)])
    assert found.firewall_rules == () and len(found.unread) > 3


def test_the_order_is_that_of_the_index() -> None:
    found = document(firewallPolicies=[policy(20), policy(3), policy(100)]).firewall_rules
    assert [(each.order, each.key) for each in found] == [(1, "p3"), (2, "p20"), (3, "p100")]


def test_policies_without_an_id_have_keys_that_differ() -> None:
    nameless = [{**policy(1), "id": ""}, {**policy(2), "id": ""}, {**policy(3), "id": "", "name": "other"}]
    keys = [each.key for each in document(firewallPolicies=nameless).firewall_rules]
    assert len(set(keys)) == 3 and all(keys)


def test_a_part_that_was_not_given_makes_no_rule_without_effect() -> None:
    text = json.dumps({"applicationVersion": "10.1.68", "site": {}, "firewallPolicies": [policy()]})
    (found,) = read_config("unifi_network", text).document.firewall_rules
    assert found.why_without_effect == "" and found.from_ == ("in",)


def test_it_says_that_forwards_are_not_known_from_here() -> None:
    assert any("port forwards" in warning for warning in document().warnings)


def test_it_is_not_taken_for_a_gateways_own_file_nor_the_other_way_round() -> None:
    text = json.dumps({"applicationVersion": "10.1.68", "site": {}, "networks": [LAN], "firewallZones": ZONES})
    assert looks_like(text) == ["unifi_network"]
    assert "unifi_network" not in looks_like('{"firewall/filter": [], "versionDetail": {}, "networks": []}')


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["type", "items", "zoneId", "trafficFilter", "portFilter", "value", "x"]), inner), max_leaves=12))  # fmt: skip
def test_whatever_a_policy_holds_nothing_is_lost(inner: object) -> None:
    found = document(firewallPolicies=[policy(destination=inner, ipProtocolScope=TCP)])
    assert len(found.firewall_rules) == 1 or found.unread

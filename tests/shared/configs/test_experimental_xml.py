"""WatchGuard, Sophos and UniFi: what their rules mean where that is not in the words themselves, and the grammar of JSON."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import json_tree, read_config
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import ANY, Action, FirewallRule, Scope


def rules_of(found: ReadConfig) -> dict[str, FirewallRule]:
    return {each.name: each for each in found.firewall_rules}


# WatchGuard


def alias(name: str, *members: str) -> str:
    return f"<alias><name>{name}</name><alias-member-list>{''.join(members)}</alias-member-list></alias>"


def place(address: str = "Any", interface: str = "Any", user: str = "Any") -> str:
    member = f"<type>1</type><user>{user}</user><address>{address}</address><interface>{interface}</interface>"
    return f"<alias-member>{member}</alias-member>"


def other(name: str) -> str:
    return f"<alias-member><type>2</type><alias-name>{name}</alias-name></alias-member>"


def policy(name: str, source: str, destination: str, more: str = "", service: str = "RDP", enable: int = 1) -> str:
    ends = f"<from-alias-list><alias>{source}</alias></from-alias-list><to-alias-list><alias>{destination}</alias></to-alias-list>"
    return f"<policy><name>{name}</name><service>{service}</service><firewall>1</firewall>{ends}{more}<enable>{enable}</enable></policy>"


RDP = "<service><name>RDP</name><service-item><member><type>1</type><protocol>6</protocol><server-port>3389</server-port></member>"
SERVICES = f"<service-list>{RDP}</service-item></service></service-list>"
HOST = (
    "<address-group-list><address-group><name>pc.1</name><addr-group-member><member><type>1</type>"
    "<host-ip-addr>10.0.0.9</host-ip-addr></member></addr-group-member></address-group></address-group-list>"
)


def fireware(policies: str, aliases: str = "", more: str = "") -> ReadConfig:
    text = (
        f"<profile>\n<for-version>12.9</for-version>\n{HOST}{SERVICES}{more}\n<alias-list>{alias('Any', place())}{aliases}</alias-list>\n"
        f"<policy-list>{policies}</policy-list>\n</profile>\n"
    )
    return read_config("watchguard_fireware", text, b"key").document


def test_watchguard_a_policy_that_is_off_stays_with_its_place() -> None:
    found = fireware(policy("one", "Any", "Any", enable=0) + policy("two", "Any", "Any"))
    own = [(each.name, each.enabled, each.order) for each in found.firewall_rules if not each.implicit]
    assert own == [("one", False, 1), ("two", True, 2)]


def test_watchguard_aliases_within_aliases_even_in_circles() -> None:
    circle = alias("A", other("B")) + alias("B", other("A"), place("pc.1", "eth1"))
    rule = rules_of(fireware(policy("x", "A", "Any"), circle))["x"]
    assert rule.sources == ("10.0.0.9",)
    assert rule.services == ("tcp/3389",)
    assert rule.why_without_effect == ""


def test_watchguard_an_alias_that_is_not_there_is_no_any() -> None:
    rule = rules_of(fireware(policy("x", "gone", "Any")))["x"]
    assert ANY not in rule.sources or ANY not in rule.from_ or rule.why_without_effect
    assert "gone" in rule.why_without_effect


def test_watchguard_an_alias_without_members_is_no_any() -> None:
    rule = rules_of(fireware(policy("x", "empty", "Any"), alias("empty")))["x"]
    assert rule.why_without_effect


# Sophos


def sfos(body: str) -> ReadConfig:
    return read_config("sophos_sfos", f'<Configuration APIVersion="2000.1">\n{body}\n</Configuration>\n', b"key").document


def sophos_rule(name: str, place_of: str, network: str = "", status: str = "Enable", action: str = "Accept") -> str:
    return (
        f"<FirewallRule><Name>{name}</Name><IPFamily>IPv4</IPFamily><Status>{status}</Status>{place_of}<PolicyType>Network</PolicyType>"
        f"<NetworkPolicy><Action>{action}</Action>{network}</NetworkPolicy></FirewallRule>\n"
    )


def at(word: str, name: str = "") -> str:
    return f"<Position>{word}</Position>" + (f"<{word}><Name>{name}</Name></{word}>" if name else "")


def test_sophos_rules_stand_where_they_say() -> None:
    body = (
        sophos_rule("last", at("Bottom")) + sophos_rule("third", at("Before", "last")) + sophos_rule("first", at("Top"))
        + sophos_rule("second", at("After", "first"), status="Disable")
    )  # fmt: skip
    found = sfos(body)
    own = [(each.name, each.enabled) for each in found.firewall_rules if not each.implicit]
    assert own == [("first", True), ("second", False), ("third", True), ("last", True)]
    assert not found.warnings


def test_sophos_a_rule_whose_neighbour_is_lost_stands_as_in_the_text_and_that_is_said() -> None:
    found = sfos(sophos_rule("a", at("Top")) + sophos_rule("b", at("After", "gone")))
    assert [each.name for each in found.firewall_rules if not each.implicit] == ["a", "b"]
    assert "b" in found.warnings[0]


def test_sophos_rules_in_a_circle_are_all_there() -> None:
    body = sophos_rule("a", at("After", "b")) + sophos_rule("b", at("After", "a")) + sophos_rule("c", at("Top"))
    assert sorted(each.name for each in sfos(body).firewall_rules if not each.implicit) == ["a", "b", "c"]


PC = "<IPHost><Name>pc</Name><IPFamily>IPv4</IPFamily><HostType>IP</HostType><IPAddress>10.0.0.9</IPAddress></IPHost>\n"
LAN = (
    "<IPHost><Name>net</Name><IPFamily>IPv4</IPFamily><HostType>Network</HostType><IPAddress>10.0.0.0</IPAddress>"
    "<Subnet>255.255.255.0</Subnet></IPHost>\n"
)


def test_sophos_what_a_rule_does_not_hold_of() -> None:
    """One kind of exception turns values round; several hold together, which no list of values can say."""
    source = "<SourceNetworks><Network>{}</Network></SourceNetworks>"
    inner = f"{source.format('net')}<Exclusions>{source.format('pc')}{{}}</Exclusions>"
    one = rules_of(sfos(PC + LAN + sophos_rule("x", at("Top"), inner.format(""))))["x"]
    assert one.sources == ("10.0.0.0/24", "!10.0.0.9")
    assert one.conditions == ()
    both = inner.format("<DestinationZones><Zone>WAN</Zone></DestinationZones>")
    several = rules_of(sfos(PC + LAN + sophos_rule("x", at("Top"), both)))["x"]
    assert several.sources == ("10.0.0.0/24",)
    assert len(several.conditions) == 1


def test_sophos_a_host_that_is_not_there_is_no_any() -> None:
    text = sophos_rule("x", at("Top"), "<SourceNetworks><Network>gone</Network></SourceNetworks>")
    rule = rules_of(sfos(PC + text))["x"]
    assert rule.sources == ("gone",)
    assert "gone" in rule.why_without_effect
    assert rules_of(sfos(text))["x"].why_without_effect == "", "an export without any hosts says nothing of them"


def test_sophos_what_no_rule_decides_is_dropped() -> None:
    last = [each for each in sfos(sophos_rule("x", at("Top"))).firewall_rules if each.ruleset == "firewall rules"][-1]
    assert (last.implicit, last.action) == (True, Action.DENY)


# UniFi


def unifi(about: dict[str, object]) -> ReadConfig:
    return read_config("ubiquiti_unifi", json.dumps(about, indent=1), b"key").document


def chain(*rules: dict[str, object], name: str = "FORWARD", **more: object) -> dict[str, object]:
    return {"firewall/filter": [{"name": name, "rules": list(rules), **more}]}


def drop(**more: object) -> dict[str, object]:
    return {"id": 1, "target": "DROP", "description": "x", "enabled": True, **more}


def test_unifi_an_interface_turned_round() -> None:
    rule = rules_of(unifi(chain(drop(inInterface={"id": "eth4"}, negateInInterface=True))))["x"]
    assert rule.from_ == ("!eth4",)


def test_unifi_a_set_without_members_is_no_any() -> None:
    sets = [{"identification": {"name": "none", "type": "address"}, "entries": []}]
    rule = rules_of(unifi({"firewall/sets": sets, **chain(drop(source={"sets": ["none"]}))}))["x"]
    assert ANY not in rule.sources
    assert "none" in rule.why_without_effect


def test_unifi_a_set_of_ports_and_a_set_of_addresses() -> None:
    sets = [
        {"identification": {"name": "web", "type": "port"}, "entries": ["80", "8000-8080"]},
        {"identification": {"name": "pc", "type": "address"}, "entries": ["10.0.0.9"]},
    ]
    rule = rules_of(unifi({"firewall/sets": sets, **chain(drop(protocol="tcp", destination={"sets": ["web", "!pc"]}))}))["x"]
    assert (rule.destinations, rule.services) == (("!10.0.0.9",), ("tcp/80,8000-8080",))


@pytest.mark.parametrize(("said", "action"), [({}, Action.ALLOW), ({"defaultAction": "drop"}, Action.DENY)])
def test_unifi_the_end_of_a_chain_of_the_kernel(said: dict[str, object], action: Action) -> None:
    last = unifi(chain(drop(), name="INPUT", **said)).firewall_rules[-1]
    assert (last.implicit, last.action, last.scope) == (True, action, Scope.INPUT)


def test_unifi_a_chain_of_the_box_has_no_end_of_its_own() -> None:
    assert not any(each.implicit for each in unifi(chain(drop(), name="UBIOS_WAN_IN_USER")).firewall_rules)


def test_unifi_a_text_cut_off_says_so() -> None:
    whole = json.dumps(chain(drop(), drop(id=2, description="y"), drop(id=3, description="z")), indent=1)
    found = read_config("ubiquiti_unifi", whole[: int(len(whole) * 0.8)], b"key").document
    assert not found.complete
    assert found.warnings
    assert "x" in rules_of(found)


def test_unifi_what_a_usg_prints_is_read_twice_alike() -> None:
    """The settings are rewritten as commands, which is what is kept: these are read like the first text."""
    dump = {
        "firewall": {"name": {"WAN_IN": {"default-action": "drop", "rule": {"20": {"action": "accept", "protocol": "tcp"}}}}},
        "interfaces": {"ethernet": {"eth0": {"address": ["203.0.113.2/29"], "firewall": {"in": {"name": "WAN_IN"}}}}},
        "system": {"host-name": "usg", "login": {"user": {"ugo": {"authentication": {"plaintext-password": "Segretissima-1"}}}}},
    }  # fmt: skip
    first = read_config("ubiquiti_unifi", json.dumps(dump, indent=1), b"key")
    again = read_config("ubiquiti_unifi", first.text, b"key")
    assert "Segretissima" not in first.text
    assert again.text == first.text
    assert again.document.firewall_rules == first.document.firewall_rules
    assert [(each.action, each.implicit) for each in first.document.firewall_rules] == [(Action.ALLOW, False), (Action.DENY, True)]


# JSON

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [value.strip() if isinstance(value, str) else "" if value is None else json.dumps(value)]


@given(st.dictionaries(st.text(max_size=6), _JSON, max_size=5))
def test_json_gives_every_leaf_and_its_own_text(about: dict[str, object]) -> None:
    text = json.dumps(about, indent=1)
    tree = json_tree.parse(text, lambda _path, value, _line: value)
    assert tree.stopped == ""
    assert [each.text for each in tree.root.leaves() if each.text] == [leaf for leaf in leaves(about) if leaf]
    assert tree.text() == text


@given(st.dictionaries(st.text(max_size=6), _JSON, max_size=5), st.integers(0, 400))
def test_json_cut_off_keeps_nothing_that_was_not_looked_at(about: dict[str, object], cut: int) -> None:
    text = json.dumps(about, indent=1)[:cut]
    try:
        tree = json_tree.parse(text, lambda _path, _value, _line: "X")
    except Unparsed:
        return
    # what is left beside the stand-ins are signs, names and blanks

    def without(found: re.Match[str]) -> str:
        return "" if found[1] or json.loads(found[0]).strip() in ("", "X") else found[0]

    kept = re.sub(r'"(?:[^"\\]|\\.)*"(\s*:)?', without, tree.text())
    assert re.sub(r"null|[\s{}\[\],]", "", kept) == ""


def test_json_deeper_than_the_bound_ends_there() -> None:
    deep = '{"a":' * 5_000 + "1" + "}" * 5_000
    tree = json_tree.parse(deep, lambda _path, value, _line: value)
    assert "deeper" in tree.stopped


@pytest.mark.parametrize("text", ["", "[]", "1", '"a"', "null"])
def test_json_that_is_no_object(text: str) -> None:
    with pytest.raises(Unparsed):
        json_tree.parse(text, lambda _path, value, _line: value)

"""Rules of nftables, loaded into a real kernel in a network namespace of their own and read back."""

import json
import random
import shutil
import subprocess

import pytest

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import Action, FirewallRule, PortForward, Scope
from shared.stable import stable_digest

BASE = """
table inet filter {
  set admins { type ipv4_addr; elements = { 10.0.0.9, 10.0.0.10, 10.0.0.101 }; }
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related counter packets 5 bytes 500 accept
    iifname { "lan0", "lan1", "wg0" } tcp dport { 22, 53, 443 } accept comment "inside"
    ip saddr @admins tcp dport 8443 accept
    tcp dport 80 accept
    tcp dport 80 accept
  }
}
"""


def listed(ruleset: str) -> str:
    """What ``nft -j list ruleset`` says after the rules were loaded, in a namespace that ends with the command."""
    nft = shutil.which("nft") or shutil.which("nft", path="/usr/sbin")
    assert nft, "install nftables: apt install nftables"
    script = f"{nft} -f - && {nft} -j list ruleset"
    done = subprocess.run(["unshare", "-n", "sh", "-c", script], input=ruleset, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read(ruleset: str) -> ReadConfig:
    return read_config("linux", listed(ruleset)).document


def rules(document: ReadConfig) -> list[FirewallRule]:
    return list(document.firewall_rules)


def chain(*lines: str, hook: str = "input") -> str:
    body = "\n".join(lines)
    return f"table inet t {{ chain c {{ type filter hook {hook} priority 0; policy accept;\n{body}\n}}; }}"


def test_loading_again_changes_nothing() -> None:
    """Handles, counters and the order inside sets are the kernel's own."""
    twice = BASE.replace("packets 5 bytes 500", "packets 77 bytes 9000")
    assert stable_digest([read(BASE)]) == stable_digest([read(twice)])
    once, again = (read_config("linux", listed(ruleset)) for ruleset in (BASE, twice))
    assert (once.text, once.stable_sha256) == (again.text, again.stable_sha256)


def test_synthetic_the_order_inside_sets_and_maps_is_no_change() -> None:
    def told(ports: list[int], verdicts: list[list[object]]) -> str:
        dport = {"payload": {"protocol": "tcp", "field": "dport"}}
        rule = [{"match": {"op": "==", "left": dport, "right": {"set": ports}}}, {"vmap": {"key": dport, "data": {"set": verdicts}}}]
        return json.dumps({"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": rule}}]})

    accept, drop = [22, {"accept": None}], [80, {"drop": None}]
    first, second = (
        rules(read_config("linux", told(*order)).document) for order in (([9, 10, 22], [accept, drop]), ([22, 10, 9], [drop, accept]))
    )
    assert first == second and len(first) == 2


def test_keys_stay_when_other_rules_come_and_go() -> None:
    before = {rule.key: rule.raw for rule in rules(read(BASE))}
    more = BASE.replace("    tcp dport 80 accept\n", '    udp dport 1 drop comment "new"\n    tcp dport 80 accept\n', 1)
    after = {rule.key: rule.raw for rule in rules(read(more))}
    assert before.items() <= after.items() and len(after) == len(before) + 1
    fewer = {rule.key for rule in rules(read(BASE.replace("    ip saddr @admins tcp dport 8443 accept\n", "")))}
    assert fewer < before.keys() and len(fewer) == len(before) - 1


def test_keys_are_unique_and_a_comment_is_none_of_them() -> None:
    keys = [rule.key for rule in rules(read(BASE))]
    assert len(set(keys)) == len(keys)
    assert keys == [rule.key for rule in rules(read(BASE.replace('comment "inside"', 'comment "renamed"')))]


def test_order_counts_over_the_whole_rule_base_and_the_policy_ends_a_chain() -> None:
    found = rules(read(BASE))
    assert [rule.order for rule in found] == list(range(1, 7))
    assert found[-1].implicit and found[-1].action is Action.DENY and found[-1].scope is Scope.INPUT


def test_sets_are_resolved_in_a_natural_order() -> None:
    inside, admins = rules(read(BASE))[1:3]
    assert inside.from_ == ("lan0", "lan1", "wg0") and inside.services == ("tcp/22", "tcp/53", "tcp/443")
    assert admins.sources == ("10.0.0.9", "10.0.0.10", "10.0.0.101")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("tcp dport 1000-2000 drop", {"services": ("tcp/1000-2000",), "action": Action.DENY}),
        ("ip6 saddr fd00::/8 udp dport 53 accept", {"sources": ("fd00::/8",), "services": ("udp/53",), "family": "ipv6"}),
        ("ip protocol gre accept", {"services": ("gre",)}),
        ("meta l4proto ipv6-icmp accept", {"services": ("icmpv6",)}),
        ("meta nfproto ipv6 drop", {"family": "ipv6"}),
        ("icmpv6 type echo-request accept", {"services": ("icmpv6/echo-request",)}),
        ('oifname != "wan0" accept', {"to": ("!wan0",)}),
        ("ip daddr != { 10.0.0.1, 10.0.0.2 } drop", {"destinations": ("!10.0.0.1", "!10.0.0.2")}),
        ("ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 drop", {"sources": ("10.0.0.0/8",), "conditions": ("ip saddr != 10.1.0.0/16",)}),
        ("tcp dport > 1023 accept", {"services": ("any",), "conditions": ("tcp dport > 1023",)}),
        ("limit rate over 5/minute burst 7 packets drop", {"conditions": ("limit rate over 5/minute burst 7 packets",)}),
        ("quota over 5 mbytes drop", {"conditions": ('{"quota":{"val":5,"val_unit":"mbytes","inv":true}}',)}),
        ("ct state new ct status dnat accept", {"states": ("new",), "conditions": ("ct status dnat",)}),
        ("ct state != established drop", {"states": (), "conditions": ("ct state != established",)}),
        ('log prefix "x " level warn', {"action": Action.LOG, "log": True}),
        ("reject with icmpx admin-prohibited", {"action": Action.REJECT, "native_action": "reject with icmpx admin-prohibited"}),
        ("meta mark set 7", {"action": Action.OTHER, "native_action": "meta mark set 7"}),
        ("meta mark set 7 accept", {"action": Action.ALLOW, "conditions": ("meta mark set 7",)}),
        ("@th,16,16 0x35 drop", {"services": ("th/53",)}),
        ("@nh,8,8 0x8 drop", {"action": Action.DENY}),
        ('meta hour "22:00"-"23:00" drop', {"schedule": "hour 22:00-23:00"}),
        ("ip saddr . tcp dport { 10.0.0.1 . 22 } accept", {"conditions": ("ip saddr . tcp dport { 10.0.0.1 . 22 }",)}),
    ],
)
def test_a_rule_in_words_that_hold_for_every_make(line: str, expected: dict[str, object]) -> None:
    rule = rules(read(chain(line)))[0]
    assert {name: getattr(rule, name) for name in expected} == expected


def test_a_map_stands_for_several_rules() -> None:
    found = rules(read(chain("tcp dport vmap { 80 : drop, 22 : accept }")))
    assert [(rule.services, rule.action) for rule in found[:2]] == [(("tcp/22",), Action.ALLOW), (("tcp/80",), Action.DENY)]


def test_chains_that_nothing_reaches_are_unbound() -> None:
    text = """table inet t {
      chain used { tcp dport 1 accept; }
      chain called_by_map { tcp dport 2 accept; }
      chain idle { jump deeper; }
      chain deeper { tcp dport 3 accept; }
      chain f { type filter hook forward priority 0; policy accept; jump used; iifname vmap { "x" : jump called_by_map }; }
      chain i { type filter hook input priority 0; policy accept; jump used; }
    }"""
    by_chain = {rule.ruleset.split()[-1]: rule for rule in rules(read(text)) if not rule.implicit}
    assert {name: rule.bound for name, rule in by_chain.items() if name in ("used", "called_by_map", "idle", "deeper")} == {
        "used": True,
        "called_by_map": True,
        "idle": False,
        "deeper": False,
    }
    assert by_chain["called_by_map"].scope is Scope.FORWARD
    assert by_chain["used"].scope is Scope.OTHER and by_chain["used"].conditions == ("reached from forward, input",)


def forwards(text: str) -> list[PortForward]:
    return list(read(text).port_forwards)


def test_a_forward_takes_the_conditions_of_the_jump_that_leads_to_it() -> None:
    text = """table ip nat {
      chain web { tcp dport 8080 dnat to 10.0.0.8:80; }
      chain lost { tcp dport 9 dnat to 10.0.0.9; }
      chain pre { type nat hook prerouting priority dstnat; iifname "wan0" ip saddr 192.0.2.0/24 jump web; }
    }"""
    web, lost = forwards(text)
    assert (web.from_, web.sources, web.public_ports, web.to_address, web.to_ports) == (
        ("wan0",),
        ("192.0.2.0/24",),
        "8080",
        "10.0.0.8",
        "80",
    )
    assert web.enabled and not lost.enabled and lost.conditions == ("reached from nowhere",)


def test_source_translation_and_its_exceptions() -> None:
    text = """table ip nat { chain post { type nat hook postrouting priority srcnat;
      oifname "wan0" ip daddr 10.9.0.0/16 accept
      oifname "wan0" ip saddr 10.0.0.20 snat to 203.0.113.3
      oifname "wan0" masquerade
    }; }"""
    found = read(text).source_nat
    assert [(nat.kind, nat.to_source) for nat in found] == [("none", ""), ("source", "203.0.113.3"), ("masquerade", "")]


def test_an_empty_rule_set_is_no_fault() -> None:
    assert rules(read("")) == [] and rules(read_config("linux", "").document) == []


def test_rules_made_by_iptables_extensions_are_told_and_complained_of() -> None:
    text = json.dumps(
        {
            "nftables": [
                {"chain": {"family": "ip", "table": "nat", "name": "POST", "type": "nat", "hook": "postrouting", "policy": "accept"}},
                {"rule": {"family": "ip", "table": "nat", "chain": "POST", "expr": [{"xt": {"type": "target", "name": "MASQUERADE"}}]}},
            ]
        }
    )
    found = read_config("linux", text).document
    assert "iptables-save" in found.warnings[0]
    assert [rule.native_action for rule in found.firewall_rules] == ["xt target MASQUERADE"]


def test_jumps_in_a_circle_end() -> None:
    """The kernel refuses such rules; a hostile device may tell of them."""
    objects: list[dict[str, object]] = [
        {"chain": {"family": "ip", "table": "t", "name": "p", "type": "nat", "hook": "prerouting", "policy": "accept"}}
    ]
    for name, to in (("p", "a"), ("a", "b"), ("b", "a")):
        objects.append({"rule": {"family": "ip", "table": "t", "chain": name, "expr": [{"jump": {"target": to}}]}})
    objects.append({"rule": {"family": "ip", "table": "t", "chain": "b", "expr": [{"dnat": {"addr": "10.0.0.1"}}]}})
    chance = random.Random(1)  # noqa: S311 - an order, no secret
    for _ in range(5):
        chance.shuffle(objects)
        read_config("linux", json.dumps({"nftables": objects}))


def test_maps_that_multiply_are_bounded() -> None:
    entries = [[n, {"accept": None}] for n in range(200)]
    vmap = {"vmap": {"key": {"payload": {"protocol": "tcp", "field": "dport"}}, "data": {"set": entries}}}
    text = json.dumps({"nftables": [{"rule": {"family": "ip", "table": "t", "chain": "c", "expr": [vmap] * 12}}]})
    assert len(rules(read_config("linux", text).document)) <= 20_000

"""iptables' rules: what its output, old versions of it and people's own files hold besides what the goldens show."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import read_config
from shared.configs.linux_rules.iptables_rule import options
from shared.device_config import ReadConfig
from shared.errors import Unparsed
from shared.firewall import Action, FirewallRule, Scope

HEAD = "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"


def read(*lines: str, head: str = HEAD) -> ReadConfig:
    return read_config("linux", head + "\n".join(lines) + "\nCOMMIT\n").document


def rule(line: str) -> FirewallRule:
    return next(rule for rule in read(line).firewall_rules if not rule.implicit)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-A INPUT -s 10.0.0.0/255.0.0.0 -j ACCEPT", {"sources": ("10.0.0.0/8",), "action": Action.ALLOW, "scope": Scope.INPUT}),
        ("-A INPUT -s ! 10.0.0.1/32 -j DROP", {"sources": ("!10.0.0.1",)}),
        ("-A INPUT ! -s 0.0.0.0/0 -j DROP", {"sources": ("!any",)}),
        ("-A INPUT -s 10.0.0.1,10.0.0.2 -j DROP", {"sources": ("10.0.0.1", "10.0.0.2")}),
        ("-A INPUT --protocol tcp --destination-port 80 --jump ACCEPT", {"services": ("tcp/80",)}),
        ("-A INPUT -p 6 --dport :1023 -j ACCEPT", {"services": ("tcp/0-1023",)}),
        ("-A INPUT -p tcp --dport ssh -j ACCEPT", {"services": ("tcp/ssh",)}),
        ("-A INPUT -p all -j ACCEPT", {"services": ("any",)}),
        ("-A INPUT ! -p tcp -j ACCEPT", {"services": ("!tcp",)}),
        ("-A INPUT -p tcp ! --dport 22 -j DROP", {"services": ("!tcp/22",)}),
        (
            "-A INPUT -p tcp --sport 1024: ! --dport 22 -j DROP",
            {"services": ("!tcp/22",), "conditions": ("tcp source ports 1024-65535",)},
        ),
        ("-A INPUT -p udp -m udp --sport 53 -j ACCEPT", {"services": ("udp/any<53",)}),
        ("-A INPUT -p icmp -m icmp --icmp-type any -j ACCEPT", {"services": ("icmp",)}),
        ("-A INPUT -p icmp -m icmp --icmp-type 3/4 -j ACCEPT", {"services": ("icmp/fragmentation-needed",)}),
        ("-A INPUT -m state --state NEW,INVALID -j DROP", {"states": ("new", "invalid")}),
        ("-A INPUT -m conntrack ! --ctstate NEW -j DROP", {"states": (), "conditions": ("! --ctstate NEW",)}),
        ("-A INPUT -m state --state NEW -m state --state NEW -j DROP", {"conditions": ("--state NEW",)}),
        ("-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.1 -j DROP", {"sources": ("10.0.0.1-10.0.0.1",)}),
        ("-A INPUT -s 10.0.0.0/8 -m mac --mac-source 00:1B:21:AA:BB:CC -j ACCEPT", {"conditions": ("--mac-source 00:1B:21:AA:BB:CC",)}),
        ("-A INPUT -m socket -j ACCEPT", {"conditions": ("-m socket",)}),
        ("-A INPUT -f -j DROP", {"conditions": ("-f",)}),
        ('-A INPUT -m comment --comment "- a \\"b\\" \\\\ c" -j DROP', {"comment": '- a "b" \\ c'}),
        ("-A INPUT -p tcp -j ACCEPT -m comment --comment after", {"comment": "after", "action": Action.ALLOW, "services": ("tcp",)}),
        ("-A INPUT -j LOG --log-prefix x", {"action": Action.LOG, "log": True}),
        ("-A INPUT -j NFQUEUE --queue-num 1", {"action": Action.OTHER, "native_action": "NFQUEUE --queue-num 1"}),
        ("-A INPUT -j NEWTARGET --with care", {"action": Action.OTHER, "native_action": "NEWTARGET", "conditions": ("--with care",)}),
        ("-A INPUT -j lost", {"action": Action.JUMP, "why_without_effect": "chain lost is not defined"}),
        ("-A INPUT -s 10.0.0.1", {"action": Action.OTHER, "native_action": ""}),
        (
            "-A INPUT -m set --match-set unknown src -j DROP",
            {"sources": ("unknown",), "source_names": ("unknown",), "why_without_effect": ""},
        ),
        ("-A INPUT -m set --match-set pairs src,dst -j DROP", {"sources": ("any",), "conditions": ("--match-set pairs src,dst",)}),
        ("[5:300] -A INPUT -j DROP", {"raw": "-A INPUT -j DROP"}),
    ],
)
def test_a_rule_in_words_that_hold_for_every_make(line: str, expected: dict[str, object]) -> None:
    found = rule(line)
    assert {name: getattr(found, name) for name in expected} == expected


def test_chains_that_nothing_reaches_are_unbound_and_policies_end_their_chains() -> None:
    found = read("-N used", "-N idle", "-A used -j DROP", "-A idle -j used", "-A INPUT -g used").firewall_rules
    assert [(r.ruleset.split()[-1], r.bound, r.implicit) for r in found] == [
        ("INPUT", True, False),
        ("INPUT", True, True),
        ("FORWARD", True, True),
        ("OUTPUT", True, True),
        ("used", True, False),
        ("idle", False, False),
    ]
    assert found[0].native_action == "goto used" and found[1].action is Action.DENY
    assert [r.order for r in found] == [1, 2, 3, 4, 5, 6]


def test_an_insertion_goes_where_it_says() -> None:
    found = read("-A INPUT -s 10.0.0.1 -j DROP", "-I INPUT -s 10.0.0.2 -j DROP", "-I INPUT 2 -s 10.0.0.3 -j DROP").firewall_rules
    assert [r.sources for r in found if not r.implicit] == [("10.0.0.2",), ("10.0.0.3",), ("10.0.0.1",)]


def test_keys_stay_when_other_rules_and_counters_come_and_go() -> None:
    first = read("-A INPUT -s 10.0.0.1 -j DROP", "-A INPUT -p tcp -j DROP", "-A INPUT -p tcp -j DROP")
    more = read("[7:7] -A INPUT -m comment --comment new -s 10.0.0.1 -j DROP", "-A INPUT -p udp -j DROP", "-A INPUT -p tcp -j DROP")
    keys = [r.key for r in first.firewall_rules]
    assert len(set(keys)) == len(keys)
    assert keys[0] != keys[1] and keys[2] == f"{keys[1]}-2"
    again = [r.key for r in more.firewall_rules if not r.implicit]
    assert (again[0], again[2]) == (keys[0], keys[1]), "neither a comment nor another rule changes a key"


def test_counters_and_moments_make_no_new_version() -> None:
    text = "# Generated by iptables-save v1.8.9 on {}\n*filter\n:INPUT DROP [{}]\n[{}] -A INPUT -j DROP\nCOMMIT\n# Completed on {}\n"
    one, two = (
        read_config("linux", text.format(*values))
        for values in (
            ("Mon Jan  1 10:00:00 2024", "1:2", "3:4", "Mon"),
            ("Tue Feb  2 11:00:00 2025", "9:9", "8:8", "Tue"),
        )
    )
    assert (one.text, one.stable_sha256) == (two.text, two.stable_sha256)
    assert one.stable_sha256 != read_config("linux", one.text.replace("DROP [", "ACCEPT [")).stable_sha256


def test_families_are_told_by_the_header_or_by_what_is_asked() -> None:
    table = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT {} -j DROP\nCOMMIT\n"
    second = table.format("-s fe80::/10")
    for text in (
        f"# Generated by iptables-save\n{table.format('-p tcp')}# Generated by ip6tables-save\n{table.format('-p tcp')}",
        table.format("-p tcp") + second,
        table.format("-p tcp") * 2,
    ):
        found = [r.family for r in read_config("linux", text).document.firewall_rules if not r.implicit]
        assert found == ["ipv4", "ipv6"]


def test_a_script_and_the_other_listing_are_read() -> None:
    script = "#!/bin/sh\nIPT=/sbin/iptables\niptables -F\n/sbin/iptables -P INPUT DROP\nsudo iptables -w -A INPUT -i lo -j ACCEPT\n"
    script += "iptables -t nat -A POSTROUTING -o ppp0 -j MASQUERADE\nip6tables -A INPUT -j DROP\n"
    document = read_config("linux", script).document
    assert [(r.family, r.from_, r.action) for r in document.firewall_rules] == [
        ("ipv4", ("lo",), Action.ALLOW),
        ("ipv4", ("any",), Action.DENY),
        ("ipv6", ("any",), Action.DENY),
    ]
    assert document.source_nat[0].to == ("ppp0",)
    assert [line.text for line in document.unread] == ["IPT=/sbin/iptables"]
    listed = read_config("linux", "-P INPUT DROP\n-N web\n-A INPUT -j web\n-A web -j ACCEPT\n").document
    assert [(r.ruleset, r.bound) for r in listed.firewall_rules] == [
        ("ip filter INPUT", True),
        ("ip filter INPUT", True),
        ("ip filter web", True),
    ]


def test_sets_are_resolved_through_lists_of_lists_and_a_circle_ends() -> None:
    sets = (
        "create a list:set\ncreate b list:set\ncreate c hash:net\nadd a b\nadd b a\nadd b c\nadd c 10.0.0.0/8\nadd c 10.1.0.0/16 nomatch\n"
    )
    found = read("-A INPUT -m set --match-set a src -j DROP", "-A INPUT -m set --match-set none src -j DROP", head=sets + HEAD)
    first, second = (r for r in found.firewall_rules if not r.implicit)
    assert (first.sources, first.source_names) == (("10.0.0.0/8", "!10.1.0.0/16"), ("a",))
    assert second.why_without_effect == "set none is not defined"


def test_a_set_with_time_outs_is_shown_by_its_name() -> None:
    sets = "create t hash:ip timeout 60\nadd t 10.0.0.1 timeout 55\n"
    text = sets + HEAD + "-A INPUT -m set --match-set t src -j DROP\nCOMMIT\n"
    one, two = (read_config("linux", each) for each in (text, text.replace("timeout 55", "timeout 3")))
    assert one.document.firewall_rules[0].sources == ("t",)
    assert one.stable_sha256 == two.stable_sha256


NAT = "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"


@pytest.mark.parametrize(
    ("target", "to"),
    [
        ("10.0.0.5:8080", ("10.0.0.5", "8080")),
        ("10.0.0.5", ("10.0.0.5", "")),
        ("10.0.0.5-10.0.0.9:80-90", ("10.0.0.5-10.0.0.9", "80-90")),
        ("[fd00::5]:80", ("fd00::5", "80")),
        ("[fd00::5]-[fd00::9]:80", ("fd00::5-fd00::9", "80")),
        ("fd00::5", ("fd00::5", "")),
        (":80", ("203.0.113.1", "80")),
    ],
)
def test_where_a_forward_goes(target: str, to: tuple[str, str]) -> None:
    (forward,) = read(f"-A PREROUTING -d 203.0.113.1 -p tcp --dport 80 -j DNAT --to-destination {target}", head=NAT).port_forwards
    assert (forward.to_address, forward.to_ports) == to


def test_a_forward_in_a_chain_takes_the_conditions_of_its_jumps() -> None:
    lines = [
        "-N one",
        "-N both",
        "-N lost",
        "-A PREROUTING -i wan0 -j one",
        "-A PREROUTING -i wan0 -j both",
        "-A PREROUTING -i wan1 -j both",
    ]
    lines += [f"-A {chain} -p tcp --dport 80 -j DNAT --to-destination 10.0.0.5" for chain in ("one", "both", "lost")]
    one, both, lost = read(*lines, head=NAT).port_forwards
    assert (one.from_, one.conditions, one.enabled) == (("wan0",), (), True)
    assert both.from_ == ("wan0", "wan1") and "-A PREROUTING -i wan1 -j both" in both.conditions[0]
    docker = ["-N D", "-A PREROUTING -i wan0 -j D", "-A OUTPUT ! -d 127.0.0.0/8 -j D", lines[-1].replace("lost", "D")]
    (published,) = read(*docker, head=NAT).port_forwards
    assert (published.from_, published.conditions) == (("wan0",), ()), "what the device itself sends is another way"
    assert not lost.enabled and lost.conditions == ("reached from nowhere",)


def test_mangle_raw_and_security_do_not_decide_who_may_go_where() -> None:
    found = read("-A FORWARD -p tcp -j DROP", head="*mangle\n:FORWARD ACCEPT [0:0]\n").firewall_rules
    assert [(r.scope, r.ruleset, r.implicit) for r in found] == [(Scope.OTHER, "ip mangle FORWARD", False)]


def test_a_broken_line_is_unread_and_the_rest_is_kept() -> None:
    found = read("-A INPUT -j DROP", "what is this", "-Q INPUT", "-A", "-A INPUT -p tcp --dport 1 -j ACCEPT")
    assert [line.text for line in found.unread] == ["what is this", "-Q INPUT", "-A"]
    assert len([r for r in found.firewall_rules if not r.implicit]) == 2


def test_what_is_no_rule_set_is_refused_with_the_command_to_use() -> None:
    with pytest.raises(Unparsed, match="iptables-save"):
        read_config("linux", "hello\n")


@given(st.lists(st.sampled_from(["-s", "!", "10.0.0.1", "-p", "tcp", "--dport", "22", "-j", "ACCEPT", "-m", "x", "--y", "", "-", "--"])))
def test_no_word_is_lost_between_options(words: list[str]) -> None:
    told = [word for option in options(words) for word in (option.name, *option.values)]
    assert [word for word in words if word != "!"] == told


NFT = "table inet t {\n chain c { type filter hook input priority 0; policy drop;\n"


@pytest.mark.parametrize(
    "text",
    [
        NFT + "tcp dport vmap { 1 : jump a } " * 2_000 + "\n}}\n",
        "define A = 1\n"
        + "".join(f"define A{i} = $A{i - 1 if i else ''} $A{i - 1 if i else ''}\n" for i in range(60))
        + NFT
        + "ip saddr $A59\n}}",
        NFT + "{" * 50_000,
        '{"nftables": [' + '{"rule":' * 20_000,
        "*filter\n:INPUT ACCEPT [0:0]\n" + "*filter\n" * 20_000,
        HEAD + "".join(f"-A INPUT -j x{i % 300}\n-A x{i % 300} -j x{i * 7 % 300}\n" for i in range(10_000)) + "COMMIT\n",
        "create a list:set\n" + "".join(f"create s{i} list:set\nadd s{i} s{i + 1}\nadd a s{i}\n" for i in range(5_000)),
        HEAD + "-A INPUT " + "-m x " * 20_000 + "-j DROP\nCOMMIT\n",
    ],
    ids=["maps", "definitions", "braces", "json", "tables", "jumps", "sets", "long-rule"],
)
def test_hostile_text_takes_little_time(text: str) -> None:
    begun = time.process_time()
    read_config("linux", text)
    assert time.process_time() - begun < 20

"""OpenWrt's configuration: defaults, negation, quotes, and the three forms that UCI's settings are printed in."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs import looks_like, read_config, uci
from shared.device_config import ReadConfig
from shared.firewall import Action, FirewallRule, Scope
from tests.shared.configs.texts import GOLDEN, KEY


def read(text: str) -> ReadConfig:
    return read_config("openwrt", text, KEY).document


def rule(*settings: str) -> FirewallRule:
    lines = "\n".join(f"\t{'list' if s.startswith('+') else 'option'} {s.lstrip('+')}" for s in settings)
    return next(r for r in read(f"package firewall\n\nconfig rule\n{lines}\n").firewall_rules if not r.implicit)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (("src 'wan'",), {"scope": Scope.INPUT, "services": ("tcp", "udp"), "from_": ("wan",), "to": ("any",), "action": Action.DENY}),
        (("src 'lan'", "dest 'wan'", "target 'ACCEPT'"), {"scope": Scope.FORWARD, "action": Action.ALLOW, "to": ("wan",)}),
        (("dest 'wan'", "target 'reject'"), {"scope": Scope.OUTPUT, "action": Action.REJECT}),
        (("src '*'", "dest '*'"), {"scope": Scope.FORWARD, "from_": ("any",), "to": ("any",)}),
        (("src 'wan'", "proto 'all'"), {"services": ("any",)}),
        (("src 'wan'", "proto 'tcpudp'", "dest_port '80 443:445'"), {"services": ("tcp/80", "tcp/443-445", "udp/80", "udp/443-445")}),
        (("src 'wan'", "proto 'tcp'", "dest_port '!22'"), {"services": ("!tcp/22",)}),
        (("src 'wan'", "proto 'icmp'", "family 'ipv6'"), {"services": ("icmpv6",), "family": "ipv6"}),
        (("src 'wan'", "+src_ip '!10.0.0.0/8'", "+src_ip '192.0.2.1'"), {"sources": ("!10.0.0.0/8", "192.0.2.1")}),
        (
            ("src 'wan'", "src_ip '10.0.0.1'", "src_mac '00:1B:21:AA:BB:CC'"),
            {"sources": ("10.0.0.1",), "conditions": ("src_mac 00:1B:21:AA:BB:CC",)},
        ),
        (("src 'wan'", "enabled '0'"), {"enabled": False}),
        (("src 'wan'", "limit '5/sec'", "future 'x'"), {"conditions": ("limit 5/sec", "future x")}),
        (("src 'wan'", "device 'eth0'", "direction 'in'"), {"from_": ("wan",), "conditions": ("device eth0", "direction in")}),
        (("name 'it'\\''s'", "src 'wan'"), {"name": "it's"}),
    ],
)
def test_a_rule_in_words_that_hold_for_every_make(settings: tuple[str, ...], expected: dict[str, object]) -> None:
    found = rule(*settings)
    assert {name: getattr(found, name) for name in expected} == expected


def test_rules_then_forwardings_then_forwards_then_policies() -> None:
    found = read_config("openwrt", (GOLDEN / "openwrt/synthetic_ax6000_dsa.txt").read_text(), KEY).document.firewall_rules
    kinds = ["rule" if r.raw.startswith("config rule") else r.native_action.split()[0] for r in found]
    order = ["rule", "forwarding", "accept"]
    firsts = [kinds.index(kind) for kind in order]
    assert firsts == sorted(firsts) and all(r.implicit for r in found[firsts[2] :])
    assert found[-1].name == "default output policy"
    zone = next(r for r in found if r.name == "forward policy of zone lan")
    assert (zone.from_, zone.to) == (("lan",), ("lan",)), "a zone's policy holds between its own networks"


def test_what_a_redirect_has_forwarded_is_let_in_and_what_is_off_is_not() -> None:
    document = read_config("openwrt", (GOLDEN / "openwrt/synthetic_ax6000_dsa.txt").read_text(), KEY).document
    by_title = {(port.title, port.protocol): port for port in document.exposed_ports}
    assert by_title["Sito", "tcp"].open and by_title["Sito", "tcp"].to_address == "10.20.0.5"
    assert not by_title["Centralino", "udp"].open
    implied = {rule.key for rule in document.firewall_rules if rule.implicit}
    assert all(forward.linked_rule in implied for forward in document.port_forwards)


def as_shown(exported: str) -> str:
    """``uci export`` told as ``uci show``."""
    document = uci.parse(exported)
    lines: list[str] = []
    counts: dict[tuple[str, str], int] = {}
    for section in uci.sections(document):
        place = (section.package, section.kind)
        name = section.name or f"@{section.kind}[{counts.get(place, 0)}]"
        counts[place] = counts.get(place, 0) + 1
        lines.append(f"{section.package}.{name}={section.kind}")
        for option, values in section.settings.items():
            quoted = " ".join("'{}'".format(value.replace("'", "'\\''")) for value in values)
            lines.append(f"{section.package}.{name}.{option}={quoted}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", sorted((GOLDEN / "openwrt").glob("synthetic_*dsa.txt")), ids=lambda path: path.stem)
def test_exported_shown_and_without_packages_say_the_same(path: Path) -> None:
    text = path.read_text()
    told = read(text)
    shown = read(as_shown(text))
    elsewhere = {"line", "raw"}
    for name in ("port_forwards", "source_nat", "firewall_rules", "vpns"):
        one, other = ([each.model_dump(exclude=elsewhere) for each in getattr(document, name)] for document in (told, shown))
        assert one == other, name
    for name in ("interfaces", "zones", "dhcp", "routes", "users", "remote_access", "vlans", "hostname"):
        assert getattr(told, name) == getattr(shown, name), name
    network = re.sub(r"^package \S+\n", "", text[text.index("package network") : text.index("package openvpn")], flags=re.MULTILINE)
    without_rules = network[: network.index("config rule")]
    assert [i.name for i in read(without_rules).interfaces] == [i.name for i in told.interfaces if i.kind != "wireless"]


def test_a_pool_is_counted_from_its_networks_address() -> None:
    text = "config interface 'lan'\n\toption proto 'static'\n\toption ipaddr '10.1.2.129/25'\n"
    text += "config dhcp 'lan'\n\toption interface 'lan'\n\toption start '10'\n\toption limit '500'\n\toption leasetime '2h'\n"
    (pool,) = read(text).dhcp
    assert (pool.prefix, pool.first_address, pool.last_address, pool.lease_s) == ("10.1.2.128/25", "10.1.2.138", "10.1.2.254", 7200)


def test_a_cut_off_value_is_said() -> None:
    document = read("package system\n\nconfig system\n\toption hostname 'a'\n\toption notes 'not clo")
    assert not document.complete and document.hostname == "a" and document.warnings


def test_another_forms_blocks_are_not_taken_for_it() -> None:
    assert "openwrt" not in looks_like('config firewall policy\n    edit 1\n        set name "x"\n    next\nend\n')


def test_sections_that_nobody_knows_are_unread() -> None:
    document = read("package oddity\n\nconfig thing\n\toption a '1'\n\npackage sqm\n\nconfig queue\n\toption a '1'\n")
    assert [line.text for line in document.unread] == ["config thing", "option a '1'"]
    assert [(part.section, part.lines) for part in document.passed_over] == [("traffic control and policy routing", 2)]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\0\n\r\x0b\x0c\x1c\x1d\x1e\x85")), max_size=4))
def test_quoted_words_are_read_as_they_were_written(values: list[str]) -> None:
    assert uci.words(" ".join("'" + value.replace("'", "'\\''") + "'" for value in values)) == values


@pytest.mark.parametrize(
    "line", ["\toption a 'x\"\n", "\toption a 'x\n\toption b \"\n", "\tlist ports 'a'\n", "\toption x '" + "1 " * 500 + "'\n"]
)
def test_hostile_text_takes_little_time(line: str) -> None:
    begun = time.process_time()
    read("package network\n\nconfig interface 'x'\n\toption proto 'static'\n" + line * (400_000 // len(line)))
    assert time.process_time() - begun < 20

"""Rules made by chance are loaded into the real kernel, in a network namespace of their own, and read back: rule by rule the same.

60 policies in the usual run, 500 with ``NETARIO_LONG=1``.
"""

import os
import shutil
import subprocess

import pytest

from shared.configs import read_config
from shared.device_config import ReadConfig
from shared.firewall import ANY, Action, FirewallRule, Scope
from tests.labs.linux_policies import HOOKS, Wanted, as_iptables, as_nft, policy

POLICIES = 500 if os.environ.get("NETARIO_LONG") == "1" else 60
SCOPES = {"INPUT": Scope.INPUT, "FORWARD": Scope.FORWARD, "OUTPUT": Scope.OUTPUT, "web": Scope.INPUT}


def printed(load: str, rules: str, show: str) -> str:
    """What ``show`` prints after ``load`` has read the rules. The namespace ends with the command."""
    for program in (load.split()[0], show.split()[0]):
        assert shutil.which(program) or shutil.which(program, path="/usr/sbin"), f"install {program}"
    script = f"PATH=$PATH:/usr/sbin; {load} && {{ {show}; }}"
    done = subprocess.run(["unshare", "-n", "sh", "-c", script], input=rules, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(found: list[FirewallRule], wanted: list[Wanted]) -> None:
    for rule, want in zip(found, wanted, strict=True):
        told = (rule.ruleset.split()[-1], rule.action, rule.from_, rule.to, rule.sources, rule.destinations)
        assert told == (want.chain, want.action, (want.from_,), (want.to,), (want.source,), (want.destination,)), rule.raw
        assert (frozenset(rule.services), frozenset(rule.states)) == (want.services, frozenset(want.states)), rule.raw
        assert (rule.scope, rule.bound, rule.enabled, rule.conditions) == (SCOPES[want.chain], True, True, ()), rule.raw
    assert len({rule.key for rule in found}) == len(found)


def own_rules(document: ReadConfig, order: tuple[str, ...]) -> list[FirewallRule]:
    """The policy's rules, chain by chain, without the jump; the jump and the chains' ends are looked at here."""
    rules = [rule for rule in document.firewall_rules if rule.ruleset.startswith("ip filter ")]
    ends = {rule.ruleset.split()[-1]: rule.action for rule in rules if rule.implicit}
    assert ends == {"INPUT": Action.DENY, "FORWARD": Action.DENY, "OUTPUT": Action.ALLOW}
    assert sum(rule.implicit for rule in rules) == len(ends), "each chain's end is told once"
    (jump,) = [rule for rule in rules if rule.action is Action.JUMP]
    assert (jump.native_action, jump.from_) == ("jump web", ("wan0",))
    assert [rule.order for rule in document.firewall_rules] == sorted({rule.order for rule in document.firewall_rules})
    own = [rule for rule in rules if not rule.implicit and rule is not jump]
    return [rule for chain in order for rule in own if rule.ruleset == f"ip filter {chain}"]


def assert_translations(document: ReadConfig) -> None:
    (forward,), (nat,) = document.port_forwards, document.source_nat
    assert (forward.from_, forward.protocol, forward.public_ports) == (("wan0",), "tcp", "443")
    assert (forward.to_address, forward.to_ports) == ("10.0.0.5", "8443")
    assert (nat.kind, nat.to, nat.sources) == ("masquerade", ("wan0",), (ANY,))


@pytest.mark.parametrize("seed", range(POLICIES // 2))
def test_what_iptables_has_loaded_is_read_rule_by_rule(seed: int) -> None:
    """Beside nft's answer, in which the same rules stand a second time: each is told once."""
    wanted = policy(seed)
    text = printed("iptables-restore", as_iptables(wanted), "nft -j list ruleset; echo; iptables-save -c; ip6tables-save")
    document = read_config("linux", text).document
    found = own_rules(document, (*HOOKS, "web"))
    assert_same(found, wanted)
    assert [rule.comment for rule in found] == [" ".join(want.comment.split()) for want in wanted]
    assert_translations(document)
    assert document.unread == () and document.warnings == ()


@pytest.mark.parametrize("seed", range(POLICIES // 2))
@pytest.mark.parametrize("form", ["-j", ""], ids=["json", "text"])
def test_what_nft_has_loaded_is_read_rule_by_rule(seed: int, form: str) -> None:
    wanted = policy(1_000_000 + seed)
    text = printed("nft -f -", as_nft(wanted), f"nft {form} list ruleset")
    document = read_config("linux", text).document
    found = own_rules(document, (*HOOKS, "web"))
    assert_same(found, wanted)
    assert [rule.log for rule in found] == [want.logs for want in wanted]
    assert_translations(document)
    assert document.unread == ()

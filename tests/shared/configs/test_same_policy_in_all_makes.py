"""One policy, written by aerleon in seven makes' words, is the same policy when it is read back from each.

The policies are made at random from a seed; what aerleon was given is the truth. iptables and nftables are loaded into a network namespace
and read back from the kernel, as an agent would. Rules of one action that follow each other are one set: in which order a make writes
them says nothing.
"""

import os
import random
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from absl import logging as absl_logging
from aerleon import api
from aerleon.lib import naming

from shared.configs import read_config
from shared.firewall import ANY, Action, FirewallRule

absl_logging.set_verbosity(absl_logging.ERROR)

Atom = tuple[str, str, str]
"""(source, destination, service)"""
Policy = list[tuple[str, frozenset[Atom]]]

SEEDS = range(12)
ZONES = "from-zone untrust to-zone trust"
MAKES = {
    "fortinet": ("fortigate", ZONES),
    "cisco_asa": ("ciscoasa", "outside-in"),
    "cisco_ios": ("cisco", "outside-in extended"),
    "juniper_junos": ("srx", ZONES),
    "paloalto_panos": ("paloalto", ZONES),
}
KERNEL = {"iptables": ("iptables", "INPUT DROP"), "nftables": ("nftables", "inet INPUT")}
ACTIONS = {"accept": "allow", "deny": "deny"}
needs_kernel = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "nft", "iptables-restore"))), reason="a network namespace needs root"
)


class Made:
    """A policy at random: what aerleon takes, and what it means."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - repeatable
        self.networks = {f"NET{n}": [_prefix(chance, n, m) for m in range(chance.randint(1, 3))] for n in range(6)}
        self.services = {f"SVC{n}": [_service(chance, n, m) for m in range(chance.randint(1, 3))] for n in range(6)}
        self.terms = [self._term(chance, n) for n in range(chance.randint(6, 24))]
        self.terms.append({"name": "last", "action": "deny"})

    def _term(self, chance: random.Random, number: int) -> dict[str, Any]:
        term: dict[str, Any] = {"name": f"term{number}", "action": chance.choice(("accept", "accept", "deny"))}
        if chance.random() < 0.7:
            term["source-address"] = chance.choice(list(self.networks))
        if chance.random() < 0.7:
            term["destination-address"] = chance.choice(list(self.networks))
        if chance.random() < 0.85 or len(term) == 2:
            name = chance.choice(list(self.services))
            term["destination-port"], term["protocol"] = name, self.services[name][0][0]
        return term

    def text(self, target: str, options: str) -> str:
        definitions = naming.Naming()
        definitions.ParseDefinitionsObject(
            {
                "networks": {name: {"values": [{"address": each} for each in values]} for name, values in self.networks.items()},
                "services": {name: [{"protocol": p, "port": port} for p, port in values] for name, values in self.services.items()},
            },
            "definitions",
        )
        policy = {"filename": "policy", "filters": [{"header": {"targets": {target: options}}, "terms": self.terms}]}
        return "\n".join(api.Generate([policy], definitions).values())

    def truth(self) -> Policy:
        return _merged((ACTIONS[term["action"]], self._atoms(term)) for term in self.terms)

    def _atoms(self, term: dict[str, Any]) -> Iterator[Atom]:
        sources, destinations = (
            [each.removesuffix("/32") for each in self.networks[term[side]]] if side in term else [ANY]
            for side in ("source-address", "destination-address")
        )
        services = [f"{p}/{port}" for p, port in self.services[term["destination-port"]]] if "destination-port" in term else [ANY]
        return product(sources, destinations, services)


def _prefix(chance: random.Random, name: int, member: int) -> str:
    """Apart from each other, so that nobody joins two of them."""
    return f"10.{name * 20 + member * 4}.{chance.randrange(0, 256, 8)}.{chance.choice(('0/24', '64/26', '9/32', '0/25'))}"


def _service(chance: random.Random, name: int, member: int) -> tuple[str, str]:
    first = 1000 * (name + 1) + 100 * member + chance.randrange(40)
    port = chance.choice((str(first), f"{first}-{first + chance.randrange(2, 40)}"))
    if member == 0 and chance.random() < 0.5:
        port = chance.choice(("22", "25", "53", "80", "110", "143", "161", "389", "443", "514", "993", "3389"))
    return ("udp" if name % 3 == 2 else "tcp"), port


def _merged(rules: Iterable[tuple[str, Iterable[Atom]]]) -> Policy:
    policy: list[tuple[str, set[Atom]]] = []
    for action, atoms in rules:
        if policy and policy[-1][0] == action:
            policy[-1][1].update(atoms)
        else:
            policy.append((action, set(atoms)))
    return [(action, frozenset(atoms)) for action, atoms in policy]


def _recovered(rules: Sequence[FirewallRule]) -> Policy:
    return _merged((_action(rule), _atoms_of(rule)) for rule in rules)


def _action(rule: FirewallRule) -> str:
    return "deny" if rule.action is Action.REJECT else rule.action.value


def _atoms_of(rule: FirewallRule) -> Iterator[Atom]:
    # between two zones that are named, "interzone" says nothing more
    assert rule.enabled and set(rule.conditions) <= {"rule-type interzone"} and not rule.why_without_effect, rule
    return product(_addresses(rule.sources), _addresses(rule.destinations), _services(rule.services))


def _addresses(values: Sequence[str]) -> list[str]:
    whole = {"0.0.0.0-255.255.255.255", "0.0.0.0/0"}
    return list(dict.fromkeys(ANY if value in whole else value for value in values))


def _services(values: Sequence[str]) -> list[str]:
    found = [(protocol, port) for value in values for protocol, _, ports in [value.partition("/")] for port in ports.split(",")]
    return list(dict.fromkeys(f"{protocol}/{port}" if port else protocol for protocol, port in found))


def _flat(rules: Sequence[FirewallRule], ruleset: str) -> Iterator[FirewallRule]:
    """The rules as a packet meets them: in the place of a jump, those of the list that it leads to."""
    for rule in rules:
        if (rule.ruleset == ruleset and not rule.implicit and "established" not in rule.states) or _is_whole_state(rule, ruleset):
            if rule.action is Action.JUMP:
                name = rule.native_action.split()[-1]
                yield from _flat(rules, next(each.ruleset for each in rules if each.ruleset.split()[-1] == name))
            else:
                yield rule


def _is_whole_state(rule: FirewallRule, ruleset: str) -> bool:
    """aerleon writes an accept for iptables as one for new and established connections alike."""
    return rule.ruleset == ruleset and {"new", "established"} <= {state.lower() for state in rule.states}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("platform", MAKES)
def test_a_policy_reads_back_as_it_was(platform: str, seed: int) -> None:
    made = Made(seed)
    target, options = MAKES[platform]
    document = read_config(platform, made.text(target, options)).document
    assert _recovered([rule for rule in document.firewall_rules if not rule.implicit]) == made.truth()


@needs_kernel
@pytest.mark.parametrize("seed", SEEDS)
def test_a_policy_of_iptables_reads_back_as_it_was(seed: int) -> None:
    made = Made(seed)
    commands = [line for line in made.text(*KERNEL["iptables"]).splitlines() if line and not line.startswith("#")]
    chains = [f":{line.split()[1]} - [0:0]" for line in commands if line.startswith("-N ")]
    rules = [line for line in commands if line.startswith("-A ")]
    loaded = "\n".join(["*filter", ":INPUT DROP [0:0]", *chains, *rules, "COMMIT", ""])
    saved = _in_a_namespace("iptables-restore && iptables-save", loaded)
    assert _recovered(list(_flat(read_config("linux", saved).document.firewall_rules, _named(saved, "INPUT")))) == made.truth()


@needs_kernel
@pytest.mark.parametrize("seed", SEEDS)
def test_a_policy_of_nftables_reads_back_as_it_was(seed: int) -> None:
    made = Made(seed)
    printed = _in_a_namespace("nft -f - && nft -j list ruleset", made.text(*KERNEL["nftables"]))
    assert _recovered(list(_flat(read_config("linux", printed).document.firewall_rules, _named(printed, "root0")))) == made.truth()


def _named(text: str, chain: str) -> str:
    """What our reader calls a chain."""
    return next(r.ruleset for r in read_config("linux", text).document.firewall_rules if r.ruleset.split()[-1] == chain)


def _in_a_namespace(command: str, text: str) -> str:
    done = subprocess.run(["unshare", "--net", "sh", "-c", command], input=text, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout

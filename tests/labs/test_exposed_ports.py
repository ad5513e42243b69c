"""What is computed to be reachable from outside is what nmap finds from outside: random rule sets, loaded into a real kernel.

A machine outside, a firewall, a machine inside; nft for the even seeds, iptables for the odd ones. Each rule set is read back from the
kernel as the agent would, and every port is judged in both ways. Needs root. ``NETARIO_LONG=1``: five times as many.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.configs import read_config
from shared.device_config import ConfiguredInterface, ExposedPort, RemoteAccess
from shared.exposure import Box, exposed_ports
from shared.port_ranges import holds, parsed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif(not all(map(shutil.which, ("nft", "iptables-restore", "nmap"))), reason="nft, iptables and nmap are needed"),
]

RULE_SETS = 250 if os.environ.get("NETARIO_LONG") == "1" else 50
OUTSIDE, FIREWALL, INSIDE, GATEWAY = "198.51.100.9", "198.51.100.1", "10.66.0.5", "10.66.0.1"
OWN_PORTS, INSIDE_PORTS = (22, 80, 443, 8080), (22, 25, 80, 443, 3389, 8080)
ASKED = (22, 25, 80, 81, 443, 2222, 3389, 5000, 5001, 5002, 8080, 8443)
LISTEN = """
import socket, sys, time
held = []
for port in map(int, sys.argv[1:]):
    listener = socket.socket(); listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", port)); listener.listen(64); held.append(listener)
print("listening", flush=True)
time.sleep(3600)
"""


@dataclass(frozen=True)
class Lab:
    outside: int
    firewall: int
    inside: int

    def run(self, where: int, *command: str, text: str = "") -> str:
        inside = ["nsenter", "--net", "--target", str(where), *command]
        done = subprocess.run(inside, input=text, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}{text}"
        return done.stdout


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with ExitStack() as stack:
        outside, firewall, inside = (_namespace(stack) for _ in range(3))
        made = Lab(outside, firewall, inside)
        for near, far, name, address, peer in (
            (firewall, outside, "wan", f"{FIREWALL}/24", f"{OUTSIDE}/24"),
            (firewall, inside, "lan", f"{GATEWAY}/24", f"{INSIDE}/24"),
        ):
            made.run(near, "ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", str(far))
            made.run(near, "ip", "address", "add", address, "dev", name)
            made.run(near, "ip", "link", "set", name, "up")
            made.run(far, "ip", "address", "add", peer, "dev", "eth0")
            made.run(far, "ip", "link", "set", "eth0", "up")
        made.run(inside, "ip", "route", "add", "default", "via", GATEWAY)
        made.run(firewall, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        _listening(stack, firewall, OWN_PORTS)
        _listening(stack, inside, INSIDE_PORTS)
        yield made


def _namespace(stack: ExitStack) -> int:
    """A process that holds a network namespace of its own, by its id."""
    holder = stack.enter_context(subprocess.Popen(["unshare", "--net", "sleep", "3600"]))
    stack.callback(holder.kill)
    ends = time.monotonic() + 10
    while Path(f"/proc/{holder.pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
        assert time.monotonic() < ends, "no namespace was made"
        time.sleep(0.01)
    return holder.pid


def _listening(stack: ExitStack, where: int, ports: Sequence[int]) -> None:
    command = ["nsenter", "--net", "--target", str(where), sys.executable, "-c", LISTEN, *map(str, ports)]
    server = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(server.kill)
    assert server.stdout is not None and server.stdout.readline() == "listening\n"


@dataclass(frozen=True)
class Term:
    """One rule in words that both tools have."""

    verdict: str
    interface: str = ""
    source: str = ""
    destination: str = ""
    ports: tuple[str, ...] = ()
    established: bool = False


def _term(chance: random.Random, destinations: Sequence[str], verdicts: Sequence[str] = ("accept", "accept", "drop", "reject")) -> Term:
    ports: list[str] = []
    for _ in range(chance.randrange(4)):
        low = chance.choice(ASKED)
        ports.append(str(low) if chance.random() < 0.8 else f"{low}-{low + chance.randrange(1, 400)}")
    return Term(
        chance.choice(verdicts),
        chance.choice(("", "", "wan", "lan")),
        chance.choice(("", "", "", OUTSIDE, "198.51.100.0/24", "192.0.2.0/24", "10.66.0.0/24")),
        chance.choice(("", "", *destinations)),
        tuple(dict.fromkeys(_apart(ports))),
    )


def _apart(ports: Sequence[str]) -> list[str]:
    """nft refuses a set whose ranges overlap."""
    kept: list[str] = []
    for each in ports:
        low, _, high = each.partition("-")
        if all(int(high or low) < int(k.split("-")[0]) or int(low) > int(k.split("-")[-1]) for k in kept):
            kept.append(each)
    return kept


@dataclass(frozen=True)
class RuleSet:
    input: tuple[Term, ...]
    forward: tuple[Term, ...]
    called: tuple[Term, ...]
    """A chain that both may jump to."""
    forwards: tuple[tuple[str, str], ...]
    """(public ports, inside port or the same)"""
    policies: tuple[str, str]


def _rule_set(chance: random.Random) -> RuleSet:
    verdicts = ("accept", "accept", "drop", "reject", "jump")
    own = [Term("accept", established=True)] if chance.random() < 0.7 else []
    # without it the answers would be dropped, and nothing forwarded could be used, whatever is let in
    through = [Term("accept", established=True)]
    own += [_term(chance, (FIREWALL,), verdicts) for _ in range(chance.randrange(1, 6))]
    through += [_term(chance, (INSIDE, "10.66.0.0/24"), verdicts) for _ in range(chance.randrange(1, 6))]
    called = [_term(chance, (INSIDE, FIREWALL), ("accept", "drop", "return")) for _ in range(chance.randrange(1, 4))]
    forwards = {
        chance.choice(("81", "2222", "8443", "5000-5002", "443", "3389")): chance.choice(("22", "80", "443", "3389", "25", ""))
        for _ in range(chance.randrange(3))
    }
    taken = tuple((public, inside if "-" not in public else "") for public, inside in forwards.items())
    return RuleSet(tuple(own), tuple(through), tuple(called), taken, (chance.choice(("drop", "accept")), chance.choice(("drop", "accept"))))


def _nft(rules: RuleSet) -> str:
    def line(term: Term) -> str:
        parts = [f'iifname "{term.interface}"'] if term.interface else []
        parts += [f"ip saddr {term.source}"] if term.source else []
        parts += [f"ip daddr {term.destination}"] if term.destination else []
        parts += [f"tcp dport {{ {', '.join(term.ports)} }}"] if term.ports else []
        parts += ["ct state established,related"] if term.established else []
        return " ".join((*parts, "jump called" if term.verdict == "jump" else term.verdict))

    def chain(name: str, head: str, terms: Sequence[Term]) -> str:
        return f"chain {name} {{ {head}\n" + "\n".join(map(line, terms)) + "\n}\n"

    translated = "\n".join(
        f'iifname "wan" tcp dport {public} dnat ip to {INSIDE}{f":{inside}" if inside else ""}' for public, inside in rules.forwards
    )
    return (
        "flush ruleset\ntable inet t {\n"
        + chain("called", "", rules.called)
        + chain("input", f"type filter hook input priority 0; policy {rules.policies[0]};", rules.input)
        + chain("forward", f"type filter hook forward priority 0; policy {rules.policies[1]};", rules.forward)
        + "chain pre { type nat hook prerouting priority -100; policy accept;\n" + translated + "\n}\n}\n"
    )  # fmt: skip


def _iptables(rules: RuleSet) -> str:
    targets = {"accept": "ACCEPT", "drop": "DROP", "reject": "REJECT", "return": "RETURN", "jump": "called"}

    def line(chain: str, term: Term) -> str:
        parts = [f"-A {chain}"]
        parts += [f"-i {term.interface}"] if term.interface else []
        parts += [f"-s {term.source}"] if term.source else []
        parts += [f"-d {term.destination}"] if term.destination else []
        if len(term.ports) > 1:
            parts.append(f"-p tcp -m multiport --dports {','.join(p.replace('-', ':') for p in term.ports)}")
        elif term.ports:
            parts.append(f"-p tcp -m tcp --dport {term.ports[0].replace('-', ':')}")
        parts += ["-m conntrack --ctstate RELATED,ESTABLISHED"] if term.established else []
        return " ".join((*parts, f"-j {targets[term.verdict]}"))

    chains = (("INPUT", rules.input), ("FORWARD", rules.forward), ("called", rules.called))
    lines = [line(chain, term) for chain, terms in chains for term in terms]
    translated = [
        f"-A PREROUTING -i wan -p tcp -m tcp --dport {public.replace('-', ':')} -j DNAT --to-destination {INSIDE}"
        + (f":{inside}" if inside else "")
        for public, inside in rules.forwards
    ]
    heads = [f":INPUT {targets[rules.policies[0]]} [0:0]", f":FORWARD {targets[rules.policies[1]]} [0:0]", ":OUTPUT ACCEPT [0:0]"]
    return "\n".join(
        ["*filter", *heads, ":called - [0:0]", *lines, "COMMIT", "*nat", ":PREROUTING ACCEPT [0:0]", *translated, "COMMIT", ""]
    )


def _computed(text: str) -> set[int]:
    """The ports that are said to be open for the machine outside, of those that somebody listens on."""
    document = read_config("linux", text).document
    interfaces = (
        ConfiguredInterface(name="wan", role="wan", addresses=(f"{FIREWALL}/24",)),
        ConfiguredInterface(name="lan", addresses=(f"{GATEWAY}/24",)),
    )
    services = [RemoteAccess(service=str(port), port=port) for port in OWN_PORTS]
    found = exposed_ports(Box(interfaces=interfaces, rules=document.firewall_rules, forwards=document.port_forwards, services=services))
    opened: set[int] = set()
    for each in found:
        if each.open and each.protocol == "tcp" and _is_for_outside(each.sources):
            opened |= {port for port in ASKED if holds(parsed(each.public_ports), port) and _is_served(each, port)}
    return opened


def _is_served(each: ExposedPort, port: int) -> bool:
    return port in OWN_PORTS if each.to_address == "self" else int(each.to_ports or port) in INSIDE_PORTS


def _is_for_outside(sources: Sequence[str]) -> bool:
    here = {OUTSIDE, "198.51.100.0/24"}
    return bool(set(sources) & {"any", *here}) and not set(sources) & {f"!{each}" for each in here}


def _found(lab: Lab) -> set[int]:
    ports = ",".join(map(str, ASKED))
    flags = ("-n", "-Pn", "-sS", "-T4", "--max-retries", "2", "--initial-rtt-timeout", "50ms", "--max-rtt-timeout", "150ms")
    said = lab.run(lab.outside, "nmap", *flags, "-p", ports, "-oG", "-", FIREWALL)
    return {int(part.strip().split("/")[0]) for part in said.partition("Ports: ")[2].split(",") if "/open/" in part}


@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in range(0, RULE_SETS, 10)], ids=lambda seeds: f"from-{seeds.start}")
def test_what_is_computed_is_what_nmap_finds(lab: Lab, seeds: range) -> None:
    for seed in seeds:
        rules = _rule_set(random.Random(seed))  # noqa: S311 - repeatable rule sets
        lab.run(lab.firewall, "nft", "flush", "ruleset")
        if seed % 2:
            lab.run(lab.firewall, "iptables-restore", text=_iptables(rules))
            text = lab.run(lab.firewall, "iptables-save")
        else:
            lab.run(lab.firewall, "nft", "-f", "-", text=_nft(rules))
            text = lab.run(lab.firewall, "nft", "-j", "list", "ruleset")
        assert _computed(text) == _found(lab), f"seed {seed}:\n{_iptables(rules) if seed % 2 else _nft(rules)}"

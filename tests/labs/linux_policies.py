"""Policies made by chance, written in iptables' and in nft's language: what a reader has to find again."""

import random
from dataclasses import dataclass

from shared.firewall import ANY, Action

HOOKS = ("INPUT", "FORWARD", "OUTPUT")
_NFT_HOOKS = {"INPUT": "input", "FORWARD": "forward", "OUTPUT": "output"}
_ACTIONS = {Action.ALLOW: ("ACCEPT", "accept"), Action.DENY: ("DROP", "drop"), Action.REJECT: ("REJECT", "reject")}
_WORDS = ("ufficio", "stampanti", "it's", 'detto "server"', "due  spazi", "CED", "100%")


@dataclass(frozen=True)
class Wanted:
    """One rule. ``ports``: as an operator writes them; ``source``, ``destination``, ``from_``, ``to`` with ``!`` where negated."""

    chain: str
    action: Action
    protocol: str = ""
    ports: tuple[str, ...] = ()
    source_port: str = ""
    icmp: str = ""
    source: str = ANY
    destination: str = ANY
    from_: str = ANY
    to: str = ANY
    states: tuple[str, ...] = ()
    comment: str = ""
    logs: bool = False

    @property
    def services(self) -> frozenset[str]:
        if self.icmp:
            return frozenset({f"icmp/{self.icmp}"})
        if not self.ports and not self.source_port:
            return frozenset({self.protocol or ANY})
        tail = f"<{self.source_port}" if self.source_port else ""
        return frozenset(f"{self.protocol}/{port}{tail}" for port in self.ports or (ANY,))

    def iptables(self) -> str:
        words = [f"-A {self.chain}"]
        for option, value in (("-s", self.source), ("-d", self.destination), ("-i", self.from_), ("-o", self.to)):
            if value != ANY:
                words.append(f"! {option} {value[1:]}" if value.startswith("!") else f"{option} {value}")
        if self.protocol:
            words.append(f"-p {self.protocol}")
        if self.icmp:
            words.append(f"--icmp-type {self.icmp}")
        if self.source_port:
            words.append(f"--sport {self.source_port.replace('-', ':')}")
        listed = ",".join(port.replace("-", ":") for port in self.ports)
        if self.ports:
            words.append(f"-m multiport --dports {listed}" if len(self.ports) > 1 else f"--dport {listed}")
        if self.states:
            words.append(f"-m conntrack --ctstate {','.join(self.states).upper()}")
        if self.comment:
            escaped = self.comment.replace('"', '\\"')
            words.append(f'-m comment --comment "{escaped}"')
        return " ".join([*words, f"-j {_ACTIONS[self.action][0]}"])

    def nft(self) -> str:
        words: list[str] = []
        for option, value in (("iifname", self.from_), ("oifname", self.to), ("ip saddr", self.source), ("ip daddr", self.destination)):
            if value != ANY:
                words.append(f"{option} {'!= ' if value.startswith('!') else ''}{value.lstrip('!')}")
        if self.icmp:
            words.append(f"icmp type {self.icmp}")
        elif self.protocol and not self.ports and not self.source_port:
            words.append(f"meta l4proto {self.protocol}")
        if self.source_port:
            words.append(f"{self.protocol} sport {self.source_port}")
        if self.ports:
            listed = ", ".join(self.ports)
            words.append(f"{self.protocol} dport {{ {listed} }}" if len(self.ports) > 1 else f"{self.protocol} dport {listed}")
        if self.states:
            words.append(f"ct state {','.join(self.states)}")
        words += ['log prefix "seen "'] if self.logs else []
        comment = self.comment.replace('"', "'")
        return " ".join([*words, "counter", _ACTIONS[self.action][1], *([f'comment "{comment}"'] if self.comment else [])])


def _address(chance: random.Random) -> str:
    first = f"10.{chance.randrange(256)}.{chance.randrange(256)}"
    value = chance.choice(
        (f"{first}.{chance.randrange(1, 255)}", f"{first}.0/24", f"192.168.{chance.randrange(256)}.0/25", "172.16.0.0/12")
    )
    return chance.choice((ANY, value, value, f"!{value}"))


def _interface(chance: random.Random) -> str:
    return chance.choice((ANY, ANY, "lan0", "wan0", "!wan0", "br-guest", "eth1.20"))


def _ports(chance: random.Random) -> tuple[str, ...]:
    """Ports that do not touch each other: nft would put those together."""
    starts = sorted(chance.sample(range(1, 600), chance.choice((1, 1, 2, 4))))
    return tuple(str(100 * s) if chance.random() < 0.7 else f"{100 * s}-{100 * s + chance.randrange(1, 50)}" for s in starts)


def policy(seed: int) -> list[Wanted]:
    """Rules in the order of their chains, as both programs print them."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, guards nothing
    return [_rule(chance, chain) for chain in (*HOOKS, "web") for _ in range(chance.randrange(1, 9))]


def _rule(chance: random.Random, chain: str) -> Wanted:
    protocol = chance.choice(("", "tcp", "tcp", "udp", "icmp", "esp", "gre"))
    carries = protocol in ("tcp", "udp")
    return Wanted(
        chain=chain,
        action=chance.choice((Action.ALLOW, Action.ALLOW, Action.DENY, Action.REJECT)),
        protocol=protocol,
        ports=_ports(chance) if carries and chance.random() < 0.8 else (),
        source_port="1024-65535" if carries and chance.random() < 0.2 else "",
        icmp=chance.choice(("", "echo-request", "destination-unreachable")) if protocol == "icmp" else "",
        source=_address(chance),
        destination=_address(chance),
        from_=ANY if chain in ("OUTPUT", "web") else _interface(chance),
        to=ANY if chain in ("INPUT", "web") else _interface(chance),
        states=chance.choice(((), (), ("new",), ("established", "related"))),
        comment=chance.choice(("", "", *_WORDS)),
        logs=chance.random() < 0.1,
    )


def as_iptables(rules: list[Wanted]) -> str:
    """For iptables-restore, with a jump to the user chain and the usual translations."""
    lines = ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ":web - [0:0]"]
    lines += [rule.iptables() for rule in rules]
    lines += ["-A INPUT -i wan0 -j web", "COMMIT", "*nat", ":PREROUTING ACCEPT [0:0]", ":POSTROUTING ACCEPT [0:0]"]
    lines += ["-A PREROUTING -i wan0 -p tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443", "-A POSTROUTING -o wan0 -j MASQUERADE"]
    return "\n".join([*lines, "COMMIT", ""])


def as_nft(rules: list[Wanted]) -> str:
    chains = []
    for chain in (*HOOKS, "web"):
        hook = _NFT_HOOKS.get(chain)
        policy = "accept" if chain == "OUTPUT" else "drop"
        head = f"type filter hook {hook} priority 0; policy {policy};" if hook else ""
        jump = ['iifname "wan0" jump web'] if chain == "INPUT" else []
        body = "\n".join([*(rule.nft() for rule in rules if rule.chain == chain), *jump])
        chains.append((chain != "web", f"chain {chain} {{ {head}\n{body}\n}}"))
    chains.sort(key=lambda each: each[0])
    nat = """table ip nat {
      chain pre { type nat hook prerouting priority dstnat; policy accept; iifname "wan0" tcp dport 443 dnat to 10.0.0.5:8443; }
      chain post { type nat hook postrouting priority srcnat; policy accept; oifname "wan0" masquerade; }
    }"""
    return "\n".join(["table ip filter {", *(text for _, text in chains), "}", nat, ""])

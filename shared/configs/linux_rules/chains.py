"""Chains with their rules, and which traffic reaches each chain: the form that nftables' and iptables' rules are both brought into.

Source: nft(8), iptables(8). A chain with a hook is called by the kernel; any other one only by a jump.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.configs.linux_rules.terms import Terms
from shared.firewall import Action

ChainKey = tuple[str, str, str]
"""family, table, chain"""

DESTINATION_NAT, SOURCE_NAT = ("dnat", "redirect"), ("snat", "masquerade")


@dataclass(frozen=True, slots=True)
class Translation:
    """``kind``: ``dnat``, ``redirect``, ``snat`` or ``masquerade``."""

    kind: str
    address: str = ""
    ports: str = ""


@dataclass(slots=True, eq=False)
class Rule:
    """One rule, understood."""

    chain: "Chain"
    digest: str
    """Of what it does, without its counters and its comment."""
    comment: str
    raw: str
    line: int | None = None
    terms: Terms = field(default_factory=Terms)
    action: Action | None = None
    native_action: str = ""
    log: bool = False
    nat: Translation | None = None
    calls: tuple[ChainKey, ...] = ()
    why_without_effect: str = ""


@dataclass(slots=True, eq=False)
class Chain:
    key: ChainKey
    kind: str = ""
    """``filter``, ``nat``, ``route``; empty: no hook."""
    hook: str = ""
    policy: str = ""
    shows_policy: bool = False
    """What becomes of packets at its end is a rule of its own."""
    dormant: bool = False
    aside: bool = False
    """Its table changes or marks packets (iptables' mangle, raw, security): it does not decide who may go where."""
    line: int | None = None
    rules: list[Rule] = field(default_factory=list)
    reached_from: list["Chain"] = field(default_factory=list)
    """The chains with a hook whose packets may come here; itself, where it has a hook."""

    @property
    def name(self) -> str:
        return " ".join(self.key)

    @property
    def hooks(self) -> set[str]:
        return {base.hook for base in self.reached_from}

    @property
    def kinds(self) -> set[str]:
        return {base.kind for base in self.reached_from}


Chains = dict[ChainKey, Chain]


def follow_jumps(chains: Chains) -> None:
    """Fills ``reached_from``."""
    for base in [chain for chain in chains.values() if chain.hook]:
        waiting, passed = [base], {base.key}
        while waiting:
            chain = waiting.pop()
            chain.reached_from.append(base)
            targets = {target for rule in chain.rules for target in rule.calls if target in chains} - passed
            passed |= targets
            waiting += [chains[target] for target in targets]


def callers(chains: Iterable[Chain]) -> dict[ChainKey, list[Rule]]:
    """Chain -> the rules that jump to it."""
    found: dict[ChainKey, list[Rule]] = {}
    for chain in chains:
        for rule in chain.rules:
            for target in dict.fromkeys(rule.calls):
                found.setdefault(target, []).append(rule)
    return found


def numbered(digest: str, seen: Counter[str]) -> str:
    """Rules that do the same in the same chain are told apart by a number."""
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"

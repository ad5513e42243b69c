"""Rules of chains as rules, port forwards and source translations of ``shared.firewall``.

Every rule is told, in the order of its chain: those of chains that nothing jumps to as unbound, a chain's policy as an implicit rule at its
end. A rule of a nat chain that translates is a port forward or a source translation; what its chain was called with counts as its own
condition. One of postrouting that lets packets pass is an exception to source translation.
"""

from collections import Counter

from shared.configs.linux_rules.chains import DESTINATION_NAT, Chain, ChainKey, Chains, Rule, callers, follow_jumps, numbered
from shared.configs.linux_rules.terms import ANY_OF, Terms
from shared.configs.reading import Reading
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, SourceNat, SourceNatKind

_SCOPES = {"input": Scope.INPUT, "forward": Scope.FORWARD, "output": Scope.OUTPUT}
_FAMILIES = {"ip": "ipv4", "ip6": "ipv6"}
_POLICIES = {"accept": Action.ALLOW, "drop": Action.DENY, "reject": Action.REJECT}
THIS_DEVICE = "self"


class Filling:
    """Fills a reading from several rule sets, with one order and one set of keys over all."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.order = 0
        self.seen = Counter[str]()

    def add(self, chains: Chains) -> None:
        follow_jumps(chains)
        ways = callers(chains.values())
        for chain in chains.values():
            for rule in chain.rules:
                self._add_rule(rule, ways)
            if chain.shows_policy:
                self.order += 1
                key = numbered(f"policy/{'/'.join(chain.key)}", self.seen)
                self.reading.firewall_rules.append(_policy(chain, key, self.order))

    def _add_rule(self, rule: Rule, ways: dict[ChainKey, list[Rule]]) -> None:
        self.order += 1
        key = numbered(rule.digest, self.seen)
        chain = rule.chain
        exempted = rule.action in (Action.ALLOW, Action.RETURN) and chain.kinds == {"nat"} and chain.hooks == {"postrouting"}
        if not (rule.nat or exempted):
            self.reading.firewall_rules.append(_firewall_rule(rule, key, self.order))
            return
        enabled = _inherit(rule, ways) and not chain.dormant
        if rule.nat and rule.nat.kind in DESTINATION_NAT:
            self.reading.port_forwards.append(_port_forward(rule, key, self.order, enabled))
        else:
            self.reading.source_nat.append(_source_nat(rule, key, self.order, enabled))


def _inherit(rule: Rule, callers: dict[ChainKey, list[Rule]]) -> bool:
    """Adds the conditions of the jumps that lead here, as long as there is one way only. False: no way leads here."""
    chain, passed = rule.chain, set[ChainKey]()
    while not chain.hook and chain.key not in passed:
        passed.add(chain.key)
        ways = callers.get(chain.key, [])
        # what the device itself sends is a way beside the one from outside (Docker's rules have both)
        if len(ways) > 1 and "prerouting" in chain.hooks:
            ways = [way for way in ways if way.chain.hooks != {"output"}]
        if len(ways) != 1:
            _inherit_any(rule.terms, ways)
            return bool(chain.hooks)
        rule.terms.inherit(ways[0].terms)
        chain = ways[0].chain
    return bool(chain.hook)


MAX_WAYS = 20


def _inherit_any(terms: Terms, ways: list[Rule]) -> None:
    """Where several jumps lead here, a packet has met the conditions of one of them."""
    for name in ("from_", "to", "sources"):
        told = [getattr(way.terms, name) for way in ways]
        if ways and getattr(terms, name) == ANY_OF and ANY_OF not in told and not any(v.startswith("!") for values in told for v in values):
            setattr(terms, name, tuple(dict.fromkeys(value for values in told for value in values)))
    shown = " or ".join(f"{way.chain.name}: {way.raw}" for way in ways[:MAX_WAYS])
    terms.conditions.append(f"reached from {shown or 'nowhere'}")


def _scope(chain: Chain) -> Scope:
    scopes = {_SCOPES.get(hook, Scope.OTHER) for hook in chain.hooks}
    decides = chain.key[0] in ("ip", "ip6", "inet") and not chain.aside and "nat" not in chain.kinds
    return scopes.pop() if len(scopes) == 1 and decides else Scope.OTHER


def _firewall_rule(rule: Rule, key: str, order: int) -> FirewallRule:
    terms, chain = rule.terms, rule.chain
    hooks = chain.hooks
    conditions = [*terms.conditions, *([f"reached from {', '.join(sorted(hooks))}"] if len(hooks) > 1 else [])]
    return FirewallRule(
        key=key,
        order=order,
        ruleset=chain.name,
        scope=_scope(chain),
        family=terms.family or _FAMILIES.get(chain.key[0], ANY),
        enabled=not chain.dormant,
        bound=bool(hooks),
        action=rule.action or Action.OTHER,
        native_action=rule.native_action,
        from_=terms.from_,
        to=terms.to,
        sources=terms.sources,
        destinations=terms.destinations,
        services=terms.services(),
        source_names=terms.source_names,
        destination_names=terms.destination_names,
        states=terms.states,
        schedule=", ".join(terms.schedule),
        log=rule.log,
        nat="nat" in chain.kinds,
        comment=rule.comment,
        why_without_effect=rule.why_without_effect,
        conditions=tuple(conditions),
        raw=rule.raw,
        line=rule.line,
    )


def _policy(chain: Chain, key: str, order: int) -> FirewallRule:
    return FirewallRule(
        key=key,
        order=order,
        ruleset=chain.name,
        scope=_scope(chain),
        family=_FAMILIES.get(chain.key[0], ANY),
        enabled=not chain.dormant,
        implicit=True,
        action=_POLICIES.get(chain.policy, Action.OTHER),
        native_action=f"policy {chain.policy}",
        raw=f"policy {chain.policy}",
        line=chain.line,
    )


def _conditions(terms: Terms) -> tuple[str, ...]:
    states = [f"ct state {','.join(terms.states)}"] if terms.states else []
    return (*terms.conditions, *states, *terms.schedule)


def _port_forward(rule: Rule, key: str, order: int, enabled: bool) -> PortForward:
    nat, terms = rule.nat, rule.terms
    assert nat is not None  # noqa: S101 - the caller has looked
    protocols, ports = terms.protocols_and_ports()
    outputs = [f"oifname {', '.join(terms.to)}"] if terms.to != ANY_OF else []
    local = ["from this device itself"] if rule.chain.hooks == {"output"} else []
    source_ports = [f"source ports {', '.join(terms.source_ports[1])}"] if terms.source_ports else []
    public = ", ".join(terms.destinations)
    return PortForward(
        key=key,
        order=order,
        enabled=enabled,
        protocol=protocols,
        from_=terms.from_,
        public_address=public,
        public_ports=ports,
        sources=terms.sources,
        # without an address only the port is another
        to_address=THIS_DEVICE if nat.kind == "redirect" else nat.address or public,
        to_ports=nat.ports,
        comment=rule.comment,
        conditions=(*_conditions(terms), *source_ports, *outputs, *local),
        raw=rule.raw,
        line=rule.line,
    )


def _source_nat(rule: Rule, key: str, order: int, enabled: bool) -> SourceNat:
    nat, terms = rule.nat, rule.terms
    kinds = {"masquerade": SourceNatKind.MASQUERADE, "snat": SourceNatKind.SOURCE}
    address, ports = (nat.address, nat.ports) if nat else ("", "")
    return SourceNat(
        key=key,
        order=order,
        enabled=enabled,
        kind=kinds[nat.kind] if nat else SourceNatKind.NONE,
        to=terms.to,
        from_=terms.from_,
        sources=terms.sources,
        destinations=terms.destinations,
        services=terms.services(),
        to_source=f"{address}:{ports}" if ports else address,
        comment=rule.comment,
        conditions=_conditions(terms),
        raw=rule.raw,
        line=rule.line,
    )

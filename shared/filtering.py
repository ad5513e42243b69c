"""What do a device's rules do with a packet from outside?  The rules are walked as the device walks them, for a whole range of ports.

What a rule asks beyond addresses, services, interfaces and states (a country, a user, a limit) is not computed: an allow rule with such a
condition lets in, with the condition told; a deny rule with one keeps nobody out for certain. Jumps are followed, lists of several hooks
must all agree, a list without a decision is decided by what the platform implies. Pure.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from shared.address import IpNetwork
from shared.firewall import ANY, Action, FirewallRule, Scope
from shared.port_ranges import Ranges, common, joined, without

ALL_PORTS: Ranges = [(0, 65535)]
MAX_DEPTH = 16
UNTIMED = frozenset({"", "always", ANY})
"""Schedules that are none."""
MAX_KEPT_OUT = 40
MAX_STEPS = 200_000
"""Rules looked at for one packet: lists that call each other many times over are a hostile text's, and are then not decided."""
_EVERYBODY = frozenset({ANY, "0.0.0.0/0", "::/0", "all"})
_SERVICE = re.compile(r"^([a-z0-9][a-z0-9+-]*)(?:/([\d,-]+|any))?(?:<[\d,-]+)?$")
_PROTOCOLS = frozenset(
    {
        *("tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "esp", "ah", "gre", "sctp", "dccp", "udplite", "ip", "ipv6", "th"),
        *("ospf", "eigrp", "pim", "igmp", "vrrp", "carp", "l2tp", "ipip", "ipencap", "pptp"),
        *map(str, range(256)),
    }
)
_JUMP = re.compile(r"^(?:jump|goto|-j|call)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Packet:
    """A kind of packet: a new connection from anybody outside."""

    from_: frozenset[str]
    """What the incoming interface is called: its name, label, zone, lists."""
    destinations: frozenset[str]
    """The addresses that the rules may see as its destination; ``self`` for the device."""
    protocol: str
    ports: Ranges
    scope: Scope
    to: frozenset[str] = frozenset()
    """What the outgoing interface is called; empty: not known, then every rule's is taken to fit."""
    family: str = ""
    """``ipv4``, ``ipv6``; empty: either."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of some of the packet's ports. ``rule`` is None where no rule decides."""

    ports: Ranges
    allowed: bool
    sources: tuple[str, ...] = (ANY,)
    rule: FirewallRule | None = None


@dataclass(slots=True)
class _Walk:
    """One walk through the rules: what is decided, and which ports are not yet."""

    left: Ranges
    verdicts: list[Verdict] = field(default_factory=list)
    tentative: list[Verdict] = field(default_factory=list)
    """By rules that a later one may overrule."""
    kept_out: list[tuple[Ranges, tuple[str, ...]]] = field(default_factory=list)
    """Sources that were denied some ports before a later rule lets everybody in."""


class Filter:
    """A device's rules, by their lists."""

    def __init__(self, rules: Iterable[FirewallRule]) -> None:
        self._steps = 0
        self._met_by_way: dict[tuple[str, Scope, frozenset[str], frozenset[str], str], list[FirewallRule]] = {}
        self._lists: dict[str, list[FirewallRule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.order):
            if rule.bound and not rule.nat and not rule.why_without_effect:
                self._lists.setdefault(rule.ruleset, []).append(rule)
        self._by_last_word: dict[str, str] = {name.split(" ")[-1]: name for name in reversed(list(self._lists)) if name}
        targets = {target for rules in self._lists.values() for rule in rules if (target := self._target(rule))}
        self._entries = [name for name in self._lists if name not in targets]

    def verdicts(self, packet: Packet) -> list[Verdict]:
        """What becomes of the packet, port by port: every port is in one verdict at least, with several where sources are told apart."""
        self._steps = 0
        walks: list[_Walk] = []
        implied: list[_Walk] = []
        for name in self._entries:
            met = self._met(name, packet)
            if not met:
                continue
            walk = _Walk(packet.ports)
            self._through(met, packet, walk, 0)
            self._settle(walk)
            (implied if all(rule.implicit for rule in self._lists[name]) else walks).append(walk)
        if not walks and not implied:
            return [Verdict(packet.ports, allowed=True)]
        return _agreed(walks, implied, packet.ports)

    def _met(self, name: str, packet: Packet) -> list[FirewallRule]:
        """The rules of a list that packets of this way meet; found once for a way, as many packets go it."""
        way = (name, packet.scope, packet.from_, packet.to, packet.family)
        if way not in self._met_by_way:
            called = name not in self._entries
            self._met_by_way[way] = [rule for rule in self._lists[name] if _concerns(rule, packet, called)]
        return self._met_by_way[way]

    def _through(self, rules: Sequence[FirewallRule], packet: Packet, walk: _Walk, depth: int) -> None:
        for place, rule in enumerate(rules):
            self._steps += 1
            if not walk.left or self._steps > MAX_STEPS:
                return
            if not rule.enabled or not _is_for_new(rule):
                continue
            ports = common(walk.left, asked_ports(rule.services, packet.protocol, unknown_is_any=rule.action is Action.ALLOW))
            if not ports or not _reaches(rule.destinations, packet.destinations):
                continue
            if rule.action is Action.JUMP and (target := self._target(rule)) and depth < MAX_DEPTH:
                self._jump(target, rule, packet, walk, ports, depth)
            elif rule.action is Action.RETURN and _is_everybody(rule.sources) and not rule.conditions:
                # the rest of this list is not for these ports; whatever called it goes on with them
                walk.left = without(walk.left, ports)
                self._through(rules[place + 1 :], packet, walk, depth)
                walk.left = joined((*walk.left, *ports))
                return
            elif rule.action in (Action.ALLOW, Action.DENY, Action.REJECT):
                self._decide(rule, ports, walk)

    def _jump(self, target: str, rule: FirewallRule, packet: Packet, walk: _Walk, ports: Ranges, depth: int) -> None:
        """Into another list with the ports that the jump is for; what it does not decide comes back."""
        inner = _Walk(ports)
        self._through(self._met(target, packet), packet, inner, depth + 1)
        for ports_out, sources in inner.kept_out:
            if shared := _both(rule.sources, tuple(source.removeprefix("!") for source in sources)):
                walk.kept_out.append((ports_out, tuple(f"!{source}" for source in shared)))
        for verdict in inner.verdicts:
            sources = _both(rule.sources, verdict.sources)
            if verdict.allowed and sources:
                walk.verdicts += _less(Verdict(verdict.ports, True, sources, verdict.rule), walk.kept_out)
            elif not verdict.allowed and _is_everybody(rule.sources) and not rule.conditions:
                walk.verdicts.append(verdict)
            elif not verdict.allowed and not rule.conditions:
                walk.kept_out.append((verdict.ports, tuple(f"!{source}" for source in rule.sources)))
        if _is_everybody(rule.sources) and not rule.conditions:
            walk.left = joined((*without(walk.left, ports), *inner.left))

    def _decide(self, rule: FirewallRule, ports: Ranges, walk: _Walk) -> None:
        allowed = rule.action is Action.ALLOW
        whole = _is_everybody(rule.sources) and not rule.conditions and not rule.users and rule.schedule in UNTIMED
        if not allowed and not whole:
            if not rule.conditions and not rule.users and rule.schedule in UNTIMED and not rule.last_match:
                walk.kept_out.append((ports, tuple(f"!{source}" for source in rule.sources if not source.startswith("!"))))
            return
        verdicts = (
            list(_less(Verdict(ports, allowed, rule.sources, rule), walk.kept_out)) if allowed else [Verdict(ports, False, (ANY,), rule)]
        )
        if rule.last_match:
            if whole:
                walk.tentative = [Verdict(without(v.ports, ports), v.allowed, v.sources, v.rule) for v in walk.tentative]
            walk.tentative += verdicts
            return
        walk.verdicts += verdicts
        if whole:
            walk.left = without(walk.left, ports)

    def _settle(self, walk: _Walk) -> None:
        for verdict in walk.tentative:
            if ports := common(verdict.ports, walk.left):
                walk.verdicts.append(Verdict(ports, verdict.allowed, verdict.sources, verdict.rule))
                if _is_everybody(verdict.sources):
                    walk.left = without(walk.left, ports)

    def _target(self, rule: FirewallRule) -> str:
        """The list that a rule jumps to: the one of that name in the same table, else any of that name."""
        found = _JUMP.match(rule.native_action) if rule.action is Action.JUMP else None
        if found is None:
            return ""
        same_table = f"{rule.ruleset.rpartition(' ')[0]} {found[1]}".strip()
        return same_table if same_table in self._lists else self._by_last_word.get(found[1], "")


def _less(verdict: Verdict, kept_out: Sequence[tuple[Ranges, tuple[str, ...]]]) -> Iterator[Verdict]:
    """The verdict with the sources that were kept out before; ports of which somebody was are told apart from the others."""
    pieces = [(verdict.ports, verdict.sources)]
    for ports, sources in kept_out[:MAX_KEPT_OUT]:
        split = [((common(p, ports), (*s, *(each for each in sources if each not in s))), (without(p, ports), s)) for p, s in pieces]
        pieces = [piece for pair in split for piece in pair if piece[0]]
    yield from (Verdict(ports, verdict.allowed, sources, verdict.rule) for ports, sources in pieces)


def _agreed(walks: Sequence[_Walk], implied: Sequence[_Walk], ports: Ranges) -> list[Verdict]:
    """Several lists must all let a packet pass; a list that decides nothing leaves it to what is implied."""
    verdicts: list[Verdict] = []
    denied: Ranges = []
    for walk in walks:
        for verdict in walk.verdicts:
            if not verdict.allowed and (new := without(verdict.ports, denied)):
                verdicts.append(Verdict(new, False, verdict.sources, verdict.rule))
                denied = joined((*denied, *new))
    decided = denied
    for walk in walks:
        for verdict in walk.verdicts:
            # what another list denies is denied; but a rule for some sources goes before the rule that denies the rest
            own_denied = joined(p for w in walks if w is not walk for v in w.verdicts if not v.allowed for p in v.ports)
            if verdict.allowed and (open_ports := without(verdict.ports, own_denied)):
                verdicts.append(Verdict(open_ports, True, verdict.sources, verdict.rule))
                if _is_everybody(verdict.sources):
                    decided = joined((*decided, *open_ports))
    rest = without(ports, decided)
    for walk in implied:
        for verdict in walk.verdicts:
            if found := common(verdict.ports, rest):
                verdicts.append(Verdict(found, verdict.allowed, verdict.sources, verdict.rule))
                rest = without(rest, found)
    return [*verdicts, Verdict(rest, False)] if rest else verdicts


@lru_cache(maxsize=16_384)
def asked_ports(services: tuple[str, ...], protocol: str, *, unknown_is_any: bool = False) -> Ranges:
    """The ports of ``protocol`` that a rule's services name. ``unknown_is_any``: a name that stands for nobody knows what (an application's
    own ports, an object that is not defined) may be all of them."""
    if not services or any(service in _EVERYBODY for service in services):
        return ALL_PORTS
    asked: list[tuple[int, int]] = []
    refused: list[tuple[int, int]] = []
    for service in services:
        found = _SERVICE.match(service.removeprefix("!").lower())
        if found is None or found[1].split("+")[0] not in _PROTOCOLS:
            asked.extend(ALL_PORTS if unknown_is_any and not service.startswith("!") else ())
            continue
        if protocol not in found[1].split("+") and found[1] not in ("th", "ip", ANY):
            continue
        ranges = ALL_PORTS if found[2] in (None, ANY) else _ranges(found[2])
        (refused if service.startswith("!") else asked).extend(ranges)
    if refused and not asked:
        return without(ALL_PORTS, joined(refused))
    return without(joined(asked), joined(refused))


def _ranges(text: str) -> list[tuple[int, int]]:
    pairs = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        pairs.append((int(first or 0), int(last or first or 0)))
    return pairs


def _concerns(rule: FirewallRule, packet: Packet, called: bool) -> bool:
    """Whether packets of this way meet the rule at all. A list that others call is met by whatever comes to the call, whatever it says."""
    if packet.family and rule.family not in (packet.family, ANY, ""):
        return False
    both = rule.scope is Scope.EITHER and packet.scope in (Scope.FORWARD, Scope.INPUT)
    if not called and rule.scope is not packet.scope and not both:
        return False
    return _fits(rule.from_, packet.from_) and (not packet.to or _fits(rule.to, packet.to))


def _fits(asked: Sequence[str], have: frozenset[str]) -> bool:
    positive = [each for each in asked if not each.startswith("!")]
    negative = [each[1:] for each in asked if each.startswith("!")]
    if any(_same_interface(each, have) for each in negative):
        return False
    return not positive or any(each in _EVERYBODY or _same_interface(each, have) for each in positive)


def _same_interface(asked: str, have: frozenset[str]) -> bool:
    """Names with a wild-card at the end (``ppp*``, ``ppp+``) fit what begins so."""
    if asked.endswith(("*", "+")):
        return any(each.startswith(asked[:-1]) for each in have)
    return asked in have


def _is_for_new(rule: FirewallRule) -> bool:
    return not rule.states or any(state.lower() in ("new", ANY) for state in rule.states)


def _is_everybody(sources: Sequence[str]) -> bool:
    return not sources or any(source in _EVERYBODY for source in sources)


def _both(a: Sequence[str], b: Sequence[str]) -> tuple[str, ...]:
    """The sources that are in both; empty: none are. Exclusions (``!``) of either stay."""
    excluded = tuple(each for each in (*a, *b) if each.startswith("!"))
    a, b = ([each for each in part if not each.startswith("!")] or [ANY] for part in (a, b))
    if _is_everybody(a) or _is_everybody(b):
        return (*(b if _is_everybody(a) else a), *excluded)
    inside = [x for x in a if any(_is_inside(x, y) for y in b)]
    inside += [y for y in b if y not in inside and any(_is_inside(y, x) for x in a)]
    return (*inside, *excluded) if inside else ()


def _is_inside(small: str, large: str) -> bool:
    """An address or a network in a network; names only in themselves."""
    if small == large:
        return True
    try:
        inner, outer = ipaddress.ip_network(small, strict=False), ipaddress.ip_network(large, strict=False)
    except ValueError:
        return False
    return _in_network(inner, outer)


def _in_network(inner: IpNetwork, outer: IpNetwork) -> bool:
    return (
        inner.version == outer.version
        and inner.prefixlen >= outer.prefixlen
        and int(outer.network_address) <= int(inner.network_address) <= int(outer.broadcast_address)
    )


@lru_cache(maxsize=16_384)
def _reaches(asked: tuple[str, ...], destinations: frozenset[str]) -> bool:
    positive = [each for each in asked if not each.startswith("!")]
    if any(_covers(each[1:], destination) for each in asked if each.startswith("!") for destination in destinations):
        return False
    return not positive or any(_covers(each, destination) for each in positive for destination in destinations)


@lru_cache(maxsize=65_536)
def _covers(asked: str, destination: str) -> bool:
    if asked in _EVERYBODY or asked == destination:
        return True
    first, dash, last = asked.partition("-")
    try:
        address = ipaddress.ip_address(destination)
        if dash:
            low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
            return low.version == address.version and int(low) <= int(address) <= int(high)
        network = ipaddress.ip_network(asked, strict=False)
    except ValueError:
        return False
    return network.version == address.version and address in network

"""Access lists of IOS and ASA as rules: in their order, with the places that use them.

A list by itself filters nothing. One that an interface, a line or the global access group uses filters what passes there; one that address
translation, a tunnel, a class or a routing policy uses only selects: its rules are bound, their scope is ``other`` and a condition says
what they select for.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.configs.cisco_ace import Entry
from shared.configs.secrets import rule
from shared.configs.statement import Statement
from shared.firewall import ANY, Action, FirewallRule, Scope

OWN_WORDS = (
    rule(
        r"^(?:[!:#]|access-list \S+ (?:line \d+ )?remark|(?:\d+ )?remark|description) ?.*?\b(?:pass(?:word|wd|phrase)?|pwd?|psk|secret"
        r"|segreto|parola|chiave|codice|key|token)\b[^:=]{0,60}[:=]\s*(?P<secret>\S+)"
    ),
    rule(r"-(?<!public-)(?:secret|token|pass(?:word|phrase)|psk|key) (?:[0-9] )?(?P<secret>[A-Za-z0-9+/=_.!#%-]{12,})(?:\s|$)"),
)
"""Secrets in what people write themselves, and below names that no rule knows: the same for IOS and ASA."""

Way = Literal["in", "out", "line", "global", "self", "select"]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a list is used. ``place``: the interface, the line, or in words what it selects for."""

    way: Way
    place: str
    services: tuple[str, ...] = ()
    """On a line: what one comes in by there."""


@dataclass(frozen=True, slots=True)
class Listed:
    entry: Entry
    statement: Statement
    comment: str = ""
    sequence: str = ""


@dataclass(slots=True)
class AccessList:
    name: str
    family: str = ANY
    standard: bool = False
    entries: list[Listed] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    entering: Scope = Scope.FORWARD
    """What a list sees that is bound to what comes in by an interface: IOS asks it for the box itself as well, ASA does not."""
    remarks: list[str] = field(default_factory=list)
    """Those that wait for their entry."""

    def add(self, entry: Entry, statement: Statement, sequence: str = "") -> None:
        self.entries.append(Listed(entry, statement, " ".join(self.remarks), sequence))
        self.remarks.clear()

    def in_order(self) -> list[Listed]:
        """By sequence numbers where all entries have one: a text may have been put together in another order."""
        if all(each.sequence for each in self.entries):
            return sorted(self.entries, key=lambda each: int(each.sequence))
        return self.entries

    @property
    def filters(self) -> list[Use]:
        return [use for use in self.uses if use.way != "select"]


class Keys:
    """Keys from content; what is there twice is numbered."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()

    def of(self, *content: str) -> str:
        return self.numbered(hashlib.blake2b("\n".join(content).encode("utf-8", "replace"), digest_size=8).hexdigest())

    def numbered(self, key: str) -> str:
        self._count[key] += 1
        return key if self._count[key] == 1 else f"{key}-{self._count[key]}"


def rules(acl: AccessList, keys: Keys, first: int, *, implied_deny: bool) -> Iterator[FirewallRule]:
    """The list's rules, counted from ``first``."""
    where = placed(acl)
    count = first
    for listed in acl.in_order():
        # numbers only where the platform prints them
        key = keys.numbered(f"{acl.name} {listed.sequence}") if listed.sequence else keys.of(acl.name, _content(listed))
        yield _rule(acl, listed, key, count, where)
        count += 1
    if implied_deny and acl.filters:
        yield FirewallRule(
            key=keys.numbered(f"{acl.name} implicit"), order=count, ruleset=acl.name, name="implicit deny", scope=where.scope,
            family=acl.family, implicit=True, action=Action.DENY, native_action="deny", services=where.services or (ANY,),
            from_=where.from_, to=where.to,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """What the uses of a list make of its rules."""

    bound: bool
    scope: Scope
    from_: tuple[str, ...] = (ANY,)
    to: tuple[str, ...] = (ANY,)
    services: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


def placed(acl: AccessList) -> Placed:
    filters = acl.filters
    if not filters:
        conditions = tuple(dict.fromkeys(f"selects for {use.place}" for use in acl.uses))
        return Placed(bool(acl.uses), Scope.OTHER if acl.uses else Scope.FORWARD, conditions=conditions)
    passing = [use for use in filters if use.way in ("in", "out", "global")]
    if not passing:
        return _to_the_box(filters)
    entering = tuple(dict.fromkeys(use.place for use in passing if use.way == "in"))
    leaving = tuple(dict.fromkeys(use.place for use in passing if use.way == "out"))
    if entering and leaving:
        # as one rule with both it would say "from one to the other"
        return Placed(True, Scope.FORWARD, conditions=(f"in on {', '.join(entering)}; out on {', '.join(leaving)}",))
    return Placed(True, acl.entering if entering else Scope.FORWARD, entering or (ANY,), leaving or (ANY,))


def _to_the_box(filters: Sequence[Use]) -> Placed:
    services = tuple(dict.fromkeys(service for use in filters for service in use.services))
    places = tuple(dict.fromkeys(use.place for use in filters if use.way == "self"))
    return Placed(True, Scope.INPUT, places or (ANY,), services=services)


def _rule(acl: AccessList, listed: Listed, key: str, order: int, where: Placed) -> FirewallRule:
    entry = listed.entry
    services = where.services if where.services and tuple(entry.services) == (ANY,) else entry.services
    lines = tuple(use.place for use in acl.filters if use.way == "line")
    return FirewallRule(
        key=key, order=order, ruleset=acl.name, scope=where.scope, family=_family(acl, entry),
        enabled=entry.enabled, bound=where.bound, action=entry.action,
        native_action=entry.native_action + (f" on {', '.join(lines)}" if lines else ""),
        sources=entry.sources, destinations=entry.destinations, services=services, source_names=entry.source_names,
        destination_names=entry.destination_names, service_names=tuple(entry.service_names), users=tuple(entry.users),
        states=entry.states, schedule=entry.schedule, log=entry.log, comment=listed.comment,
        why_without_effect="; ".join(f"{name} is not defined" for name in entry.undefined),
        conditions=(*entry.conditions, *where.conditions), raw=listed.statement.text, line=listed.statement.line,
        from_=where.from_, to=where.to,
    )  # fmt: skip


def _family(acl: AccessList, entry: Entry) -> str:
    if acl.family != ANY or entry.family:
        return entry.family or acl.family
    seen = [value for value in (*entry.sources, *entry.destinations) if value[:1].isdigit() or ":" in value]
    colons = [":" in value and not value.startswith(("user:", "interface:", "mac:")) for value in seen]
    return ANY if not seen or (any(colons) and not all(colons)) else "ipv6" if all(colons) else "ipv4"


def _content(listed: Listed) -> str:
    """The entry as written, without what changes its place or counts it."""
    words = listed.statement.words
    if "(hitcnt=" in listed.statement.text:
        words = [word for word in words if not word.startswith("(hitcnt=")]
    if "line" in words[:3]:
        at = words.index("line")
        words = [*words[:at], *words[at + 2 :]]
    return " ".join(words)

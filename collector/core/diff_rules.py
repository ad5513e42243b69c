"""What has changed in a device's rule base, address translation, tunnels and lease pools?

Items are compared by their key, which stays when others come and go. Where a platform has no ids of its own the key is made of the
content, so that a changed rule has another key: one that went and one that came under the same name, in the same place, are one that
changed. Of the order only what is moved against the others counts: a rule put in between moves nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from collector.core.comparison import Comparison, by
from collector.core.findings import allows_everything
from shared.change import Change, ChangeKind, Grade
from shared.firewall import ANY, DhcpPool, FirewallRule, PortForward, SourceNat, VpnTunnel
from shared.model import Frozen

Item = TypeVar("Item", FirewallRule, PortForward, SourceNat, VpnTunnel, DhcpPool)
_Subject = Literal["firewall_rule", "port_forward", "source_nat", "vpn", "dhcp"]

_NEVER_COMPARED = frozenset({"key", "order", "device", "raw", "source_names", "destination_names", "service_names"})
"""``raw`` is the same rule again, in the platform's words; behind the names stand the values, which are compared."""
_MADE_OF_CONTENT = re.compile(r"[0-9a-f]{16}(?:-\d+)?|policy/.*|.*implicit.*")
"""Keys that no technician has ever seen."""


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Item]):
    subject: _Subject
    title: Callable[[Item], str]
    name: Callable[[Item], str]
    """What stays where the content, and with it the key, has changed; empty: it has no such name."""
    added: Callable[[Item], Grade]
    ordered: bool = False


def changes(comparison: Comparison) -> Iterator[Change]:
    a, b = comparison.a, comparison.b
    yield from _of_kind(comparison, _RULES, a.firewall_rules, b.firewall_rules)
    yield from _of_kind(comparison, _FORWARDS, a.port_forwards, b.port_forwards)
    yield from _of_kind(comparison, _SOURCE_NAT, a.source_nat, b.source_nat)
    yield from _of_kind(comparison, _VPNS, a.vpns, b.vpns)
    yield from _of_kind(comparison, _DHCP, a.dhcp, b.dhcp)


def rule_title(rule: FirewallRule) -> str:
    """``allow tcp/22 from any to 10.0.0.5``: what it does, in a line."""
    parts = [rule.native_action or rule.action.value if rule.action.value in ("jump", "other") else rule.action.value]
    parts.append(", ".join(rule.services) if rule.services and ANY not in rule.services else ANY)
    parts.append(f"from {_place(rule.from_, rule.sources)} to {_place(rule.to, rule.destinations)}")
    label = rule.name or rule.comment
    if not _MADE_OF_CONTENT.fullmatch(rule.key) and not rule.implicit:
        label = f"{rule.key}: {label}" if label else rule.key
    return " ".join(parts) + (f" ({label})" if label else "")


def _place(zones: Iterable[str], addresses: Iterable[str]) -> str:
    shown = [", ".join(values) for values in (zones, addresses) if values and set(values) != {ANY}]
    return " ".join(shown) or ANY


def forward_title(forward: PortForward) -> str:
    inside = f"{forward.to_address}:{forward.to_ports or forward.public_ports}"
    public = forward.public_ports if forward.public_address == ANY else f"{forward.public_address}:{forward.public_ports}"
    label = forward.name or forward.comment
    return f"{forward.protocol}/{public} → {inside}" + (f" ({label})" if label else "")


def _nat_title(nat: SourceNat) -> str:
    label = nat.name or nat.comment
    return f"{nat.kind.value} {_place((), nat.sources)} → {_place(nat.to, nat.destinations)} {nat.to_source}".strip() + (
        f" ({label})" if label else ""
    )


def _rule_grade(rule: FirewallRule) -> Grade:
    return Grade.RISKY if allows_everything(rule) else Grade.NOTABLE


def _name_in_ruleset(rule: FirewallRule) -> str:
    if rule.implicit:
        return f"{rule.ruleset} {rule.family} policy"
    label = rule.name or rule.comment
    return f"{rule.ruleset} {rule.family} {label}" if label else ""


_RULES: _Kind[FirewallRule] = _Kind(subject="firewall_rule", title=rule_title, name=_name_in_ruleset, added=_rule_grade, ordered=True)
_FORWARDS: _Kind[PortForward] = _Kind(
    subject="port_forward",
    title=forward_title,
    name=lambda forward: f"{forward.protocol} {','.join(forward.from_)} {forward.public_address} {forward.public_ports}",
    added=lambda forward: Grade.RISKY if forward.enabled else Grade.NOTABLE,
)
_SOURCE_NAT: _Kind[SourceNat] = _Kind(
    subject="source_nat", title=_nat_title, name=lambda nat: nat.name or nat.comment, added=lambda nat: Grade.NOTABLE
)
_VPNS: _Kind[VpnTunnel] = _Kind(
    subject="vpn",
    title=lambda vpn: f"{vpn.kind.value} {vpn.name}",
    name=lambda vpn: f"{vpn.kind.value} {vpn.name}",
    added=lambda vpn: Grade.NOTABLE,
)
_DHCP: _Kind[DhcpPool] = _Kind(
    subject="dhcp",
    title=lambda pool: pool.prefix or f"{pool.first_address or ''}–{pool.last_address or ''}",
    name=lambda pool: f"{pool.interface} {pool.prefix or ''}".strip(),
    added=lambda pool: Grade.NOTABLE,
)


def _of_kind(comparison: Comparison, kind: _Kind[Item], a: Sequence[Item], b: Sequence[Item]) -> Iterator[Change]:
    for device in sorted({item.device for item in (*a, *b)}):
        if not comparison.is_told_of(device):
            continue
        old, new = [item for item in a if item.device == device], [item for item in b if item.device == device]
        if not old and comparison.newly_answered(device):
            continue
        yield from _of_device(kind, old, new, partial(_change, kind.subject, device, comparison.title(device)))


_Make = Callable[..., Change]


def _of_device(kind: _Kind[Item], old: Sequence[Item], new: Sequence[Item], make: _Make) -> Iterator[Change]:
    before, after = by(old, lambda item: item.key), by(new, lambda item: item.key)
    gone = [item for key, item in before.items() if key not in after]
    come = [item for key, item in after.items() if key not in before]
    pairs = [(before[key], after[key]) for key in before if key in after]
    for was, now in _renamed(kind, gone, come):
        gone.remove(was)
        come.remove(now)
        pairs.append((was, now))
    yield from (make(ChangeKind.APPEARED, item.key, kind.title(item), kind.added(item)) for item in come)
    yield from (make(ChangeKind.MISSING, item.key, kind.title(item), Grade.NOTABLE) for item in gone)
    for was, now in pairs:
        yield from _fields(kind, was, now, make)
    if kind.ordered:
        yield from _moved(kind, before, after, make)


def _renamed(kind: _Kind[Item], gone: Sequence[Item], come: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Those that went and came under one name, where the name is clear."""
    old, new = _by_name(kind, gone), _by_name(kind, come)
    return [(old[name][0], new[name][0]) for name in sorted(old) if len(old[name]) == len(new.get(name, ())) == 1]


def _by_name(kind: _Kind[Item], items: Iterable[Item]) -> Mapping[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        if name := kind.name(item):
            found.setdefault(name, []).append(item)
    return found


def _fields(kind: _Kind[Item], was: Item, now: Item, make: _Make) -> Iterator[Change]:
    if isinstance(now, FirewallRule) and isinstance(was, FirewallRule) and allows_everything(now) and not allows_everything(was):
        yield make(ChangeKind.CHANGED, now.key, rule_title(now), Grade.RISKY, "allows_everything", rule_title(was), rule_title(now))
        return
    for field, info in type(now).model_fields.items():
        extra = info.json_schema_extra
        if field in _NEVER_COMPARED or (isinstance(extra, dict) and extra.get("volatile")):
            continue
        before, after = getattr(was, field), getattr(now, field)
        if before == after:
            continue
        if field in ("peers", "reservations"):
            yield from _members(kind, now, field, before, after, make)
            continue
        grade = Grade.RISKY if kind.subject == "port_forward" else Grade.NOTABLE
        yield make(ChangeKind.CHANGED, now.key, kind.title(now), grade, field.rstrip("_"), _shown(before), _shown(after))


def _members(kind: _Kind[Item], item: Item, field: str, before: Sequence[Any], after: Sequence[Any], make: _Make) -> Iterator[Change]:
    """Peers of a tunnel and reservations of a pool, each by itself. Where a peer was last reached from, and when, changes by itself."""
    old, new = by(before, _member_key), by(after, _member_key)
    for key in sorted(old.keys() | new.keys()):
        had, has = old.get(key), new.get(key)
        shown_before, shown_after = _member(had), _member(has)
        if shown_before != shown_after:
            grade = Grade.NOTABLE if kind.subject == "vpn" else Grade.ROUTINE
            singular = {"peers": "peer", "reservations": "reservation"}[field]
            yield make(ChangeKind.CHANGED, item.key, kind.title(item), grade, singular, shown_before, shown_after)


def _member_key(member: Any) -> str:
    return str(getattr(member, "public_key", "") or getattr(member, "mac", "") or member.name)


def _member(member: Frozen | None) -> str:
    if member is None:
        return ""
    content = member.model_dump(mode="json", include={"name", "public_key", "allowed_prefixes", "mac", "address"})
    return " ".join(filter(None, (", ".join(value) if isinstance(value, list) else value for value in content.values())))


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(getattr(value, "value", value))


def _moved(kind: _Kind[Item], before: Mapping[str, Item], after: Mapping[str, Item], make: _Make) -> Iterator[Change]:
    common = [key for key in before if key in after]
    place = {key: number for number, key in enumerate(key for key in after if key in before)}
    steady = _longest_rising([place[key] for key in common])
    for key in common:
        if place[key] not in steady:
            old, new = str(common.index(key) + 1), str(place[key] + 1)
            yield make(ChangeKind.CHANGED, key, kind.title(after[key]), Grade.NOTABLE, "order", old, new)


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The longest rising subsequence: what stays in place when the fewest are moved."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        slot = bisect_left(tails, number)
        before[number] = tails[slot - 1] if slot else None
        tails[slot : slot + 1] = [number]
    kept: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def _change(
    subject: _Subject,
    device: str,
    device_title: str,
    kind: ChangeKind,
    key: str,
    title: str,
    grade: Grade,
    field: str = "",
    before: str = "",
    after: str = "",
) -> Change:
    return Change(
        kind=kind,
        subject=subject,
        grade=grade,
        device=device,
        device_title=device_title,
        key=key,
        title=title,
        field=field,
        before=before,
        after=after,
    )

"""RouterOS's packet filter: ``/ip firewall filter``, ``/ip firewall raw`` and the same below ``/ipv6``.

Rules are in the order of the text. A chain of one's own is bound where a rule of a built-in chain jumps to it, directly or over others.
The end of a built-in chain accepts. A rule has no number of its own in an export (those of ``print`` move): its key is a hash of what it
asks and does. Source: MikroTik's documentation, "Filter", "RAW", "Basic Concepts" (chains), RouterOS 6 and 7.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from shared.configs.reading import Reading
from shared.configs.routeros_match import Lists, match
from shared.configs.routeros_text import Entry
from shared.firewall import ANY, Action, FirewallRule, Scope

_SCOPES = {"input": Scope.INPUT, "forward": Scope.FORWARD, "output": Scope.OUTPUT, "prerouting": Scope.OTHER}
_ACTIONS = {
    "accept": Action.ALLOW,
    "drop": Action.DENY,
    "tarpit": Action.DENY,
    "reject": Action.REJECT,
    "jump": Action.JUMP,
    "return": Action.RETURN,
    "log": Action.LOG,
    "passthrough": Action.LOG,
    "fasttrack-connection": Action.ALLOW,
}
_PLAIN = frozenset({"accept", "drop", "reject", "log", "return"})
# matters to a box that is looked at, not to what is let through
_NOT_IN_KEY = frozenset({"comment", "disabled", "log", "log-prefix", "bytes", "packets", "hw-offload"})
_WITHOUT_EFFECT = ("not ready", "inactive time", "matcher not possible", "no interface", "invalid", "unknown", "no such", "not found")
MAX_CHAINS = 10_000


class Keys:
    """Names that do not depend on the place of a rule: a hash of its content, numbered where two are the same."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, entry: Entry) -> str:
        content = "\n".join(f"{name}={value}" for name, value in sorted(entry.attrs.items()) if value and name not in _NOT_IN_KEY)
        digest = hashlib.blake2b(f"{entry.menu}\n{content}".encode("utf-8", "replace"), digest_size=8).hexdigest()
        self._seen[digest] += 1
        return digest if self._seen[digest] == 1 else f"{digest}-{self._seen[digest]}"


def read_filters(reading: Reading, entries: Sequence[Entry], lists: Lists) -> None:
    """The tables one after another, as they stand in the text."""
    keys = Keys()
    for menu in dict.fromkeys(entry.menu for entry in entries):
        table = [entry for entry in entries if entry.menu == menu]
        read: list[Entry] = []
        scopes = reached(table, _SCOPES)
        for entry in table:
            try:
                reading.firewall_rules.append(_rule(entry, lists, scopes, keys.of(entry), len(reading.firewall_rules) + 1))
                read.append(entry)
            except (ValueError, LookupError):
                reading.unread(entry.statement)
        reading.firewall_rules += _policies(menu, read, len(reading.firewall_rules))


def reached(table: Iterable[Entry], built_in: dict[str, Scope]) -> dict[str, Scope]:
    """The chains that packets come to, with the kind of traffic that they see; of several kinds, OTHER."""
    jumps: dict[str, list[str]] = {}
    for entry in table:
        if entry.get("action") == "jump" and not entry.disabled and len(jumps) < MAX_CHAINS:
            jumps.setdefault(entry.get("chain"), []).append(entry.get("jump-target"))
    scopes: dict[str, Scope] = {}
    for start, scope in built_in.items():
        waiting, passed = [start], set[str]()
        while waiting:
            chain = waiting.pop()
            if chain in passed:
                continue
            passed.add(chain)
            scopes[chain] = scope if scopes.get(chain, scope) == scope else Scope.OTHER
            waiting += jumps.get(chain, ())
    return scopes


def why_without_effect(entry: Entry) -> str:
    """What the box itself remarks above the rule."""
    return entry.note if any(sign in entry.note for sign in _WITHOUT_EFFECT) else ""


def _rule(entry: Entry, lists: Lists, scopes: dict[str, Scope], key: str, order: int) -> FirewallRule:
    family, table = "ipv6" if entry.menu.startswith("ipv6") else "ipv4", entry.menu.split()[-1]
    chain = entry.attrs["chain"]
    action = entry.get("action") or "accept"
    found = match(entry, lists, family)
    return FirewallRule.model_validate(
        told(
            {
            "key": key, "order": order, "ruleset": chain if table == "filter" else f"{table} {chain}", "family": family,
            "scope": Scope.OTHER if table == "raw" else scopes.get(chain, Scope.OTHER), "bound": chain in scopes,
            "enabled": not entry.disabled, "action": _ACTIONS.get(action, Action.OTHER), "native_action": _native(action, entry),
            "from": found.from_, "to": found.to, "sources": found.sources, "destinations": found.destinations, "services": found.services,
            "source_names": found.source_names, "destination_names": found.destination_names, "application": found.application,
            "states": found.states, "schedule": found.schedule, "log": entry.get("log") == "yes" or action == "log",
            "comment": entry.get("comment"), "why_without_effect": why_without_effect(entry) or found.why,
            "conditions": tuple(found.conditions), "raw": raw(entry), "line": entry.line,
        })
    )  # fmt: skip


_DEFAULT: tuple[object, ...] = ("", (), (ANY,), None)


def told(fields: dict[str, object]) -> dict[str, object]:
    """Without what is at the model's default: validating that takes most of the time."""
    return {name: value for name, value in fields.items() if value not in _DEFAULT}


def raw(entry: Entry) -> str:
    return "\n".join((entry.statement.text, *(child.text for child in entry.statement.children)))


def _native(action: str, entry: Entry) -> str:
    if action == "jump":
        return entry.get("jump-target")
    if action == "reject":
        return entry.get("reject-with", "reject")
    if action.startswith("add-") and entry.get("address-list"):
        return f"{action} {entry.get('address-list')} {entry.get('address-list-timeout')}".strip()
    return "" if action in _PLAIN else action


def _policies(menu: str, table: Sequence[Entry], order: int) -> Iterator[FirewallRule]:
    """The end of each built-in chain that has rules: what no rule has decided is accepted."""
    name, kind = menu.split()[0], menu.split()[-1]
    for chain in dict.fromkeys(entry.get("chain") for entry in table):
        if chain in _SCOPES:
            order += 1
            yield FirewallRule.model_validate(
                {
                    "key": f"{name} {kind} {chain} default", "order": order, "ruleset": chain if kind == "filter" else f"{kind} {chain}",
                    "family": "ipv6" if name == "ipv6" else "ipv4", "scope": Scope.OTHER if kind == "raw" else _SCOPES[chain],
                    "implicit": True, "action": Action.ALLOW,
                }
            )  # fmt: skip

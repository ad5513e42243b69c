"""The zone-based firewall of IOS: zones, the pairs between them, and the policies that say what may pass.

Source: Cisco IOS Security Configuration Guide, "Zone-Based Policy Firewalls". A pair's policy names classes; the first class that fits
decides: ``inspect`` and ``pass`` let through, ``drop`` does not. A class fits by access lists, protocols and other classes. What no class
takes is dropped, as is everything between zones that no pair is for. Each entry of a class's access list becomes a rule of its own, as its
addresses belong together.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from shared.configs.cisco_lists import Keys, Use
from shared.configs.cisco_ports import INSPECTED
from shared.configs.dispatch import Handler
from shared.configs.ios.state import Box, ClassMap, Match, PolicyClass, ZonePair
from shared.configs.statement import Statement
from shared.device_config import Zone
from shared.firewall import ANY, Action, FirewallRule, Scope

MAX_DEPTH = 8
MAX_RULES = 20_000
_ACTIONS = {"inspect": Action.ALLOW, "pass": Action.ALLOW, "drop": Action.DENY, "reset": Action.REJECT}


def zone(box: Box, statement: Statement) -> None:
    name = statement.words[2]
    box.zones.setdefault(name, "")
    for child in statement.children:
        if child.words[:1] == ["description"]:
            box.zones[name] = " ".join(child.words[1:])
        elif not child.noise:
            box.reading.pass_over("zone-based firewall details", child)


def pair(box: Box, statement: Statement) -> bool | None:
    """``zone-pair security LAN-WAN source LAN destination WAN``"""
    words = statement.words
    made = ZonePair(words[2], words[words.index("source") + 1], words[words.index("destination") + 1], statement)
    box.pairs.append(made)
    for child in statement.children:
        if child.words[:3] == ["service-policy", "type", "inspect"]:
            made.policy = child.words[3]
        elif child.words[:1] != ["description"] and not child.noise:
            box.reading.unread(child)
    return None


def class_map(box: Box, statement: Statement) -> None:
    """``class-map type inspect match-any WEB``; those for quality of service only tell that a list is used."""
    words = statement.words
    inspected = words[1:3] == ["type", "inspect"]
    if not inspected:
        box.reading.pass_over("quality of service", statement)
    made = ClassMap(words[-1], match_all="match-any" not in words)
    for child in statement.children:
        here = child.words
        if here[:2] == ["match", "access-group"]:
            box.use(here[-1], Use("select", f"class-map {made.name}"))
        if not inspected or child.noise:
            continue
        if here[0] == "match" and len(here) > 2:
            made.matches.append(here[1:])
        elif here[0] != "description":
            box.reading.unread(child)
    if inspected:
        box.classes[made.name] = made


def policy_map(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[1:3] != ["type", "inspect"] or len(words) != 4:
        box.reading.pass_over("quality of service", statement)
        return
    classes = box.policies.setdefault(words[3], [])
    for child in statement.children:
        if child.noise or child.words[0] == "description":
            continue
        if child.words[0] != "class":
            box.reading.unread(child)
            continue
        classes.append(_policy_class(box, child))


def _policy_class(box: Box, statement: Statement) -> PolicyClass:
    made = PolicyClass(statement.words[-1], "drop", statement)
    for child in statement.children:
        words = child.words
        if words[:1] and words[0] in _ACTIONS:
            made.action, made.log = words[0], "log" in words
            made.more += [f"parameters {word}" for word in words[1:] if word != "log"]
        elif words[:1] == ["police"] or words[:1] == ["service-policy"] or words[:1] == ["urlfilter"]:
            made.more.append(child.text)
        elif not child.noise:
            box.reading.unread(child)
    return made


# --- as rules ---


def finish(box: Box, keys: Keys) -> None:
    for name, comment in box.zones.items():
        members = tuple(port.name for port in box.ports.values() if port.zone == name)
        box.reading.zones.append(Zone(name=name, interfaces=members, intrazone="allow", comment=comment))
    for pair in box.pairs:
        if len(box.reading.firewall_rules) < MAX_RULES:
            box.reading.firewall_rules += _pair_rules(box, pair, keys, len(box.reading.firewall_rules) + 1)
        unknown = [zone for zone in (pair.source, pair.destination) if zone not in box.zones and zone not in ("self", "default")]
        if unknown:
            box.reading.warnings.append(f"zone pair {pair.name}: zone {', '.join(unknown)} is not defined")


def _pair_rules(box: Box, pair: ZonePair, keys: Keys, first: int) -> Iterator[FirewallRule]:
    scope = Scope.INPUT if pair.destination == "self" else Scope.OUTPUT if pair.source == "self" else Scope.FORWARD
    count, decided = first, False
    if pair.policy and pair.policy not in box.policies:
        box.reading.warnings.append(f"zone pair {pair.name}: policy {pair.policy} is not defined")
    common = {"ruleset": pair.name, "from": (pair.source,), "to": (pair.destination,), "scope": scope}
    for each in box.policies.get(pair.policy, ()):
        decided = each.class_map == "class-default"
        for match in _matches(box, each.class_map, 0):
            yield FirewallRule.model_validate({**common, **_fields(each, match, pair, keys), "order": count})
            count += 1
    if not decided:
        # what is sent to the box itself, or by it, passes unless a policy says otherwise
        open_self = not pair.policy and "self" in (pair.source, pair.destination)
        yield FirewallRule.model_validate(
            {
                **common, "key": keys.numbered(f"{pair.name} implicit"), "order": count, "name": "class-default", "implicit": True,
                "action": Action.ALLOW if open_self else Action.DENY, "native_action": "pass" if open_self else "drop",
                "line": pair.statement.line,
            }
        )  # fmt: skip


def _fields(each: PolicyClass, match: Match, pair: ZonePair, keys: Keys) -> dict[str, object]:
    native = each.action if match.action is Action.ALLOW else "deny: not of this class"
    action = _ACTIONS[each.action] if match.action is Action.ALLOW else Action.RETURN
    return {
        "key": keys.of(pair.name, each.class_map, repr(match)), "name": each.class_map, "action": action, "native_action": native,
        "sources": match.sources, "destinations": match.destinations, "services": match.services, "source_names": match.source_names,
        "destination_names": match.destination_names, "application": ", ".join(match.protocols), "log": each.log,
        "conditions": (*match.conditions, *each.more), "raw": "\n".join(one.text for one in each.statement.walk()),
        "line": each.statement.line,
    }  # fmt: skip


def _matches(box: Box, name: str, depth: int) -> list[Match]:
    """All the ways in which a class fits."""
    if name == "class-default":
        return [Match()]
    known = box.classes.get(name)
    if known is None or depth > MAX_DEPTH:
        return [Match(conditions=(f"class-map {name} is not defined",))]
    if name not in box.matches:
        box.matches[name] = _ways(box, known, depth)
    return box.matches[name]


def _ways(box: Box, known: ClassMap, depth: int) -> list[Match]:
    ways = [_one(box, words, depth) for words in known.matches]
    if not ways:
        return [Match(conditions=(f"class-map {known.name} matches nothing",))]
    if known.match_all and len(ways) > 1:
        return _all_of(ways)
    return _put_together(list(islice((match for way in ways for match in way), MAX_RULES)))


def _one(box: Box, words: Sequence[str], depth: int) -> list[Match]:
    if words[0] == "not":
        return [Match(conditions=(f"match {' '.join(words)}",))]
    if words[0] == "access-group":
        return _listed(box, words[-1])
    if words[0] == "class-map":
        return _matches(box, words[1], depth + 1)
    if words[0] == "protocol":
        more = (f"match {' '.join(words)}",) if len(words) > 2 else ()
        return [Match(services=INSPECTED.get(words[1], (words[1],)), protocols=(words[1],), conditions=more)]
    return [Match(conditions=(f"match {' '.join(words)}",))]


def _listed(box: Box, name: str) -> list[Match]:
    acl = box.acls.get(name)
    if acl is None:
        return [Match(conditions=(f"access list {name} is not defined",))]
    return [
        Match(
            entry.action, entry.sources, entry.destinations, entry.services, entry.source_names, entry.destination_names,
            conditions=(*entry.conditions, *(() if not entry.schedule else (f"time-range {entry.schedule}",)), *entry.states),
        )
        for entry in (listed.entry for listed in acl.in_order())
        if entry.enabled
    ]  # fmt: skip


def _all_of(ways: Sequence[list[Match]]) -> list[Match]:
    """A list's entries narrowed by the protocols; what cannot be put into one match stays a condition."""
    # lists first: their addresses belong together, protocols can narrow each of them
    ways = sorted(
        ways, key=lambda way: (any(match.sources != (ANY,) or match.destinations != (ANY,) for match in way), len(way)), reverse=True
    )
    result = ways[0]
    for way in ways[1:]:
        result = [_narrowed(match, way) for match in result]
    return result


def _narrowed(match: Match, by: Sequence[Match]) -> Match:
    """``match`` where one of ``by`` holds as well."""
    if match.action is not Action.ALLOW:
        return match
    if all((each.sources, each.destinations) == ((ANY,), (ANY,)) and each.action is Action.ALLOW for each in by):
        asked = tuple(dict.fromkeys(service for each in by for service in each.services))
        names = tuple(dict.fromkeys(name for each in by for name in each.protocols))
        more = tuple(dict.fromkeys(condition for each in by for condition in each.conditions))
        services, told = (
            (asked, ()) if match.services == (ANY,) else (match.services, () if asked == (ANY,) else (f"and {', '.join(asked)}",))
        )
        return Match(
            match.action, match.sources, match.destinations, services, match.source_names, match.destination_names,
            (*match.protocols, *names), (*match.conditions, *told, *more),
        )  # fmt: skip
    either = "; or ".join(f"{', '.join(each.sources)} to {', '.join(each.destinations)}" for each in by[:20])
    return Match(
        match.action, match.sources, match.destinations, match.services, match.source_names, match.destination_names, match.protocols,
        (*match.conditions, f"and {either}"),
    )  # fmt: skip


def _put_together(matches: Sequence[Match]) -> list[Match]:
    """Protocols that follow one another and ask nothing else are one match with many services."""
    result: list[Match] = []
    for match in matches:
        last = result[-1] if result else None
        if last and _only_protocols(last) and _only_protocols(match):
            result[-1] = Match(
                services=tuple(dict.fromkeys((*last.services, *match.services))),
                protocols=tuple(dict.fromkeys((*last.protocols, *match.protocols))),
            )
        else:
            result.append(match)
    return result


def _only_protocols(match: Match) -> bool:
    return bool(match.protocols) and match == Match(services=match.services, protocols=match.protocols)


HANDLERS: dict[str, Handler[Box]] = {
    "zone security": zone,
    "zone-pair security": pair,
    "class-map": class_map,
    "policy-map": policy_map,
}
PASSED = {
    "quality of service": (
        "mls", "qos", "auto", "priority-list", "queue-list", "service-policy", "table-map", "queue", "wrr-queue", "random-detect-label",
        "access-list rate-limit", "network-policy", "priority-queue", "rate-limit", "service-template", "class",
    ),
    "stateful inspection": (
        "ip inspect", "ipv6 inspect", "parameter-map", "ip urlfilter", "ip ips", "ip port-map", "ip audit", "zone-pair", "zone",
        "ip trigger-authentication", "ip reflexive-list", "ip auth-proxy", "ip admission", "utd", "ip nbar", "umbrella",
    ),
}  # fmt: skip

"""Filter and NAT rules: a line each, in the slots ``Filter/00`` to ``Filter/10`` and, before them, ``Global/Filter``.

    pass inspection ips log from Network_internals on in to srv port https # comment
    nat from Network_in to internet on out -> from Firewall_out port ephemeral_fw to original

The grammar is not published. What is read is what the maker's own templates, tools and test data show; a word beyond that stands in the
rule's conditions and its line is unread, so that no rule looks wider than it is. A filter rule sees the address that a packet was sent to,
before translation. What no rule lets through is blocked (SNS v4, "Configuring the filter and NAT policy").
"""

import re
from dataclasses import dataclass, field

from shared.configs.named_objects import by_protocol, undefined
from shared.configs.sns.box import Box, Slot
from shared.configs.sns.files import without_comment
from shared.configs.statement import Statement
from shared.configs.to_itself import with_own
from shared.filtering import ALL_PORTS, asked_ports
from shared.firewall import ANY, Action, FirewallRule, PortForward, Scope, SourceNat, SourceNatKind
from shared.port_ranges import common, parsed

_ACTIONS = {
    "pass": Action.ALLOW, "block": Action.DENY, "reset": Action.REJECT, "log": Action.LOG, "decrypt": Action.OTHER, "deleg": Action.OTHER,
}  # fmt: skip
_PROTOCOLS = {"vpn-esp": "esp", "vpn-ah": "ah"}
_OF_PORTS = ("tcp", "udp")
_WORD = re.compile(r"(?:[^\s\"]|\"[^\"]*\")+")
"""Blanks between double quotes part nothing: ``user=\"anna rossi\"@any``."""


@dataclass(slots=True)
class _Side:
    names: list[str] = field(default_factory=list)
    negated: bool = False
    users: list[str] = field(default_factory=list)
    interface: str = ""
    ports: list[str] = field(default_factory=list)
    said: bool = False
    """Whether there is this side at all."""


@dataclass(slots=True)
class _Line:
    action: str
    enabled: bool = True
    log: bool = False
    name: str = ""
    protocol: str = ""
    profiles: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    source: _Side = field(default_factory=_Side)
    destination: _Side = field(default_factory=_Side)


def read(box: Box, slot: Slot, section: Statement, kind: str) -> None:
    (slot.rules if kind == "filter" else slot.nat).extend(section.children)


def finish(box: Box) -> None:
    """The global policy comes before the local one; slots that are not active come last, bound to nothing."""
    rules: list[FirewallRule] = []
    for slot in sorted(box.slots, key=lambda slot: (not _is_active(box, slot), not slot.folder.startswith("Global"), slot.number)):
        active = _is_active(box, slot)
        found = [rule for line in slot.rules if (rule := _tried(box, line, slot)) is not None]
        rules += with_own(found) if active else (rule.model_copy(update={"bound": False}) for rule in found)
        for line in slot.nat:
            if not _is_separator(box, line):
                _nat(box, line, slot, active=active)
    if rules:
        rules += [_implicit(scope) for scope in (Scope.FORWARD, Scope.INPUT)]
        text = "the rules that Stormshield applies by itself before the policy (administration, tunnels) are not in these files"
        box.reading.warnings.append(text)
    told = [_for_forward(box, rule) for rule in rules]
    box.reading.firewall_rules += [rule.model_copy(update={"order": order}) for order, rule in enumerate(told, start=1)]
    if len([slot for slot in box.slots if not slot.folder.startswith("Global")]) > 1 and "Filter" not in box.active:
        box.reading.warnings.append("which of the slots is active is not in the text: none is taken to be")


def _is_active(box: Box, slot: Slot) -> bool:
    if slot.folder in box.active:
        return box.active[slot.folder] == slot.number
    return len([each for each in box.slots if each.folder == slot.folder]) == 1


def _for_forward(box: Box, rule: FirewallRule) -> FirewallRule:
    """A rule to an address of the firewall is for the machine behind it where a forward takes the port: it sees the address outside."""
    if rule.scope is not Scope.INPUT or rule.implicit:
        return rule
    for forward in box.reading.port_forwards:
        if not forward.enabled or not ({forward.public_address, "self"} & set(rule.destinations)):
            continue
        for protocol in forward.protocol.split("+"):
            ports = parsed("" if forward.public_ports == ANY else forward.public_ports) or ALL_PORTS
            if common(ports, asked_ports(rule.services, protocol)):
                return rule.model_copy(update={"scope": Scope.FORWARD})
    return rule


def _implicit(scope: Scope) -> FirewallRule:
    return FirewallRule(
        key=f"implicit block {scope.value}",
        order=0,
        ruleset="filter",
        name="implicit block",
        scope=scope,
        implicit=True,
        action=Action.DENY,
    )


def _is_separator(box: Box, line: Statement) -> bool:
    if line.text.startswith("separator"):
        box.reading.pass_over("separators between rules", line)
        return True
    return False


def _ruleset(box: Box, slot: Slot) -> str:
    """The active slots are one list; the others go by their number and name."""
    place = f"{slot.folder}/{slot.number}"
    return "filter" if _is_active(box, slot) else " ".join(filter(None, (place, box.slot_names.get(place, ""))))


# --- a line's words ---


def _parsed(text: str) -> _Line:
    """The words before ``->``. ValueError where it is no rule."""
    found = _WORD.findall(text)
    enabled = True
    if found[0] in ("off", "on"):
        enabled = found.pop(0) == "on"
    line = _Line(found.pop(0), enabled)
    while found and found[0] != "from":
        _option(line, found)
    line.source = _side(line, found, "from")
    line.destination = _side(line, found, "to")
    line.unknown += [" ".join(found)] if found else []
    return line


def _option(line: _Line, found: list[str]) -> None:
    word = found.pop(0)
    if word == "log":
        line.log = True
    elif word == "inspection":
        line.profiles.append(f"inspection {found.pop(0)}")
        while found and (":" in found[0] or "filtering" in found[0] or found[0].split(",")[0] in ("antispam", "antivirus", "sandboxing")):
            line.profiles += found.pop(0).split(",")
    elif word == "ipproto":
        line.protocol = found.pop(0).lower()
    elif word == "proto":
        line.profiles += [] if (kind := found.pop(0)) in ("none", "auto") else [f"protocol {kind}"]
    elif word in ("route", "settos", "schedule", "tos", "rate", "icmptype", "icmpcode"):
        line.conditions.append(f"{word} {found.pop(0)}")
    elif word.startswith("rulename="):
        line.name = word.partition("=")[2].strip('"')
    elif word == "rulename":
        line.name = found.pop(0)
    else:
        line.unknown.append(word)


def _side(line: _Line, found: list[str], keyword: str) -> _Side:
    """``from [!]a,b [on in] [port x]``, ``from user="anna"@any domain studio.example``"""
    side = _Side()
    if found[:1] != [keyword]:
        return side
    found.pop(0)
    side.said = True
    value = found.pop(0)
    if value == "!":
        side.negated, value = True, found.pop(0)
    if value.startswith("!"):
        side.negated, value = True, value[1:]
    if "@" in value:
        who, _, value = value.rpartition("@")
        side.users.append(who.partition("=")[2].strip('"') or who)
    side.names = [name for name in value.split(",") if name]
    while found and found[0] in ("on", "port", "domain"):
        word, said = found.pop(0), found.pop(0)
        if word == "on":
            side.interface = "" if said.lower() == ANY else said
        elif word == "port":
            side.ports = [name for name in said.replace("|", ",").split(",") if name]
        else:
            side.users = [f"{user}@{said}" for user in side.users]
    return side


# --- filter ---


def _tried(box: Box, line: Statement, slot: Slot) -> FirewallRule | None:
    if _is_separator(box, line):
        return None
    try:
        return _rule(box, line, slot)
    except (ValueError, LookupError):
        box.reading.unread(line)
        return None


def _rule(box: Box, statement: Statement, slot: Slot) -> FirewallRule:
    body, comment = without_comment(statement.text)
    line = _parsed(body)
    if line.action not in _ACTIONS or not line.source.said or not line.destination.said:
        raise ValueError("a rule of a form that is not known")
    source, destination = line.source, line.destination
    conditions = [*line.conditions, *(f"not understood: {word}" for word in line.unknown)]
    conditions += [f"source port {','.join(source.ports)}"] if source.ports else []
    if destination.users:
        conditions.append(f"destination user {', '.join(destination.users)}")
    if line.unknown:
        box.reading.unread(statement)
    services, names = _services(box, line)
    own = not destination.negated and bool(destination.names) and all(box.is_own(name) for name in destination.names)
    told = bool(box.addresses.own)
    missing = box.missing([*source.names, *destination.names], box.addresses, told=told)
    return FirewallRule.model_validate(
        {
            "key": box.keys.of(slot.folder, slot.number, body), "order": 0, "ruleset": _ruleset(box, slot), "name": line.name,
            "scope": Scope.INPUT if own else Scope.FORWARD, "enabled": line.enabled, "action": _ACTIONS[line.action],
            "native_action": line.action, "from": _on(box, source), "to": (ANY,) if own else _on(box, destination),
            "sources": box.addresses_of(source.names, negated=source.negated),
            "destinations": box.addresses_of(destination.names, negated=destination.negated), "services": services,
            "source_names": _named(source), "destination_names": _named(destination), "service_names": names, "users": tuple(source.users),
            "profiles": tuple(line.profiles), "log": line.log, "comment": comment, "conditions": tuple(conditions),
            "why_without_effect": undefined(missing)
            or undefined(box.missing(names, box.services, told=len(box.services.own) > 0 and told), kind="service"),
            "raw": statement.text, "line": statement.line,
        }
    )  # fmt: skip


def _named(side: _Side) -> tuple[str, ...]:
    return tuple(name for name in side.names if name.lower() != ANY)


def _on(box: Box, side: _Side) -> tuple[str, ...]:
    """The interface as its own file spells it."""
    if not side.interface:
        return (ANY,)
    port = box.ports.get(side.interface.lower())
    return (port.name if port else side.interface,)


def _services(box: Box, line: _Line) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """By ports, by protocol, or both: a protocol narrows what its ports say."""
    names = tuple(line.destination.ports)
    protocol = _PROTOCOLS.get(line.protocol, "" if line.protocol == ANY else line.protocol)
    if any(name.lower() == ANY for name in names):
        names = ()
    if not names:
        return ((protocol,) if protocol else (ANY,)), ()
    found = box.services.all_values(names)
    if protocol in _OF_PORTS:
        found = tuple(value for value in found if value.partition("/")[0] not in _OF_PORTS or value.startswith(protocol)) or found
    elif protocol:
        line.conditions.append(f"ipproto {line.protocol}")
    return found, names


# --- NAT ---


def _nat(box: Box, statement: Statement, slot: Slot, *, active: bool) -> None:
    try:
        _translation(box, statement, slot, active=active)
    except (ValueError, LookupError):
        box.reading.unread(statement)


def _translation(box: Box, statement: Statement, slot: Slot, *, active: bool) -> None:
    """Only where both sides of the arrow are of the form that is shown; else it is unread."""
    body, comment = without_comment(statement.text)
    before, arrow, after = body.partition(" -> ")
    line = _parsed(before)
    becomes = _parsed(f"nat {after}")
    if line.action != "nat" or not arrow or line.unknown or becomes.unknown or not line.source.said or not line.destination.said:
        raise ValueError("a translation of a form that is not known")
    own = [] if active else [f"slot {slot.folder}/{slot.number} is not active"]
    base = {
        "key": box.keys.of("nat", slot.folder, slot.number, body), "enabled": line.enabled and active, "name": line.name,
        "from": _on(box, line.source), "sources": box.addresses_of(line.source.names, negated=line.source.negated), "comment": comment,
        "raw": statement.text, "line": statement.line,
    }  # fmt: skip
    services, _ = _services(box, line)
    conditions = [*line.conditions, *own, *([f"source port {','.join(line.source.ports)}"] if line.source.ports else [])]
    missing = box.missing([*line.source.names, *line.destination.names], box.addresses, told=bool(box.addresses.own))
    conditions += [f"object {missing[0]} is not defined"] if missing else []
    public = box.addresses_of(line.destination.names, negated=line.destination.negated)
    source, target = _changed(becomes.source), _changed(becomes.destination)
    if target or becomes.destination.ports:
        if source:
            conditions.append(f"translated source {','.join(box.addresses_of(source, negated=False))}")
        inside = dict(by_protocol(box.services.all_values(becomes.destination.ports))) if becomes.destination.ports else {}
        for place, (protocol, ports) in enumerate(by_protocol(services)):
            changed = inside.get(protocol, "")
            box.reading.port_forwards.append(
                PortForward.model_validate(
                    {
                        **base, "key": f"{base['key']} {protocol}" if place else base["key"], "order": len(box.reading.port_forwards) + 1,
                        "protocol": protocol, "public_address": ",".join(public), "public_ports": ports,
                        "to_address": ",".join(box.addresses_of(target, negated=False)) if target else ",".join(public),
                        "to_ports": changed if changed != ports else "", "to": _on(box, line.destination), "conditions": tuple(conditions),
                    }
                )
            )  # fmt: skip
        return
    masquerade = len(source) == 1 and box.is_own(source[0])
    box.reading.source_nat.append(
        SourceNat.model_validate(
            {
                **base, "order": len(box.reading.source_nat) + 1, "to": _on(box, line.destination), "destinations": public,
                "services": services, "conditions": tuple(conditions),
                "kind": SourceNatKind.MASQUERADE if masquerade else SourceNatKind.SOURCE if source else SourceNatKind.NONE,
                "to_source": "" if masquerade or not source else ",".join(box.addresses_of(source, negated=False)),
            }
        )
    )  # fmt: skip


def _changed(side: _Side) -> list[str]:
    return [] if not side.said or [name.lower() for name in side.names] in (["original"], [ANY]) else side.names

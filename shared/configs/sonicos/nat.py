"""NAT policies, in the order of the text: the first that fits translates.

A policy says what it meets (``source``, ``destination``, ``service``, the interfaces ``inbound`` and ``outbound``) and what becomes of it;
``original`` leaves it. What changes the destination is a port forward, what changes the source alone is source translation, and what
changes nothing is an exception. ``reflexive`` makes the way back as well. Source: outputs of SonicOS 6.2 and 6.5.
"""

from dataclasses import dataclass, field

from shared.configs.named_objects import by_protocol
from shared.configs.sonicos.box import Box, Chosen, chosen
from shared.configs.sonicos.policies import raw, side_values
from shared.configs.statement import Statement
from shared.firewall import ANY, PortForward, SourceNat, SourceNatKind

_SIDES = ("source", "translated-source", "destination", "translated-destination", "service", "translated-service")
_TEXT = ("inbound", "outbound", "uuid", "id", "name", "comment")
_QUIET = frozenset(("priority", "no", "source-port-remap", "dns-doctoring", "ticket", "hit-count", "nat-method", "high-availability"))


@dataclass(slots=True)
class _Policy:
    text: dict[str, str] = field(default_factory=dict)
    sides: dict[str, Chosen] = field(default_factory=dict)
    enabled: bool = True
    reflexive: bool = False
    conditions: list[str] = field(default_factory=list)

    def of(self, side: str) -> Chosen:
        return self.sides.get(side, Chosen(original=side.startswith("translated-")))

    def changes(self, what: str) -> bool:
        translated = self.of(f"translated-{what}")
        return not translated.original and not translated.everything


def keep(box: Box, statement: Statement) -> None:
    box.nat.append(statement)


def finish(box: Box) -> None:
    for order, statement in enumerate(box.nat, start=1):
        try:
            _read(box, statement, order)
        except (ValueError, LookupError):
            box.reading.unread(statement)


def _read(box: Box, statement: Statement, order: int) -> None:
    policy = _Policy()
    words = statement.words[1:]
    family = words.pop(0) if words[0] in ("ipv4", "ipv6", "nat64", "nptv6") else "ipv4"
    if family in ("nat64", "nptv6"):
        policy.conditions.append(family)
    _head(policy, words)
    for child in (child for child in statement.children if not child.noise):
        try:
            known = _line(policy, list(child.words)) and not child.children
        except (ValueError, LookupError):
            known = False
        if not known:
            policy.conditions.append(child.text)
            box.reading.unread(child)
    for name in dict.fromkeys(name for side in _SIDES if "service" not in side for name in policy.of(side).names):
        if missing := box.missing_addresses((name,)):
            policy.conditions.append(f"address object {missing[0]} is not defined")
    own = policy.text.get("uuid") or policy.text.get("id")
    key = box.keys.numbered(f"nat {own}" if "uuid" not in policy.text else own) if own else box.keys.of("nat", raw(statement))
    if policy.changes("destination") or (policy.changes("service") and not policy.changes("source")):
        box.reading.port_forwards += _forwards(box, policy, statement, order, key)
    elif (static := _static(box, policy, statement, order, key)) is not None:
        box.reading.port_forwards.append(static)
    else:
        box.reading.source_nat.append(_source(box, policy, statement, order, key))


def _head(policy: _Policy, words: list[str]) -> None:
    while words:
        word = words.pop(0)
        if word in ("inbound", "outbound"):
            policy.text[word] = words.pop(0)
        elif word in _SIDES:
            policy.sides[word] = chosen(words)
        else:
            raise ValueError(f"{word} is not known in the head of a NAT policy")


def _line(policy: _Policy, words: list[str]) -> bool:
    first = words[0]
    if first in _TEXT:
        policy.text[first] = words[1]
    elif first in _SIDES:
        rest = words[1:]
        policy.sides[first] = chosen(rest)
        return not rest
    elif first in ("enable", "reflexive") or words[:2] in (["no", "enable"], ["no", "reflexive"]):
        on = first != "no"
        if words[-1] == "enable":
            policy.enabled = on
        else:
            policy.reflexive = on
    else:
        return first in _QUIET
    return True


def _places(policy: _Policy, way: str) -> tuple[str, ...]:
    name = policy.text.get(way, ANY)
    return (ANY,) if name.lower() == ANY else (name,)


def _forwards(box: Box, policy: _Policy, statement: Statement, order: int, key: str) -> list[PortForward]:
    """One for each protocol that it is for: ports of two protocols are not the same ports."""
    asked = by_protocol(box.services.all_values(policy.of("service").names) if policy.of("service").names else (ANY,))
    inside = by_protocol(box.services.all_values(policy.of("translated-service").names)) if policy.changes("service") else []
    destination = policy.of("destination")
    public = side_values(box, destination)
    target = side_values(box, policy.of("translated-destination")) if policy.changes("destination") else public
    conditions = list(policy.conditions)
    if policy.changes("source"):
        conditions.append(f"translated-source {', '.join(side_values(box, policy.of('translated-source')))}")
    found = []
    for place, (protocol, ports) in enumerate(asked):
        changed = dict(inside).get(protocol, "") or (inside[0][1] if len(inside) == 1 and len(asked) == 1 else "")
        own = conditions if protocol in ("tcp", "udp", "tcp+udp", ANY) else [*conditions, f"service {protocol}"]
        found.append(
            PortForward.model_validate(
                {
                    "key": key if place == 0 else f"{key} {protocol}", "order": order, "name": policy.text.get("name", ""),
                    "enabled": policy.enabled, "protocol": protocol, "from": _places(policy, "inbound"), "to": _places(policy, "outbound"),
                    "public_address": ",".join(public), "public_ports": ports, "sources": side_values(box, policy.of("source")),
                    "to_address": ",".join(target), "to_ports": changed if changed != ports else "",
                    "bidirectional": policy.reflexive and ports == ANY and not policy.changes("source"),
                    "comment": policy.text.get("comment", ""), "conditions": tuple(own), "raw": raw(statement), "line": statement.line,
                }
            )
        )  # fmt: skip
    return found


def _static(box: Box, policy: _Policy, statement: Statement, order: int, key: str) -> PortForward | None:
    """A machine that always appears as one address, with the way back: a static translation, written from inside."""
    source, translated = policy.of("source"), policy.of("translated-source")
    if not policy.reflexive or source.everything or not policy.of("service").everything or not policy.changes("source"):
        return None
    inside, public = side_values(box, source), side_values(box, translated)
    if len(inside) != 1 or len(public) != 1:
        return None
    return PortForward.model_validate(
        {
            "key": key, "order": order, "name": policy.text.get("name", ""), "enabled": policy.enabled, "protocol": ANY,
            "from": _places(policy, "outbound"), "to": _places(policy, "inbound"), "public_address": public[0], "to_address": inside[0],
            "sources": side_values(box, policy.of("destination")), "bidirectional": True, "comment": policy.text.get("comment", ""),
            "conditions": tuple(policy.conditions), "raw": raw(statement), "line": statement.line,
        }
    )  # fmt: skip


def _source(box: Box, policy: _Policy, statement: Statement, order: int, key: str) -> SourceNat:
    translated = policy.of("translated-source")
    names = translated.names
    outbound = policy.text.get("outbound", ANY)
    by_interface = len(names) == 1 and names[0] in (f"{outbound} IP", "WAN Interface IP", "WAN Primary IP")
    if not policy.changes("source"):
        kind, to_source = SourceNatKind.NONE, ""
    elif by_interface:
        kind, to_source = SourceNatKind.MASQUERADE, ""
    else:
        kind, to_source = SourceNatKind.SOURCE, ",".join(side_values(box, translated))
    conditions = [*policy.conditions, *(["reflexive"] if policy.reflexive else [])]
    if policy.changes("service"):
        conditions.append(f"translated-service {', '.join(policy.of('translated-service').names)}")
    service = policy.of("service")
    return SourceNat.model_validate(
        {
            "key": key, "order": order, "name": policy.text.get("name", ""), "enabled": policy.enabled, "kind": kind,
            "from": _places(policy, "inbound"), "to": _places(policy, "outbound"), "sources": side_values(box, policy.of("source")),
            "destinations": side_values(box, policy.of("destination")),
            "services": box.services.all_values(service.names) if service.names else (ANY,), "to_source": to_source,
            "comment": policy.text.get("comment", ""), "conditions": tuple(conditions), "raw": raw(statement), "line": statement.line,
        }
    )  # fmt: skip

"""Address translation of an ASA since 8.3: twice NAT (sections 1 and 3) and object NAT (section 2), in the order in which it is tried.

Source: ASA Firewall CLI Configuration Guide, "Information About NAT", "NAT Rule Order". Section 1 is what is written, in its order; then
object NAT: static before dynamic, objects of fewer addresses first, then lower addresses, then names; then what is ``after-auto``. A static
translation forwards to a machine inside and stands once, as a port forward; one that changes nothing is an exception. In a twice NAT, the
destination and the services are named as seen first and as meant second; for a source it is the other way round.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.configs import cisco_ports, values
from shared.configs.asa.state import Box
from shared.configs.cisco_ace import Words
from shared.configs.cisco_lists import Keys
from shared.configs.statement import Statement
from shared.firewall import ANY, PortForward, SourceNat, SourceNatKind

_FLAGS = {"no-proxy-arp": "", "route-lookup": "", "net-to-net": "net-to-net", "dns": "dns", "unidirectional": "unidirectional"}


@dataclass(slots=True)
class Rule:
    """One statement, taken apart. ``real`` and ``mapped`` are the source's; the destination's are as seen and as meant."""

    statement: Statement
    key: str
    name: str = ""
    real_side: str = ANY
    mapped_side: str = ANY
    section: int = 1
    place: int | None = None
    static: bool = True
    real: str = ANY
    mapped: str = ""
    pool_words: list[str] = field(default_factory=list)
    seen: str = ""
    meant: str = ""
    services: tuple[str, str] | None = None
    ports: tuple[str, str, str] | None = None
    """Of object NAT: protocol, real, mapped port."""
    one_way: bool = False
    enabled: bool = True
    comment: str = ""
    conditions: list[str] = field(default_factory=list)


def finish(box: Box, keys: Keys) -> list[Statement]:
    """Fills the lists; gives the statements that are not understood. Those of the old form are ``old_nat``'s."""
    manual, strange = [], []
    for statement in box.nat:
        try:
            manual.append(_twice(statement, keys))
        except (ValueError, LookupError):
            strange.append(statement)
    automatic = []
    for name, statement in box.object_nat:
        try:
            automatic.append(_of_object(name, statement, keys))
        except (ValueError, LookupError):
            strange.append(statement)
    first = [rule for rule in manual if rule.section == 1]
    ordered = [
        *_placed(first),
        *sorted(automatic, key=lambda rule: _precedence(box, rule)),
        *_placed([r for r in manual if r.section == 3]),
    ]
    for rule in ordered:
        try:
            _emit(box, rule)
        except (ValueError, LookupError):
            strange.append(rule.statement)
    return strange


def _placed(rules: Sequence[Rule]) -> list[Rule]:
    """``nat (a,b) 1 source ...``: a number puts a rule at that place; the box itself prints them in order, without numbers."""
    result = [rule for rule in rules if rule.place is None]
    for rule in sorted((rule for rule in rules if rule.place is not None), key=lambda rule: rule.place or 0):
        result.insert((rule.place or 1) - 1, rule)
    return result


def _precedence(box: Box, rule: Rule) -> tuple[bool, int, int, str]:
    first, count = _size(_values(box, rule.real))
    return (not rule.static, count, first, rule.real)


def _size(addresses: Sequence[str]) -> tuple[int, int]:
    """The lowest address and how many there are."""
    low, count = 1 << 128, 0
    for address in addresses:
        first, dash, last = address.partition("-")
        try:
            if dash:
                start, end = int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
            else:
                network = ipaddress.ip_network("0.0.0.0/0" if address == ANY else address, strict=False)
                start, end = int(network[0]), int(network[-1])
        except ValueError:
            start, end = 0, 0
        low, count = min(low, start), count + end - start + 1
    return low, count


# --- statements ---


def _sides(words: Words, rule: Rule) -> None:
    """``(inside,outside)``; without it any interface."""
    if words.peek().startswith("("):
        pair = words.next()
        while not pair.endswith(")"):
            pair += words.next()
        real, _, mapped = pair.strip("()").partition(",")
        rule.real_side, rule.mapped_side = real or ANY, mapped or ANY


def _twice(statement: Statement, keys: Keys) -> Rule:
    """``nat (inside,outside) [after-auto] [3] source static R M [destination static S D] [service A B] [options]``"""
    words = Words(statement.words[1:])
    rule = Rule(statement, "")
    _sides(words, rule)
    while words.peek() != "source":
        word = words.next()
        if word == "after-auto":
            rule.section = 3
        else:
            rule.place = int(word)
    words.next()
    _source(words, rule)
    if words.took("destination", "static"):
        rule.seen, rule.meant = words.next(), words.next()
    if words.took("service"):
        rule.services = (words.next(), words.next())
    _options(words, rule)
    rule.key = keys.of(" ".join(word for word in statement.words if not word.isdigit()))
    return rule


def _source(words: Words, rule: Rule) -> None:
    rule.static = _kind(words.next()) == "static"
    rule.real = words.next()
    _mapped(words, rule)


def _kind(word: str) -> str:
    if word not in ("static", "dynamic"):
        raise ValueError(f"{word} is no kind of translation")
    return word


_POOL_WORDS = frozenset({"round-robin", "extended", "flat", "include-reserve", "block-allocation", "interface", "ipv6"})


def _mapped(words: Words, rule: Rule) -> None:
    """``M``, ``interface``, ``pat-pool P round-robin``; after a pool, ``interface`` is what is left when it is used up."""
    if words.took("pat-pool"):
        rule.pool_words.append("pat-pool")
    rule.mapped = words.next()
    if words.took("pat-pool"):
        rule.pool_words.append(f"pat-pool {words.next()}")
    while words.peek() in _POOL_WORDS:
        word = words.next()
        rule.pool_words.append("then interface" if word == "interface" else word)


def _options(words: Words, rule: Rule) -> None:
    while option := words.peek():
        words.next()
        if option == "inactive":
            rule.enabled = False
        elif option == "description":
            rule.comment = " ".join(words.rest())
        elif option == "service" and not rule.services:
            rule.ports = (words.next(), words.next(), words.next())
        elif option in _FLAGS:
            rule.one_way = rule.one_way or option == "unidirectional"
            if _FLAGS[option]:
                rule.conditions.append(_FLAGS[option])
        elif option != "interface" and option not in _POOL_WORDS:
            raise ValueError(f"{option} is no option")


def _of_object(name: str, statement: Statement, keys: Keys) -> Rule:
    """``nat (inside,outside) static 192.0.2.5 service tcp 80 8080``, below the object whose addresses it translates."""
    words = Words(statement.words[1:])
    rule = Rule(statement, keys.numbered(f"object {name}"), name=name, section=2, real=name)
    _sides(words, rule)
    rule.static = _kind(words.next()) == "static"
    _mapped(words, rule)
    _options(words, rule)
    return rule


# --- as the models have it ---


def _values(box: Box, name: str) -> tuple[str, ...]:
    if name == ANY:
        return (ANY,)
    if name in box.objects.networks:
        return box.objects.networks.resolved(name)
    known = box.names.get(name, name)
    return (known,)


def _shown(box: Box, name: str, side: str) -> str:
    """A mapped address: an object's, a plain one, or the interface's own."""
    if name == "interface":
        return box.address_of(side) if side != ANY else "interface"
    return ",".join(_values(box, name))


def _emit(box: Box, rule: Rule) -> None:
    if name := _undefined(box, rule):
        rule.conditions.append(f"object {name} is not defined")
    if rule.seen and rule.seen != rule.meant and _is_identity(box, rule):
        box.reading.port_forwards.append(_to_inside(box, rule))
    elif rule.static and not rule.one_way and not _is_identity(box, rule):
        box.reading.port_forwards.append(_static(box, rule))
    else:
        box.reading.source_nat.append(_source_nat(box, rule))


def _undefined(box: Box, rule: Rule) -> str:
    for name in (rule.real, rule.mapped, rule.seen, rule.meant):
        known = box.names.get(name, name)
        if name and name not in (ANY, "interface") and name not in box.objects.networks and not values.is_network(known):
            return name
    return ""


def _is_identity(box: Box, rule: Rule) -> bool:
    """Nothing happens to the source (its ports may change all the same, where the destination is the translated side)."""
    same = rule.mapped == rule.real or (rule.mapped != "interface" and _values(box, rule.mapped) == _values(box, rule.real))
    return rule.static and same and not rule.ports and (not rule.services or bool(rule.seen) or rule.services[0] == rule.services[1])


def _static(box: Box, rule: Rule) -> PortForward:
    """The source is a machine inside; who comes from the mapped side meets it at its mapped address."""
    protocol, public_ports, to_ports = ANY, ANY, ""
    if rule.ports:
        protocol = rule.ports[0]
        public_ports, to_ports = (str(cisco_ports.port(rule.ports[2], protocol)), str(cisco_ports.port(rule.ports[1], protocol)))
    elif rule.services:
        # seen from the machine: its own port is the source's
        protocol, to_ports = _one_service(box, rule.services[0])
        _, public_ports = _one_service(box, rule.services[1])
    sources: tuple[str, ...] = (ANY,)
    if rule.seen:
        sources = _values(box, rule.meant)
        if rule.seen != rule.meant:
            rule.conditions.append(f"destination {_shown(box, rule.seen, rule.real_side)} becomes {','.join(_values(box, rule.meant))}")
    return PortForward(
        key=rule.key, order=len(box.reading.port_forwards) + 1, name=rule.name or rule.real, enabled=rule.enabled, protocol=protocol,
        from_=(rule.mapped_side,), public_address=_shown(box, rule.mapped, rule.mapped_side), public_ports=public_ports or ANY,
        sources=sources, to_address=",".join(_values(box, rule.real)), to_ports="" if to_ports == public_ports else to_ports,
        to=(rule.real_side,), bidirectional=not rule.ports and not rule.services, comment=rule.comment,
        conditions=tuple(rule.conditions), raw=rule.statement.text, line=rule.statement.line,
    )  # fmt: skip


def _to_inside(box: Box, rule: Rule) -> PortForward:
    """``nat (outside,inside) source static any any destination static PUBLIC SERVER service SEEN MEANT``"""
    protocol, public_ports, to_ports = ANY, ANY, ""
    if rule.services:
        protocol, public_ports = _one_service(box, rule.services[0])
        _, to_ports = _one_service(box, rule.services[1])
    return PortForward(
        key=rule.key, order=len(box.reading.port_forwards) + 1, name=rule.meant, enabled=rule.enabled, protocol=protocol,
        from_=(rule.real_side,), public_address=_shown(box, rule.seen, rule.real_side), public_ports=public_ports or ANY,
        sources=_values(box, rule.real), to_address=_shown(box, rule.meant, rule.mapped_side),
        to_ports="" if to_ports == public_ports else to_ports, to=(rule.mapped_side,), comment=rule.comment,
        conditions=tuple(rule.conditions), raw=rule.statement.text, line=rule.statement.line,
    )  # fmt: skip


def _one_service(box: Box, name: str) -> tuple[str, str]:
    """Protocol and port of a service object, whichever end of it names the port."""
    if name not in box.objects.services:
        return ANY, name
    protocols: dict[str, None] = {}
    ports: dict[str, None] = {}
    for value in box.objects.services.resolved(name):
        protocol, _, rest = value.partition("/")
        port, _, source = rest.partition("<")
        protocols[protocol] = None
        ports[port if port not in ("", ANY) else source or ANY] = None
    return "+".join(protocols), ",".join(ports)


def _source_nat(box: Box, rule: Rule) -> SourceNat:
    identity = _is_identity(box, rule)
    interface = rule.mapped == "interface"
    kind = SourceNatKind.NONE if identity else SourceNatKind.MASQUERADE if interface else SourceNatKind.SOURCE
    services = _services(box, rule.services[0]) if rule.services else (ANY,)
    pool = [word for word in rule.pool_words if word != "pat-pool"]
    translated = rule.seen and rule.seen != rule.meant
    return SourceNat(
        key=rule.key, order=len(box.reading.source_nat) + 1, name=rule.name, enabled=rule.enabled, kind=kind, from_=(rule.real_side,),
        to=(rule.mapped_side,), sources=_values(box, rule.real), destinations=_seen(box, rule), services=services,
        to_source="" if identity or interface else _shown(box, rule.mapped, rule.mapped_side),
        to_destination=",".join(_values(box, rule.meant)) if translated else "", comment=rule.comment,
        conditions=(*rule.conditions, *pool), raw=rule.statement.text, line=rule.statement.line,
    )  # fmt: skip


def _seen(box: Box, rule: Rule) -> tuple[str, ...]:
    if not rule.seen:
        return (ANY,)
    return (box.address_of(rule.real_side),) if rule.seen == "interface" else _values(box, rule.seen)


def _services(box: Box, name: str) -> tuple[str, ...]:
    return box.objects.services.resolved(name)


def old_form(statement: Statement) -> bool:
    """``nat (inside) 1 10.0.0.0 255.0.0.0`` of releases before 8.3, and not ``nat (inside,outside) source ...``."""
    words = statement.words
    return not any(word in ("source", "static", "dynamic") for word in words[1:6])


def each_old(box: Box) -> Iterator[Statement]:
    """Takes the statements of the old form out."""
    old = [statement for statement in box.nat if statement.words[0] != "nat" or old_form(statement)]
    box.nat = [statement for statement in box.nat if statement not in old]
    yield from old

"""Address and service objects, and groups of them: one line each in SonicOS 6.2, a block each since 6.5."""

from shared.address import normal_mac
from shared.configs import values
from shared.configs.sonicos.box import Box
from shared.configs.statement import Statement

_QUIET = frozenset(("name", "uuid", "zone", "dns-ttl", "multi-homed", "no", "exit"))
_PORTS = ("TCP", "UDP", "SCTP")


def address(box: Box, statement: Statement) -> bool | None:
    """``address-object ipv4 "Server posta" host 10.0.0.5 zone LAN``, or the same in a block."""
    words = statement.words
    found, rest = list[str](), words[3:]
    while rest:
        found += _taken(rest)
    for child in (child for child in statement.children if not child.noise):
        inner = list(child.words)
        try:
            more = _taken(inner)
        except (ValueError, LookupError):
            more, inner = [], child.words
        if inner:
            box.reading.unread(child)
        found += more
    if not found:
        # named, and of a kind that is not known: it stands for itself, and is seen
        box.addresses.add(words[2], ())
        return False
    box.addresses.add(words[2], found)
    return None


def _taken(words: list[str]) -> list[str]:
    """What the words' front says, taken off: nothing for a setting that is no address."""
    kind = words.pop(0)
    if kind == "host":
        return [values.network(words.pop(0))]
    if kind == "network":
        return [values.network(words.pop(0), words.pop(0))]
    if kind == "range":
        return [values.span(words.pop(0), words.pop(0))]
    if kind == "domain":
        return [words.pop(0)]
    if kind == "address":
        return [f"mac:{normal_mac(words.pop(0))}"]
    if kind == "multi-homed":
        return []
    if kind in _QUIET:
        if words:
            words.pop(0)
        return []
    raise ValueError(f"{kind} is no part of an address object")


def address_group(box: Box, statement: Statement) -> None:
    members = _members(box, statement, ("address-object", "address-group"), skip=2)
    box.addresses.group(statement.words[2], members)


def service_group(box: Box, statement: Statement) -> None:
    members = _members(box, statement, ("service-object", "service-group"), skip=1)
    box.services.group(statement.words[1], members)


def _members(box: Box, statement: Statement, kinds: tuple[str, ...], skip: int) -> list[str]:
    found = []
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in kinds and len(words) > skip and not child.children:
            found.append(words[skip])
        elif words[0] not in _QUIET:
            box.reading.unread(child)
    return found


def service(box: Box, statement: Statement) -> bool | None:
    """``service-object "Terminal Services TCP" TCP 3389 3389``, or the same in a block."""
    words = statement.words
    found = [value_of(words[2:])] if len(words) > 2 else []
    for child in (child for child in statement.children if not child.noise):
        if child.words[0] not in _QUIET:
            try:
                found.append(value_of(child.words))
            except (ValueError, LookupError):
                box.reading.unread(child)
    box.services.add(words[1], found)
    return None if found else False


def value_of(words: list[str]) -> str:
    """``TCP 80 80`` -> ``tcp/80``; ``ICMP echo-request`` -> ``icmp/echo-request``; ``ESP`` -> ``esp``; ``custom 99`` -> ``99``"""
    kind = words[0].upper()
    if kind in _PORTS:
        return values.service(kind.lower(), values.port_range(f"{words[1]}-{words[2] if len(words) > 2 else words[1]}"))
    if kind in ("ICMP", "ICMPV6"):
        return kind.lower() if len(words) < 2 or words[1] == "none" else f"{kind.lower()}/{words[1]}"
    if kind in ("CUSTOM", "PROTOCOL"):
        return str(int(words[1]))
    if not words[0].replace("-", "").isalnum():
        raise ValueError(f"{words[0]} is no protocol")
    return words[0].lower()

"""What a rule of nft asks of a packet, in words that hold for every make: who, where to, which service, by which interface.

Source: libnftables-json(5). A rule's matches are all to be met, so a field takes the first match of its kind; a second one, and whatever
has no field, goes into ``conditions`` in nft's own words. Named sets are resolved where their elements are the administrator's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.configs.linux_rules.nft_text import natural_order, statement_text, text_of
from shared.configs.linux_rules.terms import ANY_OF, MAX_ELEMENTS, Terms


@dataclass(frozen=True, slots=True)
class NamedSet:
    elements: tuple[str, ...]
    dynamic: bool
    """Rules or time-outs change it: its elements are no configuration."""


Sets = Mapping[str, NamedSet]


def add_match(terms: Terms, statement: dict[str, Any], sets: Sets) -> None:
    """Puts one match into ``terms``."""
    if not _placed(terms, statement["match"], sets):
        terms.conditions.append(statement_text(statement))


def _placed(terms: Terms, match: Any, sets: Sets) -> bool:
    """True where the match has found a field."""
    if not isinstance(match, dict) or match.get("op") not in ("==", "in", "!="):
        return False
    left = match.get("left")
    if not isinstance(left, dict) or len(left) != 1:
        return False
    ((kind, body),) = left.items()
    if not isinstance(body, dict):
        return False
    negated = match["op"] == "!="
    values = _values(match.get("right"), sets, negated=negated)
    place = _PLACES.get((kind, str(body.get("protocol", "")), str(body.get("key", body.get("field", "")))))
    # the direction of a connection is a condition of its own: "ct original saddr"
    placed = bool(values) and place is not None and "dir" not in body and place(terms, tuple(values))
    if placed and isinstance(match.get("right"), str) and match["right"].startswith("@"):
        field = {"saddr": "source_names", "daddr": "destination_names"}.get(str(body.get("field")))
        if field:
            setattr(terms, field, (f"{'!' if negated else ''}{match['right']}",))
    return placed


def _values(right: Any, sets: Sets, *, negated: bool) -> list[str]:
    """The values that are asked for, each with ``!`` where they must not be. Empty: not known."""
    if isinstance(right, dict) and "set" in right:
        right = right["set"]
    values = sorted((text_of(part) for part in (right if isinstance(right, list) else [right])), key=natural_order)
    if len(values) == 1 and values[0].startswith("@"):
        named = sets.get(values[0][1:])
        if named and not named.dynamic and 0 < len(named.elements) <= MAX_ELEMENTS:
            values = list(named.elements)
    return [f"!{value}" for value in values] if negated else values


def _into(name: str, family: str = "") -> Callable[[Terms, tuple[str, ...]], bool]:
    def place(terms: Terms, values: tuple[str, ...]) -> bool:
        if getattr(terms, name) != ANY_OF:
            return False
        setattr(terms, name, values)
        terms.family = terms.family or family
        return True

    return place


def _mac(terms: Terms, values: tuple[str, ...]) -> bool:
    marked = tuple(f"!mac:{value[1:]}" if value.startswith("!") else f"mac:{value}" for value in values)
    return not values[0].lstrip("!").startswith("@") and _into("sources")(terms, marked)


def _protocols(terms: Terms, values: tuple[str, ...]) -> bool:
    if terms.protocols:
        return terms.protocols == values
    terms.protocols = tuple({"ipv6-icmp": "icmpv6"}.get(value, value) for value in values)
    return True


def _ports(protocol: str) -> Callable[[Terms, tuple[str, ...]], bool]:
    def place(terms: Terms, values: tuple[str, ...]) -> bool:
        if terms.ports is not None:
            return False
        terms.ports = (protocol, values)
        return True

    return place


def _source_ports(protocol: str) -> Callable[[Terms, tuple[str, ...]], bool]:
    def place(terms: Terms, values: tuple[str, ...]) -> bool:
        if terms.source_ports is not None or values[0].startswith(("!", "@")):
            return False
        terms.source_ports = (protocol, values)
        return True

    return place


def _states(terms: Terms, values: tuple[str, ...]) -> bool:
    if terms.states or values[0].startswith(("!", "@")):
        return False
    terms.states = values
    return True


def _family(terms: Terms, values: tuple[str, ...]) -> bool:
    families = {"ipv4": "ipv4", "ip": "ipv4", "ipv6": "ipv6", "ip6": "ipv6"}
    if len(values) != 1 or values[0] not in families or terms.family:
        return False
    terms.family = families[values[0]]
    return True


def _schedule(word: str) -> Callable[[Terms, tuple[str, ...]], bool]:
    def place(terms: Terms, values: tuple[str, ...]) -> bool:
        terms.schedule.append(f"{word} {', '.join(values)}")
        return True

    return place


_PLACES: dict[tuple[str, str, str], Callable[[Terms, tuple[str, ...]], bool]] = {
    ("meta", "", "iifname"): _into("from_"),
    ("meta", "", "iif"): _into("from_"),
    ("meta", "", "oifname"): _into("to"),
    ("meta", "", "oif"): _into("to"),
    ("payload", "ether", "saddr"): _mac,
    ("payload", "ip", "saddr"): _into("sources", "ipv4"),
    ("payload", "ip", "daddr"): _into("destinations", "ipv4"),
    ("payload", "ip6", "saddr"): _into("sources", "ipv6"),
    ("payload", "ip6", "daddr"): _into("destinations", "ipv6"),
    ("meta", "", "l4proto"): _protocols,
    ("payload", "ip", "protocol"): _protocols,
    ("payload", "ip6", "nexthdr"): _protocols,
    **{("payload", protocol, "dport"): _ports(protocol) for protocol in ("tcp", "udp", "sctp", "dccp", "udplite", "th")},
    **{("payload", protocol, "sport"): _source_ports(protocol) for protocol in ("tcp", "udp", "sctp", "dccp", "udplite", "th")},
    ("payload", "icmp", "type"): _ports("icmp"),
    ("payload", "icmpv6", "type"): _ports("icmpv6"),
    ("ct", "", "state"): _states,
    ("meta", "", "nfproto"): _family,
    ("meta", "", "protocol"): _family,
    ("meta", "", "day"): _schedule("day"),
    ("meta", "", "hour"): _schedule("hour"),
    ("meta", "", "time"): _schedule("time"),
}


def set_elements(elements: Sequence[Any]) -> tuple[str, ...]:
    return tuple(sorted((text_of(element) for element in elements), key=natural_order))

"""What iptables' options ask of a packet, put into ``Terms``: each function says whether the option has found a field.

Source: iptables(8), iptables-extensions(8), iptables 1.8.9; IANA's ICMP parameters for the names of types.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.linux_rules.ipset import Ipsets
from shared.configs.linux_rules.terms import ANY_OF, Terms

ICMP = {
    "0": "echo-reply", "3": "destination-unreachable", "3/0": "network-unreachable", "3/1": "host-unreachable",
    "3/2": "protocol-unreachable", "3/3": "port-unreachable", "3/4": "fragmentation-needed", "4": "source-quench", "5": "redirect",
    "8": "echo-request", "9": "router-advertisement", "10": "router-solicitation", "11": "time-exceeded", "12": "parameter-problem",
    "13": "timestamp-request", "14": "timestamp-reply", "17": "address-mask-request", "18": "address-mask-reply",
}  # fmt: skip
ICMPV6 = {
    "1": "destination-unreachable", "2": "packet-too-big", "3": "time-exceeded", "4": "parameter-problem", "128": "echo-request",
    "129": "echo-reply", "130": "mld-listener-query", "131": "mld-listener-report", "132": "mld-listener-done",
    "133": "nd-router-solicit", "134": "nd-router-advert", "135": "nd-neighbor-solicit", "136": "nd-neighbor-advert", "137": "nd-redirect",
    "141": "ind-neighbor-solicit", "142": "ind-neighbor-advert", "143": "mld2-listener-report",
}  # fmt: skip
_PROTOCOLS = {
    "1": "icmp", "2": "igmp", "4": "ipencap", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6",
    "89": "ospf", "103": "pim", "112": "vrrp", "132": "sctp", "136": "udplite", "ipv6-icmp": "icmpv6",
}  # fmt: skip
_ALL_PROTOCOLS = ("all", "any", "0")


@dataclass(slots=True)
class Asked:
    """What a rule asks, as far as it is read."""

    sets: Ipsets
    family: str
    terms: Terms = field(default_factory=Terms)
    why_without_effect: str = ""


Place = Callable[[Asked, Sequence[str], bool], bool]


def _marked(found: Sequence[str], negated: bool) -> tuple[str, ...]:
    return tuple(f"!{value}" for value in found) if negated else tuple(found)


def _address(text: str) -> str:
    """``10.0.0.0/255.0.0.0`` -> ``10.0.0.0/8``; a name or a mask with holes stays as it is."""
    address, _, mask = text.partition("/")
    try:
        return values.network(address, mask)
    except ValueError:
        return text


def _put(terms: Terms, name: str, found: Sequence[str], negated: bool) -> bool:
    if getattr(terms, name) != ANY_OF or not found:
        return False
    setattr(terms, name, _marked(found, negated))
    return True


def _addresses(name: str) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        return _put(asked.terms, name, [_address(word) for part in words for word in part.split(",")], negated)

    return place


def _range(name: str) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        first, _, last = words[0].partition("-") if len(words) == 1 else ("", "", "")
        return values.is_address(first) and _put(asked.terms, name, [words[0] if last else first], negated)

    return place


def _interface(name: str) -> Place:
    return lambda asked, words, negated: len(words) == 1 and _put(asked.terms, name, words, negated)


def _mac(asked: Asked, words: Sequence[str], negated: bool) -> bool:
    return len(words) == 1 and _put(asked.terms, "sources", [f"mac:{words[0].lower()}"], negated)


def _country(name: str) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        return len(words) == 1 and _put(asked.terms, name, [f"geo:{code}" for code in words[0].split(",")], negated)

    return place


def _match_set(asked: Asked, words: Sequence[str], negated: bool) -> bool:
    """``--match-set blocked src``; one of several parts (``src,dst``) is a condition."""
    if len(words) != 2 or words[1] not in ("src", "dst"):
        return False
    source = words[1] == "src"
    if asked.sets.told and words[0] not in asked.sets:
        asked.why_without_effect = f"set {words[0]} is not defined"
    elif not asked.sets.of_addresses(words[0]):
        return False
    if not _put(asked.terms, "sources" if source else "destinations", asked.sets.resolved(words[0]), negated):
        return False
    setattr(asked.terms, "source_names" if source else "destination_names", _marked([words[0]], negated))
    return True


def _protocol(asked: Asked, words: Sequence[str], negated: bool) -> bool:
    terms = asked.terms
    if len(words) != 1 or terms.protocols:
        return False
    bare = words[0].lower()
    if bare not in _ALL_PROTOCOLS:
        terms.protocols = _marked([_PROTOCOLS.get(bare, bare)], negated)
    return not (negated and bare in _ALL_PROTOCOLS)


def _ports(name: str) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        terms = asked.terms
        if len(words) != 1 or getattr(terms, name) is not None or (negated and name == "source_ports"):
            return False
        protocol = terms.protocols[0] if len(terms.protocols) == 1 else "th"
        listed = [_port(part) for part in words[0].split(",")]
        setattr(terms, name, ("th" if protocol.startswith("!") else protocol, _marked(listed, negated)))
        return True

    return place


def _port(text: str) -> str:
    """``1000:2000`` -> ``1000-2000``, ``:1023`` -> ``0-1023``; a service's name stays."""
    first, colon, last = text.partition(":")
    try:
        return values.port_range(f"{first or '0'}-{last or '65535'}" if colon else text)
    except ValueError:
        return text


def _icmp(protocol: str, names: dict[str, str]) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        if len(words) != 1 or asked.terms.ports is not None:
            return False
        if words[0] not in ("any", "255/0:255"):
            asked.terms.ports = (protocol, _marked([names.get(words[0], words[0])], negated))
        return True

    return place


def _states(asked: Asked, words: Sequence[str], negated: bool) -> bool:
    if negated or len(words) != 1 or asked.terms.states:
        return False
    asked.terms.states = tuple(word.lower() for word in words[0].split(","))
    return True


_EVER = {("--datestop", "2038-01-19T03:14:07"), ("--datestart", "1970-01-01T00:00:00")}


def _time(name: str) -> Place:
    def place(asked: Asked, words: Sequence[str], negated: bool) -> bool:
        if (name, " ".join(words)) not in _EVER:
            asked.terms.schedule.append(" ".join([*(["not"] if negated else []), name.lstrip("-"), *words]))
        return True

    return place


PLACES: dict[str, Place] = {
    "-s": _addresses("sources"),
    "-d": _addresses("destinations"),
    "--src-range": _range("sources"),
    "--dst-range": _range("destinations"),
    "-i": _interface("from_"),
    "-o": _interface("to"),
    "--mac-source": _mac,
    "--src-cc": _country("sources"),
    "--source-country": _country("sources"),
    "--dst-cc": _country("destinations"),
    "--destination-country": _country("destinations"),
    "--match-set": _match_set,
    "-p": _protocol,
    "--dport": _ports("ports"),
    "--dports": _ports("ports"),
    "--sport": _ports("source_ports"),
    "--sports": _ports("source_ports"),
    "--icmp-type": _icmp("icmp", ICMP),
    "--icmpv6-type": _icmp("icmpv6", ICMPV6),
    "--state": _states,
    "--ctstate": _states,
    **{name: _time(name) for name in ("--timestart", "--timestop", "--weekdays", "--monthdays", "--datestart", "--datestop")},
    **{name: _time(name) for name in ("--kerneltz", "--utc", "--localtz", "--contiguous")},
}

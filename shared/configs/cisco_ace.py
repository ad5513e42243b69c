"""One entry of an access list of IOS, IOS-XE, ASA or PIX, from its words.

    permit|deny  protocol | object  source [ports]  destination [ports]  options

IOS masks are inverted (``10.0.0.0 0.0.0.255``), ASA's are not. A mask with holes stays as it is written. What an entry asks beyond
addresses, ports and states is kept as a condition, in the platform's words. Sources: Cisco IOS Security Command Reference, "permit (IP)",
"permit (IPv6)"; ASA command reference, "access-list extended", "access-list standard", "access-list webtype", "access-list ethertype".
ValueError or LookupError for words that are no entry.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs import cisco_ports as names
from shared.configs import values
from shared.configs.cisco_objects import PORT_OPERATORS, NameSpace, Objects, port_ranges, services
from shared.firewall import ANY, Action

MAX_SERVICES = 5_000
_ACTIONS = {"permit": Action.ALLOW, "deny": Action.DENY, "trust": Action.ALLOW, "drop": Action.DENY}


class Words:
    """The words of an entry, taken one after the other."""

    __slots__ = ("_at", "_words")

    def __init__(self, words: Sequence[str]) -> None:
        self._words, self._at = words, 0

    def next(self) -> str:
        """LookupError at the end."""
        word = self._words[self._at]
        self._at += 1
        return word

    def peek(self, ahead: int = 0) -> str:
        """Empty at the end."""
        return self._words[self._at + ahead] if self._at + ahead < len(self._words) else ""

    def took(self, *wanted: str) -> bool:
        """Takes these words if they are next."""
        if tuple(self._words[self._at : self._at + len(wanted)]) != wanted:
            return False
        self._at += len(wanted)
        return True

    def rest(self) -> list[str]:
        left = list(self._words[self._at :])
        self._at = len(self._words)
        return left


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the platforms. ``names``: addresses that ``name`` commands have given names to (ASA, PIX).
    ``interface``: the value of ``interface X`` as an address."""

    objects: Objects
    wildcards: bool
    names: Mapping[str, str] = field(default_factory=dict)
    interface: Callable[[str], str] = lambda name: f"interface:{name}"


@dataclass(slots=True)
class Entry:
    action: Action
    native_action: str
    sources: tuple[str, ...] = (ANY,)
    destinations: tuple[str, ...] = (ANY,)
    services: tuple[str, ...] = (ANY,)
    source_names: tuple[str, ...] = ()
    destination_names: tuple[str, ...] = ()
    service_names: list[str] = field(default_factory=list)
    states: tuple[str, ...] = ()
    users: list[str] = field(default_factory=list)
    schedule: str = ""
    log: bool = False
    enabled: bool = True
    family: str = ""
    """``ipv4`` or ``ipv6`` where a word says so (``any4``)."""
    conditions: list[str] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)


def standard(words: Words, dialect: Dialect) -> Entry:
    """An entry that knows sources alone: ``permit 10.0.0.0 0.0.0.255 log``."""
    entry = _begun(words)
    single = dialect.wildcards and values.is_address(words.peek()) and not values.is_address(words.peek(1))
    if single:
        entry.sources = (values.network(words.next()),)
    else:
        entry.sources, entry.source_names = _address(words, dialect, entry)
    _options(words, entry)
    return entry


def extended(words: Words, dialect: Dialect) -> Entry:
    entry = _begun(words)
    asked = _services(words, dialect, entry)
    _who(words, dialect, entry)
    entry.sources, entry.source_names = _address(words, dialect, entry)
    source_ports = _ports(words, asked, dialect, entry, also_address=True)
    _who(words, dialect, entry)
    entry.destinations, entry.destination_names = _address(words, dialect, entry)
    ports = _ports(words, asked, dialect, entry, also_address=False)
    entry.services = _joined(asked, source_ports, ports)
    if {protocol.partition("/")[0] for protocol in asked} & {"icmp", "icmp6"}:
        _icmp_types(words, asked, dialect, entry)
    _options(words, entry)
    return entry


def _begun(words: Words) -> Entry:
    action = words.next()
    if action not in _ACTIONS:
        raise ValueError(f"{action} is no action")
    return Entry(_ACTIONS[action], action)


# --- what it is about ---


def _services(words: Words, dialect: Dialect, entry: Entry) -> list[str]:
    """The protocol, or the services behind an object."""
    word = words.next()
    if word not in ("object-group", "object"):
        return list(services((names.protocol(word),))) if word != "icmp6" else ["icmp6"]
    name = words.next()
    entry.service_names.append(name)
    for space in (dialect.objects.services, dialect.objects.protocols):
        if name in space:
            return list(space.resolved(name))
    entry.undefined.append(f"service group {name}")
    return [name]


def _ports(words: Words, asked: Sequence[str], dialect: Dialect, entry: Entry, *, also_address: bool) -> list[str]:
    """``eq www``, or a group of ports; empty where no ports are asked. After a source a group may as well be the destination."""
    operator = words.peek()
    if operator in PORT_OPERATORS and words.peek(1):
        words.next()
        protocol = asked[0] if len(asked) == 1 else ""
        count = 2 if operator == "range" else 1
        found = [words.next() for _ in range(count)]
        # IOS takes up to ten ports after eq and neq; an option is never the name of a port, but for "time" of "time-range"
        while operator in ("eq", "neq") and names.is_port(words.peek()):
            found.append(words.next())
        return port_ranges(operator, found, protocol)
    name = words.peek(1)
    if operator in ("object-group", "object", "portgroup") and (name in dialect.objects.services or not also_address):
        if name in dialect.objects.icmp_types and name not in dialect.objects.services:
            return []
        words.next()
        entry.service_names.append(words.next())
        if name not in dialect.objects.services:
            entry.undefined.append(f"service group {name}")
            return [name]
        return _of_protocols(dialect.objects.services.resolved(name), asked)
    return []


def _of_protocols(found: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The ports of a group that the entry's own protocol has: a group for TCP and UDP says nothing of UDP in an entry for TCP."""
    wanted = {protocol.partition("/")[0] for protocol in asked}
    fitting = [each.partition("/")[2].partition("<")[0] or ANY for each in found if each.partition("/")[0] in wanted or ANY in wanted]
    return list(dict.fromkeys(fitting)) or [each.partition("/")[2] or each for each in found]


def _joined(asked: Sequence[str], source_ports: Sequence[str], ports: Sequence[str]) -> tuple[str, ...]:
    if not source_ports and not ports:
        return tuple(dict.fromkeys(asked)) or (ANY,)
    if len(asked) * max(1, len(source_ports)) * max(1, len(ports)) > MAX_SERVICES:
        raise ValueError("an entry with more services than there can be")
    return tuple(dict.fromkeys(services(asked, ports or (ANY,), source_ports or (ANY,))))


def _icmp_types(words: Words, asked: Sequence[str], dialect: Dialect, entry: Entry) -> None:
    """``echo-reply``, ``3 4``, or a group of types."""
    if words.peek() in ("object-group", "object") and words.peek(1) in dialect.objects.icmp_types:
        words.next()
        entry.service_names.append(words.next())
        entry.services = tuple(f"{asked[0]}/{each}" for each in dialect.objects.icmp_types.resolved(entry.service_names[-1]))
        return
    if not names.is_icmp_type(words.peek()) or "/" in asked[0]:
        return
    wanted = names.icmp_type(words.next(), asked[0])
    entry.services = (f"{asked[0]}/{wanted}",)
    if words.peek().isdigit():
        entry.conditions.append(f"code {words.next()}")


# --- who and where ---


def _who(words: Words, dialect: Dialect, entry: Entry) -> None:
    """ASA: users and security groups stand before an address."""
    while (kind := words.peek()) in ("user", "user-group", "object-group-user", "security-group", "object-group-security"):
        words.next()
        if kind == "security-group":
            entry.conditions.append(f"security-group {words.next()} {words.next()}")
        elif kind == "object-group-security":
            entry.conditions.append(f"security-group object-group {words.next()}")
        else:
            name = words.next()
            entry.users += dialect.objects.users.resolved(name) if kind == "object-group-user" else (name,)


def _address(words: Words, dialect: Dialect, entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values, and the name where it is one."""
    word = words.next()
    if word in ("any", "any4", "any6", "all"):
        entry.family = {"any4": "ipv4", "any6": "ipv6"}.get(word, entry.family)
        return (ANY,), ()
    if word == "host":
        return _host(words.next(), dialect)
    if word in ("object-group", "object", "addrgroup", "object-group-network-service"):
        name = words.next()
        if name not in dialect.objects.networks:
            entry.undefined.append(f"object {name}" if word == "object" else f"object-group {name}")
        return dialect.objects.networks.resolved(name) or (f"nothing in {name}",), (name,)
    if word == "interface":
        name = words.next()
        return (dialect.interface(name),), (f"interface {name}",)
    return _network(word, words, dialect)


def _host(word: str, dialect: Dialect) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = dialect.names.get(word, word)
    if not values.is_address(known):
        # a name that "name" or the device's own host table gives an address to; IOS prints the address
        return (ANY,) if known == ANY else (known,), (word,)
    return (values.network(known),), () if known == word else (word,)


def _network(word: str, words: Words, dialect: Dialect) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = dialect.names.get(word, word)
    shown = () if known == word else (word,)
    if "/" in known or ":" in known:
        return (values.network(*known.split("/", 1)),), shown
    mask = words.next()
    return (values.wildcard(known, mask) if dialect.wildcards else masked(known, mask),), shown


def masked(address: str, mask: str) -> str:
    """ASA's masks; one with holes, which newer releases refuse, stays as it is written."""
    try:
        return values.network(address, mask)
    except ValueError:
        return f"{ipaddress.IPv4Address(address)} {ipaddress.IPv4Address(mask)}"


# --- options ---

_TAKING = frozenset({"dscp", "precedence", "tos", "option", "ttl", "routing-type", "mobility-type", "set", "reflect", "evaluate"})
_FLAGS = frozenset({"fragments", "routing", "mobility", "auth", "hbh", "dest-option", "undetermined-transport", "destopts", "sequence"})
_MORE = frozenset({"match-any", "match-all", "timeout", "flow-label", "dest-option-type", "time-to-live"})
_TCP_FLAGS = frozenset({"ack", "fin", "psh", "rst", "syn", "urg"})
_IGMP_TYPES = frozenset({"host-query", "host-report", "dvmrp", "pim", "trace", "v2-report", "v2-leave", "v3-report"})
_LOG_LEVELS = frozenset(
    {"alerts", "critical", "debugging", "emergencies", "errors", "informational", "notifications", "warnings", "default", "disable"}
)


def _options(words: Words, entry: Entry) -> None:
    """ValueError for one that is not known: an entry must never look wider than it is."""
    while option := words.peek():
        words.next()
        if option in ("log", "log-input"):
            _log(words, entry)
        elif option == "established":
            entry.states = ("established",)
        elif option == "time-range":
            entry.schedule = words.next()
        elif option == "inactive":
            entry.enabled = False
        elif option == "exact-match":
            entry.conditions.append(option)
        elif option in _TAKING:
            entry.conditions.append(_taken(option, words))
        elif option in _MORE:
            entry.conditions.append(" ".join((option, *_until_option(words))))
        elif option in _FLAGS or option in _TCP_FLAGS or option in _IGMP_TYPES or option[0] in "+-":
            entry.conditions.append(option)
        elif not option.startswith("(hitcnt=") and not option.startswith("0x"):
            raise ValueError(f"{option} is no option")


def _taken(option: str, words: Words) -> str:
    """``dscp ef``, ``ttl gt 5``, ``option any-options``"""
    taken = [option, words.next()]
    if taken[1] in PORT_OPERATORS:
        taken += [words.next() for _ in range(2 if taken[1] == "range" else 1)]
    return " ".join(taken)


def _until_option(words: Words) -> list[str]:
    found = []
    while words.peek() and words.peek() not in ("log", "log-input", "time-range", "inactive", "fragments", *_TAKING):
        found.append(words.next())
    return found


def _log(words: Words, entry: Entry) -> None:
    """``log``, ``log 5 interval 300``, ``log disable``, ``log-input (tag)``"""
    entry.log = True
    level = words.peek()
    if level in _LOG_LEVELS or level.isdigit() or (level.startswith("(") and not level.startswith("(hitcnt")):
        entry.log = words.next() != "disable"
    elif level and level not in ("interval", "time-range", "inactive", *_TAKING, *_FLAGS) and not level.startswith("("):
        # IOS: a word of the operator's own, to find the line again in the log
        entry.log = bool(words.next())
    if words.took("interval"):
        words.next()


def space_of(objects: Objects, kind: str) -> NameSpace:
    """The name space of ``object-group KIND``. KeyError for a kind that is not known."""
    return {
        "network": objects.networks, "service": objects.services, "protocol": objects.protocols, "icmp-type": objects.icmp_types,
        "user": objects.users,
    }[kind]  # fmt: skip

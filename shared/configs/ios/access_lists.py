"""Access lists and object-groups of IOS: what they hold, and where they are used.

Source: Cisco IOS Security Command Reference, "access-list", "ip access-list", "ipv6 access-list", "object-group". A list that is used and
not defined lets everything pass; one that is defined ends with a deny that is not printed.
"""

from shared.configs import values
from shared.configs.cisco_ace import Entry, Words, extended, standard
from shared.configs.cisco_lists import AccessList, Keys, rules
from shared.configs.cisco_objects import PORT_OPERATORS, port_ranges, services
from shared.configs.cisco_ports import icmp_type, is_icmp_type, protocol
from shared.configs.dispatch import Handler
from shared.configs.ios.state import Box
from shared.configs.statement import Statement
from shared.firewall import ANY

_STANDARD = (range(1, 100), range(1300, 2000))
_EXTENDED = (range(100, 200), range(2000, 2700))


def _kind(name: str) -> str:
    """By its number: ``standard``, ``extended``, ``other`` (MAC, protocol types); empty for a name."""
    if not name.isdigit():
        return ""
    number = int(name)
    if any(number in span for span in _STANDARD):
        return "standard"
    return "extended" if any(number in span for span in _EXTENDED) else "other"


def numbered(box: Box, statement: Statement) -> bool | None:
    """``access-list 101 permit ...``; FRR and old texts: a name in the number's place, with or without its kind."""
    words = statement.words
    kind = _kind(words[1])
    if kind == "other" or words[1] in ("compiled", "rate-limit", "dynamic-extended"):
        box.reading.pass_over("access lists of other kinds", statement)
        return None
    at = 2
    if words[at:] in (["standard"], ["extended"]):
        _entries(box, box.acl(words[1], "ipv4"), statement, is_standard=words[2] == "standard")
        return None
    if words[at] in ("standard", "extended"):
        kind, at = words[at], at + 1
    acl = box.acl(words[1], "ipv4")
    acl.standard = kind == "standard"
    return _entry(box, acl, statement, words[at:])


def named(box: Box, statement: Statement) -> None:
    words = statement.words
    kind = words[2] if words[0] != "ipv6" else "extended"
    name = words[-1]
    acl = box.acl(name, "ipv6" if words[0] == "ipv6" else "ipv4")
    _entries(box, acl, statement, is_standard=kind == "standard")


def _entries(box: Box, acl: AccessList, statement: Statement, *, is_standard: bool) -> None:
    acl.standard = is_standard
    for child in statement.children:
        if child.noise:
            continue
        try:
            understood = _entry(box, acl, child, child.words)
        except (ValueError, LookupError):
            understood = False
        if understood is False:
            box.reading.unread(child)


def _entry(box: Box, acl: AccessList, statement: Statement, words: list[str]) -> bool | None:
    """``10 permit ...``, ``sequence 10 permit ...``, ``seq 10 permit ...``, ``remark ...``"""
    sequence = ""
    if words[0] in ("sequence", "seq"):
        sequence, words = words[1], words[2:]
    elif words[0].isdigit():
        sequence, words = words[0], words[1:]
    if words[0] in ("remark", "description"):
        acl.remarks.append(" ".join(words[1:]))
        return None
    condition = ""
    if words[0] == "dynamic":
        at = next(i for i, word in enumerate(words) if word in ("permit", "deny"))
        condition, words = " ".join(words[:at]), words[at:]
    elif words[0] == "evaluate":
        _evaluated(box, acl, statement, words, sequence)
        return None
    if words[0] not in ("permit", "deny"):
        return False
    entry = _read(box, acl, words)
    if condition:
        entry.conditions.append(condition)
    acl.add(entry, statement, sequence)
    return None


def _read(box: Box, acl: AccessList, words: list[str]) -> Entry:
    if acl.standard or (len(words) > 1 and _is_place(words[1])):
        return standard(Words(words), box.dialect)
    if acl.family == "ipv6" and words[1:2] == ["icmp"]:
        words = [words[0], "icmp6", *words[2:]]
    return extended(Words(words), box.dialect)


def _is_place(word: str) -> bool:
    """FRR's lists name no protocol: ``permit 10.0.0.0/8``, ``permit any``."""
    return (word in ("any", "host", "object-group") and word != "object-group") or "/" in word or values.is_address(word)


def _evaluated(box: Box, acl: AccessList, statement: Statement, words: list[str], sequence: str) -> None:
    """Answers to what another list has let out."""
    entry = standard(Words(["permit", ANY]), box.dialect)
    entry.states, entry.native_action = ("established",), " ".join(words)
    acl.add(entry, statement, sequence)


# --- object-groups ---


def group(box: Box, statement: Statement) -> bool | None:
    """``object-group network X``; ``object-group service X``"""
    kind, name = statement.words[1], statement.words[2]
    if kind not in ("network", "v6-network", "service", "v6-service"):
        box.reading.pass_over("security groups", statement)
        return None
    space = box.objects.networks if "network" in kind else box.objects.services
    space.begin(name, group=True)
    for child in statement.children:
        if child.noise:
            continue
        words = child.words
        if words[0] == "description":
            space.comments[name] = " ".join(words[1:])
        elif words[0] == "group-object" and len(words) == 2:
            space.add(name, words[1])
        elif not _member(box, name, words, network="network" in kind):
            box.reading.unread(child)
    return None


def _member(box: Box, name: str, words: list[str], *, network: bool) -> bool:
    """A member that is a value stands in the group as a name for itself."""
    space = box.objects.networks if network else box.objects.services
    try:
        found = [_network(words)] if network else _services(words)
    except (ValueError, LookupError):
        return False
    for value in found:
        space.add(name, value)
    return True


def _network(words: list[str]) -> str:
    words = words[1:] if words[0].isdigit() else words
    if words[0] == "any":
        return ANY
    if words[0] == "host":
        return values.network(words[1]) if values.is_address(words[1]) else words[1]
    if words[0] == "range":
        return values.span(words[1], words[2])
    return values.network(words[0], words[1] if len(words) > 1 else "")


def _services(words: list[str]) -> list[str]:
    """``tcp source gt 1023 eq www``, ``tcp-udp eq 53``, ``icmp echo``, ``ip``, ``50``"""
    protocols, rest = [protocol(words[0])], words[1:]
    source: list[str] = []
    if rest[:1] == ["source"]:
        source, rest = _operator(rest[1:], protocols[0])
    if rest[:1] and rest[0] in PORT_OPERATORS:
        ports, rest = _operator(rest, protocols[0])
        if rest:
            raise ValueError("more than a service")
        return services(protocols, ports, source or (ANY,))
    if rest and is_icmp_type(rest[0]):
        return [f"{protocols[0]}/{icmp_type(rest[0], protocols[0])}"]
    if rest[:1] and rest[0].isalnum() and len(rest) == 1:
        return services(protocols, port_ranges("eq", rest, protocols[0]), source or (ANY,))
    if rest:
        raise ValueError("no service")
    return services(protocols, (ANY,), source or (ANY,))


def _operator(words: list[str], of: str) -> tuple[list[str], list[str]]:
    taken = 3 if words[0] == "range" else 2
    return port_ranges(words[0], words[1:taken], of), words[taken:]


# --- as rules ---


def finish(box: Box, keys: Keys) -> None:
    for name, use in box.uses:
        if name in box.acls:
            if use not in box.acls[name].uses:
                box.acls[name].uses.append(use)
        elif use.way != "select":
            place = f"{use.way} on {use.place}" if use.way != "line" else f"on {use.place}"
            box.reading.warnings.append(f"access list {name} ({place}) is not defined: the device lets everything pass there")
    for acl in box.acls.values():
        box.reading.firewall_rules += rules(acl, keys, len(box.reading.firewall_rules) + 1, implied_deny=bool(acl.entries))


HANDLERS: dict[str, Handler[Box]] = {
    "access-list": numbered,
    "ip access-list standard": named,
    "ip access-list extended": named,
    "ipv6 access-list": named,
    "object-group": group,
}
PASSED = {
    "access lists of other kinds": (
        "mac access-list", "arp access-list", "ip access-list role-based", "ip access-list logging", "ip access-list persistent",
        "ip access-list resequence", "ip access-list match-local-traffic", "ip access-list helper", "ip access-list log-update",
        "ipv6 access-list log-update", "ipv6 access-list match-local-traffic", "vlan access-map", "vlan filter", "vlan access-log",
        "ip fqdn",
    ),
    "prefix lists and routing policies": (
        "ip prefix-list", "ipv6 prefix-list", "ip as-path", "ip community-list", "ip extcommunity-list", "ip large-community-list",
        "ipv6 prefix-list", "bgp as-path", "bgp community-list", "bgp extcommunity-list", "bgp large-community-list", "ip rpf",
    ),
    "time ranges": ("time-range",),
}  # fmt: skip

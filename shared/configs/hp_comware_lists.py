"""Comware's access lists: ``acl number 3000`` with ``rule 5 permit tcp source 10.0.0.0 0.0.0.255 destination-port eq 22`` below, and where
a packet filter uses one. Source: HPE 5130 EI ACL and QoS command reference. Lists of layer 2 (4000 to 4999) are passed over."""

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_acl import Term
from shared.configs.switch_acl_terms import PROTOCOLS, action_of, port_of
from shared.configs.switch_box import Box
from shared.firewall import ANY


def access_list(box: Box, statement: Statement) -> bool | None:
    """``acl number 3000 [name X]``, ``acl advanced 3000``, ``acl basic name X``, ``acl ipv6 ...``"""
    words = statement.words
    number = next((word for word in words[1:] if word.isdigit()), "")
    kind = next((word for word in words if word in ("basic", "advanced", "mac", "user-defined")), "")
    if kind in ("mac", "user-defined") or number.startswith(("4", "5")) or words[1] in ("copy", "logging", "trap"):
        box.reading.pass_over("other access lists", statement)
        return None
    name = words[words.index("name") + 1] if "name" in words else number
    found = box.lists.named(name, statement.line, family="ipv6" if "ipv6" in words else "ipv4", implies_deny=False)
    if number:
        box.lists.other_names[number] = name
    for each in (child for child in statement.children if not child.noise):
        parts = each.words
        try:
            if parts[0] == "rule" and "comment" in parts[:3]:
                for term in found.terms:
                    if term.number == parts[1]:
                        term.comment = " ".join(parts[3:])
            elif parts[0] == "rule" and parts[1] != "remark":
                found.terms.append(acl_rule(each))
            elif parts[0] not in ("description", "step", "rule", "match-order"):
                box.reading.unread(each)
        except (ValueError, LookupError):
            box.reading.unread(each)
    return None if name else False


def acl_rule(statement: Statement) -> Term:
    """One rule; what narrows it and has no field stays in the conditions."""
    words = list(statement.words[1:])
    number = words.pop(0) if words[0].isdigit() else ""
    native = words.pop(0)
    found = Term(action_of(native), statement.line, statement.text, number, native)
    if words and words[0] not in _PARTS and words[0] not in ("source", "destination"):
        found.protocol = PROTOCOLS.get(words[0], words[0])
        words.pop(0)
    while words:
        word = words.pop(0)
        if word in ("source", "destination"):
            setattr(found, word, _address(words))
        elif word == "source-port":
            found.source_ports = _ports(words, found)
        elif word == "destination-port":
            found.ports = _ports(words, found)
        elif word == "established":
            found.states = ("established",)
        elif word == "logging":
            found.log = True
        elif word == "time-range":
            found.schedule = words.pop(0)
        elif word != "counting":
            found.conditions.append(" ".join((word, *words)))
            break
    return found


_PARTS = frozenset(("source-port", "destination-port", "logging", "time-range", "fragment", "established", "counting", "vpn-instance",
"icmp-type",
                    "dscp", "tos", "precedence", "ack", "syn", "fin", "rst", "psh", "urg"))  # fmt: skip


def _address(words: list[str]) -> str:
    word = words.pop(0)
    if word == "any":
        return ANY
    if word == "object-group":
        return f"@{words.pop(0)}"
    if "/" in word or ":" in word:
        return values.network(word) if "/" in word else values.network(word, words.pop(0))
    mask = words.pop(0) if words else "0"
    return values.network(word) if mask == "0" else values.wildcard(word, mask)


def _ports(words: list[str], found: Term) -> str:
    test, first = words.pop(0), words.pop(0)
    if test == "eq":
        return port_of(first)
    if test == "range":
        return values.port_range(f"{port_of(first)}-{port_of(words.pop(0))}")
    if test == "gt":
        return values.port_range(f"{int(port_of(first)) + 1}-65535")
    if test == "lt":
        return values.port_range(f"0-{int(port_of(first)) - 1}")
    found.conditions.append(f"port {test} {first}")
    return ANY


def packet_filter(box: Box, statement: Statement) -> bool | None:
    """``packet-filter 3000 inbound``, ``packet-filter name X outbound``; on top: ``default deny``, which ends all lists so."""
    words = statement.words
    if words[1] == "default":
        for each in box.lists.lists.values():
            each.implies_deny = words[-1] == "deny"
        return None
    if words[-1] not in ("inbound", "outbound"):
        return False
    name = words[words.index("name") + 1] if "name" in words else next((word for word in words[1:] if word.isdigit()), "")
    if not name:
        return False
    for port in box.here:
        box.lists.apply(name, "out" if words[-1] == "outbound" else "in", port.name)
        setattr(port, "list_out" if words[-1] == "outbound" else "list_in", name)
    return None

"""Access lists of Cisco Small Business switches, and the lists that say who may manage them. Source: Cisco CBS350 CLI guide."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_acl import Term
from shared.configs.switch_acl_terms import PROTOCOLS, action_of, port_of
from shared.configs.switch_box import Box
from shared.firewall import ANY


@dataclass(slots=True)
class SmallBusiness(Box):
    names: Mapping[str, str] = field(default_factory=dict)
    """Two letters -> the long name of that kind of port."""
    guards: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Management access list -> (service, source) of what it permits."""
    guard_in_use: str = ""


def access_list(box: Box, statement: Statement) -> None:
    words = statement.words
    found = box.lists.named(words[-1], statement.line, family="ipv6" if words[0] == "ipv6" else "ipv4")
    for each in (child for child in statement.children if not child.noise):
        try:
            if each.words[0] == "remark":
                found.remark = " ".join(each.words[1:])
                continue
            found.terms.append(_ace(each))
            found.terms[-1].comment, found.remark = found.remark, ""
        except (ValueError, LookupError):
            box.reading.unread(each)


def _ace(statement: Statement) -> Term:
    """``permit tcp A WILD PORT B WILD PORT [ace-priority N]``: each end may be ``any``."""
    words = list(statement.words)
    found = Term(action_of(words[0]), statement.line, statement.text, "", words[0])
    found.protocol = PROTOCOLS.get(words[1], words[1])
    words = words[2:]
    if found.protocol in ("tcp", "udp"):
        found.source, found.source_ports = _end(words), _port(words)
        found.destination, found.ports = _end(words), _port(words)
    else:
        found.source, found.destination = _end(words), _end(words)
    while words:
        word = words.pop(0)
        if word == "ace-priority":
            found.number = words.pop(0)
        elif word == "log-input":
            found.log = True
        elif word == "time-range":
            found.schedule = words.pop(0)
        elif word == "disable-port":
            found.conditions.append("disables the port")
        elif not (word == "any" and found.protocol in ("icmp", "igmp", "icmpv6")):
            found.conditions.append(" ".join((word, *words)))
            break
    return found


def _end(words: list[str]) -> str:
    word = words.pop(0)
    if word == "any":
        return ANY
    if word == "host":
        return values.network(words.pop(0))
    return values.network(word) if "/" in word else values.wildcard(word, words.pop(0))


def _port(words: list[str]) -> str:
    word = words.pop(0)
    return ANY if word == "any" else values.port_range(word) if "-" in word else port_of(word)


def management_list(box: Box, statement: Statement) -> None:
    """``permit ip-source 10.0.0.0 mask 255.255.255.0 service ssh``"""
    held = box.guards.setdefault(statement.words[2], []) if isinstance(box, SmallBusiness) else []
    for each in (child for child in statement.children if not child.noise):
        words = each.words
        try:
            source = ANY
            if "ip-source" in words:
                at = words.index("ip-source")
                mask = words[words.index("mask") + 1] if "mask" in words else "32"
                source = values.network(words[at + 1], mask)
            elif {"vlan", "GigabitEthernet", "gigabitethernet"} & set(words):
                source = f"interface:{' '.join(words[1:3])}"
            if words[0] == "permit":
                held.append((words[words.index("service") + 1] if "service" in words else "any", source))
            elif words[0] != "deny":
                box.reading.unread(each)
        except (ValueError, LookupError):
            box.reading.unread(each)


def management_class(box: Box, statement: Statement) -> None:
    if isinstance(box, SmallBusiness):
        box.guard_in_use = statement.words[2]

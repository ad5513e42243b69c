"""FASTPATH's access lists, where they are applied, and the lists that say who may manage the switch. Sources as in ``switch_fastpath``."""

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_acl_terms import term
from shared.configs.switch_box import Box


def access_list(box: Box, statement: Statement) -> None:
    words = statement.words
    found = box.lists.named(words[2], statement.line, family=words[0] if words[0] == "ipv6" else "ipv4")
    for each in (child for child in statement.children if not child.noise):
        try:
            if "remark" in each.words[:2]:
                found.remark = " ".join(each.words[each.words.index("remark") + 1 :])
                continue
            found.terms.append(term(each.words, each.line, each.text))
            found.terms[-1].comment, found.remark = found.remark, ""
        except (ValueError, LookupError):
            box.reading.unread(each)


def numbered_list(box: Box, statement: Statement) -> None:
    """``access-list 101 permit tcp any any eq 80``"""
    words = statement.words
    box.lists.named(words[1], statement.line).terms.append(term(words[2:], statement.line, statement.text))


def applied(box: Box, statement: Statement) -> None:
    """On top: ``ip access-group NAME vlan 10 in``, ``ip access-group NAME in`` (on all ports), ``control-plane``."""
    words = statement.words
    place = f"vlan {words[words.index('vlan') + 1]}" if "vlan" in words else "all ports"
    if "control-plane" in words:
        box.lists.apply(words[2], "self", "control-plane")
    else:
        box.lists.apply(words[2], "out" if "out" in words[3:] else "in", place)


def management_list(box: Box, statement: Statement) -> None:
    for each in (child for child in statement.children if not child.noise):
        words = each.words
        try:
            at = words.index("ip-source") if "ip-source" in words else -1
            mask = words[words.index("mask") + 1] if "mask" in words else "32"
            source = "any" if at < 0 else values.network(words[at + 1], mask)
            what = words[words.index("service") + 1] if "service" in words else "any"
            if words[0] == "permit":
                box.sources[what].append(source)
            elif words[0] != "deny":
                box.reading.unread(each)
        except (ValueError, LookupError):
            box.reading.unread(each)

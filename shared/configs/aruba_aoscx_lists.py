"""AOS-CX's access lists, groups of addresses and ports, and where the lists are applied. Source: AOS-CX 10.13 ACLs and Classifier Policies
guide."""

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.switch_acl_terms import port_of, term
from shared.configs.switch_box import Box


def apply(box: Box, statement: Statement) -> bool | None:
    """Below an interface or a VLAN: ``apply access-list ip NAME in``; on top: ``... control-plane vrf default``"""
    words = statement.words
    if words[2] not in ("ip", "ipv6", "mac"):
        return False
    name, how = words[3], words[4] if len(words) > 4 else "in"
    if how == "control-plane":
        box.lists.apply(name, "self", " ".join(words[4:]))
        return None
    if how not in ("in", "out", "routed-in", "routed-out"):
        return False
    direction = "out" if how.endswith("out") else "in"
    for port in box.here:
        box.lists.apply(name, "out" if direction == "out" else "in", port.name)
        setattr(port, f"list_{direction}", name)
    return None


def apply_on_top(box: Box, statement: Statement) -> bool | None:
    box.here = []
    return apply(box, statement)


def access_list(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[1] not in ("ip", "ipv6"):
        box.reading.pass_over("other access lists", statement)
        return
    found = box.lists.named(words[2], statement.line, family="ipv6" if words[1] == "ipv6" else "ipv4")
    for each in (child for child in statement.children if not child.noise):
        try:
            if "comment" in each.words[:2]:
                found.remark = " ".join(each.words[each.words.index("comment") + 1 :])
                continue
            found.terms.append(term(each.words, each.line, each.text, inverted=False))
            found.terms[-1].comment, found.remark = found.remark, ""
        except (ValueError, LookupError):
            box.reading.unread(each)


def object_group(box: Box, statement: Statement) -> bool | None:
    """``object-group ip address NAME``, ``object-group port NAME``; a member has a number before it."""
    words = statement.words
    held: list[str] = []
    for each in (child for child in statement.children if not child.noise):
        parts = each.words[1:] if each.words[0].isdigit() else each.words
        try:
            if words[1] == "port":
                first = port_of(parts[1])
                held.append(first if parts[0] == "eq" else values.port_range(f"{first}-{port_of(parts[2])}"))
            else:
                own, _, mask = parts[0].partition("/")
                held.append(values.network(own, mask))
        except (ValueError, LookupError):
            box.reading.unread(each)
    (box.lists.ports if words[1] == "port" else box.lists.addresses)[words[-1]] = held
    return None if words[1] in ("ip", "ipv6", "port") else False

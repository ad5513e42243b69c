"""Access lists of an ASA, where they are bound, and what the security levels imply where none is.

Source: ASA Firewall CLI Configuration Guide, "Access Rules": a list at an interface goes first, then the global one, then an implied deny.
Where an interface has no list (and none is global), what comes in there may go on to interfaces of a lower level and nowhere else; to one
of the same level only with ``same-security-traffic permit inter-interface``.
"""

from collections.abc import Iterator

from shared.configs.asa.state import Box, Port
from shared.configs.cisco_ace import Entry, Words, extended, standard
from shared.configs.cisco_lists import Keys, Use, rules
from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.firewall import ANY, Action, FirewallRule

_OTHER_WORDS = frozenset({"deny-flow-max", "alert-interval", "mode", "log"})


def access_list(box: Box, statement: Statement) -> bool | None:
    """``access-list X [line 3] [extended] permit ...``"""
    words = statement.words
    if words[1] in _OTHER_WORDS and words[2].isdigit():
        box.reading.pass_over("access list settings", statement)
        return None
    acl, rest = box.acl(words[1]), words[2:]
    if rest[0] == "line":
        rest = rest[2:]
    kind = rest[0] if rest[0] in ("extended", "standard", "webtype", "ethertype", "remark", "advanced") else ""
    rest = rest[1:] if kind else rest
    if kind == "remark":
        acl.remarks.append(" ".join(rest))
        return None
    if rest[0] == "compiled" or rest[0].endswith("elements;"):
        box.reading.pass_over("access list settings", statement)
        return None
    acl.standard = kind == "standard"
    acl.add(_entry(box, kind, rest), statement)
    return None


def _entry(box: Box, kind: str, words: list[str]) -> Entry:
    if kind == "standard":
        return standard(Words(words), box.dialect)
    if kind == "ethertype":
        return _plain(box, words, f"ethertype {' '.join(words[1:])}")
    if kind == "webtype":
        return _web(box, words)
    return extended(Words(words), box.dialect)


def _plain(box: Box, words: list[str], service: str) -> Entry:
    entry = standard(Words([words[0], ANY]), box.dialect)
    entry.services = (service,)
    return entry


def _web(box: Box, words: list[str]) -> Entry:
    """``permit url https://intranet/* log default``, ``permit tcp host 10.0.0.5 eq 3389``: for people of the SSL VPN's portal."""
    if words[1] == "url":
        entry = standard(Words([words[0], ANY, *words[3:]]), box.dialect)
        entry.destinations = (ANY,) if words[2] == "any" else (words[2],)
        return entry
    return extended(Words([words[0], words[1], ANY, *words[2:]]), box.dialect)


def access_group(box: Box, statement: Statement) -> bool | None:
    """``access-group X in interface outside [control-plane | per-user-override]``; ``access-group X global``"""
    words = statement.words
    if words[2] == "global":
        box.global_list = words[1]
        box.use(words[1], Use("global", "all"))
        return None
    if words[2] not in ("in", "out") or words[3] != "interface":
        return False
    if words[-1] == "control-plane":
        box.use(words[1], Use("self", words[4]))
    else:
        box.use(words[1], Use("in" if words[2] == "in" else "out", words[4]))
    return None


def same_security(box: Box, statement: Statement) -> None:
    box.same_level.add(statement.words[-1])


# --- as rules ---


def finish(box: Box, keys: Keys) -> None:
    for name, use in box.uses:
        if name in box.acls:
            if use not in box.acls[name].uses:
                box.acls[name].uses.append(use)
        elif use.way != "select":
            box.reading.warnings.append(f"access list {name} ({use.way} on {use.place}) is not defined")
    lists = [acl for acl in box.acls.values() if acl.name != box.global_list]
    if box.global_list in box.acls:
        lists.append(box.acls[box.global_list])
    for acl in lists:
        filters = {use.way for use in acl.uses}
        # with a global list, the deny at the end is the global list's; the box's own traffic goes on to its own rules
        implied = (bool(filters & {"in", "out"}) and box.global_list not in box.acls) or "global" in filters
        box.reading.firewall_rules += rules(acl, keys, len(box.reading.firewall_rules) + 1, implied_deny=bool(acl.entries) and implied)
    if box.global_list not in box.acls:
        for rule in _by_level(box, keys):
            box.reading.firewall_rules.append(rule.model_copy(update={"order": len(box.reading.firewall_rules) + 1}))


def _by_level(box: Box, keys: Keys) -> Iterator[FirewallRule]:
    """For each interface without a list of its own: what its level lets it do."""
    listed = {use.place for acl in box.acls.values() if acl.entries for use in acl.uses if use.way == "in"}
    ports = [port for port in box.ports.values() if port.nameif and not port.management]
    for port in ports:
        if port.nameif in listed:
            continue
        lower = tuple(other.nameif for other in ports if _may_pass(box, port, other))
        if lower:
            yield _implied(keys, port, Action.ALLOW, lower, "to lower security levels")
        yield _implied(keys, port, Action.DENY, (ANY,), "implicit deny")


def _may_pass(box: Box, port: Port, other: Port) -> bool:
    own, others = port.security_level or 0, other.security_level or 0
    if port is other:
        return "intra-interface" in box.same_level
    return own > others or (own == others and "inter-interface" in box.same_level)


def _implied(keys: Keys, port: Port, action: Action, to: tuple[str, ...], name: str) -> FirewallRule:
    return FirewallRule(
        key=keys.numbered(f"level {port.nameif} {action.value}"), order=1, ruleset=f"security level of {port.nameif}", name=name,
        action=action,
        native_action=f"security-level {port.security_level}", from_=(port.nameif,), to=to, implicit=True,
    )  # fmt: skip


HANDLERS: dict[str, Handler[Box]] = {
    "access-list": access_list,
    "access-group": access_group,
    "same-security-traffic permit": same_security,
}

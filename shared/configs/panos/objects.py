"""What is behind the names of addresses, services and applications? Objects, groups, groups by tag, regions, lists kept elsewhere.

A dynamic group holds what has the tags that its filter asks for: the objects of the configuration are found, and the filter itself is told
besides, as the device may learn of more. Source: PAN-OS administrator's guide, "Objects"; "Use dynamic address groups in policy".
"""

import re

from shared.configs import values
from shared.configs.panos.box import PREDEFINED_SERVICES, Box, Names, Scope, resolve_group
from shared.configs.word_tree import Node
from shared.device_config import AddressObject, ServiceObject

MAX_FILTER_WORDS = 200
MAX_HELD_AGAINST = 500_000
"""Objects that are held against filters, in all: a hostile text may have many of both."""


def read(box: Box) -> None:
    """All objects first, as groups may name what stands elsewhere."""
    tags: dict[int, dict[str, frozenset[str]]] = {}
    for node, names in box.names_of.items():
        found: dict[str, frozenset[str]] = {}
        for each in node.each("address"):
            _address(box, each, names)
            found[each.name] = frozenset(each.values("tag"))
        for each in node.each("address-group"):
            found[each.name] = frozenset(each.values("tag"))
        tags[id(names)] = found
        for each in node.each("service"):
            box.attempt(_service, each, names)
        _others(node, names)
    # from above to below: a group names what is above it
    for scope in sorted([*box.scopes, *_shared(box)], key=lambda scope: len(scope.names)):
        known = {name: own for names in reversed(scope.names) for name, own in tags[id(names)].items()}
        _groups(box, scope, known)


def _shared(box: Box) -> list[Scope]:
    """The places that have objects and no rules of their own."""
    own = {scope.node for scope in box.scopes}
    return [Scope("shared", node, [names]) for node, names in box.names_of.items() if node not in own]


def _address(box: Box, node: Node, names: Names) -> None:
    comment = node.value("description")
    found: list[str] = []
    for each in node.values("ip-netmask"):
        names.written[node.name] = each
        found.append(values.network(each) if values.is_network(each) else each)
    for each in node.values("ip-range"):
        first, _, last = each.partition("-")
        try:
            found.append(values.span(first, last))
        except ValueError:
            found.append(each)
    found += [*node.values("fqdn"), *node.values("ip-wildcard")]
    node.pass_over("object options", "disable-override")
    names.addresses[node.name] = tuple(found)
    box.reading.address_objects.append(AddressObject(name=node.name, values=tuple(found), comment=comment))


def _others(node: Node, names: Names) -> None:
    for each in node.each("external-list"):
        names.known[each.name] = ()
        each.leave("lists kept elsewhere")
    for each in node.each("region"):
        names.known[each.name] = tuple(values.network(value) if values.is_network(value) else value for value in each.values("address"))
        each.pass_over("object options", "geo-location")
    names.schedules.update(node.values("schedule"))
    for each in node.each("schedule"):
        each.leave("schedules")
    for each in node.each("application-group"):
        names.application_groups[each.name] = tuple(each.values("members"))
    node.pass_over("objects that rules ask for by name", "application", "application-filter", "application-status", "application-tag",
                   "application-container")  # fmt: skip


def _service(box: Box, node: Node, names: Names) -> None:
    found: dict[str, None] = {}
    for protocol in node.each("protocol"):
        sources = _ports(protocol.value("source-port")) or ["any"]
        for port in _ports(protocol.value("port")) or ["any"]:
            found.update(dict.fromkeys(values.service(protocol.name, port, source) for source in sources))
        protocol.pass_over("object options", "override")
    comment = node.value("description")
    node.values("tag")
    node.pass_over("object options", "disable-override")
    names.services[node.name] = tuple(found)
    box.reading.service_objects.append(ServiceObject(name=node.name, values=tuple(found), comment=comment))


def _ports(text: str) -> list[str]:
    return [values.port_range(part) for part in text.split(",") if part.strip()]


def _members(group: Node, word: str) -> list[str]:
    """Before PAN-OS 6 a group's members stood in it without a word before them: ``set address-group x [ a b ]``."""
    if group.children.keys() & {word, "dynamic"}:
        return group.values(word)
    return [name for name in group.children if name not in ("description", "tag", "disable-override", "uuid") and group.get(name)]


def _groups(box: Box, scope: Scope, tags: dict[str, frozenset[str]]) -> None:
    own = scope.names[0]
    for group in scope.node.each("address-group"):
        filtered = group.value("dynamic", "filter")
        members = (*_members(group, "static"), *(_by_tag(box, filtered, tags, group.name) if filtered else ()))
        own.groups[group.name] = (*members, *((f"tag filter {filtered}",) if filtered else ()))
        if filtered:
            own.known[f"tag filter {filtered}"] = ()
            own.addresses[f"tag filter {filtered}"] = (f"tag filter {filtered}",)
        group.pass_over("object options", "disable-override")
    for group in scope.node.each("service-group"):
        own.service_groups[group.name] = tuple(_members(group, "members"))
        group.values("tag")
    for group in scope.node.each("address-group"):
        own.resolved[group.name] = found = resolve_group(scope, group.name)
        box.reading.address_objects.append(
            AddressObject(
                name=group.name, kind="group", values=found[0], members=own.groups[group.name], comment=group.value("description")
            )
        )  # fmt: skip
    services = PREDEFINED_SERVICES | {name: found for names in reversed(scope.names) for name, found in names.services.items()}
    service_groups = {name: found for names in reversed(scope.names) for name, found in names.service_groups.items()}
    for group in scope.node.each("service-group"):
        own_values = values.resolved(group.name, services, service_groups)
        members = own.service_groups[group.name]
        box.reading.service_objects.append(ServiceObject(name=group.name, kind="group", values=own_values, members=members))


_WORD = re.compile(r"'[^']*'|\"[^\"]*\"|\(|\)|[^\s()'\"]+")


def _by_tag(box: Box, text: str, tags: dict[str, frozenset[str]], but: str) -> list[str]:
    """``'web' and ('roma' or not 'test')``, by a stack of what is open; what is not understood finds nothing."""
    words = _WORD.findall(text)[:MAX_FILTER_WORDS]
    box.held_against += len(tags)
    if box.held_against > MAX_HELD_AGAINST:
        return []
    try:
        return [name for name, own in tags.items() if name != but and _holds(words, own)]
    except (IndexError, ValueError):
        return []


_RANKS = {"or": 1, "and": 2, "not": 3}


def _holds(words: list[str], own: frozenset[str]) -> bool:
    """Dijkstra's two stacks."""
    said: list[bool] = []
    waiting: list[str] = []

    def settle(down_to: int) -> None:
        while waiting and waiting[-1] != "(" and _RANKS[waiting[-1]] >= down_to:
            operator = waiting.pop()
            last = said.pop()
            if operator == "not":
                said.append(not last)
            else:
                said.append((said.pop() and last) if operator == "and" else (said.pop() or last))

    for word in words:
        lowered = word.lower()
        if word == "(":
            waiting.append(word)
        elif word == ")":
            settle(0)
            waiting.pop()
        elif lowered in _RANKS and word[0] not in "'\"":
            if lowered != "not":
                settle(_RANKS[lowered])
            waiting.append(lowered)
        else:
            said.append(word.strip("'\"") in own)
    settle(0)
    if len(said) != 1 or waiting:
        raise ValueError("no condition")
    return said[0]

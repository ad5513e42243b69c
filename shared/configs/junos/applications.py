"""Which protocols and ports are behind the names of applications? ``[edit applications]`` and what Junos brings with it (``junos-*``)."""

from collections.abc import Iterator

from shared.configs import values
from shared.configs.junos import words
from shared.configs.junos.box import Box
from shared.configs.word_tree import Node
from shared.device_config import ServiceObject

_ALONE = ("do-not-translate-A-query-to-AAAA-query", "do-not-translate-AAAA-query-to-A-query", "learn-sip-register")
_NOT_NARROWING = frozenset({"inactivity-timeout", "alg", "application-protocol", "description", "ttl-threshold", "sip-call-hold-timeout"})
_NARROWING = ("uuid", "rpc-program-number", "snmp-command", "ether-type")


def read(box: Box) -> None:
    box.services.update(words.PREDEFINED)
    box.service_members.update(words.PREDEFINED_SETS)
    top = box.at("applications")
    for node in top.each("application"):
        comment = node.value("description")
        box.services[node.name] = tuple(dict.fromkeys(_services(node)))
        box.service_objects.append(ServiceObject(name=node.name, values=box.services[node.name], comment=comment))
    sets = top.each("application-set")
    for node in sets:
        box.service_members[node.name] = (*node.values("application"), *node.values("application-set"))
    for node in sets:
        members, comment = box.service_members[node.name], node.value("description")
        found = values.resolved(node.name, box.services, box.service_members)
        box.service_objects.append(ServiceObject(name=node.name, kind="group", values=found, members=members, comment=comment))
    box.reading.service_objects += box.service_objects


def _services(node: Node) -> Iterator[str]:
    terms = node.each("term")
    for term in terms:
        yield from _one(dict(_pairs(term)))
    own = dict(_pairs(node))
    if own.keys() - _NOT_NARROWING or not terms:
        yield from _one(own)


def _pairs(node: Node) -> Iterator[tuple[str, str]]:
    """``protocol tcp destination-port 80`` on one line, or each on its own: what is asked, and of what."""
    for name in list(node.children):
        child = node.children[name]
        if child.inactive or name in ("term", *_ALONE):
            if name in _ALONE:
                child.use()
            continue
        if name not in _KNOWN:
            continue
        for value in child.use().each():
            yield name, value.name
            yield from _pairs(value)


_KNOWN = _NOT_NARROWING | {*_NARROWING, "protocol", "destination-port", "source-port"} | {
    *("icmp-type", "icmp-code", "icmp6-type", "icmp6-code"),
}  # fmt: skip


def _one(asked: dict[str, str]) -> Iterator[str]:
    protocol = words.protocol(asked.get("protocol", "any"))
    icmp6 = "icmp6-type" in asked or "icmp6-code" in asked
    types = [asked[name] for name in ("icmp-type", "icmp6-type") if name in asked]
    codes = [asked[name] for name in ("icmp-code", "icmp6-code") if name in asked]
    further = [f"{name} {asked[name]}" for name in _NARROWING if name in asked]
    if protocol in ("icmp", "icmp6") or types or codes:
        found = words.icmp("icmp6" if icmp6 else protocol if protocol != "any" else "icmp", types, codes)
    else:
        ports = [words.ports(asked[name]) if name in asked else "any" for name in ("destination-port", "source-port")]
        found = [values.service(protocol, *ports)]
    for service in found:
        yield f"{service} ({', '.join(further)})" if further else service


def resolved(box: Box, name: str) -> tuple[tuple[str, ...], str]:
    """The services behind a name, and what is wrong with it."""
    if name == "any":
        return ("any",), ""
    key = ("application", "", name)
    if key not in box.seen:
        found = values.resolved(name, box.services, box.service_members)
        waiting, passed, missing = [name], set[str](), ""
        while waiting:
            here = waiting.pop()
            if here in passed:
                continue
            passed.add(here)
            waiting.extend(box.service_members.get(here, ()))
            if here not in box.services and here not in box.service_members and not here.startswith("junos-"):
                missing = missing or f"application {here} is not defined"
        box.seen[key] = found, missing
    return box.seen[key]

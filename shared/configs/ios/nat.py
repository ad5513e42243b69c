"""Address translation of IOS: ``ip nat inside source``, ``outside source``, ``inside destination`` and NVI's ``ip nat source``.

Source: Cisco IOS IP Addressing Services Command Reference, "ip nat". What is static forwards to a machine inside and stands once, as a
port forward. What an access list or a route map denies is not translated: it is kept as a condition.
"""

from collections.abc import Sequence

from shared.configs import cisco_ports, values
from shared.configs.cisco_lists import AccessList, Keys, Use
from shared.configs.dispatch import Handler
from shared.configs.ios.state import Box, NatStatement, full_name
from shared.configs.statement import Statement
from shared.firewall import ANY, Action, PortForward, SourceNat, SourceNatKind

_ONE_WORD = frozenset(
    {"extendable", "no-alias", "no-payload", "add-route", "match-in-vrf", "reversible", "forced", "overload", "vrf-domain", "oer", "pap"}
)
_WITH_VALUE = frozenset({"vrf", "redundancy", "mapping-id", "name", "egress-interface", "netmask", "description", "limit", "bpa"})


def statement(box: Box, statement: Statement) -> bool | None:
    """Only noted here: it refers to lists, pools and interfaces that may come later."""
    box.nat.append(NatStatement(statement, statement.line))
    return None


def pool(box: Box, statement: Statement) -> bool | None:
    """``ip nat pool P 192.0.2.1 192.0.2.9 netmask 255.255.255.0 [type rotary]``; or its addresses below it."""
    words = statement.words
    ranges: list[str] = []
    if len(words) > 5 and values.is_address(words[4]):
        ranges.append(values.span(words[4], words[5]))
    for child in statement.children:
        if child.words[0] == "address" and len(child.words) > 2:
            ranges.append(values.span(child.words[1], child.words[2]))
        elif not child.noise:
            box.reading.unread(child)
    box.nat_pools[words[3]] = ",".join(ranges)
    return None if ranges else False


def route_map(box: Box, statement: Statement) -> None:
    """Which lists a route map asks: some translations are chosen by one."""
    words = statement.words
    name = words[1]
    lists = box.route_maps.setdefault(name, [])
    box.reading.pass_over("prefix lists and routing policies", statement)
    for child in statement.children:
        if child.words[:1] == ["match"] and child.words[2:3] == ["address"] and "prefix-list" not in child.words:
            for each in child.words[3:]:
                lists.append(each)
                box.use(each, Use("select", f"route-map {name}"))


def finish(box: Box, keys: Keys) -> None:
    for each in box.nat:
        try:
            understood = _translation(box, each.statement, keys)
        except (ValueError, LookupError):
            understood = False
        if not understood:
            box.reading.unread(each.statement)


def note_uses(box: Box) -> None:
    """Before the lists are made rules of: which of them choose what is translated."""
    for each in box.nat:
        words = each.statement.words
        if "list" in words[:-1]:
            box.use(words[words.index("list") + 1], Use("select", " ".join(words[: words.index("list")])))


def _translation(box: Box, statement: Statement, keys: Keys) -> bool:
    words = statement.words[2:]
    side = "both"
    if words[0] in ("inside", "outside"):
        side, words = words[0], words[1:]
    if words[0] == "destination":
        return _balanced(box, statement, words[1:], keys)
    if words[0] != "source":
        return False
    if words[1] == "static":
        return _static(box, statement, side, words[2:], keys)
    if words[1] in ("list", "route-map"):
        return _dynamic(box, statement, side, words[1], words[2:], keys)
    return False


# --- static ---


def _static(box: Box, statement: Statement, side: str, words: Sequence[str], keys: Keys) -> bool:
    protocol, rest = ANY, list(words)
    if rest[0] in ("tcp", "udp", "esp", "network"):
        protocol, rest = rest[0], rest[1:]
    local, rest = rest[0], rest[1:]
    if protocol == "esp":
        return _esp(box, statement, local, rest, keys)
    local_port, rest = (_port(rest[0], protocol), rest[1:]) if protocol in ("tcp", "udp") else ("", rest)
    interface = ""
    if rest[0] == "interface":
        interface, rest = _interface(rest[1:])
        outside = box.address_of(interface)
    else:
        outside, rest = rest[0], rest[1:]
    outside_port, rest = (_port(rest[0], protocol), rest[1:]) if protocol in ("tcp", "udp") else ("", rest)
    if protocol == "network":
        mask = rest.pop(0) if rest and (rest[0][:1] in "/" or values.is_address(rest[0])) else ""
        local, outside = values.network(local, mask.removeprefix("/")), values.network(outside, mask.removeprefix("/"))
    conditions = _options(box, rest)
    if side == "outside":
        _from_outside(box, statement, local, outside, conditions, keys)
        return True
    box.reading.port_forwards.append(
        PortForward(
            key=keys.of(statement.text), order=len(box.reading.port_forwards) + 1, protocol=protocol if protocol in ("tcp", "udp") else ANY,
            from_=(full_name(interface),) if interface else _sides(box, "outside"), public_address=outside,
            public_ports=outside_port or ANY, to_address=local, to_ports=local_port if local_port != outside_port else "",
            bidirectional=not outside_port, conditions=tuple(conditions), raw=statement.text, line=statement.line,
        )
    )  # fmt: skip
    return True


def _port(word: str, protocol: str) -> str:
    return str(cisco_ports.port(word, protocol))


def _esp(box: Box, statement: Statement, local: str, rest: list[str], keys: Keys) -> bool:
    """``static esp 10.0.0.5 interface Dialer0``: one machine inside may speak IPsec."""
    if rest[:1] != ["interface"]:
        return False
    interface, rest = _interface(rest[1:])
    conditions = ["protocol esp", *_options(box, rest)]
    box.reading.port_forwards.append(
        PortForward(
            key=keys.of(statement.text), order=len(box.reading.port_forwards) + 1, protocol="esp", from_=(interface,),
            public_address=box.address_of(interface), to_address=local, conditions=tuple(conditions), raw=statement.text,
            line=statement.line,
        )
    )  # fmt: skip
    return True


def _interface(words: list[str]) -> tuple[str, list[str]]:
    """``Dialer 1`` is two words in some texts. A port may follow: ``Dialer1 8080``."""
    if len(words) > 1 and words[0].isalpha() and words[1][:1].isdigit():
        return full_name(words[0] + words[1]), words[2:]
    return words[0], words[1:]


def _from_outside(box: Box, statement: Statement, outside: str, inside: str, conditions: list[str], keys: Keys) -> None:
    """A machine outside appears inside under another address."""
    box.reading.source_nat.append(
        SourceNat(
            key=keys.of(statement.text), order=len(box.reading.source_nat) + 1, kind=SourceNatKind.SOURCE, sources=(outside,),
            from_=_sides(box, "outside"), to=_sides(box, "inside"), to_source=inside, conditions=tuple(conditions), raw=statement.text,
            line=statement.line,
        )
    )  # fmt: skip


# --- by lists ---


def _dynamic(box: Box, statement: Statement, side: str, chosen_by: str, words: Sequence[str], keys: Keys) -> bool:
    name, rest = words[0], list(words[1:])
    to_source, interface = "", ""
    if rest[:1] == ["interface"]:
        interface, rest = _interface(rest[1:])
    elif rest[:1] == ["pool"]:
        to_source, rest = box.nat_pools.get(rest[1]) or rest[1], rest[2:]
    elif rest:
        return False
    overload = "overload" in rest
    conditions = _options(box, rest)
    sources, destinations, denied = _chosen(box, [name] if chosen_by == "list" else box.route_maps.get(name, []))
    if chosen_by == "route-map":
        conditions.append(f"route-map {name}")
    conditions += denied
    if to_source and not overload:
        conditions.append("one address each, no overload")
    there, here = ("inside", "outside") if side == "outside" else ("outside", "inside")
    box.reading.source_nat.append(
        SourceNat(
            key=keys.of(statement.text), order=len(box.reading.source_nat) + 1, name=name,
            kind=SourceNatKind.MASQUERADE if interface else SourceNatKind.SOURCE, sources=sources or (f"nothing: {name} permits none",),
            destinations=destinations or (ANY,), from_=_sides(box, here), to=(interface,) if interface else _sides(box, there),
            to_source=to_source, conditions=tuple(conditions), raw=statement.text, line=statement.line,
        )
    )  # fmt: skip
    return True


def _chosen(box: Box, lists: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
    """What the lists permit, and in words what they deny or ask besides."""
    sources: dict[str, None] = {}
    destinations: dict[str, None] = {}
    conditions: list[str] = []
    if not lists:
        return (ANY,), (ANY,), []
    for name in lists:
        if name not in box.acls:
            conditions.append(f"access list {name} is not defined")
            sources[name] = None
            continue
        _permitted(box.acls[name], sources, destinations, conditions)
    if len(destinations) > 1 or (len(sources) > 1 and tuple(destinations) not in ((), (ANY,))):
        conditions.append(f"pairs as in access list {', '.join(lists)}")
    return tuple(sources), tuple(destinations), conditions


def _permitted(acl: AccessList, sources: dict[str, None], destinations: dict[str, None], conditions: list[str]) -> None:
    for listed in acl.in_order():
        entry = listed.entry
        if entry.action is Action.ALLOW:
            sources.update(dict.fromkeys(entry.sources))
            destinations.update(dict.fromkeys(entry.destinations))
            if tuple(entry.services) != (ANY,):
                conditions.append(f"{', '.join(entry.services)} from {', '.join(entry.sources)}")
        elif (entry.sources, entry.destinations) != ((ANY,), (ANY,)):
            to = "" if acl.standard else f" to {', '.join(entry.destinations)}"
            conditions.append(f"not from {', '.join(entry.sources)}{to}")


def _balanced(box: Box, statement: Statement, words: Sequence[str], keys: Keys) -> bool:
    """``inside destination list 101 pool REAL``: what is sent to the list's destinations goes to the pool's machines in turn."""
    if words[0] != "list" or words[2] != "pool":
        return False
    acl = box.acls.get(words[1])
    permitted = [listed.entry for listed in acl.entries if listed.entry.action is Action.ALLOW] if acl else []
    public = next((value for entry in permitted for value in (entry.sources if acl and acl.standard else entry.destinations)), words[1])
    services = [service for entry in permitted for service in entry.services]
    box.reading.port_forwards.append(
        PortForward(
            key=keys.of(statement.text), order=len(box.reading.port_forwards) + 1, name=words[1],
            protocol=services[0].partition("/")[0] if services else ANY, from_=_sides(box, "outside"), public_address=public,
            public_ports=",".join(service.partition("/")[2] or ANY for service in services) or ANY,
            to_address=box.nat_pools.get(words[3]) or words[3], conditions=("in turn",), raw=statement.text, line=statement.line,
        )
    )  # fmt: skip
    return True


# --- what they share ---


def _sides(box: Box, side: str) -> tuple[str, ...]:
    return tuple(port.name for port in box.ports.values() if port.nat == side) or (ANY,)


def _options(box: Box, words: list[str]) -> list[str]:
    """The statement's last words: what narrows it. ValueError for one that is not known."""
    conditions = []
    while words:
        option = words.pop(0)
        if option in ("route-map", "list"):
            name = words.pop(0)
            conditions += [f"{option} {name}", *_chosen(box, box.route_maps.get(name, []))[2]]
        elif option == "vrf":
            conditions.append(f"vrf {words.pop(0)}")
        elif option == "redundancy":
            conditions.append(f"redundancy {words.pop(0)}")
        elif option in _WITH_VALUE:
            words.pop(0)
        elif option not in _ONE_WORD:
            raise ValueError(f"{option} is no option")
    return conditions


HANDLERS: dict[str, Handler[Box]] = {
    "ip nat inside": statement,
    "ip nat outside": statement,
    "ip nat source": statement,
    "ip nat pool": pool,
    "route-map": route_map,
}
PASSED = {
    "address translation settings": (
        "ip nat translation", "ip nat log", "ip nat service", "ip nat settings", "ip nat create", "ip nat stateful",
        "ip nat piggyback-support",
        "ip nat switchover", "ip nat sip-sbc", "ip nat enable", "nat64", "ip nat portmap", "ip nat route-dispersion",
        "ip nat entry", "ipv6 nat",
        "ip nat refresh-mode", "ip nat scale",
    ),
}  # fmt: skip

"""Names, objects and object-groups of an ASA.

Source: ASA General Operations CLI Configuration Guide, "Objects for Access Control"; command reference "name", "object", "object-group".
"""

from shared.configs import values
from shared.configs.asa.state import Box
from shared.configs.cisco_ace import masked, space_of
from shared.configs.cisco_objects import PORT_OPERATORS, NameSpace, port_ranges, services
from shared.configs.cisco_ports import icmp_type, is_icmp_type, protocol
from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.firewall import ANY


def name(box: Box, statement: Statement) -> bool | None:
    """``name 192.0.2.13 Machine01 [description ...]``"""
    words = statement.words
    if not values.is_network(words[1]):
        return False
    box.names[words[2]] = words[1]
    return None


def single(box: Box, statement: Statement) -> bool | None:
    """``object network X``, ``object service X``: one value. It comes twice: its value, and far below its translation."""
    kind, name = statement.words[1], statement.words[2]
    if kind not in ("network", "service"):
        box.reading.pass_over("other objects", statement)
        return None
    space = box.objects.networks if kind == "network" else box.objects.services
    space.begin(name, group=False)
    for child in statement.children:
        if child.noise:
            continue
        try:
            understood = _value(box, space, name, child, kind)
        except (ValueError, LookupError):
            understood = False
        if not understood:
            box.reading.unread(child)
    return None


def _value(box: Box, space: NameSpace, name: str, statement: Statement, kind: str) -> bool:
    words = statement.words
    if words[0] == "description":
        space.comments[name] = " ".join(words[1:])
    elif words[0] == "nat":
        box.object_nat.append((name, statement))
    elif kind == "service" and words[0] == "service":
        for value in _service(words[1:]):
            space.add(name, value)
    elif kind == "network":
        space.add(name, _network(box, words))
    else:
        return False
    return True


def _network(box: Box, words: list[str]) -> str:
    """``host A``, ``subnet A M``, ``range A B``, ``fqdn [v4|v6] www.example.com``"""
    if words[0] == "host":
        known = box.names.get(words[1], words[1])
        return values.network(known) if values.is_address(known) else known
    if words[0] == "subnet":
        return _masked(box, words[1:])
    if words[0] == "range":
        return values.span(box.names.get(words[1], words[1]), box.names.get(words[2], words[2]))
    if words[0] == "fqdn":
        return words[-1]
    raise ValueError("no address")


def _masked(box: Box, words: list[str]) -> str:
    address = box.names.get(words[0], words[0])
    return values.network(address) if "/" in address or ":" in address else masked(address, words[1])


def _service(words: list[str]) -> list[str]:
    """``tcp source range 1 2 destination eq www``, ``icmp echo 0``, ``tcp-udp destination eq domain``, ``ip``, ``50``"""
    known, rest = protocol(words[0]), list(words[1:])
    if rest and is_icmp_type(rest[0]) and known in ("icmp", "icmp6"):
        return [f"{known}/{icmp_type(rest[0], known)}"]
    found = {"source": [ANY], "destination": [ANY]}
    while rest:
        side = rest.pop(0) if rest[0] in found else "destination"
        taken = 3 if rest[0] == "range" else 2
        if rest[0] not in PORT_OPERATORS or len(rest) < taken:
            raise ValueError("no service")
        found[side] = port_ranges(rest[0], rest[1:taken], known)
        rest = rest[taken:]
    return services((known,), found["destination"], found["source"])


# --- groups ---


def group(box: Box, statement: Statement) -> bool | None:
    """``object-group network|service|protocol|icmp-type|user X [tcp|udp|tcp-udp]``"""
    words = statement.words
    kind, name = words[1], words[2]
    if kind == "group":
        # a name of two words: seen in hand-written texts
        kind, name = ("service", words[3]) if len(words) > 3 else (kind, name)
    if kind in ("security", "interface", "network-service", "nat"):
        box.reading.pass_over("security groups", statement)
        return None
    space = space_of(box.objects, kind)
    space.begin(name, group=True)
    ports_of = words[-1] if kind == "service" and words[-1] in ("tcp", "udp", "tcp-udp") and len(words) > 3 else "tcp-udp"
    for child in statement.children:
        if child.noise:
            continue
        try:
            understood = _member(box, space, name, child.words, ports_of)
        except (ValueError, LookupError):
            understood = False
        if not understood:
            box.reading.unread(child)
    return None


def _member(box: Box, space: NameSpace, name: str, words: list[str], ports_of: str) -> bool:
    """Values stand in a group as names for themselves."""
    kind, rest = words[0], words[1:]
    if kind == "description":
        space.comments[name] = " ".join(rest)
    elif kind == "group-object" or (kind in ("network-object", "service-object") and rest[0] == "object"):
        space.add(name, rest[-1])
    elif kind == "network-object":
        space.add(name, _network(box, rest) if rest[0] in ("host", "range", "fqdn") else _masked(box, rest))
    elif kind == "port-object":
        for value in services((ports_of,), port_ranges(rest[0], rest[1:], "" if ports_of == "tcp-udp" else ports_of)):
            space.add(name, value)
    elif kind == "service-object":
        for value in _service(rest):
            space.add(name, value)
    elif kind == "protocol-object":
        for value in services((protocol(rest[0]),)):
            space.add(name, value)
    elif kind == "icmp-object":
        space.add(name, icmp_type(rest[0]))
    elif kind in ("user", "user-group"):
        space.add(name, rest[0])
    else:
        return False
    return True


HANDLERS: dict[str, Handler[Box]] = {"name": name, "object": single, "object-group": group}

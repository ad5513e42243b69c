"""Translation: virtual servers, and what policy routes say of the source.

A virtual server is one line, whose words come in pairs; ``map-type`` says how its ports are told. ``nat-1-1-map`` makes the way back as
well. A policy route routes first; where it says ``snat`` it is read here, as the route that it is has more conditions than a route can
have. ``system default-snat`` hides what is inside behind the way out. Source: ZLD CLI reference guide 4.x, "Virtual Servers", "Policy
Route"; the commands of the maker's own web pages.
"""

from shared.configs import values
from shared.configs.named_objects import by_protocol
from shared.configs.statement import Statement
from shared.configs.zld.box import Box
from shared.configs.zld.policies import raw
from shared.firewall import ANY, PortForward, SourceNat, SourceNatKind

_PAIRS = (
    "interface", "original-ip", "map-to", "map-type", "protocol", "original-port", "mapped-port", "original-port-begin",
    "original-port-end", "mapped-port-begin", "mapped-port-end", "original-service", "mapped-service", "source-ip", "description",
)  # fmt: skip
_FLAGS = ("activate", "deactivate", "nat-1-1-map", "nat-loopback", "no-nat-loopback", "loopback", "1-1", "many-1-1")


def keep(box: Box, statement: Statement) -> None:
    box.servers.append(statement)


def finish(box: Box) -> None:
    for statement in box.servers:
        try:
            box.reading.port_forwards += _server(box, statement, len(box.reading.port_forwards) + 1)
        except (ValueError, LookupError):
            box.reading.unread(statement)


def _words(statement: Statement) -> tuple[dict[str, str], set[str], list[str]]:
    """Its pairs, its flags, and what is neither."""
    words = list(statement.words[3:])
    said: dict[str, str] = {}
    flags: set[str] = set()
    others: list[str] = []
    while words:
        word = words.pop(0)
        if word in _FLAGS:
            flags.add(word)
        elif word == "map-type" and words[:1] in (["original-service"], ["original-port"]):
            continue
        elif word in _PAIRS:
            said[word] = words.pop(0)
        else:
            others.append(word)
    return said, flags, others


def _server(box: Box, statement: Statement, order: int) -> list[PortForward]:
    name = statement.words[2]
    said, flags, others = _words(statement)
    inside = box.addresses_of([said["map-to"]])
    base = {
        "order": order, "name": name, "enabled": "deactivate" not in flags, "from": (said.get("interface", ANY),),
        "public_address": ",".join(_public(box, said.get("original-ip", ANY))), "to_address": ",".join(inside),
        "sources": box.addresses_of([said["source-ip"]]) if "source-ip" in said else (ANY,), "comment": said.get("description", ""),
        "conditions": (" ".join(others),) if others else (), "raw": statement.text, "line": statement.line,
    }  # fmt: skip
    if others:
        box.reading.unread(statement)
    found = []
    for protocol, public, target in _ports(box, said):
        whole = public == ANY and "nat-1-1-map" in flags
        about = {"protocol": protocol, "public_ports": public, "to_ports": "" if target == public else target, "bidirectional": whole}
        found.append(PortForward.model_validate({**base, **about, "key": box.keys.numbered(f"virtual-server {name}")}))
    return found


def _public(box: Box, name: str) -> tuple[str, ...]:
    return (name,) if values.is_address(name) else box.addresses_of([name])


def _ports(box: Box, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """(protocol, public ports, ports inside)"""
    if "original-service" in said:
        asked = by_protocol(box.services.all_values([said["original-service"]]))
        inside = dict(by_protocol(box.services.all_values([said.get("mapped-service", said["original-service"])])))
        return [(protocol, ports, inside.get(protocol, ports)) for protocol, ports in asked]
    protocol = said.get("protocol", ANY).lower()
    protocol = "tcp+udp" if protocol == ANY and {"original-port", "original-port-begin"} & said.keys() else protocol
    if "original-port" in said:
        public = values.port_range(said["original-port"])
        return [(protocol, public, values.port_range(said.get("mapped-port", public)))]
    if "original-port-begin" in said:
        first, last = int(said["original-port-begin"]), int(said.get("original-port-end", said["original-port-begin"]))
        begin = int(said.get("mapped-port-begin", first))
        return [(protocol, values.port_range(f"{first}-{last}"), values.port_range(f"{begin}-{begin + last - first}"))]
    return [(protocol, ANY, ANY)]


# --- policy routes ---

_ROUTE_PASSED = frozenset(
    ("dscp-marking", "bandwidth", "auto-disable", "conn-check", "auto-destination", "trigger", "no", "access_page", "session-limit")
)
_ROUTE = (
    "source",
    "destination",
    "service",
    "interface",
    "schedule",
    "user",
    "next-hop",
    "snat",
    "dscp",
    "tunnel",
    "sslvpn",
    "source-port",
)


def route(box: Box, statement: Statement) -> bool | None:
    """``policy 2`` with ``snat outgoing-interface``; one that only routes is passed over, as its conditions are those of a policy."""
    words = statement.words
    if len(words) < 2 or not words[1].isdigit():
        box.reading.pass_over("policy routes", statement)
        return None
    box.routes.append(statement)
    return None


def finish_routes(box: Box) -> None:
    for statement in box.routes:
        try:
            _policy(box, statement)
        except (ValueError, LookupError):
            box.reading.unread(statement)
    if box.default_snat is not None:
        _default(box, box.default_snat)


def _policy(box: Box, statement: Statement) -> None:
    said: dict[str, list[str]] = {}
    enabled, comment, exempt = True, "", False
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("deactivate", "activate") or words[:2] == ["no", "deactivate"]:
            enabled = words[0] != "deactivate"
        elif words == ["no", "snat"]:
            exempt = True
        elif words[0] == "description":
            comment = " ".join(words[1:])
        elif words[0] in _ROUTE and len(words) > 1:
            said[words[0]] = words[1:]
        elif words[0] in _ROUTE_PASSED:
            box.reading.pass_over("policy routes", child)
        else:
            box.reading.unread(child)
    if "snat" not in said and not exempt:
        box.reading.pass_over("policy routes", statement)
        return
    conditions = [
        f"{name} {' '.join(said[name])}"
        for name in ("user", "schedule", "dscp", "tunnel", "sslvpn", "source-port")
        if _is_asked(said, name)
    ]
    conditions += (
        [f"next-hop {' '.join(said['next-hop'])}"] if said.get("next-hop", ["auto"])[0] not in ("auto", "interface", "trunk") else []
    )
    kind, to_source = _translated(box, said.get("snat", []))
    service = [name for name in said.get("service", []) if name.lower() != ANY]
    box.reading.source_nat.append(
        SourceNat.model_validate(
            {
                "key": box.keys.numbered(f"policy {statement.words[1]}"), "order": len(box.reading.source_nat) + 1,
                "enabled": enabled, "kind": kind,
                "from": (said["interface"][0],) if _is_asked(said, "interface") else (ANY,),
                "to": (said["next-hop"][1],) if said.get("next-hop", [""])[0] in ("interface", "trunk") else (ANY,),
                "sources": box.addresses_of(said.get("source", [])), "destinations": box.addresses_of(said.get("destination", [])),
                "services": box.services.all_values(service) if service else (ANY,), "to_source": to_source, "comment": comment,
                "conditions": tuple(conditions), "raw": raw(statement), "line": statement.line,
            }
        )
    )  # fmt: skip


def _is_asked(said: dict[str, list[str]], name: str) -> bool:
    return name in said and said[name][0].lower() not in (ANY, "none")


def _translated(box: Box, words: list[str]) -> tuple[SourceNatKind, str]:
    if not words or words == ["none"]:
        return SourceNatKind.NONE, ""
    if words[0] == "outgoing-interface":
        return SourceNatKind.MASQUERADE, ""
    return SourceNatKind.SOURCE, ",".join(box.addresses_of([words[-1]]))


def keep_default(box: Box, statement: Statement) -> None:
    box.default_snat = statement


def _default(box: Box, statement: Statement) -> None:
    """What goes from an internal interface to an external one appears as the latter, unless a policy route says otherwise."""
    box.reading.source_nat.append(
        SourceNat(
            key="default-snat", order=len(box.reading.source_nat) + 1, name="default SNAT", kind=SourceNatKind.MASQUERADE,
            from_=("internal interfaces",), to=("external interfaces",), enabled=statement.words[0] != "no", raw=statement.text,
            line=statement.line,
        )
    )  # fmt: skip

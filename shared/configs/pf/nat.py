"""Address translation in ``nat``: port forwards, one-to-one, outbound, and IPv6 prefixes (NPt).

Forwards act before the filter, so the rule that belongs to one names the machine inside. ``associated-rule-id`` ties the two, or says
``pass``: no rule is asked. Outbound has four modes; in ``automatic`` and ``disabled`` the written rules are kept and do nothing, in
``automatic`` and ``hybrid`` the system adds its own behind them, which stand here as one entry.
"""

from dataclasses import dataclass, field

from shared.configs.pf.box import Box, Keys, attempt, known, mark_housekeeping, words
from shared.configs.pf.endpoints import Endpoint, named, of_element, ports_of, protocols, services
from shared.configs.pf.rules import unknown
from shared.configs.xml_tree import Element
from shared.firewall import ANY, PortForward, SourceNat, SourceNatKind

AUTOMATIC = "automatic"
_QUIET = ("nosync", "category", "categories", "sequence", "target_subnet", "log", "created", "updated", "id", "nat46", "ridentifier")


@dataclass(slots=True)
class Nat:
    """What is gathered: forwards in order, those that pass by themselves, keys."""

    keys: Keys = field(default_factory=Keys)
    source_keys: Keys = field(default_factory=Keys)
    passing: list[PortForward] = field(default_factory=list)


def read_nat(box: Box) -> Nat:
    nat = Nat()
    section = box.find("nat")
    if section is not None:
        rules = [each for each in section.all("rule") if each.children]
        for element in sorted(rules, key=_sequence):
            attempt(lambda each: _forward(box, nat, each), element)
        for element in section.all("onetoone"):
            if element.children:
                attempt(lambda each: _one_to_one(box, nat, each), element)
        for element in section.all("npt"):
            if element.children:
                attempt(lambda each: _prefixes(box, nat, each), element)
    return nat


def _sequence(element: Element) -> int:
    number = element.get("sequence")
    return int(number) if number.isdigit() else 0


def native(element: Element) -> str:
    linked = element.get("associated-rule-id")
    return (element.attributes or {}).get("uuid", "") or (linked if linked.startswith("nat_") else "")


def _is_on(element: Element, name: str) -> bool:
    """OPNsense 26.1 writes a rule's switches always, others where they are on."""
    return element.flag(name, empty=element.child("sequence") is None)


def extras(element: Element, source: Endpoint, destination: Endpoint) -> list[str]:
    found = [*source.conditions, *destination.conditions, *source.problems, *destination.problems]
    settings = ("tagged", "tag", "poolopts", "natreflection")
    found += [f"{name} {text}" for name in settings if (text := element.get(name)) and text not in ("default", "none")]
    known(element, (*_QUIET, "source_hash_key", "poolopts_sourcehashkey"))
    mark_housekeeping(element)
    return found


def _forward(box: Box, nat: Nat, element: Element) -> None:
    source, destination = of_element(box, element.child("source")), of_element(box, element.child("destination"))
    family, protocol = element.get("ipprotocol") or "inet", element.get("protocol")
    interfaces = tuple(words(element.get("interface"))) or (ANY,)
    enabled, target, local = not _is_on(element, "disabled"), element.get("target"), element.get("local-port")
    comment, linked, passes = element.get("descr"), element.get("associated-rule-id"), element.get("pass")
    no_redirect = _is_on(element, "nordr")
    conditions = extras(element, source, destination)
    if source.ports != (ANY,):
        conditions.append(f"from ports {','.join(source.ports)}")
    if family == "inet6":
        conditions.append("ipv6")
    conditions += unknown(element)
    about = {"enabled": enabled, "comment": comment, "raw": box.raw(element), "line": element.line, "from": interfaces}
    if no_redirect:
        asked = services(protocol, family, source, destination)
        _source_nat(
            box, nat, element, **about, kind=SourceNatKind.NONE, sources=source.values, destinations=destination.values, services=asked,
            conditions=("not redirected (nordr)", *conditions),
        )  # fmt: skip
        return
    to_address, problem = named(box, target)
    forward = PortForward.model_validate(
        {
            **about, "key": nat.keys.of(native(element), box.content(element)), "order": len(box.reading.port_forwards) + 1,
            "protocol": "+".join(protocols(protocol, "inet")) or ANY, "public_address": ", ".join(destination.values),
            "public_ports": ",".join(destination.ports), "sources": source.values, "to_address": ", ".join(to_address),
            "to_ports": _local_ports(box, local, destination.ports), "linked_rule": linked,
            "conditions": tuple(filter(None, (*conditions, problem))),
        }
    )  # fmt: skip
    box.reading.port_forwards.append(forward)
    if linked == "pass" or passes in ("pass", "rule"):
        nat.passing.append(forward)


def _local_ports(box: Box, text: str, public: tuple[str, ...]) -> str:
    """``local-port`` is where a range begins."""
    if not text:
        return ""
    ports, _ = ports_of(box, text)
    if len(ports) == len(public) == 1 and ports[0].isdigit() and "-" in public[0]:
        first, _, last = public[0].partition("-")
        return f"{ports[0]}-{int(ports[0]) + int(last) - int(first)}"
    return ",".join(ports)


def _one_to_one(box: Box, nat: Nat, element: Element) -> None:
    source, destination = of_element(box, element.child("source")), of_element(box, element.child("destination"))
    about = {
        "enabled": not element.flag("disabled"), "comment": element.get("descr"), "line": element.line, "raw": box.raw(element),
    }  # fmt: skip
    interfaces, external, kind = tuple(words(element.get("interface"))) or (ANY,), element.get("external"), element.get("type")
    conditions = [*extras(element, source, destination), *([kind] if kind == "nat" else [])]
    if destination.values != (ANY,):
        conditions.append(f"to {', '.join(destination.values)}")
    element.get("ipprotocol")
    if element.flag("nobinat"):
        _source_nat(
            box, nat, element, **about, kind=SourceNatKind.NONE, sources=source.values, destinations=destination.values, to=interfaces,
            conditions=("not translated one to one (nobinat)", *conditions),
        )  # fmt: skip
        return
    public = named(box, external)[0] if external else interfaces
    static(
        box, nat, element, **about, from_=interfaces, public_address=_as_large(public[0], source.values[0]),
        to_address=", ".join(source.values), conditions=(*conditions, *unknown(element)),
    )  # fmt: skip


def _as_large(public: str, inside: str) -> str:
    """``external`` is the first address of a network as large as the one inside."""
    _, slash, length = inside.partition("/")
    return f"{public}/{length}" if slash and "/" not in public and public[0].isdigit() else public


def static(box: Box, nat: Nat, element: Element, **fields: object) -> None:
    box.reading.port_forwards.append(
        PortForward.model_validate(
            {
                **fields, "key": nat.keys.of(native(element), box.content(element)), "order": len(box.reading.port_forwards) + 1,
                "protocol": ANY, "bidirectional": True,
            }
        )
    )  # fmt: skip


def _prefixes(box: Box, nat: Nat, element: Element) -> None:
    source, destination = of_element(box, element.child("source")), of_element(box, element.child("destination"))
    interfaces = tuple(words(element.get("interface"))) or (ANY,)
    about = {"enabled": not element.flag("disabled"), "comment": element.get("descr"), "line": element.line, "raw": box.raw(element)}
    conditions = ("IPv6 prefix translation (NPt)", *extras(element, source, destination), *unknown(element))
    static(
        box, nat, element, **about, from_=interfaces, public_address=", ".join(destination.values), to_address=", ".join(source.values),
        conditions=conditions,
    )  # fmt: skip


# --- outbound ---


def read_outbound(box: Box, nat: Nat) -> None:
    """To be called when OPNsense's newer rules are in: they stand before these."""
    section = box.find("nat", "outbound")
    mode = (section.get("mode") if section is not None else "") or AUTOMATIC
    idle = mode in (AUTOMATIC, "disabled")
    for element in section.all("rule") if section is not None else ():
        if element.children:
            attempt(lambda each: _outbound(box, nat, each, mode if idle else ""), element)
    if mode in (AUTOMATIC, "hybrid"):
        _automatic(box, nat)


def _outbound(box: Box, nat: Nat, element: Element, idle_mode: str) -> None:
    source, destination = of_element(box, element.child("source")), of_element(box, element.child("destination"))
    source.ports = ports_of(box, element.get("sourceport") or ANY)[0] if source.ports == (ANY,) else source.ports
    destination.ports = ports_of(box, element.get("dstport") or ANY)[0] if destination.ports == (ANY,) else destination.ports
    interfaces = tuple(words(element.get("interface"))) or (ANY,)
    target, subnet = element.get("target"), element.get("targetip_subnet")
    pool = element.get("targetip")
    if target == "other-subnet":
        target = f"{pool}/{subnet}" if subnet else pool
    family, protocol = element.get("ipprotocol") or "inet", element.get("protocol")
    conditions = [*extras(element, source, destination), *ports_kept(element)]
    if idle_mode:
        conditions.append(f"without effect: outbound translation is {idle_mode}")
    on = not element.flag("disabled") and not idle_mode
    _source_nat(
        box, nat, element, enabled=on, **translated(box, element, interfaces, target), to=interfaces, sources=source.values,
        destinations=destination.values, services=services(protocol, family, source, destination), comment=element.get("descr"),
        raw=box.raw(element), line=element.line, conditions=(*conditions, *unknown(element)),
    )  # fmt: skip


def ports_kept(element: Element) -> list[str]:
    port = element.get("natport") or element.get("target_port")
    fixed = element.flag("staticnatport", empty=not element.child("source_net"))
    return [*([f"natport {port}"] if port else []), *(["source port is kept (staticnatport)"] if fixed else [])]


def translated(box: Box, element: Element, interfaces: tuple[str, ...], target: str) -> dict[str, object]:
    """As whom it appears: the interface's own address, unless another is given."""
    if element.flag("nonat", empty=not element.child("source_net")):
        return {"kind": SourceNatKind.NONE}
    if not target or target in {f"{name}ip" for name in interfaces}:
        return {"kind": SourceNatKind.MASQUERADE}
    return {"kind": SourceNatKind.SOURCE, "to_source": ", ".join(named(box, target)[0])}


def _source_nat(box: Box, nat: Nat, element: Element, **fields: object) -> None:
    add_source_nat(box, nat, native(element), box.content(element), fields)


def add_source_nat(box: Box, nat: Nat, own_key: str, content: str, fields: dict[str, object]) -> None:
    key = nat.source_keys.of(own_key, content)
    box.reading.source_nat.append(SourceNat.model_validate({**fields, "key": key, "order": len(box.reading.source_nat) + 1}))


def _automatic(box: Box, nat: Nat) -> None:
    """What the system makes itself: for each way out, the networks inside."""
    outside = [label for label, interface in box.interfaces.items() if interface.role == "wan" and interface.enabled]
    own = [(label, each) for label, each in box.interfaces.items() if each.enabled and label not in outside and each.kind != "loopback"]
    inside = [f"net:{label}" for label, each in own if each.addresses]
    behind = [
        route.destination for route in box.reading.routes if route.origin == "static" and route.destination not in ("0.0.0.0/0", "::/0")
    ]
    fields: dict[str, object] = {
        "kind": SourceNatKind.MASQUERADE, "name": "automatic outbound NAT", "to": tuple(outside) or (ANY,),
        "sources": tuple(dict.fromkeys((*inside, *behind))) or (ANY,), "comment": "made by the system for each network inside",
    }  # fmt: skip
    add_source_nat(box, nat, AUTOMATIC, "", fields)

"""OPNsense's newer rules, ``OPNsense/Firewall/Filter``: filter, source translation, one-to-one and IPv6 prefixes.

Source: ``Filter.xml`` and ``FilterRuleField`` of OPNsense 20.7 to 26: rules for no or several interfaces are floating; within floating,
groups and interfaces the newer rules stand before the older ones, by ``sequence``. Switches are written always, empty is off.
"""

from collections.abc import Callable

from shared.configs.pf.box import Box, attempt, mark_housekeeping, words
from shared.configs.pf.endpoints import named, of_fields, service_names, services
from shared.configs.pf.nat import Nat, add_source_nat, native, ports_kept, static, translated
from shared.configs.pf.rules import ACTIONS, FAMILIES, Placed, conditions_of, group, interface_problems, quiet, unknown, ways
from shared.configs.xml_tree import Element
from shared.firewall import ANY, Action, SourceNatKind

_PLACE = ("OPNsense", "Firewall", "Filter")


def read_mvc_filter(box: Box, nat: Nat, placed: list[Placed]) -> None:
    def filter_rule(element: Element) -> None:
        placed.append(_rule(box, element))

    parts: dict[str, Callable[[Element], None]] = {
        "rules": filter_rule,
        "snatrules": lambda element: _source_nat(box, nat, element),
        "onetoone": lambda element: _one_to_one(box, nat, element),
        "npt": lambda element: _prefixes(box, nat, element),
    }
    for name, read in parts.items():
        for element in sorted(box.each(*_PLACE, name, "rule"), key=_sequence):
            attempt(read, element)


def _sequence(element: Element) -> int:
    text = element.get("sequence")
    return int(text) if text.isdigit() else 0


def _rule(box: Box, element: Element) -> Placed:
    kind, family = element.get("action") or "pass", element.get("ipprotocol") or "inet"
    interfaces = tuple(words(element.get("interface")))
    source, destination = of_fields(box, element, "source"), of_fields(box, element, "destination")
    floating = len(interfaces) != 1
    problems = [*source.problems, *destination.problems, *interface_problems(box, interfaces, floating=floating)]
    if element.flag("interfacenot", empty=False):
        interfaces = tuple(f"!{name}" for name in interfaces)
        floating = True
    types = {"icmp": element.get("icmptype"), "icmpv6": element.get("icmp6type")}
    rule: dict[str, object] = {
        "native": (element.attributes or {}).get("uuid", ""), "enabled": _is_enabled(element), "action": ACTIONS.get(kind, Action.OTHER),
        "family": FAMILIES.get(family, family), **ways(box, interfaces, element.get("direction") or "in", kind, destination.values),
        "sources": source.values, "destinations": destination.values, "source_names": source.names, "destination_names": destination.names,
        "services": services(element.get("protocol"), family, source, destination, types["icmp"] or types["icmpv6"]),
        "service_names": service_names(source, destination), "schedule": element.get("sched"), "log": element.flag("log", empty=False),
        "comment": element.get("description"), "last_match": element.child("quick") is not None and not element.flag("quick", empty=False),
        "why_without_effect": "; ".join(problems), "linked": "",
    }  # fmt: skip
    conditions = conditions_of(element, passes=kind == "pass")
    quiet(element, passes=kind == "pass")
    rule["conditions"] = (*conditions, *unknown(element))
    return Placed((*group(box, interfaces, floating=floating), 0, _sequence(element)), rule, element)


def _is_enabled(element: Element) -> bool:
    return element.child("enabled") is None or element.flag("enabled", empty=False)


def _common(box: Box, element: Element) -> dict[str, object]:
    mark_housekeeping(element)
    for name in ("categories", "log", "sequence", "nosync"):
        element.texts(name)
    reflection = element.get("natreflection")
    tagged = element.get("tagged")
    conditions = [f"natreflection {reflection}" if reflection else "", f"tagged {tagged}" if tagged else ""]
    return {
        "enabled": _is_enabled(element), "comment": element.get("description"), "raw": box.raw(element), "line": element.line,
        "conditions": tuple(filter(None, conditions)),
    }  # fmt: skip


def _source_nat(box: Box, nat: Nat, element: Element) -> None:
    about, family = _common(box, element), element.get("ipprotocol") or "inet"
    source, destination = of_fields(box, element, "source"), of_fields(box, element, "destination")
    interfaces = tuple(words(element.get("interface"))) or (ANY,)
    fields: dict[str, object] = {
        **about, **translated(box, element, interfaces, element.get("target")), "to": interfaces, "sources": source.values,
        "destinations": destination.values, "services": services(element.get("protocol"), family, source, destination),
    }  # fmt: skip
    problems = (*source.problems, *destination.problems)
    fields["conditions"] = (*about["conditions"], *ports_kept(element), *problems, *unknown(element))  # type: ignore[misc]  # a tuple
    add_source_nat(box, nat, native(element), box.content(element), fields)


def _one_to_one(box: Box, nat: Nat, element: Element) -> None:
    """``nat`` instead of ``binat`` translates in one direction only: what comes from inside."""
    about, kind = _common(box, element), element.get("type") or "binat"
    source, destination = of_fields(box, element, "source"), of_fields(box, element, "destination")
    interfaces, external = tuple(words(element.get("interface"))) or (ANY,), element.get("external")
    extra = [] if destination.values == (ANY,) else [f"to {', '.join(destination.values)}"]
    conditions = (*about.pop("conditions"), *extra, *source.problems, *unknown(element))  # type: ignore[misc]  # a tuple
    if kind == "nat":
        fields: dict[str, object] = {
            **about, "kind": SourceNatKind.SOURCE, "to": interfaces, "sources": source.values, "destinations": destination.values,
            "to_source": external, "conditions": conditions,
        }  # fmt: skip
        add_source_nat(box, nat, native(element), box.content(element), fields)
        return
    static(
        box, nat, element, **about, from_=interfaces, public_address=", ".join(named(box, external)[0]),
        to_address=", ".join(source.values), conditions=conditions,
    )  # fmt: skip


def _prefixes(box: Box, nat: Nat, element: Element) -> None:
    about = _common(box, element)
    source, destination = of_fields(box, element, "source"), of_fields(box, element, "destination")
    interfaces, follows = tuple(words(element.get("interface"))) or (ANY,), element.get("trackif")
    public = f"net:{follows}" if follows else ", ".join(destination.values)
    conditions = ("IPv6 prefix translation (NPt)", *about.pop("conditions"), *unknown(element))  # type: ignore[misc]  # a tuple
    static(box, nat, element, **about, from_=interfaces, public_address=public, to_address=", ".join(source.values), conditions=conditions)

"""The filter's rules in ``filter/rule``: pfSense's, and OPNsense's older form. One element a rule, in the order of the file.

Source: ``filter_generate_user_rule`` of pfSense, ``FilterRule`` of OPNsense. A missing ``type`` is pass, a missing ``ipprotocol`` IPv4.
What narrows a rule further and has no field of its own stands in ``conditions``, in the file's own words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.configs.pf.box import Box, attempt, known, mark_housekeeping, words
from shared.configs.pf.endpoints import PSEUDO_INTERFACES, is_for_the_box, of_element, service_names, services
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element
from shared.firewall import ANY, Action, FirewallRule, Scope

RULESET = "filter"
FAMILIES = {"inet": "ipv4", "inet6": "ipv6", "inet46": ANY}
ACTIONS = {"pass": Action.ALLOW, "block": Action.DENY, "reject": Action.REJECT, "match": Action.OTHER}

NARROWING = listed(
    "tagged os dscp tos vlanprio prio max max-src-nodes max-src-states max-src-conn max-src-conn-rate max-src-conn-rates overload",
    "ridentifier l3prio",
)
"""What a rule asks or limits besides addresses and services."""
_FOR_PASS = listed(
    "gateway reply-to replyto divert-to statetimeout state-policy source-track set-prio set-prio-low vlanprioset tag defaultqueue",
    "ackqueue dnpipe pdnpipe shaper1 shaper2 adaptivestart adaptiveend udp-first udp-multiple udp-single statepolicy",
)
_SWITCHES = ("allowopts", "disablereplyto")
"""What it does with packets that it lets in; nothing for those that it does not."""
_QUIET = listed(
    "id tracker uuid category categories nosync nopfsync sequence associated-rule-id color label bridgeto sort_order prio_group",
    "max_src_conn",
)
"""What says nothing of packets."""

_QUIET_OF_BLOCKS = (*_QUIET, *_FOR_PASS, *_SWITCHES, "statetype")


@dataclass(slots=True)
class Placed:
    """A rule with its place: floating ones, those of groups by their order, those of interfaces; newer form before older."""

    place: tuple[int, int, int, int]
    rule: dict[str, object]
    element: Element


def read_rules(box: Box) -> list[Placed]:
    """In the order of the file; ``implied.finish`` puts them in order."""
    found: list[Placed] = []
    section = box.find("filter")
    for element in section.all("rule") if section is not None else ():
        if element.child("separator") is None and element.children:
            attempt(lambda each: found.append(_rule(box, each)), element)
    return found


def _rule(box: Box, element: Element) -> Placed:
    kind = element.get("type").lower() or "pass"
    floating = element.flag("floating")
    interfaces = tuple(words(element.get("interface")))
    family = element.get("ipprotocol") or "inet"
    source, destination = of_element(box, element.child("source")), of_element(box, element.child("destination"))
    icmp = element.get("icmptype") or element.get("icmp6-type") or element.get("icmp6type")
    passes = kind in ("pass", "match")
    conditions = [*source.conditions, *destination.conditions, *conditions_of(element, passes=passes)]
    problems = [*source.problems, *destination.problems, *interface_problems(box, interfaces, floating=floating)]
    if element.flag("interfacenot", empty=False):
        interfaces = tuple(f"!{name}" for name in interfaces)
    direction = element.get("direction") if floating or box.opnsense else ""
    rule: dict[str, object] = {
        "native": element.get("tracker") or (element.attributes or {}).get("uuid", "") or element.get("associated-rule-id"),
        "enabled": not element.flag("disabled"), "action": ACTIONS.get(kind, Action.OTHER), "family": FAMILIES.get(family, family),
        **ways(box, interfaces, direction or ("any" if floating else "in"), kind, destination.values),
        "sources": source.values, "destinations": destination.values, "source_names": source.names, "destination_names": destination.names,
        "services": services(element.get("protocol"), family, source, destination, icmp),
        "service_names": service_names(source, destination),
        "schedule": element.get("sched"), "log": element.flag("log"), "comment": element.get("descr"),
        "last_match": floating and not element.flag("quick") if not box.opnsense else _is_last_match(element),
        "why_without_effect": "; ".join(problems),
        "linked": element.get("associated-rule-id"),
    }  # fmt: skip
    quiet(element, passes=passes)
    rule["conditions"] = (*conditions, *unknown(element))
    return Placed((*group(box, interfaces, floating=floating or not interfaces), 1, 0), rule, element)


def _is_last_match(element: Element) -> bool:
    """OPNsense writes ``quick`` with every rule since 20.1; before, only floating ones might lack it."""
    if element.child("quick") is None:
        return element.flag("floating")
    return not element.flag("quick", empty=False)


def ways(box: Box, interfaces: tuple[str, ...], direction: str, kind: str, destinations: Iterable[str]) -> dict[str, object]:
    """By which interfaces packets come or go. Rules for what goes out see it after the rules for what came in have let it pass."""
    names = tuple(name for name in interfaces if name != ANY) or (ANY,)
    if direction == "out":
        return {"from": (ANY,), "to": names, "scope": Scope.OTHER, "native_action": f"{kind} out"}
    named = tuple(destinations)
    scope = Scope.INPUT if is_for_the_box(box, named) else Scope.EITHER if any(map(_is_several, named)) else Scope.FORWARD
    native = f"{kind}, in and out" if direction == "any" else "" if kind in ("pass", "block", "reject") else kind
    return {"from": names, "to": (ANY,), "scope": scope, "native_action": native}


def _is_several(destination: str) -> bool:
    """Whether the box itself may be among what is named: everything, a network, a range, all but something."""
    return destination == ANY or destination.startswith(("!", "net:")) or "/" in destination or "-" in destination


def group(box: Box, interfaces: tuple[str, ...], *, floating: bool) -> tuple[int, int]:
    """Floating rules first, then those of groups, then the others."""
    if floating:
        return 0, 0
    name = interfaces[0]
    if name in box.groups or (name in PSEUDO_INTERFACES and name not in box.interfaces):
        return 1, box.group_order.get(name, 0)
    return 2, 0


def interface_problems(box: Box, interfaces: tuple[str, ...], *, floating: bool) -> list[str]:
    """A rule for an interface that is not there, or is switched off, is not loaded."""
    if not box.interfaces:
        return []
    there = [name for name in interfaces if name in box.groups or name in PSEUDO_INTERFACES or _is_on(box, name)]
    if there or not interfaces:
        return []
    name = interfaces[0]
    return [f"interface {name} is switched off" if name in box.interfaces else f"interface {name} is not defined"]


def _is_on(box: Box, name: str) -> bool:
    return name in box.interfaces and box.interfaces[name].enabled


def conditions_of(element: Element, *, passes: bool) -> list[str]:
    """Its further conditions; what it does with what it passes; and whatever nobody knows, as that may narrow it too."""
    here = {child.tag for child in element.children}
    found = [f"{name} {text}" for name in NARROWING if name in here and (text := element.get(name)) and text != "none"]
    if flags := element.get("tcpflags2"):
        found.append(f"tcpflags {element.get('tcpflags1')}/{flags}")
    else:
        element.get("tcpflags1")
    if element.flag("tcpflags_any", empty=not element.child("source_net")):
        found.append("tcpflags any")
    if passes:
        state = element.get("statetype")
        found += [f"{name} {text}" for name in _FOR_PASS if name in here and _tells(text := element.get(name))]
        found += [name for name in _SWITCHES if element.flag(name, empty=not element.child("source_net"))]
        if state not in ("", "keep state", "keep"):
            found.append(f"statetype {state}")
    return found


def _tells(text: str) -> bool:
    return text not in ("", "0", "none", "default")


def quiet(element: Element, *, passes: bool) -> None:
    """Marks what says nothing of packets, and for a rule that blocks what it does with what it passes."""
    known(element, _QUIET if passes else _QUIET_OF_BLOCKS)
    mark_housekeeping(element)


def unknown(element: Element) -> list[str]:
    """Settings that nobody knows: they stay unread, and as they may narrow the rule, they stand with it."""
    return [f"{each.tag} {each.text}" for each in element.children if not each.read and not each.children and each.text]


def built(box: Box, placed: Placed, key: str, order: int) -> FirewallRule:
    fields = {name: value for name, value in placed.rule.items() if name not in ("native", "linked")}
    return FirewallRule.model_validate(
        {**fields, "key": key, "order": order, "ruleset": RULESET, "raw": box.raw(placed.element), "line": placed.element.line}
    )

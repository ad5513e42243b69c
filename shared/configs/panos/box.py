"""Where in a PAN-OS configuration do the parts stand, and which names may a rule use?

A firewall has one or more virtual systems below ``devices``, and what they share; Panorama has device groups, whose rules come before and
after the firewalls' own. Set lines leave the upper levels out. A name is looked up in the rule's own place first, then in those above.
Source: PAN-OS CLI hierarchy; Panorama administrator's guide, "Device group policies" and "Device group objects".
"""

from collections import ChainMap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.reading import Reading
from shared.configs.word_tree import Node, Tree

_VSYS_PARTS = frozenset({"rulebase", "pre-rulebase", "post-rulebase", "address", "address-group", "service", "service-group", "zone",
                         "global-protect", "tag", "schedule", "external-list", "application", "application-group", "import"})  # fmt: skip


PUSHED = " (Panorama)"
"""After the name of a virtual system: what Panorama has pushed to it."""


@dataclass(slots=True)
class Names:
    """The objects of one place."""

    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """Single addresses as they are written, with their length: an interface may have one of these."""
    resolved: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    """Groups: their values, and what is wrong with them."""
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    services: dict[str, tuple[str, ...]] = field(default_factory=dict)
    service_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Lists kept elsewhere and regions: what may stand in a rule besides."""
    application_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    schedules: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Scope:
    """A virtual system or a device group: its name, its own node, and the places above that it takes names from."""

    name: str
    node: Node
    names: list[Names]
    kind: str = "vsys"


@dataclass(slots=True)
class Box:
    reading: Reading
    tree: Tree
    bases: list[Node] = field(default_factory=list)
    """Where ``network``, ``deviceconfig``, ``shared`` ... stand."""
    scopes: list[Scope] = field(default_factory=list)
    names_of: dict[Node, Names] = field(default_factory=dict)
    zone_of: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Management profile -> the services that it opens, and the addresses that may use them."""
    held_against: int = 0
    """How many objects were held against the filters of groups by tag."""
    seen: dict[tuple[int, str, str], tuple[tuple[str, ...], str]] = field(default_factory=dict)

    def attempt(self, read: Callable[..., object], node: Node, *args: object) -> None:
        """Reads one thing; what is otherwise than expected is unread, and the rest goes on."""
        try:
            read(self, node, *args)
        except (ValueError, LookupError):
            for each in node.walk():
                each.used = False

    def parts(self, *path: str) -> Iterator[Node]:
        """What stands at the path of each place that the device's own parts may stand in."""
        for base in self.bases:
            if (found := base.get(*path)) is not None:
                yield found


def arrange(box: Box) -> None:
    """Finds the places. Nothing is read yet."""
    root = box.tree.root
    wrapped = (("config",), ("response", "result", "config"), ("response", "result"))
    tops = [root, *(found for path in wrapped if (found := root.get(*path)) is not None)]
    devices = [device for top in tops for device in top.each("devices")]
    box.bases = [*tops, *devices]
    shared = [node for base in box.bases if (node := base.get("shared")) is not None]
    pushed = [node for base in box.bases if (node := base.get("panorama")) is not None]
    above = [box.names_of.setdefault(node, Names()) for node in (*shared, *pushed)]
    for base in box.bases:
        for vsys in base.each("vsys"):
            _scope(box, vsys.name, vsys, above)
        if base.children.keys() & _VSYS_PARTS:
            _scope(box, "vsys1", base, above)
    for node in pushed:
        for vsys in node.each("vsys"):
            _scope(box, f"{vsys.name}{PUSHED}", vsys, above)
        _scope(box, "Panorama", node, above, "shared")
    for node in shared:
        if node.children.keys() & {"rulebase", "pre-rulebase", "post-rulebase"}:
            _scope(box, "shared", node, above, "shared")
    _device_groups(box, above)


def _scope(box: Box, name: str, node: Node, above: list[Names], kind: str = "vsys") -> Scope:
    own = box.names_of.setdefault(node, Names())
    scope = Scope(name, node, [own, *(each for each in above if each is not own)], kind)
    box.scopes.append(scope)
    return scope


def _device_groups(box: Box, above: list[Names]) -> None:
    """A group takes names from its parents, which Panorama notes in a part of its own (``readonly``)."""
    groups = {group.name: group for base in box.bases for group in base.each("device-group")}
    parents: dict[str, str] = {}
    for base in box.bases:
        for holder in (base, base.get("readonly") or Node("")):
            for device in holder.each("devices") if holder is not base else [base]:
                for group in device.each("device-group"):
                    if parent := group.value("parent-dg"):
                        parents[group.name] = parent
    names = {name: box.names_of.setdefault(group, Names()) for name, group in groups.items()}
    for name, group in groups.items():
        line: list[Names] = []
        here, passed = parents.get(name, ""), {name}
        while here in names and here not in passed:
            line.append(names[here])
            passed.add(here)
            here = parents.get(here, "")
        _scope(box, name, group, [*line, *above], "device-group")


_LISTS = frozenset({"panw-highrisk-ip-list", "panw-known-ip-list", "panw-bulletproof-ip-list", "panw-torexit-ip-list"})


def address(box: Box, scope: Scope, name: str) -> tuple[tuple[str, ...], str]:
    """The values behind a name in a rule of this place, and what is wrong with it."""
    key = (id(scope), "address", name)
    if key not in box.seen:
        box.seen[key] = _address(scope, name)
    return box.seen[key]


def _address(scope: Scope, name: str) -> tuple[tuple[str, ...], str]:
    for names in scope.names:
        if name in names.resolved:
            return names.resolved[name]
        if name in names.addresses:
            return names.addresses[name], ""
        if name in names.known:
            return names.known[name] or (name,), ""
    if literally := literal(name):
        return literally, ""
    if name in _LISTS:
        return (name,), ""
    if len(name) == 2 and name.isalpha() and name.isupper():
        return (f"geo:{name}",), ""
    return (name,), f"address {name} is not defined"


def resolve_group(scope: Scope, name: str) -> tuple[tuple[str, ...], str]:
    """A group's values: its own place's groups are opened, what stands above is known already."""
    own = scope.names[0]
    found: dict[str, None] = {}
    wrong = ""
    waiting, passed = [name], set[str]()
    while waiting:
        here = waiting.pop()
        if here in passed:
            continue
        passed.add(here)
        if here in own.groups:
            waiting.extend(reversed(own.groups[here]))
            continue
        resolved, why = _address(scope, here)
        found.update(dict.fromkeys(resolved))
        wrong = wrong or why
        if len(found) > values.MAX_VALUES:
            raise ValueError(f"{name} has more than {values.MAX_VALUES} values")
    return tuple(found), wrong


def _all_names(name: str, groups: ChainMap[str, tuple[str, ...]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found[here] = None
            waiting.extend(groups.get(here, ()))
    return list(found)


def literal(text: str) -> tuple[str, ...]:
    """``10.0.0.0/24``, ``10.0.0.1-10.0.0.9``, ``any``; empty where it is a name."""
    if text == "any":
        return ("any",)
    if values.is_network(text):
        return (values.network(text),)
    first, dash, last = text.partition("-")
    if dash and values.is_address(first) and values.is_address(last):
        try:
            return (values.span(first, last),)
        except ValueError:
            return (text,)
    return ()


PREDEFINED_SERVICES = {"any": ("any",), "service-http": ("tcp/80", "tcp/8080"), "service-https": ("tcp/443",),
                       "application-default": ("application-default",)}  # fmt: skip


def service(scope: Scope, name: str) -> tuple[tuple[str, ...], str]:
    own = ChainMap(*(each.services for each in scope.names), PREDEFINED_SERVICES)
    groups = ChainMap(*(each.service_groups for each in scope.names))
    if name not in own and name not in groups:
        return (name,), f"service {name} is not defined"
    resolved = values.resolved(name, own, groups)
    missing = next((each for each in _all_names(name, groups) if each not in own and each not in groups), "")
    return resolved, f"service {missing} is not defined" if missing else ""

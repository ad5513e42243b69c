"""Sources, destinations, protocols and ports of a rule, as both its forms write them, in the words of ``shared.firewall``.

pfSense and OPNsense's older form have an element with ``any``, ``network``, ``address``, ``port``, ``not``; OPNsense's newer form has
``source_net``, ``source_not``, ``source_port`` and lists in them. A name is an interface (its network), an interface with ``ip`` behind it
(its address), ``(self)``, an alias, or an address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.pf.aliases import WELL_KNOWN
from shared.configs.pf.box import Box
from shared.configs.pf.listed import pairs
from shared.configs.xml_tree import Element
from shared.firewall import ANY

MAX_SERVICES = 2_000
PSEUDO_INTERFACES = frozenset({"openvpn", "ipsec", "enc0", "l2tp", "pppoe", "pptp", "wireguard", "tailscale", "loopback", "lo0", "any"})
"""Groups that the system makes itself; rules may name them without their being among the interfaces."""
_BUILT_IN = frozenset(
    {"bogons", "bogonsv6", "virusprot", "sshguard", "sshlockout", "webConfiguratorlockout", "snort2c", "negate_networks", "tonatsubnets"}
)
_KNOWN_CHILDREN = frozenset({"any", "network", "address", "port", "not"})
_ICMP = pairs(
    "echoreq=echo-request echorep=echo-reply unreach=destination-unreachable redir=redirect timex=time-exceeded",
    "paramprob=parameter-problem timereq=timestamp-request timerep=timestamp-reply squench=source-quench toobig=packet-too-big",
    "routersol=router-solicitation routeradv=router-advertisement neighbrsol=neighbour-solicitation neighbradv=neighbour-advertisement",
    "listqry=mld-query",
)
_PROTOCOLS = pairs("ipv6-icmp=icmpv6 icmp6=icmpv6 1=icmp 6=tcp 17=udp 47=gre 50=esp 51=ah 58=icmpv6")


@dataclass(slots=True)
class Endpoint:
    """One side of a rule."""

    values: tuple[str, ...] = (ANY,)
    names: tuple[str, ...] = ()
    ports: tuple[str, ...] = (ANY,)
    port_names: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    """What it names and nobody defines."""
    conditions: list[str] = field(default_factory=list)


def of_element(box: Box, element: Element | None) -> Endpoint:
    """The older form. A missing element is any, as the system takes it."""
    if element is None:
        return Endpoint()
    found = Endpoint()
    given = [*element.texts("address"), *element.texts("network")]
    element.flag("any")
    element.read = True
    _addresses(box, found, [word for text in given for word in text.split(",")], negated=element.flag("not", empty=not _is_newer(element)))
    _ports(box, found, element.get("port"))
    if strange := [each for each in element.children if each.tag not in _KNOWN_CHILDREN]:
        found.conditions = [f"{element.tag} {each.tag}={each.text}" for each in strange]
    return found


def _is_newer(element: Element) -> bool:
    """Written by OPNsense 26.1 and later, which writes empty elements for what is not set."""
    return element.parent is not None and bool(element.parent.attributes) and element.parent.child("sequence") is not None


def of_fields(box: Box, rule: Element, side: str) -> Endpoint:
    """The newer form: ``side`` is ``source`` or ``destination``."""
    found = Endpoint()
    _addresses(box, found, rule.get(f"{side}_net").split(","), negated=rule.flag(f"{side}_not", empty=False))
    _ports(box, found, rule.get(f"{side}_port"))
    return found


def _addresses(box: Box, found: Endpoint, given: Iterable[str], *, negated: bool) -> None:
    names = [name.strip() for name in given if name.strip()]
    resolved: list[str] = []
    for name in names:
        listed, problem = named(box, name)
        resolved.extend(listed)
        if problem:
            found.problems.append(problem)
    if any(not values.is_network(name) and name not in (ANY, *resolved) for name in names):
        found.names = tuple(names)
    if resolved:
        found.values = tuple(dict.fromkeys(_not(value) if negated else value for value in resolved))
        if negated:
            found.names = tuple(_not(name) for name in found.names)


def _not(value: str) -> str:
    return value[1:] if value.startswith("!") else f"!{value}"


def named(box: Box, name: str) -> tuple[tuple[str, ...], str]:
    """The values behind one name, and what is wrong with it."""
    if name in ("any", ""):
        return (ANY,), ""
    if name == "(self)":
        return ("self",), ""
    if values.is_network(name):
        return (values.network(name),), ""
    if name in box.interfaces or name in box.groups or name in PSEUDO_INTERFACES:
        return (f"net:{name}",), ""
    if name.endswith("ip") and name[:-2] in box.interfaces:
        return (f"interface:{name[:-2]}",), ""
    if name in box.names:
        # an empty alias must not look like any
        return box.names[name] or (name,), box.missing_names.get(name, "") or ("" if box.names[name] else f"alias {name} is empty")
    if name.startswith("__") and name.endswith("_network"):
        return (f"net:{name[2:-8]}",), ""
    return _other(box, name)


def _other(box: Box, name: str) -> tuple[tuple[str, ...], str]:
    first, dash, last = name.partition("-")
    if dash and values.is_address(first) and values.is_address(last):
        return (values.span(first, last),), ""
    if name in _BUILT_IN or name.startswith("_"):
        return (f"table:{name}",), ""
    if name in box.ports:
        return (name,), f"alias {name} holds ports, not addresses"
    # an alias cannot have a dot in its name, a host always does here
    return (name,), "" if "." in name else f"alias {name} is not defined"


def _ports(box: Box, found: Endpoint, text: str) -> None:
    names = [name.strip() for name in text.split(",") if name.strip()]
    resolved: list[str] = []
    for name in names:
        listed, problem = ports_of(box, name)
        resolved.extend(listed)
        if problem:
            found.problems.append(problem)
        if name in box.ports or problem or name.lower() in WELL_KNOWN:
            found.port_names = (*found.port_names, name)
    found.ports = (ANY,) if not resolved or ANY in resolved else tuple(dict.fromkeys(resolved))


def ports_of(box: Box, name: str) -> tuple[tuple[str, ...], str]:
    if name == ANY:
        return (ANY,), ""
    if name in box.ports:
        return box.ports[name] or (name,), box.missing_names.get(name, "") or ("" if box.ports[name] else f"alias {name} is empty")
    if name.lower() in WELL_KNOWN:
        return (str(WELL_KNOWN[name.lower()]),), ""
    first, _, last = name.replace(":", "-").partition("-")
    if first.isdigit() and (last or first).isdigit():
        return (values.port_range(name),), ""
    return (name,), f"alias {name} is not defined"


def protocols(text: str, family: str) -> tuple[str, ...]:
    """``tcp/udp`` -> tcp, udp; what ``icmp`` means depends on the family. Empty: any."""
    low = text.strip().lower()
    if low in ("", "any"):
        return ()
    if low == "icmp" and family in ("inet6", "inet46"):
        return ("icmpv6",) if family == "inet6" else ("icmp", "icmpv6")
    return tuple(_PROTOCOLS.get(word, word) for word in low.split("/"))


def services(protocol: str, family: str, source: Endpoint, destination: Endpoint, icmp_types: str = "") -> tuple[str, ...]:
    """All services that a rule names. Ports without a protocol are TCP's, as the system takes them."""
    names = protocols(protocol, family)
    if not names:
        if source.ports == destination.ports == (ANY,):
            return (ANY,)
        names = ("tcp",)
    found: dict[str, None] = {}
    for name in names:
        if name in ("icmp", "icmpv6") and (kinds := [kind for kind in icmp_types.split(",") if kind and kind != ANY]):
            found.update(dict.fromkeys(f"{name}/{_ICMP.get(kind, kind)}" for kind in kinds))
        elif name in ("tcp", "udp", "sctp"):
            source_ports = ",".join(source.ports)
            found.update(dict.fromkeys(values.service(name, port, source_ports) for port in destination.ports))
        else:
            found[name] = None
    if len(found) > MAX_SERVICES:
        raise ValueError(f"a rule with more than {MAX_SERVICES} services")
    return tuple(found)


def service_names(source: Endpoint, destination: Endpoint) -> tuple[str, ...]:
    return (*destination.port_names, *(f"from {name}" for name in source.port_names))


def is_for_the_box(box: Box, destination: Sequence[str]) -> bool:
    """Whether all that a rule names as destination is an address of the box itself."""
    own = {address.partition("/")[0] for interface in box.interfaces.values() for address in interface.addresses}
    own.update(address.partition("/")[0] for address in box.virtual_addresses)
    return all(value == "self" or value.startswith("interface:") or value in own for value in destination)

"""What a rule of EdgeOS or VyOS asks of a packet, in the words of ``shared.firewall``.

Groups are looked up by kind and name, through groups that they include; ``!`` before a value is its opposite. Whatever has no field of its
own is kept as a condition in the platform's words. Source: VyOS documentation, "Firewall", "Groups" (1.2 to 1.5); EdgeOS user guide,
"Firewall".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.vyatta_tree import Node
from shared.firewall import ANY

# those that the platform takes by name too (/etc/services)
_PORT_NAMES = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "http": 80,
    "kerberos": 88, "pop3": 110, "sunrpc": 111, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap": 143,
    "imap2": 143,
    "snmp": 161, "snmp-trap": 162, "bgp": 179, "ldap": 389, "https": 443, "microsoft-ds": 445, "isakmp": 500, "syslog": 514,
    "submission": 587,
    "ldaps": 636, "imaps": 993, "pop3s": 995, "openvpn": 1194, "l2f": 1701, "l2tp": 1701, "pptp": 1723, "radius": 1812, "nfs": 2049,
    "mysql": 3306, "ipsec-nat-t": 4500, "sip": 5060, "postgresql": 5432, "mdns": 5353, "x11": 6000, "http-alt": 8080,
}  # fmt: skip
_PROTOCOL_NUMBERS = {
    "1": "icmp", "2": "igmp", "4": "ipencap", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah", "58": "icmpv6",
    "89": "ospf", "103": "pim", "112": "vrrp", "132": "sctp", "ipv6-icmp": "icmpv6",
}  # fmt: skip
_ICMP = {
    "icmp": {"0": "echo-reply", "3": "destination-unreachable", "5": "redirect", "8": "echo-request", "9": "router-advertisement",
             "10": "router-solicitation", "11": "time-exceeded", "12": "parameter-problem"},
    "icmpv6": {"1": "destination-unreachable", "2": "packet-too-big", "3": "time-exceeded", "4": "parameter-problem", "128": "echo-request",
               "129": "echo-reply", "133": "router-solicitation", "134": "router-advertisement", "135": "neighbour-solicitation",
               "136": "neighbour-advertisement", "137": "redirect"},
}  # fmt: skip
_ADDRESS_KINDS = (
    "address-group", "network-group", "domain-group", "ipv6-address-group", "ipv6-network-group", "dynamic-address-group", "remote-group",
    "mac-group", "dynamic-ipv6-address-group",
)  # fmt: skip
MAX_COMBINATIONS = 2_000


@dataclass(slots=True)
class Groups:
    """Groups by kind and name: ``("address-group", "SERVERS")`` -> its values, and the groups that it includes."""

    own: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    includes: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    dynamic: set[tuple[str, str]] = field(default_factory=set)

    def values(self, kind: str, name: str) -> tuple[str, ...] | None:
        """None for a group that is not defined."""
        if (kind, name) not in self.own:
            return None
        found: dict[str, None] = {}
        waiting, passed = [name], set[str]()
        while waiting:
            here = waiting.pop()
            if here in passed or (kind, here) not in self.own:
                continue
            passed.add(here)
            found.update(dict.fromkeys(self.own[kind, here]))
            waiting.extend(reversed(self.includes.get((kind, here), [])))
        return tuple(found)


@dataclass(slots=True)
class Side:
    """Source or destination."""

    addresses: tuple[str, ...] = (ANY,)
    names: tuple[str, ...] = ()
    ports: tuple[str, ...] = (ANY,)
    port_names: tuple[str, ...] = ()


@dataclass(slots=True)
class Match:
    source: Side = field(default_factory=Side)
    destination: Side = field(default_factory=Side)
    services: tuple[str, ...] = (ANY,)
    states: tuple[str, ...] = ()
    from_: tuple[str, ...] = (ANY,)
    to: tuple[str, ...] = (ANY,)
    schedule: str = ""
    application: str = ""
    conditions: list[str] = field(default_factory=list)
    why: str = ""

    @property
    def service_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.destination.port_names, *self.source.port_names)))


TAKEN = frozenset(
    {
        "action", "description", "log", "disable", "protocol", "source", "destination", "state", "icmp", "icmpv6", "time", "jump-target",
        "inbound-interface", "outbound-interface", "application", "log-level", "log-options", "translation", "type", "exclude",
        "inside-address",
        "outside-address", "load-balance", "modify", "set",
    }
)  # fmt: skip


def match(rule: Node, groups: Groups, family: str = "ipv4") -> Match:
    """What the rule asks; all of it is taken. ValueError where a value has a form that is not known."""
    found = Match()
    found.source = side(rule, "source", groups, found, family)
    found.destination = side(rule, "destination", groups, found, family)
    found.services = services(rule, found)
    found.states = tuple(_states(rule))
    found.from_ = interface(rule, "inbound-interface", groups, found)
    found.to = interface(rule, "outbound-interface", groups, found)
    if rule.get("time"):
        found.schedule = " ".join(f"{each.name} {each.value()}" for each in rule.take("time").children.values())
        rule.take("time").read_all()
    if rule.get("application"):
        found.application = rule.take("application").written().removeprefix("application ")
        rule.take("application").read_all()
    for name in ("log-level", "log-options"):
        rule.take(name).read_all()
    for name, node in rule.children.items():
        if name not in TAKEN:
            found.conditions.append(node.written())
            node.read_all()
    return found


def _states(rule: Node) -> Iterable[str]:
    """``state established enable`` (older) and ``state established``."""
    for each in rule.tags("state"):
        if each.value() != "disable":
            yield each.name


def side(rule: Node, name: str, groups: Groups, found: Match, family: str) -> Side:
    """An address and a group at once must both fit: the group is then a condition."""
    node = rule.take(name)
    told = Side()
    alternatives: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
    alternatives += [((address(written),), (), f"{name} address {written}") for written in node.values("address")]
    for key in ("prefix", "fqdn"):
        if written := node.value(key):
            alternatives.append(((address(written),), (), f"{name} {key} {written}"))
    if mac := node.value("mac-address"):
        sign = "!" if mac.startswith("!") else ""
        alternatives.append(((f"{sign}mac:{mac.removeprefix('!').lower()}",), (), f"{name} mac-address {mac}"))
    if node.get("geoip"):
        alternatives.append((_geo(node), (), f"{name} {node.take('geoip').written()}"))
        node.take("geoip").read_all()
    for group in node.tags("group"):
        for written in (child.read().name for child in group.children.values()):
            if group.name == "port-group":
                told.ports, told.port_names = _port_group(written, groups, found), (written,)
            else:
                alternatives.append(
                    (_group(group.name, written, groups, found, family), (written,), f"{name} group {group.name} {written}")
                )
    if alternatives:
        told.addresses, told.names = alternatives[0][:2]
        found.conditions += [each[2] for each in alternatives[1:]]
    if written := node.value("port"):
        if told.ports != (ANY,):
            found.conditions.append(f"{name} port {written}")
        else:
            told.ports = tuple(ports(written))
    for key, child in node.children.items():
        if key not in ("address", "prefix", "fqdn", "mac-address", "geoip", "group", "port"):
            found.conditions.append(f"{name} {child.written()}")
            child.read_all()
    return told


def _geo(node: Node) -> tuple[str, ...]:
    inverse = node.get("geoip", "inverse-match") is not None
    return tuple(f"{'!' if inverse else ''}geo:{code.upper()}" for code in node.values("geoip", "country-code"))


def address(text: str) -> str:
    sign, bare = ("!", text[1:]) if text.startswith("!") else ("", text)
    first, dash, last = bare.partition("-")
    if dash and values.is_address(first) and values.is_address(last):
        return sign + values.span(first, last)
    return sign + (values.network(bare) if values.is_network(bare) else bare)


def _group(kind: str, written: str, groups: Groups, found: Match, family: str) -> tuple[str, ...]:
    """EdgeOS has groups of its own for an interface's address and network: ``ADDRv4_eth0``, ``NETv6_switch0``."""
    sign, name = ("!", written[1:]) if written.startswith("!") else ("", written)
    for start, meaning in (("ADDRv4_", "interface"), ("ADDRv6_", "interface"), ("NETv4_", "net"), ("NETv6_", "net")):
        if name.startswith(start):
            return (f"{sign}{meaning}:{name.removeprefix(start)}",)
    known = groups.values(kind, name)
    if known is None and family == "ipv6":
        known = groups.values(f"ipv6-{kind}", name)
    if known is None:
        if not name.isdigit() or kind in _ADDRESS_KINDS:
            found.why = found.why or f"{kind} {name} is not defined"
        return (written,)
    if not known and (kind, name) not in groups.dynamic:
        found.why = found.why or (f"{kind} {name} is empty" if not sign else "")
    return tuple(f"{sign}{value}" for value in known) or (written,)


def _port_group(written: str, groups: Groups, found: Match) -> tuple[str, ...]:
    sign, name = ("!", written[1:]) if written.startswith("!") else ("", written)
    known = groups.values("port-group", name)
    if known is None:
        found.why = found.why or f"port-group {name} is not defined"
        return (written,)
    return tuple(opposite(known)) if sign else known or (written,)


def ports(text: str) -> Sequence[str]:
    """``80,443,5000-5010``, ``ssh``; ``!22`` and ``22,!80`` are all the others."""
    if "!" in text:
        return opposite([each for part in text.replace("!", "").split(",") for each in ports(part)])
    return [port(part.strip()) for part in text.split(",") if part.strip()]


def port(text: str) -> str:
    """A port, a range, or a service's name; one that is not known stays."""
    if text[:1].isdigit():
        return values.port_range(text)
    number = _PORT_NAMES.get(text.lower())
    return str(number) if number else text


def opposite(ranges: Sequence[str]) -> Sequence[str]:
    """The ports that are in none of the ranges. ValueError for a name instead of a number."""
    spans = sorted((int(low), int(high or low)) for low, _, high in (each.partition("-") for each in ranges))
    others, at = [], 0
    for low, high in spans:
        if low > at:
            others.append(values.port_range(f"{at}-{low - 1}"))
        at = max(at, high + 1)
    if at <= 65535:
        others.append(values.port_range(f"{at}-65535"))
    return others or ["none"]


def services(rule: Node, found: Match) -> tuple[str, ...]:
    """The protocol with its ports; without one, ports are of TCP and UDP."""
    written = rule.value("protocol")
    icmp = [kind for kind in ("icmp", "icmpv6") if rule.get(kind)]
    has_ports = found.source.ports != (ANY,) or found.destination.ports != (ANY,)
    if written.startswith("!"):
        return (f"!{_PROTOCOL_NUMBERS.get(written[1:], written[1:])}",)
    name = _PROTOCOL_NUMBERS.get(written.lower(), written.lower())
    if icmp and name in ("", "all", *icmp):
        return tuple(_icmp(rule, icmp[0], found))
    if name in ("", "all", "ip") and not has_ports:
        return (ANY,)
    protocols = ["tcp", "udp"] if name in ("tcp_udp", "", "all") else [name]
    return tuple(
        values.service(protocol, to, since) for protocol in protocols for to in found.destination.ports for since in found.source.ports
    )[:MAX_COMBINATIONS]


def _icmp(rule: Node, kind: str, found: Match) -> Iterable[str]:
    node = rule.take(kind)
    told = node.value("type-name") or node.value("type")
    code = node.value("code")
    number, _, inner_code = told.partition("/")
    node.read_all()
    # an echo has no other code
    if (code or inner_code) and (code or inner_code, number) not in (("0", "8"), ("0", "128")):
        found.conditions.append(f"{kind} code {code or inner_code}")
    sign = "!" if number.startswith("!") else ""
    number = number.removeprefix("!")
    yield f"{sign}{kind}/{_ICMP[kind].get(number, number)}" if number and number != ANY else kind


def interface(rule: Node, name: str, groups: Groups, found: Match) -> tuple[str, ...]:
    """``eth0``; since 1.4 ``name eth0`` or ``group WAN``."""
    node = rule.take(name)
    told: list[str] = []
    for child in node.children.values():
        child.read()
        if child.name in ("name", "interface-name"):
            told += [each for value in child.values() for each in value.split(",")]
        elif child.name in ("group", "interface-group"):
            for written in child.values():
                if groups.values("interface-group", written.removeprefix("!")) is None:
                    found.why = found.why or f"interface-group {written.removeprefix('!')} is not defined"
                told.append(written)
        else:
            told.append(child.name)
    return tuple(told) or (ANY,)

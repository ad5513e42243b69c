"""What a RouterOS firewall rule asks of a packet, in the words of ``shared.firewall``.

Address lists and interface lists are looked up by name; a value that begins with ``!`` is the opposite. All matchers of a rule must fit:
what has no field of its own is kept as a condition, so that no rule looks wider than it is. Source: MikroTik's documentation, "Common
Firewall Matchers and Actions", RouterOS 6 and 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.routeros_text import Entry
from shared.firewall import ANY

BUILT_IN_INTERFACES = frozenset({"all", "none", "dynamic", "static", "all-ethernet", "all-ppp", "all-vlan", "all-wireless"})
MAX_PORTS = 2_000
PROTOCOLS = {
    "1": "icmp", "2": "igmp", "4": "ipencap", "6": "tcp", "17": "udp", "41": "ipv6-encap", "47": "gre", "50": "esp", "51": "ah",
    "58": "icmpv6",
    "89": "ospf", "112": "vrrp", "132": "sctp", "ipsec-esp": "esp", "ipsec-ah": "ah",
}  # fmt: skip
_ICMP = {
    "0": "echo-reply", "3": "destination-unreachable", "4": "source-quench", "5": "redirect", "8": "echo-request",
    "9": "router-advertisement",
    "10": "router-solicitation", "11": "time-exceeded", "12": "parameter-problem", "13": "timestamp-request", "14": "timestamp-reply",
}  # fmt: skip
_ICMPV6 = {
    "1": "destination-unreachable", "2": "packet-too-big", "3": "time-exceeded", "4": "parameter-problem", "128": "echo-request",
    "129": "echo-reply", "133": "router-solicitation", "134": "router-advertisement", "135": "neighbour-solicitation",
    "136": "neighbour-advertisement", "137": "redirect",
}  # fmt: skip
_WITH_PORTS = frozenset({"tcp", "udp", "sctp", "dccp", "udp-lite"})

# not asked of a packet: what the rule does, or says of itself
DEEDS = frozenset(
    {
        "action", "chain", "comment", "disabled", "log", "log-prefix", "jump-target", "reject-with", "address-list", "address-list-timeout",
        "passthrough", "hw-offload", "to-addresses", "to-ports", "to-address", "same-not-by-dst", "randomise-ports", "place-before",
        "place-after", "bytes", "packets", "invalid", "dynamic",
    }
)  # fmt: skip
FIELDS = frozenset(
    {
        "src-address", "dst-address", "src-address-list", "dst-address-list", "src-port", "dst-port", "port", "protocol", "in-interface",
        "in-interface-list", "out-interface", "out-interface-list", "connection-state", "icmp-options", "src-mac-address", "time",
        "layer7-protocol", "src-address-type", "dst-address-type", "in-bridge-port", "in-bridge-port-list", "out-bridge-port",
        "out-bridge-port-list",
    }
)  # fmt: skip


@dataclass(slots=True)
class Lists:
    """The lists that rules name."""

    addresses: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """By family and name."""
    filled: set[str] = field(default_factory=set)
    """Names of address lists that something fills while the box runs."""
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    whole: bool = True
    """The text would hold the lists, if there were any: a printed table holds none."""


@dataclass(slots=True)
class Match:
    from_: tuple[str, ...] = (ANY,)
    to: tuple[str, ...] = (ANY,)
    sources: tuple[str, ...] = (ANY,)
    destinations: tuple[str, ...] = (ANY,)
    services: tuple[str, ...] = (ANY,)
    source_names: tuple[str, ...] = ()
    destination_names: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    schedule: str = ""
    application: str = ""
    conditions: list[str] = field(default_factory=list)
    why: str = ""


def match(entry: Entry, lists: Lists, family: str) -> Match:
    """What the rule asks. ValueError where a value has a form that is not known."""
    found = Match()
    found.from_ = _interfaces(entry, "in", lists, found)
    found.to = _interfaces(entry, "out", lists, found)
    found.sources, found.source_names = _addresses(entry, "src", lists, family, found)
    found.destinations, found.destination_names = _addresses(entry, "dst", lists, family, found)
    found.services = services(entry)
    found.states = _listed(entry.get("connection-state"))
    found.schedule = entry.get("time")
    if layer7 := entry.get("layer7-protocol"):
        found.application = layer7
    found.conditions += [f"{name}={value}" for name, value in entry.attrs.items() if value and name not in DEEDS and name not in FIELDS]
    if entry.stray:
        found.conditions.append("words that are not understood")
    return found


def _interfaces(entry: Entry, side: str, lists: Lists, found: Match) -> tuple[str, ...]:
    """By interface, by list of interfaces, by a bridge's port: the first that is asked; the others narrow it further."""
    asked = [
        (name, entry.get(name))
        for name in (f"{side}-interface", f"{side}-interface-list", f"{side}-bridge-port", f"{side}-bridge-port-list")
    ]
    asked = [(name, value) for name, value in asked if value and value != "all"]
    for name, value in asked:
        bare = value.removeprefix("!")
        if lists.whole and name.endswith("-list") and bare not in lists.interfaces and bare not in BUILT_IN_INTERFACES:
            found.why = found.why or f"interface list {bare} is not defined"
    found.conditions += [f"{name}={value}" for name, value in asked[1:]]
    return (asked[0][1],) if asked else (ANY,)


def _addresses(entry: Entry, side: str, lists: Lists, family: str, found: Match) -> tuple[tuple[str, ...], tuple[str, ...]]:
    written, listed = entry.get(f"{side}-address"), entry.get(f"{side}-address-list")
    kind = entry.get(f"{side}-address-type")
    mac = entry.get("src-mac-address") if side == "src" else ""
    alternatives: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
    if written:
        alternatives.append(((address(written),), (), f"{side}-address={written}"))
    if listed:
        alternatives.append((_of_list(listed, lists, family, found), (listed,), f"{side}-address-list={listed}"))
    if kind in ("local", "!local"):
        alternatives.append((("self" if kind == "local" else "!self",), (), f"{side}-address-type={kind}"))
    elif kind:
        found.conditions.append(f"{side}-address-type={kind}")
    if mac:
        sign = "!" if mac.startswith("!") else ""
        alternatives.append(((f"{sign}mac:{mac.removeprefix('!').lower()}",), (), f"src-mac-address={mac}"))
    found.conditions += [each[2] for each in alternatives[1:]]
    return alternatives[0][:2] if alternatives else ((ANY,), ())


def address(text: str) -> str:
    """``!10.0.0.0/24``, ``10.0.0.1-10.0.0.9``, ``0.0.0.0/0``: in the common spelling; a name stays."""
    sign, bare = ("!", text[1:]) if text.startswith("!") else ("", text)
    first, dash, last = bare.partition("-")
    if dash and values.is_address(first) and values.is_address(last):
        return sign + values.span(first, last)
    bare = bare.split("%", 1)[0] if values.is_address(bare.split("%", 1)[0]) else bare
    return sign + (values.network(bare) if values.is_network(bare) else bare)


def _of_list(written: str, lists: Lists, family: str, found: Match) -> tuple[str, ...]:
    sign, name = ("!", written[1:]) if written.startswith("!") else ("", written)
    known = lists.addresses.get((family, name))
    if known is None or not known:
        if lists.whole and name not in lists.filled and not sign:
            found.why = found.why or f"address list {name} is not defined"
        return (written,)
    return tuple(f"{sign}{value}" for value in known)


def _listed(text: str) -> tuple[str, ...]:
    """``established,related``; with ``!`` before it none of them."""
    if text.startswith("!"):
        return tuple(f"!{state}" for state in text[1:].split(",") if state)
    return tuple(filter(None, text.split(",")))


def protocol(text: str) -> str:
    return PROTOCOLS.get(text, text)


def services(entry: Entry) -> tuple[str, ...]:
    """``port`` fits where either side has it."""
    asked = entry.get("protocol")
    negated = asked.startswith("!")
    name = protocol(asked.removeprefix("!"))
    if not asked or name == "all":
        return (ANY,)
    if negated:
        return (f"!{name}",)
    if name in ("icmp", "icmpv6"):
        return _icmp(name, entry.get("icmp-options"))
    source, both = entry.get("src-port"), entry.get("port")
    own = [values.service(name, to, since) for to in ports(entry.get("dst-port")) for since in ports(source)]
    if not both:
        return tuple(own[:MAX_PORTS])
    if own == [name]:
        return (*(values.service(name, number) for number in ports(both)), *(values.service(name, ANY, number) for number in ports(both)))
    return (*own, f"port {both} on either side")


def _icmp(name: str, options: str) -> tuple[str, ...]:
    """``8:0-255``: type and codes; all codes are said by the type alone."""
    if not options:
        return (name,)
    sign, bare = ("!", options[1:]) if options.startswith("!") else ("", options)
    kind, _, codes = bare.partition(":")
    known = (_ICMP if name == "icmp" else _ICMPV6).get(kind, kind)
    every = codes in ("", "0-255") or (codes == "0" and known in ("echo-request", "echo-reply"))
    return (f"{sign}{name}/{known}" + ("" if every else f":{codes}"),)


def ports(text: str) -> Sequence[str]:
    """``22,80-81`` -> its ranges; ``!22`` -> all the others."""
    if not text:
        return (ANY,)
    if text.startswith("!"):
        return opposite(ports(text[1:]))
    return [values.port_range(part) if part.strip()[:1].isdigit() else part.strip() for part in text.split(",") if part.strip()]


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


def written_matchers(attrs: Mapping[str, str]) -> str:
    """``dst-address=1.2.3.4 in-interface-list=WAN``: what a rule asks, as it is written."""
    return " ".join(f"{name}={value}" for name, value in attrs.items() if value and name not in DEEDS)

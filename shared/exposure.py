"""What is reachable from outside?  Port-forwards, services of the device itself, VPN listeners and machines with public addresses, each
held against the rules: which ports are open, for whom, by which rule, and why not where they are closed.

Outside is what the configuration shows to be outside: an interface with the role, a default route or a PPP session, or the zones and
lists that such an interface is in. Where nothing shows it, whatever may come in by any interface counts. Pure.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from shared.device_config import ConfiguredInterface, ExposedPort, Exposure, RemoteAccess, Zone
from shared.filtering import ALL_PORTS, Filter, Packet, Verdict
from shared.firewall import ANY, Action, FirewallRule, PortForward, Route, Scope, VpnKind, VpnTunnel
from shared.port_ranges import Ranges, common, holds, joined, written

RulesSee = Literal["inside", "public", "either"]
"""Which destination the rules of a platform see of a forwarded packet: the machine's own, the public one, or an object for both."""

MAX_EXPOSED = 5_000
SELF = "self"
_OUTSIDE_WORDS = frozenset({"wan", "outside", "untrust", "internet", "external", "wan1", "wan2", "isp", "pppoe", "red"})
_DEFAULT = ("0.0.0.0/0", "::/0")
_VPN_PORTS: Mapping[VpnKind, tuple[tuple[str, int], ...]] = {
    VpnKind.IPSEC: (("udp", 500), ("udp", 4500)),
    VpnKind.IPSEC_CLIENTS: (("udp", 500), ("udp", 4500)),
    VpnKind.L2TP: (("udp", 1701),),
    VpnKind.PPTP: (("tcp", 1723),),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One device's configuration, as far as it says what is reachable."""

    interfaces: Sequence[ConfiguredInterface] = ()
    zones: Sequence[Zone] = ()
    rules: Sequence[FirewallRule] = ()
    forwards: Sequence[PortForward] = ()
    services: Sequence[RemoteAccess] = ()
    vpns: Sequence[VpnTunnel] = ()
    routes: Sequence[Route] = ()
    rules_see: RulesSee = "inside"
    device: str = ""


@dataclass(frozen=True, slots=True)
class _Outside:
    names: frozenset[str]
    """Of interfaces, their labels, zones and lists; empty: not known."""
    addresses: frozenset[str]


def exposed_ports(box: Box) -> list[ExposedPort]:
    outside = _outside(box)
    filters = Filter(box.rules)
    found = [
        *(each for forward in box.forwards for each in _forwarded(forward, box, outside, filters)),
        *(each for service in box.services for each in _service(service, box, outside, filters)),
        *(each for vpn in box.vpns for each in _vpn(vpn, box, outside, filters)),
        *_routed(box, outside),
    ]
    return [each.model_copy(update={"device": box.device}) for each in found[:MAX_EXPOSED]] if box.device else found[:MAX_EXPOSED]


def _outside(box: Box) -> _Outside:
    """By role, else by default route, else by name."""
    gateways = {route.interface for route in box.routes if route.destination in _DEFAULT and route.interface}
    gateway_addresses = [route.gateway for route in box.routes if route.destination in _DEFAULT and route.gateway]
    chosen = [each for each in box.interfaces if each.role == "wan"]
    chosen = chosen or [
        e for e in box.interfaces if {e.name, e.label} & gateways or any(_is_on(e, gateway) for gateway in gateway_addresses)
    ]
    chosen = chosen or [e for e in box.interfaces if {e.name.lower(), e.label.lower(), e.zone.lower()} & _OUTSIDE_WORDS]
    names = {name for each in chosen for name in (each.name, each.label, each.zone) if name}
    names |= {zone.name for zone in box.zones if names & set(zone.interfaces)}
    if not chosen:
        names |= gateways | {zone.name for zone in box.zones if zone.name.lower() in _OUTSIDE_WORDS}
    addresses = {address.partition("/")[0] for each in chosen for address in each.addresses}
    return _Outside(frozenset(names), frozenset(addresses))


def _is_on(interface: ConfiguredInterface, gateway: str) -> bool:
    return any(_in_network_of(gateway, address) for address in interface.addresses)


@lru_cache(maxsize=16_384)
def _in_network_of(gateway: str, address: str) -> bool:
    return ipaddress.ip_address(gateway) in ipaddress.ip_interface(address).network


def _comes_from_outside(from_: Sequence[str], outside: _Outside) -> bool:
    """Whether traffic from outside meets this at all."""
    if not outside.names or not from_ or ANY in from_:
        return True
    positive = {each for each in from_ if not each.startswith("!")}
    negative = {each[1:] for each in from_ if each.startswith("!")}
    if outside.names & negative:
        return False
    return not positive or bool(positive & outside.names) or any(each.rstrip("*+") in outside.names for each in positive)


def _forwarded(forward: PortForward, box: Box, outside: _Outside, filters: Filter) -> Iterator[ExposedPort]:
    if not _comes_from_outside(forward.from_, outside):
        return
    base = ExposedPort(
        via=Exposure.FORWARD, interface=", ".join(sorted(outside.names)) or ANY, public_address=forward.public_address,
        protocol=forward.protocol, public_ports=forward.public_ports, to_address=forward.to_address, to_ports=forward.to_ports,
        sources=forward.sources, forward=forward.key, title=forward.name or forward.comment,
    )  # fmt: skip
    if not forward.enabled:
        yield base.model_copy(update={"open": False, "because": "the forward is switched off"})
        return
    public, inside = _ports(forward.public_ports), _ports(forward.to_ports or forward.public_ports)
    for protocol in ("tcp", "udp") if forward.protocol == ANY else forward.protocol.split("+"):
        seen_ports = public if box.rules_see == "public" else inside
        packet = _packet(forward, box, outside, protocol, seen_ports)
        known = base.model_copy(update={"protocol": protocol})
        yield from _by_verdicts(known, filters.verdicts(packet), public, seen_ports, forward.sources)


def _packet(forward: PortForward, box: Box, outside: _Outside, protocol: str, ports: Ranges) -> Packet:
    public = {forward.public_address, *(outside.addresses if forward.public_address == ANY else ()), SELF} - {ANY}
    inside = {*forward.to_address.split(", "), forward.name} - {""}
    destinations = {"inside": inside, "public": public, "either": inside | public}[box.rules_see]
    scope = Scope.INPUT if forward.to_address == SELF else Scope.FORWARD
    family = "ipv6" if ":" in forward.to_address else "ipv4" if forward.to_address[:1].isdigit() else ""
    return Packet(_ways(outside), frozenset(destinations), protocol, ports, scope, family=family)


def _ways(outside: _Outside) -> frozenset[str]:
    return outside.names or frozenset({ANY})


def _service(service: RemoteAccess, box: Box, outside: _Outside, filters: Filter) -> Iterator[ExposedPort]:
    if service.port is None or not _comes_from_outside(service.interfaces, outside):
        return
    base = ExposedPort(
        via=Exposure.SERVICE, interface=", ".join(sorted(outside.names)) or ANY, protocol=service.protocol,
        public_ports=str(service.port), sources=service.sources, title=service.service,
    )  # fmt: skip
    if not service.enabled:
        return
    yield from _own_port(base, service.port, service.sources, box, outside, filters)


def _vpn(vpn: VpnTunnel, box: Box, outside: _Outside, filters: Filter) -> Iterator[ExposedPort]:
    if not vpn.enabled:
        return
    listens = _VPN_PORTS.get(vpn.kind, ())
    if vpn.listen_port is not None:
        default = "udp" if vpn.kind in (VpnKind.WIREGUARD, VpnKind.OPENVPN) else "tcp"
        listens = ((vpn.protocol if vpn.protocol in ("tcp", "udp") else default, vpn.listen_port),)
    for protocol, port in listens:
        base = ExposedPort(
            via=Exposure.VPN, interface=", ".join(sorted(outside.names)) or ANY, protocol=protocol, public_ports=str(port),
            title=f"{vpn.kind.value} {vpn.name}",
        )  # fmt: skip
        yield from _own_port(base, port, (ANY,), box, outside, filters)


def _own_port(
    base: ExposedPort, port: int, sources: tuple[str, ...], box: Box, outside: _Outside, filters: Filter
) -> Iterator[ExposedPort]:
    """A port of the device itself, past the rules for what is sent to it; a forward of the same port takes its place."""
    if taken := next((forward for forward in box.forwards if _takes(forward, base.protocol, port, outside)), None):
        yield base.model_copy(update={"open": False, "because": "a port-forward takes it", "forward": taken.key})
        return
    destinations = frozenset({SELF, *outside.addresses, *(f"interface:{name}" for name in outside.names)})
    ports: Ranges = [(port, port)]
    for family in _families(outside):
        packet = Packet(_ways(outside), destinations, base.protocol, ports, Scope.INPUT, family=family)
        for found in _by_verdicts(base, filters.verdicts(packet), ports, ports, sources):
            if family == "ipv4":
                yield found
            elif found.open:
                yield found.model_copy(update={"because": f"{found.because}, by IPv6"})


def _families(outside: _Outside) -> tuple[str, ...]:
    """IPv6 counts where the outside has an address of it that is more than the link's own."""
    by_ipv6 = any(":" in address and not address.lower().startswith("fe80") for address in outside.addresses)
    return ("ipv4", "ipv6") if by_ipv6 else ("ipv4",)


def _takes(forward: PortForward, protocol: str, port: int, outside: _Outside) -> bool:
    return (
        forward.enabled
        and forward.to_address != SELF
        and tuple(forward.sources) == (ANY,)
        and not forward.conditions
        and (forward.public_address == ANY or forward.public_address in outside.addresses)
        and (forward.protocol == ANY or protocol in forward.protocol.split("+"))
        and holds(_ports(forward.public_ports), port)
        and _comes_from_outside(forward.from_, outside)
    )


def _by_verdicts(
    base: ExposedPort, verdicts: Sequence[Verdict], public: Ranges, seen: Ranges, own_sources: tuple[str, ...]
) -> Iterator[ExposedPort]:
    """One line for each verdict that lets in; one that says why where none does."""
    open_ones = [verdict for verdict in verdicts if verdict.allowed]
    for verdict in open_ones:
        ports = _as_public(verdict.ports, seen, public)
        sources = own_sources if tuple(verdict.sources) == (ANY,) else verdict.sources
        asked = _asked_besides(verdict.rule) if verdict.rule else []
        conditions = f", if {'; '.join(asked)}" if asked else ""
        yield base.model_copy(
            update={
                "public_ports": ANY if ports == ALL_PORTS else written(ports),
                "sources": tuple(sources),
                "because": _by(verdict.rule, "no rule looks at it") + conditions,
                "rule": verdict.rule.key if verdict.rule else "",
            }
        )
    if not open_ones:
        rule = next((verdict.rule for verdict in verdicts if verdict.rule), None)
        yield base.model_copy(update={"open": False, "because": _by(rule, "no rule lets it in"), "rule": rule.key if rule else ""})


def _asked_besides(rule: FirewallRule) -> list[str]:
    """What the rule asks beyond addresses and ports."""
    named = [
        f"{what} {value}" for what, value in (("application", rule.application), ("schedule", rule.schedule)) if value not in ("", ANY)
    ]
    return [*named, *([f"user {', '.join(rule.users)}"] if rule.users else []), *rule.conditions]


def _by(rule: FirewallRule | None, otherwise: str) -> str:
    if rule is None:
        return otherwise
    name = rule.name or rule.comment
    return f"rule {rule.order}" + (f" ({name})" if name else "") + (f" of {rule.ruleset}" if rule.ruleset else "")


def _as_public(ports: Ranges, seen: Ranges, public: Ranges) -> Ranges:
    """The ports that are open, as they are called outside: a whole range is moved by the forward, one for one."""
    if ports == seen or len(seen) != 1 or len(public) != 1 or seen == public:
        return public if ports == seen else common(ports, public) or public
    shift = public[0][0] - seen[0][0]
    return joined((low + shift, high + shift) for low, high in ports)


def _routed(box: Box, outside: _Outside) -> Iterator[ExposedPort]:
    """Machines that have public addresses of their own: what a rule lets through to them without translation."""
    translated = {forward.public_address for forward in box.forwards} | {forward.to_address for forward in box.forwards} | outside.addresses
    for rule in box.rules:
        if rule.action is not Action.ALLOW or not rule.enabled or not rule.bound or rule.implicit:
            continue
        if rule.scope not in (Scope.FORWARD, Scope.EITHER):
            continue
        if (
            not outside.names
            or ANY in rule.from_
            or not _comes_from_outside(rule.from_, outside)
            or rule.states == ("established", "related")
        ):
            continue
        for address in rule.destinations:
            if address not in translated and _is_global(address):
                yield ExposedPort(
                    via=Exposure.ROUTED, interface=", ".join(sorted(outside.names)), public_address=address,
                    protocol="+".join(sorted({service.partition("/")[0] for service in rule.services})) or ANY,
                    public_ports=",".join(sorted({service.partition("/")[2] or ANY for service in rule.services})) or ANY,
                    to_address=address, sources=rule.sources, because=_by(rule, ""), rule=rule.key, title=rule.name or rule.comment,
                )  # fmt: skip


def _is_global(address: str) -> bool:
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return network.is_global and network.prefixlen > (8 if network.version == 4 else 16)


def _ports(text: str) -> Ranges:
    if not text or text == ANY:
        return ALL_PORTS
    pairs: list[tuple[int, int]] = []
    for part in filter(None, text.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            return ALL_PORTS
        pairs.append((int(first), int(last or first)))
    return joined(pairs)

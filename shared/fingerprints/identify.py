"""What do observations of one device say about its kind, maker, model, system and serial number?

Each statement is a Conclusion with the rule it comes from and how sure that is; what the device says of itself in so many words
(SystemSeen) comes with an empty rule. ``best`` picks one a field. Pure; bounded by the size of what it is given.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.fingerprints import said_rules, snmp_rules
from shared.fingerprints.maker_names import holder
from shared.fingerprints.rules import FIELDS, Rule, Rules, rules
from shared.fingerprints.snmp_rules import SYS_DESCR, SYS_OBJECT_ID
from shared.firewall import Scope
from shared.hardware import PrinterSeen, SupplySeen, UpsSeen
from shared.observation import (
    DhcpPoolSeen,
    FirewallRuleSeen,
    InterfaceSeen,
    ObjectSeen,
    Observation,
    PortForwardSeen,
    PortSeen,
    SaidSeen,
    SourceNatSeen,
    SystemSeen,
    VpnSeen,
)

SAID_BY_ITSELF = 0.95
VAGUE_KIND = "network"
"""A network device not known better: any fair evidence of what it is goes before it, however sure it is."""
SURE_ENOUGH = 0.5
ENTERPRISES = "1.3.6.1.4.1."
MANY_CABLES = 8
_ETHERNET = frozenset({"ethernetCsmacd", "gigabitEthernet", "fastEther"})
_SNMP_PORT = "udp/161"

__all__ = ["FIELDS", "Conclusion", "best", "identify"]


@dataclass(frozen=True, slots=True)
class Conclusion:
    field: str
    value: str
    rule: str
    """The name of the rule; empty where the device said so itself."""
    sureness: float
    because: Observation
    """One observation that it rests on."""


def identify(observations: Collection[Observation]) -> tuple[Conclusion, ...]:
    """All that the rules conclude, the surest first; the order of ``observations`` does not matter."""
    known = rules()
    found: list[Conclusion] = []
    for observation in observations:
        if isinstance(observation, SystemSeen):
            found.extend(_system(observation, known))
        elif isinstance(observation, PortSeen) and observation.product:
            found.extend(_service(observation, known))
    found.extend(_snmp(observations, known))
    found.extend(_ports(observations, known))
    found.extend(_traits(observations, known))
    found.extend(_enterprise_numbers(observations))
    found.extend(_said(observations, known, found))
    return tuple(sorted(set(found), key=_order))


def best(conclusions: Iterable[Conclusion]) -> Mapping[str, Conclusion]:
    """The surest value of each field. A version counts only beside its own system: a kernel's is not the distribution's."""
    surest: dict[str, Conclusion] = {}
    ordered = sorted(conclusions, key=_order)
    for conclusion in ordered:
        surest.setdefault(conclusion.field, conclusion)
    better = [c for c in ordered if c.field == "kind" and c.value != VAGUE_KIND and c.sureness >= SURE_ENOUGH]
    if better and surest["kind"].value == VAGUE_KIND:
        surest["kind"] = better[0]
    systems = {(c.rule, c.because): c.value for c in ordered if c.field == "os"}
    chosen = surest["os"].value if "os" in surest else None
    fits = [c for c in ordered if c.field == "os_version" and systems.get((c.rule, c.because), chosen) == chosen]
    surest.pop("os_version", None)
    return surest | ({"os_version": fits[0]} if fits else {})


def _order(conclusion: Conclusion) -> tuple[str, float, str, str, str]:
    return conclusion.field, -conclusion.sureness, conclusion.rule, conclusion.value, conclusion.because.model_dump_json()


def _system(seen: SystemSeen, known: Rules) -> Iterator[Conclusion]:
    for field in FIELDS:
        value = getattr(seen, field, "")
        if value:
            yield Conclusion(field, known.vendor_name(value) if field == "vendor" else value, "", SAID_BY_ITSELF, seen)


def _snmp(observations: Collection[Observation], known: Rules) -> Iterator[Conclusion]:
    """What the makers' rules make of the objects that the device answered with."""
    objects = {seen.oid: seen for seen in observations if isinstance(seen, ObjectSeen)}
    told = (o for o in observations if isinstance(o, SystemSeen) and (o.object_id or o.description))
    systems = sorted(told, key=lambda seen: (not seen.object_id, _text(seen)))
    values = {oid: seen.value for oid, seen in objects.items()}
    if systems:
        values = {SYS_OBJECT_ID: systems[0].object_id, SYS_DESCR: systems[0].description} | values
    if not values:
        return
    because = objects.get(SYS_DESCR) or (systems[0] if systems else min(objects.values(), key=_text))
    for field, claim in snmp_rules.identify(values).items():
        value = known.vendor_name(claim.value) if field == "vendor" else claim.value
        yield Conclusion(field, value, claim.rule, claim.sureness, objects.get(claim.oid, because))
    if rule := _enterprise(values.get(SYS_OBJECT_ID, "")):
        yield from _given(rule, because)


def _said(observations: Collection[Observation], known: Rules, found: Collection[Conclusion]) -> list[Conclusion]:
    """What services, names and the network card say; first the rules that stand alone, then those that rest on what is concluded."""
    said, ports = said_rules.what_was_said(observations), {f"{o.protocol}/{o.number}" for o in observations if isinstance(o, PortSeen)}
    if any(isinstance(o, SystemSeen) and o.object_id for o in observations):
        ports.add(_SNMP_PORT)  # whoever has a sysObjectID has answered there, whether or not the port was looked at
    alone = [_claimed(claim, known) for claim in (*said_rules.by_maker(said), *said_rules.identify(said, ports, None))]
    so_far = {field: conclusion.value for field, conclusion in best((*found, *alone)).items()}
    return alone + [_claimed(claim, known) for claim in said_rules.identify(said, ports, so_far)]


def _claimed(claim: said_rules.Claim, known: Rules) -> Conclusion:
    value = known.vendor_name(claim.value) if claim.field == "vendor" else claim.value
    return Conclusion(claim.field, value, claim.rule, claim.sureness, claim.because)


def _enterprise_numbers(observations: Iterable[Observation]) -> Iterator[Conclusion]:
    """The maker by its number at IANA: that of an SNMPv3 engine, and what a management board's presence pong holds."""
    for seen in observations:
        if isinstance(seen, SaidSeen) and (number := _enterprise_number(seen)) and (rule := holder(number)):
            yield from _given(rule, seen)


def _enterprise_number(seen: SaidSeen) -> int:
    """0: it holds none. An engine's number stands in its first four octets, whose first bit is set (RFC 3411 5, SnmpEngineID)."""
    if seen.field == "rmcp.enterprise" and seen.value.isdecimal():
        return int(seen.value[:9])
    digits = re.sub(r"[^0-9a-f]", "", seen.value.lower().removeprefix("0x"))[:8] if seen.field == "snmp.engine_id" else ""
    number = int(digits, 16) if len(digits) == 8 else 0
    return number & 0x7FFF_FFFF if number >> 31 else 0


def _enterprise(object_id: str) -> Rule | None:
    """The maker of whom no rule speaks: the first number below 1.3.6.1.4.1 is its own."""
    parts = object_id.split(".")
    registered = object_id.startswith(ENTERPRISES) and len(parts) > 6 and parts[6].isdecimal()
    return holder(int(parts[6][:9])) if registered else None


def _given(rule: Rule, because: Observation) -> Iterator[Conclusion]:
    for field, value in rule.gives.items():
        if field in FIELDS and value:
            yield Conclusion(field, value, rule.name, rule.sureness, because)


def _service(seen: PortSeen, known: Rules) -> Iterator[Conclusion]:
    banner = f"{seen.product} {seen.version} {seen.extra}"
    for rule in known.services:
        if rule.pattern and rule.pattern.search(banner) and rule.service in ("", seen.service):
            yield from _given(rule, seen)


def _ports(observations: Iterable[Observation], known: Rules) -> Iterator[Conclusion]:
    open_ports: dict[str, PortSeen] = {}
    for seen in sorted((o for o in observations if isinstance(o, PortSeen)), key=lambda seen: seen.model_dump_json()):
        open_ports.setdefault(f"{seen.protocol}/{seen.number}", seen)
    for rule in known.ports:
        if rule.all_of and rule.all_of <= open_ports.keys() and not rule.none_of & open_ports.keys():
            yield from _given(rule, open_ports[min(rule.all_of)])


def _traits(observations: Collection[Observation], known: Rules) -> Iterator[Conclusion]:
    traits: dict[str, Observation] = {}
    for observation in observations:
        if (trait := _trait(observation)) and (trait not in traits or _text(observation) < _text(traits[trait])):
            traits[trait] = observation
    cables = [o for o in observations if isinstance(o, InterfaceSeen) and o.kind in _ETHERNET]
    if len(cables) >= MANY_CABLES:
        traits["many-cables"] = min(cables, key=_text)
    if "forwards" in traits and _subnets(observations) > 1:
        traits["routes"] = traits["forwards"]
    for rule in known.traits:
        if rule.all_of and rule.all_of <= traits.keys():
            yield from _given(rule, traits[min(rule.all_of)])


def _trait(observation: Observation) -> str:
    match observation:
        case FirewallRuleSeen() if observation.rule.scope is Scope.FORWARD:
            return "filters"
        case PortForwardSeen() | SourceNatSeen():
            return "translates"
        case VpnSeen():
            return "tunnels"
        case DhcpPoolSeen():
            return "dhcp-server"
        case PrinterSeen() | SupplySeen():
            return "prints"
        case UpsSeen():
            return "holds-power"
        case InterfaceSeen() if observation.kind == "ieee80211":
            return "radiates"
        case SystemSeen() if observation.bridge_ports and observation.bridge_ports > 3:
            return "switches"
        case SystemSeen() if observation.forwards:
            return "forwards"
        case _:
            return ""


def _text(observation: Observation) -> str:
    return observation.model_dump_json()


def _subnets(observations: Iterable[Observation]) -> int:
    """In how many IPv4 or IPv6 subnets its interfaces are, loopback left out."""
    return len(
        {i.name for i in observations if isinstance(i, InterfaceSeen) and i.kind != "softwareLoopback" and i.addresses and i.name != "lo"}
    )

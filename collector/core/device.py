"""What is one device?  Its looks, joined: the surest statement of each field, with the evidence for it.

What the device listens on by its own account (ListenerSeen) never makes an open port: a firewall of its own may stand before it.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from collector.core import holdings, names
from collector.core.facts import DeviceFacts, Fact
from shared import fingerprints, port_ranges
from shared.address import address_order, mac_kind, may_be_randomised
from shared.fingerprints import Conclusion
from shared.fingerprints.identify import SAID_BY_ITSELF
from shared.hardware import hardware
from shared.inventory import Device, DeviceAddress, DeviceInterface, DevicePort, Evidence, Kind, PortsLookedAt
from shared.observation import (
    AddressSeen,
    CertificateSeen,
    InterfaceSeen,
    NameSeen,
    NameSource,
    ObjectSeen,
    Observation,
    PortSeen,
    PortsExamined,
    Provenance,
    SaidSeen,
    SystemSeen,
)
from shared.oui import maker

MAX_EVIDENCE_A_FIELD = 8
EVIDENCE_CHARS = 160
_KINDS = {kind.value: kind for kind in Kind}


def device(
    facts: DeviceFacts,
    subnets: Iterable[str] = (),
    other_names: Iterable[tuple[NameSource, str]] = (),
    other_macs: Mapping[str, str] | None = None,
) -> Device:
    """``subnets``: the site's; ``other_names`` and ``other_macs`` (address -> MAC) are what third parties tell of this device."""
    concluded = fingerprints.identify(facts.observations)
    fields = fingerprints.best(concluded)
    kind = fields.get("kind")
    return Device(
        id=facts.id,
        kind=_KINDS.get(kind.value, Kind.OTHER) if kind else Kind.OTHER,
        **{name: fields[name].value for name in ("vendor", "model", "os", "os_version", "serial") if name in fields},
        location=_first(seen.location for seen in facts.of(SystemSeen)),
        contact=_first(seen.contact for seen in facts.of(SystemSeen)),
        hostnames=names.hostnames(facts.observations, other_names),
        addresses=addresses(facts, subnets, other_macs or {}),
        ports=_ports(facts),
        ports_looked_at=_looked_at(facts),
        interfaces=_interfaces(facts),
        hardware=hardware(facts.observations),
        answered=tuple(sorted({fact.probe for fact in facts.facts if holdings.is_first_hand(fact.observation)})),
        evidence=tuple(_evidence(facts, concluded)),
        first_seen=facts.device.first_seen,
        last_seen=facts.device.last_seen,
        missing_since=facts.device.missing_since,
    )


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def addresses(facts: DeviceFacts, subnets: Iterable[str], other_macs: Mapping[str, str]) -> tuple[DeviceAddress, ...]:
    """The addresses that answered, and those of its own interface table."""
    found: dict[str, DeviceAddress] = {}
    for held in _held(facts):
        before = found.get(held.address)
        found[held.address] = _both(before, held) if before else held
    networks = [ipaddress.ip_network(prefix) for prefix in subnets]
    transient = not any(isinstance(seen, PortSeen | InterfaceSeen | SystemSeen) for seen in facts.observations)
    result = []
    for address in sorted(found.values(), key=lambda held: (held.provenance is not Provenance.OWN_REPLY, address_order(held.address))):
        parsed = ipaddress.ip_address(address.address)
        around = [network for network in networks if network.version == parsed.version and parsed in network]
        subnet = address.subnet or (str(max(around, key=lambda network: network.prefixlen)) if around else None)
        result.append(_marked(address, subnet, address.mac or other_macs.get(address.address), transient))
    return tuple(result)


def _marked(address: DeviceAddress, subnet: str | None, mac: str | None, transient: bool) -> DeviceAddress:
    """The address with what its MAC address says. ``transient``: the device offers nothing and tells nothing, as a visitor's phone."""
    marks = {"mac_kind": mac_kind(mac), "mac_maker": maker(mac), "randomised": transient and may_be_randomised(mac)} if mac else {}
    return address.model_copy(update={"subnet": subnet, "mac": mac, **marks})


def _held(facts: DeviceFacts) -> Iterator[DeviceAddress]:
    answered = {fact.target for fact in facts.facts if holdings.is_first_hand(fact.observation)}
    yield from (DeviceAddress(address=target) for target in sorted(answered) if holdings.is_address(target))
    for seen in facts.observations:
        if isinstance(seen, AddressSeen) and (seen.provenance is Provenance.OWN_REPLY or _of_own_table(seen)):
            yield DeviceAddress(address=seen.address, mac=seen.mac, interface=seen.interface, provenance=seen.provenance)
        if isinstance(seen, InterfaceSeen):
            for held in seen.addresses:
                if holdings.names_a_host(held.address):
                    subnet = _subnet(held.address, held.prefix_length)
                    yield DeviceAddress(
                        address=held.address, mac=seen.mac, subnet=subnet, interface=seen.name, provenance=Provenance.OWN_TABLE
                    )


def _of_own_table(seen: AddressSeen) -> bool:
    return seen.provenance is Provenance.OWN_TABLE and holdings.names_a_host(seen.address)


def _subnet(address: str, prefix_length: int | None) -> str | None:
    if prefix_length is None or not 0 < prefix_length < ipaddress.ip_address(address).max_prefixlen:
        return None
    return str(ipaddress.ip_network(f"{address}/{prefix_length}", strict=False))


def _both(one: DeviceAddress, other: DeviceAddress) -> DeviceAddress:
    """An address known in two ways: the MAC address that answered goes before the one in a table."""
    first, second = (one, other) if one.provenance is Provenance.OWN_REPLY else (other, one)
    return DeviceAddress(
        address=one.address,
        mac=first.mac or second.mac,
        subnet=first.subnet or second.subnet,
        interface=first.interface or second.interface,
        provenance=first.provenance,
    )


def _ports(facts: DeviceFacts) -> tuple[DevicePort, ...]:
    found: dict[tuple[str, str, int], PortSeen] = {}
    for seen in facts.of(PortSeen):
        place = (seen.address, seen.protocol, seen.number)
        before = found.get(place)
        if before is None or (seen.examined, bool(seen.product)) > (before.examined, bool(before.product)):
            found[place] = seen
    ordered = sorted(found, key=lambda place: (address_order(place[0]), place[1], place[2]))
    return tuple(DevicePort(address=a, protocol=found[a, p, n].protocol, number=n, **_service(found[a, p, n])) for a, p, n in ordered)


def _service(seen: PortSeen) -> dict[str, str]:
    return {"service": seen.service, "product": seen.product, "version": seen.version}


def _looked_at(facts: DeviceFacts) -> tuple[PortsLookedAt, ...]:
    ranges: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for seen in facts.of(PortsExamined):
        ranges.setdefault((seen.address, seen.protocol), []).extend(port_ranges.parsed(seen.ranges))
    return tuple(
        PortsLookedAt.model_validate({"address": a, "protocol": p, "ranges": port_ranges.written(port_ranges.joined(ranges[a, p]))})
        for a, p in sorted(ranges, key=lambda place: (address_order(place[0]), place[1]))
    )


def _interfaces(facts: DeviceFacts) -> tuple[DeviceInterface, ...]:
    """Each interface once: what one source leaves blank, another may fill. A device may give two interfaces one name; they stay two."""
    found: dict[tuple[str, int], InterfaceSeen] = {}
    for look in _tables(facts.facts):
        met: dict[str, int] = {}
        for seen in look:
            count = met[seen.name.lower()] = met.get(seen.name.lower(), 0) + 1
            place = (seen.name.lower() or f"#{seen.index}", count)
            found[place] = _filled(found[place], seen) if place in found else seen
    ordered = sorted(found.values(), key=lambda seen: (seen.index, seen.name))
    return tuple(
        DeviceInterface.model_validate({**seen.model_dump(exclude={"type"}), "mac_kind": mac_kind(seen.mac) if seen.mac else None})
        for seen in ordered
    )


def _tables(facts: Iterable[Fact]) -> Iterator[list[InterfaceSeen]]:
    tables: dict[tuple[str, str], list[InterfaceSeen]] = {}
    for fact in facts:
        if isinstance(fact.observation, InterfaceSeen):
            tables.setdefault((fact.probe, fact.target), []).append(fact.observation)
    for table in tables.values():
        yield sorted(table, key=lambda seen: (seen.index, seen.name))


def _filled(first: InterfaceSeen, second: InterfaceSeen) -> InterfaceSeen:
    blank = {name for name in type(first).model_fields if getattr(first, name) in ("", None, ())}
    return first.model_copy(update={name: getattr(second, name) for name in blank})


def _evidence(facts: DeviceFacts, concluded: Iterable[Conclusion]) -> Iterator[Evidence]:
    """Who says what, the surest of each field first; names and addresses among it, so that each can be traced."""
    sources: dict[int, Fact] = {id(fact.observation): fact for fact in reversed(facts.facts)}
    count: dict[str, int] = {}
    told: set[tuple[str, str, str]] = set()
    for conclusion in concluded:
        if (same := (conclusion.field, conclusion.value, conclusion.rule)) in told:
            continue
        told.add(same)
        count[conclusion.field] = count.get(conclusion.field, 0) + 1
        fact = sources.get(id(conclusion.because))
        if fact is not None and count[conclusion.field] <= MAX_EVIDENCE_A_FIELD:
            yield Evidence(
                field=conclusion.field,
                value=conclusion.value,
                probe=fact.probe,
                target=fact.target,
                rule=conclusion.rule,
                sureness=conclusion.sureness,
                provenance=Provenance.OWN_TABLE if isinstance(fact.observation, SystemSeen) else Provenance.OWN_REPLY,
                said=_said(fact.observation) if conclusion.rule else "",
            )
    for fact in facts.facts:
        seen = fact.observation
        if isinstance(seen, SystemSeen) and seen.location:
            yield Evidence(
                field="location", value=seen.location, probe=fact.probe, target=fact.target, sureness=SAID_BY_ITSELF,
                provenance=Provenance.OWN_TABLE,
            )  # fmt: skip
        if isinstance(seen, NameSeen):
            yield Evidence(field="hostname", value=seen.name, probe=fact.probe, target=fact.target, provenance=seen.provenance)
        elif isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY and seen.mac:
            yield Evidence(field="mac", value=seen.mac, probe=fact.probe, target=fact.target)


def _said(seen: Observation) -> str:
    """What the rule read, short enough to be read at a glance."""
    match seen:
        case SaidSeen():
            text = f"{seen.field}: {seen.value}"
        case PortSeen():
            text = " ".join(filter(None, (f"{seen.protocol}/{seen.number}", seen.product, seen.version, seen.extra)))
        case SystemSeen():
            text = " ".join(filter(None, (seen.object_id, seen.description)))
        case ObjectSeen():
            text = f"{seen.oid}: {seen.value}"
        case CertificateSeen():
            text = seen.subject
        case NameSeen():
            text = seen.name
        case AddressSeen() | InterfaceSeen():
            text = seen.mac or ""
        case _:
            text = seen.type
    return text if len(text) <= EVIDENCE_CHARS else f"{text[: EVIDENCE_CHARS - 1]}…"

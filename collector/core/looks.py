"""What does a new outcome make of what the same probe said before?

ANSWERED replaces, PARTIAL adds and updates. Two things hold for both:

- A port is closed only where it was examined: an open port that an older look told stays until ``PortsExamined`` covers it and nobody
  lists it. (A probe that asks open ports what they are does not examine; that it passed one over closes nothing.)
- A blank is no evidence: where a service tells its product but not its version this time, the version of last time stays.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from collector.core.knowledge import Look
from shared import port_ranges
from shared.configuration_seen import ConfigurationSeen, SettingsSeen
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.hardware import (
    DiskSeen,
    HostSeen,
    ModuleSeen,
    PortVlansSeen,
    PowerPortSeen,
    PowerSourceSeen,
    PrinterSeen,
    SupplySeen,
    UpsSeen,
    VolumeSeen,
    WifiClientsSeen,
)
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    CertificateSeen,
    DhcpPoolSeen,
    FirewallRuleSeen,
    HostKeySeen,
    InterfaceSeen,
    LeaseSeen,
    ListenerSeen,
    NameSeen,
    NeighbourSeen,
    ObjectSeen,
    Observation,
    PortForwardSeen,
    PortSeen,
    PortsExamined,
    Provenance,
    RouteSeen,
    SaidSeen,
    SourceNatSeen,
    SubnetSeen,
    SystemSeen,
    VlanSeen,
    VpnSeen,
)
from shared.port_ranges import Ranges
from shared.stable import stable_digest, stable_json

Port = tuple[str, str, int]
"""(address, protocol, number)"""


def subject(observation: Observation) -> tuple[object, ...]:
    """What an observation is about: a newer one about the same takes its place."""
    match observation:
        case AddressSeen():
            about: tuple[object, ...] = (observation.address, observation.mac, observation.provenance)
        case PortsExamined():
            about = (observation.address, observation.protocol)
        case PortSeen() | ListenerSeen():
            about = (observation.address, observation.protocol, observation.number)
        case NameSeen():
            about = (observation.address, observation.source, observation.name)
        case InterfaceSeen():
            about = (observation.index, observation.name)
        case BridgeEntrySeen():
            about = (observation.mac, observation.vlan)
        case NeighbourSeen():
            about = (observation.protocol, observation.local_port, observation.chassis_id, observation.port_id)
        case VlanSeen():
            about = (observation.vlan,)
        case RouteSeen():
            about = (observation.route.destination, observation.route.gateway, observation.route.interface)
        case FirewallRuleSeen():
            about = (observation.rule.key,)
        case PortForwardSeen():
            about = (observation.forward.key,)
        case SourceNatSeen():
            about = (observation.nat.key,)
        case VpnSeen():
            about = (observation.vpn.key,)
        case DhcpPoolSeen():
            about = (observation.pool.key,)
        case LeaseSeen():
            about = (observation.address,)
        case CertificateSeen():
            about = (observation.address, observation.port, observation.starttls)
        case HostKeySeen():
            about = (observation.address, observation.port, observation.algorithm)
        case DhcpServerSeen():
            about = (observation.server, observation.interface)
        case DhcpClientSeen():
            about = (observation.mac,)
        case SubnetSeen():
            about = (observation.prefix, observation.interface)
        case ObjectSeen():
            about = (observation.oid,)
        case SaidSeen():
            about = (observation.address, observation.protocol, observation.port, observation.field)
        case SupplySeen() | PrinterSeen() | ModuleSeen():
            about = (observation.index,)
        case PowerSourceSeen():
            about = (observation.group,)
        case PowerPortSeen() | PortVlansSeen():
            about = (observation.port,)
        case DiskSeen() | VolumeSeen():
            about = (observation.name, observation.size_bytes)
        case ConfigurationSeen():
            about = (observation.platform,)
        case SystemSeen() | UpsSeen() | HostSeen() | WifiClientsSeen() | SettingsSeen():
            about = ()
    return (type(observation).__name__, *about)


class Ports:
    """Which ports a report examined and which it found open, over all its probes."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._examined: dict[tuple[str, str], Ranges] = {}
        self._open: set[Port] = set()
        for seen in observations:
            if isinstance(seen, PortsExamined):
                place = (seen.address, seen.protocol)
                self._examined[place] = port_ranges.joined((*self._examined.get(place, ()), *port_ranges.parsed(seen.ranges)))
            elif isinstance(seen, PortSeen):
                self._open.add((seen.address, seen.protocol, seen.number))

    def __bool__(self) -> bool:
        return bool(self._examined)

    def are_closed(self, seen: PortSeen) -> bool:
        ranges = self._examined.get((seen.address, seen.protocol))
        if ranges is None or (seen.address, seen.protocol, seen.number) in self._open:
            return False
        return port_ranges.holds(ranges, seen.number)


def look(probe: str, target: str, at_utc: datetime, observations: Iterable[Observation]) -> Look:
    """A look with its observations in a fixed order, each once."""
    ordered = {f"{type(o).__name__}{stable_json(o)}": o for o in observations}
    kept = tuple(ordered[text] for text in sorted(ordered))
    return Look(probe, target, at_utc, stable_digest(kept), kept)


def renewed(old: Look | None, new: Look, partial: bool, ports: Ports) -> Look:
    """The look that holds after ``new``; ``old`` itself where nothing but volatile fields differ, so that nothing is rewritten."""
    if old is None or old.digest == new.digest:
        return old or new
    before = {subject(observation): observation for observation in old.observations}
    now = [_filled(observation, before.pop(subject(observation), None)) for observation in new.observations]
    now += [observation for observation in before.values() if partial or isinstance(observation, PortSeen | PortsExamined)]
    kept = (o for o in now if not (isinstance(o, PortSeen) and ports.are_closed(o)))
    result = look(new.probe, new.target, new.at_utc, kept)
    return old if result.digest == old.digest else result


def _filled(new: Observation, old: Observation | None) -> Observation:
    if isinstance(new, PortsExamined) and isinstance(old, PortsExamined):
        ranges = port_ranges.joined((*port_ranges.parsed(old.ranges), *port_ranges.parsed(new.ranges)))
        return new.model_copy(update={"ranges": port_ranges.written(ranges)})
    if not (isinstance(new, PortSeen) and isinstance(old, PortSeen)) or new.service not in ("", old.service):
        return new
    if not new.product:
        kept = {name: getattr(old, name) for name in ("service", "product", "version", "extra")}
    elif new.product == old.product and not new.version:
        kept = {"version": old.version}
    else:
        return new
    return new.model_copy(update=kept | {"examined": new.examined or old.examined})


def without_closed(kept: Look, ports: Ports) -> Look | None:
    """An older look, less the ports that were since found closed; None where nothing remains."""
    return _reduced(kept, [o for o in kept.observations if not (isinstance(o, PortSeen) and ports.are_closed(o))])


def without_addresses(kept: Look, gone: Collection[str], target: str) -> Look | None:
    """An older look, less what it says of addresses that the device no longer has; ``target`` is what it is filed under from now on.

    What it says of the device as a whole (its model, its rules) holds wherever the device is. None where nothing remains.
    """
    remaining: list[Observation] = []
    for observation in kept.observations:
        if isinstance(observation, InterfaceSeen) and any(a.address in gone for a in observation.addresses):
            left = tuple(a for a in observation.addresses if a.address not in gone)
            remaining.append(observation.model_copy(update={"addresses": left}))
        elif not _is_at(observation, gone):
            remaining.append(observation)
    return _reduced(kept, remaining, target)


def _is_at(observation: Observation, addresses: Collection[str]) -> bool:
    match observation:
        case AddressSeen(provenance=Provenance.THIRD_PARTY) | LeaseSeen():
            return False  # this is about another device, which has that address
        case AddressSeen() | PortsExamined() | PortSeen() | NameSeen() | CertificateSeen() | HostKeySeen() | ListenerSeen():
            return observation.address in addresses
        case _:
            return False


def _reduced(kept: Look, remaining: list[Observation], target: str | None = None) -> Look | None:
    if not remaining:
        return None
    if len(remaining) == len(kept.observations) and target in (None, kept.target) and tuple(remaining) == kept.observations:
        return kept
    return look(kept.probe, kept.target if target is None else target, kept.at_utc, remaining)

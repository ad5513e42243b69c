"""Makes one device's partial facts whole: each reader tells what its source knows, and several sources describe the same thing.

``InterfaceSeen`` of the same index become one, ``SystemSeen`` and ``UpsSeen`` become one each: for each field the first
reader that has something is believed, and addresses are put together. The order of the facts is therefore the order of belief. Pure.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from shared.address import MacKind, mac_kind
from shared.hardware import UpsSeen
from shared.observation import (
    AddressSeen,
    BridgeEntrySeen,
    InterfaceAddress,
    InterfaceSeen,
    NameSeen,
    NameSource,
    Observation,
    Provenance,
    SystemSeen,
)

Partial = TypeVar("Partial", InterfaceSeen, SystemSeen, UpsSeen)

_EMPTY = (None, "", ())


def join(facts: Iterable[Observation]) -> tuple[Observation, ...]:
    """The facts with partial ones put together and doubles left out: the system, the interfaces, then the rest in its order."""
    systems: list[SystemSeen] = []
    batteries: list[UpsSeen] = []
    interfaces: dict[int, list[InterfaceSeen]] = {}
    rest: dict[Observation, None] = {}
    for fact in facts:
        if isinstance(fact, SystemSeen):
            systems.append(fact)
        elif isinstance(fact, InterfaceSeen):
            interfaces.setdefault(fact.index, []).append(fact)
        elif isinstance(fact, UpsSeen):
            batteries.append(fact)
        else:
            rest[fact] = None
    whole = [_first_of_each(parts) for _, parts in sorted(interfaces.items())]
    named = [i if i.name else i.model_copy(update={"name": f"if{i.index}"}) for i in whole]
    ups = [_first_of_each(batteries)] if batteries else []
    return (*([_first_of_each(systems)] if systems else []), *named, *ups, *_without_vlanless_doubles(rest))


def own_addresses(observations: Iterable[Observation]) -> Iterator[AddressSeen]:
    """The addresses that a device says are its own. Loopback and link-local ones name no device and are left out."""
    for interface in observations:
        if not isinstance(interface, InterfaceSeen):
            continue
        mac = interface.mac if interface.mac and mac_kind(interface.mac) is not MacKind.EXCLUDED else None
        for entry in interface.addresses:
            if names_a_host(entry.address):
                yield AddressSeen(address=entry.address, mac=mac, provenance=Provenance.OWN_TABLE, interface=interface.name)


def own_names(address: str, observations: Iterable[Observation], source: NameSource) -> Iterator[NameSeen]:
    for system in observations:
        if isinstance(system, SystemSeen) and system.name:
            yield NameSeen(address=address, name=system.name, source=source)


def names_a_host(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255")


def _first_of_each(parts: list[Partial]) -> Partial:
    """One fact out of several: of each field the first value that says something."""
    if len(parts) == 1:
        return parts[0]
    fields: dict[str, Any] = {}
    for part in parts:
        for name in type(part).model_fields:
            value = getattr(part, name)
            if fields.get(name) in _EMPTY:
                fields[name] = value
    if isinstance(parts[0], InterfaceSeen):
        fields["addresses"] = _addresses(entry for part in parts for entry in getattr(part, "addresses", ()))
    return type(parts[0])(**fields)


def _addresses(entries: Iterable[InterfaceAddress]) -> tuple[InterfaceAddress, ...]:
    """Each address once, with its prefix length where any source knows it."""
    best: dict[str, InterfaceAddress] = {}
    for entry in entries:
        known = best.get(entry.address)
        if known is None or known.prefix_length is None:
            best[entry.address] = entry
    return tuple(best.values())


def _without_vlanless_doubles(facts: Iterable[Observation]) -> Iterator[Observation]:
    """A switch serves one forwarding table with VLANs (Q-BRIDGE-MIB) and often the same again without (BRIDGE-MIB)."""
    facts = list(facts)
    known = {(fact.mac, fact.port) for fact in facts if isinstance(fact, BridgeEntrySeen) and fact.vlan is not None}
    for fact in facts:
        if not (isinstance(fact, BridgeEntrySeen) and fact.vlan is None and (fact.mac, fact.port) in known):
            yield fact

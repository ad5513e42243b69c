"""What is plugged in where?

Two sources: what a device heard from its neighbour (LLDP, IEEE 802.1AB; CDP), and the MAC addresses that a switch has learned on a port
(BRIDGE-MIB, RFC 4188). A neighbour is certain. A learned address says that its owner is behind that port, not that it is plugged in
there: it counts where all addresses of the port belong to one device. A port with a neighbour, or with more, leads to other switches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collector.core import holdings, names
from collector.core.facts import DeviceFacts
from shared.address import MacKind, mac_kind, normal_mac
from shared.inventory import Link
from shared.observation import BridgeEntrySeen, InterfaceSeen, NeighbourSeen


@dataclass(frozen=True, slots=True)
class Directory:
    """Who has a MAC address, an address, a name; only where it is one device."""

    by_mac: Mapping[str, str]
    by_address: Mapping[str, str]
    by_name: Mapping[str, str]

    @classmethod
    def of(cls, devices: Iterable[DeviceFacts], hostnames: Mapping[str, Sequence[str]]) -> "Directory":
        macs: dict[str, set[str]] = {}
        addresses: dict[str, set[str]] = {}
        called: dict[str, set[str]] = {}
        for facts in devices:
            held = holdings.of_device(facts.device)
            for mac in held.macs:
                macs.setdefault(mac, set()).add(facts.id)
            for address in held.own_addresses | held.table_addresses:
                addresses.setdefault(address, set()).add(facts.id)
            for name in {form for full in hostnames.get(facts.id, ()) for form in (full, names.short(full))}:
                called.setdefault(name, set()).add(facts.id)
        return cls(_single(macs), _single(addresses), _single(called))


def _single(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {value: next(iter(ids)) for value, ids in found.items() if len(ids) == 1}


def links(devices: Sequence[DeviceFacts], directory: Directory) -> tuple[Link, ...]:
    heard = list(_without_cdp_doubles(_heard(devices, directory)))
    switches = {facts.id for facts in devices if facts.of(BridgeEntrySeen)}
    by_neighbour = list(_each_cable_once(heard, switches))
    uplinks = {(link.device, link.port) for link in heard} | {(link.to_device, link.to_port) for link in by_neighbour}
    found = [*by_neighbour, *(link for facts in devices for link in _learned(facts, directory, uplinks))]
    return tuple(sorted(set(found), key=lambda link: (link.device, _natural(link.port), link.to_device, link.to_port, link.to_mac or "")))


def _natural(port: str) -> tuple[tuple[int, int, str], ...]:
    """Port 2 before port 10."""
    return tuple((1, int(part), "") if part.isdecimal() and len(part) < 10 else (0, 0, part) for part in _runs(port))


def _runs(text: str) -> Iterator[str]:
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or text[i].isdecimal() != text[start].isdecimal():
            yield text[start:i]
            start = i


def _heard(devices: Iterable[DeviceFacts], directory: Directory) -> Iterator[Link]:
    for facts in devices:
        for seen in facts.of(NeighbourSeen):
            other = _neighbour(seen, directory)
            if other == facts.id:
                continue
            yield Link(
                device=facts.id,
                port=seen.local_port,
                to_device=other,
                to_port=_far_port(seen),
                to_mac=None if other else seen.chassis_mac,
                known_by=seen.protocol,
            )


def _without_cdp_doubles(heard: Iterable[Link]) -> Iterator[Link]:
    """Many switches speak LLDP and CDP on one cable: the standard's account is kept where both name the same device."""
    heard = list(heard)
    by_lldp = {(link.device, link.port, link.to_device) for link in heard if link.known_by == "lldp"}
    yield from (link for link in heard if link.known_by == "lldp" or (link.device, link.port, link.to_device) not in by_lldp)


def _neighbour(seen: NeighbourSeen, directory: Directory) -> str:
    if seen.chassis_mac and seen.chassis_mac in directory.by_mac:
        return directory.by_mac[seen.chassis_mac]
    for address in seen.addresses:
        if address in directory.by_address:
            return directory.by_address[address]
    port_mac = _as_mac(seen.port_id)
    if port_mac and port_mac in directory.by_mac:
        return directory.by_mac[port_mac]
    name = names.normal(seen.name)
    return directory.by_name.get(name) or directory.by_name.get(names.short(name), "")


def _as_mac(text: str) -> str | None:
    try:
        return normal_mac(text)
    except ValueError:
        return None


def _far_port(seen: NeighbourSeen) -> str:
    """The neighbour's name of its port; a MAC address is none where there is a description."""
    return seen.port_description if seen.port_description and _as_mac(seen.port_id) else seen.port_id or seen.port_description


def _each_cable_once(heard: Sequence[Link], switches: Iterable[str]) -> Iterator[Link]:
    """Both ends tell of a cable: the switch's account is kept, with the other's own name of its port."""
    ends: dict[tuple[str, str], list[Link]] = {}
    for link in heard:
        ends.setdefault((link.device, link.to_device), []).append(link)
    for (device, other), there in sorted(ends.items()):
        back = ends.get((other, device), []) if other else []
        if not back:
            yield from there
            continue
        first = min(device, other, key=lambda device_id: (device_id not in switches, device_id))
        if device != first:
            continue
        if len(there) == len(back) == 1:
            yield there[0].model_copy(update={"to_port": back[0].port})
        else:
            yield from there


def _learned(facts: DeviceFacts, directory: Directory, uplinks: Iterable[tuple[str, str]]) -> Iterator[Link]:
    own = {interface.mac for interface in facts.of(InterfaceSeen)}
    ports: dict[str, dict[str, set[int | None]]] = {}
    for entry in facts.of(BridgeEntrySeen):
        if entry.mac not in own and mac_kind(entry.mac) in (MacKind.GLOBAL, MacKind.LOCAL):
            ports.setdefault(entry.port, {}).setdefault(entry.mac, set()).add(entry.vlan)
    taken = set(uplinks)
    for port, entries in ports.items():
        owners = {directory.by_mac.get(mac, "") or mac for mac in entries}
        if (facts.id, port) in taken or len(owners) != 1:
            continue
        mac = min(entries)
        vlans = {vlan for found in entries.values() for vlan in found if vlan is not None}
        yield Link(
            device=facts.id,
            port=port,
            to_device=directory.by_mac.get(mac, ""),
            to_mac=mac,
            vlan=next(iter(vlans)) if len(vlans) == 1 else None,
            known_by="bridge_table",
        )

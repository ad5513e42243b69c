"""What is plugged in at each port of each switch?

Joined from what the switch says of its ports (its configuration, its interface table, VLANs, power), what it heard from neighbours (LLDP,
CDP), the MAC addresses that it has learned there, and who holds these: devices, routers' ARP tables, DHCP leases.

Several machines behind one port without a neighbour: virtual machines of one host, a switch that nobody manages, or an uplink. It is an
uplink where another switch is among them, or more machines than an unmanaged switch has ports. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collector.core.facts import DeviceFacts
from collector.core.links import Directory
from shared.address import MacKind, mac_kind
from shared.configuration_seen import SettingsSeen
from shared.device_config import SwitchPort
from shared.hardware import PortVlansSeen, PowerPortSeen
from shared.inventory import Device, JoinedPort, Kind, Link, PortMachine, PortRole
from shared.observation import AddressSeen, BridgeEntrySeen, InterfaceSeen, LeaseSeen, Provenance
from shared.oui import maker
from shared.port_name import port_key
from shared.port_ranges import joined as joined_ranges
from shared.port_ranges import written

MAX_UNMANAGED = 16
"""Ports of the largest switch that is commonly put on a desk or above a ceiling."""
MAX_MACHINES = 64
_PHYSICAL = frozenset({"ethernetCsmacd", "gigabitEthernet", "fastEther", "ieee8023adLag", ""})
_NO_PORT = re.compile(r"^(?:vlan|lo|loopback|null|cpu|tunnel|irb|svi|mgmt_vlan)", re.IGNORECASE)
_VIRTUAL_MACHINES = ("00:50:56:", "00:0c:29:", "00:15:5d:", "52:54:00:", "00:16:3e:", "08:00:27:", "bc:24:11:")
"""VMware, Hyper-V, QEMU/KVM, Xen, VirtualBox, Proxmox."""
_SWITCHING = frozenset({Kind.SWITCH, Kind.ROUTER, Kind.FIREWALL})


@dataclass(slots=True)
class _Port:
    """What is known of one port, from all that tell of it."""

    name: str
    interface: InterfaceSeen | None = None
    configured: SwitchPort | None = None
    vlans: PortVlansSeen | None = None
    power: PowerPortSeen | None = None
    entries: list[BridgeEntrySeen] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Site:
    devices: Mapping[str, Device]
    directory: Directory
    addresses: Mapping[str, str]
    """MAC address -> the address that it answers for, by the routers' tables and the leases."""
    names: Mapping[str, str]
    switches: frozenset[str]
    links: Mapping[tuple[str, str], Link]
    """(device, port's key) -> the neighbour there."""


def switch_ports(
    facts: Sequence[DeviceFacts], devices: Iterable[Device], directory: Directory, links: Iterable[Link]
) -> Iterator[JoinedPort]:
    site = _site(facts, devices, directory, links)
    for one in facts:
        if one.of(BridgeEntrySeen) or any(seen.settings.switch_ports for seen in one.of(SettingsSeen)):
            for port in _ports(one).values():
                yield _joined(one.id, port, site)


def _site(facts: Sequence[DeviceFacts], devices: Iterable[Device], directory: Directory, links: Iterable[Link]) -> _Site:
    addresses: dict[str, str] = {}
    names: dict[str, str] = {}
    for one in facts:
        for seen in one.of(AddressSeen):
            if seen.mac and seen.provenance is Provenance.THIRD_PARTY and ":" not in seen.address:
                addresses.setdefault(seen.mac, seen.address)
        for lease in one.of(LeaseSeen):
            addresses.setdefault(lease.mac, lease.address)
            if lease.name:
                names.setdefault(lease.mac, lease.name)
    heard: dict[tuple[str, str], Link] = {}
    for link in links:
        if link.known_by != "bridge_table":
            heard.setdefault((link.device, port_key(link.port)), link)
            if link.to_device:
                back = link.model_copy(
                    update={"device": link.to_device, "port": link.to_port, "to_device": link.device, "to_port": link.port}
                )
                heard.setdefault((link.to_device, port_key(link.to_port)), back)
    switches = frozenset(one.id for one in facts if one.of(BridgeEntrySeen))
    return _Site({device.id: device for device in devices}, directory, addresses, names, switches, heard)


def _ports(facts: DeviceFacts) -> dict[str, _Port]:
    """By their keys, in the order in which the switch tells of them."""
    ports: dict[str, _Port] = {}

    def of(name: str) -> _Port:
        return ports.setdefault(port_key(name), _Port(name))

    own = set()
    for interface in facts.of(InterfaceSeen):
        own.add(interface.mac)
        # what has an address of its own is routed or for management: a port only where others speak of it as one
        if interface.kind in _PHYSICAL and not interface.addresses and not _NO_PORT.match(interface.name):
            of(interface.name).interface = interface
    for seen in facts.of(SettingsSeen):
        for configured in seen.settings.switch_ports:
            of(configured.name).configured = configured
    for vlans in facts.of(PortVlansSeen):
        if port_key(vlans.port) in ports:
            of(vlans.port).vlans = vlans
    for power in facts.of(PowerPortSeen):
        if port_key(power.port) in ports:
            of(power.port).power = power
    for entry in facts.of(BridgeEntrySeen):
        if entry.mac not in own and mac_kind(entry.mac) in (MacKind.GLOBAL, MacKind.LOCAL) and not _NO_PORT.match(entry.port):
            of(entry.port).entries.append(entry)
    return ports


def _joined(device: str, port: _Port, site: _Site) -> JoinedPort:
    configured = port.configured or SwitchPort(name=port.name)
    link = site.links.get((device, port_key(port.name)))
    machines = _machines(port, site)
    role = _role(port, link, machines, site)
    tagged = configured.tagged_vlans
    if not tagged and port.vlans and port.vlans.tagged:
        tagged = written(joined_ranges((vlan, vlan) for vlan in port.vlans.tagged))
    interface = port.interface
    return JoinedPort(
        device=device,
        port=port.name,
        description=configured.description or (interface.alias if interface else ""),
        enabled=interface.admin_up if interface and interface.admin_up is not None else configured.enabled if port.configured else None,
        up=interface.oper_up if interface else None,
        speed_bps=interface.speed_bps if interface and interface.oper_up else None,
        mode=configured.mode or ("trunk" if tagged else ""),
        untagged_vlan=configured.untagged_vlan if configured.untagged_vlan is not None else port.vlans.untagged if port.vlans else None,
        tagged_vlans=tagged,
        voice_vlan=configured.voice_vlan,
        lag=configured.lag,
        poe=_poe(port),
        role=role,
        neighbour=(link.to_device or link.to_mac or "") if link else "",
        neighbour_port=link.to_port if link else "",
        known_by=link.known_by if link else "bridge_table" if machines else "",
        machines=() if role is PortRole.UPLINK else machines[:MAX_MACHINES],
    )


def _poe(port: _Port) -> str:
    if port.power and port.power.status:
        return port.power.status
    if port.configured and port.configured.poe is not None:
        return "on" if port.configured.poe else "off"
    return ""


def _machines(port: _Port, site: _Site) -> tuple[PortMachine, ...]:
    vlans: dict[str, set[int]] = {}
    for entry in port.entries:
        vlans.setdefault(entry.mac, set()).update(() if entry.vlan is None else (entry.vlan,))
    return tuple(_machine(mac, vlans[mac], site) for mac in sorted(vlans))


def _machine(mac: str, vlans: set[int], site: _Site) -> PortMachine:
    owner = site.devices.get(site.directory.by_mac.get(mac, ""))
    held = next((held.address for held in owner.addresses if held.mac == mac), None) if owner else None
    first = owner.addresses[0].address if owner and owner.addresses else None
    return PortMachine(
        mac=mac,
        vlan=next(iter(vlans)) if len(vlans) == 1 else None,
        device=owner.id if owner else "",
        address=held or site.addresses.get(mac) or first,
        name=owner.title if owner else site.names.get(mac, ""),
        vendor=maker(mac),
    )


def _role(port: _Port, link: Link | None, machines: Sequence[PortMachine], site: _Site) -> PortRole:
    up, enabled = (port.interface.oper_up, port.interface.admin_up) if port.interface else (None, None)
    if enabled is False or (enabled is None and port.configured and not port.configured.enabled):
        return PortRole.OFF
    neighbour = site.devices.get(link.to_device) if link else None
    if neighbour and neighbour.kind is Kind.ACCESS_POINT:
        return PortRole.ACCESS_POINT
    if link and (link.to_device in site.switches or (neighbour and neighbour.kind in _SWITCHING)):
        return PortRole.UPLINK
    owners = {machine.device or machine.mac for machine in machines}
    if not owners:
        return PortRole.HOST if link else PortRole.EMPTY if up is False else PortRole.QUIET
    if owners & site.switches or len(owners) > MAX_UNMANAGED:
        return PortRole.UPLINK
    real = {m.device or m.mac for m in machines if not m.mac.startswith(_VIRTUAL_MACHINES)}
    if len(owners) == 1 or (len(real) <= 1 and len(owners) > 1) or (link and len(real) <= 2):
        return PortRole.HOST
    return PortRole.UNMANAGED_SWITCH

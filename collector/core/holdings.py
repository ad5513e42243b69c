"""What names a device: the MAC addresses, addresses and serial numbers that it holds, each with how firmly it is known.

First-hand is what the device itself did on the wire or said of itself. What another device says of it (a router's ARP table, a DNS
server's answer) never stands here.  Source: the identity ladder of RFC 7042 (MAC addresses, universal and local) and practice:
placeholders for serial numbers as makers leave them in SMBIOS and ENTITY-MIB.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from collector.core.knowledge import KnownDevice
from shared.address import MacKind, mac_kind
from shared.observation import (
    AddressSeen,
    InterfaceSeen,
    NameSeen,
    NameSource,
    Observation,
    PortsExamined,
    Provenance,
    SystemSeen,
)

_PLACEHOLDER_SERIALS = frozenset(
    {
        "",
        "0",
        "none",
        "n/a",
        "na",
        "unknown",
        "default",
        "default string",
        "to be filled by o.e.m.",
        "system serial number",
        "not specified",
    }
)
_TOLD_BY_OTHERS = frozenset({NameSource.DNS, NameSource.DHCP})


@dataclass(slots=True)
class Holdings:
    wire_macs: set[str] = field(default_factory=set)
    """MAC addresses that answered for one of its addresses; only those that may name a device."""
    table_macs: set[str] = field(default_factory=set)
    """MAC addresses of its own interface table; only globally assigned ones, as containers and bridges repeat the local ones."""
    listed_macs: set[str] = field(default_factory=set)
    """All MAC addresses of its own interface table: they confirm an address that the same table lists, and name nothing alone."""
    own_addresses: set[str] = field(default_factory=set)
    """Addresses that answered the agent themselves."""
    table_addresses: set[str] = field(default_factory=set)
    """Addresses of its own interface table."""
    serials: set[str] = field(default_factory=set)

    @property
    def macs(self) -> set[str]:
        return self.wire_macs | self.table_macs

    def add(self, other: "Holdings") -> None:
        self.wire_macs |= other.wire_macs
        self.table_macs |= other.table_macs
        self.listed_macs |= other.listed_macs
        self.own_addresses |= other.own_addresses
        self.table_addresses |= other.table_addresses
        self.serials |= other.serials


def names_a_device(mac: str) -> bool:
    """Whether a MAC address seen on the wire may say which device this is."""
    return mac_kind(mac) in (MacKind.GLOBAL, MacKind.LOCAL)


def names_a_host(address: str) -> bool:
    """Whether an address of an interface table may say which device this is: every device has a loopback and link-local ones."""
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified or parsed.is_multicast)


def is_address(target: str) -> bool:
    try:
        ipaddress.ip_address(target)
    except ValueError:
        return False
    return True


def is_first_hand(observation: Observation) -> bool:
    """Whether only the target itself can have said this, so that it shows that the target is there."""
    match observation:
        case PortsExamined():
            return False
        case AddressSeen(provenance=provenance):
            return provenance is not Provenance.THIRD_PARTY
        case NameSeen(source=source, provenance=provenance):
            return provenance is not Provenance.THIRD_PARTY and source not in _TOLD_BY_OTHERS
        case _:
            return True


def of_observations(observations: Iterable[Observation]) -> Holdings:
    """What the observations of one target say that it holds."""
    held = Holdings()
    for observation in observations:
        match observation:
            case AddressSeen(provenance=Provenance.OWN_REPLY):
                held.own_addresses.add(observation.address)
                if observation.mac and names_a_device(observation.mac):
                    held.wire_macs.add(observation.mac)
            case InterfaceSeen():
                held.table_addresses.update(a.address for a in observation.addresses if names_a_host(a.address))
                if observation.mac and mac_kind(observation.mac) is not MacKind.EXCLUDED:
                    held.listed_macs.add(observation.mac)
                    if mac_kind(observation.mac) is MacKind.GLOBAL:
                        held.table_macs.add(observation.mac)
            case SystemSeen() if observation.serial.lower() not in _PLACEHOLDER_SERIALS:
                held.serials.add(observation.serial)
    return held


def of_device(device: KnownDevice) -> Holdings:
    """What a known device holds, by its looks."""
    held = Holdings()
    for look in device.looks.values():
        held.add(of_observations(look.observations))
        if is_address(look.target) and any(is_first_hand(observation) for observation in look.observations):
            held.own_addresses.add(look.target)
    return held

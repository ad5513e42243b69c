"""What does the agent's own machine say of itself, and which subnets is it in?

Two targets: ``site`` for the subnets (they belong to no device), and the machine's own address, so that the agent's box is documented like
any other. Sends nothing: the machine was read before the scan.
"""

import ipaddress
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.machine import Machine, OwnInterface
from agent.probe import SITE, Answer, Seen, Target
from shared.observation import (
    AddressSeen,
    InterfaceAddress,
    InterfaceSeen,
    NameSeen,
    NameSource,
    Observation,
    Provenance,
    SubnetSeen,
)

NAME = "host"
AFTER: tuple[str, ...] = ()
AT_ONCE = 2
DEADLINE_S = 10.0
CREDENTIALS = False


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    own = own_address(settings, seen.machine)
    return [Target(SITE), Target(own)] if own else [Target(SITE)]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return 0


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    if target.name == SITE:
        return Answer(tuple(_subnets(seen.machine)))
    return Answer((*_itself(target.name, seen.machine), *_interfaces(seen.machine)))


def own_address(settings: Settings, machine: Machine) -> str | None:
    """The address that the machine is documented by: one in a scanned subnet where it has one."""
    held = [own.address for own in machine.own_addresses()]
    scanned = [ipaddress.ip_network(prefix) for prefix in settings.scan.subnets]
    inside = [address for address in held if any(ipaddress.ip_address(address) in prefix for prefix in scanned)]
    return next(iter([*inside, *held]), None)


def _subnets(machine: Machine) -> list[SubnetSeen]:
    own = set(machine.own_subnets())
    return [SubnetSeen(prefix=c.prefix, interface=c.interface, gateway=c.gateway) for c in machine.connections() if c.prefix in own]


def _itself(address: str, machine: Machine) -> list[Observation]:
    found: list[Observation] = [machine.system]
    if machine.hostname:  # as a login over SSH would read it: the machine's own word
        found.append(NameSeen(address=address, name=machine.hostname, source=NameSource.SSH, provenance=Provenance.OWN_TABLE))
    return found


def _interfaces(machine: Machine) -> list[Observation]:
    shown = [interface for interface in machine.interfaces if not interface.internal and (interface.mac or interface.addresses)]
    held: list[Observation] = [
        AddressSeen(address=own.address, mac=interface.mac, provenance=Provenance.OWN_TABLE, interface=interface.name)
        for interface in shown
        for own in interface.addresses
        if not own.link_local
    ]
    return [*(_seen(interface) for interface in shown), *held]


def _seen(interface: OwnInterface) -> InterfaceSeen:
    return InterfaceSeen(
        index=interface.index,
        name=interface.name,
        kind="ethernetCsmacd" if interface.mac else "",
        mac=interface.mac,
        admin_up=interface.admin_up,
        oper_up=interface.oper_up,
        mtu_bytes=interface.mtu_bytes,
        addresses=tuple(InterfaceAddress(address=own.address, prefix_length=own.prefix_length) for own in interface.addresses),
    )

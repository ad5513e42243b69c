"""The network of a site as tables: devices, subnets, VLANs, and what could not be looked at."""

from collections.abc import Iterable
from datetime import datetime

from collector.core.subnets import AGENT
from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import columns
from collector.sections.parts.kinds import KINDS, kind_phrase, state_phrase
from collector.sections.parts.model import N_, NN_, Cell, Row, Table, Tone, Value, counted, phrase, table
from shared.address import address_order
from shared.inventory import Device, Kind, Link

SHOWN_PORTS = 8
SHOWN_NAMES = 2


def devices_table(devices: Iterable[Device], known: Directory, newest_utc: datetime | None) -> Table:
    plugged = {link.to_device: link for link in reversed(known.inventory.links) if link.to_device}
    rows = tuple(
        Row(
            (
                _named(device),
                (Value(kind_phrase(device.kind), chip=True, tone=Tone.QUIET if device.kind is Kind.OTHER else Tone.PLAIN),),
                tuple(Value(held.address, code=True) for held in device.addresses),
                _make(device),
                _ports(device),
                _plugged(device, plugged.get(device.id), known),
                _seen(device, newest_utc),
            ),
            muted=device.missing_since is not None,
        )
        for device in sorted(devices, key=device_order)
    )
    names = columns(N_("Device"), N_("Kind"), N_("Address"), N_("Make and system"), N_("Open ports"), N_("Plugged in at"), N_("Last seen"))
    return table("devices", phrase(N_("Devices")), names, rows)


def device_order(device: Device) -> tuple[bool, tuple[int, int], str]:
    """As a technician looks for it: by address; those without one last."""
    if not device.addresses:
        return True, (0, 0), device.id
    return False, address_order(device.addresses[0].address), device.id


def matches(device: Device, wanted: str, translated_kind: str = "") -> bool:
    """Every word of ``wanted`` stands somewhere in what is known of the device."""
    about = [
        device.title,
        device.kind.value,
        KINDS[device.kind],
        translated_kind,
        device.vendor,
        device.model,
        device.os,
        device.os_version,
    ]
    about += [device.serial, device.location, *device.hostnames]
    for held in device.addresses:
        about += [held.address, held.mac or ""]
    for port in device.ports:
        about += [f"{port.protocol}/{port.number}", port.service, port.product]
    text = "\n".join(about).casefold()
    return all(word in text for word in wanted.casefold().split())


def _named(device: Device) -> Cell:
    others = ", ".join(device.hostnames[1 : 1 + SHOWN_NAMES])
    return (Value(device.title, device=device.id, note=others),)


def _make(device: Device) -> Cell:
    make = " ".join(part for part in (device.vendor, device.model) if part)
    system = " ".join(part for part in (device.os, device.os_version) if part)
    return tuple(Value(text, tone=tone) for text, tone in ((make, Tone.PLAIN), (system, Tone.QUIET)) if text)


def _ports(device: Device) -> Cell:
    numbers = sorted({(port.number, port.protocol) for port in device.ports})
    shown = " ".join(str(number) if protocol == "tcp" else f"{protocol}/{number}" for number, protocol in numbers[:SHOWN_PORTS])
    if not shown:
        return ()
    more = len(numbers) - SHOWN_PORTS
    note = counted(NN_("and %(count)s more", "and %(count)s more"), more) if more > 0 else ""
    return (Value(shown, code=True, note=note),)


def _plugged(device: Device, link: Link | None, known: Directory) -> Cell:
    if link is None:
        return ()
    return (known.device_value(link.device), Value(link.port, code=True))


def _seen(device: Device, newest_utc: datetime | None) -> Cell:
    if device.missing_since is not None:
        return (Value(phrase(N_("missing")), chip=True, tone=Tone.NOTABLE, moment=device.last_seen),)
    if newest_utc is not None and device.last_seen >= newest_utc:
        return (Value(phrase(N_("newest scan")), tone=Tone.QUIET),)
    return (Value("", moment=device.last_seen),)


def subnets_table(known: Directory) -> Table:
    rows = tuple(
        Row(
            (
                (Value(subnet.prefix, code=True),),
                (Value(str(subnet.vlan)),) if subnet.vlan is not None else (),
                (known.address_value(subnet.gateway),) if subnet.gateway else (),
                (
                    Value(phrase(N_("scanned")), chip=True, tone=Tone.GOOD)
                    if subnet.scanned
                    else Value(phrase(N_("not scanned")), chip=True, tone=Tone.NOTABLE),
                ),
                tuple(_known_by(by, known) for by in subnet.known_by),
            )
        )
        for subnet in known.inventory.subnets
    )
    names = columns(N_("Subnet"), N_("VLAN"), N_("Gateway"), N_("Scan"), N_("Known by"))
    return table("subnets", phrase(N_("Subnets")), names, rows)


def _known_by(by: str, known: Directory) -> Value:
    return Value(phrase(N_("the agent"))) if by == AGENT else known.device_value(by)


def vlans_table(known: Directory) -> Table:
    rows = tuple(
        Row(((Value(str(vlan.vlan)),), (Value(vlan.name),) if vlan.name else (), tuple(known.device_value(by) for by in vlan.devices)))
        for vlan in known.inventory.vlans
    )
    return table("vlans", phrase(N_("VLANs")), columns(N_("VLAN"), N_("Name"), N_("Known by")), rows)


def not_seen_table(known: Directory) -> Table:
    rows = []
    for miss in known.inventory.not_seen:
        text, tone = state_phrase(miss.state)
        target = known.address_value(miss.target)
        rows.append(
            Row(
                (
                    (target,),
                    (Value(miss.probe, code=True),),
                    (Value(text, chip=True, tone=tone),),
                    (Value(miss.detail),) if miss.detail else (),
                )
            )
        )
    names = columns(N_("Target"), N_("Probe"), N_("Outcome"), N_("Why, and what helps"))
    return table("not-seen", phrase(N_("What could not be looked at")), names, tuple(rows), folded=len(rows) > 10)


def links_of(device: Device, known: Directory) -> tuple[Link, ...]:
    """Links that end at this device, by id or by one of its MAC addresses."""
    own = {held.mac for held in device.addresses if held.mac} | {interface.mac for interface in device.interfaces if interface.mac}
    return tuple(
        link
        for link in known.inventory.links
        if device.id in {link.device, link.to_device} or (not link.to_device and link.to_mac is not None and link.to_mac in own)
    )

"""One device of an inventory as facts and tables: what it is with who says so, ports, interfaces, links, and what it lets through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from collector.core.corrections import documented, seen
from collector.sections.parts import hardware
from collector.sections.parts.certificates import certificates_table
from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import (
    columns,
    dhcp_table,
    forwards_table,
    routes_table,
    rules_table,
    source_nat_table,
    vpn_table,
)
from collector.sections.parts.kinds import FIELDS, MAC_KINDS, PROVENANCES, kind_phrase
from collector.sections.parts.model import N_, NN_, Cell, Fact, Row, Source, Table, Text, Tone, Value, counted, phrase, table
from collector.sections.parts.network import links_of
from collector.sections.parts.settings import exposed_table, settings_tables
from collector.sections.parts.switch_ports import joined_ports_table
from shared.address import MacKind
from shared.device_config import Settings
from shared.inventory import Device, DeviceInterface, Kind, Link

INTERFACE_KINDS = {
    "ethernetCsmacd": "Ethernet",
    "softwareLoopback": "loopback",
    "l2vlan": "VLAN",
    "ieee8023adLag": "LAG",
    "ieee80211": "Wi-Fi",
}
"""IANAifType-MIB's names, as technicians say them."""
FOLD_ABOVE = 30
"""An access switch has 52 interfaces: longer tables start folded."""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    field: Text
    value: str
    probe: str
    target: str
    rule: str
    sureness: int
    """Per cent."""
    provenance: Text
    said: str = ""
    """What was said in so many words, where the value is a conclusion."""


def evidence_lines(device: Device) -> tuple[EvidenceLine, ...]:
    return tuple(
        EvidenceLine(
            field=phrase(FIELDS[found.field]) if found.field in FIELDS else found.field,
            value=found.value,
            probe=found.probe,
            target=found.target,
            rule=found.rule,
            sureness=round(found.sureness * 100),
            provenance=phrase(N_("documented by %(person)s"), person=found.by) if found.by else phrase(PROVENANCES[found.provenance.value]),
            said=found.said,
        )
        for found in device.evidence
    )


def facts(device: Device, known: Directory) -> tuple[Fact, ...]:
    written = (
        ("vendor", device.vendor),
        ("model", device.model),
        ("os", " ".join(part for part in (device.os, device.os_version) if part)),
        ("serial", device.serial),
        ("location", device.location),
        ("contact", device.contact),
    )
    found = [*_corrected_names(device)]
    found += [
        Fact(phrase(FIELDS[name]), (Value(text, note=_seen_note(device, name)),), _said_by(device, name)) for name, text in written if text
    ]
    found += [
        Fact(phrase(N_("Plugged in at")), (known.device_value(link.device), Value(link.port, code=True, note=_known_by(link))))
        for link in _uplinks(device, known)
    ]
    return (*found, *hardware.facts(device.hardware))


def _corrected_names(device: Device) -> Iterator[Fact]:
    """Name and kind stand at the head of the page; here they say that a person has corrected them, and what was seen."""
    if documented(device, "name"):
        yield Fact(phrase(FIELDS["hostname"]), (Value(device.title, note=_seen_note(device, "name")),), _said_by(device, "hostname"))
    if documented(device, "kind"):
        was = seen(device, "kind")
        differs = bool(was) and was != device.kind.value
        values = (Value(kind_phrase(device.kind)), Value("", note=phrase(N_("seen:")))) if differs else (Value(kind_phrase(device.kind)),)
        yield Fact(phrase(FIELDS["kind"]), (*values, Value(kind_phrase(Kind(was)))) if differs else values, _said_by(device, "kind"))


def _seen_note(device: Device, name: str) -> Text:
    """What was seen instead, where a person has written something else."""
    parts = ("os", "os_version") if name == "os" else (name,)
    if name == "contact" or not any(documented(device, part) for part in parts):
        return ""
    was = " ".join(filter(None, (seen(device, part) for part in parts)))
    now = device.title if name == "name" else " ".join(filter(None, (str(getattr(device, part)) for part in parts)))
    return phrase(N_("seen: %(value)s"), value=was) if was and was != now else ""


def _said_by(device: Device, name: str) -> Source | None:
    """The surest evidence of a field."""
    named = [found for found in device.evidence if found.field == name]
    best = max(named, key=lambda found: (bool(found.by), found.sureness), default=None)
    return Source(best.probe, device_title=best.by or best.target) if best else None


def _uplinks(device: Device, known: Directory) -> list[Link]:
    return [link for link in links_of(device, known) if link.device != device.id][:4]


def _known_by(link: Link) -> Text:
    return phrase(N_("learned MAC address")) if link.known_by == "bridge_table" else link.known_by.upper()


def own_tables(device: Device, known: Directory) -> tuple[Table, ...]:
    supplies, *others = hardware.tables(device.hardware)
    plugged_in = joined_ports_table((port for port in known.inventory.switch_ports if port.device == device.id), known, None)
    own = (addresses_table(device), ports_table(device), interfaces_table(device), links_table(device, known))
    return supplies, plugged_in, *own, *others


def addresses_table(device: Device) -> Table:
    rows = tuple(
        Row(
            (
                (Value(held.address, code=True),),
                (Value(held.mac, code=True, note=_mac_note(held.mac_kind, held.mac_maker, held.randomised)),) if held.mac else (),
                (Value(held.subnet, code=True),) if held.subnet else (),
                (Value(held.interface, code=True),) if held.interface else (),
                (Value(phrase(PROVENANCES[held.provenance.value]), tone=Tone.QUIET),),
            )
        )
        for held in device.addresses
    )
    names = columns(N_("Address"), N_("MAC address"), N_("Subnet"), N_("Interface"), N_("How it is known"))
    return table("addresses", phrase(N_("Addresses")), names, rows)


def _mac_note(kind: MacKind | None, maker: str = "", randomised: bool = False) -> Text:
    """Who made the card, or why nobody did."""
    if randomised:
        return phrase(N_("made up by the device"))
    return phrase(MAC_KINDS[kind]) if kind in MAC_KINDS else maker


def ports_table(device: Device) -> Table:
    rows = tuple(
        Row(
            (
                (Value(f"{port.protocol}/{port.number}", code=True),),
                (Value(port.service),) if port.service else (),
                (Value(" ".join(part for part in (port.product, port.version) if part)),) if port.product or port.version else (),
                (Value(port.address, code=True),),
            )
        )
        for port in sorted(device.ports, key=lambda port: (port.protocol, port.number, port.address))
    )
    names = columns(N_("Port"), N_("Service"), N_("Product"), N_("Address"))
    return table("ports", phrase(N_("Open ports")), names, rows)


def interfaces_table(device: Device) -> Table:
    rows = tuple(
        Row(
            (
                (Value(interface.name, code=True, note=interface.alias or _description(interface)),),
                _state(interface),
                (Value(_speed(interface.speed_bps)),) if interface.speed_bps else (),
                (Value(interface.mac, code=True, note=_mac_note(interface.mac_kind)),) if interface.mac else (),
                tuple(
                    Value(f"{a.address}/{a.prefix_length}" if a.prefix_length is not None else a.address, code=True)
                    for a in interface.addresses
                ),
                (Value(INTERFACE_KINDS.get(interface.kind, interface.kind), tone=Tone.QUIET),) if interface.kind else (),
            ),
            muted=interface.admin_up is False,
        )
        for interface in sorted(device.interfaces, key=lambda interface: interface.index)
    )
    names = columns(N_("Interface"), N_("State"), N_("Speed"), N_("MAC address"), N_("Addresses"), N_("Type"))
    title = counted(NN_("%(count)s interface", "%(count)s interfaces"), len(rows))
    return table("interfaces", title, names, rows, folded=len(rows) > FOLD_ABOVE)


def _description(interface: DeviceInterface) -> str:
    return interface.description if interface.description != interface.name else ""


def _state(interface: DeviceInterface) -> Cell:
    if interface.admin_up is False:
        return (Value(phrase(N_("shut")), tone=Tone.QUIET, chip=True),)
    if interface.oper_up is None:
        return ()
    return (
        Value(
            phrase(N_("up")) if interface.oper_up else phrase(N_("down")), tone=Tone.GOOD if interface.oper_up else Tone.QUIET, chip=True
        ),
    )


def _speed(speed_bps: int) -> str:
    for unit, size in (("Gbit/s", 10**9), ("Mbit/s", 10**6), ("kbit/s", 10**3)):
        if speed_bps >= size:
            return f"{speed_bps / size:g} {unit}"
    return f"{speed_bps} bit/s"


def links_table(device: Device, known: Directory) -> Table:
    rows = tuple(
        Row(
            (
                (Value(link.port, code=True),),
                (known.device_value(link.to_device),) if link.to_device else (Value(link.to_mac or "", code=True),),
                (Value(link.to_port, code=True),) if link.to_port else (),
                (Value(str(link.vlan)),) if link.vlan is not None else (),
                (Value(_known_by(link), tone=Tone.QUIET),),
            )
        )
        for link in links_of(device, known)
        if link.device == device.id
    )
    names = columns(N_("Port"), N_("Plugged in there"), N_("Its port"), N_("VLAN"), N_("How it is known"))
    return table("links", phrase(N_("What is plugged in")), names, rows, folded=len(rows) > FOLD_ABOVE)


def firewall_tables(device: Device, known: Directory, day: date) -> tuple[Table, ...]:
    inventory, source = known.inventory, known.source("ssh", device.id)
    certificates = tuple(one for one in inventory.certificates if one.device == device.id)
    rules = tuple(sorted((one for one in inventory.firewall_rules if one.device == device.id), key=lambda rule: rule.order))
    settings = next((one.settings for one in inventory.configurations if one.device == device.id), Settings())
    return (
        exposed_table((one for one in inventory.exposed_ports if one.device == device.id), known, source),
        rules_table(rules, source),
        forwards_table(tuple(one for one in inventory.port_forwards if one.device == device.id), known, source),
        source_nat_table(tuple(one for one in inventory.source_nat if one.device == device.id), source),
        vpn_table(tuple(one for one in inventory.vpns if one.device == device.id), source),
        routes_table(tuple(one for one in inventory.routes if one.device == device.id), known, source),
        dhcp_table(tuple(one for one in inventory.dhcp if one.device == device.id), source),
        *settings_tables(settings, source),
        certificates_table(certificates, known, day, known.source("certificates", device.id)),
    )

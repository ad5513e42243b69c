"""What a configuration says besides its rules: what is reachable from outside, who administers it and by which ways, its ports, zones,
where secrets stood in it, and which of its lines nobody understood."""

from collections.abc import Iterable, Mapping

from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import columns
from collector.sections.parts.model import N_, Cell, Phrase, Row, Source, Table, Tone, Value, phrase, table
from shared.device_config import (
    AddressObject,
    AdminUser,
    ConfiguredInterface,
    ExposedPort,
    Exposure,
    RemoteAccess,
    SecretPlace,
    ServiceObject,
    Settings,
    SwitchPort,
    UnreadLine,
    Zone,
)
from shared.firewall import ANY

WAYS: Mapping[Exposure, str] = {
    Exposure.FORWARD: N_("port-forward"),
    Exposure.SERVICE: N_("own service"),
    Exposure.VPN: N_("VPN"),
    Exposure.ROUTED: N_("public address"),
}
MODES = {"access": N_("access"), "trunk": N_("trunk"), "general": N_("general"), "routed": N_("routed")}
ROLES = {"wan": N_("outside"), "lan": N_("inside"), "dmz": N_("DMZ"), "management": N_("management")}


def settings_tables(settings: Settings, source: Source | None) -> tuple[Table, ...]:
    """All but what is exposed, for which more is needed than the settings."""
    return (
        ways_table(settings.remote_access, source),
        admins_table(settings.users, source),
        interfaces_table(settings.interfaces, source),
        zones_table(settings.zones, source),
        ports_table(settings.switch_ports, source),
        objects_table("address-objects", phrase(N_("Address objects")), settings.address_objects, source),
        objects_table("service-objects", phrase(N_("Service objects")), settings.service_objects, source),
    )


def exposed_table(exposed: Iterable[ExposedPort], known: Directory, source: Source | None) -> Table:
    """The open ones first; what is closed stands below, with the reason."""
    shown = sorted(exposed, key=lambda port: not port.open)
    rows = tuple(
        Row(
            cells=(
                (_state(port),),
                (Value(f"{port.protocol}/{port.public_ports}", code=True), *_unless_any(port.public_address)),
                (Value(phrase(N_("the device itself"))),) if port.to_address == "self" else (_inside(port, known),),
                (Value(", ".join(port.sources), usual=set(port.sources) == {ANY}),),
                (Value(phrase(WAYS[port.via])), *((Value(port.title),) if port.title else ())),
                (Value(port.because),),
            ),
            muted=not port.open,
        )
        for port in shown
    )
    names = columns(N_("State"), N_("From outside"), N_("Reaches"), N_("Source"), N_("By"), N_("Why"))
    return table("exposed", phrase(N_("Reachable from outside")), names, rows, source=source)


def _state(port: ExposedPort) -> Value:
    if not port.open:
        return Value(phrase(N_("closed")), chip=True, tone=Tone.QUIET)
    tone = Tone.RISKY if set(port.sources) == {ANY} and port.via in (Exposure.FORWARD, Exposure.SERVICE) else Tone.NOTABLE
    return Value(phrase(N_("open")), chip=True, tone=tone)


def _inside(port: ExposedPort, known: Directory) -> Value:
    found = known.address_value(port.to_address)
    text = f"{port.to_address}:{port.to_ports}" if port.to_ports else port.to_address
    return Value(text, code=True, device=found.device, note=found.note)


def _unless_any(text: str) -> Cell:
    return () if text == ANY else (Value(text, code=True),)


def ways_table(ways: Iterable[RemoteAccess], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(way.service),),
                (Value(f"{way.protocol}/{way.port}", code=True),) if way.port is not None else (),
                _on(way.enabled),
                (Value(", ".join(way.interfaces), usual=set(way.interfaces) == {ANY}),),
                (Value(", ".join(way.sources), usual=set(way.sources) == {ANY}),),
                (Value(way.detail),) if way.detail else (),
            ),
            muted=not way.enabled,
        )
        for way in ways
    )
    names = columns(N_("Service"), N_("Port"), N_("State"), N_("Interface"), N_("Source"), N_("Remarks"))
    return table("ways-in", phrase(N_("How it is administered")), names, rows, source=source)


def _on(enabled: bool) -> Cell:
    return (Value(phrase(N_("on")) if enabled else phrase(N_("off")), chip=True, tone=Tone.PLAIN if enabled else Tone.QUIET),)


def admins_table(users: Iterable[AdminUser], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(user.name),),
                (Value(user.role),) if user.role else (),
                (Value(user.source),) if user.source != "local" else (),
                (Value(", ".join(user.trusted_hosts), code=True),) if user.trusted_hosts else (),
                _proofs(user),
                (Value(user.comment),) if user.comment else (),
            ),
            muted=not user.enabled,
        )
        for user in users
    )
    names = columns(N_("Name"), N_("Role"), N_("Signs in by"), N_("Only from"), N_("Proves it by"), N_("Remarks"))
    return table("administrators", phrase(N_("Administrators")), names, rows, source=source)


def _proofs(user: AdminUser) -> Cell:
    words: list[Phrase | str] = []
    if user.has_password:
        words.append(phrase(N_("password")))
    if user.has_password is False and not user.has_ssh_key:
        return (Value(phrase(N_("no password")), chip=True, tone=Tone.RISKY),)
    if user.has_ssh_key:
        words.append(phrase(N_("SSH key")))
    if user.two_factor:
        words.append(user.two_factor)
    return tuple(map(Value, words))


def interfaces_table(interfaces: Iterable[ConfiguredInterface], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(each.name, code=True), *((Value(each.label),) if each.label else ())),
                (Value(each.description),) if each.description else (),
                _addresses(each),
                (Value(str(each.vlan)),) if each.vlan is not None else (),
                (Value(each.zone),) if each.zone else (),
                (Value(phrase(ROLES[each.role])),) if each.role else (),
                (Value(", ".join(each.members or ((each.parent,) if each.parent else ())), code=True),)
                if each.members or each.parent
                else (),
                (Value(", ".join(each.management)),) if each.management else (),
            ),
            muted=not each.enabled,
        )
        for each in interfaces
    )
    names = columns(
        N_("Interface"), N_("Description"), N_("Address"), N_("VLAN"), N_("Zone"), N_("Side"), N_("Made of"), N_("Own services")
    )
    return table("configured-interfaces", phrase(N_("Interfaces as configured")), names, rows, folded=len(rows) > 12, source=source)


def _addresses(interface: ConfiguredInterface) -> Cell:
    by_dhcp = (Value(phrase(N_("by DHCP"))),) if interface.dhcp_client else ()
    return (*(Value(address, code=True) for address in interface.addresses), *by_dhcp)


def zones_table(zones: Iterable[Zone], source: Source | None) -> Table:
    rows = tuple(
        Row(cells=((Value(zone.name),), (Value(", ".join(zone.interfaces), code=True),), (Value(zone.comment),) if zone.comment else ()))
        for zone in zones
    )
    return table("zones", phrase(N_("Zones")), columns(N_("Zone"), N_("Interfaces"), N_("Remarks")), rows, source=source)


def ports_table(ports: Iterable[SwitchPort], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(port.name, code=True),),
                (Value(port.description),) if port.description else (),
                (Value(phrase(MODES[port.mode])),) if port.mode else (),
                (Value(str(port.untagged_vlan)),) if port.untagged_vlan is not None else (),
                (Value(port.tagged_vlans),) if port.tagged_vlans else (),
                (Value(str(port.voice_vlan)),) if port.voice_vlan is not None else (),
                (Value(port.lag),) if port.lag else (),
                () if port.poe is None else _on(port.poe),
                tuple(Value(text) for text in (port.port_security, port.spanning_tree) if text),
            ),
            muted=not port.enabled,
        )
        for port in ports
    )
    names = columns(
        N_("Port"), N_("Description"), N_("Mode"), N_("Untagged"), N_("Tagged"), N_("Voice"), N_("Part of"), N_("PoE"), N_("Remarks")
    )
    return table("configured-ports", phrase(N_("Ports as configured")), names, rows, folded=len(rows) > 12, source=source)


def objects_table(name: str, title: Phrase, objects: Iterable[AddressObject | ServiceObject], source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(each.name),),
                (Value(", ".join(each.values), code=True),),
                (Value(", ".join(each.members)),) if each.members else (),
                (Value(each.comment),) if each.comment else (),
            )
        )
        for each in objects
    )
    return table(name, title, columns(N_("Name"), N_("Values"), N_("Members"), N_("Remarks")), rows, folded=True, source=source)


def secrets_table(places: Iterable[SecretPlace]) -> Table:
    rows = tuple(
        Row(cells=((Value(place.path, code=True),), (Value(place.kind),) if place.kind else (), (Value(place.fingerprint, code=True),)))
        for place in places
    )
    names = columns(N_("Place"), N_("Kind"), N_("Fingerprint"))
    return table("secrets", phrase(N_("Where secrets stand")), names, rows, folded=True)


def unread_table(lines: Iterable[UnreadLine]) -> Table:
    rows = tuple(Row(cells=((Value(str(line.line)),), (Value(line.text, code=True),))) for line in lines)
    return table("unread", phrase(N_("Lines that were not understood")), columns(N_("Line"), N_("Text")), rows, folded=True)

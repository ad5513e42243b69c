"""A switch's ports as a table: what each is set to, what it leads to, and who is there."""

from collections.abc import Iterable, Mapping

from collector.sections.parts.devices import Directory
from collector.sections.parts.firewall import columns
from collector.sections.parts.model import N_, NN_, Cell, Row, Source, Table, Tone, Value, counted, phrase, table
from shared.inventory import JoinedPort, PortMachine, PortRole

ROLES: Mapping[PortRole, tuple[str, Tone]] = {
    PortRole.HOST: (N_("machine"), Tone.PLAIN),
    PortRole.UPLINK: (N_("uplink"), Tone.GOOD),
    PortRole.ACCESS_POINT: (N_("access point"), Tone.GOOD),
    PortRole.UNMANAGED_SWITCH: (N_("unmanaged switch"), Tone.NOTABLE),
    PortRole.QUIET: (N_("up, nobody heard"), Tone.QUIET),
    PortRole.EMPTY: (N_("empty"), Tone.QUIET),
    PortRole.OFF: (N_("switched off"), Tone.QUIET),
}
MAX_SHOWN = 12


def joined_ports_table(ports: Iterable[JoinedPort], known: Directory, source: Source | None) -> Table:
    rows = tuple(
        Row(
            cells=(
                (Value(port.port, code=True),),
                (Value(port.description),) if port.description else (),
                (Value(phrase(ROLES[port.role][0]), chip=True, tone=ROLES[port.role][1]),),
                (*_neighbour(port, known), *_machines(port.machines)),
                _vlans(port),
                (Value(_speed(port.speed_bps)),) if port.speed_bps else (),
                (Value(port.poe),) if port.poe else (),
                (Value(port.lag),) if port.lag else (),
            ),
            muted=port.role in (PortRole.EMPTY, PortRole.OFF),
        )
        for port in ports
    )
    names = columns(N_("Port"), N_("Description"), N_("Leads to"), N_("Plugged in"), N_("VLANs"), N_("Speed"), N_("PoE"), N_("Part of"))
    return table("plugged-in", phrase(N_("What is plugged in")), names, rows, source=source)


def _neighbour(port: JoinedPort, known: Directory) -> Cell:
    if not port.neighbour:
        return ()
    found = known.device_value(port.neighbour)
    return (Value(found.text, device=found.device, note=port.neighbour_port),)


def _machines(machines: tuple[PortMachine, ...]) -> Cell:
    shown = tuple(Value(each.name or each.address or each.mac, device=each.device, note=_note(each)) for each in machines[:MAX_SHOWN])
    more = len(machines) - MAX_SHOWN
    return shown if more <= 0 else (*shown, Value(counted(NN_("and %(count)s other", "and %(count)s others"), more), tone=Tone.QUIET))


def _note(machine: PortMachine) -> str:
    """What the text does not say yet."""
    said = {machine.name or machine.address or machine.mac}
    return " ".join(text for text in (machine.address or "", machine.mac, machine.vendor) if text and text not in said)


def _vlans(port: JoinedPort) -> Cell:
    values = []
    if port.untagged_vlan is not None:
        values.append(Value(str(port.untagged_vlan)))
    if port.tagged_vlans:
        values.append(Value(phrase(N_("tagged %(vlans)s"), vlans=port.tagged_vlans)))
    if port.voice_vlan is not None:
        values.append(Value(phrase(N_("voice %(vlan)s"), vlan=port.voice_vlan)))
    return tuple(values)


def _speed(speed_bps: int) -> str:
    return f"{speed_bps // 10**9} Gbit/s" if speed_bps >= 10**9 else f"{speed_bps // 10**6} Mbit/s"

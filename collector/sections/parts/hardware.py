"""What a device is made of and runs on, as facts and tables: supplies, battery, parts, file systems, powered ports, VLANs of its ports."""

from collections.abc import Iterable, Iterator

from collector.sections.parts.firewall import columns
from collector.sections.parts.model import N_, NN_, Cell, Fact, Row, Table, Text, Tone, Value, counted, phrase, table
from shared.hardware import Hardware, Module, PortVlans, PowerPort, Printer, Supply, SupplyState, Ups, Volume

FOLD_ABOVE = 30
FULL_PERCENT = 90

SUPPLY_STATES = {
    SupplyState.OK: (N_("in order"), Tone.GOOD),
    SupplyState.LOW: (N_("runs low"), Tone.NOTABLE),
    SupplyState.EMPTY: (N_("empty"), Tone.RISKY),
    SupplyState.FULL: (N_("full"), Tone.RISKY),
}
PROBLEMS = {
    "low-paper": N_("paper runs low"),
    "no-paper": N_("no paper"),
    "low-toner": N_("toner runs low"),
    "no-toner": N_("no toner"),
    "door-open": N_("a cover is open"),
    "jammed": N_("paper jam"),
    "offline": N_("offline"),
    "service-requested": N_("asks for service"),
    "input-tray-missing": N_("a paper tray is missing"),
    "output-tray-missing": N_("an output tray is missing"),
    "marker-supply-missing": N_("a supply is missing"),
    "output-near-full": N_("the output tray is nearly full"),
    "output-full": N_("the output tray is full"),
    "input-tray-empty": N_("a paper tray is empty"),
    "overdue-maintenance": N_("maintenance is overdue"),
}
OUTPUTS = {
    "online": (N_("on mains"), Tone.GOOD),
    "on-battery": (N_("on battery"), Tone.RISKY),
    "bypass": (N_("bypass: not protected"), Tone.NOTABLE),
    "boost": (N_("on mains, raised"), Tone.GOOD),
    "trim": (N_("on mains, lowered"), Tone.GOOD),
    "eco": (N_("on mains, saving power"), Tone.GOOD),
    "off": (N_("switched off"), Tone.QUIET),
    "other": (N_("other"), Tone.QUIET),
}
BATTERIES = {
    "normal": (N_("in order"), Tone.GOOD),
    "low": (N_("runs low"), Tone.RISKY),
    "depleted": (N_("empty"), Tone.RISKY),
    "fault": (N_("faulty"), Tone.RISKY),
    "absent": (N_("not there"), Tone.RISKY),
}
PARTS = {
    "chassis": N_("chassis"),
    "stack": N_("stack"),
    "module": N_("module"),
    "power-supply": N_("power supply"),
    "fan": N_("fan"),
    "port": N_("transceiver"),
    "battery": N_("battery"),
    "disk": N_("disk"),
    "backplane": N_("backplane"),
    "other": N_("other"),
}
POWER_STATES = {
    "delivering": (N_("feeds"), Tone.GOOD),
    "fault": (N_("faulty"), Tone.RISKY),
    "disabled": (N_("switched off"), Tone.QUIET),
    "test": (N_("test"), Tone.QUIET),
}


def facts(hardware: Hardware) -> Iterator[Fact]:
    """The short ones: what a technician reads at the top."""
    if hardware.host and hardware.host.memory_bytes:
        yield Fact(phrase(N_("Memory")), (Value(f"{hardware.host.memory_bytes / 2**30:.3g}\N{NO-BREAK SPACE}GiB"),))
    if hardware.host and hardware.host.processors:
        yield Fact(phrase(N_("Processors")), (Value(str(hardware.host.processors), note=hardware.host.processor),))
    if hardware.disks:
        yield Fact(phrase(N_("Disks")), tuple(Value(size(disk.size_bytes), note=disk.name) for disk in hardware.disks[:12]))
    yield from _printers(hardware.printers)
    if hardware.ups:
        yield from _ups(hardware.ups)
    budget_w = sum(source.budget_w or 0 for source in hardware.power_sources)
    if budget_w:
        used_w = sum(source.used_w or 0 for source in hardware.power_sources)
        yield Fact(phrase(N_("Power over Ethernet")), (Value(phrase(N_("%(used)s of %(budget)s W"), used=used_w, budget=budget_w)),))


def _printers(printers: Iterable[Printer]) -> Iterator[Fact]:
    for printer in printers:
        if printer.problems:
            said = (phrase(PROBLEMS[problem]) if problem in PROBLEMS else problem for problem in printer.problems)
            yield Fact(phrase(N_("The printer reports")), tuple(Value(text, tone=Tone.NOTABLE, chip=True) for text in said))
        if printer.pages:
            yield Fact(phrase(N_("Pages printed")), (Value(str(printer.pages)),))


def _ups(ups: Ups) -> Iterator[Fact]:
    values = [*_chip(OUTPUTS, ups.output)]
    if ups.load_percent is not None:
        values.append(Value(phrase(N_("load %(percent)s %%"), percent=ups.load_percent)))
    if values:
        yield Fact(phrase(N_("Power")), tuple(values))
    battery = [*_chip(BATTERIES, ups.battery)]
    if ups.replace_battery:
        battery.append(Value(phrase(N_("to be replaced")), tone=Tone.RISKY, chip=True))
    if ups.charge_percent is not None:
        battery.append(Value(phrase(N_("charge %(percent)s %%"), percent=ups.charge_percent)))
    if ups.runtime_s is not None:
        minutes = ups.runtime_s // 60
        battery.append(Value(counted(NN_("%(count)s minute", "%(count)s minutes"), minutes)))
    if ups.battery_replaced_on:
        battery.append(Value(phrase(N_("replaced on %(day)s"), day=ups.battery_replaced_on)))
    if battery:
        yield Fact(phrase(N_("Battery")), tuple(battery))


def tables(hardware: Hardware) -> tuple[Table, ...]:
    return (
        supplies_table(hardware.supplies),
        parts_table(hardware.modules),
        volumes_table(hardware.volumes),
        powered_ports_table(hardware.power_ports),
        port_vlans_table(hardware.port_vlans),
    )


def supplies_table(supplies: Iterable[Supply]) -> Table:
    rows = tuple(
        Row(
            (
                (Value(supply.name, note=supply.color or supply.media),),
                (Value(_percent(supply.percent)),) if supply.percent is not None else (),
                # an empty paper tray is nobody's worry: the printer says so itself
                _chip(SUPPLY_STATES, supply.state, Tone.QUIET if supply.kind == "paper-tray" else None),
            )
        )
        for supply in supplies
    )
    return table("supplies", phrase(N_("Supplies")), columns(N_("Supply"), N_("Left"), N_("State")), rows)


def parts_table(parts: Iterable[Module]) -> Table:
    rows = tuple(
        Row(
            (
                (Value(part.name or part.description, note=part.description if part.name and part.description != part.name else ""),),
                (Value(phrase(PARTS[part.kind]) if part.kind in PARTS else part.kind, tone=Tone.QUIET),),
                (Value(part.model, note=part.vendor),) if part.model else (),
                (Value(part.serial, code=True),) if part.serial else (),
                tuple(Value(text) for text in dict.fromkeys((part.hardware_revision, part.firmware_revision)) if text),
            )
        )
        for part in parts
    )
    names = columns(N_("Part"), N_("Kind"), N_("Model"), N_("Serial number"), N_("Revision"))
    return table("parts", counted(NN_("%(count)s part", "%(count)s parts"), len(rows)), names, rows, folded=len(rows) > FOLD_ABOVE)


def volumes_table(volumes: Iterable[Volume]) -> Table:
    rows = tuple(
        Row(
            (
                (Value(volume.name, code=True),),
                (Value(size(volume.size_bytes)),),
                (Value(_percent(volume.used_percent), tone=Tone.NOTABLE if volume.used_percent >= FULL_PERCENT else Tone.PLAIN),)
                if volume.used_percent is not None
                else (),
            )
        )
        for volume in volumes
    )
    return table("volumes", phrase(N_("File systems")), columns(N_("Mounted at"), N_("Size"), N_("Used")), rows)


def powered_ports_table(ports: Iterable[PowerPort]) -> Table:
    """Ports that feed a device, are switched off, or are faulty: of the others there is nothing to say.

    What a port draws moves at every look and is not renewed in the inventory: a page that showed it would show an old value as today's.
    """
    rows = tuple(
        Row(
            (
                (Value(port.port, code=True),),
                _chip(POWER_STATES, port.status),
                (Value(str(port.power_class)),) if port.power_class is not None else (),
            ),
            muted=port.enabled is False,
        )
        for port in ports
        if port.status in POWER_STATES
    )
    names = columns(N_("Port"), N_("State"), N_("Class"))
    return table("powered-ports", phrase(N_("Power over Ethernet")), names, rows, folded=len(rows) > FOLD_ABOVE)


def port_vlans_table(ports: Iterable[PortVlans]) -> Table:
    rows = tuple(
        Row(
            (
                (Value(port.port, code=True),),
                (Value(str(port.untagged)),) if port.untagged is not None else (),
                (Value(ranges(port.tagged)),) if port.tagged else (),
            )
        )
        for port in ports
    )
    names = columns(N_("Port"), N_("Untagged VLAN"), N_("Tagged VLANs"))
    return table("port-vlans", phrase(N_("VLANs of the ports")), names, rows, folded=len(rows) > FOLD_ABOVE)


def _chip(words: dict[str, tuple[str, Tone]] | dict[SupplyState, tuple[str, Tone]], said: str, tone: Tone | None = None) -> Cell:
    """A state in the reader's words; one that this collector does not know, or that says nothing, is left out."""
    known = {str(word): found for word, found in words.items()}.get(said)
    return (Value(phrase(known[0]), tone=known[1] if tone is None else tone, chip=True),) if known else ()


def _percent(percent: int) -> Text:
    return f"{percent}\N{NO-BREAK SPACE}%"


def size(size_bytes: int) -> str:
    """``476 GB``: in powers of ten, as disks are sold."""
    for unit, unit_bytes in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.3g}\N{NO-BREAK SPACE}{unit}"
    return f"{size_bytes}\N{NO-BREAK SPACE}B"


def ranges(numbers: tuple[int, ...]) -> str:
    """``10, 20-23``."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)

"""What a device is made of, as a technician reads it: which rows, in which words, with which tone. Synthetic throughout."""

import gettext

import pytest

from collector.sections.parts.hardware import BATTERIES, OUTPUTS, PARTS, POWER_STATES, SUPPLY_STATES, facts, ranges, size, tables
from collector.sections.parts.model import Cell, Fact, Phrase, Table, Tone
from shared.hardware import Disk, Hardware, Host, Module, PortVlans, PowerPort, PowerSource, Printer, Supply, SupplyState, Ups, Volume

WORDS = gettext.NullTranslations()


def said(cell: Cell) -> list[str]:
    return [value.text.said(WORDS) if isinstance(value.text, Phrase) else value.text for value in cell]


def fact_of(hardware: Hardware) -> dict[str, list[str]]:
    def label(fact: Fact) -> str:
        return fact.label.said(WORDS) if isinstance(fact.label, Phrase) else fact.label

    return {label(fact): said(fact.values) for fact in facts(hardware)}


def shown(hardware: Hardware) -> dict[str, Table]:
    return {table.name: table for table in tables(hardware) if table.rows}


def test_a_device_without_any_of_it_shows_nothing() -> None:
    assert fact_of(Hardware()) == {} and shown(Hardware()) == {}


def test_supplies_with_what_is_left() -> None:
    supplies = (
        Supply(index="1.1", name="Black", percent=63, state=SupplyState.OK),
        Supply(index="1.2", name="Waste", state=SupplyState.FULL),
        Supply(index="1.3", name="Drum"),
        Supply(index="tray 1.1", name="Tray", kind="paper-tray", percent=0, state=SupplyState.EMPTY),
    )
    rows = shown(Hardware(supplies=supplies))["supplies"].rows
    assert [[said(cell) for cell in row.cells] for row in rows] == [
        [["Black"], ["63\N{NO-BREAK SPACE}%"], ["in order"]],
        [["Waste"], [], ["full"]],
        [["Drum"], [], []],
        [["Tray"], ["0\N{NO-BREAK SPACE}%"], ["empty"]],
    ]
    assert [row.cells[2][0].tone for row in (rows[1], rows[3])] == [Tone.RISKY, Tone.QUIET], "an empty tray is nobody's alarm"


def test_a_battery_in_words() -> None:
    ups = Ups(output="on-battery", battery="low", replace_battery=True, charge_percent=20, runtime_s=240, load_percent=45)
    assert fact_of(Hardware(ups=ups)) == {
        "Power": ["on battery", "load 45 %"],
        "Battery": ["runs low", "to be replaced", "charge 20 %", "4 minutes"],
    }
    assert fact_of(Hardware(ups=Ups(battery="melted", battery_replaced_on="03/14/2023"))) == {"Battery": ["replaced on 03/14/2023"]}


def test_memory_disks_printer_and_power_budget() -> None:
    hardware = Hardware(
        host=Host(memory_bytes=2**34, processors=4),
        disks=(Disk(name="sda", size_bytes=500_107_862_016),),
        printers=(Printer(problems=("jammed", "strange"), pages=31337),),
        power_sources=(PowerSource(group=1, budget_w=370, used_w=13), PowerSource(group=2, budget_w=370, used_w=0)),
    )
    assert fact_of(hardware) == {
        "Memory": ["16\N{NO-BREAK SPACE}GiB"],
        "Processors": ["4"],
        "Disks": ["500\N{NO-BREAK SPACE}GB"],
        "The printer reports": ["paper jam", "strange"],
        "Pages printed": ["31337"],
        "Power over Ethernet": ["13 of 740 W"],
    }


def test_ports_that_feed_and_ports_in_vlans() -> None:
    hardware = Hardware(
        power_ports=(PowerPort(port="1", status="delivering", draw_mw=6340, power_class=0), PowerPort(port="2", status="searching")),
        port_vlans=(PortVlans(port="1", untagged=1, tagged=(20, 30, 31, 32)),),
        modules=(Module(index=1, kind="port", name="Te1", model="SFP", serial="S1", hardware_revision="V1", firmware_revision="V1"),),
        volumes=(Volume(name="/", size_bytes=10**12, used_percent=95),),
    )
    found = {name: [[said(cell) for cell in row.cells] for row in table.rows] for name, table in shown(hardware).items()}
    assert found == {
        "powered-ports": [[["1"], ["feeds"], ["0"]]],
        "port-vlans": [[["1"], ["1"], ["20, 30-32"]]],
        "parts": [[["Te1"], ["transceiver"], ["SFP"], ["S1"], ["V1"]]],
        "volumes": [[["/"], ["1\N{NO-BREAK SPACE}TB"], ["95\N{NO-BREAK SPACE}%"]]],
    }
    assert shown(hardware)["volumes"].rows[0].cells[2][0].tone is Tone.NOTABLE


@pytest.mark.parametrize(("numbers", "text"), [((), ""), ((5,), "5"), ((3, 1, 2, 2, 9), "1-3, 9"), ((1, 3), "1, 3")])
def test_numbers_as_ranges(numbers: tuple[int, ...], text: str) -> None:
    assert ranges(numbers) == text


@pytest.mark.parametrize(("size_bytes", "text"), [(0, "0 B"), (999, "999 B"), (10**6, "1 MB"), (12_288_000_000_000, "12.3 TB")])
def test_sizes(size_bytes: int, text: str) -> None:
    assert size(size_bytes).replace("\N{NO-BREAK SPACE}", " ") == text


def test_words_are_there_for_all_that_readers_say() -> None:
    assert set(SUPPLY_STATES) == set(SupplyState) - {SupplyState.UNKNOWN}
    assert {"online", "on-battery", "bypass", "boost", "trim", "eco", "off", "other"} == set(OUTPUTS)
    assert {"normal", "low", "depleted", "fault", "absent"} == set(BATTERIES)
    assert {"chassis", "power-supply", "fan", "module", "port", "stack", "backplane", "battery", "disk", "other"} == set(PARTS)
    assert {"delivering", "disabled", "fault", "test"} == set(POWER_STATES), "of a port that searches there is nothing to say"

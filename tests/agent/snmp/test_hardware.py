"""Supplies, batteries, ports and parts: over the wire to ``probe snmp --json``, two MIBs of one battery, and what is asked of whom."""

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyasn1.type.base import Asn1Item
from pysnmp.proto.api import v2c

from agent.edge import Oid
from agent.snmp import cisco_cdp_mib, power_ethernet_mib, printer_mib, q_bridge_mib
from agent.snmp.read import MIBS, read
from agent.snmp.snmpv2_mib import sysDescr, sysObjectID
from shared.hardware import PortVlansSeen, SupplySeen, UpsSeen
from shared.observation import NeighbourSeen
from shared.snmp_answer import SnmpAnswer
from tests.agent.goldens import GOLDEN
from tests.agent.snmp.agents import COMMUNITY, Rows, SyntheticAgent, snmpd, synthetic_agent
from tests.agent.snmp.recording import binds, oid_of

TYPES: dict[str, Any] = {
    "2": v2c.Integer32,
    "4": v2c.OctetString,
    "6": v2c.ObjectIdentifier,
    "64": v2c.IpAddress,
    "65": v2c.Counter32,
    "66": v2c.Gauge32,
    "67": v2c.TimeTicks,
}
BY_NAME = {mib.name: mib for mib in MIBS}


def system(object_id: str, description: str) -> list[str]:
    return [f"1.3.6.1.2.1.1.1.0|4|{description}", f"1.3.6.1.2.1.1.2.0|6|{object_id}", "1.3.6.1.2.1.1.5.0|4|bench"]


def golden(name: str) -> list[str]:
    return (GOLDEN / "snmp" / f"{name}.snmprec").read_text(encoding="latin-1").splitlines()


class Recorded(SyntheticAgent):
    """Serves lines of a recording, as RFC 3416 wants it, and keeps what it was asked."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__(lambda *_: None)
        self.oids: set[Oid] = set()
        self._rows = dict(map(_variable, lines))
        self._order = sorted(self._rows)

    def answer(self, name: str, oids: Sequence[Oid], repetitions: int) -> Rows:
        self.oids.update(oids)
        if name == "GetRequestPDU":
            return [(oid, self._rows.get(oid, v2c.NoSuchInstance())) for oid in oids]
        rows: list[tuple[Oid, Asn1Item]] = []
        for _ in range(repetitions):
            oids = [next((known for known in self._order if known > oid), oid) for oid in oids]
            rows += [(oid, self._rows[oid] if oid in self._rows else v2c.EndOfMibView()) for oid in oids]
        return rows


def _variable(line: str) -> tuple[Oid, Asn1Item]:
    oid, tag, value = line.split("|", 2)
    kind = TYPES[tag.removesuffix("x")]
    if tag.endswith("x"):
        return oid_of(oid), kind(hexValue=value)
    return oid_of(oid), kind(value if tag in ("4", "6", "64") else int(value))


def probed(agent: Recorded) -> SnmpAnswer:
    """What the command prints of the device."""

    async def run() -> SnmpAnswer:
        async with synthetic_agent(agent) as (port, _):
            return await printed(port)

    return asyncio.run(run())


async def printed(port: int) -> SnmpAnswer:
    command = [sys.executable, "-m", "agent", "probe", "snmp", f"127.0.0.1:{port}", "--community", COMMUNITY, "--json"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3])
    document, _ = await asyncio.wait_for(process.communicate(), 60)
    return SnmpAnswer.model_validate(json.loads(document))


def test_a_real_host_tells_its_memory_and_processors(tmp_path: Path) -> None:
    with snmpd(tmp_path) as port:
        told = asyncio.run(printed(port))
    total_kib = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1])  # type: ignore[index]  # the kernel says it
    assert told.host and told.host.memory_bytes == total_kib * 1024
    assert told.host.processors == Path("/proc/cpuinfo").read_text().count("processor\t:")


def test_synthetic_printer_tells_its_supplies() -> None:
    agent = Recorded(
        [*system("1.3.6.1.4.1.1347.41", "KYOCERA Document Solutions Printing System"), *golden("printer_mib/synthetic_color_printer")]
    )
    told = probed(agent)
    assert told.kind == "printer" and told.serial == "SYN0123456"
    left = {supply.name: (supply.color, supply.percent, supply.state.value) for supply in told.supplies}
    assert left["Black Toner TK-1"] == ("black", 63, "ok") and left["Magenta Toner"] == ("magenta", 0, "empty")
    assert left["Waste Toner Box"] == ("", 0, "full") and left["Yellow Toner"] == ("yellow", None, "ok")
    assert [supply.index for supply in told.supplies][-3:] == ["tray 1.1", "tray 1.2", "tray 1.3"]
    (printer,) = told.printers
    assert (printer.status, printer.problems, printer.pages) == ("idle", ("no-toner", "jammed"), 31337)


def test_synthetic_switch_tells_ports_parts_and_neighbours() -> None:
    parts = {
        line.split("|", 1)[0]: line
        for name in ("power_ethernet_mib/synthetic_cisco_stack", "cisco_cdp_mib/synthetic_neighbours", "cisco_vtp_mib/synthetic_trunks")
        for line in golden(name)
    }
    agent = Recorded([*system("1.3.6.1.4.1.9.1.2494", "Cisco IOS Software, C9300"), *parts.values()])
    told = probed(agent)
    assert {port.port: port.draw_mw for port in told.power_ports if port.status == "delivering"} == {"Gi1/0/1": 6300, "Gi2/0/1": 2100}
    assert sum(source.budget_w or 0 for source in told.power_sources) == 1480
    assert {neighbour.name for neighbour in told.neighbours} >= {"core1.office.example", "sw-old", "nexus-1"}
    assert {ports.port: ports.tagged for ports in told.port_vlans}["Gi0/2"] == (30,)


def test_a_device_without_these_tables_is_asked_nothing_of_other_makers() -> None:
    agent = Recorded(system("1.3.6.1.4.1.2435.2.3.9.1", "Brother NC-8700w"))
    probed(agent)
    makers = [table[0] for mib in MIBS if mib.enterprises for table in mib.tables]
    # nor for the further columns of a table whose first one is not there (a rule of the fingerprints may want one of another table)
    further = [column for name in ("printer_mib", "power_ethernet_mib") for table in BY_NAME[name].tables[1:] for column in table[1:]]
    assert not [oid for oid in agent.oids for column in (*makers, *further) if oid[: len(column)] == column]


@pytest.mark.parametrize(
    ("object_id", "mib", "fits"),
    [
        ("1.3.6.1.4.1.9.1.2494", "cisco_cdp_mib", True),
        ("1.3.6.1.4.1.11.2.3.7.11.87", "cisco_cdp_mib", True),
        ("1.3.6.1.4.1.90.1", "cisco_cdp_mib", False),
        ("1.3.6.1.4.1", "cisco_cdp_mib", False),
        ("1.3.6.1.2.1.9", "cisco_cdp_mib", False),
        ("1.3.6.1.4.1.318.1.3.27", "powernet_mib", True),
        ("1.3.6.1.4.1.2435", "ups_mib", True),
    ],
)
def test_a_maker_s_mib_fits_its_devices(object_id: str, mib: str, fits: bool) -> None:
    assert BY_NAME[mib].fits(oid_of(object_id)) is fits


def test_who_has_no_object_id_is_asked_for_standard_mibs_alone() -> None:
    assert {mib.name for mib in MIBS if mib.fits(())} >= {"if_mib", "printer_mib", "ups_mib"}
    assert not any(mib.fits(()) for mib in MIBS if mib.enterprises)


def test_two_mibs_of_one_battery_are_one_ups() -> None:
    """The maker's own account first; what it leaves out, the standard's adds."""
    lines = [*golden("xups_mib/synthetic_old_card"), *golden("ups_mib/synthetic_two_phases")]
    (ups,) = [fact for fact in read(binds("\n".join(lines))).observations if isinstance(fact, UpsSeen)]
    assert (ups.output, ups.charge_percent, ups.load_percent) == ("on-battery", 55, 250)
    assert (ups.battery, ups.battery_celsius) == ("normal", 25)


def test_synthetic_tables_without_end_are_bounded_and_say_so() -> None:
    supplies = "\n".join(f"1.3.6.1.2.1.43.11.1.1.6.1.{number}|4|supply {number}" for number in range(1, 1001))
    reading = read(binds(supplies))
    assert sum(isinstance(fact, SupplySeen) for fact in reading.observations) == printer_mib.SUPPLIES
    assert f"{1000 - printer_mib.SUPPLIES} supplies" in reading.passed_over


def test_synthetic_port_lists_that_name_everything_are_bounded() -> None:
    egress = ".".join(map(str, q_bridge_mib.dot1qVlanStaticEgressPorts))
    every_port = "ff" * 4000
    lines = [f"{egress}.{vlan}|4x|{every_port}" for vlan in range(1, 1000)]
    lines += [f"1.3.6.1.2.1.31.1.1.1.1.{port}|4|p{port}" for port in range(1, 20)]
    reading = read(binds("\n".join(lines)))
    carried = [len(fact.tagged) for fact in reading.observations if isinstance(fact, PortVlansSeen)]
    assert sum(carried) <= q_bridge_mib.MEMBERSHIPS and len(carried) <= 19
    assert "VLANs of ports" in reading.passed_over


@pytest.mark.parametrize(
    ("device_id", "name", "mac"),
    [
        ("4|sw1.office.example", "sw1.office.example", None),
        ("4|nx(FOC1234ABCD)", "nx", None),
        ("4|JAE0912ABCD(sw-old)", "sw-old", None),
        ("4|SEP001B54AABBCC", "SEP001B54AABBCC", "00:1b:54:aa:bb:cc"),
        ("4x|001b54aabbcc", "", "00:1b:54:aa:bb:cc"),
        ("4|001b.54aa.bbcc", "", "00:1b:54:aa:bb:cc"),
        ("4|router", "router", None),
        ("4x|ffffffffffff", "", None),
        ("4x|00", "", None),
        ("4|(", "(", None),
    ],
)
def test_what_a_cdp_device_id_says(device_id: str, name: str, mac: str | None) -> None:
    line = f"{'.'.join(map(str, cisco_cdp_mib.cdpCacheDeviceId))}.7.1|{device_id}"
    (neighbour,) = [fact for fact in read(binds(line)).observations if isinstance(fact, NeighbourSeen)]
    assert (neighbour.name, neighbour.chassis_mac, neighbour.protocol, neighbour.local_port) == (name, mac, "cdp", "if7")


def test_the_first_table_of_power_over_ethernet_is_the_ports() -> None:
    """A switch without it is asked for no budget and no draw."""
    mib = BY_NAME["power_ethernet_mib"]
    assert (mib.ask_first, mib.tables[0][0]) == (1, power_ethernet_mib.pethPsePortDetectionStatus)
    assert {sysDescr, sysObjectID}.isdisjoint(mib.scalars)

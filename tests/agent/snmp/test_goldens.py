"""Every MIB reads its recordings as the goldens say; damaged recordings never make a reader raise."""

import random
from pathlib import Path

import pytest

from agent.edge import Value, VarBind
from agent.snmp.read import MIBS, read
from shared.observation import SystemSeen
from tests.agent.goldens import assert_golden, recordings
from tests.agent.snmp.recording import binds

RECORDINGS = recordings("snmp", "*.snmprec")
BY_NAME = {mib.name: mib for mib in MIBS}


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recording_reads_as_its_golden(recording: Path) -> None:
    reading = read(binds(recording.read_text(encoding="latin-1")), [BY_NAME[recording.parent.name]])
    assert_golden(recording, reading.observations, reading.passed_over)


def test_every_mib_is_in_order_of_rank() -> None:
    assert [mib.rank for mib in MIBS] == sorted(mib.rank for mib in MIBS)
    assert MIBS[0].name == "snmpv2_mib", "who the device is comes first"


def test_the_first_mib_that_knows_a_field_is_believed() -> None:
    """A printer's own MIB before ENTITY-MIB, and each field for itself."""
    printer = "1.3.6.1.2.1.43.5.1.1.1.1|65|1\n1.3.6.1.2.1.43.5.1.1.17.1|4|FROM-PRINTER-MIB\n"
    entity = "".join(
        f"1.3.6.1.2.1.47.1.1.1.1.{column}.1|{value}\n" for column, value in ((5, "2|3"), (11, "4|FROM-ENTITY"), (13, "4|MODEL-X"))
    )
    (system,) = [fact for fact in read(binds(printer + entity)).observations if isinstance(fact, SystemSeen)]
    assert (system.serial, system.model) == ("FROM-PRINTER-MIB", "MODEL-X")


STRANGE: tuple[Value, ...] = (None, -1, 0, 2**63, 2**64 - 1, b"", b"\xff" * 7, b"\0" * 6, b"x" * 70_000, (), (1, 3), (2**32 - 1,) * 128)


@pytest.mark.parametrize("seed", range(80))
def test_synthetic_damage_never_raises(seed: int) -> None:
    """Values of any type at any place, indices cut, lengthened or out of range: rows are passed over, nothing is raised."""
    chance = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    recorded = [bind for path in RECORDINGS for bind in binds(path.read_text(encoding="latin-1"))]
    damaged = []
    for bind in recorded:
        oid, value = bind.oid, bind.value
        if chance.random() < 0.2:
            value = chance.choice(STRANGE)
        if chance.random() < 0.2:
            oid = chance.choice((oid[:-1], oid[:-3], (*oid, 7), (*oid[:-1], 2**32 - 1), (*oid[:-2], 0, *oid[-1:])))
        damaged.append(VarBind(oid, value))
    reading = read(damaged)
    assert all(len(fact.model_dump_json()) < 200_000 for fact in reading.observations)

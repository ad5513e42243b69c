"""Corrections on both databases: they stay over rescans and late reports, follow a device that turns out to be another, keep their past."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from collector.core.diff import diff
from collector.store import corrections, history
from collector.store.database import Database, NotFound
from collector.store.tables import Correction
from shared.errors import BadInput
from shared.inventory import Device, Inventory, Kind
from shared.observation import InterfaceSeen
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.harness import Clock, Enrolled, Push
from tests.collector.synthetic import HOSTS, Host, report

HOUR = timedelta(hours=1)


def inventory(database: Database, agent: Enrolled) -> Inventory:
    with database.reading() as session:
        return history.inventory_at(session, agent.site)


def at(found: Inventory, address: str) -> Device:
    return next(device for device in found.devices if any(held.address == address for held in device.addresses))


def write(database: Database, agent: Enrolled, device: str, field: str, value: str, clock: Clock) -> Correction | None:
    with database.writing() as session:
        return corrections.write(session, agent.site, device, field, value, "anna", clock())


def test_a_correction_stays_over_rescans_and_late_reports(database: Database, agent: Enrolled, push: Push, clock: Clock) -> None:
    clock.pass_by(5 * HOUR)
    push(agent, agent.own(report("first")))
    device = at(inventory(database, agent), "192.0.2.10").id
    assert write(database, agent, device, "vendor", "Lenovo", clock) is not None
    assert write(database, agent, device, "kind", "storage", clock) is not None
    before = inventory(database, agent)
    push(agent, agent.own(report("again", after=2 * HOUR)))
    push(agent, agent.own(report("late", after=HOUR)))
    after = inventory(database, agent)
    assert (at(after, "192.0.2.10").vendor, at(after, "192.0.2.10").kind) == ("Lenovo", Kind.STORAGE)
    assert diff(before, after) == ()


def test_a_correction_is_replaced_and_withdrawn_and_its_past_is_kept(database: Database, agent: Enrolled, push: Push, clock: Clock) -> None:
    push(agent, agent.own(report("first")))
    seen = at(inventory(database, agent), "192.0.2.10")
    for value in ("R740", "R740", "R750"):
        write(database, agent, seen.id, "model", value, clock)
        clock.pass_by(HOUR)
    with database.writing() as session:
        corrections.withdraw(session, agent.site, seen.id, "model", "bruno", clock())
    with database.reading() as session:
        past = corrections.of_device(session, agent.site, seen.id)
        told = [(row.value, row.made_by, row.ended_by, row.valid_to_utc is not None) for row in past]
        assert told == [("R750", "anna", "bruno", True), ("R740", "anna", "anna", True)]
        assert corrections.in_force(session, agent.site) == ()
    assert at(inventory(database, agent), "192.0.2.10") == seen
    with pytest.raises(NotFound), database.writing() as session:
        corrections.withdraw(session, agent.site, seen.id, "model", "bruno", clock())


def test_a_field_has_one_correction_at_a_time(database: Database, agent: Enrolled, push: Push, clock: Clock) -> None:
    push(agent, agent.own(report("first")))
    made = write(database, agent, "x", "model", "R740", clock)
    assert made is not None
    twin = made.model_dump() | {"id": agent.id, "value": "R750"}
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Correction(**twin))
        session.flush()


@pytest.mark.parametrize(("field", "value"), [("colour", "red"), ("kind", "teapot"), ("model", "  "), ("model", "x" * 201)])
def test_what_cannot_be_is_refused(database: Database, agent: Enrolled, clock: Clock, field: str, value: str) -> None:
    with pytest.raises(BadInput):
        write(database, agent, "x", field, value, clock)


def two_legs(made: Report) -> Report:
    """The same report, in which host 10 lists host 11's card as its own: they are one device."""
    ten, eleven = HOSTS[1], HOSTS[2]
    table = tuple(InterfaceSeen(index=n, name=f"eth{n}", mac=host.mac) for n, host in enumerate((ten, eleven), 1))
    told = Outcome(
        probe="snmp", target=ten.address, state=State.ANSWERED, at_utc=made.finished_utc, duration_ms=9, observations=table,
    )  # fmt: skip
    return made.model_copy(update={"outcomes": (*made.outcomes, told)})


def test_a_correction_follows_a_device_that_turns_out_to_be_another(database: Database, agent: Enrolled, push: Push, clock: Clock) -> None:
    clock.pass_by(5 * HOUR)
    push(agent, agent.own(report("first")))
    push(agent, agent.own(report("second", (*HOSTS, Host(12)), after=HOUR)))
    found = inventory(database, agent)
    one, other = at(found, "192.0.2.10").id, at(found, "192.0.2.11").id
    assert one != other
    for device in (one, other):
        write(database, agent, device, "vendor", f"Vendor of {device}", clock)
    write(database, agent, max(one, other), "location", "cellar", clock)
    write(database, agent, min(one, other), "model", "R740", clock)
    push(agent, agent.own(two_legs(report("third", after=2 * HOUR))))
    merged = at(inventory(database, agent), "192.0.2.11")
    assert merged.id in (one, other) and at(inventory(database, agent), "192.0.2.10").id == merged.id
    assert (merged.location, merged.model, merged.vendor) == ("cellar", "R740", f"Vendor of {merged.id}")
    with database.reading() as session:
        past = corrections.of_device(session, agent.site, merged.id)
    ended = [row for row in past if row.valid_to_utc is not None]
    assert len(past) == 4 and [(row.field, row.ended_by) for row in ended] == [("vendor", "")]

"""The inventory at any scan is what it was then, in whatever order the reports came; and what is known comes back as it was stored."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import select

from collector.core.diff import diff
from collector.core.inventory import build_inventory
from collector.core.knowledge import KnownSite
from collector.core.merge import fold
from collector.jobs import forget
from collector.running import Running
from collector.store import checkpoints, devices, history, scans
from collector.store.database import Database
from collector.store.tables import Checkpoint, HistoryItem, RawReport
from shared.inventory import Inventory
from shared.report import Report
from tests.collector.harness import Clock, Enrolled, Push
from tests.collector.synthetic import HOSTS, Host, report, with_port

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

STORY = (
    report("monday"),
    report("unchanged", after=HOUR),
    report("a port opened", with_port(HOSTS, 10, 8080), after=2 * HOUR),
    report("a host gone", HOSTS[:3], after=3 * HOUR),
    report("still gone, one silent", HOSTS[:3], after=4 * HOUR, failed=[("snmp", "192.0.2.10")]),
    report("cut short", HOSTS[:1], after=5 * HOUR, complete=False),
    report("a rule inserted", (Host(1, rules=("web", "ssh", "vpn")), *HOSTS[1:]), after=6 * HOUR),
    report("two days later", (*HOSTS, Host(30)), after=2 * DAY),
    report("four days later", HOSTS, after=4 * DAY),
)


def own(agent: Enrolled, reports: Sequence[Report]) -> list[Report]:
    return [agent.own(each) for each in reports]


def known(database: Database, agent: Enrolled) -> KnownSite:
    with database.reading() as session:
        return devices.load(session, agent.site).known


def inventory(database: Database, agent: Enrolled, scan: Report | None = None) -> Inventory:
    with database.reading() as session:
        return history.inventory_at(session, agent.site, scans.get(session, scan.id) if scan else None)


def assert_history(database: Database, agent: Enrolled, reports: Sequence[Report]) -> None:
    """Every scan's inventory is that of the reports up to it, and what is known is that of all."""
    ordered = sorted(reports, key=lambda each: (each.finished_utc, each.id))
    for place, each in enumerate(ordered, 1):
        assert inventory(database, agent, each) == build_inventory(fold(ordered[:place])), each.finished_utc
    assert inventory(database, agent) == build_inventory(fold(ordered))
    assert known(database, agent) == fold(ordered)


def test_the_inventory_at_each_scan_is_what_it_was_then(push: Push, agent: Enrolled, database: Database, clock: Clock) -> None:
    clock.pass_by(5 * DAY)
    made, then = own(agent, STORY), []
    for each in made:
        assert push(agent, each).status_code == 201
        then.append(build_inventory(known(database, agent)))
        assert inventory(database, agent) == then[-1]
    assert [inventory(database, agent, each) for each in made] == then
    assert_history(database, agent, made)
    assert [len(one.devices) for one in then] == [4] * 7 + [5] * 2
    assert diff(then[0], then[1]) == ()
    assert [change.subject for change in diff(then[1], then[2])] == ["port"]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_does_not_matter(push: Push, agent: Enrolled, database: Database, clock: Clock, seed: int) -> None:
    clock.pass_by(5 * DAY)
    made = own(agent, STORY)
    shuffled = random.Random(seed).sample(made, len(made))  # noqa: S311  chosen by a seed, so that it can be repeated
    assert {push(agent, each).status_code for each in shuffled} == {201}
    assert_history(database, agent, made)


def test_scans_that_end_at_the_same_moment_have_each_their_place(push: Push, agent: Enrolled, database: Database) -> None:
    twins = own(agent, [report(f"twin {n}", HOSTS[: n + 1]) for n in range(4)])
    for each in twins:
        assert push(agent, each).status_code == 201
    assert_history(database, agent, twins)


def test_a_late_report_is_folded_in_from_a_checkpoint(push: Push, agent: Enrolled, database: Database, clock: Clock) -> None:
    clock.pass_by(20 * DAY)
    days = own(agent, [report(f"day {n}", HOSTS if n % 3 else HOSTS[:3], after=n * DAY) for n in range(10)])
    for each in days:
        push(agent, each)
    with database.reading() as session:
        assert len(checkpoints.moments(session, agent.site)) >= 8
    late = agent.own(report("late", (*HOSTS, Host(40)), after=6 * DAY + HOUR))
    assert push(agent, late).status_code == 201
    assert_history(database, agent, [*days, late])


def test_a_checkpoint_holds_all_that_is_known(push: Push, agent: Enrolled, database: Database) -> None:
    push(agent, agent.own(report("first", failed=[("snmp", "192.0.2.1")])))
    there = known(database, agent)
    assert checkpoints.unpacked(checkpoints.packed(there)) == there


def test_old_raw_reports_are_forgotten_but_a_late_one_still_finds_its_place(
    push: Push, agent: Enrolled, here: Running, clock: Clock
) -> None:
    database, made = here.database, []
    for day in range(0, 120, 3):
        clock.pass_by(3 * DAY)
        made.append(agent.own(report(f"day {day}", HOSTS if day % 2 else HOSTS[:3], after=day * DAY)))
        assert push(agent, made[-1]).status_code == 201
        assert "sessions" in forget.run(here)
    with database.reading() as session:
        kept = set(session.exec(select(RawReport.scan_id)).all())
        moments = session.exec(select(Checkpoint.as_of_utc)).all()
    oldest_kept = min(each.finished_utc for each in made if each.id in kept)
    cutoff = clock() - here.settings.raw_retention
    assert cutoff - 7 * DAY <= oldest_kept <= cutoff + 3 * DAY
    assert len(moments) < 20
    assert_history(database, agent, made)
    late = agent.own(report("late", HOSTS[:2], after=100 * DAY))
    just_kept = agent.own(report("just kept", HOSTS[:1], after=cutoff - made[0].finished_utc + HOUR))
    too_late = agent.own(report("too late", HOSTS[:2], after=5 * DAY))
    assert (push(agent, late).status_code, push(agent, too_late).status_code) == (201, 201)
    assert push(agent, too_late).status_code == 200
    with database.reading() as session:
        assert not scans.get(session, too_late.id).merged
        assert scans.raw(session, too_late.id)
    assert push(agent, just_kept).status_code == 201
    assert_history(database, agent, [*made, late, just_kept])


def test_an_item_that_does_not_change_is_one_row(push: Push, agent: Enrolled, database: Database, clock: Clock) -> None:
    clock.pass_by(DAY)
    for n in range(5):
        push(agent, agent.own(report(f"r{n}", with_port(HOSTS, 10, 8080) if n > 2 else HOSTS, after=n * HOUR)))
    with database.reading() as session:
        rows = session.exec(select(HistoryItem).where(HistoryItem.kind == "devices")).all()
    spans = sorted((row.valid_to_utc is not None) for row in rows)
    assert spans == [False] * 4 + [True], "one device changed once"


def test_a_site_without_scans_has_an_empty_inventory(database: Database, agent: Enrolled) -> None:
    assert inventory(database, agent) == Inventory()

"""Two processes that write to one site: neither loses what the other wrote. (Two ``Database`` share nothing but the database.)"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from collector.core.merge import fold
from collector.running import Running
from collector.store import devices, intake, scans
from collector.store.database import Database
from collector.store.devices import Overtaken
from collector.store.intake import Arrival
from shared.report import Report
from tests.collector.harness import Enrolled
from tests.collector.synthetic import HOSTS, document, packed, report


def arrival(agent: Enrolled, made: Report, here: Running) -> Arrival:
    return Arrival(made, packed(made), intake.digest_of(document(made)), agent.id, agent.site, "", here.now())


def test_reports_that_come_to_two_processes_are_all_kept(here: Running, agent: Enrolled, database_url: str) -> None:
    other = Database(database_url)
    made = [agent.own(report(f"r{n}", HOSTS[: 1 + n % 4], after=n * timedelta(minutes=1))) for n in range(10)]
    with ThreadPoolExecutor(2) as threads:
        taken = threads.map(lambda n: intake.take((here.database, other)[n % 2], arrival(agent, made[n], here)), range(10))
        assert {receipt.intake.value for receipt in taken} == {"stored"}
    other.close()
    with here.database.reading() as session:
        assert [scan.id for scan in scans.since(session, agent.site, None)] == [each.id for each in made]
        assert devices.load(session, agent.site).known == fold(made)


def test_the_same_report_to_two_processes_is_one_scan(here: Running, agent: Enrolled, database_url: str) -> None:
    other = Database(database_url)
    for number in range(5):
        made = arrival(agent, agent.own(report(f"r{number}", after=number * timedelta(minutes=1))), here)
        with ThreadPoolExecutor(2) as threads:
            taken = sorted(r.intake.value for r in threads.map(lambda where, made=made: intake.take(where, made), (here.database, other)))
        assert taken == ["duplicate", "stored"]
    other.close()


def test_whoever_was_overtaken_writes_nothing(here: Running, agent: Enrolled) -> None:
    with here.database.writing() as session:
        devices.claim(session, agent.site, 0)
    with pytest.raises(Overtaken), here.database.writing() as session:
        devices.claim(session, agent.site, 0)
    with here.database.reading() as session:
        assert devices.load(session, agent.site).revision == 1


def test_what_fails_half_way_leaves_nothing(here: Running, agent: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    made = arrival(agent, agent.own(report("first")), here)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(devices, "save", full)
    with pytest.raises(OSError, match="no space"):
        intake.take(here.database, made)
    monkeypatch.undo()
    with here.database.reading() as session:
        assert scans.since(session, agent.site, None) == ()
        assert devices.load(session, agent.site).revision == 0
    assert intake.take(here.database, made).intake.value == "stored"

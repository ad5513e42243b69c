"""Configurations are kept once by content on both databases, their versions are told, and rules are found over all clients."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from collector.store import configurations
from collector.store.database import Database
from collector.store.search import search
from collector.store.tables import ConfigurationText
from shared.configs import read_config
from shared.configs.observations import observations
from shared.device_config import ExposedPort
from shared.firewall import FirewallRule, PortForward
from shared.observation import PortForwardSeen
from shared.outcome import Outcome, State
from shared.report import Report
from tests.collector.harness import Enrol, Enrolled, Push
from tests.collector.synthetic import report

HOUR = timedelta(hours=1)
TEXT = (Path(__file__).parents[2] / "golden/configs/cisco_s300/synthetic_sg350_access.txt").read_text(encoding="utf-8")
ADDRESS = "192.0.2.10"


def configured(made: Report, text: str) -> Report:
    seen = tuple(observations(read_config("cisco_s300", text, b"key")))
    outcome = Outcome(probe="ssh", target=ADDRESS, at_utc=made.finished_utc, state=State.ANSWERED, duration_ms=5, observations=seen)
    return made.model_copy(update={"outcomes": (*made.outcomes, outcome)})


def forwarding(made: Report, *forwards: PortForward) -> Report:
    seen = tuple(PortForwardSeen(forward=forward) for forward in forwards)
    outcome = Outcome(probe="ssh", target=ADDRESS, at_utc=made.finished_utc, state=State.ANSWERED, duration_ms=5, observations=seen)
    return made.model_copy(update={"outcomes": (*made.outcomes, outcome)})


def device_id(database: Database, agent: Enrolled) -> str:
    from collector.store.history import inventory_at

    with database.reading() as session:
        found = inventory_at(session, agent.site)
    return found.configurations[0].device


def test_a_version_is_kept_once_and_comes_back_as_it_was(database: Database, agent: Enrolled, push: Push) -> None:
    other = TEXT.replace("hostname sw-piano1", "hostname sw-piano2")
    for number, text in enumerate((TEXT, TEXT, other, TEXT)):
        assert push(agent, agent.own(configured(report(f"scan {number}", after=number * HOUR), text))).status_code == 201
    with database.reading() as session:
        assert len(session.exec(select(ConfigurationText)).all()) == 2
        versions = configurations.versions(session, agent.site, device_id(database, agent))
        assert len(versions) == 3, "it came back: three spans of two texts"
        assert versions[0].stable_sha256 == versions[2].stable_sha256 != versions[1].stable_sha256
        assert versions[0].to_utc is None and versions[1].to_utc == versions[0].from_utc
        kept = configurations.text(session, agent.site, versions[0].stable_sha256)
        assert kept == read_config("cisco_s300", TEXT, b"key").text
        assert configurations.text(session, agent.site, "0" * 64) is None


def test_a_late_report_brings_its_text_to_its_place(database: Database, agent: Enrolled, push: Push) -> None:
    other = TEXT.replace("hostname sw-piano1", "hostname sw-piano2")
    reports = [agent.own(configured(report(f"scan {n}", after=n * HOUR), text)) for n, text in enumerate((TEXT, other, TEXT))]
    for made in (reports[0], reports[2], reports[1]):
        assert push(agent, made).status_code == 201
    with database.reading() as session:
        versions = configurations.versions(session, agent.site, device_id(database, agent))
    assert len({version.stable_sha256 for version in versions}) == 2 and len(versions) == 3


FORWARDS = (
    PortForward(key="a", order=1, protocol="tcp", public_ports="3380-3400", to_address="10.20.0.5", comment="Scrivania è remota"),
    PortForward(key="b", order=2, protocol="tcp", public_ports="8443", to_address="10.20.0.6", to_ports="443", enabled=False),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("3389",), {"a"}),
        (("443",), {"b"}),
        (("10.20.0.5",), {"a"}),
        (("10.20.0.0/24",), {"a", "b"}),
        (("è", "remota"), {"a"}),
        (("3389", "10.20.0.6"), set()),
        (("100%",), set()),
        (("_",), set()),
        (("9999",), set()),
    ],
)
def test_forwards_are_found_by_port_address_and_word(
    database: Database, agent: Enrolled, push: Push, words: tuple[str, ...], found: set[str]
) -> None:
    assert push(agent, agent.own(forwarding(report("scan"), *FORWARDS))).status_code == 201
    with database.reading() as session:
        hits = search(session, words)
    assert hits.complete
    assert {hit.item.key for hit in hits.hits if isinstance(hit.item, PortForward)} == found
    doors = {hit.item.forward for hit in hits.hits if isinstance(hit.item, ExposedPort)}
    assert doors <= {"a", "b"} and not any(isinstance(hit.item, FirewallRule) for hit in hits.hits)


def test_what_was_is_not_found(database: Database, enrol: Enrol, push: Push) -> None:
    agent = enrol("another client")
    assert push(agent, agent.own(forwarding(report("scan"), *FORWARDS))).status_code == 201
    assert push(agent, agent.own(forwarding(report("later", after=HOUR), FORWARDS[1]))).status_code == 201
    with database.reading() as session:
        assert search(session, ("3389",)).hits == ()
        (hit, *_) = search(session, ("8443",)).hits
    assert (hit.client, hit.device != "") == ("another client", True)

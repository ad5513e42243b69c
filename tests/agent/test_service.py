"""The agent as a service: first scan at once, never two at a time, every report kept until it is carried, a clean end."""

import asyncio
import gzip
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from agent.config import ScanSettings, Settings
from agent.service import MAX_BACKOFF_S, Backoff, Service, serve
from agent.spool import Spool
from shared.report import Report
from tests.agent.conftest import LoopbackCollector, Segment, listening

Make = Callable[..., Report]


def test_backoff_grows_and_hears_what_the_collector_asks() -> None:
    backoff = Backoff()
    assert backoff.allows(0)
    waits = []
    for _ in range(8):
        backoff.failed(1000.0, None)
        waits.append(backoff.not_before_s - 1000)
    assert waits[:4] == [59, 119, 239, 479] and max(waits) == MAX_BACKOFF_S - 1
    backoff.failed(1000.0, 7.0)
    assert not backoff.allows(1005) and backoff.allows(1006)
    backoff.succeeded()
    assert backoff.allows(0)


@dataclass(slots=True)
class CountedService(Service):
    now: int = 0
    most: int = 0
    scans: int = 0

    async def scan_once(self) -> None:
        self.now += 1
        self.scans += 1
        self.most = max(self.most, self.now)
        if self.scans == 4:
            self.stop.set()
        await asyncio.sleep(0.35)
        self.now -= 1


def test_a_scan_that_takes_longer_than_its_interval_delays_the_next(tmp_path: Path) -> None:
    async def main() -> CountedService:
        # shorter than a configuration may say, so that the test is short
        often = ScanSettings.model_construct(**ScanSettings().model_dump() | {"every_s": 0.1, "jitter_s": 0})
        service = CountedService(Settings(state_dir=tmp_path).model_copy(update={"scan": often}), Spool(tmp_path, 10**9))
        await serve(service)
        return service

    service = asyncio.run(main())
    assert service.most == 1 and service.scans == 4 and service.now == 0, "and the end waits for the scan under way"


@contextmanager
def running(segment: Segment, config: Path) -> Iterator[subprocess.Popen[str]]:
    command = ["ip", "netns", "exec", segment.agent.name, sys.executable, "-m", "agent", "run", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as service:
        try:
            yield service
        finally:
            if service.poll() is None:
                service.kill()


def log_until(service: subprocess.Popen[str], pattern: str) -> str:
    assert service.stderr
    told = ""
    for line in service.stderr:
        told += line
        if re.search(pattern, line):
            return told
    raise AssertionError(f"the log ended without {pattern}: {told}")


def _logged_s(line: str) -> float:
    return datetime.fromisoformat(line.split()[0].removeprefix("at=")).timestamp()


def configured(tmp_path: Path, collector: LoopbackCollector, **scan: object) -> Path:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    identity = collector.identity(state)
    (state / "agent.json").write_text(json.dumps(json.loads(identity.model_dump_json()) | {"key": identity.key.reveal()}))
    config = tmp_path / "agent.toml"
    settings = "\n".join(f"{key} = {json.dumps(value)}" for key, value in scan.items())
    config.write_text(f'state_dir = "{state}"\n[scan]\n{settings}\n')
    return config


@pytest.mark.parametrize("subnet", ["10.0.0.0/8", "8.8.8.0/24"])
def test_it_scans_no_large_or_public_range_without_a_yes_in_the_configuration(
    tmp_path: Path, subnet: str, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(Settings(state_dir=tmp_path, scan=ScanSettings(subnets=(subnet,))), Spool(tmp_path, 10**9))
    asyncio.run(service.scan_once())
    (refused,) = [record for record in caplog.records if record.message == "no scan"]
    assert "allow_large or allow_public" in refused.__dict__["reason"] and not Spool(tmp_path, 10**9).waiting()


def test_it_scans_at_once_and_carries_the_report(segment: Segment, tmp_path: Path) -> None:
    with listening(segment.agent) as collector:
        config = configured(tmp_path, collector, only=["host", "arp"], packets_per_s=0)
        with running(segment, config) as service:
            told = log_until(service, 'event="reports carried"')
            scanned_s, carried_s = (_logged_s(line) for line in told.splitlines() if re.search("scan ended|reports carried", line))
            assert carried_s - scanned_s < 20, "after the scan, not when the minute is over"
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0
    (asked,) = collector.asked
    report = Report.model_validate_json(gzip.decompress(asked.body))
    assert report.complete and report.agent.id == collector.identity(tmp_path).agent
    assert not Spool(tmp_path / "state", 10**9).waiting() and "the-agents-key" not in told


def test_sigterm_cuts_the_scan_short_and_keeps_its_report(segment: Segment, tmp_path: Path) -> None:
    with listening(segment.agent) as collector:
        config = configured(tmp_path, collector, subnets=["10.99.0.0/28"], packets_per_s=8)
        with running(segment, config) as service:
            log_until(service, "probe=arp")
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0
            assert service.stderr and "Traceback" not in service.stderr.read()
    spool = Spool(tmp_path / "state", 10**9)
    (waiting,) = spool.waiting()
    report = Report.model_validate_json(gzip.decompress(spool.read(waiting)))
    assert not report.complete and "arp" in {outcome.probe for outcome in report.outcomes}


def test_a_report_that_waits_from_before_is_carried_at_the_start(segment: Segment, tmp_path: Path, report: Make) -> None:
    with listening(segment.agent) as collector:
        config = configured(tmp_path, collector, only=["host"])
        Spool(tmp_path / "state", 10**9).put(report(77))
        with running(segment, config) as service:
            log_until(service, 'event="reports carried"')
            service.send_signal(signal.SIGTERM)
            service.wait(20)
    assert json.loads(gzip.decompress(collector.asked[0].body))["id"] == str(report(77).id)


def test_a_scan_by_hand_makes_the_service_wait_for_its_next_turn(segment: Segment, tmp_path: Path) -> None:
    with listening(segment.agent) as collector:
        config = configured(tmp_path, collector, only=["arp"], subnets=["10.99.0.0/28"], packets_per_s=3)
        words = [sys.executable, "-m", "agent", "scan", "--config", str(config)]
        by_hand = subprocess.Popen(["ip", "netns", "exec", segment.agent.name, *words], stdout=subprocess.DEVNULL)
        while not (tmp_path / "state" / "scan.lock").exists():
            assert by_hand.poll() is None
        with running(segment, config) as service:
            assert "another scan is running" in log_until(service, 'event="no scan"')
            service.send_signal(signal.SIGTERM)
            assert service.wait(20) == 0
        assert by_hand.wait(60) == 0

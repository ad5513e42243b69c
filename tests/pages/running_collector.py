"""A real ``netario-collector serve`` on a free loopback port with a data folder of its own, fed through its own commands and API."""

import gzip
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from uuid import UUID

import httpx

from shared.report import Report
from shared.wire import Enrolment

NAME, PASSWORD = "anna", "corretto-cavallo-batteria"
START_S = 30


@dataclass(frozen=True)
class RunningCollector:
    url: str
    data: Path

    def command(self, *words: str, given: str | None = None) -> str:
        """What ``netario-collector`` printed."""
        done = subprocess.run(
            [sys.executable, "-m", "collector", *words, "--data", str(self.data)], input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def enrol(self, client: str, site: str) -> Enrolment:
        token = self.command("enrol-token", "--client", client, "--site", site).split()[-1]
        asked = {"token": token, "hostname": "netario-rossi", "version": "0.1.0"}
        return Enrolment.model_validate(httpx.post(f"{self.url}/api/v1/agents/enroll", json=asked).raise_for_status().json())

    def push(self, enrolment: Enrolment, report: Report) -> UUID:
        body = gzip.compress(report.model_dump_json(by_alias=True).encode())
        headers = {"Authorization": f"Bearer {enrolment.key}", "Content-Encoding": "gzip", "Idempotency-Key": str(report.id)}
        answer = httpx.post(f"{self.url}/api/v1/reports", content=body, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return report.id


@contextmanager
def serving(data: Path) -> Iterator[RunningCollector]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    collector = RunningCollector(f"http://127.0.0.1:{port}", data)
    collector.command("create-admin", NAME, "--password-stdin", given=PASSWORD + "\n")
    with (data / "serve.log").open("w") as log:
        served = subprocess.Popen(
            [sys.executable, "-m", "collector", "serve", "--listen", f"127.0.0.1:{port}", "--data", str(data)], stdout=log, stderr=log
        )
        try:
            _wait(collector, served, data / "serve.log")
            yield collector
        finally:
            served.terminate()
            served.wait(timeout=30)


def _wait(collector: RunningCollector, served: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert served.poll() is None, log.read_text()
        try:
            if httpx.get(f"{collector.url}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the collector did not come up:\n{log.read_text()}")

"""How many of 60 recorded devices are told right?  Measures ``probe snmp`` on reference material that stands beside the checkout.

The recordings are not part of the project; where they are absent the test skips and says so. Their own rules judge the answers.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.collector_process import TOP, free_port

RECORDINGS = TOP.parent / "shared/recordings/snmp"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are reference material beside the checkout"),
]

AT_LEAST = {"vendor": 0.97, "os": 0.97, "kind": 0.97, "model": 0.93, "version": 0.93, "serial": 0.93, "interfaces": 0.98}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("recordings")
    targets = folder / "targets.tsv"
    serve = [sys.executable, str(RECORDINGS / "serve.py"), "--port", str(free_port()), "--targets", str(targets)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(targets)
        yield targets
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(targets: Path) -> None:
    """The last recording answers: then all do."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if targets.exists() and (lines := targets.read_text().splitlines()):
            address, community = lines[-1].split("\t")[:2]
            asked = [sys.executable, "-m", "agent", "probe", "snmp", address, "--community", community, "--json"]
            if subprocess.run(asked, cwd=TOP, capture_output=True, check=False).returncode == 0:
                return
        time.sleep(1)
    raise AssertionError("the recordings are not served")


def test_devices_are_told_right(served: Path, tmp_path: Path) -> None:
    asked = [sys.executable, "-m", "agent", "probe", "snmp", "--targets", str(served), "--jsonl"]
    done = subprocess.run(asked, cwd=TOP, capture_output=True, text=True, timeout=300, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(told)) == (0, len(served.read_text().splitlines())), done.stderr
    (tmp_path / "answers.jsonl").write_text(done.stdout)
    score = [sys.executable, str(RECORDINGS / "score.py"), str(tmp_path / "answers.jsonl")]
    printed = subprocess.run(score, capture_output=True, text=True, check=True).stdout
    shares = {line.split()[0]: float(line.split()[4]) for line in printed.splitlines() if " of " in line and not line.startswith("score")}
    assert {field: shares[field] for field, least in AT_LEAST.items() if shares[field] < least} == {}, printed

"""Each command's exit code and words, as a user meets them: one line for what they can put right, never a traceback."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from agent.cli import main
from agent.spool import Spool
from shared import VERSION
from shared.report import Report
from tests.agent.conftest import LoopbackCollector, Segment, listening
from tests.agent.safety.capture import captured

Make = Callable[..., Report]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(f'state_dir = "{tmp_path / "state"}"\n')
    return path


def command(segment: Segment | None, *words: object) -> list[str]:
    inside = ["ip", "netns", "exec", segment.agent.name] if segment else []
    return [*inside, sys.executable, "-m", "agent", *(str(word) for word in words)]


def run(segment: Segment | None, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(segment, *words),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
    )


def enrolled(collector: LoopbackCollector, config: Path, *, replace: bool = False) -> int:
    given = {"agent": str(UUID(int=1)), "site": str(UUID(int=2)), "client_name": "Rossi", "site_name": "Sede", "key": "the-agents-key"}
    collector.answers = [(201, {}, json.dumps(given).encode())]
    return main(["enroll", collector.url, "--token", "t0ken", "--config", str(config), *(["--replace"] if replace else [])])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["scan", "--subnet", "10.0.0.0/33"], 2, "is no subnet. Write it like 192.168.1.0/24."),
        (["scan", "--subnet", "office"], 2, "is no subnet. Write it like 192.168.1.0/24."),
        (["scan", "--only", "arp,zork"], 2, "no probe is called zork"),
        (["scan", "--rate", "-1"], 2, "--rate"),
        (["scan", "--subnet", "10.0.0.0/8"], 2, "Add --yes if you mean it"),
        (["scan", "--subnet", "8.8.8.0/24"], 2, "is in no private range and may be somebody else's"),
        (["enroll", "netario.example", "--token", "t"], 2, "Write it like https://"),
        (["enroll", "https://user:pw@netario.example", "--token", "t"], 2, "without user name"),
        (["enroll", "https://netario.example:99999", "--token", "t"], 2, "port"),
        (["enroll", "http://192.0.2.7", "--token", "t"], 2, "unencrypted"),
        (["enroll", "http://127.0.0.1:1", "--token", ""], 2, "token is empty"),
        (["enroll", "http://127.0.0.1:1", "--token", "t"], 3, "cannot be reached"),
        (["push"], 3, "not enrolled: run netario-agent enroll URL --token T"),
        (["run"], 3, "not enrolled: run netario-agent enroll URL --token T"),
        (["scan", "--push", "--subnet", "10.99.0.0/24"], 3, "not enrolled"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_done_is_said_in_one_line(
    words: list[str], code: int, said: str, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115, PTH123 - closed with the test's process
    assert main([*words, "--config", str(config)]) == code
    told = capsys.readouterr().err
    assert said in told and told.startswith("netario-agent: ") and told.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["dance"], ["scan", "--rate", "fast"], ["enroll", "https://netario.example"]], ids=" ".join)
def test_wrong_use_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "usage: netario-agent" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--version"], ["--help"], *([name, "--help"] for name in ("scan", "enroll", "run", "push", "status", "doctor"))):
        with pytest.raises(SystemExit, match="0"):
            main(words)
    assert f"netario-agent {VERSION}" in capsys.readouterr().out


def test_a_wrong_configuration_is_2_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.toml").write_text("[scan]\nspeed = 3\n")
    assert main(["status", "--config", str(tmp_path / "bad.toml")]) == 2
    assert "bad.toml: scan.speed" in capsys.readouterr().err


def test_enrolment_keeps_the_key_for_its_owner_alone(
    collector: LoopbackCollector, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrolled(collector, config) == 0
    told = capsys.readouterr()
    assert "Rossi, Sede" in told.out and "the-agents-key" not in told.out + told.err
    kept = tmp_path / "state" / "agent.json"
    assert json.loads(kept.read_text())["key"] == "the-agents-key"
    assert kept.stat().st_mode & 0o777 == 0o600 and kept.parent.stat().st_mode & 0o777 == 0o700

    assert main(["enroll", collector.url, "--token", "t", "--config", str(config)]) == 2
    assert "Add --replace" in capsys.readouterr().err
    assert enrolled(collector, config, replace=True) == 0


def test_a_used_token_is_3_and_enrols_nothing(
    collector: LoopbackCollector, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"title": "The token has been used", "status": 403, "detail": "make a new one"}
    collector.answers = [(403, {}, json.dumps(said).encode())]
    assert main(["enroll", collector.url, "--token", "t0ken", "--config", str(config)]) == 3
    told = capsys.readouterr().err
    assert "The token has been used: make a new one" in told and "t0ken" not in told
    assert not list((tmp_path / "state").iterdir())


def test_a_token_is_not_spent_where_the_identity_cannot_be_kept(collector: LoopbackCollector, config: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the place of the folder")
    assert enrolled(collector, config) == 3
    assert collector.asked == []


def test_push_says_what_it_did(
    collector: LoopbackCollector, config: Path, tmp_path: Path, report: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(collector, config)
    spool = Spool(tmp_path / "state", 10**9)
    spool.put(report(1))
    collector.answers = [(500, {}, b"")]
    assert main(["push", "--config", str(config)]) == 3 and "1 wait" in capsys.readouterr().err
    assert main(["status", "--config", str(config)]) == 0 and "1 reports wait" in capsys.readouterr().out
    assert main(["push", "--config", str(config)]) == 0 and "1 reports carried" in capsys.readouterr().err
    assert main(["push", "--config", str(config)]) == 0, "an empty spool is done"


def test_plan_sends_nothing(segment: Segment, config: Path) -> None:
    with captured(segment.agent) as capture:
        done = run(segment, "scan", "--plan", "--config", config)
    assert done.returncode == 0 and "10.99.0.0/24" in done.stdout and "Nothing was sent." in done.stdout
    assert not [frame for frame in capture.frames if not frame.is_the_kernel_s]


def test_scan_prints_one_json_document_and_nothing_else(segment: Segment, config: Path) -> None:
    done = run(segment, "scan", "--only", "host,arp", "--rate", "0", "--json", "--config", config)
    assert done.returncode == 0, done.stderr
    assert "first scan here: 10.99.0.0/24: 256 addresses, about " in done.stderr
    report = Report.model_validate_json(done.stdout)
    assert report.complete and report.plan.subnets == ("10.99.0.0/24",) and report.agent.id is None
    assert "arp: 1 asked" in done.stderr


def test_scan_writes_the_report_or_shows_a_table(segment: Segment, config: Path, tmp_path: Path) -> None:
    written = run(segment, "scan", "--only", "arp", "--rate", "0", "--output", tmp_path / "r.json", "--config", config)
    assert written.returncode == 0 and written.stdout == ""
    assert Report.model_validate_json((tmp_path / "r.json").read_text()).outcomes
    shown = run(segment, "scan", "--only", "arp", "--rate", "0", "--config", config)
    assert shown.returncode == 0 and all(address in shown.stdout for address in segment.neighbours)
    assert "last scan" in run(segment, "status", "--config", config).stdout


def test_an_output_that_cannot_be_written_is_known_before_the_scan(segment: Segment, config: Path, tmp_path: Path) -> None:
    done = run(segment, "scan", "--output", tmp_path / "none" / "r.json", "--config", config)
    assert done.returncode == 2 and "--output" in done.stderr and "arp:" not in done.stderr


def test_a_subnet_out_of_reach_is_3_alone_and_1_beside_another(segment: Segment, config: Path) -> None:
    only = ("--only", "host,arp", "--rate", "0", "--config", config)
    alone = run(segment, "scan", "--subnet", "10.98.0.0/24", *only)
    assert alone.returncode == 3 and "this machine is not in 10.98.0.0/24" in alone.stderr
    beside = run(segment, "scan", "--subnet", "10.98.0.0/24", "--subnet", "10.99.0.0/24", *only)
    assert beside.returncode == 1 and "this machine is not in 10.98.0.0/24" in beside.stderr


def test_without_nmap_the_rest_is_done_and_it_says_what_to_do(segment: Segment, config: Path, tmp_path: Path) -> None:
    """A PATH with nothing but ip in it."""
    ip = subprocess.run(["which", "ip"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ip").symlink_to(ip)
    words = [ip, "netns", "exec", segment.agent.name, "env", f"PATH={tmp_path / 'bin'}", *command(None, "scan", "--rate", "0", "--json")]
    done = subprocess.run([*words, "--config", str(config)], capture_output=True, text=True, timeout=120, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 1 and "apt install nmap" in done.stderr
    assert report["agent"]["lacking"] == ["nmap: nmap is not installed: apt install nmap"]
    states = {(outcome["probe"], outcome["state"]) for outcome in report["outcomes"]}
    assert ("arp", "answered") in states and ("ports", "answered") in states


def test_without_the_right_to_raw_sockets_it_is_3_and_says_what_to_do(segment: Segment, config: Path) -> None:
    words = ["ip", "netns", "exec", segment.agent.name, "setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"]
    done = subprocess.run(
        [*words, *command(None, "scan", "--config", config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and "run as root" in done.stderr and "CAP_NET_RAW" in done.stderr


def test_an_interrupt_keeps_what_was_seen(segment: Segment, config: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.json"
    scan = subprocess.Popen(
        command(segment, "scan", "--subnet", "10.99.0.0/28", "--rate", "8", "--output", output, "--config", config),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert scan.stderr
    told = ""
    for line in scan.stderr:
        told += line
        if "arp: 1 asked" in line:
            break
    scan.send_signal(signal.SIGINT)
    told += scan.communicate(timeout=30)[1]
    assert scan.returncode == 1 and "cut short" in told and "Traceback" not in told
    report = Report.model_validate_json(output.read_text())
    assert not report.complete and {"host", "arp"} <= {outcome.probe for outcome in report.outcomes}


def test_two_scans_never_run_at_a_time(segment: Segment, config: Path) -> None:
    first = subprocess.Popen(
        command(segment, "scan", "--subnet", "10.99.0.0/28", "--only", "arp", "--rate", "5", "--config", config), stdout=subprocess.PIPE
    )
    while not (config.parent / "state" / "scan.lock").exists():
        assert first.poll() is None, "it ended without a lock"
        time.sleep(0.02)
    second = run(segment, "scan", "--only", "arp", "--config", config)
    assert second.returncode == 3 and "another scan is running" in second.stderr
    first.communicate(timeout=60)
    assert first.returncode == 0


def test_scan_with_push_carries_the_report_and_keeps_it_where_it_cannot(segment: Segment, config: Path, tmp_path: Path) -> None:
    with listening(segment.agent) as collector:
        given = {"agent": str(UUID(int=1)), "site": str(UUID(int=2)), "client_name": "Rossi", "site_name": "Sede", "key": "k"}
        collector.answers = [(201, {}, json.dumps(given).encode())]
        assert run(segment, "enroll", collector.url, "--token", "t", "--config", config).returncode == 0
        scan = ("scan", "--push", "--only", "arp", "--rate", "0", "--config", config)
        collector.answers = [(503, {}, b"")]
        down = run(segment, *scan)
        assert down.returncode == 1 and "1 wait" in down.stderr
        up = run(segment, *scan)
        assert up.returncode == 0 and "2 reports carried" in up.stderr
    reports = [json.loads(gzip.decompress(asked.body)) for asked in collector.asked if asked.path == "/api/v1/reports"]
    assert len(reports) == 3 and reports[0]["id"] == reports[1]["id"] != reports[2]["id"]
    assert reports[0]["agent"]["id"] == str(UUID(int=1))


def test_doctor_says_what_to_do(segment: Segment, config: Path) -> None:
    done = run(segment, "doctor", "--config", config)
    assert done.returncode == 1 and "netario-agent enroll" in done.stdout and "10.99.0.0/24 on eth0" in done.stdout
    config.write_text(config.read_text() + "[[snmp]]\nname='lan'\ncommunity='geheim'\nsubnets=['10.99.0.0/24']\n")
    config.chmod(0o644)
    done = run(segment, "doctor", "--config", config)
    assert f"chmod o-rwx {config}" in done.stdout and "geheim" not in done.stdout

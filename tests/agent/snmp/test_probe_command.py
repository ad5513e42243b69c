"""``netario-agent probe snmp`` against a real snmpd: what a newcomer types, sees, and mistypes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.snmp_answer import SnmpAnswer
from tests.agent.snmp.agents import COMMUNITY, snmpd

WRONG = "not-the-community"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> int:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as port:
        yield port


def probe(*words: object, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent", "probe", "snmp", *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


def test_one_device_as_json(port: int) -> None:
    done = probe(f"127.0.0.1:{port}", "--community", COMMUNITY, "--json")
    told = SnmpAnswer.model_validate_json(done.stdout)
    assert (done.returncode, done.stderr, told.outcome) == (0, "", "answered")
    assert (told.os, told.kind) == ("Linux", "server")
    assert "lo" in {interface.name for interface in told.interfaces}
    assert "127.0.0.1" in {entry.address for entry in told.addresses}
    assert {evidence.field for evidence in told.evidence} >= {"os", "kind"}


def test_one_device_for_a_person_and_the_community_from_standard_input(port: int) -> None:
    done = probe(f"127.0.0.1:{port}", "--community", "-", given=f"{COMMUNITY}\n")
    assert done.returncode == 0, done.stderr
    assert "Linux" in done.stdout and COMMUNITY not in done.stdout + done.stderr


def test_a_wrong_community_is_silence_and_says_so(port: int) -> None:
    done = probe(f"127.0.0.1:{port}", "--community", WRONG)
    assert (done.returncode, done.stdout) == (3, "")
    assert "does not know this community" in done.stderr and WRONG not in done.stderr


def test_many_targets_answer_in_lines_without_their_communities(port: int, tmp_path: Path) -> None:
    targets = tmp_path / "targets.tsv"
    targets.write_text(f"# a comment\n\n127.0.0.1:{port}\t{COMMUNITY}\tthis one\n127.0.0.1:{port}\t{WRONG}\n", encoding="utf-8")
    done = probe("--targets", targets, "--jsonl")
    told = {each["label"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1, done.stderr
    assert (told["this one"]["outcome"], told[""]["outcome"]) == ("answered", "silent")
    assert COMMUNITY not in done.stdout and WRONG not in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give one HOST"),
        (["127.0.0.1"], "--community is missing"),
        (["127.0.0.1:0x", "--community", "c"], "is no target"),
        (["127.0.0.1:99999", "--community", "c"], "is no target"),
        (["--targets", "/nowhere/targets"], "cannot be read"),
        (["127.0.0.1", "--targets", "x", "--community", "c"], "give one HOST"),
    ],
)
def test_wrong_use_is_one_line(words: list[str], said: str) -> None:
    done = probe(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_a_broken_line_of_targets_is_named(tmp_path: Path) -> None:
    targets = tmp_path / "targets.tsv"
    targets.write_text("127.0.0.1\tpublic\nonly-a-host\n")
    done = probe("--targets", targets, "--jsonl")
    assert done.returncode == 2 and f"{targets}:2:" in done.stderr

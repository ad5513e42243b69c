"""``netario-agent probe snmp`` against a real snmpd: what a newcomer types, sees, and mistypes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.cli import main
from shared.snmp_answer import SnmpAnswer
from tests.agent.snmp.agents import COMMUNITY, READ_ALL, snmpd

WRONG = "not-the-community"


PASSWORD, PRIVATE = "signs-with-this", "hides-with-this"
USER = f"createUser anna SHA-256 {PASSWORD} AES {PRIVATE}\nrouser anna priv"
SECURE = ("--v3", "anna", "--auth", "sha256", "--auth-password", PASSWORD, "--privacy", "AES-128")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with snmpd(tmp_path_factory.mktemp("snmpd"), f"{READ_ALL}\n{USER}") as port:
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


def test_version_1(port: int) -> None:
    done = probe(f"127.0.0.1:{port}", "--community", COMMUNITY, "--v1", "--json")
    told = SnmpAnswer.model_validate_json(done.stdout)
    assert (done.returncode, told.outcome, told.os) == (0, "answered", "Linux")
    assert "lo" in {interface.name for interface in told.interfaces}


def test_version_3_with_passwords_from_standard_input(port: int) -> None:
    words = ["--v3", "anna", "--auth", "SHA-256", "--auth-password", "-", "--privacy", "AES", "--privacy-password", "-"]
    done = probe(f"127.0.0.1:{port}", *words, "--json", given=f"{PASSWORD}\n{PRIVATE}\n")
    assert done.returncode == 0, done.stderr
    assert SnmpAnswer.model_validate_json(done.stdout).os == "Linux"


def test_a_wrong_password_is_denied_and_says_which(port: int) -> None:
    done = probe(f"127.0.0.1:{port}", *SECURE[:4], "--auth-password", WRONG, *SECURE[6:], "--privacy-password", PRIVATE)
    assert (done.returncode, done.stdout) == (3, "")
    assert "denied: the authentication password of 'anna' is wrong" in done.stderr and WRONG not in done.stderr


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
        (["127.0.0.1", "--v3", "u", "--community", "c"], "not both"),
        (["127.0.0.1", "--v3", "u", "--v1"], "give one of them"),
        (["127.0.0.1", "--community", "c", "--auth", "SHA"], "only with --v3"),
        (["127.0.0.1", "--v3", "u", "--auth", "SHA"], "go together"),
        (["127.0.0.1", "--v3", "u", "--auth", "SHA-3", "--auth-password", "long enough"], "there are MD5, SHA, "),
        (["127.0.0.1", "--v3", "u", "--auth", "SHA", "--auth-password", "short"], "at least 8 characters"),
        (["127.0.0.1", "--v3", "u", "--privacy", "AES", "--privacy-password", "long enough"], "without authentication"),
    ],
)
def test_wrong_use_is_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["probe", "snmp", *words])
    done = capsys.readouterr()
    assert (code, done.out, done.err.count("\n")) == (2, "", 1)
    assert said in done.err


def test_a_broken_line_of_targets_is_named(tmp_path: Path) -> None:
    targets = tmp_path / "targets.tsv"
    targets.write_text("127.0.0.1\tpublic\nonly-a-host\n")
    done = probe("--targets", targets, "--jsonl")
    assert done.returncode == 2 and f"{targets}:2:" in done.stderr

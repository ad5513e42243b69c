"""Sockets handed to a program by systemd's protocol.  Loopback alone."""

import json
import subprocess
import sys

import pytest

from tests.labs import listen

TELL = (
    "import json, os, socket\n"
    "names = [socket.socket(fileno=n).getsockname()[:2] for n in range(3, 3 + int(os.environ['LISTEN_FDS']))]\n"
    "print(json.dumps({'own_pid': os.environ['LISTEN_PID'] == str(os.getpid()), 'names': names}))\n"
)


def _listen(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "tests.labs.listen", *words], capture_output=True, text=True, timeout=30, check=False)


def test_descriptors_follow_the_command_line() -> None:
    told = _listen("--socket", "127.0.0.1:0", "--socket", "127.0.0.2:0", "--", sys.executable, "-c", TELL)
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["own_pid"]
    assert [name[0] for name in answer["names"]] == ["127.0.0.1", "127.0.0.2"]


@pytest.mark.parametrize("words", [("--socket", "127.0.0.1", "--", "true"), ("--socket", "127.0.0.1:70000", "--", "true")])
def test_bad_address_is_wrong_use(words: tuple[str, ...]) -> None:
    told = _listen(*words)
    assert told.returncode == 2
    assert "no address to listen on" in told.stderr


def test_absent_namespace_and_program_are_said() -> None:
    for words in (("--socket-in", "/no/such/namespace", "127.0.0.1:0", "--", "true"), ("--", "no-such-program")):
        told = _listen(*words)
        assert told.returncode == 3
        assert "No such file" in told.stderr
        assert "Traceback" not in told.stderr


def test_address_forms() -> None:
    assert listen.address("127.0.0.1:80") == ("127.0.0.1", 80)
    assert listen.address("[::1]:80") == ("::1", 80)

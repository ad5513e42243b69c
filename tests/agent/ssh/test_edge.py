"""SSH sessions against a real OpenSSH server: exec channels, one login, the host key first, bounds."""

import asyncio
import logging
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.edge import HostKey, SshJump, SshLogin
from agent.edge import exec_session as exec_module
from agent.edge.netmiko_session import NetmikoEdge
from agent.ssh import platforms
from shared.errors import Denied, NetarioError, Refused, Unparsed, Unreachable, Unsupported
from shared.secret import Secret
from tests.agent.ssh.servers import ADDRESS, Server, sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


async def _run(
    server: Server, login: SshLogin, *commands: str, deadline_s: float = 20.0, platform: str = "linux"
) -> list[str | NetarioError]:
    said: list[str | NetarioError] = []
    async with NetmikoEdge().session(ADDRESS, server.port, platform, login) as session:
        for command in commands:
            try:
                said.append(await session.run(command, deadline_s))
            except NetarioError as error:
                said.append(error)
    return said


def run(server: Server, *commands: str, deadline_s: float = 20.0) -> list[str | NetarioError]:
    return asyncio.run(_run(server, server.login(), *commands, deadline_s=deadline_s))


def test_commands_give_clean_text(server: Server) -> None:
    assert run(server, "printf 'caffè\\n\\ttwo\\n'", "true", "echo to the other >&2; echo kept") == ["caffè\n\ttwo\n", "", "kept\n"]


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("no-such-tool --version", Unsupported),
        ("cat /no/such/file", Unsupported),
        ("/etc/passwd", Denied),
        ("echo 'sudo: a password is required' >&2; exit 1", Denied),
        ("echo 'Operation not permitted (you must be root)' >&2; exit 1", Denied),
        ("echo 'sudo: wg: command not found' >&2; exit 1", Unsupported),
        ("echo broken >&2; exit 3", Unparsed),
        ("kill -9 $$", Unparsed),
    ],
)
def test_a_failing_command_says_why_in_our_words(server: Server, command: str, kind: type[NetarioError]) -> None:
    (error,) = run(server, command)
    assert type(error) is kind


def test_a_command_that_does_not_end(server: Server) -> None:
    started = time.monotonic()
    first, second = run(server, "sleep 30", "echo still here", deadline_s=2.0)
    assert isinstance(first, Unreachable) and second == "still here\n"
    assert time.monotonic() - started < 10


def test_large_answers_come_whole_and_endless_ones_are_cut(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exec_module, "MAX_OUTPUT_BYTES", 3_000_000)
    whole, endless = run(server, "head -c 2000000 /dev/zero | tr '\\0' x", "yes")
    assert whole == "x" * 2_000_000
    assert isinstance(endless, Unparsed) and "more than 3000000 bytes" in str(endless)


def test_the_host_key_is_what_openssh_says(server: Server) -> None:
    async def key() -> HostKey:
        async with NetmikoEdge().session(ADDRESS, server.port, "linux", server.login()) as session:
            return session.host_key

    assert asyncio.run(key()) == HostKey("ssh-ed25519", server.fingerprint)


def test_a_known_host_key_is_accepted(server: Server) -> None:
    assert asyncio.run(_run(server, server.login(server.fingerprint), "echo in")) == ["in\n"]


def test_nothing_of_the_login_is_sent_to_another_host_key(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd") as server:
        login = SshLogin("someone-secret", Secret("very-secret"), "", "recorded-before")
        with pytest.raises(Refused, match="the host key has changed"):
            asyncio.run(_run(server, login, "true"))
        assert "someone-secret" not in server.log, "the server has heard a user name"


def test_a_wrong_password_is_tried_once_and_never_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with sshd(tmp_path / "sshd") as server:
        login = SshLogin(server.login().username, Secret("wr0ng-passw0rd"))
        with pytest.raises(Denied) as refused:
            asyncio.run(_run(server, login, "true"))
        assert server.log.count("Failed password") == 1
    assert "wr0ng" not in f"{refused.value}{refused.value.__cause__}{caplog.text}"


@pytest.mark.parametrize(
    "content", [None, "", "not a key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"]
)
def test_a_key_file_of_no_use_is_said_before_anything_is_sent(server: Server, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    before = len(server.log)
    with pytest.raises(Denied, match="the key file"):
        asyncio.run(_run(server, SshLogin("root", None, str(file)), "true"))
    assert len(server.log) == before


@pytest.mark.parametrize(
    "setting",
    [
        "KexAlgorithms diffie-hellman-group14-sha1",
        "Ciphers aes128-cbc",
        "MACs hmac-sha1\nCiphers aes128-ctr",
    ],
)
def test_old_algorithms_are_off(tmp_path: Path, setting: str) -> None:
    with sshd(tmp_path / "sshd", setting) as server, pytest.raises(Unreachable, match="algorithms"):
        asyncio.run(_run(server, server.login(), "true"))


def test_nobody_listens(server: Server) -> None:
    with pytest.raises(Unreachable, match="no SSH connection"):
        asyncio.run(_run(Server(server.directory, 1), server.login(), "true"))


def test_something_else_listens() -> None:
    async def ask() -> None:
        async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200)
            await writer.drain()
            writer.close()

        other = await asyncio.start_server(hello, ADDRESS, 0)
        port = other.sockets[0].getsockname()[1]
        async with other:
            with pytest.raises(Unreachable):
                async with NetmikoEdge().session(ADDRESS, port, "linux", SshLogin("root", Secret("x"))):
                    pass

    asyncio.run(ask())


@pytest.mark.parametrize("platform", ["no_such_platform", "cisco_s300_telnet"])
def test_a_platform_that_does_not_speak_ssh(server: Server, platform: str) -> None:
    with pytest.raises(Unsupported):
        asyncio.run(_run(server, server.login(), "true", platform=platform))


def test_an_interactive_platform_is_typed_at_its_prompt(tmp_path: Path) -> None:
    """A shell that behaves as a switch's command line does, behind a real server and a real terminal."""
    shell = tmp_path / "cli"
    typed = tmp_path / "typed"
    shell.write_text(
        '#!/bin/bash\nwhile read -r -p "switch#" line; do echo "$line" >>'
        f'{typed}; case "$line" in show*) echo "you said $line";; exit) exit;; esac; done\n'
    )
    shell.chmod(0o755)
    with sshd(tmp_path / "sshd", f"ForceCommand {shell}") as server:
        said = asyncio.run(_run(server, server.login(), "show version", platform="cisco_s300"))
    assert said == ["you said show version\n"]
    assert typed.read_text().splitlines() == [*platforms()["cisco_s300"].types, "show version"]


@pytest.mark.parametrize(("given", "right"), [("p4ssphrase", True), ("another", False), (None, False)])
def test_a_key_with_a_passphrase(server: Server, tmp_path: Path, given: str | None, right: bool) -> None:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "p4ssphrase", "-f", str(file)], check=True)
    authorized = server.directory / "user_key.pub"
    before = authorized.read_text()
    authorized.write_text(before + (tmp_path / "key.pub").read_text())
    login = SshLogin(server.login().username, None, str(file), key_passphrase=Secret(given) if given else None)
    try:
        if right:
            assert asyncio.run(_run(server, login, "echo in")) == ["in\n"]
        else:
            with pytest.raises(Denied, match="key_passphrase" if given is None else "its passphrase is another one"):
                asyncio.run(_run(server, login, "true"))
    finally:
        authorized.write_text(before)


@pytest.mark.parametrize("use_agent", [True, False])
def test_an_agents_keys_are_offered_where_the_credential_says_so(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use_agent: bool
) -> None:
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        _wait_for(socket)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", str(server.directory / "user_key")], check=True, env={**os.environ})
        login = SshLogin(server.login().username, None if use_agent else Secret("wr0ng"), use_agent=use_agent)
        if use_agent:
            assert asyncio.run(_run(server, login, "echo in")) == ["in\n"]
        else:
            with pytest.raises(Denied):
                asyncio.run(_run(server, login, "true"))
    finally:
        agent.terminate()
        agent.wait(10)


def _wait_for(path: Path) -> None:
    ends = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_through_a_real_jump_host(server: Server, tmp_path: Path) -> None:
    with sshd(tmp_path / "jump") as jump:
        way = SshJump(ADDRESS, jump.port, jump.login().username, None, jump.login().key_file, known_host_sha256=jump.fingerprint)
        noted: list[tuple[int, str]] = []
        login = replace(server.login(), jump=way, note_key=lambda address, port, key: noted.append((port, key.sha256)))
        assert asyncio.run(_run(server, login, "echo in")) == ["in\n"]
        assert noted == [(jump.port, jump.fingerprint), (server.port, server.fingerprint)]
        with pytest.raises(Unreachable, match=r"the jump host 127\.0\.0\.1 does not get to 127\.0\.0\.1 port 1"):
            asyncio.run(_run(Server(server.directory, 1), login, "true"))


def test_a_cancelled_session_leaves_no_connection(server: Server) -> None:
    async def ask() -> None:
        async with NetmikoEdge().session(ADDRESS, server.port, "linux", server.login()) as session:
            await session.run("sleep 30", 30)

    async def cancel() -> None:
        task = asyncio.create_task(ask())
        await asyncio.sleep(1.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    started = time.monotonic()
    asyncio.run(cancel())
    assert time.monotonic() - started < 10

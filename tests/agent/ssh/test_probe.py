"""The SSH probe: whom it asks, which part's failure costs what, and the host key that it remembers."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from agent import known_hosts
from agent.config import Settings
from agent.edge import Edges, HostKey, SshLogin, SshSession
from agent.edge.netmiko_session import NetmikoEdge
from agent.fingerprint_key import fingerprint_key
from agent.probe import Answer, Seen, Target, as_probe
from agent.probes import ssh
from agent.ssh import platforms
from shared.errors import Denied, Refused, Unparsed, Unreachable, Unsupported
from shared.observation import AddressSeen, HostKeySeen, NameSeen, NameSource, Provenance, SystemSeen
from shared.outcome import State
from tests.agent.goldens import GOLDEN
from tests.agent.ssh.servers import ADDRESS, sshd
from tests.agent.ssh.test_goldens import parts

KEY = HostKey("ssh-ed25519", "fingerprint-of-a-test")
RECORDED = parts((GOLDEN / "ssh/linux/debian12_firewall.txt").read_text())
ASK = platforms()["linux"].ask


class Played:
    """A session that plays a recording. ``instead``: what a command gives in place of its answer."""

    host_key = KEY
    old_algorithms: tuple[str, ...] = ()

    def __init__(self, instead: Callable[[str, str], Exception | str | None] = lambda part, command: None) -> None:
        self.instead, self.commands = instead, list[str]()

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        self.commands.append(command)
        part = next(part for part, commands in ASK.items() if command in commands)
        given = self.instead(part, command)
        if isinstance(given, Exception):
            raise given
        if given is None and part not in RECORDED:
            raise Unsupported(f"not on this device: {command!r}")
        return RECORDED[part] if given is None else given


class PlayedEdge:
    def __init__(self, session: Played | Exception) -> None:
        self.given, self.logins = session, list[SshLogin]()

    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        self.logins.append(login)
        if isinstance(self.given, Exception):
            raise self.given
        if login.known_host_sha256 not in ("", self.given.host_key.sha256):
            raise Refused("the host key has changed")
        if login.note_key:
            login.note_key(address, port, self.given.host_key)
        yield self.given


def settings(state_dir: Path, platform: str = "linux", **more: object) -> Settings:
    credential = {"name": "firewall", "platform": platform, "hosts": ["10.20.0.1"], "username": "reader", "password": "s3cret", **more}
    return Settings.model_validate({"state_dir": str(state_dir), "ssh": [credential]})


def ask(edge: object, config: Settings, seen: Seen | None = None, target: str = "10.20.0.1") -> Answer:
    edges = cast(Edges, type("OnlySsh", (), {"ssh": edge}))
    return asyncio.run(ssh.ask(Target(target), edges, config, seen or Seen()))


def test_it_is_a_probe() -> None:
    assert as_probe(ssh).NAME == "ssh"


def test_only_live_hosts_that_a_credential_names_are_asked(tmp_path: Path) -> None:
    seen = Seen()
    for address in ("10.20.0.1", "10.20.0.2"):
        seen.add(address, [AddressSeen(address=address, provenance=Provenance.OWN_REPLY)])
    assert [target.name for target in ssh.targets(settings(tmp_path), seen)] == ["10.20.0.1"]
    assert ssh.targets(settings(tmp_path), Seen()) == []


def test_a_firewall_tells_of_itself(tmp_path: Path) -> None:
    answer = ask(PlayedEdge(Played()), settings(tmp_path))
    assert (answer.state, answer.credential) == (State.ANSWERED, "firewall")
    absent = ", ".join(part for part in ASK if part not in RECORDED)
    assert answer.detail == f"not on this device: {absent}", "what is not there is said, and is no failure"
    kinds = {fact.type for fact in answer.observations}
    assert {
        "firewall_rule_seen",
        "port_forward_seen",
        "source_nat_seen",
        "vpn_seen",
        "route_seen",
        "interface_seen",
        "listener_seen",
    } <= kinds
    assert HostKeySeen(address="10.20.0.1", algorithm=KEY.algorithm, sha256=KEY.sha256) in answer.observations
    assert NameSeen(address="10.20.0.1", name="gw-recorded", source=NameSource.SSH) in answer.observations
    own = {f.address for f in answer.observations if isinstance(f, AddressSeen) and f.provenance is Provenance.OWN_TABLE}
    assert {"10.20.0.1", "203.0.113.2", "10.20.100.1"} <= own
    assert "s3cret" not in f"{answer}"


@pytest.mark.parametrize("error", [Denied("the account may not run 'nft'"), Unparsed("exit code 3")])
def test_a_part_that_fails_is_named_and_the_rest_is_kept(tmp_path: Path, error: Exception) -> None:
    answer = ask(PlayedEdge(Played(lambda part, command: error if part == "rules" else None)), settings(tmp_path))
    assert answer.state is State.PARTIAL and answer.detail.startswith(f"rules: {error}")
    kinds = {fact.type for fact in answer.observations}
    assert "firewall_rule_seen" not in kinds and {"vpn_seen", "listener_seen"} <= kinds


def test_the_next_way_is_tried_and_a_lacking_right_explains_more_than_a_lacking_tool(tmp_path: Path) -> None:
    def without_right(part: str, command: str) -> Exception | None:
        if part != "rules":
            return None
        return Denied("sudo wants a password") if command.startswith("sudo") else Unsupported("nft is not in the path")

    answer = ask(PlayedEdge(Played(without_right)), settings(tmp_path))
    assert "rules: sudo wants a password" in answer.detail
    by_sudo = Played(lambda part, command: Denied("must be root") if part == "rules" and not command.startswith("sudo") else None)
    assert ask(PlayedEdge(by_sudo), settings(tmp_path)).state is State.ANSWERED


def test_an_answer_of_another_form_is_named(tmp_path: Path) -> None:
    answer = ask(PlayedEdge(Played(lambda part, command: "surprise" if part == "addresses" else None)), settings(tmp_path))
    assert answer.state is State.PARTIAL and answer.detail.startswith("addresses: ip did not print JSON")


def test_a_dropped_line_ends_the_session_and_keeps_what_was_read(tmp_path: Path) -> None:
    played = Played(lambda part, command: Unreachable("the line dropped") if part == "routes" else None)
    answer = ask(PlayedEdge(played), settings(tmp_path))
    assert answer.state is State.PARTIAL and "routes and what follows: the line dropped" in answer.detail
    assert any(isinstance(fact, SystemSeen) for fact in answer.observations)
    assert not any("nft" in command for command in played.commands)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Denied("refused the login"), State.DENIED),
        (Refused("the host key has changed"), State.DENIED),
        (Unreachable("refused"), State.SILENT),
    ],
)
def test_a_session_that_does_not_open(tmp_path: Path, error: Exception, state: State) -> None:
    answer = ask(PlayedEdge(error), settings(tmp_path))
    assert (answer.state, answer.detail, answer.credential, answer.observations) == (state, str(error), "firewall", ())


def test_an_unknown_platform_is_named_with_what_the_device_looks_like(tmp_path: Path) -> None:
    seen = Seen()
    seen.add("10.20.0.1", [SystemSeen(object_id="1.3.6.1.4.1.8072.3.2.10")])
    edge = PlayedEdge(Played())
    answer = ask(edge, settings(tmp_path, platform="linus"), seen)
    assert answer.state is State.UNSUPPORTED and edge.logins == []
    assert "'linus' cannot be read" in answer.detail and "looks like linux" in answer.detail


def test_the_host_key_is_recorded_and_offered_the_next_time(tmp_path: Path) -> None:
    edge = PlayedEdge(Played())
    ask(edge, settings(tmp_path / "state"))
    ask(edge, settings(tmp_path / "state"))
    assert [login.known_host_sha256 for login in edge.logins] == ["", KEY.sha256]
    assert (tmp_path / "state/known_hosts").read_text() == f"[10.20.0.1]:22 ssh-ed25519 SHA256:{KEY.sha256}\n"


def test_a_changed_host_key_is_not_recorded(tmp_path: Path) -> None:
    known_hosts.record(tmp_path, "10.20.0.1", 22, HostKey("ssh-ed25519", "another"))
    assert ask(PlayedEdge(Played()), settings(tmp_path)).state is State.DENIED
    assert known_hosts.recorded(tmp_path, "10.20.0.1", 22) == "another"


def test_a_key_is_remembered_although_the_login_is_refused(tmp_path: Path) -> None:
    class Refusing(PlayedEdge):
        @asynccontextmanager
        async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
            async with super().session(address, port, platform, login):
                raise Denied("refused the login")
                yield

    assert ask(Refusing(Played()), settings(tmp_path)).state is State.DENIED
    assert known_hosts.recorded(tmp_path, "10.20.0.1", 22) == KEY.sha256


def test_keys_noted_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: known_hosts.record(tmp_path, f"10.20.0.{n}", 22, KEY), range(40)))
    assert len((tmp_path / "known_hosts").read_text().splitlines()) == 40


JUMP = {"address": "10.20.9.9", "port": 2200, "username": "hopper", "password": "j4mp"}


def test_a_jump_hosts_key_is_remembered_too(tmp_path: Path) -> None:
    known_hosts.record(tmp_path, "10.20.9.9", 2200, HostKey("ssh-ed25519", "of-the-jump-host"))
    edge = PlayedEdge(Played())
    ask(edge, settings(tmp_path, jump=JUMP))
    (login,) = edge.logins
    assert login.jump and (login.jump.username, login.jump.known_host_sha256) == ("hopper", "of-the-jump-host")
    assert "j4mp" not in repr(login)


def test_devices_behind_a_jump_host_are_asked_although_they_are_not_seen(tmp_path: Path) -> None:
    assert [target.name for target in ssh.targets(settings(tmp_path, jump=JUMP), Seen())] == ["10.20.0.1"]


def test_old_algorithms_are_told(tmp_path: Path) -> None:
    played = Played()
    played.old_algorithms = ("ssh-rsa",)
    answer = ask(PlayedEdge(played), settings(tmp_path, old_algorithms=True))
    assert "no longer safe were used, as old_algorithms allows: ssh-rsa" in answer.detail


def test_a_configuration_that_is_not_given_is_a_failure_with_what_it_takes(tmp_path: Path) -> None:
    linux = platforms()["linux"]
    session = Played(lambda part, command: Unsupported("not known") if part in linux.configuration else None)
    answer = ask(PlayedEdge(session), settings(tmp_path))
    assert answer.state is State.PARTIAL and f"not known. The account needs: {linux.rights}" in answer.detail


def test_the_key_for_fingerprints_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: fingerprint_key(tmp_path / "state"), range(16)))
    (key,) = keys
    assert len(key) == 32 and fingerprint_key(tmp_path / "state") == key
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["fingerprint.key"]
    assert (tmp_path / "state/fingerprint.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "state/fingerprint.key").write_bytes(b"short")
    with pytest.raises(OSError, match="does not hold 32 bytes"):
        fingerprint_key(tmp_path / "state")


def test_without_a_key_there_are_no_fingerprints_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "fingerprint.key").write_bytes(b"short")
    answer = ask(PlayedEdge(Played()), settings(tmp_path))
    assert answer.state is State.ANSWERED and "secrets have no fingerprints" in answer.detail


def test_secrets_of_a_configuration_leave_as_fingerprints_under_the_agents_key(tmp_path: Path) -> None:
    text = "! a switch\nsnmp-server community s3cr3tw0rd ro\nhostname sw1\n"
    fingerprints = []
    for state in ("one", "one", "two"):
        said = Configured(text)
        platform = platforms()["cisco_s300"]
        key = fingerprint_key(tmp_path / state)
        asked = asyncio.run(ssh.ask_device(said, platform, 1e12, key))
        assert "s3cr3tw0rd" not in repr(asked)
        fingerprints.append(re.findall(r"\[removed:([0-9a-f]{10})\]|fingerprint='([0-9a-f]{10})'", repr(asked)))
    assert fingerprints[0] and fingerprints[0] == fingerprints[1] != fingerprints[2]


class Configured:
    """A switch that has a configuration and nothing else."""

    host_key = KEY
    old_algorithms: tuple[str, ...] = ()

    def __init__(self, text: str) -> None:
        self.text = text

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        if command != "show running-config":
            raise Unsupported("not on this device")
        assert deadline_s == ssh.CONFIGURATION_DEADLINE_S, "a configuration may take longer"
        return self.text


def test_other_hosts_and_broken_lines_do_not_disturb(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("# kept by people\n\nbroken\n[10.20.0.9]:22 ssh-ed25519 SHA256:nine\n\xff")
    known_hosts.record(tmp_path, "10.20.0.1", 2222, KEY)
    assert known_hosts.recorded(tmp_path, "10.20.0.9", 22) == "nine"
    assert known_hosts.recorded(tmp_path, "10.20.0.1", 2222) == KEY.sha256
    assert known_hosts.recorded(tmp_path, "10.20.0.1", 22) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["known_hosts"], "no temporary file is left"


def test_a_state_folder_that_cannot_be_written_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = ask(PlayedEdge(Played()), settings(tmp_path / "file"))
    assert answer.state is State.ANSWERED and "known host keys could not be read" in answer.detail


def test_no_command_prints_a_key_or_changes_anything() -> None:
    commands = " ; ".join(command for ways in ASK.values() for command in ways)
    for word in ("dump", "private-key", "preshared", "showconf", ">", ">>", " tee ", " rm ", " set ", " add ", " flush", " del"):
        assert word not in commands.replace(">&2", ""), f"{word!r} in a command"


def test_a_real_server_from_end_to_end(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd") as server:
        login = server.login()
        config = settings(
            tmp_path, hosts=[ADDRESS], port=server.port, username=login.username, password=None, key_file=str(server.directory / "user_key")
        )
        answer = ask(NetmikoEdge(), config, target=ADDRESS)
        assert known_hosts.recorded(tmp_path, ADDRESS, server.port) == server.fingerprint
    assert answer.state in (State.ANSWERED, State.PARTIAL), answer.detail
    (system,) = [fact for fact in answer.observations if isinstance(fact, SystemSeen)]
    assert system.name and system.description.startswith("Linux ") and system.forwards is not None

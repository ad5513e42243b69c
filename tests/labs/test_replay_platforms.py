"""The whole conversation with a played device of each platform: the configuration arrives whole, and every byte that was sent is declared.

The device is generic: the make's prompt and pager (``tests.labs.replay.faces``), a golden as its configuration, recordings of ours for the
rest, ``unknown command`` for what nobody has recorded. A platform that is added is tested here without another line.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from agent import known_hosts
from agent.config import Settings
from agent.edge import Edges, SshLogin, SshSession
from agent.edge.netmiko_session import NetmikoEdge, enter_key
from agent.probe import Answer, Seen, Target
from agent.probes import ssh
from agent.ssh import Platform, platforms
from shared.observation import HostKeySeen
from shared.outcome import State
from tests.agent.goldens import GOLDEN
from tests.agent.ssh.test_goldens import parts
from tests.labs.replay.device import ADDRESS, Device, playing
from tests.labs.replay.faces import face_of

FIRST_LINES = 40
"""The pager's size: an office's terminal."""


class Spy:
    """The real edge, and what its sessions have answered."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        async with NetmikoEdge().session(address, port, platform, login) as session:
            asked, said = session.run, self.said

            async def run(command: str, deadline_s: float = 30.0) -> str:
                said[command] = await asked(command, deadline_s)
                return said[command]

            session.run = run  # type: ignore[method-assign]
            yield session


def golden_configuration(platform: str) -> str:
    found = sorted(path for path in (GOLDEN / "configs" / platform).glob("synthetic_*") if not path.name.endswith(".json"))
    return found[0].read_text(encoding="utf-8") if found else ""


def recorded_parts(platform: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for recording in sorted((GOLDEN / "ssh" / platform).glob("*.txt"), reverse=True):
        found |= parts(recording.read_text(encoding="utf-8"))
    return found


def answers_of(platform: Platform) -> dict[str, str]:
    recorded, config = recorded_parts(platform.name), golden_configuration(platform.name)
    answers = {commands[0]: recorded[part] for part, commands in platform.ask.items() if part in recorded}
    return {**answers, **{platform.ask[part][0]: config for part in platform.configuration if config}}


def device_of(platform: Platform, pages_stay: bool = False) -> Device:
    face, rises = face_of(platform.name), any(line.split()[0] == "enable" for line in platform.types)
    return Device(
        answers_of(platform),
        prompt=face.prompt,
        user_prompt=face.user_prompt if rises else "",
        enable_password="en4ble" if rises else None,
        pager=face.pager,
        erase=face.erase,
        ansi=face.ansi,
        page_lines=FIRST_LINES,
        page_off=frozenset() if pages_stay else frozenset(platform.types),
        unknown="% Unknown command",
    )


def ask(device: Device, platform: Platform, state_dir: Path, edge: object, **more: object) -> Answer:
    credential = {"name": "lab", "platform": platform.name, "hosts": [ADDRESS], "port": device.port, "username": device.username}
    credential |= {"password": device.password, "enable_password": device.enable_password, **more}
    settings = Settings.model_validate({"state_dir": str(state_dir), "ssh": [credential]})
    return asyncio.run(ssh.ask(Target(ADDRESS), cast(Edges, type("OnlySsh", (), {"ssh": edge})), settings, Seen()))


def undeclared(typed: bytes, platform: Platform, device: Device) -> bytes:
    """What is left of the bytes that were typed when all that may be typed is taken away."""
    commands = sorted({*platform.types, *(line for lines in platform.ask.values() for line in lines)}, key=len, reverse=True)
    enter = enter_key(platform.name).encode()
    allowed = [re.escape(line.encode() + enter) for line in commands]
    if device.enable_password is not None:
        allowed.append(b"(?<=enable" + re.escape(enter) + b")" + re.escape(device.enable_password.encode() + enter))
    allowed += [re.escape(enter), b" ", b"q"]
    whole = re.match(b"(?:" + b"|".join(allowed) + b")*", typed)
    return typed[whole.end() if whole else 0 :]


@pytest.mark.parametrize("pages_stay", [False, True], ids=["", "pages"])
@pytest.mark.parametrize("name", sorted(platforms()))
def test_the_whole_conversation(tmp_path: Path, name: str, pages_stay: bool) -> None:
    platform = platforms()[name]
    if pages_stay and platform.channel == "exec":
        pytest.skip("an exec channel has no pager")
    device, spy = device_of(platform, pages_stay), Spy()
    with playing(device):
        answer = ask(device, platform, tmp_path, spy)
        known = known_hosts.recorded(tmp_path, ADDRESS, device.port)
    assert answer.state in (State.ANSWERED, State.PARTIAL), answer.detail
    assert "what follows" not in answer.detail, answer.detail
    assert known == device.fingerprint
    assert any(isinstance(fact, HostKeySeen) for fact in answer.observations)
    config = golden_configuration(name)
    for part in platform.configuration if config else ():
        said = spy.said.get(platform.ask[part][0], "")
        assert said.strip("\n").split("\n") == config.strip("\n").split("\n")
        assert f"{part}:" not in answer.detail, answer.detail
    _is_declared(device, platform)
    assert device.logins == [("password", "reader"), *([("enable", "reader")] if device.enable_password else [])], "one login each"


def _is_declared(device: Device, platform: Platform) -> None:
    asked: Sequence[str] = [line for lines in platform.ask.values() for line in lines]
    if platform.channel == "exec":
        assert not device.typed and set(device.executed) <= set(asked)
        return
    assert device.executed == [] and undeclared(bytes(device.typed), platform, device) == b""
    assert set(device.commands) <= {*platform.types, *asked}


WRITES = re.compile(
    r"^(?:configure?|conf t|edit|delete|commit|write|copy|reload|reboot|shutdown|erase|format|clear|reset|tftp|save|import|load"
    r"|request system|(?:/\S+ )+(?:add|remove|disable|enable)|rm|mv|dd|tee|sed -i)\b|>(?!&2)|\|\s*(?:sh|bash|tee)\b"
)


@pytest.mark.parametrize("name", sorted(platforms()))
def test_no_declared_line_changes_a_device(name: str) -> None:
    platform = platforms()[name]
    lines = [*platform.types, *(line for lines in platform.ask.values() for line in lines)]
    assert [line for line in lines if WRITES.search(re.sub(r"\b2?>+ ?/dev/null\b|2>&1", "", line))] == []


def test_an_undeclared_byte_would_be_seen() -> None:
    platform = Platform("lab", (), {"config": ("show run",)}, {}, ("config",), "shell", ("enable", "no page"))
    device = Device(enable_password="en4ble")
    assert undeclared(b"enable\nen4ble\nno page\n\nshow run\n  q", platform, device) == b""
    for more in (b"show running\n", b"en4ble\n", b"conf t\n", b"exit\n", b"x"):
        assert undeclared(b"no page\nshow run\n" + more, platform, device) == more


def test_the_outcome_says_which_old_algorithms_were_used(tmp_path: Path) -> None:
    from tests.labs.replay.device import old_host_key

    platform = platforms()["cisco_s300"]
    options = {"kex_algs": ["diffie-hellman-group14-sha1"], "encryption_algs": ["aes256-ctr"], "mac_algs": ["hmac-sha2-256"]}
    for allowed, state in ((False, State.SILENT), (True, State.ANSWERED)):
        device = device_of(platform)
        device.options, device.key = options, old_host_key()
        with playing(device):
            answer = ask(device, platform, tmp_path, NetmikoEdge(), old_algorithms=allowed)
        assert answer.state is state, answer.detail
        assert ("diffie-hellman-group14-sha1, ssh-rsa" if allowed else "old_algorithms = true") in answer.detail

"""Recorded sessions of real devices, played back: each answer comes whole, and nothing goes out that was not asked for.

The recordings are no part of the project; where they are absent the test skips and says so.
"""

import asyncio
import re
from pathlib import Path

import pytest

from agent.edge import SshLogin, netmiko_session
from agent.edge.netmiko_session import NetmikoEdge
from agent.ssh import Platform
from shared.secret import Secret
from tests.labs.collector_process import TOP
from tests.labs.replay.device import ADDRESS, playing
from tests.labs.replay.recorded import Recording, recording, server_of

RECORDINGS = TOP.parent / "shared/recordings/configs"
FOUND = sorted(RECORDINGS.glob("*/*_simulation.yaml"))
pytestmark = pytest.mark.skipif(not FOUND, reason="the recordings are reference material beside the checkout")


async def _asked(device: Recording) -> dict[str, str]:
    async with NetmikoEdge().session(ADDRESS, device.port, "lab", SshLogin(device.username, Secret(device.password))) as session:
        return {command: await session.run(command, 20) for command in device.questions() if any(device.raw(command))}


def expected(device: Recording, command: str) -> list[str]:
    """Lines of a reply by another way than ours: the pager cut by its form, the echo and the prompt by their place."""
    raw = re.sub(r"-+ ?More ?-+ ?\Z", "", device.raw(command)[0])
    raw += "".join(re.sub(r"-+ ?More ?-+ ?\Z", "", re.sub(r"\A\r +\r", "", page)) for page in device.raw(command)[1:])
    lines = re.sub(r"\r+\n", "\n", raw).split("\n")
    return [line.rstrip() for line in (lines[1:-1] if device.is_shell else lines)]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.parent.name)
def test_a_recorded_session(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = recording(path)
    platform = Platform("lab", (), {}, {}, (), "shell" if device.is_shell else "exec", ())
    monkeypatch.setattr(netmiko_session, "platforms", lambda: {"lab": platform})
    with playing(device, server_of=server_of):
        said = asyncio.run(_asked(device))
    for command, text in said.items():
        assert _without_blank_ends([line.rstrip() for line in text.split("\n")]) == _without_blank_ends(expected(device, command)), command
    allowed = {*said, ""}
    assert set(device.commands) <= allowed and set(device.executed) <= allowed
    pages = sum(len(device.raw(command)) - 1 for command in said) if device.is_shell else 0
    assert bytes(device.typed).replace(b" ", b"") == "".join(f"{c}\n" for c in said if device.is_shell).replace(" ", "").encode()
    assert bytes(device.typed).count(b" ") == pages + (sum(command.count(" ") for command in said) if device.is_shell else 0)


def _without_blank_ends(lines: list[str]) -> list[str]:
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines

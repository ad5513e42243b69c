"""A jump host is spoken to under the same rules as any other address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.config import Settings
from agent.edge import HostKey, SshLogin, SshSession
from agent.machine import Machine
from agent.safety.guard import Guard, Look
from agent.safety.sessions import GuardedSsh
from shared.errors import Denied, Refused
from shared.outcome import OfferResult
from shared.secret import Secret

JUMP = {"address": "10.9.9.9", "username": "hopper", "password": "j4mp"}


class Inner:
    """An edge that opens whatever it is asked for, and refuses a login with another password."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @asynccontextmanager
    async def session(self, address: str, port: int, platform: str, login: SshLogin) -> AsyncIterator[SshSession]:
        self.asked.append(address)
        if login.password != Secret("s3cret"):
            raise Denied("refused")
        yield type("Open", (), {"host_key": HostKey("ssh-ed25519", "k"), "old_algorithms": ()})()


def guarded(tmp_path: Path, scan: dict[str, Any], **more: object) -> tuple[GuardedSsh, Settings, Inner]:
    credential = {"name": "far", "platform": "linux", "hosts": ["10.0.0.1"], "username": "u", "password": "s3cret", "jump": JUMP, **more}
    settings = Settings.model_validate({"state_dir": str(tmp_path), "scan": scan, "ssh": [credential]})
    inner = Inner()
    return GuardedSsh(inner, Guard(settings, Machine(), lambda: datetime(2026, 3, 1, tzinfo=UTC)), Look()), settings, inner


async def _opened(edge: GuardedSsh, login: SshLogin) -> None:
    async with edge.session("10.0.0.1", 22, "linux", login):
        pass


def test_a_login_by_way_of_its_jump_host(tmp_path: Path) -> None:
    edge, settings, inner = guarded(tmp_path, {"subnets": ["192.168.1.0/24"], "connections": 1, "host_connections": 1})
    login = settings.ssh[0].login()
    assert login.jump
    known = replace(login, known_host_sha256="k", jump=replace(login.jump, known_host_sha256="j"))
    asyncio.run(asyncio.wait_for(_opened(edge, known), 10))
    assert inner.asked == ["10.0.0.1"] and [offer.result for offer in edge.look.offers] == [OfferResult.ACCEPTED]


def test_nothing_goes_to_a_jump_host_that_is_excluded(tmp_path: Path) -> None:
    edge, settings, inner = guarded(tmp_path, {"exclude": ["10.9.9.9"]})
    with pytest.raises(Refused):
        asyncio.run(_opened(edge, settings.ssh[0].login()))
    assert inner.asked == []


def test_a_login_goes_by_no_other_way_than_its_own(tmp_path: Path) -> None:
    edge, settings, inner = guarded(tmp_path, {})
    login = settings.ssh[0].login()
    assert login.jump
    for other in (
        replace(login, jump=None),
        replace(login, jump=replace(login.jump, address="10.9.9.8")),
        replace(login, old_algorithms=True),
    ):
        with pytest.raises(Refused, match="no ssh credential is meant"):
            asyncio.run(_opened(edge, other))
    assert inner.asked == []


@pytest.mark.parametrize("part", ["enable_password", "key_passphrase", "jump"])
def test_a_secret_of_any_part_makes_it_another_login(tmp_path: Path, part: str) -> None:
    """What rests after refusals is offered again when any part of it was changed."""
    digests = set()
    for value in ("one", "two"):
        more: dict[str, object] = {"jump": {**JUMP, "password": value}} if part == "jump" else {part: value, "key_file": "/k"}
        edge, settings, _ = guarded(tmp_path, {}, **more)
        digests.add(edge.guard.offers.consider("10.0.0.1", 22, settings.ssh[0].login(), edge.guard.now()).secret)
    assert len(digests) == 2

"""A challenge of a Windows server, synthetic, and the probe that asks for it: put together as MS-NLMP 2.2.1.2 tells."""

import asyncio
import struct
from types import SimpleNamespace
from typing import cast

import pytest

from agent.config import Settings
from agent.edge import Edges
from agent.greeting import smb
from agent.probe import Answer, Seen, Target
from agent.probes import smb as probe
from shared.observation import NameSeen, PortSeen
from shared.outcome import State

NEGOTIATED = b"\0\0\0\x80" + b"\xfeSMB" + bytes(60) + struct.pack("<HHH", 65, 3, 0x0302) + bytes(60)


def challenge(names: dict[int, str], version: tuple[int, int, int] = (10, 0, 17763)) -> bytes:
    pairs = b"".join(struct.pack("<HH", kind, len(name) * 2) + name.encode("utf-16-le") for kind, name in names.items()) + bytes(4)
    head = struct.pack("<8sIHHIIQQHHI", b"NTLMSSP\0", 2, 0, 0, 56, 0, 1, 0, len(pairs), len(pairs), 56)
    return NEGOTIATED + b"spnego" + head + struct.pack("<BBH4s", *version, b"") + pairs


WINDOWS = challenge({2: "ROSSI", 1: "SRV01", 4: "rossi.local", 3: "srv01.rossi.local", 7: "time"})


def test_a_windows_server_tells_its_names_and_its_build() -> None:
    assert dict(smb.read(WINDOWS)) == {
        "smb.dialect": "3.0.2",
        "smb.signing": "required",
        "smb.domain": "ROSSI",
        "smb.computer": "SRV01",
        "smb.dns_domain": "rossi.local",
        "smb.dns_name": "srv01.rossi.local",
        "smb.os_build": "10.0.17763",
    }


def test_an_answer_that_is_cut_anywhere_breaks_nothing() -> None:
    for end in range(len(WINDOWS)):
        assert set(dict(smb.read(WINDOWS[:end]))) <= set(dict(smb.read(WINDOWS)))


@pytest.mark.parametrize("block", [b"\1\0\xff\xff", b"\1\0", b"\1\0\0\0" * 1000, b"\x63\0\2\0ab"])
def test_names_that_are_no_list_are_none(block: bytes) -> None:
    assert smb._pairs(block) in ({}, {1: ""})


class Server:
    """Its challenge is late the first time."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)

    async def talk(self, address: str, port: int, send: bytes, tls: bool, wait_s: float, limit_bytes: int) -> bytes | None:
        assert (b"\x81\0\0\x44" in send) == (port == 139) and send.count(b"\xfeSMB") == 2
        return self.answers.pop(0)


def asked(*answers: bytes | None, ports: tuple[int, ...] = (445,)) -> Answer:
    edges = cast(Edges, SimpleNamespace(tcp=Server(*answers)))
    return asyncio.run(probe.ask(Target("10.0.0.9", ports), edges, Settings(), Seen()))


def test_a_late_challenge_is_asked_for_once_more() -> None:
    answer = asked(NEGOTIATED, WINDOWS)
    (port,) = (o for o in answer.observations if isinstance(o, PortSeen))
    assert (port.service, port.product, port.version) == ("microsoft-ds", "Microsoft Windows SMB", "10.0.17763")
    assert [o.name for o in answer.observations if isinstance(o, NameSeen)] == ["srv01.rossi.local"]


def test_one_that_never_challenges_still_speaks_smb() -> None:
    (port,) = (o for o in asked(NEGOTIATED, NEGOTIATED).observations if isinstance(o, PortSeen))
    assert (port.service, port.product) == ("microsoft-ds", "")


def test_silence_and_what_is_no_smb() -> None:
    assert asked(None).state is State.SILENT and asked(b"SSH-2.0-x").observations == ()
    assert asked(b"", WINDOWS, ports=(139, 445)).state is State.PARTIAL

"""SNMP v3 with a real net-snmp agent: every way to sign and to encrypt, every way to be wrong, and an agent that is started again."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.edge import Oid, SnmpAuth, SnmpLogin, SnmpPrivacy, VarBind
from agent.edge.snmp_devices import Devices, Engine
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from agent.snmp_options import AUTHS, PRIVACIES
from shared.errors import Denied
from shared.secret import Secret
from tests.agent.snmp.agents import COMMUNITY, SyntheticAgent, free_port, snmpd, synthetic_agent

SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
SNMP_IN_PKTS = (1, 3, 6, 1, 2, 1, 11, 1, 0)
LEVELS = [(auth, privacy) for auth in AUTHS for privacy in ("", *PRIVACIES)]


def user(auth: SnmpAuth, privacy: SnmpPrivacy) -> SnmpLogin:
    return SnmpLogin(
        "3",
        user=f"{auth}{privacy}".replace("-", ""),
        auth=auth,
        auth_password=Secret(f"signs-with-{auth}"),
        privacy=privacy,
        privacy_password=Secret(f"hides-with-{privacy}") if privacy else None,
    )


def created(login: SnmpLogin) -> str:
    """net-snmp's words for a user that may read everything at his level."""
    level = "priv" if login.privacy else "auth" if login.auth else "noauth"
    passwords = [secret.reveal() if secret else "" for secret in (login.auth_password, login.privacy_password)]
    words = " ".join(filter(None, [login.user, login.auth, passwords[0], login.privacy, passwords[1]]))
    return f'createUser {words}\ngroup all usm {login.user}\naccess all "" usm {level} prefix every none none'


NOBODY = SnmpLogin("3", user="nobody")
SHA_AES = user("SHA", "AES")


def access(*logins: SnmpLogin) -> str:
    return "\n".join(["view every included .1", *map(created, logins)])


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    behind, front = tmp_path_factory.mktemp("behind"), tmp_path_factory.mktemp("front")
    with snmpd(behind, name="behind") as other:
        everyone = [NOBODY, *(user(auth, privacy) for auth, privacy in LEVELS)]
        proxy = f"proxy -Cn vlan-7 -v 2c -c {COMMUNITY} 127.0.0.1:{other} .1.3.6.1.2.1.1"
        # each level has a group of its own
        rules = "\n".join(created(each).replace("all", f"g{number}") for number, each in enumerate(everyone))
        with snmpd(front, f"view every included .1\n{rules}\n{proxy}", name="front") as port:
            yield port


def edge(devices: Devices | None = None, wait_s: float = 5) -> SnmpOverUdp:
    return SnmpOverUdp(Patience(wait_s, timeout_s=wait_s), devices or Devices())


async def name_of(port: int, login: SnmpLogin, by: SnmpOverUdp, oid: Oid = SYS_NAME) -> object:
    async with by.session("127.0.0.1", port, login) as session:
        answer = await session.get([oid])
        return answer[0].value if answer else None


@pytest.mark.parametrize(("auth", "privacy"), LEVELS)
def test_every_way_to_sign_and_to_encrypt(port: int, auth: SnmpAuth, privacy: SnmpPrivacy) -> None:
    async def ask() -> tuple[Sequence[VarBind] | None, list[VarBind]]:
        async with edge().session("127.0.0.1", port, user(auth, privacy)) as session:
            return await session.get([SYS_NAME, (*SYS_NAME[:-1], 9)]), [bind async for bind in session.walk(SYS_NAME[:7])]

    got, walked = asyncio.run(ask())
    assert got == [VarBind(SYS_NAME, b"front"), VarBind((*SYS_NAME[:-1], 9), None)]
    assert len(walked) > 7 and VarBind(SYS_NAME, b"front") in walked


def test_a_user_without_passwords(port: int) -> None:
    assert asyncio.run(name_of(port, NOBODY, edge())) == b"front"


def test_a_context_is_another_device(port: int) -> None:
    assert asyncio.run(name_of(port, replace(SHA_AES, context="vlan-7"), edge())) == b"behind"


@pytest.mark.parametrize(
    ("login", "said"),
    [
        (replace(SHA_AES, user="stranger"), "knows no SNMP v3 user 'stranger'"),
        (replace(SHA_AES, auth_password=Secret("not the password")), "authentication password of 'SHAAES' is wrong"),
        (replace(SHA_AES, auth="SHA-256"), "signs with something else than SHA-256"),
        (replace(SHA_AES, privacy_password=Secret("not the password")), "privacy password of 'SHAAES' is wrong"),
        (replace(SHA_AES, privacy="DES"), "encrypts with something else than DES"),
        (replace(SHA_AES, privacy="", privacy_password=None), "nothing at the level authNoPriv"),
        (replace(user("SHA", ""), privacy="AES", privacy_password=Secret("never given")), "does not offer the level authPriv"),
        (replace(NOBODY, user="SHAAES"), "nothing at the level noAuthNoPriv"),
        (replace(SHA_AES, context="vlan-8"), "knows no context 'vlan-8'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said(port: int, login: SnmpLogin, said: str) -> None:
    with pytest.raises(Denied) as denied:
        asyncio.run(name_of(port, login, edge(wait_s=0.7)))
    assert said in str(denied.value)
    passwords = [secret.reveal() for secret in (login.auth_password, login.privacy_password) if secret]
    assert not any(password in str(denied.value) for password in passwords)


def test_silence_is_silence() -> None:
    async def ask() -> object:
        async with synthetic_agent(lambda *_: None) as (port, agent):
            agent.datagram_received = lambda data, addr: agent.asked.append(("", 0))  # type: ignore[method-assign]  # never a word
            answer = await name_of(port, SHA_AES, edge(wait_s=0.1))
            assert len(agent.asked) == 2
            return answer

    assert asyncio.run(ask()) is None


def test_nobody_listens() -> None:
    assert asyncio.run(name_of(free_port(socket.SOCK_DGRAM), SHA_AES, edge())) is None


def test_engine_and_keys_are_kept_and_a_restart_is_noticed(tmp_path: Path) -> None:
    """A restarted agent is the same engine with one boot more: its Report (notInTimeWindows) is heeded."""
    devices = Devices()
    with snmpd(tmp_path, access(SHA_AES)) as port:
        assert asyncio.run(name_of(port, SHA_AES, edge(devices))) == b"bench"
        device = devices.at("127.0.0.1", port, 20)
        first = device.engine
        assert first is not None and SHA_AES in device.keys
        packets = [asyncio.run(name_of(port, SHA_AES, edge(devices), SNMP_IN_PKTS)) for _ in range(3)]
        assert packets == [4, 5, 6], "the device counts: discovery, a first question and the name; then a packet a session"
    with snmpd(tmp_path, access(SHA_AES), port):
        assert asyncio.run(name_of(port, SHA_AES, edge(devices))) == b"bench"
    assert device.engine and (device.engine.id, device.engine.boots) == (first.id, first.boots + 1)


def test_another_device_at_the_address_has_another_engine(tmp_path: Path) -> None:
    devices = Devices()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with snmpd(tmp_path / "one", access(SHA_AES), name="one") as port:
        assert asyncio.run(name_of(port, SHA_AES, edge(devices))) == b"one"
    with snmpd(tmp_path / "other", access(SHA_AES), port, name="other"):
        assert asyncio.run(name_of(port, SHA_AES, edge(devices))) == b"other"


def test_an_engine_that_is_gone_without_a_word_is_looked_for_again(port: int) -> None:
    """A relay that passes over whatever is meant for another engine, as devices do that send no Reports."""
    gone = b"\x80\x00\x1f\x88\x80gone"

    class Relay(SyntheticAgent):
        def datagram_received(self, data: bytes, addr: object) -> None:
            if gone in data:
                return
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to:
                to.settimeout(10)
                to.sendto(data, ("127.0.0.1", port))
                self._transport.sendto(to.recv(65_535), addr)

    async def ask() -> list[object]:
        devices = Devices()
        async with synthetic_agent(Relay(lambda *_: None)) as (relayed, _):
            device = devices.at("127.0.0.1", relayed, 20)
            device.engine = Engine(gone, 1, 1, 0.0)
            device.known.add(NOBODY)
            return [await name_of(relayed, NOBODY, edge(devices, 0.4)) for _ in range(2)]

    assert asyncio.run(ask()) == [None, b"front"]


def test_a_clock_that_is_wrong_is_set_by_the_device(tmp_path: Path) -> None:
    devices = Devices()
    with snmpd(tmp_path, access(SHA_AES)) as port:
        asyncio.run(name_of(port, SHA_AES, edge(devices)))
        engine = devices.at("127.0.0.1", port, 20).engine
        assert engine
        engine.time_s += 10_000
        assert asyncio.run(name_of(port, SHA_AES, edge(devices))) == b"bench"


@pytest.mark.parametrize("answer", [b"0", b"0\x84\xff\xff\xff\xff", b"0\x03\x02\x01\x03", b"HTTP/1.1 400\r\n", bytes(1400)])
def test_synthetic_nonsense_is_no_answer(answer: bytes) -> None:
    class Babbling(SyntheticAgent):
        def datagram_received(self, data: bytes, addr: object) -> None:
            self._transport.sendto(answer, addr)

    async def ask() -> object:
        async with synthetic_agent(Babbling(lambda *_: None)) as (port, _):
            return await name_of(port, SHA_AES, edge(wait_s=0.1))

    assert asyncio.run(ask()) is None

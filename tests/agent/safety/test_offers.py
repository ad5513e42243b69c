"""Whom a credential is offered to, how often, and that all of it is in the report. Networks are synthetic."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.config import Settings
from agent.edge import Edges, SnmpLogin, SshLogin, WebLogin, WindowsLogin
from agent.execute import Clock, Executed, execute
from agent.machine import Machine
from agent.probe import Answer, Seen, Target
from agent.safety.known import same_maker
from agent.safety.lockout import FILE_NAME
from shared.errors import Denied
from shared.observation import AddressSeen, PortSeen, PortsExamined, Provenance, SaidSeen, SystemSeen
from shared.outcome import OfferResult, State
from shared.secret import Secret
from tests.agent.safety.network import Host, Network
from tests.agent.safety.test_guard import Probe
from tests.agent.safety.virtual_time import run

ADDRESS, MAC = "10.0.0.9", "00:0e:8c:00:00:09"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def snmp(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "community": f"secret-{name}", "subnets": ["10.0.0.0/24"], **more}


def ssh(name: str = "fw", **more: Any) -> dict[str, Any]:
    return {"name": name, "platform": "linux", "hosts": [ADDRESS], "username": "u", "password": "geheim", **more}


async def ask_snmp(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    """As the probe does: one after the other, until one is answered."""
    for credential in settings.snmp:
        async with edges.snmp.session(target.name, credential.port, credential.login()) as session:
            if await session.get([(1, 3)]) is not None:
                return Answer(credential=credential.name)
    return Answer(state=State.SILENT, detail="no answer", credential=", ".join(c.name for c in settings.snmp))


async def ask_ssh(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    credential = settings.ssh[0]
    async with edges.ssh.session(target.name, credential.port, "linux", SshLogin(credential.username, credential.password)) as session:
        await session.run("uname")
    return Answer(credential=credential.name)


async def ask_windows(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    credential = settings.windows[0]
    async with edges.windows.session(target.name, credential.port, credential.login()) as session:
        await session.query("SELECT * FROM Win32_OperatingSystem")
    return Answer(credential=credential.name)


async def ask_web(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    """As a platform that goes on with its next question whatever became of the first."""
    credential = settings.web[0]
    async with edges.web.session(target.name, credential.port, credential.login(), {}) as session:
        with suppress(Denied):
            await session.ask("first")
        await session.ask("second")
    return Answer(credential=credential.name)


def seeing(*facts: Any) -> Probe:
    async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        return Answer((AddressSeen(address=ADDRESS, mac=MAC, provenance=Provenance.OWN_REPLY), *facts))

    return Probe("arp", ask, targets=(ADDRESS,))


def scanned(tmp_path: Path, ask: Callable[..., Any], network: Network, *facts: Any, now: datetime = NOW, **credentials: Any) -> Executed:
    config = Settings.model_validate({"state_dir": str(tmp_path), "scan": {"packets_per_s": 0}, **credentials})
    probes = [seeing(*facts), Probe("login", ask, ("arp",), (ADDRESS,))]
    return run(execute(config, probes, network.edges(), Machine(), Clock(lambda: now, lambda: 0.0), asyncio.Event()))


def ended(done: Executed) -> tuple[State, list[tuple[str, OfferResult]], str]:
    outcome = next(outcome for outcome in done.outcomes if outcome.probe == "login")
    return outcome.state, [(offer.credential, offer.result) for offer in outcome.offers], outcome.detail


def answering(*good: str) -> Network:
    return Network({ADDRESS: Host(ADDRESS, MAC)}, login=lambda address, secret: "accepted" if secret in good else "silent")


def refusing() -> Network:
    return Network({ADDRESS: Host(ADDRESS, MAC)}, login=lambda address, secret: "denied")


def test_every_offer_is_in_the_report_with_its_end(tmp_path: Path) -> None:
    network = answering("secret-b")
    state, offers, _ = ended(scanned(tmp_path, ask_snmp, network, snmp=[snmp("a"), snmp("b"), snmp("c")]))
    assert state is State.ANSWERED
    assert offers == [("a", OfferResult.SILENT), ("b", OfferResult.ACCEPTED)]


def test_at_most_three_credentials_are_offered_to_one_device(tmp_path: Path) -> None:
    network = answering("secret-e")
    state, offers, _ = ended(scanned(tmp_path, ask_snmp, network, snmp=[snmp(name) for name in "abcde"]))
    assert state is State.SILENT
    assert offers == [*((name, OfferResult.SILENT) for name in "abc"), *((name, OfferResult.WITHHELD) for name in "de")]
    assert len(network.sent) == 3


@pytest.mark.parametrize(
    ("scope", "facts", "offered"),
    [
        ({}, (), True),
        ({"vendors": ["Siemens"]}, (), True),  # by the MAC address
        ({"vendors": ["HP"]}, (), False),
        ({"vendors": ["HP"]}, (SystemSeen(vendor="Hewlett Packard"),), True),
        (
            {"vendors": ["Cisco"]},
            (SaidSeen(address=ADDRESS, protocol="udp", port=161, field="snmp.engine_id", value="0x8000000903"),),
            True,
        ),
        ({"kinds": ["printer"]}, (), False),
        ({"kinds": ["printer"]}, (PortSeen(address=ADDRESS, protocol="tcp", number=9100),), True),
        ({"kinds": ["switch"]}, (PortSeen(address=ADDRESS, protocol="tcp", number=9100),), False),
        ({"vendors": ["Siemens"], "kinds": ["switch"]}, (), False),
    ],
)
def test_a_credential_goes_to_the_devices_that_it_is_for_and_to_no_other(
    tmp_path: Path, scope: dict[str, Any], facts: tuple[Any, ...], offered: bool
) -> None:
    network = answering("secret-a")
    state, offers, detail = ended(scanned(tmp_path, ask_snmp, network, *facts, snmp=[snmp("a", **scope)]))
    assert bool(network.sent) is offered
    if offered:
        assert (state, offers) == (State.ANSWERED, [("a", OfferResult.ACCEPTED)])
    else:
        assert (state, offers) == (State.SILENT, [("a", OfferResult.UNFIT)]) and detail.startswith("not offered: a: it is for ")


@pytest.mark.parametrize("elsewhere", [{"subnets": ["10.0.1.0/24"]}, {"port": 1161}])
def test_a_probe_cannot_offer_a_login_where_its_credential_is_not_meant_for(tmp_path: Path, elsewhere: dict[str, Any]) -> None:
    async def astray(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        async with edges.snmp.session(target.name, 161, settings.snmp[0].login()) as session:
            await session.get([(1, 3)])
        return Answer()

    network = answering("secret-a")
    state, offers, detail = ended(scanned(tmp_path, astray, network, snmp=[snmp("a", **elsewhere)]))
    assert (state, offers) == (State.DENIED, []) and "no snmp credential is meant for 10.0.0.9 port 161" in detail
    assert not network.sent


@pytest.mark.parametrize(
    "login",
    [
        SnmpLogin(community=Secret("guessed")),
        SshLogin("root", Secret("toor")),
        WindowsLogin("Administrator", Secret("x")),
        WebLogin("admin", Secret("x")),
        WebLogin(api_key=Secret("x")),
    ],
)
def test_a_login_that_nobody_configured_is_offered_to_nobody(tmp_path: Path, login: Any) -> None:
    async def guess(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        session = (
            edges.snmp.session(target.name, 161, login)
            if isinstance(login, SnmpLogin)
            else edges.ssh.session(target.name, 22, "linux", login)
            if isinstance(login, SshLogin)
            else edges.windows.session(target.name, 5986, login)
            if isinstance(login, WindowsLogin)
            else edges.web.session(target.name, 443, login, {})
        )
        async with session:
            return Answer()

    network = answering()
    state, _, detail = ended(scanned(tmp_path, guess, network, snmp=[snmp("a")], ssh=[ssh()]))
    assert state is State.DENIED and "nothing was sent" in detail and not network.sent


def test_a_login_is_not_offered_to_a_port_that_is_shut(tmp_path: Path) -> None:
    network = answering("u")
    shut = PortsExamined(address=ADDRESS, protocol="tcp", ranges="1-1024")
    state, offers, detail = ended(scanned(tmp_path, ask_ssh, network, shut, ssh=[ssh()]))
    assert (state, offers) == (State.SILENT, []) and "TCP port 22 is not open" in detail and not network.sent
    open_ = PortSeen(address=ADDRESS, protocol="tcp", number=22)
    assert ended(scanned(tmp_path, ask_ssh, network, shut, open_, ssh=[ssh()]))[0] is State.ANSWERED


@pytest.mark.parametrize(
    ("ask", "credentials"),
    [
        (ask_ssh, {"ssh": [ssh()]}),
        (ask_windows, {"windows": [{"name": "fw", "hosts": [ADDRESS], "username": "u", "password": "geheim"}]}),
        (ask_web, {"web": [{"name": "fw", "platform": "x", "hosts": [ADDRESS], "username": "u", "password": "geheim"}]}),
        (ask_snmp, {"snmp": [{"name": "fw", "user": "u", "auth": "SHA", "auth_password": "geheim-12", "subnets": ["10.0.0.0/24"]}]}),
    ],
    ids=["ssh", "windows", "web", "snmp v3"],
)
def test_a_login_that_was_refused_twice_rests_for_a_day_or_until_it_is_changed(
    tmp_path: Path, ask: Callable[..., Any], credentials: dict[str, Any]
) -> None:
    for attempt in range(2):
        state, offers, _ = ended(scanned(tmp_path, ask, refusing(), now=NOW + timedelta(hours=attempt), **credentials))
        assert (state, offers) == (State.DENIED, [("fw", OfferResult.DENIED)])
    third = refusing()
    state, offers, detail = ended(scanned(tmp_path, ask, third, now=NOW + timedelta(hours=24), **credentials))
    assert (state, offers) == (State.DENIED, [("fw", OfferResult.WITHHELD)]) and not third.sent
    assert detail == "not offered: fw: refused 2 times in a row; rests until 2026-03-02 09:00 UTC, or until it is changed"

    changed = json.loads(json.dumps(credentials).replace("geheim", "anders"))
    assert ended(scanned(tmp_path, ask, refusing(), now=NOW + timedelta(hours=24), **changed))[1] == [("fw", OfferResult.DENIED)]
    kept = (tmp_path / FILE_NAME).read_text()
    assert "geheim" not in kept and "anders" not in kept and (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_password_that_was_refused_goes_with_no_further_request_over_https(tmp_path: Path) -> None:
    network = refusing()
    credentials = {"web": [{"name": "fw", "platform": "x", "hosts": [ADDRESS], "username": "u", "password": "geheim"}]}
    state, offers, _ = ended(scanned(tmp_path, ask_web, network, **credentials))
    assert (state, offers) == (State.DENIED, [("fw", OfferResult.DENIED)])
    assert [sent.edge for sent in network.sent] == ["https"], "once"


def test_after_a_day_it_is_offered_once_more_and_acceptance_forgets(tmp_path: Path) -> None:
    for hours in (0, 1, 26):
        assert ended(scanned(tmp_path, ask_ssh, refusing(), now=NOW + timedelta(hours=hours), ssh=[ssh()]))[1][0][1] is OfferResult.DENIED
    assert ended(scanned(tmp_path, ask_ssh, refusing(), now=NOW + timedelta(hours=27), ssh=[ssh()]))[1][0][1] is OfferResult.WITHHELD
    assert ended(scanned(tmp_path, ask_ssh, answering("u"), now=NOW + timedelta(hours=51), ssh=[ssh()]))[0] is State.ANSWERED
    assert ended(scanned(tmp_path, ask_ssh, refusing(), now=NOW + timedelta(hours=52), ssh=[ssh()]))[1][0][1] is OfferResult.DENIED
    assert ended(scanned(tmp_path, ask_ssh, refusing(), now=NOW + timedelta(hours=53), ssh=[ssh()]))[1][0][1] is OfferResult.DENIED


def test_a_login_that_was_refused_is_not_offered_again_in_the_same_scan(tmp_path: Path) -> None:
    async def insist(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
        from shared.errors import Denied

        for _ in range(5):
            try:
                return await ask_ssh(target, edges, settings, seen)
            except Denied:
                continue
        return Answer(state=State.DENIED)

    network = refusing()
    _, offers, _ = ended(scanned(tmp_path, insist, network, ssh=[ssh()]))
    assert [result for _, result in offers] == [OfferResult.DENIED, *[OfferResult.WITHHELD] * 4] and len(network.sent) == 1


@pytest.mark.parametrize("content", ["", "{", '{"salt": 3}', "\x00\xff"])
def test_a_broken_file_of_refusals_costs_no_scan(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="latin-1")
    assert ended(scanned(tmp_path, ask_ssh, answering("u"), ssh=[ssh()]))[0] is State.ANSWERED


@pytest.mark.parametrize(
    ("wanted", "said", "same"),
    [
        ("Siemens", "Siemens AG", True),
        ("siemens", "SIEMENS", True),
        ("Siemens", "Siemon", False),
        ("HP", "Hewlett Packard", True),
        ("HP", "Sharp", False),
        ("", "Siemens", False),
    ],
)
def test_a_maker_is_compared_word_by_word(wanted: str, said: str, same: bool) -> None:
    assert same_maker(wanted, said) is same

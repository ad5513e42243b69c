"""WinRM against a synthetic Windows: what is read, what goes over the wire, and how each bad answer ends. All on loopback."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from agent.config import Settings
from agent.credentials import WindowsCredential
from agent.edge import Edges, WindowsLogin, winrm_session
from agent.edge.real import real_edges
from agent.edge.winrm_session import WinRmEdge
from agent.execute import Failed, attempt
from agent.probe import Answer, Seen, Target
from agent.probes import windows as probe
from shared.errors import Denied, Missing, Refused, Unparsed, Unreachable, Unsupported
from shared.observation import AddressSeen, InterfaceSeen, ListenerSeen, NameSeen, NameSource, Provenance, SaidSeen, SystemSeen
from shared.outcome import State
from shared.secret import Secret
from tests.agent.windows.synthetic import PASSWORD, USER, SyntheticWindows, synthetic_windows

Start = Callable[..., AbstractContextManager[SyntheticWindows]]
ADDRESS = "127.0.0.1"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    return partial(synthetic_windows, tmp_path, monkeypatch)


@pytest.fixture
def edges() -> Edges:
    return real_edges()


def _query(
    windows: SyntheticWindows, wql: str = "SELECT Name FROM Win32_Process", login: WindowsLogin | None = None
) -> list[dict[str, str]]:
    async def asked() -> list[dict[str, str]]:
        async with WinRmEdge().session(ADDRESS, windows.port, login or windows.login()) as session:
            return await session.query(wql)

    return asyncio.run(asked())


def _probe(windows: SyntheticWindows, edges: Edges, state_dir: Path, password: str = PASSWORD) -> Answer:
    credential = WindowsCredential(name="windows", hosts=(ADDRESS,), port=windows.port, username=USER, password=Secret(password))
    settings = Settings(state_dir=state_dir, windows=(credential,))
    return asyncio.run(probe.ask(Target(ADDRESS), edges, settings, Seen()))


def _session_error(windows: SyntheticWindows) -> Exception:
    with pytest.raises((Denied, Refused, Unreachable, Unsupported, Unparsed)) as raised:
        _query(windows)
    return raised.value


# --- what is read


def test_a_synthetic_server_is_read_whole(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start() as windows:
        answer = _probe(windows, edges, tmp_path / "state")
    assert (answer.state, answer.detail, answer.credential) == (State.ANSWERED, "", "windows")
    (system,) = [o for o in answer.observations if isinstance(o, SystemSeen)]
    assert (system.os, system.os_version, system.uptime_s) == ("Windows Server 2019 Standard", "10.0.17763", 172_810)
    assert (system.vendor, system.model, system.serial, system.name) == ("Dell Inc.", "PowerEdge T340", "7XQK4Z2", "files02.rossi.example")
    assert [(o.name, o.source) for o in answer.observations if isinstance(o, NameSeen)] == [("files02.rossi.example", NameSource.WINDOWS)]
    first = next(o for o in answer.observations if isinstance(o, InterfaceSeen))
    assert (first.index, first.mac, first.addresses[0].address, first.addresses[0].prefix_length) == (
        5,
        "d4:ae:52:01:23:45",
        "10.9.0.10",
        24,
    )
    own = {(o.address, o.mac, o.provenance) for o in answer.observations if isinstance(o, AddressSeen)}
    assert ("10.9.0.11", "d4:ae:52:01:23:45", Provenance.OWN_TABLE) in own
    listeners = [(o.address, o.number, o.program) for o in answer.observations if isinstance(o, ListenerSeen)]
    assert listeners == [("::", 445, "System"), ("0.0.0.0", 1433, "sqlservr.exe")]
    said = [o.value for o in answer.observations if isinstance(o, SaidSeen)]
    assert said == ["Microsoft SQL Server", "Veeam Agent for Windows"]


@pytest.mark.parametrize("tls", [True, False], ids=["https", "http"])
def test_synthetic_pages_are_put_together(start: Start, tls: bool) -> None:
    with start(tls=tls) as windows:
        windows.page = 7
        windows.objects["Win32_Process"] = [{"Name": f"p{n}.exe", "ProcessId": str(n)} for n in range(40)]
        assert [row["Name"] for row in _query(windows)] == [f"p{n}.exe" for n in range(40)]


def test_a_synthetic_server_without_a_class_lacks_that_part_alone(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start() as windows:
        del windows.objects["MSFT_NetTCPConnection"]
        answer = _probe(windows, edges, tmp_path)
    assert (answer.state, answer.detail) == (State.ANSWERED, "not on this device: tcp listeners")
    assert any(isinstance(o, SystemSeen) for o in answer.observations)


# --- what goes over the wire


def test_synthetic_http_carries_nothing_in_clear(start: Start) -> None:
    with start(tls=False) as windows:
        _query(windows)
        assert len(windows.clear) == 1
        assert b"Encrypted Boundary" in windows.clear[0]
        assert b"Win32" not in windows.clear[0] and b"Envelope" not in windows.clear[0]


def test_a_synthetic_server_with_another_certificate_gets_nothing(start: Start, edges: Edges, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with start() as windows:
        assert _probe(windows, edges, state).state is State.ANSWERED
        known = (state / "known_hosts").read_text()
        assert known == f"[{ADDRESS}]:{windows.port} tls-certificate SHA256:{windows.certificate_sha256}\n"
        (state / "known_hosts").write_text(known.replace(windows.certificate_sha256, "ab" * 32))
        windows.seen.clear()
        answer = _probe(windows, edges, state)
    assert answer.state is State.DENIED
    assert "certificate has changed" in answer.detail and answer.observations == ()
    assert windows.seen == [], "not a byte of HTTP"


def test_without_a_recorded_certificate_nothing_is_sent_to_the_synthetic_server(start: Start) -> None:
    with start() as windows:
        with pytest.raises(Refused, match="without a recorded certificate"):
            _query(windows, login=replace(windows.login(), certificate_sha256=""))
        assert windows.seen == []


def test_a_wrong_password_is_tried_once_on_the_synthetic_server(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start() as windows:
        answer = _probe(windows, edges, tmp_path, password="Sola-Lettura-2")
    assert (answer.state, windows.seen.count("authenticate"), windows.seen.count("denied")) == (State.DENIED, 1, 1)
    assert "tried once" in answer.detail and "Lettura" not in answer.detail


# --- bad answers of a synthetic server


@pytest.mark.parametrize(
    ("hostile", "tls", "error", "told"),
    [
        ("basic only", True, Unsupported, "offers no NTLM"),
        ("basic only", False, Unsupported, "offers no NTLM"),
        ("no winrm", True, Unsupported, "no WinRM"),
        ("bad challenge", False, Unparsed, "challenge cannot be read"),
        ("rights", True, Denied, "right to read WMI"),
        ("10 MB", True, Unparsed, "more than 4000000 bytes"),
        ("10 MB", False, Unparsed, "more than 4000000 bytes"),
        ("no xml", True, Unparsed, "no XML"),
        ("entities", True, Unparsed, "document type"),
        ("entities", False, Unparsed, "document type"),
        ("utf-16", True, Unparsed, "UTF-8"),
        ("endless", True, Unparsed, "has no end"),
        ("in clear", False, Unparsed, "in clear"),
        ("forged", False, Unparsed, "wrong signature"),
    ],
)
def test_bad_answers_of_a_synthetic_server_end_as_what_they_are(start: Start, hostile: str, tls: bool, error: type, told: str) -> None:
    with start(tls=tls, hostile=hostile) as windows:
        raised = _session_error(windows)
    assert isinstance(raised, error), raised
    assert told in str(raised)


def test_a_synthetic_server_that_drips_ends_in_time(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winrm_session, "QUERY_S", 1.0)
    with start(hostile="drip") as windows:
        began = time.monotonic()
        assert isinstance(_session_error(windows), Unreachable)
        assert time.monotonic() - began < 20


def test_what_a_synthetic_server_said_before_it_broke_is_kept(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start() as windows:
        windows.objects["Win32_NetworkAdapterConfiguration"] = [{"Description": "no index", "InterfaceIndex": "many"}]
        answer = _probe(windows, edges, tmp_path)
    assert answer.state is State.PARTIAL
    assert answer.detail.startswith("network adapters: ")
    assert any(isinstance(o, SystemSeen) and o.serial == "7XQK4Z2" for o in answer.observations)


def test_a_host_without_winrm_is_silent(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start() as windows:
        pass
    assert _probe(windows, edges, tmp_path).state is State.SILENT


def test_a_state_folder_that_cannot_be_written_offers_no_login_to_the_synthetic_server(start: Start, edges: Edges, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with start() as windows:
        answer = _probe(windows, edges, tmp_path / "file")
    assert (answer.state, windows.seen) == (State.DENIED, [])


def test_the_frame_turns_a_synthetic_server_without_ntlm_into_an_outcome(start: Start, edges: Edges, tmp_path: Path) -> None:
    credential = WindowsCredential(name="windows", hosts=(ADDRESS,), username=USER, password=Secret(PASSWORD))
    with start(hostile="basic only") as windows:
        settings = Settings(state_dir=tmp_path, windows=(credential.model_copy(update={"port": windows.port}),))
        ended = asyncio.run(attempt(probe.ask(Target(ADDRESS), edges, settings, Seen()), 30, "windows", ADDRESS))
    assert isinstance(ended, Failed) and ended.state is State.UNSUPPORTED
    assert Missing is not Unsupported


# --- whom it asks


def test_only_live_hosts_that_a_credential_names_are_asked() -> None:
    credential = WindowsCredential(name="w", hosts=("10.9.0.10", "10.9.0.11"), username=USER, password=Secret(PASSWORD))
    seen = Seen()
    seen.add("s", [AddressSeen(address=a, provenance=Provenance.OWN_REPLY) for a in ("10.9.0.10", "10.9.0.12")])
    assert [t.name for t in probe.targets(Settings(windows=(credential,)), seen)] == ["10.9.0.10"]
    assert probe.packets(Settings(), Seen(), 200) == 0

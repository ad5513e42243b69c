"""HTTPS interfaces against synthetic peers: what is read, every request that goes out, and how each bad answer ends. All on loopback."""

import asyncio
import json
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from agent.config import Settings
from agent.edge import Edges, WebAsk, https_session
from agent.edge.real import real_edges
from agent.execute import Failed, attempt
from agent.probe import Answer, Seen, Target
from agent.probes import web_config as probe
from agent.web import platforms
from shared.configuration_seen import ConfigurationSeen
from shared.observation import AddressSeen, FirewallRuleSeen, InterfaceSeen, NameSeen, Provenance, SystemSeen, VlanSeen
from shared.outcome import State
from tests.agent.web.synthetic import ADDRESS, API_KEY, GOLDEN, PASSWORD, USER, Peer, Request, synthetic_peer

Start = Callable[..., AbstractContextManager[Peer]]
PLATFORMS = ("sophos_sfos", "stormshield_sns", "ubiquiti_unifi")
OWN = (AddressSeen, InterfaceSeen, NameSeen, SystemSeen, VlanSeen)
"""What this room reads itself; a configuration is read by ``shared.configs``, which has goldens of its own."""
SECRETS = (PASSWORD, API_KEY, "Sola &amp; &lt;Lettura&gt; 1", "CANARY-utente", "CANARY-tunnel-Bergamo", "CANARY-commento")


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return partial(synthetic_peer, tmp_path)


@pytest.fixture
def edges() -> Edges:
    return real_edges()


def _probe(peer: Peer, edges: Edges, state_dir: Path, **login: str) -> Answer:
    settings = Settings(state_dir=state_dir, web=(peer.credential(**login),))
    return asyncio.run(probe.ask(Target(ADDRESS), edges, settings, Seen()))


def _framed(peer: Peer, edges: Edges, state_dir: Path) -> object:
    settings = Settings(state_dir=state_dir, web=(peer.credential(),))
    return asyncio.run(attempt(probe.ask(Target(ADDRESS), edges, settings, Seen()), 60, "web_config", ADDRESS))


# --- what is read


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_a_synthetic_peer_says_is_its_golden(start: Start, edges: Edges, tmp_path: Path, platform: str) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "fingerprint.key").write_bytes(b"k" * 32)  # so that fingerprints are the same in each run
    with start(platform) as peer:
        answer = _probe(peer, edges, state)
    said = {
        "state": answer.state,
        "detail": answer.detail,
        "requests": [_line(request) for request in peer.requests],
        "observations": [seen.model_dump(mode="json", exclude_defaults=True) for seen in answer.observations if isinstance(seen, OWN)],
        "configurations": [seen.text.splitlines() for seen in answer.observations if isinstance(seen, ConfigurationSeen)],
    }
    golden = GOLDEN / platform / "synthetic_office.golden.json"
    if os.environ.get("NETARIO_UPDATE_GOLDENS"):
        golden.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert said == json.loads(golden.read_text(encoding="utf-8"))


def _line(request: Request) -> str:
    body = re.sub(r"<(Username|Password)>.*?</\1>", r"<\1/>", request.form["reqxml"]) if "reqxml" in request.body.decode() else ""
    return " ".join(filter(None, (request.method, request.target, body)))


def test_a_synthetic_controller_tells_of_devices_clients_and_vlans(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("ubiquiti_unifi") as peer:
        answer = _probe(peer, edges, tmp_path)
    (system,) = [seen for seen in answer.observations if isinstance(seen, SystemSeen)]
    assert (system.name, system.model, system.os_version, system.description) == (
        "UDM Officina", "UDM-Pro", "5.0.12", "UniFi Network 10.1.68",
    )  # fmt: skip
    told = {seen.address: seen.mac for seen in answer.observations if isinstance(seen, AddressSeen)}
    assert told["10.20.1.120"] == "8a:00:5e:00:00:20" and "10.20.99.2" not in told, "a client of a VPN is none of this site"
    assert {seen.provenance for seen in answer.observations if isinstance(seen, AddressSeen)} == {Provenance.THIRD_PARTY}
    assert [seen.vlan for seen in answer.observations if isinstance(seen, VlanSeen)] == [1, 20, 30, 40]


def test_a_synthetic_sophos_is_read_by_the_reader_of_its_export(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("sophos_sfos") as peer:
        answer = _probe(peer, edges, tmp_path)
    rules = [seen.rule for seen in answer.observations if isinstance(seen, FirewallRuleSeen)]
    assert [(rule.name, rule.enabled, rule.destinations, rule.services) for rule in rules][:2] == [
        ("Gestionale da casa", True, ("10.30.1.10",), ("tcp/443",)), ("Navigazione", False, ("any",), ("any",)),
    ]  # fmt: skip
    assert "not on this device: AdminSettings" in answer.detail


def test_a_synthetic_stormshield_tells_of_itself_and_its_interfaces(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("stormshield_sns") as peer:
        answer = _probe(peer, edges, tmp_path)
    (system,) = [seen for seen in answer.observations if isinstance(seen, SystemSeen)]
    assert (system.vendor, system.model, system.os_version, system.serial) == ("Stormshield", "SN210", "4.3.31", "SN210A00A0001A7")
    shown = [(seen.index, seen.name, seen.alias, seen.admin_up) for seen in answer.observations if isinstance(seen, InterfaceSeen)]
    assert shown == [(1, "ethernet0", "out", True), (2, "ethernet1", "in", True), (3, "ethernet2", "dmz1", False)]
    rules = {seen.rule.comment: seen.rule for seen in answer.observations if isinstance(seen, FirewallRuleSeen)}
    assert rules["Gestionale"].sources == ("10.41.1.0/24", "10.40.1.100-10.40.1.119") and rules["Gestionale"].destinations == (
        "10.40.1.10",
    )
    assert rules["Gestionale"].services == ("tcp/443", "tcp/8443") and rules["Gestionale"].why_without_effect == ""
    assert peer.sessions == set(), "the session was closed"


# --- what goes out


@pytest.mark.parametrize("platform", PLATFORMS)
def test_only_declared_requests_reach_a_synthetic_peer(start: Start, edges: Edges, tmp_path: Path, platform: str) -> None:
    with start(platform) as peer:
        _probe(peer, edges, tmp_path)
    declared = platforms()[platform].asks.values()
    for request in peer.requests:
        assert any(_is(request, ask) for ask in declared), _line(request)
    assert len({id(ask) for ask in declared for request in peer.requests if _is(request, ask)}) == len(declared), "all of them are used"


def _is(request: Request, ask: WebAsk) -> bool:
    if request.method != ask.method or not _fits(request.path, ask.path):
        return False
    query = dict(parse_qsl(request.target.partition("?")[2], keep_blank_values=True))
    form = request.form if request.body else {}
    return all(
        given.keys() == wanted.keys() and all(_fits(given[name], text) for name, text in wanted.items())
        for given, wanted in ((query, ask.query), (form, ask.form))
    )


def _fits(given: str, template: str) -> bool:
    pattern = "".join(".*?" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[\w:]+\})", template))
    return re.fullmatch(pattern, given, re.DOTALL) is not None


def test_no_declared_request_writes() -> None:
    """By the vendors' own words: a POST of Sophos is a Get, one of Stormshield a login; no command is other than SHOW, LIST, PROPERTY."""
    for name, platform in platforms().items():
        for ask in platform.asks.values():
            asked = f"{ask.path} {ask.query} {ask.form}"
            assert not re.search(r"<(?:Set|Remove)\b|MODIFY|ACTIVATE|\b(?:NEW|ADD|REMOVE|DELETE|UPDATE|CREATE)\b", asked), asked
            assert ask.method == "GET" or name == "sophos_sfos" or ask.path in ("/auth/admin.html", "/api/auth/login"), asked
            if "cmd" in ask.query:
                assert re.match(r"SYSTEM PROPERTY$|CONFIG [A-Z ]+ (?:SHOW|LIST|EXPLICIT)\b", ask.query["cmd"]), asked


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_wrong_password_is_offered_once_to_a_synthetic_peer(start: Start, edges: Edges, tmp_path: Path, platform: str) -> None:
    with start(platform) as peer:
        answer = _probe(peer, edges, tmp_path, password="Sola-Lettura-2", api_key="another")
    assert (answer.state, peer.denied, len(peer.requests), answer.observations) == (State.DENIED, 1, 1, ())
    assert "tried once" in answer.detail and "Lettura" not in answer.detail and "another" not in answer.detail


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_synthetic_peer_with_another_certificate_gets_nothing(start: Start, edges: Edges, tmp_path: Path, platform: str) -> None:
    state = tmp_path / "state"
    with start(platform) as peer:
        _probe(peer, edges, state)
        known = (state / "known_hosts").read_text()
        assert known == f"[{ADDRESS}]:{peer.port} tls-certificate SHA256:{peer.certificate_sha256}\n"
        (state / "known_hosts").write_text(known.replace(peer.certificate_sha256, "ab" * 32))
        peer.requests.clear()
        answer = _probe(peer, edges, state)
    assert answer.state is State.DENIED and "certificate has changed" in answer.detail
    assert peer.requests == [] and answer.observations == ()


def test_a_state_folder_that_cannot_be_written_offers_no_login_to_a_synthetic_peer(start: Start, edges: Edges, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with start("sophos_sfos") as peer:
        answer = _probe(peer, edges, tmp_path / "file")
    assert (answer.state, peer.requests) == (State.DENIED, [])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_secret_of_a_synthetic_peer_is_kept(
    start: Start, edges: Edges, tmp_path: Path, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with start(platform) as peer:
        answer = _probe(peer, edges, tmp_path)
    kept = "".join(seen.model_dump_json() for seen in answer.observations) + answer.detail + caplog.text
    assert not [secret for secret in SECRETS if secret in kept]


# --- bad answers


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("hostile", "state"),
    [
        ("redirect", State.UNSUPPORTED),
        ("web page", None),
        ("endless", State.UNPARSED),
        ("entities", None),
        ("gzip", State.UNPARSED),
    ],
)
def test_a_synthetic_peer_that_is_no_such_interface_ends_as_that(
    start: Start, edges: Edges, tmp_path: Path, platform: str, hostile: str, state: State | None
) -> None:
    with start(platform, hostile) as peer:
        ended = _framed(peer, edges, tmp_path)
    assert isinstance(ended, Failed), ended
    assert ended.state in ((state,) if state else (State.UNSUPPORTED, State.UNPARSED)) and len(peer.requests) == 1
    assert not [secret for secret in SECRETS if secret in ended.detail]


def test_a_session_asks_only_so_much_of_a_synthetic_peer(
    start: Start, edges: Edges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https_session, "MAX_ASKS", 3)
    with start("ubiquiti_unifi") as peer:
        answer = _probe(peer, edges, tmp_path)
    assert len(peer.requests) == 3 and answer.state is State.PARTIAL and "more than 3 requests" in answer.detail


def test_a_list_of_a_synthetic_controller_without_an_end_is_bounded(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("ubiquiti_unifi", "endless list") as peer:
        answer = _probe(peer, edges, tmp_path)
    assert answer.state is State.PARTIAL and "has no end" in answer.detail and len(peer.requests) < 500


def test_what_a_synthetic_peer_said_before_it_broke_is_kept(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("ubiquiti_unifi", "closes") as peer:
        answer = _probe(peer, edges, tmp_path)
    assert answer.state is State.PARTIAL and "what follows" in answer.detail
    assert any(isinstance(seen, AddressSeen) for seen in answer.observations)


@pytest.mark.parametrize(
    ("platform", "hostile", "told"),
    [
        ("ubiquiti_unifi", "no right to zones", "zones of Officina Rossi: the key may not read this"),
        ("sophos_sfos", "no right to NATRule", "NATRule: the firewall does not give it (status 516). The account needs: "),
        ("stormshield_sns", "rights", "filter: the account may not do this (ret 205). The account needs: "),
    ],
)
def test_a_right_that_lacks_is_told_and_what_is_given_is_kept(
    start: Start, edges: Edges, tmp_path: Path, platform: str, hostile: str, told: str
) -> None:
    with start(platform, hostile) as peer:
        answer = _probe(peer, edges, tmp_path)
    assert answer.state is State.PARTIAL and told in answer.detail
    assert any(isinstance(seen, SystemSeen) for seen in answer.observations)
    assert all(not seen.complete for seen in answer.observations if isinstance(seen, ConfigurationSeen))


def test_a_synthetic_sophos_that_lets_no_stranger_ask_says_so(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("sophos_sfos", "not from here") as peer:
        answer = _probe(peer, edges, tmp_path)
    assert answer.state is State.DENIED and "does not let this agent's address" in answer.detail and len(peer.requests) == 1


def test_a_synthetic_stormshield_that_wants_a_one_time_password_says_so(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("stormshield_sns", "one-time password") as peer:
        answer = _probe(peer, edges, tmp_path)
    assert answer.state is State.DENIED and "one-time password" in answer.detail and len(peer.requests) == 1


def test_a_host_without_a_synthetic_peer_is_silent(start: Start, edges: Edges, tmp_path: Path) -> None:
    with start("ubiquiti_unifi") as peer:
        pass
    assert _probe(peer, edges, tmp_path).state is State.SILENT


# --- whom it asks, with what


def test_only_live_hosts_that_a_credential_names_are_asked() -> None:
    credential = Peer("sophos_sfos", lambda peer, request: (200, ""), {}, port=4444).credential()
    seen = Seen()
    seen.add("s", [AddressSeen(address=a, provenance=Provenance.OWN_REPLY) for a in (ADDRESS, "10.9.0.12")])
    assert [target.name for target in probe.targets(Settings(web=(credential,)), seen)] == [ADDRESS]
    assert probe.packets(Settings(), Seen(), 200) == 0 < probe.packets(Settings(web=(credential,)), Seen(), 200)


@pytest.mark.parametrize("change", [{"platform": "cisco_ios"}, {"platform": "ubiquiti_unifi"}])
def test_a_credential_that_does_not_fit_its_platform_is_offered_to_nobody(
    start: Start, edges: Edges, tmp_path: Path, change: dict[str, str]
) -> None:
    with start("sophos_sfos") as peer:
        settings = Settings(state_dir=tmp_path, web=(peer.credential().model_copy(update=change),))
        answer = asyncio.run(probe.ask(Target(ADDRESS), edges, settings, Seen()))
    assert answer.state is State.UNSUPPORTED and peer.requests == [] and USER not in answer.detail

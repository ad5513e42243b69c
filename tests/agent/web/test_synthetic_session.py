"""The HTTPS session itself against synthetic peers: what may go out, in which writing, and what keeps it from going. All on loopback."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from agent.edge import WebAnswer, WebAsk, WebLogin
from agent.edge.https_session import HttpsEdge
from shared.errors import Denied, Refused, Unparsed, Unreachable, Unsupported
from shared.secret import Secret
from tests.agent.web.synthetic import ADDRESS, Peer, synthetic_peer

Start = Callable[..., AbstractContextManager[Peer]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return partial(synthetic_peer, tmp_path)


def _ask(peer: Peer, ask: WebAsk, login: WebLogin | None = None, **values: str) -> WebAnswer:
    async def asked() -> WebAnswer:
        async with HttpsEdge().session(ADDRESS, peer.port, login or peer.login(), {"it": ask}) as session:
            return await session.ask("it", **values)

    return asyncio.run(asked())


def test_without_a_recorded_certificate_nothing_is_sent_to_a_synthetic_peer(start: Start) -> None:
    with start("ubiquiti_unifi") as peer:
        with pytest.raises(Refused, match="without a recorded certificate"):
            _ask(peer, WebAsk("GET", "/"), replace(peer.login(), certificate_sha256=""))
        assert peer.requests == []


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(start: Start, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with start("ubiquiti_unifi") as peer:
        assert _ask(peer, WebAsk("GET", "/")).status == 401


def test_values_stay_in_their_place_and_secrets_in_their_writing(start: Start) -> None:
    ask = WebAsk("POST", "/a/{id}/b", query={"q": "{id}"}, form={"x": "<p>{password:xml}</p>", "b": "{username:base64}"})
    with start("ubiquiti_unifi") as peer:
        _ask(peer, ask, id="../../admin?x=1&y#z")
    (request,) = peer.requests
    assert request.path == "/a/..%2F..%2Fadmin%3Fx%3D1%26y%23z/b" and request.query == {"q": "../../admin?x=1&y#z"}
    assert request.form == {"x": "<p>Sola &amp; &lt;Lettura&gt; 1</p>", "b": "bmV0YXJpbw=="}


@pytest.mark.parametrize("values", [{"password": "x"}, {"api_key": "x"}])
def test_a_platform_cannot_put_a_login_of_its_own_into_a_request(start: Start, values: dict[str, str]) -> None:
    with start("ubiquiti_unifi") as peer:
        with pytest.raises(Refused):
            _ask(peer, WebAsk("GET", "/"), **values)
        with pytest.raises(Refused, match="no api_key"):
            _ask(peer, WebAsk("GET", "/", headers={"X-API-KEY": "{api_key}"}))
        assert peer.requests == []


def test_what_a_header_cannot_hold_is_not_told(start: Start) -> None:
    with start("ubiquiti_unifi") as peer:
        login = WebLogin(api_key=Secret("geheim\r\nX: y"), certificate_sha256=peer.certificate_sha256)
        with pytest.raises(Unreachable) as raised:
            _ask(peer, WebAsk("GET", "/", headers={"X-API-KEY": "{api_key}"}), login)
    assert "geheim" not in str(raised.value) and peer.requests == []


def test_a_synthetic_peer_that_drips_ends_in_time(start: Start) -> None:
    with start("ubiquiti_unifi", "drip") as peer:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="no end of the answer"):
            _ask(peer, WebAsk("GET", "/", deadline_s=1.0))
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("error", [Denied, Refused, Unparsed, Unsupported])
def test_a_judge_is_heard(start: Start, error: type[Exception]) -> None:
    def judge(answer: WebAnswer) -> None:
        raise error(f"status {answer.status}")

    with start("ubiquiti_unifi") as peer, pytest.raises(error, match="status 401"):
        _ask(peer, WebAsk("GET", "/", judge=judge))

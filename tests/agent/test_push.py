"""Whatever the collector answers, a report leaves the spool only with a receipt, and comes back only where that may help."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from agent.push import push
from agent.spool import Spool
from agent.uplink import Later, Uplink
from shared.errors import Refused
from shared.report import Report
from shared.secret import Secret
from shared.wire import EnrolmentRequest
from tests.agent.conftest import AT, LoopbackCollector

Make = Callable[..., Report]


def problem(status: int, keep: bool = False, **headers: str) -> tuple[int, dict[str, str], bytes]:
    said = {"title": "No", "status": status, "detail": "because of the test", "keep": keep}
    return status, {"Content-Type": "application/problem+json", **headers}, json.dumps(said).encode()


@pytest.fixture
def spool(tmp_path: Path, report: Make) -> Spool:
    made = Spool(tmp_path, 10**9)
    for number in (1, 2, 3):
        made.put(report(number, AT + timedelta(minutes=number), padding=10))
    return made


def test_all_reports_arrive_once_oldest_first(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    with Uplink(collector.url) as uplink:
        pushed = push(spool, collector.identity(tmp_path), uplink)
    assert (pushed.sent, pushed.rejected, pushed.left, pushed.why) == (3, 0, 0, "")
    assert [asked.headers["idempotency-key"] for asked in collector.asked] == [str(UUID(int=n)) for n in (1, 2, 3)]
    first = collector.asked[0]
    assert first.path == "/api/v1/reports" and first.headers["authorization"] == "Bearer the-agents-key"
    assert first.headers["content-encoding"] == "gzip" and json.loads(gzip.decompress(first.body))["document"] == "netario-report"


def test_a_duplicate_is_done_too(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    receipt = json.dumps({"report": str(UUID(int=1)), "intake": "duplicate"}).encode()
    collector.answers = [(200, {}, receipt)]
    with Uplink(collector.url) as uplink:
        assert push(spool, collector.identity(tmp_path), uplink).sent == 3


@pytest.mark.parametrize("status", [400, 401, 403, 409, 413, 422])
def test_a_refusal_for_good_puts_that_report_aside_and_sends_the_others(
    spool: Spool, collector: LoopbackCollector, tmp_path: Path, status: int
) -> None:
    collector.answers = [problem(status)]
    with Uplink(collector.url) as uplink:
        pushed = push(spool, collector.identity(tmp_path), uplink)
    assert (pushed.sent, pushed.rejected, pushed.left) == (2, 1, 0)
    (kept,) = spool.rejected()
    assert kept.with_name(kept.name + ".txt").read_text() == f"No: because of the test (HTTP {status})\n"


@pytest.mark.parametrize(
    "answer",
    [
        problem(500),
        problem(503),
        problem(429),
        problem(403, keep=True),
        problem(422, keep=True),
        (404, {}, b"<html>not here</html>"),
        (401, {}, b"<html>a proxy's own login</html>"),
        (302, {"Location": "/elsewhere"}, b""),
        (200, {}, b"<html>a captive portal</html>"),
        (201, {}, json.dumps({"report": str(UUID(int=99)), "intake": "stored"}).encode()),
        (201, {}, b"x" * 300_000),
        "hang up",
    ],
    ids=str,
)
def test_any_other_answer_keeps_every_report(spool: Spool, collector: LoopbackCollector, tmp_path: Path, answer: object) -> None:
    collector.answers = [answer]  # type: ignore[list-item]  # parametrize gives object
    with Uplink(collector.url) as uplink:
        pushed = push(spool, collector.identity(tmp_path), uplink)
        assert (pushed.sent, pushed.rejected, pushed.left) == (0, 0, 3) and pushed.why
        assert len(collector.asked) == 1, "the others wait too: the collector is not asked again and again"
        assert push(spool, collector.identity(tmp_path), uplink).sent == 3, "once it is well, all arrive"


def test_the_collector_dies_after_it_has_stored_the_report(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    """The line drops in the place of the receipt: the report is sent again, and is known by its id."""
    collector.answers = ["hang up"]
    with Uplink(collector.url) as uplink:
        push(spool, collector.identity(tmp_path), uplink)
        push(spool, collector.identity(tmp_path), uplink)
    keys = [asked.headers["idempotency-key"] for asked in collector.asked]
    assert keys[0] == keys[1] == str(UUID(int=1)) and not spool.waiting()


def test_retry_after_is_heard(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    collector.answers = [problem(429, **{"Retry-After": "37"})]
    with Uplink(collector.url) as uplink:
        assert push(spool, collector.identity(tmp_path), uplink).retry_after_s == 37


def test_a_collector_that_is_down_keeps_every_report(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    down = collector.identity(tmp_path).model_copy(update={"url": "http://127.0.0.1:1"})
    with Uplink(down.url) as uplink:
        pushed = push(spool, down, uplink)
    assert pushed.left == 3 and "cannot be reached" in pushed.why


def test_a_damaged_file_is_put_aside_and_the_others_are_sent(spool: Spool, collector: LoopbackCollector, tmp_path: Path) -> None:
    spool.waiting()[0].path.write_bytes(b"\x1f\x8bdamaged")
    with Uplink(collector.url) as uplink:
        pushed = push(spool, collector.identity(tmp_path), uplink)
    assert (pushed.sent, pushed.rejected) == (2, 1)


def test_the_key_is_in_no_message(spool: Spool, collector: LoopbackCollector, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    collector.answers = [problem(403), problem(500)]
    identity = collector.identity(tmp_path)
    with caplog.at_level(0), Uplink(collector.url) as uplink:
        pushed = push(spool, identity, uplink)
    told = caplog.text + repr(pushed) + repr(identity) + identity.model_dump_json() + str(spool.rejected())
    assert "the-agents-key" not in told


def test_enrolment(collector: LoopbackCollector) -> None:
    given = {"agent": str(UUID(int=1)), "site": str(UUID(int=2)), "client_name": "C", "site_name": "S", "key": "k"}
    collector.answers = [(201, {}, json.dumps(given).encode()), problem(403), (200, {}, b"<html>")]
    request = EnrolmentRequest(token=Secret("one-time"), hostname="here", version="0")
    with Uplink(collector.url) as uplink:
        assert uplink.enrol(request).key == "k"
        assert json.loads(collector.asked[0].body) == {"token": "one-time", "hostname": "here", "version": "0"}
        with pytest.raises(Refused, match="because of the test"):
            uplink.enrol(request)
        with pytest.raises(Later, match="is the address right"):
            uplink.enrol(request)


def test_health_tells_how_far_the_clocks_are_apart(collector: LoopbackCollector) -> None:
    collector.answers = [(200, {}, b"{}"), (503, {}, b"{}")]
    with Uplink(collector.url) as uplink:
        well = uplink.health(datetime.now(UTC) + timedelta(minutes=5))
        assert well.ok and well.clock_ahead_s == pytest.approx(300, abs=5)
        assert not uplink.health(datetime.now(UTC)).ok

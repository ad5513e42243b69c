"""What several of the agent's tests need: a segment of its own in network namespaces, a synthetic report, a collector on loopback."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from agent.identity import Identity
from shared.outcome import Outcome, State
from shared.report import AgentAbout, Plan, Report
from shared.secret import Secret
from tests.labs.namespaces import inside_net

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Segment:
    """Two machines on one cable: the agent's (10.99.0.2/24 on eth0) and the far one, which has ``neighbours``."""

    agent: Path
    far: Path
    neighbours: tuple[str, ...] = ("10.99.0.1", "10.99.0.7", "10.99.0.99", "10.99.0.200", "10.99.0.254")
    own: str = "10.99.0.2"


@pytest.fixture
def segment() -> Iterator[Segment]:
    tag = uuid4().hex[:8]
    names = [f"na-{tag}-agent", f"na-{tag}-far"]
    made = Segment(*(Path("/run/netns") / name for name in names))
    try:
        for name in names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "eth0", "netns", names[0], "type", "veth", "peer", "name", "eth0", "netns", names[1])
        for name, addresses in ((names[0], (made.own,)), (names[1], made.neighbours)):
            _ip("-n", name, "link", "set", "eth0", "up")
            for address in addresses:
                _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        yield made
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def synthetic_report(number: int = 1, at: datetime = AT, padding: int = 0) -> Report:
    outcomes = tuple(
        Outcome(probe="names", target=f"10.0.{i // 250}.{i % 250}", state=State.SILENT, at_utc=at, duration_ms=i, detail=uuid4().hex)
        for i in range(padding)
    )
    return Report(
        id=UUID(int=number),
        agent=AgentAbout(version="0", hostname="synthetic"),
        started_utc=at,
        finished_utc=at,
        plan=Plan(subnets=("10.0.0.0/24",), probes=("names",)),
        outcomes=outcomes,
    )


@pytest.fixture
def report() -> Callable[..., Report]:
    return synthetic_report


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class LoopbackCollector:
    """A real HTTP server that gives the answers it was told, and keeps what it was asked. ``hang_up``: the line drops instead."""

    url: str = ""
    answers: list[Answer | str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def accept(self, asked: Asked) -> Answer:
        receipt = {"report": asked.headers.get("idempotency-key", ""), "intake": "stored"}
        return 201, {}, json.dumps(receipt).encode()

    def identity(self, state_dir: Path) -> Identity:
        return Identity(
            url=self.url, agent=UUID(int=7), site=UUID(int=8), client_name="Client", site_name="Site", key=Secret("the-agents-key")
        )


@contextmanager
def listening(namespace: Path | None = None) -> Iterator[LoopbackCollector]:
    """A collector on loopback: here, or in a network namespace."""
    made = LoopbackCollector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("transfer-encoding") == "chunked":
                raise AssertionError("the agent knows the length of what it sends")
            self._respond(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))

        def do_GET(self) -> None:
            self._respond(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, b""))

        def _respond(self, asked: Asked) -> None:
            made.asked.append(asked)
            answer = made.answers.pop(0) if made.answers else made.accept(asked)
            if isinstance(answer, str):
                self.connection.close()
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: pytest's output is for failures."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (OSError, ValueError):
                self.close_connection = True

    with inside_net(namespace) if namespace else nullcontext():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def collector() -> Iterator[LoopbackCollector]:
    with listening() as made:
        yield made

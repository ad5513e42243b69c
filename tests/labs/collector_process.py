"""A real ``netario-collector serve`` of a test or of the quickstart: started, waited for, driven, ended by its process id."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

TOP = Path(__file__).parents[2]
READY_WITHIN_S = 30.0
STOP_WITHIN_S = 15.0


class Failed(Exception):
    """A command of ours did not do what it was to do; the message holds what it said."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class CollectorProcess:
    """``inner`` are further places to listen at: the network namespace's path, and the address and port in it."""

    data: Path
    port: int = field(default_factory=free_port)
    inner: Sequence[tuple[Path, str]] = ()
    database: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "collector.log"

    def start(self) -> "CollectorProcess":
        self.data.mkdir(parents=True, exist_ok=True)
        sockets = ["--socket", f"127.0.0.1:{self.port}"]
        for namespace, address in self.inner:
            sockets += ["--socket-in", str(namespace), address]
        serve = [sys.executable, "-m", "collector", "serve", *self._where()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.labs.listen", *sockets, "--", *serve],
                cwd=TOP,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready(self.process)
        return self

    def run(self, *arguments: str, given: str = "") -> str:
        """``netario-collector ARGUMENTS`` on this collector's data; its standard output. Raises Failed."""
        command = [sys.executable, "-m", "collector", *arguments, *self._where()]
        done = subprocess.run(
            command, cwd=TOP, env=self._environment(), input=given, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode != 0:
            raise Failed(f"netario-collector {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def create_admin(self, name: str) -> str:
        """Its password, made here."""
        password = secrets.token_urlsafe(12)
        self.run("create-admin", name, "--password-stdin", given=password + "\n")
        return password

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> "CollectorProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _where(self) -> list[str]:
        return ["--data", str(self.data), *(["--database", self.database] if self.database else [])]

    @staticmethod
    def _environment() -> Mapping[str, str]:
        # no proxy of the machine's may stand between a test and its own collector
        return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        with httpx.Client(trust_env=False, timeout=2.0) as client:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    break
                try:
                    if client.get(f"{self.url}/healthz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.1)  # it is not there yet
        self.stop()
        raise Failed(f"the collector did not start. Its log ends:\n{self.log.read_text(errors='replace')[-2000:]}")

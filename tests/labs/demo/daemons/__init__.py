"""What runs on a host: one file a daemon, named as the daemon, found by the name that ``truth.toml`` gives.

Each module has ``prepare(host, lab) -> Sequence[Program]``. It runs as root inside the host, whose ``/etc``, ``/var`` and ``/run`` are
its own, so that each daemon has its settings where its manual says. A program stays in the foreground; its output is its log.
"""

import importlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from tests.labs.demo.truth import Host, Truth


@dataclass(frozen=True, slots=True)
class Lab:
    truth: Truth
    directory: Path
    """The starter's directory as hosts see it: keys, logs, what was printed."""
    started: datetime

    @property
    def keys(self) -> Path:
        """Where ``keys.make`` has put its files."""
        return self.directory / "keys"


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Daemon(Protocol):
    def prepare(self, host: Host, lab: Lab) -> Sequence[Program]: ...


def named(name: str) -> Daemon:
    return cast(Daemon, importlib.import_module(f"{__name__}.{name}"))


def put(path: str, text: str, mode: int = 0o644) -> Path:
    """Writes a file of the host's own, its folders too."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode)
    file.chmod(mode)
    file.write_text(text, encoding="utf-8")
    return file


def run(*argv: str, text: str = "") -> str:
    """Runs a program to its end and gives what it printed. Raises RuntimeError with its complaint."""
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout

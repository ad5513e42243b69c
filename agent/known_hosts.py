"""Which SSH host keys has this agent seen? A key is recorded at first sight; with another one no login is sent any more.

The certificate of a host that is asked over WinRM or its own HTTPS interface stands here too, as ``tls-certificate``, under its port.

One line a host in ``known_hosts`` of the agent's state folder: ``[address]:port algorithm SHA256:fingerprint``, read and edited by people
too. A fingerprint is no secret. The file is written whole or not at all.
"""

import os
import tempfile
from pathlib import Path
from threading import Lock

from agent.edge import HostKey

FILE = "known_hosts"
_turn = Lock()
"""Keys are noted in the threads of the sessions, each of which writes the whole file."""


def recorded(state_dir: Path, address: str, port: int) -> str:
    """The SHA-256 fingerprint that was recorded; empty: none. OSError where the file cannot be read."""
    return _lines(state_dir).get(_name(address, port), HostKey("", "")).sha256


def record(state_dir: Path, address: str, port: int, key: HostKey) -> None:
    """Keeps a host's key. OSError where the file cannot be written."""
    with _turn:
        _record(state_dir, address, port, key)


def _record(state_dir: Path, address: str, port: int, key: HostKey) -> None:
    hosts = _lines(state_dir)
    if hosts.get(_name(address, port)) == key:
        return
    hosts[_name(address, port)] = key
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "".join(f"{name} {known.algorithm} SHA256:{known.sha256}\n" for name, known in sorted(hosts.items()))
    descriptor, temporary = tempfile.mkstemp(prefix=f".{FILE}-", dir=state_dir)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(state_dir / FILE)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _name(address: str, port: int) -> str:
    return f"[{address}]:{port}"


def _lines(state_dir: Path) -> dict[str, HostKey]:
    try:
        text = (state_dir / FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    words = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {word[0]: HostKey(word[1], word[2].removeprefix("SHA256:")) for word in words if len(word) == 3}

"""The key for the fingerprints of secrets (``shared.configs.secrets``): made once for this agent, never sent, never shown.

32 random bytes in ``fingerprint.key`` of the state folder, mode 0600. With it an equal secret has an equal fingerprint in every report of
this agent; without it nobody can try passwords against a fingerprint. With another key all secrets look changed, so that one which is
there and of no use is never replaced by itself.

Raises OSError where the key can be neither read nor made.
"""

import os
import tempfile
from pathlib import Path

FILE = "fingerprint.key"
KEY_BYTES = 32


def fingerprint_key(state_dir: Path) -> bytes:
    path = state_dir / FILE
    try:
        return _whole(path)
    except FileNotFoundError:
        _make(path)
    return _whole(path)


def _whole(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise OSError(f"{path} does not hold {KEY_BYTES} bytes")
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and never over one that another process has made meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{FILE}-", dir=path.parent)  # which is made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink(missing_ok=True)

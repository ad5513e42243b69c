"""One process at a time: an flock(2) on a file, which the kernel lets go when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import Missing, NetarioError


class Busy(NetarioError):
    """Another process has the lock."""


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 where it is not there. Raises Missing."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Missing(f"{path}: cannot be made: {error.strerror}. Run as root, or set state_dir in the configuration.") from None
    return path


@contextmanager
def locked(path: Path, busy: str, wait: bool = False) -> Iterator[None]:
    """Holds the lock. Where another process has it: waits, or raises Busy with the message ``busy``."""
    private_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}. Run as the user that the agent's folder belongs to.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy(busy) from None
        yield
    finally:
        os.close(handle)

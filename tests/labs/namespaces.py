"""How a process gets namespaces and mounts of its own: unshare(2), setns(2), mount(2) and prctl(2) through ctypes.

Source: the manual pages of section 2, and namespaces(7). Python has ``os.unshare`` and ``os.setns`` only from 3.12 on, and no mount.
Raises OSError with the kernel's errno and what was tried.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEW_MOUNT = 0x00020000
NEW_UTS = 0x04000000
NEW_IPC = 0x08000000
NEW_PID = 0x20000000
NEW_NET = 0x40000000

BIND = 0x1000
RECURSIVE = 0x4000
PRIVATE = 0x40000
NOSUID_NODEV_NOEXEC = 0x2 | 0x4 | 0x8
NOSUID_NODEV = 0x2 | 0x4

_SET_PARENT_DEATH_SIGNAL = 1
_KILL = 9

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(kinds: int) -> None:
    """Leaves the parent's namespaces of these kinds. With ``NEW_PID`` it is the next child that becomes process 1."""
    _checked(_libc.unshare(kinds), "unshare")


def enter(path: Path, kind: int) -> None:
    """Joins the namespace that ``path`` refers to."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _checked(_libc.setns(handle, kind), f"setns {path}")
    finally:
        os.close(handle)


@contextmanager
def inside_net(path: Path) -> Iterator[None]:
    """For this thread: sockets opened within belong to the network namespace at ``path``, and go on belonging to it."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(path, NEW_NET)
        try:
            yield
        finally:
            _checked(_libc.setns(home, NEW_NET), "setns back")
    finally:
        os.close(home)


def mount(source: str, target: Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    arguments = (source.encode(), str(target).encode(), kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None)
    _checked(_libc.mount(*arguments), f"mount {kind or source} on {target}")


def die_with_parent() -> None:
    """SIGKILL for this process as soon as the thread that started it has ended."""
    _checked(_libc.prctl(_SET_PARENT_DEATH_SIGNAL, ctypes.c_ulong(_KILL), 0, 0, 0), "prctl PR_SET_PDEATHSIG")

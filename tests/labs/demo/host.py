"""One host of the network: a process that is process 1 of its own small machine, and ends when one of its daemons does.

It has mount, process, host name and IPC namespaces of its own and the network namespace that ``wiring`` has made. ``/etc`` and ``/var``
are overlays (overlayfs) of the machine's with the upper half in memory, ``/run`` is empty: a daemon finds its package's files there and
leaves nothing behind.
"""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from tests.labs import namespaces
from tests.labs.demo import wiring
from tests.labs.demo.daemons import Lab, Program, named, put
from tests.labs.demo.truth import Host, Truth

_UPPER = Path("/run/upper")
_SYSLOG = Path("/dev/log")


def boot(host: Host, lab: Lab) -> int:
    """Starts the host and gives the process id of its process 1, as this process sees it."""
    home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    namespaces.unshare(namespaces.NEW_PID)
    child = os.fork()
    if child == 0:
        _live(host, lab)
    try:
        namespaces.enter(Path(f"/proc/self/fd/{home}"), namespaces.NEW_PID)
    finally:
        os.close(home)
    return child


def _live(host: Host, lab: Lab) -> NoReturn:
    """The child's whole life. Whatever goes wrong is in the host's log, and ends the host."""
    try:
        _log_to(_log_file(host, lab, "host"))
        namespaces.enter(wiring.NAMESPACES / host.name, namespaces.NEW_NET)
        namespaces.unshare(namespaces.NEW_MOUNT | namespaces.NEW_UTS | namespaces.NEW_IPC)
        socket.sethostname(host.name)
        _own_files(lab.directory)
        _name_files(host, lab.truth)
        _watch(_start(host, lab))
    except BaseException:  # noqa: BLE001  the child of a fork must not return into its parent's code
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _own_files(kept: Path) -> None:
    """``kept`` is the one folder below /run that stays: the starter's."""
    outside = os.open(kept, os.O_PATH | os.O_CLOEXEC)
    namespaces.mount("proc", Path("/proc"), "proc", namespaces.NOSUID_NODEV_NOEXEC)
    namespaces.mount("sysfs", Path("/sys"), "sysfs", namespaces.NOSUID_NODEV_NOEXEC)
    namespaces.mount("tmpfs", Path("/run"), "tmpfs", namespaces.NOSUID_NODEV, "mode=755")
    kept.mkdir(parents=True)
    namespaces.mount(f"/proc/self/fd/{outside}", kept, flags=namespaces.BIND)
    os.close(outside)
    for folder in ("etc", "var"):
        upper, work = _UPPER / folder / "upper", _UPPER / folder / "work"
        upper.mkdir(parents=True)
        work.mkdir()
        namespaces.mount("overlay", Path(f"/{folder}"), "overlay", 0, f"lowerdir=/{folder},upperdir={upper},workdir={work}")
    if _SYSLOG.is_socket():
        namespaces.mount("/dev/null", _SYSLOG, flags=namespaces.BIND)  # nothing of the lab belongs into the machine's own log


def _name_files(host: Host, truth: Truth) -> None:
    put("/etc/hostname", f"{host.name}\n")
    put("/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {host.name}.{truth.domain} {host.name}\n")
    resolver = Path("/etc/resolv.conf")
    resolver.unlink(missing_ok=True)  # often a link into /run
    put(str(resolver), f"search {truth.domain}\nnameserver {truth.dhcp.dns_servers[0]}\n")


def _start(host: Host, lab: Lab) -> dict[int, str]:
    """Process id -> program, of all that the host's daemons consist of."""
    running: dict[int, str] = {}
    for name in host.daemons:
        for program in named(name).prepare(host, lab):
            with _log_file(host, lab, program.name).open("ab") as log:
                process = _spawn(program, log.fileno())
            running[process] = program.name
    return running


def _spawn(program: Program, log: int) -> int:
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)]
    return os.posix_spawnp(program.argv[0], list(program.argv), os.environ | dict(program.environment), file_actions=actions, setsid=True)


def _watch(running: dict[int, str]) -> None:
    """Reaps what ends, as process 1 must; returns when a daemon is among it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    while True:
        for process, status in ended_children():
            if process in running:
                print(f"{running[process]} ended with {os.waitstatus_to_exitcode(status)}", file=sys.stderr, flush=True)
                return
        signal.sigwait({signal.SIGCHLD})


def ended_children() -> Iterator[tuple[int, int]]:
    """Process id and wait status of each child that has ended, without waiting for the others."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if process == 0:
            return
        yield process, status


def _log_file(host: Host, lab: Lab, name: str) -> Path:
    folder = lab.directory / "logs" / host.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def _log_to(file: Path) -> None:
    """From here on this process prints into ``file``, and reads nothing."""
    log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, handle in ((0, nothing), (1, log), (2, log)):
        os.dup2(handle, target)


def log_ends(directory: Path, names: Sequence[str], chars: int = 1500) -> str:
    """The end of each log of these hosts, for a person."""
    files = [file for name in names for file in sorted((directory / "logs" / name).glob("*.log")) if file.stat().st_size]
    return "\n".join(f"--- {file}\n{file.read_text(errors='replace')[-chars:].strip()}" for file in files)

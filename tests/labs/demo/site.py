"""Holds the network: ``python -m tests.labs.demo.site DIRECTORY``, started by ``network.DemoNetwork`` and by nothing else.

Two processes. The outer one waits for the end of its standard input, which is when its starter ends it or dies, even by SIGKILL, and
then kills the inner one; the kernel kills the inner one should the outer one die. The inner one is process 1 of new process, mount,
network, IPC and UTS namespaces: with it the kernel ends every process of the network, and then nothing holds its namespaces and mounts.

Prints a JSON line each: ``{"init": PID}``, then ``{"started_utc": TIME, "hosts": {NAME: PID}}`` or ``{"failed": TEXT}``. PID of a host
is one in the network's own process namespace.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from pydantic import Field

from shared.model import Frozen, Utc
from tests.labs import namespaces
from tests.labs.demo import host, keys, ready, wiring
from tests.labs.demo.daemons import Lab
from tests.labs.demo.truth import load

READY_WITHIN_S = 20.0
INSIDE = Path("/run/lab")
"""Where the starter's directory is for all that is in the network."""
_PAUSE_S = 0.05


class Told(Frozen):
    """All that this process has printed."""

    init: int = 0
    hosts: dict[str, int] = Field(default_factory=dict)
    started_utc: Utc = datetime.min.replace(tzinfo=UTC)
    failed: str = ""


class NotReady(Exception):
    """The network did not come up; the text says what was missing, and what the logs say."""


def _say(**message: object) -> None:
    print(json.dumps(message), flush=True)


def _own_mounts(directory: Path) -> None:
    outside = os.open(directory, os.O_PATH | os.O_CLOEXEC)
    namespaces.mount("none", Path("/"), flags=namespaces.RECURSIVE | namespaces.PRIVATE)
    namespaces.mount("proc", Path("/proc"), "proc", namespaces.NOSUID_NODEV_NOEXEC)
    namespaces.mount("tmpfs", Path("/run"), "tmpfs", namespaces.NOSUID_NODEV, "mode=755")
    INSIDE.mkdir()
    namespaces.mount(f"/proc/self/fd/{outside}", INSIDE, flags=namespaces.BIND)
    os.close(outside)


def _boot_all(lab: Lab) -> dict[str, int]:
    wiring.connect(lab.truth)
    lab.keys.mkdir(mode=0o755, exist_ok=True)
    keys.make(lab.keys, lab.truth, lab.started)
    return {each.name: host.boot(each, lab) for each in lab.truth.hosts}


def _wait_until_ready(lab: Lab, hosts: dict[str, int]) -> None:
    """Raises NotReady when a host ends, or when something does not answer in time."""
    names = {process: name for name, process in hosts.items()}
    waiting = list(ready.checks(lab.truth))
    deadline = time.monotonic() + READY_WITHIN_S
    while waiting:
        dead = [names[process] for process, _ in host.ended_children() if process in names]
        if dead:
            raise NotReady(f"ended: {', '.join(dead)}\n{host.log_ends(lab.directory, dead)}")
        if time.monotonic() > deadline:
            silent = ", ".join(f"{check.host} {check.what}" for check in waiting)
            raise NotReady(
                f"no answer after {READY_WITHIN_S:.0f} s: {silent}\n{host.log_ends(lab.directory, sorted({c.host for c in waiting}))}"
            )
        with namespaces.inside_net(wiring.NAMESPACES / ready.STAND):
            waiting = [check for check in waiting if not check.answers()]
        time.sleep(_PAUSE_S if waiting else 0)


def _inner(directory: Path) -> NoReturn:
    """Process 1. Ends when a host ends: a network that lacks one is not what ``truth.toml`` says."""
    try:
        namespaces.die_with_parent()
        _own_mounts(directory)
        lab = Lab(truth=load(), directory=INSIDE, started=datetime.now(UTC).replace(microsecond=0))
        hosts = _boot_all(lab)
        _wait_until_ready(lab, hosts)
        _say(started_utc=lab.started.isoformat(), hosts=hosts)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        while not any(process in hosts.values() for process, _ in host.ended_children()):
            signal.sigwait({signal.SIGCHLD})
    except NotReady as error:
        _say(failed=str(error))
    except BaseException:  # noqa: BLE001  the child of a fork must not return into its parent's code
        _say(failed=traceback.format_exc())
    os._exit(1)


def _outer(inner: int) -> None:
    """Until standard input ends or the inner process does."""
    handle = os.pidfd_open(inner)
    while True:
        readable, _, _ = select.select([0, handle], [], [])
        if handle in readable or not os.read(0, 4096):
            break
    signal.pidfd_send_signal(handle, signal.SIGKILL)
    os.waitpid(inner, 0)


def main() -> int:
    directory = Path(sys.argv[1])
    kinds = namespaces.NEW_MOUNT | namespaces.NEW_PID | namespaces.NEW_NET | namespaces.NEW_IPC | namespaces.NEW_UTS
    try:
        namespaces.unshare(kinds)
    except OSError as error:
        _say(failed=f"no namespaces here ({error}): the network needs root, and in a container its privileged mode")
        return 1
    inner = os.fork()
    if inner == 0:
        _inner(directory)
    _say(init=inner)
    _outer(inner)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Opens listening sockets, some of them in another network namespace, and hands them to a program.

``python -m tests.labs.listen --socket 127.0.0.1:8080 --socket-in /proc/PID/root/run/netns/internet 203.0.113.1:8080 -- CMD ...``

The program gets them by systemd's socket activation (sd_listen_fds(3)): descriptors from 3 on in the order of the command line,
``LISTEN_FDS`` their number, ``LISTEN_PID`` its own process id. So a collector can be reached from inside a lab although no packet
can leave the lab: a socket belongs to the namespace that it was opened in, whoever holds it.
"""

import argparse
import fcntl
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from tests.labs.namespaces import inside_net

FIRST_DESCRIPTOR = 3
BACKLOG = 128


def address(text: str) -> tuple[str, int]:
    """``127.0.0.1:8080`` or ``[::1]:8080``. ValueError otherwise."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is no address to listen on. Write it like 127.0.0.1:8080 or [::1]:8080.")
    return host.removeprefix("[").removesuffix("]"), int(port)


def listening(where: tuple[str, int], namespace: Path | None = None) -> socket.socket:
    """A socket that listens at ``where``, in ``namespace`` if one is given. Raises OSError."""
    family = socket.AF_INET6 if ":" in where[0] else socket.AF_INET
    with inside_net(namespace) if namespace else nullcontext():
        listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(where)
    listener.listen(BACKLOG)
    return listener


def hand_over(sockets: Sequence[socket.socket], command: Sequence[str]) -> None:
    """Becomes ``command``, with the sockets as descriptors 3, 4, ... Raises OSError where it cannot be started."""
    past_all = FIRST_DESCRIPTOR + len(sockets)
    # first out of the way of the places that they are to take, as dup2 closes what is there
    parked = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD_CLOEXEC, past_all) for each in sockets]
    for descriptor, handle in enumerate(parked, start=FIRST_DESCRIPTOR):
        os.dup2(handle, descriptor, inheritable=True)
    os.environ["LISTEN_FDS"] = str(len(sockets))
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.execvp(command[0], list(command))  # noqa: S606  the caller's own command line, no shell


class _AddSocket(argparse.Action):
    """Keeps both kinds of sockets in one list, so that the descriptors follow the command line's order."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None) -> None:
        words = [values] if isinstance(values, str) else [str(word) for word in values] if isinstance(values, list) else []
        try:
            where = address(words[-1])
        except ValueError as error:
            parser.error(str(error))
        namespace.sockets.append((where, Path(words[0]) if len(words) == 2 else None))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.labs.listen", description=(__doc__ or "").splitlines()[0])
    parser.set_defaults(sockets=[])
    parser.add_argument("--socket", metavar="ADDRESS:PORT", action=_AddSocket, help="listen there, here")
    parser.add_argument(
        "--socket-in", metavar=("NAMESPACE", "ADDRESS:PORT"), nargs=2, action=_AddSocket, help="listen there, in a network namespace"
    )
    parser.add_argument("command", nargs="+", metavar="-- COMMAND", help="the program that gets the sockets")
    asked = parser.parse_args()
    try:
        hand_over([listening(where, namespace) for where, namespace in asked.sockets], asked.command)
    except OSError as error:
        print(f"listen: {error}", file=sys.stderr)
    return 3


if __name__ == "__main__":
    sys.exit(main())

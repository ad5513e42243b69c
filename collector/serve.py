"""Listens and serves until told to stop: on an address of its own, or on the sockets that systemd holds for it.

Source: sd_listen_fds(3) (``LISTEN_PID``, ``LISTEN_FDS``; the first descriptor is 3). SIGTERM and SIGINT let requests that run come to
their end, for at most ``GRACE_S``. Raises BadInput for an address that cannot be listened on.
"""

import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from types import FrameType

import uvicorn
from fastapi import FastAPI

from shared.errors import BadInput

FIRST_DESCRIPTOR = 3
BACKLOG = 512
GRACE_S = 20
KEEP_ALIVE_S = 15


def sockets(host: str, port: int, environment: Mapping[str, str]) -> list[socket.socket]:
    """Those that systemd gave, else one that is bound to the address."""
    given = environment.get("LISTEN_FDS", "")
    if environment.get("LISTEN_PID") == str(os.getpid()) and given.isdigit() and int(given):
        return [socket.socket(fileno=descriptor) for descriptor in range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + int(given))]
    return [bound(host, port)]


def bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise BadInput(f"cannot listen on {host}:{port}: {error.strerror}. Choose another address with --listen.") from None
    return listener


def described(listener: socket.socket) -> str:
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"


def serve(app: FastAPI, listeners: list[socket.socket]) -> None:
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _ended)  # uvicorn takes them while it serves, and raises them once more when it has ended
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S, proxy_headers=True, forwarded_allow_ips="127.0.0.1,::1",
        )
    )  # fmt: skip
    server.run(sockets=listeners)


def _ended(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def log_to_standard_error() -> None:
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="time=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s", force=True
    )
    for quiet in ("apscheduler", "alembic", "uvicorn"):
        logging.getLogger(quiet).setLevel(logging.WARNING)

"""The printer's print ports (LPD, IPP, raw): what is sent there would come out on paper, so every byte of it is kept.

``python -m tests.labs.demo.daemons.print_jobs FOLDER PORT ...`` accepts on each port, writes what arrives to ``FOLDER/PORT`` and sends
nothing. A file is there, empty, before its port is open.
"""

import selectors
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program
from tests.labs.demo.truth import Host

FOLDER = "printed"
_READ_BYTES = 65_536


def _accept(listener: socket.socket, paper: Path, ready: selectors.BaseSelector) -> None:
    connection, _ = listener.accept()
    ready.register(connection, selectors.EVENT_READ, paper)


def _print(connection: socket.socket, paper: Path, ready: selectors.BaseSelector) -> None:
    try:
        received = connection.recv(_READ_BYTES)
    except ConnectionError:
        received = b""
    if received:
        with paper.open("ab") as sheet:
            sheet.write(received)
    else:
        ready.unregister(connection)
        connection.close()


def serve(folder: Path, ports: Sequence[int]) -> None:
    ready = selectors.DefaultSelector()
    for port in ports:
        paper = folder / str(port)
        paper.touch()
        ready.register(socket.create_server(("", port)), selectors.EVENT_READ, paper)
    while True:
        for key, _ in ready.select():
            if isinstance(key.fileobj, socket.socket):
                is_listener = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                (_accept if is_listener else _print)(key.fileobj, key.data, ready)


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    folder = lab.directory / FOLDER
    folder.mkdir(exist_ok=True)
    ports = [str(port) for port in lab.truth.print_ports]
    return (Program("print_jobs", (sys.executable, "-m", __name__, str(folder), *ports)),)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), [int(word) for word in sys.argv[2:]])

"""A PostgreSQL of the test's own: Debian's binaries, a data folder and a unix socket in a temporary folder, no TCP. Ends with the test."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ADMINISTRATOR = "netario"


def binary(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not there. Install it: apt install postgresql"
    return str(found[-1])


def _owner() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as Debian's user postgres."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []


def _run(*command: str) -> None:
    done = subprocess.run([*_owner(), *command], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, f"{Path(command[0]).name}: {done.stdout}{done.stderr}"


@contextmanager
def postgresql() -> Iterator[Path]:
    """The folder with the socket."""
    top = Path(tempfile.mkdtemp(prefix="netario-pg-"))  # short: a socket's path has room for 107 bytes
    data, log = top / "data", top / "log"
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(top, account.pw_uid, account.pw_gid)
        _run(binary("initdb"), "-D", str(data), "-U", ADMINISTRATOR, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-c listen_addresses= -c unix_socket_directories={top} -c fsync=off -c max_connections=200"
        _run(binary("pg_ctl"), "-D", str(data), "-l", str(log), "-o", options, "-w", "start")
        try:
            yield top
        finally:
            _run(binary("pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(top)


def url(folder: Path, database: str) -> str:
    return f"postgresql+psycopg://{ADMINISTRATOR}@/{database}?host={quote(str(folder), safe='')}"

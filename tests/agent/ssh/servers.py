"""A real OpenSSH server on loopback or in a network namespace, with keys of its own and an account that is the test's own."""

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from agent.edge import SshLogin
from tests.agent.snmp.agents import free_port
from tests.labs.namespaces import inside_net

ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    directory: Path
    port: int
    address: str = ADDRESS
    namespace: Path | None = None

    def login(self, known_host_sha256: str = "") -> SshLogin:
        return SshLogin(getpass.getuser(), None, str(self.directory / "user_key"), known_host_sha256)

    @property
    def fingerprint(self) -> str:
        """As OpenSSH's own tool prints it, without ``SHA256:``."""
        words = subprocess.run(["ssh-keygen", "-lf", str(self.directory / "host_key.pub")], capture_output=True, text=True, check=True)
        return words.stdout.split()[1].removeprefix("SHA256:")

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text(errors="replace")


@contextmanager
def sshd(directory: Path, *settings: str, address: str = ADDRESS, namespace: Path | None = None) -> Iterator[Server]:
    program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    assert program, "install openssh-server: apt install openssh-server"
    directory.mkdir(exist_ok=True)
    for name in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(directory / name)], check=True)
    server = Server(directory, 22 if namespace else free_port(socket.SOCK_STREAM), address, namespace)
    lines = [
        *settings,
        f"Port {server.port}",
        f"ListenAddress {address}",
        f"HostKey {directory}/host_key",
        f"AuthorizedKeysFile {directory}/user_key.pub",
        *("StrictModes no", "PidFile none", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication yes", "LogLevel VERBOSE"),
    ]
    (directory / "config").write_text("\n".join(lines) + "\n")
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    inside = ["ip", "netns", "exec", namespace.name] if namespace else []
    process = subprocess.Popen([*inside, program, "-D", "-f", str(directory / "config"), "-E", str(directory / "log")])
    try:
        _wait_until_open(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_open(server: Server, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 20
    while True:
        try:
            with inside_net(server.namespace) if server.namespace else nullcontext():
                socket.create_connection((server.address, server.port), timeout=1).close()
        except OSError:
            assert process.poll() is None, f"sshd ended: {server.log}"
            assert time.monotonic() < ends, "sshd does not listen"
            time.sleep(0.05)
        else:
            return

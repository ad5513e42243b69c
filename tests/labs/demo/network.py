"""Starts the demo network, runs commands in it, changes it, and ends it.

``with DemoNetwork.started(directory) as net: net.run("netario", "nmap", ...)``. Needs root and the packages of ``packages.txt``.
Raises ``LabFailed``, with the daemon's log, where it does not come up.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.labs.demo import keys, wiring
from tests.labs.demo.daemons import nginx, print_jobs
from tests.labs.demo.site import INSIDE, READY_WITHIN_S, Told
from tests.labs.demo.truth import Port, Truth, load

_TOP = Path(__file__).resolve().parents[3]
_PACKAGES = Path(__file__).with_name("packages.txt")
_END_WITHIN_S = 20.0
_PACKETS_PER_S = 1000
"""The network is nobody's but ours: no need to be as polite as at a client."""
_ADDED_RULE = 'iifname "wan0" oifname "lan0" ip daddr {address} tcp dport 3389 accept comment "{comment}"'
ADDED_RULE_COMMENT = "Remote desktop, for one day"


class LabFailed(Exception):
    """The network did not come up, or a command in it failed; the text says why."""


def missing_packages() -> list[str]:
    """The packages of ``packages.txt`` whose programs are not here."""
    wanted = [line.partition("#")[0].split() for line in _PACKAGES.read_text(encoding="utf-8").splitlines()]
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
    return [words[0] for words in wanted if words and not shutil.which(words[1], path=path)]


@dataclass(slots=True)
class DemoNetwork:
    directory: Path
    """Holds keys, logs and what was printed; stays when the network ends."""
    truth: Truth
    init: int
    """Process id of the process that all of the network hangs on."""
    hosts: dict[str, int]
    """Name -> its process 1, as a process id inside the network."""
    started_utc: datetime
    _opened: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    @contextmanager
    def started(cls, directory: Path) -> Iterator["DemoNetwork"]:
        """The network, up and answering, until the block is left or this process ends."""
        lacking = missing_packages()
        if os.geteuid() != 0:
            raise LabFailed("the demo network needs root: run it with sudo")
        if lacking:
            raise LabFailed(f"not installed: {', '.join(lacking)}. Run: apt-get install {' '.join(lacking)}")
        directory = directory.resolve()
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / "site.log").open("ab") as log:
            site = subprocess.Popen(
                [sys.executable, "-m", "tests.labs.demo.site", str(directory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ
                | {"PYTHONPATH": str(_TOP), "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"},
                umask=0o022,  # the daemons' own accounts must reach their files, whatever the starter keeps to itself
                start_new_session=True,  # Ctrl-C at a terminal is for the starter, which then ends the network
            )
        try:
            told = _told(site, time.monotonic() + READY_WITHIN_S + 10)
            if told.failed:
                raise LabFailed(f"the demo network did not come up: {told.failed}".replace(str(INSIDE), str(directory)))
            yield cls(directory, load(), told.init, told.hosts, told.started_utc)
        finally:
            _end(site)

    def namespace(self, host: str) -> Path:
        """The host's network namespace, as a file to enter."""
        if host not in self.hosts:
            raise LabFailed(f"no host {host!r} in the demo network: it has {', '.join(self.hosts)}")
        return Path(f"/proc/{self.init}/root{wiring.NAMESPACES}/{host}")

    def files(self, host: str) -> Path:
        """The host's own ``/``: its ``/etc``, ``/var`` and ``/run``."""
        self.namespace(host)
        return Path(f"/proc/{self.init}/root/proc/{self.hosts[host]}/root")

    def command(self, host: str, *argv: str) -> list[str]:
        """The command line that runs ``argv`` in the host's network, with the files and the rights of whoever runs it."""
        return ["nsenter", f"--net={self.namespace(host)}", "--", *argv]

    def command_inside(self, host: str, *argv: str) -> list[str]:
        """The same with the host's own files, processes and name, as root: what is done at its keyboard."""
        self.namespace(host)
        into_network = ["nsenter", f"--target={self.init}", "--mount", "--pid", "--root", "--"]
        return [*into_network, "nsenter", f"--target={self.hosts[host]}", *_ALL_OF_A_HOST, "--", *argv]

    def run(self, host: str, *argv: str, timeout_s: float = 60.0) -> str:
        """What the command printed. Raises LabFailed with its complaint."""
        return _run(self.command(host, *argv), timeout_s)

    def run_inside(self, host: str, *argv: str, timeout_s: float = 60.0) -> str:
        return _run(self.command_inside(host, *argv), timeout_s)

    # --- what the agent and the tests need to know

    @property
    def ca_file(self) -> Path:
        return self.directory / "keys" / keys.CA_FILE

    @property
    def ssh_key_file(self) -> Path:
        return self.directory / "keys" / keys.SSH_KEY_FILE

    @property
    def ssh_password(self) -> str:
        return (self.directory / "keys" / keys.SSH_PASSWORD_FILE).read_text()

    def agent_config(self, collector_ca: Path | None = None) -> str:
        """The agent's settings for this network (``agent/config.py``), as TOML."""
        firewall = self.truth.host(self.truth.firewall.host)
        lines = [
            f"state_dir = {json.dumps(str(self.directory / 'agent'))}",
            *(["[collector]", f"ca_file = {json.dumps(str(collector_ca))}"] if collector_ca else []),
            *("[scan]", f'subnets = ["{self.truth.lan}"]', f"packets_per_s = {_PACKETS_PER_S}"),
            f'dns_server = "{self.truth.dhcp.dns_servers[0]}"',
            *("[[snmp]]", 'name = "SNMP, read-only"', f'community = "{self.truth.community}"', f'subnets = ["{self.truth.lan}"]'),
            *("[[ssh]]", 'name = "Firewall, read-only"', 'platform = "linux"', f'hosts = ["{firewall.address}"]'),
            *(f'username = "{self.truth.ssh_user}"', f"key_file = {json.dumps(str(self.ssh_key_file))}"),
        ]
        return "\n".join([*lines, ""])

    def print_bytes(self) -> dict[int, int]:
        """How many bytes each of the printer's ports has been sent."""
        return {port: (self.directory / print_jobs.FOLDER / str(port)).stat().st_size for port in self.truth.print_ports}

    # --- changes, and how to undo them

    def remove_host(self, host: str) -> None:
        """Pulls the host's cable out of the switch. (The switch's recorded tables go on naming it, as a real one's do for minutes.)"""
        self._cable(host, "down")

    def return_host(self, host: str) -> None:
        self._cable(host, "up")

    def _cable(self, host: str, state: str) -> None:
        port = self.truth.host(host).switch_port
        if port is None:
            raise LabFailed(f"{host} is not plugged into the switch")
        self.run(self.truth.switch.name, "ip", "link", "set", wiring.port_name(port), state)

    def open_port(self, host: str, number: int) -> None:
        """Starts one more web server there; returns when it listens."""
        page = self.files(host) / "var/lib/pages/index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.exists():
            page.write_text(f"<!doctype html>\n<title>{host}</title>\n", encoding="utf-8")
        config = f"/run/nginx-{number}.conf"
        text = nginx.settings([Port(number=number, service="http")], host, keys="", log=f"/run/nginx-{number}.log")
        (self.files(host) / config.lstrip("/")).write_text(text, encoding="utf-8")
        self.run_inside(host, "nginx", "-c", config)
        self._opened.add((host, number))

    def close_port(self, host: str, number: int) -> None:
        if (host, number) not in self._opened:
            raise LabFailed(f"port {number} of {host} was not opened by open_port")
        self.run_inside(host, "nginx", "-c", f"/run/nginx-{number}.conf", "-s", "stop")
        self._opened.discard((host, number))

    def add_firewall_rule(self, to_host: str = "web01", comment: str = ADDED_RULE_COMMENT) -> None:
        """Lets remote desktop in from the internet: at the top of the forward chain, as someone in a hurry does it."""
        rule = _ADDED_RULE.format(address=self.truth.host(to_host).address, comment=comment)
        self.run(self.truth.firewall.host, "nft", "insert", "rule", "inet", self.truth.firewall.table, "forward", rule)

    def remove_firewall_rule(self, comment: str = ADDED_RULE_COMMENT) -> None:
        host, table = self.truth.firewall.host, self.truth.firewall.table
        listed = json.loads(self.run(host, "nft", "-j", "list", "chain", "inet", table, "forward"))["nftables"]
        handles = [entry["rule"]["handle"] for entry in listed if "rule" in entry and entry["rule"].get("comment") == comment]
        if not handles:
            raise LabFailed(f"no rule with the comment {comment!r}")
        for handle in handles:
            self.run(host, "nft", "delete", "rule", "inet", table, "forward", "handle", str(handle))


_ALL_OF_A_HOST = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root")


def _run(argv: Sequence[str], timeout_s: float) -> str:
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        raise LabFailed(f"no end after {timeout_s:.0f} s: {' '.join(argv)}") from None
    if done.returncode:
        raise LabFailed(f"{' '.join(argv)} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _told(site: "subprocess.Popen[bytes]", deadline: float) -> Told:
    """What the site says until it is ready. Raises LabFailed."""
    pipe = site.stdout
    if pipe is None:
        raise LabFailed("the demo network was started without a line to hear it by")
    told: dict[str, object] = {}
    text = b""
    while "failed" not in told and not told.keys() >= {"init", "hosts"}:
        if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise LabFailed("the demo network says nothing; see site.log in its directory")
        got = os.read(pipe.fileno(), 65_536)
        if not got:
            raise LabFailed("the demo network ended while it started; see site.log in its directory")
        *lines, text = (text + got).split(b"\n")
        for line in lines:
            told.update(json.loads(line))
    return Told.model_validate(told)


def _end(site: "subprocess.Popen[bytes]") -> None:
    """Lets go of the line that the site hangs on, and waits until the kernel has removed everything."""
    for pipe in (site.stdin, site.stdout):
        if pipe:
            pipe.close()
    try:
        site.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        site.kill()
        site.wait()

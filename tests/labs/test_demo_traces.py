"""The demo client network leaves nothing on the machine, however it ends.  Real daemons, namespaces, root."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.labs.demo.network import DemoNetwork, LabFailed
from tests.labs.demo.truth import load
from tests.labs.waiting import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root: run the tests with sudo")

TRUTH = load()


def _traces(directory: Path) -> set[str]:
    """What of a network can be seen on the machine besides processes. Other tests may be at work on it: only what is a lab's counts."""
    own = [f"/run/netns/{host.name}" for host in TRUTH.hosts] + ["/run/lab", "overlay /etc", "overlay /var", str(directory)]
    mounts = [
        f"{words[words.index('-') + 1]} {words[4]}" for words in map(str.split, Path("/proc/self/mountinfo").read_text().splitlines())
    ]
    links = json.loads(subprocess.run(["ip", "-j", "link"], capture_output=True, check=True).stdout)
    routes = json.loads(subprocess.run(["ip", "-j", "route"], capture_output=True, check=True).stdout)
    macs = {interface.mac for host in TRUTH.hosts for interface in host.interfaces if interface.mac}
    return {
        *(mount for mount in mounts if any(mark in mount for mark in own)),
        *(
            link["ifname"]
            for link in links
            if link.get("address") in macs or re.fullmatch(r"port\d+|lan0|phones0|vrrp5|wan0|wg0|br0|vlan20", link["ifname"])
        ),
        *(route["dst"] for route in routes if route["dst"] in (TRUTH.lan, TRUTH.wan)),
        *(str(path) for path in Path("/run/netns").glob("*") if path.name in {host.name for host in TRUTH.hosts}),
        *(file for file in ("/etc/rsyncd.conf", "/etc/wireguard/wg0.conf", "/run/lab", "/var/vmail") if Path(file).exists()),
    }


def _processes_of(init: int) -> set[int]:
    """``init`` and all that descends from it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(path.name))
    found = [init]
    for process in found:
        found += children.get(process, [])
    return set(found)


def _gone(processes: set[int]) -> bool:
    return not any(Path(f"/proc/{process}").exists() for process in processes)


def test_the_end_leaves_nothing(tmp_path: Path) -> None:
    before = _traces(tmp_path)
    with DemoNetwork.started(tmp_path) as network:
        processes = _processes_of(network.init)
        assert len(processes) > 30
        assert _traces(tmp_path) == before
    assert _gone(processes)
    assert _traces(tmp_path) == before


def test_a_killed_starter_leaves_nothing(tmp_path: Path) -> None:
    before = _traces(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.labs.demo", "up", "--directory", str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as starter:
        told = _told_until_ready(starter)
        init = re.search(r"--net=/proc/(\d+)/root", told)
        assert init, told
        processes = _processes_of(int(init[1]))
        assert len(processes) > 30
        starter.send_signal(signal.SIGKILL)
    until(lambda: _gone(processes), 5)
    assert _traces(tmp_path) == before


def _told_until_ready(starter: "subprocess.Popen[str]") -> str:
    assert starter.stdout
    lines = []
    for line in starter.stdout:
        lines.append(line)
        if line.startswith("Ready"):
            break
    return "".join(lines)


def test_a_daemon_that_fails_ends_the_start_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "printed").write_text("in the way of the printer's folder")
    with pytest.raises(LabFailed, match=r"(?s)ended: prn01.*prn01/host\.log.*FileExistsError"), DemoNetwork.started(tmp_path):
        pytest.fail("it came up")

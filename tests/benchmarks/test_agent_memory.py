"""How much memory does a whole scan of a /22 take that is half alive?  ``pytest -s`` shows the figures.

A kernel answers for 512 addresses: ARP, ICMP, and RST from every port; its limit on ICMP messages is lifted, as 512 machines would have 512
of them. Every probe runs, without a limit on packets, but for ``names``: half a minute of waiting for multicast DNS that nobody here
speaks, which holds no memory (110 MB with it). Measured are the agent's own peak (VmHWM), and its children's (nmap) beside it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.probes import all_probes
from tests.agent.conftest import Segment

pytestmark = pytest.mark.slow

LIMIT_BYTES = 150_000_000
ALIVE = 512
SUBNET = "10.104.0.0/22"
PATIENCE_S = 240.0
EVERY = ",".join(probe.NAME for probe in all_probes() if probe.NAME != "names")


@pytest.fixture
def half_alive(segment: Segment) -> Segment:
    addresses = [f"10.104.{i // 256}.{i % 256}" for i in range(1, 1024, 2)]
    batch = "\n".join(f"route add local {address}/32 dev lo" for address in addresses)
    subprocess.run(["ip", "-n", segment.far.name, "-batch", "-"], input=batch, text=True, check=True)
    for name, address in ((segment.agent.name, "10.104.0.2/22"), (segment.far.name, "10.104.0.1/22")):
        subprocess.run(["ip", "-n", name, "addr", "add", address, "dev", "eth0"], check=True)
    lifted = "cd /proc/sys/net/ipv4; echo 0 > icmp_ratelimit; echo 1000000 > icmp_msgs_per_sec; echo 1000000 > icmp_msgs_burst"
    subprocess.run(["ip", "netns", "exec", segment.far.name, "sh", "-c", lifted], check=True)
    return segment


def test_a_whole_scan_of_a_22_half_alive(half_alive: Segment, tmp_path: Path) -> None:
    report, config = tmp_path / "report.json", tmp_path / "agent.toml"
    config.write_text(f'state_dir = "{tmp_path / "state"}"\n')
    words = ["scan", "--config", str(config), "--subnet", SUBNET, "--rate", "0", "--yes", "--only", EVERY, "--output", str(report)]
    started = time.monotonic()
    with (tmp_path / "said").open("w") as said:
        command = ["ip", "netns", "exec", half_alive.agent.name, sys.executable, "-m", "agent", *words]
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=Path(__file__).parents[2])
        try:
            own_bytes, children_bytes = peaks(process, started + PATIENCE_S)
        finally:
            process.kill()
            process.wait()
    assert process.returncode in (0, 1), (tmp_path / "said").read_text()
    found = {
        seen["address"]
        for outcome in json.loads(report.read_text())["outcomes"]
        for seen in outcome.get("observations", ())
        if seen["type"] == "ports_examined"
    }
    took_s = time.monotonic() - started
    print(f"\n/22 half alive, {len(found)} hosts, {took_s:.0f} s: agent {own_bytes / 1e6:.0f} MB, children {children_bytes / 1e6:.0f} MB")
    assert len(found) >= ALIVE
    assert own_bytes < LIMIT_BYTES


def peaks(process: subprocess.Popen[bytes], until: float) -> tuple[int, int]:
    """The process' peak, and the most that its children had at one time, while it runs."""
    own = children = 0
    while process.poll() is None and time.monotonic() < until:
        own = max(own, memory_bytes(process.pid, "VmHWM"))
        children = max(children, sum(memory_bytes(child, "VmRSS") for child in descendants(process.pid)))
        time.sleep(0.1)
    return own, children


def descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = [int(word) for word in task.read_text().split()]
        except OSError:
            continue  # it has ended meanwhile
        for child in found:
            yield child
            yield from descendants(child)


def memory_bytes(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)

"""How fast is the ARP sweep beside Debian's ``arp-scan``, in the same namespaces, one after the other?  ``pytest -s`` shows the figures.

A kernel answers for whole ranges: local routes on the far side make it the owner of every address of them. arp-scan's time is that of its
process, which reads its tables of makers first (0.15 s); ours is that of the sweep, in a process that runs.
"""

import asyncio
import ipaddress
import shutil
import subprocess
import time

import pytest

from agent.config import ScanSettings
from agent.edge.scapy_arp import ScapyArp
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("arp-scan"), reason="arp-scan, the reference, is not installed"),
]

DEFAULT_RATE = 500
"""arp-scan's own default: 256 kbit/s of frames of 64 octets."""
LIFTED = ("-i", "1u")


@pytest.fixture
def ranges(segment: Segment) -> Segment:
    """10.100.0.0/24 half alive, 10.101.0.0/20 all alive, 10.102.0.0/19 half alive, all on the agent's cable."""
    half_alive = [f"route add local 10.100.0.{i}/32 dev lo" for i in range(1, 256, 2)]
    batch = "\n".join([*half_alive, "route add local 10.101.0.0/20 dev lo", "route add local 10.102.0.0/20 dev lo"])
    subprocess.run(["ip", "-n", segment.far.name, "-batch", "-"], input=batch, text=True, check=True)
    for name, address in ((segment.agent.name, "10.96.0.2/12"), (segment.far.name, "10.96.0.3/12")):
        subprocess.run(["ip", "-n", name, "addr", "add", address, "dev", "eth0"], check=True)
    return segment


def ours(segment: Segment, prefix: str, packets_per_s: int) -> tuple[float, int]:
    addresses = [str(address) for address in ipaddress.ip_network(prefix)]
    with inside_net(segment.agent):
        started = time.monotonic()
        found = asyncio.run(ScapyArp().sweep(addresses, "eth0", "10.96.0.2", packets_per_s))
        return time.monotonic() - started, len(found)


def theirs(segment: Segment, prefix: str, *options: str) -> tuple[float, int]:
    started = time.monotonic()
    words = ["ip", "netns", "exec", segment.agent.name, "arp-scan", "-I", "eth0", "-x", *options, prefix]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    return time.monotonic() - started, len({line.split("\t")[0] for line in lines if line})


@pytest.mark.parametrize(
    ("name", "prefix", "alive", "rate", "options", "limit"),
    [
        ("/24 half alive, both at 500 a second", "10.100.0.0/24", 128, DEFAULT_RATE, (), 1.5),
        ("/20 all alive, both without a limit", "10.101.0.0/20", 4096, 0, LIFTED, 2.0),
        ("/19 half alive, both without a limit", "10.102.0.0/19", 4096, 0, LIFTED, 2.0),
    ],
)
def test_a_sweep_beside_arp_scan(
    ranges: Segment, name: str, prefix: str, alive: int, rate: int, options: tuple[str, ...], limit: float
) -> None:
    reference_s, their_count = theirs(ranges, prefix, *options)
    own_s, our_count = ours(ranges, prefix, rate)
    print(f"\n{name}: {own_s:.2f} s, arp-scan {reference_s:.2f} s, ratio {own_s / reference_s:.2f}")
    assert our_count == their_count == alive
    assert own_s <= limit * reference_s


def test_the_usual_rate_is_polite(ranges: Segment) -> None:
    rate = ScanSettings().packets_per_s
    assert 100 <= rate <= 200
    took_s, found = ours(ranges, "10.100.0.0/25", rate)
    asked = 128 + 64  # those that answer once, the others twice
    print(f"\n/25 half alive at the usual {rate} a second: {took_s:.2f} s, {asked / took_s:.0f} requests a second")
    assert found == 64 and asked / took_s <= rate * 1.05

"""How long does a whole scan of the demo network take, against nmap's version scan of the same hosts plus a walk of each SNMP device?

Both in the same run, on the same machine. Our scan is a first one, without any state, and does far more: ARP, names, UDP services, the
firewall over SSH, certificates. nmap is given our list of ports, which is an eighth of its own, and the addresses that are in use. It takes
minutes over the printer's silent ports: so the test is run where ``NETARIO_BENCHMARKS`` is set.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from agent.edge.nmap_process import read
from agent.probes.ports import USUAL_PORTS
from shared.observation import PortSeen
from tests.labs.demo.network import DemoNetwork

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
    pytest.mark.skipif("NETARIO_BENCHMARKS" not in os.environ, reason="it takes five minutes: set NETARIO_BENCHMARKS to run it"),
]

TOP = Path(__file__).parents[2]
AT_MOST = 1 / 3
Ports = dict[tuple[str, int], tuple[str, str]]
"""(address, number) -> (service, product)"""


@dataclass(frozen=True)
class Timed:
    seconds: float
    ports: Ports


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoNetwork]:
    with DemoNetwork.started(tmp_path_factory.mktemp("network")) as network:
        yield network


def scanned(network: DemoNetwork, folder: Path, rate: int | None) -> Timed:
    config, output = folder / "agent.toml", folder / f"report-{rate}.json"
    config.write_text(network.agent_config().replace("packets_per_s = 1000\n", ""), encoding="utf-8")
    words = ["scan", "--config", str(config), "--output", str(output), *([] if rate is None else ["--rate", str(rate)])]
    started = time.monotonic()
    done = subprocess.run(
        network.command("netario", sys.executable, "-m", "agent", *words), cwd=TOP, capture_output=True, text=True, timeout=300, check=False
    )
    seconds = time.monotonic() - started
    assert done.returncode in (0, 1), done.stderr
    ports: Ports = {}
    for outcome in json.loads(output.read_text())["outcomes"]:
        for seen in outcome["observations"]:
            if seen["type"] == "port_seen" and seen["protocol"] == "tcp":
                place = (seen["address"], seen["number"])
                if place not in ports or seen.get("product"):
                    ports[place] = (seen.get("service", ""), seen.get("product", ""))
    return Timed(seconds, ports)


def by_nmap(network: DemoNetwork, seen_by_nmap: list[PortSeen]) -> float:
    """nmap's version scan, and a walk of each SNMP device: seconds."""
    started = time.monotonic()
    hosts = [host.address for host in network.truth.lan_hosts]
    xml = network.run("netario", "nmap", "-sS", "-sV", "-n", "-p", USUAL_PORTS, "-oX", "-", *hosts, timeout_s=600)
    for host in network.truth.lan_hosts:
        if host.snmp:
            walk = ["snmpbulkwalk", "-v2c", "-c", network.truth.community, "-On", "-Cr20", host.address, ".1"]
            network.run("netario", *walk, timeout_s=120)
    seconds = time.monotonic() - started
    tree = ElementTree.fromstring(xml)  # noqa: S314 - written by nmap
    for host in tree.iter("host"):
        (address,) = (a.get("addr", "") for a in host.iter("address") if a.get("addrtype") == "ipv4")
        alone = xml[: xml.index("<host ")] + ElementTree.tostring(host, encoding="unicode") + xml[xml.index("<runstats") :]
        seen_by_nmap += read(alone, address, examined=True)[1]
    return seconds


def test_a_whole_scan_takes_a_third_of_nmap_s_time_and_finds_no_less(network: DemoNetwork, tmp_path: Path) -> None:
    without_limit = scanned(network, tmp_path, 0)
    polite = scanned(network, tmp_path, None)
    seen: list[PortSeen] = []
    reference_s = by_nmap(network, seen)
    print(
        f"\nnmap -sS -sV and snmpbulkwalk {reference_s:.1f} s; first scan without a limit {without_limit.seconds:.1f} s "
        f"({without_limit.seconds / reference_s:.2f}); second scan at the default rate {polite.seconds:.1f} s "
        f"({polite.seconds / reference_s:.2f})"
    )
    for ours in (without_limit.ports, polite.ports):
        assert {(port.address, port.number) for port in seen} <= ours.keys()
        less = [p for p in seen if p.product and not ours[p.address, p.number][1]]
        other = [p for p in seen if p.service and p.product and ours[p.address, p.number][0] != p.service]
        assert (less, other) == ([], [])
    assert without_limit.seconds <= reference_s * AT_MOST

"""A site with hostile hosts: each bad answer is an outcome, the scan ends in time, and the ordinary host is whole.

The hostile hosts are synthetic, the ordinary one runs real daemons; all in network namespaces, scanned once. Needs root.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.probes import all_probes
from collector.core.inventory import build_inventory
from collector.core.merge import fold
from shared.inventory import Device, Inventory
from shared.observation import AddressSeen, PortSeen
from shared.outcome import Outcome, State
from shared.report import Report
from tests.labs import hostile_site as lab
from tests.labs.collector_process import TOP

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")]

# a lone machine takes a fifth of it
SCAN_WITHIN_S = 150
_FAILED = {State.SILENT, State.DENIED, State.UNSUPPORTED, State.UNPARSED, State.PARTIAL}


@dataclass(frozen=True)
class Scanned:
    report: Report
    inventory: Inventory
    seconds: float
    peak_bytes: int
    said: str

    def outcome(self, probe: str, target: str) -> Outcome:
        found = [o for o in self.report.outcomes if (o.probe, o.target) == (probe, target)]
        assert len(found) == 1, f"{probe} of {target}: {found}"
        return found[0]

    def device(self, address: str) -> Device:
        return next(device for device in self.inventory.devices if address in {held.address for held in device.addresses})


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    directory = tmp_path_factory.mktemp("hostile")
    config, output = directory / "agent.toml", directory / "report.json"
    config.write_text(_config(directory))
    with lab.hostile_site(directory) as site:
        began = time.monotonic()
        agent = [sys.executable, "-m", "agent", "scan", "--config", str(config), "--output", str(output)]
        timed = [sys.executable, "-c", _TIMED, *agent]
        done = subprocess.run(
            site.command(lab.AGENT, *timed), cwd=TOP, capture_output=True, text=True, timeout=SCAN_WITHIN_S + 60, check=False
        )
        seconds = time.monotonic() - began
    assert done.returncode in (0, 1), done.stderr
    report = Report.model_validate_json(output.read_bytes())
    peak_bytes = int(done.stderr.rpartition("peak ")[2])
    yield Scanned(report, build_inventory(fold([report])), seconds, peak_bytes, done.stderr)


# without nmap, which takes 80 s to see that nobody speaks on the host that answers every port, and without the minute of listening
_PROBES = [probe.NAME for probe in all_probes() if probe.NAME not in {"services", "neighbourhood"}]
_TIMED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, file=sys.stderr)
sys.exit(code)
"""


def _config(directory: Path) -> str:
    v2c = ", ".join(json.dumps(f"{a}/32") for a in lab.HOSTS if a != lab.WRONG_KEY)
    return f"""
state_dir = {json.dumps(str(directory / "agent"))}
[scan]
subnets = ["{lab.SUBNET}"]
only = {json.dumps(_PROBES)}
ports = "{lab.PORTS}"
packets_per_s = 2000
host_packets_per_s = 0
[[snmp]]
name = "lab"
community = "{lab.COMMUNITY}"
subnets = [{v2c}]
[[snmp]]
name = "lab v3"
user = "{lab.USER}"
auth = "SHA"
auth_password = "not-the-right-password"
subnets = ["{lab.WRONG_KEY}/32"]
"""


def test_the_scan_ends_in_time_and_no_probe_breaks(scanned: Scanned) -> None:
    assert scanned.report.complete
    assert scanned.seconds < SCAN_WITHIN_S
    assert [(o.probe, o.target, o.detail) for o in scanned.report.outcomes if o.state is State.BROKEN] == []
    assert "Traceback" not in scanned.said


def test_floods_stay_out_of_memory(scanned: Scanned) -> None:
    assert scanned.peak_bytes < 400_000_000


def test_the_ordinary_host_is_whole(scanned: Scanned) -> None:
    assert scanned.outcome("snmp", lab.ORDINARY).state is State.ANSWERED
    device = scanned.device(lab.ORDINARY)
    assert (device.title, device.location) == ("ordinary", "Sala server")
    assert [(port.number, port.service) for port in device.ports if port.protocol == "tcp"] == [(80, "http")]
    assert "eth0" in {interface.name for interface in device.interfaces}


@pytest.mark.parametrize("address", lab.HOSTS)
def test_synthetic_hosts_are_one_device_each(scanned: Scanned, address: str) -> None:
    if address == lab.ZERO_MAC:
        return  # whether it is one is the ARP probe's and the merge's to say: see below
    holders = [device for device in scanned.inventory.devices if address in {held.address for held in device.addresses}]
    assert len(holders) == 1


@pytest.mark.parametrize(
    ("address", "states"),
    [
        (lab.WRONG_COMMUNITY, {State.SILENT}),
        (lab.WRONG_KEY, {State.DENIED}),
        (lab.TRUNCATED, {State.SILENT, State.UNPARSED, State.PARTIAL}),
        (lab.ENDLESS, {State.PARTIAL, State.ANSWERED, State.SILENT}),
    ],
)
def test_synthetic_snmp_faults_are_outcomes(scanned: Scanned, address: str, states: set[State]) -> None:
    outcome = scanned.outcome("snmp", address)
    assert outcome.state in states, outcome.detail
    assert outcome.state is State.ANSWERED or outcome.detail


def test_a_synthetic_endless_table_is_bounded(scanned: Scanned) -> None:
    assert len(scanned.outcome("snmp", lab.ENDLESS).observations) < 200_000


@pytest.mark.parametrize("address", [lab.FLOOD, lab.NOT_UTF_8, lab.TAR_PIT])
def test_synthetic_talkers_leave_short_and_printable_texts(scanned: Scanned, address: str) -> None:
    texts = [
        value
        for outcome in scanned.report.outcomes
        if outcome.target == address
        for observation in outcome.observations
        for value in observation.model_dump().values()
        if isinstance(value, str)
    ]
    assert all(len(text) <= 1024 and text.isprintable() for text in texts)
    numbers = {
        o.number for outcome in scanned.report.outcomes for o in outcome.observations if isinstance(o, PortSeen) and o.address == address
    }
    assert numbers, "its open ports are known all the same"


def test_a_synthetic_host_with_every_port_open_is_told_so(scanned: Scanned) -> None:
    ports = {port.number for port in scanned.device(lab.EVERY_PORT).ports if port.protocol == "tcp"}
    assert len(ports) > 5 or any("every" in o.detail for o in scanned.report.outcomes if o.target == lab.EVERY_PORT)


def test_a_synthetic_zero_mac_address_names_nobody(scanned: Scanned) -> None:
    told = [o for outcome in scanned.report.outcomes for o in outcome.observations if isinstance(o, AddressSeen)]
    assert all(seen.mac != "00:00:00:00:00:00" for seen in told)
    assert all(held.mac != "00:00:00:00:00:00" for device in scanned.inventory.devices for held in device.addresses)

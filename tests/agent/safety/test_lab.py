"""The rules on a real wire: a whole scan in a network namespace, every frame that leaves it looked at. Needs root."""

import asyncio
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.config import Settings
from agent.edge.iproute import this_machine
from agent.edge.real import real_edges
from agent.execute import Event, Executed, execute
from agent.probes import all_probes
from agent.safety.breaker import Rhythm
from agent.safety.print_ports import PRINT_PORTS
from agent.scan import REAL_CLOCK
from tests.agent.conftest import Segment
from tests.agent.safety.capture import captured
from tests.labs.namespaces import inside_net

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root: run the tests with sudo")

WRITERS = ("arp", "ports", "udp", "names", "greetings", "http", "smb", "services", "certificates", "snmp")
"""The probes that ask hosts, one by one; those that listen or ask a group take their time and write to no port."""
QUICK = Rhythm(every_s=0.2, wait_s=0.2, pause_s=0.5)


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def scanned(segment: Segment, state_dir: Path, only: tuple[str, ...] = (), watch: Any = lambda event: None, **scan: Any) -> Executed:
    probes = [probe for probe in all_probes() if not only or probe.NAME in only]
    config = Settings.model_validate({"state_dir": str(state_dir), "scan": {"subnets": ["10.99.0.0/24"], **scan}})
    with inside_net(segment.agent):
        machine = this_machine()
        return asyncio.run(execute(config, probes, real_edges(), machine, REAL_CLOCK, asyncio.Event(), {}, watch, QUICK))


@contextmanager
def listening(segment: Segment, *ports: int) -> Iterator[list[tuple[int, bytes]]]:
    """TCP servers on the far machine that say nothing; what they are sent."""
    got: list[tuple[int, bytes]] = []
    ended = threading.Event()

    def serve(server: socket.socket) -> None:
        while not ended.is_set():
            try:
                taken, _ = server.accept()
            except TimeoutError:
                continue
            with taken:
                taken.settimeout(0.5)
                try:
                    got.append((server.getsockname()[1], taken.recv(1024)))
                except OSError:
                    continue

    servers = []
    with inside_net(segment.far):
        for port in ports:
            servers.append(socket.create_server(("0.0.0.0", port)))
            servers[-1].settimeout(0.1)
    threads = [threading.Thread(target=serve, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        for server in servers:
            server.close()


def test_no_octet_reaches_a_print_port(segment: Segment, tmp_path: Path) -> None:
    ports = "80,515,631,9100-9112"
    with listening(segment, 80, *PRINT_PORTS) as got, captured(segment.agent) as capture:
        scanned(segment, tmp_path, WRITERS, packets_per_s=0, ports=ports, exclude=["10.99.0.1", "10.99.0.7", "10.99.0.128/25"])
    data = {frame.port for frame in capture.frames if frame.is_tcp_data}
    assert not data & PRINT_PORTS and 80 in data, "port 80 was asked what it is, the others were not"
    assert not [octets for port, octets in got if port in PRINT_PORTS and octets]
    assert not capture.to("10.99.0.7") and not capture.to("10.99.0.200")
    assert capture.to("10.99.0.99")


def test_after_the_maker_is_known_nothing_more_is_sent(segment: Segment, tmp_path: Path) -> None:
    mac = "00:0e:8c:00:00:01"
    _ip("-n", segment.far.name, "link", "set", "eth0", "address", mac)
    with captured(segment.agent) as capture:
        done = scanned(segment, tmp_path, WRITERS, packets_per_s=0, exclude=["vendor:Siemens"])
    # a multicast question goes to nobody in particular
    told = [frame for frame in capture.frames if frame.is_ip and frame.to in segment.neighbours]
    assert not told and capture.frames
    assert {line.split(":")[0] for line in done.not_done} >= set(segment.neighbours)


def test_no_second_has_more_packets_than_the_site_is_allowed(segment: Segment, tmp_path: Path) -> None:
    _ip("-n", segment.agent.name, "route", "add", "default", "via", "10.99.0.1")
    with captured(segment.agent) as capture:
        done = scanned(segment, tmp_path, ("arp", "ports"), subnets=["10.99.0.0/25"], packets_per_s=100, ports="1-30")
    assert done.complete and len(capture.frames) > 250
    assert capture.most_in_a_second() <= 120
    assert not [line for line in done.not_done if "gateway" in line], "a gateway that is well stops nothing"


def test_a_gateway_that_goes_away_ends_the_scan_and_keeps_what_was_seen(segment: Segment, tmp_path: Path) -> None:
    _ip("-n", segment.agent.name, "route", "add", "default", "via", "10.99.0.1")

    def break_it(event: Event) -> None:
        if event.probe == "arp" and event.done:
            _ip("-n", segment.far.name, "addr", "del", "10.99.0.1/24", "dev", "eth0")
            _ip("-n", segment.agent.name, "neigh", "flush", "dev", "eth0")

    only = ("arp", "ports")
    done = scanned(segment, tmp_path, only, break_it, subnets=["10.99.0.0/28"], packets_per_s=100, ports="1-2000")
    assert not done.complete and done.why_incomplete.startswith("the gateway 10.99.0.1 lost ")
    assert any("at half the rate" in line for line in done.not_done)
    assert [outcome.target for outcome in done.outcomes if outcome.probe == "arp" and outcome.observations] == ["10.99.0.0/28"]

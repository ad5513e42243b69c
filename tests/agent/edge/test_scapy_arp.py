"""The ARP sweep against a real kernel in a namespace, with arp-scan as the second opinion where it is installed."""

import asyncio
import ipaddress
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence

import pytest
from scapy.compat import raw
from scapy.layers.l2 import ARP, Ether

from agent.edge.scapy_arp import NO_RAW_SOCKETS, ScapyArp, raw_sockets_lacking
from shared.errors import Unreachable
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

ALL = [str(host) for host in ipaddress.ip_network("10.99.0.0/24").hosts()]


def sweep(segment: Segment, addresses: Sequence[str] = ALL, packets_per_s: int = 0, interface: str = "eth0") -> dict[str, set[str]]:
    with inside_net(segment.agent):
        return asyncio.run(ScapyArp().sweep(addresses, interface, segment.own, packets_per_s))


def far(segment: Segment, *words: str) -> str:
    return subprocess.run(["ip", "netns", "exec", segment.far.name, *words], check=True, capture_output=True, text=True).stdout


def test_every_neighbour_is_found_and_nobody_else(segment: Segment) -> None:
    mac = far(segment, "cat", "/sys/class/net/eth0/address").strip()
    assert sweep(segment) == {address: {mac} for address in segment.neighbours}


@pytest.mark.skipif(not shutil.which("arp-scan"), reason="arp-scan, the second opinion, is not installed")
def test_arp_scan_finds_the_same(segment: Segment) -> None:
    command = ["ip", "netns", "exec", segment.agent.name, "arp-scan", "-I", "eth0", "-x", "10.99.0.0/24"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    theirs = {line.split("\t")[0]: {line.split("\t")[1]} for line in lines if line}
    assert theirs and sweep(segment) == theirs


def test_a_24_takes_four_seconds_at_the_usual_pace_and_keeps_to_it(segment: Segment) -> None:
    before = _received(segment)
    started = time.monotonic()
    assert len(sweep(segment, packets_per_s=150)) == len(segment.neighbours)
    took_s = time.monotonic() - started
    requests = _received(segment) - before
    assert took_s <= 4.0
    assert requests <= 2 * len(ALL) - len(segment.neighbours) + 20, "those that have answered are not asked again"
    assert requests <= 150 * (took_s - 0.4) + 20


def test_two_machines_with_one_address_are_both_kept(segment: Segment) -> None:
    """A second interface on the same cable, by macvlan, with an address that the first has too."""
    far(segment, "ip", "link", "add", "twin", "link", "eth0", "type", "macvlan", "mode", "bridge")
    far(segment, "ip", "link", "set", "twin", "up")
    assert sweep(segment, ["10.99.0.7"]).keys() == {"10.99.0.7"}
    # without arp_ignore every interface answers for every address of the machine: the conflict of two boxes, in one
    assert len(sweep(segment, ["10.99.0.7"])["10.99.0.7"]) == 2


def test_an_address_that_has_answered_is_not_asked_again(segment: Segment) -> None:
    many = [f"10.99.0.{i}" for i in range(100, 140)]
    far(segment, "sh", "-c", "".join(f"ip addr add {address}/24 dev eth0; " for address in many))
    before = _received(segment)
    assert len(sweep(segment, [*many, "10.99.0.77"])) == len(many)
    # 40 that answer, one that is silent twice; the rest is what a kernel says of itself now and then
    assert len(many) + 2 <= _received(segment) - before <= len(many) + 12


def test_a_lost_answer_is_made_good_by_the_second_pass(segment: Segment) -> None:
    """The first request meets nobody: the address comes up between the two passes."""
    late = threading.Timer(0.2, far, (segment, "ip", "addr", "add", "10.99.0.60/24", "dev", "eth0"))
    late.start()
    found = sweep(segment, ["10.99.0.60"])
    late.join()
    assert found.keys() == {"10.99.0.60"}


def test_what_was_not_asked_is_not_reported(segment: Segment) -> None:
    """A host that tells, unasked, of an address of its choice."""
    claim = bytes(raw(Ether(dst="ff:ff:ff:ff:ff:ff") / ARP(op=2, hwsrc="00:1b:21:00:00:99", psrc="10.99.0.88", pdst=segment.own)))
    with inside_net(segment.far):
        liar = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with liar:
        liar.bind(("eth0", 0))
        again = threading.Timer(0.2, lambda: [liar.send(claim) for _ in range(20)])
        again.start()
        found = sweep(segment, ["10.99.0.7", "10.99.0.8"])
        again.join()
    assert found.keys() == {"10.99.0.7"}


def test_a_large_range_without_a_limit_takes_seconds(segment: Segment) -> None:
    many = [str(address) for address in ipaddress.ip_network("10.99.0.0/20")]
    started = time.monotonic()
    assert sweep(segment, many).keys() == set(segment.neighbours)
    assert time.monotonic() - started < 5


def test_an_interface_that_is_not_there_is_said(segment: Segment) -> None:
    with pytest.raises(Unreachable, match="interface eth9"):
        sweep(segment, interface="eth9")


def test_an_interface_that_is_down_is_said(segment: Segment) -> None:
    subprocess.run(["ip", "-n", segment.agent.name, "link", "set", "eth0", "down"], check=True)
    with pytest.raises(Unreachable, match="ARP cannot be sent"):
        sweep(segment)


def test_without_the_right_to_raw_sockets_it_says_what_to_do() -> None:
    def refused(*_: object) -> object:
        raise PermissionError

    assert raw_sockets_lacking(refused) == NO_RAW_SOCKETS  # type: ignore[arg-type]  # a socket that is never made
    assert raw_sockets_lacking() == ""


def _received(segment: Segment) -> int:
    return int(far(segment, "cat", "/sys/class/net/eth0/statistics/rx_packets"))

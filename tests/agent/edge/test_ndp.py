"""Neighbour discovery against a real kernel's IPv6 in a namespace."""

import asyncio
import subprocess
import time

import pytest

from agent.edge.ndp import PacketNdp
from shared.errors import Unreachable, Unsupported
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net


def run(segment: Segment, *commands: str, agent: bool = False) -> str:
    name = segment.agent.name if agent else segment.far.name
    return subprocess.run(
        ["ip", "netns", "exec", name, "sh", "-ec", "; ".join(commands)], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def ipv6(segment: Segment) -> Segment:
    """Both ends have their link-local address, at once instead of after a second of asking around, and one in 2001:db8:99::/64."""
    at_once = ("ip link set eth0 down", "echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad", "ip link set eth0 up")
    run(segment, *at_once, "ip addr add 2001:db8:99::2/64 dev eth0 nodad", agent=True)
    run(segment, *at_once, "ip addr add 2001:db8:99::7/64 dev eth0 nodad")
    for agent in (True, False):
        for _ in range(100):
            if "tentative" not in (shown := run(segment, "ip -6 addr show dev eth0", agent=agent)) and "fe80::" in shown:
                break
            time.sleep(0.1)
    return segment


def neighbours(segment: Segment, interface: str = "eth0") -> dict[str, set[str]]:
    with inside_net(segment.agent):
        return asyncio.run(PacketNdp().neighbours(interface, 0.5))


def link_local(segment: Segment) -> str:
    return next(word.split("/")[0] for word in run(segment, "ip -6 addr show dev eth0").split() if word.startswith("fe80::"))


def mac(segment: Segment) -> str:
    return run(segment, "cat /sys/class/net/eth0/address").strip()


def test_the_far_machine_shows_its_address_of_the_link_and_of_the_prefix(ipv6: Segment) -> None:
    assert neighbours(ipv6) == {"2001:db8:99::7": {mac(ipv6)}, link_local(ipv6): {mac(ipv6)}}


def test_a_host_that_ignores_echoes_to_all_answers_an_option_that_it_does_not_know(ipv6: Segment) -> None:
    run(ipv6, "echo 1 > /proc/sys/net/ipv6/icmp/echo_ignore_multicast", "echo 1 > /proc/sys/net/ipv6/icmp/echo_ignore_all")
    assert neighbours(ipv6).keys() >= {link_local(ipv6)}


def test_a_single_address_is_solicited_and_nobody_else_is_reported(ipv6: Segment) -> None:
    run(ipv6, "ip addr add 2001:db8:99::8/64 dev eth0 nodad")
    with inside_net(ipv6.agent):
        found = asyncio.run(PacketNdp().solicit(["2001:db8:99::8", "2001:db8:99::9"], "eth0", 0))
    assert found == {"2001:db8:99::8": {mac(ipv6)}}


def test_an_address_of_no_prefix_here_does_not_count(ipv6: Segment) -> None:
    """It would be a router's other leg, or made up."""
    run(ipv6, "ip addr del 2001:db8:99::7/64 dev eth0", "ip addr add 2001:db8:dead::7/64 dev eth0 nodad")
    run(ipv6, "ip -6 route add 2001:db8:99::/64 dev eth0")
    run(ipv6, "ip -6 route add 2001:db8:dead::/64 dev eth0", agent=True)
    assert neighbours(ipv6).keys() == {link_local(ipv6)}


def test_without_ipv6_and_without_the_interface_it_says_so(segment: Segment) -> None:
    run(segment, "echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6", agent=True)
    with pytest.raises(Unsupported, match="eth0 has no IPv6"):
        neighbours(segment)
    with pytest.raises(Unsupported):
        neighbours(segment, "eth9")


def test_an_interface_that_went_down_is_said(ipv6: Segment) -> None:
    run(ipv6, "echo 1 > /proc/sys/net/ipv6/conf/eth0/keep_addr_on_down", "ip link set eth0 down", agent=True)
    with pytest.raises((Unreachable, Unsupported)):
        neighbours(ipv6)

"""Who answers ICMP or TCP, asked of a real kernel in a namespace, across a route."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Sequence

import pytest

from agent.edge.liveness import PACKETS_A_SILENT_ADDRESS, PORTS, RawLiveness
from shared.errors import Unreachable, Unsupported
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The far machine is on the same computer: nobody need wait for it long."""
    monkeypatch.setattr("agent.edge.liveness.ROUND_S", 0.06)
    monkeypatch.setattr("agent.edge.liveness.LAST_ANSWER_S", 0.2)


@pytest.fixture
def routed(segment: Segment) -> Segment:
    """The far machine has 10.50.0.0/28 behind it; the agent's machine has a route there. .1 to .7 are alive."""
    far(segment, *(f"ip route add local 10.50.0.{i}/32 dev lo" for i in range(1, 8)), "ip route add unreachable 10.50.0.0/28")
    subprocess.run(["ip", "-n", segment.agent.name, "route", "add", "10.50.0.0/28", "via", "10.99.0.1"], check=True)
    return segment


def far(segment: Segment, *commands: str) -> str:
    words = ["ip", "netns", "exec", segment.far.name, "sh", "-ec", "; ".join(commands)]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def sweep(segment: Segment, addresses: Sequence[str], packets_per_s: int = 0) -> dict[str, str]:
    with inside_net(segment.agent):
        return asyncio.run(RawLiveness().sweep(addresses, packets_per_s))


ALL = [f"10.50.0.{i}" for i in range(1, 15)]
ALIVE = ALL[:7]


def test_who_answers_an_echo_is_alive(routed: Segment) -> None:
    assert sweep(routed, ALL) == dict.fromkeys(ALIVE, "icmp")


def test_where_echo_is_dropped_a_closed_port_shows_the_host(routed: Segment) -> None:
    far(routed, "echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all")
    assert sweep(routed, ALL) == dict.fromkeys(ALIVE, f"tcp/{PORTS[0]}")


def test_an_address_that_has_answered_is_left_alone_and_a_silent_one_is_asked_in_two_passes(routed: Segment) -> None:
    before = _received(routed)
    assert sweep(routed, [*ALIVE, "10.50.0.9"]).keys() == set(ALIVE)
    asked = _received(routed) - before
    # seven that answer at once, one that never does; the rest is what kernels say of themselves now and then
    assert len(ALIVE) + PACKETS_A_SILENT_ADDRESS <= asked <= len(ALIVE) + PACKETS_A_SILENT_ADDRESS + 10


def test_no_connection_is_opened(routed: Segment) -> None:
    """The port that answers sees its half-open connection reset by the kernel that never asked for it."""
    far(routed, "echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all")
    with inside_net(routed.far):
        server = socket.create_server(("10.50.0.1", 443))
    with server:
        assert sweep(routed, ["10.50.0.1"]) == {"10.50.0.1": "tcp/443"}
        server.settimeout(0.3)
        with pytest.raises(TimeoutError):
            server.accept()


def test_it_keeps_to_the_pace(routed: Segment) -> None:
    started = time.monotonic()
    sweep(routed, ALL[7:10], packets_per_s=20)
    assert time.monotonic() - started >= 1.4, "0.8 s of listening, and ten times two packets that wait for their turn"


def test_without_a_route_it_says_so(segment: Segment) -> None:
    with pytest.raises(Unreachable, match=r"no route to 10\.77\.0\.1"):
        sweep(segment, ["10.77.0.1"])


def test_ipv6_is_not_swept_and_nobody_is_nobody(segment: Segment) -> None:
    assert sweep(segment, []) == {}
    with pytest.raises(Unsupported):
        sweep(segment, ["2001:db8::1"])


def test_the_round_trip_is_measured_and_a_loss_is_none(segment: Segment) -> None:
    async def measured() -> list[float | None]:
        return [await RawLiveness().round_trip_s(address, 0.5) for address in ("10.99.0.1", "10.99.0.77", "10.77.0.1", "::1")]

    subprocess.run(["ip", "-n", segment.agent.name, "link", "set", "lo", "up"], check=True)
    with inside_net(segment.agent):
        there, silent, no_route, by_ipv6 = asyncio.run(measured())
    assert there is not None and 0 < there < 0.5 and by_ipv6 is not None
    assert silent is None and no_route is None


def _received(segment: Segment) -> int:
    return int(far(segment, "cat /sys/class/net/eth0/statistics/rx_packets"))

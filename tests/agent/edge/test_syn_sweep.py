"""The SYN sweep against real hosts in namespaces: shut, lossy, rate-limited, dropping, lying and dying ones."""

import asyncio
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from agent.edge import PortAnswer
from agent.edge.syn_sweep import SynSweep, listed, written
from shared.errors import Unreachable
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

Result = TypeVar("Result")
OPEN = (22, 80, 8080, 9100)

# four listeners that write down every byte that they are sent
_FAR = """
import select, socket, sys
held = [socket.create_server(("", port)) for port in map(int, sys.argv[2].split(","))]
held.append(socket.create_server(("::", 443), family=socket.AF_INET6))
print("ready", flush=True)
while True:
    for listener in select.select(held, [], [])[0]:
        line, _ = listener.accept()
        open(sys.argv[1], "ab").write(b"<connected>")
"""


@pytest.fixture
def served(segment: Segment, tmp_path: Path) -> Iterator[Path]:
    """The file that tells of connections that were made whole."""
    accepted = tmp_path / "accepted"
    command = ["ip", "netns", "exec", segment.far.name, sys.executable, "-c", _FAR, str(accepted), ",".join(map(str, OPEN))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as far:
        assert far.stdout and far.stdout.readline() == "ready\n"
        yield accepted
        far.kill()


def inside(segment: Segment, question: Callable[[], Result]) -> Result:
    with inside_net(segment.agent):
        return question()


def scan(segment: Segment, address: str, ranges: str, packets_per_s: int = 0, deadline_s: float = 60) -> PortAnswer | None:
    return inside(segment, lambda: asyncio.run(SynSweep().scan(address, ranges, packets_per_s, deadline_s)))


def rules(segment: Segment, text: str) -> None:
    table = f"table inet synthetic {{\n{text}\n}}\n"
    subprocess.run(["ip", "netns", "exec", segment.far.name, "nft", "-f", "-"], input=table, text=True, check=True)


def found(answer: PortAnswer | None) -> list[int]:
    assert answer is not None
    return [port.number for port in answer.ports]


def test_open_ports_are_found_and_no_connection_is_ever_made(segment: Segment, served: Path) -> None:
    answer = scan(segment, "10.99.0.7", "20-100,8080,9100-9112")
    assert answer and answer.ranges == "20-100,8080,9100-9112"
    told = [(port.number, port.service, port.examined) for port in answer.ports]
    assert told == [(22, "ssh", False), (80, "http", False), (8080, "http-proxy", False), (9100, "jetdirect", False)]
    time.sleep(0.2)
    assert not served.exists()


def test_all_ports_of_a_host_at_once(segment: Segment, served: Path) -> None:
    assert found(scan(segment, "10.99.0.7", "1-65535")) == list(OPEN)


def test_ipv6(segment: Segment, served: Path) -> None:
    for namespace, address in ((segment.agent, "2001:db8::2"), (segment.far, "2001:db8::1")):
        subprocess.run(["ip", "-n", namespace.name, "addr", "add", f"{address}/64", "dev", "eth0", "nodad"], check=True)
    assert found(scan(segment, "2001:db8::1", "22,80,443,445")) == [443]


def test_the_machine_s_own_ports(segment: Segment) -> None:
    with inside_net(segment.agent), socket.create_server(("", 2222)):
        assert found(asyncio.run(SynSweep().scan(segment.own, "22,2222", 0, 30))) == [2222]


def test_one_that_is_gone_is_told_from_one_that_drops_everything(segment: Segment, served: Path) -> None:
    rules(segment, "chain i { type filter hook input priority 0; ip daddr 10.99.0.99 drop; }")

    async def both() -> list[PortAnswer | None]:
        sweep = SynSweep()
        return list(await asyncio.gather(*(sweep.scan(f"10.99.0.{host}", "22,80", 0, 30) for host in (55, 99))))

    assert inside(segment, lambda: asyncio.run(both())) == [None, PortAnswer("22,80", ())]


def test_an_address_without_a_way_to_it_is_said(segment: Segment) -> None:
    with pytest.raises(Unreachable, match="no way to"):
        scan(segment, "192.0.2.1", "22")


@pytest.mark.parametrize("seed", range(2))
def test_recall_is_whole_where_a_fifth_of_all_packets_is_lost(segment: Segment, served: Path, seed: int) -> None:
    rules(segment, "chain i { type filter hook input priority 0; numgen random mod 100 < 20 drop; }")
    assert found(scan(segment, "10.99.0.7", "1-120,8080,9100")) == list(OPEN)


def test_recall_is_whole_where_a_host_answers_for_closed_ports_only_so_often(segment: Segment, served: Path) -> None:
    rules(segment, "chain o { type filter hook output priority 0; tcp flags & rst == rst limit rate over 60/second burst 5 packets drop; }")
    assert found(scan(segment, "10.99.0.7", "1-80,8080,9100")) == list(OPEN)


@pytest.mark.parametrize("words", ["icmpx type admin-prohibited", "tcp reset"])
def test_a_firewall_that_says_no_is_believed_at_once(segment: Segment, served: Path, words: str) -> None:
    rules(segment, f"chain i {{ type filter hook input priority 0; meta l4proto tcp tcp dport != 22 reject with {words}; }}")
    assert found(scan(segment, "10.99.0.7", "22,80")) == [22]


def test_a_host_that_answers_every_port(segment: Segment, served: Path) -> None:
    rules(segment, "chain p { type nat hook prerouting priority -100; meta l4proto tcp redirect to :80; }")
    assert len(found(scan(segment, "10.99.0.7", "1-300"))) == 300


def test_a_host_that_dies_in_the_middle_keeps_what_was_learned(segment: Segment, served: Path) -> None:
    def dies() -> None:
        rules(segment, "chain i { type filter hook input priority 0; drop; }")

    timer = threading.Timer(0.6, dies)
    timer.start()
    answer = scan(segment, "10.99.0.7", "22,100-200,8080", packets_per_s=100)
    timer.join()
    assert found(answer) == [22]
    assert answer and "8080" not in answer.ranges


def test_the_pace_is_that_of_all_hosts_together(segment: Segment) -> None:
    async def both() -> None:
        sweep = SynSweep()
        await asyncio.gather(*(sweep.scan(f"10.99.0.{host}", "1-40", 50, 30) for host in (1, 7)))

    started = time.monotonic()
    inside(segment, lambda: asyncio.run(both()))
    assert time.monotonic() - started > 1.4, "80 packets at 50 a second"


def test_a_host_has_a_pace_of_its_own_beside_that_of_all(segment: Segment) -> None:
    async def timed() -> float:
        started = time.monotonic()
        assert await SynSweep().scan("10.99.0.7", "1-40", 1000, 60, host_packets_per_s=40)
        return time.monotonic() - started

    assert inside(segment, lambda: asyncio.run(timed())) > 0.9


def test_out_of_time_is_not_taken_for_shut(segment: Segment) -> None:
    answer = scan(segment, "10.99.0.7", "1-1000", packets_per_s=50, deadline_s=1.0)
    assert answer and 10 < len(listed(answer.ranges)) < 60


def test_a_scan_that_is_given_up_closes_its_sockets(segment: Segment) -> None:
    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    async def given_up() -> int:
        before = handles()
        asking = asyncio.create_task(SynSweep().scan("10.99.0.7", "1-60000", 50, 600))
        await asyncio.sleep(0.3)
        assert handles() > before
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return handles() - before

    assert inside(segment, lambda: asyncio.run(given_up())) == 0


def test_without_the_right_to_raw_sockets_it_says_so(segment: Segment) -> None:
    code = (
        "import asyncio; from agent.edge.syn_sweep import SynSweep; from shared.errors import Missing\n"
        "try: asyncio.run(SynSweep().scan('127.0.0.1', '22', 0, 5))\nexcept Missing as error: print(error)"
    )
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", code]
    done = subprocess.run(["ip", "netns", "exec", segment.agent.name, *bare], capture_output=True, text=True, check=False)
    assert "CAP_NET_RAW" in done.stdout, done.stderr


def test_a_thousand_hosts_at_once_need_little_memory(segment: Segment) -> None:
    """Addresses of a prefix that the far machine holds as a whole. Measured in this process: the peak may only rise."""
    subprocess.run(["ip", "-n", segment.far.name, "route", "add", "local", "10.98.0.0/16", "dev", "lo"], check=True)
    subprocess.run(["ip", "-n", segment.agent.name, "route", "add", "10.98.0.0/16", "via", "10.99.0.1"], check=True)

    async def all_of_them() -> int:
        sweep = SynSweep()
        answers = await asyncio.gather(*(sweep.scan(f"10.98.{i // 250}.{i % 250}", "1-120", 0, 60) for i in range(1000)))
        return sum(len(listed(answer.ranges)) for answer in answers if answer)

    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert inside(segment, lambda: asyncio.run(all_of_them())) == 120_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 40_000


def test_ranges() -> None:
    assert listed("80,22-24,23") == [22, 23, 24, 80]
    assert written([22, 23, 24, 80, 443, 444]) == "22-24,80,443-444" and written([1]) == "1"

"""How fast are SNMP walks beside net-snmp's ``snmpbulkwalk``, and what do they cost?  ``pytest -s`` shows the figures.

Sixty addresses of real snmpd processes on loopback, each a synthetic switch of 48 ports besides its own system and addresses. Both clients
ask for the same subtrees with 20 repetitions, twenty devices at once, on the same cores as the daemons; only the clients' CPU is counted.
"""

import asyncio
import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.edge import SnmpLogin
from agent.edge.snmp_devices import Devices
from agent.edge.snmp_edge import SnmpOverUdp
from agent.edge.snmp_session import Patience
from agent.probes.snmp import WHO, ask_device
from shared.secret import Secret
from tests.agent.snmp.agents import COMMUNITY, free_port, wait_until_bound

pytestmark = pytest.mark.slow

DAEMONS, ADDRESSES_EACH, AT_ONCE, TURNS = 6, 10, 20, 3
ROUNDS = 3
"""Other work on the machine only ever makes it slower: one round in which it holds shows that it does."""
LOGIN = SnmpLogin(community=Secret(COMMUNITY))
SUBTREES = {
    "system": (1, 3, 6, 1, 2, 1, 1),
    "interfaces": (1, 3, 6, 1, 2, 1, 2),
    "ifMIB": (1, 3, 6, 1, 2, 1, 31),
    "ip": (1, 3, 6, 1, 2, 1, 4),
    "bridge": (1, 3, 6, 1, 2, 1, 17),
    "LLDP": (1, 0, 8802, 1, 1, 2),
    "ENTITY": (1, 3, 6, 1, 2, 1, 47),
}
NUMBER, TEXT = "integer", "octet_str"


@dataclass(frozen=True)
class Figures:
    rows: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.rows + other.rows, self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)

    def told(self, name: str, devices: int) -> str:
        cpu_ms = 1000 * self.cpu_s / devices
        return f"{name:<34} {devices / self.wall_s:7.1f} devices/s  {cpu_ms:6.2f} ms CPU a device  {self.rows / devices:6.0f} rows a device"


def synthetic_switch(ports: int = 52, macs: int = 100, neighbours: int = 4, modules: int = 12) -> Iterator[str]:
    """snmpd's words for what a switch would say."""
    columns = {1: NUMBER, 2: TEXT, 3: NUMBER, 4: NUMBER, 5: NUMBER, 6: TEXT, 7: NUMBER, 8: NUMBER, 9: NUMBER}
    columns |= dict.fromkeys((10, 11, 12, 13, 14, 16, 17, 18, 19, 20), "counter")
    yield from table("1.3.6.1.2.1.2.2.1", columns, [str(n) for n in range(1, ports + 1)])
    names = {1: TEXT, 2: "counter", 3: "counter", 4: "counter", 5: "counter", 15: NUMBER, 16: NUMBER, 17: NUMBER, 18: TEXT}
    yield from table("1.3.6.1.2.1.31.1.1.1", names, [str(n) for n in range(1, ports + 1)])
    yield from table("1.3.6.1.2.1.17.4.3.1", {1: TEXT, 2: NUMBER, 3: NUMBER}, [f"0.27.33.170.{n}.{n}" for n in range(1, macs + 1)])
    remote = {4: NUMBER, 5: TEXT, 6: NUMBER, 7: TEXT, 8: TEXT, 9: TEXT, 10: TEXT, 11: TEXT, 12: TEXT}
    yield from table("1.0.8802.1.1.2.1.4.1.1", remote, [f"0.{n}.1" for n in range(1, neighbours + 1)])
    parts = {2: TEXT, 4: NUMBER, 5: NUMBER, 6: NUMBER, 7: TEXT, 8: TEXT, 9: TEXT, 10: TEXT, 11: TEXT, 12: TEXT, 13: TEXT, 16: NUMBER}
    yield from table("1.3.6.1.2.1.47.1.1.1.1", parts, [str(n) for n in range(1, modules + 1)])


def table(entry: str, columns: dict[int, str], rows: list[str]) -> Iterator[str]:
    for column, kind in columns.items():
        for number, index in enumerate(rows, start=1):
            value = f'"synthetic value {number}"' if kind == TEXT else str(number)
            yield f"override {entry}.{column}.{index} {kind} {value}"


@contextmanager
def daemon(folder: Path, ports: list[int]) -> Iterator[None]:
    program = shutil.which("snmpd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    assert program, "install snmpd: apt install snmpd"
    folder.mkdir()
    config = folder / "conf"
    config.write_text("\n".join([f"rocommunity {COMMUNITY} 127.0.0.1", *synthetic_switch()]) + "\n")
    own_tables_off = "-ifTable,ifXTable,interface"
    listen = ",".join(f"udp:127.0.0.1:{port}" for port in ports)
    argv = [program, "-f", "-Lf", str(folder / "log"), "-C", "-c", str(config), "-p", str(folder / "pid"), "-I", own_tables_off, listen]
    process = subprocess.Popen(argv, env={"SNMP_PERSISTENT_DIR": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    try:
        wait_until_bound(ports[-1], process)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    folder = tmp_path_factory.mktemp("switches")
    with ExitStack() as running:
        found: list[int] = []
        for number in range(DAEMONS):
            own = [free_port(socket.SOCK_DGRAM) for _ in range(ADDRESSES_EACH)]
            running.enter_context(daemon(folder / str(number), own))
            found += own
        yield found


def by_snmpbulkwalk(ports: list[int]) -> Figures:
    program = shutil.which("snmpbulkwalk")
    assert program, "install snmpbulkwalk: apt install snmp"

    def device(port: int) -> int:
        rows = 0
        for root in SUBTREES.values():
            # no MIB files and numbers only: the cheapest that it can be
            argv = [program, "-v2c", "-c", COMMUNITY, "-m", "", "-Onq", "-Cr20", f"127.0.0.1:{port}", ".".join(map(str, root))]
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=True)
            rows += sum(not line.endswith(b"OID") for line in done.stdout.splitlines())
        return rows

    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = sum(pool.map(device, ports))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Figures(rows, time.monotonic() - started, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def by_us(ports: list[int], chosen: bool) -> Figures:
    """``chosen``: what the probe asks for, which is less than whole subtrees and more of them."""
    edge = SnmpOverUdp(Patience(5, timeout_s=5), Devices())

    async def device(port: int, free: asyncio.Semaphore) -> int:
        async with free, edge.session("127.0.0.1", port, LOGIN) as session:
            first = await session.get(WHO)
            assert first
            if chosen:
                walked = await ask_device(session, first)
                assert walked.failures == []
                return len(walked.binds)
            return sum([1 for root in SUBTREES.values() async for _ in session.walk(root, 100_000)])

    async def all_of_them() -> int:
        free = asyncio.Semaphore(AT_ONCE)
        return sum(await asyncio.gather(*(device(port, free) for port in ports)))

    cpu, started = time.process_time(), time.monotonic()
    rows = asyncio.run(all_of_them())
    return Figures(rows, time.monotonic() - started, time.process_time() - cpu)


def test_walks_are_as_fast_as_net_snmp_s_at_half_the_cpu(ports: list[int]) -> None:
    by_us(ports[::ADDRESSES_EACH], chosen=False)  # everybody's caches are warm
    for _ in range(ROUNDS):
        theirs, ours, probe = measured(ports)
        assert abs(ours.rows - theirs.rows) < 0.02 * theirs.rows, "the same rows"
        assert ours.rows > 1500 * len(ports), "as many as a switch of 48 ports has"
        if all(it.wall_s <= theirs.wall_s and it.cpu_s <= 0.5 * theirs.cpu_s for it in (ours, probe)):
            return
    pytest.fail("slower than snmpbulkwalk, or more than half of its CPU time, in every round")


def measured(ports: list[int]) -> tuple[Figures, Figures, Figures]:
    """snmpbulkwalk's, ours over the same subtrees, and the probe's. In turns, so that other work on the machine meets all of them."""
    theirs = ours = probe = Figures()
    for turn in range(TURNS):
        part = ports[turn::TURNS]
        theirs, ours, probe = theirs + by_snmpbulkwalk(part), ours + by_us(part, chosen=False), probe + by_us(part, chosen=True)
    print(f"\n{theirs.told('snmpbulkwalk, 7 subtrees', len(ports))}")
    print(ours.told("netario, the same subtrees", len(ports)))
    print(probe.told("netario, what the probe asks", len(ports)))
    print(f"pace {theirs.wall_s / ours.wall_s:.2f} times snmpbulkwalk's, CPU {ours.cpu_s / theirs.cpu_s:.2f} of its")
    return theirs, ours, probe

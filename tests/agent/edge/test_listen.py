"""What real daemons say unasked, overheard on the other end of a cable: lldpd by LLDP and CDP, dnsmasq and udhcpc by DHCP."""

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.edge import Frame
from agent.edge.listen import PacketListen
from agent.frames import cdp, dhcp, lldp
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.errors import Unparsed, Unreachable
from tests.agent.conftest import Segment
from tests.labs.namespaces import inside_net

PATIENCE_S = 20.0
SYSTEM = "Synthetic switch 48, version 1.2"


def heard(segment: Segment, enough: Callable[[list[Frame]], bool]) -> list[Frame]:
    async def listening() -> list[Frame]:
        frames: list[Frame] = []
        started = time.monotonic()
        while not enough(frames) and time.monotonic() - started < PATIENCE_S:
            frames += await PacketListen().listen(["eth0"], 0.3)
        return frames

    with inside_net(segment.agent):
        return asyncio.run(listening())


@contextmanager
def running(segment: Segment, *words: str) -> Iterator[None]:
    process = subprocess.Popen(
        ["ip", "netns", "exec", segment.far.name, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """lldpd gives its rights away before it looks for its own socket: others must be able to enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def far(segment: Segment, *commands: str) -> str:
    words = ["ip", "netns", "exec", segment.far.name, "sh", "-ec", "; ".join(commands)]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(not shutil.which("lldpd"), reason="lldpd is not installed")
def test_a_switch_is_heard_by_lldp_and_cdp(segment: Segment, open_dir: Path) -> None:
    mac = far(segment, "cat /sys/class/net/eth0/address").strip()
    both = lambda frames: {frame.octets[:6] for frame in frames} >= {cdp.GROUP, bytes.fromhex("0180c200000e")}  # noqa: E731
    with running(segment, "lldpd", "-d", "-l", "-cc", "-u", str(open_dir / "socket"), "-I", "eth0", "-S", SYSTEM):
        frames = heard(segment, both)
    by_lldp = next(lldp.read(frame.octets, frame.interface) for frame in frames if frame.octets[:6] != cdp.GROUP)
    by_cdp = next(cdp.read(frame.octets, frame.interface) for frame in frames if frame.octets[:6] == cdp.GROUP)
    assert by_lldp and by_cdp
    assert (by_lldp.local_port, by_lldp.chassis_mac, by_lldp.port_description, by_lldp.description) == ("eth0", mac, "eth0", SYSTEM)
    assert (by_cdp.local_port, by_cdp.port_id, by_cdp.name) == ("eth0", "eth0", by_lldp.name) and SYSTEM in by_cdp.description
    assert by_lldp.addresses and set(by_lldp.addresses) <= {*segment.neighbours} and by_cdp.addresses == by_lldp.addresses[:1]


@pytest.mark.skipif(not (shutil.which("dnsmasq") and shutil.which("udhcpc")), reason="dnsmasq and udhcpc are not installed")
def test_a_dhcp_client_and_its_server_are_heard(segment: Segment, tmp_path: Path) -> None:
    for name in ("server", "phone"):  # two machines on the segment, by macvlan
        far(segment, f"ip link add {name} link eth0 type macvlan mode bridge", f"ip link set {name} up")
    far(segment, "ip addr add 10.98.0.1/24 dev server")
    macs = {name: far(segment, f"cat /sys/class/net/{name}/address").strip() for name in ("server", "phone")}
    server = (
        *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=server", "--bind-interfaces", "--no-ping"),
        *("--dhcp-range=10.98.0.50,10.98.0.60,1h", "--dhcp-option=option:router,10.98.0.254", "--domain=office.example"),
        *(f"--dhcp-leasefile={tmp_path / 'leases'}", "--user=root", f"--pid-file={tmp_path / 'pid'}", "--dhcp-authoritative"),
    )
    client = ("udhcpc", "-f", "-B", "-i", "phone", "-s", "/bin/true", "-t", "20", "-T", "1", "-x", "hostname:phone-7", "-V", "synthetic-14")
    with running(segment, *server), running(segment, *client):
        frames = heard(segment, lambda frames: {type(told) for told in _dhcp(frames)} == {DhcpClientSeen, DhcpServerSeen})
    clients = [told for told in _dhcp(frames) if isinstance(told, DhcpClientSeen)]
    servers = [told for told in _dhcp(frames) if isinstance(told, DhcpServerSeen) and told.mac]
    assert {(c.mac, c.name, c.vendor_class) for c in clients} == {(macs["phone"], "phone-7", "synthetic-14")}
    assert all({1, 3, 6} <= set(c.parameters) for c in clients), "it asks for mask, router and DNS servers"
    assert servers and {(s.server, s.mac, s.gateway, s.domain, s.lease_s) for s in servers} == {
        ("10.98.0.1", macs["server"], "10.98.0.254", "office.example", 3600)
    }


def _dhcp(frames: list[Frame]) -> Iterator[DhcpClientSeen | DhcpServerSeen]:
    for frame in frames:
        try:
            yield from dhcp.read(frame.octets, frame.interface)
        except Unparsed:
            continue


def test_nothing_else_wakes_the_agent(segment: Segment) -> None:
    """Pings, ARP and UDP to other ports pass by unseen."""

    async def listening() -> list[Frame]:
        listen = asyncio.create_task(PacketListen().listen(["eth0"], 0.6))
        await asyncio.sleep(0.1)
        for port in (53, 68, 1900):
            sender.sendto(b"synthetic", (segment.own, port))
        return await listen

    with inside_net(segment.far):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender, inside_net(segment.agent):
        frames = asyncio.run(listening())
    assert [frame.octets[36:38] for frame in frames] == [(68).to_bytes(2)]


def test_where_no_interface_can_be_listened_to_it_says_so(segment: Segment) -> None:
    with inside_net(segment.agent):
        with pytest.raises(Unreachable, match="eth9"):
            asyncio.run(PacketListen().listen(["eth9"], 0.1))
        assert asyncio.run(PacketListen().listen(["eth0", "eth9"], 0.1)) == []

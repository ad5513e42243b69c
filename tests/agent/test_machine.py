"""From what iproute2 prints to the subnets that are documented, and which of them can be asked by ARP. The JSON is synthetic."""

from typing import Any

import pytest

from agent.config import ScanSettings, Settings
from agent.edge.iproute import read_gateways, read_interfaces, this_machine
from agent.machine import Machine
from agent.probes.host import own_address


def row(name: str, *addresses: str, flags: str = "BROADCAST MULTICAST UP LOWER_UP", link_type: str = "ether") -> dict[str, Any]:
    held = [
        {"family": "inet6" if ":" in a else "inet", "local": a.split("/")[0], "prefixlen": int(a.split("/")[1]), "scope": _scope(a)}
        for a in addresses
    ]
    return {
        "ifindex": 2,
        "ifname": name,
        "flags": flags.split(),
        "mtu": 1500,
        "operstate": "UP",
        "link_type": link_type,
        "address": "00:1b:21:00:00:02",
        "addr_info": held,
    }


def _scope(address: str) -> str:
    return "link" if address.startswith(("fe80", "169.254")) else "global"


SYNTHETIC = Machine(
    "synthetic",
    interfaces=read_interfaces(
        [
            row("lo", "127.0.0.1/8", flags="LOOPBACK UP LOWER_UP", link_type="loopback"),
            row("eth0", "192.168.1.20/24", "192.168.1.21/24", "fe80::1/64", "2001:db8::20/64"),
            row("eth1", "10.0.0.2/16", "169.254.7.7/16"),
            row("eth2", "192.0.2.1/30", flags="BROADCAST"),
            row("docker0", "172.17.0.1/16"),
            row("br-1f2e3d", "172.18.0.1/16"),
            row("veth12ab", "172.19.0.1/16"),
            row("virbr0", "192.168.122.1/24"),
            row("wg0", "10.8.0.1/24", flags="POINTOPOINT NOARP UP LOWER_UP", link_type="none"),
            row("ppp0", "198.51.100.7/32"),
        ]
    ),
    gateways=read_gateways(
        [
            {"dst": "default", "dev": "eth1", "gateway": "10.0.0.1", "metric": 200},
            {"dst": "default", "dev": "eth0", "gateway": "192.168.1.1", "metric": 100},
            {"dst": "default", "dev": "wg0"},
            {"dst": "default", "dev": "eth0", "gateway": "fe80::9", "metric": 1024},
        ]
    ),
)


def test_own_subnets_leave_out_loopback_tunnels_containers_and_what_is_down() -> None:
    assert SYNTHETIC.own_subnets() == ("192.168.1.0/24", "10.0.0.0/16")


def test_each_subnet_has_its_own_gateway() -> None:
    assert [(c.prefix, c.gateway) for c in SYNTHETIC.connections() if c.interface.startswith("eth")] == [
        ("192.168.1.0/24", "192.168.1.1"),
        ("192.168.1.0/24", "192.168.1.1"),
        ("10.0.0.0/16", "10.0.0.1"),
    ]
    assert SYNTHETIC.gateway_of("10.0.3.4") == "10.0.0.1" and SYNTHETIC.gateway_of("172.30.0.1") == "192.168.1.1"


@pytest.mark.parametrize(
    ("prefix", "reached"),
    [
        ("192.168.1.0/24", ["192.168.1.20"]),
        ("192.168.1.128/25", ["192.168.1.20"]),
        ("10.0.0.0/8", ["10.0.0.2"]),
        ("10.0.7.0/24", ["10.0.0.2"]),
        ("192.168.0.0/16", ["192.168.1.20", "192.168.1.21", "192.168.122.1"]),
        ("172.17.0.0/16", ["172.17.0.1"]),
        ("203.0.113.0/24", []),
        ("2001:db8::/64", []),
        ("10.8.0.0/24", []),
    ],
)
def test_which_connection_reaches_a_subnet(prefix: str, reached: list[str]) -> None:
    assert [connection.address for connection in SYNTHETIC.connections_to(prefix)] == reached


def test_the_machine_is_documented_by_its_address_in_a_scanned_subnet() -> None:
    def documented(*subnets: str) -> str | None:
        return own_address(Settings(scan=ScanSettings(subnets=subnets)), SYNTHETIC)

    assert documented("10.0.0.0/24") == "10.0.0.2" and documented("203.0.113.0/24") == "192.168.1.20"


def test_this_machine_can_be_read() -> None:
    machine = this_machine()
    assert machine.hostname and machine.system.os and any(interface.loopback for interface in machine.interfaces)

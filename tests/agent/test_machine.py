"""From what iproute2 prints to the subnets that are documented, and which of them can be asked by ARP. The JSON is synthetic; the last
tests ask a kernel that has made the interfaces."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from agent.config import ScanSettings, Settings
from agent.edge.iproute import read_gateways, read_interfaces, this_machine
from agent.machine import Machine
from agent.probes.host import own_address
from tests.labs.namespaces import inside_net


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


def kind_of(name: str, kind: str = "", master: str = "", *addresses: str, **more: str) -> dict[str, Any]:
    """As ``ip -d -j addr`` prints an interface of a kind."""
    made = row(name, *addresses, **more) | ({"master": master} if master else {})
    return made | ({"linkinfo": {"info_kind": kind}} if kind else {})


def internal(*rows: dict[str, Any]) -> set[str]:
    return {interface.name for interface in read_interfaces([*rows]) if interface.internal}


def own_subnets(*rows: dict[str, Any]) -> tuple[str, ...]:
    return Machine(interfaces=read_interfaces([*rows])).own_subnets()


def test_a_bridge_counts_where_a_cable_leads_out_of_it_whatever_its_name() -> None:
    office = (kind_of("br-office", "bridge", "", "10.1.0.2/24"), kind_of("eno1", "", "br-office"), kind_of("vethab12", "veth", "br-office"))
    assert internal(*office) == {"vethab12"} and own_subnets(*office) == ("10.1.0.0/24",)
    guests = (kind_of("lan0", "bridge", "", "10.2.0.1/24"), kind_of("veth9", "veth", "lan0"), kind_of("vnet3", "tun", "lan0"))
    assert internal(*guests) == {"lan0", "veth9", "vnet3"} and own_subnets(*guests) == ()
    empty = kind_of("docker_gwbridge", "bridge", "", "172.18.0.1/16")
    assert internal(empty) == {"docker_gwbridge"}
    on_a_bond = (kind_of("vmbr0", "bridge", "", "10.3.0.2/24"), kind_of("bond0", "bond", "vmbr0"), kind_of("eno1", "", "bond0"))
    assert internal(*on_a_bond) == set() and own_subnets(*on_a_bond) == ("10.3.0.0/24",)


def test_a_bond_is_asked_from_and_not_its_parts() -> None:
    rows = (kind_of("bond0", "bond", "", "10.1.0.2/24"), kind_of("eno1", "", "bond0", "10.1.0.3/24"), kind_of("eno2", "", "bond0"))
    machine = Machine(interfaces=read_interfaces([*rows]))
    assert [connection.interface for connection in machine.connections()] == ["bond0"]
    assert internal(*rows) == set(), "each part has a switch port of its own"


def test_vlans_and_vrfs_are_segments_like_any_other() -> None:
    vlan = kind_of("eth0.20", "vlan", "", "10.20.0.2/24")
    in_vrf = (kind_of("mgmt", "vrf"), kind_of("eth1", "", "mgmt", "10.30.0.2/24"))
    assert own_subnets(vlan, *in_vrf) == ("10.20.0.0/24", "10.30.0.0/24")


@pytest.mark.parametrize("kind", ["tun", "wireguard", "vxlan", "gretap", "geneve", "ppp"])
def test_a_tunnel_is_documented_and_its_subnet_is_no_segment_to_ask(kind: str) -> None:
    far_away = kind_of("office-vpn", kind, "", "10.8.0.2/24")
    assert internal(far_away) == set() and own_subnets(far_away) == ()


def test_the_only_card_of_a_container_is_its_way_out() -> None:
    assert own_subnets(kind_of("eth0", "veth", "", "10.1.0.2/24"), kind_of("eth1", "macvlan", "", "10.2.0.2/24")) == (
        "10.1.0.0/24",
        "10.2.0.0/24",
    )


@pytest.fixture
def namespace() -> Iterator[Path]:
    name = f"na-{uuid4().hex[:8]}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    yield Path("/run/netns") / name
    subprocess.run(["ip", "netns", "del", name], check=True)


def test_what_a_kernel_says_of_bridges_and_pairs(namespace: Path) -> None:
    def ip(*words: str) -> None:
        subprocess.run(["ip", "-n", namespace.name, *words], check=True, capture_output=True)

    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far")
    ip("link", "add", "guests", "type", "bridge")
    ip("link", "add", "port1", "type", "veth", "peer", "name", "guest1")
    ip("link", "set", "port1", "master", "guests")
    for number, name in enumerate(("eth0", "guests", "far", "port1")):
        ip("link", "set", name, "up")
        if name in ("eth0", "guests"):
            ip("addr", "add", f"10.{number}.0.2/24", "dev", name)
    with inside_net(namespace):
        machine = this_machine()
    kinds = {interface.name: (interface.kind, interface.member_of, interface.internal) for interface in machine.interfaces}
    assert kinds["guests"] == ("bridge", "", True) and kinds["port1"] == ("veth", "bridge", True) and kinds["eth0"] == ("veth", "", False)
    assert machine.own_subnets() == ("10.0.0.0/24",)

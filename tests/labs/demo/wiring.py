"""Which cables there are: every host as a network namespace, plugged into the switch; the firewall's outer side into the internet.

Source: ip-netns(8), ip-link(8). The LAN is a bridge inside the switch's own namespace, its port ``port3`` what ``switch_port = 3``
says, so that pulling a cable is setting a port down. The telephones' VLAN is a second bridge there: the ports of a VLAN that are not
tagged. (Kernels without 802.1Q and macvlan can run it; a virtual router's address so has a cable of its own.) Run inside the lab, where
/run is the lab's own.
"""

from collections.abc import Iterator
from pathlib import Path

from tests.labs.demo.daemons import run
from tests.labs.demo.truth import Host, Interface, Truth

NAMESPACES = Path("/run/netns")
PHONES_BRIDGE = "vlan20"


def port_name(number: int) -> str:
    return f"port{number}"


def _cables(truth: Truth) -> Iterator[str]:
    """One command of ``ip -batch`` a line."""
    switch = truth.switch
    bridge = switch.interfaces[0]
    yield f"link add {bridge.name} netns {switch.name} address {bridge.mac} type bridge stp_state 0 mcast_snooping 0"
    yield f"link add {PHONES_BRIDGE} netns {switch.name} type bridge stp_state 0 mcast_snooping 0"
    for number, (host, near) in truth.links.items():
        port = f"{port_name(number)} netns {switch.name}"
        yield f"link add {port} type veth peer name {near.name} netns {host.name} address {near.mac}"
    outer = [(host, each) for host in truth.hosts for each in host.interfaces if each.segment == "wan"]
    (left, left_side), (right, right_side) = outer
    outside = f"{left_side.name} netns {left.name} address {left_side.mac}"
    yield f"link add {outside} type veth peer name {right_side.name} netns {right.name} address {right_side.mac}"


def _addresses(interface: Interface) -> Iterator[str]:
    if interface.segment != "tunnel" and not interface.dhcp:
        # without duplicate address detection: the address is there at once
        yield from (f"address add {address} dev {interface.name}{' nodad' if ':' in address else ''}" for address in interface.addresses)
    if interface.segment != "tunnel":
        yield f"link set {interface.name} up"


def _settings(host: Host, truth: Truth) -> Iterator[str]:
    """What is set within one host; the tunnel's interface is not there yet."""
    yield "link set lo up"
    if host == truth.switch:
        yield f"link set {PHONES_BRIDGE} up"
        for number, (_, plugged) in truth.links.items():
            bridge = PHONES_BRIDGE if plugged.segment == "phones" else host.interfaces[0].name
            yield f"link set {port_name(number)} master {bridge}"
            yield f"link set {port_name(number)} up"
    for interface in host.interfaces:
        yield from _addresses(interface)
    if host.gateway:
        yield f"route add default via {host.gateway}"


def connect(truth: Truth) -> None:
    """Makes all namespaces, cables and addresses. Raises RuntimeError with what ``ip`` complained of."""
    run("ip", "-batch", "-", text="".join(f"netns add {host.name}\n" for host in truth.hosts))
    run("ip", "-batch", "-", text="".join(f"{line}\n" for line in _cables(truth)))
    for host in truth.hosts:
        run("ip", "-netns", host.name, "-batch", "-", text="".join(f"{line}\n" for line in _settings(host, truth)))

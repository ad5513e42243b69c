"""Does every daemon answer?  Asked from where the agent will stand, so that the cables and the firewall are tried as well.

An open TCP port by connecting and closing again, without a byte; SNMP by a GET of sysDescr (RFC 3416), DNS by the host's own name
(RFC 1035), NetBIOS by a node status request (RFC 1002 4.2.17), a host without an open port by its ICMP port unreachable, a host that
answers ARP alone by the neighbour table.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.labs.demo.daemons import run
from tests.labs.demo.truth import Host, Truth

STAND = "netario"
_PATIENCE_S = 0.25
_UNUSED_PORT = 9


@dataclass(frozen=True, slots=True)
class Check:
    host: str
    what: str
    answers: Callable[[], bool]


def _tcp(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=_PATIENCE_S).close()
    except OSError:
        return False
    return True


def _udp(address: str, port: int, question: bytes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_PATIENCE_S)
        try:
            asking.connect((address, port))
            asking.send(question)
            return bool(asking.recv(4096))
        except OSError:
            return False


def _alive(address: str) -> bool:
    """True where the host itself says that the port is shut."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(_PATIENCE_S)
        try:
            asking.connect((address, _UNUSED_PORT))
            asking.send(b"")
            asking.recv(1)
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def _arp(host: Host, asker: str) -> bool:
    """``asker`` has the host in its neighbour table: the one on its segment that passes our packet on."""
    _alive(host.address)
    return host.mac in run("ip", "-netns", asker, "neighbour", "show", host.address)


def _tlv(tag: int, content: bytes) -> bytes:
    """BER with a length below 128."""
    return bytes((tag, len(content))) + content


def snmp_get_description(community: str) -> bytes:
    description = _tlv(0x06, bytes((0x2B, 6, 1, 2, 1, 1, 1, 0)))
    bindings = _tlv(0x30, _tlv(0x30, description + _tlv(0x05, b"")))
    request = _tlv(0xA0, _tlv(0x02, b"\x01") + _tlv(0x02, b"\x00") + _tlv(0x02, b"\x00") + bindings)
    return _tlv(0x30, _tlv(0x02, b"\x01") + _tlv(0x04, community.encode()) + request)


def dns_question(name: str) -> bytes:
    labels = b"".join(bytes((len(label),)) + label.encode() for label in name.split("."))
    return struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 1, 1)


def _node_status() -> bytes:
    wildcard = b"CK" + b"A" * 30
    return struct.pack(">6H", 1, 0, 1, 0, 0, 0) + bytes((len(wildcard),)) + wildcard + b"\0" + struct.pack(">2H", 0x21, 1)


def checks(truth: Truth) -> Iterator[Check]:
    """All that must answer before the network is ready."""
    for host in (*truth.lan_hosts, *truth.phone_hosts):
        if host.answers == "arp":
            yield Check(host.name, "ARP", partial(_arp, host, STAND if host.lan else truth.firewall.host))
        elif not host.ports:
            yield Check(host.name, "ICMP", partial(_alive, host.address))
        for port in host.ports:
            yield Check(host.name, f"tcp/{port.number} {port.service}", partial(_tcp, host.address, port.number))
        if host.snmp:
            yield Check(host.name, "udp/161 snmp", partial(_udp, host.address, 161, snmp_get_description(truth.community)))
        if "dnsmasq" in host.daemons:
            yield Check(host.name, "udp/53 domain", partial(_udp, host.address, 53, dns_question(f"{host.name}.{truth.domain}")))
        if "samba" in host.daemons:
            yield Check(host.name, "udp/137 netbios-ns", partial(_udp, host.address, 137, _node_status()))

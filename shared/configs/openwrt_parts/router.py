"""What one reading of a router's sections has gathered, shared by the parts."""

import ipaddress
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.reading import Reading
from shared.configs.uci import Section
from shared.device_config import ConfiguredInterface
from shared.firewall import DhcpReservation, VpnPeer


@dataclass(slots=True)
class Router:
    reading: Reading
    networks: dict[str, ConfiguredInterface] = field(default_factory=dict)
    """UCI's interfaces (``lan``, ``wan``) by name."""
    zone_of: dict[str, str] = field(default_factory=dict)
    """interface -> zone"""
    peers: dict[str, list[VpnPeer]] = field(default_factory=dict)
    """WireGuard interface -> peers"""
    reservations: list[DhcpReservation] = field(default_factory=list)
    ipsets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    proposals: dict[str, str] = field(default_factory=dict)
    """IPsec: name -> ``aes256-sha256-modp2048``"""
    pools: list[Section] = field(default_factory=list)
    policies: list[Section] = field(default_factory=list)
    """Zones and defaults, whose policies end the lists of rules."""

    def prefix_of(self, network: str) -> ipaddress.IPv4Interface | None:
        known = self.networks.get(network)
        first = next((a for a in known.addresses if ":" not in a and "/" in a), "") if known else ""
        return ipaddress.IPv4Interface(first) if first else None


def address(text: str, mask: str = "") -> str:
    """An interface's address; without a mask as it is written."""
    try:
        return values.with_length(text, mask) if mask and "/" not in text else str(ipaddress.ip_interface(text)) if "/" in text else text
    except ValueError:
        return text


def network(text: str) -> str:
    """An address of a rule, with UCI's ``!``."""
    bare = text.lstrip("!").strip()
    first, dash, last = bare.partition("-")
    try:
        spelled = values.span(first, last) if dash and values.is_address(first) else values.network(*bare.split("/", 1))
    except ValueError:
        spelled = bare
    return f"!{spelled}" if text.startswith("!") else spelled


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def port_number(text: str) -> int | None:
    found = number(text)
    return found if found is not None and 0 < found <= 65535 else None

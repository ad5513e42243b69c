"""Is a gateway behind this interface? Then a default route by it makes the interface a way to the world."""

import ipaddress
from collections.abc import Iterable


def is_behind(addresses: Iterable[str], gateways: Iterable[str]) -> bool:
    """``addresses`` with their lengths (``10.0.0.1/24``); whether one of the gateways is in one of their networks."""
    networks = [ipaddress.ip_interface(each).network for each in addresses]
    return any(ipaddress.ip_address(gateway) in network for gateway in gateways for network in networks)

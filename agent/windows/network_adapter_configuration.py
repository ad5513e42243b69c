"""Which interfaces of this Windows have addresses, and by which gateway does it leave?

Source: Win32_NetworkAdapterConfiguration (Microsoft Learn, CIMWin32 provider). IPAddress and IPSubnet are arrays of equal length: a mask
in dots for IPv4, a prefix length for IPv6. InterfaceIndex is ifIndex, as SNMP tells it.
"""

import ipaddress
from collections.abc import Iterator
from itertools import zip_longest

from agent.windows import Answers, Peer, Query
from shared.address import normal_ip, normal_mac
from shared.firewall import Route
from shared.observation import InterfaceAddress, InterfaceSeen, Observation, RouteSeen

GROUP = "network adapters"
QUERIES = (
    Query(
        "SELECT Description, InterfaceIndex, MACAddress, IPAddress, IPSubnet, DefaultIPGateway FROM Win32_NetworkAdapterConfiguration "
        "WHERE IPEnabled = TRUE"
    ),
)

MAX_ADAPTERS = 256
_DEFAULT = {4: "0.0.0.0/0", 6: "::/0"}


def read(peer: Peer, adapters: Answers) -> Iterator[Observation]:
    for adapter in adapters[:MAX_ADAPTERS]:
        name = adapter.get("Description", "")
        yield InterfaceSeen(
            index=int(adapter["InterfaceIndex"]),
            name=name,
            mac=_mac(adapter.get("MACAddress", "")),
            oper_up=True,
            addresses=tuple(_addresses(adapter)),
        )
        for text in adapter.get("DefaultIPGateway", "").split():
            if gateway := _ip(text):
                destination = _DEFAULT[ipaddress.ip_address(gateway).version]
                yield RouteSeen(route=Route(destination=destination, gateway=gateway, interface=name))


def _addresses(adapter: dict[str, str]) -> Iterator[InterfaceAddress]:
    subnets = adapter.get("IPSubnet", "").split()
    for text, subnet in zip_longest(adapter.get("IPAddress", "").split(), subnets[:1000], fillvalue=""):
        if address := _ip(text):
            yield InterfaceAddress(address=address, prefix_length=_prefix_length(address, subnet))


def _prefix_length(address: str, subnet: str) -> int | None:
    try:
        return ipaddress.ip_network(f"{address}/{subnet}", strict=False).prefixlen
    except ValueError:
        return None


def _ip(text: str) -> str:
    try:
        return normal_ip(text.partition("%")[0])
    except ValueError:
        return ""


def _mac(text: str) -> str | None:
    try:
        return normal_mac(text)
    except ValueError:
        return None

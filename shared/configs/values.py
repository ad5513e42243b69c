"""Addresses and services as configurations write them, in the one spelling of ``shared.firewall``. ValueError for what is none.

``10.0.0.0`` with ``255.255.255.0``, ``0.0.0.255``, ``/24`` or ``24`` -> ``10.0.0.0/24``; a single host without its ``/32``; everything is
``any``.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from functools import lru_cache

from shared.firewall import ANY

_remembered = lru_cache(maxsize=16_384)
"""The same addresses stand in a configuration many times over."""
MAX_VALUES = 20_000
"""Of one object through all its groups: a hostile text may nest them without end."""


@_remembered
def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@_remembered
def is_network(text: str) -> bool:
    """``10.0.0.0/24``, ``2001:db8::/32`` or a single address."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


@_remembered
def prefix_length(mask: str) -> int:
    """``255.255.255.0``, ``/24``, ``24`` -> 24"""
    bare = mask.removeprefix("/")
    if bare.isascii() and bare.isdigit() and int(bare) <= 128:
        return int(bare)
    bits = int(ipaddress.IPv4Address(bare))
    length = bits.bit_count()
    if bits != (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF:
        raise ValueError(f"{mask} is no netmask")
    return length


@_remembered
def network(address: str, mask: str = "") -> str:
    """A host's or a network's address, with its mask, as a rule names it."""
    parsed = ipaddress.ip_network(f"{address}/{prefix_length(mask)}" if mask else address, strict=False)
    if parsed.prefixlen == 0:
        return ANY
    return str(parsed.network_address) if parsed.prefixlen == parsed.max_prefixlen else str(parsed)


@_remembered
def wildcard(address: str, wild: str) -> str:
    """Cisco's inverted masks: ``10.0.0.0 0.0.0.255``. One with holes stays as it is written: ``10.0.0.1 0.0.255.0``."""
    inverted = str(ipaddress.IPv4Address(int(ipaddress.IPv4Address(wild)) ^ 0xFFFFFFFF))
    try:
        return network(address, inverted)
    except ValueError:
        return f"{ipaddress.IPv4Address(address)} {wild}"


@_remembered
def with_length(address: str, mask: str = "") -> str:
    """An interface's address: ``10.0.0.1/24``."""
    return str(ipaddress.ip_interface(f"{address}/{prefix_length(mask)}" if mask else address))


@_remembered
def is_on(interface_address: str, address: str) -> bool:
    """Whether an address is in the network of an interface's: ``10.0.0.1/24`` and ``10.0.0.7``."""
    return _parsed(address) in _network_of(interface_address)


@_remembered
def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(address)


@_remembered
def _network_of(interface_address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_interface(interface_address).network


@_remembered
def span(first: str, last: str) -> str:
    """``10.0.0.1-10.0.0.9``; one address where both are the same. ValueError where they are of two families or the wrong way round."""
    low, high = ipaddress.ip_address(first), ipaddress.ip_address(last)
    if low.version != high.version or int(low) > int(high):
        raise ValueError(f"{first}-{last} is no range")
    return str(low) if low == high else f"{low}-{high}"


@_remembered
def port_range(text: str) -> str:
    """``443``, ``5000-5010``, ``5000:5010`` in one spelling; ``1-65535`` and ``0-65535`` are ``any``."""
    first, _, last = text.strip().replace(":", "-").partition("-")
    low, high = int(first), int(last or first)
    if not 0 <= low <= high <= 65535:
        raise ValueError(f"{text} is no range of ports")
    if low <= 1 and high == 65535:
        return ANY
    return str(low) if low == high else f"{low}-{high}"


def service(protocol: str, ports: str = ANY, source_ports: str = ANY) -> str:
    """``tcp/443``; ``tcp`` for all its ports; ``tcp/443<1024-65535`` where source ports are asked as well."""
    own = protocol if ports == ANY else f"{protocol}/{ports}"
    return own if source_ports == ANY else f"{own if ports != ANY else f'{protocol}/any'}<{source_ports}"


def resolved(name: str, own: Mapping[str, Sequence[str]], members: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The values behind a name: ``own`` of objects, ``members`` of groups, each value once in the order of the groups.

    A name that nobody defines stands for itself, so that it is seen; a group that holds itself ends there."""
    values: dict[str, None] = {}
    waiting, passed = [name], set[str]()
    while waiting:
        here = waiting.pop()
        if here in members:
            if here not in passed:
                passed.add(here)
                waiting.extend(reversed(members[here]))
        else:
            values.update(dict.fromkeys(own.get(here, (here,))))
        if len(values) > MAX_VALUES:
            raise ValueError(f"{name} has more than {MAX_VALUES} values")
    return tuple(values)

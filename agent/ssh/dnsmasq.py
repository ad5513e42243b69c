"""DHCP as dnsmasq serves it: pools and reservations from its configuration, leases from its lease file.

Source: dnsmasq(8) 2.90, "dhcp-range", "dhcp-host", "dhcp-option"; the lease file's form is in its contrib/wrt. Raw: ``name=value`` lines;
leases ``expiry mac address name client-id``, expiry in seconds since 1970, 0 for never. What follows a line ``duid`` is DHCPv6.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from shared.address import normal_mac
from shared.firewall import DhcpPool, DhcpReservation
from shared.observation import DhcpPoolSeen, LeaseSeen, Observation

_MAC = re.compile(r"(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")
_TIME = re.compile(r"(\d+)([smhdw]?)|infinite")
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_ROUTER, _DNS = {"3", "option:router"}, {"6", "option:dns-server"}
_YEAR_9999 = 253_402_300_799


def read_config(text: str) -> Iterator[Observation]:
    lines = [line.split("#", 1)[0].strip() for line in text.splitlines()]
    settings = [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in lines) if name]
    options = [value.split(",") for name, value in settings if name == "dhcp-option"]
    reservations = [r for name, value in settings if name == "dhcp-host" for r in _reservation(value.split(","))]
    domain = next((value.split(",")[0] for name, value in settings if name == "domain"), "")
    interfaces = [value for name, value in settings if name == "interface"]
    for name, value in settings:
        if name == "dhcp-range":
            yield from _pool(value, options, reservations, domain, interfaces[0] if len(interfaces) == 1 else "")


def _pool(
    value: str, options: Sequence[Sequence[str]], reservations: Sequence[DhcpReservation], domain: str, interface: str
) -> Iterator[DhcpPoolSeen]:
    """``[tag:x,|set:x,|interface,]first,last[,netmask[,broadcast]][,lease time]``; IPv6 and proxy ranges are other things."""
    words = [word.strip() for word in value.split(",")]
    addresses = [word for word in words if _is_ipv4(word)]
    names = [word for word in words[: words.index(addresses[0])] if ":" not in word] if addresses else []
    if len(addresses) < 2:
        return
    first, last = addresses[0], addresses[1]
    mask = next((word for word in addresses[2:] if word.startswith("255.")), "")
    # without a mask dnsmasq takes the interface's, which is not told here: a /24 then sorts the reservations and is not shown
    network = ipaddress.IPv4Network(f"{first}/{mask or 24}", strict=False)
    inside = [r for r in reservations if ipaddress.ip_address(r.address) in network]
    # an option without a tag goes to every network; a gateway serves the one that it is in
    routers = [word for option in options if option[0] in _ROUTER for word in option[1:] if _is_ipv4(word)]
    gateway = [router for router in routers if ipaddress.ip_address(router) in network]
    yield DhcpPoolSeen(
        pool=DhcpPool(
            key=f"{first}-{last}",
            interface=names[0] if names else interface,
            prefix=str(network) if mask else None,
            first_address=first,
            last_address=last,
            gateway=gateway[0] if gateway else None,
            dns_servers=tuple(word for option in options if option[0] in _DNS for word in option[1:] if _is_ipv4(word)),
            domain=domain,
            lease_s=_lease_s(words[-1]),
            reservations=tuple(sorted(inside, key=lambda r: ipaddress.ip_address(r.address).packed)),
        )
    )


def _reservation(words: Sequence[str]) -> Iterator[DhcpReservation]:
    """MAC addresses, an address, a name and a lease time in any order; tags and client ids have a colon and a word."""
    macs = [word.strip() for word in words if _MAC.fullmatch(word.strip())]
    addresses = [word.strip() for word in words if _is_ipv4(word.strip())]
    names = [w.strip() for w in words if w.strip() and not _MAC.fullmatch(w.strip()) and not _is_ipv4(w.strip()) and ":" not in w]
    plain = [name for name in names if not _TIME.fullmatch(name) and name != "ignore"]
    if addresses:
        yield from (DhcpReservation(mac=mac, address=addresses[0], name=plain[0] if plain else "") for mac in macs)


def _lease_s(word: str) -> int | None:
    """dnsmasq gives an hour where nothing is said; 0 for ever."""
    found = _TIME.fullmatch(word)
    if not found:
        return 3600
    return int(found[1]) * _UNIT_S[found[2]] if found[1] else 0


def _is_ipv4(word: str) -> bool:
    try:
        ipaddress.IPv4Address(word)
    except ValueError:
        return False
    return True


def read_leases(text: str) -> Iterator[Observation]:
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["duid"]:
            return
        if len(words) < 4 or not words[0].isdecimal() or not _MAC.search(words[1]) or not _is_ipv4(words[2]):
            continue
        expires = int(words[0])
        yield LeaseSeen(
            address=words[2],
            # a hardware type other than Ethernet stands before the address: 06-00:11:22:33:44:55
            mac=normal_mac(_MAC.findall(words[1])[-1]),
            name="" if words[3] == "*" else words[3],
            expires_utc=datetime.fromtimestamp(expires, UTC) if 0 < expires <= _YEAR_9999 else None,
        )

"""MAC addresses, IP addresses and prefixes, each in one normal form, and what a MAC address may be used for.

Normal forms: MAC as six lower-case pairs with colons (``00:1b:21:aa:bb:cc``); IPv4 dotted; IPv6 compressed and lower case
(RFC 5952), without zone; a prefix with its host bits cleared (``10.0.0.0/24``).
"""

import ipaddress
import re
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_HEX_DIGITS = re.compile(r"[0-9a-f]{12}")
_MAC_SEPARATORS = str.maketrans("", "", ":-. ")


class MacKind(StrEnum):
    """How much a MAC address says about which device this is."""

    GLOBAL = "global"
    """Assigned by a maker (U/L bit clear): names one interface."""
    LOCAL = "local"
    """Locally administered (U/L bit set): virtual machines, containers, and phones that randomise theirs."""
    VIRTUAL_ROUTER = "virtual_router"
    """Shared by the members of a redundancy group (VRRP, CARP, HSRP, GLBP, NLB ...): names the group, never a device."""
    EXCLUDED = "excluded"
    """All zero, multicast or broadcast: names nothing."""


# RFC 5798 7.3 (VRRP for IPv4 and IPv6, also CARP); RFC 2281 (HSRP v1); Cisco's documentation of HSRP v2 and GLBP; Fortinet's of FGCP
# (00:09:0f:09 and the group); Microsoft's of network load balancing in unicast mode (02:bf and the cluster's address)
_VIRTUAL_ROUTER_PREFIXES = (
    *("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:00:0c:9f:f", "00:05:73:a0:", "00:07:b4:", "00:09:0f:09:", "02:bf:"),
)
# QEMU/KVM and libvirt's own ends, VirtualBox (host only), Docker: made up by software, but for good
_VIRTUAL_MACHINE_PREFIXES = ("52:54:00:", "fe:54:00:", "0a:00:27:", "02:42:")


def normal_mac(text: object) -> str:
    """``001B.21AA.BBCC``, ``00-1B-21-AA-BB-CC``, ``0:1b:21:aa:bb:cc`` or six bytes -> ``00:1b:21:aa:bb:cc``. ValueError otherwise."""
    if isinstance(text, bytes):
        digits = text.hex()
    elif isinstance(text, str):
        lowered = text.strip().lower()
        parts = re.split(r"[:-]", lowered)
        digits = "".join(part.zfill(2) for part in parts) if len(parts) == 6 else lowered.translate(_MAC_SEPARATORS)
    else:
        raise ValueError(f"a MAC address expected, not {type(text).__name__}")
    if not _HEX_DIGITS.fullmatch(digits):
        raise ValueError(f"not a MAC address: {str(text)[:40]!r}")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def mac_kind(mac: str) -> MacKind:
    """What a MAC address in normal form may be used for."""
    first_octet = int(mac[:2], 16)
    if first_octet & 1 or mac == "00:00:00:00:00:00":
        return MacKind.EXCLUDED
    if mac.startswith(_VIRTUAL_ROUTER_PREFIXES):
        return MacKind.VIRTUAL_ROUTER
    return MacKind.LOCAL if first_octet & 2 else MacKind.GLOBAL


def may_be_randomised(mac: str) -> bool:
    """Whether a client may have made this MAC address up for a while (IEEE 802c): locally administered, and of no virtual machine."""
    return mac_kind(mac) is MacKind.LOCAL and not mac.startswith(_VIRTUAL_MACHINE_PREFIXES)


def normal_ip(text: object) -> str:
    """An IPv4 or IPv6 address in its normal form; a zone (``%eth0``) is dropped. ValueError otherwise."""
    if isinstance(text, str):
        return _normal_ip(text)
    if isinstance(text, ipaddress.IPv4Address | ipaddress.IPv6Address):
        return str(text)
    raise ValueError(f"an IP address expected, not {type(text).__name__}")


@lru_cache(maxsize=16_384)
def _normal_ip(text: str) -> str:
    return str(ipaddress.ip_address(text.strip().split("%", 1)[0]))


def normal_prefix(text: object) -> str:
    """``10.0.0.7/24`` or ``10.0.0.7/255.255.255.0`` -> ``10.0.0.0/24``; an address alone is a /32 or /128. ValueError otherwise."""
    if isinstance(text, str):
        return _normal_prefix(text)
    if isinstance(text, ipaddress.IPv4Network | ipaddress.IPv6Network):
        return str(text)
    raise ValueError(f"an IP prefix expected, not {type(text).__name__}")


@lru_cache(maxsize=16_384)
def _normal_prefix(text: str) -> str:
    return str(ipaddress.ip_network(text.strip(), strict=False))


def is_link_local(address: str) -> bool:
    """Whether the address holds on one link only (RFC 3927, RFC 4291): on another, it is somebody else's."""
    return ipaddress.ip_address(address).is_link_local


def address_order(address: str) -> tuple[int, int]:
    """A sort key that puts IPv4 before IPv6 and 10.0.0.9 before 10.0.0.10."""
    parsed = ipaddress.ip_address(address)
    return parsed.version, int(parsed)


Mac = Annotated[str, BeforeValidator(normal_mac)]
Ip = Annotated[str, BeforeValidator(normal_ip)]
Prefix = Annotated[str, BeforeValidator(normal_prefix)]

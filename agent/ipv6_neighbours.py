"""Which IPv6 addresses of a segment are worth writing down, and which might be asked for?

Source: RFC 4291 appendix A (interface identifiers made of MAC addresses), RFC 8981 (temporary addresses), RFC 7217 (stable, opaque ones). A
host has many addresses. Written down are those that stay: made of its MAC address, or numbered by a person or a DHCPv6 server (the upper
half of the interface identifier is zero). One with a random identifier may be gone tomorrow, and nobody can tell from outside which will
stay: such are counted and no more. A host of which nothing else is known, by IPv4 neither, is written down by its link-local address.
"""

import ipaddress
from collections.abc import Collection, Iterator, Mapping

from shared.address import MacKind, is_link_local, mac_kind
from shared.observation import AddressSeen, Provenance

MAX_ADDRESSES_A_MAC = 8
_IDENTIFIER = (1 << 64) - 1

Found = Mapping[str, Collection[str]]
"""Address -> the MAC addresses that answered for it."""


def observations(found: Found, interface: str, known_by_ipv4: Collection[str]) -> Iterator[AddressSeen]:
    """``known_by_ipv4``: MAC addresses that answered ARP."""
    for mac, addresses in _by_mac(found).items():
        stays = [address for address in addresses if not is_link_local(address) and is_stable(address, mac)]
        for address in stays[:MAX_ADDRESSES_A_MAC]:
            yield _seen(address, mac)
        links = [address for address in addresses if is_link_local(address)]
        if links and not stays and mac not in known_by_ipv4:
            yield _seen(links[0], mac, interface)


def passed_over(found: Found) -> int:
    """How many addresses have a random interface identifier."""
    return sum(not is_link_local(a) and not any(is_stable(a, mac) for mac in macs) for a, macs in found.items())


def is_stable(address: str, mac: str) -> bool:
    identifier = int(ipaddress.IPv6Address(address)) & _IDENTIFIER
    return identifier >> 32 == 0 or identifier == _eui64(mac)


def by_mac_addresses(prefixes: Collection[str], macs: Collection[str]) -> Iterator[str]:
    """The addresses that hosts have which make them of their MAC addresses, in prefixes of 64 bits."""
    for prefix in prefixes:
        network = ipaddress.IPv6Network(prefix)
        if network.prefixlen == 64:
            yield from (str(network[_eui64(mac)]) for mac in macs if mac_kind(mac) in (MacKind.GLOBAL, MacKind.LOCAL))


def _eui64(mac: str) -> int:
    octets = bytes.fromhex(mac.replace(":", ""))
    return int.from_bytes(bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:])


def _by_mac(found: Found) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for address in sorted(found, key=ipaddress.IPv6Address):
        for mac in sorted(found[address]):
            grouped.setdefault(mac, []).append(address)
    return grouped


def _seen(address: str, mac: str, interface: str = "") -> AddressSeen:
    usable = mac_kind(mac) is not MacKind.EXCLUDED
    return AddressSeen(
        address=address,
        mac=mac if usable else None,
        provenance=Provenance.OWN_REPLY,
        interface=interface,
        doubt="" if usable else "unusable_mac",
    )

"""Which ARP answers are a host's own, and which did another device give in its place?

Source: RFC 826, RFC 1027 (proxy ARP), RFC 5737 (addresses that are on no segment). A router with proxy ARP answers for whatever it has a
route to: whoever answers for an address that cannot be here does so. One that keeps hosts of one segment apart (RFC 3069, private VLAN)
answers for every address of the segment, and is known by their number. Such an answer says nothing of whether somebody is there.

A router that does proxy ARP, as many do unasked, and answers for one address of the segment only, does so for its own: that is no doubt.
"""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from shared.address import IpNetwork, MacKind, mac_kind
from shared.observation import AddressSeen, Provenance

NOWHERE = ("192.0.2.1", "198.51.100.1", "203.0.113.1")
"""Addresses kept for documentation (RFC 5737): they are on no segment but a test network's."""
MAX_OWN_ADDRESSES = 8
"""One MAC address may answer for so many as its own; with more, each address must show that somebody is there."""

Answers = Mapping[str, Collection[str]]
"""Address -> the MAC addresses that answered for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    own: dict[str, set[str]]
    """Answers to be believed."""
    doubtful: dict[str, set[str]]
    """Addresses for which only a proxy answered."""

    @property
    def proxies(self) -> list[str]:
        return sorted({mac for macs in self.doubtful.values() for mac in macs})


def bait(networks: Collection[IpNetwork]) -> str | None:
    """An address that is in none of the networks and that nobody should answer for."""
    strange = (address for address in NOWHERE if not any(ipaddress.ip_address(address) in network for network in networks))
    return next(strange, None)


def judged(answers: Answers, bait_taken: Collection[str], gateways: Collection[str]) -> Judged:
    """``bait_taken``: the MAC addresses that answered for the bait; ``gateways``: addresses that are known to be a router's own."""
    suspects = _suspects(answers, bait_taken)
    own: dict[str, set[str]] = {}
    doubtful: dict[str, set[str]] = {}
    for address, macs in answers.items():
        unsuspected = set(macs) - suspects
        if unsuspected:
            own[address] = unsuspected
        elif address in gateways:
            own[address] = set(macs)
        else:
            doubtful[address] = set(macs)
    return Judged(own, doubtful)


def observations(found: Judged, alive: Collection[str]) -> Iterator[AddressSeen]:
    """``alive``: those of the doubtful addresses that answered otherwise. Their own MAC address is not known, as behind a router."""
    for address, macs in found.own.items():
        usable = sorted(mac for mac in macs if mac_kind(mac) is not MacKind.EXCLUDED)
        if not usable:
            yield AddressSeen(address=address, provenance=Provenance.OWN_REPLY, doubt="unusable_mac")
        for mac in usable:
            yield AddressSeen(address=address, mac=mac, provenance=Provenance.OWN_REPLY)
    for address in found.doubtful:
        if address in alive:
            yield AddressSeen(address=address, provenance=Provenance.OWN_REPLY)
        else:
            yield AddressSeen(address=address, provenance=Provenance.THIRD_PARTY, doubt="proxy_arp")


def _suspects(answers: Answers, bait_taken: Collection[str]) -> set[str]:
    counts: dict[str, int] = {}
    for macs in answers.values():
        for mac in macs:
            counts[mac] = counts.get(mac, 0) + 1
    return {mac for mac, count in counts.items() if count > MAX_OWN_ADDRESSES or (count > 1 and mac in bait_taken)}

"""Which devices does one report show?  A **sighting** is all that the report says first-hand of one device.

A report speaks of addresses; a device may have several, and one address may be claimed by two devices. The atom is a **claim**: an
address and the MAC address that answered for it (none where the device is behind a router). Claims become one sighting where

- they share a MAC address that may name a device (a host with two addresses on one card), or
- one device's own interface table lists the other's address or its MAC address (a router with a leg in each subnet).

Neither holds for what names more than one: a MAC address that answers for many addresses (proxy ARP), one that two known devices hold,
an address or MAC address that the tables of two devices list (container bridges, redundancy groups), a virtual router's MAC address.
The address behind a virtual router's MAC address belongs to the one device whose table lists it: the member that answers for it now.
Source: RFC 826 (ARP), RFC 1027 (proxy ARP), RFC 5798 (VRRP).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from collector.core import holdings
from collector.core.holdings import Holdings
from shared.address import MacKind, address_order, mac_kind
from shared.observation import AddressSeen, Observation, Provenance
from shared.outcome import Outcome, State

MAX_ADDRESSES_A_MAC = 8
"""More, and the MAC address is taken for one that answers for others."""

Claim = tuple[str, str | None]
"""(address, MAC address that answered for it)"""


@dataclass(frozen=True, slots=True)
class Sighting:
    claims: tuple[Claim, ...]
    holds: Holdings

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset(address for address, _ in self.claims)


def told(outcome: Outcome) -> bool:
    """Whether the outcome's observations hold: it was answered, if only in part."""
    return outcome.state in (State.ANSWERED, State.PARTIAL)


def sightings(outcomes: Iterable[Outcome], shared_macs: Collection[str] = ()) -> list[Sighting]:
    """The devices that the outcomes show, in a fixed order whatever theirs. ``shared_macs`` are held by two known devices."""
    by_target = _by_target(outcomes)
    claims = _claims(by_target)
    addresses_of_mac = Counter(mac for _, mac in claims if mac)
    unusable = set(shared_macs) | {mac for mac, count in addresses_of_mac.items() if count > MAX_ADDRESSES_A_MAC}
    groups = _Groups(claims)
    _join_by_mac(groups, unusable)
    tables = {target: holdings.of_observations(observations) for target, observations in by_target.items()}
    _join_by_tables(groups, tables, unusable)
    spoken: dict[Claim, list[Holdings]] = {}
    for target, table in tables.items():
        if speaker := groups.speaker(target):
            spoken.setdefault(groups.root(speaker), []).append(table)
    result = [_sighting(group, spoken.get(groups.root(group[0]), []), unusable) for group in groups.all()]
    return sorted(result, key=lambda sighting: [_claim_order(claim) for claim in sighting.claims])


def _by_target(outcomes: Iterable[Outcome]) -> dict[str, list[Observation]]:
    """What was said of each address: targets that are addresses, and first-hand AddressSeen of sweeps."""
    by_target: dict[str, list[Observation]] = {}
    for outcome in outcomes:
        if not told(outcome):
            continue
        if holdings.is_address(outcome.target):
            by_target.setdefault(outcome.target, []).extend(outcome.observations)
            continue
        for seen in outcome.observations:
            if isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY:
                by_target.setdefault(seen.address, []).append(seen)
    return by_target


def _claims(by_target: Mapping[str, list[Observation]]) -> set[Claim]:
    claims: set[Claim] = set()
    for target, observations in by_target.items():
        replies = (seen for seen in observations if isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY)
        claims.update((reply.address, reply.mac) for reply in replies)
        if any(holdings.is_first_hand(observation) for observation in observations):
            claims.add((target, None))
    with_mac = {address for address, mac in claims if mac}
    return {(address, mac) for address, mac in claims if mac or address not in with_mac}


class _Groups:
    """Claims joined into groups (union-find)."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._parent: dict[Claim, Claim] = {claim: claim for claim in sorted(claims, key=_claim_order)}
        self.of_address: dict[str, list[Claim]] = {}
        for claim in self._parent:
            self.of_address.setdefault(claim[0], []).append(claim)

    def root(self, claim: Claim) -> Claim:
        while self._parent[claim] != claim:
            claim = self._parent[claim]
        return claim

    def join(self, one: Claim, other: Claim) -> None:
        first, second = sorted((self.root(one), self.root(other)), key=_claim_order)
        self._parent[second] = first

    def speaker(self, target: str) -> Claim | None:
        """The claim that speaks when ``target`` is asked: with two devices at one address the first, as nobody can tell."""
        return self.of_address.get(target, [None])[0]

    def all(self) -> list[list[Claim]]:
        groups: dict[Claim, list[Claim]] = {}
        for claim in self._parent:
            groups.setdefault(self.root(claim), []).append(claim)
        return list(groups.values())

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._parent)


def _join_by_mac(groups: _Groups, unusable: Collection[str]) -> None:
    first_of: dict[str, Claim] = {}
    for claim in groups:
        mac = claim[1]
        if mac and mac not in unusable and holdings.names_a_device(mac):
            groups.join(first_of.setdefault(mac, claim), claim)


def _join_by_tables(groups: _Groups, tables: Mapping[str, Holdings], unusable: Collection[str]) -> None:
    speakers = {target: claim for target in sorted(tables, key=address_order) if (claim := groups.speaker(target))}
    for target, claim in speakers.items():
        for other in tables[target].table_addresses & speakers.keys():
            if target in tables[other].table_addresses:
                groups.join(claim, speakers[other])
    address_owners: dict[str, set[Claim]] = {}
    mac_owners: dict[str, set[Claim]] = {}
    for target, claim in speakers.items():
        for address in tables[target].table_addresses:
            address_owners.setdefault(address, set()).add(groups.root(claim))
        for table_mac in tables[target].table_macs - set(unusable):
            mac_owners.setdefault(table_mac, set()).add(groups.root(claim))
    for claim in groups:
        address, mac = claim
        owners: set[Claim] = mac_owners.get(mac, set()) if mac else set()
        if not owners and _may_join_by_address(claim, tables):
            owners = address_owners.get(address, set())
        if len(owners) == 1:
            groups.join(claim, next(iter(owners)))


def _may_join_by_address(claim: Claim, tables: Mapping[str, Holdings]) -> bool:
    """Not where the MAC address that answered contradicts the table: another device has taken the address."""
    mac = claim[1]
    if mac is None:
        return True
    if mac_kind(mac) is MacKind.VIRTUAL_ROUTER:
        return True  # the member whose table lists the address is the one that answers there now
    if not holdings.names_a_device(mac):
        return False
    listed = set().union(*(table.listed_macs for table in tables.values() if claim[0] in table.table_addresses))
    return not listed or mac in listed


def _sighting(group: Collection[Claim], tables: Iterable[Holdings], unusable: Collection[str]) -> Sighting:
    held = Holdings()
    for table in tables:
        held.add(table)
    held.own_addresses = {address for address, _ in group}
    held.wire_macs = {mac for _, mac in group if mac and holdings.names_a_device(mac)} - set(unusable)
    held.table_macs -= set(unusable)
    return Sighting(tuple(sorted(group, key=_claim_order)), held)


def _claim_order(claim: Claim) -> tuple[tuple[int, int], str]:
    return address_order(claim[0]), claim[1] or ""

"""What is known of a site after one more report?  Pure: the state before and the report in, the state after out.

A report's outcomes are split into looks, one a device, probe and target; ``identity`` says whose each is. Then

- a device that was sighted was seen at the report's end, and is not missing;
- what an older look says of an address that the device has left is dropped, or filed under ``FORMER_ADDRESS`` as far as it is true of
  the device wherever it is;
- a device is missing where its absence is known: the report is complete, the sweeps of all its subnets were answered, and nothing of it
  was seen. One sighting brings it back. What was known of it stays.

Reports must come in the order of their ends (and of their ids, where two end at once); ``fold`` sorts. The report that was merged last
changes nothing when it comes again. Raises OlderReport where an earlier one comes.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from collector.core import holdings, looks
from collector.core.identity import Identified, Register, identify
from collector.core.knowledge import FORMER_ADDRESS, SITE, Failure, KnownDevice, KnownSite, Look, LookKey
from collector.core.looks import Ports
from collector.core.sightings import Sighting, sightings, told
from shared.address import IpNetwork, address_order
from shared.dhcp_seen import DhcpClientSeen
from shared.errors import NetarioError
from shared.observation import AddressSeen, InterfaceSeen, NameSeen, Observation, PortsExamined, Provenance
from shared.outcome import Outcome, State
from shared.report import Report

SWEEPS = frozenset({"arp", "liveness"})
"""The probes that ask every address of a subnet: what they do not find is not there."""
OWN_PROBE = "host"
"""The probe by which the agent's own machine is seen."""


class OlderReport(NetarioError):
    """The report ended before the newest that went into the state: merge the site's reports anew with ``fold``."""

    def __init__(self, finished_utc: datetime, as_of_utc: datetime) -> None:
        super().__init__(f"the report ended {finished_utc:%F %T} UTC, before what is known ({as_of_utc:%F %T} UTC): merge all reports anew")


def fold(reports: Iterable[Report], known: KnownSite | None = None) -> KnownSite:
    """The state after all the reports, in the order of their ends whatever the order given; the same report twice counts once."""
    state = known or KnownSite()
    unique = {report.id: report for report in reports}
    for report in sorted(unique.values(), key=lambda report: (report.finished_utc, report.id)):
        state = merge(state, report)
    return state


def merge(known: KnownSite, report: Report) -> KnownSite:
    """The state after ``report``. Raises OlderReport."""
    if report.id == known.newest_report:
        return known
    if known.as_of_utc and (report.finished_utc, report.id) < (known.as_of_utc, known.newest_report or report.id):
        raise OlderReport(report.finished_utc, known.as_of_utc)
    outcomes = sorted(report.outcomes, key=lambda outcome: (outcome.probe, outcome.target, outcome.at_utc, outcome.state))
    register = Register.of(known.devices)
    seen = sightings(outcomes, register.shared_macs())
    identified = identify(seen, register, report.id)
    split = _split(outcomes, _Owners(seen, identified, register))
    sighted = frozenset(address for sighting in seen for address in sighting.addresses)
    scan = _Scan(report, seen, identified, split, _swept(report, outcomes, known), _ports(outcomes), sighted)
    return KnownSite(
        devices=_devices(known.devices, scan),
        looks=_site_looks(known.looks, scan),
        failures=_failures(outcomes),
        as_of_utc=report.finished_utc,
        newest_report=report.id,
        scanned_subnets=_scanned(known.scanned_subnets, outcomes),
        absorbed=identified.absorbed,
    )


class _Owners:
    """Whose an address is, in one report."""

    def __init__(self, seen: list[Sighting], identified: Identified, register: Register) -> None:
        self._register = register
        self._absorbed = identified.absorbed
        self._of_claim = {claim: identified.device_of[i] for i, sighting in enumerate(seen) for claim in sighting.claims}
        self._of_address: dict[str, str] = {}
        for claim in sorted(self._of_claim, key=lambda claim: (address_order(claim[0]), claim[1] or "")):
            self._of_address.setdefault(claim[0], self._of_claim[claim])

    def of(self, address: str, mac: str | None = None) -> str | None:
        """The device that answered there, else the one known to be there."""
        owner = self._of_claim.get((address, mac)) or self._of_address.get(address)
        if owner is None and (holder := self._register.holder(address)):
            owner = self._absorbed.get(holder, holder)
        return owner


@dataclass(slots=True)
class _Part:
    """What an outcome, or several of the same probe and target, says of one device."""

    at_utc: datetime
    partial: bool
    observations: list[Observation] = field(default_factory=list)


_Split = Mapping[str, Mapping[LookKey, _Part]]
"""Device id (or SITE) -> (probe, target) -> what was said."""


@dataclass(frozen=True, slots=True)
class _Scan:
    report: Report
    seen: list[Sighting]
    identified: Identified
    split: _Split
    swept: tuple[IpNetwork, ...]
    """Subnets of which absence is known."""
    ports: Ports
    sighted: frozenset[str]
    """The addresses that somebody answered at."""

    def covers(self, address: str) -> bool:
        parsed = ipaddress.ip_address(address)
        return any(parsed.version == subnet.version and parsed in subnet for subnet in self.swept)


def _split(outcomes: Iterable[Outcome], owners: _Owners) -> _Split:
    split: dict[str, dict[LookKey, _Part]] = {}
    for outcome in filter(told, outcomes):
        key = (outcome.probe, outcome.target)
        for owner, observations in _shares(outcome, owners).items():
            part = split.setdefault(owner, {}).setdefault(key, _Part(outcome.at_utc, partial=False))
            part.at_utc = max(part.at_utc, outcome.at_utc)
            part.partial |= outcome.state is State.PARTIAL
            part.observations.extend(observations)
    return split


def _shares(outcome: Outcome, owners: _Owners) -> dict[str, list[Observation]]:
    """Who is spoken of: the target itself, or, where a subnet was asked, each address that is named."""
    if holdings.is_address(outcome.target):
        asked = owners.of(outcome.target)
        return {asked: list(outcome.observations)} if asked else {}
    shares: dict[str, list[Observation]] = {SITE: []}
    for observation in outcome.observations:
        owner: str | None = SITE
        if isinstance(observation, AddressSeen):
            owner = owners.of(observation.address, observation.mac)
        elif isinstance(observation, NameSeen):
            owner = owners.of(observation.address)
        elif isinstance(observation, DhcpClientSeen):
            owner = owners.of(observation.address, observation.mac) if observation.address else None
        if owner is not None:
            shares.setdefault(owner, []).append(observation)
    return shares


def _ports(outcomes: Iterable[Outcome]) -> Ports:
    """Examined counts where the outcome was answered to the end; open counts always."""
    answered = [o for o in outcomes if told(o)]
    return Ports(seen for o in answered for seen in o.observations if o.state is State.ANSWERED or not isinstance(seen, PortsExamined))


def _swept(report: Report, outcomes: Iterable[Outcome], known: KnownSite) -> tuple[IpNetwork, ...]:
    """The subnets whose sweep was answered. One that finds nobody where there were several says that the cable is out, not the hosts."""
    if not report.complete:
        return ()
    own = {outcome.target for outcome in outcomes if outcome.probe == OWN_PROBE}
    swept = []
    for outcome in outcomes:
        if outcome.probe not in SWEEPS or outcome.state is not State.ANSWERED or (subnet := _subnet(outcome.target)) is None:
            continue
        found = any(
            isinstance(o, AddressSeen) and o.provenance is Provenance.OWN_REPLY and o.address not in own for o in outcome.observations
        )
        if found or sum(_answers_in(device, outcome.target) for device in known.devices.values()) < 3:
            swept.append(subnet)
    return tuple(swept)


def _answers_in(device: KnownDevice, subnet: str) -> bool:
    return device.missing_since is None and any((sweep, subnet) in device.looks for sweep in SWEEPS)


def _subnet(target: str) -> IpNetwork | None:
    try:
        return ipaddress.ip_network(target, strict=False)
    except ValueError:
        return None


def _devices(known: Mapping[str, KnownDevice], scan: _Scan) -> dict[str, KnownDevice]:
    at_utc = scan.report.finished_utc
    by_id: dict[str, list[Sighting]] = {}
    for device_id, sighting in zip(scan.identified.device_of, scan.seen, strict=True):
        by_id.setdefault(device_id, []).append(sighting)
    absorbed: dict[str, list[KnownDevice]] = {}
    for device_id, into in scan.identified.absorbed.items():
        absorbed.setdefault(into, []).append(known[device_id])
    devices: dict[str, KnownDevice] = {}
    for device_id in sorted((known.keys() | by_id.keys()) - scan.identified.absorbed.keys()):
        device = known.get(device_id) or KnownDevice(device_id, at_utc, at_utc)
        for other in absorbed.get(device_id, ()):
            device = replace(device, first_seen=min(device.first_seen, other.first_seen), looks={**other.looks, **device.looks})
        devices[device_id] = _sighted(device, by_id[device_id], scan) if device_id in by_id else _unsighted(device, scan)
    return devices


def _sighted(device: KnownDevice, seen: list[Sighting], scan: _Scan) -> KnownDevice:
    news = scan.split.get(device.id, {})
    kept = _left_behind(device, seen, scan)
    kept = _with_news(kept, news, scan.ports)
    return replace(device, last_seen=scan.report.finished_utc, missing_since=None, looks=kept)


def _unsighted(device: KnownDevice, scan: _Scan) -> KnownDevice:
    """Third parties may still have spoken of it: a DNS server of its address."""
    kept = _with_news(device.looks, scan.split.get(device.id, {}), scan.ports)
    missing_since = device.missing_since or (scan.report.finished_utc if _is_absent(device, scan) else None)
    if missing_since == device.missing_since and kept == device.looks:
        return device
    return replace(device, missing_since=missing_since, looks=kept)


def _is_absent(device: KnownDevice, scan: _Scan) -> bool:
    """By its IPv4 addresses: nothing asks every IPv6 address of a subnet, but a host that is there answers by IPv4 as well."""
    addresses = [address for address in holdings.of_device(device).own_addresses if ":" not in address]
    return bool(addresses) and all(scan.covers(address) for address in addresses)


def _with_news(old: Mapping[LookKey, Look], news: Mapping[LookKey, _Part], ports: Ports) -> dict[LookKey, Look]:
    kept: dict[LookKey, Look] = {}
    for key, each in old.items():
        if key in news:
            continue
        reduced = looks.without_closed(each, ports) if ports else each
        if reduced and not (key[1] == FORMER_ADDRESS and any(key[0] == probe for probe, _ in news)):
            kept[key] = reduced
    for (probe, target), part in news.items():
        new = looks.look(probe, target, part.at_utc, part.observations)
        kept[probe, target] = looks.renewed(old.get((probe, target)), new, part.partial, ports)
    return {key: kept[key] for key in sorted(kept)}


def _left_behind(device: KnownDevice, seen: list[Sighting], scan: _Scan) -> Mapping[LookKey, Look]:
    """The looks of a device that was sighted, less what they say of addresses that it has left."""
    here: set[str] = set().union(*(sighting.addresses for sighting in seen))
    listed = {
        address.address
        for part in scan.split.get(device.id, {}).values()
        for observation in part.observations
        if isinstance(observation, InterfaceSeen)
        for address in observation.addresses
    }
    gone = {a for a in holdings.of_device(device).own_addresses - here - listed if a in scan.sighted or scan.covers(a)}
    if not gone:
        return device.looks
    kept: dict[LookKey, Look] = {}
    for (probe, target), each in sorted(device.looks.items()):
        where = FORMER_ADDRESS if target in gone else target
        if reduced := looks.without_addresses(each, gone, where):
            kept[probe, where] = reduced
    return kept


def _site_looks(known: Mapping[LookKey, Look], scan: _Scan) -> dict[LookKey, Look]:
    return _with_news(known, scan.split.get(SITE, {}), scan.ports)


def _failures(outcomes: Iterable[Outcome]) -> tuple[Failure, ...]:
    failed = {Failure(o.probe, o.target, o.state.value, o.detail) for o in outcomes if o.state is not State.ANSWERED}
    return tuple(sorted(failed, key=lambda failure: (failure.probe, failure.target, failure.state, failure.detail)))


def _scanned(known: Iterable[str], outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    swept = {str(subnet) for o in outcomes if o.probe in SWEEPS and told(o) and (subnet := _subnet(o.target))}
    return tuple(sorted({*known, *swept}, key=lambda prefix: (address_order(prefix.split("/")[0]), prefix)))

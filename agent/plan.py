"""What is a scan going to do: which subnets, which probes, about how many packets, about how long? Pure; nothing is sent.

Raises BadInput for a probe that is none, Missing where there is no subnet or nothing could be done here.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.config import Settings
from agent.machine import Machine
from agent.probe import RAW_SOCKETS, Probe, Seen, in_order, needs
from shared.errors import BadInput, Missing

MAX_UNASKED_ADDRESSES = 4096
"""A /20. A larger range, of one subnet or of several together, is scanned only where somebody has said so."""
_PRIVATE = tuple(
    ipaddress.ip_network(prefix) for prefix in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
"""RFC 1918, RFC 3927, RFC 4193 and the link's own: other addresses may be somebody else's."""
_USUALLY_ALIVE = 0.2
"""The share of an office's addresses that are in use, for the estimate where no scan has counted them yet."""
_UNLIMITED_PACKETS_PER_S = 5000
_A_HOST_S = 1.5
"""What the questions that are no packets of ours to count (version detection, SNMP, SSH) take for a host, several being asked at a time."""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    name: str
    packets: int
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class ScanPlan:
    subnets: tuple[str, ...]
    addresses: int
    alive: int
    """An estimate: every packet count below stands on it."""
    probes: tuple[ProbePlan, ...]
    packets_per_s: int
    counted: bool = False
    """``alive`` is what the last scan found, and no mere guess."""
    excluded: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    """Those of ``subnets`` that are in no private range."""
    host_packets_per_s: int = 0

    @property
    def packets(self) -> int:
        return sum(probe.packets for probe in self.probes)

    @property
    def minutes(self) -> float:
        return (self.packets / (self.packets_per_s or _UNLIMITED_PACKETS_PER_S) + self.alive * _A_HOST_S) / 60

    @property
    def is_large(self) -> bool:
        return self.addresses > MAX_UNASKED_ADDRESSES

    def needs_yes(self, large_is_meant: bool = False, public_is_meant: bool = False) -> str:
        """What somebody must say yes to before the first packet; empty where nothing is unusual."""
        reasons = []
        if self.is_large and not large_is_meant:
            reasons.append("the range is large")
        if self.public and not public_is_meant:
            reasons.append(f"{', '.join(self.public)} is in no private range and may be somebody else's")
        return "; ".join(reasons)

    def size(self) -> str:
        """How much it is, for a person."""
        return f"{self.addresses} addresses, about {self.packets} packets and {max(1, round(self.minutes))} min"


def chosen(probes: Sequence[Probe], only: Sequence[str]) -> list[Probe]:
    """The probes of ``--only``, all where it is empty."""
    names = {probe.NAME for probe in probes}
    strangers = [name for name in only if name not in names]
    if strangers:
        raise BadInput(f"no probe is called {', '.join(strangers)}. There are: {', '.join(sorted(names))}.")
    return [probe for probe in probes if not only or probe.NAME in only]


def with_subnets(settings: Settings, machine: Machine) -> Settings:
    """The settings with the machine's own subnets where none were given."""
    subnets = tuple(dict.fromkeys(settings.scan.subnets)) or machine.own_subnets()
    if not subnets:
        raise Missing("this machine is in no IPv4 subnet that could be documented: give one with --subnet, like 192.168.1.0/24")
    return settings.model_copy(update={"scan": settings.scan.model_copy(update={"subnets": subnets})})


def make(
    settings: Settings, probes: Sequence[Probe], lacking: Mapping[str, str], machine: Machine | None = None, counted: int = 0
) -> ScanPlan:
    """``settings`` has its subnets; ``lacking`` says, of ``agent.probe.NMAP`` and ``RAW_SOCKETS``, what is absent and why.

    ``counted`` is how many addresses the last scan of these subnets found in use; 0: there was none. An IPv6 subnet counts no addresses, as
    it is asked as a whole and never address by address."""
    addresses = sum(network.num_addresses for network in ipaddress.collapse_addresses(_ipv4(settings.scan.subnets)))
    alive = min(addresses, counted or max(1, round(addresses * _USUALLY_ALIVE)))
    ordered = [probe for step in in_order(probes) for probe in step]
    seen = Seen(machine=machine or Machine())
    return ScanPlan(
        subnets=settings.scan.subnets,
        addresses=addresses,
        alive=alive,
        probes=tuple(_probe_plan(p, settings, seen, alive, reason(p, lacking)) for p in ordered),
        packets_per_s=settings.scan.packets_per_s,
        counted=bool(counted),
        excluded=settings.scan.exclude,
        public=tuple(prefix for prefix in settings.scan.subnets if _is_public(prefix, seen.machine)),
        host_packets_per_s=settings.scan.host_packets_per_s if settings.scan.packets_per_s else 0,
    )


def _probe_plan(probe: Probe, settings: Settings, seen: Seen, alive: int, lacking: str) -> ProbePlan:
    return ProbePlan(probe.NAME, 0 if lacking else probe.packets(settings, seen, alive), lacking)


def _is_public(prefix: str, machine: Machine) -> bool:
    """An IPv6 prefix of the machine's own segment is no stranger's, however public its addresses are; it is asked by multicast."""
    network = ipaddress.ip_network(prefix)
    if any(network.version == private.version and network.subnet_of(private) for private in _PRIVATE):  # type: ignore[arg-type]
        return False
    own = {own.network for interface in machine.interfaces for own in interface.addresses}
    return network.version == 4 or network not in own


def reason(probe: Probe, lacking: Mapping[str, str]) -> str:
    """Why the probe cannot work on this machine; empty where it can."""
    return next((lacking[need] for need in needs(probe) if lacking.get(need)), "")


def check_possible(probes: Sequence[Probe], lacking: Mapping[str, str]) -> None:
    """Raises Missing where nothing of use could be done: no probe that asks can work, or the one that finds the hosts cannot."""
    asking = [probe for probe in probes if probe.NAME != "host"]
    reasons = [reason(probe, lacking) for probe in asking]
    if asking and all(reasons):
        raise Missing(next(iter(reasons)))
    if lacking.get(RAW_SOCKETS) and any(RAW_SOCKETS in needs(probe) and not probe.AFTER for probe in asking):
        raise Missing(lacking[RAW_SOCKETS])


def _ipv4(subnets: Sequence[str]) -> list[ipaddress.IPv4Network]:
    networks = (ipaddress.ip_network(prefix) for prefix in subnets)
    return [network for network in networks if isinstance(network, ipaddress.IPv4Network)]

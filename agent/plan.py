"""What is a scan going to do: which subnets, which probes, about how many packets, about how long? Pure; nothing is sent.

Raises BadInput for a probe that is none, Missing where there is no subnet or nothing could be done here.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.config import Settings
from agent.machine import Machine
from agent.probe import RAW_SOCKETS, Probe, in_order, needs
from shared.errors import BadInput, Missing

MAX_UNASKED_ADDRESSES = 4096
"""A /20. A larger range is scanned only where somebody has said so."""
_USUALLY_ALIVE = 0.2
"""The share of an office's addresses that are in use, for the estimate."""
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
    excluded: tuple[str, ...] = ()

    @property
    def packets(self) -> int:
        return sum(probe.packets for probe in self.probes)

    @property
    def minutes(self) -> float:
        return (self.packets / (self.packets_per_s or _UNLIMITED_PACKETS_PER_S) + self.alive * _A_HOST_S) / 60

    @property
    def is_large(self) -> bool:
        return self.addresses > MAX_UNASKED_ADDRESSES


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


def make(settings: Settings, probes: Sequence[Probe], lacking: Mapping[str, str]) -> ScanPlan:
    """``settings`` has its subnets; ``lacking`` says, of ``agent.probe.NMAP`` and ``RAW_SOCKETS``, what is absent and why."""
    addresses = sum(network.num_addresses for network in ipaddress.collapse_addresses(_ipv4(settings.scan.subnets)))
    alive = max(1, round(addresses * _USUALLY_ALIVE)) if addresses else 0
    ordered = [probe for step in in_order(probes) for probe in step]
    return ScanPlan(
        subnets=settings.scan.subnets,
        addresses=addresses,
        alive=alive,
        probes=tuple(ProbePlan(p.NAME, p.packets(settings, alive), reason(p, lacking)) for p in ordered),
        packets_per_s=settings.scan.packets_per_s,
        excluded=settings.scan.exclude,
    )


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

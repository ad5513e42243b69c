"""What is known of a site, laid out for building its inventory: each observation with where it comes from, in a fixed order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from collector.core.knowledge import KnownDevice, KnownSite, Look
from shared.observation import Observation

Seen = TypeVar("Seen", bound=Observation)

# Where two probes tell the same thing, the one that reads the device's own configuration is believed first.
_PROBE_ORDER = {"ssh": 0, "host": 1, "snmp": 2, "services": 3, "ports": 4}


@dataclass(frozen=True, slots=True)
class Fact:
    observation: Observation
    probe: str
    target: str


@dataclass(frozen=True)
class DeviceFacts:
    device: KnownDevice
    facts: tuple[Fact, ...]

    @property
    def id(self) -> str:
        return self.device.id

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        return tuple(fact.observation for fact in self.facts)

    @cached_property
    def _by_type(self) -> Mapping[type, list[Observation]]:
        by_type: dict[type, list[Observation]] = {}
        for observation in self.observations:
            by_type.setdefault(type(observation), []).append(observation)
        return by_type

    def of(self, kind: type[Seen]) -> list[Seen]:
        """The observations of one kind, the best source first."""
        return [observation for observation in self._by_type.get(kind, ()) if isinstance(observation, kind)]


def of_device(device: KnownDevice) -> DeviceFacts:
    return DeviceFacts(device, tuple(_facts(device.looks.values())))


def of_site(known: KnownSite) -> Sequence[DeviceFacts]:
    return [of_device(known.devices[device_id]) for device_id in sorted(known.devices)]


def site_observations(known: KnownSite, kind: type[Seen]) -> list[Seen]:
    """What was told of the site as a whole."""
    return [fact.observation for fact in _facts(known.looks.values()) if isinstance(fact.observation, kind)]


def _facts(looks: Iterable[Look]) -> Iterator[Fact]:
    for look in sorted(looks, key=lambda look: (_PROBE_ORDER.get(look.probe, 9), look.probe, look.target)):
        for observation in look.observations:
            yield Fact(observation, look.probe, look.target)

"""What a probe is: one question, asked of many targets, found by listing ``agent/probes/``.

A probe is a module with

- ``NAME``: its name on the command line (``--only``) and in reports;
- ``AFTER``: the names of the probes whose answers it needs, so that the frame can order them;
- ``AT_ONCE``: how many targets it may work on at a time;
- ``DEADLINE_S``: how long one target may take;
- ``CREDENTIALS``: True where it offers credentials, so that its outcomes say which;
- ``targets(settings, seen) -> Sequence[Target]``: whom to ask, a pure function of the settings and of what was seen so far;
- ``packets(settings, seen, addresses) -> int``: about how many packets it sends when ``addresses`` are alive, for the plan; nothing has
  been seen by then but the machine;
- ``ask(target, edges, settings, seen) -> Answer``: asks one target. It raises what an edge raises; ``agent.execute`` turns that into data.

It may also have ``BESIDE``: True where it runs beside all others, as it only listens; and ``NEEDS``: what the machine must offer to it, of
``NMAP`` and ``RAW_SOCKETS``. Where that is lacking the frame says so before anything is sent. Excluded addresses are kept from every probe
by the frame; a probe need not think of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from agent.machine import Machine
from shared.address import address_order, is_link_local
from shared.observation import AddressSeen, Observation, PortSeen, Provenance
from shared.outcome import State

if TYPE_CHECKING:
    from agent.config import Settings
    from agent.edge import Edges

Fact = TypeVar("Fact")

SITE = "site"
"""The target of a probe that asks nobody in particular."""

HOST_FINDERS = ("arp", "liveness", "ndp")
"""The probes that tell who is there."""

NMAP = "nmap"
RAW_SOCKETS = "raw sockets"


@dataclass(frozen=True, slots=True)
class Target:
    """``name`` is an address, a prefix, or ``site``: what the outcome calls it."""

    name: str
    ports: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    observations: tuple[Observation, ...] = ()
    state: State = State.ANSWERED
    detail: str = ""
    credential: str = ""


@dataclass(slots=True)
class Seen:
    """All that the probes of this scan have seen so far. Written by the frame alone, between two steps."""

    observations: list[Observation] = field(default_factory=list)
    by_target: dict[str, list[Observation]] = field(default_factory=dict)
    machine: Machine = field(default_factory=Machine)
    """The machine that the agent runs on."""
    is_over: bool = False
    """Every probe of the steps has ended: those beside them should end as well. False for good where there are no others."""

    def add(self, target: str, observations: Iterable[Observation]) -> None:
        for observation in observations:
            self.observations.append(observation)
            self.by_target.setdefault(target, []).append(observation)

    def facts(self, kind: type[Fact]) -> Iterator[Fact]:
        return (observation for observation in self.observations if isinstance(observation, kind))

    def alive(self) -> list[str]:
        """The addresses that have answered the agent themselves, in order: those worth asking more.

        Not among them: those that a proxy answered for, IPv6 addresses of one link, and those of a card that also answers by IPv4 (a
        device is asked once)."""
        own = [seen for seen in self.facts(AddressSeen) if seen.provenance is Provenance.OWN_REPLY]
        by_ipv4 = {seen.mac for seen in own if seen.mac and ":" not in seen.address}
        live = {seen.address for seen in own if ":" not in seen.address or (seen.mac not in by_ipv4 and not is_link_local(seen.address))}
        return sorted(live, key=address_order)

    def open_ports(self, address: str, protocol: str = "tcp") -> list[PortSeen]:
        return [seen for seen in self.facts(PortSeen) if seen.address == address and seen.protocol == protocol]


class Probe(Protocol):
    NAME: str
    AFTER: tuple[str, ...]
    AT_ONCE: int
    DEADLINE_S: float
    CREDENTIALS: bool

    def targets(self, settings: "Settings", seen: Seen) -> Sequence[Target]: ...
    def packets(self, settings: "Settings", seen: Seen, addresses: int) -> int: ...
    async def ask(self, target: Target, edges: "Edges", settings: "Settings", seen: Seen) -> Answer: ...


def as_probe(module: ModuleType) -> Probe:
    """The module as a probe; TypeError, naming what is missing, where it is none."""
    missing = [
        name for name in ("NAME", "AFTER", "AT_ONCE", "DEADLINE_S", "CREDENTIALS", "targets", "packets", "ask") if not hasattr(module, name)
    ]
    if missing:
        raise TypeError(f"{module.__name__} is no probe: it lacks {', '.join(missing)}")
    return cast(Probe, module)


def needs(probe: Probe) -> tuple[str, ...]:
    return tuple(getattr(probe, "NEEDS", ()))


def is_beside(probe: Probe) -> bool:
    """Whether the probe runs beside all others, from the first step until ``Seen.is_over``: it listens."""
    return bool(getattr(probe, "BESIDE", False))


def _awaited(probe: Probe) -> tuple[str, ...]:
    return (*probe.AFTER, *HOST_FINDERS) if "arp" in probe.AFTER and probe.NAME not in HOST_FINDERS else probe.AFTER


def _without_credentials(probes: Mapping[str, Probe]) -> frozenset[str]:
    """The probes that neither offer credentials nor wait for one that does."""
    names = {name for name, probe in probes.items() if not probe.CREDENTIALS}
    while late := {name for name in names if any(n in probes and n not in names for n in _awaited(probes[name]))}:
        names -= late
    return frozenset(names)


def _first(probe: Probe, without_credentials: frozenset[str]) -> tuple[str, ...]:
    return (*_awaited(probe), *without_credentials) if probe.CREDENTIALS else _awaited(probe)


def in_order(probes: Iterable[Probe], credentials_last: bool = False) -> list[list[Probe]]:
    """Probes in steps: each step needs only what earlier steps have seen. A probe that is absent is not waited for.

    Who waits for ``arp`` waits for every probe that finds hosts. ``credentials_last``: who offers credentials waits for all that can be
    learned of a device without them, as its vendor or kind decides whether it may be asked."""
    waiting: Mapping[str, Probe] = {probe.NAME: probe for probe in probes}
    without = _without_credentials(waiting) if credentials_last else frozenset()
    steps: list[list[Probe]] = []
    done: set[str] = set()
    while len(done) < len(waiting):
        ready = [p for name, p in waiting.items() if name not in done and all(n in done or n not in waiting for n in _first(p, without))]
        if not ready:
            raise TypeError(f"probes wait for each other: {sorted(set(waiting) - done)}")
        steps.append(ready)
        done.update(probe.NAME for probe in ready)
    return steps

"""What stands behind the names of objects and object-groups in Cisco's configurations (IOS, IOS-XE, ASA)?

Networks, services, protocols, ICMP types and users have name spaces of their own. Groups hold groups; a group that holds itself ends there
(``values.resolved``). Source: Cisco IOS Security Configuration Guide, "Object Groups for ACLs"; ASA Firewall CLI Guide, "Objects for
Access Control".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from shared.configs import cisco_ports as names
from shared.configs import values
from shared.device_config import AddressObject, ServiceObject
from shared.firewall import ANY

_TOP_PORT = 65535
MAX_RESOLVED = 200_000
"""Values of all objects of a kind together: groups that hold each other all around would have the square of their number."""


@dataclass(slots=True)
class NameSpace:
    """The objects and groups of one kind. ``own``: values that stand in the object itself; ``members``: a group's, in its order."""

    own: dict[str, list[str]] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    _resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _left: int = MAX_RESOLVED

    def __contains__(self, name: str) -> bool:
        return name in self.own or name in self.members

    def begin(self, name: str, *, group: bool) -> None:
        """A second block of the same name goes on with the first."""
        if group:
            self.members.setdefault(name, [])
        elif name not in self.members:
            self.own.setdefault(name, [])

    def add(self, name: str, value: str) -> None:
        (self.members if name in self.members else self.own)[name].append(value)

    def resolved(self, name: str) -> tuple[str, ...]:
        """A name that nobody defines stands for itself; so does a group with more values than anybody has use for."""
        if name not in self._resolved:
            self._resolved[name] = self._values(name)
            self._left -= len(self._resolved[name])
        return self._resolved[name]

    def _values(self, name: str) -> tuple[str, ...]:
        if name not in self or self._left <= 0:
            return (name,)
        try:
            return values.resolved(name, self.own, self.members)
        except ValueError:
            return (name,)


@dataclass(slots=True)
class Objects:
    networks: NameSpace = field(default_factory=NameSpace)
    services: NameSpace = field(default_factory=NameSpace)
    """Values as ``tcp/443``: with their protocol, also where the group says it once for all."""
    protocols: NameSpace = field(default_factory=NameSpace)
    icmp_types: NameSpace = field(default_factory=NameSpace)
    users: NameSpace = field(default_factory=NameSpace)

    def address_objects(self) -> Iterator[AddressObject]:
        for name in _in_order(self.networks):
            group = name in self.networks.members
            yield AddressObject(
                name=name, kind="group" if group else "address", values=self.networks.resolved(name),
                members=tuple(self.networks.members.get(name, ())), comment=self.networks.comments.get(name, ""),
            )  # fmt: skip

    def service_objects(self) -> Iterator[ServiceObject]:
        for space in (self.services, self.protocols, self.icmp_types):
            for name in _in_order(space):
                group = name in space.members
                yield ServiceObject(
                    name=name, kind="group" if group else "service", values=space.resolved(name),
                    members=tuple(space.members.get(name, ())), comment=space.comments.get(name, ""),
                )  # fmt: skip


def _in_order(space: NameSpace) -> list[str]:
    return [*space.own, *space.members]


PORT_OPERATORS = frozenset({"eq", "neq", "gt", "lt", "range"})


def port_ranges(operator: str, ports: Sequence[str], protocol: str = "") -> list[str]:
    """``eq www 443`` -> ``["80", "443"]``; ``gt 1023`` -> ``["1024-65535"]``; ``neq 25`` -> ``["0-24", "26-65535"]``."""
    numbers = [names.port(port, protocol) for port in ports]
    if operator == "range":
        return [values.port_range(f"{numbers[0]}-{numbers[1]}")]
    if operator == "eq":
        return [str(number) for number in numbers]
    if operator == "gt":
        return [_between(numbers[0] + 1, _TOP_PORT)]
    if operator == "lt":
        return [_between(0, numbers[0] - 1)]
    edges = [-1, *sorted(set(numbers)), _TOP_PORT + 1]
    return [_between(low + 1, high - 1) for low, high in pairwise(edges) if low + 1 <= high - 1]


def _between(low: int, high: int) -> str:
    return values.port_range(f"{low}-{high}")


def services(protocols: Sequence[str], ports: Sequence[str] = (ANY,), source_ports: Sequence[str] = (ANY,)) -> list[str]:
    """All of them together: ``tcp/80``, ``tcp/443<1024-65535`` ..."""
    each_protocol = [one for protocol in protocols for one in (("tcp", "udp") if protocol == "tcp-udp" else (protocol,))]
    return [values.service(protocol, port, source) for protocol in each_protocol for source in source_ports for port in ports]

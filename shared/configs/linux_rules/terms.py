"""What a rule of Linux's packet filter asks of a packet, in words that hold for every make: who, where to, which service, by which way.

A rule's matches are all to be met, so a field takes the first match of its kind; a second one, and whatever has no field, goes into
``conditions`` in the language's own words: a rule never looks wider than it is.
"""

from dataclasses import dataclass, field

from shared.firewall import ANY

ANY_OF = (ANY,)
MAX_ELEMENTS = 200
"""A set with more elements (a country's prefixes, a block list) is shown by its name."""
MAX_SERVICES = 2_000
"""Pairs of destination and source ports that are written out."""


@dataclass(slots=True)
class Terms:
    """A rule's conditions. ``ports``: (protocol or ``th``, values)."""

    family: str = ""
    from_: tuple[str, ...] = ANY_OF
    to: tuple[str, ...] = ANY_OF
    sources: tuple[str, ...] = ANY_OF
    destinations: tuple[str, ...] = ANY_OF
    source_names: tuple[str, ...] = ()
    destination_names: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    ports: tuple[str, tuple[str, ...]] | None = None
    source_ports: tuple[str, tuple[str, ...]] | None = None
    states: tuple[str, ...] = ()
    schedule: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def services(self) -> tuple[str, ...]:
        """``tcp/443``, ``tcp/443<1024-65535``, ``icmp/echo-request``, ``esp``, ``any``"""
        if self.ports is None and self.source_ports is None:
            return self.protocols or ANY_OF
        protocol, values = self.ports or ((self.source_ports or ("th", ()))[0], ANY_OF)
        carriers = (self.protocols or ("th",)) if protocol == "th" else (protocol,)
        own = [f"!{carrier}/{v[1:]}" if v.startswith("!") else f"{carrier}/{v}" for carrier in carriers for v in values]
        if self.source_ports is None:
            return tuple(own)
        sources = self.source_ports[1]
        if len(own) * len(sources) > MAX_SERVICES:
            sources = (",".join(sources),)
        return tuple(f"{service}<{source}" for service in own for source in sources)

    def protocols_and_ports(self) -> tuple[str, str]:
        """(``tcp+udp``, ``80,443``)"""
        if self.ports is None:
            protocol, ports = (self.source_ports or ("th", ()))[0], ANY
        else:
            protocol, ports = self.ports[0], ",".join(self.ports[1])
        return ("+".join(self.protocols) or (ANY if ports == ANY else "th")) if protocol == "th" else protocol, ports

    def settle(self) -> None:
        """Once all matches are in: what the fields cannot say together becomes a condition."""
        if self.source_ports is not None and self.ports is not None:
            mixed = self.ports[0] != self.source_ports[0] or any(value.startswith("!") for value in self.ports[1])
            if mixed:
                self.conditions.append(f"{self.source_ports[0]} source ports {', '.join(self.source_ports[1])}")
                self.source_ports = None

    def inherit(self, outer: "Terms") -> None:
        """Adds what a packet had to meet before it came here by a jump."""
        for name in ("from_", "to", "sources", "destinations"):
            mine, theirs = getattr(self, name), getattr(outer, name)
            if mine == ANY_OF:
                setattr(self, name, theirs)
            elif theirs not in (ANY_OF, mine):
                self.conditions.append(f"{name.rstrip('_')} also {', '.join(theirs)}")
        self.source_names = self.source_names or outer.source_names
        self.destination_names = self.destination_names or outer.destination_names
        if self.services() == ANY_OF:
            self.ports, self.source_ports, self.protocols = outer.ports, outer.source_ports, outer.protocols
        elif outer.services() not in (ANY_OF, self.services()) and not self._is_within(outer):
            self.conditions.append(f"service also {', '.join(outer.services())}")
        self.family = self.family or outer.family
        self.states = self.states or outer.states
        self.schedule += outer.schedule
        self.conditions += outer.conditions

    def _is_within(self, outer: "Terms") -> bool:
        """The outer rule asks for the protocol only, and this one for a port of it."""
        mine = self.ports or self.source_ports
        return outer.ports is None and outer.source_ports is None and mine is not None and outer.protocols == (mine[0],)

"""What is known of each address so far: did it answer, with which MAC address, which ports are open, who made it, what is it?

Learned while a scan runs, from every answer as soon as it is in. Maker and kind are conclusions of ``shared.fingerprints`` and of the
MAC address's registered maker; they are computed only for addresses that somebody asks about, and again when more has been seen.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from shared.fingerprints import best, identify, rules
from shared.observation import (
    AddressSeen,
    InterfaceSeen,
    LeaseSeen,
    ObjectSeen,
    Observation,
    PortSeen,
    PortsExamined,
    Provenance,
    SaidSeen,
    SystemSeen,
)
from shared.oui import maker

SURE_ENOUGH = 0.5
MAX_FACTS = 2_000
"""Of one address: what a device says of itself is bounded, however much it says."""
_TELLING = (InterfaceSeen, ObjectSeen, PortSeen, SaidSeen, SystemSeen)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """What an address seems to be. Empty: not known yet."""

    vendors: frozenset[str] = frozenset()
    kind: str = ""
    """The best of ``kinds``."""
    kinds: frozenset[str] = frozenset()
    """All that are at least fairly sure."""

    def made_by(self, wanted: str) -> bool:
        return any(same_maker(wanted, said) for said in self.vendors)


@dataclass(slots=True)
class Known:
    maker: Callable[[str], str] = maker
    alive: set[str] = field(default_factory=set)
    macs: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Address -> its MAC addresses; True where the address itself answered with it, False where somebody else says so."""
    open_ports: dict[str, set[int]] = field(default_factory=dict)
    _examined: dict[str, list[str]] = field(default_factory=dict)
    _facts: dict[str, list[Observation]] = field(default_factory=dict)
    _identities: dict[str, Identity] = field(default_factory=dict)

    def answered(self, address: str, macs: Iterable[str] = ()) -> None:
        """``address`` has answered the agent itself."""
        self.alive.add(address)
        for mac in macs:
            self.macs.setdefault(address, {})[mac] = True
        self._identities.pop(address, None)

    def learn(self, target: str, observations: Iterable[Observation]) -> set[str]:
        """Takes in what a probe saw on ``target``; gives the addresses of which something new is known."""
        told: set[str] = set()
        for seen in observations:
            address = getattr(seen, "address", None) or (target if _is_address(target) else "")
            if address and self._take(address, seen):
                told.add(address)
                self._identities.pop(address, None)
        return told

    def _take(self, address: str, seen: Observation) -> bool:
        match seen:
            case AddressSeen(provenance=Provenance.OWN_REPLY):
                self.answered(address, [seen.mac] if seen.mac else ())
                return True
            case AddressSeen() | LeaseSeen() if seen.mac:
                self.macs.setdefault(address, {}).setdefault(seen.mac, False)
                return True
            case PortsExamined(protocol="tcp"):
                self._examined.setdefault(address, []).append(seen.ranges)
            case PortSeen(protocol="tcp"):
                self.open_ports.setdefault(address, set()).add(seen.number)
        facts = self._facts.setdefault(address, [])
        if isinstance(seen, _TELLING) and len(facts) < MAX_FACTS:
            facts.append(seen)
            return True
        return False

    def device(self, address: str) -> str:
        """One name for all addresses that answer with the same MAC address: limits for a device are kept by it."""
        own = [mac for mac, first_hand in self.macs.get(address, {}).items() if first_hand]
        return min(own, default=address)

    def port_is_shut(self, address: str, port: int) -> bool:
        """True where the port was looked at and is not open. A port that nobody looked at is not known to be shut."""
        return port not in self.open_ports.get(address, ()) and any(_names(ranges, port) for ranges in self._examined.get(address, ()))

    def identity(self, address: str) -> Identity:
        identity = self._identities.get(address)
        if identity is None:
            identity = self._identities[address] = self._identified(address)
        return identity

    def makers(self, address: str) -> Iterator[str]:
        """The registered makers of its MAC addresses, whoever told of these."""
        return (name for mac in self.macs.get(address, ()) if (name := self.maker(mac)))

    def _identified(self, address: str) -> Identity:
        facts = self._facts.get(address, [])
        conclusions = identify(facts)
        surest = best(conclusions).get("kind")
        first_hand = (mac for mac, own in self.macs.get(address, {}).items() if own)
        vendors = {
            *(name for mac in first_hand if (name := self.maker(mac))),
            *(c.value for c in conclusions if c.field == "vendor" and c.sureness >= SURE_ENOUGH),
        }
        fair = {c.value for c in conclusions if c.field == "kind" and c.sureness >= SURE_ENOUGH}
        kind = surest.value if surest else ""
        return Identity(frozenset(vendors), kind, frozenset({*fair, kind} - {""}))


def same_maker(wanted: str, said: str) -> bool:
    """``Siemens`` is ``SIEMENS AG``, and is not ``Siemensstadt``: the words of the one stand in the other, in their order."""
    names = {said, rules().vendor_name(said)}
    return any(_stands_in(_words(form), _words(name)) for form in {wanted, rules().vendor_name(wanted)} for name in names)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _stands_in(few: list[str], many: list[str]) -> bool:
    return bool(few) and any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _names(ranges: str, port: int) -> bool:
    """Whether a list in nmap's notation names the port."""
    pairs = (part.partition("-") for part in ranges.split(","))
    return any(int(first) <= port <= int(last or first) for first, _, last in pairs)

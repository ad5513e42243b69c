"""What no probe may touch: addresses, subnets, MAC addresses and their makers' prefixes, vendors, kinds of device.

An address or subnet holds from the first packet. The others hold from the moment that they can be known: a MAC address, its prefix and its
maker from the answer to ARP, a vendor that a device names and its kind when what was seen so far says so. Once excluded, an address stays
so for the scan, and every address that answers with the same MAC address is excluded with it.
"""

import ipaddress
from collections.abc import Iterable, Sequence

from agent.safety.known import Known, same_maker
from shared.address import IpNetwork, normal_mac
from shared.errors import Refused
from shared.observation import AddressSeen, Observation, Provenance

VENDOR, KIND = "vendor:", "kind:"
_OUI_OCTETS = 3


def normal_exclusion(entry: str) -> str:
    """``00-1B-21`` -> ``00:1b:21``, ``Vendor: Siemens`` -> ``vendor:Siemens``. ValueError where it is neither a prefix, vendor nor kind."""
    word, colon, rest = entry.partition(":")
    prefix = f"{word.strip().lower()}:"
    if colon and prefix in (VENDOR, KIND) and rest.strip():
        return prefix + (rest.strip() if prefix == VENDOR else rest.strip().lower())
    octets = entry.strip().lower().replace("-", ":").split(":")
    return normal_mac(":".join([*octets, "0", "0", "0"]))[:8] if len(octets) == _OUI_OCTETS else normal_mac("")


class Exclusions:
    """``excluded``: entries in normal form, as ``ScanSettings.exclude`` holds them. ``known``: what the scan has learned."""

    def __init__(self, excluded: Iterable[str] = (), known: Known | None = None) -> None:
        self.known = known or Known()
        self.found: dict[str, str] = {}
        """Addresses that were found to be excluded on the way -> the entry that excludes them."""
        self._networks: list[tuple[IpNetwork, str]] = []
        self._macs: dict[str, str] = {}
        self._vendors: list[str] = []
        self._kinds: set[str] = set()
        for entry in excluded:
            self._add(entry)

    def _add(self, entry: str) -> None:
        if entry.startswith(VENDOR):
            self._vendors.append(entry.removeprefix(VENDOR))
        elif entry.startswith(KIND):
            self._kinds.add(entry.removeprefix(KIND))
        else:
            try:
                self._networks.append((ipaddress.ip_network(entry), entry))
            except ValueError:
                self._macs[entry] = entry

    @property
    def need_a_kind(self) -> bool:
        """True where it takes more than an answer to ARP to know what is excluded."""
        return bool(self._vendors or self._kinds)

    def why(self, address: str) -> str:
        """The entry that excludes the address; empty where none does."""
        if address in self.found:
            return self.found[address]
        parsed = ipaddress.ip_address(address)
        if entry := next((entry for network, entry in self._networks if parsed in network), ""):
            return entry
        if entry := self._by_mac(address) or self._by_identity(address):
            self.found[address] = entry
            # the other addresses of that device
            self._macs.update(dict.fromkeys(self.known.macs.get(address, ()), entry))
        return entry

    def _by_mac(self, address: str) -> str:
        macs = self.known.macs.get(address, ()) if self._macs else ()
        return next((self._macs[form] for mac in macs for form in (mac, mac[:8]) if form in self._macs), "")

    def _by_identity(self, address: str) -> str:
        if not self.need_a_kind:
            return ""
        makers = [*self.known.makers(address), *(self.known.identity(address).vendors)]
        vendor = next((wanted for wanted in self._vendors if any(same_maker(wanted, name) for name in makers)), "")
        kinds = self.known.identity(address).kinds & self._kinds
        return f"{VENDOR}{vendor}" if vendor else f"{KIND}{min(kinds)}" if kinds else ""

    def cover(self, address: str) -> bool:
        return bool(self.why(address))

    def cover_target(self, name: str) -> bool:
        """``name`` as a probe's target: an address, or a prefix of which every address is excluded."""
        try:
            wanted = ipaddress.ip_network(name)
        except ValueError:
            return False  # ``site``
        if wanted.num_addresses == 1 and self.cover(str(wanted.network_address)):
            return True
        return any(wanted.network_address in n and wanted.broadcast_address in n for n, _ in self._networks)

    def review(self, addresses: Iterable[str]) -> None:
        """Looks at addresses of which something new is known, so that what follows from it holds for the whole device at once."""
        if self._macs or self.need_a_kind:
            for address in addresses:
                self.why(address)

    def without(self, observations: Iterable[Observation]) -> tuple[Observation, ...]:
        """The observations less the replies of excluded addresses; what others tell of them stays, as nobody asked them for it."""
        return tuple(
            seen
            for seen in observations
            if not (isinstance(seen, AddressSeen) and seen.provenance is Provenance.OWN_REPLY and self.cover(seen.address))
        )

    def less(self, addresses: Sequence[str]) -> list[str]:
        """The addresses less those that are excluded."""
        return [address for address in addresses if not self.cover(address)]

    def check(self, address: str) -> None:
        if entry := self.why(address):
            told = "" if entry == address else f" ({entry})"
            raise Refused(f"{address} is excluded by the configuration{told}: nothing was sent")

"""What does the demo network consist of?  Source: ``truth.toml`` beside this file; the network is built from it.

Names and values are those of ``shared.inventory`` and ``shared.firewall``, so that a test compares field with field. Raises
pydantic's ValidationError where the file does not fit, and ValueError where one part of it names another that is not there.
"""

import tomllib
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_interface
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from shared.address import Ip, Mac, Prefix
from shared.firewall import ANY, Action, Scope, SourceNatKind
from shared.inventory import Kind
from shared.model import Frozen

FILE = Path(__file__).with_name("truth.toml")
_PHONES_VLAN = "TELEFONI"


class Interface(Frozen, extra="forbid"):
    name: str
    segment: Literal["lan", "phones", "wan", "tunnel", "loopback"]
    mac: Mac | None = None
    addresses: tuple[str, ...]
    """With the prefix length: ``10.77.0.1/24``."""
    dhcp: bool = False
    """The address comes by DHCP: what ``addresses`` says is what the server has reserved."""
    switch_port: int | None = None
    """Where this interface is plugged in, for a host that has several cables to the switch."""

    @property
    def address(self) -> str:
        return str(ip_interface(self.addresses[0]).ip)


class Port(Frozen, extra="forbid"):
    """An open TCP port."""

    number: int
    service: str
    """IANA's name of it."""
    encryption: Literal["", "tls", "starttls"] = ""


class Host(Frozen, extra="forbid"):
    name: str
    kind: Kind
    vendor: str
    """Who made it, as it itself or its MAC address says: where it says nothing, the maker of its network card."""
    model: str = ""
    serial: str = ""
    description: str = ""
    """sysDescr; empty: what snmpd says by itself."""
    location: str = ""
    interfaces: tuple[Interface, ...]
    gateway: Ip | None = None
    switch_port: int | None = None
    """Where its first interface is plugged in."""
    switch_alias: str = ""
    answers: Literal["all", "arp"] = "all"
    snmp: bool = False
    ports: tuple[Port, ...] = ()
    daemons: tuple[str, ...] = ()
    """Modules of ``daemons/``, in the order in which they are started."""
    web_title: str = ""

    @property
    def lan(self) -> Interface | None:
        return next((each for each in self.interfaces if each.segment == "lan"), None)

    @property
    def plugged(self) -> dict[int, Interface]:
        """The switch's port -> the interface at the other end of the cable."""
        first = {self.switch_port: self.lan or self.interfaces[0]} if self.switch_port else {}
        return first | {each.switch_port: each for each in self.interfaces if each.switch_port}

    @property
    def address(self) -> str:
        """The one in the LAN, else the first."""
        return (self.lan or self.interfaces[0]).address

    @property
    def mac(self) -> str:
        found = (self.lan or self.interfaces[0]).mac
        if found is None:
            raise ValueError(f"{self.name} has no MAC address in the LAN")
        return found


class Chain(Frozen, extra="forbid"):
    name: str
    hook: Literal["input", "forward", "output"] | None = None
    """None: nothing reaches it unless another rule jumps there."""
    policy: Action

    @property
    def scope(self) -> Scope:
        return Scope(self.hook) if self.hook else Scope.OTHER


class AddressSet(Frozen, extra="forbid"):
    name: str
    elements: tuple[str, ...]


class Rule(Frozen, extra="forbid"):
    """A rule as it is written; policies are in ``Chain``."""

    chain: str
    action: Action
    from_: tuple[str, ...] = Field(default=(ANY,), alias="from")
    to: tuple[str, ...] = (ANY,)
    sources: tuple[str, ...] = (ANY,)
    source_set: str = ""
    """The sources are the elements of this set."""
    destinations: tuple[str, ...] = (ANY,)
    services: tuple[str, ...] = (ANY,)
    states: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    log_prefix: str = ""
    comment: str

    @property
    def log(self) -> bool:
        return bool(self.log_prefix)


class PortForward(Frozen, extra="forbid"):
    protocol: Literal["tcp", "udp"]
    from_: tuple[str, ...] = Field(default=(ANY,), alias="from")
    sources: tuple[str, ...] = (ANY,)
    public_port: int
    to_host: str
    to_port: int
    comment: str


class SourceNat(Frozen, extra="forbid"):
    kind: SourceNatKind
    to: tuple[str, ...]
    comment: str


class Firewall(Frozen, extra="forbid"):
    host: str
    table: str
    chains: tuple[Chain, ...]
    sets: tuple[AddressSet, ...]
    rules: tuple[Rule, ...]
    port_forwards: tuple[PortForward, ...]
    source_nat: tuple[SourceNat, ...]

    def set_named(self, name: str) -> AddressSet:
        return next(each for each in self.sets if each.name == name)

    def sources_of(self, rule: Rule) -> tuple[str, ...]:
        """Where the rule's packets come from, a set as its elements."""
        return self.set_named(rule.source_set).elements if rule.source_set else rule.sources


class Route(Frozen, extra="forbid"):
    host: str
    destination: Prefix
    gateway: Ip | None = None
    interface: str
    connected: bool = False
    """The consequence of an address, not a setting."""


class VpnPeer(Frozen, extra="forbid"):
    name: str
    allowed_prefixes: tuple[Prefix, ...]
    endpoint: str = ""


class Vpn(Frozen, extra="forbid"):
    host: str
    interface: str
    listen_port: int
    peers: tuple[VpnPeer, ...]


class Dhcp(Frozen, extra="forbid"):
    host: str
    interface: str
    first_address: Ip
    last_address: Ip
    gateway: Ip
    dns_servers: tuple[Ip, ...]
    lease_s: int
    reservations: tuple[str, ...]
    """Names of hosts: each has its address reserved for its MAC address."""


class Certificate(Frozen, extra="forbid"):
    host: str
    names: tuple[str, ...]
    valid_for_days: int
    days_left: int

    def not_after(self, started: datetime) -> datetime:
        return started + timedelta(days=self.days_left)

    def not_before(self, started: datetime) -> datetime:
        return self.not_after(started) - timedelta(days=self.valid_for_days)


class Truth(Frozen, extra="forbid"):
    client: str
    domain: str
    community: str
    ssh_user: str
    lan: Prefix
    lan_ipv6: Prefix
    """A unique local prefix (RFC 4193) of the same cable; nobody announces it."""
    phones: Prefix
    """Behind the firewall: a subnet that the agent is not in."""
    wan: Prefix
    vlans: dict[int, str]
    print_ports: tuple[int, ...]
    hosts: tuple[Host, ...]
    firewall: Firewall
    routes: tuple[Route, ...]
    vpn: Vpn
    dhcp: Dhcp
    certificates: tuple[Certificate, ...]

    def host(self, name: str) -> Host:
        """Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Host]:
        return {host.name: host for host in self.hosts}

    @property
    def lan_hosts(self) -> tuple[Host, ...]:
        """Those that a scan of the LAN finds, the agent's own among them."""
        return tuple(host for host in self.hosts if host.lan)

    @property
    def phone_hosts(self) -> tuple[Host, ...]:
        """Those that live in the other subnet; the firewall, which has a leg in both, is not among them."""
        return tuple(host for host in self.hosts if host.interfaces[0].segment == "phones")

    @property
    def links(self) -> dict[int, tuple[Host, Interface]]:
        """The switch's port -> the host that is plugged in there, and by which interface."""
        return {port: (host, interface) for host in self.hosts for port, interface in host.plugged.items()}

    def vlan(self, interface: Interface) -> int:
        return next(vlan for vlan, name in self.vlans.items() if (name == _PHONES_VLAN) == (interface.segment == "phones"))

    @property
    def switch(self) -> Host:
        return next(host for host in self.hosts if host.kind is Kind.SWITCH)

    @model_validator(mode="after")
    def _names_exist(self) -> "Truth":
        named = {self.firewall.host, self.vpn.host, self.dhcp.host, *self.dhcp.reservations}
        named |= (
            {route.host for route in self.routes}
            | {each.host for each in self.certificates}
            | {each.to_host for each in self.firewall.port_forwards}
        )
        strangers = named - {host.name for host in self.hosts}
        chains = {rule.chain for rule in self.firewall.rules} - {chain.name for chain in self.firewall.chains}
        sets = {rule.source_set for rule in self.firewall.rules if rule.source_set} - {each.name for each in self.firewall.sets}
        if strangers or chains or sets:
            raise ValueError(f"named, but not there: {', '.join(sorted(strangers | chains | sets))}")
        return self


def load(file: Path = FILE) -> Truth:
    return Truth.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))

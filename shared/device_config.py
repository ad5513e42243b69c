"""What a device's configuration says, in words that hold for every make: the document that ``netario-agent read-config`` prints.

A platform's reader (``shared.configs``) makes it from the text. The vendor's own names and order are kept. Every line of the text is in
one of three places: understood and in a list here; in ``passed_over``, which counts what belongs to a part that is known and not
modelled; or in ``unread``. No secret is in it: ``secrets_removed`` says where some stood.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.address import Ip, Mac
from shared.firewall import DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel
from shared.model import Frozen
from shared.text import OneLine

CONFIG_VERSION = 1

VlanNumber = Annotated[int, Field(ge=0, le=4095)]


class ConfiguredInterface(Frozen):
    """An interface as the configuration makes it. ``addresses`` as ``10.0.0.1/24``."""

    name: OneLine
    label: OneLine = ""
    """What the platform calls it besides: pfSense's ``opt1``, FortiOS's alias."""
    description: OneLine = ""
    enabled: bool = True
    kind: OneLine = ""
    """``ethernet``, ``vlan``, ``lag``, ``bridge``, ``loopback``, ``tunnel``, ``wireless``, ``ppp`` ..."""
    addresses: tuple[OneLine, ...] = ()
    dhcp_client: bool = False
    role: Literal["", "wan", "lan", "dmz", "management"] = ""
    """Where the configuration says it, or a default route or a PPP session shows it."""
    zone: OneLine = ""
    parent: OneLine = ""
    members: tuple[OneLine, ...] = ()
    """Of a bridge or an aggregate."""
    vlan: VlanNumber | None = None
    mac: Mac | None = None
    mtu_bytes: int | None = None
    access_list_in: OneLine = ""
    access_list_out: OneLine = ""
    security_level: int | None = None
    management: tuple[OneLine, ...] = ()
    """Services of the device itself that are open there: ``https``, ``ssh``, ``ping``, ``snmp``."""


class SwitchPort(Frozen):
    """A port of a switch as configured, and what is known to be behind it."""

    name: OneLine
    description: OneLine = ""
    enabled: bool = True
    mode: Literal["", "access", "trunk", "general", "routed"] = ""
    untagged_vlan: VlanNumber | None = None
    tagged_vlans: OneLine = ""
    """``10,20-29`` or ``all``"""
    voice_vlan: VlanNumber | None = None
    lag: OneLine = ""
    """The aggregate that it is a member of."""
    poe: bool | None = None
    speed: OneLine = ""
    duplex: OneLine = ""
    port_security: OneLine = ""
    """``802.1X``, ``2 MAC addresses`` ...; empty: none."""
    spanning_tree: OneLine = ""
    """``edge``, ``off``, ``bpdu guard`` ..."""


class Zone(Frozen):
    name: OneLine
    interfaces: tuple[OneLine, ...] = ()
    intrazone: Literal["", "allow", "deny"] = ""
    comment: OneLine = ""


class ConfiguredVlan(Frozen):
    vlan: VlanNumber
    name: OneLine = ""
    addresses: tuple[OneLine, ...] = ()
    tagged_ports: tuple[OneLine, ...] = ()
    untagged_ports: tuple[OneLine, ...] = ()


class AddressObject(Frozen):
    """A name for addresses. ``values`` are resolved through groups; ``members`` are the names as written."""

    name: OneLine
    kind: Literal["address", "group"] = "address"
    values: tuple[OneLine, ...] = ()
    members: tuple[OneLine, ...] = ()
    comment: OneLine = ""


class ServiceObject(Frozen):
    name: OneLine
    kind: Literal["service", "group"] = "service"
    values: tuple[OneLine, ...] = ()
    members: tuple[OneLine, ...] = ()
    comment: OneLine = ""


class AdminUser(Frozen):
    """Somebody who may sign in to the device."""

    name: OneLine
    role: OneLine = ""
    enabled: bool = True
    source: OneLine = "local"
    """``local``, ``radius``, ``ldap``, ``tacacs`` ..."""
    trusted_hosts: tuple[OneLine, ...] = ()
    """Empty: from anywhere."""
    two_factor: OneLine = ""
    has_password: bool | None = None
    """False: the account has none. None: the configuration does not say."""
    has_ssh_key: bool = False
    comment: OneLine = ""


class RemoteAccess(Frozen):
    """A way in: a service of the device itself by which it is managed or used."""

    service: OneLine
    """``ssh``, ``https``, ``http``, ``telnet``, ``snmp``, ``winbox``, ``api``, ``openvpn``, ``ssl-vpn`` ..."""
    enabled: bool = True
    protocol: Literal["tcp", "udp"] = "tcp"
    port: int | None = None
    interfaces: tuple[OneLine, ...] = ("any",)
    sources: tuple[OneLine, ...] = ("any",)
    detail: OneLine = ""


class Licence(Frozen):
    feature: OneLine
    state: OneLine = ""
    expires: OneLine = ""
    """ISO 8601 date; empty: it does not, or is not told."""


class SecretPlace(Frozen):
    """Where a secret stood. Its value is nowhere."""

    line: int | None = Field(default=None, json_schema_extra={"volatile": True})
    path: OneLine
    """The statement's place and name: ``config vpn ipsec phase1-interface / edit "Milano" / set psksecret``."""
    kind: OneLine = ""
    """``password``, ``hash``, ``key``, ``community``, ``url`` ..."""
    fingerprint: OneLine = ""
    """The value's HMAC under a key that never leaves the agent: the same value gives the same, and nobody can go back. Empty: none was
    made, or the platform encrypts anew each time."""


class SecretsRemoved(Frozen):
    count: int = 0
    places: tuple[SecretPlace, ...] = ()


class UnreadLine(Frozen):
    line: int
    """From 1, in the text as given."""
    text: OneLine


class PassedOver(Frozen):
    """Lines of a part that is known and not modelled: they are in the kept text alone."""

    section: OneLine
    lines: int


class Exposure(StrEnum):
    FORWARD = "forward"
    """A port forward to a machine inside."""
    SERVICE = "service"
    """A service of the device itself."""
    VPN = "vpn"
    ROUTED = "routed"
    """A machine with a public address behind the device."""


class ExposedPort(Frozen):
    """What is reachable from outside: by which way in, at which machine, for whom. Computed from rules, forwards and services."""

    via: Exposure
    interface: OneLine = "any"
    """The outside zone or interface."""
    public_address: OneLine = "any"
    protocol: OneLine
    public_ports: OneLine = "any"
    to_address: OneLine = "self"
    to_ports: OneLine = ""
    sources: tuple[OneLine, ...] = ("any",)
    """Who may reach it; after all rules."""
    open: bool = True
    because: OneLine = ""
    """Why it is open or not, in words: ``rule 12``, ``no rule lets it in``, ``the forward is switched off``."""
    rule: OneLine = ""
    """The key of the rule that decides."""
    forward: OneLine = ""
    """The key of the port forward."""
    title: OneLine = ""
    device: OneLine = ""


class Settings(Frozen):
    """What is known of one device from its configuration, besides what an inventory has lists of its own for."""

    interfaces: tuple[ConfiguredInterface, ...] = ()
    zones: tuple[Zone, ...] = ()
    vlans: tuple[ConfiguredVlan, ...] = ()
    switch_ports: tuple[SwitchPort, ...] = ()
    address_objects: tuple[AddressObject, ...] = ()
    service_objects: tuple[ServiceObject, ...] = ()
    dns_servers: tuple[Ip, ...] = ()
    ntp_servers: tuple[OneLine, ...] = ()
    syslog_servers: tuple[OneLine, ...] = ()
    users: tuple[AdminUser, ...] = ()
    remote_access: tuple[RemoteAccess, ...] = ()
    licences: tuple[Licence, ...] = ()


class DeviceConfiguration(Frozen):
    """One device's configuration as it is in force, in an inventory. Its text is kept by ``stable_sha256``."""

    device: OneLine
    platform: OneLine
    stable_sha256: OneLine
    complete: bool = True
    lines: int = 0
    unread: int = 0
    secrets: tuple[SecretPlace, ...] = ()
    warnings: tuple[OneLine, ...] = ()
    settings: Settings = Settings()


class ReadConfig(Settings):
    document: Literal["netario-config"] = "netario-config"
    version: int = CONFIG_VERSION
    platform: OneLine
    experimental: bool = False
    """The reader has not yet been held against a real box of this make."""
    complete: bool = True
    """False where the text ends in the middle, or was too large: ``warnings`` says which."""
    hostname: OneLine = ""
    domain: OneLine = ""
    vendor: OneLine = ""
    model: OneLine = ""
    serial: OneLine = ""
    os: OneLine = ""
    os_version: OneLine = ""
    firewall_rules: tuple[FirewallRule, ...] = ()
    port_forwards: tuple[PortForward, ...] = ()
    source_nat: tuple[SourceNat, ...] = ()
    exposed_ports: tuple[ExposedPort, ...] = ()
    routes: tuple[Route, ...] = ()
    vpns: tuple[VpnTunnel, ...] = ()
    dhcp: tuple[DhcpPool, ...] = ()
    secrets_removed: SecretsRemoved = SecretsRemoved()
    passed_over: tuple[PassedOver, ...] = ()
    unread: tuple[UnreadLine, ...] = ()
    lines: int = 0
    """Of the text, blank ones and comments not counted."""
    warnings: tuple[OneLine, ...] = ()

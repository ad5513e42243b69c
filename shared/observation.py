"""What a probe saw, one small frozen model per fact. Never edited; every conclusion is computed from these.

``target``, ``at_utc`` and the probe's name stand once in the ``Outcome`` that holds the observations. A field marked volatile
changes by itself (uptime, counters): it is kept, shown, and left out of every comparison (see ``shared.stable``).
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.address import Ip, Mac, Prefix
from shared.configuration_seen import ConfigurationSeen, SettingsSeen
from shared.dhcp_seen import DhcpClientSeen, DhcpServerSeen
from shared.firewall import DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel
from shared.hardware import HardwareSeen
from shared.model import Frozen, Utc
from shared.text import OneLine

PortNumber = Annotated[int, Field(ge=0, le=65535)]


class Provenance(StrEnum):
    """Who said so. Creating a device needs first-hand evidence; matching may use third-party evidence."""

    OWN_REPLY = "own_reply"
    """The device answered the agent itself."""
    OWN_TABLE = "own_table"
    """The device says so of itself, in a table that it serves."""
    THIRD_PARTY = "third_party"
    """Another device says so: a router's ARP table, a switch's forwarding table, a DHCP server's leases."""


Doubt = Literal["", "proxy_arp", "unusable_mac"]
"""What speaks against taking an AddressSeen as it stands.

``proxy_arp``: another device answered in its place (RFC 1027), so whether anybody is there is not known: a third party's word.
``unusable_mac``: it answered with a MAC address that names no card (all zero, multicast, broadcast), which is not kept."""


class AddressSeen(Frozen):
    """An address is in use, with the MAC address that answers for it where that is known."""

    type: Literal["address_seen"] = "address_seen"
    address: Ip
    mac: Mac | None = None
    provenance: Provenance
    interface: OneLine = ""
    """The interface of the device that reports it, for a third party's table; the agent's own, for an IPv6 link-local address."""
    doubt: Doubt = ""


class PortsExamined(Frozen):
    """Which ports were looked at: only these can be called closed. ``ranges`` is nmap's notation: ``1-1024,3389``."""

    type: Literal["ports_examined"] = "ports_examined"
    address: Ip
    protocol: Literal["tcp", "udp"]
    ranges: Annotated[str, Field(pattern=r"^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$", max_length=65_536)]


class PortSeen(Frozen):
    """An open port. ``service`` is IANA's or nmap's name; product and version as the service itself tells them."""

    type: Literal["port_seen"] = "port_seen"
    address: Ip
    protocol: Literal["tcp", "udp"]
    number: PortNumber
    service: OneLine = ""
    product: OneLine = ""
    version: OneLine = ""
    extra: OneLine = ""
    examined: bool = True
    """False where nothing was sent to it but the question whether it is open: service is then a guess from the number."""


class NameSource(StrEnum):
    DNS = "dns"
    SNMP = "snmp"
    SSH = "ssh"
    NETBIOS = "netbios"
    MDNS = "mdns"
    TLS = "tls"
    DHCP = "dhcp"
    HTTP = "http"
    LLMNR = "llmnr"
    SMB = "smb"
    WINDOWS = "windows"
    UPNP = "upnp"
    WSD = "wsd"
    SMTP = "smtp"
    LLDP = "lldp"


class NameSeen(Frozen):
    type: Literal["name_seen"] = "name_seen"
    address: Ip
    name: OneLine
    source: NameSource
    provenance: Provenance = Provenance.OWN_REPLY


class SystemSeen(Frozen):
    """What a device says of itself as a whole. Empty: it did not say."""

    type: Literal["system_seen"] = "system_seen"
    description: OneLine = ""
    """SNMPv2-MIB sysDescr, or what ``uname -srm`` prints."""
    object_id: OneLine = ""
    """SNMPv2-MIB sysObjectID, dotted, without a leading dot."""
    name: OneLine = ""
    location: OneLine = ""
    contact: OneLine = ""
    uptime_s: int | None = Field(default=None, json_schema_extra={"volatile": True})
    vendor: OneLine = ""
    model: OneLine = ""
    os: OneLine = ""
    os_version: OneLine = ""
    serial: OneLine = ""
    forwards: bool | None = None
    """IP-MIB ipForwarding, or net.ipv4.ip_forward: it routes."""
    bridge_ports: int | None = None
    """BRIDGE-MIB dot1dBaseNumPorts: it switches."""


class ObjectSeen(Frozen):
    """What an SNMP object holds that tells which device this is: asked because a rule of ``shared.fingerprints.snmp`` reads it."""

    type: Literal["object_seen"] = "object_seen"
    oid: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$", max_length=1024)]
    value: OneLine
    """Text as it is, numbers in digits, identifiers dotted, other bytes as ``0x…``."""


class SaidSeen(Frozen):
    """What a service says of itself, field by field, for the rules of ``shared.fingerprints`` to read: a greeting, a page's title, the
    model in a multicast DNS record. ``field`` is the protocol's name and the field's: ``http.title``, ``ssh.banner``, ``mdns.model``,
    ``upnp.manufacturer``, ``smb.os``, ``sip.user_agent``, ``snmp.engine_id``."""

    type: Literal["said_seen"] = "said_seen"
    address: Ip
    protocol: Literal["tcp", "udp"]
    port: PortNumber
    field: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$", max_length=64)]
    value: OneLine


class InterfaceAddress(Frozen):
    address: Ip
    prefix_length: int | None = None


class InterfaceSeen(Frozen):
    """One interface of the target. ``index`` is ifIndex, or the kernel's."""

    type: Literal["interface_seen"] = "interface_seen"
    index: int
    name: OneLine
    description: OneLine = ""
    alias: OneLine = ""
    """What the operator wrote on it (ifAlias)."""
    kind: OneLine = ""
    """IANA ifType's name: ``ethernetCsmacd``, ``softwareLoopback``, ``l2vlan``, ``ieee8023adLag`` ..."""
    mac: Mac | None = None
    admin_up: bool | None = None
    oper_up: bool | None = None
    speed_bps: int | None = None
    mtu_bytes: int | None = None
    addresses: tuple[InterfaceAddress, ...] = ()


class BridgeEntrySeen(Frozen):
    """A switch has learned a MAC address on one of its ports."""

    type: Literal["bridge_entry_seen"] = "bridge_entry_seen"
    mac: Mac
    port: OneLine
    """The interface's name."""
    vlan: int | None = None


class NeighbourSeen(Frozen):
    """What a device heard from its neighbour by LLDP (IEEE 802.1AB) or CDP."""

    type: Literal["neighbour_seen"] = "neighbour_seen"
    protocol: Literal["lldp", "cdp"] = "lldp"
    local_port: OneLine
    chassis_mac: Mac | None = None
    chassis_id: OneLine = ""
    port_id: OneLine = ""
    port_description: OneLine = ""
    name: OneLine = ""
    description: OneLine = ""
    addresses: tuple[Ip, ...] = ()


class VlanSeen(Frozen):
    type: Literal["vlan_seen"] = "vlan_seen"
    vlan: Annotated[int, Field(ge=1, le=4094)]
    name: OneLine = ""


class RouteSeen(Frozen):
    type: Literal["route_seen"] = "route_seen"
    route: Route


class FirewallRuleSeen(Frozen):
    type: Literal["firewall_rule_seen"] = "firewall_rule_seen"
    rule: FirewallRule


class PortForwardSeen(Frozen):
    type: Literal["port_forward_seen"] = "port_forward_seen"
    forward: PortForward


class SourceNatSeen(Frozen):
    type: Literal["source_nat_seen"] = "source_nat_seen"
    nat: SourceNat


class VpnSeen(Frozen):
    type: Literal["vpn_seen"] = "vpn_seen"
    vpn: VpnTunnel


class DhcpPoolSeen(Frozen):
    type: Literal["dhcp_pool_seen"] = "dhcp_pool_seen"
    pool: DhcpPool


class LeaseSeen(Frozen):
    """A DHCP server gave an address to a MAC address."""

    type: Literal["lease_seen"] = "lease_seen"
    address: Ip
    mac: Mac
    name: OneLine = ""
    expires_utc: Utc | None = Field(default=None, json_schema_extra={"volatile": True})


class ListenerSeen(Frozen):
    """The target itself says that a program of its own listens. ``address`` may be a wildcard (``0.0.0.0``, ``::``)."""

    type: Literal["listener_seen"] = "listener_seen"
    address: Ip
    protocol: Literal["tcp", "udp"]
    number: PortNumber
    program: OneLine = ""


class IssuerSeen(Frozen):
    """A certificate that came with the leaf, to say who vouches for it."""

    subject: OneLine = ""
    issuer: OneLine = ""
    not_after_utc: Utc
    sha256: OneLine


class CertificateSeen(Frozen):
    """The leaf certificate that a TLS service showed. Nothing of it was believed: validity is a conclusion."""

    type: Literal["certificate_seen"] = "certificate_seen"
    address: Ip
    port: PortNumber
    starttls: OneLine = ""
    """``smtp``, ``imap``, ``pop3``, ``ftp``; empty: TLS from the first byte."""
    protocol: OneLine = ""
    """``TLSv1.3`` ..."""
    subject: OneLine = ""
    issuer: OneLine = ""
    names: tuple[OneLine, ...] = ()
    serial: OneLine = ""
    not_before_utc: Utc
    not_after_utc: Utc
    sha256: OneLine
    self_signed: bool = False
    chain: tuple[IssuerSeen, ...] = ()
    """What the service sent beside the leaf, in its order; a service that sends too little is refused by strict clients."""


class HostKeySeen(Frozen):
    """The SSH server's public key, as ``ssh-keygen -lf`` prints its fingerprint."""

    type: Literal["host_key_seen"] = "host_key_seen"
    address: Ip
    port: PortNumber = 22
    algorithm: OneLine
    sha256: OneLine


class SubnetSeen(Frozen):
    """A subnet that the target (often the agent itself) is connected to."""

    type: Literal["subnet_seen"] = "subnet_seen"
    prefix: Prefix
    interface: OneLine = ""
    gateway: Ip | None = None


Observation = Annotated[
    AddressSeen
    | PortsExamined
    | PortSeen
    | NameSeen
    | SystemSeen
    | ObjectSeen
    | SaidSeen
    | InterfaceSeen
    | BridgeEntrySeen
    | NeighbourSeen
    | VlanSeen
    | RouteSeen
    | FirewallRuleSeen
    | PortForwardSeen
    | SourceNatSeen
    | VpnSeen
    | DhcpPoolSeen
    | ConfigurationSeen
    | SettingsSeen
    | LeaseSeen
    | ListenerSeen
    | CertificateSeen
    | HostKeySeen
    | SubnetSeen
    | DhcpServerSeen
    | DhcpClientSeen
    | HardwareSeen,
    Field(discriminator="type"),
]

OBSERVATIONS: TypeAdapter[Observation] = TypeAdapter(Observation)

"""The inventory document: what is known of one site at one time. Printed by ``netario-collector inventory --json`` and by the API."""

from enum import StrEnum
from typing import Literal

from shared.address import Ip, Mac, MacKind, Prefix
from shared.device_config import DeviceConfiguration, ExposedPort
from shared.firewall import DhcpPool, FirewallRule, PortForward, Route, SourceNat, VpnTunnel
from shared.hardware import Hardware
from shared.model import Frozen, Utc
from shared.observation import InterfaceAddress, IssuerSeen, PortNumber, Provenance
from shared.text import OneLine

INVENTORY_VERSION = 1


class Kind(StrEnum):
    """What a device is for. ``network``: a network device not known better; ``other``: none of these, or not known."""

    ROUTER = "router"
    MODEM = "modem"
    OLT = "olt"
    SWITCH = "switch"
    FIREWALL = "firewall"
    VPN = "vpn"
    ACCESS_POINT = "access-point"
    WIRELESS_CONTROLLER = "wireless-controller"
    RADIO = "radio"
    PRINTER = "printer"
    SCANNER = "scanner"
    UPS = "ups"
    PDU = "pdu"
    POWER = "power"
    COOLING = "cooling"
    SERVER = "server"
    WORKSTATION = "workstation"
    HYPERVISOR = "hypervisor"
    STORAGE = "storage"
    BMC = "bmc"
    MANAGEMENT = "management"
    PHONE = "phone"
    PBX = "pbx"
    VOICE_GATEWAY = "voice-gateway"
    VIDEO_CONFERENCE = "video-conference"
    INTERCOM = "intercom"
    CAMERA = "camera"
    NVR = "nvr"
    SENSOR = "sensor"
    NETWORK = "network"
    OTHER = "other"


class Evidence(Frozen):
    """Why a field of a device has its value: ``rule`` is the fingerprint's name, or empty where the device itself said so."""

    field: OneLine
    value: OneLine
    probe: OneLine
    target: OneLine
    rule: OneLine = ""
    sureness: float = 1.0
    """From 0 to 1."""
    provenance: Provenance = Provenance.OWN_REPLY
    said: OneLine = ""
    """What the observation said in its own words, where the value is a conclusion from them."""
    by: OneLine = ""
    """The technician who documented it; then it goes before all that was seen."""


class DeviceAddress(Frozen):
    address: Ip
    mac: Mac | None = None
    subnet: Prefix | None = None
    interface: OneLine = ""
    provenance: Provenance = Provenance.OWN_REPLY
    mac_kind: MacKind | None = None
    """How much the MAC address says; none where there is no MAC address."""
    mac_maker: OneLine = ""
    """Who made the card, by IEEE's registry: not always who made the device."""
    randomised: bool = False
    """The device makes its MAC address up, as phones and laptops do: tomorrow it may have another."""


class DevicePort(Frozen):
    address: Ip
    protocol: Literal["tcp", "udp"]
    number: PortNumber
    service: OneLine = ""
    product: OneLine = ""
    version: OneLine = ""


class PortsLookedAt(Frozen):
    """Which ports of an address were looked at, in nmap's notation: only these are known to be closed where they are not open."""

    address: Ip
    protocol: Literal["tcp", "udp"]
    ranges: str


class DeviceInterface(Frozen):
    index: int
    name: OneLine
    description: OneLine = ""
    alias: OneLine = ""
    kind: OneLine = ""
    mac: Mac | None = None
    mac_kind: MacKind | None = None
    admin_up: bool | None = None
    oper_up: bool | None = None
    speed_bps: int | None = None
    mtu_bytes: int | None = None
    addresses: tuple[InterfaceAddress, ...] = ()


class Device(Frozen):
    id: OneLine
    kind: Kind = Kind.OTHER
    vendor: OneLine = ""
    model: OneLine = ""
    os: OneLine = ""
    os_version: OneLine = ""
    serial: OneLine = ""
    location: OneLine = ""
    contact: OneLine = ""
    hostnames: tuple[OneLine, ...] = ()
    """The best first: the one a page shows."""
    addresses: tuple[DeviceAddress, ...] = ()
    ports: tuple[DevicePort, ...] = ()
    ports_looked_at: tuple[PortsLookedAt, ...] = ()
    interfaces: tuple[DeviceInterface, ...] = ()
    hardware: Hardware = Hardware()
    """Supplies, battery, modules, disks, power over Ethernet, VLANs of its ports."""
    answered: tuple[OneLine, ...] = ()
    """The probes that it has answered: what only another could have told is not known, rather than not there."""
    evidence: tuple[Evidence, ...] = ()
    first_seen: Utc
    last_seen: Utc
    missing_since: Utc | None = None
    """The first complete look that did not see it; none while it is there."""

    @property
    def title(self) -> str:
        """What a person calls it: its best name, else its first address, else its id."""
        if self.hostnames:
            return self.hostnames[0]
        return self.addresses[0].address if self.addresses else self.id


class Subnet(Frozen):
    prefix: Prefix
    vlan: int | None = None
    gateway: Ip | None = None
    scanned: bool = False
    """True where the agent looked at it; False where a device of the site says that it exists."""
    known_by: tuple[OneLine, ...] = ()


class Vlan(Frozen):
    vlan: int
    name: OneLine = ""
    devices: tuple[OneLine, ...] = ()


class Link(Frozen):
    """A device's port, and what is plugged in there: a device (and its port where it is known) or only a MAC address."""

    device: OneLine
    port: OneLine
    to_device: OneLine = ""
    to_port: OneLine = ""
    to_mac: Mac | None = None
    vlan: int | None = None
    known_by: Literal["lldp", "cdp", "bridge_table"]


class PortMachine(Frozen):
    """One machine behind a port: its MAC address was learned there."""

    mac: Mac
    vlan: int | None = None
    device: OneLine = ""
    address: Ip | None = None
    """By its own word or a router's ARP table."""
    name: OneLine = ""
    vendor: OneLine = ""
    """Who made its card."""


class PortRole(StrEnum):
    """What a port leads to."""

    HOST = "host"
    """One machine, with its virtual ones and whatever is plugged in at a telephone."""
    UPLINK = "uplink"
    """Another switch, or the router behind which the rest is: who is behind it is told at its own port."""
    ACCESS_POINT = "access_point"
    UNMANAGED_SWITCH = "unmanaged_switch"
    """Several machines, and nobody says of what they hang on."""
    QUIET = "quiet"
    """It is up, and nobody was heard."""
    EMPTY = "empty"
    OFF = "off"


class JoinedPort(Frozen):
    """A switch's port with all that is known of it: as configured, as it is, and what is plugged in."""

    device: OneLine
    port: OneLine
    description: OneLine = ""
    enabled: bool | None = None
    up: bool | None = None
    speed_bps: int | None = None
    mode: OneLine = ""
    untagged_vlan: int | None = None
    tagged_vlans: OneLine = ""
    voice_vlan: int | None = None
    lag: OneLine = ""
    poe: OneLine = ""
    """``delivering``, ``searching``, ``fault``, ``on``, ``off``; empty: none, or not known."""
    role: PortRole
    neighbour: OneLine = ""
    """The neighbour's device id, or its name where it is no known device."""
    neighbour_port: OneLine = ""
    known_by: OneLine = ""
    machines: tuple[PortMachine, ...] = ()


class Certificate(Frozen):
    device: OneLine
    address: Ip
    port: PortNumber
    starttls: OneLine = ""
    protocol: OneLine = ""
    subject: OneLine = ""
    issuer: OneLine = ""
    names: tuple[OneLine, ...] = ()
    serial: OneLine = ""
    not_before_utc: Utc
    not_after_utc: Utc
    sha256: OneLine
    self_signed: bool = False
    chain: tuple[IssuerSeen, ...] = ()


class MailService(Frozen):
    """A mail service of the site, as it showed itself."""

    device: OneLine
    address: Ip
    port: PortNumber
    service: OneLine
    product: OneLine = ""
    encryption: OneLine = ""
    """``tls``, ``starttls``, or empty where none was seen."""


class BackupService(Frozen):
    """Something that holds or takes backups, as far as the network shows it."""

    device: OneLine
    software: OneLine
    address: Ip
    port: PortNumber
    known_by: OneLine


class Finding(Frozen):
    """Something that a technician should look at. ``code`` is stable; the sentence is made for the reader's language."""

    code: OneLine
    grade: Literal["routine", "notable", "risky"]
    device: OneLine = ""
    subject: OneLine = ""


class NotContacted(Frozen):
    """An address that a device's table names and that no device of the inventory has: in a subnet that the agent is not in, excluded,
    or silent. Whether anybody is there now is not known."""

    address: Ip
    mac: Mac | None = None
    subnet: Prefix | None = None
    vendor: OneLine = ""
    """Who made the interface, by its MAC address."""
    device: OneLine = ""
    """The device that the MAC address belongs to: then it is one more address of it."""
    told_by: tuple[OneLine, ...] = ()


class NotSeen(Frozen):
    """What could not be looked at, and why."""

    probe: OneLine
    target: OneLine
    state: OneLine
    detail: OneLine = ""


class Inventory(Frozen):
    document: Literal["netario-inventory"] = "netario-inventory"
    version: int = INVENTORY_VERSION
    as_of_utc: Utc | None = None
    """The end of the newest scan that went into it."""
    devices: tuple[Device, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    links: tuple[Link, ...] = ()
    firewall_rules: tuple[FirewallRule, ...] = ()
    port_forwards: tuple[PortForward, ...] = ()
    source_nat: tuple[SourceNat, ...] = ()
    exposed_ports: tuple[ExposedPort, ...] = ()
    """What is reachable from outside, computed from rules, forwards, services and tunnels; what is closed says why."""
    configurations: tuple[DeviceConfiguration, ...] = ()
    switch_ports: tuple[JoinedPort, ...] = ()
    vpns: tuple[VpnTunnel, ...] = ()
    routes: tuple[Route, ...] = ()
    dhcp: tuple[DhcpPool, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    mail: tuple[MailService, ...] = ()
    backups: tuple[BackupService, ...] = ()
    public_addresses: tuple[Ip, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_contacted: tuple[NotContacted, ...] = ()
    not_seen: tuple[NotSeen, ...] = ()

"""A firewall's rule base, address translation, tunnels and leases, in words that hold for every make.

A platform's reader gives these from a configuration; nothing here knows a vendor. The platform's own order and names are kept.
Values are written as an operator writes them: a source is ``any``, ``10.0.0.0/24``, ``10.0.0.1-10.0.0.9``, ``!10.0.0.5`` or a name
that could not be resolved; a service is ``any``, ``tcp/443``, ``udp/5000-5010``, ``icmp``, ``icmp/echo-request`` or ``esp``.
"""

from enum import StrEnum

from pydantic import Field

from shared.address import Ip, Mac, Prefix
from shared.model import Frozen, Utc
from shared.text import ManyLines, OneLine

ANY = "any"


class Action(StrEnum):
    ALLOW = "allow"
    DENY = "deny"
    """Dropped in silence."""
    REJECT = "reject"
    """Dropped with an answer."""
    JUMP = "jump"
    """Goes on in another list, named in ``native_action``."""
    RETURN = "return"
    LOG = "log"
    """Only noted; the next rule decides."""
    OTHER = "other"
    """See ``native_action``."""


class Scope(StrEnum):
    """Which traffic a rule sees."""

    FORWARD = "forward"
    INPUT = "input"
    """To the firewall itself."""
    OUTPUT = "output"
    """From the firewall itself."""
    OTHER = "other"


class FirewallRule(Frozen):
    """One rule of a packet filter. ``order`` counts from 1 over the whole rule base, in the platform's own order."""

    key: OneLine
    """The platform's own id of the rule, else a hash of its content: stays when other rules come and go."""
    order: int
    ruleset: OneLine = ""
    name: OneLine = ""
    scope: Scope = Scope.FORWARD
    family: OneLine = ANY
    """``ipv4``, ``ipv6`` or ``any``."""
    enabled: bool = True
    bound: bool = True
    """False where nothing uses the list that this rule stands in."""
    implicit: bool = False
    """True where the platform implies the rule: the policy at a chain's end."""
    action: Action
    native_action: OneLine = ""
    from_: tuple[OneLine, ...] = Field(default=(ANY,), alias="from")
    """Zones or interfaces that the packet comes in by."""
    to: tuple[OneLine, ...] = (ANY,)
    """Zones or interfaces that the packet goes out by."""
    sources: tuple[OneLine, ...] = (ANY,)
    destinations: tuple[OneLine, ...] = (ANY,)
    services: tuple[OneLine, ...] = (ANY,)
    application: OneLine = ""
    states: tuple[OneLine, ...] = ()
    """Connection states that it asks for (``established``, ``related``, ``new`` ...); empty: all."""
    schedule: OneLine = ""
    log: bool = False
    nat: bool = False
    comment: OneLine = ""
    conditions: tuple[OneLine, ...] = ()
    """Further conditions, in the platform's words: what has no field here is never dropped."""
    raw: ManyLines = ""
    """The rule as the platform prints it, secrets removed."""
    device: OneLine = ""
    """The device's id, in an inventory."""


class PortForward(Frozen):
    """Destination translation: what arrives at a public address and port goes to a machine inside."""

    key: OneLine
    order: int
    name: OneLine = ""
    enabled: bool = True
    protocol: OneLine
    """``tcp``, ``udp``, ``tcp+udp`` or ``any`` (a whole address is forwarded)."""
    from_: tuple[OneLine, ...] = Field(default=(ANY,), alias="from")
    public_address: OneLine = ANY
    public_ports: OneLine = ANY
    """``443``, ``5000-5010``, ``80,443`` or ``any``."""
    sources: tuple[OneLine, ...] = (ANY,)
    to_address: OneLine
    to_ports: OneLine = ""
    """Empty: the same as the public ones."""
    comment: OneLine = ""
    conditions: tuple[OneLine, ...] = ()
    raw: ManyLines = ""
    device: OneLine = ""


class SourceNatKind(StrEnum):
    MASQUERADE = "masquerade"
    SOURCE = "source"
    NONE = "none"
    """An exception: this traffic is not translated."""


class SourceNat(Frozen):
    """Source translation: as whom inside machines appear outside."""

    key: OneLine
    order: int
    name: OneLine = ""
    enabled: bool = True
    kind: SourceNatKind
    to: tuple[OneLine, ...] = (ANY,)
    sources: tuple[OneLine, ...] = (ANY,)
    destinations: tuple[OneLine, ...] = (ANY,)
    services: tuple[OneLine, ...] = (ANY,)
    to_source: OneLine = ""
    comment: OneLine = ""
    conditions: tuple[OneLine, ...] = ()
    raw: ManyLines = ""
    device: OneLine = ""


class VpnKind(StrEnum):
    WIREGUARD = "wireguard"
    OPENVPN = "openvpn"
    IPSEC = "ipsec"
    SSL = "ssl"
    L2TP = "l2tp"
    PPTP = "pptp"
    GRE = "gre"


class VpnPeer(Frozen):
    """One other end of a tunnel, or one account that may dial in."""

    name: OneLine = ""
    public_key: OneLine = ""
    endpoint: OneLine = ""
    """``address:port``, or empty for one that dials in from anywhere."""
    allowed_prefixes: tuple[OneLine, ...] = ()
    last_handshake_utc: Utc | None = Field(default=None, json_schema_extra={"volatile": True})


class VpnTunnel(Frozen):
    key: OneLine
    name: OneLine
    kind: VpnKind
    enabled: bool = True
    interface: OneLine = ""
    local_addresses: tuple[OneLine, ...] = ()
    listen_port: int | None = None
    protocol: OneLine = ""
    public_key: OneLine = ""
    peers: tuple[VpnPeer, ...] = ()
    comment: OneLine = ""
    device: OneLine = ""


class Route(Frozen):
    destination: Prefix
    """``0.0.0.0/0`` or ``::/0`` is the default route."""
    gateway: Ip | None = None
    interface: OneLine = ""
    metric: int | None = None
    origin: OneLine = ""
    """How the device knows it: ``connected``, ``static``, ``dhcp``, ``ospf``, ``bgp`` ..."""
    device: OneLine = ""


class DhcpReservation(Frozen):
    mac: Mac
    address: Ip
    name: OneLine = ""


class DhcpPool(Frozen):
    key: OneLine
    interface: OneLine = ""
    prefix: Prefix | None = None
    first_address: Ip | None = None
    last_address: Ip | None = None
    gateway: Ip | None = None
    dns_servers: tuple[Ip, ...] = ()
    domain: OneLine = ""
    lease_s: int | None = None
    reservations: tuple[DhcpReservation, ...] = ()
    device: OneLine = ""

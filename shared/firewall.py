"""A firewall's rule base, address translation, tunnels and leases, in words that hold for every make.

A platform's reader gives these from a configuration; nothing here knows a vendor. The platform's own order and names are kept.
Values are written as an operator writes them: a source is ``any``, ``10.0.0.0/24``, ``10.0.0.5``, ``10.0.0.1-10.0.0.9``, ``!10.0.0.5``,
``www.example.com`` (a host name, resolved by the device), ``geo:CN``, ``user:anna``, ``mac:00:1b:21:aa:bb:cc``, ``self`` (the device's own
addresses), ``interface:lan`` (the address of an interface), ``net:lan`` (the network behind one) or a name that could not be resolved. A
service is ``any``, ``tcp/443``, ``udp/5000-5010``, ``tcp/443<1024-65535`` (destination, then source ports), ``icmp``,
``icmp/echo-request``, ``esp`` or a name. Objects and groups are resolved to such values; the names that stand in the rule are kept beside
them (``source_names`` ...).
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
    EITHER = "either"
    """Through the firewall and to it: platforms that ask one list for both."""
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
    source_names: tuple[OneLine, ...] = ()
    """As the rule itself names them; empty where it gives no names but the values."""
    destination_names: tuple[OneLine, ...] = ()
    service_names: tuple[OneLine, ...] = ()
    application: OneLine = ""
    users: tuple[OneLine, ...] = ()
    """Users or groups that it is for; empty: it does not ask who."""
    profiles: tuple[OneLine, ...] = ()
    """Security profiles that look into what it allows: ``antivirus default``, ``ips high`` ..."""
    states: tuple[OneLine, ...] = ()
    """Connection states that it asks for (``established``, ``related``, ``new`` ...); empty: all."""
    schedule: OneLine = ""
    log: bool = False
    nat: bool = False
    comment: OneLine = ""
    last_match: bool = False
    """True where a later rule that fits as well decides instead (pf without ``quick``)."""
    why_without_effect: OneLine = ""
    """Empty: it has effect. Else what keeps it from having any: ``address group X is not defined``, ``schedule has ended``."""
    conditions: tuple[OneLine, ...] = ()
    """Further conditions, in the platform's words: what has no field here is never dropped."""
    raw: ManyLines = ""
    """The rule as the platform prints it, secrets removed."""
    line: int | None = Field(default=None, json_schema_extra={"volatile": True})
    """Where it begins in the configuration, from 1."""
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
    to: tuple[OneLine, ...] = (ANY,)
    """Zones or interfaces behind which the machine is, where the platform says so."""
    bidirectional: bool = False
    """A static translation: what the machine itself sends appears as the public address. It stands here once, not in source NAT too."""
    linked_rule: OneLine = ""
    """The key of the firewall rule that belongs to it, where the platform ties the two."""
    comment: OneLine = ""
    conditions: tuple[OneLine, ...] = ()
    raw: ManyLines = ""
    line: int | None = Field(default=None, json_schema_extra={"volatile": True})
    device: OneLine = ""


class SourceNatKind(StrEnum):
    MASQUERADE = "masquerade"
    """As the outgoing interface's address."""
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
    from_: tuple[OneLine, ...] = Field(default=(ANY,), alias="from")
    to_source: OneLine = ""
    """The address or pool that it appears as; empty for the outgoing interface's own."""
    to_destination: OneLine = ""
    """Where the same rule translates the destination as well."""
    comment: OneLine = ""
    conditions: tuple[OneLine, ...] = ()
    raw: ManyLines = ""
    line: int | None = Field(default=None, json_schema_extra={"volatile": True})
    device: OneLine = ""


class VpnKind(StrEnum):
    WIREGUARD = "wireguard"
    OPENVPN = "openvpn"
    IPSEC = "ipsec"
    """Between two sites, or to a fixed peer."""
    IPSEC_CLIENTS = "ipsec_clients"
    """For people who dial in."""
    SSL = "ssl"
    L2TP = "l2tp"
    PPTP = "pptp"
    SSTP = "sstp"
    GRE = "gre"
    VXLAN = "vxlan"
    OTHER = "other"


class VpnPeer(Frozen):
    """One other end of a tunnel, or one account that may dial in."""

    name: OneLine = ""
    public_key: OneLine = ""
    endpoint: OneLine = ""
    """``address``, ``address:port`` or a host name; empty for one that dials in from anywhere."""
    id: OneLine = ""
    """What it must call itself (IKE identity, certificate's name)."""
    allowed_prefixes: tuple[OneLine, ...] = ()
    last_handshake_utc: Utc | None = Field(default=None, json_schema_extra={"volatile": True})


class VpnSelector(Frozen):
    """A pair of networks that a tunnel carries (IKE traffic selectors)."""

    local: OneLine
    remote: OneLine


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
    local_id: OneLine = ""
    auth: tuple[OneLine, ...] = ()
    """``psk``, ``certificate``, ``key``, ``user``, ``otp``; several where all are asked."""
    ike_version: OneLine = ""
    """``1``, ``2`` or ``1,2``"""
    phase1: tuple[OneLine, ...] = ()
    """Proposals: ``aes256-sha256-modp2048``."""
    phase2: tuple[OneLine, ...] = ()
    pfs: OneLine = ""
    phase1_lifetime_s: int | None = None
    phase2_lifetime_s: int | None = None
    selectors: tuple[VpnSelector, ...] = ()
    """Empty: by routes."""
    client_pool: OneLine = ""
    """The addresses that people who dial in are given."""
    users: tuple[OneLine, ...] = ()
    """Users or groups who may dial in, where the configuration says so."""
    secret_fingerprints: tuple[OneLine, ...] = ()
    """Of its pre-shared keys, as ``SecretPlace`` gives them."""
    comment: OneLine = ""
    line: int | None = Field(default=None, json_schema_extra={"volatile": True})
    device: OneLine = ""


class Route(Frozen):
    destination: Prefix
    """``0.0.0.0/0`` or ``::/0`` is the default route."""
    gateway: Ip | None = None
    interface: OneLine = ""
    metric: int | None = None
    enabled: bool = True
    comment: OneLine = ""
    table: OneLine = ""
    """The routing table, VRF or virtual router, where it is not the main one."""
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
    enabled: bool = True
    options: tuple[OneLine, ...] = ()
    """Further options, as ``name value``."""
    relay_to: tuple[Ip, ...] = ()
    """The servers that questions are passed on to; then there is no range here."""
    reservations: tuple[DhcpReservation, ...] = ()
    device: OneLine = ""

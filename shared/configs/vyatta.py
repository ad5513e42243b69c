"""The reading of EdgeOS and VyOS configurations, which are children of one parent: Vyatta.

``vyatta_tree`` brings both printed forms into one tree, the other ``vyatta_*`` files read its parts; ``vyos`` and ``ubiquiti_edgerouter``
are the platforms. Source: VyOS documentation 1.2 to 1.5 (docs.vyos.io); EdgeOS user guide 1.10 and 2.0; ``config.boot`` of both.
"""

import re

from shared.configs import Kept
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.vyatta_groups import read_groups, resolve_objects
from shared.configs.vyatta_interfaces import read_interfaces
from shared.configs.vyatta_nat import read_nat, read_port_forwards
from shared.configs.vyatta_rules import Uses, attach, read_rules, read_zones, zone_defaults
from shared.configs.vyatta_services import read_routes, read_services, read_system
from shared.configs.vyatta_tree import Node, parse
from shared.configs.vyatta_vpn import read_vpns
from shared.configs.ways_out import is_behind

# a text that is cut off may leave a quote open
_VALUE = r"(?P<secret>'[^']*(?:'|$)|\"[^\"\\]*(?:\\.[^\"\\]*)*(?:\"|\\?$)|[^\s'\"]\S*)"
_NAMES = (
    r"(?:plaintext|encrypted|auth-plaintext|auth|key)-?password|password|pass|passphrase|secret|pre-shared-secret|preshared-key|pre-shared-key"
    r"|private-key|md5-key|key-string|secret-key|api-key|psk|token|auth-token|authentication-token|authentication-key|auth-pass"
    r"|plaintext-key|encrypted-key|auth-plaintext-key|privacy-plaintext-key|wpa-passphrase|cak|ckn|pin|xauth-password|user-password|simpletoken"
)
SECRETS = SecretRules(
    (
        rule(rf"(?:^|\s)(?:{_NAMES})\s+(?!['\"]?[!*x]?['\"]?$){_VALUE}$"),
        rule(rf"\bserver \S+ (?:key|secret) {_VALUE}"),
        rule(
            rf"^key {_VALUE}$",
            "key",
            within=r"^(?:radius|tacacs|server|https|api|id|keys|security|authentication|dynamic|wpa|wep|bgp|ospf|key-chain)",
        ),
        rule(rf"\b(?:api keys id \S+|key-id \d+|wep|rsa-keys \S+|key-chain \S+ key-id \d+) key {_VALUE}", "key"),
        rule(rf"\bsnmp community {_VALUE}", "community"),
        rule(rf"^community {_VALUE}", "community", within=r"^(?:snmp|trap-target)"),
        rule(rf"\btrap-target \S+ community {_VALUE}", "community"),
        rule(rf"\bprivate key {_VALUE}", "private key"),
        rule(rf"^key {_VALUE}$", "private key", within=r"^(?:private|shared-secret|openvpn)"),
        rule(rf"\bpki openvpn shared-secret \S+ key {_VALUE}", "private key"),
        rule(rf"\bpki key-pair \S+ private key {_VALUE}", "private key"),
        rule(rf"\bopenvpn-option {_VALUE}(?=.*(?:secret|pass|auth-user))", "password"),
    ),
    # keys that anybody may know, and names of keys that stand elsewhere
    (
        re.compile(
            r"\b(?:public-keys? \S+ (?:key|type)|public key|public-key|pubkey|pki (?:ca|certificate|dh) \S+ (?:certificate|crl|parameters)"
            r"|tls (?:auth|crypt)-key)\b|\bshared-secret-key |\bpki openvpn shared-secret \S+ (?:key|version) "
            r"|\bwireguard\W+\S+\W+peer\W+\S{43}="
            r"|^peer \S{43}=$"
        ),
    ),
)
VOLATILE = (re.compile(r"^(?:/\*|//|#) (?:=== )?(?:vyatta|vyos)-config-version"), re.compile(r"^(?:/\*|//) Release version"))
_RELEASE = re.compile(r"^(?:/\*|//) Release version:\s*(\S+)", re.MULTILINE)
_SIGNS = re.compile(
    r"(?:vyatta|vyos)-config-version|^\s*ethernet eth\d+ \{|^\s*set interfaces (?:ethernet eth|loopback lo|switch switch|bonding bond"
    r"|wireguard wg"
    r"|pppoe pppoe|openvpn vtun|dummy dum|bridge br)|^set firewall (?:name|ipv4|ipv6|group|ipv6-name|global-options|all-ping|zone|modify) "
    r"|^set nat (?:source|destination) rule |^set service nat rule |^set zone-policy zone |^set port-forward |^\s*enable-default-log$"
    r"|^    name \S+ \{\n        default-action |^set vpn ipsec (?:ike-group|esp-group|site-to-site peer) "
    r"|^set system login user \S+ authentication "
    r"(?:encrypted|plaintext)-password",
    re.MULTILINE,
)
_EDGE_SIGNS = re.compile(
    r"ubnt-|^set service (?:gui|nat|unms|ubnt-discover)\b|^set port-forward |^set interfaces switch |^    switch switch\d|^    (?:gui"
    r"|unms|ubnt-discover) \{"
    r"|^port-forward \{|^set system (?:offload|traffic-analysis|analytics-handler|crash-handler) |^    (?:offload|traffic-analysis"
    r"|analytics-handler) \{"
    r"|^        older-ciphers|^    user ubnt \{|user ubnt authentication|^/\* Release version: v\d|EdgeRouter|^set firewall modify "
    r"|^    modify \S+ \{"
    r"|^    nat \{\n        rule ",
    re.MULTILINE,
)
_VYOS_SIGNS = re.compile(
    r"vyos-config-version|^nat \{|^set nat |^set firewall (?:ipv4|ipv6|global-options|zone) |^// Release version"
    r"|^    config-management \{\n"
    r"        commit-revisions|user vyos |^set system config-management commit-revisions|^/\* Release version: \d"
    r"|^zone-policy \{\n    zone \S+ \{\n"
    r"        default-action \S+\n        from |hw-id |^set service ntp |^set pki |^pki \{|^    (?:openconnect|sstp) \{",
    re.MULTILINE,
)
_JUNOS = re.compile(r"^\s*[\w-]+(?: \S+)* ?;$|^set (?:version|security|interfaces \S+ unit) ", re.MULTILINE)
_PARTS = {
    "policy": "policy routing and route maps", "traffic-policy": "queues", "qos": "queues", "load-balance": "load balancing",
    "load-balancing": "load balancing", "high-availability": "high availability", "cluster": "high availability",
    "pki": "certificates and keys",
    "container": "containers", "custom-attribute": "remarks", "content-inspection": "attack detection", "qos-policy": "queues",
    "smart-queue": "queues", "traffic-control": "queues", "netns": "network name spaces", "vpp": "fast path",
}  # fmt: skip


def is_vyatta(text: str) -> bool:
    return bool(_SIGNS.search(text)) and not _JUNOS.search(text[:20_000])


def is_edgeos(text: str) -> bool:
    """Where nothing tells the two apart, it may be either."""
    return is_vyatta(text) and (bool(_EDGE_SIGNS.search(text)) or not _VYOS_SIGNS.search(text))


def is_vyos(text: str) -> bool:
    return is_vyatta(text) and not _EDGE_SIGNS.search(text)


def read(text: str, redactor: Redactor, vendor: str, os: str) -> Kept:
    tree = parse(text, redactor)
    reading = Reading(vendor=vendor, os=os, lines=tree.lines(), complete=tree.complete)
    if not tree.complete:
        reading.warnings.append("the text ends in the middle of a block")
    if found := _RELEASE.search("\n".join(statement.text for statement in tree.statements if statement.noise)):
        reading.os_version = found[1].removeprefix("v")
    _read_parts(reading, tree.root)
    tree.settle(reading)
    return Kept(reading, tree.text())


def _read_parts(reading: Reading, root: Node) -> None:
    firewall, uses = root.take("firewall"), Uses()
    groups = read_groups(reading, firewall)
    resolve_objects(reading, groups)
    zones = [*root.tags("zone-policy", "zone"), *firewall.tags("zone")]
    read_zones(reading, zones, uses)
    for each in firewall.tags("interface"):
        attach(each, each.name, uses)
    read_system(reading, root.take("system"))
    interfaces = read_interfaces(reading, root.take("interfaces"), lambda node, name: attach(node, name, uses))
    read_rules(reading, firewall, groups, uses)
    reading.firewall_rules += zone_defaults(reading, zones, len(reading.firewall_rules))
    read_nat(reading, root, groups)
    if forwards := root.get("port-forward"):
        read_port_forwards(reading, forwards.read())
    read_services(reading, root.take("service"))
    _protocols(reading, root)
    read_vpns(reading, root.take("vpn"), interfaces)
    _roles(reading)
    for name, section in _PARTS.items():
        root.pass_over(section, name)


def _protocols(reading: Reading, root: Node) -> None:
    protocols = root.take("protocols")
    read_routes(reading, protocols.take("static"))
    for each in root.tags("vrf", "name"):
        each.value("description")
        each.value("table")
        read_routes(reading, each.take("protocols", "static"), each.name)
        each.pass_over("VRF details", "vni", "ip", "ipv6", "disable")
        each.take("protocols").pass_over("dynamic routing", *(name for name in each.take("protocols").children if name != "static"))
    root.take("vrf").pass_over("VRF details", "bind-to-all")
    protocols.pass_over("dynamic routing", *(name for name in protocols.children if name in _DYNAMIC))


_DYNAMIC = frozenset(
    {
        "bgp", "ospf", "ospfv3", "rip", "ripng", "isis", "bfd", "igmp", "igmp-proxy", "pim", "pim6", "mpls", "rpki", "nhrp", "babel",
        "eigrp",
        "openfabric", "segment-routing", "failover", "traffic-engineering",
    }
)  # fmt: skip


def _roles(reading: Reading) -> None:
    """An interface that a default route goes out by is a way to the world."""
    defaults = [route for route in reading.routes if route.destination in ("0.0.0.0/0", "::/0") and not route.table and route.enabled]
    out = {route.interface for route in defaults}
    gateways = [route.gateway for route in defaults if route.gateway]
    zone_of = {member: zone.name for zone in reversed(reading.zones) for member in zone.interfaces}
    for number, own in enumerate(reading.interfaces):
        changed: dict[str, str] = {}
        if not own.role and (own.name in out or is_behind(own.addresses, gateways)):
            changed["role"] = "wan"
        if own.name in zone_of:
            changed["zone"] = zone_of[own.name]
        if changed:
            reading.interfaces[number] = own.model_copy(update=changed)

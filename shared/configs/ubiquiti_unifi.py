"""UniFi gateways: a USG's ``mca-ctrl -t dump-cfg``, and ``/data/udapi-config/udapi-net-cfg.json`` of Dream Machines and UXG.

See ``shared.configs.unifi``. The Network application keeps more than the gateway knows (names of networks, people), which is not read here.
"""

import re

from shared.configs import Kept, vyatta
from shared.configs.json_tree import parse
from shared.configs.leaf_account import account, parts
from shared.configs.leaf_secrets import VALUE_RULE, cleaner
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.unifi.box import Box
from shared.configs.unifi.edge_tree import MARK, commands
from shared.configs.unifi.gateway import read_gateway, read_tunnels
from shared.configs.unifi.rules import read_nat, read_rules, read_sets

PLATFORM = "ubiquiti_unifi"
TITLE = "UniFi gateway (USG, Dream Machine, UXG)"
EXPERIMENTAL = True
_OWN = SecretRules(
    (
        rule(r"(?:^|/)x_(?!(?:has_|ssh_(?:enabled|auth_password_enabled|bind_wildcard)|aes_gcm$|fingerprint))\w+$"),
        rule(
            r"(?:^|/)(?:password|passphrase|psk|secret|preSharedKey|presharedKey|pre-shared-secret|wpaPsk|wpaPassphrase|sharedSecret|radiusSecret"
            r"|plaintext-password|encrypted-password|authPassword|privPassword|community|pin|authKey|token|apiKey|passwordHash|hash)$"
        ),
        rule(r"(?:^|/)(?:privateKey|private-key|key|tlsAuth|staticKey|sharedKey|certificateKey)$", "key"),
        VALUE_RULE,
    ),
    public=(re.compile(r"(?:^|/)(?:publicKey|public-key|pubkey|sshKeys/key|sets|identification/\w+)$"),),
)
SECRETS = SecretRules((*_OWN.rules, *vyatta.SECRETS.rules), (*_OWN.public, *vyatta.SECRETS.public))
VOLATILE = (*vyatta.VOLATILE, re.compile(r'^\s*"(?:timestamp|generatedAt)":'))
_GATEWAY = re.compile(r'"(?:firewall/(?:filter|nat|sets|mangle)|versionDetail|routes/static|vpn/[\w/-]+)"\s*:')
_EDGE = re.compile(r'"(?:firewall|interfaces|service|system|vpn|protocols|port-forward)"\s*:\s*\{')
_EDGE_MORE = re.compile(r'"(?:ethernet|nat|rule|default-action|host-name|unifi|dhcp-server|login|static|group)"\s*:')
_PARTS = parts(
    {
        "versions": "version versionDetail versionFormat path",
        "quality of service": "qos qos/ip firewall/mangle",
        "policy routes": "firewall/pbr firewall/pbrs",
        "firewall settings": "firewall/settings bridge-firewall",
        "dynamic routing": "routes/ospf routes/ospf/areas routes/ospf/interfaces routes/access-lists routes/bgp",
        "WAN failover": "services/wanFailover services/latencyMonitor",
        "name service": "services/dnsForwarder services/dohProxy services/ddns services/mdns",
        "traffic inspection": "services/dpi services/idsIps services/utm services/sslInspection services/ipAccounting "
        "services/geoipFiltering "
        "services/clientIsolation services/uid",
        "switching": "services/igmpSnooping services/igmpProxy services/loopProtection services/dhcpRogueDetector services/arpInspection "
        "services/lldp vlans peripherals",
        "sign-in": "services/radius-profiles services/radiusServer",
        "other services": "services/upnp services/unifiNetwork services/unms services/discoveryResponder services/bleHTTPTransport "
        "services/suspend services/wifiman services/stunnel services/redirector services/vrrp services/ntpClient services/systemLog",
        "other tunnels": "vpn/teleport vpn/openvpn/raws",
    }
)


def looks_like(text: str) -> bool:
    bare = text.lstrip("\ufeff \t\r\n")
    if bare.startswith(MARK):
        return True
    return bare.startswith("{") and bool(_GATEWAY.search(text) or (_EDGE.search(text) and _EDGE_MORE.search(text)))


def read(text: str, redactor: Redactor) -> Kept:
    if text.lstrip("\ufeff \t\r\n").startswith(MARK):
        return vyatta.read(text, redactor, "Ubiquiti", "EdgeOS")
    if not _GATEWAY.search(text):
        # nobody looks for secrets here: the commands go through the redactor whole
        tree = parse(text, lambda _path, value, _line: value)
        kept = vyatta.read(commands(tree.root), redactor, "Ubiquiti", "EdgeOS")
        if tree.stopped:
            kept.reading.complete = False
            kept.reading.warnings.append("the text ends early or is damaged: what follows was neither read nor kept")
        return kept
    return _gateway(text, redactor)


def _gateway(text: str, redactor: Redactor) -> Kept:
    tree = parse(text, cleaner(redactor, SECRETS))
    reading = Reading(vendor="Ubiquiti", os="UniFi OS", complete=not tree.stopped)
    if tree.stopped:
        reading.warnings.append(f"the text ends early or is damaged ({tree.stopped}): what follows was neither read nor kept")
    box = Box(tree, reading)
    for part in (read_gateway, read_sets, read_rules, read_nat, read_tunnels):
        part(box)
    account(reading, tree, _PARTS)
    return Kept(reading, tree.text())

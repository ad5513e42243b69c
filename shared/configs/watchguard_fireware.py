"""WatchGuard Fireware (Firebox): the profile in XML, as Policy Manager saves it and ``export config to console`` prints it.

Fireware 11 and 12; see ``shared.configs.fireware`` for what is known of the format and from where.
"""

import re

from shared.configs import Kept
from shared.configs.fireware.box import Box
from shared.configs.fireware.nat import find_forwards, read_nat
from shared.configs.fireware.network import read_network
from shared.configs.fireware.objects import read_objects
from shared.configs.fireware.policies import read_policies
from shared.configs.fireware.system import read_system, read_ways_in
from shared.configs.fireware.tunnels import read_tunnels
from shared.configs.leaf_account import account, parts
from shared.configs.leaf_secrets import VALUE_RULE, cleaner
from shared.configs.pf.root import first_element
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.xml_tree import parse

PLATFORM = "watchguard_fireware"
TITLE = "WatchGuard Firebox (Fireware)"
EXPERIMENTAL = True
RULES_SEE = "public"
SECRETS = SecretRules(
    (
        rule(r"(?:^|/)(?:psk|passphrase|[\w-]*password|shared-secret|secret|snmp-comm-string|[\w-]*-secret|auth-pass|priv-pass|pass)$"),
        rule(r"(?:^|/)(?:private-key|encrypted-private-key|feature-key|license-key|api-key|(?:enc|auth)-key)$", "key"),
        VALUE_RULE,
    ),
    public=(
        re.compile(r"(?:^|/)(?:psk-hex|key-mode|encryp-key-len(?:gth)?|auth-key-length|feature-key-auto-sync|rsa-cert|dsa-cert|ec-cert)$"),
    ),
)
VOLATILE = (
    re.compile(r"^\s*<rs-version>\d+</rs-version>$"),
    re.compile(r"^\s*<time>\d{9,11}</time>$"),
)
_PARTS = parts(
    {
        "file": "product-grade rs-version using-cpm-profile xml-purpose revision-history policy-view policy-filter-list policy-tag-list",
        "proxy actions": "proxy-action-list proxy-helper-list tls-profile-list https-exception-override-list apps-block-profile-list "
        "app-action-list webblocker-global-exception-list dlp-sensor-list geolocation-blocking traffic-mgmt-list signature-update",
        "alarms": "alarm-action-list",
        "schedules": "schedule-list",
        "proposals that no tunnel uses": "ipsec-proposal-list ike-action-list ike-policy-list ike-policy-group-list ipsec-action-list",
        "sign-in": "auth-domain-list auth-group-list user-group-list radius-conf-list ras-domain-item-list ras-server-group-list "
        "system-parameters/ldap system-parameters/auth-global-setting system-parameters/terminal-service",
        "devices and wireless": "device-group-list gateway-wireless-controller hotspot-list",
        "link monitor and load balancing": "probe-list load-balance-list system-parameters/multi-wan",
        "protection": "system-parameters/dos-prevention system-parameters/icmp-error-handling system-parameters/mss-adjustment "
        "system-parameters/blocked-ip-list system-parameters/blocked-ip-exception-list system-parameters/ips system-parameters/dlp "
        "system-parameters/antivirus system-parameters/apt system-parameters/botnet-detection system-parameters/webblocker-global-setting "
        "system-parameters/traffic-flow-timers system-parameters/blocked-port-list",
        "logging": "system-parameters/log-conf system-parameters/common-logging system-parameters/trace-conf",
        "SNMP": "system-parameters/snmp-conf",
        "dynamic routing": "system-parameters/dynamic-routing",
        "static ARP": "system-parameters/static-bind-ip-list system-parameters/static-arp-list",
        "system settings": "system-parameters/misc-global-setting system-parameters/lsd system-parameters/wgsync "
        "system-parameters/device-conf "
        "system-parameters/wins-server-list system-parameters/dvcp-client system-parameters/gen-cert-id system-parameters/cert-list",
    }
)


def looks_like(text: str) -> bool:
    return first_element(text) == "profile"


def read(text: str, redactor: Redactor) -> Kept:
    tree = parse(text, "profile", cleaner(redactor, SECRETS))
    reading = Reading(vendor="WatchGuard", os="Fireware", complete=not tree.stopped)
    if tree.stopped:
        reading.warnings.append(f"the text ends early or is damaged ({tree.stopped}): what follows was neither read nor kept")
    box = Box(tree, reading)
    read_objects(box)
    find_forwards(box)
    read_network(box)
    read_system(box)
    policies = read_policies(box)
    read_nat(box, policies)
    read_ways_in(box, policies)
    read_tunnels(box)
    account(reading, tree, _PARTS)
    return Kept(reading, tree.text())

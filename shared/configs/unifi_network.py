"""UniFi Network, a site's networks and firewall: the answers of the official interface in one JSON object, as ``agent/web`` asks for them.

Source: "UniFi Network API" 9.1 to 10.1 (developer.ui.com/network) for names and forms; items of filters as its schema has them
(``IP_ADDRESS``, ``SUBNET``, ``IP_ADDRESS_RANGE``, ``PORT_NUMBER``, ``PORT_NUMBER_RANGE``). The object holds ``applicationVersion``,
``site`` and the lists ``networks``, ``firewallZones``, ``firewallPolicies``, ``trafficMatchingLists``, ``wans``, ``vpnServers`` and
``siteToSiteVpnTunnels``, each as answered.
Port forwards and the WAN ports' addresses are not part of the interface: what is reachable from outside cannot be told from it alone.
"""

import re

from shared.configs import Kept
from shared.configs.json_tree import parse
from shared.configs.leaf_account import account, parts
from shared.configs.leaf_secrets import VALUE_RULE, cleaner
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.unifi_api.lists import Box, read_lists, read_networks, read_tunnels, read_zones
from shared.configs.unifi_api.rules import read_policies

PLATFORM = "unifi_network"
TITLE = "UniFi Network (answers of the controller)"
EXPERIMENTAL = True
SECRETS = SecretRules(
    (
        rule(r"(?:^|/)(?:\w*[pP]assphrase|\w*[pP]assword|\w*[sS]haredKey|\w*[pP]rivateKey|\w*[sS]ecret|psk|\w*[tT]oken|apiKey|x_\w+)$"),
        VALUE_RULE,
    ),
    public=(re.compile(r"(?:^|/)(?:id|zoneId|trafficMatchingListId|deviceId|\w+Ids/item|publicKey)$"),),
)
VOLATILE = ()
_LISTS = re.compile(r'"(?:networks|firewall(?:Zones|Policies))"\s*:')
_PARTS = parts(
    {
        "the application's version": "applicationVersion",  # which is none of a device's
        "the site's name": "site",
        "who made it": "networks/item/metadata firewallZones/item/metadata trafficMatchingLists/item/metadata vpnServers/item/metadata "
        "siteToSiteVpnTunnels/item/metadata",
        "networks' behaviour": "networks/item/isolationEnabled networks/item/internetAccessEnabled networks/item/mdnsForwardingEnabled "
        "networks/item/cellularBackupEnabled networks/item/dhcpGuarding networks/item/default networks/item/deviceId "
        "networks/item/ipv4Configuration/autoScaleEnabled networks/item/ipv4Configuration/natOutboundIpAddressConfiguration "
        "networks/item/ipv4Configuration/additionalHostIpSubnets "
        "networks/item/ipv4Configuration/dhcpConfiguration/pingConflictDetectionEnabled "
        "networks/item/ipv6Configuration networks/item/zoneId networks/item/management networks/item/id",
    }
)


def looks_like(text: str) -> bool:
    bare = text.lstrip("\ufeff \t\r\n")
    return bare.startswith("{") and '"applicationVersion"' in bare[:2_000] and bool(_LISTS.search(bare))


def read(text: str, redactor: Redactor) -> Kept:
    tree = parse(text, cleaner(redactor, SECRETS))
    reading = Reading(complete=not tree.stopped)
    if tree.stopped:
        reading.warnings.append(f"the text ends early or is damaged ({tree.stopped}): what follows was neither read nor kept")
    reading.warnings.append("port forwards and the addresses of WAN ports are not in here: what is reachable from outside is not known")
    box = Box(tree, reading)
    for part in (read_lists, read_zones, read_networks, read_policies, read_tunnels):
        part(box)
    account(reading, tree, _PARTS)
    return Kept(reading, tree.text())

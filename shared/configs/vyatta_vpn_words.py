"""Which words of a tunnel's statement are known in EdgeOS and VyOS? Source: VyOS documentation 1.2 to 1.5, "VPN"; EdgeOS user guide."""

from shared.configs.vyatta_tree import Node

_KNOWN = frozenset(
    {
        # of a peer, of people who dial in, and of the parts of both
        "authentication", "description", "disable", "ike-group", "default-esp-group", "tunnel", "vti", "remote-address", "local-address",
        "local-ip",
        "dhcp-interface", "connection-type", "ikev2-reauth", "force-encapsulation", "force-udp-encapsulation", "virtual-address",
        "replay-window",
        "esp-group", "pool", "timeout", "unique", "remote-access", "client-ip-pool", "ipsec-settings", "dns-servers", "wins-servers",
        "outside-address",
        "outside-nexthop", "outside-interface", "mtu", "idle", "ike-lifetime", "lns", "name-server", "gateway-address", "ppp-options",
        "ssl", "port",
        "network-settings", "listen-ports", "listen-address", "accounting", "http-security-headers", "tls-version-min", "default-pool",
        "thread-count",
        "max-concurrent-sessions", "shaper", "snmp", "limits", "log", "default-ipv6-pool", "client-ipv6-pool", "host-name",
        "extended-scripts",
        "require-ipsec", "ccp-disable", "bind",
        # of an interface that is a tunnel
        "address", "peer", "private-key", "listen-port", "fwmark", "route-allowed-ips", "mode", "protocol", "hash", "encryption",
        "local-port",
        "remote-port", "remote-host", "remote", "remote-ip", "local-host", "server", "tls", "openvpn-option", "persistent-tunnel",
        "keep-alive",
        "shared-secret-key-file", "shared-secret-key", "config-file", "use-lzo-compression", "offload", "redirect", "firewall", "ip",
        "ipv6",
        "device-type", "bridge-group", "replace-default-route", "ping", "encapsulation", "parameters", "source-address",
        "source-interface", "vni",
        "group", "gpe", "external", "multicast", "enable-multicast", "6rd-prefix", "6rd-default-gw", "6rd-relay-prefix", "key", "ttl",
        "tos", "local",
        "link", "link-mtu", "destination-port", "source-port", "session-id", "peer-session-id", "tunnel-id", "peer-tunnel-id", "server-ip",
        "user-id",
        "password", "default-route", "require-mppe", "no-peer-dns", "vrf", "mirror", "fragment", "auth-user-pass", "user", "dh-params",
        "max-routing-peers", "per-client-thread", "default-route-distance", "mac", "traffic-policy", "route-no-install",
    }
)  # fmt: skip


def take_known(node: Node) -> None:
    """What is known of a tunnel is taken; a word that is not stays unread."""
    for name, child in node.children.items():
        if name in _KNOWN:
            child.read_all()

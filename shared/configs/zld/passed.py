"""Parts of ZLD that are known and not modelled. Source: ZLD CLI reference guide 4.x, its chapters."""

_PARTS = {
    "system": (
        "hardware-watchdog-timer software-watchdog-timer console language setenv port-grouping port-group device-register service-register"
        " device-ha device-ha2 diag-info daily-report auto-update reboot usb-storage system debug write report cnm-agent nebula"
        " cloud-helper"
        " led device-insight cloudcnm ca customize myzyxel zon lldp fan-speed easy-mode wizard app-watch-dog release-notes eula"
    ),
    "command line": "enable cli exit configure",
    "security services": (
        "anti-virus idp app app-patrol content-filter anti-spam email-security anti-malware sandboxing ips reputation ip-reputation"
        " url-threat-filter dns-threat-filter botnet-filter ssl-inspection adp anomaly geo-ip cf application utm-manager"
        " collaborative-detection"
        " cdr astra dns-content-filter web-auth ip-exception threat-intelligence external-block-list security-profile"
    ),
    "schedules": "schedule-object schedule-group",
    "sign-in": (
        "aaa ldap-server radius-server ad-server users user-portal force-auth auth-server two-factor-auth sso forcedauth walled-garden"
        " google-auth"
    ),
    "user groups and settings": "groupname user-group",
    "wireless": (
        "wlan wlan-ssid-profile wlan-security-profile wlan-radio-profile wlan-monitor-profile wlan-macfilter-profile"
        " wlan-l2isolation-profile"
        " capwap lan-provision dcs rtls wireless-hotspot wireless-bridge rogue-ap load-balancing wlan-load-balancing mon-mode wifi ap-group"
        " wlan-group bluetooth wtp-profile auto-healing printer-manager ticket billing"
    ),
    "bandwidth": "bwm bandwidth-management class-map",
    "link balancing": "interface-group trunk ip-load-balancing link-sticking wan-load-balancing",
    "dynamic names": "ddns dyndns",
    "routing protocols": "router bgp ospf rip",
    "sessions": "session-limit session-limit6 connlimit conn-limit tcp-decoder session timeout conntrack",
    "proxies and helpers": "alg http-redirect smtp-redirect upnp nat-pmp dmz-host http-inspection redirect-service",
    "IP and MAC binding": "ip-mac-binding layer2-isolation arp mac-binding arp-table l2-isolation",
    "accounts to dial out by": "account",
    "logging": "logging log mail-subject vrpt",
    "time": "clock",
    "SSL VPN": "sslvpn sslvpn-application web-vpn ssl-vpn",
    "tunnel settings": "vpn-concentrator vpn-configuration-provision vpn-interface-fallback crypto vpn-service vpn",
    "IPv6": "ipv6 dhcp6 dhcp6-request-object dhcp6-lease-object router-advertisement policy6 policy-route6 ip6",
    "interface settings": "interface-rename mac port-type switch vlan port-config port-role phy speed duplex cellular sim-card",
}
SECTIONS = {prefix: part for part, names in _PARTS.items() for word in names.split() for prefix in (word, f"no {word}")} | {
    prefix: part
    for text, part in (
        ("ip dns", "DNS"), ("ip ddns", "dynamic names"), ("ip http-redirect", "proxies and helpers"),
        ("ip ip-mac-binding", "IP and MAC binding"),
        ("ip icmp-filter", "sessions"), ("ip load-balancing", "link balancing"), ("ip http authentication", "sign-in"),
        ("ip http secure-server cipher-suite", "management"), ("ip dhcp", "DHCP settings"), ("ip upnp", "proxies and helpers"),
        ("ip wake-on-lan", "system"), ("ip ospf", "routing protocols"), ("ip rip", "routing protocols"),
        ("ip route control-virtual-server-rules", "policy routes"),
        ("secure-policy asymmetrical-route", "sessions"), ("firewall asymmetrical-route", "sessions"),
        ("connlimit max-per-host", "sessions"),
        ("service dhcp", "DHCP settings"),
    )
    for prefix in (text, f"no {text}")
}  # fmt: skip

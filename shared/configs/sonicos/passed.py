"""Parts of SonicOS that are known and not modelled. Source: outputs of SonicOS 6.2 and 6.5; SonicOS 6.5 and 7 CLI reference guides."""

_PARTS = {
    "header": "rom-version safemode-version system-time system-uptime last-modified-by checksum",
    "command line": "cli",
    "schedules": "schedule",
    "sign-in": "user",
    "content filter": "content-filter rbl anti-spam client-cfs-enforcement consent websense custom-list",
    "security services": (
        "security-services gateway-anti-virus intrusion-prevention anti-spyware app-control app-rules match-object action-object"
        " geo-ip botnet"
        " dpi-ssl dpi-ssh capture-atp capture-client ssl-control dns-security dns-filtering email-object email-address-object cloud-av"
        " client-av-enforcement endpoint-security custom-match-object application-firewall threat-api url-list cfs uri-list-object"
        " uri-list-group reputation-object signature gav ips country-object"
    ),
    "bandwidth and quality of service": "bandwidth-object bandwidth-management qos-mapping bwm",
    "diagnostics": "diag tech-support-report tsr packet-monitor firmware tracelog network-monitor debug crash-report",
    "logging": "log appflow flow-reporting",
    "traffic settings": (
        "tcp udp icmp firewall arp ndp voip multicast igmp web-proxy interfaces reassembly mac-ip-anti-spoof ip-helper dns-proxy"
    ),
    "routing protocols": "routing router ospf rip bgp pim route-advertisement ecmp",
    "high availability and load balancing": "high-availability failover-lb sdwan link-aggregation port-redundancy",
    "wireless": (
        "sonicpoint sonicpointn sonicwave wlan wireless access-point virtual-access-point floor-plan wireless-controller radio"
        " rf-monitoring"
    ),
    "switches": "switch switch-controller switch-port vlan-translation portshield lldp stp extended-switch",
    "SSL VPN": "ssl-vpn virtual-assist sslvpn bookmark",
    "certificates": "certificate certificates scep",
    "licences": "license licenses",
    "system": (
        "fips ndpp storage cloud cloud-backup sonicos-api api dynamic-dns ddns zero-touch swap-file wan-acceleration wwan modem u0 dial-up"
        " dhcp-client partition user-partition guest-services wxa local-backup settings audit display nsm gms dashboard endpoint swg csc"
    ),
    "IPv6 services": "6to4-tunnel 6rd isatap nat64",
}
SECTIONS = {
    prefix: part for part, names in _PARTS.items() for name in names.split() for prefix in (name, f"no {name}")
}  # fmt: skip
SECTIONS |= {"dhcp-server ipv6": "IPv6 services", "dhcpv6": "IPv6 services", "no dhcp-server ipv6": "IPv6 services"}

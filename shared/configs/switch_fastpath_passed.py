"""Which parts of a FASTPATH configuration are known and not modelled. Source: Dell N-Series CLI reference 6.6, Netgear M4300 CLI manual."""

from shared.configs import switch_ios

VLAN_PASSED = {
    **dict.fromkeys(("vlan protocol", "vlan association", "remote-span", "private-vlan", "ip dhcp", "ip arp", "ip igmp", "protocol", "set"),
                    "VLAN options"),
}  # fmt: skip


TOP_PASSED = {
    **dict.fromkeys(("stack", "stacking", "slot", "set slot", "member", "stack-port", "no stack-port", "switch", "set board"), "stack"),
    **dict.fromkeys(("spanning-tree", "no spanning-tree"), "spanning tree"),
    **dict.fromkeys(("voice", "no voice", "auto-voip", "no auto-voip", "auto-camera"), "voice VLAN"),
    **dict.fromkeys(("lldp", "no lldp", "isdp", "no isdp", "cdp", "no cdp"), "neighbour protocols"),
    **dict.fromkeys(
        ("aaa", "no aaa", "passwords", "no passwords", "ip http", "no ip http", "ip https", "ip ssh", "no ip ssh", "enable", "exec-timeout",
         "management access-class", "authentication", "no authentication", "dot1x", "no dot1x", "mab", "captive-portal", "radius",
         "radius-server", "no radius", "tacacs-server", "tacacs", "users", "crypto", "ip telnet", "telnetcon", "sshcon", "login",
         "ias-user",
         "user-key", "password", "set prompt", "serial", "transport", "password strength"),
        "sign-in",
    ),
    **dict.fromkeys(("clock", "no clock", "sntp", "no sntp", "ntp", "set clock"), "time"),
    **dict.fromkeys(
        ("snmp-server", "no snmp-server", "snmptrap", "logging console", "no logging", "logging buffered", "logging syslog", "logging file",
         "logging cli-command", "logging email", "logging web-session", "logging snmp", "logging facility", "logging monitor",
         "logging audit",
         "logging protocol", "logging source-interface", "logging traps", "rmon", "sflow", "mail-server", "monitor", "no monitor", "event"),
        "management",
    ),
    **dict.fromkeys(
        ("ip routing", "no ip routing", "router", "ip redirects", "ip icmp", "no ip icmp", "ip unreachables", "arp", "ip local-proxy-arp",
         "ip prefix-list", "route-map", "ip vrf", "vrf", "track", "ip sla", "ip vrrp", "bfd", "ip multicast", "ip pim", "ip mroute",
         "ipv6"),
        "routing",
    ),
    **dict.fromkeys(
        ("ip igmp", "no ip igmp", "set igmp", "no set igmp", "igmp", "mld", "set mld", "bridge multicast", "mac address-table multicast",
         "ipv6 mld", "set"),
        "multicast",
    ),
    **dict.fromkeys(
        ("ip dhcp", "no ip dhcp", "service dhcp", "no service dhcp", "ip helper-address", "ip domain", "ip domain-lookup",
         "no ip domain-lookup",
         "no ip domain", "ip host", "iscsi", "no iscsi", "ip arp", "ip verify", "ip source", "bootpdhcprelay", "ip domain-list", "ip igmp"),
        "services",
    ),
    **dict.fromkeys(("class-map", "policy-map", "diffserv", "no diffserv", "cos-queue", "classofservice", "qos", "traffic-shape",
    "datacenter"),
                    "quality of service"),
    **dict.fromkeys(("mac access-list", "arp access-list", "time-range", "mac access-group", "ipv6 access-group", "control-plane"),
                    "other access lists"),
    **dict.fromkeys(
        ("port-channel", "lag", "vpc", "feature", "udld", "no udld", "errdisable", "storm-control", "dos-control", "no dos-control", "port",
         "mac address-table", "mac", "bridge", "banner", "green-mode", "green-ethernet", "eee", "no eee", "system", "boot", "no boot",
         "application", "openflow", "eula-consent", "support-assist", "reload", "flowcontrol", "no flowcontrol", "hashing-mode", "memory",
         "process", "cut-through", "dvlan-tunnel", "power", "poe", "fips", "mtu", "mode", "cos", "template", "protected-port", "switchport",
         "network", "serviceport", "no network", "no serviceport", "link-dependency", "hardware", "environment", "buffers", "sdm",
         "license",
         "macro", "wireless", "bonjour", "no bonjour", "mdns", "unidirectional-link", "cablestatus", "script", "ztp", "no ztp", "usb",
         "garp", "gvrp", "gmrp", "ethernet-ring", "ptp", "ip mtu", "storage", "timesync", "auto-copy-sw", "profile"),
        "system",
    ),
}  # fmt: skip


PORT_PASSED = {
    **switch_ios.PORT_PASSED,
    **dict.fromkeys(("power", "poe", "no power", "power inline"), "PoE"),
    **dict.fromkeys(("voice", "auto-voip", "no auto-voip", "voice vlan auth", "voice vlan data", "voice vlan dot1p", "voice vlan untagged"),
                    "voice VLAN"),
    **dict.fromkeys(("vlan", "no vlan", "switchport", "no switchport", "mode", "gvrp", "gmrp", "garp", "dvlan-tunnel"), "VLAN options"),
    **dict.fromkeys(
        ("vpc", "no vpc", "port-channel", "no port-channel", "staticcapability", "adminmode", "deladminmode", "no auto-negotiate",
         "debounce",
         "cos", "classofservice", "diffserv", "conform-color", "no dos-control", "ip access-list", "captive-portal", "sflow", "no sflow",
         "cablestatus", "port-security mac-address", "hardware", "channel", "tcn", "isdp", "ip netdirbcast", "igmpv3", "set igmp",
         "ip address"
         " secondary", "ip icmp", "bandwidth", "rate-interval", "dhcp", "garp", "ip helper", "bootpdhcprelay", "iscsi", "timeout", "group"),
        "link",
    ),
}  # fmt: skip

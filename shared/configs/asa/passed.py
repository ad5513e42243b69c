"""What stands on top of an ASA or PIX configuration and is not modelled: known by its first words, told by its part.

Source: ASA command reference (A to Z, 9.x), Cisco PIX Firewall Command Reference 6.3.
"""

_PARTS = {
    "system": (
        "service-module, client-update, telemetry-service, object-group-lookup, "
        "boot, ftp, names, terminal, pager, prompt, asdm, pdm, command-alias, privilege, service, banner, clock, mode, firewall, "
        "license, call-home, smart-tunnel, module, hw-module, sw-module, config-register, coredump, crashinfo, jumbo-frame, key, "
        "password, passwd, enable, tcp-map, floodguard, checkheaps, reload, file, ssd, compression, dns, domain-lookup, "
        "name-interface, resource, memory, process, asa-cx, ips, scansafe, sysopt, app-agent, rest-api, asp, cpu, debug, cx, sfr, "
        "backup, tftp-server, exit, setup, no-names, fips, core, quota, auto-update, image, page, nameif-settings, url-cache, "
        "url-block, url-server, filter, snort, diagnostic, startup-config, object-group-search, forward, mtu, vxlan, nve, segment, "
        "umbrella, user-statistics, xdmcp, conn, shun, tls-proxy, phone-proxy, ctl-provider, ctl-file, uc-ime, media-termination, "
        "ldap, location-logging, flow-offload, pki, telemetry"
    ),
    "contexts": "context, changeto, admin-context, allocate-interface, config-url, class-resource, mac-address, limit-resource",
    "failover and clusters": "failover, monitor-interface, cluster, health-check, redundant-interface",
    "translation settings": "xlate, nat-control, alias, timeout, established, norandomseq, outbound, apply, conduit-settings",
    "inspection": (
        "class-map, policy-map, service-policy, fixup, threat-detection, regex, prefix-list, ip audit, ip verify, icmp, inspect, "
        "dynamic-filter, tcp, fragment, parameters, priority-queue, queue-limit, dynamic-map, application, virtual, mac-list, "
        "no-inspect, police, set connection, ipv6 icmp, icmp-object, cts, policy-list, traffic-zone"
    ),
    "sign-in": (
        "aaa, aaa-server, user-identity, user-message, auth-prompt, tacacs-server, radius-server, passwd, password-policy, sso-server, "
        "kerberos, login, ssh stricthostkeycheck, ssh, telnet, http, console, management-access, management-session, identity, hpm, "
        "http authentication-certificate, username-prompt, logout, auth, uauth"
    ),
    "logging and monitoring": "logging, snmp-server, snmp-map, flow-export, ntp, sla, track, rtr, netflow, capture, event, smtp-server",
    "routing protocols": (
        "router, rip, ospf, route-map, prefix-list, multicast-routing, pim, igmp, eigrp, as-path, mroute, community-list, "
        "access-list-ospf, ipv6 router, bgp, routing, key chain, policy-route, mfib, isis, bfd, bfd-template, ipv6 prefix-list, "
        "ipv6 enforce-eui64, ipv6 nd, ipv6 ospf, ipv6 dhcprelay, ipv6 local, ipv6 neighbor, ipv6 dhcp, ipv6 unicast-routing, ipv6, "
        "bridge-group, zone, eui"
    ),
    "DHCP settings": "dhcp, dhcp-client, dhcp-network-scope, ddns, dhcpd ping_timeout, dhcpd option",
    "interface settings": (
        "arp, arp-inspection, mac-address-table, mac-learn, ethertype, lacp, port-channel, vlan, ip address, monitor, "
        "mac-address-pool, speed, duplex, arp timeout, ethernet, vtep"
    ),
    "time ranges": "time-range",
}
SECTIONS = {section: tuple(firsts.split(", ")) for section, firsts in _PARTS.items()}

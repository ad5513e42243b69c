"""What stands on top of an IOS configuration and is not modelled: known by its first words, told by its part.

Source: the master command lists of IOS 12.4, 15M and IOS-XE 17; FRR's user guide for what its ``vtysh`` prints beside.
"""

_PARTS = {
    "system": (
        "sdwan, sslproxy, appqoe, licensing, endpoint-tracker, template, onep, netconf, fips, omp, nat, ip nat route, autonomic, "
        "service, boot-start-marker, boot-end-marker, boot, hw-module, platform, memory, memory-size, mmi, process, scheduler, "
        "exception, warm-reboot, upgrade, config-register, system, file, alias, privilege, parser, prompt, macro, do, default, "
        "tftp-server, menu, buffers, card, slot, subslot, module, power, facility-alarm, transceiver, errdisable, archive, call-home, "
        "diagnostic, redundancy, process-max-time, partition, microcode, guestshell, iox, app-hosting, pnp, configuration, software, "
        "downward-compatible-config, nmsp, remote, stack-mac, stack-power, environment, cns, wsma, transport-map, terminal, sdm, "
        "subscriber, spd, bridge, rmon, energywise, security, alarm, profile, fabric, mode, control-plane, control-plane-host, "
        "rate-limit, location, tcl, scripting, event, kron, cpu, chassis, port-channel, coap, avb, ptp, hsr-ring, cip, profinet, "
        "persistent, logging-level, virtual-service, vstack, nsf, stackwise-virtual, interface-type, esmc, frr, "
        "integrated-vtysh-config, debug, agentx, identity, flow-sampler-map, license, dot11, bstun, dlsw, source-bridge, mop, x29, "
        "decnet, ipx, appletalk, resource, cwmp, hidekeys, log, password, smart, clear, ip subnet-zero, ip classless, beep, "
        "crypto-local, ip finger, ip gratuitous-arps, ip source-route, ip cef, ip options, ip spd, ip icmp, ip tcp, ip udp, ip domain, "
        "ip host, ip telnet, ip ftp, ip tftp, ip rcmd, ip scp, ip ssh, ip arp, ip hosts, ip identd, ip alias, ip routing, "
        "ip accounting-list, ip accounting-threshold, ip drp, ip dns, ip ddns, ip device, ip multilayer, ip dvmrp, ip sap, ip sdr, "
        "ip sla, ip http, ip access-group, ip verify, ip reroute, ip flow, ip flow-cache, ip flow-export, ip flow-top-talkers, "
        "ip wccp, ip mtu, ip fast-switching, ip load-sharing, ip local, ip load-share, ip path-mtu-discovery, ip radius, ip tacacs, "
        "ip snmp, ip gdp, ip virtual-reassembly, ip tos, ip radius-source, ip dhcp, ip mobile, ip slb, ip traffic-export, ip source, "
        "ip nhrp, ip redirects, ip address, ip unreachables, ip bootp, ip vrf-forwarding, ip telnet-comport, ip igmp, ip casa, "
        "ip sctp, ip kerberos, ip zone, ip identity, ip stealth, ip forwarding, ipv6 forwarding, ip protocol, ip nht, ipv6 nht, zebra, "
        "ip table, allow, table, line, gw-type-prefix, tunnel, no-ip, tag-switching, clns, ip subnet, arp, authentication, ip tunnel"
    ),
    "sign-in": (
        "aaa, enable, radius-server, radius, tacacs-server, tacacs, login, dot1x, username, authentication, mab, access-session, ldap, "
        "kerberos, identity, user-name, key, eap, cts, credentials, security passwords, passwd, ip admission, client, group-policy, "
        "webauth"
    ),
    "time": "clock, ntp, sntp, time-range, track",
    "logging and monitoring": (
        "logging, snmp-server, snmp, flow, monitor, netflow, sampler, ip sla, rtr, performance, telemetry, nbar, mib, avc, rmon, "
        "application, scada-gw, telephony, ethernet, device-sensor, device-tracking, trap, ces"
    ),
    "neighbour protocols": "cdp, lldp, vtp, udld",
    "spanning tree": "spanning-tree, rep, bridge-domain, port-security, lacp, etherchannel, errdisable",
    "routing protocols": (
        "router, ip bgp-community, ip ospf, ip multicast-routing, ip multicast, ip pim, ip msdp, ip rip, ip as-path, ip mroute, "
        "ip eigrp, ip router, mpls, ipv6 router, ipv6 ospf, ipv6 multicast-routing, ipv6 pim, ipv6 mld, ipv6 rip, key chain, ip rtp, "
        "ip rsvp, bfd, bfd-template, fhrp, l2vpn, l2, isis, affinity-map, segment-routing, ip igmp, ip community-list, address-family, "
        "bgp, neighbor, router-id, ip prefix-list, pim, evpn, lisp, mrinfo, ldp, pseudowire, xconnect, ip mrm, ip bgp, "
        "ip default-network, ip policy-list, ipv6 mfib, ip mfib, ip rgmp, ip default-information, rpki, debug bgp, ospf, vni, pbr-map, "
        "nexthop-group, ip lisp"
    ),
    "VRF": "vrf, ip vrf, vrf-upgrade-cli, vrf definition",
    "IPv6 settings": (
        "ipv6 unicast-routing, ipv6 cef, ipv6 icmp, ipv6 source-route, ipv6 dhcp, ipv6 general-prefix, ipv6 host, ipv6 nd, "
        "ipv6 neighbor, ipv6 snooping, ipv6 local, ipv6 hop-limit, ipv6 flowset, ipv6 spd, ipv6 inspect, ipv6 port-map, "
        "ipv6 destination-guard, ipv6 source-guard, ipv6 flow, ipv6 verify, ipv6 mobile, ipv6 access-class, ipv6 virtual-reassembly, "
        "ipv6 address, ipv6 enable, ipv6 unreachables, ipv6 route-static, ipv6 static, ipv6 prefix"
    ),
    "VLAN settings": (
        "vlan internal, vlan accounting, vlan access-log, vlan dot1q, vlan group, vlan configuration, vlan database, vlan ifdescr, "
        "dot1q, private-vlan, mac-address-table, mac address-table, mac, vlan name, storm-control, mvr, l2protocol-tunnel, l2protocol, "
        "ethernet evc, evc, link, bridge irb, service instance"
    ),
    "voice": (
        "voice, voice-port, voice-card, dial-peer, dspfarm, sccp, telephony-service, ephone, ephone-dn, ephone-template, "
        "ephone-dn-template, ephone-hunt, gateway, gatekeeper, sip-ua, call, mgcp, ccm-manager, num-exp, translation-rule, "
        "call-manager-fallback, codec, presence, media, srst, vxml, gk, h323, sip, trunk, rtp, dialplan-pattern, stcapp, signaling, "
        "max-ephones, uc, xml, line-voice, voip, dsp, mrcp, rtsp, tts, ivr, settlement, phone"
    ),
    "wireless": (
        "wlan, wireless, ap, capwap, dot11, policy, parameter-map, remote-lan, radio, rf, mesh, flex, aironet, trapflags, bridge, "
        "ssid, mdns, service-template, hotspot, ip dhcp-proxy, guest-lan, rfid, nmsp-policy"
    ),
    "banner": "banner",
    "SSL VPN details": "webvpn, sslvpn, policy group, crypto ssl, crypto vpn",
    "programs on the box": "event manager, kron, tclsh, script, automate-tester",
}
SECTIONS = {section: tuple(firsts.split(", ")) for section, firsts in _PARTS.items()}

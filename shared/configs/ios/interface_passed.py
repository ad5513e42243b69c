"""What stands below an interface of IOS and is not modelled: known by its first words, told by its part."""

from shared.configs.ios.state import with_no

_PARTS = {
    "routing protocols on interfaces": (
        "ip ospf, ipv6 ospf, ospfv3, ip rip, ipv6 rip, ip eigrp, ipv6 eigrp, ip hello-interval, ip hold-time, ip summary-address, "
        "ip router, ipv6 router, isis, ip policy, ipv6 policy, ip pim, ipv6 pim, ip igmp, ipv6 mld, ip bandwidth-percent, "
        "ip split-horizon, ip next-hop-self, ip authentication, mpls, ldp, bfd, ip mroute-cache, ip mrm, ip multicast, ipv6 multicast, "
        "router, autonomous-mode, ip bgp, ip mtu ignore, ip dvmrp, tag-switching, clns, area, evpn, l2vpn"
    ),
    "first-hop redundancy": "endpoint-tracker, standby, vrrp, glbp, track, vrrs",
    "IP settings of interfaces": (
        "ip redirects, ip unreachables, ip proxy-arp, ip route-cache, ip mask-reply, ip directed-broadcast, ip mtu, ip tcp, "
        "ip local-proxy-arp, ip virtual-reassembly, ip virtual-reassembly-out, ip verify, ip accounting, ip arp, ip flow, ip cef, "
        "ip load-sharing, ip irdp, ip probe, ip information-reply, ip rsvp, ip rtp, ip rarp-server, ip security, ip source-address, "
        "ip admission, ip auth-proxy, ip broadcast-address, ip sap, ip sdr, arp, ip ips, ip inspect, ip urlfilter, ip wccp, ip nbar, "
        "ip device, ip sticky-arp, ip gratuitous-arps, ip nhrp, ip ddns, ip dhcp, ip dns, ip traffic-export, ip idle-group, "
        "ip port-unreachable, ip address-family, ip multilayer, ip rgmp, ip vrf, ip lisp, ip portal, ip tcp-adjust, carrier-delay, "
        "ip rip-filter, proxy-arp, hold-queue, ip service, nmsp, ip interface, umbrella, utd"
    ),
    "IPv6 settings of interfaces": (
        "ipv6 enable, ipv6 nd, ipv6 dhcp, ipv6 mtu, ipv6 redirects, ipv6 unreachables, ipv6 verify, ipv6 tcp, ipv6 flow, ipv6 inspect, "
        "ipv6 virtual-reassembly, ipv6 unnumbered, ipv6 cef, ipv6 nat, ipv6 snooping, ipv6 source-guard, ipv6 destination-guard, "
        "ipv6 general-prefix, ipv6 crypto, ipv6 nhrp, ipv6 next-hop-self, ipv6 hello-interval, ipv6 hold-time, ipv6 summary-address, "
        "ipv6 split-horizon, ipv6 bandwidth-percent, ipv6 authentication, ipv6 policy-route, ipv6 address prefix, ipv6 lisp, "
        "ipv6 load-balance"
    ),
    "address translation of interfaces": "nat64, ip nat-log, ip nat-piggyback",
    "PPP, DSL and cellular links": (
        "ppp, pppoe, pppoe-client, dialer, dialer-group, dsl, pvc, atm, vpdn, peer, keepalive, clock, encapsulation, frame-relay, x25, "
        "isdn, async, modem, multilink, physical-layer, compress, serial, invert, transmitter-delay, nrzi-encoding, crc, framing, "
        "linecode, cable, cablelength, scrambling, t1, e1, controller, operating, vdsl, dsl-group, bundle-enable, ima-group, "
        "pulse-time, dce-terminal-timing-enable, group-range, protocol, oam-pvc, ubr, vbr-nrt, cellular, priority-group, "
        "custom-queue-list, smds"
    ),
    "link settings": (
        "negotiation, media-type, mdix, flowcontrol, load-interval, bandwidth, delay, logging, link, udld, macsec, mka, carrier, "
        "transceiver, fec, hw-module, medium, dampening, energywise, eee, duplex auto, auto, speed nonegotiate, snmp, snmp-server, "
        "rmon, counter, history, monitor, stackwise-virtual, dual-active, loopback, small-frame, service-module, service, hardware, "
        "plim, shape, gig, routing, l2protocol-tunnel, l2protocol, xconnect, fair-queue, random-detect, tx-ring-limit, tx-queue-limit, "
        "ntp, lldp, cdp, vtp, lacp, port-channel, bridge-group, bridge-domain, storm-control, mac, mac access-group, macro, "
        "ip verify source, errdisable, beacon, location, cts, ethernet, mvr, mls, nmsp, mop, etherchannel, pagp, wrr-queue, rcv-queue, "
        "srr-queue, queue-set, priority-queue, trust, tx-ring, ipx, appletalk, decnet, ivr, rep, ptp, dot1q, vlan-id, vlan-range, "
        "second-dot1q, platform, nam, port, alarm, vrf context, mode, cpe, member, isolation, no-virtual, performance, ucse, "
        "channelized, channel-group mode, channel-protocol, vslp, hsr-ring, prp-channel-group, nbar, appnav, waas, interface-type, "
        "analysis-module, lan-name, lldp-med, shdsl, activate, private-vlan, network-policy, inherit, evc, mop enabled, mop sysid, "
        "max-reserved-bandwidth, rate-limit, traffic-shape, service-policy, qos, tcam, autostate, autonegotiate"
    ),
    "sign-in on ports": (
        "dot1x, authentication, mab, access-session, webauth, epm, source, device-tracking, device-sensor, subscriber, ip subscriber, "
        "ipv6 nd raguard"
    ),
    "switch port details": (
        "switchport nonnegotiate, switchport nonegotiate, switchport trunk encapsulation, switchport trunk pruning, switchport block, "
        "switchport protected, switchport backup, switchport priority, switchport private-vlan, switchport voice, switchport vlan, "
        "switchport dot1q, switchport autostate, switchport access, switchport trunk, switchport host, "
        "switchport port-security violation, switchport port-security aging, switchport port-security mac-address, "
        "switchport port-security limit, switchport voice detect, switchport mini-bridge, spanning-tree cost, "
        "spanning-tree port-priority, spanning-tree vlan, spanning-tree link-type, spanning-tree mst, power efficient-ethernet, "
        "power inline police, power inline port"
    ),
    "tunnel details": (
        "tunnel key, tunnel vrf, tunnel path-mtu-discovery, tunnel ttl, tunnel tos, tunnel checksum, tunnel bandwidth, "
        "tunnel sequence-datagrams, tunnel route-via, tunnel mpls, tunnel flow, tunnel raw-packet, tunnel rbscp, tunnel 6rd, "
        "tunnel udlr, tunnel endpoint, tunnel entropy, if-state, nhrp, vxlan, tunnel csr, tunnel bypass, ip nhrp, host-reachability, "
        "source-interface, member, guest-ipaddress"
    ),
    "zone-based firewall details": "zone-member waas, zone-member",
    "encryption details": "crypto ipsec, crypto engine, crypto ipv6, crypto isakmp, crypto mib, ip crypto",
    "wireless radio": (
        "ssid, station-role, antenna, channel, power local, power client, beacon period, world-mode, infrastructure, rts, "
        "fragment-threshold, packet, payload-encapsulation, short-slot-time, wlan, mbssid, guard-interval, broadcast-key, "
        "preamble-short, parent, workgroup-bridge, stbc, ampdu, dot11, basic, throughput, countermeasure"
    ),
    "voice on interfaces": "voice, h323-gateway, gatekeeper, isdn, connection, vpm, signal",
}
PASSED = with_no({section: tuple(firsts.split(", ")) for section, firsts in _PARTS.items()})

"""Which parts of a D-Link configuration are known and not modelled. Source: D-Link DGS-3420, DES-3528 and DGS-3612 CLI references.

Each part's word stands after ``config``, ``create``, ``enable``, ``disable`` or ``delete``.
"""

from collections.abc import Iterator

_VERBS = ("config", "create", "enable", "disable", "delete")
_PARTS = {
    "sign-in": (
        "authen authen_login authen_enable authen_policy authen_application admin password_encryption login_banner "
        "greeting_message radius ssh ssl auth_mac_local guest_vlan 802.1x auth 802.1x_guest accounting authentication "
        "authorization password jwac wac mac_based_access_control mac_based_access_control_local cp_limit account tacacs crypto "
        "web_access session_timeout local_authen"
    ),
    "management": (
        "snmp syslog log log_save_timing rmon sim remote_user system_severity trap_log mirror sflow cpu_utilization cpu "
        "command_history smtp command_logging alarm mgmt_port external_alarm debug config tech_support telnet web "
        "command_prompt trusted_host"
    ),
    "time": "sntp time_zone dst time time_range",
    "spanning tree": "stp loopdetect bpdu_tunnel bpdu_protection erps loopback_detection",
    "neighbour protocols": "lldp lldp_med cdp",
    "quality of service": (
        "scheduling scheduling_mechanism 802.1p bandwidth_control per_queue flow_meter hol_prevention dscp cos qos wred hol "
        "flow_classifier queue sred color_aware dot1p"
    ),
    "port protection": (
        "port_security traffic traffic_segmentation address_binding filter safeguard_engine dos_prevention "
        "limited_multicast_addr dhcp_screening arp_spoofing_prevention storm gratuitous_arp netbios ip-mac-port address pppoe "
        "nlb bpdu ip_mac_port_binding arp_inspection ip_fragment_filter"
    ),
    "access profiles": "access_profile cpu_interface_filtering",
    "multicast": (
        "igmp_snooping mld_snooping igmp multicast multicast_range mcast_filter_profile multicast_vlan limited_multicast "
        "ipmroute pim dvmrp router_ports igmp_access_control_authentication mcast igmp_auth ism_vlan igmp_proxy mld mld_proxy"
    ),
    "routing": (
        "rip ospf route arpentry arp_aging ip_forwarding vrrp ipv6 ipv6route ipv6_neighbor ospfv3 md5 arp bgp policy_route "
        "iproute proxy_arp ripng ip urpf local_route static ecmp ip_multicast autoconfig ip_tunnel ipif_ipv6_link_local_auto "
        "ipmtu dns dnsr bootp_relay udp_helper"
    ),
    "services": (
        "dhcp dhcp_relay dhcp_server dhcp_local_relay dhcpv6 dhcpv6_relay dhcpv6_server autoimage ntp circuit_id pppoe_circuit_id ipv6nd"
    ),
    "VLAN options": (
        "gvrp pvid vlan_trunk qinq double_vlan dot1v_protocol_group protocol_vlan port asymmetric_vlan private_vlan "
        "mac_based_vlan vlan_translation voice_vlan vlan_counter subnet_vlan super_vlan vlan_translation_profile "
        "surveillance_vlan auto_surveillance_vlan vlan_ports vlanid vlan_precedence port_dot1v rspan l2protocol_tunnel "
        "auto_voip"
    ),
    "stack": "stacking box_priority box_id stacking_mode",
    "system": (
        "serial_port jumbo_frame clipaging fdb mac_notification link_aggregation lacp_port ports poe serial cable ddm duld "
        "power_saving fiber led max_mcast_group boot_file configuration firmware temperature reboot fan_mode ethernet_oam cfm "
        "connectivity fdb_aging_time green eee mac_address_table_notification mac_address_table aging_time system terminal usb "
        "sfp errdisable link combo ring rcp dual terminal_line width auto_config auto_learn packet multi config_file flash lacp "
        "trap_receiver vlan ipif sdcard greeting hash pm"
    ),
}


def _prefixes() -> Iterator[tuple[str, str]]:
    for part, words in _PARTS.items():
        for word in words.split():
            yield from ((f"{verb} {word}", part) for verb in _VERBS)


PASSED = {
    **dict(_prefixes()),
    "config cpu access_profile": "access profiles",
    "create cpu access_profile": "access profiles",
    "save": "system",
    "reset": "system",
}

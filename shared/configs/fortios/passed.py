"""Parts of a FortiOS configuration that are known and not modelled: the first words of a ``config`` -> what a person calls the part.

The longest prefix counts. Source: the tables of Fortinet's CLI references 5.2 to 7.6.
"""

from collections.abc import Mapping


def _named(part: str, text: str, prefix: str = "") -> dict[str, str]:
    return {f"{prefix}{word}": part for word in text.split()}


PASSED: Mapping[str, str] = {
    **_named(
        "security profiles",
        "antivirus application casb cifs dlp dnsfilter emailfilter file-filter icap ips sctp-filter diameter-filter spamfilter"
        " ssh-filter videofilter virtual-patch voip waf webfilter netscan telemetry",
    ),
    **_named("logging", "log alertemail"),
    **_named("reports", "report"),
    **_named("proxies and WAN optimisation", "web-proxy ftp-proxy wanopt"),
    **_named("wireless access points", "wireless-controller"),
    **_named("managed switches", "switch-controller"),
    **_named("extenders", "extender-controller extension-controller extender"),
    **_named("endpoints", "endpoint-control ztna"),
    **_named("certificates", "certificate"),
    **_named("user interface", "gui"),
    **_named("sign-in schemes", "authentication"),
    **_named("carrier features", "gtp pfcp"),
    **_named("hardware", "dpdk monitoring hardware nsxt nsx"),
    **_named("automation", "automation"),
    **_named("instant messaging", "imp2p im"),
    "rule": "security profiles",
    "telemetry-controller": "endpoints",
    "credential-store": "sign-in servers",
    "router": "dynamic routing",
    "router policy": "policy routes",
    "router policy6": "policy routes",
    "vpn certificate": "certificates",
    "vpn ssl web": "SSL VPN portals",
    "vpn ssl client": "SSL VPN clients",
    **_named("IPsec settings", "concentrator fec forticlient manualkey manualkey-interface", "vpn ipsec "),
    **_named("other VPN settings", "ocvpn kmip-server qkd", "vpn "),
    **_named(
        "sign-in servers",
        "radius ldap tacacs+ saml fsso fsso-polling adgrp pop3 krb-keytab domain-controller exchange external-identity-provider"
        " scim certificate peer peergrp password-policy setting fortitoken security-exempt-list quarantine nac-policy device"
        " device-group device-category device-access-list ban sms-provider fortitoken-cloud oidc connector",
        "user ",
    ),
    **_named("SNMP", "mib-view", "system snmp "),
    **_named("replacement messages", "replacemsg replacemsg-image replacemsg-group", "system "),
    **_named("access profiles", "accprofile", "system "),
    **_named("high availability", "ha ha-monitor session-sync cluster-sync standalone-cluster vdom-exception fgsp", "system "),
    **_named("password rules", "password-policy password-policy-guest-admin", "system "),
    **_named(
        "updates and FortiGuard",
        "fortiguard autoupdate fortisandbox fortindr fortiai federated-upgrade device-upgrade auto-update fortiguard-log ips fm"
        " fortimanager central-management management-tunnel cloud-service sso-fortigate-cloud fortianalyzer csf security-rating",
        "system ",
    ),
    **_named(
        "automation",
        "automation-trigger automation-action automation-stitch automation-destination automation-condition auto-script"
        " auto-install email-server sms-server alertemail ftm-push",
        "system ",
    ),
    **_named(
        "outside data",
        "external-resource sdn-connector sdn-proxy geoip-override fsso-polling geoip-country fabric-vpn",
        "system ",
    ),
    **_named("DNS server", "dns-database dns-server dns64 ips-urlfilter-dns ips-urlfilter-dns6 ddns", "system "),
    **_named("DHCPv6", "dhcp6", "system "),
    **_named(
        "sampling and probes",
        "sflow netflow vdom-sflow vdom-netflow link-monitor probe-response network-visibility speed-test-server"
        " speed-test-schedule speed-test-setting twamp-responder performance alarm health-check-fortiguard",
        "system ",
    ),
    **_named(
        "hardware",
        "npu np6 np6xlite npu-vlink physical-switch stp storage lte-modem modem 3g-modem affinity-interrupt"
        " affinity-packet-redistribution isf-queue-profile dedicated-mgmt amc wireless fips-cc global-resource lcd bypass"
        " switch-group ipsec-aggregate sp cellular mac-address-table hsm raid digital-io arrp-profile nat64 wccp"
        " wireless-settings npu-post npu-setting smc-ntp fan ssd-trim-date ngfw",
        "system ",
    ),
    **_named("virtual domains", "vdom vdom-link vdom-property vdom-radius-server resource-limits", "system "),
    **_named(
        "other interfaces",
        "virtual-wire-pair sit-tunnel ipv6-tunnel ipip-tunnel geneve mobile-tunnel pppoe-interface vne-tunnel evpn gi-gk lldp"
        " ipam ip-conflict 5g-modem",
        "system ",
    ),
    **_named("addresses by hand", "arp-table proxy-arp nd-proxy ipv6-neighbor-cache", "system "),
    **_named(
        "session settings",
        "session-ttl session-helper tos-based-priority dscp-based-priority tcp-session pcp-server ike",
        "system ",
    ),
    **_named("user interface", "console custom-language alias bug-report gui-dashboard custom-field", "system "),
    **_named(
        "other system settings",
        "object-tagging object-tag tag saml acme ptp affinity dlp cmdb fortiview ssh-config api-schedule monitors status time"
        " sso-settings vin-alarm timezone initial-setup remote-admin-access trace icond iot-detection forticare-contract",
        "system ",
    ),
    **_named("shaping", "shaper shaping-policy shaping-profile traffic-class", "firewall "),
    **_named(
        "protocol and inspection profiles",
        "profile-protocol-options ssl-ssh-profile profile-group ssl-server ssl ssh identity-based-route auth-portal"
        " decrypted-traffic-mirror ssl-setting mms-profile gtp pfcp carrier-endpoint-bwl carrier-endpoint-ip-filter",
        "firewall ",
    ),
    **_named(
        "denial-of-service and other policies",
        "DoS-policy DoS-policy6 interface-policy interface-policy6 sniffer ttl-policy acl acl6 ipmacbinding on-demand-sniffer",
        "firewall ",
    ),
    **_named(
        "internet services",
        "internet-service internet-service-name internet-service-group internet-service-extension internet-service-custom"
        " internet-service-addition internet-service-append internet-service-custom-group internet-service-definition"
        " internet-service-fallback internet-service-subapp internet-service-cat-definition internet-service-ipbl-reason"
        " internet-service-ipbl-vendor internet-service-list internet-service-owner internet-service-reputation"
        " internet-service-botnet internet-service-sld network-service-dynamic vendor-mac city region country",
        "firewall ",
    ),
    **_named("access proxies", "access-proxy access-proxy6 access-proxy-virtual-host access-proxy-ssh-client-cert", "firewall "),
    **_named(
        "other firewall settings",
        "global dnstranslation ip-translation ipv6-eh-filter address6-template ldb-monitor iprope cert-check surf-control"
        " local-firewall ippool_grp ippool-grp",
        "firewall ",
    ),
    "firewall service category": "categories of services",
}
MAX_WORDS = 3


def part_of(words: list[str]) -> str:
    """The part that a ``config`` belongs to; empty: it is not known. ``words`` without ``config``."""
    for size in range(min(MAX_WORDS, len(words)), 0, -1):
        if found := PASSED.get(" ".join(words[:size])):
            return found
    return ""

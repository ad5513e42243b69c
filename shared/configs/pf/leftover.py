"""What the readers have not looked at: parts that are known and not modelled, by their place in the file; and the rest, which is unread.

A place is the path below the root. The longest listed beginning of a path decides; a few parts list names of single settings instead, so
that a setting that nobody knows there is seen.
"""

import re

from shared.configs.pf.box import Box, unseen
from shared.configs.pf.listed import listed
from shared.configs.xml_tree import Element

_PARTS: dict[str, tuple[str, ...]] = {
    "file": listed(
        "version lastchange revision theme trigger_initial_wizard wizardtemp widgets rrddata sshdata dhcpdata nopkg hotfixes",
        "captiveportaldata voucherdata backup monitoring acb system/acb system/backup packages notes",
    ),
    "certificates": listed("ca cert crl acme OPNsense/trust OPNsense/AcmeClient"),
    "tunables": listed("sysctl"),
    "schedules": listed("schedules"),
    "DNS resolver": listed(
        "unbound dnsmasq OPNsense/unboundplus OPNsense/Unbound OPNsense/dnscryptproxy dnscache OPNsense/bind",
    ),
    "traffic shaper": listed("shaper dnshaper ezshaper OPNsense/TrafficShaper"),
    "jobs": listed("cron wol OPNsense/cron OPNsense/Cron OPNsense/wol"),
    "graphs": listed(
        "rrd OPNsense/Netflow OPNsense/netflow OPNsense/telegraf OPNsense/NetSNMP OPNsense/netsnmp system/rrdbackup",
    ),
    "load balancer": listed("load_balancer OPNsense/HAProxy OPNsense/relayd OPNsense/Nginx"),
    "dynamic DNS": listed(
        "dyndnses dyndns rfc2136 dnsupdates dynamicdns OPNsense/DynDNS OPNsense/DDclient OPNsense/ddclient",
    ),
    "captive portal": listed("captiveportal voucher OPNsense/captiveportal OPNsense/FreeRADIUS OPNsense/freeradius"),
    "notifications": listed("notifications OPNsense/monit OPNsense/Monit OPNsense/SMTP"),
    "high availability": listed("hasync carp OPNsense/HASync"),
    "neighbour tables": listed(
        "proxyarp OPNsense/Interfaces/neighbors OPNsense/ndpproxy OPNsense/hostwatch OPNsense/Hostwatch",
    ),
    "diagnostics": listed(
        "diag OPNsense/Diagnostics OPNsense/Firewall/Lvtemplate OPNsense/Firewall/Lvtemplates OPNsense/packetcapture",
    ),
    "multicast": listed(
        "igmpproxy OPNsense/udpbroadcastrelay OPNsense/mdnsrepeater OPNsense/UDPBroadcastRelay OPNsense/MDNSRepeater",
    ),
    "UPnP": listed("upnp OPNsense/upnp"),
    "time": listed("ntpd OPNsense/chrony OPNsense/Chrony system/timezone system/time-update-interval system/ntp"),
    "rules' separators and categories": listed(
        "filter/separator nat/separator nat/outbound/separator OPNsense/Firewall/Category",
    ),
    "intrusion detection": listed("OPNsense/IDS"),
    "web proxy": listed(
        "OPNsense/proxy OPNsense/proxysso OPNsense/cicap OPNsense/clamav OPNsense/ProxyUserACL OPNsense/redis",
    ),
    "dynamic routing": listed("OPNsense/quagga OPNsense/Quagga OPNsense/frr OPNsense/tayga"),
    "mail": listed("OPNsense/postfix OPNsense/rspamd OPNsense/maltrail"),
    "VPN client export": listed("OPNsense/OpenVPNExport OPNsense/OpenVPNClientExport"),
    "dashboard": listed("OPNsense/Core OPNsense/dashboard OPNsense/Dashboard"),
    "other devices": listed(
        "qinqs wireless vxlans switches OPNsense/Interfaces/loopbacks OPNsense/Interfaces/vxlans OPNsense/Interfaces/settings",
        "interfaces/lo0",
    ),
    "filter settings": listed(
        "filter/bypassstaticroutes filter/fixseparators nat/advancedoutbound nat/ipsecpassthru nat/enablenatreflectionpurenat",
    ),
    "plugins": listed(
        "OPNsense/zabbixagent OPNsense/ZabbixAgent OPNsense/zabbixproxy OPNsense/nodeexporter OPNsense/NodeExporter OPNsense/vnstat",
        "OPNsense/Tor OPNsense/tor OPNsense/tinc OPNsense/zerotier OPNsense/Zerotier OPNsense/stunnel OPNsense/Stunnel OPNsense/Nut",
        "OPNsense/nut OPNsense/crowdsec OPNsense/CrowdSec OPNsense/siproxd OPNsense/ftpproxy OPNsense/smart OPNsense/apcupsd",
        "OPNsense/lldpd OPNsense/lldp OPNsense/ntopng OPNsense/Ntopng OPNsense/netdata OPNsense/collectd OPNsense/puppetagent",
        "OPNsense/wazuhagent OPNsense/tftp OPNsense/qemuguestagent OPNsense/QemuGuestAgent OPNsense/virtualbox OPNsense/sslh",
        "OPNsense/radsecproxy OPNsense/gridexample OPNsense/iperf OPNsense/speedtest OPNsense/hwprobe OPNsense/dechw OPNsense/Caddy",
        "OPNsense/tailscale OPNsense/Tailscale OPNsense/git OPNsense/backup OPNsense/Deciso OPNsense/Zenarmor OPNsense/Sensei",
        "OPNsense/zenarmor OPNsense/helloworld OPNsense/etpro OPNsense/squid OPNsense/openconnect OPNsense/OpenConnect",
        "OPNsense/muninnode OPNsense/shadowsocks OPNsense/turnserver OPNsense/unboundbl tailscale OPNsense/cpuMicrocode",
        "OPNsense/intelmicrocode OPNsense/vmware OPNsense/beats OPNsense/ndppd OPNsense/qfeeds OPNsense/QFeeds",
    ),
    "IPsec settings": listed(
        "ipsec/logging ipsec/bypassrules ipsec/vtimaps OPNsense/IPsec/charon OPNsense/IPsec/general ipsec/maxmss_enable ipsec/maxmss",
        "ipsec/uniqueids ipsec/compression ipsec/strictcrlpolicy ipsec/acceptunencryptedmainmode ipsec/ipsec_ipcomp ipsec/async_crypto",
        "ipsec/filtermode ipsec/makebeforebreak ipsec/noshuntlaninterfaces ipsec/enable ipsec/passthrough_networks",
        "ipsec/disablevpnrules ipsec/preferoldsa ipsec/enableinterfacesuse ipsec/max_ikev1_exchanges ipsec/auto_routes_disable",
        "ipsec/ikev2_retransmit_tries ipsec/threads ipsec/ikesa_table_size ipsec/unityplugin ipsec/rw_authtype ipsec/dns-interval",
        "ipsec/pkcs11support ipsec/ikeforbidden",
    ),
    "keys": listed("OPNsense/IPsec/keyPairs OPNsense/IPsec/preSharedKeys OPNsense/OpenVPN/StaticKeys"),
    "sign-in": listed("system/authserver system/password_policy system/sshguard system/nextuid system/nextgid"),
    "bogon lists": listed("system/bogons"),
    "SNMP": listed("snmpd"),
    "logging": listed("syslog OPNsense/Syslog"),
    "gateways": listed("OPNsense/Routing gateways/defaultgw4 gateways/defaultgw6"),
    "DHCP settings": listed(
        "dhcpbackend kea kea6 OPNsense/Radvd radvd OPNsense/radvd OPNsense/Kea/ctrl_agent OPNsense/Kea/dhcp6 OPNsense/Kea/ddns",
        "OPNsense/Kea/dhcp_ddns OPNsense/Kea/dhcp4/lexpire OPNsense/Kea/dhcp4/ha OPNsense/Kea/dhcp4/ha_peers OPNsense/Kea/dhcp4/options",
    ),
    "firmware": listed(
        "system/firmware system/pkg_repo_conf_path system/gitsync system/update_url system/alt_firmware_url",
    ),
    "aliases": listed("OPNsense/Firewall/Alias/geoip OPNsense/Firewall/Alias/settings"),
    "WireGuard settings": listed("OPNsense/wireguard/general"),
    "VPN client settings": listed("openvpn/openvpn-csc openvpn/cso"),
    "backups": listed("OPNsense/Backup OPNsense/Nextcloud"),
}
_PLACES = {place: part for part, places in _PARTS.items() for place in places}
_MAX_PLACE = 4

_SYSTEM = re.compile(
    r"(?:optimization|dns\w*|powerd\w*|disable\w*|enable\w*|ipv6\w*|crypto_hardware|thermal_hardware|hw_\w+|hn_\w+|maximum\w*|use_mfs\w*"
    r"|already_run_config_upgrade|language|usevirtualterminal|pf_share_forward|lb_use_sticky|gw\w*|netflowbackup|dhcpbackup|captiveportalbackup"
    r"|serial\w*|primaryconsole|secondaryconsole|console\w*|developerspew|no_talk_to_yourself|scrub\w*|aliases\w*|aliasesresolveinterval"
    r"|checkaliasesurlcert|skip_rules_gw_down|kill_states|keep_failover_states|schedule_states|do_not_\w+|pti_disabled|mds_disable|rulesets?\w*"
    r"|reflectiontimeout|natpf\w*|nat\w*timeout|(?:tcp|udp|icmp|other)\w+timeout|adaptive(?:start|end)|bypassstaticroutes|state\w*|max\w*"
    r"|srctrack|tftpinterface|harddiskstandby|proxy\w*|theme|user_settings|sharednet|prefer_ipv4|global-v6duid|ipv6duid\w*|tunable\w*|mailreports"
    r"|dashboard\w*|webgui\w*|redirect_\w+|swapfile|zfs|syncookies|logsocket|switch\w*|login\w*|deployment|hostnamelookup|rrdbackup|logs\w*"
    r"|vlan\w*|powersave|cpu_microcode|sslcertref|firewall\w*|pfsync\w*|hide\w*|if_pppoe|altq\w*|net\w*|allow\w*|ip_change_kill_states|ipsec\w*"
    r"|earlyshellcmd|shellcmd|afterfilterchangeshellcmd|backupcount|remotesyslog|sshd\w*|sshport|authmode|numberofcores|hosts?_\w+|cap\w*|stp\w*"
    r"|group|failover\w*|ulbr\w*|unified\w*|autoupdate\w*|notes|timeservers|disk\w*|overridemtu|stateful\w*|sysctl\w*|oldpass\w*|qat\w*|ram\w*)$"
)
_INTERFACE = re.compile(
    r"(?:adv_dhcp\w*|dhcp[\w-]*|alias-\w+|track6-[\w-]+|prefix-\w+|gateway-6rd|gatewayv6|provider|username|password|ondemand|timeout|idletimeout"
    r"|pppoe\w*|pptp\w*|ppp\w*|l2tp\w*|local|remote|ptpid|apn|phone|ports|bridge|polling|promisc|lock|virtual|internal_dynamic|type|networks|descr"
    r"|hw_settings_overwrite|disable\w+offloading|disablevlanhwfilter|disablelargereceiveoffloading|ipv6usev4iface|slaacusev4iface|spoof\w*"
    r"|mtu_\w+|mss\w*|vlanpcp|reset\w*|ipaddrv6|subnetv6|subnet|mediaopt|media|non_local_gateway|gateway\w*|disableftpproxy|identitysharing|ddns\w*"
    r"|track6_\w+|idassoc6\w*|radvd\w*|speed|duplex|usev4_\w+|ppps|slaac\w*|if|enable|ipaddr|mac_ext\w*|mac)$"
)


def account(box: Box) -> None:
    """Every leaf is read, passed over or unread."""
    root = box.tree.root
    box.reading.lines = sum(1 for _ in root.leaves()) if root.children else 0
    for section in root.children:
        for leaf in unseen(section):
            place = leaf.path.partition("/")[2]
            if part := _part(box, leaf, place.split("/")):
                box.reading.pass_over_lines(part, 1)
            else:
                box.reading.unread_line(leaf.line, f"{leaf.path} = {leaf.text}" if leaf.text else leaf.path)


def _part(box: Box, leaf: Element, place: list[str]) -> str:
    if place[0] == "installedpackages" and len(place) > 1:
        return "packages" if place[1] in ("package", "menu", "service", "tab", "plugin", "plugins") else f"package {place[1]}"
    for size in range(min(_MAX_PLACE, len(place)), 0, -1):
        if part := _PLACES.get("/".join(place[:size])):
            return part
    if place[0] == "system" and len(place) >= 2 and _SYSTEM.match(place[1]):
        return "system settings"
    if place[0] == "interfaces" and len(place) > 2 and (_INTERFACE.match(place[2]) or place[2] in ("wireless", "wpa")):
        return "interface settings"
    return "" if leaf.text or leaf.children else _empty(box, place)


def _empty(box: Box, place: list[str]) -> str:
    """A part without anything in it; and in OPNsense's newer parts, a setting that is not set."""
    if len(place) <= 2 and place[0] in _TOP:
        return "empty parts"
    return "settings without a value" if box.opnsense and (place[0] in ("OPNsense", "nat") or len(place) <= 2) else ""


_TOP = listed(
    "system interfaces staticroutes dhcpd dhcpdv6 nat filter ipsec aliases openvpn gateways vlans virtualip wireguard l2tp pptpd pppoes",
    "installedpackages OPNsense bridges laggs ppps ifgroups syslog snmpd",
)

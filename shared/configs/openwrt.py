"""OpenWrt: ``uci export`` (all packages in one text), ``uci show``, or the files below /etc/config one after another.

Source: OpenWrt's user guide (19.07 to 24.10); what each package means stands in ``openwrt_parts``. Sections are read by their package and
type; where no package is named (a file of its own) the type tells.
"""

import re
from collections.abc import Callable

from shared.configs import Kept, uci
from shared.configs.openwrt_parts import dhcp, firewall, network, services
from shared.configs.openwrt_parts.router import Router
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Document
from shared.configs.uci import Section

PLATFORM = "openwrt"
TITLE = "OpenWrt"
_NAMES = (
    r"(?:key\d?|password|passwd|private_key|preshared_key|pre_shared_key|psk|pincode|pin|wpa_passphrase|auth_secret|acct_secret|priv_key_pwd|"
    r"priv_key2_pwd|sae_password|r0_key|wps_pin|secret|community|authcommunity|token|api_key|apikey|login_token|auth_pass|authpass|privpass|"
    r"nasid_secret|dae_secret|passphrase|roakey|ft_key|r[01]kh|http_password|user_password|askpass)"
)
_QUOTED = r"(?!'/(?:etc|tmp|usr|lib|var|root|mnt)/)(?P<secret>(?:'[^']*'|\"(?:[^\"\\]|\\.)*\"|\\.|[^\s'\"\\])+)"
SECRETS = SecretRules(
    (
        rule(rf"^(?:option|list) {_NAMES}\s+{_QUOTED}$"),
        rule(rf"^[\w-]+\.@?[\w-]+(?:\[-?\d+\])?\.{_NAMES}={_QUOTED}"),
        rule(r"^option (?:username|identity) (?P<secret>'[^']*:[^']*')$"),
    ),
    (re.compile(r"^option (?:public_key|pub_key)\b"), re.compile(r"\.public_key="), re.compile(r"^config \S+ '?[\w-]+'?$")),
)
VOLATILE = ()

_EXPORTED = re.compile(
    r"^config [\w-]+(?: (?:'[^']*'|\"[^\"]*\"|[\w-]+))?[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+(?:option|list) ['\"\w]", re.MULTILINE
)
_PACKAGE = re.compile(r"^package [\w-]+\s*\n\s*\n?config ", re.MULTILINE)
_SHOWN = re.compile(r"^(?:network|firewall|system|dhcp|wireless)\.@?[\w-]+(?:\[\d+\])?(?:=|\.\w+=')", re.MULTILINE)
_RELEASE = re.compile(r"^DISTRIB_(ID|RELEASE|DESCRIPTION|TARGET)=['\"]?([^'\"\n]*)", re.MULTILINE)


def looks_like(text: str) -> bool:
    return bool(_PACKAGE.search(text) or _EXPORTED.search(text) or _SHOWN.search(text))


_OF_TYPE = {
    **dict.fromkeys(("interface", "device", "bridge-vlan", "switch", "switch_vlan", "switch_port", "route", "route6", "globals", "rule6"),
    "network"),
    **dict.fromkeys(("zone", "defaults", "forwarding", "redirect", "nat", "ipset", "rule", "include"), "firewall"),
    **dict.fromkeys(("dnsmasq", "dhcp", "host", "odhcpd", "domain", "cname", "boot", "tag", "relay"), "dhcp"),
    **dict.fromkeys(("wifi-device", "wifi-iface", "wifi-station", "wifi-vlan"), "wireless"),
    **dict.fromkeys(("system", "timeserver", "led"), "system"),
    "dropbear": "dropbear", "uhttpd": "uhttpd", "login": "rpcd", "rpcd": "rpcd", "openvpn": "openvpn", "cert": "uhttpd",
}  # fmt: skip

_PASSED_SECTIONS = {
    ("network", "globals"): "network globals",
    ("network", "switch"): "switch chip",
    ("network", "switch_port"): "switch chip",
    ("network", "rule"): "policy routing",
    ("network", "rule6"): "policy routing",
    ("network", "neighbor"): "static neighbours",
    ("firewall", "include"): "scripts of the firewall",
    ("firewall", "helper"): "connection tracking helpers",
    ("wireless", "wifi-device"): "radios",
    ("wireless", "wifi-station"): "keys of single stations",
    ("wireless", "wifi-vlan"): "wireless VLANs",
    ("system", "led"): "lights",
    ("system", "gpio_switch"): "lights",
    ("rpcd", "rpcd"): "web interface",
    ("uhttpd", "cert"): "web interface",
    ("ipsec", "ipsec"): "IPsec globals",
    **{
        ("dhcp", kind): "DNS and boot settings"
        for kind in ("odhcpd", "domain", "cname", "boot", "tag", "match", "mac", "vendorclass", "userclass", "subscrid", "circuitid",
        "remoteid",
                     "srvhost", "mxhost", "hostrecord", "dnsmasq_domain", "ipset")
    },
}  # fmt: skip
_PASSED_PACKAGES = {
    **dict.fromkeys(("luci", "ucitrack", "luci_statistics", "luci-app-statistics", "nlbwmon", "vnstat", "collectd", "rrdtool"),
    "web interface and statistics"),
    **dict.fromkeys(("sqm", "qos", "qosify", "nft-qos", "eqos", "mwan3", "pbr", "vpn-policy-routing", "vpnbypass"),
    "traffic control and policy routing"),
    **dict.fromkeys(("ddns", "upnpd", "miniupnpd", "avahi", "igmpproxy", "omcproxy", "udpxy", "wol", "etherwake"),
    "dynamic DNS and multicast"),
    **dict.fromkeys(("adblock", "adblock-fast", "simple-adblock", "banip", "https-dns-proxy", "stubby", "unbound", "dnscrypt-proxy",
    "smartdns"), "DNS filters"),
    **dict.fromkeys(("samba", "samba4", "ksmbd", "nfs", "minidlna", "transmission", "fstab", "mdadm", "hd-idle", "p910nd", "cups",
    "vsftpd"), "files and printers"),
    **dict.fromkeys(("attendedsysupgrade", "ubootenv", "ubihealthd", "watchcat", "acme", "sysupgrade", "uhttpd_acme", "mosquitto",
    "umdns"), "upkeep"),
    **dict.fromkeys(("snmpd", "mini_snmpd", "zabbix_agentd", "prometheus-node-exporter-lua", "lldpd", "netdata", "nut_server",
    "nut_monitor", "nut_cgi", "monit"), "monitoring"),
    **dict.fromkeys(("frr", "bird", "bird2", "babeld", "olsrd", "olsrd6", "batman-adv", "bmx7", "keepalived", "conntrackd"),
    "routing protocols"),
    **dict.fromkeys(("xl2tpd", "pptpd", "accel-ppp", "ocserv", "zerotier", "tailscale", "nebula", "tinc", "softethervpn", "n2n",
    "stunnel"), "other VPN daemons"),
    **dict.fromkeys(("usteer", "dawn", "hostapd", "travelmate", "wifi_schedule", "nodogsplash", "opennds", "chilli", "uspot", "radius",
    "freeradius"), "wireless services"),
    **dict.fromkeys(("asterisk", "siproxd", "sms-tool", "gsm", "modemband", "3ginfo", "smstools3", "ser2net"), "telephony and modems"),
    **dict.fromkeys(("dockerd", "docker", "lxc", "lxc-auto", "podman", "rsyncd", "syslog-ng", "squid", "privoxy", "tinyproxy", "haproxy",
    "nginx"), "other services"),
}  # fmt: skip
_PASSED_SETTINGS = {
    "network": "network settings",
    "dhcp": "DHCP and DNS settings",
    "wireless": "wireless settings",
    "system": "system settings",
    "dropbear": "SSH settings",
    "uhttpd": "web server settings",
    "openvpn": "OpenVPN settings",
    "firewall": "firewall settings",
    "ipsec": "IPsec settings",
}
"""Settings that have no field, of sections that are read: package -> part."""
_MATTERS = {"firewall": ("zone", "forwarding"), "network": ("interface", "route", "route6"), "rpcd": ("login",)}
"""Of these sections a setting that is not known below is unread."""
_KNOWN = frozenset(
    ("proto", "type", "peerdns", "delegate", "metric", "ip6assign", "ip6hint", "ip6prefix", "ip6class", "ip6ifaceid", "ip6gw", "ip6weight",
     "broadcast", "force_link", "defaultroute", "ipv4", "ipv6", "reqaddress", "reqprefix", "clientid", "vendorid", "hostname", "sendopts",
     "norelease", "keepalive", "demand", "username", "password", "service", "ac", "pppd_options", "ppp_mtu", "apn", "pincode", "modes",
     "dialnumber", "private_key", "fwmark", "mtu", "nohostroute", "ttl", "tunlink", "encaplimit", "df", "ikey", "okey", "zone",
     "igmp_snooping", "stp", "forward_delay", "bridge_empty", "multicast_querier", "layer", "macaddr", "vid", "table", "ip4table",
     "ip6table", "dns_metric", "dns_search", "addresses", "listen_port", "noprefixroute", "allow_roaming", "iface6rd", "extendprefix",
     "accept_ra", "send_rs", "ipv6", "peerdomain_name", "host_uniq", "padi_attempts", "padi_timeout", "auth", "device", "ifname", "auto",
     "disabled", "ula_prefix", "input", "output", "forward", "masq", "masq6", "masq_src", "masq_dest", "masq_allow_invalid", "mtu_fix",
     "conntrack", "family", "log", "log_limit", "custom_chains", "auto_helper", "helper", "extra", "extra_src", "extra_dest", "enabled",
     "src", "dest", "name", "network", "subnet", "counter", "onlink", "source", "mtu6", "read", "write", "timeout")
)  # fmt: skip

Part = Callable[[Router, Section], None]


def read(text: str, redactor: Redactor) -> Kept:
    document = uci.parse(text)
    redactor.statements(document.statements)
    reading = Reading(vendor="OpenWrt", os="OpenWrt", lines=document.lines(), complete=document.complete)
    if not document.complete:
        reading.warnings.append("the text ends in the middle of a value")
    _release(reading, document)
    router = Router(reading)
    _read_sections(router, _ordered(document))
    return Kept(reading, document.text())


def _release(reading: Reading, document: Document) -> None:
    """The lines of /etc/openwrt_release, where they stand beside the packages; what is of no section is not understood."""
    for statement in document.roots:
        if found := _RELEASE.match(statement.text):
            if found[1] == "RELEASE":
                reading.os_version = found[2]
            elif found[1] == "ID":
                reading.os = found[2]
        elif statement.text.startswith("DISTRIB_"):
            reading.pass_over("release", statement)
        elif not statement.noise and not statement.text.startswith(("package ", "config ")) and not uci.is_shown(statement):
            reading.unread(statement)


def _ordered(document: Document) -> list[Section]:
    """Sets before the rules that name them, all else as it is written."""
    found = list(uci.sections(document))
    return sorted(found, key=lambda section: (section.kind != "ipset", 0))


def _read_sections(router: Router, sections: list[Section]) -> None:
    rules, ipsec = firewall.Rules(router), services.Ipsec()
    parts = _parts(rules, ipsec)
    # forwardings are looked at after the rules, wherever they stand; zones and wireless networks need what the others have said
    late = ("forwarding",)
    zones = [s for s in sections if s.kind == "zone" and _package(s) == "firewall"]
    first = [s for s in sections if s.kind not in late and s not in zones and s.kind != "wifi-iface"]
    for section in (*first, *(s for s in sections if s.kind in late), *zones, *(s for s in sections if s.kind == "wifi-iface")):
        _read_section(router, section, parts)
    rules.port_forwards()
    rules.policies()
    network.finish(router)
    dhcp.finish(router)
    ipsec.finish(router)


def _package(section: Section) -> str:
    return section.package or ("network" if section.kind.startswith("wireguard_") else _OF_TYPE.get(section.kind, ""))


def _read_section(router: Router, section: Section, parts: dict[tuple[str, str], Part]) -> None:
    reading, package = router.reading, _package(section)
    kind = "wireguard_" if section.kind.startswith("wireguard_") and package == "network" else section.kind
    part = parts.get((package, kind))
    passed = _PASSED_SECTIONS.get((package, kind)) or (_PASSED_PACKAGES.get(package) if part is None else None)
    statements = [section.statement, *(s for told in section.lines.values() for s in told)]
    if part is None:
        for statement in statements:
            if passed:
                reading.pass_over_lines(passed, 1)
            else:
                reading.unread_line(statement.line, statement.text)
        return
    try:
        part(router, section)
    except (ValueError, LookupError):
        for statement in statements:
            reading.unread_line(statement.line, statement.text)
        return
    for name, told in section.left():
        strict = kind in _MATTERS.get(package, ()) and name not in _KNOWN
        for statement in told:
            if strict:
                reading.unread_line(statement.line, statement.text)
            else:
                reading.pass_over_lines(_PASSED_SETTINGS.get(package, f"settings of {package}"), 1)


def _parts(rules: firewall.Rules, ipsec: services.Ipsec) -> dict[tuple[str, str], Part]:
    def of_rules(read: Callable[[Section], None]) -> Part:
        return lambda router, section: read(section)

    def defaults(router: Router, section: Section) -> None:
        router.policies.append(section)
        section.taken.update(("input", "output", "forward"))

    return {
        ("network", "interface"): network.interface,
        ("network", "device"): network.device,
        ("network", "bridge-vlan"): network.bridge_vlan,
        ("network", "switch_vlan"): network.switch_vlan,
        ("network", "route"): network.route,
        ("network", "route6"): network.route,
        ("network", "wireguard_"): network.wireguard_peer,
        ("firewall", "defaults"): defaults,
        ("firewall", "zone"): of_rules(rules.zone),
        ("firewall", "forwarding"): of_rules(rules.forwarding),
        ("firewall", "rule"): of_rules(rules.rule),
        ("firewall", "redirect"): of_rules(rules.redirect),
        ("firewall", "nat"): of_rules(rules.nat),
        ("firewall", "ipset"): of_rules(rules.ipset),
        ("dhcp", "dnsmasq"): dhcp.dnsmasq,
        ("dhcp", "dhcp"): dhcp.pool,
        ("dhcp", "host"): dhcp.host,
        ("dhcp", "relay"): dhcp.relay,
        ("system", "system"): services.system,
        ("system", "timeserver"): services.timeserver,
        ("wireless", "wifi-iface"): services.wifi_network,
        ("dropbear", "dropbear"): services.dropbear,
        ("uhttpd", "uhttpd"): services.uhttpd,
        ("snmpd", "agent"): services.snmp_agent,
        ("ttyd", "ttyd"): services.telnet,
        ("rpcd", "login"): services.login,
        ("openvpn", "openvpn"): services.openvpn,
        ("ipsec", "remote"): ipsec.remote,
        ("ipsec", "tunnel"): ipsec.tunnel,
        ("ipsec", "transport"): ipsec.tunnel,
        ("ipsec", "crypto_proposal"): services.ipsec_proposal,
    }

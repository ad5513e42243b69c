"""Dell SmartFabric OS10: ``show running-configuration``. Source: Dell SmartFabric OS10 user guide 10.5.6. Blocks are indented by one, parts
set apart by ``!``. A port is an access port in VLAN 1 unless told; a trunk's ``switchport access vlan`` is its untagged VLAN; names of
VLANs are descriptions of their interfaces; addresses are written with their length."""

import re

from shared.configs import Kept, switch_ios, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_acl_terms import term
from shared.configs.switch_blocks import Marks, parse
from shared.configs.switch_box import Box, listed, marks, nothing, service, text_from
from shared.configs.switch_dhcp import read_pool

PLATFORM = "dell_os10"
TITLE = "Dell SmartFabric OS10"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^username \S+ password {_WORD}"),
        rule(rf"^(?:system-user \S+ |enable )password (?:sha-\d+ |\d )?{_WORD}"),
        rule(rf"^snmp-server community {_WORD}", "community"),
        rule(r"^snmp-server host \S+ (?:traps |informs )?(?:version \S+ )(?!3 )(?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(r"^snmp-server user .*?\bauth \S+ (?P<secret>\S+)(?: priv \S+ (?P<secret2>\S+))?", "key"),
        rule(rf"^(?:radius|tacacs)-server .*?\bkey (?:[079] )?{_WORD}", "key"),
        rule(rf"^ntp authentication-key \d+ \S+ (?:[079] )?{_WORD}", "key"),
        rule(
            rf"\b(?:password|authentication-key|message-digest-key \d+ md5) (?:[079] )?{_WORD}",
            "key",
            within="^(?:router|interface|neighbor|template)",
        ),
        rule(rf"^passphrase {_WORD}"),
    )
)
VOLATILE = (re.compile(r"^! Last configuration change at "),)
_MARKS = Marks(
    ends=frozenset({"exit", "exit-address-family"}),
    noise=frozenset({"configure terminal", "configure", "end", "write memory"}),
    heredocs=(Heredoc(re.compile(r"^banner \w+ (?P<end>\^C|\S)")),),
)
_KINDS = {
    "vlan": "vlan",
    "port-channel": "lag",
    "loopback": "loopback",
    "ethernet": "ethernet",
    "mgmt": "ethernet",
    "virtual-network": "vxlan",
}


def looks_like(text: str) -> bool:
    return bool(re.search(r"^interface (?:range )?(?:ethernet|mgmt)\s?\d+/\d+/\d|^! Version 10\.\d", text, re.MULTILINE)) and bool(
        re.search(
            r"^(?:interface mgmt\s?1/1/1|! Version 10\.|system-user |ip vrf default|vlt-domain |interface ethernet1/1/\d)",
            text,
            re.MULTILINE,
        )
    )


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor="Dell", os="OS10", lines=document.lines())
    box = Box(reading)
    for statement in (each for each in document.statements if each.noise):
        if version := re.match(r"! Version (\d\S+)", statement.text):
            reading.os_version = version[1]
    dispatch(reading, box, document.roots, _TOP, _TOP_PASSED)
    for port in box.ports.values():
        if port.mode == "trunk":
            port.native = port.access if port.access is not None else port.native
    box.finish()
    return Kept(reading, document.text())


def _interface(box: Box, statement: Statement) -> None:
    """``ethernet1/1/1``, ``range ethernet1/1/13-1/1/14``, ``vlan10``, ``vlan 10``, ``port-channel1``, ``mgmt1/1/1``"""
    text = "".join(statement.words[1:]).removeprefix("range")
    head = re.match(r"[a-z-]*[a-z]", text)
    kind = head[0] if head else ""
    rest = text[len(kind) :]
    if kind == "vlan":
        box.here = [box.svi(number, f"vlan{number}") for number in vlan_list.numbers(rest)]
        dispatch(box.reading, box, statement.children, _PORT, _PORT_PASSED)
        for port in box.here:
            box.vlan(port.vlan or 0).name = port.description
        return
    if kind not in _KINDS:
        raise ValueError(f"no interface: {kind}")
    names = [name.removeprefix(kind) for name in listed(rest)]
    box.here = [box.port(f"{kind}{name}", _KINDS[kind]) for name in names]
    for port in box.here:
        port.management = kind == "mgmt"
    dispatch(box.reading, box, statement.children, _PORT, _PORT_PASSED)


def _user(box: Box, statement: Statement) -> None:
    words = statement.words
    role = words[words.index("role") + 1] if "role" in words else ""
    box.user(words[1], role, has_password=True if "password" in words else None, has_key="sshkey" in words)


def _system_user(box: Box, statement: Statement) -> None:
    box.user(statement.words[1], "system", has_password=True if "password" in statement.words else None)


def _management_route(box: Box, statement: Statement) -> None:
    words = statement.words
    gateway = words[3] if values.is_address(words[3]) else ""
    box.route(words[2], gateway, "" if gateway else words[3], table="management")


def _access_list(box: Box, statement: Statement) -> None:
    words = statement.words
    found = box.lists.named(words[2], statement.line, family="ipv6" if words[0] == "ipv6" else "ipv4")
    for each in (child for child in statement.children if not child.noise):
        try:
            if "remark" in each.words[:3]:
                found.remark = " ".join(each.words[each.words.index("remark") + 1 :])
                continue
            if each.words[0] == "description":
                continue
            found.terms.append(term(each.words, each.line, each.text, inverted=False))
            found.terms[-1].comment, found.remark = found.remark, ""
        except (ValueError, LookupError):
            box.reading.unread(each)


def _line(box: Box, statement: Statement) -> None:
    """``line vty`` with ``ip access-class NAME`` below: from where one may sign in"""
    for each in (child for child in statement.children if not child.noise):
        if each.words[:2] == ["ip", "access-class"] or each.words[:2] == ["ipv6", "access-class"]:
            for name in ("ssh", "telnet"):
                box.guard(name, each.words[2], statement.text)
        else:
            box.reading.pass_over("sign-in", each)


def _lag(box: Box, statement: Statement) -> None:
    switch_ios.member_of("port-channel")(box, statement)


def _no_switchport(box: Box, statement: Statement) -> None:
    for port in box.here:
        port.mode = "routed"


def _syslog(box: Box, statement: Statement) -> None:
    box.reading.syslog_servers.append(statement.words[2])


def _pool(box: Box, statement: Statement) -> None:
    """``ip dhcp server`` with ``pool NAME`` below"""
    for each in (child for child in statement.children if not child.noise):
        if each.words[0] == "pool":
            read_pool(box, each.words[1], each.children)
        elif each.words != ["no", "disable"]:
            box.reading.unread(each)


_TOP: dict[str, Handler[Box]] = {
    "hostname": switch_ios.hostname,
    "interface": _interface,
    "username": _user,
    "system-user": _system_user,
    "ip route": switch_ios.route,
    "management route": _management_route,
    "ip name-server": switch_ios.name_servers,
    "ip domain-name": switch_ios.domain,
    "ntp server": switch_ios.time_server(2),
    "logging server": _syslog,
    "ip ssh server enable": service("ssh", 22),
    "no ip ssh server enable": service("ssh", 22, enabled=False),
    "ip telnet server enable": service("telnet", 23),
    "no ip telnet server enable": service("telnet", 23, enabled=False),
    "rest https server": service("https", 443),
    "no rest https server": service("https", 443, enabled=False),
    "rest api restconf": service("https", 443),
    "snmp-server community": service("snmp", 161, protocol="udp"),
    "snmp-server user": nothing,
    "snmp-server host": nothing,
    "ip access-list": _access_list,
    "no ip access-list": nothing,
    "ipv6 access-list": _access_list,
    "line": _line,
    "ip dhcp server": _pool,
}
_TOP_PASSED = {
    **dict.fromkeys(("clock", "ntp"), "time"),
    **dict.fromkeys(
        ("aaa", "radius-server", "tacacs-server", "ip ssh", "login", "exec-timeout", "userrole", "password-attributes", "crypto", "service",
         "enable", "privilege", "rest", "no ip telnet", "no ip ssh", "security", "x509", "ip telnet"),
        "sign-in",
    ),
    **dict.fromkeys(
        ("snmp-server", "logging", "no logging", "support-assist", "eula-consent", "sflow", "telemetry", "monitor", "scale-profile", "rmon",
         "no support-assist", "show-tech", "alarm", "event", "alias", "cms", "restconf"),
        "management",
    ),
    **dict.fromkeys(("spanning-tree", "no spanning-tree", "rstp", "errdisable"), "spanning tree"),
    **dict.fromkeys(("lldp", "no lldp"), "neighbour protocols"),
    **dict.fromkeys(
        ("ip vrf", "router", "ip prefix-list", "route-map", "ip as-path", "ip community-list", "ip extcommunity-list", "ipv6",
         "no ipv6", "arp",
         "ip arp", "ip icmp", "track", "ip multicast-routing", "ip igmp", "ip pim", "bfd", "virtual-network", "evpn", "nve",
         "ip virtual-router",
         "ip redirects", "no ip", "ip ftp", "ip tftp", "ip scp", "ip sftp", "ip policy", "keychain", "ip ecmp", "ip unreachables"),
        "routing",
    ),
    **dict.fromkeys(
        ("class-map", "policy-map", "trust", "qos-map", "system qos", "control-plane", "wred", "queue", "dcbx", "ets",
         "priority-flow-control",
         "no dcbx", "qos", "buffer", "hardware"),
        "quality of service",
    ),
    **dict.fromkeys(("ip dhcp", "ip helper-address", "iscsi", "fcoe", "feature", "fc", "vfabric", "fip-snooping", "ip domain-list",
    "ip host", "dhcp"),
                    "services"),
    **dict.fromkeys(
        ("vlt-domain", "uplink-state-group", "port-group", "mac", "mac access-list", "vlan", "default", "interface breakout",
         "switch-port-profile",
         "port-profile", "system", "banner", "dot1x", "no dot1x", "port", "vxlan", "poweroff", "ztd", "host-description", "link",
         "lacp", "hash-algorithm",
         "load-balancing", "port-channel", "boot", "smartfabric", "mode", "default-vlan-id", "vrrp", "no vlt-domain", "ssh-server",
         "snmp", "unit-provision",
         "image", "mtu", "ip nat", "storm-control", "dot1p-map", "openflow", "license", "udld", "counters", "default mtu", "nat"),
        "system",
    ),
}  # fmt: skip
_PORT: dict[str, Handler[Box]] = {
    **switch_ios.PORT,
    "channel-group": _lag,
    "no switchport": _no_switchport,
    "switchport": nothing,
    "no ip address dhcp": nothing,
    "ip vrf forwarding": text_from("zone", 3),
    "spanning-tree port type": marks("spanning_tree", "edge"),
    "no spanning-tree port type": nothing,
    "dot1x port-control auto": marks("security", "802.1X"),
    "switchport port-security": marks("security", "port security"),
    "no enable": nothing,
}
_PORT_PASSED = {
    **switch_ios.PORT_PASSED,
    **dict.fromkeys(("vlt-port-channel", "vlt-mac", "vlt", "spanning-tree rstp", "fc", "vfabric", "fcoe", "virtual-network", "fip-snooping",
                     "ip virtual-router", "unit-number", "scale-profile", "beacon", "fec", "wavelength", "transceiver",
                     "mac-address-table"),
                    "link"),
    **dict.fromkeys(("ip dhcp-relay", "ip pim", "ip bgp", "ip icmp", "ip virtual", "no bfd", "ip nd", "vrf", "ip forward"), "routing"),
}  # fmt: skip

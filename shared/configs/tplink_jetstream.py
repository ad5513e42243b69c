"""TP-Link JetStream managed switches (T1500 to T3700, SG and SX): ``show running-config``. Source: TP-Link's CLI reference guides for the
T2600G and SG3428 series. A port is general: VLAN 1 is untagged on it unless ``no switchport general allowed vlan 1``; older firmware has
access and trunk as well. Blocks end at the next line that is not indented, or at ``#``."""

import re

from shared.configs import Kept, switch_ios, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_acl import Term
from shared.configs.switch_acl_terms import PROTOCOLS, action_of
from shared.configs.switch_blocks import Marks, parse
from shared.configs.switch_box import Box, Port, listed, marks, nothing, number_of, on_ports, service
from shared.configs.switch_dhcp import read_pool

PLATFORM = "tplink_jetstream"
TITLE = "TP-Link JetStream"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^user name \S+ (?:privilege \S+ )?(?:password|secret) (?:[057] )?{_WORD}"),
        rule(rf"^enable (?:admin )?(?:password|secret) (?:[057] )?{_WORD}"),
        rule(rf"^password (?:[057] )?{_WORD}"),
        rule(rf"^snmp-server community {_WORD}", "community"),
        rule(r"^snmp-server user .*?(?:emode|cmode) \S+ cpwd (?P<secret>\S+)", "key"),
        rule(r"^snmp-server user .*?\bcpwd (?P<secret>\S+)(?:.*?\bepwd (?P<secret2>\S+))?", "key"),
        rule(r"^snmp-server user .*?\bepwd (?P<secret>\S+)", "key"),
        rule(r"^snmp-server host \S+ \d+ (?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(rf"^(?:radius|tacacs)-server .*?key (?:[07] )?{_WORD}", "key"),
        rule(rf"\b(?:authentication-key|md5) (?:[07] )?{_WORD}", "key", within="^(?:router|interface)"),
    )
)
VOLATILE: tuple[re.Pattern[str], ...] = ()
_MARKS = Marks(
    ends=frozenset({"exit"}),
    comments="!",
    divider="#",
    noise=frozenset({"end", "##", "configure"}),
    opens=re.compile(r"interface |vlan \d|ip dhcp server pool|time-range "),
    on_top=re.compile(r"interface |vlan \d|hostname "),
    heredocs=(Heredoc(re.compile(r"^banner \w+ (?P<end>\"|#)")),),
)
_SIGN = re.compile(
    r"^(?:#?\s*!(?:T[LX]?-?\d|TL-|SG\d|SX\d|S\d{4}|T\d{4}G?)|user name \S+ privilege "
    r"|interface (?:fast|gigabit|ten-gigabit|two-gigabit)Ethernet \d/\d|user access-control )",
    re.MULTILINE,
)  # fmt: skip


def looks_like(text: str) -> bool:
    """By the model in its first comment, its way to make users, or the small letter of ``gigabitEthernet 1/0/1`` with its space."""
    return bool(_SIGN.search(text)) and not re.search(r"^!System Description|^config-file-header|^ ?sysname ", text, re.MULTILINE)


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor="TP-Link", lines=document.lines())
    box = Box(reading)
    for statement in document.statements[:6]:
        if statement.noise and (model := re.match(r"!\s*((?:T|SG|SX|S)[\w-]*\d[\w-]*)", statement.text)):
            reading.model = model[1]
    dispatch(reading, box, document.roots, _TOP, _TOP_PASSED)
    for port in box.ports.values():
        if port.kind in ("ethernet", "lag") and not port.mode and not port.management:
            port.mode = "general"
            if not port.native_tagged and 1 not in port.tagged:
                port.untagged = port.untagged | {1}
            port.native = port.native or 1
            port.native_tagged = False
    box.finish()
    return Kept(reading, document.text())


def _vlan(box: Box, statement: Statement) -> None:
    box.vlans_here = vlan_list.numbers("".join(statement.words[1:]))
    for number in box.vlans_here:
        box.vlan(number)
    dispatch(box.reading, box, statement.children, {"name": _vlan_name}, {"remote-span": "VLAN options", "private-vlan": "VLAN options"})


def _vlan_name(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).name = " ".join(statement.words[1:])


def _interface(box: Box, statement: Statement) -> None:
    """``gigabitEthernet 1/0/2``, ``range gigabitEthernet 1/0/1-8,1/0/10``, ``vlan 10``, ``port-channel 1``"""
    words = statement.words[1:]
    if words[0] == "range":
        words = words[1:]
    head, rest = words[0], "".join(words[1:])
    if head == "vlan":
        box.here = [box.svi(number, f"vlan {number}") for number in vlan_list.numbers(rest)]
    elif head == "loopback":
        box.here = [box.port(f"loopback {rest}", "loopback")]
    else:
        kind = "lag" if head == "port-channel" else "ethernet"
        box.here = [box.port(f"{head} {name.removeprefix(head)}", kind) for name in listed(rest)]
    dispatch(box.reading, box, statement.children, _PORT, _PORT_PASSED)


def _not_allowed(box: Box, statement: Statement) -> None:
    """``no switchport general allowed vlan 1``"""
    numbers = frozenset(vlan_list.numbers(statement.words[5]))
    for port in box.here:
        port.tagged, port.untagged = port.tagged - numbers, port.untagged - numbers
        port.native_tagged = port.native_tagged or 1 in numbers


def _trunk_allowed(box: Box, statement: Statement) -> None:
    switch_ios.trunk_allowed(box, statement)
    for port in box.here:
        port.mode = port.mode or "trunk"


def _address(box: Box, statement: Statement) -> None:
    switch_ios.address(box, statement)


def _leased(port: Port, words: list[str]) -> None:
    port.dhcp_client = words[2] == "dhcp"


def _poe(port: Port, words: list[str]) -> None:
    port.poe = words[3] == "enable"


def _user(box: Box, statement: Statement) -> None:
    words = statement.words
    role = words[words.index("privilege") + 1] if "privilege" in words else words[words.index("type") + 1] if "type" in words else "admin"
    box.user(words[2], role, has_password=bool({"password", "secret"} & set(words)) or None)


def _access_control(box: Box, statement: Statement) -> bool | None:
    """``user access-control ip-based 192.168.0.0 255.255.0.0 ssh https``; without services it holds for all"""
    words = statement.words
    if words[2] != "ip-based" or len(words) < 5 or words[3] in ("enable", "disable"):
        box.reading.pass_over("sign-in", statement)
        return None
    at = 4 if words[3] == "add" else 3
    source = values.network(words[at], words[at + 1])
    for name in [word for word in words[at + 2 :] if word in ("snmp", "telnet", "ssh", "http", "https")] or ["any"]:
        box.sources[name].append(source)
    return None


def _system_time(box: Box, statement: Statement) -> None:
    """``system-time ntp UTC+01:00 133.100.9.2 139.78.100.163 12``"""
    box.reading.ntp_servers += [word for word in statement.words[3:] if values.is_address(word) and word != "0.0.0.0"]  # noqa: S104 - not set


def _log_host(box: Box, statement: Statement) -> None:
    """``logging host index 1 10.0.0.6 6``"""
    box.reading.syslog_servers.append(statement.words[4] if statement.words[2] == "index" else statement.words[2])


def _ip_rule(box: Box, statement: Statement) -> None:
    """``access-list ip 500 rule 1 permit logging disable sip A sip-mask M dip B dip-mask M protocol 6 d-port 80 d-port-mask ffff``"""
    words = statement.words
    found = Term(action_of(words[5]), statement.line, statement.text, words[4], words[5])
    rest = dict(zip(words[6::2], words[7::2], strict=False))
    found.source = values.network(rest.pop("sip"), rest.pop("sip-mask", "")) if "sip" in rest else found.source
    found.destination = values.network(rest.pop("dip"), rest.pop("dip-mask", "")) if "dip" in rest else found.destination
    found.protocol = PROTOCOLS.get(rest.pop("protocol", "0"), "ip") if rest.get("protocol", "0") in PROTOCOLS else rest.pop("protocol")
    found.log = rest.pop("logging", "") == "enable"
    found.schedule = rest.pop("tseg", "")
    for name, attribute in (("s-port", "source_ports"), ("d-port", "ports")):
        mask = rest.pop(f"{name}-mask", "ffff").lower()
        if name in rest:
            if mask == "ffff":
                setattr(found, attribute, values.port_range(rest.pop(name)))
            else:
                found.conditions.append(f"{name} {rest.pop(name)} mask {mask}")
    found.conditions += [f"{name} {value}" for name, value in rest.items()]
    box.lists.named(words[2], statement.line, implies_deny=False).terms.append(found)


def _bind(box: Box, statement: Statement) -> None:
    """``access-list bind 500 interface gigabitEthernet 1/0/1``, ``... vlan 10``; older: ``access-list bind acl-policy``"""
    words = statement.words
    if "interface" in words or "vlan" in words:
        at = words.index("interface") + 1 if "interface" in words else words.index("vlan")
        box.lists.apply(words[2], "in", " ".join(words[at:]))
    else:
        box.reading.pass_over("other access lists", statement)


def _pool(box: Box, statement: Statement) -> None:
    read_pool(box, statement.words[4], statement.children, lease_unit_s=60)


def _telnet(box: Box, statement: Statement) -> None:
    box.service("telnet", 23, enabled=statement.words[-1] != "disable" and statement.words[0] != "no")


def _management_vlan(box: Box, statement: Statement) -> None:
    box.vlan(int(statement.words[2]))


_TOP: dict[str, Handler[Box]] = {
    "vlan": _vlan,
    "interface": _interface,
    "hostname": switch_ios.hostname,
    "user name": _user,
    "user access-control": _access_control,
    "ip ssh server": service("ssh", 22),
    "no ip ssh server": service("ssh", 22, enabled=False),
    "telnet": _telnet,
    "telnet enable": _telnet,
    "telnet disable": _telnet,
    "no telnet": _telnet,
    "ip http server": service("http", 80),
    "no ip http server": service("http", 80, enabled=False),
    "ip http secure-server": service("https", 443),
    "no ip http secure-server": service("https", 443, enabled=False),
    "snmp-server": service("snmp", 161, protocol="udp"),
    "no snmp-server": service("snmp", 161, protocol="udp", enabled=False),
    "snmp-server community": nothing,
    "snmp-server user": nothing,
    "snmp-server host": nothing,
    "system-time ntp": _system_time,
    "logging host": _log_host,
    "ip route": switch_ios.route,
    "ip default-gateway": switch_ios.gateway,
    "ip management-vlan": _management_vlan,
    "access-list ip": _ip_rule,
    "access-list bind": _bind,
    "ip dhcp server pool": _pool,
    "ip name-server": switch_ios.name_servers,
}
_TOP_PASSED = {
    **dict.fromkeys(("spanning-tree", "no spanning-tree", "loopback-detection", "no loopback-detection", "erps"), "spanning tree"),
    **dict.fromkeys(("lldp", "no lldp"), "neighbour protocols"),
    **dict.fromkeys(("system-time", "no system-time"), "time"),
    **dict.fromkeys(
        ("enable", "service password-encryption", "no service password-encryption", "service", "aaa", "no aaa", "radius-server",
         "tacacs-server",
         "line", "login", "ip http", "no ip http", "ip ssh", "no ip ssh", "dot1x", "no dot1x", "user", "no user", "password",
         "no ip ssh server",
         "ip http session", "portal", "radius", "mac-authentication"),
        "sign-in",
    ),
    **dict.fromkeys(
        ("snmp-server engineID", "snmp-server view", "snmp-server group", "snmp-server traps", "no snmp-server traps",
         "snmp-server location",
         "snmp-server contact", "logging", "no logging", "rmon", "sflow", "monitor", "controller", "no controller", "location",
         "contact-info",
         "alert", "telnet port", "snmp-server local", "cloud", "auto-install", "boot autoinstall", "debug", "diagnose"),
        "management",
    ),
    **dict.fromkeys(
        ("ip routing", "ipv6", "no ipv6", "arp", "ip arp", "no ip routing", "router", "ip multicast", "ip prefix-list", "route-map",
         "ip proxy-arp",
         "no ip", "vrrp", "ip igmp", "no ip igmp", "ip pim", "gratuitous-arp", "ip rip", "track"),
        "routing",
    ),
    **dict.fromkeys(
        ("ip dhcp", "no ip dhcp", "service dhcp", "ip source", "ip verify", "dhcp", "pppoe", "pppoe-id", "ip helper", "dhcp-relay",
         "mdns", "bonjour"),
        "services",
    ),
    **dict.fromkeys(("qos", "no qos", "mls", "priority", "voice", "no voice", "auto-voip"), "quality of service"),
    **dict.fromkeys(("access-list", "time-range", "access-list mac", "access-list combined", "access-list create", "access-list ipv6",
                     "access-list packet-content", "access-list policy", "access-list standard", "access-list extended"),
                     "other access lists"),
    **dict.fromkeys(
        ("serial_port", "mac", "no mac", "port", "power", "no power", "sdm", "system", "jumbo-size", "jumbo", "port-channel", "lacp",
         "eee", "green",
         "ddm", "mvrp", "gvrp", "no gvrp", "l2protocol-tunnel", "dot1q-tunnel", "no dot1q-tunnel", "protocol-vlan", "mac-vlan",
         "storm-control",
         "boot", "reset", "banner", "switch", "stack", "anti-dos", "ip dos-prevent", "dos-prevent", "no dos-prevent", "no boot", "led",
         "dldp", "oam",
         "ethernet-oam", "private-vlan", "vlan_trunk", "bandwidth", "schedule", "reboot-schedule", "fan", "usb", "no usb",
         "no power inline",
         "bpdu-tunnel", "no sdm", "macvlan", "vlan-vpn", "switchport", "clear", "copy", "isolate"),
        "system",
    ),
}  # fmt: skip
_PORT: dict[str, Handler[Box]] = {
    **switch_ios.PORT,
    "no switchport general allowed vlan": _not_allowed,
    "no switchport general allowed": _not_allowed,
    "switchport pvid": number_of("native", 2),
    "switchport trunk allowed vlan": _trunk_allowed,
    "channel-group": switch_ios.member_of("port-channel "),
    "ip address": _address,
    "ip address-alloc": on_ports(_leased),
    "power inline supply": on_ports(_poe),
    "no switchport": marks("mode", "routed"),
    "ip helper-address": switch_ios.relay,
    "ip dhcp relay": nothing,
    "spanning-tree common-config portfast": marks("spanning_tree", "edge"),
    "spanning-tree bpduguard": marks("spanning_tree", "bpdu guard"),
    "dot1x": marks("security", "802.1X"),
    "mac address-table max-mac-count": marks("security", "port security"),
    "voice vlan": nothing,
}
_PORT_PASSED = {
    **switch_ios.PORT_PASSED,
    **dict.fromkeys(("switchport acceptable", "switchport check", "no switchport check", "switchport dot1q-tunnel",
    "switchport protocol-vlan",
                     "switchport mac-vlan", "no switchport dot1q-tunnel", "switchport private-vlan", "dot1q-tunnel", "gvrp", "mvrp", "vlan",
                     "protocol-vlan", "no dot1q-tunnel"),
                    "VLAN options"),
    **dict.fromkeys(("bandwidth", "pppoe", "no pppoe", "port isolation", "ip dhcp", "no ip dhcp", "ip source", "ip arp", "mac",
    "no mac", "arp",
                     "dot1x timeout", "dot1x max-req", "dot1x guest-vlan", "dot1x port-method", "dot1x port-control",
                     "dot1x auth-method", "dos",
                     "ip verify", "loopback-detection config", "access-list", "isolate", "l2protocol-tunnel", "dhcp", "mac-authentication"),
                    "port protection"),
    **dict.fromkeys(("power", "no power"), "PoE"),
    **dict.fromkeys(("ip igmp", "ip mroute", "ip rip", "ip ospf", "ip pim", "no ip"), "routing"),
    **dict.fromkeys(("medium", "jumbo", "ddm", "combo", "dldp", "oam", "ethernet-oam", "monitor", "rmon", "sflow", "channel-group"),
    "link"),
}  # fmt: skip

"""Switches whose command line is Broadcom's FASTPATH: Dell N-Series and PowerConnect 6200 to 8100, Netgear's managed switches.

Blocks are not indented and end with ``exit``. VLANs are told Cisco's way (``switchport``) or FASTPATH's own (``vlan participation``, ``vlan
tagging``, ``vlan pvid``). The head is a comment that names the model and the version. Sources: Dell N-Series CLI reference 6.6, Netgear
M4300 CLI manual (202-11997), ``show running-config`` of both.
"""

import re
from collections.abc import Mapping

from shared.configs import Kept, switch_ios, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_blocks import Marks, ended, parse
from shared.configs.switch_box import ALL_VLANS, Box, Port, listed, marks, nothing, number_of, on_ports, service, text_from
from shared.configs.switch_dhcp import read_pool
from shared.configs.switch_fastpath_lists import access_list, applied, management_list, numbered_list
from shared.configs.switch_fastpath_passed import PORT_PASSED, TOP_PASSED, VLAN_PASSED
from shared.configs.switch_fastpath_vlans import general, participation, pvid, settle, tagging

_WORD = r"(?P<secret>\"[^\"]*\"|'[^']*'|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^username (?:\"[^\"]*\"|\S+) (?:privilege \d+ )?(?:password|secret) (?:encrypted |[057] )?{_WORD}"),
        rule(rf"^(?:no )?(?:username|users) (?:passwd|snmpv3 \w+) (?:\"[^\"]*\"|\S+) {_WORD}"),
        rule(rf"^enable (?:password|passwd) (?:encrypted |[07] )?{_WORD}"),
        rule(rf"^password (?:encrypted |[07] )?{_WORD}"),
        rule(rf"^snmp-server community (?:ro |rw |mode \w+ )?(?!ipaddr|ipmask|mode |ro |rw ){_WORD}", "community"),
        rule(rf"^snmp-server community (?:ipaddr|ipmask) \S+ {_WORD}", "community"),
        rule(rf"^snmp-server community-group {_WORD}", "community"),
        rule(rf"^snmp-server host \S+ (?:(?:trap|inform)s )?(?:version \S+ )?(?!trap|inform|version){_WORD}", "community"),
        rule(rf"^snmptrap {_WORD}", "community"),
        rule(rf"^snmp-server user .*?\bauth-(?:md5|sha\d*)(?:-key)? {_WORD}", "key"),
        rule(rf"^snmp-server user .*?\bpriv-\w+(?:-key)? {_WORD}", "key"),
        rule(rf"^(?:radius server|tacacs-server|radius-server) (?:host )?key (?:auth|acct) \S+ (?:encrypted |[07] )?{_WORD}", "key"),
        rule(rf"^(?:radius server|tacacs-server|radius-server) (?:host \S+ |.*?)?key (?!auth |acct )(?:encrypted |[07] )?{_WORD}", "key"),
        rule(rf"^key (?:encrypted |[07] )?{_WORD}", "key"),
        rule(rf"^(?:sntp|ntp) authentication-key \d+ md5 (?:encrypted |[07] )?{_WORD}", "key"),
        rule(rf"^ip (?:ospf|rip) (?:message-digest-key \d+ md5|authentication(?:-key)?(?: encrypt)?(?: simple)?) {_WORD}", "key"),
        rule(rf"^neighbor \S+ password {_WORD}"),
    )
)  # fmt: skip
VOLATILE = (re.compile(r"^!\s*(?:System Up Time|Current SNTP Synchronized Time|Current System Time)\b"),)
MARKS = Marks(
    opens=re.compile(
        r"interface |vlan (?:database$|\d)|line |stack$|stacking$|router |ip dhcp pool|(?:ip|ipv6|mac) access-list |class-map |class "
        r"|policy-map |captive-portal$|configuration \d|management access-list|spanning-tree mst conf|radius server (?:auth |acct |\d)"
        r"|time-range |crypto key pubkey|user-key |template |address-family |openflow$|voice vlan$|mail-server|arp access-list |vpc domain"
        r"|ip vrf |boot auto|wireless$|aaa server radius|tacacs-server host|key-chain|tacacs server|vrf def|route-map |support-assist$"
    ),
    on_top=re.compile(r"interface |hostname |configure$"),
    leaves=re.compile(r"vlan database$|line |class-map |stack$"),
    noise=frozenset({"configure", "end", "exit-address-family"}),
    heredocs=(Heredoc(re.compile(r"^banner \w+ (?P<end>\"|\^C|[^\w\s])")),),
    closes=True,
)
_HEAD = re.compile(r"""!System (?P<what>Description|Software Version|Serial Number)\s+"?(?P<value>[^"]*?)"?\s*$""")
_LAGS = re.compile(r"(?:lag|port-channel|ch)\b", re.IGNORECASE)


def head_of(text: str) -> str:
    """What a FASTPATH switch says that it is, in its first lines; empty where it is none."""
    found = re.search(r"^!System Description\s+\"?([^\"\n]*)", text[:4_000], re.MULTILINE)
    return found[1] if found else ""


def read(text: str, redactor: Redactor, vendor: str, os: str, more: Mapping[str, Handler[Box]], passed: Mapping[str, str]) -> Kept:
    """``more`` and ``passed``: what the make has beside the rest."""
    document = parse(text, MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor=vendor, os=os, lines=document.lines())
    box = Box(reading, trunk_carries=ALL_VLANS)
    for statement in document.statements:
        if statement.noise and (found := _HEAD.match(statement.text)):
            _head(reading, found["what"], found["value"])
    dispatch(reading, box, document.roots, {**_TOP, **more}, {**TOP_PASSED, **passed})
    for port in box.ports.values():
        settle(port)
    ended(reading, document)
    box.finish()
    return Kept(reading, document.text())


def _head(reading: Reading, what: str, value: str) -> None:
    if what == "Serial Number":
        reading.serial = value
    elif what == "Software Version":
        reading.os_version = value
    else:
        parts = [part.strip() for part in value.split(",")]
        named = re.sub(r"^Dell (?:EMC )?(?:Networking )?(?:Switch )?", "", parts[0])
        reading.model = re.split(r" ProSafe| \d+-port", named, maxsplit=1, flags=re.IGNORECASE)[0]
        reading.os_version = reading.os_version or (parts[1] if len(parts) > 1 else "")


# --- ports ---


def _interface(box: Box, statement: Statement) -> None:
    words = statement.words[1:]
    if words[0].lower() == "range":
        words = words[1:]
    head = words[0].lower()
    if head == "vlan":
        box.here = [box.svi(number, f"vlan {number}") for number in vlan_list.numbers("".join(words[1:]))]
        dispatch(box.reading, box, statement.children, _VLAN, PORT_PASSED)
        for port in box.here:
            box.vlan(port.vlan or 0).name = box.vlan(port.vlan or 0).name or port.description
        return
    if head in ("out-of-band", "loopback", "tunnel", "serviceport", "mgmt"):
        box.here = [box.port(" ".join(words), head if head in ("loopback", "tunnel") else "ethernet")]
        box.here[0].management = head in ("out-of-band", "serviceport", "mgmt")
    elif _LAGS.match(head):
        numbers = vlan_list.numbers("".join(words[1:])) if len(words) > 1 else [int(re.sub(r"\D", "", head))]
        box.here = [box.port(f"{re.sub(r'[0-9]', '', words[0])} {number}", "lag") for number in numbers]
    else:
        names = words[1:] if head == "ethernet" and len(words) > 1 else words
        box.here = [box.port(name) for name in listed("".join(names).replace("(", "").replace(")", ""))]
    dispatch(box.reading, box, statement.children, _PORT, PORT_PASSED)


def _add_port(box: Box, statement: Statement) -> None:
    """``addport lag 1``: the port joins an aggregate; older ones name it ``0/1/1`` or ``1/1``."""
    words = statement.words
    name = " ".join(words[1:])
    box.port(name, "lag")
    for port in box.here:
        port.lag = name


def _fixed_speed(port: Port, words: list[str]) -> None:
    port.speed = next((word for word in words[1:] if word[0].isdigit()), words[-1])
    port.duplex = next((word for word in words[1:] if word in ("full-duplex", "half-duplex")), "")


def _network_parms(box: Box, statement: Statement) -> None:
    """``network parms A M GATEWAY``: the device's own address, in the management VLAN."""
    words = statement.words
    port = box.port(words[0], "management")
    port.management = True
    if words[2] != "0.0.0.0":  # noqa: S104 - an address that is not set
        port.addresses.append(values.with_length(words[2], words[3]))
    if len(words) > 4 and words[4] != "0.0.0.0":  # noqa: S104 - none
        box.route("0.0.0.0/0", words[4])


def _management_vlan(box: Box, statement: Statement) -> None:
    """``network mgmt_vlan 10``, ``ip management vlan 10 dhcp``"""
    words = statement.words
    port = box.port("network" if words[0] == "network" else "management", "management")
    port.management = True
    rest = words[2:] if words[0] == "network" else words[3:]
    port.vlan = int(rest[0])
    box.vlan(port.vlan)
    if "dhcp" in rest:
        port.dhcp_client = True
    elif len(rest) > 1:
        port.addresses.append(values.with_length(rest[1], rest[2] if len(rest) > 2 and "/" not in rest[1] else ""))


def _own_address(box: Box, statement: Statement) -> None:
    """On top, of the older PowerConnect: ``ip address A M``, ``ip address dhcp``, ``ip address vlan 10``."""
    words = statement.words[2:]
    port = box.port("management", "management")
    port.management = True
    if words[0] == "vlan":
        port.vlan = int(words[1])
        box.vlan(port.vlan)
    elif words[0] == "dhcp":
        port.dhcp_client = True
    elif words[0] != "none":
        port.addresses.append(values.with_length(words[0], words[1]))


def _network_protocol(box: Box, statement: Statement) -> None:
    if statement.words[2] in ("dhcp", "bootp"):
        port = box.port(statement.words[0], "management")
        port.management = port.dhcp_client = True


# --- what stands on top ---


def _vlan(box: Box, statement: Statement) -> bool | None:
    """``vlan 10,20`` with a name below; ``vlan name 10 "Uffici"`` and ``vlan routing 10 1`` in the database."""
    words = statement.words
    if words[1] == "name":
        box.vlan(int(words[2])).name = words[3]
        return None
    if words[1] in ("routing", "makestatic", "association", "protocol"):
        return None
    if not words[1][0].isdigit():
        return False
    numbers = vlan_list.numbers("".join(words[1:]))
    for number in numbers:
        box.vlan(number)
    box.vlans_here = numbers
    dispatch(box.reading, box, statement.children, {"name": _vlan_name}, VLAN_PASSED)
    return None


def _vlan_name(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).name = statement.words[1]


def _vlan_database(box: Box, statement: Statement) -> None:
    dispatch(box.reading, box, statement.children, {"vlan": _vlan, "set igmp": nothing}, VLAN_PASSED)


def _username(box: Box, statement: Statement) -> None:
    words = statement.words
    level = next((words[words.index(name) + 1] for name in ("privilege", "level") if name in words[2:-1]), "")
    if words[1] in ("unlock", "passwd", "snmpv3"):
        return
    box.user(words[1], f"privilege {level}" if level else "", has_password=True if {"password", "secret"} & set(words) else None)


def _pool(box: Box, statement: Statement) -> None:
    read_pool(box, statement.words[3], statement.children)


def _line(box: Box, statement: Statement) -> None:
    """``line telnet``, ``line ssh``: time-outs and how one signs in."""
    box.reading.pass_over("sign-in", statement)


def _telnet(box: Box, statement: Statement) -> None:
    """``ip telnet server enable``, ``no ip telnet server enable``, ``ip telnet server disable``"""
    box.service("telnet", 23, enabled=statement.words[0] != "no" and statement.words[-1] != "disable")


def _syslog(box: Box, statement: Statement) -> None:
    """``logging host "10.0.0.6" ipv4 514 info``, ``logging host 10.0.0.6``, ``logging 10.0.0.6``"""
    words = statement.words
    found = words[2] if words[1] == "host" else words[1]
    if not values.is_address(found) and "." not in found:
        raise ValueError("no server")
    box.reading.syslog_servers.append(found)


def _time_server(box: Box, statement: Statement) -> None:
    box.reading.ntp_servers.append(statement.words[2])


def _sysname(box: Box, statement: Statement) -> None:
    box.reading.hostname = box.reading.hostname or statement.words[2]


_TOP: dict[str, Handler[Box]] = {
    "hostname": switch_ios.hostname,
    "snmp-server sysname": _sysname,
    "vlan": _vlan,
    "vlan database": _vlan_database,
    "interface": _interface,
    "username": _username,
    "users passwd": nothing,
    "enable password": nothing,
    "ip route": switch_ios.route,
    "ip default-gateway": switch_ios.gateway,
    "ip name-server": switch_ios.name_servers,
    "ip name server": switch_ios.name_servers,
    "ip domain-name": switch_ios.domain,
    "ip domain name": switch_ios.domain,
    "ip ssh server": service("ssh", 22),
    "ip ssh server enable": service("ssh", 22),
    "no ip ssh server": service("ssh", 22, enabled=False),
    "no ip ssh server enable": service("ssh", 22, enabled=False),
    "ip telnet server": _telnet,
    "no ip telnet server": _telnet,
    "ip telnet disable": service("telnet", 23, enabled=False),
    "no ip telnet": _telnet,
    "ip http server": service("http", 80),
    "no ip http server": service("http", 80, enabled=False),
    "ip http secure-server": service("https", 443),
    "no ip http secure-server": service("https", 443, enabled=False),
    "snmp-server community": service("snmp", 161, protocol="udp"),
    "snmp-server user": nothing,
    "snmp-server host": nothing,
    "sntp server": _time_server,
    "ntp server": _time_server,
    "logging": _syslog,
    "logging host": _syslog,
    "ip access-list": access_list,
    "ipv6 access-list": access_list,
    "access-list": numbered_list,
    "ip access-group": applied,
    "management access-list": management_list,
    "ip dhcp pool": _pool,
    "line": _line,
    "ip address": _own_address,
    "network parms": _network_parms,
    "serviceport ip": _network_parms,
    "serviceport protocol": _network_protocol,
    "network protocol": _network_protocol,
    "network mgmt_vlan": _management_vlan,
    "ip management vlan": _management_vlan,
}
_PORT: dict[str, Handler[Box]] = {
    **switch_ios.PORT,
    "channel-group": switch_ios.member_of("port-channel "),
    "addport": _add_port,
    "vlan participation": participation,
    "vlan tagging": tagging,
    "vlan pvid": pvid,
    "vlan acceptframe": nothing,
    "no vlan acceptframe": nothing,
    "vlan ingressfilter": nothing,
    "no vlan ingressfilter": nothing,
    "switchport general allowed vlan": general,
    "routing": marks("mode", "routed"),
    "no routing": nothing,
    "speed": on_ports(_fixed_speed),
    "no auto-negotiate": nothing,
    "power inline never": marks("poe", False),
    "power inline auto": marks("poe", True),
    "no poe": marks("poe", False),
    "poe": nothing,
    "voice vlan": number_of("voice", 2),
    "switchport voice vlan": number_of("voice", 3),
    "description": text_from("description", 1),
    "port-security": marks("security", "port security"),
    "switchport port-security": marks("security", "port security"),
    "switchport port-security maximum": switch_ios.PORT["switchport port-security maximum"],
    "dot1x port-control auto": marks("security", "802.1X"),
    "dot1x port-control mac-based": marks("security", "802.1X"),
    "authentication port-control auto": marks("security", "802.1X"),
    "spanning-tree edgeport": marks("spanning_tree", "edge"),
    "no spanning-tree port mode": marks("spanning_tree", "off"),
    "ip dhcp relay": nothing,
}
_VLAN: dict[str, Handler[Box]] = {**_PORT, "routing": nothing}

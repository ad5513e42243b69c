"""HP ProCurve and ArubaOS-Switch (2530 to 5400): ``show running-config``. Source: ArubaOS-Switch Basic Operation, Advanced Traffic
Management and Access Security guides (16.10). Ports stand under their VLANs; a trunk group is named ``Trk1`` in any case of letters.

Telnet and the web page are on unless the text switches them off. What is named ``hp_procurve`` and is HPE Comware's text (V1910, 5130)
is read as that.
"""

import re

from shared.configs import Kept, hp_comware, switch_ios, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.hp_procurve_access import community, local_user, managers, password, web
from shared.configs.hp_procurve_ports import on_listed, poe, ports, spanning_tree
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_acl_terms import term
from shared.configs.switch_blocks import Marks, ended, parse
from shared.configs.switch_box import MEMBER, Box, dns_servers, marks, nothing, service, text_from
from shared.configs.switch_dhcp import read_pool
from shared.configs.switch_procurve_passed import PORT_PASSED, TOP_PASSED, VLAN_PASSED

PLATFORM = "hp_procurve"
ALSO = ("aruba_osswitch",)
TITLE = "HP ProCurve, ArubaOS-Switch"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
_WRAPPED = r"^(?P<secret>\"[^\"]*\"|\S{8,})$"
SECRETS = SecretRules(
    (
        rule(rf"^password \S+(?: user-name (?:\"[^\"]*\"|\S+))? (?:plaintext|sha1|sha256|sha-256|hash) {_WORD}"),
        rule(rf"^aaa authentication local-user .*?password (?:plaintext |sha1 |sha256 |sha-256 )?{_WORD}"),
        rule(r"^snmp-server community (?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(r"^snmp-server host \S+ (?:community )?(?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(rf"^snmpv3 user .*?\bauth (?:md5 |sha )?{_WORD}", "key"),
        rule(rf"^snmpv3 user .*?\bpriv (?:des |aes )?{_WORD}", "key"),
        rule(r"^snmpv3 community .*?name (?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(r"^snmpv3 targetaddress .*? params (?:\"[^\"]*\"|\S+) (?P<secret>\"[^\"]*\")$", "community"),
        rule(rf"^(?:radius|tacacs)-server .*?\b(?:encrypted-key|key) {_WORD}", "key"),
        rule(rf"\b(?:key-value|encrypted-key|authentication-key|key-string) (?:cleartext |plaintext |encrypted )?{_WORD}", "key"),
        rule(r"^(?:include-credentials )?ip ssh public-key \S+ (?P<secret>\"[^\"]*\")", "public key"),
        rule(_WRAPPED, within=r"^(?:password|snmpv3|radius-server|tacacs-server|aaa authentication local-user)\b"),
    ),
    public=(re.compile(r"^password (?:manager|operator|port-access)\b"),),
)  # fmt: skip
VOLATILE: tuple[re.Pattern[str], ...] = ()
_MARKS = Marks(
    comments=";",
    opens=re.compile(
        r"vlan \d[\d,-]*$|interface |oobm$|stacking$|dhcp-server pool|ip access-list|policy |class |router |member \d+$|vsf$|vrrp "
        r"|instance |device-profile|port-access|tr69|key-chain|aaa port-access user-role|captive-portal|ipv6 access-list|openflow$"
    ),
    on_top=re.compile(r"vlan \d[\d,-]*$|interface |hostname "),
    noise=frozenset({"Running configuration:", "Startup configuration:"}),
    heredocs=(Heredoc(re.compile(r"^banner (?:motd|exec|last-login) (?P<end>\")")),),
    closes=True,
)  # fmt: skip
_HEAD = re.compile(r";\s*(\S+) Configuration Editor; Created on release #(\S+)")


def looks_like(text: str) -> bool:
    return bool(_HEAD.search(text[:20_000])) or hp_comware.looks_like(text)


def read(text: str, redactor: Redactor) -> Kept:
    if not _HEAD.search(text[:20_000]) and hp_comware.looks_like(text):
        return hp_comware.read(text, Redactor(redactor.key, hp_comware.SECRETS, redactor.places))
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor="HPE", os="ArubaOS-Switch", lines=document.lines())
    box = Box(reading, first_vlan=None)
    for statement in (each for each in document.statements if each.noise):
        if found := _HEAD.match(statement.text):
            reading.model = "" if "Stack" in found[1] else found[1]
            reading.os_version = found[2]
    dispatch(reading, box, document.roots, _TOP, TOP_PASSED)
    if reading.os_version:
        box.default_service("telnet", 23)
        box.default_service("http", 80)
        release = re.match(r"[A-Z]+\.(\d+)", reading.os_version)
        if release and int(release[1]) >= 16:
            box.default_service("ssh", 22)
    for port in box.ports.values():
        port.mode = port.mode or (MEMBER if port.kind in ("ethernet", "lag") else "")
    ended(reading, document)
    box.finish()
    return Kept(reading, document.text())


# --- VLANs ---


def _vlan(box: Box, statement: Statement) -> None:
    number = int(statement.words[1])
    svi = box.svi(number, f"vlan {number}")
    box.here, box.vlans_here = [svi], [number]
    dispatch(box.reading, box, statement.children, _VLAN, VLAN_PASSED)


def _vlan_name(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).name = " ".join(statement.words[1:])


def _voice(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).voice = True


def _member(box: Box, statement: Statement) -> None:
    """``untagged 1-24``, ``tagged Trk1``, ``no untagged 5``"""
    words = [word for word in statement.words if word != "no"]
    number = frozenset(box.vlans_here)
    for port in ports(box, "".join(words[1:])):
        if statement.words[0] == "no":
            port.untagged, port.tagged = port.untagged - number, port.tagged - number
        elif words[0] == "tagged":
            port.tagged = port.tagged | number
        else:
            port.untagged = number


def _member_here(box: Box, statement: Statement) -> None:
    """Below a port: ``tagged vlan 10,20``, ``untagged vlan 10``"""
    numbers = frozenset(vlan_list.numbers("".join(statement.words[2:])))
    for number in numbers:
        box.vlan(number)
    for port in box.here:
        if statement.words[0] == "tagged":
            port.tagged = port.tagged | numbers
        else:
            port.untagged = numbers


def _address(box: Box, statement: Statement) -> None:
    words = statement.words[2:]
    for port in box.here:
        if words[0] == "dhcp-bootp":
            port.dhcp_client = True
        else:
            port.addresses.append(values.with_length(words[0], "" if "/" in words[0] else words[1]))


def _access_group(box: Box, statement: Statement) -> None:
    """``ip access-group "X" in``; ``vlan-in`` and ``connection-rate-filter`` are other places to look"""
    words = statement.words
    direction = "out" if words[3].endswith("out") else "in"
    for port in box.here:
        box.lists.apply(words[2], "out" if direction == "out" else "in", port.name)
        setattr(port, f"list_{direction}", words[2])


def _routed_vlan(box: Box, statement: Statement) -> None:
    """``management-vlan 10``, ``primary-vlan 10``: which of them; the VLAN is there in any case."""
    box.vlan(int(statement.words[1]))


# --- ports ---


def _interface(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[1] in ("loopback", "tunnel"):
        box.here = [box.port(" ".join(words[1:]), words[1])]
    elif words[1] == "vlan":
        box.here = [box.svi(int(words[2]), f"vlan {words[2]}")]
    else:
        box.here = ports(box, "".join(words[1:]))
    dispatch(box.reading, box, statement.children, _PORT, PORT_PASSED)


def _oobm(box: Box, statement: Statement) -> None:
    box.here = [box.port("oobm")]
    box.here[0].management = True
    dispatch(box.reading, box, statement.children, _OOBM, {"member": "stack", "ipv6": "IPv6", "no ipv6": "IPv6", "interface": "link"})


def _oobm_gateway(box: Box, statement: Statement) -> None:
    box.route("0.0.0.0/0", statement.words[-1], "oobm", table="oobm")


def _trunk(box: Box, statement: Statement) -> None:
    """``trunk 23-24 trk1 lacp``"""
    words = statement.words
    lag = ports(box, words[2])[0]
    for port in ports(box, words[1]):
        port.lag = lag.name


def _module(box: Box, statement: Statement) -> None:
    """``module 1 type jl258a``: of a switch that is no chassis this is its model."""
    box.reading.pass_over("modules", statement)


def _stacking(box: Box, statement: Statement) -> None:
    """``member 1 type "JL323A" mac-address ...``"""
    for each in statement.children:
        if not each.noise:
            if each.words[:1] == ["member"] and "type" in each.words and not box.reading.model:
                box.reading.model = each.words[each.words.index("type") + 1]
            box.reading.pass_over("stack", each)


# --- who may manage it ---


def _time_server(box: Box, statement: Statement) -> None:
    """``sntp server priority 1 10.0.0.1 4``, ``sntp server 10.0.0.1``, ``ntp server 10.0.0.1 iburst``"""
    words = statement.words[2:]
    box.reading.ntp_servers.append(
        words[2] if words[0] == "priority" else words[1] if words[0] == "oobm" else words[0].removeprefix("server-name")
    )


def _dns(box: Box, statement: Statement) -> None:
    dns_servers(box, statement.words)


def _logging(box: Box, statement: Statement) -> bool | None:
    found = statement.words[1]
    if values.is_address(found) or re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", found):
        box.reading.syslog_servers.append(found)
    else:
        box.reading.pass_over("management", statement)
    return None


def _access_list(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[2] not in ("standard", "extended") and words[0] == "ip":
        box.reading.pass_over("other access lists", statement)
        return
    name = words[2] if words[0] == "ipv6" else words[3]
    found = box.lists.named(name, statement.line, family="ipv6" if words[0] == "ipv6" else "ipv4")
    for each in (child for child in statement.children if not child.noise):
        try:
            parts = each.words
            if "remark" in parts[:2]:
                found.remark = " ".join(parts[parts.index("remark") + 1 :])
                continue
            found.terms.append(term(parts, each.line, each.text))
            found.terms[-1].comment, found.remark = found.remark, ""
        except (ValueError, LookupError):
            box.reading.unread(each)


def _pool(box: Box, statement: Statement) -> None:
    read_pool(box, statement.words[2], statement.children)


def _route(box: Box, statement: Statement) -> None:
    """``ip route 10.0.0.0 255.0.0.0 10.1.1.1 distance 5``; ``blackhole``, ``reject``, ``vlan 10`` instead of a gateway"""
    switch_ios.route(box, statement)


_TOP: dict[str, Handler[Box]] = {
    "hostname": switch_ios.hostname,
    "vlan": _vlan,
    "primary-vlan": _routed_vlan,
    "management-vlan": _routed_vlan,
    "interface": _interface,
    "oobm": _oobm,
    "trunk": _trunk,
    "module": _module,
    "stacking": _stacking,
    "vsf": _stacking,
    "spanning-tree": spanning_tree,
    "password": password,
    "aaa authentication local-user": local_user,
    "aaa port-access authenticator": on_listed("802.1X", "security", 3),
    "aaa port-access mac-based": on_listed("MAC authentication", "security", 3),
    "aaa port-access web-based": on_listed("web authentication", "security", 3),
    "port-security": on_listed("port security", "security", 1),
    "ip authorized-managers": managers,
    "telnet-server": service("telnet", 23),
    "no telnet-server": service("telnet", 23, enabled=False),
    "web-management": web,
    "no web-management": web,
    "ip ssh": service("ssh", 22),
    "no ip ssh": service("ssh", 22, enabled=False),
    "snmp-server community": community,
    "snmp-server enable": community,
    "no snmp-server enable": service("snmp", 161, protocol="udp", enabled=False),
    "snmp-server host": nothing,
    "snmpv3 enable": community,
    "snmpv3 user": nothing,
    "ip default-gateway": switch_ios.gateway,
    "ip route": _route,
    "ip dns server-address": _dns,
    "ip dns domain-name": switch_ios.domain,
    "sntp server": _time_server,
    "ntp server": _time_server,
    "logging": _logging,
    "ip access-list": _access_list,
    "ipv6 access-list": _access_list,
    "dhcp-server pool": _pool,
}
_VLAN: dict[str, Handler[Box]] = {
    "name": _vlan_name,
    "untagged": _member,
    "tagged": _member,
    "no untagged": _member,
    "no tagged": _member,
    "ip address": _address,
    "no ip address": nothing,
    "ip helper-address": switch_ios.relay,
    "ip access-group": _access_group,
    "voice": _voice,
    "disable": marks("enabled", False),
    "dhcp-server": nothing,
}
_PORT: dict[str, Handler[Box]] = {
    "name": text_from("description", 1),
    "disable": marks("enabled", False),
    "enable": nothing,
    "no power-over-ethernet": poe(False),
    "power-over-ethernet": poe(True),
    "no power": poe(False),
    "speed-duplex": text_from("speed", 1),
    "tagged vlan": _member_here,
    "untagged vlan": _member_here,
    "ip access-group": _access_group,
    "ip address": _address,
    "bpdu-protection": marks("spanning_tree", "bpdu guard"),
}
_OOBM: dict[str, Handler[Box]] = {
    "ip address": _address,
    "no ip address": nothing,
    "ip default-gateway": _oobm_gateway,
    "disable": marks("enabled", False),
}

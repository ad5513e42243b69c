"""Aruba AOS-CX (CX 6000 to 10000): ``show running-config``. Source: AOS-CX 10.13 CLI guides (Fundamentals, L2 bridging, ACLs and classifier
policies). Blocks are indented by four; masks in access lists are written out behind a slash; a port that is told nothing is routed on the
large models and bridged on the small ones: it then has no mode here."""

import re
from collections.abc import Set as AbstractSet

from shared.configs import Kept, switch_ios, values, vlan_list
from shared.configs.aruba_aoscx_lists import access_list, apply, apply_on_top, object_group
from shared.configs.aruba_aoscx_passed import PORT_PASSED, TOP_PASSED, VLAN_PASSED
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_blocks import Marks, parse
from shared.configs.switch_box import ALL_VLANS, Box, Port, dns_servers, listed, marks, nothing, number_of, on_ports, text_from
from shared.configs.switch_dhcp import read_pool

PLATFORM = "aruba_aoscx"
TITLE = "Aruba AOS-CX"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^user \S+ (?:group \S+ )?password (?:ciphertext |plaintext )?{_WORD}"),
        rule(r"^snmpv3 user .*?auth-pass (?:ciphertext |plaintext )?(?P<secret>\S+)", "key"),
        rule(r"^snmpv3 user .*?priv-pass (?:ciphertext |plaintext )?(?P<secret>\S+)", "key"),
        rule(rf"^snmp-server community {_WORD}", "community"),
        rule(r"^snmp-server host \S+ (?:trap|inform) version \S+ community (?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(rf"^(?:radius|tacacs)-server .*?key (?:ciphertext |plaintext )?{_WORD}", "key"),
        rule(rf"^ntp authentication-key \d+ \S+ (?:ciphertext |plaintext )?{_WORD}", "key"),
        rule(rf"\b(?:authentication-key|message-digest-key \d+ md5|key-string|password) (?:ciphertext |plaintext )?{_WORD}", "key"),
    )
)  # fmt: skip
VOLATILE: tuple[re.Pattern[str], ...] = ()
_MARKS = Marks(
    ends=frozenset(),
    heredocs=(
        Heredoc(
            re.compile(r"^banner \w+ (?P<end>\S)"),
        ),
    ),
    noise=frozenset({"Current configuration:", "Startup configuration:"}),
)


def looks_like(text: str) -> bool:
    return bool(re.search(r"^!Version ArubaOS-CX ", text, re.MULTILINE))


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor="Aruba", os="AOS-CX", lines=document.lines())
    box = Box(reading, first_vlan=None)
    for statement in (each for each in document.statements if each.noise):
        if version := re.match(r"!Version ArubaOS-CX (\S+)", statement.text):
            reading.os_version = version[1]
        elif model := re.match(r"! Product Name\s*: (\S.*\S)", statement.text):
            reading.model = model[1]
        elif serial := re.match(r"! Chassis Serial Nbr\s*: (\S+)", statement.text):
            reading.serial = serial[1]
    dispatch(reading, box, document.roots, _TOP, TOP_PASSED)
    box.finish()
    return Kept(reading, document.text())


def _hostname(box: Box, statement: Statement) -> None:
    box.reading.hostname = statement.words[1]


def _user(box: Box, statement: Statement) -> None:
    words = statement.words
    group = words[words.index("group") + 1] if "group" in words else ""
    box.user(words[1], group, has_password=True if "password" in words else None, has_key="authorized-key" in words)


def _vlan(box: Box, statement: Statement) -> None:
    numbers = vlan_list.numbers("".join(statement.words[1:]))
    box.vlans_here = numbers
    for number in numbers:
        box.vlan(number)
    box.here = [Port(f"vlan {number}", "vlan", vlan=number) for number in numbers]
    dispatch(box.reading, box, statement.children, _VLAN, VLAN_PASSED)


def _vlan_name(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).name = " ".join(statement.words[1:])


def _vlan_voice(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        box.vlan(number).voice = True


def _interface(box: Box, statement: Statement) -> None:
    """``interface 1/1/1``, ``1/1/1-1/1/8``, ``lag 7 multi-chassis static``, ``vlan 10``, ``loopback 0``, ``mgmt``, ``tunnel 1``"""
    words = statement.words[1:]
    head = words[0]
    if head == "vlan" or re.fullmatch(r"vlan\d+", head):
        number = int(words[1] if head == "vlan" else head[4:])
        box.here = [box.svi(number, f"vlan {number}")]
    elif head == "lag" or re.fullmatch(r"lag\d+", head):
        box.here = [box.port(f"lag {int(words[1] if head == 'lag' else head[3:])}", "lag")]
    elif head == "mgmt":
        box.here = [box.port("mgmt")]
        box.here[0].management = True
    elif head in ("loopback", "tunnel", "vxlan"):
        box.here = [box.port(" ".join(words[:2]), head)]
    else:
        box.here = [box.port(name) for name in listed("".join(words))]
    dispatch(box.reading, box, statement.children, _PORT, PORT_PASSED)
    for port in box.here:
        if not port.mode and port.kind in ("ethernet", "lag") and port.addresses:
            port.mode = "routed"


def _access(port: Port, words: list[str]) -> None:
    port.mode, port.access = "access", int(words[2])


def _native(port: Port, words: list[str]) -> None:
    port.mode, port.native = "trunk", int(words[3])
    port.native_tagged = words[-1] == "tag"


def _allowed(port: Port, words: list[str]) -> None:
    listed: AbstractSet[int] = ALL_VLANS if words[3] == "all" else frozenset(vlan_list.numbers("".join(words[3:])))
    port.mode, port.tagged = "trunk", port.tagged | listed


def _lag(box: Box, statement: Statement) -> None:
    name = f"lag {int(statement.words[1])}"
    box.port(name, "lag")
    for port in box.here:
        port.lag = name


def _zone(port: Port, words: list[str]) -> None:
    port.zone = words[2]


def _dhcp(port: Port, words: list[str]) -> None:
    port.dhcp_client = True


def _address(box: Box, statement: Statement) -> None:
    words = statement.words
    for port in box.here:
        if words[2] == "static":
            port.addresses.append(values.with_length(words[3]))
        else:
            port.addresses.append(values.with_length(words[2], "" if "/" in words[2] else words[3]))


def _default_gateway(box: Box, statement: Statement) -> None:
    box.route("0.0.0.0/0", statement.words[-1], box.here[0].name if box.here else "", table="mgmt")


def _name_servers(box: Box, statement: Statement) -> None:
    dns_servers(box, statement.words)


def _served(box: Box, statement: Statement) -> bool | None:
    """``ssh server vrf mgmt``, ``https-server vrf default``, ``no https-server vrf mgmt``, ``telnet server vrf default``"""
    words = [word for word in statement.words if word != "no"]
    name = {"ssh": "ssh", "telnet": "telnet", "https-server": "https", "snmp-server": "snmp"}[words[0]]
    port = {"ssh": 22, "telnet": 23, "https": 443, "snmp": 161}[name]
    where = words[words.index("vrf") + 1] if "vrf" in words else "default"
    enabled = statement.words[0] != "no"
    known = box.services.get(name)
    if known is not None and known.enabled and not enabled:
        return None
    held = f"{known.detail}, vrf {where}" if known is not None and known.enabled and enabled else f"vrf {where}"
    box.service(name, port, protocol="udp" if name == "snmp" else "tcp", enabled=enabled, detail=held)
    return None


def _ntp_server(box: Box, statement: Statement) -> None:
    box.reading.ntp_servers.append(statement.words[2])


def _logging(box: Box, statement: Statement) -> bool | None:
    found = statement.words[1]
    if values.is_address(found) or "." in found:
        box.reading.syslog_servers.append(found)
        return None
    return False


def _route(box: Box, statement: Statement) -> None:
    """``ip route 0.0.0.0/0 10.0.0.1 [distance 5] [vrf X]``; ``nullroute``, ``reject`` or a VLAN instead of a gateway"""
    words = statement.words[2:]
    table = words[words.index("vrf") + 1] if "vrf" in words else ""
    metric = words[words.index("distance") + 1] if "distance" in words else ""
    gateway = words[1] if values.is_address(words[1]) else ""
    box.route(words[0], gateway, "" if gateway else words[1], table=table, metric=metric)


def _pools(box: Box, statement: Statement) -> None:
    """``dhcp-server vrf default`` with ``pool NAME`` below"""
    for each in (child for child in statement.children if not child.noise):
        if each.words[0] == "pool":
            read_pool(box, each.words[1], each.children)
        elif each.words[0] not in ("enable", "authoritative"):
            box.reading.unread(each)


def _spanning_tree(port: Port, words: list[str]) -> None:
    port.spanning_tree.append({"port-type": "edge", "bpdu-guard": "bpdu guard", "root-guard": "root guard", "loop-guard": "loop guard",
                               "bpdu-filter": "bpdu filter", "tcn-guard": "tcn guard"}[words[1]])  # fmt: skip


def _port_access(box: Box, statement: Statement) -> None:
    """``aaa authentication port-access dot1x authenticator`` and ``mac-auth``, with lines below"""
    words = statement.words
    how = "802.1X" if "dot1x" in words else "MAC authentication" if "mac-auth" in words else ""
    for port in box.here:
        if how and (not statement.children or any(child.words[:1] == ["enable"] for child in statement.children)):
            port.security.append(how)
    for child in statement.children:
        if not child.noise:
            box.reading.pass_over("port access", child)


_TOP: dict[str, Handler[Box]] = {
    "hostname": _hostname,
    "user": _user,
    "vlan": _vlan,
    "interface": _interface,
    "access-list": access_list,
    "object-group": object_group,
    "apply access-list": apply_on_top,
    "ssh server": _served,
    "no ssh server": _served,
    "telnet server": _served,
    "no telnet server": _served,
    "https-server vrf": _served,
    "no https-server": _served,
    "snmp-server vrf": _served,
    "no snmp-server vrf": _served,
    "snmp-server community": nothing,
    "snmpv3 user": nothing,
    "ntp server": _ntp_server,
    "logging": _logging,
    "ip dns server-address": _name_servers,
    "ip dns domain-name": switch_ios.domain,
    "domain-name": switch_ios.domain,
    "ip route": _route,
    "ipv6 route": _route,
    "dhcp-server vrf": _pools,
}
_VLAN: dict[str, Handler[Box]] = {
    "name": _vlan_name,
    "description": nothing,
    "voice": _vlan_voice,
    "apply access-list": apply,
    "no shutdown": nothing,
}
_PORT: dict[str, Handler[Box]] = {
    "description": text_from("description", 1),
    "shutdown": marks("enabled", False),
    "no shutdown": marks("enabled", True),
    "no routing": nothing,
    "routing": marks("mode", "routed"),
    "vlan access": on_ports(_access),
    "vlan trunk native": on_ports(_native),
    "vlan trunk allowed": on_ports(_allowed),
    "lag": _lag,
    "vrf attach": on_ports(_zone),
    "ip address": _address,
    "ipv6 address": nothing,
    "ip dhcp": on_ports(_dhcp),
    "no ip dhcp": nothing,
    "ip static": _address,
    "default-gateway": _default_gateway,
    "nameserver": _name_servers,
    "ip helper-address": switch_ios.relay,
    "mtu": number_of("mtu", 1),
    "ip mtu": nothing,
    "speed": text_from("speed", 1),
    "apply access-list": apply,
    "no power-over-ethernet": marks("poe", False),
    "power-over-ethernet": marks("poe", True),
    "spanning-tree port-type": on_ports(_spanning_tree),
    "spanning-tree bpdu-guard": on_ports(_spanning_tree),
    "spanning-tree bpdu-filter": on_ports(_spanning_tree),
    "spanning-tree root-guard": on_ports(_spanning_tree),
    "spanning-tree loop-guard": on_ports(_spanning_tree),
    "spanning-tree tcn-guard": on_ports(_spanning_tree),
    "aaa authentication port-access": _port_access,
    "port-access security": marks("security", "port security"),
}

"""D-Link's managed switches with ``create``, ``config``, ``enable`` and ``disable`` (DES-3000 to DGS-3700): ``show config current_config``.

Source: D-Link DGS-3420 and DES-3528 CLI reference guides. Every line is a command of its own; ports stand under their VLAN, and VLAN 1 is
called ``default`` and has all ports until they are deleted from it. Parts have a heading in a comment. Access profiles are passed over:
they match masks that a profile defines apart from its rules.
"""

import re

from shared.configs import Kept, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.dlink_ds_passed import PASSED
from shared.configs.dlink_ds_ports import dot1x, edge, number, poe, port_security, ports, voice
from shared.configs.indented import parse
from shared.configs.reading import Reading
from shared.configs.secret_nets import REMOVED
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_box import MEMBER, Box, Port, dns_servers, nothing, service

PLATFORM = "dlink_ds"
TITLE = "D-Link"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^create snmp community (?:encrypted )?{_WORD}", "community"),
        rule(rf"^delete snmp community {_WORD}", "community"),
        rule(rf"^create snmp community_masking view \S+ {_WORD}", "community"),
        rule(r"^create snmp host \S+ (?:v1|v2c) (?P<secret>\"[^\"]*\"|\S+)", "community"),
        rule(r"^create snmp host \S+ v3 \S+ (?P<secret>\S+)", "user"),
        rule(r"^create snmp user .*?\bauth (?:md5|sha) (?P<secret>\S+)", "key"),
        rule(r"^create snmp user .*?\bpriv (?:des|aes) (?P<secret>\S+)", "key"),
        rule(r"\bencrypt (?:plain_text|sha_1|md5|\d) (?P<secret>\S+)"),
        rule(rf"^config (?:radius add \d+ \S+|authen server_host \S+ .*?) key (?:encrypted )?{_WORD}", "key"),
        rule(rf"^create (?:radius add|authen server_host) .*?\bkey (?:encrypted )?{_WORD}", "key"),
        rule(rf"^(?:create|config) .*?(?:\b|_)(?:key|password|secret) (?:encrypt(?:ed)? |plain_text |sha_1 )*{_WORD}", "key"),
        # below "create account" the password stands alone, twice
        rule(r"^(?!(?:save|reset|logout)$)(?P<secret>[^#\s]\S*)$"),
    )
)
VOLATILE: tuple[re.Pattern[str], ...] = ()
_HEAD = re.compile(r"#\s+((?:DES|DGS|DXS|DHS)-\S+)\s.*Switch", re.IGNORECASE)
_FIRMWARE = re.compile(r"#\s+Firmware:\s+(?:Build\s+)?(\S+)", re.IGNORECASE)
_SIGN = re.compile(
    r"^\s*(?:create vlan \S+ tag(?:id)? \d|config vlan \S+ (?:add|delete) |config ports \d\S* (?:speed|medium_type)|config ipif \S+ )",
    re.MULTILINE,
)


def looks_like(text: str) -> bool:
    return bool(_SIGN.search(text))


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, comments="#", heredocs=())
    for statement in document.statements:
        # each line is a command of its own, whatever its indent
        statement.parent, statement.children = None, []
    redactor.statements(document.statements)
    reading = Reading(vendor="D-Link", lines=document.lines())
    box = Box(reading, first_vlan=None)
    box.vlan(1).name = "default"
    for statement in document.statements[:40]:
        if statement.noise and (found := _HEAD.match(statement.text)):
            reading.model = found[1]
        elif statement.noise and (found := _FIRMWARE.match(statement.text)):
            reading.os_version = found[1]
    spoken = [each for each in document.statements if not each.noise]
    for alone in (each for each in spoken if REMOVED.fullmatch(each.text)):
        reading.pass_over("sign-in", alone)
    dispatch(reading, box, [each for each in spoken if not REMOVED.fullmatch(each.text)], _TOP, PASSED)
    for port in box.ports.values():
        _settle(port)
        if port.lag and port.lag in box.ports:
            # an aggregate is where its ports are
            box.ports[port.lag].tagged, box.ports[port.lag].untagged = port.tagged, port.untagged
    box.finish()
    return Kept(reading, document.text())


def _settle(port: Port) -> None:
    """A port that nobody took out of VLAN 1 or put into another is in it; the device's first interface too."""
    if port.kind == "lag":
        port.mode = MEMBER
        return
    if port.kind == "vlan":
        port.vlan = 1 if port.vlan is None and port.name == "System" else port.vlan
        return
    port.mode = MEMBER
    if not port.native_tagged and not port.untagged and 1 not in port.tagged:
        port.untagged = frozenset((1,))
    port.native_tagged = False


def _create_vlan(box: Box, statement: Statement) -> None:
    """``create vlan Uffici tag 10``, ``create vlan vlanid 10,20``"""
    words = statement.words
    if words[2] == "vlanid":
        for number in vlan_list.numbers(words[3]):
            box.vlan(number).name = f"VLAN {number}"
        return
    at = words.index("tag" if "tag" in words else "tagid")
    box.vlan(int(words[at + 1])).name = " ".join(words[2:at])


def _config_vlan(box: Box, statement: Statement) -> bool | None:
    """``config vlan Uffici add tagged 1-8 advertisement disable``, ``config vlan default delete 1-24``, ``config vlan vlanid 10 ...``"""
    words = statement.words[2:]
    if words[0] == "vlanid":
        numbers, rest = vlan_list.numbers(words[1]), words[2:]
    else:
        at = next((index for index, word in enumerate(words) if index and word in ("add", "delete", "advertisement", "name")), 1)
        numbers, rest = [number(box, " ".join(words[:at]))], words[at:]
    if rest[0] == "advertisement":
        return None
    if rest[0] == "name":
        box.vlan(numbers[0]).name = rest[1]
        return None
    if rest[0] not in ("add", "delete"):
        return False
    members = frozenset(numbers)
    for name in ports(rest[1] if rest[0] == "delete" else rest[2]):
        _membership(box.port(name), members, rest)
    return None


def _membership(port: Port, numbers: frozenset[int], words: list[str]) -> None:
    if words[0] == "delete":
        port.tagged, port.untagged = port.tagged - numbers, port.untagged - numbers
        port.native_tagged = port.native_tagged or 1 in numbers
    elif words[1] == "tagged":
        port.tagged = port.tagged | numbers
    elif words[1] == "untagged":
        port.untagged = port.untagged | numbers
    elif words[1] != "forbidden":
        raise ValueError("no membership")


def _config_ports(box: Box, statement: Statement) -> None:
    """``config ports 1-8 speed auto ... state enable description Sala``; words come in pairs but for those in ``_ALONE``."""
    words = statement.words[2:]
    rest = words[1:]
    state = rest[rest.index("state") + 1] if "state" in rest else ""
    text = " ".join(rest[rest.index("description") + 1 :]) if "description" in rest else ""
    fixed = rest[rest.index("speed") + 1] if "speed" in rest else ""
    for name in ports(words[0]):
        port = box.port(name)
        if state and (state.startswith("enable") or "medium_type" not in rest):
            port.enabled = state.startswith("enable")
        port.description = text or port.description
        port.speed = fixed if fixed and fixed != "auto" else port.speed


def _aggregate(box: Box, statement: Statement) -> None:
    """``config link_aggregation group_id 1 master_port 25 ports 25-26 state enable``: named after its group."""
    words = statement.words
    name = f"group {words[words.index('group_id') + 1]}"
    lag = box.port(name, "lag")
    if "master_port" in words:
        lag.description = f"master port {words[words.index('master_port') + 1]}"
    if "ports" in words:
        for port in ports(words[words.index("ports") + 1]):
            box.port(port).lag = name
    if "state" in words:
        lag.enabled = words[words.index("state") + 1].startswith("enable")


def _ipif(box: Box, statement: Statement) -> None:
    """``config ipif System ipaddress 10.0.0.2/24 vlan default state enable``, ``config ipif System dhcp``"""
    words = statement.words
    port = box.port(words[2], "vlan")
    rest = words[3:]
    if "vlan" in rest:
        port.vlan = number(box, rest[rest.index("vlan") + 1])
    if "ipaddress" in rest:
        port.addresses = [values.with_length(rest[rest.index("ipaddress") + 1])]
    elif rest and rest[0].count(".") == 3:
        port.addresses = [values.with_length(rest[0])]
    port.dhcp_client = rest[:1] == ["dhcp"] or port.dhcp_client
    if "state" in rest and rest[0] in ("ipaddress", "vlan", "state", "dhcp", "bootp"):
        port.enabled = rest[rest.index("state") + 1].startswith("enable")


def _create_ipif(box: Box, statement: Statement) -> None:
    """``create ipif Uffici 10.0.0.1/24 UfficiVlan state enable``"""
    words = statement.words
    port = box.port(words[2], "vlan")
    port.addresses = [values.with_length(words[3])] if values.is_network(words[3]) else []
    port.vlan = number(box, words[4] if port.addresses else words[3])
    if "state" in words:
        port.enabled = words[words.index("state") + 1].startswith("enable")


def _route(box: Box, statement: Statement) -> None:
    """``create iproute default 10.0.0.1 1``, ``create iproute 10.1.0.0/16 10.0.0.9 1``"""
    words = statement.words[2:]
    destination = "0.0.0.0/0" if words[0] == "default" else words[0]
    box.route(destination, words[1], metric=words[2] if len(words) > 2 and words[2].isdigit() else "")


def _account(box: Box, statement: Statement) -> None:
    """``create account admin anna``; its password is asked for, or follows with ``encrypt``"""
    words = statement.words
    box.user(words[3], words[2], has_password=True)


def _served(name: str, port: int) -> Handler[Box]:
    """``enable telnet 23``, ``disable web``"""

    def handle(box: Box, statement: Statement) -> None:
        words = statement.words
        number = int(words[2]) if len(words) > 2 and words[2].isdigit() else port
        box.service(name, number, enabled=words[0] == "enable", protocol="udp" if name == "snmp" else "tcp")

    return handle


def _trusted(box: Box, statement: Statement) -> None:
    """``create trusted_host 10.0.0.5``, ``create trusted_host network 10.0.0.0/24``: from where any service may be used"""
    words = statement.words[2:]
    found = words[1] if words[0] in ("network", "ipaddr") else words[0]
    box.sources["any"].append(values.network(found))


def _sntp(box: Box, statement: Statement) -> None:
    words = statement.words
    for name in ("primary", "secondary"):
        if name in words and words[words.index(name) + 1] != "0.0.0.0":  # noqa: S104 - not set
            box.reading.ntp_servers.append(words[words.index(name) + 1])


def _syslog(box: Box, statement: Statement) -> None:
    words = statement.words
    at = words.index("ipaddress" if "ipaddress" in words else "ip_address")
    box.reading.syslog_servers.append(words[at + 1])


def _dns(box: Box, statement: Statement) -> None:
    dns_servers(box, statement.words)


def _system_name(box: Box, statement: Statement) -> None:
    box.reading.hostname = " ".join(statement.words[3:])


def _prompt(box: Box, statement: Statement) -> None:
    if statement.words[2] != "default":
        box.reading.hostname = box.reading.hostname or statement.words[2]


def _relay(box: Box, statement: Statement) -> None:
    """``config dhcp_relay add ipif System 10.0.0.5``"""
    words = statement.words
    box.port(words[4], "vlan").relays.append(words[5])


def _pvid(box: Box, statement: Statement) -> None:
    """``config gvrp 10 state disable ... pvid 3999``, ``config port_vlan 1-8 ... pvid 10``: the VLAN of what comes in untagged.

    It is the untagged VLAN in any case where ``auto_assign`` is on; said of a port without one it is kept as that."""
    words = statement.words
    number = frozenset((int(words[words.index("pvid") + 1]),)) if "pvid" in words else frozenset[int]()
    for name in ports(words[2]):
        port = box.port(name)
        if not port.untagged and number and "tagged_only" not in words:
            port.untagged = number


_TOP: dict[str, Handler[Box]] = {
    "create vlan": _create_vlan,
    "config vlan": _config_vlan,
    "config ports": _config_ports,
    "config link_aggregation group_id": _aggregate,
    "create link_aggregation group_id": _aggregate,
    "config ipif": _ipif,
    "create ipif": _create_ipif,
    "create iproute": _route,
    "create account": _account,
    "config account": nothing,
    "enable telnet": _served("telnet", 23),
    "disable telnet": _served("telnet", 23),
    "enable web": _served("http", 80),
    "disable web": _served("http", 80),
    "enable ssl": service("https", 443),
    "disable ssl": service("https", 443, enabled=False),
    "enable ssl ciphersuite": nothing,
    "disable ssl ciphersuite": nothing,
    "enable ssh": _served("ssh", 22),
    "disable ssh": _served("ssh", 22),
    "enable snmp": _served("snmp", 161),
    "disable snmp": _served("snmp", 161),
    "create snmp community": nothing,
    "create snmp user": nothing,
    "create snmp host": nothing,
    "create trusted_host": _trusted,
    "config sntp": _sntp,
    "create syslog host": _syslog,
    "config name_server": _dns,
    "config dnsr": _dns,
    "config snmp system_name": _system_name,
    "config command_prompt": _prompt,
    "config dhcp_relay add": _relay,
    "config gvrp": _pvid,
    "config port_vlan": _pvid,
    "enable voice_vlan": voice,
    "config stp ports": edge,
    "config port_security ports": port_security,
    "config 802.1x capability": dot1x,
    "config poe ports": poe,
}

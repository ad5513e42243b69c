"""HPE Comware and H3C (V1910 to 5900): ``display current-configuration``. Source: HPE 5130 EI configuration guides (Comware 7), V1910 user
guide (Comware 5). Parts are set apart by ``#``; lists count ``2 to 8``; an access port's VLAN is 1 unless told, a trunk carries VLAN 1
unless that is undone, a hybrid port's VLAN 1 is untagged unless that is undone. A packet filter lets through what no rule fits."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from shared.configs import Kept, switch_ios, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.hp_comware_access import community, local_user, served
from shared.configs.hp_comware_lists import access_list, packet_filter
from shared.configs.hp_comware_passed import PORT_PASSED, TOP_PASSED
from shared.configs.indented import Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_blocks import Marks, parse
from shared.configs.switch_box import ALL_VLANS, Box, Port, listed, marks, nothing, number_of, on_ports, service, text_from
from shared.configs.switch_dhcp import read_pool

PLATFORM = "hp_comware"
TITLE = "HPE Comware, H3C"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
_HOW = r"(?:simple |sim |cipher |hash |irreversible-cipher |plaintext )?"
SECRETS = SecretRules(
    (
        rule(rf"^(?:super |set authentication )?password (?:level \d |role \S+ )?{_HOW}{_WORD}"),
        rule(rf"^password {_HOW}{_WORD}"),
        rule(rf"^snmp-agent community (?:read|write|simple|cipher)? ?(?:simple |cipher )?{_WORD}", "community"),
        rule(r"^snmp-agent target-host .*?securityname (?:simple |cipher )?(?P<secret>\S+)", "community"),
        rule(rf"^snmp-agent usm-user v3 .*?authentication-mode \S+ {_HOW}{_WORD}(?: privacy-mode \S+ {_HOW}(?P<secret2>\S+))?", "key"),
        rule(r"^snmp-agent usm-user v3 .*?privacy-mode \S+ (?:simple |cipher )?(?P<secret>\S+)", "key"),
        rule(
            rf"^(?:key|primary|secondary) .*?\b(?:key|authentication|accounting|authorization) {_HOW}(?!key){_WORD}$",
            "key",
            within="scheme",
        ),
        rule(rf"\bkey (?:authentication |accounting |authorization )?(?:simple |cipher ){_WORD}", "key"),
        rule(rf"^ntp-service authentication-keyid \d+ authentication-mode \S+ {_HOW}{_WORD}", "key"),
        rule(rf"\b(?:pre-shared-key|authentication-mode (?:simple|md5|hmac-md5)(?: \d+)?|md5 \d+) {_HOW}{_WORD}", "key"),
    )
)
VOLATILE: tuple[re.Pattern[str], ...] = ()
_MARKS = Marks(
    ends=frozenset({"quit"}),
    comments="",
    divider="#",
    noise=frozenset({"return", "end"}),
    heredocs=(
        Heredoc(re.compile(r"^\s*header \w+ (?P<end>[^\w\s])")),
        Heredoc(re.compile(r"^\s*public-key-code begin"), r"^\s*public-key-code end"),
    ),
)
_SIGN = re.compile(
    r"^ ?(?:sysname |undo port trunk permit|port link-type |local-user |irf |info-center |user-interface |line vty)", re.MULTILINE
)


def looks_like(text: str) -> bool:
    """By its version line, or by words that no other make has between its ``#``."""
    return bool(re.search(r"^ ?version \d\.\d+(?:\.\d+)?, (?:Release|ESS|Feature|Test|Alpha|Beta|Demo) ", text, re.MULTILINE)) or (
        bool(re.search(r"^#\s*$", text, re.MULTILINE))
        and bool(re.search(r"^ ?sysname ", text, re.MULTILINE))
        and len(_SIGN.findall(text)) > 1
    )


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor="HPE", os="Comware", lines=document.lines())
    box = Box(reading)
    dispatch(reading, box, document.roots, _TOP, TOP_PASSED)
    for port in box.ports.values():
        _settle(port)
    if re.search(r"^#\s*$", text, re.MULTILINE) and not any(each.text in ("return", "end") for each in document.statements[-8:]):
        reading.complete = False
        reading.warnings.append("the text does not end with return: what follows is missing")
    box.finish()
    return Kept(reading, document.text())


def _settle(port: Port) -> None:
    """VLAN 1 is carried by a trunk and untagged on a hybrid port, unless undone; a trunk's own VLAN counts only if it is carried."""
    if port.lag:
        return
    without = port.native_tagged
    port.native_tagged = False
    if port.mode == "trunk":
        port.tagged = port.tagged if without or 1 in port.tagged else port.tagged | {1}
        own = 1 if port.native is None else port.native
        if own not in port.tagged:
            port.native_tagged = True
        else:
            port.native = own
    elif port.mode == "general" and not without and 1 not in port.tagged:
        port.untagged = port.untagged | {1}
    if port.mode == "general" and port.native is None and 1 in port.untagged:
        port.native = 1


@lru_cache(maxsize=128)
def _members(words: tuple[str, ...]) -> frozenset[int]:
    return frozenset(lists(words))


def lists(words: Sequence[str]) -> Iterator[int]:
    """``2 to 8 10 13`` -> 2 ... 8, 10, 13; ``all`` -> all"""
    at = 0
    while at < len(words):
        if words[at] == "all":
            yield from ALL_VLANS
            at += 1
        elif at + 2 < len(words) and words[at + 1] == "to":
            yield from vlan_list.numbers(f"{words[at]}-{words[at + 2]}")
            at += 3
        else:
            yield int(words[at])
            at += 1


# --- VLANs and ports ---


def _vlan(box: Box, statement: Statement) -> None:
    box.vlans_here = list(lists(statement.words[1:]))
    for number in box.vlans_here:
        box.vlan(number)
    dispatch(box.reading, box, statement.children, _VLAN, _VLAN_PASSED)


def _vlan_name(box: Box, statement: Statement) -> None:
    for number in box.vlans_here:
        vlan = box.vlan(number)
        vlan.name = " ".join(statement.words[1:]) if statement.words[0] == "name" or not vlan.name else vlan.name


def _ports_of_vlan(box: Box, statement: Statement) -> None:
    """``port GigabitEthernet1/0/1 to GigabitEthernet1/0/8``: access ports, named under their VLAN."""
    words = statement.words[1:]
    for first, last in zip(words, [*words[2:], "", ""], strict=False):
        if first != "to":
            names = listed(f"{first}-{last}") if words[words.index(first) + 1 : words.index(first) + 2] == ["to"] else [first]
            for name in names:
                port = box.port(name)
                port.mode, port.access = "access", box.vlans_here[0]


def _interface(box: Box, statement: Statement) -> None:
    words = statement.words[1:]
    if words[0] == "range":
        _range(box, words[1:])
    else:
        name = "".join(words)
        low = name.lower()
        if low.startswith("vlan-interface"):
            box.here = [box.svi(int(name[14:]), name)]
        elif low.startswith(("null", "aux")):
            return
        elif low.startswith(("loopback", "tunnel", "dialer", "virtual-template", "virtual-ethernet")):
            box.here = [box.port(name, re.sub(r"[\d/-]+$", "", low))]
        elif low.startswith(("m-ethernet", "m-gigabit", "management")):
            box.here = [box.port(name)]
            box.here[0].management = True
        else:
            box.here = [box.port(name, "lag" if "aggregation" in low else "ethernet")]
    dispatch(box.reading, box, statement.children, _PORT, PORT_PASSED)
    for port in box.here:
        if port.addresses and port.kind == "ethernet" and not port.mode:
            port.mode = "routed"


def _range(box: Box, words: list[str]) -> None:
    """``interface range GigabitEthernet 1/0/1 to GigabitEthernet 1/0/48``"""
    text = re.sub(r"([A-Za-z])\s+(?=\d)", r"\1", " ".join(words[2:] if words[0] == "name" else words))
    box.here = [box.port(name) for part in re.sub(r"\s+to\s+", "-", text).split() for name in listed(part) if name != "interface"]


def _link_type(port: Port, words: list[str]) -> None:
    port.mode = {"access": "access", "trunk": "trunk", "hybrid": "general"}[words[2]]


def _permit(box: Box, statement: Statement) -> None:
    """``port trunk permit vlan 10 to 11 13``, with ``undo`` before it"""
    words = statement.words
    undone = words[0] == "undo"
    numbers = _members(tuple(words[5:] if undone else words[4:]))
    for port in box.here:
        if undone:
            port.tagged = port.tagged - numbers
            port.native_tagged = port.native_tagged or 1 in numbers
        else:
            port.tagged = port.tagged | numbers if port.tagged else numbers


def _hybrid(box: Box, statement: Statement) -> bool | None:
    """``port hybrid vlan 10 20 tagged``, ``port hybrid vlan 1 untagged``, ``undo port hybrid vlan 1``"""
    words = statement.words
    undone = words[0] == "undo"
    numbers = _members(tuple(words[4:] if undone else words[3:-1]))
    for port in box.here:
        if undone:
            port.tagged, port.untagged = port.tagged - numbers, port.untagged - numbers
            port.native_tagged = port.native_tagged or 1 in numbers
        elif words[-1] == "tagged":
            port.tagged, port.untagged = port.tagged | numbers, port.untagged - numbers
        else:
            port.untagged, port.tagged = port.untagged | numbers, port.tagged - numbers
    return None if undone or words[-1] in ("tagged", "untagged") else False


def _group(box: Box, statement: Statement) -> None:
    name = f"Bridge-Aggregation{int(statement.words[3])}"
    if f"Route-Aggregation{int(statement.words[3])}" in box.ports:
        name = f"Route-Aggregation{int(statement.words[3])}"
    box.port(name, "lag")
    for port in box.here:
        port.lag = name


def _address(box: Box, statement: Statement) -> None:
    words = statement.words[2:]
    for port in box.here:
        if words[0] in ("dhcp-alloc", "bootp-alloc"):
            port.dhcp_client = True
        else:
            port.addresses.append(values.with_length(words[0], "" if "/" in words[0] else words[1]))


def _relay(box: Box, statement: Statement) -> bool | None:
    """``dhcp relay server-address 10.0.0.5``; Comware 5 selects a group instead, which names no server here."""
    for port in box.here:
        port.relays.append(statement.words[3])
    return None if values.is_address(statement.words[3]) else False


# --- who may manage it ---


def _version(box: Box, statement: Statement) -> None:
    box.reading.os_version = " ".join(statement.words[1:])


def _route(box: Box, statement: Statement) -> None:
    """``ip route-static 0.0.0.0 0 10.0.0.1 preference 5``, ``vpn-instance X`` before it, ``Vlan-interface10`` as the way"""
    words = statement.words[2:]
    table, comment = "", ""
    if words[0] == "vpn-instance":
        table, words = words[1], words[2:]
    if "description" in words:
        comment = " ".join(words[words.index("description") + 1 :])
        words = words[: words.index("description")]
    metric = words[words.index("preference") + 1] if "preference" in words else ""
    destination = f"{words[0]}/{values.prefix_length(words[1])}"
    gateway = words[2] if values.is_address(words[2]) else words[3] if len(words) > 3 and values.is_address(words[3]) else ""
    box.route(destination, gateway, "" if values.is_address(words[2]) else words[2], table=table, metric=metric, comment=comment)


def _ntp(box: Box, statement: Statement) -> None:
    """``ntp-service unicast-server 10.0.0.1``, ``sntp unicast-server 10.0.0.1``"""
    words = statement.words
    box.reading.ntp_servers.append(words[4] if words[2] == "vpn-instance" else words[2])


def _log_host(box: Box, statement: Statement) -> None:
    words = statement.words
    box.reading.syslog_servers.append(words[4] if words[2] == "vpn-instance" else words[2])


def _pool(box: Box, statement: Statement) -> None:
    read_pool(box, statement.words[3], statement.children)


def _irf(box: Box, statement: Statement) -> None:
    box.reading.pass_over("stack", statement)


_VLAN: dict[str, Handler[Box]] = {"name": _vlan_name, "description": _vlan_name, "port": _ports_of_vlan, "port hybrid": nothing}
_VLAN_PASSED = dict.fromkeys(
    ("igmp-snooping", "mld-snooping", "arp", "dhcp", "supervlan", "subvlan", "isolate-user-vlan", "undo", "mac-vlan", "protocol-vlan",
        "ip-subnet-vlan", "multicast-vlan", "private-vlan", "ipv6", "voice", "packet-filter", "qos", "l2vpn", "broadcast-suppression"),
    "VLAN options",
)  # fmt: skip
_TOP: dict[str, Handler[Box]] = {
    "version": _version,
    "sysname": switch_ios.hostname,
    "vlan": _vlan,
    "interface": _interface,
    "int": _interface,
    "local-user": local_user,
    "ssh server": served("ssh", 22),
    "undo ssh server": served("ssh", 22),
    "telnet server": served("telnet", 23),
    "undo telnet server": served("telnet", 23),
    "ip http": served("http", 80),
    "undo ip http": served("http", 80),
    "ip https": served("https", 443),
    "undo ip https": served("https", 443),
    "ftp server enable": service("ftp", 21),
    "snmp-agent": community,
    "snmp-agent community": community,
    "snmp-agent usm-user": nothing,
    "snmp-agent target-host": nothing,
    "ip route-static": _route,
    "ntp-service unicast-server": _ntp,
    "sntp unicast-server": _ntp,
    "info-center loghost": _log_host,
    "dns server": switch_ios.name_servers,
    "dns domain": switch_ios.domain,
    "acl": access_list,
    "packet-filter": packet_filter,
    "dhcp server ip-pool": _pool,
    "irf": _irf,
}
_PORT: dict[str, Handler[Box]] = {
    "description": text_from("description", 1),
    "shutdown": marks("enabled", False),
    "undo shutdown": nothing,
    "port link-type": on_ports(_link_type),
    "port access vlan": number_of("access", 3),
    "port trunk pvid vlan": number_of("native", 4),
    "port trunk permit vlan": _permit,
    "undo port trunk permit": _permit,
    "port hybrid vlan": _hybrid,
    "undo port hybrid vlan": _hybrid,
    "port hybrid pvid vlan": number_of("native", 4),
    "port link-mode route": marks("mode", "routed"),
    "port link-mode bridge": nothing,
    "port link-aggregation group": _group,
    "voice vlan": number_of("voice", 2),
    "voice-vlan": number_of("voice", 1),
    "poe enable": marks("poe", True),
    "undo poe enable": marks("poe", False),
    "speed": text_from("speed", 1),
    "duplex": text_from("duplex", 1),
    "ip address": _address,
    "dhcp relay server-address": _relay,
    "dhcp select": nothing,
    "packet-filter": packet_filter,
    "stp edged-port": marks("spanning_tree", "edge"),
    "stp disable": marks("spanning_tree", "off"),
    "undo stp enable": marks("spanning_tree", "off"),
    "stp root-protection": marks("spanning_tree", "root guard"),
    "stp port bpdu-protection": marks("spanning_tree", "bpdu guard"),
    "dot1x": marks("security", "802.1X"),
    "mac-authentication": marks("security", "MAC authentication"),
    "port-security port-mode": marks("security", "port security"),
}

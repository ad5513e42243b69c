"""Cisco Small Business switches (SG/SF 200 to 550X, CBS 250 and 350): ``show running-config``.

Source: Cisco's CLI guides for the 350/550X and CBS350 series. Only what differs from the default is printed. A trunk's native VLAN is
untagged, the others of ``allowed vlan add`` are tagged; an access port without ``switchport access vlan`` is in VLAN 1. Ports are named
at length in ``interface`` and in short in ``interface range``: here by the long name that the text itself uses.
"""

import re
from collections.abc import Iterable, Iterator

from shared.configs import Kept, switch_ios, vlan_list
from shared.configs.cisco_s300_lists import SmallBusiness, access_list, management_class, management_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import BANNER, CERTIFICATE, Heredoc
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.configs.switch_blocks import Marks, ended, parse
from shared.configs.switch_box import Box, Port, listed, marks, nothing, number_of, on_ports, service
from shared.configs.switch_dhcp import read_pool

PLATFORM = "cisco_s300"
TITLE = "Cisco Small Business"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^username \S+ (?:privilege \d+ )?password (?:encrypted |level \d+ )*{_WORD}"),
        rule(rf"^enable password (?:level \d+ )?(?:encrypted )?{_WORD}"),
        rule(rf"^(?:encrypted )?(?:radius|tacacs)-server (?:host \S+ .*?)?key {_WORD}", "key"),
        rule(rf"^(?:encrypted )?snmp-server community {_WORD}", "community"),
        rule(
            r"^(?:encrypted )?snmp-server host \S+ (?:traps |informs )?(?:version \d\w? )?(?P<secret>\"[^\"]*\"|(?!version)\S+)",
            "community",
        ),
        rule(rf"^(?:encrypted )?snmp-server user \S+ \S+ (?:remote \S+ )?v3 auth \S+ {_WORD}(?: priv \S+ (?P<secret2>\S+))?", "key"),
        rule(rf"^(?:encrypted )?(?:sntp|ip dhcp) authentication-key \d+ md5 {_WORD}", "key"),
        rule(rf"^password (?:encrypted )?{_WORD}", within="^line "),
        rule(rf"^key-string (?:encrypted )?{_WORD}", "key"),
    )
)
VOLATILE = (re.compile(r"^v\d[\w.]* / R[\w.]+$"),)
_UNIT_HEADER = Heredoc(re.compile(r"^config-file-header$"), r"^@$")
_MARKS = Marks(
    opens=re.compile(
        r"vlan database|line |crypto |management access-list|ip(?:v6)? access-list|mac access-list|interface |ip dhcp pool|class-map"
        r"|policy-map|spanning-tree mst conf"
    ),
    on_top=re.compile(r"interface |hostname |vlan database$"),
    leaves=re.compile(r"vlan database$"),
    heredocs=(_UNIT_HEADER, BANNER, CERTIFICATE),
)  # fmt: skip


def looks_like(text: str) -> bool:
    return text.lstrip().startswith("config-file-header") or bool(re.search(r"^file SSD indicator ", text, re.MULTILINE))


def read(text: str, redactor: Redactor) -> Kept:
    return read_as(text, redactor, "Cisco", "")


def read_as(text: str, redactor: Redactor, vendor: str, os: str) -> Kept:
    """For Dell's older PowerConnect too, which come of the same maker."""
    document = parse(text, _MARKS)
    redactor.statements(document.statements)
    reading = Reading(vendor=vendor, os=os, lines=document.lines())
    box = SmallBusiness(reading, names=_long_names(document.statements))
    for name in (statement.text for statement in document.statements if statement.noise):
        if version := re.match(r"[!#]?\s*SW version\s+(\d[\w.]+)", name):
            reading.os_version = version[1]
    dispatch(reading, box, document.roots, _TOP, _TOP_PASSED)
    for what, source in box.guards.get(box.guard_in_use, ()):
        box.sources[what].append(source)
    ended(reading, document)
    box.finish()
    return Kept(reading, document.text())


# --- ports ---

_KINDS = {
    "fa": "FastEthernet", "gi": "GigabitEthernet", "te": "TenGigabitEthernet", "tw": "TwoPointFiveGigabitEthernet",
    "fo": "FortyGigabitEthernet",
    "xg": "XG", "po": "Port-Channel",
}  # fmt: skip
_NAME = re.compile(r"(?P<kind>[A-Za-z][A-Za-z-]*)\s*(?P<place>\d[\d/]*)$")


def _long_names(statements: Iterable[Statement]) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement in statements:
        named = re.match(r"interface ([A-Za-z][A-Za-z-]{4,})\s*\d", statement.text)
        if named and named[1] not in ("vlan", "range", "loopback"):
            found.setdefault(named[1][:2].lower(), named[1])
    return {**_KINDS, **found}


def _listed(box: Box, words: list[str]) -> Iterator[str]:
    """The ports of an ``interface`` line: ``GigabitEthernet1``, ``range gi2-4,te1``, ``range ethernet g(1-12,15)``, ``ethernet 1/g1``."""
    words = words[1:] if words[0] == "range" else words
    if words[0] == "ethernet":
        words = words[1:]
    text = "".join(words)
    for prefix, inside in re.findall(r"([\w/-]+)\(([\d,-]+)\)", text):
        yield from (f"{prefix}{number}" for number in vlan_list.numbers(inside))
    rest = re.sub(r"[\w/-]+\([\d,-]*\),?", "", text)
    last = ""
    for name in listed(rest):
        if name.isdigit() and last:
            name = f"{last}{name}"
        found = _NAME.match(name)
        if found:
            last = found["kind"]
        names = box.names if isinstance(box, SmallBusiness) else {}
        yield f"{names.get(found['kind'][:2].lower(), found['kind'])}{found['place']}" if found and len(found["kind"]) > 1 else name


def _interface(box: Box, statement: Statement) -> None:
    words = [word.lower() if word.lower() in ("vlan", "range", "loopback") else word for word in statement.words[1:]]
    if "vlan" in words[:2]:
        numbers = vlan_list.numbers("".join(words[words.index("vlan") + 1 :]))
        box.here = [box.svi(number, f"vlan {number}") for number in numbers]
        dispatch(box.reading, box, statement.children, _VLAN, _PORT_PASSED)
        for port in box.here:
            box.vlan(port.vlan or 0).name = box.vlan(port.vlan or 0).name or port.description
        return
    if words[0] == "loopback" or words[0].lower().startswith(("oob", "tunnel")):
        box.here = [box.port(" ".join(words), "loopback" if words[0] == "loopback" else "ethernet")]
        box.here[0].management = words[0].lower().startswith("oob")
    else:
        names = list(_listed(box, words))
        box.here = [box.port(name, "lag" if name.lower().startswith("po") else "ethernet") for name in names]
    dispatch(box.reading, box, statement.children, _PORT, _PORT_PASSED)


def _channel_group(box: Box, statement: Statement) -> None:
    names = box.names if isinstance(box, SmallBusiness) else {}
    switch_ios.member_of(names.get("po", "Port-Channel"))(box, statement)


def _power(port: Port, words: list[str]) -> None:
    port.poe = words[2] != "never"


def _service_acl(box: Box, statement: Statement) -> bool | None:
    """``service-acl input NAME [default-action permit-any]``"""
    words = statement.words
    for port in box.here:
        box.lists.apply(words[2], "in" if words[1] == "input" else "out", port.name)
        setattr(port, "list_in" if words[1] == "input" else "list_out", words[2])
        if "permit-any" in words and words[2] in box.lists.lists:
            box.lists.lists[words[2]].implies_deny = False
    return None if words[1] in ("input", "output") else False


# --- what stands on top ---


def _header(box: Box, statement: Statement) -> None:
    lines = statement.text.split("\n")
    box.reading.hostname = box.reading.hostname or lines[1].strip()
    if len(lines) > 2 and (version := re.match(r"v?(\d[\w.]+)", lines[2].strip())):
        box.reading.os_version = version[1]


def _vlan_database(box: Box, statement: Statement) -> None:
    dispatch(box.reading, box, statement.children, {"vlan": _vlan_list, "default-vlan vlan": _default_vlan}, {"map": "VLAN mapping"})


def _default_vlan(box: Box, statement: Statement) -> None:
    box.first_vlan = int(statement.words[-1])


def _vlan_list(box: Box, statement: Statement) -> None:
    words = statement.words
    for number in vlan_list.numbers(words[1]):
        vlan = box.vlan(number)
        if len(words) > 3 and words[2] == "name":
            vlan.name = words[3]


def _username(box: Box, statement: Statement) -> None:
    words = statement.words
    level = next((words[words.index(name) + 1] for name in ("privilege", "level") if name in words[2:]), "1")
    box.user(words[1], f"privilege {level}", has_password="password" in words)


def _dhcp_pool(box: Box, statement: Statement) -> None:
    read_pool(box, statement.words[-1], statement.children)


def _snmp_on(box: Box, statement: Statement) -> None:
    box.service("snmp", 161, protocol="udp")


_TOP: dict[str, Handler[Box]] = {
    "config-file-header": _header,
    "hostname": switch_ios.hostname,
    "vlan database": _vlan_database,
    "vlan": _vlan_list,
    "username": _username,
    "interface": _interface,
    "ip default-gateway": switch_ios.gateway,
    "ip route": switch_ios.route,
    "ip ssh server": service("ssh", 22),
    "no ip ssh server": service("ssh", 22, enabled=False),
    "ip telnet server": service("telnet", 23),
    "no ip telnet server": service("telnet", 23, enabled=False),
    "ip http server": service("http", 80),
    "no ip http server": service("http", 80, enabled=False),
    "ip http secure-server": service("https", 443),
    "no ip http secure-server": service("https", 443, enabled=False),
    "ip https server": service("https", 443),
    "snmp-server server": service("snmp", 161, protocol="udp"),
    "no snmp-server server": service("snmp", 161, protocol="udp", enabled=False),
    "snmp-server community": nothing,
    "encrypted snmp-server community": nothing,
    "encrypted snmp-server user": nothing,
    "encrypted snmp-server host": nothing,
    "ip name-server": switch_ios.name_servers,
    "ip domain name": switch_ios.domain,
    "sntp server": switch_ios.time_server(2),
    "logging host": switch_ios.syslog_server(2),
    "logging": switch_ios.syslog_server(1),
    "ip access-list": access_list,
    "ipv6 access-list": access_list,
    "management access-list": management_list,
    "management access-class": management_class,
    "ip dhcp pool": _dhcp_pool,
}
_TOP_PASSED = {
    **dict.fromkeys(("ssd", "no ssd", "ssd-control-start", "ssd-control-end"), "secure sensitive data"),
    **dict.fromkeys(("unit-type-control-start", "unit-type", "unit-type-control-end", "stack"), "stack"),
    **dict.fromkeys(("spanning-tree", "no spanning-tree", "loopback-detection"), "spanning tree"),
    **dict.fromkeys(("voice vlan", "no voice vlan"), "voice VLAN"),
    **dict.fromkeys(("cdp", "no cdp", "lldp", "no lldp", "macro", "no macro", "smartport"), "neighbour protocols"),
    **dict.fromkeys(("boot host", "no boot host", "boot"), "start-up"),
    **dict.fromkeys(
        ("aaa", "no aaa", "ip http authentication", "ip http timeout-policy", "ip https", "no passwords", "passwords", "line",
         "exec-timeout",
         "service cpu-utilization", "enable password", "login", "security-suite", "no security-suite", "ip http port", "ip http cookie"),
        "sign-in",
    ),
    **dict.fromkeys(("clock", "sntp", "no clock", "no sntp"), "time"),
    **dict.fromkeys(
        ("snmp-server", "no snmp-server", "encrypted radius-server", "encrypted tacacs-server", "encrypted sntp", "radius-server", "radius",
         "tacacs-server", "logging console", "logging buffered", "logging file", "logging aggregation", "logging origin-id", "no logging",
         "logging cbd", "rmon", "sflow"),
        "management",
    ),
    **dict.fromkeys(
        ("ip domain", "no ip domain", "ip igmp", "ip dhcp", "no ip dhcp", "bonjour", "no bonjour", "green-ethernet",
         "no green-ethernet", "eee",
         "no eee", "ipv6", "no ipv6", "pnp", "no pnp", "ip arp", "ip source-guard", "arp", "ip host", "ip helper-address", "ip routing",
         "no ip routing", "router", "ip redirects", "ip multicast-routing", "dot1x", "no dot1x", "mac address-table", "ip mdns", "lacp"),
        "services",
    ),
    **dict.fromkeys(("mac access-list", "class-map", "policy-map", "time-range"), "other access lists and classes"),
    **dict.fromkeys(
        ("set system", "banner", "crypto", "ip ssh", "errdisable", "qos", "no qos", "wrr-queue", "priority-queue", "port", "bridge",
         "system",
         "no system", "monitor", "iscsi", "power inline", "port-channel", "service", "cbd", "usb-port", "sd"),
        "system",
    ),
}  # fmt: skip
_PORT: dict[str, Handler[Box]] = {
    **switch_ios.PORT,
    "switchport voice vlan": number_of("voice", 3),
    "channel-group": _channel_group,
    "power inline": on_ports(_power),
    "service-acl": _service_acl,
    "dot1x port-control": marks("security", "802.1X"),
    "dot1x port-control force-authorized": nothing,
    "port security": marks("security", "port security"),
    "no shutdown": nothing,
}
_PORT_PASSED = {
    **switch_ios.PORT_PASSED,
    **dict.fromkeys(("!next", "power inline limit", "power inline priority", "power inline powered-device"), "services"),
    **dict.fromkeys(("switchport dot1q", "switchport customer", "switchport private-vlan", "switchport vlan-mapping"), "private VLANs"),
    "switchport default-vlan": "default VLAN",
    "bridge": "multicast",
    "bonjour": "services",
}
_VLAN: dict[str, Handler[Box]] = {**_PORT}

"""Cisco Small Business switches (SG/SF 200 to 550X, CBS 250 and 350): ``show running-config``.

Source: Cisco's CLI guides for the 350/550X and CBS350 series. Only what differs from the default is printed. A trunk's native VLAN is
untagged, the others of ``allowed vlan add`` are tagged; an access port without ``switchport access vlan`` is in VLAN 1.
"""

import re
from dataclasses import dataclass, field

from shared.configs import Kept, values, vlan_list
from shared.configs.dispatch import Handler, dispatch
from shared.configs.indented import BANNER, CERTIFICATE, Heredoc, parse
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.statement import Statement
from shared.device_config import AdminUser, ConfiguredInterface, ConfiguredVlan, RemoteAccess, SwitchPort
from shared.firewall import Route

PLATFORM = "cisco_s300"
TITLE = "Cisco Small Business"
_WORD = r"(?P<secret>\"[^\"]*\"|\S+)"
SECRETS = SecretRules(
    (
        rule(rf"^username \S+ (?:privilege \d+ )?password (?:encrypted )?{_WORD}"),
        rule(rf"^enable password (?:level \d+ )?(?:encrypted )?{_WORD}"),
        rule(rf"^(?:encrypted )?(?:radius|tacacs)-server (?:host \S+ .*?)?key {_WORD}", "key"),
        rule(rf"^(?:encrypted )?snmp-server community {_WORD}", "community"),
        rule(rf"^(?:encrypted )?snmp-server user \S+ \S+ (?:remote \S+ )?v3 auth \S+ {_WORD}(?: priv \S+ (?P<secret2>\S+))?", "key"),
    )
)
VOLATILE = (re.compile(r"^v\d[\w.]* / R\w+$"),)
_UNIT_HEADER = Heredoc(re.compile(r"^config-file-header$"), r"^@$")


def looks_like(text: str) -> bool:
    return text.lstrip().startswith("config-file-header") or bool(re.search(r"^file SSD indicator ", text, re.MULTILINE))


@dataclass(slots=True)
class _Port:
    name: str
    description: str = ""
    enabled: bool = True
    mode: str = ""
    access_vlan: int | None = None
    native_vlan: int | None = None
    tagged: set[int] = field(default_factory=set)
    untagged: set[int] = field(default_factory=set)
    lag: str = ""
    poe: bool | None = None
    addresses: list[str] = field(default_factory=list)
    dhcp_client: bool = False


@dataclass(slots=True)
class _Box:
    reading: Reading
    vlans: dict[int, str] = field(default_factory=dict)
    vlan_addresses: dict[int, list[str]] = field(default_factory=dict)
    ports: dict[str, _Port] = field(default_factory=dict)
    here: list[_Port] = field(default_factory=list)
    """The ports that the statements of the present block are about."""


def read(text: str, redactor: Redactor) -> Kept:
    document = parse(text, heredocs=(_UNIT_HEADER, BANNER, CERTIFICATE), ends=frozenset({"exit"}))
    redactor.statements(document.statements)
    reading = Reading(vendor="Cisco", lines=document.lines(), complete=document.complete)
    box = _Box(reading)
    dispatch(reading, box, document.roots, _TOP, _TOP_PASSED)
    _finish(box)
    return Kept(reading, document.text())


def _header(box: _Box, statement: Statement) -> None:
    lines = statement.text.split("\n")
    box.reading.hostname = box.reading.hostname or lines[1].strip()
    if len(lines) > 2 and (version := re.match(r"v?(\d[\w.]+)", lines[2].strip())):
        box.reading.os_version = version[1]


def _hostname(box: _Box, statement: Statement) -> None:
    box.reading.hostname = statement.words[1]


def _vlan_database(box: _Box, statement: Statement) -> None:
    """Its lines are not indented, so ``vlan 3,5`` stands beside it: ``_vlan_list`` reads that."""


def _vlan_list(box: _Box, statement: Statement) -> None:
    for number in vlan_list.numbers(statement.words[1]):
        box.vlans.setdefault(number, "")


def _username(box: _Box, statement: Statement) -> None:
    words = statement.words
    level = words[words.index("privilege") + 1] if "privilege" in words else "1"
    box.reading.users.append(AdminUser(name=words[1], role=f"privilege {level}", has_password="password" in words))


def _interface(box: _Box, statement: Statement) -> None:
    words = statement.words
    if words[1] == "vlan":
        _vlan_interface(box, statement)
        return
    listed = " ".join(words[2:]) if words[1] == "range" else "".join(words[1:])
    box.here = [box.ports.setdefault(name, _Port(name)) for name in vlan_list.ports(listed)]
    dispatch(box.reading, box, statement.children, _PORT, _PORT_PASSED)


def _vlan_interface(box: _Box, statement: Statement) -> None:
    number = int(statement.words[2])
    box.vlans.setdefault(number, "")
    port = _Port(f"vlan {number}")
    box.here = [port]
    dispatch(box.reading, box, statement.children, _VLAN, _PORT_PASSED)
    if port.description:
        box.vlans[number] = port.description
    if port.addresses or port.dhcp_client:
        box.vlan_addresses[number] = port.addresses
        box.reading.interfaces.append(
            ConfiguredInterface(
                name=port.name, description=port.description, enabled=port.enabled, kind="vlan", vlan=number,
                addresses=tuple(port.addresses), dhcp_client=port.dhcp_client,
            )
        )  # fmt: skip


def _description(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.description = statement.words[1]


def _shutdown(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.enabled = False


def _mode(box: _Box, statement: Statement) -> bool | None:
    mode = statement.words[2]
    for port in box.here:
        port.mode = mode
    return None if mode in _MODES else False


def _access_vlan(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.access_vlan = None if statement.words[3] == "none" else int(statement.words[3])


def _native_vlan(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.native_vlan = None if statement.words[4] == "none" else int(statement.words[4])


def _trunk_allowed(box: _Box, statement: Statement) -> bool | None:
    """``allowed vlan add 5,10``, ``remove``, ``all``, ``none``; later models without ``add``."""
    words = statement.words[4:]
    listed = vlan_list.numbers(words[-1]) if words[-1][0].isdigit() else []
    for port in box.here:
        if words[0] == "remove":
            port.tagged -= set(listed) or set(range(1, 4095))
        elif words[0] == "all":
            port.tagged = set(range(1, 4095))
        elif words[0] != "none":
            port.tagged |= set(listed)
    return None if listed or words[0] in ("all", "none") else False


def _general_allowed(box: _Box, statement: Statement) -> None:
    words = statement.words
    listed = set(vlan_list.numbers(words[5])) if words[4] == "add" else set()
    for port in box.here:
        if words[4] == "remove":
            port.tagged -= set(vlan_list.numbers(words[5]))
            port.untagged -= set(vlan_list.numbers(words[5]))
        elif words[-1] == "untagged":
            port.untagged |= listed
        else:
            port.tagged |= listed


def _pvid(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.native_vlan = int(statement.words[3])


def _channel_group(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.lag = f"Port-channel{statement.words[1]}"


def _power(box: _Box, statement: Statement) -> None:
    for port in box.here:
        port.poe = statement.words[2] != "never"


def _address(box: _Box, statement: Statement) -> None:
    words = statement.words
    for port in box.here:
        if words[2] == "dhcp":
            port.dhcp_client = True
        else:
            port.addresses.append(values.with_length(words[2], words[3]))


def _gateway(box: _Box, statement: Statement) -> None:
    box.reading.routes.append(Route(destination="0.0.0.0/0", gateway=statement.words[-1], origin="static"))


def _route(box: _Box, statement: Statement) -> None:
    words = statement.words
    mask = words[3] if "." in words[3] or words[3].startswith("/") else ""
    destination = f"{words[2]}/{values.prefix_length(mask)}" if mask else words[2]
    gateway = words[4] if mask else words[3]
    box.reading.routes.append(Route(destination=destination, gateway=gateway, origin="static"))


def _service(name: str, port: int, *, protocol: str = "tcp", enabled: bool = True) -> Handler[_Box]:
    def handle(box: _Box, statement: Statement) -> None:
        box.reading.remote_access = [way for way in box.reading.remote_access if way.service != name]
        box.reading.remote_access.append(
            RemoteAccess.model_validate({"service": name, "port": port, "protocol": protocol, "enabled": enabled})
        )

    return handle


def _nothing(box: _Box, statement: Statement) -> None:
    """Understood, and has no field of its own."""


def _dns(box: _Box, statement: Statement) -> None:
    box.reading.dns_servers += [word for word in statement.words[2:] if values.is_address(word)]


def _time_server(box: _Box, statement: Statement) -> None:
    box.reading.ntp_servers.append(statement.words[2])


def _syslog(box: _Box, statement: Statement) -> None:
    box.reading.syslog_servers.append(statement.words[2])


_MODES = {"access": "access", "trunk": "trunk", "general": "general", "customer": "access", "private-vlan": "access"}

_TOP: dict[str, Handler[_Box]] = {
    "config-file-header": _header,
    "hostname": _hostname,
    "vlan database": _vlan_database,
    "vlan": _vlan_list,
    "username": _username,
    "interface": _interface,
    "ip default-gateway": _gateway,
    "ip route": _route,
    "ip ssh server": _service("ssh", 22),
    "ip telnet server": _service("telnet", 23),
    "ip http server": _service("http", 80),
    "no ip http server": _service("http", 80, enabled=False),
    "ip http secure-server": _service("https", 443),
    "no ip http secure-server": _service("https", 443, enabled=False),
    "snmp-server server": _service("snmp", 161, protocol="udp"),
    "snmp-server community": _nothing,
    "encrypted snmp-server": _nothing,
    "ip name-server": _dns,
    "sntp server": _time_server,
    "logging host": _syslog,
}
_TOP_PASSED = {
    **dict.fromkeys(("ssd", "no ssd", "ssd-control-start", "ssd-control-end"), "secure sensitive data"),
    **dict.fromkeys(("unit-type-control-start", "unit-type", "unit-type-control-end"), "stack"),
    **dict.fromkeys(("spanning-tree", "no spanning-tree"), "spanning tree"),
    **dict.fromkeys(("voice vlan", "no voice vlan"), "voice VLAN"),
    **dict.fromkeys(("cdp", "no cdp", "lldp", "no lldp"), "neighbour protocols"),
    **dict.fromkeys(("boot host", "no boot host", "boot"), "start-up"),
    **dict.fromkeys(
        ("aaa", "ip http authentication", "ip https", "no passwords", "passwords", "line", "exec-timeout", "service cpu-utilization"),
        "sign-in",
    ),
    **dict.fromkeys(("clock", "sntp", "no clock"), "time"),
    **dict.fromkeys(("snmp-server", "encrypted radius-server", "radius-server", "tacacs-server", "logging", "no logging"), "management"),
    **dict.fromkeys(("ip domain", "no ip domain", "ip igmp", "ip dhcp", "bonjour", "no bonjour", "green-ethernet", "eee"), "services"),
    **dict.fromkeys(("set system", "banner", "crypto", "ip ssh", "errdisable", "qos", "port jumbo-frame", "bridge"), "system"),
}
_PORT: dict[str, Handler[_Box]] = {
    "description": _description,
    "name": _description,
    "shutdown": _shutdown,
    "no shutdown": _nothing,
    "switchport mode": _mode,
    "switchport access vlan": _access_vlan,
    "switchport trunk native vlan": _native_vlan,
    "switchport trunk allowed vlan": _trunk_allowed,
    "switchport general allowed vlan": _general_allowed,
    "switchport general pvid": _pvid,
    "channel-group": _channel_group,
    "power inline": _power,
    "ip address": _address,
    "no ip address": _nothing,
}
_PORT_PASSED = {
    **dict.fromkeys(("spanning-tree", "no spanning-tree"), "spanning tree"),
    **dict.fromkeys(("storm-control", "port security", "dot1x", "no dot1x", "loopback-detection"), "port protection"),
    **dict.fromkeys(("speed", "duplex", "negotiation", "no negotiation", "flowcontrol", "mdix", "no eee", "eee", "green-ethernet"), "link"),
    **dict.fromkeys(
        ("lldp", "no lldp", "cdp", "no cdp", "macro", "!next", "switchport voice", "voice", "qos", "service-policy"), "services"
    ),
}
_VLAN: dict[str, Handler[_Box]] = {**_PORT}


def _finish(box: _Box) -> None:
    on = {number for port in box.ports.values() for number in port.tagged if len(port.tagged) < 4000}
    for number in sorted({*box.vlans, *on}):
        tagged = tuple(port.name for port in box.ports.values() if number in port.tagged and number != port.native_vlan)
        untagged = tuple(port.name for port in box.ports.values() if number in _untagged(port))
        box.reading.vlans.append(
            ConfiguredVlan(
                vlan=number, name=box.vlans.get(number, ""), addresses=tuple(box.vlan_addresses.get(number, ())),
                tagged_ports=tagged, untagged_ports=untagged,
            )
        )  # fmt: skip
    for port in box.ports.values():
        box.reading.interfaces.append(
            ConfiguredInterface(
                name=port.name, description=port.description, enabled=port.enabled, addresses=tuple(port.addresses),
                kind="lag" if port.name.lower().startswith("port-channel") else "ethernet", dhcp_client=port.dhcp_client,
            )
        )  # fmt: skip
        box.reading.switch_ports.append(_switch_port(port))


def _untagged(port: _Port) -> set[int]:
    mode = _MODES.get(port.mode, "access")
    if mode == "access":
        return {1 if port.access_vlan is None else port.access_vlan}
    return port.untagged if mode == "general" else {port.native_vlan or 1}


def _switch_port(port: _Port) -> SwitchPort:
    mode = _MODES.get(port.mode, "access" if port.mode == "" and not port.tagged else "trunk")
    untagged = port.native_vlan or 1 if mode != "access" else 1 if port.access_vlan is None else port.access_vlan
    tagged = "all" if len(port.tagged) >= 4000 else vlan_list.written(port.tagged - {untagged})
    return SwitchPort.model_validate(
        {
            "name": port.name, "description": port.description, "enabled": port.enabled, "mode": mode, "untagged_vlan": untagged,
            "tagged_vlans": "" if mode == "access" else tagged, "lag": port.lag, "poe": port.poe,
        }
    )  # fmt: skip

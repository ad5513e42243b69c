"""How an IOS box is managed: its name and model, users, lines, web and SNMP access, DNS, time and logs.

Source: Cisco IOS Configuration Fundamentals Command Reference. Telnet is what a line takes where ``transport input`` says nothing (IOS
before 15; later releases print it). The web server is off only where the text says so.
"""

from shared.configs import values
from shared.configs.cisco_lists import Use
from shared.configs.dispatch import Handler, dispatch
from shared.configs.ios.state import Box, Line
from shared.configs.statement import Statement
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import ANY, Action

_PORTS = {"ssh": 22, "telnet": 23, "rlogin": 513, "http": 80, "https": 443}


def hostname(box: Box, statement: Statement) -> None:
    box.reading.hostname = statement.words[1]


def version(box: Box, statement: Statement) -> None:
    box.reading.os_version = box.reading.os_version or statement.words[1]
    major = box.reading.os_version.partition(".")[0]
    if major.isdigit() and int(major) >= 16:
        box.reading.os = "IOS XE"


def frr_version(box: Box, statement: Statement) -> None:
    box.reading.os, box.reading.os_version, box.reading.vendor = "FRR", statement.words[2], "FRRouting"


def domain(box: Box, statement: Statement) -> None:
    box.reading.domain = box.reading.domain or statement.words[-1]


def licence(box: Box, statement: Statement) -> None:
    """``license udi pid C1111-8P sn FCZ2040A1B2``: the box's own model and serial."""
    words = statement.words
    if words[1:3] == ["udi", "pid"]:
        box.reading.model = words[3]
        box.reading.serial = words[5] if len(words) > 5 else ""
    else:
        box.reading.pass_over("licences", statement)


def switch(box: Box, statement: Statement) -> None:
    """``switch 1 provision ws-c2960x-24ts-l``: the first member's model."""
    words = statement.words
    if "provision" in words and words[-1] != "provision" and not box.reading.model:
        box.reading.model = words[-1].upper()
    box.reading.pass_over("stack", statement)


# --- users ---


def username(box: Box, statement: Statement) -> bool | None:
    """``username anna privilege 15 secret 9 ...``; a user's settings may be told in several lines."""
    words = statement.words
    known = next((at for at, user in enumerate(box.reading.users) if user.name == words[1]), None)
    user = box.reading.users[known] if known is not None else AdminUser(name=words[1], role="privilege 1")
    update: dict[str, object] = {}
    for at, word in enumerate(words):
        if at < 2:
            continue
        if word == "privilege":
            update["role"] = f"privilege {words[at + 1]}"
        elif word in ("secret", "password", "common-criteria-policy", "masked-secret"):
            update["has_password"] = True
        elif word == "nopassword":
            update["has_password"] = False
        elif word == "view":
            update["role"] = f"view {words[at + 1]}"
        elif word == "access-class":
            box.use(words[at + 1], Use("select", f"user {words[1]}"))
        if word in ("secret", "password", "autocommand", "description"):
            break
    user = user.model_copy(update=update)
    if known is None:
        box.reading.users.append(user)
    else:
        box.reading.users[known] = user
    for child in statement.children:
        box.reading.pass_over("sign-in", child)
    return None


def key_chain_user(box: Box, statement: Statement) -> None:
    """``ip ssh pubkey-chain`` / ``username anna`` / ``key-hash ...``"""
    box.reading.pass_over("sign-in", statement)
    names = {child.words[1] for child in statement.children if child.words[:1] == ["username"] and len(child.words) > 1}
    box.reading.users = [
        user.model_copy(update={"has_ssh_key": True}) if user.name in names else user for user in box.reading.users
    ]  # fmt: skip


# --- lines ---


def line(box: Box, statement: Statement) -> None:
    made = Line(" ".join(statement.words[1:]))
    box.lines.append(made)
    dispatch(box.reading, (box, made), statement.children, _LINE, _LINE_PASSED)


_Pair = tuple[Box, Line]


def _transport(pair: _Pair, statement: Statement) -> None:
    if statement.words[1] == "input":
        pair[1].transport = statement.words[2:]


def _access_class(pair: _Pair, statement: Statement) -> bool | None:
    """``access-class 10 in [vrf-also]``; ``out`` is about where one may go on to."""
    words = statement.words
    family6 = words[0] == "ipv6"
    name, more = words[2 if family6 else 1], words[3 if family6 else 2 :]
    # FRR knows one way only and does not name it
    way = more[0] if more else "in"
    if way == "in":
        (pair[1].access_class6 if family6 else pair[1].access_class).append(name)
    else:
        pair[0].use(name, Use("select", f"connections from line {pair[1].name}"))
    return None


def _login(pair: _Pair, statement: Statement) -> None:
    pair[1].detail.append(" ".join(statement.words[:3]))


_LINE: dict[str, Handler[_Pair]] = {
    "transport": _transport,
    "access-class": _access_class,
    "ipv6 access-class": _access_class,
    "login": _login,
    "no login": _login,
}
_LINE_PASSED = {
    first: "line settings"
    for name in (
        "exec-timeout", "password", "logging", "history", "exec", "stopbits", "speed", "flowcontrol", "privilege",
        "session-timeout", "length",
        "width", "authorization", "accounting", "transport", "modem", "autoselect", "autocommand", "rotary", "escape-character", "notify",
        "session-limit", "logout-warning", "absolute-timeout", "motd-banner", "exec-banner", "vacant-message", "databits",
        "parity", "monitor",
        "location", "refuse-message", "ip", "terminal-type", "timeout", "session-disconnect-warning", "lockable", "domain-lookup",
        "media-type",
        "usb-inactivity-timeout", "activation-character", "editing", "full-help", "international", "padding", "prc-interval", "rxspeed",
        "txspeed", "vrf", "script", "ipv6", "secret", "international", "flush-at-activation", "line", "disconnect-character",
    )
    for first in (name, f"no {name}")
    if first != "no login"
}  # fmt: skip


def lines_as_access(box: Box) -> None:
    """Telnet and SSH, once for the lines that agree about who may."""
    wider: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    closed = []
    for each in box.lines:
        if not each.name.startswith("vty"):
            continue
        transport = each.transport if each.transport is not None else ["telnet"] if _is_old(box) else ["ssh"]
        ways = ["telnet", "ssh"] if "all" in transport else [word for word in transport if word in ("telnet", "ssh", "rlogin")]
        if not ways:
            closed.append(each.name)
        for way in ways:
            port = _PORTS[way]
            for name in (*each.access_class, *each.access_class6):
                box.use(name, Use("line", f"line {each.name}", (f"tcp/{port}",)))
            wider.setdefault((way, _allowed(box, each.access_class)), []).append(f"line {each.name}")
    for (way, sources), names in wider.items():
        box.reading.remote_access.append(
            RemoteAccess(service=way, port=_ssh_port(box) if way == "ssh" else _PORTS[way], sources=sources, detail=", ".join(names))
        )
    if closed and not wider:
        box.reading.remote_access.append(RemoteAccess(service="ssh", enabled=False, port=22, detail=f"closed on line {', '.join(closed)}"))


def _is_old(box: Box) -> bool:
    major = box.reading.os_version.partition(".")[0]
    return major.isdigit() and int(major) < 16


def _ssh_port(box: Box) -> int:
    value = box.services.get("ssh port", {}).get("port", 22)
    return value if isinstance(value, int) else 22


def _allowed(box: Box, lists: list[str]) -> tuple[str, ...]:
    """The sources that the lists let in; what they deny goes before with a ``!``."""
    found: dict[str, None] = {}
    known = [name for name in lists if name in box.acls]
    for name in known:
        for listed in box.acls[name].in_order():
            if listed.entry.action is Action.ALLOW:
                found.update(dict.fromkeys(listed.entry.sources))
            elif listed.entry.sources != (ANY,):
                found.update(dict.fromkeys(f"!{source}" for source in listed.entry.sources if not source.startswith("!")))
    return tuple(found) or (("nobody",) if known else (ANY,))


# --- services ---


def web(box: Box, statement: Statement) -> bool | None:
    """``ip http server``, ``no ip http secure-server``, ``ip http port 8080``, ``ip http access-class [ipv4] 10``"""
    words = statement.words
    enabled = words[0] != "no"
    words = words if enabled else words[1:]
    name = {"server": "http", "port": "http", "secure-server": "https", "secure-port": "https"}.get(words[2], "")
    if name:
        service = box.services.setdefault(name, {"service": name, "port": _PORTS[name], "enabled": True})
        if words[2] in ("port", "secure-port"):
            service["port"] = int(words[3])
        else:
            service["enabled"] = service["told"] = enabled
            service["told"] = True
        return None
    if words[2] == "access-class":
        acl = next(word for word in words[3:] if word not in ("ipv4", "ipv6"))
        box.services.setdefault("web access", {})[acl] = acl
        box.use(acl, Use("line", "the web server", ("tcp/80", "tcp/443")))
        return None
    box.reading.pass_over("web server", statement)
    return None


def services_as_access(box: Box) -> None:
    lists = list(box.services.get("web access", {}))
    for name in ("http", "https"):
        service = box.services.get(name, {})
        if service.get("told"):
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": name, "port": service["port"], "enabled": service["enabled"], "sources": _allowed(box, lists)}
                )
            )
    for name, port in (("netconf", 830), ("restconf", 443)):
        if name in box.services:
            box.reading.remote_access.append(RemoteAccess(service=name, port=port))
    if communities := box.services.get("snmp"):
        lists = [acl for acl in map(str, communities.values()) if acl]
        sources = _allowed(box, lists) if len(lists) == len(communities) else (ANY,)
        kinds = ", ".join(sorted({key.partition(" ")[0] for key in communities}))
        box.reading.remote_access.append(RemoteAccess(service="snmp", protocol="udp", port=161, sources=sources, detail=kinds))


def snmp(box: Box, statement: Statement) -> bool | None:
    """``snmp-server community X [view V] RO [ipv6 A6] [10]``, ``snmp-server group G v3 priv [access 10]``"""
    words = statement.words
    known = box.services.setdefault("snmp", {})
    if words[1] == "community":
        rest = words[3:]
        right = next((word.upper() for word in rest if word.upper() in ("RO", "RW")), "RO")
        acl = rest[-1] if rest and rest[-1].upper() not in ("RO", "RW") and rest[-2:-1] != ["view"] else ""
        known[f"{right} community {len(known)}"] = acl
    else:
        acl = words[words.index("access") + 1] if "access" in words[:-1] else ""
        acl = words[-1] if acl == "ipv6" else acl
        known[f"{words[3] if len(words) > 3 else 'v3'} group {words[2]}"] = acl
    if acl:
        box.use(acl, Use("line", "SNMP", ("udp/161",)))
    return None


def yang(box: Box, statement: Statement) -> None:
    name = "netconf" if statement.words[0].startswith("netconf") else "restconf"
    box.services[name] = {"told": True}


def ssh_port(box: Box, statement: Statement) -> None:
    """``ip ssh port 2222 rotary 1``"""
    box.services["ssh port"] = {"port": int(statement.words[3])}


# --- servers ---


def name_server(box: Box, statement: Statement) -> bool | None:
    found = [word for word in statement.words[2:] if values.is_address(word)]
    box.reading.dns_servers += [address for address in found if address not in box.reading.dns_servers]
    return None if found else False


def time_server(box: Box, statement: Statement) -> None:
    words = [word for word in statement.words[2:] if word not in ("ip", "ipv6")]
    words = words[2:] if words[0] == "vrf" else words
    if words[0] not in box.reading.ntp_servers:
        box.reading.ntp_servers.append(words[0])


def syslog(box: Box, statement: Statement) -> bool | None:
    words = statement.words
    target = words[2] if words[1] == "host" else words[1]
    if target == "ipv6":
        target = words[3]
    box.reading.syslog_servers.append(target)
    return None


def logging(box: Box, statement: Statement) -> bool | None:
    """``logging 10.0.0.5`` is a server; all else of ``logging`` are settings."""
    if len(statement.words) > 1 and values.is_address(statement.words[1]):
        return syslog(box, statement)
    box.reading.pass_over("logging", statement)
    return None


HANDLERS: dict[str, Handler[Box]] = {
    "hostname": hostname,
    "version": version,
    "frr version": frr_version,
    "ip domain-name": domain,
    "ip domain name": domain,
    "license": licence,
    "switch": switch,
    "username": username,
    "ip ssh pubkey-chain": key_chain_user,
    "ip ssh port": ssh_port,
    "line": line,
    "ip http": web,
    "no ip http": web,
    "snmp-server community": snmp,
    "snmp-server group": snmp,
    "netconf-yang": yang,
    "restconf": yang,
    "ip name-server": name_server,
    "ntp server": time_server,
    "ntp peer": time_server,
    "sntp server": time_server,
    "logging host": syslog,
    "logging": logging,
}

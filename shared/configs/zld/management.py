"""Who may sign in, by which service and from which zone; names, time, records.

Each service has a list of rules (an address group, a zone, accept or deny), of which the first that fits decides; where none does it is
open. So what is open is told zone by zone. Secure policies to the device stand before all that. Source: ZLD CLI reference guide 4.x,
"System"; the commands of the maker's own web pages.
"""

import re

from shared.configs import values
from shared.configs.statement import Statement
from shared.configs.zld.box import Box, Guard, Service
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import ANY

_SERVICES = {
    ("ip", "http", "server"): "http", ("ip", "http", "secure-server"): "https", ("ip", "ssh", "server"): "ssh",
    ("ip", "telnet", "server"): "telnet", ("ip", "ftp", "server"): "ftp", ("snmp-server",): "snmp",
}  # fmt: skip
_HEAD = re.compile(r"^! (model|firmware version|serial number|MAC address)\s*:\s*(.+)$")


def header(box: Box, statement: Statement) -> None:
    """``! model: USG FLEX 200``"""
    if found := _HEAD.match(statement.text):
        if found[1] == "model":
            box.reading.model = found[2].strip()
        elif found[1] == "firmware version":
            box.reading.os_version = found[2].strip()
        elif found[1] == "serial number":
            box.reading.serial = found[2].strip()


def name(box: Box, statement: Statement) -> None:
    if statement.words[0] == "hostname":
        box.reading.hostname = statement.words[1]
    else:
        box.reading.domain = statement.words[1]


def service(box: Box, statement: Statement) -> bool | None:
    """``ip http secure-server``, ``no ip ssh server``, ``ip ssh server rule 1 access-group ALL zone WAN action deny``"""
    words = statement.words
    on = words[0] != "no"
    words = words if on else words[1:]
    key = next(key for key in _SERVICES if tuple(words[: len(key)]) == key)
    own, rest = box.own[_SERVICES[key]], words[len(key) :]
    if not rest:
        own.enabled = on
    elif rest[0] == "port":
        own.port = int(rest[1])
    elif "access-group" in rest and "action" in rest:
        if "user" not in rest[:2]:
            own.guards.append(
                Guard(rest[rest.index("access-group") + 1], rest[rest.index("zone") + 1], rest[rest.index("action") + 1] == "accept")
            )
        else:
            box.reading.pass_over("sign-in", statement)
    else:
        box.reading.pass_over("management", statement)
    return None


def port(box: Box, statement: Statement) -> None:
    """``ip http port 8080``, ``ip http secure-port 8443``"""
    box.own["https" if statement.words[2] == "secure-port" else "http"].port = int(statement.words[-1])


def remote_access(box: Box) -> None:
    for own in box.own.values():
        if own.enabled is False:
            off = RemoteAccess.model_validate({"service": own.name, "enabled": False, "protocol": own.protocol, "port": own.port})
            box.reading.remote_access.append(off)
        elif own.enabled:
            box.reading.remote_access += [
                RemoteAccess.model_validate(
                    {
                        "service": own.name,
                        "protocol": own.protocol,
                        "port": own.port,
                        "interfaces": zones,
                        "sources": sources,
                        "detail": detail,
                    }
                )
                for zones, sources, detail in _open(box, own)
            ]


def _open(box: Box, own: Service) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """(zones, sources, what else is to know) of each way that is open."""
    found: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
    shut: list[str] = []
    denied: list[str] = []
    for guard in own.guards:
        everybody = guard.group.upper() == "ALL"
        everywhere = guard.zone.upper() == "ALL"
        if guard.accept:
            zones = tuple(f"!{zone}" for zone in shut) or (ANY,) if everywhere else (guard.zone,)
            if everywhere or guard.zone not in shut:
                found.append((zones, (ANY,) if everybody else box.addresses_of([guard.group]), "; ".join(denied)))
        elif not everybody:
            denied.append(f"not from {guard.group} by {guard.zone}")
        if everybody and everywhere:
            return found
        if everybody:
            shut.append(guard.zone)
    return [*found, (tuple(f"!{zone}" for zone in shut) or (ANY,), (ANY,), "; ".join(denied))]


def username(box: Box, statement: Statement) -> bool | None:
    """``username anna encrypted-password HASH user-type limited-admin``; further settings stand on lines of their own."""
    words = statement.words
    known = next((place for place, user in enumerate(box.reading.users) if user.name == words[1]), None)
    if "user-type" in words[2:]:
        role = words[words.index("user-type") + 1]
        password = False if "nopassword" in words else True if any("password" in word for word in words[2:]) else None
        source = "remote" if role.startswith("ext-") else "local"
        user = AdminUser(name=words[1], role=role, has_password=password, source=source)
        if known is None:
            box.reading.users.append(user)
        return None
    if words[2] == "description" and known is not None:
        box.reading.users[known] = box.reading.users[known].model_copy(update={"comment": " ".join(words[3:])})
        return None
    box.reading.pass_over("user groups and settings", statement)
    return None


def name_server(box: Box, statement: Statement) -> None:
    """``ip name-server 9.9.9.9``, ``ip dns server zone-forwarder * interface wan1``"""
    box.reading.dns_servers += [word for word in statement.words if values.is_address(word) and word not in box.reading.dns_servers]


def ntp(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[:2] == ["ntp", "server"] and len(words) > 2:
        box.reading.ntp_servers.append(words[2])
    else:
        box.reading.pass_over("time", statement)


def syslog(box: Box, statement: Statement) -> None:
    """``logging syslog 1 address 10.0.0.5``; the others of its lines say what is sent."""
    words = statement.words
    if "address" in words and words[0] != "no":
        box.reading.syslog_servers.append(words[words.index("address") + 1])
    else:
        box.reading.pass_over("logging", statement)

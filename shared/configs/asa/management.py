"""How an ASA is managed: its name and model, users, who may reach SSH, Telnet and ASDM, SNMP, DNS, time, logs, DHCP and routes.

Source: ASA General Operations CLI Configuration Guide, "Management Access"; command reference. Nobody may sign in from a network that no
``ssh``, ``telnet`` or ``http`` line names. The header lines (``: Serial Number: ...``) are those of ``show running-config``.
"""

import re

from shared.configs import values
from shared.configs.asa.state import Box
from shared.configs.cisco_lists import Use
from shared.configs.dispatch import Handler
from shared.configs.statement import Statement
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import DhcpPool, DhcpReservation, Route

_HEADER = re.compile(r"^[:!] ?(Serial Number|Hardware): *(.*)$")


def header(box: Box, lines: list[str]) -> None:
    """``: Serial Number: JMX1234``, ``: Hardware:   ASA5506, 4096 MB RAM, ...``"""
    for line in lines:
        if found := _HEADER.match(line):
            if found[1] == "Hardware":
                box.reading.model = found[2].partition(",")[0].strip()
            else:
                box.reading.serial = found[2].strip()


def version(box: Box, statement: Statement) -> None:
    """``ASA Version 9.8(4)20``, ``PIX Version 6.3(5)``; a Firepower box prints ``NGFW Version``."""
    words = statement.words
    box.reading.os = {"PIX": "PIX", "NGFW": "FTD"}.get(words[0], "ASA")
    box.reading.os_version = words[2]


def hostname(box: Box, statement: Statement) -> None:
    box.reading.hostname = statement.words[1]


def domain(box: Box, statement: Statement) -> None:
    box.reading.domain = statement.words[1]


# --- users ---


def username(box: Box, statement: Statement) -> bool | None:
    """``username anna password X encrypted privilege 15``; ``username anna attributes`` with ``service-type`` below."""
    words = statement.words
    known = next((at for at, user in enumerate(box.reading.users) if user.name == words[1]), None)
    user = box.reading.users[known] if known is not None else AdminUser(name=words[1], role="privilege 2")
    update: dict[str, object] = {}
    if "privilege" in words[2:-1]:
        update["role"] = f"privilege {words[words.index('privilege', 2) + 1]}"
    if "password" in words[2:]:
        update["has_password"] = True
    elif "nopassword" in words[2:]:
        update["has_password"] = False
    for child in statement.children:
        _attribute(box, user.name, child, update)
    user = user.model_copy(update=update)
    if known is None:
        box.reading.users.append(user)
    else:
        box.reading.users[known] = user
    return None


def _attribute(box: Box, name: str, statement: Statement, update: dict[str, object]) -> None:
    words = statement.words
    if words[:1] == ["service-type"] and len(words) > 1:
        update["comment"] = f"service type {words[1]}"
    elif words[:2] == ["ssh", "authentication"]:
        update["has_ssh_key"] = True
    elif words[:2] == ["vpn-filter", "value"] and len(words) > 2:
        box.use(words[2], Use("select", f"vpn-filter of user {name}"))
    elif not statement.noise:
        box.reading.pass_over("sign-in", statement)


# --- ways in ---


def management(box: Box, statement: Statement) -> bool | None:
    """``ssh 10.0.0.0 255.0.0.0 inside``, ``telnet ...``, ``http ...``; their settings begin with a word that is no address."""
    words = statement.words
    first = box.names.get(words[1], words[1])
    if not (values.is_network(first) or first == "0") or len(words) < 3:
        box.reading.pass_over("management settings", statement)
        return None
    side, network = words[-1], box.network(words[1:-1] if len(words) > 3 else words[1:2])
    box.allowed.setdefault("https" if words[0] == "http" else words[0], {}).setdefault(side, []).append(network)
    return None


def web_server(box: Box, statement: Statement) -> bool | None:
    """``http server enable [8443]``"""
    words = statement.words
    if words[2] != "enable" or words[0] == "no":
        box.reading.pass_over("management settings", statement)
        return None
    box.services["https"] = {"port": int(words[3]) if len(words) > 3 and words[3].isdigit() else 443}
    return None


def snmp_host(box: Box, statement: Statement) -> None:
    """``snmp-server host inside 10.0.0.5 [poll] community X version 2c``; those of ``trap`` only are told, and ask nothing."""
    words = statement.words
    if "trap" not in words[4:5] and (values.is_network(box.names.get(words[3], words[3]))):
        box.snmp_hosts.setdefault(words[2], []).append(box.names.get(words[3], words[3]))


def finish_access(box: Box) -> None:
    ports = {"ssh": 22, "telnet": 23, "https": 443}
    for service in ("ssh", "telnet", "https"):
        port = box.services.get("https", {}).get("port", 443) if service == "https" else ports[service]
        enabled = service != "https" or "https" in box.services
        places = box.allowed.get(service, {})
        for side, sources in places.items():
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": service, "port": port, "enabled": enabled, "interfaces": (side,), "sources": tuple(dict.fromkeys(sources))}
                )
            )
        if not places:
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": service, "port": port, "enabled": False, "sources": (), "detail": "from no network"}
                )
            )
    for side, hosts in box.snmp_hosts.items():
        box.reading.remote_access.append(
            RemoteAccess(service="snmp", protocol="udp", port=161, interfaces=(side,), sources=tuple(dict.fromkeys(hosts)))
        )
    if box.ssl_on:
        box.reading.remote_access.append(RemoteAccess(service="ssl-vpn", port=box.ssl_port, interfaces=tuple(dict.fromkeys(box.ssl_on))))


# --- servers ---


def name_server(box: Box, statement: Statement) -> bool | None:
    """``dns server-group DefaultDNS`` / ``name-server 10.0.0.5 [inside]``; ``dns name-server 10.0.0.5``"""
    if statement.words[1] == "name-server":
        _add_dns(box, statement.words[2:])
        return None
    for child in statement.children:
        if child.words[:1] == ["name-server"]:
            _add_dns(box, child.words[1:])
        elif child.words[:1] == ["domain-name"] and len(child.words) > 1:
            box.reading.domain = box.reading.domain or child.words[1]
        elif not child.noise:
            box.reading.pass_over("name resolution", child)
    return None


def _add_dns(box: Box, words: list[str]) -> None:
    for word in words:
        known = box.names.get(word, word)
        if values.is_address(known) and known not in box.reading.dns_servers:
            box.reading.dns_servers.append(known)


def time_server(box: Box, statement: Statement) -> None:
    word = box.names.get(statement.words[2], statement.words[2])
    if word not in box.reading.ntp_servers:
        box.reading.ntp_servers.append(word)


def syslog(box: Box, statement: Statement) -> None:
    """``logging host inside 10.0.0.5 [tcp/1470]``"""
    word = box.names.get(statement.words[3], statement.words[3])
    if word not in box.reading.syslog_servers:
        box.reading.syslog_servers.append(word)


# --- routes and DHCP ---


def route(box: Box, statement: Statement) -> bool | None:
    """``route outside 0.0.0.0 0.0.0.0 192.0.2.1 1 [track 1 | tunneled]``; ``ipv6 route outside ::/0 2001:db8::1``"""
    words = statement.words
    six = words[0] == "ipv6"
    words = words[2:] if six else words[1:]
    side, rest = words[0], words[1:]
    if six or "/" in rest[0]:
        destination, rest = rest[0], rest[1:]
    else:
        short = {"0": "0.0.0.0"}  # noqa: S104 - an address in a text
        mask = short.get(rest[1], rest[1])
        destination, rest = f"{box.address(short.get(rest[0], rest[0]))}/{values.prefix_length(mask)}", rest[2:]
    gateway = box.names.get(rest[0], rest[0])
    told = " ".join(rest[2:] if len(rest) > 1 and rest[1].isdigit() else rest[1:])
    box.reading.routes.append(
        Route.model_validate(
            {
                "destination": destination, "gateway": gateway if values.is_address(gateway) else None, "interface": side,
                "metric": int(rest[1]) if len(rest) > 1 and rest[1].isdigit() else None, "comment": told, "origin": "static",
            }
        )
    )  # fmt: skip
    return None


def dhcpd(box: Box, statement: Statement) -> bool | None:
    """``dhcpd address 10.0.0.10-10.0.0.99 inside``, ``dhcpd enable inside``, ``dhcpd dns ... [interface inside]``"""
    words = statement.words
    side, rest = "", list(words[2:])
    if "interface" in rest:
        at = rest.index("interface")
        side, rest = rest[at + 1], [*rest[:at], *rest[at + 2 :]]
    kind = words[1]
    if kind in ("address", "enable", "reserve-address"):
        side = rest.pop()
    if kind not in (
        "address",
        "enable",
        "reserve-address",
        "dns",
        "domain",
        "lease",
        "wins",
        "option",
        "auto_config",
        "ping_timeout",
        "update",
    ):
        return False
    box.dhcp.setdefault(side, {}).setdefault(kind, []).append(" ".join(rest))
    return None


def finish_dhcp(box: Box) -> None:
    common = box.dhcp.get("", {})
    for side, own in box.dhcp.items():
        if not side or not ({"address", "enable"} & own.keys()):
            continue
        box.reading.dhcp.append(_pool(box, side, {**common, **own}))


def _pool(box: Box, side: str, said: dict[str, list[str]]) -> DhcpPool:
    first, _, last = (said.get("address") or [""])[-1].partition("-")
    servers = [box.names.get(word, word) for word in " ".join(said.get("dns", ())).split()]
    lease = (said.get("lease") or [""])[-1]
    options = [f"option {text}" for text in said.get("option", ())] + [f"wins {text}" for text in said.get("wins", ())]
    options += [f"as interface {text} was told" for text in said.get("auto_config", ())]
    reserved = [text.split() for text in said.get("reserve-address", ())]
    port = box.named(side)
    return DhcpPool.model_validate(
        {
            "key": side, "interface": side, "first_address": first or None, "last_address": last or first or None,
            "gateway": next((address.partition("/")[0] for address in port.addresses), None) if port else None,
            "dns_servers": tuple(dict.fromkeys(server for server in servers if values.is_address(server))),
            "domain": (said.get("domain") or [""])[-1], "lease_s": int(lease) if lease.isdigit() else 3600, "enabled": "enable" in said,
            "options": options, "reservations": [DhcpReservation(address=w[0], mac=w[1]) for w in reserved if len(w) > 1],
        }
    )  # fmt: skip


def relay(box: Box, statement: Statement) -> bool | None:
    """``dhcprelay server 10.0.0.5 inside`` and ``dhcprelay enable dmz``"""
    words = statement.words
    if words[1] in ("server", "enable"):
        box.dhcp.setdefault("relay", {}).setdefault(words[1], []).append(words[2])
    else:
        box.reading.pass_over("DHCP settings", statement)
    return None


def finish_relay(box: Box) -> None:
    said = box.dhcp.pop("relay", {})
    servers = tuple(box.names.get(word, word) for word in said.get("server", ()))
    for side in said.get("enable", ()):
        box.reading.dhcp.append(DhcpPool(key=f"relay {side}", interface=side, relay_to=servers))


HANDLERS: dict[str, Handler[Box]] = {
    "ASA Version": version,
    "PIX Version": version,
    "NGFW Version": version,
    "FWSM Version": version,
    "hostname": hostname,
    "domain-name": domain,
    "username": username,
    "ssh": management,
    "telnet": management,
    "http": management,
    "http server": web_server,
    "snmp-server host": snmp_host,
    "dns server-group": name_server,
    "dns name-server": name_server,
    "ntp server": time_server,
    "logging host": syslog,
    "route": route,
    "ipv6 route": route,
    "dhcpd": dhcpd,
    "dhcprelay": relay,
}

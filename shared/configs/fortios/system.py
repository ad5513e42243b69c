"""The box itself: model and version, name, servers that it asks, and the ways in by which it is managed.

A service is open on the interfaces whose ``allowaccess`` names it, for the hosts that every administrator trusts; its port is a global
setting. Source: Fortinet's CLI reference, system > global, dns, ntp, interface, snmp; log > syslogd; "FortiOS ports".
"""

import re

from shared.configs import values
from shared.configs.fortios.box import Box, Vdom
from shared.configs.fortios.entries import Entry, account, names, network, table, taken
from shared.configs.fortios.people import trusted_by_all
from shared.configs.fortios.tunnels import ssl_listens, ssl_port
from shared.configs.statement import Statement
from shared.device_config import RemoteAccess
from shared.firewall import ANY

_HEADER = re.compile(r"#config-version=([A-Za-z0-9]+)-(\d+(?:\.\d+)+)-\w+-build(\d+)")
_LINES = {"FGT": "FortiGate", "FG": "FortiGate", "FWF": "FortiWiFi", "FW": "FortiWiFi", "FGR": "FortiGateRugged", "FOS": "FortiOS"}
_MODEL = re.compile(r"(FGT|FGR|FWF|FG|FW|FOS)(\d+[A-Z]*|VM\w*)$")


def read_header(box: Box, text: str) -> None:
    """``#config-version=FGT60F-7.2.8-FW-build1639-240313:opmode=0:vdom=0:user=admin``"""
    found = _HEADER.search(text[:4_096])
    if found is None:
        return
    box.reading.model = model_name(found[1])
    # releases before 5.6 wrote two digits: 5.04 is 5.4
    box.reading.os_version = ".".join(str(int(part)) for part in found[2].split("."))


def model_name(code: str) -> str:
    """``FGT60F`` -> ``FortiGate-60F``; codes that cannot be told apart (``FG3K1F``) stay."""
    found = _MODEL.match(code)
    if found is None or "K" in found[2].removeprefix("VM"):
        return code
    return f"{_LINES[found[1]]}-{'VM64' if found[2].startswith('VM') else found[2]}"


def read(box: Box) -> None:
    if own := box.shared.setting("system global"):
        _read_global(box, own)
    for vdom in (box.shared, *box.vdoms.values()):
        for name, entry in vdom.settings.items():
            if name in ("system dns", "system vdom-dns"):
                _dns(box, entry)
            elif name == "system ntp":
                _ntp(box, entry)
            elif re.fullmatch(r"log syslogd\d? (?:override-)?setting", name):
                _syslog(box, entry)


def _read_global(box: Box, own: Entry) -> None:
    box.reading.hostname = own.get("hostname")
    if re.match(r"Forti(?:Gate|WiFi)-", own.get("alias")):
        box.reading.model = own.get("alias")
    for statement in own.statements:
        if len(statement.words) < 2:
            box.reading.unread(statement)
        elif statement.words[1] not in _GLOBAL and statement.words[0] != "unset":
            box.reading.pass_over("global settings", statement)


_GLOBAL = names("hostname alias admin-sport admin-port admin-ssh-port admin-telnet-port admin-telnet")
_DNS = names("primary secondary ip6-primary ip6-secondary domain")
_DNS_PART = names(
    "protocol ssl-certificate server-hostname timeout retry dns-cache-limit dns-cache-ttl cache-notfound-responses"
    " source-ip source-ip6 interface-select-method interface server-select-method alt-primary alt-secondary log"
    " fqdn-cache-ttl fqdn-max-refresh fqdn-min-refresh hostname-limit hostname-ttl root-servers dns-over-tls vdom-dns"
    " vrf-select autosvr"
)


def _dns(box: Box, entry: Entry) -> None:
    account(box.reading, entry, _DNS, _DNS_PART, "DNS settings")
    for name in ("primary", "secondary", "ip6-primary", "ip6-secondary"):
        server = entry.get(name)
        if values.is_address(server) and server not in ("0.0.0.0", "::", *box.reading.dns_servers):  # noqa: S104 - no listener
            box.reading.dns_servers.append(server)
    box.reading.domain = box.reading.domain or entry.get("domain")


_NTP_PART = names(
    "ntpsync syncinterval source-ip source-ip6 server-mode interface authentication key-type key key-id interface-select-method"
)


def _ntp(box: Box, entry: Entry) -> None:
    account(box.reading, entry, ("type", "ntpserver"), _NTP_PART, "time settings")
    for server in (table(box.reading, entry.tables["ntpserver"]) if "ntpserver" in entry.tables else {}).values():
        account(box.reading, server, ("server",), (*_NTP_PART, "ntpv3", "ip-type", "vrf-select"), "time settings")
        if server.all("server"):
            box.reading.ntp_servers.append(server.get("server"))


def _syslog(box: Box, entry: Entry) -> None:
    for statement in entry.statements:
        if len(statement.words) > 1 and statement.words[1] not in ("status", "server") and statement.words[0] != "unset":
            box.reading.pass_over("logging", statement)
    if entry.on("status") and entry.all("server") and entry.get("server") not in box.reading.syslog_servers:
        box.reading.syslog_servers.append(entry.get("server"))


# --- ways in ---

_PORTS = {
    "https": ("tcp", "admin-sport", 443), "http": ("tcp", "admin-port", 80), "ssh": ("tcp", "admin-ssh-port", 22),
    "telnet": ("tcp", "admin-telnet-port", 23), "snmp": ("udp", "", 161), "fgfm": ("tcp", "", 541), "radius-acct": ("udp", "", 1813),
    "ftm": ("tcp", "", 4433), "fabric": ("tcp", "", 8013), "capwap": ("udp", "", 5246), "probe-response": ("tcp", "", 8008),
    "fct": ("tcp", "", 8013), "scim": ("tcp", "", 44559),
}  # fmt: skip
_BY_ADMINISTRATORS = frozenset(("https", "http", "ssh", "telnet"))


def read_ways_in(box: Box) -> None:
    own = box.shared.setting("system global") or Entry("", Statement(0, ""))
    trusted = trusted_by_all(box)
    for service, (protocol, attribute, default) in _PORTS.items():
        found = [interface for interface in box.interfaces if service in interface.management]
        if not found:
            continue
        port = taken(box.reading, own, attribute, lambda words: int(words[0])) if attribute else None
        open_on = tuple(interface.name for interface in found if interface.enabled)
        detail, enabled = _state(box, service, own)
        sources = trusted if service in _BY_ADMINISTRATORS else _snmp_hosts(box) if service == "snmp" else (ANY,)
        box.reading.remote_access.append(
            RemoteAccess.model_validate(
                {
                    "service": service, "protocol": protocol, "port": port or default, "enabled": enabled and bool(open_on),
                    "interfaces": open_on or tuple(interface.name for interface in found), "sources": sources, "detail": detail,
                }
            )
        )  # fmt: skip
    for vdom in box.domains():
        _ssl_vpn(box, vdom)


def _state(box: Box, service: str, own: Entry) -> tuple[str, bool]:
    """What is said of a service besides, and whether it runs at all."""
    if service == "telnet":
        return "", own.on("admin-telnet", True)
    if service != "snmp":
        return "", True
    said = [vdom.settings["system snmp sysinfo"] for vdom in (box.shared, *box.vdoms.values()) if "system snmp sysinfo" in vdom.settings]
    if not said:
        return "whether the SNMP agent runs is not said", True
    return "", any(entry.on("status") for entry in said)


def _snmp_hosts(box: Box) -> tuple[str, ...]:
    """Where all communities name their hosts, only these may ask. SNMP version 3 asks for no host by itself."""
    found: dict[str, None] = {}
    for vdom in (box.shared, *box.vdoms.values()):
        if vdom.table("system snmp user"):
            return (ANY,)
        for community in vdom.table("system snmp community").values():
            hosts = table(box.reading, community.tables["hosts"]) if "hosts" in community.tables else {}
            named = [taken(box.reading, host, "ip", network) for host in hosts.values()]
            if not named or None in named or ANY in named:
                return (ANY,)
            found.update(dict.fromkeys(str(name) for name in named))
    return tuple(found) or (ANY,)


def read_snmp(box: Box) -> None:
    for vdom in (box.shared, *box.vdoms.values()):
        for name in ("system snmp community", "system snmp user"):
            for entry in vdom.table(name).values():
                for statement in entry.statements:
                    if len(statement.words) < 2 or statement.words[1] not in ("hosts", "name"):
                        box.reading.pass_over("SNMP", statement)
        if own := vdom.setting("system snmp sysinfo"):
            account(box.reading, own, ("status",), _SYSINFO, "SNMP")


_SYSINFO = names(
    "engine-id engine-id-type description contact-info location trap-high-cpu-threshold trap-low-memory-threshold"
    " trap-log-full-threshold trap-free-memory-threshold trap-freeable-memory-threshold append-index non-mgmt-vdom-query"
)


def _ssl_vpn(box: Box, vdom: Vdom) -> None:
    entry = vdom.setting("vpn ssl settings")
    if entry is None or not (entry.all("source-interface") or entry.tables.get("authentication-rule")):
        return
    negated = entry.on("source-address-negate")
    sources = box.resolve(vdom.addresses, entry.all("source-address"), negated=negated)
    box.reading.remote_access.append(
        RemoteAccess(
            service="ssl-vpn", port=ssl_port(box, entry), enabled=ssl_listens(entry),
            interfaces=tuple(entry.all("source-interface")) or (ANY,),
            sources=sources or (ANY,),
        )
    )  # fmt: skip

"""Who may sign in and by which way, the device's names, DHCP, time, syslog and SNMP.

The ports of HTTPS and SSH stand under ``administration``, the interfaces that they are open on under each ``interface``. No output with
DHCP scopes is published: their words here are those of the API's objects, and others are unread. Source: outputs of SonicOS 6.2 and 6.5;
SonicOS 7 API reference, "DHCP Server".
"""

import ipaddress

from shared.address import normal_mac
from shared.configs import values
from shared.configs.sonicos.box import Box, chosen, switched
from shared.configs.statement import Statement
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import DhcpPool, DhcpReservation

_ADMIN_GROUPS = {
    "SonicWALL Administrators": "administrator", "SonicWALL Read-Only Admins": "read only", "Limited Administrators": "limited",
    "Guest Administrators": "guests", "System Administrators": "system", "Cryptographic Administrators": "cryptographic",
    "Audit Administrators": "audit",
}  # fmt: skip
_NOBODY = ("All RADIUS Users", "All LDAP Users", "All TACACS+ Users")
_PORT_WORDS = {
    ("https-port",): "https", ("web-management", "https-port"): "https", ("http-port",): "http", ("web-management", "http-port"): "http",
    ("ssh", "port"): "ssh", ("ssh-port",): "ssh",
}  # fmt: skip
_ADMINISTRATION = frozenset(
    (
        "enforce-http-host-check", "admin", "admin-name", "wireless-lan", "ipv6", "password", "idle-logout-time", "user-lockout",
        "inter-admin-messaging", "multiple-admin", "enhanced-audit-logging", "wireless-controller-mode", "web-management",
        "dashboard-as-starting-page", "tls-and-above", "out-of-band-management", "override-download-url", "language-override",
        "gms-management", "sonicos-api", "admin-preempt-action", "admin-preempt-inactivity-timeout", "override-sonicpointn-download",
        "override-sonicpointnv-download", "override-sonicpointndr-download", "firewall-domain-name", "auto-append-lists",
        "dynamic-dashboard", "monitor-only", "cli", "tooltip", "accessibility", "apply-password-constraints", "login-security", "sso",
        "configuration-mode", "wlan", "client-certificate-check", "unmodified", "api", "browser-check", "user-name", "sonicwave",
    )
)  # fmt: skip


def header(box: Box, statement: Statement) -> None:
    words = statement.words
    if words[0] == "firmware-version":
        # "SonicOS Enhanced 6.5.4.15-117n", "SonicOS 7.1.1-7040"
        box.reading.os_version = words[1].split()[-1]
    elif words[0] == "model":
        box.reading.model = words[1]
    else:
        box.reading.serial = words[1]


def administration(box: Box, statement: Statement) -> None:
    name, two_factor, told = "admin", "", False
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        port = next((service for key, service in _PORT_WORDS.items() if tuple(words[: len(key)]) == key), "")
        if words[0] == "firewall-name" and on:
            box.reading.hostname = words[1]
        elif words[0] == "firewall-domain-name" and on:
            box.reading.domain = words[1]
        elif port and on and words[-1].isdigit():
            box.management_ports[port] = int(words[-1])
        elif words[:2] == ["admin", "name"] or words[0] == "admin-name":
            name, told = words[-1], True
        elif words[:2] == ["admin", "one-time-password"]:
            two_factor = words[-1] if on else ""
            two_factor = "one-time password" if two_factor == "one-time-password" else two_factor
        elif words[0] in _ADMINISTRATION:
            box.reading.pass_over("administration", child)
        else:
            box.reading.unread(child)
    if told:
        box.reading.users.append(AdminUser(name=name, role="administrator", two_factor=two_factor))


def local_users(box: Box, statement: Statement) -> None:
    for child in (child for child in statement.children if not child.noise):
        if child.words[0] == "user" and len(child.words) > 1:
            _user(box, child)
        elif child.words[0] == "group" or switched(child)[1][0] in (
            "apply-password-constraints", "prune-on-expiry", "display", "ad-user-display", "password-expiry", "inactivity-expiry",
        ):  # fmt: skip
            box.reading.pass_over("user groups and settings", child)
        else:
            box.reading.unread(child)


def _user(box: Box, statement: Statement) -> None:
    name = statement.words[1]
    if name in _NOBODY:
        box.reading.pass_over("user groups and settings", statement)
        return
    groups: list[str] = []
    comment, password, two_factor, enabled = "", False, "", True
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        if words[0] == "member-of" and on:
            groups.append(words[1])
        elif words[0] == "comment":
            comment = words[1] if on else ""
        elif words[0] == "password":
            password = on
        elif words[0] == "one-time-password":
            two_factor = " ".join(words[1:]) or "one-time password" if on else ""
        elif words[0] == "enable":
            enabled = on
        elif words[0] in (
            "uuid", "force-password-change", "account-lifetime", "email-address", "quota-cycle", "session-lifetime", "limit", "name",
            "vpn-client-access", "bookmark", "guest-idle-timeout", "guest-login-uniqueness", "domain", "expiration", "receive-limit",
            "transmit-limit", "password-expiration", "group-memberships", "totp",
        ):  # fmt: skip
            box.reading.pass_over("user groups and settings", child)
        else:
            box.reading.unread(child)
    role = ", ".join(dict.fromkeys(_ADMIN_GROUPS.get(group, group) for group in groups))
    user = AdminUser(name=name, role=role, enabled=enabled, two_factor=two_factor, has_password=password, comment=comment)
    box.reading.users.append(user)


def remote_access(box: Box) -> None:
    """Each service with the interfaces that it is open on; one that is open on none is off."""
    for service, port in box.management_ports.items():
        inside = tuple(each.name for each in box.ports.values() if service in each.management and each.enabled)
        if box.ports:
            box.reading.remote_access.append(
                RemoteAccess(
                    service=service, enabled=bool(inside), protocol="udp" if service == "snmp" else "tcp", port=port,
                    interfaces=inside or ("any",),
                )
            )  # fmt: skip
    if box.ssl_port is not None:
        inside = tuple(each.name for each in box.ports.values() if each.zone in box.ssl_zones)
        access = RemoteAccess(service="ssl-vpn", enabled=bool(inside), port=box.ssl_port, interfaces=inside or ("any",))
        box.reading.remote_access.append(access)


def ssl_server(box: Box, statement: Statement) -> None:
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        if words[0] == "port":
            box.ssl_port = int(words[1])
        elif words[0] == "access":
            box.ssl_zones += [words[1]] if on else []
        elif words[0] in (
            "certificate", "user-domain", "management", "session-timeout", "download-url", "use-radius", "server-name", "enforce",
            "netextender", "tls", "ciphers", "inactivity-check", "mschap", "max-connections", "client-version", "dns",
        ):  # fmt: skip
            box.reading.pass_over("SSL VPN", child)
        else:
            box.reading.unread(child)


def ssl_profile(box: Box, statement: Statement) -> None:
    """``network-address ipv4 name "SSLVPN Pool"`` of the first profile that has one: the addresses that clients are given."""
    for child in statement.walk():
        words = child.words
        if words[:2] == ["network-address", "ipv4"] and not box.ssl_pool:
            named = chosen(words[2:])
            box.ssl_pool = named.names[0] if named.names else ""
    box.reading.pass_over("SSL VPN", statement)


# --- DHCP ---


def dhcp_server(box: Box, statement: Statement) -> None:
    enabled = True
    scopes = []
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        if words == ["enable"]:
            enabled = on
        elif words[0] == "scope" and on:
            scopes.append(child)
        elif words[0] in (
            "conflict-detection",
            "persistence",
            "trusted-relay-agents",
            "dhcp-relay",
            "recycle-expired-lease",
            "option",
            "network-pre-discovery",
        ):
            box.reading.pass_over("DHCP settings", child)
        else:
            box.reading.unread(child)
    pools = [pool for scope in scopes if scope.words[1] == "dynamic" and (pool := _dynamic(box, scope, enabled))]
    for scope in scopes:
        if scope.words[1] != "dynamic" and not _static(box, scope, pools):
            box.reading.unread(scope)
    box.reading.dhcp += pools


def _dynamic(box: Box, scope: Statement, enabled: bool) -> DhcpPool | None:
    """``scope dynamic 192.168.1.100 192.168.1.199``"""
    try:
        ends = [str(ipaddress.ip_address(word)) for word in scope.words[2:4]]
        about = _scope(box, scope)
        gateway, mask = about.get("default-gateway", ""), about.get("netmask", "")
        return DhcpPool.model_validate(
            {
                "key": f"{ends[0]}-{ends[1]}", "first_address": ends[0], "last_address": ends[1], "gateway": gateway or None,
                "prefix": values.network(ends[0], mask) if mask else None, "interface": _behind(box, ends[0]),
                "dns_servers": tuple(filter(None, about.get("dns", "").split())), "domain": about.get("domain-name", ""),
                "lease_s": 60 * int(about["lease-time"]) if about.get("lease-time", "").isdigit() else None,
                "enabled": enabled and about.get("enable", "on") == "on",
            }
        )  # fmt: skip
    except (ValueError, LookupError):
        box.reading.unread(scope)
        return None


def _behind(box: Box, address: str) -> str:
    where = ipaddress.ip_address(address)
    return next((p.name for p in box.ports.values() if any(where in ipaddress.ip_interface(own).network for own in p.addresses)), "")


def _scope(box: Box, scope: Statement) -> dict[str, str]:
    about: dict[str, str] = {}
    for child in (child for child in scope.children if not child.noise):
        on, words = switched(child)
        if words[0] == "enable":
            about["enable"] = "on" if on else "off"
        elif words[0] == "dns":
            about["dns"] = " ".join((*about.get("dns", "").split(), *(word for word in words if values.is_address(word))))
        elif words[0] in ("default-gateway", "netmask", "lease-time", "domain-name", "name", "ip", "mac", "ethernet-address"):
            about[words[0]] = words[-1] if on else ""
        elif words[0] in (
            "comment",
            "allow-bootp",
            "wins",
            "call-manager",
            "generic-option",
            "network-boot",
            "tftp",
            "boot-file",
            "option",
        ):
            box.reading.pass_over("DHCP settings", child)
        else:
            box.reading.unread(child)
    return about


def _static(box: Box, scope: Statement, pools: list[DhcpPool]) -> bool:
    """``scope static`` with an address and a MAC address, in its head or below it: a reservation in the range around it."""
    about = _scope(box, scope)
    words = [*scope.words[2:], about.get("ip", ""), about.get("mac", ""), about.get("ethernet-address", "")]
    address = next((word for word in words if values.is_address(word)), "")
    mac = next((found for word in words if (found := _mac(word))), "")
    if not address or not mac:
        return False
    kept = DhcpReservation(mac=mac, address=address, name=about.get("name", ""))
    where = _behind(box, address)
    for place, pool in enumerate(pools):
        if pool.interface == where:
            pools[place] = pool.model_copy(update={"reservations": (*pool.reservations, kept)})
            return True
    pools.append(DhcpPool(key=f"static {where}".strip(), interface=where, reservations=(kept,)))
    return True


def _mac(word: str) -> str:
    try:
        return normal_mac(word)
    except ValueError:
        return ""


# --- names, time, records ---


def dns(box: Box, statement: Statement) -> None:
    """``dns server static primary 8.8.8.8``; with ``inherit`` they are those of the interface to the world."""
    for word in statement.words:
        if values.is_address(word) and word not in ("::", "0.0.0.0") and word not in box.reading.dns_servers:  # noqa: S104
            box.reading.dns_servers.append(word)
    for child in (child for child in statement.children if not child.noise):
        dns(box, child)


def time(box: Box, statement: Statement) -> None:
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("ntp-server", "server") and len(words) > 1:
            box.reading.ntp_servers.append(words[1])
        elif switched(child)[1][0] in (
            "use-ntp", "time-zone", "daylight-savings", "universal", "international-format", "only-custom-ntp", "ntp-update-interval",
        ):  # fmt: skip
            box.reading.pass_over("time", child)
        else:
            box.reading.unread(child)


def syslog(box: Box, statement: Statement) -> None:
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[0] in ("server", "syslog-server"):
            named = [
                name
                for word in words[1:]
                if word not in ("host", "name", "port", "ip") and not word.isdigit()
                for name in box.address(word)
            ]
            box.reading.syslog_servers += named[:1]
            for below in (each for each in child.children if not each.noise):
                box.reading.pass_over("logging", below)
        else:
            box.reading.pass_over("logging", child)


def snmp(box: Box, statement: Statement) -> None:
    """What it is called and where; that it answers is said by each interface."""
    for child in (child for child in statement.children if not child.noise):
        box.reading.pass_over("SNMP", child)

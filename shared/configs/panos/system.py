"""Who may manage the device, and by what? ``mgt-config``, ``deviceconfig`` and the log servers that are shared.

The management port answers HTTPS, SSH and ping unless they are switched off, HTTP and Telnet only if they are switched on; addresses below
``permitted-ip`` are the only ones that may. Source: PAN-OS administrator's guide, "Device > Setup > Interfaces".
"""

from shared.configs import values
from shared.configs.panos.box import Box
from shared.configs.word_tree import Node
from shared.device_config import AdminUser, ConfiguredInterface, RemoteAccess

_ROLES = ("superuser", "superreader", "deviceadmin", "devicereader", "vsysadmin", "vsysreader", "panorama-admin")
_SERVICES = (("https", 443, "tcp", True), ("ssh", 22, "tcp", True), ("http", 80, "tcp", False), ("telnet", 23, "tcp", False),
             ("snmp", 161, "udp", False))  # fmt: skip
_SYSTEM = {
    **dict.fromkeys(("timezone", "locale", "geo-location", "login-banner", "ack-login-banner", "motd-and-banner", "speed-duplex", "mtu",
                     "hsm-settings", "device-telemetry", "lcaas-use-proxy", "device-cert-portal", "ipv6-default-gateway", "lldp",
                     "authentication-profile", "non-ui-authentication-profile", "certificate-profile", "ssl-tls-service-profile",
                     "vm-mac-base-address",
                     "syslog-certificate", "ssh", "dns-setting", "ntp-servers", "fqdn-refresh-time", "fqdn-stale-entry-timeout",
                     "aux1", "aux2",
                     "inline-cloud-analysis", "tls-min-version", "vm-dpdk-mode"), "system options"),
    **dict.fromkeys(("update-server", "update-schedule", "server-verification", "secure-proxy-server", "secure-proxy-port",
                     "secure-proxy-user", "secure-proxy-password", "eth1", "deployment-update-schedule"), "updates"),
    **dict.fromkeys(("panorama", "panorama-server", "panorama-server-2"), "Panorama"),
    **dict.fromkeys(("snmp-setting", "log-link", "log-export-schedule", "config-bundle-export-schedule", "route"), "management"),
}  # fmt: skip


def read(box: Box) -> None:
    for config in box.parts("mgt-config"):
        for user in config.each("users"):
            box.attempt(_user, user)
        config.pass_over("sign-in options", *(set(config.children) - {"users", "devices"}))
        config.pass_over("managed firewalls", "devices")
    for config in box.parts("deviceconfig"):
        system = config.get("system")
        if system is not None:
            _system(box, system)
        config.pass_over("device settings", "setting", "plugins")
        config.pass_over("high availability", "high-availability", "cluster")
    for node in box.names_of:
        _logs(box, node)


def _user(box: Box, user: Node) -> None:
    roles = []
    for role in user.each("permissions", "role-based"):
        roles.append(role.name if role.name != "custom" else f"custom {role.value('profile')}".strip())
        role.take_rest()
        role.values()
    for each in user.each("permissions"):
        each.values()
    profile = user.value("authentication-profile")
    certificate = user.value("client-certificate-only") == "yes"
    user.pass_over("sign-in options", "preferences", "password-profile", "template-admin-preferences")
    box.reading.users.append(
        AdminUser(
            name=user.name, role=", ".join(roles), has_password=bool(user.values("phash")), has_ssh_key=bool(user.values("public-key")),
            source=f"authentication profile {profile}" if profile and profile != "None" else "certificate" if certificate else "local",
        )
    )  # fmt: skip


def _system(box: Box, system: Node) -> None:
    reading = box.reading
    reading.hostname = system.value("hostname") or reading.hostname
    reading.domain = system.value("domain") or reading.domain
    for place in ("primary", "secondary"):
        reading.dns_servers += [name for name in (*system.values("dns-setting", "servers", place), *system.values("dns-setting", place))
                                if values.is_address(name)]  # fmt: skip
        server = system.value("ntp-servers", f"{place}-ntp-server", "ntp-server-address") or system.value(f"ntp-server-{place[:-3]}")
        reading.ntp_servers += [server] if server else []
    for name in ("dns-primary", "dns-secondary"):
        reading.dns_servers += [each for each in system.values(name) if values.is_address(each)]
    for name in ("ntp-server-1", "ntp-server-2"):
        reading.ntp_servers += system.values(name)
    permitted = []
    for each in system.each("permitted-ip"):
        each.values("description")
        permitted.append(values.network(each.name) if values.is_network(each.name) else each.name)
    _port(box, system, tuple(permitted))
    for name, section in _SYSTEM.items():
        system.pass_over(section, name)


def _port(box: Box, system: Node, permitted: tuple[str, ...]) -> None:
    """The management interface and what answers there."""
    service = system.get("service") or Node("")
    address, mask, six = system.value("ip-address"), system.value("netmask"), system.value("ipv6-address")
    addresses = []
    if values.is_address(address):
        addresses.append(values.with_length(address, mask) if mask else address)
    addresses += [values.with_length(six)] if values.is_network(six) else []
    gateway = system.value("default-gateway")
    kind = system.get("type")
    dhcp = kind is not None and kind.has("dhcp-client")
    system.pass_over("DHCP client options", "type")
    opened: list[str] = []
    for name, port, protocol, usual in _SERVICES:
        said = service.value(f"disable-{name}")
        enabled = said == "no" or (usual and said != "yes")
        opened += [name] if enabled else []
        if enabled or said:
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": name, "enabled": enabled, "port": port, "protocol": protocol, "interfaces": ("management",),
                     "sources": permitted or ("any",), "detail": "management port"}
                )
            )  # fmt: skip
    opened += ["ping"] if service.value("disable-icmp") != "yes" else []
    service.pass_over("management", *service.children)
    if addresses or dhcp:
        box.reading.interfaces.append(
            ConfiguredInterface(
                name="management", kind="ethernet", role="management", addresses=tuple(addresses), dhcp_client=dhcp,
                management=tuple(opened), description=f"gateway {gateway}" if gateway else "",
            )
        )  # fmt: skip


def _logs(box: Box, node: Node) -> None:
    settings = node.get("log-settings")
    if settings is None:
        return
    for profile in settings.each("syslog"):
        for server in profile.each("server"):
            # set lines of some releases repeat the word: ``server NAME server ADDRESS``
            if (name := server.value("server")) and name not in box.reading.syslog_servers:
                box.reading.syslog_servers.append(name)
            server.pass_over("logging", *(set(server.children) - {"server"}))
        profile.pass_over("logging", *(set(profile.children) - {"server"}))
    settings.pass_over("logging", *(set(settings.children) - {"syslog"}))

"""Who may manage the device, and by what? ``[edit system]`` and ``[edit snmp]``, with the zones that let management in.

A service of ``system services`` listens; on a firewall a zone's ``host-inbound-traffic`` decides besides where it is reached. The
management port (``fxp0``) is in no zone. Source: Junos "User access and authentication", "Security zones", "Management services".
"""

from shared.configs import values
from shared.configs.junos.box import Box
from shared.configs.junos.interfaces import MANAGEMENT
from shared.configs.word_tree import Node
from shared.device_config import AdminUser, RemoteAccess

_PARTS = {
    **dict.fromkeys(("time-zone", "location", "domain-search", "name-resolution", "default-address-selection", "no-redirects",
                     "no-ping-record-route", "no-ping-time-stamp", "internet-options", "ports", "management-instance", "no-multicast-echo",
                     "arp", "static-host-mapping", "inet6-backup-router", "backup-router", "saved-core-files", "saved-core-context",
                     "max-configurations-on-flash", "max-configuration-rollbacks", "configuration-database", "commit", "processes",
                     "auto-snapshot", "autoinstallation", "kernel-replication", "no-neighbor-learn", "extensions", "scripts", "switchover",
                     "diag-port-authentication", "pic-console-authentication", "no-compress-configuration-files", "dump-on-panic",
                     "compress-configuration-files", "tracing", "no-redirects-ipv6", "no-hidden-commands", "master-password", "fips",
                     "encrypt-configuration-files", "boot-loader-authentication", "license", "services", "root-authentication", "login",
                     "syslog", "ntp", "phone-home", "health-monitor", "archival", "accounting", "authentication-order", "radius-options",
                     "tacplus-options", "alarm-management", "export-format", "mirror-flash-on-disk", "proxy", "vmhost",
                     "donot-disable-ip6op-ondad",
                     "process-health-monitor", "packet-forwarding-options", "ddos-protection", "autopulse", "allow-v4mapped-packets",
                     "console", "disk-monitoring", "subscriber-management", "rng", "packet-scheduling", "traceoptions", "schema"),
                    "system options"),
}  # fmt: skip
_READ_HERE = ("services", "root-authentication", "login", "syslog", "ntp", "authentication-order", "domain-search", "license")
_PORTS = {
    "ssh": 22, "telnet": 23, "ftp": 21, "finger": 79, "netconf": 830, "http": 80, "https": 443, "xnm-ssl": 3220, "xnm-clear-text": 3221,
    "rest-http": 3000, "rest-https": 3443, "snmp": 161, "grpc": 32767, "tftp-server": 69, "rlogin": 513, "rsh": 514,
}  # fmt: skip
_ZONE_WORDS = {"rest-http": ("rest-api",), "rest-https": ("rest-api",), "http": ("http",)}
_SERVICE_OPTIONS = {
    **dict.fromkeys(("dhcp", "dhcp-local-server", "dhcp-proxy-client", "dhcpv6"), "DHCP server options"),
    **dict.fromkeys(("dns", "dynamic-dns", "outbound-ssh", "outbound-https", "database-replication", "subscriber-management",
    "flow-tap-dtcp",
                     "service-deployment", "webapi", "security-intelligence", "bbe-stats-service", "monitoring", "static-subscribers",
                     "resource-monitor", "local-policy-decision-function", "tcp-encap", "ssl"), "services"),
}  # fmt: skip


def read(box: Box) -> None:
    top = box.at("system")
    reading = box.reading
    reading.hostname = top.value("host-name") or reading.hostname
    reading.domain = top.value("domain-name")
    reading.dns_servers += [name for name in top.values("name-server") if values.is_address(name)]
    for server in top.each("name-server"):
        server.used = values.is_address(server.name)
        server.pass_over("system options", *server.children)
    order = top.values("authentication-order")
    _users(box, top, order)
    _ntp(box, top)
    _syslog(box, top)
    for name in ("radius-server", "tacplus-server", "ldap-server", "radius-options"):
        top.pass_over("sign-in servers", name)
    _services(box, top)
    _snmp(box)
    top.values("domain-search")
    box.passed(top, {name: section for name, section in _PARTS.items() if name not in _READ_HERE})
    top.pass_over("licences", "license")


def _users(box: Box, top: Node, order: list[str]) -> None:
    root = top.children.get("root-authentication")
    if root is not None and root.children:
        box.reading.users.append(_user("root", "root", root.use(), enabled=root.active))
    login = top.children.get("login") or Node("login")
    login.use()
    for user in login.each("user", inactive=True):
        user.values("uid")
        user.pass_over("sign-in options", "authentication") if not user.active else None
        found = _user(user.name, user.value("class"), user.children.get("authentication") or Node(""), enabled=user.active,
                      full_name=user.value("full-name"))  # fmt: skip
        if user.name in ("remote", "remote-super-users") or (not found.has_password and not found.has_ssh_key and order):
            found = found.model_copy(update={"source": next((name for name in order if name != "password"), "local")})
        box.reading.users.append(found)
        user.pass_over("sign-in options", "cli", "apply-macro")
    login.pass_over("login classes", "class")
    login.pass_over("sign-in options", *(set(login.children) - {"user", "class"}))


def _user(name: str, role: str, node: Node, *, enabled: bool, full_name: str = "") -> AdminUser:
    node.use()
    hashed = bool(node.values("encrypted-password")) | bool(node.values("plain-text-password-value"))
    keys = [key for kind in ("ssh-rsa", "ssh-dsa", "ssh-ecdsa", "ssh-ed25519") for key in node.each(kind)]
    hosts = tuple(host for key in keys for host in key.values("from"))
    node.pass_over("sign-in options", "load-key-file", "no-public-keys", "plain-text-password")
    comment = "" if full_name == name else full_name
    return AdminUser(name=name, role=role, enabled=enabled, has_password=hashed, has_ssh_key=bool(keys), comment=comment,
                     trusted_hosts=hosts if keys and not hashed else ())  # fmt: skip


def _ntp(box: Box, top: Node) -> None:
    ntp = top.get("ntp") or Node("")
    for kind in ("server", "peer", "boot-server"):
        for server in ntp.each(kind):
            if server.name not in box.reading.ntp_servers:
                box.reading.ntp_servers.append(server.name)
            server.pass_over("time", *server.children)
    ntp.pass_over("time", *(set(ntp.children) - {"server", "peer", "boot-server"}))


def _syslog(box: Box, top: Node) -> None:
    """Servers of ``system syslog`` and of a firewall's ``security log stream``."""
    syslog = top.get("syslog") or Node("")
    for host in syslog.each("host"):
        if host.name not in ("other-routing-engine", "scc-master", "sfc0-master"):
            box.reading.syslog_servers.append(host.name)
        host.pass_over("logging", *host.children)
    syslog.pass_over("logging", *(set(syslog.children) - {"host"}))
    log = box.at("security", "log")
    for stream in log.each("stream"):
        for host in stream.each("host"):
            if host.name in ("port", "routing-instance") or host.name in box.reading.syslog_servers:
                continue
            box.reading.syslog_servers.append(host.name)
            host.pass_over("logging", *host.children)
        stream.pass_over("logging", *stream.children)
    log.pass_over("logging", *(set(log.children) - {"stream"}))


def _services(box: Box, top: Node) -> None:
    services = top.children.get("services") or Node("services")
    services.use()
    box.passed(services, _SERVICE_OPTIONS)
    for name in ("ssh", "telnet", "ftp", "finger", "xnm-ssl", "xnm-clear-text", "tftp-server", "rlogin", "rsh"):
        node = services.children.get(name)
        if node is not None:
            detail = _detail(node.use())
            _way(box, name, node, port=node.number("port"), detail=detail)
            node.pass_over("service options", *(set(node.children) - {"port"}))
    netconf = services.children.get("netconf")
    if netconf is not None:
        ssh = netconf.use().children.get("ssh")
        if ssh is not None:
            _way(box, "netconf", ssh.use(), port=ssh.number("port"))
        netconf.pass_over("service options", *(set(netconf.children) - {"ssh"}))
        (ssh or netconf).pass_over("service options", *(set((ssh or netconf).children) - {"port", "ssh"}))
    web = services.children.get("web-management")
    if web is not None:
        for name in ("http", "https"):
            node = web.use().children.get(name)
            if node is not None:
                _way(box, name, node.use(), port=node.number("port"), named=tuple(node.values("interface")))
                node.pass_over("service options", *(set(node.children) - {"port", "interface"}))
        web.pass_over("service options", *(set(web.children) - {"http", "https"}))
    rest = services.children.get("rest")
    if rest is not None:
        sources = tuple(rest.use().values("control", "allowed-sources"))
        for name in ("http", "https"):
            node = rest.children.get(name)
            if node is not None:
                _way(box, f"rest-{name}", node.use(), port=node.number("port"), sources=sources)
                node.pass_over("service options", *(set(node.children) - {"port"}))
        rest.pass_over("service options", *(set(rest.children) - {"http", "https"}))
    grpc = services.children.get("extension-service")
    if grpc is not None:
        grpc.leave("services")


def _detail(node: Node) -> str:
    root = node.value("root-login")
    return f"root-login {root}" if root else ""


def _open_at(box: Box, service: str) -> tuple[str, ...]:
    """The interfaces where a zone lets the service in; the management port always does."""
    wanted = {"all", "any-service", *_ZONE_WORDS.get(service, (service,))}
    refused = {f"!{name}" for name in _ZONE_WORDS.get(service, (service,))}
    inside = [name for name, services in box.services_of.items() if wanted & set(services) and not refused & set(services)]
    own = [each.name for each in box.reading.interfaces if MANAGEMENT.match(each.name) and "." in each.name and each.enabled]
    return (*inside, *own)


def _way(
    box: Box,
    service: str,
    node: Node,
    *,
    port: int | None = None,
    named: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    detail: str = "",
) -> None:
    zones = bool(box.zones)
    interfaces = _open_at(box, service) if zones else named or ("any",)
    if zones and named:
        interfaces = tuple(name for name in interfaces if name in named or f"{name.split('.')[0]}" in named)
    closed = zones and not interfaces
    box.reading.remote_access.append(
        RemoteAccess.model_validate(
            {
                "service": service, "enabled": node.active and not closed, "port": port or _PORTS[service],
                "interfaces": interfaces or ("none",),
                "protocol": "udp" if service in ("snmp", "tftp-server") else "tcp", "sources": sources or ("any",),
                "detail": "no zone lets it in" if closed else detail,
            }
        )
    )  # fmt: skip


def _snmp(box: Box) -> None:
    snmp = box.at("snmp")
    communities = snmp.each("community", inactive=True)
    sources: dict[str, None] = {}
    lists = {each.name: each.values() for each in snmp.each("client-list")}
    for each in communities:
        for client in each.each("clients"):
            refused = client.has("restrict")
            where = values.network(client.name) if values.is_network(client.name) else client.name
            if not (refused and where == "any"):
                sources[f"!{where}" if refused else where] = None
        for name in each.values("client-list-name"):
            sources.update(dict.fromkeys(values.network(value) if values.is_network(value) else value for value in lists.get(name, [name])))
        each.pass_over("SNMP", "view", "authorization", "routing-instance", "logical-system")
    version3 = snmp.children.get("v3")
    if communities or version3 is not None:
        active = Node("", inactive=not any(each.active for each in (*communities, *([version3] if version3 else []))))
        _way(box, "snmp", active, sources=tuple(sources), detail="SNMPv3" if version3 is not None and not communities else "")
    snmp.pass_over("SNMP", *(set(snmp.children) - {"community", "client-list"}))

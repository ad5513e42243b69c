"""What EdgeOS and VyOS serve and know: ways in, users, DHCP, routes, name and time servers.

Source: VyOS documentation 1.2 to 1.5, "Services", "System", "Static"; EdgeOS user guide.
"""

from collections.abc import Iterator

from shared.configs import values
from shared.configs.reading import Reading
from shared.configs.vyatta_tree import Node
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import DhcpPool, DhcpReservation, Route

_OPTIONS = (
    "ntp-server", "time-server", "wins-server", "bootfile-name", "bootfile-server", "bootfile-size", "tftp-server-name",
    "unifi-controller", "pop-server",
    "smtp-server", "domain-search", "server-identifier", "time-offset", "wpad-url", "static-route", "ip-forwarding", "captive-portal",
    "vendor-option",
)  # fmt: skip
_SERVICE_PASSED = {
    "lldp": "neighbour protocols", "mdns": "multicast relays", "broadcast-relay": "multicast relays",
    "router-advert": "router advertisements",
    "conntrack-sync": "high availability", "console-server": "serial ports", "dhcpv6-server": "DHCPv6", "dhcpv6-relay": "DHCPv6",
    "event-handler": "scripts", "flow-accounting": "flow export", "ids": "attack detection", "ipoe-server": "access servers",
    "pppoe-server": "access servers", "monitoring": "monitoring", "salt-minion": "management by others", "sla": "monitoring",
    "tftp-server": "TFTP", "udp-broadcast-relay": "multicast relays", "webproxy": "proxy", "unms": "management by others", "upnp": "UPnP",
    "upnp2": "UPnP", "ubnt-discover": "neighbour protocols", "ubnt-discover-server": "neighbour protocols",
    "mdns-repeater": "multicast relays",
    "connectionDetection": "monitoring", "lcd-display": "display", "bcast-relay": "multicast relays", "config-sync": "high availability",
    "suricata": "attack detection", "stunnel": "proxy", "ndp-proxy": "router advertisements", "zabbix-agent": "monitoring",
    "aws": "management by others", "ssh-recovery": "recovery",
}  # fmt: skip
_SYSTEM_PASSED = {
    "config-management": "configuration archive", "console": "serial ports", "conntrack": "connection tracking", "option": "system options",
    "options": "system options", "time-zone": "clock", "task-scheduler": "scripts", "flow-accounting": "flow export", "offload": "hardware",
    "traffic-analysis": "traffic analysis", "analytics-handler": "reports to the maker", "crash-handler": "reports to the maker",
    "package": "packages", "static-host-mapping": "host names", "ip": "kernel settings", "ipv6": "kernel settings",
    "sysctl": "kernel settings",
    "lcd": "display", "acceleration": "hardware", "proxy": "proxy", "update-check": "packages", "logs": "logging", "frr": "dynamic routing",
    "watchdog": "watchdog", "wireless": "wireless", "sflow": "flow export", "systemd": "system options", "advanced": "system options",
    "cpu": "hardware", "ubnt-suspend": "system options", "performance": "system options", "raid": "hardware",
}  # fmt: skip


def read_system(reading: Reading, node: Node) -> None:
    reading.hostname = node.value("host-name") or reading.hostname
    reading.domain = node.value("domain-name") or reading.domain
    node.pass_over("name search", "domain-search")
    reading.dns_servers += [each for each in node.values("name-server") if values.is_address(each)]
    node.take("name-servers-dhcp").read_all()
    gateway = node.value("gateway-address")
    if values.is_address(gateway):
        reading.routes.append(Route(destination="0.0.0.0/0" if "." in gateway else "::/0", gateway=gateway, origin="static"))
    _time(reading, node.take("ntp"))
    _syslog(reading, node.take("syslog"))
    _login(reading, node.take("login"))
    for name, section in _SYSTEM_PASSED.items():
        node.pass_over(section, name)


def _time(reading: Reading, node: Node) -> None:
    for server in node.tags("server"):
        reading.ntp_servers.append(server.name)
        server.read_all()
    node.pass_over("time server", "allow-clients", "allow-client", "listen-address", "interface", "leap-second", "vrf", "ptp", "timestamp")


def _syslog(reading: Reading, node: Node) -> None:
    for kind in ("host", "remote"):
        for host in node.tags(kind):
            number = host.value("port")
            reading.syslog_servers.append(f"{host.name}:{number}" if number and number != "514" else host.name)
            host.read_all()
    node.pass_over("logging", "global", "console", "file", "user", "local", "marker", "preserve-fqdn", "archive", "source-address")


def _login(reading: Reading, node: Node) -> None:
    for user in node.tags("user"):
        secret = user.take("authentication")
        passwords = [secret.value("encrypted-password"), secret.value("plaintext-password")]
        keys = secret.take("public-keys")
        otp = secret.get("otp") is not None
        reading.users.append(
            AdminUser(
                name=user.name, role=user.value("level") or user.value("role"), enabled=not user.has("disable"),
                has_password=any(each not in ("", "!", "*") for each in passwords),
                has_ssh_key=bool(keys.children) or bool(user.value("authentication", "public-key")),
                two_factor="otp" if otp else "", comment=user.value("full-name"),
            )
        )  # fmt: skip
        secret.read_all()
        user.pass_over("details of users", "group", "home-directory", "principal")
    for kind in ("radius", "tacacs", "tacacs-plus", "radius-server", "ldap"):
        node.pass_over("sign-in by servers", kind)
    node.pass_over("sign-in", "banner", "timeout", "max-login-session", "operator-group")


def read_services(reading: Reading, node: Node) -> None:
    _listener(reading, node, "ssh", "ssh", 22)
    _listener(reading, node, "telnet", "telnet", 23)
    if gui := node.get("gui"):
        gui.read()
        for key, name, port in (("http-port", "http", 80), ("https-port", "https", 443)):
            reading.remote_access.append(_way(name, _port(gui.value(key), port), gui.values("listen-address")))
        gui.pass_over("details of services", "older-ciphers", "cert-file", "ca-file", "dh-file", "debug", "listen-address")
    if https := node.get("https"):
        _https(reading, https.read())
    if snmp := node.get("snmp"):
        _snmp(reading, snmp.read())
    _dhcp(reading, node.take("dhcp-server"))
    if relay := node.get("dhcp-relay"):
        _relay(reading, relay.read())
    _dns(reading, node.take("dns"))
    _time(reading, node.take("ntp"))
    for name, section in _SERVICE_PASSED.items():
        node.pass_over(section, name)


def _port(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def _way(service: str, port: int, listen: tuple[str, ...] = (), **fields: object) -> RemoteAccess:
    detail = f"listens on {', '.join(listen)}" if listen else ""
    return RemoteAccess.model_validate({"service": service, "port": port, "detail": detail, **fields})


def _listener(reading: Reading, node: Node, key: str, name: str, default: int) -> None:
    own = node.get(key)
    if own is None:
        return
    own.read()
    listen = own.values("listen-address")
    allowed = own.values("access-control", "allow", "user")
    enabled = not own.has("disable")
    for number in own.values("port") or (str(default),):
        reading.remote_access.append(_way(name, _port(number, default), listen, enabled=enabled))
    more = ["without passwords"] if own.has("disable-password-authentication") else []
    more += [f"for {', '.join(allowed)}"] if allowed else []
    if more:
        last = reading.remote_access[-1]
        reading.remote_access[-1] = last.model_copy(update={"detail": "; ".join(filter(None, (last.detail, *more)))})
    own.pass_over(
        "details of services", "protocol-version", "disable-host-validation", "ciphers", "key-exchange", "mac", "loglevel",
        "client-keepalive-interval",
        "dynamic-protection", "allow-root", "access-control", "hostkey-algorithm", "pubkey-accepted-algorithm", "rekey", "vrf",
        "trusted-user-ca-key",
        "trusted-user-ca", "fido", "hostkey-algorithms", "forwarding", "allow-users", "deny-users",
    )  # fmt: skip


def _https(reading: Reading, node: Node) -> None:
    listen = (*node.values("listen-address"), *(each.value("listen-address") for each in node.tags("virtual-host")))
    hosts = {address for each in node.tags("virtual-host") for address in each.values("allow-client", "address")}
    sources = [values.network(each) for each in (*node.values("allow-client", "address"), *hosts) if values.is_network(each)]
    number = node.value("port") or next((each.value("listen-port") or each.value("port") for each in node.tags("virtual-host")), "")
    reading.remote_access.append(
        _way("https", _port(number, 443), tuple(filter(None, listen)), sources=tuple(sources) or ("any",), enabled=not node.has("disable"))
    )
    node.pass_over(
        "details of services", "api", "api-restrict", "certificates", "tls-version", "enable-http-redirect", "vrf",
        "request-body-size-limit",
        "virtual-host",
    )  # fmt: skip


def _snmp(reading: Reading, node: Node) -> None:
    sources: list[str] = []
    for community in node.tags("community"):
        sources += [values.network(each) for each in (*community.values("network"), *community.values("client")) if values.is_network(each)]
        community.read_all()
    listen = tuple(each.name for each in node.tags("listen-address"))
    node.take("listen-address").read_all()
    number = next((each.value("port") for each in node.tags("listen-address") if each.value("port")), "")
    whole = tuple(dict.fromkeys(sources)) if sources and "any" not in sources else ("any",)
    reading.remote_access.append(_way("snmp", _port(number, 161), listen, protocol="udp", sources=whole))
    node.pass_over(
        "SNMP details", "contact", "location", "description", "v3", "trap-target", "trap-source", "ignore-trap", "smux-peer",
        "script-extensions",
        "ignore-interface", "vrf", "mib", "protocol", "oid-enable",
    )  # fmt: skip


def _dns(reading: Reading, node: Node) -> None:
    if forwarding := node.get("forwarding"):
        forwarding.read()
        listen = (*forwarding.values("listen-address"), *forwarding.values("listen-on"))
        sources = tuple(values.network(each) for each in forwarding.values("allow-from") if values.is_network(each))
        interfaces = forwarding.values("listen-on")
        fields: dict[str, object] = {"protocol": "udp", "sources": sources or ("any",)}
        if interfaces:
            fields["interfaces"] = interfaces
        reading.remote_access.append(_way("dns", _port(forwarding.value("port"), 53), () if interfaces else listen, **fields))
        reading.dns_servers += [each for each in forwarding.values("name-server") if values.is_address(each)]
        forwarding.pass_over_rest("details of services")
    node.pass_over("dynamic DNS", "dynamic")


def _dhcp(reading: Reading, node: Node) -> None:
    off = node.value("disabled") == "true" or node.has("disable")
    for network in node.tags("shared-network-name"):
        disabled = off or network.has("disable")
        for subnet in network.tags("subnet"):
            try:
                reading.dhcp += _pools(network, subnet, not (disabled or subnet.has("disable")))
            except ValueError:
                for each in subnet.walk():
                    each.state = 0
        network.pass_over("DHCP details", "authoritative", "description", "ping-check", "option", "domain-name", "domain-search",
        "ntp-server",
                          "name-server", "shared-network-parameters", "dns-server")  # fmt: skip
    node.pass_over(
        "DHCP details", "hostfile-update", "static-arp", "use-dnsmasq", "dynamic-dns-update", "global-parameters", "high-availability",
        "failover",
        "listen-address", "listen-interface", "host-decl-name", "disable-route-autoinstall", "option",
    )  # fmt: skip


def _pools(network: Node, subnet: Node, enabled: bool) -> Iterator[DhcpPool]:
    """One for each range; the reservations are with the first."""
    option = subnet.take("option")
    told = {**_told(subnet), **_told(option)}
    servers = [*subnet.values("dns-server"), *subnet.values("name-server"), *option.values("name-server"), *network.values("name-server")]
    lease = subnet.value("lease")
    ranges = [(each.name, each.value("stop")) for each in subnet.tags("start")]
    ranges += [(each.value("start"), each.value("stop")) for each in subnet.tags("range")]
    reservations = tuple(_reservations(subnet))
    for number, (first, last) in enumerate(ranges or [("", "")], start=1):
        yield DhcpPool.model_validate(
            {
                "key": f"{network.name} {subnet.name}" if number == 1 else f"{network.name} {subnet.name} {number}", "prefix": subnet.name,
                "first_address": first or None, "last_address": last or first or None, "gateway": told.get("default-router"),
                "dns_servers": tuple(each for each in dict.fromkeys(servers) if values.is_address(each)),
                "domain": told.get("domain-name", ""), "lease_s": int(lease) if lease.isdigit() and len(lease) < 12 else None,
                "enabled": enabled,
                "options": tuple(f"{name} {told[name]}" for name in _OPTIONS if told.get(name)),
                "reservations": reservations if number == 1 else (),
            }
        )  # fmt: skip
    subnet.pass_over("DHCP details", "subnet-id", "subnet-parameters", "exclude", "enable-failover", "ping-check", "description",
    "static-route",
                     "client-prefix-length", "range", "subnet-options", "ignore-client-id", "ignore-client-ids", "dynamic-dns-update",
                     "wait-on-init")  # fmt: skip


def _told(node: Node) -> dict[str, str]:
    found = {name: " ".join(node.values(name)) for name in _OPTIONS if node.get(name)}
    found |= {name: node.value(name) for name in ("default-router", "domain-name") if node.get(name)}
    return found


def _reservations(subnet: Node) -> Iterator[DhcpReservation]:
    for each in subnet.tags("static-mapping"):
        mac, address = each.value("mac-address") or each.value("mac"), each.value("ip-address")
        off = each.has("disable")
        each.pass_over("DHCP details", "static-mapping-parameters", "description", "duid", "option")
        if mac and address and not off:
            yield DhcpReservation(mac=mac, address=address, name=each.name)


def _relay(reading: Reading, node: Node) -> None:
    servers = tuple(each for each in node.values("server") if values.is_address(each))
    for interface in (*node.values("interface"), *node.values("listen-interface")) or ("",):
        reading.dhcp.append(
            DhcpPool(key=f"relay {interface}".strip(), interface=interface, relay_to=servers, enabled=not node.has("disable"))
        )
    node.pass_over("DHCP details", "relay-options", "upstream-interface")


def read_routes(reading: Reading, node: Node, table: str = "") -> None:
    """``protocols static``; a table or a VRF has the same below it."""
    for key in ("route", "route6", "interface-route", "interface-route6"):
        for each in node.tags(key):
            comment, count = each.value("description"), len(reading.routes)
            try:
                reading.routes += _routes(each, comment, table)
            except ValueError:
                del reading.routes[count:]
                for below in each.walk():
                    below.state = 0
    for each in node.tags("table"):
        each.value("description")
        read_routes(reading, each, each.name)
    node.pass_over("fixed ARP entries", "arp", "neighbor-proxy")
    node.pass_over("multicast routing", "mroute")


def _routes(node: Node, comment: str, table: str) -> Iterator[Route]:
    ways: list[tuple[str, Node]] = []
    for key in ("next-hop", "next-hop-interface", "interface", "blackhole", "reject", "dhcp-interface"):
        own = node.get(key)
        if own is not None:
            own.read()
            ways += [(key, own)] if key in ("blackhole", "reject") else [(key, each.read()) for each in own.children.values()]
    for key, way in ways:
        distance = way.value("distance")
        if key == "next-hop":
            gateway, interface = way.name, way.value("interface") or way.value("next-hop-interface")
        else:
            gateway, interface = None, key if key in ("blackhole", "reject") else way.name
        way.take("bfd").read_all()
        way.take("segments").read_all()
        for name in ("tag", "vrf", "description", "next-hop-vrf"):
            way.take(name).read_all()
        yield Route.model_validate(
            {
                "destination": node.name, "gateway": gateway, "interface": interface,
                "metric": int(distance) if distance.isdigit() and len(distance) < 5 else None,
                "enabled": not way.has("disable"), "comment": comment or way.value("description"), "table": table,
                "origin": "dhcp" if key == "dhcp-interface" else "static",
            }
        )  # fmt: skip

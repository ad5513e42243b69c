"""OpenWrt's other packages: the system itself, wireless networks, ways in, accounts, OpenVPN and IPsec.

Source: OpenWrt's "System configuration", "Wi-Fi /etc/config/wireless", "Dropbear configuration", "uHTTPd web server configuration",
"rpcd: OpenWrt ubus RPC daemon", "OpenVPN" and "strongSwan IPsec Configuration via UCI" (19.07 to 24.10).
"""

from shared.configs import values
from shared.configs.openwrt_parts.router import Router, number, port_number
from shared.configs.uci import Section
from shared.device_config import AdminUser, ConfiguredInterface, RemoteAccess
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel


def system(router: Router, section: Section) -> None:
    router.reading.hostname = section.text("hostname") or router.reading.hostname
    if server := section.text("log_ip"):
        router.reading.syslog_servers.append(server)


def timeserver(router: Router, section: Section) -> None:
    servers = section.values("server")
    if section.is_on("enabled", default=True):
        router.reading.ntp_servers += servers


def wifi_network(router: Router, section: Section) -> None:
    ssid, radio, how = section.text("ssid", "mesh_id"), section.text("device"), section.text("encryption") or "none"
    name = section.text("ifname") or section.name or f"{radio} {ssid}".strip()
    guests = ", stations are kept apart" if section.is_on("isolate") else ""
    mode = section.text("mode") or "ap"
    hidden = ", hidden" if section.is_on("hidden") else ""
    network = section.text("network")
    router.reading.interfaces.append(
        ConfiguredInterface(
            name=name, label=ssid, description=f"{mode}, {how}{hidden}{guests}", enabled=not section.is_on("disabled"), kind="wireless",
            parent=radio, zone=router.zone_of.get(network, ""), members=tuple(network.split()),
        )
    )  # fmt: skip


def dropbear(router: Router, section: Section) -> None:
    by_key = "" if section.is_on("PasswordAuth", default=True) else "by key only"
    root = "" if section.is_on("RootPasswordAuth", default=True) and section.is_on("RootLogin", default=True) else "root by key only"
    where = section.values("Interface") + section.values("DirectInterface")
    router.reading.remote_access.append(
        RemoteAccess(
            service="ssh", enabled=section.is_on("enable", default=True), port=port_number(section.text("Port")) or 22,
            interfaces=tuple(where) or ("any",), detail=by_key or root,
        )
    )  # fmt: skip


def uhttpd(router: Router, section: Section) -> None:
    """``0.0.0.0:80``, ``[::]:443``, ``192.168.1.1:8080``, ``80``"""
    for setting, service in (("listen_http", "http"), ("listen_https", "https")):
        places = [place.rpartition(":")[::2] for place in section.values(setting)]
        redirect = "redirects to https" if service == "http" and section.is_on("redirect_https") else ""
        for port in dict.fromkeys(port for _, port in places):
            hosts = [host.strip("[]") for host, own in places if own == port]
            where = () if {"", "0.0.0.0", "::", "*"} & set(hosts) else tuple(hosts)  # noqa: S104 - read, not listened at
            router.reading.remote_access.append(
                RemoteAccess(service=service, port=port_number(port), interfaces=where or ("any",), detail=redirect)
            )


def snmp_agent(router: Router, section: Section) -> None:
    """``UDP:161,UDP6:161``, ``udp:192.168.1.1:161``"""
    for place in section.text("agentaddress").split(","):
        parts = place.split(":")
        port = port_number(parts[-1])
        where = tuple(part for part in parts[1:-1] if values.is_address(part))
        if parts[0].lower() in ("udp", "tcp") and port:
            router.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": "snmp", "protocol": parts[0].lower(), "port": port, "interfaces": where or ("any",)}
                )
            )


def telnet(router: Router, section: Section) -> None:
    router.reading.remote_access.append(RemoteAccess(service="web terminal", enabled=section.is_on("enable", default=True), port=7681))
    for name in section.settings:
        section.taken.add(name)


def login(router: Router, section: Section) -> None:
    writes = section.values("write")
    role = "administrator" if "*" in writes else f"may change {', '.join(writes)}" if writes else "may look"
    reads = section.values("read")
    router.reading.users.append(
        AdminUser(
            name=section.text("username"), role=role if writes or reads else "", source="web interface",
            has_password=bool(section.text("password")),
        )
    )  # fmt: skip


def openvpn(router: Router, section: Section) -> None:
    server, remotes = section.text("server").split(), [each.split() for each in section.settings.get("remote", ())]
    section.taken.add("remote")
    port = port_number(section.text("lport", "port"))
    pool = ""
    if len(server) == 2:
        pool = values.network(server[0], server[1])
    auth = [
        word
        for word, names in (("psk", ("secret",)), ("certificate", ("cert", "pkcs12")), ("user", ("auth_user_pass",)))
        if section.text(*names)
    ]
    auth += ["user"] if section.text("auth_user_pass_verify", "plugin") else []
    router.reading.vpns.append(
        VpnTunnel(
            key=f"openvpn/{section.name}", name=section.name, kind=VpnKind.OPENVPN, enabled=section.is_on("enabled"),
            interface=section.text("dev"),
            listen_port=None if remotes else port or 1194, protocol=section.text("proto") or "udp", client_pool=pool, auth=tuple(auth),
            peers=tuple(VpnPeer(endpoint=f"{words[0]}:{words[1] if len(words) > 1 else port or 1194}") for words in remotes if words),
            phase2=tuple(section.values("data_ciphers") or section.values("cipher")), comment=section.text("config"),
            line=section.statement.line,
        )
    )  # fmt: skip


def ipsec_proposal(router: Router, section: Section) -> None:
    parts = [section.text("encryption_algorithm"), section.text("hash_algorithm"), section.text("dh_group"), section.text("prf_algorithm")]
    router.proposals[section.name] = "-".join(filter(None, parts))


class Ipsec:
    """``remote`` sections name the ``tunnel`` sections that belong to them."""

    def __init__(self) -> None:
        self.remotes: list[Section] = []
        self.tunnels: dict[str, Section] = {}

    def remote(self, router: Router, section: Section) -> None:
        self.remotes.append(section)
        section.taken.update(("enabled", "gateway", "local_ip", "local_gateway", "local_identifier", "remote_identifier"))
        section.taken.update(
            ("authentication_method", "pre_shared_key", "crypto_proposal", "tunnel", "transport", "keyexchange", "rekeytime")
        )

    def tunnel(self, router: Router, section: Section) -> None:
        self.tunnels[section.name] = section
        section.taken.update(("local_subnet", "remote_subnet", "crypto_proposal", "rekeytime", "startaction", "mode"))

    def finish(self, router: Router) -> None:
        for section in self.remotes:
            router.reading.vpns.append(self._tunnel(router, section))

    def _tunnel(self, router: Router, section: Section) -> VpnTunnel:
        children = [self.tunnels[name] for name in (*section.values("tunnel"), *section.values("transport")) if name in self.tunnels]
        pairs = [
            (a, b)
            for child in children
            for a in child.values("local_subnet") or ["dynamic"]
            for b in child.values("remote_subnet") or ["dynamic"]
        ]
        gateway = section.text("gateway")
        version = {"ikev1": "1", "ikev2": "2"}.get(section.text("keyexchange"), "")
        phase2 = [router.proposals.get(name, name) for child in children for name in child.values("crypto_proposal")]
        return VpnTunnel(
            key=f"ipsec/{section.name}", name=section.name, kind=VpnKind.IPSEC, enabled=section.is_on("enabled"),
            local_addresses=tuple(section.values("local_ip") or section.values("local_gateway")), protocol="esp",
            peers=(VpnPeer(endpoint="" if gateway in ("any", "%any") else gateway, id=section.text("remote_identifier")),),
            local_id=section.text("local_identifier"), auth=tuple(filter(None, (section.text("authentication_method"),))),
            ike_version=version,
            phase1=tuple(router.proposals.get(name, name) for name in section.values("crypto_proposal")),
            phase2=tuple(dict.fromkeys(phase2)),
            selectors=tuple(VpnSelector(local=a, remote=b) for a, b in pairs[:500]), phase1_lifetime_s=number(section.text("rekeytime")),
            comment=", ".join(child.name for child in children), line=section.statement.line,
        )  # fmt: skip

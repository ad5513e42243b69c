"""RouterOS's own services, users, DHCP, routes and name servers.

``/ip service`` holds the ways in; what a whole export does not name there is at its default, which is on for all but www-ssl. Users are
not in an export. Source: MikroTik's documentation, "Services", "DHCP", "IP Routing", "DNS", "SNMP", "MAC server".
"""

import ipaddress

from shared.address import IpNetwork, normal_mac
from shared.configs import values
from shared.configs.routeros_box import Box, Handler, keep, nothing, seconds, whole_number
from shared.configs.routeros_text import Entry
from shared.device_config import AdminUser, RemoteAccess
from shared.firewall import DhcpPool, DhcpReservation, Route

_SERVICES = {
    "telnet": ("telnet", 23), "ftp": ("ftp", 21), "www": ("http", 80), "ssh": ("ssh", 22), "www-ssl": ("https", 443), "api": ("api", 8728),
    "winbox": ("winbox", 8291), "api-ssl": ("api-ssl", 8729),
}  # fmt: skip
_OFF_BY_DEFAULT = frozenset({"www-ssl"})


def _service(box: Box, entry: Entry) -> None:
    name, port = _SERVICES.get(entry.target, (entry.target, 0))
    sources = tuple(values.network(each) for each in entry.get("address").split(",") if each and values.is_network(each))
    off = entry.disabled or (entry.target in _OFF_BY_DEFAULT and entry.get("disabled") != "no")
    vrf = entry.get("vrf")
    box.reading.remote_access.append(
        RemoteAccess(
            service=name, enabled=not off, port=whole_number(entry.get("port")) or port or None, sources=sources or ("any",),
            detail=f"vrf {vrf}" if vrf and vrf != "main" else "",
        )
    )  # fmt: skip


def finish_services(box: Box) -> None:
    """What a whole export does not name is at its default."""
    if box.is_export:
        told = {way.service for way in box.reading.remote_access}
        for label, (name, port) in _SERVICES.items():
            if name not in told:
                box.reading.remote_access.append(
                    RemoteAccess(service=name, port=port, enabled=label not in _OFF_BY_DEFAULT, detail="by default: not in the text")
                )


def _way(name: str, port: int, protocol: str = "tcp", **default: str) -> Handler:
    """A service with a menu of its own, that is on where ``enabled=yes``."""

    def handle(box: Box, entry: Entry) -> None:
        on = entry.get("enabled", default.get("enabled", ""))
        if on:
            box.reading.remote_access.append(
                RemoteAccess.model_validate(
                    {"service": name, "enabled": on == "yes", "protocol": protocol, "port": whole_number(entry.get("port")) or port}
                )
            )

    return handle


def _snmp(box: Box, entry: Entry) -> None:
    if entry.get("enabled"):
        sources = {
            values.network(each)
            for community in box.of("snmp community")
            for each in community.get("addresses").split(",")
            if values.is_network(each) and not community.disabled
        }
        box.reading.remote_access.append(
            RemoteAccess(
                service="snmp", protocol="udp", port=161, enabled=entry.get("enabled") == "yes",
                sources=tuple(sorted(sources)) if sources and "any" not in sources else ("any",),
            )
        )  # fmt: skip


def _mac_access(name: str) -> Handler:
    """By MAC address, from the same network: Winbox and telnet without IP."""

    def handle(box: Box, entry: Entry) -> None:
        listed = entry.get("allowed-interface-list")
        if listed:
            box.reading.remote_access.append(
                RemoteAccess(
                    service=name, protocol="udp", port=20561, enabled=listed != "none",
                    interfaces=("any",) if listed == "all" else (listed,),
                    detail="by MAC address",
                )
            )  # fmt: skip

    return handle


def _dns(box: Box, entry: Entry) -> None:
    box.reading.dns_servers += [each for each in entry.get("servers").split(",") if values.is_address(each)]
    if answers := entry.get("allow-remote-requests"):
        box.reading.remote_access.append(RemoteAccess(service="dns", protocol="udp", port=53, enabled=answers == "yes"))


def _time(box: Box, entry: Entry) -> None:
    named = (entry.get(name) for name in ("primary-ntp", "secondary-ntp", "servers", "server-dns-names", "address"))
    servers = [each for text in named for each in text.split(",") if each and each not in ("0.0.0.0", "::")]  # noqa: S104 - no server
    if entry.get("enabled") != "no" and not entry.disabled:
        box.reading.ntp_servers += [each for each in dict.fromkeys(servers) if each not in box.reading.ntp_servers]


def _log_action(box: Box, entry: Entry) -> None:
    remote = entry.get("remote")
    if remote and remote != "0.0.0.0":  # noqa: S104 - none
        port = entry.get("remote-port", "514")
        box.reading.syslog_servers.append(remote if port == "514" else f"{remote}:{port}")


def _identity(box: Box, entry: Entry) -> None:
    box.reading.hostname = entry.get("name")


def _user(box: Box, entry: Entry) -> bool | None:
    if entry.verb != "add":
        return False
    hosts = tuple(each for each in entry.get("address").split(",") if each)
    box.reading.users.append(
        AdminUser(
            name=entry.attrs["name"], role=entry.get("group"), enabled=not entry.disabled, trusted_hosts=hosts,
            has_password=bool(entry.get("password")) or None, comment=entry.get("comment"),
        )
    )  # fmt: skip
    return None


def _user_key(box: Box, entry: Entry) -> None:
    box.reading.users[:] = [
        user.model_copy(update={"has_ssh_key": True}) if user.name == entry.get("user") else user for user in box.reading.users
    ]


def _route(box: Box, entry: Entry) -> bool | None:
    """A gateway is an address, an interface, or both as ``10.0.0.1%ether1``; several are several routes."""
    if entry.verb != "add":
        return False
    default = "::/0" if entry.menu.startswith("ipv6") else "0.0.0.0/0"
    blackhole = "blackhole" in (entry.target, *entry.attrs) or entry.get("type") in ("blackhole", "unreachable", "prohibit")
    for gateway in entry.get("gateway").split(",") or ("",):
        address, _, interface = gateway.partition("%")
        address, _, table_of = address.partition("@")
        is_address = values.is_address(address)
        box.reading.routes.append(
            Route.model_validate(
                {
                    "destination": entry.get("dst-address") or default, "gateway": address if is_address else None,
                    "interface": interface or ("blackhole" if blackhole else "" if is_address else address),
                    "metric": whole_number(entry.get("distance")), "enabled": not entry.disabled, "comment": entry.get("comment"),
                    "table": _table(entry) or table_of, "origin": "static",
                }
            )
        )  # fmt: skip
    return None


def _table(entry: Entry) -> str:
    table = entry.get("routing-table") or entry.get("routing-mark") or entry.get("vrf-interface")
    return "" if table == "main" else table


Network = tuple[Entry, IpNetwork]
_NETWORK_OPTIONS = ("ntp-server", "wins-server", "boot-file-name", "next-server", "dhcp-option", "dhcp-option-set", "caps-manager")


def finish_dhcp(box: Box) -> None:
    """A server has its range by the name of a pool, and its network by its interface's address."""
    pools = {entry.get("name"): entry for entry in box.of("ip pool")}
    networks = [
        (entry, ipaddress.ip_network(entry.get("address"), strict=False))
        for entry in box.of("ip dhcp-server network")
        if values.is_network(entry.get("address"))
    ]
    used: set[int] = set()
    for server in box.of("ip dhcp-server"):
        if server.verb != "add" or not (server.get("interface") or server.get("name")):
            continue
        pool = pools.get(server.get("address-pool"))
        ranges = [each for each in pool.get("ranges").split(",") if each] if pool else []
        network = _network_of(box, server, ranges, networks)
        if network is not None:
            used.add(id(network))
        try:
            box.reading.dhcp += _pools(box, server, ranges, network)
        except ValueError:
            box.reading.unread(server.statement)
    for entry, _ in networks:
        if id(entry) not in used and not box.of("ip dhcp-server"):
            box.reading.unread(entry.statement)
    for relay in box.of("ip dhcp-relay"):
        servers = tuple(each for each in relay.get("dhcp-server").split(",") if values.is_address(each))
        box.reading.dhcp.append(
            DhcpPool(
                key=relay.get("name") or relay.get("interface"),
                interface=relay.get("interface"),
                enabled=not box.is_off(relay),
                relay_to=servers,
            )
        )


def _network_of(box: Box, server: Entry, ranges: list[str], networks: list[Network]) -> Entry | None:
    own = box.interfaces.get(server.get("interface"))
    hosts = [each.split("-")[0].split("/")[0] for each in ranges] + [each.split("/")[0] for each in (own.addresses if own else ())]
    for host in hosts:
        if values.is_address(host):
            parsed = ipaddress.ip_address(host)
            for network, prefix in networks:
                if parsed in prefix:
                    return network
    return None


def _pools(box: Box, server: Entry, ranges: list[str], network: Entry | None) -> list[DhcpPool]:
    """One for each range; the reservations are with the first."""
    name = server.get("name") or server.get("interface")
    reservations = tuple(_reservations(box, server.get("name")))
    pools = []
    told = network.attrs if network else {}
    for number, each in enumerate(ranges or [""], start=1):
        first, _, last = each.partition("-")
        is_range = values.is_address(first)
        pools.append(
            DhcpPool.model_validate(
                {
                    "key": name if number == 1 else f"{name} {number}", "interface": server.get("interface"),
                    "prefix": told.get("address"), "first_address": first if is_range else None,
                    "last_address": (last or first) if is_range else None,
                    "gateway": next((g for g in told.get("gateway", "").split(",") if values.is_address(g)), None),
                    "dns_servers": tuple(d for d in told.get("dns-server", "").split(",") if values.is_address(d)),
                    "domain": told.get("domain", ""), "lease_s": seconds(server.get("lease-time")), "enabled": not box.is_off(server),
                    "options": tuple(f"{option} {told[option]}" for option in _NETWORK_OPTIONS if told.get(option)),
                    "reservations": reservations if number == 1 else (),
                }
            )
        )  # fmt: skip
    return pools


def _reservations(box: Box, server: str) -> list[DhcpReservation]:
    """Of this server, or of all of them."""
    found = []
    for lease in box.of("ip dhcp-server lease"):
        if lease.get("server", "all") in (server, "all", "") and not lease.disabled:
            mac, address = lease.get("mac-address"), lease.get("address")
            if values.is_address(address) and mac:
                found.append(DhcpReservation(mac=mac, address=address, name=lease.get("comment")))
    return found


def _lease(box: Box, entry: Entry) -> bool | None:
    if entry.get("mac-address"):
        normal_mac(entry.get("mac-address"))
    keep(box, entry)
    return None


HANDLERS: dict[str, Handler] = {
    "ip service": _service,
    "ip ssh": nothing,
    "ip dns": _dns,
    "ip route": _route,
    "ipv6 route": _route,
    "ip pool": keep,
    "ip dhcp-server": keep,
    "ip dhcp-server network": keep,
    "ip dhcp-server lease": _lease,
    "ip dhcp-relay": keep,
    "system identity": _identity,
    "system ntp client": _time,
    "system ntp client servers": _time,
    "system logging action": _log_action,
    "snmp": keep,
    "snmp community": keep,
    "user": _user,
    "user ssh-keys": _user_key,
    "tool mac-server": _mac_access("mac-telnet"),
    "tool mac-server mac-winbox": _mac_access("mac-winbox"),
    "ip proxy": _way("http-proxy", 8080),
    "ip socks": _way("socks", 1080),
    "ip smb": _way("smb", 445),
    "tool bandwidth-server": _way("bandwidth-test", 2000),
    "tool romon": _way("romon", 20561, "udp"),
}


def finish_snmp(box: Box) -> None:
    for entry in box.of("snmp"):
        _snmp(box, entry)


KNOWN: dict[str, frozenset[str]] = {
    "ip service": frozenset({"address", "disabled", "port", "certificate", "tls-version", "vrf", "max-sessions", "comment"}),
    "ip route": frozenset(
        {
            "dst-address", "gateway", "distance", "comment", "disabled", "routing-table", "routing-mark", "pref-src", "scope",
            "target-scope",
            "suppress-hw-offload", "check-gateway", "type", "blackhole", "vrf-interface", "route-tag", "vrf", "bgp-as-path",
            "bgp-communities",
        }
    ),
    "ip dhcp-server": frozenset(
        {
            "address-pool", "interface", "name", "disabled", "lease-time", "lease-script", "authoritative", "comment", "bootp-support",
            "use-radius", "add-arp", "relay", "src-address", "delay-threshold", "always-broadcast", "conflict-detection", "dhcp-option-set",
            "bootp-lease-time", "insert-queue-before", "parent-queue", "use-framed-as-classless", "allow-dual-stack-queue",
            "client-mac-limit",
            "server-address", "address-lists", "use-reconfigure", "support-broadband-tr101", "dynamic-lease-identifiers",
            "store-leases-disk", "accounting", "interim-update", "radius-password", "config", "match-bootp",
        }
    ),
    "ip dhcp-server network": frozenset(
        {
            "address", "gateway", "dns-server", "domain", "netmask", "comment", "dns-none", "ntp-none", "caps-manager", *_NETWORK_OPTIONS,
        }
    ),
    "ip dhcp-server lease": frozenset(
        {
            "address", "mac-address", "client-id", "comment", "server", "disabled", "use-src-mac", "always-broadcast", "dhcp-option",
            "block-access", "address-lists", "lease-time", "rate-limit", "insert-queue-before", "dhcp-option-set", "allow-dual-stack-queue",
            "queue-type", "parent-queue", "routes", "agent-circuit-id", "agent-remote-id", "class-id",
        }
    ),
    "ip pool": frozenset({"name", "ranges", "next-pool", "comment"}),
    "user": frozenset({"name", "group", "address", "comment", "disabled", "password", "inactivity-timeout", "inactivity-policy",
    "expired"}),
    "snmp": frozenset(
        {
            "enabled", "contact", "location", "engine-id", "engine-id-suffix", "trap-community", "trap-generators", "trap-target",
            "trap-version", "trap-interfaces", "src-address", "vrf",
        }
    ),
}  # fmt: skip

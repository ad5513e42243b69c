"""Interfaces, routes, DHCP, services and tunnels of a UniFi gateway: ``interfaces``, ``routes/static``, ``services``, ``vpn/*``."""

from functools import partial

from shared.configs import values
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import fingerprints
from shared.configs.unifi.box import Box, Keys, attempt, identifier, items, known, said, words
from shared.configs.xml_tree import Element
from shared.device_config import AdminUser, ConfiguredInterface, RemoteAccess
from shared.firewall import DhcpPool, DhcpReservation, Route, VpnKind, VpnPeer, VpnTunnel

_KINDS = {"ethernet": "ethernet", "bridge": "bridge", "vlan": "vlan", "lag": "lag", "pppoe": "ppp", "tunnel": "tunnel",
    "switch": "ethernet",
          "gre": "tunnel", "vti": "tunnel", "loopback": "loopback", "wireguard": "tunnel"}  # fmt: skip
_SERVICES = {"sshServer": ("ssh", 22), "telnetServer": ("telnet", 23), "webServer": ("https", 443), "snmpAgent": ("snmp", 161)}


def read_gateway(box: Box) -> None:
    for element in box.each("interfaces"):
        attempt(lambda each: _interface(box, each), element)
    for element in box.each("routes/static"):
        attempt(lambda each: _routes(box, each), element)
    keys = Keys()
    for element in box.each("services", "dhcpServers"):
        attempt(lambda each: _dhcp(box, keys, each), element)
    _services(box)
    for element in box.each("system", "users"):
        attempt(lambda each: _user(box, each), element)
    _roles(box)


def _interface(box: Box, element: Element) -> None:
    about = element.child("identification")
    if about is None:
        raise ValueError("an interface without a name")
    name, kind, mac = about.get("id"), about.get("type"), about.get("mac")
    status = element.child("status")
    mtu = (status.get("mtu") if status is not None else "") or element.get("mtu")
    enabled = said(status, "enabled") if status is not None else said(element, "enabled")
    comment = (status.get("comment") if status is not None else "") or about.get("name")
    addresses, dynamic = [], False
    for each in items(element.child("addresses")):
        cidr, how = each.get("cidr") or each.get("address"), each.get("type").lower()
        known(each, ("version", "origin"))
        dynamic = dynamic or how in ("dhcp", "dynamic")
        if cidr:
            addresses.append(values.with_length(cidr))
    bridge, vlan, pppoe = element.child("bridge"), element.child("vlan"), element.child("pppoe")
    members = [identifier_of(each) for each in items(bridge.child("interfaces") if bridge is not None else None)]
    number = vlan.get("id") if vlan is not None else ""
    parent = identifier(vlan, "interface") or identifier(pppoe, "interface")
    for part in (bridge, vlan, pppoe, element.child("ethernet")):
        if part is not None:
            known(part, ("poe", "speed", "autonegotiation", "stp", "ageing", "username", "password", "mtu", "id"))
    box.reading.interfaces.append(
        ConfiguredInterface.model_validate(
            {"name": name, "description": comment, "kind": _KINDS.get(kind.lower(), kind), "enabled": enabled,
            "addresses": tuple(addresses),
             "dhcp_client": dynamic, "members": tuple(members), "vlan": int(number) if number else None, "parent": parent,
             "mac": mac or None,
             "mtu_bytes": int(mtu) if mtu else None}
        )
    )  # fmt: skip


def identifier_of(element: Element) -> str:
    """A member of a list of interfaces: its id, bare or in an object."""
    element.read = True
    return element.get("id") if element.children else element.text


def _routes(box: Box, element: Element) -> None:
    destination, metric = element.get("destination"), element.get("distance") or element.get("metric")
    known(element, ("id",))
    kind = element.get("type")
    hops = list(items(element.child("nexthops"))) or [element]
    network = "0.0.0.0/0" if destination in ("default", "0.0.0.0/0") else str(destination)
    for hop in hops:
        known(hop, ("weight", "type", "scope"))
        box.reading.routes.append(
            Route(
                destination=network, gateway=hop.get("gateway") or None, interface=identifier(hop, "interface"),
                metric=int(metric) if metric else None, enabled=said(element, "enabled"), comment=element.get("description"),
                origin="static" if kind != "blackhole" else "static blackhole",
            )
        )  # fmt: skip


def _dhcp(box: Box, keys: Keys, element: Element) -> None:
    interface = identifier(element, "interface")
    relay = words(element, "relay") or words(element.child("relay"), "servers")
    first, last, lease = element.get("rangeStart"), element.get("rangeStop"), element.get("leaseTime")
    gateway, domain = element.get("router") or element.get("gateway"), element.get("domain")
    known(element, ("ipVersion", "ipv6Modes", "ipExclusion", "id", "name", "conflictChecking"))
    reserved = [_reserved(each) for each in items(element.child("staticLeases"))]
    servers = [text for text in words(element, "dnsServers") if values.is_address(text)]
    box.reading.dhcp.append(
        DhcpPool.model_validate(
            {"key": keys.of(interface, ""), "interface": interface, "first_address": first or None, "last_address": last or None,
             "gateway": gateway or None, "dns_servers": tuple(servers), "domain": domain,
             "lease_s": int(lease) if lease.isdigit() else None,
             "enabled": said(element, "enabled"), "relay_to": tuple(text for text in relay if values.is_address(text)),
             "reservations": tuple(reserved)}
        )
    )  # fmt: skip


def _reserved(element: Element) -> DhcpReservation:
    return DhcpReservation(mac=element.get("mac"), address=element.get("address"), name=element.get("hostname") or element.get("name"))


def _services(box: Box) -> None:
    for name, (service, port) in _SERVICES.items():
        element = box.part("services", name)
        if element is None:
            continue
        known(element, ("passwordAuthentication", "community", "contact", "location"))
        told = element.get("sshPort" if name == "sshServer" else "port") or element.get("port")
        box.reading.remote_access.append(
            RemoteAccess(
                service=service, enabled=said(element, "enabled"), protocol="udp" if service == "snmp" else "tcp",
                port=int(told) if told.isdigit() and 0 < int(told) <= 65535 else port,
            )
        )  # fmt: skip
    clock, log, resolver = (box.part("services", name) for name in ("ntpClient", "systemLog", "dnsForwarder"))
    if clock is not None and said(clock, "enabled"):
        box.reading.ntp_servers += words(clock, "ntpServers") or words(clock, "servers")
    for server in items(log.child("servers") if log is not None else None):
        box.reading.syslog_servers += [text for tag in ("host", "hostname", "address") if (text := server.get(tag))][:1]
        known(server, ("port", "enabled", "protocol"))
    box.reading.dns_servers += [text for text in words(resolver, "nameservers") if values.is_address(text)]
    system = box.part("system")
    if system is not None:
        box.reading.hostname = system.get("hostname")
        box.reading.domain = system.get("domainName") or system.get("domain")


def _user(box: Box, element: Element) -> None:
    known(element, ("id",))
    keyed = any(True for _ in items(element.child("sshKeys")))
    if keys := element.child("sshKeys"):
        keys.mark()
    box.reading.users.append(
        AdminUser(
            name=element.get("username") or element.get("name"), role=element.get("role"),
            has_password=bool(element.get("password")) or None,
            has_ssh_key=keyed,
        )
    )  # fmt: skip


def read_tunnels(box: Box) -> None:
    keys = Keys()
    for place, prefix in (("servers", "wgsrv"), ("clients", "wgclt"), ("site-to-sites", "wgs2s")):
        for element in box.each(f"vpn/wireguard/{place}"):
            attempt(partial(_wireguard, box, keys, prefix), element)
    for element in box.each("vpn/ipsec/site-to-site"):
        attempt(lambda each: _ipsec(box, keys, each), element)
    for element in box.each("vpn/openvpn/peers"):
        attempt(lambda each: _openvpn(box, keys, each), element)
    server = box.part("services", "l2tpServer")
    if server is not None:
        attempt(lambda each: _l2tp(box, keys, each), server)


def _wireguard(box: Box, keys: Keys, prefix: str, element: Element) -> None:
    number, name = element.get("id"), element.get("name")
    port = element.get("listenPort") or element.get("port")
    keyed = fingerprints((element.get("privateKey"),))
    peers = [*items(element.child("remotePeers")), *items(element.child("peers"))]
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(f"{prefix}{number}", ""), name=name or f"{prefix}{number}", kind=VpnKind.WIREGUARD, enabled=said(element,
            "enabled"),
            interface=f"{prefix}{number}", listen_port=int(port) if port.isdigit() else None, public_key=element.get("publicKey"),
            local_addresses=tuple(words(element, "addresses") + words(element, "address")), peers=tuple(_peer(each) for each in peers),
            auth=("key",), secret_fingerprints=keyed, line=element.line,
        )
    )  # fmt: skip


def _peer(element: Element) -> VpnPeer:
    known(element, ("id", "disconnectTimeout", "presharedKey", "persistentKeepalive"))
    return VpnPeer(
        name=element.get("name"), public_key=element.get("publicKey"), endpoint=element.get("endpoint") or element.get("address"),
        allowed_prefixes=tuple(words(element, "allowedIPs") + words(element, "allowedIps")),
    )  # fmt: skip


_IPSEC_SILENT = listed("id tunnelMSSClamping description")


def _ipsec(box: Box, keys: Keys, element: Element) -> None:
    name = element.get("name") or element.get("description") or element.get("id")
    local = element.child("localAddress")
    keyed = fingerprints([element.get(tag) for tag in ("psk", "presharedKey", "preSharedKey")])
    known(element, _IPSEC_SILENT)
    remote = element.get("remoteAddress") or element.get("peer")
    interface = ""
    if local is not None:
        local.get("source")
        interface = local.get("id")
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(element.get("id"), name), name=name, kind=VpnKind.IPSEC, enabled=said(element, "enabled"), interface=interface,
            peers=(VpnPeer(name=name, endpoint=remote),) if remote else (), auth=("psk",) if keyed else (), secret_fingerprints=keyed,
            line=element.line,
        )
    )  # fmt: skip


def _openvpn(box: Box, keys: Keys, element: Element) -> None:
    name = element.get("name") or element.get("id")
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(element.get("id"), name), name=name, kind=VpnKind.OPENVPN, enabled=said(element, "enabled"), line=element.line
        )
    )


def _l2tp(box: Box, keys: Keys, element: Element) -> None:
    keyed = fingerprints([element.get(tag) for tag in ("psk", "presharedKey", "preSharedKey")])
    local = element.child("localAddress")
    interface = identifier(element, "localAddress") if local is not None else ""
    if local is not None:
        local.get("source")
    box.reading.vpns.append(
        VpnTunnel(key=keys.of("l2tp", ""), name="L2TP", kind=VpnKind.L2TP, enabled=said(element, "enabled"), interface=interface,
                  auth=("psk", "user"), secret_fingerprints=keyed, line=element.line)
    )  # fmt: skip


def _roles(box: Box) -> None:
    """An interface that is a DHCP client, PPP, or that a default route goes out by, is a way to the world."""
    outside = {route.interface for route in box.reading.routes if route.destination in ("0.0.0.0/0", "::/0")}
    for number, own in enumerate(box.reading.interfaces):
        if own.dhcp_client or own.kind == "ppp" or own.name in outside:
            box.reading.interfaces[number] = own.model_copy(update={"role": "wan"})
        elif own.kind == "bridge" and own.addresses:
            box.reading.interfaces[number] = own.model_copy(update={"role": "lan"})

"""Tunnels of EdgeOS and VyOS: IPsec, WireGuard, OpenVPN, L2TP, PPTP, SSTP, OpenConnect, GRE and VXLAN.

An IPsec peer names an ike-group (phase 1) and esp-groups (phase 2, for each tunnel or by default); since VyOS 1.4 its secret stands apart,
by identities. People dial in by ``vpn l2tp | pptp | sstp | openconnect remote-access`` or ``vpn ipsec remote-access connection``. EdgeOS
writes a WireGuard peer by its public key, VyOS by a name. Source: VyOS documentation 1.2 to 1.5, "VPN"; EdgeOS user guide, "VPN".
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from shared.configs import values
from shared.configs.reading import Reading
from shared.configs.vyatta_interfaces import Found
from shared.configs.vyatta_tree import Node
from shared.configs.vyatta_vpn_words import take_known
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_FINGERPRINT = re.compile(r"\[removed:([0-9a-f]{10})\]")
_AUTH = {
    "pre-shared-secret": "psk", "psk": "psk", "x509": "certificate", "rsa": "key", "rsa-key": "key", "eap-mschapv2": "user",
    "eap-radius": "user",
    "eap-tls": "certificate", "local": "user", "radius": "user", "password": "user", "otp": "otp", "certificate": "certificate",
}  # fmt: skip
_IKE = {"ikev1": "1", "ikev2": "2", "auto": "1,2", "ike": "1,2"}
_GROUPS = {"2": "modp1024", "5": "modp1536", "14": "modp2048", "15": "modp3072", "16": "modp4096", "19": "ecp256", "20": "ecp384",
"21": "ecp521",
           "31": "curve25519", "32": "curve448"}  # fmt: skip
_ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens here: the platforms write it for any address
Made = Iterator[tuple[Mapping[str, object], Node]]


def fingerprints(node: Node) -> tuple[str, ...]:
    """Of the secrets below."""
    return tuple(dict.fromkeys(found for each in node.walk() for found in _FINGERPRINT.findall(each.name)))


def read_vpns(reading: Reading, vpn: Node, interfaces: Found) -> None:
    ipsec = vpn.take("ipsec")
    for makes in (_site_to_site(ipsec), _ipsec_clients(ipsec), _dial_in(vpn), _tunnels(interfaces)):
        for tunnel, node in makes:
            try:
                reading.vpns.append(VpnTunnel.model_validate(tunnel))
                take_known(node)
            except ValueError:
                for each in node.walk():
                    each.state = 0
    ipsec.pass_over(
        "IPsec details", "ipsec-interfaces", "interface", "logging", "log", "nat-networks", "nat-traversal", "options",
        "auto-firewall-nat-exclude",
        "include-ipsec-conf", "include-ipsec-secrets", "disable-uniqreqids", "auto-update", "allow-access-to-local-interface",
        "global-config",
        "disable-uniqueids", "local-key",
    )  # fmt: skip
    vpn.pass_over("keys", "rsa-keys")
    for name in ("profile",):
        ipsec.pass_over("DMVPN", name)
    for name in ("esp-group", "ike-group", "authentication"):
        ipsec.take(name).read_all()


# --- IPsec ---


def _proposals(group: Node | None) -> tuple[str, ...]:
    if group is None:
        return ()
    found = []
    for each in group.children.get("proposal", Node("")).children.values():
        number = each.value("dh-group")
        parts = (each.value("encryption"), each.value("hash"), _GROUPS.get(number, f"group{number}" if number else ""), each.value("prf"))
        found.append("-".join(filter(None, parts)))
    return tuple(filter(None, found))


def _lifetime(group: Node | None) -> int | None:
    told = group.value("lifetime") if group else ""
    return int(told) if told.isdigit() and len(told) < 10 else None


def _pfs(group: Node | None) -> str:
    told = group.value("pfs") if group else ""
    return "" if told in ("disable", "") else _GROUPS.get(told.removeprefix("dh-group"), told)


def _site_to_site(ipsec: Node) -> Made:
    secrets = ipsec.children.get("authentication", Node("")).children.get("psk", Node("")).children.values()
    for peer in ipsec.take("site-to-site").tags("peer"):
        auth = peer.take("authentication")
        ike = ipsec.get("ike-group", peer.value("ike-group"))
        tunnels = list(peer.children.get("tunnel", Node("")).children.values())
        vti = peer.get("vti")
        name_of_esp = next((each.value("esp-group") for each in (*tunnels, *((vti,) if vti else ())) if each.get("esp-group")), "")
        esp = ipsec.get("esp-group", name_of_esp or peer.value("default-esp-group"))
        remote = [each for each in peer.values("remote-address") if each != "any"] or ([peer.name] if _is_remote(peer) else [])
        local = peer.value("local-address") or peer.value("local-ip")
        ids = {*remote, peer.name, auth.value("remote-id")} - {""}
        own = [node for node in secrets if ids & {each.name for each in node.children.get("id", Node("")).children.values()}]
        method = auth.value("mode")
        yield (
            {
                "key": f"peer {peer.name}", "name": peer.value("description") or peer.name, "kind": VpnKind.IPSEC,
                "enabled": not peer.has("disable"),
                "interface": vti.value("bind") if vti else peer.value("dhcp-interface"),
                "local_addresses": (local,) if local and local not in ("any", _ANYWHERE) else (), "protocol": "udp",
                "peers": tuple(VpnPeer(name=peer.name, endpoint=each, id=auth.value("remote-id")) for each in remote)
                or (VpnPeer(name=peer.name, id=auth.value("remote-id")),),
                "local_id": auth.value("local-id") or auth.value("id"), "auth": (_AUTH.get(method, method),) if method else (),
                "ike_version": _ike(ike), "phase1": _proposals(ike), "phase1_lifetime_s": _lifetime(ike), "phase2": _proposals(esp),
                "phase2_lifetime_s": _lifetime(esp), "pfs": _pfs(esp), "selectors": tuple(_selectors(tunnels)),
                "comment": peer.value("description"),
                "secret_fingerprints": tuple(dict.fromkeys(f for node in (auth, *own) for f in fingerprints(node))),
                "line": peer.line or None,
            },
            peer,
        )  # fmt: skip


def _is_remote(peer: Node) -> bool:
    return values.is_address(peer.name) or ("." in peer.name and not peer.name.startswith("@"))


def _ike(group: Node | None) -> str:
    told = group.value("key-exchange") if group else ""
    return _IKE.get(told, told or ("1" if group else ""))


def _selectors(tunnels: Sequence[Node]) -> Iterator[VpnSelector]:
    for each in tunnels:
        if each.get("disable"):
            continue
        local = each.values("local", "prefix") or each.values("local", "subnet") or ("0.0.0.0/0",)
        remote = each.values("remote", "prefix") or each.values("remote", "subnet") or ("0.0.0.0/0",)
        for own in local:
            for other in remote:
                yield VpnSelector(local=own, remote=other)


def _ipsec_clients(ipsec: Node) -> Made:
    access = ipsec.take("remote-access")
    pools = {
        pool.name: " ".join(pool.values("prefix")) or f"{pool.value('range', 'start')}-{pool.value('range', 'stop')}"
        for pool in access.tags("pool")
    }
    for connection in access.tags("connection"):
        auth = connection.take("authentication")
        ike, esp = (ipsec.get(kind, connection.value(kind)) for kind in ("ike-group", "esp-group"))
        modes = (auth.value("client-mode"), auth.value("server-mode"))
        named = connection.values("pool")
        yield (
            {
                "key": f"remote-access {connection.name}", "name": connection.value("description") or connection.name,
                "kind": VpnKind.IPSEC_CLIENTS,
                "enabled": not connection.has("disable"), "local_addresses": tuple(connection.values("local-address")), "protocol": "udp",
                "auth": tuple(dict.fromkeys(_AUTH.get(mode, mode) for mode in modes if mode)), "local_id": auth.value("local-id"),
                "ike_version": _ike(ike), "phase1": _proposals(ike), "phase1_lifetime_s": _lifetime(ike), "phase2": _proposals(esp),
                "phase2_lifetime_s": _lifetime(esp), "pfs": _pfs(esp), "client_pool": ",".join(pools.get(each, each) for each in named),
                "users": tuple(user.name for user in auth.take("local-users").tags("username") if not user.get("disable")),
                "secret_fingerprints": fingerprints(auth.take("pre-shared-secret")), "line": connection.line or None,
            },
            connection,
        )  # fmt: skip
    access.pass_over("IPsec details", "radius", "dhcp", "pool")


# --- dial-in ---


_DIAL_IN = {
    "l2tp": (VpnKind.L2TP, 1701, "udp"), "pptp": (VpnKind.PPTP, 1723, "tcp"), "sstp": (VpnKind.SSTP, 443, "tcp"),
    "openconnect": (VpnKind.SSL, 443, "tcp"), "anyconnect": (VpnKind.SSL, 443, "tcp"),
}  # fmt: skip


def _dial_in(vpn: Node) -> Made:
    for name, (kind, port, protocol) in _DIAL_IN.items():
        node = vpn.get(name)
        if node is None:
            continue
        own = node.children.get("remote-access", node)
        auth = own.get("authentication") or Node("")
        modes = [
            *(auth.children.get("mode", Node("")).children),
            *(["psk"] if own.get("ipsec-settings", "authentication", "pre-shared-secret") else []),
        ]
        mode_words = [word for mode in modes for word in (mode, *auth.children.get("mode", Node("")).children.get(mode, Node("")).children)]
        number = own.value("port") or own.value("listen-ports", "tcp")
        local = [
            each
            for each in (own.value("outside-address"), own.value("listen-address"), own.value("gateway-address"))
            if each not in ("", _ANYWHERE)
        ]
        users = [
            user.name for user in (auth.get("local-users", "username") or Node("")).children.values() if "disable" not in user.children
        ]
        groups = [each.name for group in (auth.get("group"),) if group for each in group.children.values()]
        yield (
            {
                "key": f"vpn {name}", "name": name, "kind": kind, "enabled": not own.get("disable"), "protocol": protocol,
                "listen_port": int(number) if number.isdigit() and len(number) < 6 else port,
                "interface": own.value("outside-interface") or own.value("dhcp-interface"),
                "local_addresses": tuple(local), "auth": tuple(dict.fromkeys(part for word in mode_words for part in _ways(word))),
                "client_pool": _client_pool(own), "users": (*users, *groups),
                "secret_fingerprints": fingerprints(own.get("ipsec-settings") or Node("")),
                "comment": own.value("description"), "line": node.line or None,
            },
            node,
        )  # fmt: skip


def _ways(word: str) -> Iterator[str]:
    """``password-otp`` asks for both."""
    first = word.removesuffix("-otp")
    yield _AUTH.get(first, first)
    if first != word:
        yield "otp"


def _client_pool(own: Node) -> str:
    """Older: ``start`` and ``stop`` or ``subnet``; since 1.5 pools with names."""
    pool = own.get("client-ip-pool") or own.get("network-settings", "client-ip-settings")
    if pool is None:
        return ""
    first, last = pool.value("start"), pool.value("stop")
    if first:
        return f"{first}-{last}" if last else first
    told = [*pool.values("subnet"), *(each for name in pool.children.values() for each in name.values("range"))]
    return ",".join(told)


# --- interfaces that are tunnels ---


def _tunnels(interfaces: Found) -> Made:
    for kind, node in interfaces.tunnels:
        base: dict[str, object] = {
            "key": node.name, "name": node.value("description") or node.name, "interface": node.name, "enabled": not node.get("disable"),
            "local_addresses": tuple(interfaces.addresses.get(node.name, ())), "comment": node.value("description"),
            "line": node.line or None,
        }  # fmt: skip
        if kind == "wireguard":
            yield {**base, **_wireguard(node)}, node
        elif kind == "openvpn":
            yield {**base, **_openvpn(node)}, node
        else:
            yield {**base, **_plain(kind, node)}, node


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _wireguard(node: Node) -> dict[str, object]:
    """VyOS: ``peer anna { public-key X; address A; port P; allowed-ips N }``; EdgeOS: ``peer X { endpoint A:P; allowed-ips N }``."""
    peers = []
    for peer in node.tags("peer"):
        if peer.get("disable"):
            continue
        key = peer.value("public-key") or peer.value("pubkey")
        endpoint = peer.value("endpoint") or peer.value("address") or peer.value("host-name")
        port = peer.value("port")
        named = bool(key)
        peers.append(
            VpnPeer(
                name=peer.value("description") or (peer.name if named else ""), public_key=key or peer.name,
                endpoint=f"{endpoint}:{port}" if port and endpoint else endpoint,
                allowed_prefixes=tuple(each for told in peer.values("allowed-ips") for each in told.split(",")),
            )
        )  # fmt: skip
    secrets = tuple(dict.fromkeys(f for peer in node.tags("peer") for f in fingerprints(peer.children.get("preshared-key", Node("")))))
    listen = node.value("port") or node.value("listen-port")
    return {
        "kind": VpnKind.WIREGUARD, "protocol": "udp", "auth": ("key",), "listen_port": _number(listen), "peers": tuple(peers),
        "secret_fingerprints": secrets,
    }  # fmt: skip


def _openvpn(node: Node) -> dict[str, object]:
    mode = node.value("mode")
    hosts = node.values("remote-host")
    port = node.value("remote-port")
    auth = ["psk"] if node.get("shared-secret-key-file") or node.get("shared-secret-key") else []
    auth += ["certificate"] if node.get("tls") else []
    auth += ["user"] if node.get("authentication") else []
    auth += ["otp"] if node.get("server", "mfa") else []
    transport = node.value("protocol")
    clients = [each.name for each in node.children.get("server", Node("")).children.get("client", Node("")).children.values()]
    subnets = node.values("server", "subnet") if node.get("server", "subnet") else ()
    listen = _number(node.value("local-port"))
    config = node.value("config-file")
    return {
        "kind": VpnKind.OPENVPN, "protocol": transport.split("-")[0] or "udp", "auth": tuple(auth), "client_pool": ",".join(subnets),
        "listen_port": listen if listen or mode == "client" or config else 1194,
        "peers": tuple(VpnPeer(endpoint=f"{h}:{port}" if port else h) for h in hosts),
        "users": tuple(clients), "phase2": tuple(_ciphers(node)),
        "local_id": f"config-file {config}" if config else "",
    }  # fmt: skip


def _ciphers(node: Node) -> Iterator[str]:
    """``encryption aes256`` of EdgeOS; VyOS tells of which kind the list is."""
    encryption = node.get("encryption") or Node("")
    named = [each for key in ("cipher", "data-ciphers", "ncp-ciphers", "data-ciphers-fallback") for each in encryption.values(key)]
    digest = node.value("hash")
    for each in named or list(encryption.children):
        yield f"{each}-{digest}" if digest else each


def _plain(kind: str, node: Node) -> dict[str, object]:
    encapsulation = node.value("encapsulation")
    told = {"vxlan": VpnKind.VXLAN, "pptp-client": VpnKind.PPTP, "l2tp-client": VpnKind.L2TP, "sstpc": VpnKind.SSTP}.get(kind)
    is_gre = kind == "tunnel" and encapsulation.startswith(("gre", "ip6gre", "mgre"))
    remotes = (*node.values("remote"), *node.values("remote-ip"), *node.values("server-ip"), *node.values("server"))
    local = node.value("source-address") or node.value("local-ip") or node.value("local-address")
    return {
        "kind": told or (VpnKind.GRE if is_gre else VpnKind.OTHER),
        "protocol": encapsulation if kind == "tunnel" else "udp" if kind == "vxlan" else kind if not told else "",
        "listen_port": _number(node.value("port")) if kind == "vxlan" else None,
        "peers": tuple(VpnPeer(endpoint=each) for each in remotes if each != _ANYWHERE),
        "local_id": local,
    }  # fmt: skip

"""OPNsense's newer OpenVPN (``OPNsense/OpenVPN``) and WireGuard (``OPNsense/wireguard``): entries with uuids, lists of uuids between them.

Source: ``OpenVPN.xml`` of OPNsense 23.7 to 26, ``Server.xml`` and ``Client.xml`` of WireGuard.
"""

from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import endpoint, fingerprints, networks, port, seconds
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_INSTANCE = listed(
    "dev_type verb topology ca crl cert_depth verify_client_cert data-ciphers-fallback various_flags username_as_common_name",
    "strictusercn password maxclients keepalive_interval keepalive_timeout auth-gen-token auth-gen-token-renewal auth-gen-token-secret",
    "provision_exclusive redirect_gateway route_metric register_dns dns_domain dns_domain_search dns_servers ntp_servers tun_mtu",
    "fragment mssfix carp_depend_on compress_migrate various_push_flags push_inactive nopool bridge_gateway bridge_pool remote_cert_tls",
    "use_ocsp http_proxy tls_key cert local_group authmode server_ipv6 ifconfig-pool-persist port-share push_excluded_routes",
    "description vpnid port-share_addr username nobind",
)
_OVERWRITE = listed(
    "push_reset tunnel_networkv6 local_networks redirect_gateway register_dns dns_domain dns_domain_search dns_servers ntp_servers",
    "wins_servers description route_gateway block enabled servers",
)


def _uuid(element: Element) -> str:
    return (element.attributes or {}).get("uuid", "")


def _is_on(element: Element) -> bool:
    return element.child("enabled") is None or element.flag("enabled", empty=False)


def read_mvc_openvpn(box: Box) -> None:
    keys = {}
    for element in box.each("OPNsense", "OpenVPN", "StaticKeys", "StaticKey"):
        keys[_uuid(element)] = element.get("key")
        known(element, ("mode", "description"))
    clients: list[tuple[list[str], VpnPeer]] = []
    for element in box.each("OPNsense", "OpenVPN", "Overwrites", "Overwrite"):
        attempt(lambda each: clients.append(_client(each)), element)
    for element in box.each("OPNsense", "OpenVPN", "Instances", "Instance"):
        attempt(lambda each: box.reading.vpns.append(_instance(each, keys, clients)), element)


def _client(element: Element) -> tuple[list[str], VpnPeer]:
    name = element.get("common_name")
    state = " (blocked)" if element.flag("block", empty=False) else "" if _is_on(element) else " (off)"
    prefixes = networks(f"{element.get('tunnel_network').partition('/')[0]},{element.get('remote_networks')}")
    servers = words(element.get("servers"))
    known(element, _OVERWRITE)
    return servers, VpnPeer(name=f"{name}{state}", id=name, allowed_prefixes=prefixes)


def _instance(element: Element, keys: dict[str, str], clients: list[tuple[list[str], VpnPeer]]) -> VpnTunnel:
    uuid, number, role = _uuid(element), element.get("vpnid"), element.get("role") or "server"
    protocol, pool, digest = element.get("proto") or "udp", element.get("server") or element.get("server_ipv6"), element.get("auth")
    remotes = words(element.get("remote"))
    users = [each.strip() for each in element.get("authmode").split(",") if each.strip()]
    asks_user = bool(element.get("authmode")) and role == "server"
    verify = element.get("verify_client_cert") or "require"
    auth = [
        *(["certificate"] if role == "client" or verify == "require" else []),
        *(["user"] if asks_user or element.get("username") else []),
    ]
    peers = [VpnPeer(name=remote, endpoint=remote) for remote in remotes]
    if role == "server":
        peers += [peer for servers, peer in clients if not servers or number in servers or uuid in servers]
    address, group = element.get("local"), element.get("local_group")
    local, remote = networks(element.get("push_route")), networks(element.get("route"))
    if len(local) * len(remote) > 400:
        raise ValueError("more pairs of networks than a tunnel has")
    tunnel = VpnTunnel(
        key=f"openvpn/{uuid or number}", name=element.get("description") or f"{role} {number}", kind=VpnKind.OPENVPN,
        enabled=_is_on(element),
        protocol="tcp" if protocol.startswith("tcp") else "udp", local_addresses=(address,) if address else (),
        listen_port=(port(element.get("port")) or 1194) if role == "server" else None, peers=tuple(peers), auth=tuple(auth),
        phase1=tuple(words(element.get("data-ciphers"))), phase2=(digest,) if digest else (),
        phase1_lifetime_s=seconds(element.get("reneg-sec")), client_pool=", ".join(networks(pool)) if role == "server" else "",
        selectors=tuple(VpnSelector(local=a, remote=b) for a in local or (("any",) if remote else ()) for b in remote or ("any",)),
        users=tuple(filter(None, (*(users if asks_user else []), f"group {group}" if group else ""))),
        secret_fingerprints=fingerprints([keys.get(element.get("tls_key"), "")]), comment=element.get("description"), line=element.line,
    )  # fmt: skip
    element.get("port")
    known(element, _INSTANCE)
    return tunnel


def read_mvc_wireguard(box: Box) -> None:
    general = box.find("OPNsense", "wireguard", "general")
    on = general is None or general.child("enabled") is None or general.flag("enabled", empty=False)
    peers: dict[str, tuple[VpnPeer, str]] = {}
    for element in box.each("OPNsense", "wireguard", "client", "clients", "client"):
        attempt(lambda each: _peer(each, peers), element)
    for element in box.each("OPNsense", "wireguard", "server", "servers", "server"):
        attempt(lambda each: box.reading.vpns.append(_wireguard(each, peers, on=on)), element)


def _peer(element: Element, peers: dict[str, tuple[VpnPeer, str]]) -> None:
    name, enabled = element.get("name"), _is_on(element)
    peer = VpnPeer(
        name=name if enabled else f"{name} (off)", public_key=element.get("pubkey"),
        endpoint=endpoint(element.get("serveraddress"), element.get("serverport")), allowed_prefixes=networks(element.get("tunneladdress")),
    )  # fmt: skip
    peers[_uuid(element)] = peer, element.get("psk")
    known(element, ("keepalive", "servers"))


def _wireguard(element: Element, peers: dict[str, tuple[VpnPeer, str]], *, on: bool) -> VpnTunnel:
    name, instance = element.get("name"), element.get("instance")
    mine = [peers[uuid] for uuid in words(element.get("peers")) if uuid in peers]
    tunnel = VpnTunnel(
        key=f"wireguard/{_uuid(element) or name}", name=name, kind=VpnKind.WIREGUARD, enabled=_is_on(element) and on, auth=("key",),
        interface=f"wg{instance}" if instance else "", local_addresses=tuple(words(element.get("tunneladdress"))), protocol="udp",
        listen_port=port(element.get("port")), public_key=element.get("pubkey"), peers=tuple(peer for peer, _ in mine),
        secret_fingerprints=fingerprints(key for _, key in mine), line=element.line,
    )  # fmt: skip
    known(element, listed("privkey mtu dns disableroutes gateway carp_depend_on endpoint peer_dns debug"))
    return tunnel

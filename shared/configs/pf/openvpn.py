"""OpenVPN's servers and clients in ``openvpn``: pfSense, and OPNsense's older form; entries for single clients (``openvpn-csc``)."""

from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import endpoint, fingerprints, networks, port, seconds
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_AUTH = {
    **dict.fromkeys(("p2p_tls", "server_tls", "p2p_tls_bridge"), ("certificate",)),
    "p2p_shared_key": ("key",),
    "server_user": ("user",),
    "server_tls_user": ("certificate", "user"),
}
_QUIET = listed(
    "dev_mode caref certref crlref cert_depth dh_length ecdh_curve engine tls_type tlsauth_keydir tlsmode custom_options client2client",
    "dynamic_ip topology serverbridge_dhcp serverbridge_interface serverbridge_routegateway serverbridge_dhcp_start",
    "serverbridge_dhcp_end compression compression_push allow_compression passtos verbosity_level netbios_enable netbios_ntype",
    "netbios_scope create_gw gwredir gwredir6 inactive_seconds keepalive_interval keepalive_timeout ping_action ping_action_push",
    "ping_action_seconds ping_method ping_push ping_seconds sndrcvbuf exit_notify username_as_common_name strictusercn ocspurl",
    "ocspcheck maxclients connlimit data_ciphers_fallback dns_domain dns_server1 dns_server2 dns_server3 dns_server4 ntp_server1",
    "ntp_server2 dns_add push_blockoutsidedns push_register_dns ncp_enable udp_fast_io use_shaper no_tun_ipv6 duplicate_cn dco",
    "remote_cert_tls wins_server1 wins_server2 ntp_server1_enable auth-retry-none route_no_pull route_no_exec proxy_addr proxy_port",
    "proxy_authtype proxy_user proxy_passwd resolve_retry resolv_retry remote_random auth_user auth_pass reneg-sec local_group",
    "pool_enable client_mgmt_port noexec autokey_enable autotls_enable auth-gen-token use-common-name cso_login_matching dev_mode6",
    "dns_server_enable dns_domain_enable ntp_server_enable netbios_server_enable wins_server_enable tls nat_reneg various_push_flags",
    "duplicate_cn_limit username_as_common_name_disabled inactivity shared_key tunnel_networkv6 unique_subject hold dns_domain_search",
)


def read_openvpn(box: Box) -> None:
    section = box.find("openvpn")
    if section is None:
        return
    clients = _clients(section)
    for element in section.all("openvpn-server"):
        if element.children:
            attempt(lambda each: box.reading.vpns.append(_server(each, clients)), element)
    for element in section.all("openvpn-client"):
        if element.children:
            attempt(lambda each: box.reading.vpns.append(_client(each)), element)


def _clients(section: Element) -> list[tuple[list[str], VpnPeer]]:
    """Entries for single clients, each with the servers that it holds for; none: for all."""
    found = []
    for element in section.all("openvpn-csc"):
        if element.get("common_name") and not element.flag("disable"):
            prefixes = networks(
                f"{element.get('tunnel_network').partition('/')[0]},{element.get('remote_network')},{element.get('remote_networkv6')}"
            )
            blocked = " (blocked)" if element.flag("block", empty=False) else ""
            name = f"{element.get('common_name')}{blocked}"
            found.append((words(element.get("server_list")), VpnPeer(name=name, id=element.get("common_name"), allowed_prefixes=prefixes)))
        element.mark()
    return found


def _common(element: Element, which: str) -> dict[str, object]:
    number, protocol = element.get("vpnid"), element.get("protocol").lower()
    mode, ciphers = element.get("mode"), element.get("data_ciphers") or element.get("ncp-ciphers") or element.get("crypto")
    element.get("crypto"), element.get("ncp-ciphers"), element.get("data_ciphers")
    secrets = [element.get("shared_key"), element.get("tls")]
    digest = element.get("digest")
    known(element, _QUIET)
    address = element.get("ipaddr")
    return {
        "key": f"openvpn-{which}/{number}", "name": element.get("description") or f"{which} {number}", "kind": VpnKind.OPENVPN,
        "enabled": not element.flag("disable"), "interface": element.get("interface"), "comment": element.get("description"),
        "protocol": "tcp" if "tcp" in protocol else "udp", "local_addresses": (address,) if address else (),
        "auth": _AUTH.get(mode, (mode,) if mode else ()), "phase1": tuple(words(ciphers)), "phase2": (digest,) if digest else (),
        "secret_fingerprints": fingerprints(secrets), "phase1_lifetime_s": seconds(element.get("reneg-sec")), "line": element.line,
    }  # fmt: skip


def _server(element: Element, clients: list[tuple[list[str], VpnPeer]]) -> VpnTunnel:
    about = _common(element, "server")
    number, mode, pool = element.get("vpnid"), element.get("mode"), element.get("tunnel_network") or element.get("tunnel_networkv6")
    peers = tuple(peer for servers, peer in clients if not servers or number in servers)
    users = tuple(filter(None, (each.strip() for each in element.get("authmode").split(","))))
    return VpnTunnel.model_validate(
        {
            **about, "listen_port": port(element.get("local_port")) or 1194, "selectors": _selectors(element), "peers": peers,
            "client_pool": ", ".join(networks(pool)) if mode.startswith("server") else "", "users": users if "user" in mode else (),
        }
    )  # fmt: skip


def _client(element: Element) -> VpnTunnel:
    about = _common(element, "client")
    host, number = element.get("server_addr"), element.get("server_port")
    auth = tuple(dict.fromkeys((*about["auth"], *(["user"] if element.get("auth_user") else []))))  # type: ignore[misc]  # a tuple
    element.get("local_port"), element.get("authmode"), element.get("tunnel_network")
    peer = VpnPeer(name=str(about["name"]), endpoint=endpoint(host, number))
    return VpnTunnel.model_validate({**about, "auth": auth, "selectors": _selectors(element), "peers": (peer,)})


def _selectors(element: Element) -> tuple[VpnSelector, ...]:
    """Networks that each side tells the other of."""
    local = networks(f"{element.get('local_network')},{element.get('local_networkv6')}")
    remote = networks(f"{element.get('remote_network')},{element.get('remote_networkv6')}")
    if len(local) * len(remote) > 400:
        raise ValueError("more pairs of networks than a tunnel has")
    return tuple(VpnSelector(local=a, remote=b) for a in local or (("any",) if remote else ()) for b in remote or ("any",))

"""Which tunnels are there? IPsec tunnels with their IKE gateways, GRE, and GlobalProtect for people who dial in.

Source: PAN-OS administrator's guide, "Site-to-site VPN"; GlobalProtect administrator's guide: portals and gateways answer at TCP 443.
"""

from shared.configs.ipsec_words import pfs, proposals
from shared.configs.panos.box import Box
from shared.configs.secret_nets import REMOVED
from shared.configs.word_tree import Node
from shared.device_config import RemoteAccess
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


def read(box: Box) -> None:
    gateways: dict[str, Node] = {}
    ike: dict[str, Node] = {}
    esp: dict[str, Node] = {}
    for network in box.parts("network"):
        gateways.update({each.name: each for each in network.each("ike", "gateway")})
        ike.update({each.name: each for each in network.each("ike", "crypto-profiles", "ike-crypto-profiles")})
        esp.update({each.name: each for each in network.each("ike", "crypto-profiles", "ipsec-crypto-profiles")})
        if (crypto := network.get("ike", "crypto-profiles")) is not None:
            crypto.pass_over("GlobalProtect options", "global-protect-app-crypto-profiles")
        if (top := network.get("ike")) is not None:
            top.pass_over("IKE options", *(set(top.children) - {"gateway", "crypto-profiles"}))
    for profile in (*ike.values(), *esp.values()):
        _profile(profile)
        profile.pass_over("IKE options", "authentication-multiple", "lifesize", "description")
    for each in gateways.values():
        _gateway(each)
    for network in box.parts("network"):
        for tunnel in network.each("tunnel", "ipsec"):
            box.attempt(_tunnel, tunnel, gateways, ike, esp)
        for tunnel in network.each("tunnel", "gre"):
            box.attempt(_gre, tunnel)
        if (top := network.get("tunnel")) is not None:
            top.pass_over("GlobalProtect options", *(set(top.children) - {"ipsec", "gre"}))
    for scope in box.scopes:
        protect = scope.node.get("global-protect")
        if protect is None:
            continue
        for gateway in protect.each("global-protect-gateway"):
            box.attempt(_dial_in, gateway)
        for portal in protect.each("global-protect-portal"):
            box.attempt(_portal, portal)
        protect.pass_over("GlobalProtect options", *(set(protect.children) - {"global-protect-gateway", "global-protect-portal"}))


def _seconds(profile: Node) -> int | None:
    for unit, factor in _UNITS.items():
        if (count := profile.number("lifetime", unit)) is not None:
            return count * factor
    return None


def _profile(profile: Node) -> tuple[tuple[str, ...], str, int | None]:
    """Proposals, the group of PFS (of the second phase), and the lifetime."""
    groups = profile.values("dh-group")
    for name in ("esp", "ah"):
        body = profile.get(name)
        if body is not None:
            found = proposals(body.values("encryption"), body.values("authentication"))
            return found, pfs(groups[0]) if groups else "", _seconds(profile)
    return proposals(profile.values("encryption"), profile.values("hash"), groups), "", _seconds(profile)


def _gateway(gateway: Node) -> dict[str, object]:
    """What a gateway says of its own end and of the other."""
    auth = gateway.get("authentication") or Node("")
    key = auth.value("pre-shared-key", "key")
    removed = REMOVED.fullmatch(key)
    ways = [name for kind, name in (("pre-shared-key", "psk"), ("certificate", "certificate")) if auth.has(kind)]
    if (certificate := auth.get("certificate")) is not None:
        certificate.pass_over("IKE options", *certificate.children)
    version = {"ikev1": "1", "ikev2": "2", "ikev2-preferred": "1,2"}.get(gateway.value("protocol", "version"), "1")
    local = gateway.get("local-address") or Node("")
    places = [local.value("ip") or local.value("floating-ip"), local.value("interface")]
    local.value("interface"), local.value("ip")
    peer = gateway.get("peer-address") or Node("")
    endpoint = peer.value("ip") or peer.value("fqdn")
    peer.values("dynamic")
    peer.has("dynamic")
    for side in ("peer-id", "local-id"):
        # set lines may say all on one: ``local-id id x type fqdn``
        for each in gateway.each(side, "id"):
            each.pass_over("IKE options", "type", "matching")
    profiles = [gateway.value("protocol", kind, "ike-crypto-profile") for kind in ("ikev1", "ikev2")]
    for kind in gateway.each("protocol"):
        kind.pass_over(
            "IKE options", "dpd", "exchange-mode", "require-cookie", "pq-ppk", "pq-kem", "ikev2-fragment", "authentication-profile"
        )
    gateway.pass_over("IKE options", "protocol-common", "comment", "ipv6")
    return {
        "enabled": gateway.value("disabled") != "yes", "auth": tuple(ways), "version": version, "local": tuple(filter(None, places)),
        "endpoint": endpoint, "peer_id": gateway.value("peer-id", "id"), "local_id": gateway.value("local-id", "id"),
        "kinds": (gateway.value("peer-id", "type"), gateway.value("local-id", "type"), gateway.value("peer-id", "matching")),
        "profile": profiles[0] if version == "1" else profiles[1] or profiles[0], "fingerprint": (removed[1] or "") if removed else "",
    }  # fmt: skip


def _tunnel(box: Box, tunnel: Node, gateways: dict[str, Node], ike: dict[str, Node], esp: dict[str, Node]) -> None:
    auto = tunnel.get("auto-key") or Node("")
    names = auto.values("ike-gateway")
    ends = [_gateway(gateways[name]) for name in names if name in gateways]
    first: dict[str, object] = ends[0] if ends else {}
    profile1 = ike.get(str(first.get("profile") or "default")) or Node("")
    profile2 = esp.get(auto.value("ipsec-crypto-profile") or "default") or Node("")
    phase1, _, life1 = _profile(profile1)
    phase2, own_pfs, life2 = _profile(profile2)
    selectors = []
    for kind in ("proxy-id", "proxy-id-v6"):
        for each in auto.each(kind):
            protocols = [" ".join(words) for child in each.each("protocol") for words in child.taken() if words != ["any"]]
            more = f" ({', '.join(protocols)})" if protocols else ""
            selectors.append(VpnSelector(local=f"{each.value('local') or 'any'}{more}", remote=each.value("remote") or "any"))
    monitor = tunnel.get("tunnel-monitor")
    if monitor is not None:
        monitor.leave("IPsec options")
    tunnel.pass_over("IPsec options", "anti-replay", "anti-replay-window", "copy-tos", "copy-flow-label", "enable-gre-encapsulation",
                     "ipsec-mode", "global-protect-satellite", "tunnel-monitor", "pq-kem")  # fmt: skip
    manual = tunnel.get("manual-key")
    if manual is not None:
        manual.leave("manual IPsec keys")
    fingerprint = str(first.get("fingerprint") or "")
    box.reading.vpns.append(
        VpnTunnel.model_validate(
            {
                "key": tunnel.name, "name": tunnel.name, "kind": VpnKind.IPSEC, "interface": tunnel.value("tunnel-interface"),
                "enabled": tunnel.value("disabled") != "yes" and all(end["enabled"] for end in ends),
                "local_addresses": first.get("local", ()), "local_id": first.get("local_id", ""), "auth": first.get("auth", ()),
                "peers": tuple(VpnPeer(name=name, endpoint=str(end["endpoint"]), id=str(end["peer_id"]))
                               for name, end in zip((name for name in names if name in gateways), ends, strict=True)),
                "ike_version": first.get("version", ""), "phase1": phase1, "phase2": phase2, "pfs": own_pfs, "phase1_lifetime_s": life1,
                "phase2_lifetime_s": life2, "selectors": tuple(selectors), "protocol": "manual" if manual is not None else "",
                "secret_fingerprints": (fingerprint,) if fingerprint else (), "comment": tunnel.value("comment"),
                "line": box.tree.line(tunnel),
            }
        )
    )  # fmt: skip


def _gre(box: Box, tunnel: Node) -> None:
    local = tunnel.get("local-address") or Node("")
    places = [name for name in (local.value("ip"), local.value("interface")) if name]
    peer = tunnel.value("peer-address", "ip")
    tunnel.pass_over("tunnel options", "keep-alive", "ttl", "copy-tos", "erspan")
    box.reading.vpns.append(
        VpnTunnel(
            key=tunnel.name, name=tunnel.name, kind=VpnKind.GRE, enabled=tunnel.value("disabled") != "yes", line=box.tree.line(tunnel),
            interface=tunnel.value("tunnel-interface"), local_addresses=tuple(places), peers=(VpnPeer(endpoint=peer),),
        )
    )  # fmt: skip


def _own_end(node: Node) -> tuple[list[str], list[str]]:
    """The interface and the addresses where a portal or gateway answers."""
    local = node.get("local-address") or Node("")
    addresses = [name for kind in ("ip", "floating-ip") for family in local.each(kind) for name in family.values()]
    local.pass_over("GlobalProtect options", "ip-address-family")
    return [name for name in (local.value("interface"),) if name], addresses


def _dial_in(box: Box, gateway: Node) -> None:
    interfaces, addresses = _own_end(gateway)
    pools: dict[str, None] = {}
    users: dict[str, None] = {}
    for config in gateway.each("remote-user-tunnel-configs"):
        pools.update(dict.fromkeys(config.values("ip-pool")))
        users.update(dict.fromkeys(name for name in config.values("source-user") if name != "any"))
        config.pass_over("GlobalProtect options", *(set(config.children) - {"ip-pool", "source-user"}))
    ways = [*(["user"] if gateway.has("client-auth") else []), *(["certificate"] if gateway.value("certificate-profile") else [])]
    tunnel = gateway.value("remote-user-tunnel")
    mode = gateway.value("tunnel-mode")
    gateway.pass_over("GlobalProtect options", *(set(gateway.children) - {"local-address", "remote-user-tunnel-configs",
    "certificate-profile",
                                                                         "remote-user-tunnel", "tunnel-mode"}))  # fmt: skip
    box.reading.vpns.append(
        VpnTunnel(
            key=f"global-protect {gateway.name}", name=gateway.name, kind=VpnKind.SSL, interface=tunnel, listen_port=443, protocol="tcp",
            local_addresses=(*addresses, *interfaces), auth=tuple(ways), client_pool=",".join(pools), users=tuple(users),
            comment="GlobalProtect" if mode != "no" else "GlobalProtect without a tunnel", line=box.tree.line(gateway),
        )
    )  # fmt: skip


def _portal(box: Box, portal: Node) -> None:
    config = portal.get("portal-config") or Node("")
    interfaces, addresses = _own_end(config)
    portal.pass_over("GlobalProtect options", *(set(portal.children) - {"portal-config"}))
    config.pass_over("GlobalProtect options", *(set(config.children) - {"local-address"}))
    box.reading.remote_access.append(
        RemoteAccess(
            service="globalprotect-portal", port=443, interfaces=tuple(interfaces) or ("any",), detail=" ".join((portal.name, *addresses))
        )
    )  # fmt: skip

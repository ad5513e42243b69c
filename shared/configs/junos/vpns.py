"""Which tunnels are there? IPsec by ``[edit security ike]`` and ``[edit security ipsec]``, dial-in, GRE.

A VPN names a gateway and an IPsec policy, the gateway an IKE policy, the policies their proposals. Source: Junos "IPsec VPN user guide";
"proposal-set" for the predefined ones, which are named as Junos names them.
"""

import re

from shared.configs.ipsec_words import pfs, proposals
from shared.configs.junos.box import Box
from shared.configs.secret_nets import REMOVED
from shared.configs.word_tree import Node
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_AUTH = {"pre-shared-keys": "psk", "rsa-signatures": "certificate", "dsa-signatures": "certificate", "certificates": "certificate",
         "ecdsa-signatures-256": "certificate", "ecdsa-signatures-384": "certificate", "ecdsa-signatures-521": "certificate"}  # fmt: skip
_GATEWAY_OPTIONS = ("dead-peer-detection", "nat-keepalive", "no-nat-traversal", "general-ikeid", "fragmentation", "tcp-encap-profile",
                    "advpn", "ppk-profile", "node-local", "force-nat-t", "local-interface")  # fmt: skip
_VPN_OPTIONS = ("df-bit", "vpn-monitor", "establish-tunnels", "copy-outer-dscp", "distribution-profile", "multi-sa", "match-direction",
                "passive-mode-tunneling", "tunnel-mtu", "udp-encapsulate", "no-anti-replay", "anti-replay-window-size")  # fmt: skip


def read(box: Box) -> None:
    ike, ipsec = box.at("security", "ike"), box.at("security", "ipsec")
    ike.pass_over("IKE options", "traceoptions", "respond-bad-spi", "session", "blocklists")
    ipsec.pass_over("IPsec options", "traceoptions", "vpn-monitor-options", "security-association", "anti-replay-window-size",
                    "internal", "tunnel-events-limit")  # fmt: skip
    dial_in = _dial_in(box)
    used: set[str] = set()
    for vpn in ipsec.each("vpn", inactive=True):
        used.add(_tunnel(box, vpn, ike, ipsec, dial_in))
    for gateway in ike.each("gateway", inactive=True):
        if gateway.name not in used and dial_in.keys() & {gateway.name}:
            _tunnel(box, gateway, ike, ipsec, dial_in)
        _take_options(gateway, _GATEWAY_OPTIONS)
    for part, node in (("policy", ike), ("proposal", ike), ("policy", ipsec), ("proposal", ipsec)):
        for each in node.each(part, inactive=True):
            each.pass_over("descriptions", "description")
            _proposal(each)
            each.values("certificate", "local-certificate")
            each.pass_over("IKE options", "certificate", "reauth-frequency", "lifetime-kilobytes", "extended-sequence-number")
            _policy(each)
    _gre(box)


def _take_options(node: Node, options: tuple[str, ...]) -> None:
    node.pass_over("IKE options", *options)


def _dial_in(box: Box) -> dict[str, tuple[str, ...]]:
    """The VPNs and gateways that people dial in by, with who may."""
    found: dict[str, tuple[str, ...]] = {}
    remote = box.at("security", "remote-access")
    for profile in remote.each("profile"):
        for name in profile.values("ipsec-vpn"):
            found[name] = ()
        profile.pass_over("remote access clients", *profile.children)
    remote.pass_over("remote access clients", *(name for name in remote.children if name != "profile"))
    dynamic = box.at("security", "dynamic-vpn")
    for client in dynamic.each("clients"):
        users = tuple(client.values("user"))
        for name in client.values("ipsec-vpn"):
            found[name] = users
        client.pass_over("remote access clients", "remote-protected-resources", "remote-exceptions", "user-groups")
    dynamic.pass_over("remote access clients", *(name for name in dynamic.children if name != "clients"))
    return found


def _proposal(node: Node) -> tuple[tuple[str, ...], tuple[str, ...], int | None]:
    node.value("protocol")
    found = proposals(
        node.values("encryption-algorithm"), node.values("authentication-algorithm"), node.values("dh-group")
    )  # fmt: skip
    return found, tuple(_AUTH.get(name, name) for name in node.values("authentication-method")), node.number("lifetime-seconds")


def _proposals(parent: Node, policy: Node) -> tuple[tuple[str, ...], tuple[str, ...], int | None]:
    names, auth = dict[str, None](), dict[str, None]()
    lifetime: int | None = None
    for each in policy.values("proposals"):
        node = parent.get("proposal", each)
        if node is None:
            names[f"{each} (not defined)"] = None
            continue
        found, ways, seconds = _proposal(node)
        names.update(dict.fromkeys(found))
        auth.update(dict.fromkeys(ways))
        lifetime = lifetime if seconds is None else seconds
    names.update(dict.fromkeys(f"proposal-set {name}" for name in policy.values("proposal-set")))
    return tuple(names), tuple(auth), lifetime


def _policy(policy: Node) -> tuple[str, str, str]:
    """Mode, PFS and the fingerprint of its key."""
    keys = [*policy.values("pre-shared-key", "ascii-text"), *policy.values("pre-shared-key", "hexadecimal")]
    policy.values("pre-shared-key")
    policy.values("proposals")
    policy.values("proposal-set")
    removed = REMOVED.fullmatch(keys[0]) if keys else None
    return policy.value("mode"), pfs(policy.value("perfect-forward-secrecy", "keys")), (removed[1] or "") if removed else ""


def _identity(node: Node, name: str) -> str:
    """``local-identity hostname vpn.example.com``, ``inet 192.0.2.1``, ``distinguished-name wildcard "..."``"""
    for kind in node.each(name):
        words = [word for word in kind.values() if word not in ("wildcard", "container")]
        nested = [word for each in kind.each() if each.name in ("wildcard", "container") for word in each.values()]
        return " ".join((*words, *nested)) or kind.name
    return ""


def _endpoints(gateway: Node) -> list[tuple[str, str]]:
    """Where the other end is, and who it must be; several addresses are tried one after the other."""
    peer = _identity(gateway, "remote-identity")
    dynamic = gateway.get("dynamic")
    if dynamic is not None:
        for name in ("hostname", "user-at-hostname", "inet", "inet6"):
            peer = peer or dynamic.value(name)
        peer = peer or _identity(gateway, "dynamic") if dynamic.has("distinguished-name") else peer
        dynamic.pass_over("IKE options", "connections-limit", "reject-duplicate-connection", "distinguished-name", "ike-user-type")
    found = [(address, peer) for address in gateway.values("address")]
    return found or [("", peer)]


def _is_dial_in(gateway: Node) -> bool:
    user_type = gateway.children.get("dynamic", Node("")).children.get("ike-user-type")
    return bool(user_type) or gateway.has("xauth") or gateway.has("aaa", "access-profile")


def _selectors(vpn: Node) -> list[VpnSelector]:
    found = [
        VpnSelector(local=local, remote=remote)
        for each in vpn.each("traffic-selector")
        for local in each.values("local-ip") or ["any"]
        for remote in each.values("remote-ip") or ["any"]
    ]
    for each in vpn.each("traffic-selector"):
        found += [VpnSelector(local=term.value("local-ip") or "any", remote=term.value("remote-ip") or "any") for term in each.each("term")]
        each.pass_over("IPsec options", "description", "protocol", "source-port", "destination-port", "metric")
    identity = vpn.get("ike", "proxy-identity")
    if identity is not None:
        service = identity.value("service")
        local, remote = identity.value("local") or "any", identity.value("remote") or "any"
        more = f" ({service})" if service not in ("", "any") else ""
        found.append(VpnSelector(local=f"{local}{more}", remote=remote))
    return found


def _tunnel(box: Box, vpn: Node, ike: Node, ipsec: Node, dial_in: dict[str, tuple[str, ...]]) -> str:
    """Reads one VPN with all that it refers to, and gives the name of its gateway."""
    _take_options(vpn, _VPN_OPTIONS)
    own = vpn.get("ike") or Node("ike")
    _take_options(own, ("idle-time", "install-interval", "no-anti-replay", "anti-replay-window-size"))
    name = own.value("gateway")
    gateway = ike.get("gateway", name) or Node(name)
    policy = ike.get("policy", gateway.value("ike-policy")) or Node("")
    second = ipsec.get("policy", own.value("ipsec-policy")) or Node("")
    phase1, auth, life1 = _proposals(ike, policy)
    phase2, _, life2 = _proposals(ipsec, second)
    _, _, fingerprint = _policy(policy)
    _, own_pfs, _ = _policy(second)
    version = re.sub(r"^v(\d)-only$", r"\1", gateway.value("version"))
    keyed = bool(policy.children.get("pre-shared-key"))
    people = vpn.name in dial_in or _is_dial_in(gateway)
    asked = [way for way in (gateway.get("xauth"), gateway.get("aaa")) if way is not None]
    for way in asked:
        way.pass_over("IKE options", *way.children)
    manual = vpn.get("manual")
    if manual is not None:
        manual.leave("manual IPsec keys")
    box.reading.vpns.append(
        VpnTunnel.model_validate(
            {
                "key": vpn.name, "name": vpn.name, "kind": VpnKind.IPSEC_CLIENTS if people else VpnKind.IPSEC,
                "enabled": vpn.active and (gateway.active or not name), "interface": vpn.value("bind-interface"),
                "local_addresses": tuple(filter(None, (gateway.value("local-address"), gateway.value("external-interface")))),
                "peers": tuple(VpnPeer(name=name, endpoint=endpoint, id=peer) for endpoint, peer in _endpoints(gateway)),
                "local_id": _identity(gateway, "local-identity"),
                "auth": tuple(dict.fromkeys((*(auth or (("psk",) if keyed else ())), *(("user",) if asked or people else ())))),
                "ike_version": version or ("1" if name else ""), "phase1": phase1, "phase2": phase2, "pfs": own_pfs,
                "phase1_lifetime_s": life1, "phase2_lifetime_s": life2, "selectors": tuple(_selectors(vpn)),
                "users": dial_in.get(vpn.name, ()), "secret_fingerprints": (fingerprint,) if fingerprint else (),
                "protocol": "manual" if manual is not None else "", "comment": vpn.value("description"), "line": box.tree.line(vpn),
            }
        )
    )  # fmt: skip
    return name


def _gre(box: Box) -> None:
    for interface in box.at("interfaces").each():
        if not re.match(r"^(?:gr|ip)-\d", interface.name):
            continue
        for unit in interface.each("unit"):
            tunnel = unit.get("tunnel")
            if tunnel is None:
                continue
            peer, local = tunnel.value("destination"), tunnel.value("source")
            tunnel.pass_over("tunnel options", *(set(tunnel.children) - {"source", "destination"}))
            name = f"{interface.name}.{unit.name}"
            box.reading.vpns.append(
                VpnTunnel(
                    key=name, name=name, kind=VpnKind.GRE if name.startswith("gr") else VpnKind.OTHER, interface=name,
                    local_addresses=(local,) if local else (), peers=(VpnPeer(endpoint=peer),), comment=unit.value("description"),
                    line=box.tree.line(unit),
                )
            )  # fmt: skip

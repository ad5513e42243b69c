"""RouterOS's tunnels: WireGuard, IPsec, the PPP servers and clients (L2TP, PPTP, SSTP, OpenVPN), GRE and its kin, VXLAN.

IPsec is told in parts that name each other: a peer has a profile (phase 1) and identities (who, and how it proves it), policies are the
networks that it carries, with a proposal (phase 2). Up to 6.43 the peer held all of phase 1 and the secret. People who dial in by PPP are
``/ppp secret``; a profile gives them addresses of a pool. Source: MikroTik's documentation, "IPsec", "WireGuard", "PPP AAA", "L2TP",
"SSTP", "OpenVPN".
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from shared.configs import values
from shared.configs.routeros_box import Box, Handler, keep, nothing, seconds, whole_number
from shared.configs.routeros_text import Entry
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_FINGERPRINT = re.compile(r"\[removed:([0-9a-f]{10})\]")
_AUTH = {
    "pre-shared-key": ("psk",), "digital-signature": ("certificate",), "rsa-signature": ("certificate",), "rsa-key": ("key",),
    "eap": ("user",), "eap-radius": ("user",), "pre-shared-key-xauth": ("psk", "user"), "rsa-signature-hybrid": ("certificate", "user"),
}  # fmt: skip
_IKE = {"ike2": "2", "main": "1", "aggressive": "1", "base": "1", "main-l2tp": "1", "": "1"}
_SERVERS = {
    "l2tp-server": (VpnKind.L2TP, 1701, "udp"), "pptp-server": (VpnKind.PPTP, 1723, "tcp"), "sstp-server": (VpnKind.SSTP, 443, "tcp"),
    "ovpn-server": (VpnKind.OPENVPN, 1194, "tcp"),
}  # fmt: skip
_CLIENTS = {
    "l2tp-client": VpnKind.L2TP, "pptp-client": VpnKind.PPTP, "sstp-client": VpnKind.SSTP, "ovpn-client": VpnKind.OPENVPN,
    "gre": VpnKind.GRE,
    "gre6": VpnKind.GRE, "l2tp-server": VpnKind.L2TP, "pptp-server": VpnKind.PPTP, "sstp-server": VpnKind.SSTP,
    "ovpn-server": VpnKind.OPENVPN,
}  # fmt: skip
_SERVICE_OF = {VpnKind.L2TP: "l2tp", VpnKind.PPTP: "pptp", VpnKind.SSTP: "sstp", VpnKind.OPENVPN: "ovpn"}


def fingerprints(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for text in texts for found in _FINGERPRINT.findall(text)))


def finish_vpns(box: Box) -> None:
    for make in (_wireguards, _ipsec, _servers, _tunnels, _vxlans):
        for tunnel, entry in make(box):
            try:
                box.reading.vpns.append(VpnTunnel.model_validate(tunnel))
            except ValueError:
                box.reading.unread(entry.statement)


Made = Iterator[tuple[Mapping[str, object], Entry]]


def _wireguards(box: Box) -> Made:
    peers: dict[str, list[Entry]] = {}
    for peer in box.of("interface wireguard peers"):
        peers.setdefault(peer.get("interface"), []).append(peer)
    for entry in box.of("interface wireguard"):
        own = peers.pop(entry.get("name"), [])
        interface = box.interfaces.get(entry.get("name"))
        yield (
            {
                "key": entry.get("name"), "name": entry.get("name"), "kind": VpnKind.WIREGUARD, "enabled": not entry.disabled,
                "interface": entry.get("name"), "local_addresses": tuple(interface.addresses) if interface else (),
                "listen_port": whole_number(entry.get("listen-port")), "protocol": "udp", "auth": ("key",),
                "peers": tuple(_wireguard_peer(peer) for peer in own if not peer.disabled), "comment": entry.get("comment"),
                "secret_fingerprints": fingerprints(*(peer.get("preshared-key") for peer in own)), "line": entry.line,
            },
            entry,
        )  # fmt: skip
    for left in peers.values():
        for peer in left:
            box.reading.unread(peer.statement)


def _wireguard_peer(peer: Entry) -> VpnPeer:
    address, port = peer.get("endpoint-address"), peer.get("endpoint-port")
    return VpnPeer(
        name=peer.get("comment") or peer.get("name"), public_key=peer.get("public-key"),
        endpoint=f"{address}:{port}" if address and port not in ("", "0") else address,
        allowed_prefixes=tuple(each for each in peer.get("allowed-address").split(",") if each),
    )  # fmt: skip


# --- IPsec ---


def _by_name(box: Box, menu: str) -> dict[str, Entry]:
    """Entries by their names; what ``default=yes`` finds is called so."""
    named: dict[str, Entry] = {}
    for entry in box.of(menu):
        named[entry.get("name") or ("default" if entry.target == "default=yes" else entry.target)] = entry
    return named


def _ipsec(box: Box) -> Made:
    profiles = {**_by_name(box, "ip ipsec peer profile"), **_by_name(box, "ip ipsec profile")}
    proposals = _by_name(box, "ip ipsec proposal")
    modes = _by_name(box, "ip ipsec mode-config")
    pools = {entry.get("name"): entry.get("ranges") for entry in box.of("ip pool")}
    peers = [entry for entry in box.of("ip ipsec peer") if entry.verb == "add"]
    for number, peer in enumerate(peers, start=1):
        name = peer.get("name") or peer.get("comment") or peer.get("address") or f"peer {number}"
        identities = [each for each in box.of("ip ipsec identity") if each.get("peer") == peer.get("name") and peer.get("name")]
        policies = [each for each in box.of("ip ipsec policy") if _belongs(each, peer)]
        profile = profiles.get(peer.get("profile") or "default")
        proposal = next(
            (proposals[each.get("proposal", "default")] for each in policies if each.get("proposal", "default") in proposals), None
        )
        mode = next((modes[each.get("mode-config")] for each in identities if each.get("mode-config") in modes), None)
        clients = _is_for_clients(peer, identities, mode)
        pool = mode.get("address-pool") if mode else ""
        yield (
            {
                "key": name, "name": name, "kind": VpnKind.IPSEC_CLIENTS if clients else VpnKind.IPSEC,
                "enabled": not peer.disabled and (not identities or any(not each.disabled for each in identities)),
                "local_addresses": (peer.get("local-address"),) if peer.get("local-address") else (), "protocol": "udp",
                "peers": tuple(_ipsec_peers(peer, identities)), "local_id": next((i.get("my-id") for i in identities if i.get("my-id")),
                ""),
                "auth": _auth(peer, identities), "ike_version": _IKE.get(peer.get("exchange-mode"), peer.get("exchange-mode")),
                "phase1": tuple(_phase1(profile, peer)), "phase1_lifetime_s": seconds((profile or peer).get("lifetime")),
                "phase2": tuple(_phase2(proposal)), "phase2_lifetime_s": seconds(proposal.get("lifetime")) if proposal else None,
                "pfs": proposal.get("pfs-group") if proposal else "", "selectors": tuple(_selectors(policies)),
                "client_pool": pools.get(pool, pool), "users": tuple(i.get("username") for i in identities if i.get("username")),
                "comment": peer.get("comment"), "secret_fingerprints": fingerprints(*(each.get("secret") for each in (peer, *identities))),
                "line": peer.line,
            },
            peer,
        )  # fmt: skip


def _belongs(policy: Entry, peer: Entry) -> bool:
    """By the peer's name, else by the tunnel's end."""
    if policy.disabled or policy.get("template") == "yes" or policy.verb != "add":
        return False
    if policy.get("peer"):
        return policy.get("peer") == peer.get("name")
    end = policy.get("sa-dst-address")
    return bool(end) and end not in ("::", "0.0.0.0") and end == peer.get("address").removesuffix("/32")  # noqa: S104 - no end


def _is_for_clients(peer: Entry, identities: Iterable[Entry], mode: Entry | None) -> bool:
    anywhere = peer.get("address") in ("", "0.0.0.0/0", "::/0")
    return anywhere or (mode is not None and mode.get("responder") != "no" and peer.get("passive") == "yes")


def _ipsec_peers(peer: Entry, identities: Iterable[Entry]) -> Iterator[VpnPeer]:
    address = peer.get("address").removesuffix("/32")
    endpoint = "" if address in ("0.0.0.0/0", "::/0") else address
    if endpoint and peer.get("port", "500") != "500":
        endpoint = f"{endpoint}:{peer.get('port')}"
    found = False
    for each in identities:
        found = True
        name = each.get("comment") or each.get("remote-certificate") or each.get("username")
        yield VpnPeer(name=name, endpoint=endpoint, id=each.get("remote-id"))
    if not found:
        yield VpnPeer(name=peer.get("comment"), endpoint=endpoint)


def _auth(peer: Entry, identities: Iterable[Entry]) -> tuple[str, ...]:
    told = [each.get("auth-method", "pre-shared-key") for each in identities] or [peer.get("auth-method", "pre-shared-key")]
    return tuple(dict.fromkeys(way for method in told for way in _AUTH.get(method, (method,))))


def _product(*parts: str) -> Iterator[str]:
    """Every choice is one of each part's: ``aes-256-sha256-modp2048``."""
    choices = [[one for one in part.split(",") if one] for part in parts]
    made = [""]
    for each in choices:
        made = [f"{start}-{one}" if start else one for start in made for one in each][:64] if each else made
    yield from (each for each in made if each)


def _phase1(profile: Entry | None, peer: Entry) -> Iterator[str]:
    told = profile or peer
    yield from _product(told.get("enc-algorithm"), told.get("hash-algorithm"), told.get("dh-group"))


def _phase2(proposal: Entry | None) -> Iterator[str]:
    if proposal:
        yield from _product(proposal.get("enc-algorithms"), proposal.get("auth-algorithms"))


def _selectors(policies: Iterable[Entry]) -> Iterator[VpnSelector]:
    for policy in policies:
        yield VpnSelector(local=policy.get("src-address", "0.0.0.0/0"), remote=policy.get("dst-address", "0.0.0.0/0"))


# --- PPP, GRE, VXLAN ---


def _servers(box: Box) -> Made:
    profiles = _by_name(box, "ppp profile")
    pools = {entry.get("name"): entry.get("ranges") for entry in box.of("ip pool")}
    for menu in sorted(box.kept):
        kind_name = menu.removeprefix("interface ").removesuffix(" server")
        if not menu.startswith("interface ") or not menu.endswith(" server") or kind_name not in _SERVERS:
            continue
        kind, port, protocol = _SERVERS[kind_name]
        for entry in box.of(menu):
            profile = profiles.get(entry.get("default-profile") or "default")
            pool = profile.get("remote-address") if profile else ""
            on = entry.get("enabled") == "yes" or (entry.verb == "add" and not entry.disabled)
            secrets = [each for each in box.of("ppp secret") if each.get("service", "any") in ("any", _SERVICE_OF[kind])]
            name = entry.get("name") or kind_name
            yield (
                {
                    "key": name, "name": name, "kind": kind, "enabled": on, "listen_port": whole_number(entry.get("port")) or port,
                    "protocol": entry.get("protocol") or protocol, "auth": tuple(_server_auth(entry)),
                    "client_pool": pools.get(pool, pool), "users": tuple(each.get("name") for each in secrets if not each.disabled),
                    "peers": tuple(_dial_in(each) for each in secrets if not each.disabled),
                    "secret_fingerprints": fingerprints(entry.get("ipsec-secret")), "comment": entry.get("comment"), "line": entry.line,
                },
                entry,
            )  # fmt: skip


def _server_auth(entry: Entry) -> Iterator[str]:
    yield "user"
    if entry.get("use-ipsec", "no") != "no":
        yield "psk" if entry.get("ipsec-secret") else "certificate"
    if entry.get("require-client-certificate") == "yes" or entry.get("verify-client-certificate") == "yes":
        yield "certificate"


def _dial_in(secret: Entry) -> VpnPeer:
    allowed = (secret.get("remote-address"),) if values.is_address(secret.get("remote-address")) else ()
    routes = tuple(each.split()[0] for each in secret.get("routes").split(",") if each.split())
    return VpnPeer(name=secret.get("name"), id=secret.get("caller-id"), allowed_prefixes=(*allowed, *routes))


def _tunnels(box: Box) -> Made:
    for entry in box.of("tunnels"):
        kind_name = entry.menu.split()[1]
        kind = _CLIENTS.get(kind_name, VpnKind.OTHER)
        name = entry.get("name")
        if not name:
            continue
        interface = box.interfaces.get(name)
        remote = entry.get("connect-to") or entry.get("remote-address")
        port = entry.get("port")
        auth = ["user"] if entry.get("user") else []
        auth += ["psk"] if entry.get("ipsec-secret") else []
        auth += ["certificate"] if entry.get("certificate", "none") != "none" else []
        yield (
            {
                "key": name, "name": name, "kind": kind, "enabled": interface.enabled if interface else not entry.disabled,
                "interface": name, "auth": tuple(auth),
                "local_addresses": tuple(interface.addresses) if interface else (),
                "protocol": "" if kind is not VpnKind.OTHER else kind_name,
                "peers": (VpnPeer(endpoint=f"{remote}:{port}" if port and remote else remote),) if remote else (),
                "local_id": entry.get("local-address"), "users": (entry.get("user"),) if entry.get("user") else (),
                "secret_fingerprints": fingerprints(entry.get("ipsec-secret"), entry.get("password")), "comment": entry.get("comment"),
                "line": entry.line,
            },
            entry,
        )  # fmt: skip


def _vxlans(box: Box) -> Made:
    for entry in box.of("interface vxlan"):
        name = entry.get("name")
        ends = [each for each in box.of("interface vxlan vteps") if each.get("interface") == name and not each.disabled]
        yield (
            {
                "key": name, "name": name, "kind": VpnKind.VXLAN, "enabled": not entry.disabled, "interface": name, "protocol": "udp",
                "listen_port": whole_number(entry.get("port")), "peers": tuple(VpnPeer(endpoint=each.get("remote-ip")) for each in ends),
                "local_id": f"vni {entry.get('vni')}" if entry.get("vni") else "", "comment": entry.get("comment"), "line": entry.line,
            },
            entry,
        )  # fmt: skip


HANDLERS: dict[str, Handler] = {
    "interface wireguard peers": keep,
    "interface vxlan vteps": keep,
    **{f"interface {kind} server": keep for kind in _SERVERS},
    "ip ipsec peer": keep,
    "ip ipsec profile": keep,
    "ip ipsec peer profile": keep,
    "ip ipsec identity": keep,
    "ip ipsec proposal": keep,
    "ip ipsec policy": keep,
    "ip ipsec mode-config": keep,
    "ip ipsec policy group": nothing,
    "ppp secret": keep,
    "ppp profile": keep,
}
_PHASE1 = {"enc-algorithm", "hash-algorithm", "dh-group", "lifetime", "lifebytes", "nat-traversal", "proposal-check", "prf-algorithm"}
KNOWN: dict[str, frozenset[str]] = {
    "interface wireguard peers": frozenset(
        {
            "interface", "public-key", "preshared-key", "endpoint-address", "endpoint-port", "allowed-address", "comment", "disabled",
            "name",
            "persistent-keepalive", "private-key", "client-address", "client-dns", "client-endpoint", "client-keepalive",
            "client-listen-port", "client-allowed-address", "responder", "is-responder", "show-client-config",
        }
    ),
    "ip ipsec peer": frozenset(
        {
            "name", "address", "local-address", "exchange-mode", "profile", "passive", "port", "comment", "disabled",
            "send-initial-contact",
            "secret", "auth-method", "generate-policy", "policy-template-group", "my-id", "mode-config", "certificate",
            "remote-certificate",
            "dpd-interval", "dpd-maximum-failures", "key", "remote-key", *_PHASE1,
        }
    ),
    "ip ipsec profile": frozenset({"name", "dpd-interval", "dpd-maximum-failures", "ppk", *_PHASE1}),
    "ip ipsec identity": frozenset(
        {
            "peer", "auth-method", "secret", "my-id", "remote-id", "generate-policy", "policy-template-group", "mode-config", "certificate",
            "remote-certificate", "username", "password", "comment", "disabled", "notrack-chain", "match-by", "eap-methods", "key",
            "remote-key", "ppk-id", "ppk-secret", "send-ppk",
        }
    ),
    "ip ipsec proposal": frozenset({"name", "enc-algorithms", "auth-algorithms", "lifetime", "pfs-group", "comment", "disabled"}),
    "ip ipsec policy": frozenset(
        {
            "peer", "src-address", "dst-address", "src-port", "dst-port", "protocol", "proposal", "tunnel", "level", "action", "template",
            "group", "comment", "disabled", "ipsec-protocols", "sa-src-address", "sa-dst-address", "priority",
        }
    ),
    "ppp secret": frozenset(
        {
            "name", "password", "service", "profile", "local-address", "remote-address", "routes", "caller-id", "comment", "disabled",
            "limit-bytes-in", "limit-bytes-out", "remote-ipv6-prefix", "ipv6-routes",
        }
    ),
}  # fmt: skip

"""Tunnels: ``vpn policy`` of three kinds (between sites, for clients, with an interface of its own), L2TP and SSL VPN.

Keys are printed as ``4,HEX``: a cipher whose text depends on what was encrypted before it, so that it changes by itself. Source: outputs
of SonicOS 6.2 and 6.5.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs import values
from shared.configs.dispatch import dispatch
from shared.configs.ipsec_words import pfs, proposals
from shared.configs.sonicos.box import Box, Chosen, chosen, switched
from shared.configs.statement import Statement
from shared.firewall import ANY, VpnKind, VpnPeer, VpnSelector, VpnTunnel

_KINDS = {"site-to-site": VpnKind.IPSEC, "tunnel-interface": VpnKind.IPSEC, "group-vpn": VpnKind.IPSEC_CLIENTS}
_CIPHERS = {"triple-des": "3des", "des": "des", "none": ""}
_HASHES = {"sha-1": "sha1", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512", "md5": "md5"}
_AUTH = {
    "shared-secret": "psk",
    "certificate": "certificate",
    "certificates": "certificate",
    "manual": "manual key",
    "manual-key": "manual key",
}
_QUIET = frozenset(
    (
        "anti-replay", "multicast", "management", "accept-multiple-proposals", "default-lan-gateway", "client", "ike-mode-configuration",
        "netbios", "wxa-group", "keep-alive", "allow-sonicpointn-layer3", "user-login", "suppress-trigger-packet", "accept-hash",
        "send-hash", "suppress-auto-add-rule", "preempt-secondary-gateway", "apply-nat", "permit-acceleration", "uuid", "advanced-routing",
        "transport-mode", "vpn-tunnel-interface", "mtu", "fragment-packets", "ocsp-responder", "ocsp-checking", "bypass-replay", "id",
        "local-certificate", "display-suite-b", "suite-b-cryptography", "amazon-vpc", "auto-provisioning", "anti-replay-window",
    )
)  # fmt: skip
_GLOBAL = frozenset(
    (
        "firewall-identifier", "cleanup-tunnels", "preserve-ike-port", "traps-on-change", "use-radius", "nat-traversal", "ocsp-checking",
        "frag-packets", "ike-dpd", "dns", "wins", "ikev2", "dhcp-over-vpn", "l2tp-server", "ocsp-responder", "radius", "bypass-acl",
        "policy-priority", "one-time-password", "only-peers",
    )
)  # fmt: skip


@dataclass(slots=True)
class _Tunnel:
    box: Box
    enabled: bool = True
    gateways: list[str] = field(default_factory=list)
    auth: list[str] = field(default_factory=list)
    local_id: str = ""
    peer_id: str = ""
    networks: dict[str, Chosen] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """``ike encryption``, ``ipsec lifetime`` ..."""
    users: list[str] = field(default_factory=list)
    interface: str = ""
    comment: str = ""


def keep(box: Box, statement: Statement) -> None:
    """Networks are objects, which may come later."""
    box.tunnels.append(statement)


def settings(box: Box, statement: Statement) -> None:
    """``vpn``: the switch for all, and what they have in common; printed in several blocks."""
    for child in (child for child in statement.children if not child.noise):
        on, words = switched(child)
        if words == ["enable"]:
            box.vpn = on
        elif words[0] == "l2tp-server" and on and child.children:
            _l2tp(box, child)
        elif words[0] in _GLOBAL:
            box.reading.pass_over("tunnel settings", child)
        else:
            box.reading.unread(child)


def _l2tp(box: Box, statement: Statement) -> None:
    pool: list[str] = []
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if "pool" in words[0] or words[:1] == ["ip-pool"] or words[:2] == ["use-local", "ip"]:
            pool += [word for word in words if values.is_address(word)]
            box.leave("tunnel settings", child)
        else:
            box.reading.pass_over("tunnel settings", child)
    span = values.span(pool[0], pool[1]) if len(pool) == 2 else ""
    tunnel = VpnTunnel(key="l2tp-server", name="L2TP server", kind=VpnKind.L2TP, client_pool=span, line=statement.line)
    box.reading.vpns.append(tunnel)


def finish(box: Box) -> None:
    for statement in box.tunnels:
        try:
            box.reading.vpns.append(_tunnel(box, statement))
        except (ValueError, LookupError):
            box.reading.unread(statement)
    if box.ssl_port is not None:
        box.reading.vpns.append(
            VpnTunnel(
                key="ssl-vpn", name="SSL VPN", kind=VpnKind.SSL, enabled=bool(box.ssl_zones), protocol="tcp", auth=("user",),
                client_pool=", ".join(box.address(box.ssl_pool)) if box.ssl_pool else "",
            )
        )  # fmt: skip


def _tunnel(box: Box, statement: Statement) -> VpnTunnel:
    words = statement.words
    kind, name = words[2], words[3]
    found = _Tunnel(box)
    passed = {
        **dict.fromkeys(_QUIET, "tunnel settings"),
        **{f"no {each}": "tunnel settings" for each in (*_QUIET, "proposal", "gateway", "network")},
    }
    dispatch(box.reading, found, statement.children, _PARTS, passed)
    exchange = found.words.get("ike exchange", "")
    clients = _KINDS[kind] is VpnKind.IPSEC_CLIENTS
    return VpnTunnel(
        key=name, name=name, kind=_KINDS[kind], enabled=found.enabled and box.vpn, interface=found.interface,
        peers=() if clients else tuple(VpnPeer(endpoint=_endpoint(gateway), id=found.peer_id) for gateway in found.gateways or [""]),
        local_id=found.local_id, auth=tuple(dict.fromkeys(found.auth)),
        ike_version="2" if exchange == "ikev2" else "1" if exchange or clients else "",
        phase1=_proposal(found, "ike"), phase2=_proposal(found, "ipsec"), pfs=pfs(found.words.get("ipsec perfect-forward-secrecy", "")),
        phase1_lifetime_s=_seconds(found, "ike"), phase2_lifetime_s=_seconds(found, "ipsec"), selectors=_selectors(box, found),
        users=tuple(found.users), comment=found.comment, line=statement.line,
    )  # fmt: skip


def _endpoint(gateway: str) -> str:
    return "" if gateway in ("0.0.0.0", "::") else gateway  # noqa: S104 - no listener: it dials in


def _seconds(found: _Tunnel, phase: str) -> int | None:
    text = found.words.get(f"{phase} lifetime", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _proposal(found: _Tunnel, phase: str) -> tuple[str, ...]:
    cipher = found.words.get(f"{phase} encryption", "")
    digest = found.words.get(f"{phase} authentication", "")
    group = found.words.get("ike dh-group", "") if phase == "ike" else ""
    return proposals(
        filter(None, (_CIPHERS.get(cipher, cipher),)), filter(None, (_HASHES.get(digest, digest),)), filter(None, (group,))
    )  # fmt: skip


def _selectors(box: Box, found: _Tunnel) -> tuple[VpnSelector, ...]:
    local, remote = (found.networks.get(side) for side in ("local", "remote"))
    if remote is None:
        return ()
    ends = [_values(box, side) for side in (local or Chosen(), remote)]
    pairs = [VpnSelector(local=a, remote=b) for a in ends[0] for b in ends[1]]
    return tuple(pairs[:1_000])


def _values(box: Box, side: Chosen) -> tuple[str, ...]:
    if side.literal:
        return side.literal
    return tuple(value for name in side.names for value in box.address(name)) or (ANY,)


def _enable(found: _Tunnel, statement: Statement) -> None:
    found.enabled = statement.words[0] == "enable"


def _gateway(found: _Tunnel, statement: Statement) -> None:
    found.gateways.append(statement.words[2])


def _auth(found: _Tunnel, statement: Statement) -> None:
    found.auth.append(_AUTH.get(statement.words[1], statement.words[1]))
    for child in (child for child in statement.children if not child.noise):
        words = child.words
        if words[:2] == ["ike-id", "local"]:
            found.local_id = words[-1]
        elif words[:2] == ["ike-id", "peer"]:
            found.peer_id = words[-1]
        elif words[0] in ("shared-secret", "no", "spi", "local-certificate", "certificate", "protocol", "encryption", "authentication"):
            found.box.reading.pass_over("tunnel settings", child)
        else:
            found.box.reading.unread(child)


def _network(found: _Tunnel, statement: Statement) -> bool | None:
    words = statement.words[2:]
    found.networks[statement.words[1]] = Chosen() if words[0] in ("dhcp", "ikev2-ip-pool") else chosen(words)
    return None


def _proposal_line(found: _Tunnel, statement: Statement) -> None:
    words = statement.words
    found.words[" ".join(words[1:3])] = words[-1]


def _users(found: _Tunnel, statement: Statement) -> None:
    """``client-authentication require-xauth "Trusted Users"``"""
    if statement.words[1] == "require-xauth":
        found.auth.append("user")
        found.users += statement.words[2:3]


def _no_users(found: _Tunnel, statement: Statement) -> None:
    pass


def _bound(found: _Tunnel, statement: Statement) -> None:
    found.interface = statement.words[-1]


def _comment(found: _Tunnel, statement: Statement) -> None:
    found.comment = statement.words[1]


_PARTS: dict[str, Callable[[_Tunnel, Statement], bool | None]] = {
    "enable": _enable,
    "no enable": _enable,
    "gateway": _gateway,
    "auth-method": _auth,
    "network": _network,
    "proposal": _proposal_line,
    "client-authentication": _users,
    "no client-authentication": _no_users,
    "bound-to": _bound,
    "name": _no_users,
    "comment": _comment,
    "no comment": _no_users,
}

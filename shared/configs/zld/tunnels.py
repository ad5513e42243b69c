"""Tunnels: IKE gateways (``isakmp policy``, ``ikev2 policy``) and the connections over them (``crypto map``), L2TP and SSL VPN.

Source: ZLD CLI reference guide 4.x, "IPSec VPN", "SSL VPN", "L2TP VPN".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs.dispatch import dispatch
from shared.configs.ipsec_words import group, pfs
from shared.configs.secret_nets import REMOVED
from shared.configs.statement import Statement
from shared.configs.zld.box import Box
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_QUIET = (
    "dpd", "natt", "fall-back", "fall-back-check-interval", "nail-up", "adjust-mss", "netbios-broadcast", "policy-enforcement",
    "replay-detection", "in-dnat", "in-snat", "out-snat", "encapsulation", "trigger", "conn-check", "narrowed", "ignore-xauth", "xauth",
    "eap", "user-based-psk", "cert-peer-id-type", "configuration-payload-provide", "mode-config", "vpn-concentrator", "zone", "mode",
    "config-mode", "reauth", "mobike", "fragmentation", "split-tunnel", "ike-provision", "protocol", "vti", "description", "auto-connect",
    "negotiation", "deactivate", "set",
)  # fmt: skip


@dataclass(slots=True)
class _Gateway:
    enabled: bool = True
    version: str = "1"
    local: str = ""
    local_id: str = ""
    peer_id: str = ""
    peers: list[str] = field(default_factory=list)
    auth: list[str] = field(default_factory=list)
    transforms: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    lifetime: int | None = None
    fingerprints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Connection:
    enabled: bool = True
    gateway: str = ""
    local: str = ""
    remote: str = ""
    scenario: str = ""
    transforms: list[str] = field(default_factory=list)
    pfs: str = ""
    lifetime: int | None = None


def gateway(box: Box, statement: Statement) -> None:
    box.phase1[statement.words[2]] = statement


def connection(box: Box, statement: Statement) -> None:
    box.phase2.append(statement)


def finish(box: Box) -> None:
    passed = {prefix: "tunnel settings" for name in _QUIET for prefix in (name, f"no {name}")}
    gateways: dict[str, _Gateway] = {}
    for name, statement in box.phase1.items():
        found = gateways[name] = _Gateway(version="2" if statement.words[0] == "ikev2" else "1")
        dispatch(box.reading, found, statement.children, _PHASE1, passed)
    used = set()
    for statement in box.phase2:
        map_ = _Connection()
        dispatch(box.reading, map_, statement.children, _PHASE2, passed)
        used.add(map_.gateway)
        name = statement.words[2]
        box.reading.vpns.append(_tunnel(box, name, statement, gateways.get(map_.gateway, _Gateway()), map_))
    for name, found in gateways.items():
        if name not in used:
            box.reading.vpns.append(_tunnel(box, name, box.phase1[name], found, _Connection(enabled=False)))


def _tunnel(box: Box, name: str, statement: Statement, ike: _Gateway, map_: _Connection) -> VpnTunnel:
    clients = map_.scenario.startswith("remote-access-server")
    l2tp = box.l2tp.get("crypto") == name and box.l2tp.get("activate") == "on"
    ends = [(VpnSelector(local=a, remote=b)) for a in _end(box, map_.local) for b in _end(box, map_.remote)]
    peers = [peer for peer in ike.peers if peer not in ("0.0.0.0", "any")]  # noqa: S104 - no listener: it dials in
    return VpnTunnel(
        key=f"crypto map {name}", name=name, kind=VpnKind.L2TP if l2tp else VpnKind.IPSEC_CLIENTS if clients else VpnKind.IPSEC,
        enabled=ike.enabled and map_.enabled, interface=ike.local, local_id=ike.local_id, auth=tuple(dict.fromkeys(ike.auth)),
        ike_version=ike.version, peers=() if clients else tuple(VpnPeer(endpoint=peer, id=ike.peer_id) for peer in peers or [""]),
        phase1=tuple(f"{each}-{group(g)}" for each in ike.transforms for g in ike.groups or [""]) if ike.groups else tuple(ike.transforms),
        phase2=tuple(map_.transforms), pfs=pfs(map_.pfs), phase1_lifetime_s=ike.lifetime, phase2_lifetime_s=map_.lifetime,
        selectors=() if clients else tuple(ends[:1_000]), client_pool=", ".join(_end(box, box.l2tp.get("pool", ""))) if l2tp else "",
        users=tuple(filter(None, (box.l2tp.get("user", ""),))) if l2tp else (), secret_fingerprints=tuple(ike.fingerprints),
        line=statement.line,
    )  # fmt: skip


def _end(box: Box, name: str) -> tuple[str, ...]:
    return box.addresses_of([name]) if name else ()


def _transforms(words: list[str]) -> list[str]:
    """``esp-aes128-sha``, ``aes256-sha256`` -> ``aes256-sha256``; sha is sha1"""
    return [re.sub(r"-sha$", "-sha1", word.removeprefix("esp-")) for word in words]


# --- one line each ---


def _switch(found: "_Gateway | _Connection", statement: Statement) -> None:
    found.enabled = statement.words[0] != "no"


def _local(found: _Gateway, statement: Statement) -> None:
    """``local-ip interface wan1``, ``local-ip ip 203.0.113.2``"""
    found.local = statement.words[-1]


def _peer(found: _Gateway, statement: Statement) -> None:
    words = statement.words[1:]
    found.peers += [word for word in words if word not in ("ip", "domain", "dynamic")]


def _local_id(found: _Gateway, statement: Statement) -> None:
    found.local_id = statement.words[-1]


def _peer_id(found: _Gateway, statement: Statement) -> None:
    found.peer_id = "" if statement.words[-1] == "any" else statement.words[-1]


def _auth(found: _Gateway, statement: Statement) -> None:
    found.auth.append({"pre-share": "psk", "rsa-sig": "certificate"}.get(statement.words[1], statement.words[1]))


def _key(found: _Gateway, statement: Statement) -> None:
    if (removed := REMOVED.search(statement.text)) and removed[1]:
        found.fingerprints.append(removed[1])


def _certificate(found: _Gateway, statement: Statement) -> None:
    """Which one: of no interest unless it is what signs in, which ``authentication`` says."""


def _transform_set(found: "_Gateway | _Connection", statement: Statement) -> None:
    found.transforms += _transforms(statement.words[1:])


def _lifetime(found: _Gateway, statement: Statement) -> None:
    found.lifetime = int(statement.words[-1])


def _group(found: _Gateway, statement: Statement) -> None:
    found.groups += [word for word in statement.words if word != "group"]


def _over(found: _Connection, statement: Statement) -> None:
    found.gateway = statement.words[1]


def _policy(found: _Connection, statement: Statement) -> None:
    setattr(found, statement.words[0].removesuffix("-policy"), statement.words[1])


def _scenario(found: _Connection, statement: Statement) -> None:
    found.scenario = statement.words[1]


def _pfs(found: _Connection, statement: Statement) -> None:
    found.pfs = statement.words[-1]


def _phase2_lifetime(found: _Connection, statement: Statement) -> None:
    found.lifetime = int(statement.words[-1])


_PHASE1: dict[str, Callable[[_Gateway, Statement], bool | None]] = {
    "activate": _switch,
    "no activate": _switch,
    "local-ip": _local,
    "peer-ip": _peer,
    "local-id": _local_id,
    "peer-id": _peer_id,
    "authentication": _auth,
    "keystring": _key,
    "encrypted-keystring": _key,
    "certificate": _certificate,
    "transform-set": _transform_set,
    "lifetime": _lifetime,
    "group": _group,
    **{f"group{number}": _group for number in (1, 2, 5, *range(14, 33))},
}
_PHASE2: dict[str, Callable[[_Connection, Statement], bool | None]] = {
    "activate": _switch,
    "no activate": _switch,
    "ipsec-isakmp": _over,
    "ipsec-ikev2": _over,
    "local-policy": _policy,
    "remote-policy": _policy,
    "scenario": _scenario,
    "transform-set": _transform_set,
    "set pfs": _pfs,
    "set security-association lifetime": _phase2_lifetime,
}


def l2tp(box: Box, statement: Statement) -> None:
    """``l2tp-over-ipsec crypto NAME``, ``... pool NAME``, ``... user NAME``, ``... activate``"""
    words = statement.words
    on = words[0] != "no"
    words = words if on else words[1:]
    if words[1] == "activate":
        box.l2tp["activate"] = "on" if on else "off"
    elif words[1] in ("crypto", "pool", "user") and on:
        box.l2tp[words[1]] = words[-1]
    else:
        box.reading.pass_over("tunnel settings", statement)


def ssl(box: Box, statement: Statement) -> bool | None:
    """``sslvpn policy NAME`` with its users and the addresses that clients are given."""
    words = statement.words
    if words[1] != "policy" or len(words) < 3:
        box.reading.pass_over("SSL VPN", statement)
        return None
    users: list[str] = []
    pool, enabled, comment = "", True, ""
    for child in (child for child in statement.children if not child.noise):
        inner = child.words
        if inner[0] == "user":
            users.append(inner[1])
        elif inner[:2] == ["network-extension", "ip-pool"]:
            pool = inner[-1]
        elif inner[-1] == "activate" and len(inner) <= 2:
            enabled = inner[0] != "no"
        elif inner[0] == "description":
            comment = " ".join(inner[1:])
        else:
            box.reading.pass_over("SSL VPN", child)
    box.reading.vpns.append(
        VpnTunnel(
            key=f"sslvpn {words[2]}", name=words[2], kind=VpnKind.SSL, enabled=enabled, protocol="tcp", auth=("user",), users=tuple(users),
            client_pool=", ".join(_end(box, pool)) if pool else "", comment=comment, line=statement.line,
        )
    )  # fmt: skip
    return None

"""The tunnels of an ASA, put together from maps, groups, policies and interfaces."""

from collections.abc import Iterator, Sequence

from shared.configs.asa.state import Box, CryptoEntry, Port, TunnelGroup
from shared.firewall import Action, VpnKind, VpnPeer, VpnSelector, VpnTunnel

MAX_SELECTORS = 500
_TLS = frozenset({"ssl-client", "ssl-clientless", "svc", "webvpn"})
_DEFAULT_GROUPS = frozenset({"DefaultWEBVPNGroup", "DefaultRAGroup", "DefaultL2LGroup", "DefaultADMINGroup"})


def finish(box: Box) -> None:
    for (name, _), entry in sorted(box.crypto.items(), key=lambda each: (each[0][0], int(each[0][1]))):
        if not name.startswith("dynamic ") and (entry.peers or entry.dynamic or entry.acl):
            box.reading.vpns.append(_mapped(box, entry))
    for port in box.ports.values():
        if port.tunnel:
            box.reading.vpns.append(_interface(box, port))
    box.reading.vpns += _dial_in(box)


def _mapped(box: Box, entry: CryptoEntry) -> VpnTunnel:
    sides = box.crypto_on.get(entry.name, [])
    template = entry
    if entry.dynamic:
        template = next((each for (name, _), each in box.crypto.items() if name == f"dynamic {entry.dynamic}"), entry)
    groups = [box.groups[peer] for peer in entry.peers if peer in box.groups]
    kind = VpnKind.IPSEC_CLIENTS if entry.dynamic and not entry.peers else VpnKind.IPSEC
    pools = _pools(box, [group for group in box.groups.values() if group.kind in ("remote-access", "ipsec-ra")]) if entry.dynamic else ""
    version = template.ike or ("1" if box.ike1 else "")
    comment = "; ".join(filter(None, (entry.comment, "" if sides else "no interface uses this crypto map")))
    return VpnTunnel(
        key=f"{entry.name} {entry.number}", name=f"{entry.name} {entry.number}", kind=kind, enabled=bool(sides), interface=", ".join(sides),
        local_addresses=_addresses(box, sides), peers=tuple(VpnPeer(name=peer, endpoint=peer) for peer in dict.fromkeys(entry.peers)),
        auth=tuple(dict.fromkeys(word for group in groups for word in group.auth)), ike_version=version,
        phase1=tuple(_phase1(box, version)), phase1_lifetime_s=_lifetime(box, version),
        phase2=tuple(box.transforms.get(name, name) for name in template.transforms), pfs=template.pfs,
        phase2_lifetime_s=template.lifetime_s, selectors=tuple(_selectors(box, entry.acl)), client_pool=pools,
        secret_fingerprints=_fingerprints(groups), comment=comment, line=entry.line,
    )  # fmt: skip


def _addresses(box: Box, sides: Sequence[str]) -> tuple[str, ...]:
    known = [box.address_of(side) for side in sides]
    return tuple(address for address in known if not address.startswith("interface:"))


def _fingerprints(groups: Sequence[TunnelGroup]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group.fingerprints if each))


def _phase1(box: Box, version: str) -> Iterator[str]:
    """Policies in the order of their numbers; what is not printed is the release's default."""
    if "1" in version:
        for _, policy in sorted(box.ike1.items(), key=lambda each: int(each[0]) if each[0].isdigit() else 0):
            parts = (policy.get("encryption", "3des").replace(" ", ""), policy.get("hash", "sha"), f"group{policy.get('group', '2')}")
            yield "-".join(parts)
    if "2" in version:
        for _, policy in sorted(box.ike2.items(), key=lambda each: int(each[0]) if each[0].isdigit() else 0):
            groups = "/".join(f"group{number}" for number in policy.get("group", "").split())
            parts2 = (policy.get("encryption", "").replace(" ", "/"), policy.get("integrity", "").replace(" ", "/"), groups)
            yield "-".join(filter(None, parts2))


def _lifetime(box: Box, version: str) -> int | None:
    policies = box.ike1 if "1" in version else box.ike2
    words = next((policy.get("lifetime", "") for policy in policies.values()), "").split()
    return int(words[-1]) if words and words[-1].isdigit() else None


def _selectors(box: Box, acl: str) -> Iterator[VpnSelector]:
    count = 0
    for listed in box.acls[acl].entries if acl in box.acls else ():
        if listed.entry.action is Action.ALLOW and listed.entry.enabled:
            for local in listed.entry.sources:
                for remote in listed.entry.destinations:
                    count += 1
                    if count > MAX_SELECTORS:
                        return
                    yield VpnSelector(local=local, remote=remote)


def _interface(box: Box, port: Port) -> VpnTunnel:
    peer, side = port.tunnel.get("destination", ""), port.tunnel.get("source", "")
    entry = box.profiles.get(port.tunnel.get("protection", ""))
    group = box.groups.get(peer)
    version = entry.ike if entry else ""
    return VpnTunnel(
        key=port.name, name=port.nameif or port.name, kind=VpnKind.IPSEC if entry else VpnKind.GRE, enabled=port.enabled, interface=side,
        local_addresses=_addresses(box, [side] if side else []), peers=(VpnPeer(name=peer, endpoint=peer),) if peer else (),
        auth=tuple(group.auth) if group else (), ike_version=version, phase1=tuple(_phase1(box, version)),
        phase1_lifetime_s=_lifetime(box, version) if version else None,
        phase2=tuple(box.transforms.get(name, name) for name in entry.transforms) if entry else (), pfs=entry.pfs if entry else "",
        phase2_lifetime_s=entry.lifetime_s if entry else None, secret_fingerprints=_fingerprints([group]) if group else (),
        comment=port.description, line=port.line,
    )  # fmt: skip


# --- people ---


def _dial_in(box: Box) -> Iterator[VpnTunnel]:
    for group in box.groups.values():
        if group.kind not in ("remote-access", "ipsec-ra", "webvpn") and not (group.name in _DEFAULT_GROUPS and group.pools):
            continue
        policy = box.policies.get(group.policy)
        protocols = set(policy.protocols) if policy else set()
        tls = bool(protocols & _TLS) or group.kind == "webvpn" or (not protocols and bool(box.ssl_on))
        kind = VpnKind.SSL if tls else VpnKind.L2TP if protocols == {"l2tp-ipsec"} else VpnKind.IPSEC_CLIENTS
        sides = box.ssl_on if tls else [side for on in box.ike_on.values() for side in on]
        told = " ".join(sorted(protocols))
        yield VpnTunnel(
            key=f"tunnel-group {group.name}", name=group.name, kind=kind, enabled=bool(sides), interface=", ".join(dict.fromkeys(sides)),
            local_addresses=_addresses(box, list(dict.fromkeys(sides))), listen_port=box.ssl_port if tls else None,
            protocol="tcp" if tls else "",
            auth=_proofs(group, tls=tls),
            client_pool=_pools(box, [group]), secret_fingerprints=_fingerprints([group]), line=group.line,
            comment="; ".join(filter(None, (group.comment, told, f"users of {group.servers}" if group.servers else ""))),
        )  # fmt: skip


def _proofs(group: TunnelGroup, *, tls: bool) -> tuple[str, ...]:
    """A name and a password, where nothing else is said."""
    return tuple(group.auth) or (("user",) if tls else ())


def _pools(box: Box, groups: Sequence[TunnelGroup]) -> str:
    names = [
        name for group in groups for name in (*group.pools, *(box.policies[group.policy].pools if group.policy in box.policies else ()))
    ]
    return ", ".join(box.pools.get(name, name) for name in dict.fromkeys(names))

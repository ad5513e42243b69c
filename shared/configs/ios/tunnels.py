"""The tunnels of an IOS box, put together from maps, profiles, keys and interfaces."""

from collections.abc import Iterator, Sequence

from shared.configs import values
from shared.configs.ios.state import Box, CryptoEntry, IkeProfile, Port
from shared.firewall import ANY, Action, VpnKind, VpnPeer, VpnSelector, VpnTunnel

MAX_SELECTORS = 500


def finish(box: Box) -> None:
    applied: dict[str, list[Port]] = {}
    for port in box.ports.values():
        if port.crypto_map:
            applied.setdefault(port.crypto_map, []).append(port)
    for name, entries in box.crypto_maps.items():
        if not name.startswith("dynamic "):
            for entry in entries:
                box.reading.vpns.append(_mapped(box, entry, applied.get(name, [])))
    for port in box.ports.values():
        if port.tunnel.destination or port.tunnel.mode or port.tunnel.profile:
            box.reading.vpns.append(_interface(box, port))
    box.reading.vpns += _dial_in(box)


# --- crypto maps ---


def _mapped(box: Box, entry: CryptoEntry, ports: Sequence[Port]) -> VpnTunnel:
    template = entry
    if entry.dynamic:
        template = next(iter(box.crypto_maps.get(f"dynamic {entry.dynamic}", ())), entry)
    profile = _profile(box, template)
    version = "2" if template.ikev2_profile else "1"
    peers = [VpnPeer(name=peer, endpoint=peer) for peer in dict.fromkeys(template.peers)]
    kind = VpnKind.IPSEC_CLIENTS if entry.dynamic and box.client_groups and not peers else VpnKind.IPSEC
    phase1, lifetime, auth = _phase1(box, version, profile)
    return VpnTunnel(
        key=f"{entry.name} {entry.number}", name=f"{entry.name} {entry.number}", kind=kind, enabled=bool(ports),
        interface=", ".join(port.name for port in ports), local_addresses=_addresses(ports), peers=tuple(peers), auth=auth,
        ike_version="" if template.manual else version, phase1=phase1, phase1_lifetime_s=lifetime, phase2=_phase2(box, template),
        pfs=template.pfs, phase2_lifetime_s=template.lifetime_s, selectors=tuple(_selectors(box, template.acl)),
        client_pool=_client_pool(box) if kind is VpnKind.IPSEC_CLIENTS else "",
        secret_fingerprints=_fingerprints(box, template.peers, profile), local_id=profile.local_id if profile else "",
        comment="; ".join(filter(None, (entry.description, "" if ports else "no interface uses this crypto map"))), line=entry.line,
    )  # fmt: skip


def _profile(box: Box, entry: CryptoEntry) -> IkeProfile | None:
    return box.ike_profiles.get(entry.ikev2_profile or entry.isakmp_profile)


def _addresses(ports: Sequence[Port]) -> tuple[str, ...]:
    return tuple(address.partition("/")[0] for port in ports for address in port.addresses[:1])


def _phase1(box: Box, version: str, profile: IkeProfile | None) -> tuple[tuple[str, ...], int | None, tuple[str, ...]]:
    """Proposals, the longest lifetime's first, and how each end proves itself."""
    if version == "2":
        return tuple(dict.fromkeys(box.ike2.values())), None, tuple(profile.auth) if profile and profile.auth else ()
    ordered = sorted(box.ike1.items(), key=lambda each: int(each[0]) if each[0].isdigit() else 0)
    proposals = tuple(dict.fromkeys(f"{each['encr']}-{each['hash']}-group{each['group']}" for _, each in ordered))
    first = ordered[0][1] if ordered else {}
    lifetime = first.get("lifetime", "86400") if first else ""
    auth = dict.fromkeys("psk" if each["authentication"].startswith("pre-share") else "certificate" for _, each in ordered)
    people = ("user",) if profile and "user" in profile.auth else ()
    return proposals, int(lifetime) if lifetime.isdigit() else None, (*auth, *people)


def _phase2(box: Box, entry: CryptoEntry) -> tuple[str, ...]:
    return tuple(box.transforms.get(name, name) for name in entry.transforms)


def _fingerprints(box: Box, peers: Sequence[str], profile: IkeProfile | None = None) -> tuple[str, ...]:
    keyring = profile.keyring if profile else ""
    own = [
        key.fingerprint
        for key in box.keys
        if key.fingerprint and (key.peer in peers or key.peer == ANY) and (not keyring or key.keyring in ("", keyring))
    ]
    return tuple(dict.fromkeys(own or [key.fingerprint for key in box.keys if keyring and key.keyring == keyring and key.fingerprint]))


def _selectors(box: Box, acl: str) -> Iterator[VpnSelector]:
    count = 0
    for listed in box.acls[acl].in_order() if acl in box.acls else ():
        if listed.entry.action is Action.ALLOW:
            for local in listed.entry.sources:
                for remote in listed.entry.destinations:
                    count += 1
                    if count > MAX_SELECTORS:
                        return
                    yield VpnSelector(local=local, remote=remote)


def _client_pool(box: Box) -> str:
    names = dict.fromkeys(group["pool"] for group in box.client_groups.values() if "pool" in group)
    return ", ".join(box.address_pools.get(name, name) for name in names)


# --- tunnel interfaces ---


def _interface(box: Box, port: Port) -> VpnTunnel:
    tunnel = port.tunnel
    entry = box.ipsec_profiles.get(tunnel.profile)
    profile = _profile(box, entry) if entry else None
    version = ("2" if entry.ikev2_profile else "1") if entry else ""
    phase1, lifetime, auth = _phase1(box, version, profile) if entry else ((), None, ())
    peers = [tunnel.destination] if tunnel.destination and tunnel.destination != "dynamic" else list(dict.fromkeys(tunnel.nhrp))
    source = tunnel.source if values.is_address(tunnel.source) else ""
    local = source or next((a.partition("/")[0] for a in (box.ports[tunnel.source].addresses if tunnel.source in box.ports else ())), "")
    comment = "; ".join(filter(None, (port.description, f"tunnel mode {tunnel.mode}" if tunnel.mode else "")))
    return VpnTunnel(
        key=port.name, name=port.name, kind=_kind(port), enabled=port.enabled, interface=tunnel.source if not source else "",
        local_addresses=(local,) if local else (), peers=tuple(VpnPeer(name=peer, endpoint=peer) for peer in peers), auth=auth,
        ike_version=version, phase1=phase1, phase1_lifetime_s=lifetime, phase2=_phase2(box, entry) if entry else (),
        pfs=entry.pfs if entry else "", phase2_lifetime_s=entry.lifetime_s if entry else None,
        secret_fingerprints=_fingerprints(box, peers, profile) if entry else (), comment=comment, line=port.line,
        local_id=profile.local_id if profile else "",
    )  # fmt: skip


def _kind(port: Port) -> VpnKind:
    mode = port.tunnel.mode
    if mode.startswith("ipsec") or port.tunnel.profile:
        return VpnKind.IPSEC
    return VpnKind.GRE if not mode or mode.startswith("gre") else VpnKind.OTHER


# --- people ---


def _dial_in(box: Box) -> Iterator[VpnTunnel]:
    """Client groups that no dynamic map has brought, and what else one dials in by."""
    known = any(vpn.kind is VpnKind.IPSEC_CLIENTS for vpn in box.reading.vpns)
    for name, group in box.client_groups.items():
        line = int(group["line"]) if "line" in group else None
        if name.startswith("vpdn "):
            kinds = {"pptp": VpnKind.PPTP, "l2tp": VpnKind.L2TP}
            yield VpnTunnel(
                key=name, name=name.removeprefix("vpdn "), kind=kinds.get(group["protocol"], VpnKind.L2TP), auth=("user",), line=line,
            )  # fmt: skip
        elif name.startswith("webvpn "):
            yield VpnTunnel(
                key=name, name=name.removeprefix("webvpn "), kind=VpnKind.SSL, enabled=group["enabled"] == "True", auth=("user",),
                listen_port=int(group["port"]) if group["port"].isdigit() else None, protocol="tcp", line=line,
                local_addresses=(group["address"],) if group["address"] else (),
            )  # fmt: skip
        elif not known:
            pool = group.get("pool", "")
            yield VpnTunnel(
                key=f"group {name}", name=name, kind=VpnKind.IPSEC_CLIENTS, auth=("psk", "user"), ike_version="1",
                client_pool=box.address_pools.get(pool, pool), secret_fingerprints=(group["key"],) if group.get("key") else (),
            )  # fmt: skip

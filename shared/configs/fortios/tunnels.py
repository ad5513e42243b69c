"""VPNs: IPsec (phase 1 with its phases 2), SSL VPN, L2TP, PPTP, GRE and VXLAN.

A dynamic phase 1 that asks for users, or hands out addresses, is for people; one that does not is a site whose address is not known.
Defaults: IKE version 1, groups 14 and 5, a day and twelve hours. Source: Fortinet's CLI reference, vpn > ipsec, ssl, l2tp, pptp; system >
gre-tunnel, vxlan.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from shared.configs import values
from shared.configs.fortios.box import ROOT, Box, Vdom
from shared.configs.fortios.entries import Entry, account, each, names, network, table, taken
from shared.configs.fortios.known import PHASE1_SETTINGS, PHASE2_SETTINGS
from shared.configs.secret_nets import REMOVED
from shared.firewall import ANY, VpnKind, VpnPeer, VpnSelector, VpnTunnel

_READ = names(
    "type interface ike-version local-gw local-gw6 remote-gw remote-gw6 remotegw-ddns keylife certificate authmethod"
    " authmethod-remote peertype peerid usrgrp peer peergrp mode-cfg ipv4-start-ip ipv4-end-ip ipv4-name proposal psksecret"
    " localid comments dhgrp eap xauthtype authusr authusrgrp group-authentication status rsa-certificate"
)
_READ_2 = names(
    "phase1name proposal pfs dhgrp keylifeseconds src-subnet dst-subnet src-name dst-name src-start-ip src-end-ip"
    " dst-start-ip dst-end-ip src-subnet6 dst-subnet6 src-name6 dst-name6 src-start-ip6 src-end-ip6 dst-start-ip6"
    " dst-end-ip6 comments"
)
_GROUPS = {
    "1": "modp768", "2": "modp1024", "5": "modp1536", "14": "modp2048", "15": "modp3072", "16": "modp4096", "17": "modp6144",
    "18": "modp8192",
    "19": "ecp256", "20": "ecp384", "21": "ecp521", "27": "ecp224bp", "28": "ecp256bp", "29": "ecp384bp", "30": "ecp512bp",
    "31": "curve25519", "32": "curve448",
}  # fmt: skip
_MAX_PROPOSALS = 60
_NO_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - no listener


def read(box: Box, vdom: Vdom) -> None:
    down = {interface.name for interface in box.interfaces if not interface.enabled}
    for one, two in (("vpn ipsec phase1-interface", "vpn ipsec phase2-interface"), ("vpn ipsec phase1", "vpn ipsec phase2")):
        second = list(vdom.table(two).values())
        for entry in second:
            account(box.reading, entry, _READ_2, PHASE2_SETTINGS, "IPsec settings")
            if entry.get("phase1name") not in vdom.table(one):
                box.reading.warnings.append(f"phase 2 {entry.name} belongs to {entry.get('phase1name')}, which is not defined")
        for entry in vdom.table(one).values():
            account(box.reading, entry, _READ, PHASE1_SETTINGS, "IPsec settings")
        box.reading.vpns += each(box.reading, vdom.table(one), partial(_ipsec, box, vdom, second, down))
    box.reading.vpns += each(box.reading, vdom.table("system gre-tunnel"), lambda entry: _plain(box, vdom, entry, VpnKind.GRE))
    box.reading.vpns += each(box.reading, vdom.table("system vxlan"), lambda entry: _plain(box, vdom, entry, VpnKind.VXLAN))
    for name, kind in (("vpn l2tp", VpnKind.L2TP), ("vpn pptp", VpnKind.PPTP)):
        if found := vdom.setting(name):
            account(
                box.reading,
                found,
                ("status", "sip", "eip", "usrgrp", "local-ip", "ip-mode"),
                _DIAL_IN_PART,
                f"{kind.value.upper()} settings",
            )
            if found.values:
                box.reading.vpns.append(_dial_in(box, vdom, found, kind))
    if found := vdom.setting("vpn ssl settings"):
        _ssl(box, vdom, found)


def _ipsec(box: Box, vdom: Vdom, second: Sequence[Entry], down: Collection[str], entry: Entry) -> VpnTunnel:
    own = [each_second for each_second in second if each_second.get("phase1name") == entry.name]
    phase2 = own[0] if own else Entry("", entry.statement)
    groups = entry.all("dhgrp") or ["14", "5"]
    return VpnTunnel.model_validate(
        {
            "key": box.key(vdom, entry.name), "name": entry.name, "kind": VpnKind.IPSEC_CLIENTS if _for_people(entry) else VpnKind.IPSEC,
            "enabled": entry.name not in down and entry.get("status", "enable") == "enable", "interface": entry.get("interface"),
            "local_addresses": tuple(g for g in (entry.get("local-gw"), entry.get("local-gw6")) if g not in _NO_ADDRESS),
            "peers": _peers(entry), "local_id": entry.get("localid"), "auth": tuple(_auth(entry)),
            "ike_version": entry.get("ike-version", "1"),
            "phase1": _proposals(entry.all("proposal"), groups), "phase2": _proposals(phase2.all("proposal"), ()),
            "pfs": _pfs(phase2, bool(own)),
            "phase1_lifetime_s": taken(box.reading, entry, "keylife", lambda words: int(words[0])) or 86_400,
            "phase2_lifetime_s": (taken(box.reading, phase2, "keylifeseconds", lambda words: int(words[0])) or 43_200) if own else None,
            "selectors": tuple(dict.fromkeys(_selectors(box, vdom, own))), "client_pool": _client_pool(vdom, entry),
            "users": tuple(dict.fromkeys([*entry.all("usrgrp"), *entry.all("authusrgrp")])), "comment": entry.get("comments"),
            "secret_fingerprints": tuple(found[1] for name in ("psksecret",) if (found := REMOVED.search(entry.get(name))) and found[1]),
            "line": entry.statement.line,
        }
    )  # fmt: skip


def _for_people(entry: Entry) -> bool:
    asks = entry.get("xauthtype", "disable") in ("pap", "chap", "auto") or bool(entry.all("usrgrp") or entry.all("authusrgrp"))
    return entry.get("type") == "dynamic" and (asks or entry.on("mode-cfg") or entry.on("eap") or entry.get("peertype") == "dialup")


def _peers(entry: Entry) -> tuple[VpnPeer, ...]:
    endpoint = next((e for e in (entry.get("remote-gw"), entry.get("remotegw-ddns"), entry.get("remote-gw6")) if e not in _NO_ADDRESS), "")
    who = entry.get("peerid") or entry.get("peer") or entry.get("peergrp")
    return (VpnPeer(endpoint=endpoint, id=who),) if endpoint or who or entry.get("type") != "dynamic" else ()


def _auth(entry: Entry) -> Iterator[str]:
    yield {"signature": "certificate", "rsa-signature": "certificate", "psk": "psk"}.get(
        entry.get("authmethod", "psk"), entry.get("authmethod")
    )
    if entry.get("xauthtype", "disable") != "disable" or entry.on("eap"):
        yield "user"


def _proposals(ciphers: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """Each cipher with each group, as ``aes256-sha256-modp2048``."""
    names = [_GROUPS.get(group, f"group{group}") for group in groups]
    return tuple(f"{cipher}-{name}" if name else cipher for cipher in ciphers for name in names or [""])[:_MAX_PROPOSALS]


def _pfs(phase2: Entry, told: bool) -> str:
    if not told or not phase2.on("pfs", True):
        return ""
    return ",".join(_GROUPS.get(group, f"group{group}") for group in phase2.all("dhgrp") or ["14", "5"])


def _selectors(box: Box, vdom: Vdom, second: Sequence[Entry]) -> Iterator[VpnSelector]:
    for entry in second:
        local, remote = _selector(box, vdom, entry, "src"), _selector(box, vdom, entry, "dst")
        if (local, remote) != (ANY, ANY):
            yield VpnSelector(local=local, remote=remote)


def _selector(box: Box, vdom: Vdom, entry: Entry, side: str) -> str:
    for six, objects in (("", vdom.addresses), ("6", vdom.addresses6)):
        last = entry.get(f"{side}-end-ip{six}")
        if name := entry.get(f"{side}-name{six}"):
            return ", ".join(objects.resolved(name))
        if first := entry.get(f"{side}-start-ip{six}"):
            return taken(box.reading, entry, f"{side}-start-ip{six}", partial(_span, last)) or first
        if subnet := entry.get(f"{side}-subnet{six}"):
            return taken(box.reading, entry, f"{side}-subnet{six}", network) or subnet
    return ANY


def _span(last: str, words: Sequence[str]) -> str:
    return values.span(words[0], last or words[0])


def _client_pool(vdom: Vdom, entry: Entry) -> str:
    first, last = entry.get("ipv4-start-ip"), entry.get("ipv4-end-ip")
    if first not in _NO_ADDRESS:
        return f"{first}-{last or first}"
    return ", ".join(vdom.addresses.resolved(entry.get("ipv4-name"))) if entry.get("ipv4-name") else ""


_DIAL_IN_PART = frozenset(("enforce-ipsec", "compress", "lcp-echo-interval", "lcp-max-echo-fails", "hello-interval"))
_PLAIN_PART = names(
    "ip-version keepalive-interval keepalive-failtimes checksum-transmission checksum-reception key-outbound key-inbound"
    " sequence-number-transmission sequence-number-reception use-sdwan dscp-copying diffservcode auto-asic-offload vni"
    " dstport multicast-ttl learn-from-traffic evpn-id"
)


def _plain(box: Box, vdom: Vdom, entry: Entry, kind: VpnKind) -> VpnTunnel:
    account(box.reading, entry, ("interface", "local-gw", "remote-gw", "local-gw6", "remote-gw6", "remote-ip", "remote-ip6"), _PLAIN_PART,
            f"{kind.value.upper()} settings")  # fmt: skip
    remote = entry.all("remote-gw") or entry.all("remote-gw6") or entry.all("remote-ip") or entry.all("remote-ip6")
    local = [g for g in (entry.get("local-gw"), entry.get("local-gw6")) if g not in _NO_ADDRESS]
    return VpnTunnel(
        key=box.key(vdom, f"{kind.value}/{entry.name}"), name=entry.name, kind=kind, interface=entry.get("interface"),
        local_addresses=tuple(local), peers=tuple(VpnPeer(endpoint=each_remote) for each_remote in remote), line=entry.statement.line,
    )  # fmt: skip


def _dial_in(box: Box, vdom: Vdom, entry: Entry, kind: VpnKind) -> VpnTunnel:
    first = entry.get("sip")
    return VpnTunnel(
        key=box.key(vdom, kind.value), name=kind.value.upper(), kind=kind, enabled=entry.on("status"), auth=("user",),
        client_pool=f"{first}-{entry.get('eip', first)}" if first not in _NO_ADDRESS else "", users=tuple(entry.all("usrgrp")),
        line=entry.statement.line,
    )  # fmt: skip


# --- SSL VPN ---

_SSL = names(
    "status port source-interface source-address source-address6 source-address-negate source-address6-negate"
    " tunnel-ip-pools tunnel-ipv6-pools authentication-rule default-portal reqclientcert force-two-factor-auth servercert"
)
_RULE = names("users groups portal realm source-interface source-address source-address6 client-cert")
_RULE_PART = names("cipher auth user-peer source-address-negate source-address6-negate")


def _ssl(box: Box, vdom: Vdom, entry: Entry) -> None:
    for statement in entry.statements:
        words = statement.words
        if len(words) > 1 and words[1] not in _SSL and words[0] != "unset":
            box.reading.pass_over("SSL VPN settings", statement)
    rules = table(box.reading, entry.tables["authentication-rule"]) if "authentication-rule" in entry.tables else {}
    for rule in rules.values():
        account(box.reading, rule, _RULE, _RULE_PART, "SSL VPN settings")
    if not rules and not any(entry.all(name) for name in ("source-interface", "default-portal")):
        return
    users = dict.fromkeys(who for rule in rules.values() for who in (*rule.all("groups"), *rule.all("users")))
    auth = ["user", *(["certificate"] if entry.on("reqclientcert") else []), *(["otp"] if entry.on("force-two-factor-auth") else [])]
    box.reading.vpns.append(
        VpnTunnel.model_validate(
            {
                "key": f"ssl/{vdom.name or ROOT}", "name": f"ssl.{vdom.name or ROOT}", "kind": VpnKind.SSL, "enabled": ssl_listens(entry),
                "interface": ", ".join(entry.all("source-interface")), "listen_port": ssl_port(box, entry), "protocol": "tcp",
                "auth": tuple(auth), "client_pool": ", ".join(_ssl_pools(vdom, entry, rules.values())), "users": tuple(users),
                "comment": f"portals: {', '.join(portals)}" if (portals := _portals(entry, rules.values())) else "",
                "line": entry.statement.line,
            }
        )
    )  # fmt: skip


def ssl_listens(entry: Entry) -> bool:
    """It waits for nobody until it is told on which interface."""
    return entry.get("status", "enable") == "enable" and bool(entry.all("source-interface"))


def ssl_port(box: Box, entry: Entry) -> int:
    return taken(box.reading, entry, "port", lambda words: int(words[0])) or 443


def _portals(entry: Entry, rules: Collection[Entry]) -> list[str]:
    named = [rule.get("portal") for rule in rules]
    return list(dict.fromkeys(name for name in (*named, entry.get("default-portal")) if name))


def _ssl_pools(vdom: Vdom, entry: Entry, rules: Collection[Entry]) -> list[str]:
    """Those of the settings, else those of the portals that are in use."""
    names = entry.all("tunnel-ip-pools")
    if not names:
        portals = vdom.table("vpn ssl web portal")
        names = [name for portal in _portals(entry, rules) if portal in portals for name in portals[portal].all("ip-pools")]
    return list(dict.fromkeys(value for name in names for value in vdom.addresses.resolved(name)))

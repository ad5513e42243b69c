"""Tunnels of an ASA or PIX: crypto maps, tunnel interfaces, dial-in by IPsec and by TLS (AnyConnect).

Source: ASA VPN CLI Configuration Guide and command reference, "crypto map", "crypto ikev1", "crypto ikev2", "tunnel-group", "group-policy",
"webvpn"; PIX 6.3 command reference, "isakmp", "vpngroup". Before 8.4: ``crypto isakmp``, and ``transform-set`` without ``ikev1``.
"""

from shared.configs import values
from shared.configs.asa.state import Box, CryptoEntry, GroupPolicy, TunnelGroup
from shared.configs.cisco_lists import Use
from shared.configs.dispatch import Handler
from shared.configs.secret_nets import REMOVED
from shared.configs.statement import Statement

_DETAIL = "encryption details"
_PHASE1 = {"authentication", "encryption", "hash", "group", "lifetime", "integrity", "prf"}


def fingerprint(words: list[str]) -> str:
    """Of the last secret among the words; the box shows most keys as stars, which are none."""
    return next((found[1] or "" for word in reversed(words) if (found := REMOVED.fullmatch(word))), "")


# --- IKE ---


def ike_policy(box: Box, statement: Statement) -> bool | None:
    """``crypto ikev1 policy 10`` with its settings below; PIX: ``isakmp policy 10 hash sha``."""
    words = statement.words
    at = words.index("policy")
    policies = box.ike2 if "ikev2" in words else box.ike1
    found = policies.setdefault(words[at + 1], {})
    if len(words) > at + 3:
        found[words[at + 2]] = " ".join(words[at + 3 :])
    for child in statement.children:
        if not child.noise and child.words[0] in _PHASE1 and len(child.words) > 1:
            found[child.words[0]] = " ".join(child.words[1:])
        elif not child.noise:
            box.reading.unread(child)
    return None


def ike_enable(box: Box, statement: Statement) -> None:
    """``crypto ikev2 enable outside [client-services port 443]``, ``isakmp enable outside``"""
    words = statement.words
    version = "2" if "ikev2" in words else "1"
    box.ike_on.setdefault(version, []).append(words[words.index("enable") + 1])


def pix_key(box: Box, statement: Statement) -> None:
    """``isakmp key K address 192.0.2.1 netmask 255.255.255.255``"""
    words = statement.words
    at = words.index("address")
    group = box.groups.setdefault(words[at + 1], TunnelGroup(words[at + 1], statement.line, "ipsec-l2l"))
    group.auth.append("psk")
    group.fingerprints.append(fingerprint(words))


# --- IPsec ---


def transform_set(box: Box, statement: Statement) -> None:
    """``crypto ipsec [ikev1] transform-set T esp-aes-256 esp-sha-hmac``; ``... T mode transport``"""
    words = [word for word in statement.words[2:] if word != "ikev1"]
    if words[2] != "mode":
        box.transforms[words[1]] = "-".join(word.removeprefix("esp-").removesuffix("-hmac") for word in words[2:])


def ikev2_proposal(box: Box, statement: Statement) -> None:
    """``crypto ipsec ikev2 ipsec-proposal P`` / ``protocol esp encryption aes-256 aes`` / ``protocol esp integrity sha-1``"""
    parts = {"encryption": "", "integrity": ""}
    for child in statement.children:
        if child.words[:2] == ["protocol", "esp"] and len(child.words) > 3 and child.words[2] in parts:
            parts[child.words[2]] = "/".join(child.words[3:])
        elif not child.noise:
            box.reading.unread(child)
    box.transforms[statement.words[4]] = "-".join(filter(None, parts.values()))


def ipsec_profile(box: Box, statement: Statement) -> None:
    made = CryptoEntry(statement.words[3], "", statement.line)
    box.profiles[made.name] = made
    for child in statement.children:
        if not child.noise and not _setting(box, made, child.words):
            box.reading.unread(child)


def crypto_map(box: Box, statement: Statement) -> bool | None:
    """Flat: ``crypto map M 10 set peer 192.0.2.1``, ``crypto map M interface outside``, ``crypto dynamic-map D 10 set ...``"""
    words = statement.words
    name = words[2] if words[1] == "map" else f"dynamic {words[2]}"
    if words[3] == "interface":
        box.crypto_on.setdefault(name, []).append(words[4])
        return None
    if not words[3].isdigit():
        box.reading.pass_over(_DETAIL, statement)
        return None
    entry = box.crypto.setdefault((name, words[3]), CryptoEntry(name, words[3], statement.line))
    if words[4] in ("ipsec-isakmp", "ipsec-manual"):
        if "dynamic" in words:
            entry.dynamic = words[words.index("dynamic") + 1]
        return None
    return None if _setting(box, entry, words[4:]) else False


def _setting(box: Box, entry: CryptoEntry, words: list[str]) -> bool:
    if words[:2] == ["match", "address"]:
        entry.acl = words[2]
        box.use(entry.acl, Use("select", f"crypto map {entry.name} {entry.number}".strip()))
    elif words[:2] == ["set", "peer"]:
        entry.peers += [box.names.get(word, word) for word in words[2:]]
    elif words[:3] in (["set", "ikev1", "transform-set"], ["set", "ikev2", "ipsec-proposal"]):
        entry.ike = ",".join(sorted({*filter(None, entry.ike.split(",")), words[1][-1]}))
        entry.transforms += words[3:]
    elif words[:2] == ["set", "transform-set"]:
        entry.ike = entry.ike or "1"
        entry.transforms += words[2:]
    elif words[:2] == ["set", "pfs"]:
        entry.pfs = words[2] if len(words) > 2 else "group2"
    elif words[:3] == ["set", "security-association", "lifetime"]:
        if words[3] == "seconds":
            entry.lifetime_s = int(words[4])
    elif words[0] == "description":
        entry.comment = " ".join(words[1:])
    else:
        return words[0] in ("set", "responder-only") and (len(words) == 1 or words[1] in _SET_DETAILS)
    return True


_SET_DETAILS = frozenset(
    {"reverse-route", "nat-t-disable", "connection-type", "trustpoint", "df-bit", "tfc-packets", "phase1-mode", "ikev1", "ikev2",
     "security-association", "validate-icmp-errors", "inheritance", "mode"}
)  # fmt: skip


# --- whom it speaks to ---


def tunnel_group(box: Box, statement: Statement) -> bool | None:
    """``tunnel-group 192.0.2.1 type ipsec-l2l``; ``... ipsec-attributes``, ``... general-attributes``, ``... webvpn-attributes``"""
    words = statement.words
    group = box.groups.setdefault(words[1], TunnelGroup(words[1], statement.line))
    if words[2] == "type":
        group.kind = words[3]
        return None
    group.has_general = group.has_general or words[2] == "general-attributes"
    for child in statement.children:
        if not child.noise and not _group_setting(group, child.words):
            box.reading.unread(child)
    return None


_GROUP_DETAILS = frozenset(
    {"isakmp", "peer-id-validate", "chain", "dhcp-server", "strip-realm", "strip-group", "password-management", "accounting-server-group",
     "authorization-server-group", "authorization-required", "username-from-certificate", "hic-fail-group-policy", "customization",
     "nbns-server", "override-svc-download", "radius-reject-message", "proxy-auth", "pre-fill-username", "dns-group", "no",
     "ipv6-address-pool",
     "secondary-authentication-server-group", "secondary-username-from-certificate", "authentication-attr-from-server", "annotation",
     "override-account-disable", "nat-assigned-to-public-ip", "secondary-pre-fill-username", "without-csd", "saml", "default-domain",
     "group-delimiter", "scep-enrollment", "address-pools", "secondary-color", "external-browser", "multiple-certificate-authentication"}
)  # fmt: skip


def _group_setting(group: TunnelGroup, words: list[str]) -> bool:
    """One attribute; those that say nothing of who, where from and by what proof are taken as understood."""
    first = words[0]
    if first in ("ikev1", "ikev2") and len(words) > 1:
        return _group_setting(group, words[1:]) if first == "ikev1" else _ikev2_setting(group, words[1:])
    if first == "pre-shared-key":
        _add(group.auth, "psk")
        _add(group.fingerprints, fingerprint(words))
    elif first in ("trust-point", "certificate"):
        _add(group.auth, "certificate")
    elif first == "address-pool":
        group.pools += [word for word in words[1:] if not word.startswith("(")]
    elif first == "default-group-policy":
        group.policy = words[1]
    elif first == "authentication-server-group":
        group.servers = " ".join(words[1:])
    elif first == "authentication":
        for word in words[1:]:
            _add(
                group.auth,
                {"aaa": "user", "certificate": "certificate", "multiple-certificate": "certificate", "saml": "user"}.get(word, word),
            )
    elif first in ("group-alias", "group-url"):
        if first == "group-alias":
            group.aliases.append(words[1])
    elif first == "description":
        group.comment = " ".join(words[1:])
    else:
        return first in _GROUP_DETAILS or first in ("user-authentication", "rsa-sig-hash", "remote-authentication", "local-authentication")
    return True


def _ikev2_setting(group: TunnelGroup, words: list[str]) -> bool:
    """``ikev2 remote-authentication pre-shared-key K``, ``ikev2 local-authentication certificate TP``"""
    if words[0] in ("remote-authentication", "local-authentication"):
        _add(group.auth, {"pre-shared-key": "psk", "certificate": "certificate", "eap": "user"}.get(words[1], words[1]))
        if words[1] == "pre-shared-key":
            _add(group.fingerprints, fingerprint(words))
        return True
    return words[0] in ("rsa-sig-hash", "mobike-rrc")


def _add(into: list[str], value: str) -> None:
    if value and value not in into:
        into.append(value)


def group_policy(box: Box, statement: Statement) -> None:
    """``group-policy P attributes``: what people are given; lists that filter or split their traffic are used there."""
    words = statement.words
    policy = box.policies.setdefault(words[1], GroupPolicy())
    for child in statement.walk():
        here = child.words
        if here[0] == "vpn-tunnel-protocol":
            policy.protocols = here[1:]
        elif here[:2] in (["vpn-filter", "value"], ["split-tunnel-network-list", "value"]) and len(here) > 2:
            box.use(here[2], Use("select", f"{here[0]} of group policy {words[1]}"))
        elif here[:2] in (["address-pools", "value"], ["address-pools", "none"]):
            policy.pools = here[2:]
    box.reading.pass_over("group policies", statement)


def local_pool(box: Box, statement: Statement) -> None:
    """``ip local pool VPN 10.9.9.1-10.9.9.50 mask 255.255.255.0``"""
    words = statement.words
    first, _, last = words[4].partition("-")
    box.pools[words[3]] = values.span(box.address(first), box.address(last or first))


def webvpn(box: Box, statement: Statement) -> None:
    for child in statement.children:
        words = child.words
        if words[:1] == ["enable"] and len(words) > 1:
            box.ssl_on.append(words[1])
        elif words[:1] == ["port"] and len(words) > 1 and words[1].isdigit():
            box.ssl_port = int(words[1])
    box.reading.pass_over("SSL VPN details", statement)


def vpngroup(box: Box, statement: Statement) -> bool | None:
    """PIX: ``vpngroup G address-pool P``, ``vpngroup G password K``, ``vpngroup G split-tunnel LIST``"""
    words = statement.words
    group = box.groups.setdefault(words[1], TunnelGroup(words[1], statement.line, "remote-access"))
    if words[2] == "address-pool":
        group.pools.append(words[3])
    elif words[2] == "password":
        group.auth.append("psk")
        _add(group.fingerprints, fingerprint(words))
    elif words[2] == "split-tunnel":
        box.use(words[3], Use("select", f"split tunnel of {words[1]}"))
    else:
        box.reading.pass_over(_DETAIL, statement)
    return None


HANDLERS: dict[str, Handler[Box]] = {
    **dict.fromkeys(("crypto isakmp policy", "crypto ikev1 policy", "crypto ikev2 policy", "isakmp policy"), ike_policy),
    **dict.fromkeys(("crypto isakmp enable", "crypto ikev1 enable", "crypto ikev2 enable", "isakmp enable"), ike_enable),
    "isakmp key": pix_key,
    "crypto ipsec transform-set": transform_set,
    "crypto ipsec ikev1 transform-set": transform_set,
    "crypto ipsec ikev2 ipsec-proposal": ikev2_proposal,
    "crypto ipsec profile": ipsec_profile,
    "crypto map": crypto_map,
    "crypto dynamic-map": crypto_map,
    "tunnel-group": tunnel_group,
    "group-policy": group_policy,
    "ip local pool": local_pool,
    "webvpn": webvpn,
    "vpngroup": vpngroup,
}
PASSED = {
    _DETAIL: (
        "crypto isakmp", "crypto ikev1", "crypto ikev2", "crypto ipsec", "crypto engine", "isakmp", "sysopt", "vpn-addr-assign",
        "vpnclient",
        "crypto dynamic-map", "crypto map", "crypto large-cert-acceleration", "vpdn", "vpn", "tunnel-group-map", "vpn-sessiondb",
        "vpn-group-policy", "tunnel-group-preference", "l2tp", "crypto checksum", "isakmp identity", "vpnsetup", "vpn-simultaneous-logins",
        "crypto fragmentation",
    ),
    "certificates": ("crypto ca", "crypto key", "crypto pki", "ca"),
    "SSL VPN details": ("ssl", "csd", "anyconnect", "svc", "tunnel-group-list", "dynamic-access-policy-record",
    "dynamic-access-policy-config",
                        "zonelabs-integrity", "hostscan", "smart-tunnel", "anyconnect-custom-attr", "anyconnect-custom-data", "ip-client",
                        "group-lock", "sso-server", "proxy-bypass", "port-forward", "url-list", "customization"),
}  # fmt: skip

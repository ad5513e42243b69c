"""Tunnels of IOS: crypto maps, tunnel interfaces (GRE, VTI, DMVPN), EasyVPN and FlexVPN for people, SSL VPN, L2TP and PPTP.

Source: Cisco IOS Security Command Reference, "crypto isakmp", "crypto ikev2", "crypto ipsec", "crypto map"; Cisco IOS VPDN Configuration
Guide. Defaults of an ISAKMP policy that are not printed: DES, SHA, group 1, certificates, a day.
"""

from shared.configs import values
from shared.configs.cisco_lists import Use
from shared.configs.dispatch import Handler, dispatch
from shared.configs.ios.state import Box, CryptoEntry, IkeProfile, Key
from shared.configs.secret_nets import REMOVED
from shared.configs.statement import Statement

_ZERO = "0.0.0.0"  # noqa: S104 - an address in a text
_ANYBODY = "any"
_DETAIL = "encryption details"


def fingerprint(words: list[str]) -> str:
    """Of the last secret among the words."""
    return next((found[1] or "" for word in reversed(words) if (found := REMOVED.fullmatch(word))), "")


# --- IKE ---


def isakmp_policy(box: Box, statement: Statement) -> None:
    settings = {"encr": "des", "hash": "sha", "group": "1", "authentication": "rsa-sig"}
    for child in statement.children:
        words = ["encr" if child.words[0] == "encryption" else child.words[0], *child.words[1:]] if not child.noise else []
        if not words:
            continue
        if words[0] in (*settings, "lifetime") and len(words) > 1:
            settings[words[0]] = "".join(words[1:])
        else:
            box.reading.unread(child)
    box.ike1[statement.words[3]] = settings


def isakmp_key(box: Box, statement: Statement) -> None:
    """``crypto isakmp key [0|6] K address 192.0.2.1 [mask] [no-xauth]``, ``... hostname X``"""
    words = statement.words
    at = next(i for i, word in enumerate(words) if word in ("address", "hostname"))
    peer = words[at + 2] if words[at + 1] == "ipv6" else words[at + 1]
    box.keys.append(Key(_ANYBODY if peer == _ZERO else peer, fingerprint(words)))


def profile(box: Box, statement: Statement) -> None:
    """``crypto isakmp profile X`` and ``crypto ikev2 profile X``."""
    made = IkeProfile(statement.words[3])
    box.ike_profiles[made.name] = made
    dispatch(box.reading, made, statement.children, _PROFILE, _PROFILE_PASSED)


def _identity(made: IkeProfile, statement: Statement) -> bool | None:
    """``match identity remote address 192.0.2.1 255.255.255.255``, ``match identity group REMOTE``"""
    words = [word for word in statement.words if word not in ("match", "identity", "remote")]
    if len(words) > 1 and words[0] == "group":
        made.group = words[1]
    elif len(words) > 1:
        made.identities.append(values.network(words[1], words[2]) if len(words) > 2 and "." in words[2] else words[1])
    return None


def _auth(made: IkeProfile, statement: Statement) -> None:
    """``authentication remote pre-share``: the other end's; ours is told beside only where it differs."""
    words = statement.words[1:]
    how = {"pre-share": "psk", "rsa-sig": "certificate", "ecdsa-sig": "certificate", "eap": "user", "anyconnect-eap": "user"}
    method = next((how[word] for word in words if word in how), "")
    if method and method not in made.auth:
        made.auth.append(method)


def _keyring(made: IkeProfile, statement: Statement) -> None:
    made.keyring = statement.words[-1]


def _client_list(made: IkeProfile, statement: Statement) -> None:
    if "user" not in made.auth:
        made.auth.append("user")


def _virtual_template(made: IkeProfile, statement: Statement) -> None:
    made.virtual_template = statement.words[-1]


def _local_id(made: IkeProfile, statement: Statement) -> None:
    made.local_id = statement.words[-1]


_PROFILE: dict[str, Handler[IkeProfile]] = {
    "match identity": _identity,
    "authentication": _auth,
    "keyring": _keyring,
    "client authentication": _client_list,
    "virtual-template": _virtual_template,
    "identity local": _local_id,
    "self-identity": _local_id,
}
_PROFILE_PASSED = dict.fromkeys(
    ("aaa", "client", "isakmp", "dpd", "keepalive", "nat", "lifetime", "match", "description", "pki", "ivrf", "local-address", "initiate",
     "accounting", "vrf", "config-exchange", "qos-group", "reconnect", "redirect", "set", "no", "ca", "anyconnect", "cert", "shutdown",
     "ppk", "auto-upgrade", "config-mode"),
    _DETAIL,
)  # fmt: skip


def ikev2_proposal(box: Box, statement: Statement) -> None:
    parts: dict[str, list[str]] = {"encryption": [], "integrity": [], "prf": [], "group": []}
    for child in statement.children:
        if not child.noise and child.words[0] in parts:
            parts[child.words[0]] = child.words[1:]
        elif not child.noise:
            box.reading.unread(child)
    shown = [*("/".join(parts[name]) for name in ("encryption", "integrity") if parts[name])]
    groups = [f"group{number}" for number in parts["group"]]
    box.ike2[statement.words[3]] = "-".join([*shown, *(["/".join(groups)] if groups else [])])


def keyring(box: Box, statement: Statement) -> None:
    """``crypto ikev2 keyring K`` with ``peer P`` below; ``crypto keyring K`` with ``pre-shared-key address A key X``."""
    name = statement.words[3] if statement.words[1] == "ikev2" else statement.words[2]
    for child in statement.children:
        if child.noise:
            continue
        if child.words[0] == "peer":
            _keyring_peer(box, name, child)
        elif child.words[0] == "pre-shared-key" and len(child.words) > 2:
            box.keys.append(Key(child.words[2], fingerprint(child.words), name))
        elif child.words[0] in ("rsa-pubkey", "description", "local-address"):
            box.reading.pass_over(_DETAIL, child)
        else:
            box.reading.unread(child)


def _keyring_peer(box: Box, name: str, statement: Statement) -> None:
    peer, marks = "", []
    for child in statement.children:
        if child.noise:
            continue
        if child.words[0] in ("address", "hostname") and len(child.words) > 1:
            peer = _ANYBODY if child.words[1] == _ZERO else child.words[1]
        elif child.words[0] == "pre-shared-key":
            marks.append(fingerprint(child.words))
        elif child.words[0] not in ("identity", "description"):
            box.reading.unread(child)
    box.keys += [Key(peer or statement.words[1], mark, name) for mark in dict.fromkeys(marks)]


def client_group(box: Box, statement: Statement) -> None:
    """``crypto isakmp client configuration group X``: what people who dial in are given."""
    found: dict[str, str] = {}
    for child in statement.children:
        if child.noise:
            continue
        found[child.words[0]] = fingerprint(child.words) if child.words[0] == "key" else " ".join(child.words[1:])
        if child.words[0] == "acl" and len(child.words) > 1:
            box.use(child.words[1], Use("select", f"split tunnel of {statement.words[5]}"))
    box.client_groups[statement.words[5]] = found


def local_pool(box: Box, statement: Statement) -> None:
    """``ip local pool VPN 10.9.9.1 10.9.9.50``"""
    words = statement.words
    box.address_pools[words[3]] = values.span(words[4], words[5] if len(words) > 5 and values.is_address(words[5]) else words[4])


# --- IPsec ---


def transform_set(box: Box, statement: Statement) -> None:
    """``crypto ipsec transform-set T esp-aes 256 esp-sha-hmac``"""
    box.transforms[statement.words[3]] = "-".join(word.removeprefix("esp-").removesuffix("-hmac") for word in statement.words[4:])
    for child in statement.children:
        if child.words[:1] != ["mode"] and not child.noise:
            box.reading.unread(child)


def ipsec_profile(box: Box, statement: Statement) -> None:
    made = CryptoEntry(statement.words[3], line=statement.line)
    box.ipsec_profiles[made.name] = made
    _entry(box, made, statement)


def crypto_map(box: Box, statement: Statement) -> bool | None:
    """``crypto map M 10 ipsec-isakmp [dynamic D]``, ``crypto dynamic-map D 10``; ``crypto map M client ...`` tells of people."""
    words = statement.words
    if len(words) < 4 or not words[3].isdigit():
        box.reading.pass_over(_DETAIL, statement)
        return None
    made = CryptoEntry(words[2], words[3], statement.line)
    made.manual = "ipsec-manual" in words
    if "dynamic" in words[4:]:
        made.dynamic = words[words.index("dynamic") + 1]
    prefix = "dynamic " if words[1] == "dynamic-map" else ""
    box.crypto_maps.setdefault(prefix + made.name, []).append(made)
    _entry(box, made, statement)
    return None


def _entry(box: Box, made: CryptoEntry, statement: Statement) -> None:
    for child in statement.children:
        if child.noise:
            continue
        try:
            understood = _setting(box, made, child.words)
        except (ValueError, LookupError):
            understood = False
        if not understood:
            box.reading.unread(child)


def _setting(box: Box, made: CryptoEntry, words: list[str]) -> bool:
    if words[0] == "description":
        made.description = " ".join(words[1:])
    elif words[:2] == ["match", "address"]:
        made.acl = words[-1]
        box.use(made.acl, Use("select", f"crypto map {made.name} {made.number}".strip()))
    elif words[:2] == ["set", "peer"]:
        made.peers.append(words[2])
    elif words[:2] == ["set", "transform-set"]:
        made.transforms += words[2:]
    elif words[:2] == ["set", "pfs"]:
        made.pfs = words[2] if len(words) > 2 else "group1"
    elif words[:3] == ["set", "security-association", "lifetime"]:
        made.lifetime_s = int(words[4]) if words[3] == "seconds" else made.lifetime_s
    elif words[:2] == ["set", "ikev2-profile"]:
        made.ikev2_profile = words[2]
    elif words[:2] == ["set", "isakmp-profile"]:
        made.isakmp_profile = words[2]
    else:
        return words[0] in ("reverse-route", "qos", "responder-only", "no", "default") or words[:2] in _SET_DETAILS
    return True


_SET_DETAILS = [
    ["set", word] for word in ("security-association", "nat", "reverse-route", "session-key", "identity", "security-policy", "ip")
]


# --- other ways to dial in ---


def vpdn_group(box: Box, statement: Statement) -> None:
    """``vpdn-group L2TP`` / ``accept-dialin`` / ``protocol l2tp``; ``request-dialin`` is the box's own call to its provider."""
    below = [child.words for child in statement.walk()]
    protocol = next((words[1] for words in below if words[0] == "protocol" and len(words) > 1), "")
    if ["accept-dialin"] in below and protocol in ("l2tp", "pptp", "any"):
        template = next((words[-1] for words in below if words[0] == "virtual-template"), "")
        box.client_groups[f"vpdn {statement.words[1]}"] = {"protocol": protocol, "template": template, "line": str(statement.line)}
    else:
        box.reading.pass_over("PPP, DSL and cellular links", statement)


def webvpn(box: Box, statement: Statement) -> None:
    """``webvpn gateway G`` and ``webvpn context C``: people by TLS."""
    words = statement.words
    if words[1] == "gateway":
        found = {" ".join(child.words[:2]): child.words for child in statement.children if child.words}
        address = next((w for key, w in found.items() if key.startswith("ip address")), [])
        port = address[address.index("port") + 1] if "port" in address else "443"
        enabled = "inservice" in {child.text for child in statement.children}
        box.client_groups[f"webvpn {words[2]}"] = {
            "address": address[2] if len(address) > 2 else "", "port": port, "enabled": str(enabled), "line": str(statement.line),
        }  # fmt: skip
    else:
        box.reading.pass_over("SSL VPN details", statement)


HANDLERS: dict[str, Handler[Box]] = {
    "crypto isakmp policy": isakmp_policy,
    "crypto isakmp key": isakmp_key,
    "crypto isakmp profile": profile,
    "crypto isakmp client configuration": client_group,
    "crypto ikev2 profile": profile,
    "crypto ikev2 proposal": ikev2_proposal,
    "crypto ikev2 keyring": keyring,
    "crypto keyring": keyring,
    "crypto ipsec transform-set": transform_set,
    "crypto ipsec profile": ipsec_profile,
    "crypto map": crypto_map,
    "crypto dynamic-map": crypto_map,
    "ip local pool": local_pool,
    "vpdn-group": vpdn_group,
    "webvpn": webvpn,
}
PASSED = {
    _DETAIL: (
        "crypto isakmp", "crypto ikev2", "crypto ipsec", "crypto engine", "crypto call", "crypto logging", "crypto mib", "crypto gdoi",
        "crypto identity", "crypto ctcp", "crypto ssl", "crypto wui", "crypto vpn", "crypto session", "crypto gkm", "crypto xauth",
        "crypto provisioning", "crypto tls-tunnel", "crypto fragmentation",
    ),
    "certificates": ("crypto pki", "crypto ca", "crypto key", "crypto certificate"),
    "PPP, DSL and cellular links": ("vpdn", "bba-group", "multilink", "dialer-list", "dialer", "chat-script", "controller", "l2tp-class",
                                    "pseudowire-class", "isdn", "modemcap", "network-clock-participate", "network-clock-select", "cellular",
                                    "network-clock", "virtual-profile", "x25", "frame-relay", "cem", "virtual-template", "pppoe"),
}  # fmt: skip

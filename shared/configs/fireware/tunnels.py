"""Tunnels: branch office VPNs (``abs-ipsec-action-list`` with the gateways and proposals that they name), and those for people.

A gateway is an ``ike-policy-group`` of ``ike-policy`` (one an endpoint), whose ``ike-action`` holds the proposals. What the numbers of
algorithms mean was taken from profiles whose proposals are named after them (``ESP-AES256-SHA256``).
"""

from shared.configs.fireware.box import Box, Keys, attempt, known, switched
from shared.configs.ipsec_words import group
from shared.configs.pf.vpn_words import fingerprints
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_IKE_HASHES = {"1": "md5", "2": "sha1", "4": "sha256", "5": "sha384", "6": "sha512"}
_ESP_HASHES = {"1": "md5", "2": "sha1", "5": "sha256", "6": "sha384", "7": "sha512"}
_AES = ("7", "12")
_HOUR_S = 3600


def read_tunnels(box: Box) -> None:
    keys = Keys()
    gateways = {element.get("name"): element for element in box.each("ike-policy-list", "ike-policy")}
    groups = {element.get("name"): _members(element) for element in box.each("ike-policy-group-list", "ike-policy-group")}
    actions = {element.get("name"): element for element in box.each("ike-action-list", "ike-action")}
    tunnels = {element.get("name"): element for element in box.each("ipsec-action-list", "ipsec-action")}
    for element in box.each("abs-ipsec-action-list", "abs-ipsec-action"):
        attempt(lambda each: _branch_office(box, keys, each, gateways, groups, actions, tunnels), element)
    for element in box.each("abs-muvpn-list", "abs-muvpn"):
        attempt(lambda each: _mobile(box, keys, each), element)
    for element in box.each("sslvpn-list", "sslvpn"):
        attempt(lambda each: _ssl(box, keys, each), element)


def _members(element: Element) -> list[str]:
    known(element, ("description", "property", "version", "enabled"))
    return [member.get("ike-policy") for holder in element.all("member-list") for member in holder.all("member")]


def _branch_office(
    box: Box, keys: Keys, element: Element, gateways: dict[str, Element], groups: dict[str, list[str]], actions: dict[str, Element],
    tunnels: dict[str, Element],
) -> None:  # fmt: skip
    name, gateway = element.get("name"), element.get("ike-policy")
    policies = [gateways[each] for each in groups.get(gateway, [gateway]) if each in gateways]
    transforms = [actions[each] for each in (policy.get("ike-action") for policy in policies) if each in actions]
    inner = tunnels.get(element.get("ipsec-action"))
    known(element, ("property",))
    first = policies[0].child("local-cert") if policies else None
    phase2 = _phase2(box, inner) if inner is not None else ((), "", None)
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(name, ""), name=name, kind=VpnKind.IPSEC,
            enabled=switched(element, "enabled") and all(switched(policy, "enabled") for policy in policies),
            interface=first.get("local-if") if first is not None else "",
            peers=tuple(_peer(policy) for policy in policies), local_id=first.get("local-id-data") if first is not None else "",
            auth=tuple(dict.fromkeys(_auth(policy) for policy in policies)),
            ike_version=",".join(dict.fromkeys(filter(None, (policy.get("version") for policy in policies)))),
            phase1=tuple(dict.fromkeys(p for action in transforms for p in _phase1(action)[0])),
            phase1_lifetime_s=next((life for action in transforms if (life := _phase1(action)[1])), None),
            phase2=phase2[0], pfs=phase2[1], phase2_lifetime_s=phase2[2],
            selectors=tuple(_selector(one) for holder in element.all("local-remote-pair-list") for one in holder.all("local-remote-pair")),
            secret_fingerprints=fingerprints(cert.get("psk") for policy in policies for cert in policy.all("local-cert")),
            comment=" ".join(filter(None, (element.get("description"), _all_traffic(element)))), line=element.line,
        )
    )  # fmt: skip


def _all_traffic(element: Element) -> str:
    element.get("allow-all-traffic")
    return ""


def _peer(policy: Element) -> VpnPeer:
    known(
        policy,
        ("description", "property", "addr-family", "keep-alive-interval", "keep-alive-max", "dpd-enabled", "dpd-max-failure",
         "dpd-worry-metric", "vpn-type", "auto-start"),
    )  # fmt: skip
    identity = ""
    for each in policy.all("peer-auth"):
        known(each, ("peer-auth-mask", "perpetual-resolve-flag"))
        identity = next(filter(None, (each.get(tag) for tag in ("ip-addr", "domain-name", "user-domain", "x500-name"))), "")
    return VpnPeer(name=policy.get("name"), endpoint=policy.get("peer-addr"), id=identity)


def _auth(policy: Element) -> str:
    found = ""
    for each in policy.all("local-cert"):
        known(each, ("rsa-id-type", "dsa-id-type", "ec-id-type", "psk-hex", "local-id-type", "local-id-data", "local-if"))
        certificate = bool([tag for tag in ("rsa-cert", "dsa-cert", "ec-cert") if each.get(tag)])
        found = "psk" if each.get("psk") else "certificate" if certificate else ""
    return found


def _phase1(action: Element) -> tuple[list[str], int | None]:
    known(action, ("description", "property", "mode", "nat-t-config", "pfs", "xauth", "ras-user-group-name"))
    found, life = [], None
    for holder in action.all("ike-transform"):
        for member in holder.all("member"):
            known(member, ("description", "auth-method", "life-length"))
            cipher = _cipher(member.get("encryp-algm"), member.get("encryp-key-len"))
            found.append(_named(cipher, _IKE_HASHES, member.get("auth-algm"), group(member.get("dh-group"))))
            life = life or _seconds(member)
    return found, life


def _phase2(box: Box, inner: Element) -> tuple[tuple[str, ...], str, int | None]:
    known(inner, ("name", "description", "property", "mode", "key-mode", "vpn-tunnel-sharing", "use-local-remote-pair", "enabled"))
    for tag in ("ike-policy", "ike-policy-group"):
        inner.get(tag)
    for holder in inner.all("local-remote-pair-list"):
        holder.mark()
    named = [each for holder in inner.all("ipsec-proposal") for each in holder.texts("member")]
    found, life = [], None
    for element in box.each("ipsec-proposal-list", "ipsec-proposal"):
        if element.get("name") in named:
            for holder in element.all("esp-transform"):
                for member in holder.all("member"):
                    cipher = _cipher(member.get("encryp-algm"), member.get("encryp-key-length"))
                    found.append(_named(cipher, _ESP_HASHES, member.get("auth-algm"), ""))
                    life = life or _seconds(member)
    pfs = group(inner.get("dh-group")) if inner.get("pfs") == "1" else ""
    inner.get("dh-group")
    return tuple(dict.fromkeys(found)), pfs, life


def _cipher(number: str, length: str) -> str:
    bits = str(8 * int(length)) if length.isdigit() and length != "0" else ""
    if number in _AES:
        return f"aes{bits}"
    if number == "20":
        return f"aes{bits}gcm16"
    return {"2": "des", "3": "3des"}.get(number, f"cipher-{number}")


def _named(cipher: str, hashes: dict[str, str], number: str, dh: str) -> str:
    integrity = "" if number == "0" else hashes.get(number, f"hash-{number}")
    return "-".join(filter(None, (cipher, integrity, dh)))


def _seconds(member: Element) -> int | None:
    """Hours are ``time-unit`` 1; what the others are is not known."""
    life = member.get("lifetime")
    return int(life) * _HOUR_S if member.get("time-unit") == "1" and life.isdigit() and life != "0" else None


def _selector(pair: Element) -> VpnSelector:
    known(pair, ("nat-action",))
    ends = [each.get("value") for tag in ("local-addr", "remote-addr") for each in pair.all(tag)]
    for tag in ("local-addr", "remote-addr"):
        for each in pair.all(tag):
            each.get("type")
    local, remote = ends
    direction = pair.get("direction")
    if direction not in ("bi-directional", "0"):
        raise ValueError(f"a tunnel's direction {direction}")
    if any(pair.get(tag).lower() == "true" for tag in ("one-to-one-nat-enabled", "dnat-enabled")):
        raise ValueError("a tunnel that translates")
    pair.get("dnat-enabled")
    pair.get("dnat-src-ip")
    return VpnSelector(local=local, remote=remote)


def _mobile(box: Box, keys: Keys, element: Element) -> None:
    name = element.get("name")
    known(element, ("line-conn-mode", "line-inactivity-timeout", "ipsec-action", "backup-firebox-ip", "all-traffic-thru-tunnel"))
    users = element.get("tunnel-auth")
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(name, ""), name=name, kind=VpnKind.IPSEC_CLIENTS, auth=("psk", "user"),
            comment=f"tunnel-auth {users}" if users else "",
            local_addresses=tuple(filter(None, (element.get("firebox-ip"),))),
            secret_fingerprints=fingerprints((element.get("passphrase"),)), line=element.line,
        )
    )  # fmt: skip


def _ssl(box: Box, keys: Keys, element: Element) -> None:
    """Whether it is on is all that public readers know; the rest of it stays unread."""
    name = element.get("name") or "Mobile VPN with SSL"
    known(element, ("auto-reconnect", "description", "property"))
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(name, ""), name=name, kind=VpnKind.SSL, enabled=switched(element, "enable"), auth=("user",), line=element.line
        )
    )

"""OPNsense's newer IPsec, ``OPNsense/Swanctl``: connections, with their ends (``locals``, ``remotes``), what they carry (``children``) and
address pools in lists of their own, tied by uuid. Source: ``Swanctl.xml`` of OPNsense 23.1 to 26."""

from collections.abc import Mapping

from shared.configs.pf.box import Box, attempt, known, words
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import AUTHENTICATION, fingerprints, networks, seconds
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_CONNECTION = listed(
    "unique aggressive mobike encap reauth_time rekey_time over_time dpd_delay dpd_timeout send_certreq send_cert keyingtries",
    "local_port remote_port description version proposals",
)
_END = listed("round certs pubkeys cacerts eap_id groups description enabled connection auth id")
_CHILD = listed(
    "reqid sha256_96 start_action close_action dpd_action policies mode esp_proposals rekey_time description enabled connection updown",
    "local_ts remote_ts",
)


def read_swanctl(box: Box) -> None:
    section = box.find("OPNsense", "Swanctl")
    if section is None:
        return
    pools = {}
    for element in box.each("OPNsense", "Swanctl", "Pools", "Pool"):
        pools[_uuid(element)] = element.get("addrs")
        known(element, ("enabled", "name", "dns"))
    keys = _keys(box)
    ends = {part: _by_connection(box, part, item) for part, item in (("locals", "local"), ("remotes", "remote"), ("children", "child"))}
    general, old = box.find("OPNsense", "IPsec", "general"), box.find("ipsec")
    on = any(place is not None and place.flag(name, empty=False) for place, name in ((general, "enabled"), (old, "enable")))
    for element in box.each("OPNsense", "Swanctl", "Connections", "Connection"):
        attempt(lambda each: box.reading.vpns.append(_tunnel(box, each, ends, pools, keys, on=on)), element)
    for place, item in (("VTIs", "VTI"), ("SPDs", "SPD")):
        for element in box.each("OPNsense", "Swanctl", place, item):
            known(
                element,
                listed(
                    "enabled reqid local remote tunnel_local tunnel_remote tunnel_local2 tunnel_remote2 description origin",
                ),
            )
            known(element, listed("protocol connection_child source destination skip_firewall"))


def _uuid(element: Element) -> str:
    return (element.attributes or {}).get("uuid", "")


def _by_connection(box: Box, part: str, item: str) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for element in box.each("OPNsense", "Swanctl", part, item):
        found.setdefault(element.get("connection"), []).append(element)
    return found


def _keys(box: Box) -> list[tuple[frozenset[str], str]]:
    """Pre-shared keys, each with the identities that it is for."""
    found = []
    for element in box.each("OPNsense", "IPsec", "preSharedKeys", "preSharedKey"):
        found.append((frozenset(filter(None, (element.get("ident"), element.get("remote_ident")))), element.get("Key")))
        known(element, ("keyType", "description"))
    return found


def _is_on(element: Element) -> bool:
    return element.child("enabled") is None or element.flag("enabled", empty=False)


def _tunnel(
    box: Box,
    element: Element,
    ends: Mapping[str, dict[str, list[Element]]],
    pools: Mapping[str, str],
    keys: list[tuple[frozenset[str], str]],
    *,
    on: bool,
) -> VpnTunnel:
    uuid = _uuid(element)
    mine = {part: [end for end in found.get(uuid, []) if _is_on(end)] for part, found in ends.items()}
    local, remote = element.get("local_addrs"), element.get("remote_addrs")
    given = [pools[pool] for pool in words(element.get("pools")) if pools.get(pool)]
    name = element.get("description") or remote or uuid
    auth = [word for part in ("locals", "remotes") for end in mine[part] for word in _auth(end)]
    groups = tuple(group for end in mine["remotes"] for group in words(end.get("groups")))
    local_id, remote_id = (" ".join(filter(None, (end.get("id") for end in mine[part]))) for part in ("locals", "remotes"))
    children = mine["children"]
    names = {local_id, remote_id, *words(local), *words(remote)}
    selectors = tuple(selector for child in children for selector in _selectors(child))
    phase2 = [proposal for child in children for proposal in words(child.get("esp_proposals"))]
    lifetimes = [seconds(child.get("rekey_time")) for child in children]
    tunnel = VpnTunnel(
        key=f"swanctl/{uuid}", name=name, kind=VpnKind.IPSEC_CLIENTS if given or not _has_peer(remote) else VpnKind.IPSEC,
        enabled=_is_on(element) and on, interface=_label_of(box, words(local)), local_addresses=tuple(words(local)), local_id=local_id,
        peers=(VpnPeer(name=name, endpoint=remote, id=remote_id),) if remote or remote_id else (), auth=tuple(dict.fromkeys(auth)),
        ike_version={"1": "1", "2": "2"}.get(element.get("version"), "1,2"), phase1=tuple(words(element.get("proposals"))),
        phase2=tuple(dict.fromkeys(phase2)), phase1_lifetime_s=seconds(element.get("rekey_time")),
        phase2_lifetime_s=next(iter(lifetimes), None), selectors=selectors, client_pool=", ".join(given), users=groups,
        secret_fingerprints=fingerprints(key for identities, key in keys if identities & names), comment=element.get("description"),
        line=element.line,
    )  # fmt: skip
    known(element, _CONNECTION)
    for part, found in ends.items():
        for end in found.get(uuid, []):
            known(end, _CHILD if part == "children" else _END)
    return tunnel


def _auth(end: Element) -> tuple[str, ...]:
    """``pubkey`` is a certificate where one is named, else a bare key."""
    method = end.get("auth")
    return ("certificate",) if method == "pubkey" and end.get("certs") else AUTHENTICATION.get(method, (method,) if method else ())


def _label_of(box: Box, addresses: list[str]) -> str:
    for label, interface in box.interfaces.items():
        if {address.partition("/")[0] for address in interface.addresses} & set(addresses):
            return label
    return ""


def _has_peer(remote: str) -> bool:
    return remote not in ("", "%any", "0.0.0.0/0", "::/0", "0.0.0.0/0,::/0")


def _selectors(child: Element) -> list[VpnSelector]:
    """None where the child only makes room for routes (``policies`` off)."""
    if child.child("policies") is not None and not child.flag("policies", empty=False):
        return []
    local, remote = networks(child.get("local_ts")), networks(child.get("remote_ts"))
    if len(local) * len(remote) > 400:
        raise ValueError("more pairs of networks than a tunnel has")
    return [VpnSelector(local=a, remote=b) for a in local or ("any",) for b in remote or ("any",)]

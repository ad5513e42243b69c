"""IPsec in ``ipsec``: a ``phase1`` for each peer, and a ``phase2`` for each pair of networks, tied by ``ikeid``. pfSense, and OPNsense's
older form.

``mobile`` marks the entry for people who dial in; their pool stands in ``client``. A phase 2 in ``vti`` or ``route-based`` mode has no
selectors but a tunnel's own addresses.
"""

from shared.configs.pf.box import Box, attempt, known
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import AUTHENTICATION, cipher, fingerprints, group, proposal, seconds, side
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_PHASE1_QUIET = listed(
    "eap_password nat_traversal mobike dpd_delay dpd_maxfail dpd_action margintime rekey_time reauth_time rand_time caref certref",
    "peercertref startaction closeaction gw_duplicates prfselect_enable splitconn tfc_enable tfc_bytes ikeport nattport rekey_enable",
    "reauth_enable responderonly mode auto authservers unique sha256_96 private-key tunnel_isolation encap keyingtries rekeyfuzz",
    "pubkey_ref kpair peer_kpair local-kpref peer-kpref noinstallpolicy pkcs11certref pkcs11pin margin inactivity_timeout certtype",
    "rightallowany installpolicy generate_policy proposal_check protocol created updated",
)
_PHASE2_QUIET = listed(
    "descr uniqid reqid pinghost keepalive mobile protocol rekey_time rand_time tunnel_local tunnel_remote spd created updated",
    "natlocalid",
)

_CLIENT = listed(
    "enable user_source group_source authserver auth_groups local_group pool_address_v6 pool_netbits_v6 pool_address6 pool_netbits6",
    "net_list save_passwd dns_domain dns_split dns_server1 dns_server2 dns_server3 dns_server4 wins_server1 wins_server2 login_banner",
    "pfs_group net_list6 radiusaccounting radius_ip_priority_enable phase2pfs dns_server_enable wins_server_enable mobileunique",
    "radius_advanced",
)


def read_ipsec(box: Box) -> None:
    section = box.find("ipsec")
    if section is None:
        return
    phase2: dict[str, list[Element]] = {}
    for element in section.all("phase2"):
        phase2.setdefault(element.get("ikeid"), []).append(element)
    pool = _pool(section)
    # OPNsense has a switch for all of it, pfSense none
    on = not box.opnsense or section.flag("enable")
    for element in section.all("phase1"):
        if element.children:
            attempt(lambda each: box.reading.vpns.append(_tunnel(each, phase2.get(each.get("ikeid"), []), pool, on=on)), element)
    keys = [each.get("pre-shared-key") for each in section.all("mobilekey")]
    for each in section.all("mobilekey"):
        known(each, ("ident", "type", "identifier", "descr", "ident_type", "pool_address", "pool_netbits", "dns_address"))
    if found := fingerprints(keys):
        box.reading.vpns[:] = [
            vpn.model_copy(update={"secret_fingerprints": (*vpn.secret_fingerprints, *found)}) if vpn.kind is VpnKind.IPSEC_CLIENTS else vpn
            for vpn in box.reading.vpns
        ]


def _pool(section: Element) -> str:
    client = section.child("client")
    if client is None:
        return ""
    address, length = client.get("pool_address"), client.get("pool_netbits")
    known(client, _CLIENT)
    return side("network", address, length) if address else ""


def _tunnel(element: Element, children: list[Element], pool: str, *, on: bool) -> VpnTunnel:
    mobile = element.flag("mobile")
    number, method = element.get("ikeid"), element.get("authentication_method")
    remote, key = element.get("remote-gateway"), element.get("pre-shared-key")
    peer_id = _identity(element, "peerid")
    name = element.get("descr") or remote or f"phase 1 {number}"
    offers, lifetime = _phase1(element), seconds(element.get("lifetime"))
    selectors, phase2, groups, lifetimes, own = [], [], [], [], []
    for child in children:
        if not child.flag("disabled"):
            selectors += _selector(child)
            own += _own_address(child)
            phase2 += _phase2(child)
            groups.append(group(child.get("pfsgroup")))
            lifetimes.append(seconds(child.get("lifetime")))
            known(child, _PHASE2_QUIET)
        else:
            child.mark()
    known(element, _PHASE1_QUIET)
    version = {"ikev1": "1", "ikev2": "2", "auto": "1,2", "ike": "1,2"}.get(element.get("iketype") or "ikev1", "")
    return VpnTunnel(
        key=f"ipsec/{number}", name=name, kind=VpnKind.IPSEC_CLIENTS if mobile else VpnKind.IPSEC, comment=element.get("descr"),
        enabled=not element.flag("disabled") and on, interface=element.get("interface"), local_id=_identity(element, "myid"),
        peers=() if mobile and not peer_id else (VpnPeer(name=name, endpoint="" if mobile else remote, id=peer_id),),
        auth=AUTHENTICATION.get(method, (method,) if method else ()), ike_version=version, phase1=tuple(dict.fromkeys(offers)),
        phase2=tuple(dict.fromkeys(phase2)), pfs=", ".join(dict.fromkeys(filter(None, groups))), phase1_lifetime_s=lifetime,
        local_addresses=tuple(own),
        phase2_lifetime_s=next(iter(lifetimes), None), selectors=tuple(selectors), client_pool=pool if mobile else "",
        secret_fingerprints=fingerprints([key]), line=element.line,
    )  # fmt: skip


def _identity(element: Element, which: str) -> str:
    kind, data = element.get(f"{which}_type"), element.get(f"{which}_data")
    return data or ("" if kind in ("myaddress", "peeraddress", "any", "") else kind)


def _phase1(element: Element) -> list[str]:
    """pfSense lists pairs in ``encryption/item``; older files and OPNsense have one cipher with lists of hashes and groups."""
    encryption = element.child("encryption")
    items = [*encryption.all("item")] if encryption is not None else [element]
    found = []
    for item in items:
        algorithm = item.child("encryption-algorithm")
        name = cipher(algorithm) if algorithm is not None else ""
        prf = item.get("prf-algorithm")
        found += [
            proposal(name, digest, f"prf{prf}" if prf and prf not in (digest, "sha256") else "", group(number))
            for digest in item.get("hash-algorithm").split(",")
            for number in item.get("dhgroup").split(",")
        ]
    return list(filter(None, found))


def _phase2(element: Element) -> list[str]:
    digests = [text.removeprefix("hmac_") for text in element.texts("hash-algorithm-option")] or [""]
    ciphers = [cipher(each) if each.children else each.text for each in element.all("encryption-algorithm-option")]
    number = group(element.get("pfsgroup"))
    # what encrypts and vouches at once (GCM) needs no hash beside it
    return [proposal(name, "" if "gcm" in name else digest, number) for name in filter(None, ciphers) for digest in digests]


def _own_address(element: Element) -> list[str]:
    """The box's address within a tunnel that is an interface."""
    if element.get("mode") not in ("vti", "route-based"):
        return []
    local, remote = element.child("localid"), element.child("remoteid")
    if remote is not None:
        remote.mark()
    address = local.get("address") if local is not None else ""
    length = local.mark().get("netbits") if local is not None else ""
    return [f"{address}/{length}" if length else address] if address else []


def _selector(element: Element) -> list[VpnSelector]:
    if element.get("mode") in ("vti", "route-based"):
        return []
    sides = []
    for name in ("localid", "remoteid"):
        found = element.child(name)
        sides.append(side(found.get("type"), found.get("address"), found.get("netbits")) if found is not None else "any")
    translated = element.child("natlocalid")
    if translated is not None and translated.get("address"):
        shown = side(translated.get("type"), translated.get("address"), translated.get("netbits"))
        sides[0] = f"{sides[0]} (as {shown})"
    return [VpnSelector(local=sides[0], remote=sides[1])] if sides[0] or sides[1] else []

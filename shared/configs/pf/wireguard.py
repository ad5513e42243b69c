"""WireGuard of pfSense: the package's ``installedpackages/wireguard``, and ``wireguard/tunnel`` of 2.5.0."""

from shared.configs.pf.box import Box, attempt, known
from shared.configs.pf.vpn_words import endpoint, fingerprints, networks, port
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnTunnel

_SETTINGS = ("keep_conf", "resolve_interval", "resolve_interval_track", "interface_group", "hide_secrets", "hide_peers", "wg_unassigned")


def read_wireguard(box: Box) -> None:
    for place in (("installedpackages", "wireguard"), ("wireguard",)):
        package = box.find(*place)
        if package is not None:
            _package(box, package)
    for element in box.each("wireguard", "tunnel"):
        attempt(lambda each: box.reading.vpns.append(_old_tunnel(each)), element)


def _package(box: Box, package: Element) -> None:
    peers: dict[str, list[VpnPeer]] = {}
    keys: dict[str, list[str]] = {}
    items = {name: [item for part in package.all(name) for item in part.all("item")] for name in ("peers", "tunnels")}
    for element in items["peers"]:
        attempt(lambda each: _package_peer(each, peers, keys), element)
    settings = package.child("config")
    on = settings is None or settings.child("enable") is None or settings.flag("enable")
    if settings is not None:
        known(settings, _SETTINGS)
    for element in items["tunnels"]:
        attempt(lambda each: box.reading.vpns.append(_package_tunnel(each, peers, keys, on=on)), element)


def _rows(element: Element, name: str) -> str:
    """``addresses/row`` with ``address`` and ``mask`` -> ``10.9.0.1/24,...``"""
    listed = element.child(name)
    rows = listed.all("row") if listed is not None else []
    for row in rows:
        row.get("descr")
    return ",".join(f"{row.get('address')}/{row.get('mask')}" if row.get("mask") else row.get("address") for row in rows)


def _package_peer(element: Element, peers: dict[str, list[VpnPeer]], keys: dict[str, list[str]]) -> None:
    tunnel = element.get("tun")
    if element.flag("enabled"):
        _add_peer(element, tunnel, peers, keys)
    else:
        element.mark()


def _add_peer(element: Element, tunnel: str, peers: dict[str, list[VpnPeer]], keys: dict[str, list[str]]) -> None:
    name = element.get("descr") or element.get("publickey")[:8]
    peers.setdefault(tunnel, []).append(
        VpnPeer(
            name=name, public_key=element.get("publickey"), endpoint=endpoint(element.get("endpoint"), element.get("port")),
            allowed_prefixes=networks(_rows(element, "allowedips")),
        )
    )  # fmt: skip
    keys.setdefault(tunnel, []).append(element.get("presharedkey"))
    known(element, ("persistentkeepalive",))


def _package_tunnel(element: Element, peers: dict[str, list[VpnPeer]], keys: dict[str, list[str]], *, on: bool) -> VpnTunnel:
    name = element.get("name")
    for each in (item for part in element.all("peers") for item in part.all("item")):
        _add_peer(each, name, peers, keys)
    addresses = tuple(address for address in _rows(element, "addresses").split(",") if address)
    tunnel = VpnTunnel(
        key=f"wireguard/{name}", name=element.get("descr") or name, kind=VpnKind.WIREGUARD, enabled=element.flag("enabled") and on,
        interface=name, local_addresses=addresses, listen_port=port(element.get("listenport")), protocol="udp",
        public_key=element.get("publickey"), peers=tuple(peers.get(name, ())), auth=("key",), comment=element.get("descr"),
        secret_fingerprints=fingerprints(keys.get(name, ())), line=element.line,
    )  # fmt: skip
    known(element, ("privatekey", "mtu"))
    return tunnel


def _old_tunnel(element: Element) -> VpnTunnel:
    own = element.child("interface")
    source = own if own is not None else element
    peers, keys = [], []
    for each in element.all("peers"):
        entries = each.all("wgpeer") or [each]
        for peer in entries:
            peers.append(
                VpnPeer(
                    name=peer.get("descr"), public_key=peer.get("publickey"), endpoint=endpoint(peer.get("endpoint"), peer.get("port")),
                    allowed_prefixes=networks(peer.get("allowedips")),
                )
            )  # fmt: skip
            keys.append(peer.get("presharedkey"))
            known(peer, ("persistentkeepalive", "keepalive"))
    name = element.get("name") or element.get("descr")
    tunnel = VpnTunnel(
        key=f"wireguard/{name}", name=element.get("descr") or name, kind=VpnKind.WIREGUARD, enabled=element.flag("enabled"), auth=("key",),
        interface=element.get("name"), local_addresses=tuple(source.get("address").replace(",", " ").split()), protocol="udp",
        listen_port=port(source.get("listenport")), public_key=source.get("publickey"), peers=tuple(peers),
        secret_fingerprints=fingerprints(keys), line=element.line,
    )  # fmt: skip
    known(source, ("privatekey", "mtu"))
    return tunnel

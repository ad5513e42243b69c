"""Other servers to dial in to (``l2tp``, ``pptpd``, ``pppoes``) and plain tunnels (``gres``, ``gifs``)."""

from shared.configs import values
from shared.configs.pf.box import Box, attempt, known
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import fingerprints
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnTunnel

_SERVER = listed(
    "localip user username radius radiusenable dns1 dns2 dns wins n_l2tp_units n_pptp_units n_pppoe_units n_pppoe_maxlogin paporchap",
    "mtu req128 descr n_l2tp_maxlogin l2tp_dns1 l2tp_dns2 pppoe_dns1 pppoe_dns2 pptp_dns1 pptp_dns2 secret_again userip req_mppe nunits",
    "unused",
)
_TUNNEL = listed(
    "tunnel-remote-net link1 link2 link0 local-addr tunnel-remote-addr6 tunnel-local-addr6 tunnel-remote-net6 linkup created updated",
    "ipaddr link0flag ecn staticroute",
)


def read_dial_in(box: Box) -> None:
    for name, kind, prefix in (("l2tp", VpnKind.L2TP, "l2tp_subnet"), ("pptpd", VpnKind.PPTP, "pptp_subnet")):
        section = box.find(name)
        if section is not None and section.children:
            attempt(lambda each, kind=kind, prefix=prefix: _server(box, each, kind, prefix), section)  # type: ignore[misc]  # bound at once
    for element in box.each("pppoes", "pppoe"):
        attempt(lambda each: _server(box, each, VpnKind.OTHER, "pppoe_subnet"), element)
    for path, kind in ((("gres", "gre"), VpnKind.GRE), (("gifs", "gif"), VpnKind.OTHER)):
        for element in box.each(*path):
            attempt(lambda each, kind=kind, tag=path[1]: _tunnel(box, each, kind, tag), element)  # type: ignore[misc]


def _server(box: Box, element: Element, kind: VpnKind, subnet: str) -> None:
    mode, remote, length = element.get("mode"), element.get("remoteip"), element.get(subnet)
    users = tuple(user.get("name") or user.get("username") for user in element.all("user"))
    interface, secret = element.get("interface"), element.get("secret")
    number = element.get("pppoeid")
    known(element, _SERVER)
    if mode in ("", "off") and not interface:
        return
    pool = values.network(remote, length) if values.is_address(remote) and length.isdigit() else remote
    box.reading.vpns.append(
        VpnTunnel(
            key=f"{element.tag}/{number}" if number else element.tag, name=f"{element.tag} server", kind=kind, enabled=mode == "server",
            interface=interface, client_pool=pool, users=users, secret_fingerprints=fingerprints([secret]),
            auth=("psk", "user") if secret else ("user",), line=element.line,
        )
    )  # fmt: skip


def _tunnel(box: Box, element: Element, kind: VpnKind, tag: str) -> None:
    name, description = element.get(f"{tag}if"), element.get("descr")
    remote = element.get("remote-addr")
    local, far = element.get("tunnel-local-addr"), element.get("tunnel-remote-addr")
    peer = VpnPeer(endpoint=remote, allowed_prefixes=(far,) if far else ())
    box.reading.vpns.append(
        VpnTunnel(
            key=f"{tag}/{name}", name=description or name, kind=kind, interface=element.get("if"), peers=(peer,), comment=description,
            local_addresses=(local,) if local else (), line=element.line,
        )
    )  # fmt: skip
    known(element, _TUNNEL)

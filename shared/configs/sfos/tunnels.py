"""Tunnels: VPNIPSecConnection, SSLTunnelAccessSettings with SSLVPNPolicy (people who dial in), L2TPConfiguration."""

from shared.configs import values
from shared.configs.ipsec_words import proposals
from shared.configs.pf.listed import listed
from shared.configs.pf.vpn_words import fingerprints
from shared.configs.sfos.box import Box, Keys, attempt, known, members
from shared.configs.xml_tree import Element
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel

_AUTH = {"PresharedKey": ("psk",), "DigitalCertificate": ("certificate",), "RSAKey": ("key",)}
_SILENT = listed(
    "ActionOnVPNRestart SubnetFamily EndpointFamily LocalIDType RemoteIDType AllowNATTraversal Protocol LocalPort RemotePort",
    "DisconnectOnIdleInterval LocalCertificate RemoteCertificate RemoteRSAKey NATedLAN Username Password Policy IPFamily",
)
_SSL_SILENT = listed(
    "SSLServerCertificate OverrideHostName IPv6Lease IPv6Prefix LeaseMode PrimaryDNSIPv4 SecondaryDNSIPv4 PrimaryWINSIPv4 "
    "SecondaryWINSIPv4",
    "DomainName DisconnectDeadPeerAfter DisconnectIdlePeerAfter Keysize KeyLifetime DebugMode SecurityHeartbeat SaveCredential TwoFAToken",
    "AdLogon AutoConnect HostorDNSName CompressSSLVPNTraffic",
)


def read_tunnels(box: Box) -> None:
    keys = Keys()
    for entity in box.each("VPNIPSecConnection"):
        for element in entity.all("Configuration"):
            attempt(lambda each: _ipsec(box, keys, each), element)
    people = _people(box)
    for element in box.each("SSLTunnelAccessSettings"):
        attempt(lambda each: _ssl(box, keys, each, people), element)


def _ipsec(box: Box, keys: Keys, element: Element) -> None:
    name, kind, auth = element.get("Name"), element.get("ConnectionType"), element.get("AuthenticationType")
    policy = element.get("Policy")
    locals_ = [*element.texts("LocalSubnet"), *members(element, "LocalSubnet", "Network")]
    remotes = members(element, "RemoteNetwork", "Network")
    users = members(element, "AllowedUser", "User")
    who = element.get("UserAuthenticationMode")
    port = element.get("LocalWANPort") or element.get("AliasLocalWANPort")
    element.get("AliasLocalWANPort")
    remote = element.get("RemoteHost")
    keyed = fingerprints((element.get("PresharedKey"),))
    known(element, _SILENT)
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of(name, ""), name=name, kind=VpnKind.IPSEC_CLIENTS if kind == "RemoteAccess" else VpnKind.IPSEC,
            enabled=element.get("Status").lower() in ("active", "", "enable", "1"), interface=port, local_id=element.get("LocalID"),
            peers=(VpnPeer(name=name, endpoint="" if remote == "*" else remote, id=element.get("RemoteID")),) if remote else (),
            auth=(*_AUTH.get(auth, (auth,) if auth else ()), *(("user",) if "asserver" in who.lower() else ())), users=tuple(users),
            selectors=tuple(VpnSelector(local=low, remote=far) for low in _nets(box, locals_) for far in _nets(box, remotes)),
            secret_fingerprints=keyed, comment="; ".join(filter(None, (element.get("Description"), f"policy {policy}" if policy else ""))),
            line=element.line,
        )
    )  # fmt: skip


def _nets(box: Box, names: list[str]) -> list[str]:
    return [value for name in names for value in box.network(name)]


def _people(box: Box) -> tuple[str, ...]:
    """Who may use the SSL VPN, by its policies."""
    found: list[str] = []
    for entity in box.each("SSLVPNPolicy"):
        for policy in entity.all("TunnelPolicy"):
            found += members(policy, "AllowedUsers", "User") + members(policy, "PermittedNetworkResources", "User")
            policy.get("Name")
            known(policy, ("Description", "UseAsDefaultGateway", "PermittedNetworkResourcesIPv4", "PermittedNetworkResourcesIPv6",
                           "DisconnectIdleClients", "OverrideGlobalTimeout"))  # fmt: skip
    return tuple(dict.fromkeys(found))


def _ssl(box: Box, keys: Keys, element: Element, people: tuple[str, ...]) -> None:
    protocol, port = element.get("Protocol").lower(), element.get("Port")
    cipher, integrity = element.get("EncryptionAlgorithm"), element.get("AuthenticationAlgorithm")
    known(element, _SSL_SILENT)
    if protocol in ("tcp", "udp") and port.isdigit():
        box.ssl_vpn = f"{protocol}/{int(port)}"
    pool, mask = "", element.get("SubnetMask")
    for block in element.all("IPLeaseRange"):
        first, last = block.get("StartIP"), block.get("EndIP")
        pool = values.span(first, last) if last else values.network(first, mask) if mask else first
    box.reading.vpns.append(
        VpnTunnel(
            key=keys.of("SSL VPN", ""), name="SSL VPN", kind=VpnKind.SSL, protocol=protocol if protocol in ("tcp", "udp") else "",
            listen_port=int(port) if port.isdigit() else None, client_pool=pool, users=people, auth=("user",),
            phase2=proposals((cipher.lower(),), (integrity.lower(),)), line=element.line,
        )
    )  # fmt: skip

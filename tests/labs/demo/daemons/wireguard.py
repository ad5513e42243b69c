"""The firewall's tunnel, by wireguard-go: a kernel without WireGuard does.  Source: wg(8), wireguard-go 0.0.20220316."""

from collections.abc import Iterator, Sequence

from tests.labs.demo.daemons import Lab, Program, put, run
from tests.labs.demo.keys import wireguard_key
from tests.labs.demo.truth import Host, Vpn


def _settings(vpn: Vpn) -> Iterator[str]:
    yield from ("[Interface]", f"PrivateKey = {wireguard_key().private}", f"ListenPort = {vpn.listen_port}")
    for peer in vpn.peers:
        yield from (
            "",
            f"# {peer.name}",
            "[Peer]",
            f"PublicKey = {wireguard_key().public}",
            f"AllowedIPs = {', '.join(peer.allowed_prefixes)}",
        )
        if peer.endpoint:
            yield f"Endpoint = {peer.endpoint}"


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    """Unlike the others it goes to the background by itself, as soon as its interface is there."""
    vpn = lab.truth.vpn
    settings = put(f"/etc/wireguard/{vpn.interface}.conf", "\n".join([*_settings(vpn), ""]), mode=0o600)
    run("wireguard-go", vpn.interface)
    run("wg", "setconf", vpn.interface, str(settings))
    tunnel = next(each for each in host.interfaces if each.name == vpn.interface)
    for address in tunnel.addresses:
        run("ip", "address", "add", address, "dev", vpn.interface)
    run("ip", "link", "set", vpn.interface, "up")
    for route in lab.truth.routes:
        if route.interface == vpn.interface and not route.connected:
            run("ip", "route", "add", route.destination, "dev", vpn.interface)
    return ()

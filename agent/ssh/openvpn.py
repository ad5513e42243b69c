"""OpenVPN's tunnels, from its configuration files.

Source: OpenVPN 2.6 reference manual. Only lines that hold no secret leave the device: ``command`` has grep print a fixed list of
directives as ``file:directive arguments``; inline keys, passwords and user files are not among them. ``remote`` makes it a client,
``server`` or ``mode server`` a server for many, neither a tunnel between two. Who dials in is known to the server's status file alone,
and changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from shared.address import normal_prefix
from shared.firewall import VpnKind, VpnPeer, VpnTunnel
from shared.observation import Observation, VpnSeen

_DIRECTIVES = (
    "local",
    "proto",
    "port",
    "lport",
    "rport",
    "dev",
    "server",
    "server-ipv6",
    "mode",
    "remote",
    "route",
    "ifconfig",
    "disabled",
)
DEFAULT_PORT = 1194
FOLDER = "/etc/openvpn"


def command(sudo: str = "") -> str:
    """A command that prints those lines. grep's 1 says that there is none; its 2, that something could not be read."""
    lines = f"{sudo}grep -rsHE --include='*.conf' '^[[:space:]]*({'|'.join(_DIRECTIVES)})([[:space:]]|$)' {FOLDER}"
    return f"test -d {FOLDER} || {{ echo 'openvpn: not found' >&2; exit 127; }}; {lines} || test $? = 1"


def read(text: str) -> Iterator[Observation]:
    files: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    for line in text.splitlines():
        file, found, rest = line.partition(":")
        words = rest.split("#", 1)[0].split(";", 1)[0].split()
        if found and words:
            files[file][words[0]].append(words[1:])
    for file, directives in sorted(files.items()):
        yield VpnSeen(vpn=_tunnel(PurePosixPath(file), directives))


def _tunnel(file: PurePosixPath, directives: dict[str, list[list[str]]]) -> VpnTunnel:
    def first(name: str, place: int = 0) -> str:
        arguments = next(iter(directives.get(name, ())), [])
        return arguments[place] if len(arguments) > place else ""

    port = first("lport") or first("port")
    is_client = bool(directives.get("remote"))
    prefixes = tuple(_prefix(route) for route in directives.get("route", ()) if route)
    peers = [
        VpnPeer(
            name=remote[0],
            endpoint=f"{remote[0]}:{(remote[1:] or [first('rport') or first('port') or str(DEFAULT_PORT)])[0]}",
            allowed_prefixes=prefixes,
        )
        for remote in directives.get("remote", ())
        if remote
    ]
    listen = int(port) if port.isdecimal() and 0 < int(port) <= 65535 else DEFAULT_PORT
    return VpnTunnel(
        key=f"openvpn/{file.parent.name}/{file.stem}",
        name=file.stem,
        kind=VpnKind.OPENVPN,
        interface=first("dev"),
        local_addresses=tuple(_prefix(words) for words in directives.get("server", ())[:1] if words)
        or tuple(filter(None, (first("ifconfig"),))),
        listen_port=None if is_client else listen,
        protocol=first("proto") or "udp",
        peers=tuple(peers),
    )


def _prefix(words: list[str]) -> str:
    """``10.8.0.0 255.255.255.0`` -> ``10.8.0.0/24``; a name is kept as it is."""
    try:
        return normal_prefix("/".join(words[:2]))
    except ValueError:
        return " ".join(words[:2])

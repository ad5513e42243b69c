"""WireGuard's tunnels and peers, from ``wg show all <part>`` for five parts one after another, with a line of ``SECTION`` in between.

Source: wg(8), wireguard-tools 1.0.20210914. Raw: tab-separated lines ``interface value``, or ``interface peer value``; ``(none)``;
handshakes as seconds since 1970, 0 for never. Keys here are public ones. An endpoint is where a peer was last heard from: of one that
dials in it moves. ``wg show all endpoints`` names the interface only on its first peer's line (wireguard-tools 1.0.20210914): the
lines after it begin with the peer's key, which is longer than an interface's name can be (15 characters, IFNAMSIZ).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from shared.errors import Unparsed
from shared.firewall import VpnKind, VpnPeer, VpnTunnel
from shared.observation import Observation, VpnSeen

SECTION = "=="
_PARTS = 5
_NONE = "(none)"
_YEAR_9999 = 253_402_300_799


def read(text: str) -> Iterator[Observation]:
    sections = text.split(f"{SECTION}\n")
    if len(sections) != _PARTS:
        raise Unparsed(f"wg: {_PARTS} parts expected, {len(sections)} found", text)
    keys, ports, endpoints, allowed, handshakes = (_cells(section) for section in sections)
    listen = dict(cell[:2] for cell in ports)
    # wg names the interface only before its first endpoint, and ends no line for one without peers: the last two cells always hold
    where = {cell[-2]: cell[-1] for cell in endpoints}
    last = {cell[1]: cell[2] for cell in handshakes if len(cell) > 2}
    for interface, key in (cell[:2] for cell in keys):
        port = listen.get(interface, "")
        peers = [_peer(cell[1], cell[2:], where, last) for cell in allowed if cell[0] == interface and len(cell) > 2]
        yield VpnSeen(
            vpn=VpnTunnel(
                key=f"wireguard/{interface}",
                name=interface,
                kind=VpnKind.WIREGUARD,
                interface=interface,
                listen_port=int(port) if port.isdecimal() and 0 < int(port) <= 65535 else None,
                protocol="udp",
                public_key="" if key == _NONE else key,
                peers=tuple(sorted(peers, key=lambda peer: peer.public_key)),
            )
        )


def _cells(section: str) -> list[list[str]]:
    cells = [line.split("\t") for line in section.splitlines() if line.strip()]
    short = next((cell for cell in cells if len(cell) < 2), None)
    if short:
        raise Unparsed("wg: a line without a value", "\t".join(short))
    return cells


def _peer(key: str, allowed: Sequence[str], endpoints: Mapping[str, str], handshakes: Mapping[str, str]) -> VpnPeer:
    endpoint, moment = endpoints.get(key, _NONE), handshakes.get(key, "")
    known = moment.isdecimal() and 0 < int(moment) <= _YEAR_9999
    return VpnPeer(
        public_key=key,
        endpoint="" if endpoint == _NONE else endpoint,
        allowed_prefixes=tuple(prefix for cell in allowed for prefix in cell.split() if prefix != _NONE),
        last_handshake_utc=datetime.fromtimestamp(int(moment), UTC) if known else None,
    )

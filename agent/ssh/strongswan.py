"""strongSwan's connections, from ``swanctl --list-conns``.

Source: swanctl(8), strongSwan 5.9.8. Raw: a line ``name: IKEv2, ...`` a connection; below it, indented by two, its addresses, what each
side has to show and its children with their networks. No secret is in it. What is negotiated at the moment (``--list-sas``) comes and goes
with the tunnel and is not asked. A connection whose other end may be anywhere and has to show who it is by EAP or XAuth is for people who
dial in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.errors import Unparsed
from shared.firewall import VpnKind, VpnPeer, VpnSelector, VpnTunnel
from shared.observation import Observation, VpnSeen

_CONNECTION = re.compile(r"^(\S.*?): IKEv(1/2|1|2)\b(.*)$")
_CHILD = re.compile(r"^  (\S.*?): (TUNNEL|TRANSPORT|BEET|PASS|DROP)\b(.*)$")
_ADDRESS = re.compile(r"^  (local|remote): +(\S+)$")
_AUTH = re.compile(r"^  (local|remote) (.+) authentication:$")
_ID = re.compile(r"^    (?:eap_|xauth_|aaa_)?id: (.+)$")
_NETWORKS = re.compile(r"^    (local|remote): +(.+)$")
_SECONDS = re.compile(r"\b(rekeying|reauthentication) every (\d+)s")
_HOW = (("pre-shared", "psk"), ("public key", "certificate"), ("EAP", "user"), ("XAuth", "user"))
_ANYWHERE = {"%any", "%any4", "%any6", "0.0.0.0/0", "::/0"}
MAX_SELECTORS = 500


@dataclass(slots=True)
class _Connection:
    name: str
    version: str
    seconds: int | None
    local: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)
    auth: dict[str, list[str]] = field(default_factory=lambda: {"local": [], "remote": []})
    ids: dict[str, list[str]] = field(default_factory=lambda: {"local": [], "remote": []})
    children: list[tuple[str, int | None, dict[str, list[str]]]] = field(default_factory=list)
    """(name, seconds, side -> networks)"""


def read(text: str) -> Iterator[Observation]:
    connections = list(_connections(text))
    if text.strip() and not connections and not text.lstrip().startswith("plugin "):
        raise Unparsed("swanctl printed no connections that are known here", text)
    for connection in connections:
        yield VpnSeen(vpn=_tunnel(connection))


def _connections(text: str) -> Iterator[_Connection]:
    here: _Connection | None = None
    side = ""
    for line in text.splitlines():
        if found := _CONNECTION.match(line):
            if here:
                yield here
            here = _Connection(found[1], found[2], _seconds(found[3]))
        elif here is None:
            continue
        elif found := _ADDRESS.match(line):
            (here.local if found[1] == "local" else here.remote).append(found[2])
        elif found := _AUTH.match(line):
            side = found[1]
            here.auth[side].append(next((word for mark, word in _HOW if mark in found[2]), found[2]))
        elif (found := _ID.match(line)) and side:
            here.ids[side].append(found[1])
        elif found := _CHILD.match(line):
            here.children.append((found[1], _seconds(found[3]), {"local": [], "remote": []}))
        elif (found := _NETWORKS.match(line)) and here.children:
            here.children[-1][2][found[1]] += found[2].split()
    if here:
        yield here


def _seconds(text: str) -> int | None:
    found = _SECONDS.search(text)
    return int(found[2]) if found and len(found[2]) < 12 else None


def _tunnel(connection: _Connection) -> VpnTunnel:
    remote = [address for address in connection.remote if address not in _ANYWHERE]
    anybody = not remote and "user" in connection.auth["remote"]
    remote_id = next((i for i in connection.ids["remote"] if i not in _ANYWHERE), "")
    pairs = [(a, b) for _, _, sides in connection.children for a in sides["local"] for b in sides["remote"]]
    peers = [VpnPeer(endpoint=address, id=remote_id) for address in remote] or ([] if anybody else [VpnPeer(id=remote_id)])
    return VpnTunnel(
        key=f"ipsec/{connection.name}",
        name=connection.name,
        kind=VpnKind.IPSEC_CLIENTS if anybody else VpnKind.IPSEC,
        local_addresses=tuple(address for address in connection.local if address not in _ANYWHERE),
        protocol="esp",
        peers=tuple(peers),
        local_id=next(iter(connection.ids["local"]), ""),
        auth=tuple(dict.fromkeys([*connection.auth["local"], *connection.auth["remote"]])),
        ike_version=connection.version.replace("/", ","),
        phase1_lifetime_s=connection.seconds,
        phase2_lifetime_s=next((seconds for _, seconds, _ in connection.children if seconds), None),
        selectors=tuple(VpnSelector(local=a, remote=b) for a, b in pairs[:MAX_SELECTORS]),
        comment=", ".join(name for name, _, _ in connection.children),
    )

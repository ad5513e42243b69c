"""What does each open port say of itself, unasked or to one harmless question?

Whoever greets (SSH, FTP, mail, telnet, MySQL, VNC, rsync) is listened to for ``_GREETING_S``; name servers are asked for their version,
LDAP for its root entry, RTSP for its options. One connection a port, four at a time on a host; print ports are left out. Web pages and
Windows files have probes of their own, and services that wait for a question which is not asked here are left to version detection.
"""

import asyncio
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.greeting import dns, ldap, rtsp, text
from agent.greeting.seen import observations
from agent.probe import Answer, Seen, Target
from agent.probes.http import WEB_PORTS
from agent.probes.ports import found_open, worth_asking
from agent.probes.smb import SMB_PORTS
from shared.errors import Unsupported
from shared.observation import Observation
from shared.outcome import State

NAME = "greetings"
AFTER = ("ports",)
AT_ONCE = 32
DEADLINE_S = 60.0
CREDENTIALS = False

_GREETING_S = 2.0
_TLS_GREETING_S = 4.0
_LIMIT_BYTES = 2048
_PACKETS_A_HOST = 12
_TLS_PORTS = frozenset({465, 990, 993, 995})
# they wait until they are asked, and in a protocol that is not spoken here
_WAIT_TO_BE_ASKED = frozenset(
    {88, 111, 135, 161, 179, 427, 502, 548, 593, 623, 636, 664, 989, 1194, 1433, 1521, 1720, 1723, 1883, 2000, 2049, 2179, 2375, 2376}
    | {3260, 3268, 3269, 3389, 4786, 5060, 5061, 5432, 5666, 6379, 8291, 8728, 8729, 8883, 10050, 27017, 37777, 44818, 50000}
)
_QUESTIONS = {53: (dns.question, dns.read), 389: (ldap.question, ldap.read), 554: (rtsp.question, rtsp.read)}


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address, ports) for address, found in found_open(seen).items() if (ports := _mine(found))]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    spoken = await asyncio.gather(*(_one(edges, target.name, port) for port in target.ports))
    shut = [str(port) for port, said in zip(target.ports, spoken, strict=True) if said is None]
    found = tuple(observation for said in spoken for observation in said or ())
    if len(shut) == len(target.ports):
        return Answer(state=State.SILENT, detail=f"no connection to port {', '.join(shut)} any more")
    if shut:
        return Answer(found, State.PARTIAL, f"no connection to port {', '.join(shut)} any more")
    return Answer(found)


def _mine(found: set[int]) -> tuple[int, ...]:
    return tuple(sorted(set(worth_asking(found)) - WEB_PORTS - SMB_PORTS - _WAIT_TO_BE_ASKED))


async def _one(edges: Edges, address: str, port: int) -> list[Observation] | None:
    """None: no connection."""
    tls = port in _TLS_PORTS
    asked = _QUESTIONS.get(port)
    question = asked[0]() if asked else b""
    wait_s = _TLS_GREETING_S if tls else _GREETING_S
    try:
        octets = await edges.tcp.talk(address, port, question, tls, wait_s, _LIMIT_BYTES)
    except Unsupported:
        tls = False
        octets = await edges.tcp.talk(address, port, question, tls, wait_s, _LIMIT_BYTES)
    if octets is None:
        return None
    said = asked[1](octets) if asked else text.read(octets, port)
    return list(observations(address, port, said, tls))

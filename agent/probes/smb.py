"""What does a file server of the Windows kind call itself, in which domain is it, and which build of Windows does it run?

Source: ``agent.greeting.smb``. The server's challenge is asked for and not answered: no login is ever attempted.
"""

import secrets
from collections.abc import Iterator, Sequence

from agent.config import Settings
from agent.edge import Edges
from agent.greeting import Said, smb
from agent.greeting.seen import observations
from agent.probe import Answer, Seen, Target
from agent.probes.ports import found_open
from shared.observation import NameSeen, NameSource, Observation, Provenance
from shared.outcome import State

NAME = "smb"
AFTER = ("ports",)
AT_ONCE = 32
DEADLINE_S = 20.0
CREDENTIALS = False

SMB_PORTS = frozenset({139, 445})
_ANSWER_S = 5.0
_LIMIT_BYTES = 8192
_TRIES = 2
_PACKETS_A_HOST = 8


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    asked = {address: tuple(sorted(SMB_PORTS & numbers)) for address, numbers in found_open(seen).items()}
    return [Target(address, ports) for address, ports in asked.items() if ports]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * _PACKETS_A_HOST


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    found: list[Observation] = []
    silent: list[str] = []
    for port in target.ports:
        said = await _said(edges, target.name, port)
        if said is None:
            silent.append(str(port))
            continue
        found += [*observations(target.name, port, said), *_names(target.name, said)]
    if silent:
        return Answer(tuple(found), State.PARTIAL if found else State.SILENT, f"no answer in SMB on port {', '.join(silent)}")
    return Answer(tuple(dict.fromkeys(found)))


async def _said(edges: Edges, address: str, port: int) -> list[Said] | None:
    """None: silence. A server that is slow to set a session up has its second answer ready sooner the second time."""
    said: list[Said] | None = None
    for _ in range(_TRIES):
        octets = await edges.tcp.talk(address, port, smb.questions(port, secrets.token_bytes(16)), False, _ANSWER_S, _LIMIT_BYTES)
        if not octets:
            return said
        said = smb.read(octets)
        if not said or any(field == "smb.os_build" for field, _ in said):
            return said
    return said


def _names(address: str, said: Sequence[Said]) -> Iterator[NameSeen]:
    told = dict(said)
    name = told.get("smb.dns_name") or told.get("smb.computer")
    if name:
        yield NameSeen(address=address, name=name, source=NameSource.SMB, provenance=Provenance.OWN_REPLY)

"""Who on the agent's own segments says what he is, when all are asked at once?

Source: multicast DNS, SSDP and WS-Discovery, as ``agent.udp`` has them. A target is a subnet that is scanned and that this machine is in; a
group's members are asked with hop limit 1, so that no router passes it on. Only answers from an address of that subnet count: what others
send is somebody else's, or forged.

An answer shows that an address is in use. What it says beyond that is filed under the subnet here; ``announced`` tells it of each address.
"""

import asyncio
import ipaddress
import secrets
from collections.abc import Sequence

from agent.config import Settings
from agent.edge import Edges, UdpEdge
from agent.probe import Answer, Seen, Target
from agent.udp import TOKEN_BYTES, GroupService, groups
from shared.address import address_order
from shared.errors import Unparsed
from shared.observation import AddressSeen, Observation, Provenance
from shared.outcome import State

NAME = "announcements"
AFTER: tuple[str, ...] = ()
AT_ONCE = 4
DEADLINE_S = 30.0
CREDENTIALS = False

ROUNDS = 3
_ANSWER_S = 2.0
"""MX is 1, and multicast DNS waits up to half a second before a shared answer (RFC 6762 6)."""
_MORE_ANSWER_S = 1.5
MAX_QUESTIONS_A_ROUND = 20
MAX_DATAGRAMS_A_SENDER = 64
MAX_DATAGRAMS = 4096
MAX_FACTS_AN_ADDRESS = 300
PACKETS_A_SUBNET = 16

Heard = dict[str, list[bytes]]


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(prefix) for prefix in settings.scan.subnets or seen.machine.own_subnets() if seen.machine.connections_to(prefix)]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return PACKETS_A_SUBNET * max(1, len(settings.scan.subnets))


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    wanted = ipaddress.ip_network(target.name)
    for connection in seen.machine.connections_to(target.name)[:1]:
        heard = await asyncio.gather(*(_ask_group(edges.udp, service, connection.address) for service in groups()))
        # in a thread, as a busy segment says much
        return await asyncio.to_thread(_answer, dict(zip(groups(), heard, strict=True)), wanted)
    return Answer()


async def _ask_group(edge: UdpEdge, service: GroupService, own_address: str) -> Heard:
    """All that a group's members answer, to the first questions and to those that arise from their answers."""
    token = secrets.token_bytes(TOKEN_BYTES)
    heard: Heard = {}
    questions, wait_s = service.search(token), _ANSWER_S
    for turn in range(ROUNDS):
        asked = (edge.ask_all(service.GROUP, service.PORT, question, own_address, wait_s) for question in questions[:MAX_QUESTIONS_A_ROUND])
        for answers in await asyncio.gather(*asked):
            _keep(heard, {sender: [d for d in datagrams if service.answers(d, token)] for sender, datagrams in answers.items()})
        everything = [datagram for datagrams in heard.values() for datagram in datagrams]
        again = service.search(token) if turn == 0 else ()  # over Wi-Fi one datagram to a group in twenty is lost
        questions, wait_s = (*again, *await asyncio.to_thread(service.search_more, everything, token)), _MORE_ANSWER_S
        if not questions:
            break
    return heard


def _keep(heard: Heard, answers: Heard) -> None:
    for sender, datagrams in answers.items():
        kept = heard.setdefault(sender, [])
        room = min(MAX_DATAGRAMS_A_SENDER - len(kept), MAX_DATAGRAMS - sum(map(len, heard.values())))
        kept += datagrams[: max(0, room)]


def _answer(heard: dict[GroupService, Heard], wanted: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Answer:
    facts: dict[str, dict[Observation, None]] = {}
    unread: list[str] = []
    for service, by_sender in heard.items():
        for sender, datagrams in by_sender.items():
            if datagrams and ipaddress.ip_address(sender) in wanted:
                said = facts.setdefault(sender, {AddressSeen(address=sender, provenance=Provenance.OWN_REPLY): None})
                for datagram in datagrams:
                    try:
                        said.update(dict.fromkeys(service.read(sender, datagram)))
                    except Unparsed as error:
                        unread.append(f"{sender}: {error}")
    found = [fact for sender in sorted(facts, key=address_order) for fact in list(facts[sender])[:MAX_FACTS_AN_ADDRESS]]
    return Answer(tuple(found), state=State.PARTIAL if unread else State.ANSWERED, detail="; ".join(unread[:5]))

"""Which TCP ports of a live address are open?

A SYN sweep (``agent.edge.syn_sweep``). Nothing is written to any port: print ports print what they are sent, so they are asked whether they
are open and no more. The list holds what offices run and what attackers look for first; ``scan.ports`` in the configuration takes its
place.
"""

from collections.abc import Collection, Sequence

from agent.config import Settings
from agent.edge import Edges, PortAnswer
from agent.probe import RAW_SOCKETS, Answer, Seen, Target
from agent.safety.print_ports import PRINT_PORTS
from shared.observation import PortSeen, PortsExamined
from shared.outcome import State

NAME = "ports"
AFTER = ("arp",)
AT_ONCE = 32
DEADLINE_S = 900.0
"""All hosts share the pace: at 150 packets a second, all 65,535 ports of one host take more than seven minutes."""
CREDENTIALS = False
NEEDS = (RAW_SOCKETS,)

USUAL_PORTS = (
    "21-23,25,53,80,81,83,88,110,111,135,139,143,161,179,389,427,443-445,465,502,513-515,548,554,587,593,623,631,636,664,873,902,989,990,993,995,"
    "1080,1194,1433,1521,1720,1723,1883,2000,2049,2179,2222,2375,2376,3000,3128,3260,3268,3269,3306,3389,3493,4190,4443,4786,5000,5001,5060,5061,"
    "5357,5432,5480,5666,5900,5901,5984-5986,6379,6443,7000,7443,8000,8001,8006,8008,8080,8081,8088,8089,8291,8333,8443,8444,8728,8729,8883,"
    "8888,9000,9090,9100-9112,9200,9443,10000,10050,10443,16992,27017,32400,37777,44818,50000"
)

_TOO_MANY_OPEN = 40
"""No real host has so many of the usual ports open: something answers in its place."""
_ASKED_OF_MANY = (22, 80, 443, 445, 25, 21, 23, 53, 110, 143, 3389, 8080, 8443)


def targets(settings: Settings, seen: Seen) -> Sequence[Target]:
    return [Target(address) for address in seen.alive()]


def packets(settings: Settings, seen: Seen, addresses: int) -> int:
    return addresses * count(ranges(settings))


async def ask(target: Target, edges: Edges, settings: Settings, seen: Seen) -> Answer:
    wanted = ranges(settings)
    answer = await edges.ports.scan(target.name, wanted, settings.scan.packets_per_s, DEADLINE_S)
    if answer is None:
        return Answer(state=State.SILENT, detail="it answered before, and is gone")
    examined = PortsExamined(address=target.name, protocol="tcp", ranges=answer.ranges)
    fault = _fault(answer, count(wanted))
    return Answer((examined, *answer.ports), State.PARTIAL if fault else State.ANSWERED, fault)


def _fault(answer: PortAnswer, wanted: int) -> str:
    known = count(answer.ranges)
    if len(answer.ports) >= _TOO_MANY_OPEN and len(answer.ports) * 10 > known * 9:
        return (
            f"{len(answer.ports)} of {known} ports are open: a tar pit, or a firewall that answers in the host's place; "
            f"only {len(_ASKED_OF_MANY)} of them are asked what they are"
        )
    if known < wanted:
        return f"it went silent, or time was over: the state of {wanted - known} of {wanted} ports is not known"
    return ""


def found_open(seen: Seen) -> dict[str, set[int]]:
    """Address -> its open TCP ports."""
    found: dict[str, set[int]] = {}
    for port in seen.facts(PortSeen):
        if port.protocol == "tcp":
            found.setdefault(port.address, set()).add(port.number)
    return found


def worth_asking(numbers: Collection[int]) -> tuple[int, ...]:
    """The open ports to ask what they are: no print port, and few where nearly every port is open."""
    if len(numbers) >= _TOO_MANY_OPEN:
        numbers = [number for number in _ASKED_OF_MANY if number in numbers]
    return tuple(sorted(set(numbers) - PRINT_PORTS))


def ranges(settings: Settings) -> str:
    return settings.scan.ports or USUAL_PORTS


def count(listed: str) -> int:
    """How many ports nmap's notation names."""
    pairs = (part.split("-") for part in listed.split(","))
    return sum(int(pair[-1]) - int(pair[0]) + 1 for pair in pairs)
